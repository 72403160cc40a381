#include "insight/hashtag.h"

#include "base/chance.h"
#include "base/clock.h"
#include "base/map.h"
#include "model/hashtag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHUFFLES 1000
#define SEED 20261123
#define NINETY 1.6449 /* standard deviations to each side that hold nine tenths */
#define STRATUM (90 * DAY)
#define TAGS_OF_POST 60

const char *hashtag_verdict_word(enum hashtag_verdict verdict)
{
	static const char *const words[] = {[HASHTAG_TOO_FEW] = "too_few", [HASHTAG_NO_DIFFERENCE] = "no_difference", [HASHTAG_BETTER] = "better", [HASHTAG_WORSE] = "worse"};
	return words[verdict];
}

/* The posts in the order of their strata, their values less the mean of their stratum. */
struct strata {
	const struct tagged_post **posts;
	double *values;
	size_t count;
	size_t *ends; /* of each stratum: behind its last */
	size_t stratum_count;
	double variance; /* within them */
};

static i64 time_of(const struct tagged_post *post)
{
	return (post->at - (post->at % STRATUM + STRATUM) % STRATUM) / STRATUM;
}

static int by_stratum(const void *a, const void *b)
{
	const struct tagged_post *const *x = a, *const *y = b;
	if ((*x)->channel != (*y)->channel)
		return (*x)->channel < (*y)->channel ? -1 : 1;
	i64 one = time_of(*x), other = time_of(*y);
	if (one != other)
		return one < other ? -1 : 1;
	return (*x > *y) - (*x < *y);
}

static void part(const struct tagged_post *posts, size_t count, struct arena *arena, struct strata *s)
{
	double squares = 0;
	*s = (struct strata){.posts = arena_array(arena, const struct tagged_post *, count + 1), .values = arena_array(arena, double, count + 1), .count = count,
			     .ends = arena_array(arena, size_t, count + 1)};
	for (size_t i = 0; i < count; i++)
		s->posts[i] = &posts[i];
	qsort(s->posts, count, sizeof *s->posts, by_stratum);
	for (size_t from = 0, to; from < count; from = to) {
		double sum = 0;
		for (to = from; to < count && s->posts[to]->channel == s->posts[from]->channel && time_of(s->posts[to]) == time_of(s->posts[from]); to++) {
			s->values[to] = log1p(fmax(0, s->posts[to]->value));
			sum += s->values[to];
		}
		for (size_t i = from; i < to; i++) {
			s->values[i] -= sum / (double)(to - from);
			squares += s->values[i] * s->values[i];
		}
		s->ends[s->stratum_count++] = to;
	}
	s->variance = count > s->stratum_count ? squares / (double)(count - s->stratum_count) : 0;
}

/* How many posts have each hashtag, how many stand beside them without it, and what that weighs: W above. */
static void weigh(const struct strata *s, struct arena *arena, size_t tag_count, struct hashtag_effect *effects, double *weights)
{
	size_t *with = arena_array(arena, size_t, tag_count + 1);
	for (size_t n = 0, from = 0; n < s->stratum_count; from = s->ends[n++]) {
		double all = (double)(s->ends[n] - from);
		for (size_t i = from; i < s->ends[n]; i++)
			for (size_t t = 0; t < s->posts[i]->tag_count; t++)
				with[s->posts[i]->tags[t]]++;
		for (size_t i = from; i < s->ends[n]; i++)
			for (size_t t = 0; t < s->posts[i]->tag_count; t++) {
				u32 tag = s->posts[i]->tags[t];
				size_t here = with[tag];
				if (!here)
					continue; /* counted at another post of it */
				with[tag] = 0;
				effects[tag].posts += here;
				effects[tag].beside += s->ends[n] - from - here;
				weights[tag] += (double)here * (all - (double)here) / all;
			}
	}
}

/* The sum of what the posts of each hashtag have above their strata: e W. */
static void add_up(const struct strata *s, const double *values, size_t tag_count, double *sums)
{
	memset(sums, 0, tag_count * sizeof *sums);
	for (size_t i = 0; i < s->count; i++)
		for (size_t t = 0; t < s->posts[i]->tag_count; t++)
			sums[s->posts[i]->tags[t]] += values[i];
}

