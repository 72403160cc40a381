/* ical_read.c: a foreign file into events. First every component is read, then each event's time is found and its recurrence walked. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/utf8.h"
#include "model/date_rule.h"
#include "model/ical.h"
#include "model/ical_zone.h"

#include <stdlib.h>

#define DEPTH 8
#define SUMMARY_MAX 2000
#define DESCRIPTION_MAX 20000
#define UID_MAX 500
#define ZONES_MAX 200
#define DAYS_MAX 2000      /* EXDATE and RDATE of an event */
#define EXCEPTED_MAX 200000 /* of all events together */

struct when {
	struct ical_time time;
	struct str zone; /* TZID as it stands there; empty: none */
	bool is_there;
};

/* A VEVENT as it stands. */
struct draft {
	struct ical_event event;
	struct when starts, ends, recurrence_id;
	i64 duration;
	bool has_duration;
	struct str rule;
	size_t rules;
	struct when *except, *more; /* EXDATE, RDATE */
	size_t except_count, more_count, except_capacity, more_capacity;
};

struct reading {
	struct cx *cx;
	const struct ical_window *window;
	struct str zone, name;       /* of the calendar: X-WR-TIMEZONE */
	struct draft *drafts;
	size_t draft_count, draft_capacity;
	struct ical_zone zones[ZONES_MAX];
	size_t zone_count;
	size_t recurring, excepted;  /* so far: what a hostile file could make many of */
	struct map *names;           /* TZID → tz name, as struct str */
	struct ical_event *events;
	size_t count, capacity;
	struct ical_found found;
};

static void note(struct reading *r, size_t *counter, const char *why, struct str about)
{
	(*counter)++;
	if (!r->found.why.len)
		r->found.why = about.len ? arena_printf(r->cx->arena, "%s (%.*s)", why, STR_ARG(utf8_head(about, 80))) : arena_printf(r->cx->arena, "%s", why);
}

/* ---- properties ---- */

static void take_time(const struct ical_line *line, struct str value, struct when *ret_when)
{
	struct when when = {.zone = ical_parameter(line, S("TZID"))};
	when.is_there = ical_time_read(value, &when.time);
	if (when.is_there)
		*ret_when = when;
}

static void take_times(struct arena *arena, const struct ical_line *line, struct when **times, size_t *count, size_t *capacity)
{
	struct str rest = line->value;
	while (rest.at && *count < DAYS_MAX) {
		struct str one = str_cut(&rest, ',');
		struct when when = {};
		take_time(line, str_cut(&one, '/'), &when); /* of a period, its start */
		if (when.is_there)
			*arena_push(arena, *times, *count, *capacity) = when;
	}
}

static void take_categories(struct arena *arena, struct str value, struct ical_event *event)
{
	size_t from = 0;
	for (size_t i = 0; i <= value.len && event->category_count < ICAL_CATEGORIES_MAX; i++) {
		if (i < value.len && value.at[i] == '\\') {
			i++;
			continue;
		}
		if (i < value.len && value.at[i] != ',')
			continue;
		struct str one = ical_text(arena, str_head(str_skip(value, from), i - from), SUMMARY_MAX);
		if (one.len)
			event->categories[event->category_count++] = one;
		from = i + 1;
	}
}

static enum ical_status status_of(struct str value)
{
	return str_eq_fold(value, S("CANCELLED")) ? ICAL_CANCELLED : str_eq_fold(value, S("TENTATIVE")) ? ICAL_TENTATIVE : ICAL_CONFIRMED;
}

