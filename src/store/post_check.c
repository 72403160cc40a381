#include "store/post_check.h"

#include "store/sql.h"

/* ---- exceptions ---- */

#define EXCEPTION "SELECT id, workspace_id, check_word, found, context, excerpt, person_id, created_at, removed_at FROM check_exception "

static struct check_exception_row read_exception(struct cx *cx, const struct row *row)
{
	return (struct check_exception_row){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .check = row_str(row, 2, cx->arena), .found = row_str(row, 3, cx->arena),
		.context = row_str(row, 4, cx->arena), .excerpt = row_str(row, 5, cx->arena), .person = row_i64(row, 6), .created_at = row_i64(row, 7),
		.removed_at = row_i64(row, 8),
	};
}

enum err check_exception_put(struct cx *cx, struct db *db, const struct check_exception_row *e, i64 *ret_id)
{
	TRY(db_run(cx, db, NULL,
		   "INSERT INTO check_exception (id, workspace_id, check_word, found, context, excerpt, person_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		       " ON CONFLICT (workspace_id, check_word, found, context) DO UPDATE SET excerpt = excluded.excerpt, person_id = excluded.person_id,"
		       " created_at = excluded.created_at, removed_at = 0 WHERE check_exception.workspace_id = excluded.workspace_id",
		   db_i64(e->id), db_i64(e->workspace), db_text(e->check), db_text(e->found), db_text(e->context), db_text(e->excerpt), db_id(e->person),
		   db_i64(e->created_at)));
	return db_number(cx, db, 0, ret_id, "SELECT id FROM check_exception WHERE workspace_id = ?1 AND check_word = ?2 AND found = ?3 AND context = ?4",
			 db_i64(e->workspace), db_text(e->check), db_text(e->found), db_text(e->context));
}

enum err check_exception_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct check_exception_row *ret_exception)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, EXCEPTION "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This exception does not exist in this workspace."));
	TRY(e);
	*ret_exception = read_exception(cx, row);
	return OK;
}

enum err check_exception_remove(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE check_exception SET removed_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err check_exceptions_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM check_exception WHERE workspace_id = ?1 AND removed_at = 0", db_i64(workspace));
}

enum err check_exceptions(struct cx *cx, struct db *db, i64 workspace, struct str check, struct check_exception_row **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct check_exception_row *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, EXCEPTION "WHERE workspace_id = ?1 AND removed_at = 0 AND (?2 = '' OR check_word = ?2) ORDER BY id DESC LIMIT ?3", db_i64(workspace),
		     db_text(check), db_i64(CHECK_EXCEPTIONS_MOST)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_exception(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* ---- overrides ---- */

enum err post_override_insert(struct cx *cx, struct db *db, const struct post_override *o)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post_override (id, workspace_id, post_id, check_word, found, excerpt, finding, reason, person_id, at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		      db_i64(o->id), db_i64(o->workspace), db_i64(o->post), db_text(o->check), db_text(o->found), db_text(o->excerpt), db_text(o->finding),
		      db_text(o->reason), db_id(o->person), db_i64(o->at));
}

enum err post_overrides(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_override **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_override *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, post_id, check_word, found, excerpt, finding, reason, person_id, at, voided_at FROM post_override"
			 " WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY id LIMIT 200",
		     db_i64(workspace), db_i64(post)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_override){
			row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena),
			row_str(row, 6, cx->arena), row_str(row, 7, cx->arena), row_i64(row, 8), row_i64(row, 9), row_i64(row, 10),
		};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err post_overrides_void(struct cx *cx, struct db *db, i64 workspace, i64 post)
{
	return db_run(cx, db, NULL, "UPDATE post_override SET voided_at = ?3 WHERE workspace_id = ?1 AND post_id = ?2 AND voided_at = 0", db_i64(workspace), db_i64(post),
		      db_i64(cx->now));
}

enum err post_override_void(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE post_override SET voided_at = ?4 WHERE workspace_id = ?1 AND post_id = ?2 AND id = ?3 AND voided_at = 0", db_i64(workspace),
		   db_i64(post), db_i64(id), db_i64(cx->now)));
	return changed ? OK : fail(cx, ERR_MISSING, N_("This does not stand any more. Look at the post again."));
}
