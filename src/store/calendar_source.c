#include "store/calendar_source.h"

#include "store/sql.h"

#define COLUMNS "id, workspace_id, name, kind, url, tag, story, failures, held, read_at, due_at, created_by, created_at, archived_at, secret"
#define SOURCE "SELECT " COLUMNS " FROM calendar_source "

static struct calendar_source read_source(struct cx *cx, const struct row *row)
{
	return (struct calendar_source){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .name = row_str(row, 2, cx->arena), .kind = row_str(row, 3, cx->arena), .url = row_str(row, 4, cx->arena),
		.tag = row_str(row, 5, cx->arena), .story = row_str(row, 6, cx->arena), .failures = row_i64(row, 7), .held = row_i64(row, 8), .read_at = row_i64(row, 9),
		.due_at = row_i64(row, 10), .created_by = row_i64(row, 11), .created_at = row_i64(row, 12), .archived_at = row_i64(row, 13),
		.secret = arena_str(cx->arena, row_blob(row, 14)),
	};
}

enum err calendar_source_save(struct cx *cx, struct db *db, const struct calendar_source *s)
{
	enum err e = db_run(cx, db, NULL,
			    "INSERT INTO calendar_source (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (id) DO UPDATE SET"
				" name = excluded.name, kind = excluded.kind, url = excluded.url, tag = excluded.tag, story = excluded.story, failures = excluded.failures,"
				" held = excluded.held, read_at = excluded.read_at, due_at = excluded.due_at, archived_at = excluded.archived_at, secret = excluded.secret"
				" WHERE calendar_source.workspace_id = excluded.workspace_id",
			    db_i64(s->id), db_i64(s->workspace), db_text(s->name), db_text(s->kind), db_text(s->url), db_text(s->tag), db_text(s->story), db_i64(s->failures),
			    db_i64(s->held), db_i64(s->read_at), db_i64(s->due_at), db_id(s->created_by), db_i64(s->created_at), db_i64(s->archived_at),
			    s->secret.len ? db_blob(s->secret) : db_null());
	return e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE ? fail_field(cx, "name", N_("There is one of this name already.")) : e;
}

static enum err one(struct cx *cx, enum err e, struct row *row, struct calendar_source *ret_source)
{
	TRY(e);
	*ret_source = read_source(cx, row);
	return OK;
}

enum err calendar_source_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct calendar_source *ret_source)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SOURCE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	return e == ERR_MISSING ? fail(cx, e, N_("This calendar is not brought into this workspace.")) : one(cx, e, row, ret_source);
}

enum err calendar_source_named(struct cx *cx, struct db *db, i64 workspace, struct str name, struct calendar_source *ret_source)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SOURCE "WHERE workspace_id = ?1 AND name = ?2", db_i64(workspace), db_text(name));
	return one(cx, e, row, ret_source);
}

enum err calendar_sources(struct cx *cx, struct db *db, i64 workspace, struct calendar_source **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct calendar_source *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, SOURCE "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY name, id LIMIT ?2", db_i64(workspace), db_i64(CALENDAR_SOURCES_MAX)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_source(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err calendar_source_due(struct cx *cx, struct db *db, struct calendar_source *ret_source)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "/* all workspaces */ " SOURCE "WHERE due_at > 0 AND archived_at = 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT 1", db_i64(cx->now));
	return one(cx, e, row, ret_source);
}

enum err calendar_source_next_due(struct cx *cx, struct db *db, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "/* all workspaces */ SELECT COALESCE(MIN(due_at), 0) FROM calendar_source WHERE due_at > 0 AND archived_at = 0");
}

enum err calendar_source_lease(struct cx *cx, struct db *db, const struct calendar_source *s, i64 until, bool *ret_ours)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE calendar_source SET due_at = ?4 WHERE workspace_id = ?1 AND id = ?2 AND due_at = ?3 AND archived_at = 0", db_i64(s->workspace), db_i64(s->id),
		   db_i64(s->due_at), db_i64(until)));
	*ret_ours = changed == 1;
	return OK;
}

/* ---- what they hold ---- */

enum err calendar_source_notes(struct cx *cx, struct db *db, i64 workspace, i64 source, struct str from, struct calendar_source_note **ret_notes, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct calendar_source_note *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, kind, day, until_day, title, body, created_by, created_at, updated_at, archived_at, source_key, is_gone FROM calendar_note"
			 " WHERE workspace_id = ?1 AND source_id = ?2 AND until_day >= ?3 ORDER BY source_key LIMIT 20000",
		     db_i64(workspace), db_i64(source), db_text(from)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct calendar_source_note){
			.note = {.id = row_i64(row, 0), .workspace = row_i64(row, 1), .kind = row_str(row, 2, cx->arena), .day = row_str(row, 3, cx->arena),
				 .until_day = row_str(row, 4, cx->arena), .title = row_str(row, 5, cx->arena), .body = row_str(row, 6, cx->arena), .created_by = row_i64(row, 7),
				 .created_at = row_i64(row, 8), .updated_at = row_i64(row, 9), .archived_at = row_i64(row, 10)},
			.key = row_str(row, 11, cx->arena), .is_gone = row_i64(row, 12) != 0};
	*ret_notes = list;
	*ret_count = count;
	return OK;
}

enum err calendar_source_note_save(struct cx *cx, struct db *db, i64 source, const struct calendar_source_note *n)
{
	TRY(calendar_note_save(cx, db, &n->note));
	return db_run(cx, db, NULL, "UPDATE calendar_note SET source_id = ?3, source_key = ?4, is_gone = ?5 WHERE workspace_id = ?1 AND id = ?2", db_i64(n->note.workspace),
		      db_i64(n->note.id), db_i64(source), db_text(n->key), db_i64(n->is_gone));
}

enum err calendar_source_notes_away(struct cx *cx, struct db *db, i64 workspace, i64 source, bool away)
{
	if (away)
		return db_run(cx, db, NULL, "UPDATE calendar_note SET archived_at = ?3, is_gone = 1 WHERE workspace_id = ?1 AND source_id = ?2 AND archived_at = 0", db_i64(workspace),
			      db_i64(source), db_i64(cx->now));
	return db_run(cx, db, NULL, "UPDATE calendar_note SET archived_at = 0, is_gone = 0 WHERE workspace_id = ?1 AND source_id = ?2 AND is_gone = 1", db_i64(workspace),
		      db_i64(source));
}
