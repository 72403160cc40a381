/* Two posts compared: figures that others worked out, and how often a difference is told of where there is none. */
#include "test.h"

#include "model/trial.h"

#include <math.h>

static void near(double is, double wanted, double within)
{
	if (fabs(is - wanted) > within)
		fail_msg("%.8f instead of %.8f", is, wanted);
}

static const struct trial_past nothing = {.unevenness = 1};

static void test_figures(void **state)
{
	/* 41 and 15 events in 28,010 and 19,017 (Rothman and Greenland's breast cancer and tuberculosis): ratio 1.86, 95 %: 1.03 to 3.35 by 1/a + 1/b; with half a
	 * count more a little less */
	struct trial_result r = trial_compare((struct trial_arm){15, 19017}, (struct trial_arm){41, 28010}, &nothing, 0.95);
	near(r.ratio, 41.5 / 15.5 * 19017 / 28010, 1e-9);
	near(r.low, exp(log(r.ratio) - 1.959963985 * sqrt(1 / 15.5 + 1 / 41.5)), 1e-6);
	assert_true(r.differs && r.p > 0.01 && r.p < 0.05);
	r = trial_compare((struct trial_arm){0, 0}, (struct trial_arm){0, 0}, &nothing, 0.95);
	near(r.ratio, 1, 1e-12);
	near(r.p, 1, 1e-12);
	assert_false(r.differs);
	/* Student's t: 2.776445 with four degrees, 2.262157 with nine (tables) */
	struct trial_past five = {.unevenness = 4, .posts = 5}, ten = {.unevenness = 1, .posts = 10};
	near(log(trial_least_ratio(99.5, &five, 0.95)), 2.776445105 * sqrt(4.0 * 2 / 100), 1e-7);
	near(log(trial_least_ratio(99.5, &ten, 0.95)), 2.262157163 * sqrt(2.0 / 100), 1e-7);
	r = trial_compare((struct trial_arm){100, 0}, (struct trial_arm){100 * trial_least_ratio(100, &ten, 0.95), 0}, &ten, 0.95);
	assert_true(r.p < 0.1);
}

static void test_past(void **state)
{
	const double even[] = {10, 10, 10, 10, 10, 10}, wild[] = {1, 30, 2, 25, 0, 2}, seen[] = {100, 200, 300, 400, 500, 600}, fair[] = {10, 20, 30, 40, 50, 60};
	near(trial_past_of(even, NULL, 6).unevenness, 1, 1e-12);
	near(trial_past_of(wild, NULL, 6).unevenness, (81 + 400 + 64 + 225 + 100 + 64) / 10.0 / 5, 1e-9);
	near(trial_past_of(fair, seen, 6).unevenness, 1, 1e-12);
	assert_int_equal(trial_past_of(NULL, NULL, 0).posts, 0);
	struct trial_past past = trial_past_of(wild, NULL, 6);
	assert_true(trial_compare((struct trial_arm){20, 0}, (struct trial_arm){45, 0}, &nothing, 0.95).differs);
	assert_false(trial_compare((struct trial_arm){20, 0}, (struct trial_arm){45, 0}, &past, 0.95).differs); /* such posts differ so much anyway */
}

static u64 seed = 20270324;

static double uniform(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * acos(-1) * uniform());
}

/* A count around `mean` of a gamma that makes its variance `uneven` times the mean's (Marsaglia and Tsang); as a whole number. */
static double drawn(double mean, double uneven)
{
	double shape = mean / uneven, d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = normal(), v = pow(1 + c * x, 3);
		if (v > 0 && log(uniform()) < 0.5 * x * x + d - d * v + d * log(v))
			return floor(d * v * uneven + 0.5);
	}
}

/* Two posts that are the same, thousands of times, with a past of 12 posts: told to differ not much more often than one in twenty; were posts taken for
 * draws of chance, most of the time. */
static void test_same_posts(void **state)
{
	int told = 0, naive = 0, found = 0;
	for (int i = 0; i < 4000; i++) {
		double past[12];
		for (int n = 0; n < 12; n++)
			past[n] = drawn(200, 8);
		struct trial_past known = trial_past_of(past, NULL, 12);
		struct trial_arm a = {drawn(200, 8), 0}, b = {drawn(200, 8), 0}, better = {drawn(400, 8), 0};
		told += trial_compare(a, b, &known, 0.95).differs;
		naive += trial_compare(a, b, &nothing, 0.95).differs;
		found += trial_compare(a, better, &known, 0.95).differs;
	}
	assert_in_range(told, 120, 280);
	assert_true(naive > 1500);
	assert_true(found > 2800); /* twice as many are seen */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_figures), cmocka_unit_test(test_past), cmocka_unit_test(test_same_posts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
