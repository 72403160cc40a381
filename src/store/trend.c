#include "store/trend.h"

#include "store/sql.h"

/* ---- trends ---- */

#define TREND                                                                                                                  \
	"SELECT id, workspace_id, term, terms, since, at, seen_at, ended_at, score, evidence, COALESCE(query_id, 0), hushed_at, COALESCE(hushed_by, 0)" \
	" FROM trend WHERE workspace_id = ?1"

static struct trend read_trend(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	return (struct trend){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .term = row_str(row, 2, a), .terms = row_str(row, 3, a), .since = row_i64(row, 4),
		.at = row_i64(row, 5), .seen_at = row_i64(row, 6), .ended_at = row_i64(row, 7), .score = row_i64(row, 8), .evidence = row_str(row, 9, a),
		.query = row_i64(row, 10), .hushed_at = row_i64(row, 11), .hushed_by = row_i64(row, 12),
	};
}

enum err trend_save(struct cx *cx, struct db *db, const struct trend *t)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO trend (id, workspace_id, term, terms, since, at, seen_at, ended_at, score, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
			  " ON CONFLICT (id) DO UPDATE SET terms = excluded.terms, since = excluded.since, seen_at = excluded.seen_at, ended_at = excluded.ended_at,"
			  " score = excluded.score, evidence = excluded.evidence WHERE trend.workspace_id = excluded.workspace_id",
		      db_i64(t->id), db_i64(t->workspace), db_text(t->term), db_text(t->terms), db_i64(t->since), db_i64(t->at), db_i64(t->seen_at),
		      db_i64(t->ended_at), db_i64(t->score), db_text(t->evidence));
}

enum err trend_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct trend *ret_trend)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, TREND " AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such trend."));
	TRY(e);
	*ret_trend = read_trend(cx, row);
	return OK;
}

enum err trend_list(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct trend **ret_trends, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct trend *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, TREND " AND seen_at >= ?2 ORDER BY seen_at DESC, score DESC, id LIMIT ?3", db_i64(workspace), db_i64(since), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_trend(cx, row);
	*ret_trends = list;
	*ret_count = count;
	return OK;
}

enum err trend_set_hushed(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at, i64 person)
{
	return db_run(cx, db, NULL, "UPDATE trend SET hushed_at = ?3, hushed_by = ?4 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(at),
		      db_id(person));
}

enum err trend_set_query(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 query)
{
	return db_run(cx, db, NULL, "UPDATE trend SET query_id = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_id(query));
}

enum err trend_set_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE trend SET ended_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND ended_at = 0", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err trends_prune(struct cx *cx, struct db *db, i64 workspace, i64 unseen_since)
{
	return db_run(cx, db, NULL, "DELETE FROM trend WHERE workspace_id = ?1 AND seen_at < ?2", db_i64(workspace), db_i64(unseen_since));
}

/* ---- what they are found by ---- */

enum err trend_read_to(struct cx *cx, struct db *db, i64 workspace, i64 *ret_id)
{
	return db_number(cx, db, 0, ret_id, "SELECT read_to FROM trend_reading WHERE workspace_id = ?1", db_i64(workspace));
}

enum err trend_set_read_to(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "INSERT INTO trend_reading (workspace_id, read_to) VALUES (?1, ?2) ON CONFLICT (workspace_id) DO UPDATE SET read_to = excluded.read_to",
		      db_i64(workspace), db_i64(id));
}

enum err trend_days(struct cx *cx, struct db *db, i64 workspace, i64 since, struct trend_day_row **ret_days, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct trend_day_row *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT day, counts FROM trend_day WHERE workspace_id = ?1 AND day >= ?2 ORDER BY day", db_i64(workspace), db_i64(since)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct trend_day_row){row_i64(row, 0), arena_str(cx->arena, row_blob(row, 1))};
	*ret_days = list;
	*ret_count = count;
	return OK;
}

enum err trend_days_before(struct cx *cx, struct db *db, i64 workspace, i64 day, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM trend_day WHERE workspace_id = ?1 AND day < ?2", db_i64(workspace), db_i64(day));
}

enum err trend_day_get(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT counts FROM trend_day WHERE workspace_id = ?1 AND day = ?2", db_i64(workspace), db_i64(day));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_counts = (struct str){};
		return OK;
	}
	TRY(e);
	*ret_counts = arena_str(cx->arena, row_blob(row, 0));
	return OK;
}

