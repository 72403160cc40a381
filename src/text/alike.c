#include "text/alike.h"

#include "base/cx.h"
#include "text/token.h"
#include "text/vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GRAM 4u           /* letters of a piece; the space before a word counts */
#define GRAM_WEIGHT 1.2   /* of all pieces of a word together, the word itself being 1 */
#define COMMON_WEIGHT 0.6 /* of a word that holds sentences together: of questions, how, when and where tell something */
#define OTHERS 30.0       /* texts about something else that are thought of beside: what all of few have in common tells something */
#define READ 400u         /* bytes of a text that count: a question is short, what stands around it is not */

struct piece {
	u64 key;
	u32 text, term;
	float weight;
};

struct pieces {
	struct piece *items;
	size_t count, capacity, terms;
	size_t *starts; /* of each text */
};

static int by_key(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	return x->key != y->key ? (x->key < y->key ? -1 : 1) : (x->text > y->text) - (x->text < y->text);
}

static int by_text(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	return x->text != y->text ? (x->text < y->text ? -1 : 1) : (x->key > y->key) - (x->key < y->key);
}

static void add_word(struct arena *arena, struct pieces *p, u32 text, const struct reading *reading, const struct token *t, float weight)
{
	*arena_push(arena, p->items, p->count, p->capacity) = (struct piece){.key = t->plain, .text = text, .weight = weight};
	if (weight < 1 || t->len + 1 < GRAM || !t->at)
		return;
	u32 grams = t->len + 1 - GRAM + 1;
	for (u32 g = 0; g < grams; g++) {
		u64 key = TOKEN_HASH_START + 1;
		for (u32 i = 0; i < GRAM; i++)
			key = token_hash(key, reading->plain[t->at - 1 + g + i]);
		*arena_push(arena, p->items, p->count, p->capacity) =
			(struct piece){.key = key, .text = text, .weight = (float)(GRAM_WEIGHT / sqrt((double)grams))};
	}
}

/* The same piece of a text is one; then each weighs by its rarity, and those of a text are of length 1. */
static void weigh(struct pieces *p, size_t texts)
{
	size_t kept = 0;
	if (p->count)
		qsort(p->items, p->count, sizeof *p->items, by_key);
	for (size_t i = 0; i < p->count;) {
		size_t from = kept, end = i;
		for (; end < p->count && p->items[end].key == p->items[i].key; end++)
			if (kept > from && p->items[kept - 1].text == p->items[end].text)
				p->items[kept - 1].weight += p->items[end].weight;
			else
				p->items[kept++] = p->items[end];
		double rarity = log(1 + ((double)texts + OTHERS) / (double)(kept - from));
		for (size_t k = from; k < kept; k++) {
			p->items[k].term = (u32)p->terms;
			p->items[k].weight *= (float)rarity;
		}
		p->terms++;
		i = end;
	}
	p->count = kept;
}

static void to_length_one(struct arena *arena, struct pieces *p, size_t texts)
{
	p->starts = arena_array(arena, size_t, texts + 1);
	if (p->count)
		qsort(p->items, p->count, sizeof *p->items, by_text);
	for (size_t t = 0, at = 0; t < texts; t++) {
		double square = 0;
		p->starts[t] = at;
		for (; at < p->count && p->items[at].text == t; at++)
			square += (double)p->items[at].weight * (double)p->items[at].weight;
		for (size_t i = p->starts[t]; i < at; i++)
			p->items[i].weight = square > 0 ? p->items[i].weight / (float)sqrt(square) : 0;
	}
	p->starts[texts] = p->count;
}

