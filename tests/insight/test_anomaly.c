/* test_anomaly.c: what must be told, once and soon, and what must not. */
#include "../base/test.h"

#include "insight/anomaly.h"
#include "insight/series.h"
#include "noise.h"

#define STEP (5 * MINUTE)
#define PER_DAY ((int)(DAY / STEP))

/* Three weeks of a shop's day, then `shape` in place of the factor 1, for `days`; alarms are counted from the change on. */
struct seen {
	int alarms, drops, first; /* of the first: values after the change, or -1 */
	struct anomaly_finding alarm;
};

static struct seen look(double mean, double month, int days, double (*shape)(int value))
{
	struct anomaly a;
	struct seen seen = {.first = -1};
	int before = 21 * PER_DAY + 150;
	anomaly_start(&a, month);
	for (int i = 0; i < before + days * PER_DAY; i++) {
		i64 at = START + i * STEP;
		struct anomaly_finding f;
		anomaly_next(&a, at, noise_count(mean * noise_season(at) * (i < before ? 1 : shape(i - before))), &f);
		assert_true(f.score >= 0 && f.score <= 1 && f.low <= f.expected && f.expected <= f.high);
		assert_true(f.is_alarm == (f.score >= a.limit));
		if (!f.is_alarm || i < before)
			continue;
		if (!seen.alarms++) {
			seen.first = i - before;
			seen.alarm = f;
		}
		seen.drops += f.is_drop;
	}
	return seen;
}

static double same(int value)
{
	return 1;
}

static double burst(int value)
{
	return value < 24 ? 5 : 1;
}

static double shifted(int value)
{
	return 3;
}

static double gone(int value)
{
	return 0;
}

static double growing(int value)
{
	return 1 + value / (30.0 * PER_DAY); /* doubles in a month */
}

static void test_burst(void **state)
{
	static const double means[] = {2, 10, 80};
	for (size_t i = 0; i < COUNT(means); i++) {
		noise_seed(40 + i);
		struct seen seen = look(means[i], 1, 1, burst);
		assert_int_equal(seen.alarms, 1);
		assert_in_range(seen.first, 0, 4);
		assert_false(seen.alarm.is_drop);
		assert_true(seen.alarm.value > seen.alarm.high && seen.alarm.times > 2 && seen.alarm.times < 20 && seen.alarm.score >= 0.5);
		assert_true(seen.alarm.since <= seen.alarm.at && seen.alarm.at - seen.alarm.since < 2 * HOUR);
		assert_int_equal(seen.alarm.span, STEP);
	}
}

/* Some more for half an hour, which is nothing by itself, then the event: it began with that. */
static double murmur_then_burst(int value)
{
	return value < 6 ? 1.4 : value < 30 ? 8 : 1;
}

static void test_since(void **state)
{
	int found = 0;
	for (u64 seed = 60; seed < 80; seed++) {
		noise_seed(seed);
		struct seen seen = look(10, 1, 1, murmur_then_burst);
		if (seen.first < 6) /* by chance it was something */
			continue;
		found++;
		assert_in_range(seen.first, 6, 8);
		assert_true(seen.alarm.at - seen.alarm.since <= (seen.first - 6) * STEP);
	}
	assert_in_range(found, 15, 20);
}

/* A mention in an hour and a half: what counts are there is taken together, and a burst is still found. */
static double sparse_burst(int value)
{
	return value < 36 ? 30 : 1;
}

static void test_sparse(void **state)
{
	noise_seed(3);
	struct seen seen = look(0.05, 1, 1, sparse_burst);
	assert_in_range(seen.alarms, 1, 2);
	assert_in_range(seen.first, 0, 11);
	assert_true(seen.alarm.span > STEP);
}

static void test_shift(void **state)
{
	noise_seed(5);
	struct seen seen = look(20, 1, 14, shifted);
	assert_int_equal(seen.alarms, 1);
	assert_in_range(seen.first, 0, 4);
	seen = look(20, 1, 14, gone); /* nothing comes any more: told once too */
	assert_int_equal(seen.alarms, 1);
	assert_int_equal(seen.drops, 1);
	assert_in_range(seen.first, 0, 60);
}

