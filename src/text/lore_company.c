/* lore_company.c: what words mean, by the company they keep: words that stand among the same words ("wake", "alarm", "tomorrow") get the same
 * directions. Learnt from texts without a label: how much more often two words stand near each other than by chance, brought down to
 * its few strongest directions (Levy, Goldberg, Dagan: Improving Distributional Similarity, TACL 2015; orthogonal iteration). */
#include "text/lore.h"

#include <math.h>
#include <string.h>

#define WORDS_MOST 16384u
#define TEXTS_LEAST 25u   /* times that a word is heard, or too little is known of its company */
#define REACH 4u          /* words to each side */
#define PAIRS_MOST ((size_t)1 << 25)
#define COMMON_SHARE 1e-3 /* words that are more frequent count less: they are everywhere */
#define CONTEXT_POWER 0.75
#define ROUNDS 16
#define SPARE 8u          /* directions iterated along, so that the last ones kept settle too; the first says only how frequent a word is */
#define STEP_LEAST 20     /* of a weight that is kept, of 127 */

struct word {
	u64 key;
	u32 count, number; /* number: among those kept, from 1 */
};

struct pair {
	u64 key; /* word << 32 | neighbour, from 1; 0 is free */
	float near;
};

struct company {
	struct arena *arena;
	struct word *words;
	size_t word_slots, word_count, kept;
	struct pair *pairs;
	size_t pair_slots, pair_count;
	u64 keys[WORDS_MOST];
	double counts[WORDS_MOST], heard;
	u32 *line; /* of the text at hand: each token's number */
};

/* ---- counting ---- */

static struct word *word_of(struct word *words, size_t slots, u64 key)
{
	size_t at = (size_t)(key >> 20) & (slots - 1);
	while (words[at].count && words[at].key != key)
		at = (at + 1) & (slots - 1);
	return &words[at];
}

static void count_words(struct company *c, const struct reading *r)
{
	for (size_t i = 0; i < r->token_count; i++) {
		if (r->tokens[i].flags & TOKEN_PART)
			continue;
		if (2 * c->word_count >= c->word_slots) {
			size_t slots = c->word_slots ? 4 * c->word_slots : 1u << 16;
			struct word *words = arena_array(c->arena, struct word, slots);
			for (size_t n = 0; n < c->word_slots; n++)
				if (c->words[n].count)
					*word_of(words, slots, c->words[n].key) = c->words[n];
			c->words = words;
			c->word_slots = slots;
		}
		struct word *word = word_of(c->words, c->word_slots, r->tokens[i].plain);
		word->key = r->tokens[i].plain;
		c->word_count += word->count++ == 0;
	}
}

static void number_words(struct company *c)
{
	u32 least = TEXTS_LEAST, over;
	do { /* more than there is room for: only the more frequent */
		over = 0;
		for (size_t n = 0; n < c->word_slots; n++)
			over += c->words[n].count >= least;
	} while (over > WORDS_MOST && ++least);
	for (size_t n = 0; n < c->word_slots; n++)
		if (c->words[n].count >= least) {
			c->keys[c->kept] = c->words[n].key;
			c->counts[c->kept] = c->words[n].count;
			c->heard += c->words[n].count;
			c->words[n].number = (u32)++c->kept;
		}
}

static struct pair *pair_of(struct pair *pairs, size_t slots, u64 key)
{
	size_t at = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (slots - 1);
	while (pairs[at].key && pairs[at].key != key)
		at = (at + 1) & (slots - 1);
	return &pairs[at];
}

static bool add_pair(struct company *c, u32 word, u32 other, float near)
{
	if (2 * c->pair_count >= c->pair_slots) {
		size_t slots = c->pair_slots ? 2 * c->pair_slots : 1u << 16;
		if (slots > PAIRS_MOST)
			return false;
		struct pair *pairs = arena_array(c->arena, struct pair, slots);
		for (size_t n = 0; n < c->pair_slots; n++)
			if (c->pairs[n].key)
				*pair_of(pairs, slots, c->pairs[n].key) = c->pairs[n];
		c->pairs = pairs;
		c->pair_slots = slots;
	}
	u64 key = (u64)word << 32 | other;
	struct pair *pair = pair_of(c->pairs, c->pair_slots, key);
	c->pair_count += !pair->key;
	pair->key = key;
	pair->near += near;
	return true;
}

