#include "test.h"

#include "base/clock.h"
#include "model/almanac.h"
#include "model/key_date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

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

static i64 day(const char *text)
{
	i64 value = 0;
	assert_true(date_text_read(str_of(text), &value));
	return value;
}

/* ---- calendars ---- */

static void test_easter(void **state)
{
	static const char *const western[] = {"1818-03-22", "1943-04-25", "2000-04-23", "2008-03-23", "2024-03-31", "2027-03-28", "2038-04-25", "2049-04-18"};
	static const char *const orthodox[] = {"2000-04-30", "2008-04-27", "2016-05-01", "2021-05-02", "2024-05-05", "2025-04-20", "2027-05-02", "2100-05-02"};
	for (size_t i = 0; i < COUNT(western); i++)
		assert_true(easter_western(atoi(western[i])) == day(western[i]));
	for (size_t i = 0; i < COUNT(orthodox); i++)
		assert_true(easter_orthodox(atoi(orthodox[i])) == day(orthodox[i]));
	for (int year = 1800; year <= 2400; year++) {
		i64 west = easter_western(year), east = easter_orthodox(year);
		assert_true(weekday_of(west) == 6 && weekday_of(east) == 6 && east >= west);
		assert_true(west >= days_of_date(year, 3, 22) && west <= days_of_date(year, 4, 25));
	}
}

/* Does ICU call that day so in its calendar `name`? */
static bool icu_is(const char *name, i64 of, int year, int month, int date)
{
	UErrorCode status = U_ZERO_ERROR;
	static const UChar utc[] = u"UTC";
	static UCalendar *calendar; /* the last one asked */
	static char locale[64];
	char wanted[64] = "";
	snprintf(wanted, sizeof wanted, "en_US@calendar=%s", name);
	if (strcmp(wanted, locale)) {
		ucal_close(calendar);
		calendar = ucal_open(utc, -1, memcpy(locale, wanted, sizeof locale), UCAL_DEFAULT, &status);
	}
	ucal_setMillis(calendar, (double)of * 86400000, &status);
	bool same = ucal_get(calendar, UCAL_YEAR, &status) == year && ucal_get(calendar, UCAL_MONTH, &status) == month && ucal_get(calendar, UCAL_DATE, &status) == date;
	assert_true(U_SUCCESS(status));
	return same;
}

static void test_islamic(void **state)
{
	/* 1420 to 1450: where ICU's table is what was published. */
	for (int year = 1420; year <= 1450; year++)
		for (int month = 1; month <= 12; month++)
			assert_true(icu_is("islamic-umalqura", islamic_day(year, month, 1), year, month - 1, 1));
	assert_true(islamic_day(1400, 1, 1) == day("1979-11-20") && islamic_day(1446, 9, 1) == day("2025-03-01") && islamic_day(1446, 12, 10) == day("2025-06-06"));
	assert_true(islamic_day(1452, 1, 1) == day("2030-05-03") && islamic_day(1500, 12, 30) == day("2077-11-16"));
	/* Elsewhere the tabular calendar. */
	for (int year = 1250; year <= 1399; year++)
		for (int month = 1; month <= 12; month++)
			assert_true(icu_is("islamic-civil", islamic_day(year, month, 1), year, month - 1, 1));
	assert_true(icu_is("islamic-civil", islamic_day(1501, 3, 12), 1501, 2, 12));
}

static void test_hebrew(void **state)
{
	/* ICU counts months from Tishri: 0 … with Adar I as 5 and Adar as 6. */
	static const int icu_month[] = {0, 7, 8, 9, 10, 11, 12, 0, 1, 2, 3, 4, 6, 5};
	for (int year = 5600; year <= 5805; year++) /* ICU 72 is a day off in 5806; ICU 78 agrees with us up to 5900 */
		for (int month = 1; month <= 13; month++)
			if (month < 13 || hebrew_leap(year))
				assert_true(icu_is("hebrew", hebrew_day(year, month, 1), year, icu_month[month], 1));
	assert_true(hebrew_day(5787, 7, 1) == day("2026-09-12") && hebrew_day(5787, 1, 15) == day("2027-04-22"));
	assert_true(hebrew_day(5806, 1, 1) == day("2046-04-07"));
}