/* The day's rise, the weekend's fall and a slow trend are nobody's alarm, not even at the highest sensitivity that still means one. */
static void test_usual(void **state)
{
	static double (*const shapes[])(int) = {same, growing};
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct anomaly a;
		int alarms = 0;
		anomaly_start(&a, 4);
		for (int value = 0; value < 56 * PER_DAY; value++) {
			i64 at = START + value * STEP;
			struct anomaly_finding f;
			double wobble = value % 2 ? 1.1 : 0.9;
			anomaly_next(&a, at, floor(40 * noise_season(at) * wobble * shapes[i](value)), &f);
			alarms += f.is_alarm && value > 21 * PER_DAY;
		}
		assert_int_equal(alarms, 0);
	}
}

/* A strong season without noise, each hour's step as sharp as it can be. */
static void test_season(void **state)
{
	struct anomaly a;
	int alarms = 0;
	anomaly_start(&a, 1);
	for (int i = 0; i < 40 * PER_DAY; i++) {
		i64 at = START + i * STEP;
		struct anomaly_finding f;
		noise_seed((u64)i);
		anomaly_next(&a, at, noise_count(at % DAY < 8 * HOUR ? 3 : 30), &f);
		alarms += f.is_alarm && i > 14 * PER_DAY;
	}
	assert_in_range(alarms, 0, 2);
}

static void test_constant(void **state)
{
	static const double values[] = {0, 7, 1e6, -3, 0.25};
	for (size_t v = 0; v < COUNT(values); v++) {
		struct anomaly a;
		struct anomaly_finding f;
		anomaly_start(&a, ANOMALY_MONTH_MAX);
		for (int i = 0; i < 30 * PER_DAY; i++) {
			anomaly_next(&a, START + i * STEP, values[v], &f);
			assert_true(f.score == 0 && !f.is_alarm);
		}
		anomaly_next(&a, START + 30 * DAY, fabs(values[v]) * 20 + 50, &f); /* and it is awake */
		assert_true(f.is_alarm && !f.is_drop);
	}
}

/* Holes, steps back (a clock change), the same moment twice. */
static void test_holes(void **state)
{
	struct anomaly a;
	int alarms = 0;
	anomaly_start(&a, 0.25);
	noise_seed(9);
	i64 at = START;
	for (int i = 0; i < 40 * PER_DAY; i++) {
		struct anomaly_finding f;
		at += STEP * (i % 50 == 0 ? 7 : 1) + (i % 3000 == 0 ? 2 * DAY : 0) - (i == 9000 ? HOUR : 0);
		if (i % 70 == 3)
			at -= STEP;
		anomaly_next(&a, at, noise_count(12 * noise_season(at)), &f);
		alarms += f.is_alarm;
	}
	assert_in_range(alarms, 0, 2);
	assert_true(fabs(a.step - (double)STEP) < 0.1 * (double)STEP);
}

/* What people ask for is about what they get, where nothing happens: a year and a half of each kind of noise. */
static void test_wished(void **state)
{
	static const double months[] = {1, 4, 10, 30}, means[] = {0.3, 2, 10, 50};
	int before = -1;
	for (size_t m = 0; m < COUNT(months); m++) {
		int alarms = 0, days = 135;
		for (size_t k = 0; k < COUNT(means); k++) {
			noise_seed(77 + k);
			alarms += look(means[k], months[m], days, same).alarms;
		}
		double got = alarms / (4.0 * days / 30);
		if (got < 0.35 * months[m] || got > 2 * months[m])
			fail_msg("%g a month are wished, %g come", months[m], got);
		assert_true(alarms > before);
		before = alarms;
	}
}