/* Neighbours count by how near they are, words that are not kept having their place. */
static bool count_pairs(struct company *c, const struct reading *r)
{
	size_t count = 0;
	for (size_t i = 0; i < r->token_count; i++)
		if (!(r->tokens[i].flags & TOKEN_PART))
			c->line[count++] = word_of(c->words, c->word_slots, r->tokens[i].plain)->number;
	for (size_t i = 0; i < count; i++)
		for (size_t by = 1; by <= REACH && i + by < count && c->line[i]; by++) {
			float near = (float)(REACH + 1 - by) / REACH;
			if (c->line[i + by] && (!add_pair(c, c->line[i], c->line[i + by], near) || !add_pair(c, c->line[i + by], c->line[i], near)))
				return false;
		}
	return true;
}

/* ---- how much more than by chance ---- */

struct sparse {
	size_t *starts;
	u32 *columns;
	float *values;
};

/* Logarithms of the ratios, those above chance alone; the other word's share is evened out, or rare ones would be too telling. */
static struct sparse find_ratios(struct company *c)
{
	double *sums = arena_array(c->arena, double, c->kept), *even = arena_array(c->arena, double, c->kept), all = 0;
	struct sparse s = {.starts = arena_array(c->arena, size_t, c->kept + 2)};
	for (size_t n = 0; n < c->pair_slots; n++)
		if (c->pairs[n].key)
			sums[(c->pairs[n].key >> 32) - 1] += (double)c->pairs[n].near;
	for (size_t i = 0; i < c->kept; i++)
		all += even[i] = pow(sums[i], CONTEXT_POWER);
	for (size_t n = 0; n < c->pair_slots; n++) {
		struct pair *pair = &c->pairs[n];
		if (!pair->key)
			continue;
		size_t a = (size_t)(pair->key >> 32) - 1, b = (size_t)(pair->key & UINT32_MAX) - 1;
		double near = (double)pair->near, ratio = (log(near * all / (sums[a] * even[b])) + log(near * all / (sums[b] * even[a]))) / 2;
		pair->near = ratio > 0 ? (float)ratio : 0;
		s.starts[a + 2] += pair->near > 0;
	}
	for (size_t i = 0; i < c->kept; i++)
		s.starts[i + 2] += s.starts[i + 1];
	s.columns = arena_array(c->arena, u32, s.starts[c->kept + 1] + 1);
	s.values = arena_array(c->arena, float, s.starts[c->kept + 1] + 1);
	for (size_t n = 0; n < c->pair_slots; n++)
		if (c->pairs[n].key && c->pairs[n].near > 0) {
			size_t at = s.starts[c->pairs[n].key >> 32]++;
			s.columns[at] = (u32)(c->pairs[n].key & UINT32_MAX) - 1;
			s.values[at] = c->pairs[n].near;
		}
	return s;
}

/* ---- the strongest directions ---- */

/* to = the ratios times from: rows of `wide` numbers. */
static void multiply(const struct sparse *s, size_t rows, size_t wide, const float *from, float *to)
{
	memset(to, 0, rows * wide * sizeof *to);
	for (size_t i = 0; i < rows; i++)
		for (size_t at = s->starts[i]; at < s->starts[i + 1]; at++) {
			const float *other = from + s->columns[at] * wide;
			for (size_t k = 0; k < wide; k++)
				to[i * wide + k] += s->values[at] * other[k];
		}
}

/* Make the columns orthogonal and of length 1, by the triangle (Cholesky) of their products; ret_lengths: what was left of each. */
static void straighten(struct arena *arena, float *rows, size_t count, size_t wide, double *ret_lengths)
{
	double *products = arena_array(arena, double, wide * wide);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < wide; k++)
			for (size_t j = 0; j <= k; j++)
				products[k * wide + j] += (double)rows[i * wide + k] * (double)rows[i * wide + j];
	for (size_t k = 0; k < wide; k++)
		for (size_t j = 0; j <= k; j++) {
			double rest = products[k * wide + j];
			for (size_t n = 0; n < j; n++)
				rest -= products[k * wide + n] * products[j * wide + n];
			products[k * wide + j] = j < k ? rest / products[j * wide + j] : sqrt(fmax(rest, 1e-12));
		}
	for (size_t k = 0; k < wide; k++)
		ret_lengths[k] = products[k * wide + k];
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < wide; k++) {
			double value = (double)rows[i * wide + k];
			for (size_t j = 0; j < k; j++)
				value -= products[k * wide + j] * (double)rows[i * wide + j];
			rows[i * wide + k] = (float)(value / products[k * wide + k]);
		}
}

