/* job.h: work for the working role that has no table of its own: mails that wait. Leased like publications, done once as far as the
 * other side lets us know. */
#pragma once
#include "sys/db.h"

struct job {
	i64 id, workspace;
	struct str kind, detail; /* detail: JSON */
	i64 due_at, attempts;
	bool doubtful; /* somebody had leased it and did not come back: it may have been done */
};

/* `dedup_key` empty: none; a second job of the same key is not added. */
enum err job_add(struct cx *cx, struct db *db, i64 workspace, const char *kind, struct str detail, struct str dedup_key, i64 due_at); /* due_at 0: now */
enum err job_there(struct cx *cx, struct db *db, struct str dedup_key, bool *ret_there); /* over all workspaces: is one of this key kept, done or not? */
enum err job_lease(struct cx *cx, struct db *db, const char *kind, i64 lease_until, size_t limit, struct job **ret_jobs, size_t *ret_count);
enum err job_done(struct cx *cx, struct db *db, i64 id);
enum err job_again(struct cx *cx, struct db *db, i64 id, i64 due_at, struct str story);
enum err job_failed(struct cx *cx, struct db *db, i64 id, struct str story);
enum err jobs_prune(struct cx *cx, struct db *db, i64 before_id); /* done ones */
