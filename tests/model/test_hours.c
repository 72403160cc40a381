#include "test.h"

#include "model/sla.h"

static i64 at(const char *text)
{
	i64 instant = 0;
	assert_true(time_parse(str_of(text), &instant));
	return instant;
}

/* Monday to Friday 9:00-12:00 and 14:00-18:00 in Paris; closed on Monday 6 April 2026. */
static struct hours shop(void)
{
	static struct opening openings[10];
	static const i64 closing[] = {20549};
	for (int i = 0; i < 10; i++)
		openings[i] = (struct opening){i / 2, i % 2 ? 840 : 540, i % 2 ? 1080 : 720};
	assert_true(days_of_date(2026, 4, 6) == closing[0]);
	return (struct hours){S("Europe/Paris"), openings, 10, closing, 1};
}

static void test_within_a_day(void **state)
{
	struct hours h = shop();
	assert_true(hours_open(&h, at("2026-03-24T08:00:00Z")) && !hours_open(&h, at("2026-03-24T11:30:00Z")));
	assert_true(hours_after(&h, at("2026-03-24T08:00:00Z"), HOUR) == at("2026-03-24T09:00:00Z"));
	/* 11:30 to 12:00, then the break, then half an hour more. */
	assert_true(hours_after(&h, at("2026-03-24T10:30:00Z"), HOUR) == at("2026-03-24T13:30:00Z"));
	assert_true(hours_between(&h, at("2026-03-24T10:30:00Z"), at("2026-03-24T13:30:00Z")) == HOUR);
}

static void test_over_night_weekend_and_clock_change(void **state)
{
	struct hours h = shop();
	/* Friday 27 March 17:30 (+01:00); the clock changes on Sunday; Monday 9:00 is 7:00Z. */
	assert_true(hours_after(&h, at("2026-03-27T16:30:00Z"), HOUR) == at("2026-03-30T07:30:00Z"));
	assert_true(hours_between(&h, at("2026-03-27T16:30:00Z"), at("2026-03-30T07:30:00Z")) == HOUR);
	/* Friday 3 April evening over the closed Monday to Tuesday. */
	assert_true(hours_after(&h, at("2026-04-03T17:00:00Z"), HOUR) == at("2026-04-07T08:00:00Z"));
}

static void test_edges(void **state)
{
	struct hours h = shop(), always = {.zone = S("UTC")};
	static const struct opening none_fits[] = {{7, 0, 10}};
	struct hours never = {S("UTC"), none_fits, 1, NULL, 0};
	i64 noon = at("2026-03-24T12:00:00Z");
	assert_true(hours_after(&always, noon, DAY) == noon + DAY);
	assert_true(hours_after(&never, noon, DAY) == noon + DAY);
	assert_true(hours_between(&h, noon, noon - DAY) == 0);
	/* hours_after and hours_between are each other's inverse. */
	for (i64 d = MINUTE; d < 200 * HOUR; d += 97 * MINUTE)
		assert_true(hours_between(&h, noon, hours_after(&h, noon, d)) == d);
}

static void test_always_open_but_for_holidays(void **state)
{
	static const i64 closing[] = {20549}; /* Monday 6 April 2026 */
	struct hours h = {.zone = S("Europe/Paris"), .closing_days = closing, .closing_day_count = 1};
	assert_true(hours_open(&h, at("2026-04-05T21:59:59Z")) && !hours_open(&h, at("2026-04-05T22:00:00Z")) && hours_open(&h, at("2026-04-06T22:00:00Z")));
	assert_true(hours_after(&h, at("2026-04-05T21:00:00Z"), 2 * HOUR) == at("2026-04-06T23:00:00Z"));
	assert_true(hours_between(&h, at("2026-04-05T21:00:00Z"), at("2026-04-06T23:00:00Z")) == 2 * HOUR);
}

/* The same hours in two zones whose clocks change on different days: 24 October 2026 is a Saturday, Paris goes back on the 25th, New York
 * on 1 November. */
static void test_two_zones(void **state)
{
	static const struct opening week[] = {{0, 540, 1080}, {1, 540, 1080}, {2, 540, 1080}, {3, 540, 1080}, {4, 540, 1080}}, night[] = {{6, 0, 1440}};
	struct hours paris = {S("Europe/Paris"), week, 5, NULL, 0}, york = {S("America/New_York"), week, 5, NULL, 0};
	i64 friday = at("2026-10-23T15:30:00Z"); /* 17:30 in Paris, 11:30 in New York */
	assert_true(hours_after(&paris, friday, HOUR) == at("2026-10-26T08:30:00Z"));
	assert_true(hours_after(&york, friday, HOUR) == at("2026-10-23T16:30:00Z"));
	assert_true(hours_after(&york, at("2026-10-30T21:30:00Z"), HOUR) == at("2026-11-02T14:30:00Z"));
	struct hours sunday = {S("Europe/Paris"), night, 1, NULL, 0}; /* a Sunday of 25 hours, one of 23 */
	assert_true(hours_between(&sunday, at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z")) == 25 * HOUR);
	assert_true(hours_between(&sunday, at("2026-03-28T12:00:00Z"), at("2026-03-30T12:00:00Z")) == 23 * HOUR);
}

static void test_policy(void **state)
{
	const struct sla_policy policies[] = {
		{.id = 1, .kinds = S("review direct"), .priority_least = PRIORITY_HIGH, .first_answer = HOUR},
		{.id = 2, .channel = 7, .first_answer = 2 * HOUR},
		{.id = 3, .first_answer = 4 * HOUR, .resolution = DAY},
	};
	assert_int_equal(sla_policy_for(policies, 3, KIND_DIRECT, 9, PRIORITY_URGENT)->id, 1);
	assert_int_equal(sla_policy_for(policies, 3, KIND_DIRECT, 7, PRIORITY_LOW)->id, 2);
	assert_int_equal(sla_policy_for(policies, 3, KIND_COMMENT, 9, PRIORITY_URGENT)->id, 3);
	assert_null(sla_policy_for(policies, 2, KIND_COMMENT, 9, PRIORITY_URGENT));
	assert_true(sla_sort(5, 3, 9) == 3 && sla_sort(0, 3, 9) == 3 && sla_sort(5, 0, 9) == 5);
	assert_true(sla_sort(0, 0, 9) < sla_sort(0, 0, 10) && !sla_has_clock(sla_sort(0, 0, 9)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_within_a_day),
		cmocka_unit_test(test_over_night_weekend_and_clock_change),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_always_open_but_for_holidays),
		cmocka_unit_test(test_two_zones),
		cmocka_unit_test(test_policy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
