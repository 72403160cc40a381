/* exports.h: taking out what a workspace holds, asked for by a page and done by the working role: everything as an archive (flow/export.h),
 * or the conversations of a filter and a time as a table or as lines of JSON. The file is kept for EXPORT_KEPT in a folder of the
 * installation, under a name that nobody chooses, and handed out by the listening role to who may export; asking, cancelling and
 * taking it away stand in the audit log.
 *
 * What must stay true: a file is there under its name only when it is whole; one workspace's never reaches another; a cell of a table
 * never becomes a formula of whoever opens it. */
#pragma once
#include "store/conversation.h"
#include "store/export_run.h"

#define EXPORT_KEPT (7 * DAY)
#define EXPORTS_AT_ONCE 5 /* of a workspace that wait or run */

/* Which conversations, and the messages of what time. */
struct export_filter {
	struct conversation_filter conversations;
	struct str view;    /* the name of the view it was taken from, for people */
	i64 since, until;   /* 0 open */
};
#define EXPORT_FILTER ((struct export_filter){.conversations = {.any_status = true, .kind = -1}})
struct str export_filter_text(struct arena *arena, const struct export_filter *filter); /* as rows keep it */
void export_filter_read(struct arena *arena, struct str text, struct export_filter *ret_filter);

/* `what` "everything" (format "archive") or "conversations" ("csv", "jsonl"). Needs the permission. ERR_LIMIT past EXPORTS_AT_ONCE. */
enum err exports_ask(struct cx *cx, struct db *db, i64 workspace, struct str what, struct str format, const struct export_filter *filter, i64 *ret_run);
enum err exports_cancel(struct cx *cx, struct db *db, i64 workspace, i64 run);
/* It is handed out: the row, once it is noted who took it. ERR_MISSING when its time is over. */
enum err exports_take(struct cx *cx, struct db *db, i64 workspace, i64 run, struct export_run *ret_run);

/* ---- the working role ---- */

struct export_hooks {
	struct db *read;     /* a reading handle of its own: all of a file is of one instant */
	const char *folder;  /* where files are kept; spools too */
	bool (*ending)(void);
	/* Everything of a workspace into `path`; calls step() with the rows written, an error of it stops. */
	enum err (*archive)(struct cx *cx, void *subject, struct db *read, i64 workspace, const char *path, enum err (*step)(struct cx *cx, void *to, i64 rows),
			    void *to, i64 *ret_missing);
	void *subject;
};
/* Do one that waits; *ret_done 1 when there was one. Its own transactions. */
enum err exports_turn(struct cx *cx, struct db *db, const struct export_hooks *hooks, i64 *ret_done);
/* Files whose time is over are removed. */
enum err exports_sweep(struct cx *cx, struct db *db, const char *folder);

/* The conversations of a filter written out: rows for exports_turn(), and for tests. */
enum err conversations_write(struct cx *cx, struct db *read, i64 workspace, struct str format, const struct export_filter *filter,
			     enum err (*add)(struct cx *cx, void *to, struct str bytes, i64 rows), void *to);
