#include "store/link_look.h"

#include "base/id.h"
#include "store/sql.h"

#define LINK "SELECT k.id, k.workspace_id, k.url, k.state, k.status, k.target, k.failures, k.asked_at, k.looked_at FROM link_look k "

static enum err collect(struct cx *cx, struct row *row, struct link_look **ret_list, size_t *ret_count)
{
	struct link_look *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct link_look){
			row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4), row_str(row, 5, cx->arena),
			row_i64(row, 6), row_i64(row, 7), row_i64(row, 8),
		};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

static enum err collect_ids(struct cx *cx, struct row *row, i64 **ret_list, size_t *ret_count)
{
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err post_links_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct str *urls, size_t count, i64 fresh, i64 from)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM post_link WHERE workspace_id = ?1 AND post_id = ?2", db_i64(workspace), db_i64(post)));
	for (size_t i = 0; i < count; i++) {
		TRY(db_run(cx, db, NULL,
			   "INSERT INTO link_look (id, workspace_id, url, asked_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace_id, url) DO UPDATE SET"
			       " asked_at = CASE WHEN link_look.asked_at = 0 AND link_look.looked_at < ?5 THEN excluded.asked_at ELSE link_look.asked_at END"
			       " WHERE link_look.workspace_id = excluded.workspace_id",
			   db_i64(id_new()), db_i64(workspace), db_text(urls[i]), db_i64(from), db_i64(fresh)));
		TRY(db_run(cx, db, NULL,
			   "INSERT INTO post_link (post_id, link_id, workspace_id) SELECT ?2, k.id, ?1 FROM link_look k WHERE k.workspace_id = ?1 AND k.url = ?3"
			       " ON CONFLICT (post_id, link_id) DO NOTHING",
			   db_i64(workspace), db_i64(post), db_text(urls[i])));
	}
	return db_run(cx, db, NULL,
		      "DELETE FROM link_look WHERE workspace_id = ?1 AND asked_at > 0 AND looked_at = 0 AND NOT EXISTS"
			  " (SELECT 1 FROM post_link l WHERE l.workspace_id = ?1 AND l.link_id = link_look.id)",
		      db_i64(workspace));
}

enum err post_links(struct cx *cx, struct db *db, i64 workspace, i64 post, struct link_look **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, LINK "JOIN post_link l ON l.link_id = k.id WHERE l.workspace_id = ?1 AND l.post_id = ?2 AND k.workspace_id = ?1 ORDER BY k.id LIMIT 500",
		     db_i64(workspace), db_i64(post)));
	return collect(cx, row, ret_list, ret_count);
}

enum err post_links_ask(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 before, i64 *ret_asked)
{
	return db_run(cx, db, ret_asked,
		      "UPDATE link_look SET asked_at = ?4 WHERE workspace_id = ?1 AND asked_at = 0 AND looked_at < ?3 AND id IN"
			  " (SELECT l.link_id FROM post_link l WHERE l.workspace_id = ?1 AND l.post_id = ?2)",
		      db_i64(workspace), db_i64(post), db_i64(before), db_i64(cx->now));
}

enum err links_ask_planned(struct cx *cx, struct db *db, i64 workspace, i64 until, i64 before, i64 *ret_asked)
{
	return db_run(cx, db, ret_asked,
		      "UPDATE link_look SET asked_at = ?4 WHERE workspace_id = ?1 AND asked_at = 0 AND looked_at < ?3 AND id IN"
			  " (SELECT l.link_id FROM post p JOIN post_link l ON l.post_id = p.id WHERE p.workspace_id = ?1 AND p.planned_at > ?4 AND p.planned_at < ?2"
			  " AND p.state = 'scheduled' AND p.archived_at = 0 AND l.workspace_id = ?1)",
		      db_i64(workspace), db_i64(until), db_i64(before), db_i64(cx->now));
}

enum err links_asked(struct cx *cx, struct db *db, size_t limit, struct link_look **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " LINK "WHERE k.asked_at > 0 ORDER BY k.asked_at, k.id LIMIT ?1", db_i64((i64)limit)));
	return collect(cx, row, ret_list, ret_count);
}

enum err link_looked(struct cx *cx, struct db *db, const struct link_look *k)
{
	return db_run(cx, db, NULL,
		      "UPDATE link_look SET state = ?3, status = ?4, target = ?5, failures = ?6, asked_at = ?7, looked_at = ?8 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(k->workspace), db_i64(k->id), db_text(k->state), db_i64(k->status), db_text(k->target), db_i64(k->failures), db_i64(k->asked_at),
		      db_i64(k->looked_at));
}

#define OF_LINK "SELECT p.id FROM post_link l JOIN post p ON p.id = l.post_id WHERE l.workspace_id = ?1 AND l.link_id = ?2 AND p.workspace_id = ?1 AND p.archived_at = 0"

enum err link_planned_posts(struct cx *cx, struct db *db, i64 workspace, i64 link, size_t limit, i64 **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, OF_LINK " AND p.state = 'scheduled' ORDER BY p.planned_at, p.id LIMIT ?3", db_i64(workspace), db_i64(link), db_i64((i64)limit)));
	return collect_ids(cx, row, ret_posts, ret_count);
}

enum err link_posts_changed(struct cx *cx, struct db *db, i64 workspace, i64 link, size_t limit, i64 **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, OF_LINK " AND p.state IN ('draft', 'review', 'approved', 'scheduled') ORDER BY p.updated_at DESC, p.id LIMIT ?3", db_i64(workspace),
		     db_i64(link), db_i64((i64)limit)));
	return collect_ids(cx, row, ret_posts, ret_count);
}
