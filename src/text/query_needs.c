#include "text/query_needs.h"

#include "base/err.h"
#include "text/match_engine.h"

#include <string.h>

#define CROSSED_MAX 8 /* sets that an AND may make of its parts: beyond it a part narrows nothing, which finds too much and misses nothing */

static const char without_words[] = N_("It names no word, phrase, #tag or @name that every post must hold. Authors, channels, languages and what must be missing alone cannot be searched for.");
static const char beginnings[] = N_("It asks for the beginning of a word, and networks search whole words alone. Write out the forms that matter, with OR between them.");
static const char too_many[] = N_("It asks for too many words at once: a network can be asked for 24. Make two queries of it.");

static struct query_needs nothing(const char *story)
{
	return (struct query_needs){.story = story};
}

static float literal_cost(const struct query_literal *l)
{
	return leaf_thought(l->kind == LITERAL_WORD ? LEAF_WORD : l->kind == LITERAL_PHRASE ? LEAF_PHRASE : LEAF_SIGNED, l->text);
}

/* In how many posts a set is thought to be: in no more than its rarest. */
static float needs_cost(const struct query_needs *n)
{
	float cost = 0;
	for (size_t i = 0; i < n->count; i++)
		cost += literal_cost(&n->any[i].all[0]);
	return cost;
}

/* ---- leaves ---- */

static struct str words_of(struct arena *arena, const struct query *q)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < q->count; i++) {
		buf_adds(&b, i ? " " : "");
		buf_add(&b, q->words[i]);
	}
	return buf_keep(&b, arena);
}

static struct query_needs leaf(struct arena *arena, const struct query *q)
{
	struct query_need *need = arena_new_of(arena, struct query_need);
	struct query_literal *l = &need->all[0];
	*l = (struct query_literal){.kind = q->kind == QUERY_PHRASE ? LITERAL_PHRASE : LITERAL_WORD, .text = words_of(arena, q)};
	if (q->kind == QUERY_SIGNED) {
		l->kind = *l->text.at == '@' ? LITERAL_NAME : LITERAL_TAG;
		l->text = str_skip(l->text, 1);
	}
	need->count = 1;
	return (struct query_needs){.any = need, .count = 1};
}

/* ---- what is put together ---- */

/* Does whatever holds `b` hold `a` too? */
static bool follows(const struct query_literal *a, const struct query_literal *b)
{
	if (a->kind == b->kind && str_eq(a->text, b->text))
		return true;
	struct str rest = b->text;
	while (a->kind == LITERAL_WORD && b->kind == LITERAL_PHRASE && rest.len)
		if (str_eq(str_cut(&rest, ' '), a->text))
			return true;
	return false;
}

static bool need_holds(const struct query_need *need, const struct query_literal *l)
{
	for (size_t i = 0; i < need->count; i++)
		if (follows(l, &need->all[i]))
			return true;
	return false;
}

/* Whoever is asked for `wide` finds all that `narrow` asks for. */
static bool is_covered(const struct query_need *narrow, const struct query_need *wide)
{
	for (size_t i = 0; i < wide->count; i++)
		if (!need_holds(narrow, &wide->all[i]))
			return false;
	return true;
}

static void add_need(struct query_needs *list, const struct query_need *need)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		if (is_covered(need, &list->any[i]))
			return;
	for (size_t i = 0; i < list->count; i++)
		if (!is_covered(&list->any[i], need))
			list->any[kept++] = list->any[i];
	list->any[kept] = *need;
	list->count = kept + 1;
}

static struct query_needs joined(struct arena *arena, const struct query_needs *a, const struct query_needs *b)
{
	struct query_needs all = {.any = arena_array(arena, struct query_need, a->count + b->count)};
	for (size_t i = 0; i < a->count; i++)
		add_need(&all, &a->any[i]);
	for (size_t i = 0; i < b->count; i++)
		add_need(&all, &b->any[i]);
	return all;
}

/* The rarest stay, the rarest first. */
static void add_literal(struct query_need *need, const struct query_literal *l)
{
	if (need_holds(need, l))
		return;
	float cost = literal_cost(l);
	size_t at = need->count;
	while (at && literal_cost(&need->all[at - 1]) > cost)
		at--;
	if (at == QUERY_NEED_LITERALS)
		return;
	size_t after = need->count - at - (need->count == QUERY_NEED_LITERALS);
	memmove(&need->all[at + 1], &need->all[at], after * sizeof *l);
	need->all[at] = *l;
	need->count += need->count < QUERY_NEED_LITERALS;
}

static struct query_needs crossed(struct arena *arena, const struct query_needs *a, const struct query_needs *b)
{
	struct query_needs all = {.any = arena_array(arena, struct query_need, a->count * b->count)};
	for (size_t i = 0; i < a->count; i++)
		for (size_t n = 0; n < b->count; n++) {
			struct query_need both = a->any[i];
			for (size_t l = 0; l < b->any[n].count; l++)
				add_literal(&both, &b->any[n].all[l]);
			add_need(&all, &both);
		}
	return all;
}

static struct query_needs needs(struct arena *arena, const struct query *q);

static struct query_needs needs_of_any(struct arena *arena, const struct query *q)
{
	struct query_needs all = needs(arena, q->parts[0]);
	for (size_t i = 1; i < q->count && !all.story; i++) {
		struct query_needs part = needs(arena, q->parts[i]);
		all = part.story ? part : joined(arena, &all, &part);
		if (all.count > QUERY_NEEDS_MAX)
			return nothing(too_many);
	}
	return all;
}

/* The part that is rarest by itself; then those that narrow it. */
static struct query_needs needs_of_all(struct arena *arena, const struct query *q)
{
	struct query_needs *parts = arena_array(arena, struct query_needs, q->count), all;
	const char *story = without_words;
	size_t best = q->count;
	for (size_t i = 0; i < q->count; i++) {
		parts[i] = needs(arena, q->parts[i]);
		if (parts[i].story)
			story = parts[i].story == without_words ? story : parts[i].story;
		else if (best == q->count || needs_cost(&parts[i]) < needs_cost(&parts[best]))
			best = i;
	}
	if (best == q->count)
		return nothing(story);
	all = parts[best];
	for (size_t i = 0; i < q->count; i++)
		if (i != best && !parts[i].story && all.count * parts[i].count <= CROSSED_MAX)
			all = crossed(arena, &all, &parts[i]);
	return all;
}

static struct query_needs needs(struct arena *arena, const struct query *q)
{
	switch (q->kind) {
	case QUERY_WORD: case QUERY_SIGNED: case QUERY_PHRASE:
		return leaf(arena, q);
	case QUERY_PREFIX:
		return nothing(beginnings);
	case QUERY_SAVED:
		return needs(arena, q->parts[0]);
	case QUERY_OR:
		return needs_of_any(arena, q);
	case QUERY_AND: case QUERY_NEAR:
		return needs_of_all(arena, q);
	default: /* a field; NOT */
		return nothing(without_words);
	}
}

void query_needs_of(struct arena *arena, const struct query *query, struct query_needs *ret_needs)
{
	*ret_needs = needs(arena, query);
}
