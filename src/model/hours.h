/* hours.h: business time. An SLA promises hours of work, not of the clock on the wall; this counts them over opening hours, closing
 * days and clock changes of a zone. Pure; the caller owns the arrays. */
#pragma once
#include "base/clock.h"
#include "base/str.h"

struct opening {
	int weekday;       /* 0 Monday */
	int opens, closes; /* minutes after midnight, closes > opens, at most 1440 */
};

struct hours {
	struct str zone;
	const struct opening *openings; /* sorted by weekday and opening; none = always open, but on closing days */
	size_t opening_count;
	const i64 *closing_days;        /* sorted days since 1970 */
	size_t closing_day_count;
};

bool hours_open(const struct hours *hours, i64 instant);
/* The instant at which `duration` microseconds of business time have passed since `start`. Where nothing opens within two
 * years, start + duration of plain time. */
i64 hours_after(const struct hours *hours, i64 start, i64 duration);
/* Business time from `from` to `to`; 0 when to <= from. */
i64 hours_between(const struct hours *hours, i64 from, i64 to);
