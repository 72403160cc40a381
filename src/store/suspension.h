/* suspension.h: publishing that is paused, as rows: everything, or one channel, by whom, why, since when, until when. Posts wait while one is open
 * (store/publication.h); answers too where it says so. Nothing here deletes. */
#pragma once
#include "sys/db.h"

struct suspension {
	i64 id, workspace;
	i64 channel;               /* 0: every channel */
	struct str reason;
	bool holds_answers;
	i64 began_by, began_at;    /* by 0: by the program */
	i64 ended_by, ended_at;    /* at 0: it goes on */
	struct str channel_name, began_by_name, ended_by_name; /* read along; empty */
};

enum err suspension_insert(struct cx *cx, struct db *db, const struct suspension *suspension);
enum err suspension_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct suspension *ret_suspension); /* ERR_MISSING */
enum err suspension_end(struct cx *cx, struct db *db, i64 workspace, i64 id); /* by cx->actor, now; ERR_CONFLICT: it was ended */
enum err suspensions_open(struct cx *cx, struct db *db, i64 workspace, struct suspension **ret_list, size_t *ret_count); /* the oldest first */
enum err suspensions_past(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct suspension **ret_list, size_t *ret_count); /* the newest first */
/* Is one open for everything (channel 0), or for just this channel? */
enum err suspension_is_open(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool *ret_open);
/* Do posts (answers) of this channel wait? */
enum err suspension_holds(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool answers, bool *ret_holds);
enum err suspension_holds_besides(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 besides, bool *ret_holds); /* posts of it, by another one */
