#include "text/match_engine.h"

#include "base/err.h"

#include <string.h>
#include <sys/random.h>

/* Powers of two of items: these are sizes of the pool too. */
void *match_grow(struct match *match, void *items, size_t size, u32 count, u32 *capacity, u32 wanted)
{
	u32 grown = *capacity ? *capacity : 64;
	while (grown < wanted)
		grown *= 2;
	if (grown == *capacity)
		return items;
	items = pool_resize(match->pool, items, *capacity * size, *capacity ? count * size : 0, grown * size);
	if (!*capacity)
		count = 0; /* some begin to count at 1 */
	memset((char *)items + count * size, 0, (grown - count) * size);
	*capacity = grown;
	return items;
}

void ids_add(struct match *match, struct ids *ids, u32 id)
{
	if (ids->count == ids->capacity) {
		u32 wanted = ids->capacity ? ids->capacity + ids->capacity / 4 + 1 : 4;
		size_t bytes = pool_size(wanted * sizeof(u32));
		ids->at = pool_resize(match->pool, ids->at, ids->capacity * sizeof(u32), ids->count * sizeof(u32), bytes);
		ids->capacity = (u32)(bytes / sizeof(u32));
	}
	ids->at[ids->count++] = id;
}

void ids_remove(struct ids *ids, u32 id)
{
	u32 i = 0;
	while (ids->at[i] != id)
		must(++i < ids->count);
	ids->at[i] = ids->at[--ids->count];
}

void ids_free(struct match *match, struct ids *ids)
{
	pool_give(match->pool, ids->at, ids->capacity * sizeof(u32));
	*ids = (struct ids){};
}

static void free_words(void *words)
{
	query_words_free(words);
}

struct match *match_new(struct arena *arena)
{
	struct match *match = arena_new_of(arena, struct match);
	match->arena = arena;
	match->pool = pool_new(arena);
	if (getrandom(&match->seed, sizeof match->seed, 0) != (ssize_t)sizeof match->seed)
		match->seed = 0x2545f4914f6cdd1du;
	match->slot_mask = 1023;
	match->slots = pool_take(match->pool, (match->slot_mask + 1) * sizeof *match->slots);
	memset(match->slots, 0, (match->slot_mask + 1) * sizeof *match->slots);
	match->prefix_sieve = pool_take(match->pool, SIEVE_BITS / 8);
	memset(match->prefix_sieve, 0, SIEVE_BITS / 8);
	match->leaf_count = 1;
	match->place_count = 1;
	match->settle_posts = 256;
	arena_defer(arena, free_words, &match->words);
	return match;
}

/* ---- code ---- */

static void emit(struct match *match, const struct query *query, bool turned)
{
	while (query->kind == QUERY_NOT || query->kind == QUERY_SAVED) {
		turned ^= query->kind == QUERY_NOT;
		query = query->parts[0];
	}
	struct ids *code = &match->chosen;
	u32 at = code->count;
	ids_add(match, code, 0);
	if (query->kind != QUERY_AND && query->kind != QUERY_OR) {
		code->at[at] = code_of(CODE_LEAF, leaf_for(match, query)) | turned;
		return;
	}
	for (size_t i = 0; i < query->count; i++)
		emit(match, query->parts[i], false);
	code->at[at] = code_of(query->kind == QUERY_AND ? CODE_AND : CODE_OR, code->count - at - 1) | turned;
}

static u32 free_number(struct match *match)
{
	if (match->free_queries.count)
		return match->free_queries.at[--match->free_queries.count];
	u32 met = match->query_capacity, wanted = match->query_count + 1;
	match->queries = match_grow(match, match->queries, sizeof *match->queries, match->query_count, &match->query_capacity, wanted);
	match->met = match_grow(match, match->met, sizeof *match->met, match->query_count, &met, wanted);
	match->met[match->query_count] = 0;
	return match->query_count++;
}

u32 match_add(struct match *match, const struct query *query)
{
	match->chosen.count = 0;
	emit(match, query, false);
	u32 number = free_number(match), count = match->chosen.count;
	struct stored *stored = &match->queries[number];
	*stored = (struct stored){.code = pool_take(match->pool, count * sizeof(u32)), .count = count};
	memcpy(stored->code, match->chosen.at, count * sizeof(u32));
	stored_wait(match, number);
	match->queries_live++;
	return number;
}

void match_remove(struct match *match, u32 number)
{
	must(number < match->query_count && match->queries[number].code);
	stored_unwait(match, number);
	struct stored *stored = &match->queries[number];
	for (u32 i = 0; i < stored->count; i++)
		if (code_kind(stored->code[i]) == CODE_LEAF)
			leaf_drop(match, code_value(stored->code[i]));
	pool_give(match->pool, stored->code, stored->count * sizeof(u32));
	*stored = (struct stored){};
	ids_add(match, &match->free_queries, number);
	match->queries_live--;
}

size_t match_count(const struct match *match)
{
	return match->queries_live;
}

bool match_asks_place(const struct match *match)
{
	for (size_t i = 0; i < COUNT(match->places_asked); i++)
		if (match->places_asked[i])
			return true;
	return false;
}

size_t match_bytes(const struct match *match)
{
	return pool_bytes(match->pool);
}

u64 match_looked_at(const struct match *match)
{
	return match->looked_at;
}
