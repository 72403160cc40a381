#include "store/pulse.h"

#include "store/sql.h"

enum err pulse_reach(struct cx *cx, struct db *db, i64 from, i64 until, size_t limit, i64 *ret_last)
{
	return db_number(cx, db, 0, ret_last,
			 "/* all workspaces */ SELECT MAX(id) FROM (SELECT id FROM message WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3) AS slice", db_i64(from),
			 db_i64(until), db_i64((i64)limit));
}

static enum err collect(struct cx *cx, struct row *row, struct pulse **ret_list, size_t *ret_count)
{
	struct pulse *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct pulse){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err pulse_counted(struct cx *cx, struct db *db, i64 from, i64 last, i64 least, struct pulse **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT m.workspace_id, m.at - m.at % ?3 AS bucket, COUNT(*),"
			 " SUM(CASE WHEN ((m.sure | m.corrected) & 2) <> 0 AND m.sentiment = 'negative' THEN 1 ELSE 0 END), SUM(" SQL_HARM ")"
			 " FROM message m WHERE m.id >= ?1 AND m.id <= ?2 AND m.direction = 'in' AND m.at >= ?4 GROUP BY m.workspace_id, bucket",
		     db_i64(from), db_i64(last), db_i64(PULSE_STEP), db_i64(least)));
	return collect(cx, row, ret_list, ret_count);
}

enum err pulse_add(struct cx *cx, struct db *db, const struct pulse *more)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO pulse (workspace_id, since, messages, negative, harmful) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (workspace_id, since) DO UPDATE SET messages = pulse.messages + excluded.messages,"
			  " negative = pulse.negative + excluded.negative, harmful = pulse.harmful + excluded.harmful",
		      db_i64(more->workspace), db_i64(more->since), db_i64(more->messages), db_i64(more->negative), db_i64(more->harmful));
}

enum err pulse_of(struct cx *cx, struct db *db, i64 workspace, i64 since, struct pulse **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT workspace_id, since, messages, negative, harmful FROM pulse WHERE workspace_id = ?1 AND since >= ?2 ORDER BY since",
		     db_i64(workspace), db_i64(since)));
	return collect(cx, row, ret_list, ret_count);
}

enum err pulse_prune(struct cx *cx, struct db *db, i64 workspace, i64 before)
{
	return db_run(cx, db, NULL, "DELETE FROM pulse WHERE workspace_id = ?1 AND since < ?2", db_i64(workspace), db_i64(before));
}
