#include "store/post_figure.h"

#include "store/sql.h"

enum err post_figure_save(struct cx *cx, struct db *db, const struct post_figure *f)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post_figure (message_id, workspace_id, channel_id, at, acts, reach, tags, told_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
			  " ON CONFLICT (message_id) DO UPDATE SET at = excluded.at, acts = excluded.acts, reach = excluded.reach, tags = excluded.tags, told_at = excluded.told_at"
			  " WHERE post_figure.workspace_id = excluded.workspace_id",
		      db_i64(f->message), db_i64(f->workspace), db_i64(f->channel), db_i64(f->at), db_i64(f->acts), db_i64(f->reach), db_text(f->tags), db_i64(f->told_at));
}

enum err post_figures(struct cx *cx, struct db *db, const struct post_figure_wish *w, struct post_figure **ret_figures, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_figure *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT f.message_id, f.channel_id, f.at, f.acts, f.reach, f.tags, f.told_at, CASE WHEN ?7 = 1 THEN m.body ELSE '' END FROM post_figure f"
			 " JOIN message m ON m.id = f.message_id AND m.workspace_id = ?1 JOIN channel h ON h.id = f.channel_id AND h.workspace_id = ?1 WHERE f.workspace_id = ?1"
			 " AND f.at >= ?2 AND f.at < ?3 AND (?4 = 0 OR f.channel_id = ?4) AND (?5 = '' OR h.network = ?5) AND m.removed_at = 0"
			 " ORDER BY f.at DESC, f.message_id DESC LIMIT ?6",
		     db_i64(w->workspace), db_i64(w->since), db_i64(w->until), db_i64(w->channel), db_text(w->network), db_i64((i64)w->limit), db_bool(w->bodies)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_figure){
			.message = row_i64(row, 0), .workspace = w->workspace, .channel = row_i64(row, 1), .at = row_i64(row, 2), .acts = row_i64(row, 3), .reach = row_i64(row, 4),
			.tags = row_str(row, 5, cx->arena), .told_at = row_i64(row, 6), .body = row_str(row, 7, cx->arena),
		};
	*ret_figures = list;
	*ret_count = count;
	return OK;
}

enum err post_figure_texts(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str **ret_texts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT m.body FROM publication p CROSS JOIN publication o CROSS JOIN message m WHERE p.workspace_id = ?1 AND p.message_id = ?2 AND o.workspace_id = ?1"
			 " AND o.variant_id = p.variant_id AND o.message_id <> ?2 AND m.id = o.message_id AND m.workspace_id = ?1 ORDER BY o.part, o.id LIMIT 50",
		     db_i64(workspace), db_i64(message)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_str(row, 0, cx->arena);
	*ret_texts = list;
	*ret_count = count;
	return OK;
}
