/* clock.h: instants are i64 microseconds UTC since 1970. time_now() can be set still or moved by tests. Zones and calendars
 * are in zone.h; texts of dates for people in ui/. */
#pragma once
#include "base/buf.h"

#define MILLISECOND ((i64)1000)
#define SECOND (1000 * MILLISECOND)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

i64 time_now(void);
void time_set(i64 instant); /* tests: from now on time_now() gives this; 0 gives the machine's clock back */
i64 time_worked(void); /* processor time of this thread: what others do meanwhile does not count */
i64 time_worked_by_all(void); /* processor time of all threads of this process */
i64 time_monotonic(void);   /* microseconds since some point; for durations and deadlines */

/* RFC 3339: "2026-03-24T09:42:00Z", fractions and offsets read; written in UTC with as many decimals as needed (0, 3 or 6). */
bool time_parse(struct str text, i64 *ret_instant);
void buf_add_time(struct buf *b, i64 instant);
struct str time_text(struct arena *arena, i64 instant);
/* Other dates found in exports: RFC 2822 ("Tue, 24 Mar 2026 09:42:00 +0100"), Twitter's ("Tue Mar 24 09:42:00 +0000 2026"),
 * "2026-03-24 09:42:00[ UTC]", "2026-03-24". Without a zone it is UTC. */
bool time_parse_loose(struct str text, i64 *ret_instant);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back. */
i64 days_of_date(int year, int month, int day);
void date_of_days(i64 days, int *ret_year, int *ret_month, int *ret_day);
/* "2027-03-24", of 1970 to 2199, to those days; false for anything else. */
bool day_parse(struct str text, i64 *ret_day);
