#include "store/survey.h"

#include "base/id.h"
#include "store/sql.h"

enum err survey_get(struct cx *cx, struct db *db, i64 workspace, i64 query, struct survey *ret_survey)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT made_at, due_at, took FROM survey WHERE workspace_id = ?1 AND query_id = ?2", db_i64(workspace), db_i64(query));
	struct survey survey = {.workspace = workspace, .query = query};
	if (e == ERR_MISSING) {
		cx_forget(cx);
	} else {
		TRY(e);
		survey.made_at = row_i64(row, 0);
		survey.due_at = row_i64(row, 1);
		survey.took = row_i64(row, 2);
	}
	*ret_survey = survey;
	return OK;
}

enum err survey_save(struct cx *cx, struct db *db, const struct survey *s)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO survey (workspace_id, query_id, made_at, due_at, took) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (workspace_id, query_id) DO UPDATE SET made_at = excluded.made_at, due_at = excluded.due_at, took = excluded.took",
		      db_i64(s->workspace), db_i64(s->query), db_i64(s->made_at), db_i64(s->due_at), db_i64(s->took));
}

enum err survey_ask(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO survey (workspace_id, query_id) VALUES (?1, ?2) ON CONFLICT (workspace_id, query_id) DO UPDATE SET due_at = 0", db_i64(workspace),
		      db_i64(query));
}

enum err survey_ask_again(struct cx *cx, struct db *db, i64 workspace)
{
	return db_run(cx, db, NULL, "UPDATE survey SET due_at = 0 WHERE workspace_id = ?1", db_i64(workspace));
}

enum err survey_part_get(struct cx *cx, struct db *db, i64 workspace, i64 query, const char *kind, i64 days, struct str *ret_document)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT document FROM survey_part WHERE workspace_id = ?1 AND query_id = ?2 AND kind = ?3 AND days = ?4",
			    db_i64(workspace), db_i64(query), db_text(str_of(kind)), db_i64(days));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_document = (struct str){};
		return OK;
	}
	TRY(e);
	*ret_document = row_str(row, 0, cx->arena);
	return OK;
}

enum err survey_part_set(struct cx *cx, struct db *db, i64 workspace, i64 query, const char *kind, i64 days, struct str document)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO survey_part (workspace_id, query_id, kind, days, document) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (workspace_id, query_id, kind, days) DO UPDATE SET document = excluded.document",
		      db_i64(workspace), db_i64(query), db_text(str_of(kind)), db_i64(days), db_text(document));
}

/* ---- which is next ---- */

enum err survey_missing(struct cx *cx, struct db *db, i64 workspace, i64 *ret_query, bool *ret_found)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row,
			    "SELECT q.id FROM listening_query q WHERE q.workspace_id = ?1 AND q.archived_at = 0 AND q.active = 1 AND q.past_before = 0"
				" AND NOT EXISTS (SELECT 1 FROM survey s WHERE s.workspace_id = ?1 AND s.query_id = q.id AND (s.due_at = 0 OR s.made_at >= q.changed_at))"
				" ORDER BY q.id LIMIT 1",
			    db_i64(workspace));
	if (e == ERR_MISSING)
		cx_forget(cx);
	else
		TRY(e);
	*ret_found = e == OK;
	*ret_query = e == OK ? row_i64(row, 0) : 0;
	return OK;
}

enum err survey_next(struct cx *cx, struct db *db, struct survey *ret_survey)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row,
			    "/* all workspaces */ SELECT workspace_id, query_id, made_at, due_at, took FROM survey WHERE due_at <= ?1 ORDER BY due_at LIMIT 1",
			    db_i64(cx->now));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_survey = (struct survey){};
		return OK;
	}
	TRY(e);
	*ret_survey = (struct survey){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4)};
	return OK;
}

enum err survey_has_more(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, bool *ret_more)
{
	i64 found;
	if (query)
		TRY(db_number(cx, db, 0, &found, "SELECT at FROM mention WHERE workspace_id = ?1 AND query_id = ?2 AND at >= ?3 ORDER BY at DESC LIMIT 1",
			      db_i64(workspace), db_i64(query), db_i64(since)));
	else
		TRY(db_number(cx, db, 0, &found, "SELECT id FROM message WHERE +workspace_id = ?1 AND id > ?2 ORDER BY id LIMIT 1", db_i64(workspace),
			      db_i64(id_at(since, 0))));
	*ret_more = found != 0;
	return OK;
}

