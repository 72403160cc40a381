#include "store/series.h"

#include "store/sql.h"

#define COLUMNS                                                                                                                \
	"id, workspace_id, post_id, document, rule, wall_time, zone, queue_id, rest, approved_at, made_until, due_at, story, created_by, created_at, ended_at"
#define SERIES "SELECT " COLUMNS " FROM series "

static struct series read_series(struct cx *cx, const struct row *row)
{
	return (struct series){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .post = row_i64(row, 2), .document = row_str(row, 3, cx->arena), .rule = row_str(row, 4, cx->arena),
		.wall_time = row_str(row, 5, cx->arena), .zone = row_str(row, 6, cx->arena), .queue = row_i64(row, 7), .rest = row_i64(row, 8), .approved_at = row_i64(row, 9),
		.made_until = row_i64(row, 10), .due_at = row_i64(row, 11), .story = row_str(row, 12, cx->arena), .created_by = row_i64(row, 13), .created_at = row_i64(row, 14),
		.ended_at = row_i64(row, 15),
	};
}

static enum err collect(struct cx *cx, struct row *row, struct series **ret_list, size_t *ret_count)
{
	struct series *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_series(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err series_insert(struct cx *cx, struct db *db, const struct series *s)
{
	return db_run(cx, db, NULL, "INSERT INTO series (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)", db_i64(s->id),
		      db_i64(s->workspace), db_i64(s->post), db_text(s->document), db_text(s->rule), db_text(s->wall_time), db_text(s->zone), db_id(s->queue), db_i64(s->rest),
		      db_i64(s->approved_at), db_i64(s->made_until), db_i64(s->due_at), db_text(s->story), db_id(s->created_by), db_i64(s->created_at), db_i64(s->ended_at));
}

enum err series_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct series *ret_series)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SERIES "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This series does not exist in this workspace."));
	TRY(e);
	*ret_series = read_series(cx, row);
	return OK;
}

enum err series_save(struct cx *cx, struct db *db, const struct series *s)
{
	return db_run(cx, db, NULL,
		      "UPDATE series SET post_id = ?3, document = ?4, approved_at = ?5, made_until = ?6, due_at = ?7, story = ?8, ended_at = ?9 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(s->workspace), db_i64(s->id), db_i64(s->post), db_text(s->document), db_i64(s->approved_at), db_i64(s->made_until), db_i64(s->due_at),
		      db_text(s->story), db_i64(s->ended_at));
}

enum err series_list(struct cx *cx, struct db *db, i64 workspace, struct series **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, SERIES "WHERE workspace_id = ?1 ORDER BY CASE WHEN ended_at = 0 THEN 0 ELSE 1 END, id DESC LIMIT 200", db_i64(workspace)));
	return collect(cx, row, ret_list, ret_count);
}

enum err series_due(struct cx *cx, struct db *db, size_t limit, struct series **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " SERIES "WHERE ended_at = 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", db_i64(cx->now), db_i64((i64)limit)));
	return collect(cx, row, ret_list, ret_count);
}

enum err series_next_due(struct cx *cx, struct db *db, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "/* all workspaces */ SELECT COALESCE(MIN(due_at), 0) FROM series WHERE ended_at = 0");
}

/* ---- occurrences ---- */

#define OCCURRENCE "SELECT series_id, at, post_id FROM series_post "

enum err series_post_insert(struct cx *cx, struct db *db, i64 workspace, const struct series_post *p)
{
	return db_run(cx, db, NULL, "INSERT INTO series_post (series_id, at, workspace_id, post_id) VALUES (?1, ?2, ?3, ?4)", db_i64(p->series), db_i64(p->at), db_i64(workspace),
		      db_id(p->post));
}

enum err series_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct series_post *ret_post)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, OCCURRENCE "WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY series_id DESC LIMIT 1", db_i64(workspace), db_i64(post)));
	*ret_post = (struct series_post){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	return OK;
}

enum err series_posts(struct cx *cx, struct db *db, i64 workspace, i64 series, i64 after, size_t limit, struct series_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct series_post *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, OCCURRENCE "WHERE workspace_id = ?1 AND series_id = ?2 AND at > ?3 ORDER BY at LIMIT ?4", db_i64(workspace), db_i64(series), db_i64(after),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct series_post){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err series_counts(struct cx *cx, struct db *db, i64 workspace, i64 series, i64 *ret_made, i64 *ret_missed)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT COUNT(post_id), COUNT(*) FROM series_post WHERE workspace_id = ?1 AND series_id = ?2", db_i64(workspace), db_i64(series)));
	*ret_made = row_i64(row, 0);
	*ret_missed = row_i64(row, 1) - row_i64(row, 0);
	return OK;
}

enum err series_said_last(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str text, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at,
			 "SELECT COALESCE(MAX(p.planned_at), 0) FROM post p JOIN post_variant v ON v.post_id = p.id JOIN channel c ON c.id = v.channel_id WHERE p.workspace_id = ?1"
			     " AND p.planned_at > 0 AND p.archived_at = 0 AND v.workspace_id = ?1 AND v.removed_at = 0 AND c.workspace_id = ?1 AND c.network = ?2"
			     " AND (CASE WHEN v.adapted = 1 THEN v.body ELSE p.body END) = ?3",
			 db_i64(workspace), db_text(network), db_text(text));
}