static float *find_directions(struct company *c, const struct sparse *s, size_t wide, double *ret_lengths)
{
	float *from = arena_array(c->arena, float, c->kept * wide), *to = arena_array(c->arena, float, c->kept * wide);
	u64 random = 1;
	for (size_t i = 0; i < c->kept * wide; i++)
		from[i] = (float)(u32)((random = token_hash(random, i)) >> 32) / (float)UINT32_MAX - 0.5f;
	for (int round = 0; round < ROUNDS; round++) {
		CLEANUP(arena_freep) struct arena *scratch = arena_new();
		multiply(s, c->kept, wide, from, to);
		straighten(scratch, to, c->kept, wide, ret_lengths);
		float *swapped = from;
		from = to;
		to = swapped;
	}
	return from;
}

/* ---- as a source ---- */

/* Each word's place along the directions: all at one distance, but for common ones, which are drawn in. */
static void place_words(struct company *c, const double *lengths, size_t wide, size_t columns, float *places)
{
	for (size_t i = 0; i < c->kept; i++) {
		float *place = places + i * wide;
		double square = 1e-12, share = c->counts[i] / c->heard;
		for (size_t k = 1; k <= columns; k++) {
			place[k] *= (float)sqrt(lengths[k]);
			square += (double)(place[k] * place[k]);
		}
		float by = (float)(COMMON_SHARE / (COMMON_SHARE + share) / sqrt(square));
		for (size_t k = 1; k <= columns; k++)
			place[k] *= by;
	}
}

static void write_source(struct arena *arena, const struct company *c, const float *places, size_t wide, size_t columns, struct lore_source *ret_source)
{
	float *scales = arena_array(arena, float, columns + 1), *spreads = arena_array(arena, float, columns + 1);
	struct classifier_weight *weights = arena_array(arena, struct classifier_weight, c->kept * columns + 1);
	size_t count = 0;
	for (size_t k = 0; k < columns; k++) {
		double squares = 0;
		for (size_t i = 0; i < c->kept; i++) {
			float place = places[i * wide + k + 1];
			scales[k] = fmaxf(scales[k], fabsf(place));
			squares += (double)(place * place) * c->counts[i] / c->heard;
		}
		spreads[k] = (float)sqrt(squares);
		for (size_t i = 0; i < c->kept && scales[k] > 0; i++) {
			float place = places[i * wide + k + 1], step = roundf(127 * sqrtf(fabsf(place) / scales[k]));
			if (step >= STEP_LEAST)
				weights[count++] = (struct classifier_weight){feature_of_word(c->keys[i], false), (u8)k, (signed char)(place < 0 ? -step : step)};
		}
	}
	*ret_source = (struct lore_source){ret_source->name, weights, count, scales, spreads, columns, NULL, 0};
}

enum err lore_company(struct cx *cx, struct str name, const struct example *heard, size_t heard_count, size_t columns, struct lore_source *ret_source)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct company *c = arena_new_of(scratch, struct company);
	struct reading *reading = reading_new(scratch);
	size_t wide = columns + SPARE;
	c->arena = scratch;
	c->line = arena_array(scratch, u32, READING_TOKENS);
	for (size_t i = 0; i < heard_count; i++) {
		reading_of(reading, heard[i].text);
		count_words(c, reading);
	}
	number_words(c);
	if (!columns || columns > LORE_COLUMNS_MAX || c->kept < 2 * wide)
		return fail(cx, ERR_BAD_INPUT, N_("The texts have too few words that stand in them %u times, for so many directions. Add texts, or ask for fewer."), TEXTS_LEAST);
	for (size_t i = 0; i < heard_count; i++) {
		reading_of(reading, heard[i].text);
		if (!count_pairs(c, reading))
			return fail(cx, ERR_TOO_LARGE, N_("These are more texts than the company of words can be learnt from at once. Take a part of them."));
	}
	double *lengths = arena_array(scratch, double, wide);
	struct sparse ratios = find_ratios(c);
	float *places = find_directions(c, &ratios, wide, lengths);
	struct lore_source source = {.name = name};
	place_words(c, lengths, wide, columns, places);
	write_source(cx->arena, c, places, wide, columns, &source);
	*ret_source = source;
	return OK;
}