/* A share, a temperature: not counts, any size, below nothing too. */
static void test_measures(void **state)
{
	static const double sizes[] = {1e-3, 1, 1e6};
	for (size_t s = 0; s < COUNT(sizes); s++) {
		struct anomaly a;
		struct anomaly_finding f, alarm = {};
		int alarms = 0, first = -1, days = 30;
		anomaly_start(&a, 0.25);
		noise_seed(13);
		for (int i = 0; i < days * PER_DAY; i++) {
			i64 at = START + i * STEP;
			bool is_off = i >= 25 * PER_DAY && i < 25 * PER_DAY + 30;
			anomaly_next(&a, at, sizes[s] * (noise_season(at) * 3 - 2 + 0.3 * noise_normal() + (is_off ? 4 : 0)), &f);
			if (!f.is_alarm || i < 20 * PER_DAY)
				continue;
			alarms++;
			if (is_off && first < 0) {
				first = i - 25 * PER_DAY;
				alarm = f;
			}
		}
		assert_in_range(alarms, 1, 2);
		assert_in_range(first, 0, 4);
		assert_true(alarm.value > alarm.high && !alarm.is_drop);
	}
}

/* In the first day its hours are not known: what a day does by itself is no alarm, what it never does is, after two hours. */
/* A value a day, a week, a month; and steps that mean nothing: figures stay figures. */
static void test_coarse(void **state)
{
	static const i64 steps[] = {6 * HOUR, DAY, 7 * DAY, 30 * DAY};
	for (size_t s = 0; s < COUNT(steps); s++) {
		struct anomaly a;
		struct anomaly_finding f;
		int alarms = 0;
		anomaly_start(&a, 1);
		noise_seed(s);
		for (int i = 0; i < 400; i++) {
			anomaly_next(&a, START + i * steps[s], noise_count(20), &f);
			alarms += f.is_alarm;
			assert_true(f.low <= f.expected && f.expected <= f.high && (i < 20 || (f.expected > 8 && f.expected < 35 && f.high < 200)));
		}
		assert_in_range(alarms, 0, 1 + 400 * steps[s] / (20 * DAY));
	}
	struct anomaly a;
	struct anomaly_finding f;
	anomaly_start(&a, 1);
	noise_seed(4);
	for (int i = 0; i < 20000; i++) {
		double chance = noise_chance();
		anomaly_next(&a, (i64)(noise_normal() * (chance < 0.5 ? 1e9 : 1e18)) / 2, floor((chance < 0.1 ? 1e15 : 3) * noise_chance()), &f);
		assert_true(isfinite(f.expected) && isfinite(f.low) && isfinite(f.high) && f.low <= f.high && f.score >= 0 && f.score <= 1);
	}
}

static void test_first_day(void **state)
{
	static const double means[] = {0.2, 5, 60};
	for (size_t m = 0; m < COUNT(means); m++) {
		int alarms = 0;
		for (u64 seed = 0; seed < 20; seed++) {
			struct anomaly a;
			struct anomaly_finding f;
			anomaly_start(&a, 1);
			noise_seed(seed);
			for (int i = 0; i < PER_DAY; i++) {
				i64 at = START + (i + 12 * (int)seed) * STEP;
				anomaly_next(&a, at, noise_count(means[m] * noise_season(at)), &f);
				alarms += f.is_alarm;
			}
		}
		assert_in_range(alarms, 0, 3);
		for (int hours = 1; hours < 24; hours += 6) {
			struct anomaly a;
			struct anomaly_finding f = {};
			anomaly_start(&a, 1);
			noise_seed(7);
			for (int i = 0; i <= hours * 12; i++)
				anomaly_next(&a, START + i * STEP, i == hours * 12 ? 15 + floor(12 * means[m]) : noise_count(means[m]), &f);
			assert_int_equal(f.is_alarm, hours > 1);
		}
	}
}

/* ---- the lines ---- */

