#include "test.h"

#include "base/clock.h"
#include "model/date_rule.h"
#include "model/ical.h"
#include "model/ical_line.h"

#include <stdio.h>
#include <stdlib.h>
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

static struct ical_found read_all(const char *text, size_t each_most)
{
	const struct ical_window window = {at("1990-01-01T00:00:00Z"), at("2050-01-01T00:00:00Z"), S("Europe/Paris"), each_most};
	struct ical_found found = {};
	assert_ok(&cx, ical_read(&cx, str_of(text), &window, &found));
	return found;
}

/* "2026-03-24T09:42:00Z/2026-03-24T10:00:00Z Summary; …" */
static struct str said(const struct ical_found *found)
{
	struct buf *out = buf_in_arena(arena);
	for (size_t i = 0; i < found->count; i++) {
		buf_adds(out, i ? "; " : "");
		buf_add_time(out, found->events[i].starts);
		buf_addc(out, '/');
		buf_add_time(out, found->events[i].ends);
		buf_addc(out, ' ');
		buf_add(out, found->events[i].summary);
	}
	return buf_str(out);
}

/* ---- writing ---- */

/* What tests/play/calendar.mjs has ical.js read; tests/model/feed.ics. */
static void write_feed(struct buf *out)
{
	struct ical_event post = {
		.uid = S("post-7@desk.example"), .summary = S("Le pain du matin ; nouveau, chaud \\o/ 🥖🥖🥖 et une ligne assez longue pour être pliée, deux fois même, parce qu’elle dure"),
		.description = S("Première ligne\nDeuxième, avec « guillemets » et\ttabulation\r\nTroisième"), .location = S("Mastodon"), .url = S("https://desk.example/calendar?post=7;x=1,2"),
		.categories = {S("Mastodon"), S("Été, automne")}, .category_count = 2, .status = ICAL_TENTATIVE, .sequence = 3, .stamp = at("2026-11-22T08:00:00Z"),
		.starts = at("2026-12-01T08:30:00Z"), .ends = at("2026-12-01T08:45:00Z")};
	struct ical_event day = {.uid = S("date-easter@desk.example"), .summary = S("Pâques"), .stamp = post.stamp, .is_all_day = true, .first_day = days_of_date(2027, 3, 28), .last_day = days_of_date(2027, 3, 29)};
	struct ical_event weekly = {.uid = S("slot-1@desk.example"), .summary = S("Rendez-vous"), .stamp = post.stamp, .starts = at("2027-03-25T08:00:00Z"), .ends = at("2027-03-25T09:00:00Z"),
				    .zone = S("Europe/Paris"), .status = ICAL_CANCELLED};
	i64 except = days_of_date(2027, 4, 8);
	struct recurrence rule = {};
	assert_ok(&cx, recurrence_read(&cx, S("FREQ=WEEKLY;COUNT=4"), S("Europe/Paris"), &rule));
	rule.start = zone_civil(S("Europe/Paris"), weekly.starts);
	rule.except = &except;
	rule.except_count = 1;
	ical_begin(out, &(struct ical_calendar){.name = S("Le Levain, calendrier"), .description = S("Ce qui part"), .refresh_minutes = 15});
	ical_add_zone(out, S("Europe/Paris"), weekly.starts, at("2027-12-31T00:00:00Z"));
	ical_add(out, &post, NULL);
	ical_add(out, &day, NULL);
	ical_add(out, &weekly, &rule);
	ical_end(out);
}

static void test_feed(void **state)
{
	struct buf *out = buf_in_arena(arena), *kept = buf_in_arena(arena);
	write_feed(out);
	for (struct str rest = buf_str(out); rest.len;) {
		struct str line = str_cut(&rest, '\n');
		assert_true(str_ends(line, S("\r")) && line.len <= 76 && ((unsigned char)line.at[0] & 0xC0) != 0x80);
	}
	const char *source = getenv("PARVIS_SOURCE"), *path = arena_cstr(arena, arena_printf(arena, "%s/tests/model/feed.ics", source ? source : "."));
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	for (int c; (c = fgetc(file)) != EOF;)
		buf_addc(kept, (char)c);
	fclose(file);
	assert_true(str_eq(buf_str(out), buf_str(kept)));
}

