#include "text/feature.h"

#include <math.h>
#include <string.h>

#define PLACES_MAX FEATURES_MOST
#define SLOTS_MAX 524288u
#define PIECE_LEAST 2
#define PIECE_MOST 5
#define LOGS 64

struct features {
	struct feature *items;
	u32 *counts;
	size_t count, starts[FEATURE_FAMILIES + 1];
	struct feature_place *places;
	size_t place_count;
	struct {
		u32 key, index; /* index + 1; 0 is free */
	} *slots;
	size_t slot_mask;
	float logs[LOGS]; /* 1 + ln(n) */
};

struct features *features_new(struct arena *arena)
{
	struct features *f = arena_new_of(arena, struct features);
	f->items = arena_array(arena, struct feature, PLACES_MAX);
	f->counts = arena_array(arena, u32, PLACES_MAX);
	f->places = arena_array(arena, struct feature_place, PLACES_MAX);
	f->slots = arena_alloc_array(arena, SLOTS_MAX, sizeof *f->slots);
	for (int i = 1; i < LOGS; i++)
		f->logs[i] = 1 + logf((float)i);
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

static void add(struct features *f, u64 hash, u64 family, size_t token)
{
	if (f->place_count == PLACES_MAX)
		return;
	u32 key = (u32)(((hash ^ family) * 0xD6E8FEB86659FD93u) >> 32);
	for (size_t at = key & f->slot_mask;; at = (at + 1) & f->slot_mask) {
		if (!f->slots[at].index) {
			f->items[f->count].key = key;
			f->counts[f->count++] = 1;
			f->slots[at].key = key;
			f->slots[at].index = (u32)f->count;
		} else if (f->slots[at].key == key) {
			f->counts[f->slots[at].index - 1]++;
		} else {
			continue;
		}
		f->places[f->place_count].feature = f->slots[at].index - 1;
		f->places[f->place_count++].token = (uint16_t)token;
		return;
	}
}

/* The family's values: 1 + ln(count), to length 1. */
static void weigh(struct features *f, size_t from)
{
	float squares = 0;
	for (size_t i = from; i < f->count; i++) {
		u32 count = f->counts[i] < LOGS ? f->counts[i] : LOGS - 1;
		f->items[i].value = f->logs[count];
		squares += f->logs[count] * f->logs[count];
	}
	float scale = squares > 0 ? 1 / sqrtf(squares) : 0;
	for (size_t i = from; i < f->count; i++)
		f->items[i].value *= scale;
}

/* Room in the table for `most` places. */
static void clear_slots(struct features *f, size_t most)
{
	size_t slots = 256;
	while (slots < 2 * most && slots < SLOTS_MAX)
		slots *= 2;
	memset(f->slots, 0, slots * sizeof *f->slots);
	f->slot_mask = slots - 1;
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
	const struct token *last = NULL, *before = NULL;
	for (size_t i = 0; i < r->token_count; i++) {
		const struct token *t = &r->tokens[i];
		add(f, t->hash, WORD, i);
		if (t->kind == TOKEN_NUMBER)
			add(f, number_class(t), WORD, i);
		else if (t->plain != t->hash)
			add(f, t->plain, WORD, i);
		if (t->flags & TOKEN_NEGATED)
			add(f, t->plain, NEGATED, i);
		if (t->flags & (TOKEN_LOUD | TOKEN_LONG))
			add(f, token_hash(t->plain, t->flags & (TOKEN_LOUD | TOKEN_LONG)), LOOK, i);
		if (t->flags & TOKEN_PART)
			continue;
		u64 here = pair_hash(t);
		if (last)
			add(f, token_hash(pair_hash(last), here), PAIR, i - 1);
		else
			add(f, token_hash(1, here), PAIR, i);
		if (before)
			add(f, token_hash(token_hash(pair_hash(before), pair_hash(last)), here), TRIPLE, i - 2);
		before = last;
		last = t;
	}
	if (last)
		add(f, token_hash(pair_hash(last), 1), PAIR, r->token_count - 1);
}

/* ---- letters ---- */

static void add_pieces(struct features *f, const struct reading *r)
{
	for (size_t i = 0; i + 1 < r->line_len; i++) {
		u64 hash = token_hash(TOKEN_HASH_START, r->plain[i]);
		for (size_t n = 1; n < PIECE_MOST && i + n < r->line_len; n++) {
			hash = token_hash(hash, r->plain[i + n]);
			if (n + 1 >= PIECE_LEAST)
				add(f, hash, PIECE, r->owner[i + (r->plain[i] == ' ')]);
		}
	}
}

/* ---- shape ---- */

static void add_shape(struct features *f, u64 what, u64 how_much)
{
	if (f->place_count == PLACES_MAX)
		return;
	add(f, token_hash(what, how_much), SHAPE, 0);
	f->items[f->count - 1].value = 1;
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
	add_shape(f, 1, step(c->exclamations));
	add_shape(f, 2, step(c->questions));
	add_shape(f, 3, step(c->emoji));
	add_shape(f, 4, step(c->links));
	add_shape(f, 5, step(c->mentions));
	add_shape(f, 6, step(c->hashtags));
	add_shape(f, 7, step(c->numbers));
	add_shape(f, 8, step(c->words));
	add_shape(f, 9, step(c->loud));
	add_shape(f, 10, step(c->drawn));
	add_shape(f, 11, c->letters ? c->capitals * 8u / c->letters : 9);
	if (r->token_count) {
		const struct token *end = &r->tokens[r->token_count - 1];
		add_shape(f, 12, end->kind == TOKEN_POINT ? end->plain : end->kind);
	}
}

void features_of(struct features *f, const struct reading *r)
{
	f->count = f->place_count = 0;
	clear_slots(f, 7 * r->token_count + 64);
	add_words(f, r);
	f->starts[FEATURE_LETTER] = f->count;
	weigh(f, 0);
	clear_slots(f, (PIECE_MOST - PIECE_LEAST + 1) * r->line_len);
	add_pieces(f, r);
	weigh(f, f->starts[FEATURE_LETTER]);
	f->starts[FEATURE_SHAPE] = f->count;
	clear_slots(f, 64);
	add_shapes(f, r);
	f->starts[FEATURE_FAMILIES] = f->count;
}
