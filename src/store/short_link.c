#include "store/short_link.h"

#include "store/sql.h"

#define LINK "SELECT id, workspace_id, code, target, post_id, channel_id, created_at FROM short_link "

static struct short_link read_link(struct cx *cx, const struct row *row)
{
	return (struct short_link){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4), row_i64(row, 5), row_i64(row, 6), {}};
}

enum err short_link_by_code(struct cx *cx, struct db *db, struct str code, struct short_link *ret_link)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row,
			    "/* all workspaces */ SELECT l.id, l.workspace_id, l.code, l.target, l.post_id, l.channel_id, l.created_at, w.zone FROM short_link l"
			    " JOIN workspace w ON w.id = l.workspace_id WHERE l.code = ?1",
			    db_text(code));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This short link leads nowhere."));
	TRY(e);
	*ret_link = read_link(cx, row);
	ret_link->zone = row_str(row, 7, cx->arena);
	return OK;
}

enum err short_link_insert(struct cx *cx, struct db *db, const struct short_link *l, bool *ret_made)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "INSERT INTO short_link (id, workspace_id, code, target, post_id, channel_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (code) DO NOTHING",
		   db_i64(l->id), db_i64(l->workspace), db_text(l->code), db_text(l->target), db_i64(l->post), db_i64(l->channel), db_i64(l->created_at)));
	*ret_made = changed == 1;
	return OK;
}

enum err short_links_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct short_link **ret_links, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct short_link *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, LINK "WHERE workspace_id = ?1 AND post_id = ?2 ORDER BY channel_id, id LIMIT 500", db_i64(workspace), db_i64(post)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_link(cx, row);
	*ret_links = list;
	*ret_count = count;
	return OK;
}

enum err short_link_clicked(struct cx *cx, struct db *db, const struct short_link_day *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO short_link_day (link_id, day, workspace_id, direct, network, search, other, robots)"
			  " SELECT id, ?2, workspace_id, ?4, ?5, ?6, ?7, ?8 FROM short_link WHERE id = ?1 AND workspace_id = ?3"
			  " ON CONFLICT (link_id, day) DO UPDATE SET direct = short_link_day.direct + excluded.direct, network = short_link_day.network + excluded.network,"
			  " search = short_link_day.search + excluded.search, other = short_link_day.other + excluded.other, robots = short_link_day.robots + excluded.robots"
			  " WHERE short_link_day.workspace_id = excluded.workspace_id",
		      db_i64(d->link), db_i64(d->day), db_i64(d->workspace), db_i64(d->counts[CLICK_DIRECT]), db_i64(d->counts[CLICK_NETWORK]),
		      db_i64(d->counts[CLICK_SEARCH]), db_i64(d->counts[CLICK_OTHER]), db_i64(d->counts[CLICK_ROBOT]));
}

enum err short_link_days_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct short_link_day **ret_days, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct short_link_day *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT d.link_id, d.workspace_id, d.day, d.direct, d.network, d.search, d.other, d.robots FROM short_link l"
			 " JOIN short_link_day d ON d.link_id = l.id WHERE l.workspace_id = ?1 AND l.post_id = ?2 AND d.workspace_id = ?1 ORDER BY d.link_id, d.day LIMIT 20000",
		     db_i64(workspace), db_i64(post)));
	FOR_ROWS (cx, row) {
		struct short_link_day *d = arena_push(cx->arena, list, count, capacity);
		*d = (struct short_link_day){.link = row_i64(row, 0), .workspace = row_i64(row, 1), .day = row_i64(row, 2)};
		for (int i = 0; i < CLICK_KINDS; i++)
			d->counts[i] = row_i64(row, 3 + i);
	}
	*ret_days = list;
	*ret_count = count;
	return OK;
}

enum err short_link_people(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, i64 *ret_links, i64 *ret_people)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT COUNT(DISTINCT l.id), COALESCE(SUM(d.direct + d.network + d.search + d.other), 0) FROM short_link l"
		       " LEFT JOIN short_link_day d ON d.link_id = l.id AND d.workspace_id = ?1 WHERE l.workspace_id = ?1 AND l.post_id = ?2 AND l.channel_id = ?3",
		   db_i64(workspace), db_i64(post), db_i64(channel)));
	*ret_links = row_i64(row, 0);
	*ret_people = row_i64(row, 1);
	return OK;
}