static void test_there_and_back(void **state)
{
	struct buf *out = buf_in_arena(arena);
	write_feed(out);
	struct ical_found found = read_all(buf_cstr(out), 10);
	assert_str(found.name, "Le Levain, calendrier");
	assert_true(found.event_count == 3 && !found.left_out && !found.cut && found.count == 5);
	const struct ical_event *post = &found.events[0], *day = &found.events[2];
	assert_str(post->summary, "Le pain du matin ; nouveau, chaud \\o/ 🥖🥖🥖 et une ligne assez longue pour être pliée, deux fois même, parce qu’elle dure");
	assert_str(post->description, "Première ligne\nDeuxième, avec « guillemets » et\ttabulation\nTroisième");
	assert_str(post->url, "https://desk.example/calendar?post=7;x=1,2");
	assert_str(post->uid, "post-7@desk.example");
	assert_true(post->category_count == 2 && post->status == ICAL_TENTATIVE && post->sequence == 3 && post->stamp == at("2026-11-22T08:00:00Z"));
	assert_str(post->categories[1], "Été, automne");
	assert_true(post->starts == at("2026-12-01T08:30:00Z") && post->ends == at("2026-12-01T08:45:00Z") && !post->is_all_day);
	assert_true(day->is_all_day && day->first_day == days_of_date(2027, 3, 28) && day->last_day == days_of_date(2027, 3, 29));
	/* 9:00 in Paris stays 9:00 over the night of 28 March; the 8th of April is left out. */
	assert_true(found.events[1].starts == at("2027-03-25T08:00:00Z") && found.events[3].starts == at("2027-04-01T07:00:00Z") && found.events[4].starts == at("2027-04-15T07:00:00Z"));
	assert_true(found.events[4].status == ICAL_CANCELLED);
}

/* ---- reading ---- */

#define CALENDAR(inside) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" inside "END:VCALENDAR\r\n"
#define EVENT(inside) "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:s\r\n" inside "END:VEVENT\r\n"

