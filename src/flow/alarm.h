/* alarm.h: alarms: something unusual in what is said is written down once an event and told to those who listen, and to the workspace's machine
 * (flow/hook.h); while it goes on its evidence grows, and when it is calm again it ends. What somebody hushed is kept all the same, and
 * nobody is told.
 *
 * What must stay true: a query (or all that is said: query 0) has one alarm that goes on at the most, and of those that hear the same messages
 * one alone has ("also" in its evidence names the others; "" is all that is said); an alarm and what is told of it are one transaction. */
#pragma once
#include "store/alarm.h"

struct undo;

/* How many false alarms a month people wish for (a setting of the workspace; 1 unless told). 0: alarms are kept, and nobody
 * is told. */
enum err alarm_wish(struct cx *cx, struct db *db, i64 workspace, double *ret_month);

/* What was found now: `alarm` without id. *ret_is_new: an event began, and people were told. */
enum err alarm_raise(struct cx *cx, struct db *db, const struct alarm *alarm, struct str public_url, bool *ret_is_new);
/* Calm again. */
enum err alarm_over(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str public_url);

/* Nobody is told of alarms of this query (0: of all that is said) any more, until an instant (0: for ever). A reason is asked for.
 * Needs MAY_LISTEN. `undo` may be NULL. */
enum err alarm_hush(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str reason, i64 until, struct undo *undo, i64 *ret_hush);
enum err alarm_unhush(struct cx *cx, struct db *db, i64 workspace, i64 hush, struct undo *undo);
enum err alarm_rehush(struct cx *cx, struct db *db, i64 workspace, i64 hush); /* for taking it back */
