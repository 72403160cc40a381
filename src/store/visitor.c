#include "store/visitor.h"

#include "store/sql.h"

enum err visitor_insert(struct cx *cx, struct db *db, const struct visitor *v)
{
	return db_run(cx, db, NULL, "INSERT INTO visitor (conversation_id, workspace_id, email, lang, pass, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		      db_i64(v->conversation), db_i64(v->workspace), db_text(v->email), db_text(v->lang), v->pass.len ? db_blob(v->pass) : db_null(),
		      db_i64(v->at));
}

enum err visitor_get(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct visitor *ret_visitor)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT conversation_id, workspace_id, email, lang, pass, at, off_at FROM visitor WHERE workspace_id = ?1 AND conversation_id = ?2",
		   db_i64(workspace), db_i64(conversation)));
	*ret_visitor = (struct visitor){
		.conversation = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.email = row_str(row, 2, cx->arena),
		.lang = row_str(row, 3, cx->arena),
		.pass = arena_str(cx->arena, row_blob(row, 4)),
		.at = row_i64(row, 5),
		.off_at = row_i64(row, 6),
	};
	return OK;
}

enum err visitor_set_off(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 off_at)
{
	return db_run(cx, db, NULL, "UPDATE visitor SET off_at = ?3 WHERE workspace_id = ?1 AND conversation_id = ?2", db_i64(workspace), db_i64(conversation),
		      db_i64(off_at));
}