/* Two days like no other, of daily values: one alarm, and none for being as ever afterwards; what stays so for weeks is the new level. */
static void test_daily(void **state)
{
	struct anomaly a;
	struct anomaly_finding f;
	int rises = 0, drops = 0;
	anomaly_start(&a, ANOMALY_MONTH_DEFAULT);
	for (int day = 0; day < 300; day++) {
		bool is_event = day == 100 || day == 101;
		anomaly_next(&a, day * DAY, is_event ? 900 : day >= 200 ? 400 + day * 7 % 11 : 95 + day * 7 % 11, &f);
		rises += f.is_alarm && !f.is_drop;
		drops += f.is_alarm && f.is_drop;
		assert_true(!f.is_alarm || (day >= 100 && day < 103) || (day >= 200 && day < 203));
	}
	assert_int_equal(rises, 2);
	assert_int_equal(drops, 0);
	assert_true(f.expected > 390 && f.expected < 420);
}

static struct cx *cx;

static struct str read_all(struct str text)
{
	CLEANUP(buf_free) struct buf out = {};
	struct series_reader reader = {};
	for (struct str rest = text; rest.at;) {
		struct series_row row;
		bool is_row;
		enum err e = series_read(cx, &reader, str_line(&rest), &row, &is_row);
		if (e != OK) {
			buf_adds(&out, cx->story);
			break;
		}
		if (is_row && row.is_missing)
			buf_adds(&out, "? ");
		else if (is_row)
			buf_addf(&out, "%lld=%g ", (long long)(row.at / SECOND), row.value);
	}
	return buf_keep(&out, cx->arena);
}

static void test_lines(void **state)
{
	assert_str(read_all(S("timestamp,value\n1970-01-02 00:00:00,4\n1970-01-02T01:00:00+01:00,-2.5\r\n\n")), "86400=4 86400=-2.5 ");
	assert_str(read_all(S("\xEF\xBB\xBF\"a\";\"b\"\n\"1970-01-02 00:00:01\" ; \"1e3\"")), "86401=1000 ");
	assert_str(read_all(S("date;valeur\n1970-01-02;5,5\n1970-01-02;1,234,5\n")), "86400=5.5 Line 3: “1,234,5” is no figure.");
	assert_str(read_all(S("1970-01-02\t7\n1970-01-02\t\n1970-01-02\tNaN\n1970-01-02\tnull")), "86400=7 ? ? ? ");
	assert_str(read_all(S("1970-01-02,7\ntimestamp,value\n")), "86400=7 Line 2: “timestamp” is no time. Write it like 2026-03-24 09:42:00 or 2026-03-24T09:42:00Z, or in seconds since 1970.");
	assert_str(read_all(S("86400,7\n")), "Line 1: “86400” is no time. Write it like 2026-03-24 09:42:00 or 2026-03-24T09:42:00Z, or in seconds since 1970.");
	assert_str(read_all(S("1767225600,7\n1767225600.5\t8\n1767225600000;9,5\n")), "1767225600=7 1767225600=8 1767225600=9.5 ");
	assert_str(read_all(S("\na,b\n1970-01-02,x\n")), "Line 3: “x” is no figure.");
	assert_str(read_all(S("1970-01-02,inf\n")), "Line 1: “inf” is no figure.");
	assert_str(read_all(S("1970-01-02,0x10\n")), "Line 1: “0x10” is no figure.");
	assert_str(read_all(S("1970-01-02,1e16\n")), "Line 1: the figure is too large to be weighed.");
	assert_str(read_all(S("1970-01-02 7\n")), "Line 1: a time and a value are wanted, with a comma between them.");
	assert_str(read_all(S("1970-01-02,7,8\n")), "Line 1: there are more than two fields. A series is a time and a value a line.");
}

int main(void)
{
	struct arena *arena = arena_new();
	struct cx context = cx_new(arena);
	cx = &context;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst),    cmocka_unit_test(test_since),
		cmocka_unit_test(test_sparse), cmocka_unit_test(test_shift),    cmocka_unit_test(test_usual),
		cmocka_unit_test(test_season),   cmocka_unit_test(test_constant), cmocka_unit_test(test_holes),  cmocka_unit_test(test_wished),
		cmocka_unit_test(test_measures), cmocka_unit_test(test_first_day), cmocka_unit_test(test_coarse), cmocka_unit_test(test_daily),
		cmocka_unit_test(test_lines),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
