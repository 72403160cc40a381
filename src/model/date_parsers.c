/* date_parsers.c: what the model reads of dates, as rows of base/parser.h. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "base/zone.h"
#include "model/ical.h"
#include "model/key_date.h"
#include "model/recurrence.h"

/* A book of dates: what it names, then its dates of this year and the next, those of the whole country and those of each region. */
static enum err read_dates(struct cx *cx, struct str input, struct buf *out)
{
	const struct date_book *book;
	int year, month, day;
	TRY(date_book_read(cx, input, S(""), &book));
	date_of_days(cx->now / DAY, &year, &month, &day);
	i64 from = days_of_date(year, 1, 1), to = days_of_date(year + 2, 1, 1) - 1;
	buf_adds(out, "{\"country\":");
	buf_add_json(out, book->code);
	buf_addf(out, ",\"regions\":%zu,\"rows\":%zu}\n", book->region_count, book->row_count);
	for (size_t i = 0; i <= book->region_count && i <= 8; i++) {
		struct key_date *dates;
		size_t count = key_dates(cx->arena, book, i ? &book->regions[i - 1] : NULL, from, to, &dates);
		for (size_t j = 0; j < count; j++) {
			buf_adds(out, "{\"region\":");
			buf_add_json(out, i ? book->regions[i - 1].code : S(""));
			buf_adds(out, ",\"date\":");
			key_date_add_json(out, &dates[j]);
			buf_adds(out, "}\n");
		}
	}
	return OK;
}

const struct parser parser_dates = {"dates", N_("A book of key dates, as share/dates has them"), read_dates};

/* "Europe/Paris 2026-03-24T09:42:00 FREQ=WEEKLY;COUNT=3", a line each: the rule as it is kept, and the first that come of it. */
static enum err read_recurrence_line(struct cx *cx, struct str line, struct buf *out)
{
	struct str rest = line, zone = str_cut(&rest, ' '), start = str_cut(&rest, ' ');
	struct recurrence r;
	i64 instant, found[50];
	if (!zone_known(zone))
		return fail(cx, ERR_BAD_INPUT, N_("This is no time zone of the tz database. Write one like Europe/Paris."));
	if (start.len != 19 || !time_parse(arena_printf(cx->arena, "%.*sZ", STR_ARG(start)), &instant))
		return fail(cx, ERR_BAD_INPUT, N_("This is no time on the wall. Write one like 2026-03-24T09:42:00."));
	TRY(recurrence_read(cx, rest, zone, &r));
	r.start = zone_civil(S("UTC"), instant);
	size_t count = recurrence_list(&r, INT64_MIN, INT64_MAX, found, COUNT(found));
	buf_adds(out, "{\"rule\":\"");
	recurrence_write(out, &r);
	buf_adds(out, "\",\"instants\":[");
	for (size_t i = 0; i < count; i++) {
		buf_adds(out, i ? ",\"" : "\"");
		buf_add_time(out, found[i]);
		buf_addc(out, '"');
	}
	buf_adds(out, "]}\n");
	return OK;
}

#define RECURRENCE_LINES_MAX 1000

static enum err read_recurrence(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = str_trim(input);
	for (size_t i = 0; rest.at; i++) {
		if (i == RECURRENCE_LINES_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("There are more than %d recurrences."), RECURRENCE_LINES_MAX);
		TRY(read_recurrence_line(cx, str_line(&rest), out));
	}
	return OK;
}

const struct parser parser_recurrence = {"recurrence", N_("Recurrences: a zone, a first time and a rule (RFC 5545) a line"), read_recurrence};

#define CALENDAR_OCCURRENCES 10 /* of a recurring event, as shown here */

static void add_event_json(struct buf *out, const struct ical_event *e)
{
	static const char *const statuses[] = {"confirmed", "tentative", "cancelled"};
	const struct {
		const char *name;
		struct str text;
	} texts[] = {{"uid", e->uid}, {"summary", e->summary}, {"description", e->description}, {"location", e->location}, {"url", e->url}, {"zone", e->zone}};
	buf_adds(out, "{\"starts\":\"");
	buf_add_time(out, e->starts);
	buf_adds(out, "\",\"ends\":\"");
	buf_add_time(out, e->ends);
	buf_addf(out, "\",\"all_day\":%s,\"status\":\"%s\",\"sequence\":%d", e->is_all_day ? "true" : "false", statuses[e->status], e->sequence);
	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].text.len) {
			buf_addf(out, ",\"%s\":", texts[i].name);
			buf_add_json(out, texts[i].text);
		}
	buf_adds(out, ",\"categories\":[");
	for (size_t i = 0; i < e->category_count; i++) {
		buf_adds(out, i ? "," : "");
		buf_add_json(out, e->categories[i]);
	}
	buf_adds(out, "]}\n");
}

/* A calendar of others, from 1970 to 2100: what it holds, then its events, a line each. */
static enum err read_calendar(struct cx *cx, struct str input, struct buf *out)
{
	const struct ical_window window = {0, days_of_date(2100, 1, 1) * DAY, S("UTC"), CALENDAR_OCCURRENCES};
	struct ical_found found;
	TRY(ical_read(cx, input, &window, &found));
	buf_adds(out, "{\"name\":");
	buf_add_json(out, found.name);
	buf_addf(out, ",\"events\":%zu,\"left_out\":%zu,\"cut\":%zu,\"why\":", found.event_count, found.left_out, found.cut);
	buf_add_json(out, found.why);
	buf_adds(out, "}\n");
	for (size_t i = 0; i < found.count && buf_ok(out); i++)
		add_event_json(out, &found.events[i]);
	return OK;
}

const struct parser parser_calendar = {"calendar", N_("A calendar (iCalendar): its events, and the first of those that recur"), read_calendar};
