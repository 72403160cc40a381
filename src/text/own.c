/* A ridge regression over rows that are rarer words made heavier, solved one lesson after the other in its dual (as linear.c does for
 * support vectors). What is kept is a table of places by key, walked until an empty one. */
#include "text/own.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0x4E574F50u /* "POWN" */
#define KEPT_MOST 65536u  /* weights; of more, the heaviest */
#define ROUNDS 40
#define LETTERS 0.5f      /* of the pieces of letters, beside the words' 1 */
#define BEFORE 50         /* rows as if seen before, which have none of the words: few rows tell little of what is rare */
#define LEAST 0.002f      /* a weight below it changes nothing */

struct head_of_bytes {
	u32 magic, version, slots, count;
};

struct slot {
	u32 key;
	u32 head; /* plus 1; 0: empty */
	float weight;
};

struct own {
	const struct slot *slots;
	u32 mask;
};

enum err own_open(struct cx *cx, struct str bytes, struct own **ret_own)
{
	struct head_of_bytes head;
	if (bytes.len < sizeof head)
		return fail(cx, ERR_BAD_INPUT, N_("What was learnt from corrections is damaged; it is learnt again by itself."));
	memcpy(&head, bytes.at, sizeof head);
	if (head.magic != MAGIC || head.version != FEATURE_VERSION)
		return fail(cx, ERR_UNSUPPORTED, N_("What was learnt from corrections is of another version; it is learnt again by itself."));
	bool sound = head.slots >= 2 && !(head.slots & (head.slots - 1)) && head.count < head.slots &&
		     bytes.len == sizeof head + (size_t)head.slots * sizeof(struct slot) && (uintptr_t)bytes.at % alignof(struct slot) == 0;
	const struct slot *slots = (const void *)(bytes.at + sizeof head);
	u32 used = 0;
	for (u32 i = 0; sound && i < head.slots; i++) {
		sound = slots[i].head <= OWN_HEADS && isfinite(slots[i].weight);
		used += slots[i].head != 0;
	}
	if (!sound || used != head.count) /* and so there is an empty place, where a walk ends */
		return fail(cx, ERR_BAD_INPUT, N_("What was learnt from corrections is damaged; it is learnt again by itself."));
	struct own *own = arena_new_of(cx->arena, struct own);
	*own = (struct own){slots, head.slots - 1};
	*ret_own = own;
	return OK;
}

static inline u32 place_of(u32 key)
{
	return (key ^ key >> 15) * 0x9E3779B1u;
}


/* Links and mentions say nothing of their own; negated, a word is another. */
static inline bool word_key(const struct token *t, u32 *ret_key)
{
	*ret_key = (u32)(t->plain ^ t->plain >> 32) ^ (t->flags & TOKEN_NEGATED ? 0x5BD1E995u : 0);
	return t->kind != TOKEN_LINK && t->kind != TOKEN_MENTION && t->kind != TOKEN_POINT;
}

/* Of each word, so that long messages are heard no louder than short ones. */
static float word_value(const struct reading *reading)
{
	size_t count = 0;
	u32 key;
	for (size_t i = 0; i < reading->token_count; i++)
		count += word_key(&reading->tokens[i], &key);
	return count ? 1 / sqrtf((float)count) : 0;
}

static inline void add_key(const struct own *own, u32 key, float value, float *ret_sums)
{
	for (u32 at = place_of(key) & own->mask; own->slots[at].head; at = (at + 1) & own->mask)
		if (own->slots[at].key == key)
			ret_sums[own->slots[at].head - 1] += own->slots[at].weight * value;
}

static inline float weight_of(const struct own *own, u32 key, u8 head)
{
	for (u32 at = place_of(key) & own->mask; own->slots[at].head; at = (at + 1) & own->mask)
		if (own->slots[at].key == key && own->slots[at].head == head + 1u)
			return own->slots[at].weight;
	return 0;
}

