#include "store/alarm.h"

#include "base/lang.h"
#include "store/sql.h"

#define ALARM                                                                                                                  \
	"SELECT a.id, a.workspace_id, a.query_id, a.measure, a.at, a.since, a.score, a.evidence, a.ended_at, q.name FROM alarm a"   \
	" JOIN listening_query q ON q.id = a.query_id AND q.workspace_id = ?1 WHERE a.workspace_id = ?1"

static struct alarm read_alarm(struct cx *cx, const struct row *row)
{
	return (struct alarm){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .query = row_i64(row, 2), .measure = row_str(row, 3, cx->arena), .at = row_i64(row, 4),
		.since = row_i64(row, 5), .score = row_i64(row, 6), .evidence = row_str(row, 7, cx->arena), .ended_at = row_i64(row, 8),
		.query_name = row_str(row, 9, cx->arena),
	};
}

enum err alarm_insert(struct cx *cx, struct db *db, const struct alarm *a)
{
	return db_run(cx, db, NULL, "INSERT INTO alarm (id, workspace_id, query_id, measure, at, since, score, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(a->id), db_i64(a->workspace), db_i64(a->query), db_text(a->measure), db_i64(a->at), db_i64(a->since), db_i64(a->score),
		      db_text(a->evidence));
}

enum err alarm_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct alarm *ret_alarm)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ALARM " AND a.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such alarm."));
	TRY(e);
	*ret_alarm = read_alarm(cx, row);
	return OK;
}

enum err alarm_open(struct cx *cx, struct db *db, i64 workspace, i64 query, struct alarm *ret_alarm)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ALARM " AND a.query_id = ?2 AND a.ended_at = 0 ORDER BY a.id LIMIT 1", db_i64(workspace), db_i64(query));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_alarm = (struct alarm){};
		return OK;
	}
	TRY(e);
	*ret_alarm = read_alarm(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, struct alarm **ret_alarms, size_t *ret_count)
{
	struct alarm *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_alarm(cx, row);
	*ret_alarms = list;
	*ret_count = count;
	return OK;
}

enum err alarms_open(struct cx *cx, struct db *db, i64 workspace, struct alarm **ret_alarms, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, ALARM " AND a.ended_at = 0 ORDER BY a.query_id LIMIT 100", db_i64(workspace)));
	return collect(cx, row, ret_alarms, ret_count);
}

enum err alarm_grow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 score, struct str evidence)
{
	return db_run(cx, db, NULL, "UPDATE alarm SET score = ?3, evidence = ?4 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(score),
		      db_text(evidence));
}

enum err alarm_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE alarm SET ended_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND ended_at = 0", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err alarm_list(struct cx *cx, struct db *db, i64 workspace, i64 query, struct list_place from, size_t limit, struct alarm **ret_alarms, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 start = from.is_back ? INT64_MIN : INT64_MAX;
	TRY(db_query(cx, db, &row,
		     from.is_back ? ALARM " AND (?3 = 0 OR a.query_id = ?3) AND a.id > ?2 ORDER BY a.id LIMIT ?4"
				  : ALARM " AND (?3 = 0 OR a.query_id = ?3) AND a.id < ?2 ORDER BY a.id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(from.is_given ? from.id : start), db_i64(query), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_alarms, ret_count));
	if (from.is_back)
		list_turn(*ret_alarms, sizeof **ret_alarms, *ret_count);
	return OK;
}
