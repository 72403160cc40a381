#include "store/channel_gate.h"

#include "store/sql.h"

enum err channel_gates(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_gate **ret_gates, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct channel_gate *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT host, failures, closed_until, paused_until, quota_limit, quota_left, quota_reset_at, asked_at, answered_at FROM channel_gate"
			 " WHERE workspace_id = ?1 AND channel_id = ?2 ORDER BY asked_at DESC, host LIMIT ?3",
		     db_i64(workspace), db_i64(channel), db_i64(CHANNEL_GATES_MAX)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct channel_gate){
			.workspace = workspace, .channel = channel, .host = row_str(row, 0, cx->arena),
			.gate = {.failures = row_i64(row, 1), .closed_until = row_i64(row, 2), .paused_until = row_i64(row, 3), .quota_limit = row_i64(row, 4),
				 .quota_left = row_i64(row, 5), .quota_reset_at = row_i64(row, 6), .asked_at = row_i64(row, 7), .answered_at = row_i64(row, 8)},
		};
	*ret_gates = list;
	*ret_count = count;
	return OK;
}

enum err channel_gate_save(struct cx *cx, struct db *db, const struct channel_gate *g)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_gate (workspace_id, channel_id, host, failures, closed_until, paused_until, quota_limit, quota_left, quota_reset_at,"
			  " asked_at, answered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (workspace_id, channel_id, host) DO UPDATE SET"
			  " failures = excluded.failures, closed_until = excluded.closed_until, paused_until = excluded.paused_until,"
			  " quota_limit = excluded.quota_limit, quota_left = excluded.quota_left, quota_reset_at = excluded.quota_reset_at,"
			  " asked_at = excluded.asked_at, answered_at = excluded.answered_at",
		      db_i64(g->workspace), db_i64(g->channel), db_text(g->host), db_i64(g->gate.failures), db_i64(g->gate.closed_until),
		      db_i64(g->gate.paused_until), db_i64(g->gate.quota_limit), db_i64(g->gate.quota_left), db_i64(g->gate.quota_reset_at),
		      db_i64(g->gate.asked_at), db_i64(g->gate.answered_at));
}

enum err channel_gates_forget(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return db_run(cx, db, NULL, "DELETE FROM channel_gate WHERE workspace_id = ?1 AND channel_id = ?2", db_i64(workspace), db_i64(channel));
}

enum err channel_gates_open(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return db_run(cx, db, NULL, "UPDATE channel_gate SET failures = 0, closed_until = 0, paused_until = 0 WHERE workspace_id = ?1 AND channel_id = ?2",
		      db_i64(workspace), db_i64(channel));
}

/* ---- acts ---- */

enum err channel_acts(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_last **ret_acts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct channel_last *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT act, done_at, failed_at, story FROM channel_act WHERE workspace_id = ?1 AND channel_id = ?2 ORDER BY act", db_i64(workspace),
		     db_i64(channel)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct channel_last){
			.act = row_str(row, 0, cx->arena), .done_at = row_i64(row, 1), .failed_at = row_i64(row, 2), .story = row_str(row, 3, cx->arena)};
	*ret_acts = list;
	*ret_count = count;
	return OK;
}

enum err channel_act_done(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str act)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_act (workspace_id, channel_id, act, done_at) VALUES (?1, ?2, ?3, ?4)"
			  " ON CONFLICT (workspace_id, channel_id, act) DO UPDATE SET done_at = excluded.done_at",
		      db_i64(workspace), db_i64(channel), db_text(act), db_i64(cx->now));
}

enum err channel_act_failed(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str act, struct str story)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_act (workspace_id, channel_id, act, failed_at, story) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (workspace_id, channel_id, act) DO UPDATE SET failed_at = excluded.failed_at, story = excluded.story",
		      db_i64(workspace), db_i64(channel), db_text(act), db_i64(cx->now), db_text(story));
}
