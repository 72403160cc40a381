/* share.h: what is abnormal in a share (how many of the mentions are negative, harmful), five minutes at a time, however many there are. As many
 * of the last five minutes are taken together as make thirty messages, up to three hours; how far their share is above the usual one is
 * measured in what chance alone would do to so few (the angle whose sine squared is the share: as uneven at one percent as at fifty), and
 * insight/anomaly.h holds that against the hours, the days and the ups and downs of the series itself.
 *
 * What must stay true: more messages of the same mind are no alarm, fewer that are all against us are one; fewer than five of them never
 * are. The state is of one size; pure. The caller owns it. */
#pragma once
#include "insight/anomaly.h"

#define SHARE_BINS 36

struct share {
	struct anomaly anomaly;
	double part, whole;    /* of the past, what is old weighs less: the usual share */
	i64 last;              /* the instant of the last five minutes */
	i64 parts[SHARE_BINS], wholes[SHARE_BINS];
	unsigned next;
};

void share_start(struct share *s, double month);
/* The next five minutes: `part` of `whole` messages. In the finding, value and expected are shares (0 to 1), span is what they are of;
 * *ret_excess: so many more of them than usual. Only rises are told. */
void share_next(struct share *s, i64 at, i64 step, i64 part, i64 whole, struct anomaly_finding *ret_finding, double *ret_excess);
bool share_is_calm(const struct share *s, i64 now); /* no event goes on, or nothing was said for hours */
