#include "text/topic.h"

#include "base/buf.h"
#include "base/chance.h"
#include "base/cx.h"
#include "base/map.h"
#include "text/token.h"
#include "text/vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTIONS 32u   /* that words are projected on */
#define ROUNDS 10        /* of the power iteration */
#define TRIES 12         /* of k-means, the best is kept */
#define STEPS 25
#define ALIKE 0.62f      /* groups whose middles are nearer than that are one */
#define FAR 0.28f        /* a text that is farther from its group's middle is in none */
#define SMALLEST 3u      /* a group of fewer texts is none */
#define NAME_WORDS 3u

struct space {
	const struct vocabulary *words;
	size_t texts, terms, width; /* width: directions */
	float *of_terms;            /* terms x width, orthonormal columns */
	float *of_texts;            /* texts x width, each of length 1, or 0 where nothing is known of it */
};

/* ---- words to directions ---- */

/* Columns made orthonormal, one after the other (modified Gram-Schmidt). One that depends on the others becomes 0. */
static void orthonormalise(float *m, size_t rows, size_t width)
{
	for (size_t c = 0; c < width; c++) {
		for (int again = 0; again < 2; again++) {
			double dots[DIRECTIONS] = {};
			for (size_t r = 0; r < rows; r++)
				for (size_t d = 0; d < c; d++)
					dots[d] += (double)m[r * width + d] * (double)m[r * width + c];
			for (size_t r = 0; r < rows; r++) {
				double less = 0;
				for (size_t d = 0; d < c; d++)
					less += dots[d] * (double)m[r * width + d];
				m[r * width + c] -= (float)less;
			}
		}
		double square = 0;
		for (size_t r = 0; r < rows; r++)
			square += (double)m[r * width + c] * (double)m[r * width + c];
		float scale = square > 1e-10 ? (float)(1 / sqrt(square)) : 0;
		for (size_t r = 0; r < rows; r++)
			m[r * width + c] *= scale;
	}
}

/* texts = words x of_terms. */
static void project(const struct space *s, float *of_texts)
{
	memset(of_texts, 0, s->texts * s->width * sizeof *of_texts);
	for (size_t t = 0; t < s->texts; t++) {
		float *row = of_texts + t * s->width;
		for (size_t i = s->words->starts[t]; i < s->words->starts[t + 1]; i++) {
			const struct vocabulary_cell *cell = &s->words->cells[i];
			const float *term = s->of_terms + cell->term * s->width;
			for (size_t d = 0; d < s->width; d++)
				row[d] += cell->weight * term[d];
		}
	}
}

/* of_terms = words' x texts. */
static void project_back(const struct space *s, const float *of_texts)
{
	memset(s->of_terms, 0, s->terms * s->width * sizeof *s->of_terms);
	for (size_t t = 0; t < s->texts; t++) {
		const float *row = of_texts + t * s->width;
		for (size_t i = s->words->starts[t]; i < s->words->starts[t + 1]; i++) {
			const struct vocabulary_cell *cell = &s->words->cells[i];
			float *term = s->of_terms + cell->term * s->width;
			for (size_t d = 0; d < s->width; d++)
				term[d] += cell->weight * row[d];
		}
	}
}

static void to_length_one(float *rows, size_t count, size_t width)
{
	for (size_t r = 0; r < count; r++) {
		float *row = rows + r * width, square = 0;
		for (size_t d = 0; d < width; d++)
			square += row[d] * row[d];
		float scale = square > 1e-12f ? 1 / sqrtf(square) : 0;
		for (size_t d = 0; d < width; d++)
			row[d] *= scale;
	}
}

static void make_space(struct arena *arena, const struct vocabulary *words, struct space *s)
{
	struct chance luck = {0x9e3779b97f4a7c15u};
	size_t least = words->term_count < words->text_count ? words->term_count : words->text_count;
	*s = (struct space){.words = words, .texts = words->text_count, .terms = words->term_count, .width = least < DIRECTIONS ? least : DIRECTIONS};
	s->of_terms = arena_array(arena, float, s->terms * s->width + 1);
	s->of_texts = arena_array(arena, float, s->texts * s->width + 1);
	for (size_t i = 0; i < s->terms * s->width; i++)
		s->of_terms[i] = (float)chance_below(&luck, 1 << 20) / (1 << 19) - 1;
	for (int round = 0; round < ROUNDS; round++) {
		project(s, s->of_texts);
		project_back(s, s->of_texts);
		orthonormalise(s->of_terms, s->terms, s->width);
	}
	project(s, s->of_texts);
	to_length_one(s->of_texts, s->texts, s->width);
}

