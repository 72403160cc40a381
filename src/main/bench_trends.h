/* bench_trends.h: what looking for trends costs on a desk that is there: all that is not counted yet, a slice at a time, then one look. Nothing but
 * the counts is written. Times are of the processor and of the clock. */
#pragma once
#include "sys/db.h"

enum err bench_trends(struct cx *cx, const char *database);
