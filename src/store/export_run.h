/* export_run.h: what was asked to be taken out of a workspace, as rows: what, how far it got, the file that came of it and until when
 * it is kept. A run that waits is taken by one writer for the time of a lease, which it renews while it writes; one whose writer is
 * gone is taken again from its start, for nobody saw half of its file. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

enum export_state { EXPORT_WAITING, EXPORT_RUNNING, EXPORT_DONE, EXPORT_FAILED, EXPORT_CANCELLED, EXPORT_EXPIRED, EXPORT_STATE_COUNT };
const char *export_state_word(enum export_state state);
const char *export_state_title(enum export_state state); /* msgid */

struct export_run {
	i64 id, workspace;
	struct str what, format;  /* everything, conversations; archive, csv, jsonl */
	struct str filter;        /* JSON: flow/exports.h */
	enum export_state state;
	struct str story;         /* why it failed */
	i64 rows_done, rows_all;  /* rows_all 0: not known */
	i64 missing;              /* kept files that were not there */
	struct str file_name;     /* in the folder of exports; empty: none (any more) */
	i64 size;
	i64 person, asked_at, ended_at, expires_at;
	i64 lease_until;
};

enum err export_run_insert(struct cx *cx, struct db *db, const struct export_run *run);
enum err export_run_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct export_run *ret_run); /* ERR_MISSING */
enum err export_run_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct export_run **ret_runs,
			 size_t *ret_count); /* newest first */
enum err export_run_waiting(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count); /* asked for and not ended */
/* It waits or runs, and is not wanted any more. ERR_CONFLICT when it ended meanwhile. */
enum err export_run_cancel(struct cx *cx, struct db *db, i64 workspace, i64 id);

/* Over all workspaces: take the oldest that waits, or whose writer is gone. ERR_MISSING without a story when there is none. */
enum err export_run_lease(struct cx *cx, struct db *db, struct str token, i64 lease_until, struct export_run *ret_run);
/* What changes while it runs and ends, if the lease is still ours and it was not cancelled: ERR_CONFLICT else. */
enum err export_run_save(struct cx *cx, struct db *db, const struct export_run *run, struct str token);
/* Over all workspaces: those that hold a file past its time, or were cancelled or failed with one. */
enum err export_runs_expired(struct cx *cx, struct db *db, size_t limit, struct export_run **ret_runs, size_t *ret_count);
enum err export_run_drop_file(struct cx *cx, struct db *db, const struct export_run *run);