enum err trend_day_set(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str counts)
{
	return db_run(cx, db, NULL, "INSERT INTO trend_day (workspace_id, day, counts) VALUES (?1, ?2, ?3) ON CONFLICT (workspace_id, day) DO UPDATE SET counts = excluded.counts",
		      db_i64(workspace), db_i64(day), db_blob(counts));
}

enum err trend_days_prune(struct cx *cx, struct db *db, i64 workspace, i64 before)
{
	return db_run(cx, db, NULL, "DELETE FROM trend_day WHERE workspace_id = ?1 AND day < ?2", db_i64(workspace), db_i64(before));
}

/* By the key, not by an index of the workspace (that is what the plus keeps SQLite from). `sure` and `corrected` have a bit a question, in the
 * order of the columns: 1 language, 2 how it sounds, 512 spam. */
#define UTTERED                                                                                                                \
	"SELECT m.id, m.at, COALESCE(m.identity_id, 0), m.body, CASE WHEN (m.sure & 1) <> 0 THEN m.language ELSE m.lang END, h.network, m.author_name," \
	" CASE WHEN (m.sure & 2) <> 0 THEN m.sentiment ELSE '' END, m.visibility, " SQL_HARM " FROM message m JOIN channel h ON h.id = m.channel_id AND h.workspace_id = ?1" \
	" WHERE +m.workspace_id = ?1 AND m.id >= ?2 AND m.id < ?3 AND m.direction = 'in' AND m.removed_at = 0 AND m.hidden_at = 0 AND (m.sure & 512) = 0 ORDER BY m.id"

static enum err collect_uttered(struct cx *cx, struct row *row, struct uttered **ret_uttered, size_t *ret_count)
{
	struct uttered *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row) {
		struct arena *a = cx->arena;
		struct uttered u = {.id = row_i64(row, 0), .at = row_i64(row, 1), .identity = row_i64(row, 2), .body = row_str(row, 3, a), .lang = row_str(row, 4, a),
				    .network = row_str(row, 5, a), .author_name = row_str(row, 6, a), .tone = TONE_UNKNOWN, .is_public = str_eq(row_text(row, 8), S("public")), .is_harmful = row_i64(row, 9) != 0};
		mention_tone_of(row_text(row, 7), &u.tone);
		*arena_push(a, list, count, capacity) = u;
	}
	*ret_uttered = list;
	*ret_count = count;
	return OK;
}

enum err uttered_between(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 until, size_t limit, struct uttered **ret_uttered, size_t *ret_count,
			 i64 *ret_last)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_number(cx, db, 0, ret_last,
		      "/* all workspaces */ SELECT MAX(id) FROM (SELECT id FROM message WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3) AS slice", db_i64(from),
		      db_i64(until), db_i64((i64)limit)));
	*ret_count = 0;
	if (!*ret_last)
		return OK;
	TRY(db_query(cx, db, &row, UTTERED, db_i64(workspace), db_i64(from), db_i64(*ret_last + 1)));
	return collect_uttered(cx, row, ret_uttered, ret_count);
}

enum err uttered_before(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 least, size_t limit, struct uttered **ret_uttered, size_t *ret_count,
			i64 *ret_before)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_number(cx, db, 0, ret_before,
		      "/* all workspaces */ SELECT MIN(id) FROM (SELECT id FROM message WHERE id < ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3) AS slice", db_i64(before),
		      db_i64(least), db_i64((i64)limit)));
	*ret_count = 0;
	if (!*ret_before)
		return OK;
	TRY(db_query(cx, db, &row, UTTERED, db_i64(workspace), db_i64(*ret_before), db_i64(before)));
	return collect_uttered(cx, row, ret_uttered, ret_count);
}

/* ---- queries side by side ---- */

enum err mentions_compared(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, size_t limit, struct compared **ret_rows,
			   size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct compared *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT COALESCE(m.identity_id, 0), m.body, n.tone, CASE WHEN (m.sure & 4) <> 0 THEN m.emotion ELSE '' END FROM mention n"
			 " JOIN message m ON m.id = n.message_id AND m.workspace_id = ?1 WHERE n.workspace_id = ?1 AND n.query_id = ?2 AND n.at >= ?3 AND n.at < ?4"
			 " ORDER BY n.at DESC, n.message_id DESC LIMIT ?5",
		     db_i64(workspace), db_i64(query), db_i64(since), db_i64(until), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct compared){row_i64(row, 0), row_str(row, 1, cx->arena), (enum mention_tone)row_i64(row, 2), row_str(row, 3, cx->arena)};
	*ret_rows = list;
	*ret_count = count;
	return OK;
}
