#include "store/post_line.h"

enum err post_line_get(struct cx *cx, struct db *db, i64 workspace, struct str hash, i64 *ret_post)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT post_id FROM post_line WHERE workspace_id = ?1 AND hash = ?2", db_i64(workspace), db_text(hash)));
	*ret_post = row_i64(row, 0);
	return OK;
}

enum err post_line_insert(struct cx *cx, struct db *db, i64 workspace, struct str hash, i64 post)
{
	return db_run(cx, db, NULL, "INSERT INTO post_line (post_id, workspace_id, hash, at) VALUES (?1, ?2, ?3, ?4)", db_i64(post), db_i64(workspace), db_text(hash),
		      db_i64(cx->now));
}
