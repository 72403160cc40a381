/* alarm.h: alarms: something unusual in what is listened for is written down once an event and told to those who listen; while it goes on its
 * evidence grows, and when it is calm again it ends.
 *
 * What must stay true: a query has one alarm that goes on at the most, and of queries that hear the same messages one alone has ("also" in its
 * evidence names the others); an alarm and those it was told to are one transaction. */
#pragma once
#include "store/alarm.h"

/* How many false alarms a month people wish for (a setting of the workspace; 1 unless told). 0: alarms are kept, and nobody
 * is told. */
enum err alarm_wish(struct cx *cx, struct db *db, i64 workspace, double *ret_month);

/* What was found now: `alarm` without id. *ret_is_new: an event began, and people were told. */
enum err alarm_raise(struct cx *cx, struct db *db, const struct alarm *alarm, bool *ret_is_new);
/* Calm again. */
enum err alarm_over(struct cx *cx, struct db *db, i64 workspace, i64 id);
