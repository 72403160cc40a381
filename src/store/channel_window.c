#include "store/channel_window.h"

#include "store/sql.h"

#define WINDOW "SELECT w.workspace_id, w.channel_id, w.complete_until, w.marked_at, w.due_at, w.deep_at, w.cursor, w.until_at, w.checked_at, w.recovered, w.recovered_at, w.complete_from, w.hole_from FROM channel_window w "

static struct channel_window read_window(struct cx *cx, const struct row *row)
{
	return (struct channel_window){
		.workspace = row_i64(row, 0), .channel = row_i64(row, 1), .complete_until = row_i64(row, 2), .marked_at = row_i64(row, 3), .due_at = row_i64(row, 4),
		.deep_at = row_i64(row, 5), .cursor = row_str(row, 6, cx->arena), .until = row_i64(row, 7), .checked_at = row_i64(row, 8), .recovered = row_i64(row, 9),
		.recovered_at = row_i64(row, 10), .complete_from = row_i64(row, 11), .hole_from = row_i64(row, 12),
	};
}

enum err channel_window_get(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_window *ret_window)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, WINDOW "WHERE w.workspace_id = ?1 AND w.channel_id = ?2", db_i64(workspace), db_i64(channel));
	*ret_window = (struct channel_window){.workspace = workspace, .channel = channel};
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_window = read_window(cx, row);
	return OK;
}

enum err channel_window_save(struct cx *cx, struct db *db, const struct channel_window *w)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_window (workspace_id, channel_id, complete_until, marked_at, due_at, deep_at, cursor, until_at, checked_at, recovered, recovered_at, complete_from, hole_from)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (workspace_id, channel_id) DO UPDATE SET complete_until = excluded.complete_until,"
			  " marked_at = excluded.marked_at, due_at = excluded.due_at, deep_at = excluded.deep_at, cursor = excluded.cursor, until_at = excluded.until_at,"
			  " checked_at = excluded.checked_at, recovered = excluded.recovered, recovered_at = excluded.recovered_at,"
			  " complete_from = excluded.complete_from, hole_from = excluded.hole_from",
		      db_i64(w->workspace), db_i64(w->channel), db_i64(w->complete_until), db_i64(w->marked_at), db_i64(w->due_at), db_i64(w->deep_at), db_text(w->cursor),
		      db_i64(w->until), db_i64(w->checked_at), db_i64(w->recovered), db_i64(w->recovered_at), db_i64(w->complete_from), db_i64(w->hole_from));
}

enum err channel_windows_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel_window **ret_windows, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct channel_window *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " WINDOW "JOIN channel c ON c.workspace_id = w.workspace_id AND c.id = w.channel_id WHERE w.due_at > 0 AND w.due_at <= ?1"
						    " AND c.state = 'ok' AND c.archived_at = 0 ORDER BY w.due_at, w.channel_id LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_window(cx, row);
	*ret_windows = list;
	*ret_count = count;
	return OK;
}

enum err channel_mark_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at, struct str cursor, i64 oldest)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM channel_mark WHERE workspace_id = ?1 AND channel_id = ?2 AND at < ?3", db_i64(workspace), db_i64(channel), db_i64(oldest)));
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_mark (workspace_id, channel_id, at, cursor) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace_id, channel_id, at) DO NOTHING",
		      db_i64(workspace), db_i64(channel), db_i64(at), db_text(cursor));
}

enum err channel_mark_before(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at, struct str *ret_cursor, bool *ret_there)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = at ? db_one(cx, db, &row, "SELECT cursor FROM channel_mark WHERE workspace_id = ?1 AND channel_id = ?2 AND at <= ?3 ORDER BY at DESC LIMIT 1", db_i64(workspace),
				 db_i64(channel), db_i64(at))
			: db_one(cx, db, &row, "SELECT cursor FROM channel_mark WHERE workspace_id = ?1 AND channel_id = ?2 ORDER BY at LIMIT 1", db_i64(workspace), db_i64(channel));
	*ret_there = e == OK;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_cursor = row_str(row, 0, cx->arena);
	return OK;
}
