#include "model/ical.h"

#include "base/clock.h"
#include "base/utf8.h"

#define FOLD 75 /* bytes of a line without its end (RFC 5545, 3.1) */

/* A line without control characters, folded: what goes on begins with a space. */
static void add_line(struct buf *out, struct str line)
{
	size_t width = 0;
	for (size_t i = 0; i < line.len;) {
		unsigned char c = (unsigned char)line.at[i];
		size_t bytes = 1;
		while (i + bytes < line.len && ((unsigned char)line.at[i + bytes] & 0xC0) == 0x80)
			bytes++;
		if ((c < ' ' && c != '\t') || c == 0x7F) {
			i++;
			continue;
		}
		if (width + bytes > FOLD) {
			buf_adds(out, "\r\n ");
			width = 1;
		}
		buf_add(out, (struct str){line.at + i, bytes});
		width += bytes;
		i += bytes;
	}
	buf_adds(out, "\r\n");
}

/* TEXT (3.3.11): backslash, comma, semicolon and line ends escaped. */
static void add_escaped(struct buf *line, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '\r' && i + 1 < text.len && text.at[i + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r') {
			buf_adds(line, "\\n");
			continue;
		}
		if (c == '\\' || c == ',' || c == ';')
			buf_addc(line, '\\');
		buf_addc(line, c);
	}
}

static void add_text(struct buf *out, const char *name, struct str text)
{
	CLEANUP(buf_free) struct buf line = {}, clean = {};
	if (!text.len)
		return;
	buf_add_clean(&clean, text);
	buf_adds(&line, name);
	add_escaped(&line, buf_str(&clean));
	add_line(out, buf_str(&line));
}

static void add_wall(struct buf *out, const struct civil *c)
{
	buf_addf(out, "%04d%02d%02dT%02d%02d%02d", c->year, c->month, c->day, c->hour, c->minute, c->second);
}

static void add_instant(struct buf *out, const char *name, i64 instant, struct str zone)
{
	CLEANUP(buf_free) struct buf line = {};
	bool utc = !zone.len || str_eq(zone, S("UTC"));
	struct civil c = zone_civil(utc ? S("UTC") : zone, instant);
	buf_adds(&line, name);
	if (!utc) {
		buf_adds(&line, ";TZID=");
		buf_add(&line, zone);
	}
	buf_addc(&line, ':');
	add_wall(&line, &c);
	buf_adds(&line, utc ? "Z" : "");
	add_line(out, buf_str(&line));
}

static void add_day(struct buf *out, const char *name, i64 day)
{
	int year, month, date;
	date_of_days(day, &year, &month, &date);
	buf_addf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, year, month, date);
}

/* ---- zones ---- */

static void add_offset(struct buf *out, const char *name, i64 offset)
{
	i64 seconds = (offset < 0 ? -offset : offset) / SECOND;
	buf_addf(out, "%s:%c%02d%02d", name, offset < 0 ? '-' : '+', (int)(seconds / 3600), (int)(seconds / 60 % 60));
	if (seconds % 60)
		buf_addf(out, "%02d", (int)(seconds % 60));
	buf_adds(out, "\r\n");
}

/* From that instant on the clock is so far ahead of UTC. */
static void add_observance(struct buf *out, i64 instant, i64 before, i64 after, bool daylight)
{
	const char *word = daylight ? "DAYLIGHT" : "STANDARD";
	struct civil wall = zone_civil(S("UTC"), instant + before); /* as the wall clock said it before the change */
	buf_addf(out, "BEGIN:%s\r\nDTSTART:", word);
	add_wall(out, &wall);
	buf_adds(out, "\r\n");
	add_offset(out, "TZOFFSETFROM", before);
	add_offset(out, "TZOFFSETTO", after);
	buf_addf(out, "END:%s\r\n", word);
}

static i64 change_between(struct str zone, i64 low, i64 high)
{
	i64 before = zone_civil(zone, low).offset;
	while (high - low > SECOND) {
		i64 middle = low + (high - low) / 2 / SECOND * SECOND;
		if (middle == low)
			break;
		if (zone_civil(zone, middle).offset == before)
			low = middle;
		else
			high = middle;
	}
	return high;
}

