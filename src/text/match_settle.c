/* match_settle.c: where each query waits. A set of leaves will do when the query cannot be true without one of them: of an OR those of all its
 * parts, of an AND those of any one part that does not say NOT. The cheapest by what was seen in posts is taken. */
#include "text/match_engine.h"

#include "base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRIOR_POSTS 64.f       /* what is thought beforehand counts as much as so many posts */
#define REMEMBERED (1u << 17)  /* posts; then all that was seen counts half */
#define SETTLE_POSTS_MAX (1u << 16)
#define BETTER 0.8f            /* a new place has to be so much cheaper than the old */
#define MOVABLE 0x80000000u    /* in `waits`: there is a choice */

/* How often a leaf is thought to be in posts before any was seen: short words are the frequent ones. */
float leaf_thought(enum match_kind kind, struct str key)
{
	static const float by_length[] = {.3f, .3f, .2f, .1f, .04f, .02f, .01f, .006f, .004f};
	float word = by_length[key.len < COUNT(by_length) ? key.len : COUNT(by_length) - 1];
	switch (kind) {
	case LEAF_WORD:
		return word;
	case LEAF_PREFIX:
		return word * 3;
	case LEAF_SIGNED: case LEAF_PHRASE: case LEAF_NEAR:
		return .002f;
	case LEAF_FIELD:
		return str_starts(key, S("author:")) ? .001f : .3f;
	case LEAF_PLACE:
		return .01f;
	default:
		return .6f;
	}
}

float leaf_cost(const struct match *match, u32 number)
{
	const struct leaf *leaf = &match->leaves[number];
	float thought = leaf_thought((enum match_kind)leaf->kind, (struct str){leaf->key, leaf->key_len});
	return (leaf->seen + thought * PRIOR_POSTS) / (match->posts + PRIOR_POSTS);
}

static u32 span(const u32 *code)
{
	return code_kind(*code) == CODE_LEAF ? 1 : code_value(*code) + 1;
}

static const u32 *best_part(const struct match *match, const u32 *code, float *ret_cost);

/* Infinite: nothing in it has to be there. */
static float code_cost(const struct match *match, const u32 *code)
{
	float cost = 0;
	if (code_not(*code))
		return INFINITY;
	if (code_kind(*code) == CODE_LEAF)
		return leaf_cost(match, code_value(*code));
	if (code_kind(*code) == CODE_AND) {
		best_part(match, code, &cost);
		return cost;
	}
	for (const u32 *part = code + 1; part < code + span(code); part += span(part))
		cost += code_cost(match, part);
	return cost;
}

static const u32 *best_part(const struct match *match, const u32 *code, float *ret_cost)
{
	const u32 *best = NULL;
	*ret_cost = INFINITY;
	for (const u32 *part = code + 1; part < code + span(code); part += span(part)) {
		float cost = code_cost(match, part);
		if (cost >= *ret_cost)
			continue;
		*ret_cost = cost;
		best = part;
	}
	return best;
}

static void gather(struct match *match, const u32 *code, bool certain)
{
	while (code_kind(*code) == CODE_AND) {
		float cost;
		code = best_part(match, code, &cost);
		must(code); /* an AND has a part that does not say NOT */
		certain = false;
	}
	must(!code_not(*code));
	if (code_kind(*code) == CODE_LEAF) {
		ids_add(match, &match->best, code_value(*code) << 1 | certain);
		return;
	}
	for (const u32 *part = code + 1; part < code + span(code); part += span(part))
		gather(match, part, certain);
}

static int by_number(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;
	return x < y ? -1 : x > y;
}

/* Fills match->best: each leaf once, as certain as it is anywhere. */
static void choose(struct match *match, const u32 *code)
{
	struct ids *best = &match->best;
	best->count = 0;
	gather(match, code, true);
	qsort(best->at, best->count, sizeof(u32), by_number);
	u32 kept = 0;
	for (u32 i = 0; i < best->count; i++) {
		if (kept && best->at[kept - 1] >> 1 == best->at[i] >> 1)
			kept--;
		best->at[kept++] = best->at[i];
	}
	best->count = kept;
}

