#include "store/job.h"

#include "base/id.h"
#include "store/sql.h"

enum err job_add(struct cx *cx, struct db *db, i64 workspace, const char *kind, struct str detail, struct str dedup_key, i64 due_at)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO job (id, workspace_id, kind, detail, dedup_key, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		      " ON CONFLICT (dedup_key) DO NOTHING",
		      db_i64(id_new()), db_id(workspace), db_text(str_of(kind)), db_text(detail), db_text_or_null(dedup_key), db_i64(due_at ? due_at : cx->now));
}

enum err job_there(struct cx *cx, struct db *db, struct str dedup_key, bool *ret_there)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ SELECT 1 FROM job WHERE dedup_key = ?1", db_text(dedup_key)));
	return row_next(cx, row, ret_there);
}

enum err job_lease(struct cx *cx, struct db *db, const char *kind, i64 lease_until, size_t limit, struct job **ret_jobs, size_t *ret_count)
{
	struct job *list = arena_array(cx->arena, struct job, limit);
	size_t count = 0, kept = 0;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_query(cx, db, &row,
			     "/* all workspaces */ SELECT id, workspace_id, kind, detail, due_at, attempts, lease_until FROM job WHERE kind = ?1"
			     " AND state IN ('due', 'leased') AND due_at <= ?2 AND lease_until < ?2 ORDER BY due_at, id LIMIT ?3",
			     db_text(str_of(kind)), db_i64(cx->now), db_i64((i64)limit)));
		FOR_ROWS (cx, row)
			list[count++] = (struct job){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4),
						     row_i64(row, 5) + 1, row_i64(row, 6) > 0};
	}
	for (size_t i = 0; i < count; i++) {
		i64 changed = 0;
		TRY(db_run(cx, db, &changed,
			   "/* all workspaces */ UPDATE job SET state = 'leased', lease_until = ?2, attempts = attempts + 1 WHERE id = ?1 AND lease_until < ?3",
			   db_i64(list[i].id), db_i64(lease_until), db_i64(cx->now)));
		if (changed == 1)
			list[kept++] = list[i];
	}
	*ret_jobs = list;
	*ret_count = kept;
	return OK;
}

/* What it said is forgotten: letters hold links that let somebody in. */
enum err job_done(struct cx *cx, struct db *db, i64 id)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE job SET state = 'done', lease_until = 0, detail = '{}' WHERE id = ?1", db_i64(id));
}

enum err job_again(struct cx *cx, struct db *db, i64 id, i64 due_at, struct str story)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE job SET state = 'due', lease_until = 0, due_at = ?2, story = ?3 WHERE id = ?1", db_i64(id),
		      db_i64(due_at), db_text(story));
}

enum err job_failed(struct cx *cx, struct db *db, i64 id, struct str story)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE job SET state = 'failed', lease_until = 0, story = ?2 WHERE id = ?1", db_i64(id), db_text(story));
}

enum err jobs_prune(struct cx *cx, struct db *db, i64 before_id)
{
	return db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM job WHERE state = 'done' AND id < ?1", db_i64(before_id));
}
