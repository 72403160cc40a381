/* test_reach.c: a break of reach is found with its date and size; season, own habits and slow trends are none. */
#include "../base/test.h"

#include "insight/reach.h"
#include "noise.h"

#define POSTS_MAX 6000

static struct arena *arena;
static struct reach_post posts[POSTS_MAX];

/* What is made up: a channel that posts about twice a day for `days`. */
struct channel {
	int days;
	double noise;      /* of the logarithm */
	double step;       /* of the logarithm, from `day` on */
	int day;
	double trend;      /* of the logarithm, in all */
	double season;     /* of the year, either way */
	bool holidays;     /* a dip in August, a peak in December */
	bool links_begin;  /* from the middle on, most posts carry a link, which costs reach */
	bool eager_weeks;  /* every other fifty days, four times as many posts, which share the readers */
	bool viral;        /* one in fifty reaches twenty times as many */
};

static size_t make(const struct channel *c, u64 seed)
{
	size_t count = 0;
	noise_seed(seed);
	for (int day = 0; day < c->days; day++) {
		int today = (int)noise_count(c->eager_weeks ? day / 50 % 2 ? 4 : 1 : 2);
		for (int k = 0; k < today && count < POSTS_MAX; k++) {
			i64 at = START + day * DAY + (i64)((7 + 14 * (k + noise_chance()) / today) * HOUR);
			double link = c->links_begin && day > c->days / 2 ? 0.8 : 0.2;
			struct reach_post *post = &posts[count];
			*post = (struct reach_post){.at = at, .format = noise_chance() < 0.5 ? 2 : 0, .length = noise_chance() < 0.3, .has_link = noise_chance() < link};
			int before = 0;
			for (size_t i = count; i-- > 0 && posts[i].at > at - 7 * DAY;)
				before++;
			double year = (double)at / (365.2425 * DAY), of_year = (year - floor(year)) * 12;
			double y = 7 + c->season * sin(year * 6.283185307179586) + ((at / DAY + 3) % 7 >= 5 ? 0.2 : 0) + (post->format ? 0.5 : 0) - (post->has_link ? 0.5 : 0);
			y += (day >= c->day ? c->step : 0) + c->trend * day / c->days - (c->eager_weeks ? 0.3 * log1p(before) : 0) + c->noise * noise_normal();
			y += c->holidays ? (of_year > 7 && of_year < 8 ? -0.35 : of_year > 11 ? 0.3 : 0) : 0;
			post->reach = expm1(fmax(y + (c->viral && noise_chance() < 0.02 ? 3 : 0), 0));
			count++;
		}
	}
	return count;
}

static struct reach_finding look(const struct channel *c, u64 seed)
{
	struct reach_finding finding;
	reach_look(arena, posts, make(c, seed), &finding);
	arena_reset(arena);
	assert_true(finding.is_enough);
	if (!finding.is_found)
		return finding;
	double product = 1;
	for (size_t p = 0; p < REACH_PARTS; p++)
		product *= 1 + finding.parts[p];
	assert_true(fabs(product - (1 + finding.change)) < 1e-9);
	assert_true(finding.from <= finding.at && finding.at <= finding.to && finding.low < finding.size && finding.size < finding.high);
	return finding;
}

/* Found each time, within days, within a few points, whatever else goes on. */
static void test_breaks(void **state)
{
	static const struct channel channels[] = {
		{.days = 300, .noise = 0.25, .step = -0.43, .day = 180, .season = 0.2},
		{.days = 400, .noise = 0.3, .step = -0.5, .day = 150, .season = 0.3, .viral = true},
		{.days = 800, .noise = 0.4, .step = -0.43, .day = 500, .season = 0.3, .eager_weeks = true},
		{.days = 400, .noise = 0.25, .step = 0.4, .day = 240, .season = 0.2},
		{.days = 120, .noise = 0.2, .step = -0.6, .day = 60},
		{.days = 900, .noise = 0.4, .step = -0.4, .day = 450, .season = 0.2, .holidays = true, .trend = -0.2},
	};
	for (size_t i = 0; i < COUNT(channels); i++)
		for (u64 seed = 0; seed < 5; seed++) {
			const struct channel *c = &channels[i];
			struct reach_finding f = look(c, 1000 * i + seed);
			double days = fabs((double)(f.at - START) / DAY - c->day), off = fabs(log1p(f.size) - c->step);
			if (!f.is_found || days > 12 || off > 0.15)
				fail_msg("channel %zu, %llu: found %d, %.1f days off, size %.2f for %.2f, strength %.1f", i, (unsigned long long)seed, f.is_found, days, f.size,
					 expm1(c->step), f.strength);
			assert_true(f.from <= START + (c->day + 4) * DAY && f.to >= START + (c->day - 4) * DAY);
		}
}

/* Of two hundred channels without a break, some three by chance. */
static void test_no_breaks(void **state)
{
	static const struct channel channels[] = {
		{.days = 400, .noise = 0.3, .season = 0.4},
		{.days = 200, .noise = 0.3, .season = 0.4, .viral = true},
		{.days = 800, .noise = 0.3, .season = 0.3, .holidays = true},
		{.days = 400, .noise = 0.3, .trend = -1},
		{.days = 400, .noise = 0.3, .season = 0.2, .links_begin = true},
		{.days = 400, .noise = 0.3, .season = 0.2, .eager_weeks = true},
	};
	int found = 0;
	for (size_t i = 0; i < COUNT(channels); i++)
		for (u64 seed = 0; seed < 33; seed++)
			found += look(&channels[i], 100 * i + seed).is_found;
	assert_in_range(found, 0, 4);
}

/* A break on the day when most posts began to carry links: what the links cost is told apart. */
static void test_parts(void **state)
{
	struct channel c = {.days = 800, .noise = 0.25, .step = -0.4, .day = 300, .season = 0.2, .links_begin = true};
	struct reach_finding f = look(&c, 7);
	assert_true(f.is_found);
	assert_true(fabs(log1p(f.parts[REACH_BREAK]) + 0.4) < 0.1);
	assert_true(f.parts[REACH_MIX] < -0.1 && f.parts[REACH_MIX] > -0.35); /* half a logarithm for four posts in ten */
	assert_true(fabs(f.parts[REACH_FREQUENCY]) < 0.05);
}

static void test_little(void **state)
{
	struct reach_finding f;
	struct channel c = {.days = 20, .noise = 0.3};
	size_t count = make(&c, 1);
	reach_look(arena, posts, count, &f);
	assert_false(f.is_enough || f.is_found);
	reach_look(arena, posts, 0, &f);
	assert_false(f.is_enough || f.is_found);
	for (int i = 0; i < 100; i++) /* all the same, nothing reached; then all at one moment but one */
		posts[i] = (struct reach_post){.at = START + i * DAY};
	reach_look(arena, posts, 100, &f);
	assert_true(f.is_enough && !f.is_found);
	for (int i = 0; i < 99; i++)
		posts[i] = (struct reach_post){.at = START, .reach = i % 7};
	reach_look(arena, posts, 100, &f);
	assert_true(f.is_enough && !f.is_found);
}

int main(void)
{
	arena = arena_new();
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_breaks), cmocka_unit_test(test_no_breaks), cmocka_unit_test(test_parts), cmocka_unit_test(test_little)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
