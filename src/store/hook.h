/* hook.h: the machine of a workspace that is told of alarms, as rows: where it is and by what it knows us, what it is told, and each try. A
 * call is an intention that stands before anything leaves; its id goes along with every try, so that the other side takes it once.
 *
 * What must stay true: the secret is sealed to the working role and never read by another; a call that was leased and not heard of again is
 * due once more when its lease is over. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct hook {
	i64 workspace;
	struct str url, secret; /* secret: sealed; empty: there is none, it has to be given again */
	bool is_off;
	struct str story;       /* why it was switched off by itself */
	i64 person, changed_at; /* changed_at 0: there is none */
};
enum err hook_get(struct cx *cx, struct db *db, i64 workspace, struct hook *ret_hook); /* without a row: one without an address */
enum err hook_save(struct cx *cx, struct db *db, const struct hook *hook);
enum err hook_remove(struct cx *cx, struct db *db, i64 workspace);

struct hook_call {
	i64 id, workspace, alarm; /* alarm 0: a test */
	struct str event, body, state, story;
	i64 due_at, attempts, created_at, done_at;
};
enum err hook_call_insert(struct cx *cx, struct db *db, const struct hook_call *call);
/* Over all workspaces, for the working role: the ones whose time has come, or that were leased and not heard of again. */
enum err hook_call_lease(struct cx *cx, struct db *db, i64 lease_until, size_t limit, struct hook_call **ret_calls, size_t *ret_count);
enum err hook_call_next_due(struct cx *cx, struct db *db, i64 *ret_at); /* 0: none */
enum err hook_call_end(struct cx *cx, struct db *db, const struct hook_call *call); /* state, story, due_at, done_at */
/* Newest first; of one alarm, or (-1) of all. */
enum err hook_call_list(struct cx *cx, struct db *db, i64 workspace, i64 alarm, size_t limit, struct hook_call **ret_calls, size_t *ret_count);
enum err hook_calls_stop(struct cx *cx, struct db *db, i64 workspace, struct str story); /* those that wait */

struct hook_attempt {
	i64 call, number, started_at, ended_at, status;
	struct str story;
};
enum err hook_attempt_begin(struct cx *cx, struct db *db, const struct hook_attempt *attempt);
enum err hook_attempt_end(struct cx *cx, struct db *db, i64 workspace, const struct hook_attempt *attempt);
enum err hook_attempt_list(struct cx *cx, struct db *db, i64 workspace, i64 call, struct hook_attempt **ret_list, size_t *ret_count);