static void test_times(void **state)
{
	static const struct {
		const char *calendar, *said;
	} cases[] = {
		{CALENDAR(EVENT("DTSTART:20260324T094200Z\r\n")), "2026-03-24T09:42:00Z/2026-03-24T09:42:00Z s"},
		{CALENDAR(EVENT("DTSTART:20260324T094200Z\r\nDTEND:20260324T100000Z\r\n")), "2026-03-24T09:42:00Z/2026-03-24T10:00:00Z s"},
		{CALENDAR(EVENT("DTSTART:20260324T094200Z\r\nDURATION:PT1H30M\r\n")), "2026-03-24T09:42:00Z/2026-03-24T11:12:00Z s"},
		{CALENDAR(EVENT("DTSTART:20260324T094200\r\n")), "2026-03-24T08:42:00Z/2026-03-24T08:42:00Z s"}, /* floating: the zone of who reads */
		{CALENDAR("X-WR-TIMEZONE:America/New_York\r\n" EVENT("DTSTART:20260324T094200\r\n")), "2026-03-24T13:42:00Z/2026-03-24T13:42:00Z s"},
		{CALENDAR(EVENT("DTSTART;TZID=Asia/Tokyo:20260324T094200\r\n")), "2026-03-24T00:42:00Z/2026-03-24T00:42:00Z s"},
		{CALENDAR(EVENT("DTSTART;TZID=\"/mozilla.org/20050126_1/Europe/London\":20260724T094200\r\n")), "2026-07-24T08:42:00Z/2026-07-24T08:42:00Z s"},
		{CALENDAR(EVENT("DTSTART;TZID=Romance Standard Time:20260724T094200\r\n")), "2026-07-24T07:42:00Z/2026-07-24T07:42:00Z s"},
		{CALENDAR(EVENT("DTSTART;VALUE=DATE:20260324\r\n")), "2026-03-24T00:00:00Z/2026-03-25T00:00:00Z s"},
		{CALENDAR(EVENT("DTSTART;VALUE=DATE:20260324\r\nDTEND;VALUE=DATE:20260327\r\n")), "2026-03-24T00:00:00Z/2026-03-27T00:00:00Z s"},
		/* A zone that only the file knows. */
		{CALENDAR("BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
			  "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n" EVENT("DTSTART;TZID=Ours:20260724T094200\r\n")),
		 "2026-07-24T07:42:00Z/2026-07-24T07:42:00Z s"},
		{CALENDAR("BEGIN:VTIMEZONE\r\nTZID:Theirs\r\nX-LIC-LOCATION:Asia/Kolkata\r\nEND:VTIMEZONE\r\n" EVENT("DTSTART;TZID=Theirs:20260724T094200\r\n")),
		 "2026-07-24T04:12:00Z/2026-07-24T04:12:00Z s"},
		/* Recurring: three times, one moved to the afternoon by an event of its own, one left out, one more. */
		{CALENDAR(EVENT("DTSTART;TZID=Europe/Paris:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=Europe/Paris:20261102T090000\r\nRDATE;TZID=Europe/Paris:20261120T090000\r\n")
			  "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:later\r\nRECURRENCE-ID;TZID=Europe/Paris:20261026T090000\r\nDTSTART;TZID=Europe/Paris:20261026T150000\r\nEND:VEVENT\r\n"),
		 "2026-10-19T07:00:00Z/2026-10-19T08:00:00Z s; 2026-10-26T14:00:00Z/2026-10-26T14:00:00Z later; 2026-11-09T08:00:00Z/2026-11-09T09:00:00Z s; "
		 "2026-11-20T08:00:00Z/2026-11-20T09:00:00Z s"},
		{CALENDAR(EVENT("DTSTART;VALUE=DATE:20260228\r\nRRULE:FREQ=YEARLY;UNTIL=20270301\r\n")), "2026-02-28T00:00:00Z/2026-03-01T00:00:00Z s; 2027-02-28T00:00:00Z/2027-03-01T00:00:00Z s"},
		/* Alarms have descriptions too, tasks times. */
		{CALENDAR(EVENT("DTSTART:20260324T094200Z\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDTSTART:19700101T000000Z\r\nEND:VALARM\r\n") "BEGIN:VTODO\r\nDTSTART:20260325T094200Z\r\nEND:VTODO\r\n"),
		 "2026-03-24T09:42:00Z/2026-03-24T09:42:00Z s"},
		/* As others write lines: folded in odd places, with bare line feeds, in small letters, broken ones between. */
		{"\xEF\xBB\xBF" "begin:vcalendar\nbegin:vevent\nsummary:a\\, b\n  c\nrubbish\ndtstart:2026\n 0324T094200Z\nend:vevent\nend:vcalendar", "2026-03-24T09:42:00Z/2026-03-24T09:42:00Z a, b c"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ical_found found = read_all(cases[i].calendar, 10);
		if (!str_eq(said(&found), str_of(cases[i].said)))
			fail_msg("%zu: “%.*s”, should be “%s”", i, STR_ARG(said(&found)), cases[i].said);
	}
}

static void test_what_is_left_out(void **state)
{
	struct ical_found found = read_all(CALENDAR(EVENT("") EVENT("DTSTART:20260324\r\nRRULE:FREQ=HOURLY\r\n") EVENT("DTSTART;TZID=Nowhere/City:20260324T094200\r\n")), 10);
	assert_true(found.event_count == 3 && found.left_out == 2 && found.cut == 1 && found.count == 1);
	assert_str(found.why, "no time at which it begins (s)");
	found = read_all(CALENDAR(EVENT("DTSTART:20260324T094200Z\r\nRRULE:FREQ=DAILY\r\n")), 3);
	assert_true(found.count == 3 && found.cut == 1);
	/* Only what touches the window, and an occurrence that began before it. */
	const struct ical_window window = {at("2026-06-01T00:00:00Z"), at("2026-06-03T00:00:00Z"), S(""), 100};
	assert_ok(&cx, ical_read(&cx, S(CALENDAR(EVENT("DTSTART:20200101T230000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=DAILY\r\n"))), &window, &found));
	assert_str(said(&found), "2026-05-31T23:00:00Z/2026-06-01T01:00:00Z s; 2026-06-01T23:00:00Z/2026-06-02T01:00:00Z s; 2026-06-02T23:00:00Z/2026-06-03T01:00:00Z s");
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"", "hello", "BEGIN:VCARD\nEND:VCARD", "BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VCALENDAR\nEND:VEVENT\n", "SUMMARY:x\nBEGIN:VCALENDAR\nEND:VCALENDAR",
					  "BEGIN:VCALENDAR\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\n"};
	const struct ical_window window = {0, 1, S("UTC"), 1};
	struct ical_found found = {.count = 77};
	for (size_t i = 0; i < COUNT(bad); i++)
		if (ical_read(&cx, str_of(bad[i]), &window, &found) != ERR_BAD_INPUT || found.count != 77)
			fail_msg("“%s” is taken for a calendar", bad[i]);
}

