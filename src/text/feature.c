#include "text/feature.h"

#include <math.h>
#include <string.h>

#define PLACES_MAX FEATURES_MOST
#define SLOTS_MAX 262144u
#define PIECE_LEAST 2
#define PIECE_MOST 5
#define LOGS 64
#define SQUARE_UNIT 16777216.0f /* squares are summed in parts of it: so their order changes nothing */

struct features {
	struct feature *items;
	u32 *counts;
	size_t count, starts[FEATURE_FAMILIES + 1];
	struct feature_place *places;
	size_t place_count;
	uint16_t *slots;
	float logs[LOGS];  /* 1 + ln(n) */
	u64 growth[LOGS];  /* of its square, from n to n + 1 */
};

struct features *features_new(struct arena *arena)
{
	struct features *f = arena_new_of(arena, struct features);
	f->items = arena_array(arena, struct feature, PLACES_MAX + 1) + 1; /* what a free slot seems to mean stands before the first */
	f->counts = arena_array(arena, u32, PLACES_MAX);
	f->places = arena_array(arena, struct feature_place, PLACES_MAX);
	f->slots = arena_alloc_array(arena, SLOTS_MAX, sizeof *f->slots);
	for (int i = 1; i < LOGS; i++)
		f->logs[i] = 1 + logf((float)i);
	for (int i = 0; i + 1 < LOGS; i++)
		f->growth[i] = (u64)((f->logs[i + 1] * f->logs[i + 1] - f->logs[i] * f->logs[i]) * SQUARE_UNIT);
	return f;
}

size_t features_count(const struct features *f)
{
	return f->count;
}

const struct feature *features_items(const struct features *f)
{
	return f->items;
}

size_t features_start(const struct features *f, enum feature_family family)
{
	return f->starts[family];
}

size_t features_places(const struct features *f, const struct feature_place **ret_places)
{
	*ret_places = f->places;
	return f->place_count;
}

/* ---- collecting ---- */

/* A family being collected: in the processor's registers, beside the arrays that it fills. */
struct collector {
	struct feature *items;
	uint16_t *slots;
	struct feature_place *places;
	u32 *counts;
	const u64 *growth;
	size_t count, place_count;
	u32 mask;
	u64 squares;
};

static struct collector collect(struct features *f, size_t most)
{
	size_t slots = 256;
	while (slots < 8 * most && slots < SLOTS_MAX)
		slots *= 2;
	memset(f->slots, 0, slots * sizeof *f->slots);
	return (struct collector){f->items, f->slots, f->places, f->counts, f->growth, f->count, f->place_count, (u32)slots - 1, 0};
}

static u32 key_of(u64 hash, u64 family)
{
	return (u32)(((hash ^ family) * 0xD6E8FEB86659FD93u) >> 32);
}

/* Without a branch on whether the key was there before, which nobody can foresee: what is new and what is counted again go the same
 * way. Another key in its slot is rare, the table being eight times as large as the keys. */
__attribute__((always_inline)) static inline void add_key(struct collector *c, u32 key, size_t token)
{
	u32 at = key & c->mask, found = c->slots[at];
	while ((found != 0) & (c->items[(ptrdiff_t)found - 1].key != key)) {
		at = (at + 1) & c->mask;
		found = c->slots[at];
	}
	u32 fresh = found == 0, index = fresh ? (u32)c->count : found - 1;
	u32 count = fresh ? 0 : c->counts[index];
	c->squares += c->growth[count < LOGS - 1 ? count : LOGS - 1];
	c->counts[index] = count + 1;
	c->items[index].key = key;
	c->slots[at] = (uint16_t)(index + 1);
	c->count += fresh;
	c->places[c->place_count++] = (struct feature_place){index, (uint16_t)token};
}

__attribute__((always_inline)) static inline void add(struct collector *c, u64 hash, u64 family, size_t token)
{
	if (c->place_count < PLACES_MAX)
		add_key(c, key_of(hash, family), token);
}

/* The family's values: 1 + ln(count), to length 1. */
static void settle(struct features *f, const struct collector *c, enum feature_family family)
{
	float values[LOGS + 1], scale = c->squares > 0 ? 1 / sqrtf((float)c->squares / SQUARE_UNIT) : 0;
	for (size_t i = 0; i < LOGS; i++)
		values[i] = f->logs[i] * scale;
	size_t from = f->starts[family];
	for (size_t i = from; i < c->count; i++)
		c->items[i].value = values[c->counts[i] < LOGS ? c->counts[i] : LOGS - 1];
	f->count = f->starts[family + 1] = c->count;
	f->place_count = c->place_count;
}

/* ---- words ---- */

#define WORD 0x100000001u
#define NEGATED 0x200000001u
#define PAIR 0x300000001u
#define TRIPLE 0x400000001u
#define SKIPPED 0x500000001u
#define LOOK 0x600000001u
#define PIECE 0x700000001u
#define SHAPE 0x800000001u

u32 feature_of_word(u64 plain, bool negated)
{
	return key_of(plain, negated ? NEGATED : WORD);
}