static void pieces_of(struct arena *arena, const struct str *texts, size_t count, double common_weight, struct pieces *ret_pieces)
{
	struct reading *reading = reading_new(arena);
	struct common_words common;
	struct pieces p = {};
	common_words_of(arena, &common);
	for (u32 t = 0; t < count; t++) {
		reading_of(reading, str_head(texts[t], READ));
		for (size_t i = 0; i < reading->token_count; i++) {
			const struct token *token = &reading->tokens[i];
			float weight = common_word(&common, token->plain) ? (float)common_weight : 1;
			if ((token->kind == TOKEN_WORD || token->kind == TOKEN_HASHTAG) && !(token->flags & TOKEN_PART) && weight > 0)
				add_word(arena, &p, t, reading, token, weight);
		}
	}
	weigh(&p, count);
	to_length_one(arena, &p, count);
	*ret_pieces = p;
}

/* ---- likeness ---- */

/* Row by row: the likeness of texts [first, first + rows) to texts [0, columns), by walking what has each term. */
static void likeness(struct arena *arena, const struct pieces *p, size_t first, size_t rows, size_t columns, float *ret)
{
	size_t *starts = arena_array(arena, size_t, p->terms + 2), filled = 0;
	struct {
		u32 text;
		float weight;
	} *of_term = arena_alloc_array(arena, p->count + 1, sizeof *of_term);
	while (filled < p->count && p->items[filled].text < columns)
		filled++;
	for (size_t i = 0; i < filled; i++)
		starts[p->items[i].term + 2]++;
	for (size_t t = 2; t < p->terms + 2; t++)
		starts[t] += starts[t - 1];
	for (size_t i = 0; i < filled; i++) {
		size_t at = starts[p->items[i].term + 1]++;
		of_term[at].text = p->items[i].text;
		of_term[at].weight = p->items[i].weight;
	}
	memset(ret, 0, rows * columns * sizeof *ret);
	for (size_t r = 0; r < rows; r++)
		for (size_t i = p->starts[first + r]; i < p->starts[first + r + 1]; i++)
			for (size_t at = starts[p->items[i].term]; at < starts[p->items[i].term + 1]; at++)
				ret[r * columns + of_term[at].text] += p->items[i].weight * of_term[at].weight;
}

/* ---- groups ---- */

struct clusters {
	float *like;   /* count x count: the mean likeness of two clusters' texts */
	size_t count;
	u32 *size, *of; /* size 0: it went into another; of: each text's */
};

static u32 nearest_cluster(const struct clusters *c, u32 to, u32 but)
{
	const float *row = c->like + (size_t)to * c->count;
	u32 best = but;
	float most = but == ALIKE_NONE ? -1 : row[but];
	for (u32 i = 0; i < c->count; i++)
		if (i != to && c->size[i] && row[i] > most) {
			most = row[i];
			best = i;
		}
	return best;
}

static void join(struct clusters *c, u32 a, u32 b)
{
	float x = (float)c->size[a], y = (float)c->size[b];
	for (u32 i = 0; i < c->count; i++) {
		if (i == a || i == b || !c->size[i])
			continue;
		float like = (x * c->like[(size_t)a * c->count + i] + y * c->like[(size_t)b * c->count + i]) / (x + y);
		c->like[(size_t)a * c->count + i] = c->like[(size_t)i * c->count + a] = like;
	}
	for (u32 t = 0; t < c->count; t++)
		if (c->of[t] == b)
			c->of[t] = a;
	c->size[a] += c->size[b];
	c->size[b] = 0;
}

/* Mutual nearest neighbours are joined while they are alike enough; where a chain ends below that, its end is a cluster for good. */
static void cluster(struct arena *arena, struct clusters *c, float least)
{
	u32 *chain = arena_array(arena, u32, c->count + 1);
	bool *done = arena_array(arena, bool, c->count + 1);
	size_t depth = 0, next = 0;
	for (;;) {
		while (!depth && next < c->count && (!c->size[next] || done[next]))
			next++;
		if (!depth && next == c->count)
			return;
		if (!depth)
			chain[depth++] = (u32)next;
		u32 top = chain[depth - 1], before = depth > 1 ? chain[depth - 2] : ALIKE_NONE, near = nearest_cluster(c, top, before);
		if (near == ALIKE_NONE || c->like[(size_t)top * c->count + near] < least) {
			for (size_t i = 0; i < depth; i++)
				done[chain[i]] = true;
			depth = 0;
		} else if (near == before) {
			join(c, before < top ? before : top, before < top ? top : before);
			depth -= 2;
		} else {
			chain[depth++] = near;
		}
	}
}

