/* pulse.h: how much comes in, five minutes by five minutes, of all that people outside say in a workspace: how many messages, how many
 * of them surely negative, how many surely harmful. Counted afterwards from the messages, in the order of their ids, by the working
 * role: taking in pays nothing for it.
 *
 * What must stay true: it follows from messages alone; what was counted once is not counted again (whoever counts keeps how far it is in
 * the same transaction). Messages that were changed since stay counted as they came. */
#pragma once
#include "base/clock.h"
#include "sys/db.h"

#define PULSE_PLACE "pulse" /* the setting that says up to which id messages were counted */
#define PULSE_STEP (5 * MINUTE)
#define PULSE_KEPT (42 * DAY)

struct pulse {
	i64 workspace, since; /* the instant at which its five minutes begin */
	i64 messages, negative, harmful;
};
/* The last id of the `limit` messages of the installation from an id to just before another; 0: there is none. */
enum err pulse_reach(struct cx *cx, struct db *db, i64 from, i64 until, size_t limit, i64 *ret_last);
/* Counted from the messages from one id up to another, of all workspaces; what was said before `least` is left out. */
enum err pulse_counted(struct cx *cx, struct db *db, i64 from, i64 last, i64 least, struct pulse **ret_list, size_t *ret_count);
enum err pulse_add(struct cx *cx, struct db *db, const struct pulse *more);
enum err pulse_of(struct cx *cx, struct db *db, i64 workspace, i64 since, struct pulse **ret_list, size_t *ret_count); /* in the order of time */
enum err pulse_prune(struct cx *cx, struct db *db, i64 workspace, i64 before);