/* ---- texts to groups ---- */

struct groups {
	size_t count, width;
	float *middles; /* count x width, of length 1 */
	u32 *of;
	float *near;    /* of each text: to its middle, the cosine */
	double sum;
};

static float dot(const float *a, const float *b, size_t width)
{
	float sum = 0;
	for (size_t d = 0; d < width; d++)
		sum += a[d] * b[d];
	return sum;
}

static bool is_known(const struct space *s, size_t text)
{
	return s->words->starts[text + 1] > s->words->starts[text];
}

/* The first middles: texts far from each other (k-means++: Arthur and Vassilvitskii, SODA 2007). */
static void choose_middles(const struct space *s, struct chance *luck, struct groups *g)
{
	size_t chosen = (size_t)chance_below(luck, s->texts);
	for (size_t t = 0; t < s->texts; t++)
		g->near[t] = -1;
	for (size_t m = 0; m < g->count; m++) {
		double sum = 0;
		memcpy(g->middles + m * s->width, s->of_texts + chosen * s->width, s->width * sizeof *g->middles);
		for (size_t t = 0; t < s->texts; t++) {
			float near = is_known(s, t) ? dot(s->of_texts + t * s->width, g->middles + m * s->width, s->width) : 1;
			if (near > g->near[t])
				g->near[t] = near;
			sum += (double)(1 - g->near[t]);
		}
		double point = sum * ((double)chance_below(luck, 1 << 30) / (1 << 30));
		for (chosen = 0; chosen + 1 < s->texts && (point -= (double)(1 - g->near[chosen])) > 0; chosen++)
			;
	}
}

static bool assign(const struct space *s, struct groups *g)
{
	bool moved = false;
	g->sum = 0;
	for (size_t t = 0; t < s->texts; t++) {
		u32 best = TOPIC_NONE;
		float nearest = -2;
		for (size_t m = 0; m < g->count && is_known(s, t); m++) {
			float near = dot(s->of_texts + t * s->width, g->middles + m * s->width, s->width);
			if (near > nearest) {
				nearest = near;
				best = (u32)m;
			}
		}
		moved |= best != g->of[t];
		g->of[t] = best;
		g->near[t] = nearest;
		g->sum += best == TOPIC_NONE ? 0 : (double)nearest;
	}
	return moved;
}

static void move_middles(const struct space *s, struct groups *g)
{
	memset(g->middles, 0, g->count * s->width * sizeof *g->middles);
	for (size_t t = 0; t < s->texts; t++)
		for (size_t d = 0; g->of[t] != TOPIC_NONE && d < s->width; d++)
			g->middles[g->of[t] * s->width + d] += s->of_texts[t * s->width + d];
	to_length_one(g->middles, g->count, s->width);
}

static struct groups groups_new(struct arena *arena, const struct space *s, size_t count)
{
	return (struct groups){.count = count, .width = s->width, .middles = arena_array(arena, float, count * s->width + 1), .of = arena_array(arena, u32, s->texts + 1),
			       .near = arena_array(arena, float, s->texts + 1)};
}

static void group(struct arena *arena, const struct space *s, size_t count, struct groups *ret_groups)
{
	struct chance luck = {0x2545f4914f6cdd1du};
	struct groups best = groups_new(arena, s, count), g = groups_new(arena, s, count);
	best.sum = -1;
	for (int try = 0; try < TRIES; try++) {
		choose_middles(s, &luck, &g);
		memset(g.of, 0xFF, s->texts * sizeof *g.of);
		for (int step = 0; step < STEPS && assign(s, &g); step++)
			move_middles(s, &g);
		if (g.sum > best.sum) {
			struct groups other = best;
			best = g;
			g = other;
		}
	}
	*ret_groups = best;
}

/* Groups that say the same become one, the nearest pair first; texts far from their middle are in none. */
static void settle(const struct space *s, struct groups *g)
{
	for (;;) {
		float nearest = ALIKE;
		size_t a = 0, b = 0;
		for (size_t m = 0; m < g->count; m++)
			for (size_t n = m + 1; n < g->count; n++) {
				float near = dot(g->middles + m * s->width, g->middles + n * s->width, s->width);
				if (near > nearest) {
					nearest = near;
					a = m;
					b = n;
				}
			}
		if (a == b)
			break;
		g->count--;
		memcpy(g->middles + b * s->width, g->middles + g->count * s->width, s->width * sizeof *g->middles);
		for (size_t t = 0; t < s->texts; t++)
			if (g->of[t] != TOPIC_NONE)
				g->of[t] = g->of[t] == b ? (u32)a : g->of[t] == g->count ? (u32)b : g->of[t];
		move_middles(s, g);
	}
	assign(s, g);
	for (size_t t = 0; t < s->texts; t++)
		if (g->near[t] < FAR)
			g->of[t] = TOPIC_NONE;
}

