#include "store/alarm.h"

#include "base/lang.h"
#include "store/sql.h"

#define ALARM                                                                                                                  \
	"SELECT a.id, a.workspace_id, a.query_id, a.measure, a.at, a.since, a.score, a.evidence, a.ended_at, COALESCE(q.name, ''), COALESCE(a.hush_id, 0) FROM alarm a" \
	" LEFT JOIN listening_query q ON q.id = a.query_id AND q.workspace_id = ?1 WHERE a.workspace_id = ?1"

static struct alarm read_alarm(struct cx *cx, const struct row *row)
{
	return (struct alarm){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .query = row_i64(row, 2), .measure = row_str(row, 3, cx->arena), .at = row_i64(row, 4),
		.since = row_i64(row, 5), .score = row_i64(row, 6), .evidence = row_str(row, 7, cx->arena), .ended_at = row_i64(row, 8),
		.query_name = row_str(row, 9, cx->arena), .hush = row_i64(row, 10),
	};
}

enum err alarm_insert(struct cx *cx, struct db *db, const struct alarm *a)
{
	return db_run(cx, db, NULL, "INSERT INTO alarm (id, workspace_id, query_id, measure, at, since, score, evidence, hush_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(a->id), db_i64(a->workspace), db_i64(a->query), db_text(a->measure), db_i64(a->at), db_i64(a->since), db_i64(a->score),
		      db_text(a->evidence), db_id(a->hush));
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
		     from.is_back ? ALARM " AND (?3 < 0 OR a.query_id = ?3) AND a.id > ?2 ORDER BY a.id LIMIT ?4"
				  : ALARM " AND (?3 < 0 OR a.query_id = ?3) AND a.id < ?2 ORDER BY a.id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(from.is_given ? from.id : start), db_i64(query), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_alarms, ret_count));
	if (from.is_back)
		list_turn(*ret_alarms, sizeof **ret_alarms, *ret_count);
	return OK;
}

/* ---- hushed ---- */

#define HUSH                                                                                                                   \
	"SELECT h.id, h.workspace_id, h.query_id, h.reason, COALESCE(h.person_id, 0), h.at, h.until_at, h.undone_at, COALESCE(p.name, ''), COALESCE(q.name, '')" \
	" FROM hush h LEFT JOIN person p ON p.id = h.person_id LEFT JOIN listening_query q ON q.id = h.query_id AND q.workspace_id = ?1 WHERE h.workspace_id = ?1"

static struct hush read_hush(struct cx *cx, const struct row *row)
{
	return (struct hush){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .query = row_i64(row, 2), .reason = row_str(row, 3, cx->arena), .person = row_i64(row, 4),
		.at = row_i64(row, 5), .until = row_i64(row, 6), .undone_at = row_i64(row, 7), .person_name = row_str(row, 8, cx->arena),
		.query_name = row_str(row, 9, cx->arena),
	};
}

enum err hush_insert(struct cx *cx, struct db *db, const struct hush *h)
{
	return db_run(cx, db, NULL, "INSERT INTO hush (id, workspace_id, query_id, reason, person_id, at, until_at, undone_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(h->id), db_i64(h->workspace), db_i64(h->query), db_text(h->reason), db_id(h->person), db_i64(h->at), db_i64(h->until), db_i64(h->undone_at));
}

enum err hush_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct hush *ret_hush)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, HUSH " AND h.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("Nothing is hushed by this."));
	TRY(e);
	*ret_hush = read_hush(cx, row);
	return OK;
}

enum err hush_now(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 at, struct hush *ret_hush)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, HUSH " AND h.query_id = ?2 AND h.undone_at = 0 AND (h.until_at = 0 OR h.until_at > ?3) ORDER BY h.id DESC LIMIT 1",
			    db_i64(workspace), db_i64(query), db_i64(at));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_hush = (struct hush){};
		return OK;
	}
	TRY(e);
	*ret_hush = read_hush(cx, row);
	return OK;
}

enum err hush_list(struct cx *cx, struct db *db, i64 workspace, i64 at, struct hush **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct hush *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, HUSH " AND h.undone_at = 0 AND (h.until_at = 0 OR h.until_at > ?2) ORDER BY h.id DESC LIMIT 100", db_i64(workspace), db_i64(at)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_hush(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err hush_undo(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE hush SET undone_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(at));
}
