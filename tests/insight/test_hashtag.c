/* What a hashtag does: found where it was put in, with an interval that holds it; not where an account grows, where one channel is larger, or where there are
 * many hashtags and none does anything; few tell nothing. */
#include "../base/test.h"

#include "base/chance.h"
#include "base/clock.h"
#include "insight/hashtag.h"

#include <math.h>
#include <string.h>

#define POSTS_MOST 600
#define TAGS_MOST 20

static struct tagged_post posts[POSTS_MOST];
static u32 tags[POSTS_MOST][TAGS_MOST];

static double gauss(struct chance *chance)
{
	double sum = 0;
	for (int i = 0; i < 12; i++)
		sum += (double)chance_below(chance, 1u << 30) / (1u << 30);
	return sum - 6;
}

/* A year of posts on two channels, one ten times the other; each has each of the hashtags one time of `rare`, which makes it e^effect times as much. */
static void make(size_t count, u32 tag_count, u64 rare, const double *effects, u64 seed)
{
	struct chance chance = {seed * 7919 + 1};
	for (size_t i = 0; i < count; i++) {
		bool large = chance_below(&chance, 2);
		size_t n = 0;
		double effect = 0;
		for (u32 t = 0; t < tag_count; t++)
			if (!chance_below(&chance, rare)) {
				tags[i][n++] = t;
				effect += effects[t];
			}
		double value = exp((large ? 5.3 : 3) + effect + 0.6 * gauss(&chance));
		posts[i] = (struct tagged_post){1 + large, (i64)i * DAY * 360 / (i64)count, round(value), tags[i], n};
	}
}

static void test_found(void **state)
{
	struct arena *arena = arena_new();
	struct hashtag_effect effects[TAGS_MOST], again[TAGS_MOST];
	(void)state;
	const double better[6] = {0.7}, worse[6] = {-0.7};
	make(300, 6, 5, better, 3);
	hashtag_effects(posts, 300, 6, arena, effects);
	assert_int_equal(effects[0].verdict, HASHTAG_BETTER);
	assert_true(effects[0].low < exp(0.7) && effects[0].high > exp(0.7) && effects[0].low > 1 && effects[0].doubt < 0.01);
	for (int t = 1; t < 6; t++)
		assert_int_equal(effects[t].verdict, HASHTAG_NO_DIFFERENCE);
	assert_int_equal(effects[0].posts + effects[0].beside, 300);
	hashtag_effects(posts, 300, 6, arena, again);
	for (int t = 0; t < 6; t++) /* the same posts give the same answer */
		assert_true(effects[t].posts == again[t].posts && effects[t].beside == again[t].beside && effects[t].verdict == again[t].verdict &&
			    effects[t].factor == again[t].factor && effects[t].low == again[t].low && effects[t].high == again[t].high && effects[t].doubt == again[t].doubt);
	make(300, 6, 5, worse, 4);
	hashtag_effects(posts, 300, 6, arena, effects);
	assert_int_equal(effects[0].verdict, HASHTAG_WORSE);
	arena_free(arena);
}

/* Twenty hashtags that do nothing: any of them stands out one time in twenty, not each. */
static void test_chance(void **state)
{
	struct arena *arena = arena_new();
	const double none[TAGS_MOST] = {};
	int alarms = 0;
	(void)state;
	for (u64 seed = 1; seed <= 60; seed++) {
		struct hashtag_effect effects[TAGS_MOST];
		bool any = false;
		make(200, 20, 8, none, seed);
		hashtag_effects(posts, 200, 20, arena, effects);
		for (int t = 0; t < 20; t++)
			any |= effects[t].verdict >= HASHTAG_BETTER;
		alarms += any;
	}
	assert_true(alarms <= 8); /* 3 are to be expected; more than 8 by chance once in 200 */
	arena_free(arena);
}

static void test_interval(void **state)
{
	struct arena *arena = arena_new();
	struct chance chance = {5};
	int held = 0, all = 0;
	(void)state;
	for (u64 seed = 1; seed <= 60; seed++) {
		struct hashtag_effect effects[TAGS_MOST];
		double true_ones[8];
		for (int t = 0; t < 8; t++)
			true_ones[t] = 0.3 * gauss(&chance);
		make(200, 8, 6, true_ones, seed * 31);
		hashtag_effects(posts, 200, 8, arena, effects);
		for (int t = 0; t < 8; t++, all++)
			held += effects[t].low <= exp(true_ones[t]) && effects[t].high >= exp(true_ones[t]);
	}
	print_message("intervals that hold the truth: %d of %d\n", held, all);
	assert_true(held >= all * 85 / 100 && held <= all * 95 / 100);
	arena_free(arena);
}

