#include "text/classifier_table.h"

#include "base/err.h"
#include "text/squeeze.h"

#include <string.h>

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

/* How many weights there are; then squeezed (squeeze.h), a feature after the other by key: how far its key is from the one before; of each group of
 * heads, where there are several, whether it has weights there; and of each head of those, its step, 0 where it has none. */
#define SEVERAL 4u           /* whether a group is there depends on how many before it were, so many at most */
#define CELLS_A_BYTE 16u     /* at most: a few bytes that unfold without an end are refused */
#define CELLS_ALLOWED 65536u

static size_t contexts_of(size_t heads, const struct table_groups *groups)
{
	return 1 + heads + (groups->count > 1 ? groups->count * SEVERAL : 0);
}

static size_t group_context(size_t heads, size_t group, size_t there)
{
	return 1 + heads + group * SEVERAL + (there < SEVERAL ? there : SEVERAL - 1);
}

/* One feature's weights, sorted by head. */
static void fold_feature(struct squeezer *s, const struct classifier_weight *w, size_t count, size_t heads, const struct table_groups *groups)
{
	size_t there = 0, at = 0;
	for (size_t group = 0, head = 0; group < groups->count; head = groups->ends[group++]) {
		bool is = at < count && w[at].head < groups->ends[group];
		if (groups->count > 1)
			squeezer_add(s, group_context(heads, group, there), is);
		there += is;
		for (; is && head < groups->ends[group]; head++)
			squeezer_add(s, 1 + head, at < count && w[at].head == head ? (u8)w[at++].step : 0);
	}
	must(at == count);
}

void table_fold(const struct classifier_weight *w, size_t count, size_t heads, const struct table_groups *groups, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct squeezer *s = squeezer_new(scratch, contexts_of(heads, groups));
	u32 last = 0, all = (u32)count;
	for (size_t i = 0, end; i < count; i = end) {
		squeezer_add_number(s, 0, w[i].key - last);
		last = w[i].key;
		for (end = i; end < count && w[end].key == last; end++)
			;
		fold_feature(s, w + i, end - i, heads, groups);
	}
	buf_add_bytes(out, &all, sizeof all);
	squeezer_end(s, out);
}

struct unfolding {
	struct unsqueezer *from;
	struct classifier_weight *weights;
	size_t count, most;
};

/* False: there is none, or there are more than there may be. */
static bool unfold_feature(struct unfolding *u, u32 key, size_t heads, const struct table_groups *groups)
{
	size_t before = u->count, there = 0;
	for (size_t group = 0, head = 0; group < groups->count; head = groups->ends[group++]) {
		bool is = groups->count < 2 || unsqueezer_next(u->from, group_context(heads, group, there)) == 1;
		there += is;
		for (; is && head < groups->ends[group]; head++) {
			signed char step = (signed char)unsqueezer_next(u->from, 1 + head);
			if (!step)
				continue;
			if (u->count == u->most)
				return false;
			u->weights[u->count++] = (struct classifier_weight){key, (u8)head, step};
		}
	}
	return u->count > before;
}

bool table_weights(struct arena *arena, struct str bytes, size_t features, size_t heads, const struct table_groups *groups, struct classifier_weight **ret_weights, size_t *ret_count)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct unfolding u = {};
	u32 most;
	u64 key = 0, cells = (u64)features * heads;
	if (bytes.len < sizeof most || cells > (u64)bytes.len * CELLS_A_BYTE + CELLS_ALLOWED)
		return false;
	memcpy(&most, bytes.at, sizeof most);
	u.from = unsqueezer_new(scratch, str_skip(bytes, sizeof most), contexts_of(heads, groups));
	if (!u.from || most > cells)
		return false;
	u.most = most;
	u.weights = arena_array(arena, struct classifier_weight, u.most + 1);
	for (size_t i = 0; i < features; i++) {
		u32 distance = unsqueezer_number(u.from, 0);
		if ((i && !distance) || (key += distance) > UINT32_MAX || !unfold_feature(&u, (u32)key, heads, groups))
			return false;
	}
	*ret_weights = u.weights;
	*ret_count = u.count;
	return u.count == u.most && unsqueezer_done(u.from);
}

bool table_unfold(struct arena *arena, struct str bytes, size_t features, size_t heads, struct table *ret_table)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	const u32 end = (u32)heads;
	struct classifier_weight *weights;
	size_t count;
	if (!table_weights(scratch, bytes, features, heads, &(struct table_groups){&end, 1}, &weights, &count))
		return false;
	*ret_table = table_make(arena, weights, count, features);
	return true;
}
