#include "store/post_tag.h"

#include "store/sql.h"

#define LOOKED_AT_MOST 20000 /* uses, of a beginning that very much begins with */

enum err post_tags_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_tag *tags, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM post_tag WHERE workspace_id = ?1 AND post_id = ?2", db_i64(workspace), db_i64(post)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO post_tag (post_id, position, workspace_id, key, tag) VALUES (?1, ?2, ?3, ?4, ?5)", db_i64(post), db_i64((i64)i), db_i64(workspace),
			   db_text(tags[i].key), db_text(tags[i].tag)));
	return OK;
}

/* Bytes are compared, on both engines by their index: PostgreSQL's own order of texts knows no beginnings. */
#define COUNTED(from, to)                                                                                                      \
	"SELECT key, tag, COUNT(*) AS posts FROM (SELECT key, tag FROM post_tag WHERE workspace_id = ?1 AND key " from " ?2 AND key " to " ?3 LIMIT ?4) those" \
	" GROUP BY key, tag ORDER BY posts DESC, key, tag LIMIT ?5"

enum err post_tags_begin(struct cx *cx, struct db *db, i64 workspace, struct str beginning, size_t limit, struct post_tag **ret_tags, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_tag *list = arena_array(cx->arena, struct post_tag, limit + 1);
	size_t count = 0;
	struct str until = arena_printf(cx->arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(beginning)); /* behind every letter */
	TRY(db_query(cx, db, &row, db_kind(db) == DB_SQLITE ? "/* sqlite */ " COUNTED(">=", "<") : "/* postgres */ " COUNTED("~>=~", "~<~"), db_i64(workspace), db_text(beginning),
		     db_text(until), db_i64(LOOKED_AT_MOST), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct post_tag){.key = row_str(row, 0, cx->arena), .tag = row_str(row, 1, cx->arena), .posts = row_i64(row, 2)};
	*ret_tags = list;
	*ret_count = count;
	return OK;
}