/* The account doubles each quarter, and uses the hashtag of late alone; another stands on the large channel alone. Neither does anything. */
static void test_what_is_not_its_doing(void **state)
{
	struct arena *arena = arena_new();
	struct hashtag_effect effects[2];
	struct chance chance = {99};
	(void)state;
	for (size_t i = 0; i < 400; i++) {
		i64 at = (i64)i * DAY * 360 / 400;
		bool large = chance_below(&chance, 2);
		size_t n = 0;
		if (at >= 180 * DAY && chance_below(&chance, 3))
			tags[i][n++] = 0;
		if (large && chance_below(&chance, 2))
			tags[i][n++] = 1;
		posts[i] = (struct tagged_post){1 + large, at, round(exp(3 + (large ? 2.3 : 0) + (double)(at / (90 * DAY)) * log(2) + 0.5 * gauss(&chance))), tags[i], n};
	}
	hashtag_effects(posts, 400, 2, arena, effects);
	assert_int_equal(effects[0].verdict, HASHTAG_NO_DIFFERENCE);
	assert_int_equal(effects[1].verdict, HASHTAG_NO_DIFFERENCE);
	assert_true(effects[0].beside < 200 && effects[1].beside < 200); /* those of other times and of the other channel do not stand beside */
	arena_free(arena);
}

static void test_few(void **state)
{
	struct arena *arena = arena_new();
	struct hashtag_effect effects[3];
	(void)state;
	hashtag_effects(posts, 0, 0, arena, effects);
	for (size_t i = 0; i < 40; i++) { /* the first on four of them, the second on all, the third on all but four */
		tags[i][0] = 1;
		tags[i][1] = i < 4 ? 0 : 2;
		posts[i] = (struct tagged_post){1, (i64)i, i < 4 ? 1000000 : 1, tags[i], 2};
	}
	hashtag_effects(posts, 40, 3, arena, effects);
	for (int t = 0; t < 3; t++)
		assert_true(effects[t].verdict == HASHTAG_TOO_FEW && effects[t].factor == 1 && effects[t].doubt == 1);
	assert_true(effects[0].posts == 4 && effects[1].posts == 40 && effects[1].beside == 0 && effects[2].beside == 4);
	for (size_t i = 0; i < 40; i++) { /* all the same */
		posts[i].value = 0;
		tags[i][1] = i < 20 ? 0 : 2;
	}
	hashtag_effects(posts, 40, 3, arena, effects);
	assert_true(effects[0].verdict == HASHTAG_NO_DIFFERENCE && fabs(effects[0].factor - 1) < 1e-9 && effects[0].doubt == 1);
	arena_free(arena);
}

/* Spellings are one hashtag, shown as its words are parted; what is not told of the measure is left out, and said. */
static void test_table(void **state)
{
	struct arena *arena = arena_new();
	struct hashtag_table table;
	(void)state;
	const struct post_figure figures[] = {
		{.channel = 1, .at = 5 * DAY, .acts = 9, .reach = -1, .tags = S("painaulevain Bread PAINaulevain")},
		{.channel = 1, .at = 4 * DAY, .acts = 1, .reach = 50, .tags = S("painaulevain")},
		{.channel = 1, .at = 3 * DAY, .acts = 4, .reach = 70, .tags = S("PainAuLevain bread")},
		{.channel = 1, .at = 2 * DAY, .acts = 2, .reach = 20, .tags = S("")},
	};
	hashtag_table(figures, COUNT(figures), HASHTAG_ACTS, arena, &table);
	assert_true(table.count == 2 && table.posts == 4 && table.since == 2 * DAY && !table.left_out);
	const struct hashtag_row *row = hashtag_row_of(&table, S("painaulevain"));
	assert_true(row && str_eq(row->tag, S("PainAuLevain")) && row->effect.posts == 3 && row->usual == 4 && row->last_at == 5 * DAY);
	row = hashtag_row_of(&table, S("bread"));
	assert_true(row && row->effect.posts == 2 && row->usual == 6.5 && row->effect.verdict == HASHTAG_TOO_FEW);
	assert_null(hashtag_row_of(&table, S("brioche")));
	hashtag_table(figures, COUNT(figures), HASHTAG_REACH, arena, &table);
	assert_true(table.posts == 3 && table.left_out == 1 && hashtag_row_of(&table, S("bread"))->usual == 70);
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_chance), cmocka_unit_test(test_interval), cmocka_unit_test(test_what_is_not_its_doing),
						  cmocka_unit_test(test_few), cmocka_unit_test(test_table)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
