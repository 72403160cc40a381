#include "text/classifier_table.h"

#include "base/err.h"

#define MASKED_MOST 8u /* heads of which a byte can say which follow */

size_t classifier_sort(struct arena *arena, struct classifier_weight *weights, size_t count)
{
	struct classifier_weight *from = weights, *to = arena_array(arena, struct classifier_weight, count + 1);
	for (u32 shift = 0; shift < 32; shift += 8) { /* least significant bytes first */
		size_t starts[257] = {};
		for (size_t i = 0; i < count; i++)
			starts[(from[i].key >> shift & 255) + 1]++;
		for (size_t byte = 0; byte < 256; byte++)
			starts[byte + 1] += starts[byte];
		for (size_t i = 0; i < count; i++)
			to[starts[from[i].key >> shift & 255]++] = from[i];
		struct classifier_weight *other = from;
		from = to;
		to = other;
	}
	must(from == weights);
	size_t features = 0;
	for (size_t i = 0; i < count; i++)
		features += i == 0 || weights[i].key != weights[i - 1].key;
	return features;
}

struct table table_make(struct arena *arena, const struct classifier_weight *w, size_t count, size_t features)
{
	struct table t = {.features = (u32)features, .slot_count = 64, .list_len = 1};
	while (t.slot_count < features + features / 2)
		t.slot_count *= 2;
	t.slots = arena_array(arena, struct slot, t.slot_count);
	t.lists = arena_array(arena, struct pair, count + features + 1);
	for (size_t i = 0; i < count;) {
		u32 key = w[i].key, list = t.list_len++, at = key & (t.slot_count - 1);
		for (; i < count && w[i].key == key; i++)
			t.lists[t.list_len++] = (struct pair){w[i].head, w[i].step};
		t.lists[list] = (struct pair){(u8)(t.list_len - list - 2), 0};
		while (t.slots[at].list)
			at = (at + 1) & (t.slot_count - 1);
		t.slots[at] = (struct slot){key, list};
	}
	return t;
}

/* ---- the small form ---- */

/* Keys as distances from the one before, seven bits a byte, the last byte's high bit clear; then, with several heads, which: a bit each, or
 * where they are many their number less one and each before its step; then the steps. */
void table_fold(const struct classifier_weight *w, size_t count, size_t heads, struct buf *out)
{
	u32 last = 0;
	for (size_t i = 0, end; i < count; i = end) {
		u32 distance = w[i].key - last;
		last = w[i].key;
		for (end = i; end < count && w[end].key == last; end++)
			;
		for (; distance > 127; distance >>= 7)
			buf_addc(out, (char)(distance | 128));
		buf_addc(out, (char)distance);
		unsigned mask = 0;
		for (size_t n = i; n < end && heads <= MASKED_MOST; n++)
			mask |= 1u << w[n].head;
		if (heads > 1)
			buf_addc(out, (char)(heads <= MASKED_MOST ? mask : end - i - 1));
		for (; i < end; i++) {
			if (heads > MASKED_MOST)
				buf_addc(out, (char)w[i].head);
			buf_addc(out, (char)w[i].step);
		}
	}
}

static bool next_byte(struct str *rest, u8 *ret_byte)
{
	if (!rest->len)
		return false;
	*ret_byte = (u8)*rest->at;
	*rest = str_skip(*rest, 1);
	return true;
}

static bool next_distance(struct str *rest, u64 *ret_distance)
{
	u64 distance = 0;
	u8 byte = 128;
	for (unsigned shift = 0; byte & 128; shift += 7) {
		if (shift > 28 || !next_byte(rest, &byte))
			return false;
		distance |= (u64)(byte & 127) << shift;
	}
	*ret_distance = distance;
	return true;
}

/* The weights of one key; 0: they are damaged. */
static size_t next_weights(struct str *rest, u32 key, size_t heads, struct classifier_weight *ret_weights)
{
	u8 byte = 1, head;
	size_t count = 0;
	if (heads > 1 && !next_byte(rest, &byte))
		return 0;
	if (heads <= MASKED_MOST) {
		if (!byte || byte >> heads)
			return 0;
		for (head = 0; head < heads; head++)
			if (byte >> head & 1)
				ret_weights[count++] = (struct classifier_weight){key, head, 0};
	} else {
		count = (size_t)byte + 1;
	}
	for (size_t i = 0; i < count; i++) {
		u8 step;
		if (heads > MASKED_MOST) {
			if (!next_byte(rest, &head) || head >= heads)
				return 0;
			ret_weights[i] = (struct classifier_weight){key, head, 0};
		}
		if (!next_byte(rest, &step))
			return 0;
		ret_weights[i].step = (signed char)step;
	}
	return count;
}

bool table_weights(struct arena *arena, struct str bytes, size_t features, size_t heads, struct classifier_weight **ret_weights, size_t *ret_count)
{
	struct classifier_weight *weights;
	size_t count = 0;
	u64 key = 0;
	if (features > bytes.len / 2) /* a byte of distance and one of weight at least */
		return false;
	weights = arena_array(arena, struct classifier_weight, bytes.len + 256);
	for (size_t i = 0; i < features; i++) {
		u64 distance;
		if (!next_distance(&bytes, &distance) || (i && !distance) || (key += distance) > UINT32_MAX)
			return false;
		size_t more = next_weights(&bytes, (u32)key, heads, weights + count);
		if (!more)
			return false;
		count += more;
	}
	*ret_weights = weights;
	*ret_count = count;
	return !bytes.len;
}

bool table_unfold(struct arena *arena, struct str bytes, size_t features, size_t heads, struct table *ret_table)
{
	struct classifier_weight *weights;
	size_t count;
	if (!table_weights(arena, bytes, features, heads, &weights, &count))
		return false;
	*ret_table = table_make(arena, weights, count, features);
	return true;
}