static bool take_text(struct arena *arena, const struct ical_line *line, struct ical_event *event)
{
	const struct {
		struct str name;
		struct str *text;
		size_t most;
	} texts[] = {{S("SUMMARY"), &event->summary, SUMMARY_MAX}, {S("DESCRIPTION"), &event->description, DESCRIPTION_MAX}, {S("LOCATION"), &event->location, SUMMARY_MAX},
		     {S("URL"), &event->url, SUMMARY_MAX}, {S("UID"), &event->uid, UID_MAX}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (str_eq_fold(line->name, texts[i].name)) {
			if (!texts[i].text->len)
				*texts[i].text = ical_text(arena, line->value, texts[i].most);
			return true;
		}
	return false;
}

static void take_event_line(struct reading *r, const struct ical_line *line)
{
	struct arena *arena = r->cx->arena;
	struct draft *d = &r->drafts[r->draft_count - 1];
	struct str value = str_trim(line->value);
	struct when stamp = {};
	i64 number;
	if (take_text(arena, line, &d->event))
		return;
	if (str_eq_fold(line->name, S("DTSTART")))
		take_time(line, value, &d->starts);
	else if (str_eq_fold(line->name, S("DTEND")))
		take_time(line, value, &d->ends);
	else if (str_eq_fold(line->name, S("RECURRENCE-ID")))
		take_time(line, value, &d->recurrence_id);
	else if (str_eq_fold(line->name, S("DURATION")))
		d->has_duration = ical_duration_read(value, &d->duration);
	else if (str_eq_fold(line->name, S("RRULE")) && !d->rules++)
		d->rule = value;
	else if (str_eq_fold(line->name, S("EXDATE")))
		take_times(arena, line, &d->except, &d->except_count, &d->except_capacity);
	else if (str_eq_fold(line->name, S("RDATE")))
		take_times(arena, line, &d->more, &d->more_count, &d->more_capacity);
	else if (str_eq_fold(line->name, S("CATEGORIES")))
		take_categories(arena, line->value, &d->event);
	else if (str_eq_fold(line->name, S("STATUS")))
		d->event.status = status_of(value);
	else if (str_eq_fold(line->name, S("SEQUENCE")) && str_to_i64(value, &number) && number >= 0 && number < 1000000000)
		d->event.sequence = (int)number;
	else if (str_eq_fold(line->name, S("DTSTAMP")) || str_eq_fold(line->name, S("LAST-MODIFIED"))) {
		take_time(line, value, &stamp);
		if (stamp.is_there)
			d->event.stamp = zone_instant(S("UTC"), stamp.time.wall);
	}
}

static i64 wall_of(const struct civil *c)
{
	return (days_of_date(c->year, c->month, c->day) * 24 + c->hour) * HOUR + c->minute * MINUTE + c->second * SECOND;
}

/* STANDARD or DAYLIGHT of a VTIMEZONE: the one that begins last says what holds now. */
struct observance {
	i64 from, offset;
	int month;
};

static void take_observance(struct ical_zone *zone, bool daylight, const struct observance *o)
{
	bool *has = daylight ? &zone->has_daylight : &zone->has_standard;
	i64 *from = daylight ? &zone->daylight_from : &zone->standard_from;
	if (*has && o->from < *from)
		return;
	*has = true;
	*from = o->from;
	*(daylight ? &zone->daylight : &zone->standard) = o->offset;
	if (daylight)
		zone->daylight_month = o->month;
}

/* ---- components ---- */

struct place {
	struct str open[DEPTH];
	size_t depth;
	struct observance observance;
};

static bool inside(const struct place *p, size_t depth, struct str name)
{
	return p->depth == depth && str_eq_fold(p->open[depth - 1], name);
}

static enum err begin(struct reading *r, struct place *p, struct str name)
{
	struct cx *cx = r->cx;
	if (!p->depth && !str_eq_fold(name, S("VCALENDAR")))
		return fail(cx, ERR_BAD_INPUT, N_("This is no calendar: it does not begin with BEGIN:VCALENDAR."));
	if (p->depth == DEPTH)
		return fail(cx, ERR_BAD_INPUT, N_("The parts of this calendar lie too deep in each other."));
	p->open[p->depth++] = name;
	if (inside(p, 2, S("VEVENT"))) {
		if (r->draft_count == ICAL_EVENTS_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("The calendar has more than %d events."), ICAL_EVENTS_MAX);
		*arena_push(cx->arena, r->drafts, r->draft_count, r->draft_capacity) = (struct draft){};
	}
	if (inside(p, 2, S("VTIMEZONE")) && r->zone_count < ZONES_MAX)
		r->zones[r->zone_count++] = (struct ical_zone){};
	if (p->depth == 3)
		p->observance = (struct observance){};
	return OK;
}

static enum err end(struct reading *r, struct place *p, struct str name)
{
	if (!p->depth || !str_eq_fold(p->open[p->depth - 1], name))
		return fail(r->cx, ERR_BAD_INPUT, N_("This calendar is damaged: “END:%.*s” closes nothing."), STR_ARG(utf8_head(name, 40)));
	if (p->depth == 3 && str_eq_fold(p->open[1], S("VTIMEZONE")) && r->zone_count)
		take_observance(&r->zones[r->zone_count - 1], str_eq_fold(name, S("DAYLIGHT")), &p->observance);
	p->depth--;
	return OK;
}

static void take_zone_line(struct reading *r, struct place *p, const struct ical_line *line)
{
	struct ical_zone *zone = &r->zones[r->zone_count - 1];
	struct ical_time time;
	if (p->depth == 2 && str_eq_fold(line->name, S("TZID")))
		zone->id = str_trim(line->value);
	else if (p->depth == 2 && str_eq_fold(line->name, S("X-LIC-LOCATION")))
		zone->location = str_trim(line->value);
	else if (p->depth == 3 && str_eq_fold(line->name, S("TZOFFSETTO")))
		ical_offset_read(line->value, &p->observance.offset);
	else if (p->depth == 3 && str_eq_fold(line->name, S("DTSTART")) && ical_time_read(line->value, &time)) {
		p->observance.from = wall_of(&time.wall);
		p->observance.month = time.wall.month;
	}
}

static enum err read_components(struct reading *r, struct str text)
{
	struct place p = {};
	bool any = false;
	while (text.at) {
		struct ical_line line;
		struct str one = str_cut(&text, '\n');
		if (!str_trim(one).len)
			continue;
		if (!ical_line_read(one, &line)) {
			if (!any)
				return fail(r->cx, ERR_BAD_INPUT, N_("This is no calendar: it does not begin with BEGIN:VCALENDAR."));
			continue; /* a line that somebody broke; its neighbours may be fine */
		}
		any = true;
		if (str_eq_fold(line.name, S("BEGIN")))
			TRY(begin(r, &p, str_trim(line.value)));
		else if (str_eq_fold(line.name, S("END")))
			TRY(end(r, &p, str_trim(line.value)));
		else if (!p.depth)
			return fail(r->cx, ERR_BAD_INPUT, N_("This is no calendar: it does not begin with BEGIN:VCALENDAR."));
		else if (inside(&p, 2, S("VEVENT")))
			take_event_line(r, &line);
		else if (p.depth >= 2 && str_eq_fold(p.open[1], S("VTIMEZONE")) && r->zone_count)
			take_zone_line(r, &p, &line);
		else if (p.depth == 1 && str_eq_fold(line.name, S("X-WR-TIMEZONE")) && zone_known(str_trim(line.value)))
			r->zone = str_trim(line.value);
		else if (p.depth == 1 && !r->name.len && (str_eq_fold(line.name, S("X-WR-CALNAME")) || str_eq_fold(line.name, S("NAME"))))
			r->name = ical_text(r->cx->arena, line.value, SUMMARY_MAX);
	}
	return any ? OK : fail(r->cx, ERR_BAD_INPUT, N_("This is no calendar: it does not begin with BEGIN:VCALENDAR."));
}

/* ---- times ---- */

/* The zone whose wall a time stands on; empty when the file's name for it is none that is known. */
static struct str zone_of(struct reading *r, const struct when *when)
{
	if (when->time.is_utc || when->time.is_date)
		return S("UTC");
	if (!when->zone.len)
		return r->zone;
	struct str *known = map_get(r->names, when->zone);
	if (!known) {
		known = arena_new_of(r->cx->arena, struct str);
		if (map_count(r->names) < ZONES_MAX)
			*known = ical_zone_name(r->cx->arena, when->zone, r->zones, r->zone_count, when->time.wall.year);
		map_put(r->names, when->zone, known);
	}
	return *known;
}

static i64 instant_of(struct reading *r, const struct when *when)
{
	struct str zone = zone_of(r, when);
	return zone_instant(zone.len ? zone : S("UTC"), when->time.wall);
}

/* On the wall of the event's own zone, the day that a time of EXDATE or RECURRENCE-ID names. */
static i64 day_there(struct reading *r, const struct when *when, struct str zone)
{
	struct civil c = when->time.is_date ? when->time.wall : zone_civil(zone, instant_of(r, when));
	return days_of_date(c.year, c.month, c.day);
}

static i64 length_of(struct reading *r, const struct draft *d, i64 starts)
{
	if (d->ends.is_there && d->ends.time.is_date == d->starts.time.is_date) {
		i64 length = instant_of(r, &d->ends) - starts;
		return length > 0 ? length : d->starts.time.is_date ? DAY : 0;
	}
	if (d->has_duration && d->duration > 0)
		return d->starts.time.is_date ? (d->duration + DAY - 1) / DAY * DAY : d->duration;
	return d->starts.time.is_date ? DAY : 0;
}

static int by_i64(const void *a, const void *b)
{
	i64 one = *(const i64 *)a, two = *(const i64 *)b;
	return one < two ? -1 : one > two;
}

static enum err add(struct reading *r, const struct draft *d, struct str zone, i64 starts, i64 length)
{
	struct ical_event event = d->event;
	event.starts = starts;
	event.ends = starts + length;
	event.is_all_day = d->starts.time.is_date;
	event.zone = zone;
	if (event.is_all_day) {
		event.first_day = (starts - (starts < 0 ? DAY - 1 : 0)) / DAY;
		event.last_day = event.first_day + length / DAY - 1;
	}
	if (event.starts >= r->window->to || (event.ends <= r->window->from && !(event.ends == event.starts && event.starts == r->window->from)))
		return OK;
	if (r->count == ICAL_OCCURRENCES_MAX)
		return fail(r->cx, ERR_TOO_LARGE, N_("The calendar has more than %d events in the time that is wanted."), ICAL_OCCURRENCES_MAX);
	*arena_push(r->cx->arena, r->events, r->count, r->capacity) = event;
	return OK;
}

/* ---- recurrences ---- */

/* Days on which another event of the file stands in for this one, or which it leaves out. */
static size_t excepted(struct reading *r, const struct draft *d, struct map *stands_in, struct str zone, const i64 **ret_days)
{
	struct when *replaced = map_get(stands_in, d->event.uid);
	size_t count = 0, capacity = 0;
	i64 *days = NULL;
	if (r->excepted + d->except_count > EXCEPTED_MAX)
		return 0;
	for (size_t i = 0; i < d->except_count; i++)
		*arena_push(r->cx->arena, days, count, capacity) = day_there(r, &d->except[i], zone);
	for (struct when *one = replaced; one && one->is_there && r->excepted + count < EXCEPTED_MAX; one++)
		*arena_push(r->cx->arena, days, count, capacity) = day_there(r, one, zone);
	r->excepted += count;
	if (count)
		qsort(days, count, sizeof *days, by_i64);
	*ret_days = days;
	return count;
}

static enum err add_recurring(struct reading *r, const struct draft *d, struct map *stands_in, struct str zone, i64 starts, i64 length)
{
	struct cx *cx = r->cx;
	struct recurrence rule;
	size_t most = r->window->each_most ? r->window->each_most : 1;
	const char *why = N_("a recurrence of a kind that is not kept here");
	if (++r->recurring > ICAL_RECURRING_MAX || d->rules > 1 || recurrence_read(cx, d->rule, zone, &rule) != OK) {
		cx_forget(cx);
		note(r, &r->found.cut, tr(cx->lang, why), d->event.summary);
		return add(r, d, zone, starts, length);
	}
	rule.zone = zone;
	rule.start = d->starts.time.wall;
	rule.except_count = excepted(r, d, stands_in, zone, &rule.except);
	i64 *instants = arena_array(cx->arena, i64, most + 1), from = r->window->from;
	if (from < INT64_MIN / 2)
		from = INT64_MIN / 2;
	size_t count = recurrence_list(&rule, from - length, r->window->to, instants, most + 1);
	if (count > most) {
		count = most;
		note(r, &r->found.cut, tr(cx->lang, N_("more occurrences than are wanted")), d->event.summary);
	}
	for (size_t i = 0; i < count; i++)
		TRY(add(r, d, zone, instants[i], length));
	return OK;
}

static enum err add_draft(struct reading *r, const struct draft *d, struct map *stands_in)
{
	struct cx *cx = r->cx;
	struct str zone = d->starts.is_there ? zone_of(r, &d->starts) : S("");
	if (!d->starts.is_there || !zone.len) {
		note(r, &r->found.left_out, d->starts.is_there ? _(N_("a time zone that is not known")) : _(N_("no time at which it begins")), d->event.summary);
		return OK;
	}
	i64 starts = instant_of(r, &d->starts), length = length_of(r, d, starts);
	if (d->rules && !d->recurrence_id.is_there)
		TRY(add_recurring(r, d, stands_in, zone, starts, length));
	else
		TRY(add(r, d, zone, starts, length));
	for (size_t i = 0; i < d->more_count && i < r->window->each_most; i++)
		TRY(add(r, d, zone, instant_of(r, &d->more[i]), length));
	return OK;
}

/* UID → the RECURRENCE-IDs of those that stand in for one of its occurrences, as an array that ends with one that is not there. */
static struct map *stand_ins(struct reading *r)
{
	struct arena *arena = r->cx->arena;
	struct map *map = map_new(arena), *counts = map_new(arena);
	for (size_t i = 0; i < r->draft_count; i++)
		if (r->drafts[i].recurrence_id.is_there && r->drafts[i].event.uid.len) {
			size_t *count = map_get(counts, r->drafts[i].event.uid);
			if (!count)
				map_put(counts, r->drafts[i].event.uid, count = arena_new_of(arena, size_t));
			++*count;
		}
	for (size_t i = 0; i < r->draft_count; i++) {
		const struct draft *d = &r->drafts[i];
		size_t *left = d->recurrence_id.is_there ? map_get(counts, d->event.uid) : NULL;
		if (!left)
			continue;
		struct when *list = map_get(map, d->event.uid);
		if (!list)
			map_put(map, d->event.uid, list = arena_array(arena, struct when, *left + 1));
		list[--*left] = d->recurrence_id;
	}
	return map;
}

static int by_start(const void *a, const void *b)
{
	const struct ical_event *one = a, *two = b;
	return one->starts != two->starts ? (one->starts < two->starts ? -1 : 1) : str_cmp(one->uid, two->uid);
}

enum err ical_read(struct cx *cx, struct str text, const struct ical_window *window, struct ical_found *ret_found)
{
	struct reading *r = arena_new_of(cx->arena, struct reading);
	*r = (struct reading){.cx = cx, .window = window, .zone = zone_known(window->zone) ? window->zone : S("UTC"), .names = map_new(cx->arena)};
	if (text.len > ICAL_BYTES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("The calendar is larger than %zu MiB."), ICAL_BYTES_MAX >> 20);
	TRY(read_components(r, ical_unfold(cx->arena, text)));
	struct map *stands_in = stand_ins(r);
	for (size_t i = 0; i < r->draft_count; i++)
		TRY(add_draft(r, &r->drafts[i], stands_in));
	if (r->count)
		qsort(r->events, r->count, sizeof *r->events, by_start);
	r->found.name = r->name;
	r->found.events = r->events;
	r->found.count = r->count;
	r->found.event_count = r->draft_count;
	*ret_found = r->found;
	return OK;
}
