#include "test.h"

#include "base/clock.h"
#include "model/date_rule.h"
#include "model/recurrence.h"

#include <stdio.h>
#include <string.h>

static struct cx cx;
static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static i64 at(const char *text)
{
	i64 instant = 0;
	assert_true(time_parse(str_of(text), &instant));
	return instant;
}

static struct recurrence rule(const char *zone, const char *start, const char *text)
{
	struct recurrence r;
	assert_ok(&cx, recurrence_read(&cx, str_of(text), str_of(zone), &r));
	r.start = zone_civil(S("UTC"), at(start));
	return r;
}

/* "2026-03-27T01:30:00Z …" */
static struct str first(const struct recurrence *r, size_t most)
{
	i64 found[32];
	struct buf *out = buf_in_arena(arena);
	size_t count = recurrence_list(r, INT64_MIN, INT64_MAX, found, most);
	for (size_t i = 0; i < count; i++) {
		buf_adds(out, i ? " " : "");
		buf_add_time(out, found[i]);
	}
	return buf_str(out);
}

/* Nights when clocks change: Paris leaves out 02:00 to 03:00 on 29 March 2026 and has it twice on 25 October. */
static void test_nights(void **state)
{
	struct recurrence r = rule("Europe/Paris", "2026-03-28T02:30:00Z", "FREQ=DAILY;COUNT=3");
	assert_str(first(&r, 9), "2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z");
	r = rule("Europe/Paris", "2026-10-24T02:30:00Z", "FREQ=DAILY;COUNT=3");
	assert_str(first(&r, 9), "2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z");
	r = rule("America/New_York", "2026-10-30T09:00:00Z", "FREQ=DAILY;COUNT=4");
	assert_str(first(&r, 9), "2026-10-30T13:00:00Z 2026-10-31T13:00:00Z 2026-11-01T14:00:00Z 2026-11-02T14:00:00Z");
	/* Asked for the next one from each instant, it is the same list. */
	r = rule("Europe/Paris", "2026-03-20T02:30:00Z", "FREQ=DAILY");
	i64 found[20], next = r.start.year ? at("2026-03-20T00:00:00Z") : 0;
	size_t count = recurrence_list(&r, next, at("2026-04-05T00:00:00Z"), found, COUNT(found));
	assert_int_equal(count, 16);
	for (size_t i = 0; i < count; i++) {
		assert_true(recurrence_next(&r, next, &next));
		assert_true(next == found[i]);
	}
}