void own_sums(const struct own *own, const struct reading *reading, const struct features *features, float *ret_sums)
{
	const struct feature *items = features_items(features);
	size_t end = features_start(features, FEATURE_SHAPE);
	float value = word_value(reading);
	u32 key;
	for (size_t i = 0; i < reading->token_count; i++)
		if (word_key(&reading->tokens[i], &key))
			add_key(own, key, value, ret_sums);
	for (size_t i = features_start(features, FEATURE_LETTER); i < end; i++)
		add_key(own, items[i].key, LETTERS * items[i].value, ret_sums);
}

void own_why(const struct own *own, const struct reading *reading, const struct features *features, u8 head, float *ret_parts)
{
	const struct feature_place *places;
	const struct feature *items = features_items(features);
	size_t count = features_places(features, &places), from = features_start(features, FEATURE_LETTER), end = features_start(features, FEATURE_SHAPE);
	float value = word_value(reading);
	u32 key;
	for (size_t i = 0; i < reading->token_count; i++)
		if (word_key(&reading->tokens[i], &key))
			ret_parts[i] += weight_of(own, key, head) * value;
	for (size_t p = 0; p < count; p++) {
		size_t i = places[p].feature;
		if (i >= from && i < end && places[p].token < reading->token_count)
			ret_parts[places[p].token] += weight_of(own, items[i].key, head) * items[i].value * LETTERS;
	}
}

/* ---- learning ---- */

static int by_key(const void *a, const void *b)
{
	const struct feature *x = a, *y = b;
	return (x->key > y->key) - (x->key < y->key);
}

struct own_row own_row_of(struct arena *arena, const struct reading *reading, const struct features *features)
{
	size_t from = features_start(features, FEATURE_LETTER), end = features_start(features, FEATURE_SHAPE), count = 0, kept = 0;
	struct feature *items = arena_array(arena, struct feature, reading->token_count + end - from + 1);
	float value = word_value(reading);
	u32 key;
	for (size_t i = 0; i < reading->token_count; i++)
		if (word_key(&reading->tokens[i], &key))
			items[count++] = (struct feature){key, value};
	for (size_t i = from; i < end; i++)
		items[count++] = (struct feature){features_items(features)[i].key, features_items(features)[i].value * LETTERS};
	if (count)
		qsort(items, count, sizeof *items, by_key);
	for (size_t i = 0; i < count; i++) /* a word said twice is one with twice the value */
		if (kept && items[kept - 1].key == items[i].key)
			items[kept - 1].value += items[i].value;
		else
			items[kept++] = items[i];
	return (struct own_row){items, kept};
}

/* The keys of all rows, each once, with how rare it is. */
struct vocabulary {
	u32 *keys;
	float *rarity;
	size_t count;
};

static int by_number(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;
	return (x > y) - (x < y);
}

static struct vocabulary vocabulary_of(struct arena *arena, const struct own_row *rows, size_t row_count)
{
	size_t all = 0, at = 0;
	struct vocabulary v = {};
	for (size_t r = 0; r < row_count; r++)
		all += rows[r].count;
	v.keys = arena_array(arena, u32, all + 1);
	v.rarity = arena_array(arena, float, all + 1);
	for (size_t r = 0; r < row_count; r++)
		for (size_t i = 0; i < rows[r].count; i++)
			v.keys[at++] = rows[r].items[i].key;
	if (all)
		qsort(v.keys, all, sizeof *v.keys, by_number);
	for (size_t i = 0; i < all;) { /* a key stands once in a row: its repeats are the rows that have it */
		size_t from = i;
		u32 key = v.keys[i];
		while (i < all && v.keys[i] == key)
			i++;
		v.keys[v.count] = key;
		v.rarity[v.count++] = logf(1 + (float)(row_count + BEFORE) / (float)(i - from)) / logf(1 + (float)(row_count + BEFORE));
	}
	return v;
}