static u64 number_class(const struct token *t)
{
	return token_hash(0xC1A55, t->len < 12 ? t->len : 12);
}

/* What pairs are made of: numbers by their length, the rest without accents. */
static u64 pair_hash(const struct token *t)
{
	return t->kind == TOKEN_NUMBER ? number_class(t) : t->plain;
}

static void add_words(struct features *f, const struct reading *r)
{
	struct collector c = collect(f, 7 * r->token_count + 16);
	const struct token *last = NULL, *before = NULL;
	for (size_t i = 0; i < r->token_count; i++) {
		const struct token *t = &r->tokens[i];
		add(&c, t->hash, WORD, i);
		if (t->kind == TOKEN_NUMBER)
			add(&c, number_class(t), WORD, i);
		else if (t->plain != t->hash)
			add(&c, t->plain, WORD, i);
		if (t->flags & TOKEN_NEGATED)
			add(&c, t->plain, NEGATED, i);
		if (t->flags & (TOKEN_LOUD | TOKEN_LONG))
			add(&c, token_hash(t->plain, t->flags & (TOKEN_LOUD | TOKEN_LONG)), LOOK, i);
		if (t->flags & TOKEN_PART)
			continue;
		u64 here = pair_hash(t);
		if (last)
			add(&c, token_hash(pair_hash(last), here), PAIR, i - 1);
		else
			add(&c, token_hash(1, here), PAIR, i);
		if (before)
			add(&c, token_hash(token_hash(pair_hash(before), pair_hash(last)), here), TRIPLE, i - 2);
		before = last;
		last = t;
	}
	if (last)
		add(&c, token_hash(pair_hash(last), 1), PAIR, r->token_count - 1);
	settle(f, &c, FEATURE_WORD);
}

/* ---- letters ---- */

static void add_pieces(struct features *f, const struct reading *r)
{
	struct collector c = collect(f, (PIECE_MOST - PIECE_LEAST + 1) * r->line_len);
	size_t whole = r->line_len >= PIECE_MOST ? r->line_len - PIECE_MOST + 1 : 0;
	const u32 *plain = r->plain;
	size_t i = 0;
	for (; i < whole && c.place_count + PIECE_MOST <= PLACES_MAX; i++) {
		size_t token = r->owner[i + (plain[i] == ' ')];
		u64 two = token_hash(token_hash(TOKEN_HASH_START, plain[i]), plain[i + 1]), three = token_hash(two, plain[i + 2]);
		u64 four = token_hash(three, plain[i + 3]), five = token_hash(four, plain[i + 4]);
		add_key(&c, key_of(two, PIECE), token);
		add_key(&c, key_of(three, PIECE), token);
		add_key(&c, key_of(four, PIECE), token);
		add_key(&c, key_of(five, PIECE), token);
	}
	for (; i + 1 < r->line_len; i++) {
		u64 hash = token_hash(TOKEN_HASH_START, plain[i]);
		for (size_t n = 1; n < PIECE_MOST && i + n < r->line_len; n++) {
			hash = token_hash(hash, plain[i + n]);
			if (n + 1 >= PIECE_LEAST)
				add(&c, hash, PIECE, r->owner[i + (plain[i] == ' ')]);
		}
	}
	settle(f, &c, FEATURE_LETTER);
}

/* ---- shape ---- */

static void add_shape(struct collector *c, u64 what, u64 how_much)
{
	add(c, token_hash(what, how_much), SHAPE, 0);
}

/* 0 1 2 3-4 5-8 9-16 …: 0 1 2 3 4 5 … */
static u64 step(u64 n)
{
	u64 steps = 0;
	for (u64 top = 1; n >= top && steps < 8; top = top < 2 ? top + 1 : top * 2 - (top > 2))
		steps++;
	return steps;
}

static void add_shapes(struct features *f, const struct reading *r)
{
	const struct token_counts *c = &r->counts;
	struct collector in = collect(f, 16);
	add_shape(&in, 1, step(c->exclamations));
	add_shape(&in, 2, step(c->questions));
	add_shape(&in, 3, step(c->emoji));
	add_shape(&in, 4, step(c->links));
	add_shape(&in, 5, step(c->mentions));
	add_shape(&in, 6, step(c->hashtags));
	add_shape(&in, 7, step(c->numbers));
	add_shape(&in, 8, step(c->words));
	add_shape(&in, 9, step(c->loud));
	add_shape(&in, 10, step(c->drawn));
	add_shape(&in, 11, c->letters ? c->capitals * 8u / c->letters : 9);
	if (r->token_count) {
		const struct token *end = &r->tokens[r->token_count - 1];
		add_shape(&in, 12, end->kind == TOKEN_POINT ? end->plain : end->kind);
	}
	settle(f, &in, FEATURE_SHAPE);
	for (size_t i = f->starts[FEATURE_SHAPE]; i < f->count; i++)
		f->items[i].value = 1;
}

void features_of(struct features *f, const struct reading *r)
{
	f->count = f->place_count = 0;
	add_words(f, r);
	add_pieces(f, r);
	add_shapes(f, r);
}
