/* language_fold.c: the buckets and lists of a model that tells languages, squeezed for its file (squeeze.h): half of their bytes. */
#include "base/err.h"
#include "text/language_file.h"
#include "text/squeeze.h"

#define FILTERS 11u
#define MANY 8u /* pieces, or filters found: so many and more are one context */

/* A bucket after the other: how many pieces it has, its filters, a bit each; of each piece how far its tag is from the one before, how many pairs it
 * has, and those, or its row. */
enum context {
	PIECES = 0,
	FILTER = 1,
	TAG = FILTER + MANY * MANY,
	HEAD = TAG + MANY,
	COLUMN = HEAD + 1,                             /* by the column before, and whether it is the last */
	WEIGHT = COLUMN + 2 * (LANGUAGE_AMONG + 1),    /* by column */
	WHOLE_ROW = WEIGHT + LANGUAGE_AMONG,           /* by column */
	CONTEXTS = WHOLE_ROW + LANGUAGE_AMONG,
};

static u32 few(u32 count)
{
	return count < MANY ? count : MANY - 1;
}

static u32 column_context(u32 last, bool ends) /* last: the column before and 1; 0: none */
{
	return COLUMN + 2 * last + ends;
}

/* ---- writing ---- */

static u32 fold_list(struct squeezer *s, const uint16_t *list, u32 width)
{
	u32 head = *list & 63u;
	squeezer_add(s, HEAD, (u8)head);
	if (head == LANGUAGE_ROW) {
		for (u32 column = 0; column < width; column++)
			squeezer_add(s, WHOLE_ROW + column, ((const u8 *)(list + 1))[column]);
		return 1 + width / 2;
	}
	for (u32 n = 0, last = 0; n <= head; n++) {
		u32 column = list[n + 1] & 0xFF;
		squeezer_add(s, column_context(last, n == head), (u8)column);
		squeezer_add(s, WEIGHT + column, (u8)(list[n + 1] >> 8));
		last = column + 1;
	}
	return head + 2;
}

void language_fold(const struct language_lists *lists, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct squeezer *s = squeezer_new(scratch, CONTEXTS);
	for (size_t i = 0; i < (size_t)1 << lists->bucket_bits; i++) {
		u32 from = lists->buckets[i] & LANGUAGE_OFFSET_MASK, to = lists->buckets[i + 1] & LANGUAGE_OFFSET_MASK, pieces = 0, found = 0, tag = 0;
		for (u32 at = from; at < to; at += language_units(lists->lists[at], lists->width))
			pieces++;
		must(pieces < 256);
		squeezer_add(s, PIECES, (u8)pieces);
		for (u32 n = 0; pieces && n < FILTERS; n++) {
			u32 is = lists->buckets[i] >> LANGUAGE_OFFSET_BITS >> n & 1;
			squeezer_add(s, FILTER + few(pieces) * MANY + few(found), (u8)is);
			found += is;
		}
		for (u32 at = from; at < to; pieces--) {
			squeezer_add_number(s, TAG + few(pieces), (lists->lists[at] >> 6) - tag);
			tag = lists->lists[at] >> 6;
			at += fold_list(s, lists->lists + at, lists->width);
		}
	}
	squeezer_end(s, out);
}

/* ---- reading ---- */

/* The list's units; 0: it would not fit, or is none. */
static u32 unfold_list(struct unsqueezer *u, u32 tag, u32 width, u32 room, uint16_t *ret_list)
{
	u32 head = unsqueezer_next(u, HEAD), units = language_units((uint16_t)(head & 63), width);
	if (head > LANGUAGE_ROW || units > room)
		return 0;
	ret_list[0] = (uint16_t)(tag << 6 | head);
	for (u32 column = 0; head == LANGUAGE_ROW && column < width; column++)
		((u8 *)(ret_list + 1))[column] = unsqueezer_next(u, WHOLE_ROW + column);
	for (u32 n = 0, last = 0; head != LANGUAGE_ROW && n <= head; n++) {
		u32 column = unsqueezer_next(u, column_context(last, n == head));
		if (column >= LANGUAGE_AMONG)
			return 0;
		ret_list[n + 1] = (uint16_t)(column | (u32)unsqueezer_next(u, WEIGHT + column) << 8);
		last = column + 1;
	}
	return units;
}

bool language_unfold(struct arena *arena, struct str bytes, u32 units, struct language_lists *ret_lists)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct unsqueezer *u = unsqueezer_new(scratch, bytes, CONTEXTS);
	size_t buckets = (size_t)1 << ret_lists->bucket_bits;
	u32 *words = arena_array(arena, u32, buckets + 1), at = 0;
	uint16_t *lists = arena_array(arena, uint16_t, units + 1);
	for (size_t i = 0; u && i < buckets; i++) {
		u32 pieces = unsqueezer_next(u, PIECES), found = 0, tag = 0;
		words[i] = at;
		for (u32 n = 0; pieces && n < FILTERS; n++)
			if (unsqueezer_next(u, FILTER + few(pieces) * MANY + few(found)) == 1) {
				words[i] |= 1u << n << LANGUAGE_OFFSET_BITS;
				found++;
			}
		for (; pieces; pieces--) {
			u32 by = unsqueezer_number(u, TAG + few(pieces)), more;
			if (by > 1023 || (tag += by) > 1023 || !(more = unfold_list(u, tag, ret_lists->width, units - at, lists + at)))
				return false;
			at += more;
		}
	}
	words[buckets] = at;
	ret_lists->buckets = words;
	ret_lists->lists = lists;
	return u && at == units && unsqueezer_done(u);
}
