/* ical.h: calendars as other programs exchange them (iCalendar, RFC 5545): a feed written into a buf, and a foreign file read. Pure; texts of what was
 * read and its arrays are the arena's.
 *
 *	ical_begin(&out, &(struct ical_calendar){.name = S("Le Levain"), .refresh_minutes = 15});
 *	for each: ical_add(&out, &event);
 *	ical_end(&out);
 *
 * Instants are microseconds UTC, days are days since 1970-01-01. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "model/recurrence.h"

enum ical_status { ICAL_CONFIRMED, ICAL_TENTATIVE, ICAL_CANCELLED };

#define ICAL_CATEGORIES_MAX 16

struct ical_event {
	struct str uid;         /* the same for ever; unique in the world: "post-123@desk.example" */
	struct str summary, description, location, url; /* plain text; description may have lines */
	struct str categories[ICAL_CATEGORIES_MAX];
	size_t category_count;
	enum ical_status status;
	int sequence;           /* grows with each change that matters: clients take the highest */
	i64 stamp;              /* when it was written, or changed last */
	bool is_all_day;
	i64 first_day, last_day; /* of what lasts whole days; the last belongs to it */
	i64 starts, ends;       /* of everything else; the end is outside. When read, whole days have them too, as midnights of UTC */
	struct str zone;        /* whose wall clock it keeps; empty: UTC */
};

/* ---- writing ---- */

struct ical_calendar {
	struct str name, description;
	int refresh_minutes;    /* how often a client should ask again; 0: not said */
};

/* Lines end with CR LF and are folded at 75 bytes, never within a character; control characters are left out. */
void ical_begin(struct buf *out, const struct ical_calendar *calendar);
/* What a zone's clock does from one instant to another: to be written once, before events that keep that zone's time. */
void ical_add_zone(struct buf *out, struct str zone, i64 from, i64 to);
/* With a zone, its times are written on that zone's wall, otherwise in UTC. `recurrence` may be NULL. */
void ical_add(struct buf *out, const struct ical_event *event, const struct recurrence *recurrence);
void ical_end(struct buf *out);

/* ---- reading ---- */

#define ICAL_BYTES_MAX ((size_t)16 << 20)
#define ICAL_EVENTS_MAX 20000
#define ICAL_RECURRING_MAX 2000 /* events whose recurrence is walked; of more, the first one stands */
#define ICAL_OCCURRENCES_MAX 50000 /* of all events together */

struct ical_window {
	i64 from, to;           /* what touches it is wanted; `to` is outside */
	struct str zone;        /* for times without one */
	size_t each_most;       /* occurrences of one event, at most; at least 1 */
};

struct ical_found {
	struct str name;        /* of the calendar, or empty */
	const struct ical_event *events; /* every occurrence an event of its own, by start */
	size_t count;
	size_t event_count;     /* events in the file */
	size_t left_out;        /* of them: without a start, or with one that cannot be read */
	size_t cut;             /* of them: whose recurrence is not kept here (its first one stands), or has more occurrences than are wanted */
	struct str why;         /* of the first of both kinds, in the task's language; empty */
};

/* Reads what others wrote: also with lines of other ends, without the parts that RFC 5545 wants and nobody needs. Zones are known by their tz name (also
 * at the end of a longer one), by Windows's names, by X-LIC-LOCATION, or else by the offsets that the file gives. Alarms, tasks and free-busy times
 * are passed over. ERR_BAD_INPUT when it is no calendar, ERR_TOO_LARGE beyond the limits above. */
enum err ical_read(struct cx *cx, struct str text, const struct ical_window *window, struct ical_found *ret_found);
