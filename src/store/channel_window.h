/* channel_window.h: until when a channel is complete, where reading stood at times before, and what reading once more has brought (flow/gap.h). */
#pragma once
#include "sys/db.h"

struct channel_window {
	i64 workspace, channel;
	i64 complete_from;       /* since when nothing is missing that the network had */
	i64 complete_until;      /* it was read to the end then; 0: never */
	i64 hole_from;           /* what was said from then until complete_from is lost: a stream no longer had it; 0: nothing is */
	i64 marked_at;           /* when where reading stood was kept last */
	i64 due_at, deep_at;     /* when it is read once more; when that was done last from far back */
	struct str cursor;       /* where reading once more is, while `until` is not 0 */
	i64 until;               /* what was said before then and comes in now was missed */
	i64 checked_at;          /* when that came to its end last */
	i64 recovered, recovered_at; /* messages that had been missed, in all; when the last came */
};

enum err channel_window_get(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_window *ret_window); /* none yet: all 0 */
enum err channel_window_save(struct cx *cx, struct db *db, const struct channel_window *window);
/* Over all workspaces, of channels that are read: whose time has come, longest due first. */
enum err channel_windows_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel_window **ret_windows, size_t *ret_count);
/* Where reading stood; those from before `oldest` are forgotten. */
enum err channel_mark_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at, struct str cursor, i64 oldest);
/* The last one kept at `at` or before; 0: the oldest of all. */
enum err channel_mark_before(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at, struct str *ret_cursor, bool *ret_there);
