#include "store/pillar.h"

#include "store/sql.h"

#define PILLAR "SELECT id, workspace_id, name, about, share, archived_at FROM pillar "

static struct pillar read_pillar(struct cx *cx, const struct row *row)
{
	return (struct pillar){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4), row_i64(row, 5)};
}

enum err pillar_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct pillar *ret_pillar)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, PILLAR "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This pillar is not of the editorial line of this workspace."));
	TRY(e);
	*ret_pillar = read_pillar(cx, row);
	return OK;
}

enum err pillar_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct pillar *ret_pillar)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, PILLAR "WHERE workspace_id = ?1 AND name = ?2", db_i64(workspace), db_text(name)));
	*ret_pillar = read_pillar(cx, row);
	return OK;
}

enum err pillar_save(struct cx *cx, struct db *db, const struct pillar *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO pillar (id, workspace_id, name, about, share, archived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET"
			  " name = excluded.name, about = excluded.about, share = excluded.share, archived_at = excluded.archived_at"
			  " WHERE pillar.workspace_id = excluded.workspace_id",
		      db_i64(p->id), db_i64(p->workspace), db_text(p->name), db_text(p->about), db_i64(p->share), db_i64(p->archived_at));
}

enum err pillars_list(struct cx *cx, struct db *db, i64 workspace, bool archived, size_t limit, struct pillar **ret_pillars, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct pillar *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, PILLAR "WHERE workspace_id = ?1 AND (archived_at > 0) = (?2 = 1) ORDER BY id LIMIT ?3", db_i64(workspace), db_i64(archived),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_pillar(cx, row);
	*ret_pillars = list;
	*ret_count = count;
	return OK;
}

enum err pillar_uses(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct pillar_use **ret_uses, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct pillar_use *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT pillar_id, COUNT(*), SUM(CASE WHEN state = 'published' THEN 1 ELSE 0 END) FROM post WHERE workspace_id = ?1 AND planned_at > 0"
			 " AND planned_at >= ?2 AND planned_at < ?3 AND archived_at = 0 GROUP BY pillar_id",
		     db_i64(workspace), db_i64(since), db_i64(until)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct pillar_use){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_uses = list;
	*ret_count = count;
	return OK;
}