static void shuffle(const struct strata *s, struct chance *chance, double *values)
{
	for (size_t n = 0, from = 0; n < s->stratum_count; from = s->ends[n++])
		for (size_t i = s->ends[n] - 1; i > from; i--) {
			size_t other = from + chance_below(chance, i - from + 1);
			double v = values[i];
			values[i] = values[other];
			values[other] = v;
		}
}

/* `strong`: of each hashtag |e| √W, -1 where it is too few. What was found is one of the reshuffles. */
static void doubt(const struct strata *s, struct arena *arena, size_t tag_count, const double *weights, const double *strong, struct hashtag_effect *effects)
{
	struct chance chance = {SEED};
	double *values = arena_array(arena, double, s->count + 1), *sums = arena_array(arena, double, tag_count + 1);
	size_t *as_much = arena_array(arena, size_t, tag_count + 1);
	memcpy(values, s->values, s->count * sizeof *values);
	for (int n = 0; n < SHUFFLES; n++) {
		double most = 0;
		shuffle(s, &chance, values);
		add_up(s, values, tag_count, sums);
		for (size_t t = 0; t < tag_count; t++)
			if (strong[t] >= 0)
				most = fmax(most, fabs(sums[t]) / sqrt(weights[t]));
		for (size_t t = 0; t < tag_count; t++)
			as_much[t] += most >= strong[t] - 1e-9;
	}
	for (size_t t = 0; t < tag_count; t++)
		effects[t].doubt = (double)(as_much[t] + 1) / (SHUFFLES + 1);
}

void hashtag_effects(const struct tagged_post *posts, size_t count, size_t tag_count, struct arena *arena, struct hashtag_effect *ret_effects)
{
	struct strata s;
	double *weights = arena_array(arena, double, tag_count + 1), *sums = arena_array(arena, double, tag_count + 1), *strong = arena_array(arena, double, tag_count + 1);
	double apart = 0, all = 0;
	size_t told = 0;
	for (size_t t = 0; t < tag_count; t++)
		ret_effects[t] = (struct hashtag_effect){.factor = 1, .low = 1, .high = 1, .doubt = 1};
	part(posts, count, arena, &s);
	weigh(&s, arena, tag_count, ret_effects, weights);
	add_up(&s, s.values, tag_count, sums);
	double noise = fmax(s.variance, 1e-9);
	for (size_t t = 0; t < tag_count; t++) {
		bool enough = ret_effects[t].posts >= HASHTAG_POSTS_MIN && ret_effects[t].beside >= HASHTAG_POSTS_MIN && weights[t] > 0;
		strong[t] = enough ? fabs(sums[t]) / sqrt(weights[t]) : -1;
		told += enough;
		apart += enough ? strong[t] * strong[t] / noise : 0;
		all += enough ? weights[t] / noise : 0;
	}
	if (!told)
		return;
	doubt(&s, arena, tag_count, weights, strong, ret_effects);
	double between = fmax(HASHTAG_SPREAD_LEAST * HASHTAG_SPREAD_LEAST, (apart - (double)told) / all);
	for (size_t t = 0; t < tag_count; t++) {
		struct hashtag_effect *f = &ret_effects[t];
		if (strong[t] < 0) {
			f->doubt = 1;
			continue;
		}
		double own = noise / weights[t], share = between / (between + own), mean = share * sums[t] / weights[t], deviation = sqrt(between * (1 - share));
		f->factor = exp(mean);
		f->low = exp(mean - NINETY * deviation);
		f->high = exp(mean + NINETY * deviation);
		f->verdict = f->doubt > HASHTAG_DOUBT_MAX ? HASHTAG_NO_DIFFERENCE : mean > 0 ? HASHTAG_BETTER : HASHTAG_WORSE;
	}
}

/* ---- of a workspace's posts ---- */

struct spelling {
	struct str tag;
	size_t posts;
	struct spelling *next;
};

struct collected {
	struct arena *arena;
	struct map *keys;       /* key -> its number + 1 */
	struct hashtag_row *rows;
	size_t count, capacity;
	struct spelling **spellings;
	size_t spelling_capacity, spelling_count;
};