static int by_size(const void *a, const void *b)
{
	const struct alike_group *x = a, *y = b;
	return x->texts != y->texts ? (x->texts > y->texts ? -1 : 1) : (x->typical > y->typical) - (x->typical < y->typical);
}

/* The most typical text of each cluster: of the highest sum of likeness to the others. */
static void settle(struct arena *arena, struct arena *scratch, const struct clusters *c, const float *like, struct alike *ret)
{
	double *best = arena_array(scratch, double, c->count + 1);
	u32 *typical = arena_array(scratch, u32, c->count + 1), *number = arena_array(scratch, u32, c->count + 1);
	for (u32 t = 0; t < c->count; t++) {
		double sum = 0;
		for (u32 o = 0; o < c->count; o++)
			sum += c->of[o] == c->of[t] && o != t ? (double)like[(size_t)t * c->count + o] : 0;
		if (sum > best[c->of[t]] + 1e-6) {
			best[c->of[t]] = sum;
			typical[c->of[t]] = t;
		}
	}
	ret->groups = arena_array(arena, struct alike_group, c->count + 1);
	for (u32 i = 0; i < c->count; i++)
		if (c->size[i] > 1)
			ret->groups[ret->count++] = (struct alike_group){.texts = c->size[i], .typical = typical[i]};
	if (ret->count)
		qsort(ret->groups, ret->count, sizeof *ret->groups, by_size);
	memset(number, 0xFF, (c->count + 1) * sizeof *number);
	for (u32 g = 0; g < ret->count; g++)
		number[c->of[ret->groups[g].typical]] = g;
	for (u32 t = 0; t < c->count; t++)
		ret->of[t] = number[c->of[t]];
}

void alike_of(struct arena *arena, const struct str *texts, size_t count, double least, struct alike *ret_alike)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct pieces p;
	must(count <= ALIKE_TEXTS_MAX && least > 0 && least <= 1);
	*ret_alike = (struct alike){.of = arena_array(arena, u32, count + 1)};
	struct clusters c = {.count = count, .like = arena_array(scratch, float, count * count + 1), .size = arena_array(scratch, u32, count + 1),
			     .of = arena_array(scratch, u32, count + 1)};
	float *like = arena_array(scratch, float, count * count + 1);
	pieces_of(scratch, texts, count, COMMON_WEIGHT, &p);
	likeness(scratch, &p, 0, count, count, like);
	memcpy(c.like, like, count * count * sizeof *like);
	for (u32 i = 0; i < count; i++) {
		c.size[i] = 1;
		c.of[i] = i;
	}
	cluster(scratch, &c, (float)least);
	settle(arena, scratch, &c, like, ret_alike);
}

void nearest_of(struct arena *arena, const struct str *texts, size_t count, const struct str *others, size_t other_count, struct nearest **ret_nearest)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct pieces p;
	must(count + other_count <= ALIKE_TEXTS_MAX);
	struct nearest *list = arena_array(arena, struct nearest, count + 1);
	struct str *all = arena_array(scratch, struct str, count + other_count + 1);
	for (size_t i = 0; i < other_count; i++)
		all[i] = others[i];
	for (size_t i = 0; i < count; i++)
		all[other_count + i] = texts[i];
	pieces_of(scratch, all, count + other_count, 0, &p); /* an answer says "you" to anybody */
	float *like = arena_array(scratch, float, count * other_count + 1);
	likeness(scratch, &p, other_count, count, other_count, like);
	for (size_t t = 0; t < count; t++) {
		list[t].other = ALIKE_NONE;
		for (u32 o = 0; o < other_count; o++)
			if ((double)like[t * other_count + o] > list[t].likeness + 1e-6)
				list[t] = (struct nearest){.other = o, .likeness = (double)like[t * other_count + o]};
	}
	*ret_nearest = list;
}