void ical_add_zone(struct buf *out, struct str zone, i64 from, i64 to)
{
	CLEANUP(buf_free) struct buf line = {};
	i64 at = (from / DAY - 1) * DAY, offset = zone_civil(zone, at).offset;
	if (!zone.len || str_eq(zone, S("UTC")))
		return;
	buf_adds(&line, "TZID:");
	buf_add(&line, zone);
	buf_adds(out, "BEGIN:VTIMEZONE\r\n");
	add_line(out, buf_str(&line));
	add_observance(out, at, offset, offset, false);
	for (; at < to; at += DAY) {
		i64 next = zone_civil(zone, at + DAY).offset;
		if (next == offset)
			continue;
		add_observance(out, change_between(zone, at, at + DAY), offset, next, next > offset);
		offset = next;
	}
	buf_adds(out, "END:VTIMEZONE\r\n");
}

/* ---- the whole ---- */

void ical_begin(struct buf *out, const struct ical_calendar *calendar)
{
	buf_adds(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Parvis//Parvis//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
	add_text(out, "NAME:", calendar->name); /* RFC 7986, and what was there before it */
	add_text(out, "X-WR-CALNAME:", calendar->name);
	add_text(out, "DESCRIPTION:", calendar->description);
	add_text(out, "X-WR-CALDESC:", calendar->description);
	if (calendar->refresh_minutes > 0)
		buf_addf(out, "REFRESH-INTERVAL;VALUE=DURATION:PT%dM\r\nX-PUBLISHED-TTL:PT%dM\r\n", calendar->refresh_minutes, calendar->refresh_minutes);
}

static void add_categories(struct buf *out, const struct ical_event *event)
{
	CLEANUP(buf_free) struct buf line = {};
	buf_adds(&line, "CATEGORIES:");
	for (size_t i = 0; i < event->category_count; i++) {
		buf_adds(&line, i ? "," : "");
		add_escaped(&line, event->categories[i]);
	}
	if (event->category_count)
		add_line(out, buf_str(&line));
}

static void add_recurrence(struct buf *out, const struct ical_event *event, const struct recurrence *recurrence)
{
	CLEANUP(buf_free) struct buf line = {};
	struct recurrence rule = *recurrence;
	if (event->is_all_day) /* days end by a day (3.3.10) */
		rule.until = 0;
	buf_adds(&line, "RRULE:");
	recurrence_write(&line, &rule);
	if (event->is_all_day && recurrence->until) {
		struct civil c = zone_civil(recurrence->zone, recurrence->until);
		buf_addf(&line, ";UNTIL=%04d%02d%02d", c.year, c.month, c.day);
	}
	add_line(out, buf_str(&line));
	for (size_t i = 0; i < recurrence->except_count; i++) {
		struct civil c = recurrence->start;
		date_of_days(recurrence->except[i], &c.year, &c.month, &c.day);
		if (event->is_all_day)
			add_day(out, "EXDATE", recurrence->except[i]);
		else
			add_instant(out, "EXDATE", zone_instant(recurrence->zone, c), event->zone);
	}
}

void ical_add(struct buf *out, const struct ical_event *event, const struct recurrence *recurrence)
{
	static const char *const statuses[] = {"CONFIRMED", "TENTATIVE", "CANCELLED"};
	CLEANUP(buf_free) struct buf url = {};
	buf_adds(out, "BEGIN:VEVENT\r\n");
	add_text(out, "UID:", event->uid);
	add_instant(out, "DTSTAMP", event->stamp, S(""));
	if (event->is_all_day) {
		add_day(out, "DTSTART", event->first_day);
		add_day(out, "DTEND", event->last_day + 1);
	} else {
		add_instant(out, "DTSTART", event->starts, event->zone);
		if (event->ends > event->starts)
			add_instant(out, "DTEND", event->ends, event->zone);
	}
	if (recurrence)
		add_recurrence(out, event, recurrence);
	add_text(out, "SUMMARY:", event->summary);
	add_text(out, "DESCRIPTION:", event->description);
	add_text(out, "LOCATION:", event->location);
	if (event->url.len) { /* a URI is not escaped */
		buf_adds(&url, "URL:");
		buf_add(&url, event->url);
		add_line(out, buf_str(&url));
	}
	add_categories(out, event);
	buf_addf(out, "STATUS:%s\r\nSEQUENCE:%d\r\nEND:VEVENT\r\n", statuses[event->status], event->sequence);
}

void ical_end(struct buf *out)
{
	buf_adds(out, "END:VCALENDAR\r\n");
}