static u32 number_of(struct collected *c, struct str tag, i64 at)
{
	struct str key = hashtag_key(c->arena, tag);
	u32 *known = map_get(c->keys, key);
	if (!known) {
		known = arena_new_of(c->arena, u32);
		*known = (u32)c->count;
		map_put(c->keys, key, known);
		*arena_push(c->arena, c->rows, c->count, c->capacity) = (struct hashtag_row){.tag = tag, .key = key, .last_at = at};
		*arena_push(c->arena, c->spellings, c->spelling_count, c->spelling_capacity) = NULL;
	}
	struct spelling **s = &c->spellings[*known];
	while (*s && !str_eq((*s)->tag, tag))
		s = &(*s)->next;
	if (!*s) {
		*s = arena_new_of(c->arena, struct spelling);
		(*s)->tag = tag;
	}
	(*s)->posts++;
	return *known;
}

static struct str spelt(const struct spelling *s)
{
	const struct spelling *best = s;
	for (; s; s = s->next) {
		bool parted = hashtag_is_parted(s->tag), was = hashtag_is_parted(best->tag);
		if (parted != was ? parted : s->posts > best->posts)
			best = s;
	}
	return best->tag;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void find_usual(struct collected *c, const struct tagged_post *posts, size_t count)
{
	size_t *starts = arena_array(c->arena, size_t, c->count + 2), all = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t t = 0; t < posts[i].tag_count; t++)
			starts[posts[i].tags[t] + 1]++;
	for (size_t t = 0; t < c->count; t++)
		starts[t + 1] += starts[t];
	all = starts[c->count];
	double *values = arena_array(c->arena, double, all + 1);
	size_t *at = arena_array(c->arena, size_t, c->count + 1);
	for (size_t i = 0; i < count; i++)
		for (size_t t = 0; t < posts[i].tag_count; t++)
			values[starts[posts[i].tags[t]] + at[posts[i].tags[t]]++] = posts[i].value;
	for (size_t t = 0; t < c->count; t++) {
		double *own = values + starts[t];
		size_t n = at[t];
		if (!n)
			continue;
		qsort(own, n, sizeof *own, by_size);
		c->rows[t].usual = (own[(n - 1) / 2] + own[n / 2]) / 2;
	}
}

void hashtag_table(const struct post_figure *figures, size_t count, enum hashtag_measure measure, struct arena *arena, struct hashtag_table *ret_table)
{
	struct collected c = {.arena = arena, .keys = map_new(arena)};
	struct tagged_post *posts = arena_array(arena, struct tagged_post, count + 1);
	struct hashtag_table table = {};
	for (size_t i = 0; i < count; i++) {
		const struct post_figure *f = &figures[i];
		u32 tags[TAGS_OF_POST];
		size_t n = 0;
		if (measure == HASHTAG_REACH && f->reach < 0) {
			table.left_out++;
			continue;
		}
		for (struct str rest = f->tags; rest.at && rest.len && n < TAGS_OF_POST;) {
			struct str tag = str_cut(&rest, ' ');
			u32 number = tag.len ? number_of(&c, tag, f->at) : 0;
			bool again = !tag.len;
			for (size_t k = 0; k < n; k++)
				again |= tags[k] == number;
			if (!again)
				tags[n++] = number;
		}
		u32 *own = arena_array(arena, u32, n + 1);
		memcpy(own, tags, n * sizeof *own);
		posts[table.posts++] = (struct tagged_post){f->channel, f->at, (double)(measure == HASHTAG_REACH ? f->reach : f->acts), own, n};
		table.since = f->at;
	}
	struct hashtag_effect *effects = arena_array(arena, struct hashtag_effect, c.count + 1);
	hashtag_effects(posts, table.posts, c.count, arena, effects);
	find_usual(&c, posts, table.posts);
	for (size_t i = 0; i < c.count; i++) {
		c.rows[i].tag = spelt(c.spellings[i]);
		c.rows[i].effect = effects[i];
	}
	table.rows = c.rows;
	table.count = c.count;
	*ret_table = table;
}

const struct hashtag_row *hashtag_row_of(const struct hashtag_table *table, struct str key)
{
	for (size_t i = 0; i < table->count; i++)
		if (str_eq(table->rows[i].key, key))
			return &table->rows[i];
	return NULL;
}