/* ---- the texts ---- */

#define SAID                                                                                                                   \
	"SELECT m.id, m.conversation_id, COALESCE(m.identity_id, 0), m.at, CASE WHEN (m.sure & 2) <> 0 THEN m.sentiment ELSE '' END," \
	" CASE WHEN m.intent = 'question' AND (m.sure & 8) <> 0 THEN 1 ELSE 0 END, CASE WHEN ((m.sure & 64) <> 0 AND m.offence_p >= 50) OR" \
	" ((m.sure & 128) <> 0 AND m.hate_p >= 50) OR ((m.sure & 256) <> 0 AND m.toxicity_p >= 50) THEN 1 ELSE 0 END, COALESCE(i.followers, -1), m.rating," \
	" m.body, CASE WHEN (m.sure & 1) <> 0 THEN m.language ELSE m.lang END, m.author_name, h.network "
#define OF_MESSAGE                                                                                                             \
	" JOIN channel h ON h.id = m.channel_id AND h.workspace_id = ?1 LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1 "

static struct said read_said(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	enum mention_tone tone = TONE_UNKNOWN;
	mention_tone_of(row_text(row, 4), &tone);
	return (struct said){
		.message = row_i64(row, 0), .conversation = row_i64(row, 1), .identity = row_i64(row, 2), .at = row_i64(row, 3), .tone = tone, .asks = row_i64(row, 5),
		.harms = row_i64(row, 6), .followers = row_i64(row, 7), .rating = (int)row_i64(row, 8), .body = row_str(row, 9, a), .lang = row_str(row, 10, a),
		.author_name = row_str(row, 11, a), .network = row_str(row, 12, a),
	};
}

static enum err collect(struct cx *cx, struct row *row, struct said **ret_said, size_t *ret_count)
{
	struct said *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_said(cx, row);
	*ret_said = list;
	*ret_count = count;
	return OK;
}

/* Ids end in a sequence: what remains of them by a prime is spread evenly. */
enum err said_in(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, i64 one_in, size_t limit, struct said **ret_said,
		 size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     SAID "FROM mention n JOIN message m ON m.id = n.message_id AND m.workspace_id = ?1" OF_MESSAGE
			  "WHERE n.workspace_id = ?1 AND n.query_id = ?2 AND n.at >= ?3 AND n.at < ?4 AND (n.message_id % 1000003) % ?5 = 0"
			  " ORDER BY n.at DESC, n.message_id DESC LIMIT ?6",
		     db_i64(workspace), db_i64(query), db_i64(since), db_i64(until), db_i64(one_in < 1 ? 1 : one_in), db_i64((i64)limit)));
	return collect(cx, row, ret_said, ret_count);
}

enum err said_asking(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, size_t limit, struct said **ret_said, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     SAID "FROM message m" OF_MESSAGE "WHERE m.workspace_id = ?1 AND m.intent = 'question' AND m.at >= ?2 AND m.at < ?3 AND (m.sure & 8) <> 0"
			  " AND m.direction = 'in' AND m.removed_at = 0 ORDER BY m.at DESC, m.id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(since), db_i64(until), db_i64((i64)limit)));
	return collect(cx, row, ret_said, ret_count);
}

enum err said_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct said *ret_said, bool *ret_there)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SAID "FROM message m" OF_MESSAGE "WHERE m.workspace_id = ?1 AND m.id = ?2 AND m.removed_at = 0", db_i64(workspace), db_i64(message));
	*ret_there = e == OK;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_said = read_said(cx, row);
	return OK;
}

enum err message_stars(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, i64 *ret_stars)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT rating, COUNT(*) FROM message WHERE workspace_id = ?1 AND rating > 0 AND at >= ?2 AND at < ?3 AND direction = 'in' AND removed_at = 0"
			 " GROUP BY rating",
		     db_i64(workspace), db_i64(since), db_i64(until)));
	FOR_ROWS (cx, row)
		if (row_i64(row, 0) >= 1 && row_i64(row, 0) <= 5)
			ret_stars[row_i64(row, 0)] = row_i64(row, 1);
	return OK;
}
