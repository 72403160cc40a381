#include "store/meaning.h"

#include "store/sql.h"

enum err correction_insert(struct cx *cx, struct db *db, const struct correction *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO correction (id, workspace_id, message_id, task, label, was, was_p, was_bits, person_id, at, undone_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
		      db_i64(c->id), db_i64(c->workspace), db_i64(c->message), db_text(str_of(meaning_task_word(c->task))), db_text(c->label), db_text(c->was),
		      db_i64(c->was_p), db_i64(c->was_bits), db_id(c->person), db_i64(c->at), db_i64(c->undone_at));
}

#define CORRECTION                                                                                                             \
	"SELECT c.id, c.workspace_id, c.message_id, c.task, c.label, c.was, c.was_p, c.was_bits, c.person_id, c.at, c.undone_at," \
	" COALESCE(p.name, ''), m.body, m.author_name, m.conversation_id, m.edited_at, m.lang FROM correction c"                       \
	" JOIN message m ON m.id = c.message_id AND m.workspace_id = ?1 LEFT JOIN person p ON p.id = c.person_id WHERE c.workspace_id = ?1 "

static struct correction read_correction(struct cx *cx, const struct row *row)
{
	struct correction c = {
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .message = row_i64(row, 2), .label = row_str(row, 4, cx->arena), .was = row_str(row, 5, cx->arena),
		.was_p = (int)row_i64(row, 6), .was_bits = (int)row_i64(row, 7), .person = row_i64(row, 8), .at = row_i64(row, 9), .undone_at = row_i64(row, 10),
		.person_name = row_str(row, 11, cx->arena), .body = row_str(row, 12, cx->arena), .author_name = row_str(row, 13, cx->arena),
		.conversation = row_i64(row, 14), .edited_at = row_i64(row, 15), .lang = row_str(row, 16, cx->arena),
	};
	meaning_task_of(row_text(row, 3), &c.task);
	return c;
}

enum err correction_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct correction *ret_correction)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CORRECTION "AND c.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This correction does not exist in this workspace."));
	TRY(e);
	*ret_correction = read_correction(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, struct correction **ret_list, size_t *ret_count)
{
	struct correction *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_correction(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err corrections_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct correction **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     from.is_back ? CORRECTION "AND c.undone_at = 0 AND c.id > ?2 ORDER BY c.id LIMIT ?3"
				  : CORRECTION "AND c.undone_at = 0 AND c.id < ?2 ORDER BY c.id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(from.is_given ? from.id : from.is_back ? 0 : INT64_MAX), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_list, ret_count));
	if (from.is_back)
		list_turn(*ret_list, sizeof **ret_list, *ret_count);
	return OK;
}

enum err corrections_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct correction **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CORRECTION "AND c.message_id = ?2 AND c.undone_at = 0 ORDER BY c.id DESC LIMIT 100", db_i64(workspace), db_i64(message)));
	return collect(cx, row, ret_list, ret_count);
}

enum err correction_undo(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE correction SET undone_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND undone_at = 0", db_i64(workspace), db_i64(id),
		   db_i64(at)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("This correction was taken back already, or said anew."));
}

/* ---- what is learnt ---- */

enum err own_model_get(struct cx *cx, struct db *db, i64 workspace, struct own_model *ret_model)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct own_model m = {.workspace = workspace};
	enum err e = db_one(cx, db, &row, "SELECT is_off, keeps_cases, is_stale, learnt_at, lesson_count, bytes FROM own_model WHERE workspace_id = ?1",
			    db_i64(workspace));
	if (e == OK) {
		struct str bytes = row_blob(row, 5);
		m = (struct own_model){workspace, row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4),
				       arena_str(cx->arena, bytes)};
	} else if (e != ERR_MISSING) {
		return e;
	}
	*ret_model = m;
	return OK;
}

enum err own_model_set(struct cx *cx, struct db *db, i64 workspace, bool is_off, bool keeps_cases)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO own_model (workspace_id, is_off, keeps_cases) VALUES (?1, ?2, ?3) ON CONFLICT (workspace_id) DO UPDATE SET is_off = excluded.is_off,"
			  " keeps_cases = excluded.keeps_cases",
		      db_i64(workspace), db_bool(is_off), db_bool(keeps_cases));
}

enum err own_model_stale(struct cx *cx, struct db *db, i64 workspace)
{
	return db_run(cx, db, NULL, "INSERT INTO own_model (workspace_id) VALUES (?1) ON CONFLICT (workspace_id) DO UPDATE SET is_stale = own_model.is_stale + 1", db_i64(workspace));
}

enum err own_model_next(struct cx *cx, struct db *db, i64 *ret_workspace)
{
	return db_number(cx, db, 0, ret_workspace, "/* all workspaces */ SELECT workspace_id FROM own_model WHERE is_stale > 0 ORDER BY workspace_id LIMIT 1");
}

enum err own_model_learnt(struct cx *cx, struct db *db, const struct own_model *m)
{
	return db_run(cx, db, NULL, "UPDATE own_model SET is_stale = is_stale - ?5, learnt_at = ?4, lesson_count = ?3, bytes = ?2 WHERE workspace_id = ?1",
		      db_i64(m->workspace), db_blob(m->bytes), db_i64(m->lesson_count), db_i64(m->learnt_at), db_i64(m->stale));
}