/* ---- rules ---- */

/* "2027-01-01 2027-…" of a rule in a year */
static struct str days_of(const char *text, int year)
{
	struct date_rule rule;
	struct date_span spans[DATE_RULE_DAYS];
	struct buf *out = buf_in_arena(arena);
	assert_ok(&cx, date_rule_read(&cx, str_of(text), &rule));
	size_t count = date_rule_days(&rule, year, spans);
	for (size_t i = 0; i < count; i++) {
		buf_adds(out, i ? " " : "");
		date_text_add(out, spans[i].first);
		if (spans[i].last != spans[i].first) {
			buf_adds(out, "..");
			date_text_add(out, spans[i].last);
		}
	}
	return buf_str(out);
}

static void test_rules(void **state)
{
	static const struct {
		const char *rule;
		int year;
		const char *days;
	} cases[] = {
		{"07-14", 2027, "2027-07-14"},
		{"02-29", 2027, ""},
		{"02-29", 2028, "2028-02-29"},
		{"easter+39", 2027, "2027-05-06"},
		{"easter-2", 2024, "2024-03-29"},
		{"orthodox-48", 2027, "2027-03-15"},
		{"third monday in 01", 2027, "2027-01-18"},
		{"fifth monday in 02", 2027, ""},
		{"last monday in 05", 2027, "2027-05-31"},
		{"last thursday in 12", 2026, "2026-12-31"},
		{"fourth thursday in 11 +1", 2027, "2027-11-26"},
		{"first monday in 11 +1", 2028, "2028-11-07"},
		{"saturday from 10-31", 2026, "2026-10-31"},
		{"saturday from 10-31", 2027, "2027-11-06"},
		{"monday by 05-24", 2027, "2027-05-24"},
		{"monday by 05-24", 2026, "2026-05-18"},
		{"1 shawwal", 2027, "2027-03-09"},
		{"1 shawwal", 2000, "2000-01-08 2000-12-27"}, /* twice in a year */
		{"1 muharram", 2008, "2008-01-10 2008-12-29"},
		{"15 nisan", 2027, "2027-04-22"},
		{"27 nisan ; move friday -1 sunday +1", 2025, "2025-04-24"}, /* a Friday */
		{"2026-10-17..2026-11-01 2027-10-16..2027-11-01", 2027, "2027-10-16..2027-11-01"},
		{"06-19 ; since 2021", 2020, ""},
		{"06-19 ; since 2021", 2021, "2021-06-19"},
		{"04-30 ; until 2013 ; move sunday -1", 2006, "2006-04-29"},
		{"04-30 ; until 2013 ; move sunday -1", 2014, ""},
		{"01-20 ; every 4 from 1937", 2029, "2029-01-20"},
		{"01-20 ; every 4 from 1937", 2027, ""},
		{"10-31 ; in 2017", 2017, "2017-10-31"},
		{"10-31 ; in 2017", 2018, ""},
		{"10-05 ; not 2013 2014 2015", 2014, ""},
		/* Mother's Day in France: the last Sunday of May, unless that is Pentecost. */
		{"last sunday in 05 ; avoid easter+49 +7", 2026, "2026-05-31"},
		{"last sunday in 05 ; avoid easter+49 +7", 2023, "2023-06-04"},
		{"last sunday in 05 ; avoid easter+49 +7", 2020, "2020-06-07"},
		/* Saint Brigid's Day in Ireland. */
		{"02-01 ; move tuesday +6 wednesday +5 thursday +4 saturday +2 sunday +1", 2030, "2030-02-01"},
		{"02-01 ; move tuesday +6 wednesday +5 thursday +4 saturday +2 sunday +1", 2027, "2027-02-01"},
		{"02-01 ; move tuesday +6 wednesday +5 thursday +4 saturday +2 sunday +1", 2028, "2028-02-07"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str found = days_of(cases[i].rule, cases[i].year);
		if (!str_eq(found, str_of(cases[i].days)))
			fail_msg("%s in %d: “%.*s”, should be “%s”", cases[i].rule, cases[i].year, STR_ARG(found), cases[i].days);
	}
}

static void test_rules_refused(void **state)
{
	static const char *const bad[] = {"", ";", "13-01", "02-30", "7-14", "easter+", "easter39", "easter+999", "eastern", "orthodox 3", "sixth monday in 01", "third monday", "third monday in 13",
					  "third day in 01", "monday in 01", "monday from 05-32", "0 shawwal", "31 shawwal", "1 smarch", "2027-02-29", "2027-1-1", "2027-01-02 2027-01-01",
					  "2027-01-02..2027-01-01", "2027-01-01..2029-01-01", "07-14 ; since", "07-14 ; since x", "07-14 ; since 99999", "07-14 ; in", "07-14 ; only", "07-14 ; move",
					  "07-14 ; move sunday", "07-14 ; move sunday 0", "07-14 ; move sunday next", "07-14 ; observed someday +1", "07-14 ; every 0 from 2000", "07-14 ; every 4",
					  "07-14 ; avoid easter", "07-14 ; avoid 05-01 +1", "07-14 ;", "07-14 x", "07-14 +1 +2", "07-14 ; sometimes"};
	struct date_rule rule;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (date_rule_read(&cx, str_of(bad[i]), &rule) != ERR_BAD_INPUT || !cx.story[0])
			fail_msg("“%s” is taken for a rule", bad[i]);
}

/* ---- books ---- */

static const struct date_book *book_of(const char *text)
{
	const struct date_book *book = NULL;
	assert_ok(&cx, date_book_read(&cx, str_of(text), S("solemn lead 7 | shared | 03-05 | Shared | Commune\n"), &book));
	return book;
}

/* "2027-01-01 key, …" of public holidays */
static struct str public_of(const struct date_book *book, const char *region, int year)
{
	const struct date_region *found = NULL;
	struct key_date *dates;
	struct buf *out = buf_in_arena(arena);
	if (region)
		assert_ok(&cx, date_region_find(&cx, book, str_of(region), &found));
	size_t count = key_dates(arena, book, found, days_of_date(year, 1, 1), days_of_date(year, 12, 31), &dates);
	for (size_t i = 0; i < count; i++)
		if (dates[i].kind == DATE_PUBLIC) {
			buf_adds(out, out->len ? ", " : "");
			date_text_add(out, dates[i].first);
			buf_addf(out, " %.*s", STR_ARG(dates[i].key));
		}
	return buf_str(out);
}

static void test_days_in_place_of_others(void **state)
{
	const struct date_book *gb = NULL, *us = NULL;
	assert_ok(&cx, date_book_open(&cx, S("gb"), &gb));
	assert_ok(&cx, date_book_open(&cx, S("US"), &us));
	/* Christmas on a Saturday: Monday for it, Tuesday for Boxing Day. On a Sunday: Boxing Day is Monday, so Tuesday. As gov.uk lists 2021 and 2022. */
	assert_true(str_find(public_of(gb, "ENG", 2021), S("2021-12-25 christmas, 2021-12-26 christmas-2, 2021-12-27 christmas-observed, 2021-12-28 christmas-2-observed")) >= 0);
	assert_true(str_find(public_of(gb, "England", 2022), S("2022-12-25 christmas, 2022-12-26 christmas-2, 2022-12-27 christmas-observed")) >= 0);
	/* Scotland, 1 January 2022 on a Saturday: gov.scot has Monday 3 and Tuesday 4. */
	assert_true(str_starts(public_of(gb, "écosse", 2022), S("2022-01-01 new-year, 2022-01-02 new-year-2, 2022-01-03 new-year-observed, 2022-01-04 new-year-2-observed")));
	/* New Year's Day of 2028, a Saturday, is kept on the last day of 2027. */
	assert_true(str_ends(public_of(us, NULL, 2027), S("2027-12-24 christmas-observed, 2027-12-25 christmas, 2027-12-31 new-year-observed")));
	assert_true(str_find(public_of(us, NULL, 2020), S("juneteenth")) < 0 && str_find(public_of(us, NULL, 2021), S("2021-06-18 juneteenth-observed")) >= 0);
}

static void test_regions(void **state)
{
	const struct date_book *fr = NULL, *de = NULL;
	const struct date_region *region = NULL;
	assert_ok(&cx, date_book_open(&cx, S("FR"), &fr));
	assert_ok(&cx, date_book_open(&cx, S("DE"), &de));
	assert_true(str_find(public_of(fr, NULL, 2027), S("good-friday")) < 0);
	static const char *const moselle[] = {"AM", "57", "FR-57", "Alsace-Moselle", "alsace-moselle", "MOSELLE"};
	for (size_t i = 0; i < COUNT(moselle); i++)
		assert_true(str_find(public_of(fr, moselle[i], 2027), S("2027-03-26 good-friday")) >= 0);
	assert_true(str_find(public_of(fr, "la reunion", 2027), S("2027-12-20 slavery-abolition-local")) >= 0);
	assert_true(str_find(public_of(de, "Bayern", 2027), S("2027-05-27 corpus-christi")) >= 0 && str_find(public_of(de, "Bavière", 2027), S("reformation")) < 0);
	assert_true(str_find(public_of(de, NULL, 2017), S("2017-10-31 reformation")) >= 0 && str_find(public_of(de, NULL, 2018), S("reformation")) < 0);
	assert_err(date_region_find(&cx, fr, S("Bavaria"), &region), ERR_MISSING);
	assert_err(date_region_find(&cx, fr, S(""), &region), ERR_MISSING);
	assert_ok(&cx, date_book_open(&cx, S("uk"), &fr));
	assert_str(fr->code, "GB");
	assert_err(date_book_open(&cx, S("common"), &fr), ERR_MISSING);
	assert_err(date_book_open(&cx, S("XX"), &fr), ERR_MISSING);
}

static void test_every_book_that_ships(void **state)
{
	struct str *codes;
	size_t count = date_books(arena, &codes), solemn = 0;
	assert_true(count >= 33);
	for (size_t i = 0; i < count; i++) {
		const struct date_book *book = NULL;
		struct key_date *dates;
		assert_ok(&cx, date_book_open(&cx, codes[i], &book));
		assert_true(str_eq(book->code, codes[i]));
		for (size_t j = 0; j < book->row_count; j++) /* the book's own languages are seldom both of ours */
			assert_true(book->rows[j].lead >= 0 && book->rows[j].names.en.len && book->rows[j].names.fr.len);
		for (size_t r = 0; r <= book->region_count; r++) {
			const struct date_region *region = r ? &book->regions[r - 1] : NULL, *found = NULL;
			if (region)
				assert_ok(&cx, date_region_find(&cx, book, region->code, &found));
			assert_true(found == region);
			size_t dated = key_dates(arena, book, region, days_of_date(2026, 1, 1), days_of_date(2027, 12, 31), &dates);
			assert_true(dated >= (str_starts(codes[i], S("FR-S")) ? 8u : 30u));
			for (size_t d = 0; d < dated; d++) {
				solemn += dates[d].is_solemn;
				assert_true(dates[d].last >= dates[d].first && (!d || dates[d].first >= dates[d - 1].first));
			}
		}
	}
	assert_true(solemn > 1000);
}

static void test_marks_and_spans(void **state)
{
	const struct date_book *book = book_of("country X | A house | Une maison\nregion R other | Region | Région\n# remark\n\n"
					       "public | shared\nhouse festive no-post lead 20 | shared-2 | 2026-12-30..2027-01-04 | Closed | Fermé | Zu\n"
					       "mourning approximate | shared | 04-06 ; only R\r\n");
	struct key_date *dates;
	const struct date_region *region = NULL;
	assert_ok(&cx, date_region_find(&cx, book, S("other"), &region));
	size_t count = key_dates(arena, book, region, day("2027-01-02"), day("2027-12-31"), &dates);
	assert_int_equal(count, 3);
	assert_true(dates[0].kind == DATE_HOUSE && dates[0].first == day("2026-12-30") && dates[0].last == day("2027-01-04") && dates[0].lead == 20 && !dates[0].is_solemn && dates[0].is_no_post);
	assert_str(dates[0].names.native, "Zu");
	assert_true(dates[1].kind == DATE_PUBLIC && dates[1].is_solemn && dates[1].lead == 7 && !dates[1].is_approximate);
	assert_str(date_name(&dates[1].names, "fr"), "Commune");
	assert_str(date_name(&dates[1].names, "en"), "Shared");
	assert_true(dates[2].kind == DATE_MOURNING && dates[2].is_solemn && dates[2].is_approximate && dates[2].first == day("2027-04-06"));
	assert_int_equal(key_dates(arena, book, NULL, day("2027-01-05"), day("2027-03-04"), &dates), 0);
	assert_int_equal(key_dates(arena, book, NULL, day("2027-12-31"), day("2027-01-01"), &dates), 0);
	assert_true(key_dates(arena, book, NULL, INT64_MIN, INT64_MAX, &dates) > 100);
	assert_int_equal(key_dates(arena, book, NULL, INT64_MAX - 1, INT64_MAX, &dates), 0);
	struct buf *out = buf_in_arena(arena);
	key_dates(arena, book, NULL, day("2027-03-05"), day("2027-03-05"), &dates);
	key_date_add_json(out, &dates[0]);
	assert_str(buf_str(out), "{\"first\":\"2027-03-05\",\"last\":\"2027-03-05\",\"key\":\"shared\",\"kind\":\"public\",\"names\":{\"en\":\"Shared\",\"fr\":\"Commune\"},"
				 "\"solemn\":true,\"approximate\":false,\"no_post\":false,\"observed\":false,\"lead\":7}");
}

static void test_books_refused(void **state)
{
	static const char *const bad[] = {
		"", "public | k | 07-14 | a | b\n", "country\n", "country X | a\n", "country X | a | b\nholiday | k | 07-14 | a | b\n", "country X | a | b\npublic | K | 07-14 | a | b\n",
		"country X | a | b\npublic | k | 07-14 | a\n", "country X | a | b\npublic | k\n", "country X | a | b\npublic | k | 07-14 ; only R | a | b\n",
		"country X | a | b\npublic loud | k | 07-14 | a | b\n", "country X | a | b\npublic lead 999 | k | 07-14 | a | b\n", "country X | a | b\npublic | k | 07-14 | a | b | c | d\n",
		"country X | a | b\npublic | k | 07-14 | a\x01 | b\n", "country X | a | b\npublic | k | 07-14 | \xff | b\n", "country X | a | b\nregion | a | b\n",
	};
	const struct date_book *book = NULL;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (date_book_read(&cx, str_of(bad[i]), S(""), &book) != ERR_BAD_INPUT)
			fail_msg("“%s” is taken for a book", bad[i]);
	assert_err(date_book_read(&cx, S("country X | a | b\n\npublic | k | 7-14 | a | b\n"), S(""), &book), ERR_BAD_INPUT);
	assert_true(strstr(cx.story, "Line 3") && strstr(cx.story, "7-14"));
	assert_null(book);
}

/* As much as a book may hold comes to an end soon. */
static void test_large(void **state)
{
	CLEANUP(buf_free) struct buf text = {};
	const struct date_book *book = NULL;
	struct key_date *dates;
	buf_adds(&text, "country X | a | b\n");
	for (int i = 0; i < DATE_BOOK_ROWS; i++)
		buf_addf(&text, "public | k%d | easter%+d ; observed weekend next | a | b\n", i, i % 200);
	i64 began = time_worked();
	assert_ok(&cx, date_book_read(&cx, buf_str(&text), S(""), &book));
	assert_true(key_dates(arena, book, NULL, day("2027-01-01"), day("2028-12-31"), &dates) > 4000);
	assert_true(time_worked() - began < 5 * SECOND);
	buf_adds(&text, "public | k | 07-14 | a | b\n");
	assert_err(date_book_read(&cx, buf_str(&text), S(""), &book), ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_easter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_islamic, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hebrew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rules_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_days_in_place_of_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_regions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_book_that_ships, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_marks_and_spans, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_books_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_large, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
