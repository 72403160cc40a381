#include "store/calendar_note.h"

#include "store/sql.h"

#define NOTE "SELECT id, workspace_id, kind, day, until_day, title, body, created_by, created_at, updated_at, archived_at FROM calendar_note "

static struct calendar_note read_note(struct cx *cx, const struct row *row)
{
	return (struct calendar_note){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .kind = row_str(row, 2, cx->arena), .day = row_str(row, 3, cx->arena),
		.until_day = row_str(row, 4, cx->arena), .title = row_str(row, 5, cx->arena), .body = row_str(row, 6, cx->arena), .created_by = row_i64(row, 7),
		.created_at = row_i64(row, 8), .updated_at = row_i64(row, 9), .archived_at = row_i64(row, 10),
	};
}

enum err calendar_note_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct calendar_note *ret_note)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, NOTE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This note is not in the calendar of this workspace."));
	TRY(e);
	*ret_note = read_note(cx, row);
	return OK;
}

enum err calendar_note_save(struct cx *cx, struct db *db, const struct calendar_note *n)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO calendar_note (id, workspace_id, kind, day, until_day, title, body, created_by, created_at, updated_at, archived_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, day = excluded.day,"
			  " until_day = excluded.until_day, title = excluded.title, body = excluded.body, updated_at = excluded.updated_at,"
			  " archived_at = excluded.archived_at WHERE calendar_note.workspace_id = excluded.workspace_id",
		      db_i64(n->id), db_i64(n->workspace), db_text(n->kind), db_text(n->day), db_text(n->until_day), db_text(n->title), db_text(n->body),
		      db_id(n->created_by), db_i64(n->created_at), db_i64(n->updated_at), db_i64(n->archived_at));
}

enum err calendar_notes(struct cx *cx, struct db *db, i64 workspace, struct str from, struct str to, size_t limit, struct calendar_note **ret_notes, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct calendar_note *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, NOTE "WHERE workspace_id = ?1 AND archived_at = 0 AND day <= ?3 AND until_day >= ?2 ORDER BY day, id LIMIT ?4", db_i64(workspace),
		     db_text(from), db_text(to), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_note(cx, row);
	*ret_notes = list;
	*ret_count = count;
	return OK;
}
