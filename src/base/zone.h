/* zone.h: civil time of a place, by ICU (tz database). Cheap to ask for again: an opened zone is kept for each thread. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct civil {
	int year, month, day;       /* month 1..12 */
	int hour, minute, second;
	int weekday;                /* 0 Monday .. 6 Sunday */
	i64 offset;                 /* microseconds to add to UTC */
};

bool zone_known(struct str name); /* "Europe/Paris" */
/* The places to choose from, by name: each zone once, by its canonical name. */
size_t zone_list(struct arena *arena, struct str **ret_names);
/* What Windows calls so ("Romance Standard Time" is Europe/Paris), in the arena; empty when it calls nothing so. */
struct str zone_of_windows(struct arena *arena, struct str name);
/* An unknown zone counts as UTC. */
struct civil zone_civil(struct str name, i64 instant);
/* The instant of a civil time (year..second are read). A time skipped by the clock change gives the instant right after the
 * gap; one that occurs twice gives the first. */
i64 zone_instant(struct str name, struct civil civil);
/* When the day begins there that is `back` days before that of `instant`. */
i64 zone_day(struct str name, i64 instant, i64 back);