static size_t index_of(const struct vocabulary *v, u32 key)
{
	size_t low = 0, high = v->count;
	while (low + 1 < high) {
		size_t middle = (low + high) / 2;
		if (v->keys[middle] <= key)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct cell {
	u32 index;
	float value;
};

struct cells {
	struct cell *at;
	size_t count;
	float square;
};

static struct cells *cells_of(struct arena *arena, const struct vocabulary *v, const struct own_row *rows, size_t row_count)
{
	struct cells *list = arena_array(arena, struct cells, row_count + 1);
	for (size_t r = 0; r < row_count; r++) {
		struct cells *c = &list[r];
		c->at = arena_array(arena, struct cell, rows[r].count + 1);
		for (size_t i = 0; i < rows[r].count; i++) {
			size_t index = index_of(v, rows[r].items[i].key);
			float value = rows[r].items[i].value * v->rarity[index];
			c->at[c->count++] = (struct cell){(u32)index, value};
			c->square += value * value;
		}
	}
	return list;
}

/* The weights of one head, from its lessons. */
static void solve(const struct cells *rows, const struct own_lesson *lessons, size_t count, u8 head, float *dual, float *weights)
{
	memset(dual, 0, count * sizeof *dual);
	for (int round = 0; round < ROUNDS; round++) {
		float moved = 0;
		for (size_t l = 0; l < count; l++) {
			const struct cells *row = &rows[lessons[l].row];
			if (lessons[l].head != head || row->square <= 0)
				continue;
			float sum = 0, slack = 1 / lessons[l].weight;
			for (size_t i = 0; i < row->count; i++)
				sum += weights[row->at[i].index] * row->at[i].value;
			float next = dual[l] + (lessons[l].sum - sum - dual[l] * slack) / (row->square + slack);
			if ((lessons[l].sum > 0 && next < 0) || (lessons[l].sum < 0 && next > 0))
				next = 0; /* it goes further than asked: nothing to hold back */
			float step = next - dual[l];
			dual[l] = next;
			moved += fabsf(step);
			for (size_t i = 0; i < row->count; i++)
				weights[row->at[i].index] += step * row->at[i].value;
		}
		if (moved < 1e-4f)
			break;
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	float p = fabsf(x->weight), q = fabsf(y->weight);
	if (p != q)
		return p > q ? -1 : 1;
	return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->head > y->head) - (x->head < y->head);
}

static void write_table(struct arena *arena, struct slot *found, size_t count, struct buf *out)
{
	if (count)
		qsort(found, count, sizeof *found, by_weight);
	if (count > KEPT_MOST)
		count = KEPT_MOST;
	u32 slots = 2;
	while (slots < count * 2)
		slots *= 2;
	struct slot *table = arena_array(arena, struct slot, slots);
	for (size_t i = 0; i < count; i++) {
		u32 at = place_of(found[i].key) & (slots - 1);
		while (table[at].head)
			at = (at + 1) & (slots - 1);
		table[at] = found[i];
	}
	struct head_of_bytes head = {MAGIC, FEATURE_VERSION, slots, (u32)count};
	buf_add(out, (struct str){(const char *)&head, sizeof head});
	buf_add(out, (struct str){(const char *)table, slots * sizeof *table});
}

enum err own_learn(struct cx *cx, const struct own_row *rows, size_t row_count, const struct own_lesson *lessons, size_t lesson_count, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct vocabulary v = vocabulary_of(arena, rows, row_count);
	struct cells *cells = cells_of(arena, &v, rows, row_count);
	float *weights = arena_array(arena, float, v.count + 1), *dual = arena_array(arena, float, lesson_count + 1);
	struct slot *found = NULL;
	size_t count = 0, capacity = 0;
	for (u32 head = 0; head < OWN_HEADS; head++) {
		bool any = false;
		for (size_t l = 0; l < lesson_count; l++)
			any |= lessons[l].head == head && lessons[l].sum != 0;
		if (!any)
			continue;
		memset(weights, 0, v.count * sizeof *weights);
		solve(cells, lessons, lesson_count, (u8)head, dual, weights);
		for (size_t i = 0; i < v.count; i++) {
			float weight = weights[i] * v.rarity[i];
			if (fabsf(weight) >= LEAST)
				*arena_push(arena, found, count, capacity) = (struct slot){v.keys[i], head + 1, weight};
		}
	}
	write_table(arena, found, count, out);
	return OK;
}
