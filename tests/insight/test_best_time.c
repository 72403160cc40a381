/* The best hour: found where it was put in, with an interval that holds it; none where there is none; few tell nothing. */
#include "../base/test.h"

#include "base/chance.h"
#include "base/clock.h"
#include "insight/best_time.h"

#include <math.h>

#define PARIS S("Europe/Paris")

static double gauss(struct chance *chance)
{
	double sum = 0;
	for (int i = 0; i < 12; i++)
		sum += (double)chance_below(chance, 1u << 30) / (1u << 30);
	return sum - 6;
}

/* Posts at hours from 8 to 20 of half a year; at 18:00 they have e^effect times as much; two channels, one ten times the other. */
static size_t make(struct best_post *posts, size_t count, double effect, u64 seed)
{
	struct chance chance = {seed};
	i64 first = days_of_date(2027, 1, 4);
	for (size_t i = 0; i < count; i++) {
		i64 day = first + (i64)chance_below(&chance, 180);
		struct civil c = {.hour = 8 + (int)chance_below(&chance, 13), .minute = (int)chance_below(&chance, 60)};
		date_of_days(day, &c.year, &c.month, &c.day);
		i64 channel = 1 + (i64)chance_below(&chance, 2);
		double mean = (channel == 1 ? 3 : 5.3) + (c.hour == 18 ? effect : 0);
		posts[i] = (struct best_post){channel, zone_instant(PARIS, c), (i64)(exp(mean + 0.6 * gauss(&chance)) + 0.5)};
	}
	return count;
}

static void test_found(void **state)
{
	struct arena *arena = arena_new();
	static struct best_post posts[400];
	struct best_time best;
	i64 next[BEST_TIME_PROPOSALS];
	(void)state;
	best_time(posts, make(posts, 400, 0.8, 7), PARIS, arena, &best);
	assert_int_equal(best.verdict, BEST_TELLS);
	assert_true(best.hours.differs && best.hours.doubt < 0.01);
	assert_true(best.hours.group[18].is_better);
	assert_true(best.hours.group[18].low < exp(0.8 * 12 / 13) && best.hours.group[18].high > exp(0.8 * 12 / 13)); /* beside the mean of all, it among them */
	assert_false(best.weekdays.differs);
	for (int h = 0; h < 24; h++)
		assert_true(h == 18 || !best.hours.group[h].is_better);
	i64 now = days_of_date(2027, 3, 26) * DAY + 12 * HOUR;
	assert_int_equal(best_time_next(&best, PARIS, now, next), BEST_TIME_PROPOSALS);
	for (size_t i = 0; i < BEST_TIME_PROPOSALS; i++) {
		struct civil c = zone_civil(PARIS, next[i]);
		assert_true(c.hour == 18 && c.minute == 0 && next[i] > now);
	}
	assert_int_equal(next[2] - next[0], 2 * DAY - HOUR); /* over the night of 28 March */
	struct best_time again;
	best_time(posts, 400, PARIS, arena, &again);
	assert_memory_equal(&best, &again, sizeof best);
	arena_free(arena);
}

/* Of a hundred houses without a best hour, few are told one. */
static void test_none(void **state)
{
	struct arena *arena = arena_new();
	static struct best_post posts[150];
	int told = 0;
	(void)state;
	for (u64 seed = 1; seed <= 100; seed++) {
		struct best_time best;
		best_time(posts, make(posts, 150, 0, seed * 77), PARIS, arena, &best);
		told += best.verdict == BEST_TELLS;
		arena_reset(arena);
	}
	print_message("told without reason: %d of 100\n", told);
	assert_true(told <= 10); /* two looks at one in twenty each */
	arena_free(arena);
}

static void test_few(void **state)
{
	struct arena *arena = arena_new();
	static struct best_post posts[40];
	struct best_time best;
	i64 next[BEST_TIME_PROPOSALS];
	(void)state;
	best_time(posts, 0, PARIS, arena, &best);
	assert_true(best.verdict == BEST_TOO_FEW && !best.since);
	best_time(posts, make(posts, BEST_TIME_POSTS_MIN - 1, 3, 5), PARIS, arena, &best);
	assert_int_equal(best.verdict, BEST_TOO_FEW);
	assert_int_equal(best_time_next(&best, PARIS, 0, next), 0);
	for (size_t i = 0; i < 40; i++)
		posts[i] = (struct best_post){1, days_of_date(2027, 1, 4) * DAY, 5}; /* all at one hour, all the same */
	best_time(posts, 40, PARIS, arena, &best);
	assert_int_equal(best.verdict, BEST_NO_DIFFERENCE);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_none), cmocka_unit_test(test_few)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