static void test_ends(void **state)
{
	i64 next = 7;
	struct recurrence r = rule("Europe/Paris", "2026-06-01T09:00:00Z", "FREQ=WEEKLY;UNTIL=20260615T070000Z");
	assert_str(first(&r, 9), "2026-06-01T07:00:00Z 2026-06-08T07:00:00Z 2026-06-15T07:00:00Z"); /* the end belongs to it */
	assert_true(!recurrence_next(&r, at("2026-06-15T07:00:00Z"), &next) && next == 7);
	r = rule("Europe/Paris", "2026-06-01T09:00:00Z", "FREQ=WEEKLY;UNTIL=20260615");
	assert_true(recurrence_next(&r, at("2026-06-14T22:00:00Z"), &next) && next == at("2026-06-15T07:00:00Z"));
	r = rule("Europe/Paris", "2026-06-01T09:00:00Z", "FREQ=WEEKLY;UNTIL=20260615T085959"); /* on the wall */
	assert_true(!recurrence_next(&r, at("2026-06-14T22:00:00Z"), &next));
	/* An excepted one is counted, and does not happen. */
	i64 except[2] = {days_of_date(2026, 6, 2), days_of_date(2026, 6, 3)};
	r = rule("Europe/Paris", "2026-06-01T09:00:00Z", "FREQ=DAILY;COUNT=4");
	r.except = except;
	r.except_count = 2;
	assert_str(first(&r, 9), "2026-06-01T07:00:00Z 2026-06-04T07:00:00Z");
	/* What never comes ends the search. */
	r = rule("UTC", "2026-01-30T09:00:00Z", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30");
	assert_false(recurrence_next(&r, at("2026-01-01T00:00:00Z"), &next));
	r = rule("UTC", "2026-01-30T09:00:00Z", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30");
	assert_false(recurrence_next(&r, at("2026-01-01T00:00:00Z"), &next));
	assert_false(recurrence_next(&r, INT64_MAX - 1, &next));
	r = rule("UTC", "2026-01-30T09:00:00Z", "FREQ=DAILY;COUNT=100000");
	assert_true(recurrence_next(&r, at("2126-01-01T09:00:00Z"), &next) && next == at("2126-01-02T09:00:00Z"));
	assert_int_equal(recurrence_list(&r, 5, 5, &next, 1), 0);
}

static void test_rules(void **state)
{
	static const struct {
		const char *start, *rule, *days;
	} cases[] = {
		{"2026-01-31", "FREQ=MONTHLY", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"},
		{"2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"2024-02-29", "FREQ=YEARLY", "2024-02-29 2028-02-29 2032-02-29 2036-02-29"},
		{"2026-09-01", "FREQ=MONTHLY;BYDAY=1TU", "2026-09-01 2026-10-06 2026-11-03 2026-12-01"},
		{"2026-09-25", "FREQ=MONTHLY;BYDAY=-1FR", "2026-09-25 2026-10-30 2026-11-27 2026-12-25"},
		{"2026-09-30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-09-30 2026-10-30 2026-11-30 2026-12-31"},
		{"2026-03-13", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-03-13 2026-11-13 2027-08-13 2028-10-13"},
		{"2026-09-07", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2026-09-07 2026-09-09 2026-09-21 2026-09-23"},
		/* RFC 5545's example of what WKST does. */
		{"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
		{"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
		{"1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05 2000-11-07 2004-11-02 2008-11-04"},
		{"1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1997-05-19 1998-05-18 1999-05-17 2000-05-15"},
		{"2026-01-01", "FREQ=DAILY;INTERVAL=100", "2026-01-01 2026-04-11 2026-07-20 2026-10-28"},
		{"2026-09-03", "freq=weekly;byday=th;", "2026-09-03 2026-09-10 2026-09-17 2026-09-24"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char start[32] = "";
		i64 found[4];
		struct buf *out = buf_in_arena(arena);
		snprintf(start, sizeof start, "%sT12:00:00Z", cases[i].start);
		struct recurrence r = rule("UTC", start, cases[i].rule);
		size_t count = recurrence_list(&r, 0, INT64_MAX, found, COUNT(found));
		for (size_t j = 0; j < count; j++) {
			buf_adds(out, j ? " " : "");
			buf_add(out, str_head(time_text(arena, found[j]), 10));
		}
		if (!str_eq(buf_str(out), str_of(cases[i].days)))
			fail_msg("%s: “%.*s”, should be “%s”", cases[i].rule, STR_ARG(buf_str(out)), cases[i].days);
	}
}

/* Jumping ahead finds what walking from the start finds. */
static void test_far_ahead(void **state)
{
	static const char *const rules[] = {"FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-2FR", "FREQ=YEARLY;INTERVAL=3;BYMONTH=2,9;BYMONTHDAY=29,-1"};
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct recurrence r = rule("Europe/Paris", "2020-02-29T09:00:00Z", rules[i]);
		i64 all[4000], next;
		size_t count = recurrence_list(&r, INT64_MIN, at("2050-01-01T00:00:00Z"), all, COUNT(all));
		assert_true(count > 20);
		for (size_t j = 1; j < count; j++) {
			assert_true(recurrence_next(&r, all[j] - 1, &next) && next == all[j]);
			assert_true(recurrence_next(&r, all[j - 1], &next) && next == all[j]);
		}
	}
}

static void test_out_and_in(void **state)
{
	static const char *const rules[] = {"FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231T225959Z;BYDAY=MO,TH;WKST=SU", "FREQ=MONTHLY;COUNT=12;BYDAY=-1FR,2MO;BYSETPOS=1,-1",
					    "FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=-1,15"};
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct recurrence r = rule("Europe/Paris", "2026-01-01T09:00:00Z", rules[i]);
		struct buf *out = buf_in_arena(arena);
		recurrence_write(out, &r);
		assert_str(buf_str(out), rules[i]);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *rule, *named;
	} bad[] = {
		{"", "no part"}, {"FREQ", "FREQ"}, {"FREQ=HOURLY", "HOURLY"}, {"FREQ=SECONDLY", "SECONDLY"}, {"FREQ=DAILY;BYHOUR=9", "BYHOUR"}, {"FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"},
		{"FREQ=YEARLY;BYYEARDAY=1", "BYYEARDAY"}, {"FREQ=DAILY;BYMINUTE=1", "BYMINUTE"}, {"FREQ=DAILY;X-OWN=1", "X-OWN"}, {"FREQ=DAILY;FREQ=DAILY", "twice"}, {"INTERVAL=2", "FREQ"},
		{"FREQ=DAILY;INTERVAL=0", "INTERVAL"}, {"FREQ=DAILY;INTERVAL=10000", "10000"}, {"FREQ=DAILY;INTERVAL=-1", "-1"}, {"FREQ=DAILY;COUNT=0", "COUNT"}, {"FREQ=DAILY;COUNT=2;UNTIL=20270101", "both"},
		{"FREQ=DAILY;UNTIL=20270229", "20270229"}, {"FREQ=DAILY;UNTIL=2027", "2027"}, {"FREQ=DAILY;UNTIL=20270101T250000Z", "UNTIL"}, {"FREQ=WEEKLY;BYDAY=XX", "XX"}, {"FREQ=WEEKLY;BYDAY=1MO", "BYDAY"},
		{"FREQ=MONTHLY;BYDAY=54MO", "54MO"}, {"FREQ=MONTHLY;BYDAY=0MO", "0MO"}, {"FREQ=MONTHLY;BYDAY=", "BYDAY"}, {"FREQ=MONTHLY;BYMONTHDAY=32", "32"}, {"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"},
		{"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"}, {"FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"}, {"FREQ=YEARLY;BYMONTH=13", "13"}, {"FREQ=WEEKLY;WKST=1", "WKST"}, {"FREQ=DAILY;;COUNT=2", "no part"},
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct recurrence r = {.interval = 77};
		if (recurrence_read(&cx, str_of(bad[i].rule), S("UTC"), &r) != ERR_BAD_INPUT || r.interval != 77 || !strstr(cx.story, bad[i].named))
			fail_msg("“%s”: %s", bad[i].rule, cx.story);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nights, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_far_ahead, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_out_and_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
