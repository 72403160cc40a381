/* import_run.h: readings of files into a workspace, as rows: what was asked, how far it got, what came of it, and the first things
 * that were refused. A run that waits is taken by one reader for the time of a lease, which it renews while it reads; one
 * whose reader is gone can be taken again, because reading a file twice changes nothing. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

enum import_state { IMPORT_WAITING, IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED, IMPORT_STATE_COUNT };
const char *import_state_word(enum import_state state);
const char *import_state_title(enum import_state state); /* msgid */

struct import_run {
	i64 id, workspace;
	i64 channel;             /* 0: one of the format and account, made when there is none */
	struct str format;       /* word; empty until it is recognised */
	struct str file_name;    /* as shown */
	struct str file_path;    /* spooled, ours to remove; empty for a run of the command line */
	struct str account, network;
	bool dry_run;
	enum import_state state;
	struct str story;        /* why it failed */
	i64 bytes_done, bytes_all;
	i64 items, created, unchanged, changed, refused;
	struct str left_out;     /* JSON: [{"what", "count"}] */
	i64 person, started_at, ended_at;
	i64 lease_until;
};

enum err import_run_insert(struct cx *cx, struct db *db, const struct import_run *run, struct str lease_token);
enum err import_run_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct import_run *ret_run); /* ERR_MISSING */
/* Newest first. */
enum err import_run_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct import_run **ret_runs, size_t *ret_count);

/* Over all workspaces: take the oldest that waits, or whose reader is gone, for `token` until `lease_until`. ERR_MISSING without a
 * story when there is none. Safe among several takers. */
enum err import_run_lease(struct cx *cx, struct db *db, struct str token, i64 lease_until, struct import_run *ret_run);
/* Write what changes while it runs (format, channel, path, state, story, counts, ended_at, lease), if the lease is still ours: ERR_CONFLICT else. */
enum err import_run_save(struct cx *cx, struct db *db, const struct import_run *run, struct str token);
/* Over all workspaces: finished runs that still hold a file, ended before an instant. */
enum err import_runs_with_file(struct cx *cx, struct db *db, i64 ended_before, size_t limit, struct import_run **ret_runs, size_t *ret_count);
enum err import_run_drop_path(struct cx *cx, struct db *db, i64 workspace, i64 id); /* its file is gone, or is another run's by now */

struct import_refusal {
	i64 number; /* 1, 2, 3 … */
	struct str place, reason, excerpt;
};
#define IMPORT_REFUSALS_KEPT 1000
/* A number that is there already stays as it is. */
enum err import_refusal_insert(struct cx *cx, struct db *db, i64 run, const struct import_refusal *refusal);
/* In order of their numbers. */
enum err import_refusals(struct cx *cx, struct db *db, i64 workspace, i64 run, struct list_place from, size_t limit, struct import_refusal **ret_refusals,
			 size_t *ret_count);
enum err import_refusals_drop(struct cx *cx, struct db *db, i64 workspace, i64 run); /* the reading starts again */
