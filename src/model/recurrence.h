/* recurrence.h: what happens again and again: a rule of days, weeks, months or years, at one time of the clock on the wall of a zone, until an
 * instant or so many times, but for some days. The rule is that of RFC 5545 (RRULE), in and out, without what is finer than days.
 *
 * Time is the wall's: a post at 9:00 stays at 9:00 over the nights when clocks change. A time that such a night leaves out (02:30 in March) is kept at
 * the first instant after the gap, on the same day; a time that comes twice is kept the first time (base/zone.h). Days that a month does not have (the
 * 31st in April, 29 February) are left out, not moved. Pure; nothing is allocated, and every question ends: past RECURRENCE_YEAR_LAST nothing happens. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "base/zone.h"

enum recurrence_unit { EVERY_DAYS, EVERY_WEEKS, EVERY_MONTHS, EVERY_YEARS };

struct recurrence_day {
	int weekday; /* 0 Monday */
	int nth;     /* of the month (of the year where no month is named): 1 the first, -1 the last; 0: each one */
};

#define RECURRENCE_INTERVAL_MAX 9999
#define RECURRENCE_COUNT_MAX 100000
#define RECURRENCE_LIST_MAX 62 /* of each list of a rule */
#define RECURRENCE_YEAR_LAST 2400

struct recurrence {
	enum recurrence_unit unit;
	int interval;       /* every so many units; 1 .. RECURRENCE_INTERVAL_MAX */
	int count;          /* so many times, those on `except` days counted; 0: no such end */
	i64 until;          /* the last instant it may happen at; 0: no such end */
	int week_start;     /* 0 Monday; matters for every second week and more */
	unsigned months;    /* bit 0 January; 0: all */
	struct recurrence_day days[RECURRENCE_LIST_MAX];
	size_t day_count;
	int month_days[RECURRENCE_LIST_MAX]; /* 1 .. 31; -1 the last */
	size_t month_day_count;
	int positions[RECURRENCE_LIST_MAX];  /* of what a unit gives, only the nth; -1 the last */
	size_t position_count;

	struct str zone;    /* borrowed, as `except` */
	struct civil start; /* year .. second of the first one on the wall; where the rule leaves days open, they are its */
	const i64 *except;  /* days since 1970 on the wall, sorted, on which it does not happen */
	size_t except_count;
};

/* Reads "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20271231T225959Z" (with or without "RRULE:" before it), in any case. `zone` is for an UNTIL
 * without one. Start, zone and except days are the caller's to set. ERR_BAD_INPUT with a story that names the part that is not understood or not kept
 * here: HOURLY and finer, BYHOUR, BYMINUTE, BYSECOND, BYYEARDAY, BYWEEKNO. */
enum err recurrence_read(struct cx *cx, struct str text, struct str zone, struct recurrence *ret_recurrence);
void recurrence_write(struct buf *out, const struct recurrence *recurrence); /* without "RRULE:" */

/* The first one later than `after`; false when there is none. */
bool recurrence_next(const struct recurrence *recurrence, i64 after, i64 *ret_instant);
/* Those from `from` to before `to`, in order, at most `most`. Returns how many. */
size_t recurrence_list(const struct recurrence *recurrence, i64 from, i64 to, i64 *ret_instants, size_t most);
