/* figures_text.h: what a network tells of a message of ours, or of an account, in a line for people: "7 likes, 90 views". */
#pragma once
#include "base/cx.h"
#include "store/metric_point.h"

/* Of the points of one message (0: of the account), by measure and in order of time: the latest of each, and of followers how many more or fewer
 * they are than at the first. Empty when there are none. Arena. */
struct str figures_text(struct cx *cx, const struct metric_point *points, size_t count, i64 message);