static u32 wait_count(const struct stored *stored)
{
	return stored->waits & ~MOVABLE;
}

static void wait_at_best(struct match *match, u32 number)
{
	struct stored *stored = &match->queries[number];
	const struct ids *best = &match->best;
	size_t before = (stored->count + wait_count(stored)) * sizeof(u32), after = (stored->count + best->count) * sizeof(u32);
	stored->code = pool_resize(match->pool, stored->code, before, stored->count * sizeof(u32), after);
	memcpy(stored->code + stored->count, best->at, best->count * sizeof(u32));
	stored->waits = (stored->waits & MOVABLE) | best->count;
	for (u32 i = 0; i < best->count; i++)
		ids_add(match, &match->leaves[best->at[i] >> 1].waiting, number << 1 | (best->at[i] & 1));
}

static void leave(struct match *match, u32 number)
{
	const struct stored *stored = &match->queries[number];
	const u32 *waits = stored->code + stored->count;
	for (u32 i = 0; i < wait_count(stored); i++)
		ids_remove(&match->leaves[waits[i] >> 1].waiting, number << 1 | (waits[i] & 1));
}

void stored_wait(struct match *match, u32 number)
{
	struct stored *stored = &match->queries[number];
	for (u32 i = 0; i < stored->count; i++)
		if (code_kind(stored->code[i]) == CODE_AND)
			stored->waits |= MOVABLE;
	choose(match, stored->code);
	wait_at_best(match, number);
}

void stored_unwait(struct match *match, u32 number)
{
	struct stored *stored = &match->queries[number];
	leave(match, number);
	stored->code = pool_resize(match->pool, stored->code, (stored->count + wait_count(stored)) * sizeof(u32), stored->count * sizeof(u32),
				   stored->count * sizeof(u32));
	stored->waits = 0;
}

static void settle_near(struct match *match, u32 near)
{
	u32 key[2];
	memcpy(key, match->leaves[near].key, sizeof key);
	u8 side = match->leaves[near].side;
	if (leaf_cost(match, key[!side]) >= leaf_cost(match, key[side]) * BETTER)
		return;
	near_unwait(match, near);
	near_wait(match, near);
}

static void settle_one(struct match *match, u32 number)
{
	const struct stored *stored = &match->queries[number];
	for (u32 i = 0; i < stored->count; i++)
		if (code_kind(stored->code[i]) == CODE_LEAF && match->leaves[code_value(stored->code[i])].kind == LEAF_NEAR)
			settle_near(match, code_value(stored->code[i]));
	if (!(stored->waits & MOVABLE))
		return;
	const u32 *waits = stored->code + stored->count;
	float now = 0;
	for (u32 i = 0; i < wait_count(stored); i++)
		now += leaf_cost(match, waits[i] >> 1);
	if (code_cost(match, stored->code) >= now * BETTER)
		return;
	choose(match, stored->code);
	leave(match, number);
	wait_at_best(match, number);
}

static void forget_half(struct match *match)
{
	match->posts /= 2;
	for (u32 i = 1; i < match->leaf_count; i++)
		match->leaves[i].seen /= 2;
}

void match_settle(struct match *match)
{
	match->posts++;
	if (match->posts >= REMEMBERED)
		forget_half(match);
	u32 share = match->query_count / match->settle_posts + 1;
	while (share-- && match->query_count) {
		if (match->settle_at >= match->query_count) {
			match->settle_at = 0;
			match->settle_posts = match->settle_posts < SETTLE_POSTS_MAX ? match->settle_posts * 2 : SETTLE_POSTS_MAX;
			return;
		}
		settle_one(match, match->settle_at++);
	}
}
