#include "store/channel_warning.h"

#include "store/sql.h"

enum err channel_warnings(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_warning **ret_warnings, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct channel_warning *list = NULL;
	size_t count = 0, capacity = 0;
	struct arena *a = cx->arena;
	TRY(db_query(cx, db, &row,
		     "SELECT what, about, stage, headline, story, act_by, since_at, told_at, seen_at FROM channel_warning WHERE workspace_id = ?1 AND channel_id = ?2"
		     " ORDER BY what, about",
		     db_i64(workspace), db_i64(channel)));
	FOR_ROWS (cx, row)
		*arena_push(a, list, count, capacity) = (struct channel_warning){
			.workspace = workspace, .channel = channel, .what = row_str(row, 0, a), .about = row_str(row, 1, a), .stage = row_i64(row, 2),
			.headline = row_str(row, 3, a), .story = row_str(row, 4, a), .act_by = row_i64(row, 5), .since_at = row_i64(row, 6), .told_at = row_i64(row, 7),
			.seen_at = row_i64(row, 8)};
	*ret_warnings = list;
	*ret_count = count;
	return OK;
}

enum err channel_warning_save(struct cx *cx, struct db *db, const struct channel_warning *w)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_warning (workspace_id, channel_id, what, about, stage, headline, story, act_by, since_at, told_at, seen_at)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (workspace_id, channel_id, what, about) DO UPDATE SET stage = excluded.stage,"
		      " headline = excluded.headline, story = excluded.story, act_by = excluded.act_by, told_at = excluded.told_at, seen_at = excluded.seen_at",
		      db_i64(w->workspace), db_i64(w->channel), db_text(w->what), db_text(w->about), db_i64(w->stage), db_text(w->headline), db_text(w->story),
		      db_i64(w->act_by), db_i64(w->since_at), db_i64(w->told_at), db_i64(w->seen_at));
}

enum err channel_warning_over(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str what, struct str about)
{
	return db_run(cx, db, NULL, "DELETE FROM channel_warning WHERE workspace_id = ?1 AND channel_id = ?2 AND what = ?3 AND about = ?4", db_i64(workspace),
		      db_i64(channel), db_text(what), db_text(about));
}
