#include "store/delivery.h"

#include "store/sql.h"

#define DELIVERY                                                                                                                              \
	"SELECT id, workspace_id, channel_id, state, due_at, attempts, delivery_key, target, headers, body, size, messages, story, received_at," \
	" done_at FROM delivery "
#define PRUNED_AT_ONCE 5000

static enum err collect(struct cx *cx, struct row *row, struct kept_delivery **ret_list, size_t *ret_count)
{
	struct kept_delivery *list = NULL;
	size_t count = 0, capacity = 0;
	struct arena *a = cx->arena;
	FOR_ROWS (cx, row)
		*arena_push(a, list, count, capacity) = (struct kept_delivery){
			.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .state = row_str(row, 3, a), .due_at = row_i64(row, 4),
			.attempts = row_i64(row, 5), .key = row_str(row, 6, a), .target = row_str(row, 7, a), .headers = row_str(row, 8, a),
			.body = arena_str(a, row_blob(row, 9)), .size = row_i64(row, 10), .messages = row_i64(row, 11), .story = row_str(row, 12, a),
			.received_at = row_i64(row, 13), .done_at = row_i64(row, 14),
		};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err delivery_insert(struct cx *cx, struct db *db, const struct kept_delivery *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO delivery (id, workspace_id, channel_id, due_at, target, headers, body, size, received_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?4)",
		      db_i64(d->id), db_i64(d->workspace), db_i64(d->channel), db_i64(d->received_at), db_text(d->target), db_text(d->headers),
		      db_blob(d->body.at ? d->body : S("")), db_i64((i64)d->body.len));
}

/* How many of those that are due go into so many bytes. */
static enum err fitting(struct cx *cx, struct db *db, size_t limit, i64 bytes, i64 *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 count = 0, sum = 0;
	TRY(db_query(cx, db, &row, "/* all workspaces */ SELECT size FROM delivery WHERE state = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", db_i64(cx->now),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		sum += row_i64(row, 0);
		if (count && sum > bytes)
			break;
		count++;
	}
	*ret_count = count;
	return OK;
}

enum err deliveries_due(struct cx *cx, struct db *db, size_t limit, i64 bytes, struct kept_delivery **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 count;
	*ret_count = 0;
	TRY(fitting(cx, db, limit, bytes, &count));
	if (!count)
		return OK;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " DELIVERY "WHERE state = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", db_i64(cx->now), db_i64(count)));
	return collect(cx, row, ret_list, ret_count);
}

enum err delivery_next_due(struct cx *cx, struct db *db, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "/* all workspaces */ SELECT due_at FROM delivery WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1");
}

enum err delivery_end(struct cx *cx, struct db *db, const struct kept_delivery *d, bool *ret_changed)
{
	i64 changed = 0;
	bool gone = str_eq(d->state, S("taken")) || str_eq(d->state, S("twice"));
	TRY(db_run(cx, db, &changed,
		   "UPDATE delivery SET state = ?3, due_at = ?4, attempts = ?5, delivery_key = ?6, messages = ?7, story = ?8, done_at = ?9,"
		       " body = CASE WHEN ?10 = 1 THEN ?11 ELSE body END, headers = CASE WHEN ?10 = 1 THEN '[]' ELSE headers END"
		       " WHERE workspace_id = ?1 AND id = ?2 AND state = 'waiting'",
		   db_i64(d->workspace), db_i64(d->id), db_text(d->state), db_i64(d->due_at), db_i64(d->attempts), db_text(d->key), db_i64(d->messages), db_text(d->story),
		   db_i64(d->done_at), db_bool(gone), db_blob(S(""))));
	*ret_changed = changed == 1;
	return OK;
}

enum err deliveries_put_off(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 until)
{
	return db_run(cx, db, NULL, "UPDATE delivery SET due_at = ?3 WHERE workspace_id = ?1 AND channel_id = ?2 AND state = 'waiting' AND due_at < ?3", db_i64(workspace),
		      db_i64(channel), db_i64(until));
}

