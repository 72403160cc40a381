/* ical_zone.h: which zone a foreign file means; only the ical_*.c files see it. */
#pragma once
#include "base/arena.h"
#include "model/ical_line.h"

/* A VTIMEZONE: its name, and what it says of the clock, latest first. */
struct ical_zone {
	struct str id, location;   /* TZID; X-LIC-LOCATION, or empty */
	i64 standard, daylight;    /* offsets of those that begin last */
	i64 standard_from, daylight_from; /* their DTSTART on the wall, as microseconds since 1970 */
	int daylight_month;        /* in which its daylight time begins */
	bool has_standard, has_daylight;
};

/* The tz name for a TZID: itself, its end ("/mozilla.org/20050126_1/Europe/Paris"), what Windows calls so, what the file says it is, or one whose
 * clock had the same offsets in January and July of `year`. Empty when none fits. */
struct str ical_zone_name(struct arena *arena, struct str id, const struct ical_zone *zones, size_t zone_count, int year);
