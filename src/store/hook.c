#include "store/hook.h"

#include "store/sql.h"

enum err hook_get(struct cx *cx, struct db *db, i64 workspace, struct hook *ret_hook)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct hook hook = {.workspace = workspace};
	enum err e = db_one(cx, db, &row, "SELECT url, secret, is_off, story, COALESCE(person_id, 0), changed_at FROM hook WHERE workspace_id = ?1", db_i64(workspace));
	if (e == OK)
		hook = (struct hook){workspace, row_str(row, 0, cx->arena), arena_str(cx->arena, row_blob(row, 1)), row_i64(row, 2), row_str(row, 3, cx->arena),
				     row_i64(row, 4), row_i64(row, 5)};
	else if (e == ERR_MISSING)
		cx_forget(cx);
	else
		return e;
	*ret_hook = hook;
	return OK;
}

enum err hook_save(struct cx *cx, struct db *db, const struct hook *h)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO hook (workspace_id, url, secret, is_off, story, person_id, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			  " ON CONFLICT (workspace_id) DO UPDATE SET url = excluded.url, secret = excluded.secret, is_off = excluded.is_off, story = excluded.story,"
			  " person_id = excluded.person_id, changed_at = excluded.changed_at",
		      db_i64(h->workspace), db_text(h->url), h->secret.len ? db_blob(h->secret) : db_null(), db_bool(h->is_off), db_text(h->story), db_id(h->person), db_i64(h->changed_at));
}

enum err hook_remove(struct cx *cx, struct db *db, i64 workspace)
{
	return db_run(cx, db, NULL, "DELETE FROM hook WHERE workspace_id = ?1", db_i64(workspace));
}

/* ---- calls ---- */

#define CALL "SELECT id, workspace_id, alarm_id, event, body, state, story, due_at, attempts, created_at, done_at FROM hook_call "

static enum err collect(struct cx *cx, struct row *row, struct hook_call **ret_calls, size_t *ret_count)
{
	struct hook_call *list = NULL;
	size_t count = 0, capacity = 0;
	struct arena *a = cx->arena;
	FOR_ROWS (cx, row)
		*arena_push(a, list, count, capacity) =
			(struct hook_call){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, a), row_str(row, 4, a), row_str(row, 5, a), row_str(row, 6, a),
					   row_i64(row, 7), row_i64(row, 8), row_i64(row, 9), row_i64(row, 10)};
	*ret_calls = list;
	*ret_count = count;
	return OK;
}

enum err hook_call_insert(struct cx *cx, struct db *db, const struct hook_call *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO hook_call (id, workspace_id, alarm_id, event, body, state, due_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 'due', ?6, ?7)", db_i64(c->id),
		      db_i64(c->workspace), db_i64(c->alarm), db_text(c->event), db_text(c->body), db_i64(c->due_at), db_i64(c->created_at));
}

enum err hook_call_lease(struct cx *cx, struct db *db, i64 lease_until, size_t limit, struct hook_call **ret_calls, size_t *ret_count)
{
	struct hook_call *list;
	size_t count, kept = 0;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_query(cx, db, &row, "/* all workspaces */ " CALL "WHERE state IN ('due', 'leased') AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", db_i64(cx->now),
			     db_i64((i64)limit)));
		TRY(collect(cx, row, &list, &count));
	}
	for (size_t i = 0; i < count; i++) { /* what another took meanwhile is due at another time */
		i64 changed = 0;
		TRY(db_run(cx, db, &changed,
			   "UPDATE hook_call SET state = 'leased', due_at = ?4, attempts = attempts + 1 WHERE workspace_id = ?1 AND id = ?2 AND due_at = ?3"
			   " AND state IN ('due', 'leased')",
			   db_i64(list[i].workspace), db_i64(list[i].id), db_i64(list[i].due_at), db_i64(lease_until)));
		list[i].attempts++;
		if (changed == 1)
			list[kept++] = list[i];
	}
	*ret_calls = list;
	*ret_count = kept;
	return OK;
}

enum err hook_call_next_due(struct cx *cx, struct db *db, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "/* all workspaces */ SELECT COALESCE(MIN(due_at), 0) FROM hook_call WHERE state IN ('due', 'leased')");
}

enum err hook_call_end(struct cx *cx, struct db *db, const struct hook_call *c)
{
	return db_run(cx, db, NULL, "UPDATE hook_call SET state = ?3, story = ?4, due_at = ?5, done_at = ?6 WHERE workspace_id = ?1 AND id = ?2", db_i64(c->workspace),
		      db_i64(c->id), db_text(c->state), db_text(c->story), db_i64(c->due_at), db_i64(c->done_at));
}

enum err hook_call_list(struct cx *cx, struct db *db, i64 workspace, i64 alarm, size_t limit, struct hook_call **ret_calls, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	if (alarm < 0)
		TRY(db_query(cx, db, &row, CALL "WHERE workspace_id = ?1 ORDER BY id DESC LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	else
		TRY(db_query(cx, db, &row, CALL "WHERE workspace_id = ?1 AND alarm_id = ?3 ORDER BY id DESC LIMIT ?2", db_i64(workspace), db_i64((i64)limit),
			     db_i64(alarm)));
	return collect(cx, row, ret_calls, ret_count);
}

enum err hook_calls_stop(struct cx *cx, struct db *db, i64 workspace, struct str story)
{
	return db_run(cx, db, NULL, "UPDATE hook_call SET state = 'failed', story = ?2, done_at = ?3 WHERE workspace_id = ?1 AND state IN ('due', 'leased')", db_i64(workspace),
		      db_text(story), db_i64(cx->now));
}

/* ---- tries ---- */

enum err hook_attempt_begin(struct cx *cx, struct db *db, const struct hook_attempt *a)
{
	return db_run(cx, db, NULL, "/* all workspaces */ INSERT INTO hook_attempt (call_id, number, started_at) VALUES (?1, ?2, ?3)", db_i64(a->call), db_i64(a->number),
		      db_i64(a->started_at));
}

enum err hook_attempt_end(struct cx *cx, struct db *db, i64 workspace, const struct hook_attempt *a)
{
	return db_run(cx, db, NULL,
		      "UPDATE hook_attempt SET ended_at = ?4, status = ?5, story = ?6 WHERE call_id = ?2 AND number = ?3"
			  " AND EXISTS (SELECT 1 FROM hook_call c WHERE c.workspace_id = ?1 AND c.id = ?2)",
		      db_i64(workspace), db_i64(a->call), db_i64(a->number), db_i64(a->ended_at), db_i64(a->status), db_text(a->story));
}

enum err hook_attempt_list(struct cx *cx, struct db *db, i64 workspace, i64 call, struct hook_attempt **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct hook_attempt *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT a.call_id, a.number, a.started_at, a.ended_at, a.status, a.story FROM hook_attempt a JOIN hook_call c ON c.id = a.call_id"
			 " WHERE c.workspace_id = ?1 AND a.call_id = ?2 ORDER BY a.number LIMIT 100",
		     db_i64(workspace), db_i64(call)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct hook_attempt){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4), row_str(row, 5, cx->arena)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}