/* ---- names ---- */

/* Words that are frequent in the group and rare elsewhere; of two that stand together nearly always, the pair is one word of the name. */
static struct str name_of(struct arena *arena, const struct space *s, const struct groups *g, u32 topic, const u32 *members)
{
	CLEANUP(buf_free) struct buf name = {};
	u32 chosen[NAME_WORDS];
	for (size_t n = 0; n < NAME_WORDS; n++) {
		double best = 0;
		u32 term = 0;
		for (u32 i = 0; i < s->terms; i++) {
			const struct vocabulary_term *w = &s->words->terms[i];
			double inside = members[i], share = inside / (double)w->texts;
			double score = inside * share * w->rarity;
			for (size_t c = 0; c < n; c++)
				score = chosen[c] == i ? 0 : score;
			if (inside >= 2 && score > best) {
				best = score;
				term = i;
			}
		}
		if (best <= 0)
			break;
		chosen[n] = term;
		if (n)
			buf_adds(&name, ", ");
		buf_add(&name, s->words->terms[term].word);
	}
	return buf_keep(&name, arena);
}

static int by_size(const void *a, const void *b)
{
	const struct topic *x = a, *y = b;
	if (x->texts != y->texts)
		return x->texts < y->texts ? 1 : -1;
	return x->typical < y->typical ? -1 : x->typical > y->typical;
}

static void name_all(struct arena *arena, struct arena *scratch, const struct space *s, const struct groups *g, u32 smallest, struct topics *ret)
{
	u32 *members = arena_array(scratch, u32, s->terms + 1), *numbers = arena_array(scratch, u32, g->count + 1);
	ret->items = arena_array(arena, struct topic, g->count + 1);
	for (u32 m = 0; m < g->count; m++) {
		struct topic topic = {.typical = TOPIC_NONE};
		float nearest = -2;
		memset(members, 0, s->terms * sizeof *members);
		for (u32 t = 0; t < s->texts; t++) {
			if (g->of[t] != m)
				continue;
			topic.texts++;
			if (g->near[t] > nearest) {
				nearest = g->near[t];
				topic.typical = t;
			}
			for (size_t i = s->words->starts[t]; i < s->words->starts[t + 1]; i++)
				members[s->words->cells[i].term]++;
		}
		if (topic.texts < smallest)
			continue;
		topic.name = name_of(arena, s, g, m, members);
		ret->items[ret->count++] = topic;
	}
	qsort(ret->items, ret->count, sizeof *ret->items, by_size);
	for (u32 m = 0; m < g->count; m++)
		numbers[m] = TOPIC_NONE;
	for (u32 i = 0; i < ret->count; i++)
		numbers[g->of[ret->items[i].typical]] = i;
	for (size_t t = 0; t < s->texts; t++)
		ret->of[t] = g->of[t] == TOPIC_NONE ? TOPIC_NONE : numbers[g->of[t]];
}

void topics_of(struct arena *arena, const struct str *texts, size_t count, size_t wanted, struct topics *ret_topics)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct vocabulary words;
	struct space s;
	struct groups g;
	must(count <= TOPIC_TEXTS_MAX && wanted <= TOPIC_GROUPS_MAX);
	*ret_topics = (struct topics){.of = arena_array(arena, u32, count + 1)};
	memset(ret_topics->of, 0xFF, count * sizeof *ret_topics->of);
	vocabulary_of(scratch, texts, count, &words);
	if (count < 2 || !words.term_count)
		return;
	make_space(scratch, &words, &s);
	size_t first = wanted ? wanted : (size_t)sqrt((double)count / 2) + 1;
	if (first > TOPIC_GROUPS_MAX)
		first = TOPIC_GROUPS_MAX;
	group(scratch, &s, first < count ? first : count, &g);
	if (!wanted)
		settle(&s, &g);
	name_all(arena, scratch, &s, &g, wanted ? 1 : SMALLEST, ret_topics);
}