/* What costs the most: many events that recur for ever or never, many that stand in for the others. */
static void test_large(void **state)
{
	CLEANUP(buf_free) struct buf text = {};
	struct ical_found found;
	const struct ical_window window = {at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), S("UTC"), 20};
	buf_adds(&text, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < ICAL_EVENTS_MAX; i++)
		buf_addf(&text, "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Europe/%s:20000101T090000\n%s\nEND:VEVENT\n", i % 2 ? "Paris" : "London",
			 i % 4 == 0 ? "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30" : i % 4 == 1 ? "RRULE:FREQ=DAILY;COUNT=100000" : i % 4 == 2 ? "RECURRENCE-ID:20260101T090000Z" : "RRULE:FREQ=YEARLY");
	buf_adds(&text, "END:VCALENDAR\n");
	i64 began = time_worked();
	assert_ok(&cx, ical_read(&cx, buf_str(&text), &window, &found));
	assert_true(found.event_count == ICAL_EVENTS_MAX && found.cut > 1000);
	if (time_worked() - began > 20 * SECOND)
		fail_msg("%lld ms", (long long)((time_worked() - began) / MILLISECOND));
	buf_clear(&text);
	buf_adds(&text, "BEGIN:VCALENDAR\n");
	for (int i = 0; i <= ICAL_EVENTS_MAX; i++)
		buf_adds(&text, "BEGIN:VEVENT\nEND:VEVENT\n");
	assert_err(ical_read(&cx, buf_str(&text), &window, &found), ERR_TOO_LARGE);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		i64 duration;
	} good[] = {{"PT15M", 15 * MINUTE}, {"-PT15M", -15 * MINUTE}, {"P1DT2H3M4S", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND}, {"P2W", 14 * DAY}, {"+P7D", 7 * DAY}};
	static const char *const bad[] = {"", "P", "15M", "PT", "P1H", "PT1D", "P1", "PT1.5H", "P999999999999D", "PTT1H"};
	i64 duration = 7;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(ical_duration_read(str_of(good[i].text), &duration) && duration == good[i].duration);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (ical_duration_read(str_of(bad[i]), &duration))
			fail_msg("“%s” is taken for a duration", bad[i]);
}

int main(int count, char **words)
{
	if (count == 2 && strcmp(words[1], "--feed") == 0) { /* tests/model/feed.ics, made anew */
		CLEANUP(buf_free) struct buf out = {};
		set_up(NULL);
		write_feed(&out);
		fwrite(out.at, 1, out.len, stdout);
		tear_down(NULL);
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_feed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_there_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_durations, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
