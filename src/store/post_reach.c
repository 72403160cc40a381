#include "store/post_reach.h"

#include "store/sql.h"

enum err post_reach_save(struct cx *cx, struct db *db, const struct post_reach *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO post_reach (id, workspace_id, channel_id, remote_id, at, reach, format, length, has_link, told_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (workspace_id, channel_id, remote_id) DO UPDATE SET at = excluded.at,"
			  " reach = excluded.reach, format = excluded.format, length = excluded.length, has_link = excluded.has_link, told_at = excluded.told_at",
		      db_i64(p->id), db_i64(p->workspace), db_i64(p->channel), db_text(p->remote_id), db_i64(p->at), db_i64(p->reach), db_text(p->format),
		      db_i64(p->length), db_i64(p->has_link), db_i64(p->told_at));
}

enum err post_reach_list(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct post_reach **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct post_reach *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, channel_id, remote_id, at, reach, format, length, has_link, told_at FROM post_reach WHERE workspace_id = ?1"
			 " AND channel_id = ?2 ORDER BY at DESC, id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(channel), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct post_reach){
			.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .remote_id = row_str(row, 3, cx->arena), .at = row_i64(row, 4),
			.reach = row_i64(row, 5), .format = row_str(row, 6, cx->arena), .length = row_i64(row, 7), .has_link = row_i64(row, 8), .told_at = row_i64(row, 9),
		};
	list_turn(list, sizeof *list, count);
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err post_reach_count(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM post_reach WHERE workspace_id = ?1 AND channel_id = ?2", db_i64(workspace), db_i64(channel));
}
