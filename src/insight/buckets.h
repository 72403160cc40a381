/* buckets.h: how many mentions a query has in each of some spans of time that follow each other (days of a calendar, hours), with their tone.
 * They are counted hour by hour as the rollup has them; an hour in which a span begins is counted from the mentions themselves, so that
 * days are right where midnight is not on a full hour of UTC (India, Nepal, Newfoundland). It only reads. */
#pragma once
#include "store/listening.h"

struct bucket {
	i64 start, all, tones[TONES]; /* `start` is the caller's, the rest is filled */
};
/* Each bucket ends where the next begins, the last at `until`. */
enum err buckets_fill(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 until, struct bucket *buckets, size_t count);