enum err delivery_known(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str key, bool *ret_known)
{
	i64 found;
	TRY(db_number(cx, db, 0, &found,
		      "SELECT 1 FROM delivery WHERE workspace_id = ?1 AND channel_id = ?2 AND delivery_key = ?3 AND delivery_key <> '' AND state = 'taken' LIMIT 1",
		      db_i64(workspace), db_i64(channel), db_text(key)));
	*ret_known = found;
	return OK;
}

enum err delivery_totals(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct delivery_totals *ret_totals)
{
	CLEANUP(row_endp) struct row *row = NULL, *last = NULL;
	struct delivery_totals t = {};
	TRY(db_one(cx, db, &row,
		   "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM (SELECT size FROM delivery WHERE workspace_id = ?1 AND channel_id = ?2 AND state = 'waiting' LIMIT ?3) waiting",
		   db_i64(workspace), db_i64(channel), db_i64(DELIVERIES_COUNTED)));
	t.waiting = row_i64(row, 0);
	t.waiting_bytes = row_i64(row, 1);
	TRY(db_number(cx, db, 0, &t.troubled,
		      "SELECT COUNT(*) FROM (SELECT id FROM delivery WHERE workspace_id = ?1 AND channel_id = ?2 AND state IN ('refused', 'stuck') LIMIT ?3) troubled",
		      db_i64(workspace), db_i64(channel), db_i64(DELIVERIES_COUNTED)));
	enum err e = db_one(cx, db, &last, "SELECT received_at, state FROM delivery WHERE workspace_id = ?1 AND channel_id = ?2 ORDER BY id DESC LIMIT 1", db_i64(workspace),
			    db_i64(channel));
	if (e == OK) {
		t.last_at = row_i64(last, 0);
		t.last_state = row_str(last, 1, cx->arena);
	} else if (e == ERR_MISSING) {
		cx_forget(cx);
	} else {
		return e;
	}
	*ret_totals = t;
	return OK;
}

enum err deliveries_troubled(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct kept_delivery **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, channel_id, state, due_at, attempts, delivery_key, target, '[]', NULL, size, messages, story, received_at, done_at FROM delivery"
			 " WHERE workspace_id = ?1 AND channel_id = ?2 AND state IN ('refused', 'stuck') ORDER BY id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(channel), db_i64((i64)limit)));
	return collect(cx, row, ret_list, ret_count);
}

enum err deliveries_trim(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 kept)
{
	return db_run(cx, db, NULL,
		      "DELETE FROM delivery WHERE workspace_id = ?1 AND channel_id = ?2 AND state IN ('refused', 'stuck') AND id <= (SELECT d.id FROM delivery d"
			  " WHERE d.workspace_id = ?1 AND d.channel_id = ?2 AND d.state IN ('refused', 'stuck') ORDER BY d.id DESC LIMIT 1 OFFSET ?3)",
		      db_i64(workspace), db_i64(channel), db_i64(kept));
}

enum err deliveries_again(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count)
{
	return db_run(cx, db, ret_count,
		      "UPDATE delivery SET state = 'waiting', due_at = ?3, attempts = 0, done_at = 0 WHERE workspace_id = ?1 AND channel_id = ?2 AND state IN ('refused', 'stuck')",
		      db_i64(workspace), db_i64(channel), db_i64(cx->now));
}

enum err deliveries_prune(struct cx *cx, struct db *db, i64 taken_before, i64 troubled_before, bool *ret_more)
{
	i64 taken = 0, troubled = 0;
	TRY(db_run(cx, db, &taken,
		   "/* all workspaces */ DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE done_at > 0 AND done_at < ?1 AND state IN ('taken', 'twice')"
		       " ORDER BY done_at LIMIT ?2)",
		   db_i64(taken_before), db_i64(PRUNED_AT_ONCE)));
	TRY(db_run(cx, db, &troubled,
		   "/* all workspaces */ DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE done_at > 0 AND done_at < ?1 AND state IN ('refused', 'stuck')"
		       " ORDER BY done_at LIMIT ?2)",
		   db_i64(troubled_before), db_i64(PRUNED_AT_ONCE)));
	*ret_more = taken >= PRUNED_AT_ONCE || troubled >= PRUNED_AT_ONCE;
	return OK;
}
