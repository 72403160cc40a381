/* decision.c: the second half of charter.h: flags, decisions and evidence. */
#include "base/buf.h"
#include "base/id.h"
#include "store/charter.h"
#include "store/sql.h"

/* ---- flags ---- */

enum err flag_insert(struct cx *cx, struct db *db, const struct flag *f, bool *ret_new)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "INSERT INTO flag (id, workspace_id, message_id, source, reason, remote_id, person_id, at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		       " ON CONFLICT DO NOTHING",
		   db_i64(f->id), db_i64(f->workspace), db_i64(f->message), db_text(f->source), db_text(f->reason), db_text(f->remote_id), db_id(f->person),
		   db_i64(f->at), db_i64(f->due_at)));
	*ret_new = changed == 1;
	return OK;
}

enum err flags_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct flag **ret_flags, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct flag *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, message_id, source, reason, person_id, at, due_at, decided_at FROM flag"
			 " WHERE workspace_id = ?1 AND message_id = ?2 ORDER BY at, id LIMIT 100",
		     db_i64(workspace), db_i64(message)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct flag){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
				      row_i64(row, 5), row_i64(row, 6), row_i64(row, 7), row_i64(row, 8)};
	*ret_flags = list;
	*ret_count = count;
	return OK;
}

enum err flags_close(struct cx *cx, struct db *db, i64 workspace, i64 message)
{
	return db_run(cx, db, NULL, "UPDATE flag SET decided_at = ?3 WHERE workspace_id = ?1 AND message_id = ?2 AND decided_at = 0",
		      db_i64(workspace), db_i64(message), db_i64(cx->now));
}

enum err flags_reopen(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 decided_at, i64 *ret_count)
{
	return db_run(cx, db, ret_count, "UPDATE flag SET decided_at = 0 WHERE workspace_id = ?1 AND message_id = ?2 AND decided_at = ?3",
		      db_i64(workspace), db_i64(message), db_i64(decided_at));
}

enum err cases_open(struct cx *cx, struct db *db, i64 workspace, i64 after_at, i64 after_message, size_t limit, struct open_case **ret_cases,
		    size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct open_case *list = arena_array(cx->arena, struct open_case, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT message_id, at, flags, COALESCE(due, 0) FROM (SELECT message_id, MIN(at) AS at, COUNT(*) AS flags,"
			 " MIN(CASE WHEN due_at > 0 THEN due_at END) AS due FROM flag WHERE workspace_id = ?1 AND decided_at = 0 GROUP BY message_id) cases"
			 " WHERE (at, message_id) > (?2, ?3) ORDER BY at, message_id LIMIT ?4",
		     db_i64(workspace), db_i64(after_at), db_i64(after_message), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct open_case){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3)};
	*ret_cases = list;
	*ret_count = count;
	return OK;
}

enum err cases_list(struct cx *cx, struct db *db, i64 workspace, struct case_row **ret_cases, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct case_row *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT f.message_id, f.at, f.flags, h.network, m.author_name, c.subject, SUBSTR(m.body, 1, 240), c.priority, m.hidden_at,"
			 " (SELECT MAX(d.id) FROM decision d WHERE d.workspace_id = ?1 AND d.message_id = f.message_id AND d.act = 'ask_second'"
			 " AND NOT EXISTS (SELECT 1 FROM decision l WHERE l.workspace_id = ?1 AND l.message_id = d.message_id AND l.id > d.id"
			 " AND l.act IN ('keep', 'hide', 'restore'))), COALESCE(f.due, 0), m.lang"
			 " FROM (SELECT message_id, MIN(at) AS at, COUNT(*) AS flags, MIN(CASE WHEN due_at > 0 THEN due_at END) AS due"
			 " FROM flag WHERE workspace_id = ?1 AND decided_at = 0 GROUP BY message_id) f"
			 " JOIN message m ON m.id = f.message_id AND m.workspace_id = ?1"
			 " JOIN conversation c ON c.id = m.conversation_id JOIN channel h ON h.id = m.channel_id "
			 " ORDER BY COALESCE(f.due, 9223372036854775807), f.at, f.message_id LIMIT 1000",
		     db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct case_row){
			.open = {row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 10)},
			.network = row_str(row, 3, cx->arena),
			.author_name = row_str(row, 4, cx->arena),
			.subject = row_str(row, 5, cx->arena),
			.preview = row_str(row, 6, cx->arena),
			.priority = row_i64(row, 7),
			.is_hidden = row_i64(row, 8) != 0,
			.asked = row_i64(row, 9),
			.lang = row_str(row, 11, cx->arena),
		};
	*ret_cases = list;
	*ret_count = count;
	return OK;
}

enum err cases_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(DISTINCT message_id) FROM (SELECT message_id FROM flag WHERE workspace_id = ?1 AND decided_at = 0 LIMIT 1000) open_flags",
			 db_i64(workspace));
}

enum err cases_late(struct cx *cx, struct db *db, i64 workspace, i64 now, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(DISTINCT f.message_id) FROM flag f WHERE f.workspace_id = ?1 AND f.decided_at = 0 AND f.told_at = 0 AND f.due_at > 0"
			     " AND f.due_at <= ?2 AND NOT EXISTS (SELECT 1 FROM flag t WHERE t.workspace_id = ?1 AND t.message_id = f.message_id"
			     " AND t.decided_at = 0 AND t.told_at > 0)",
			 db_i64(workspace), db_i64(now));
}

enum err flags_told(struct cx *cx, struct db *db, i64 workspace, i64 now)
{
	return db_run(cx, db, NULL,
		      "UPDATE flag SET told_at = ?2 WHERE workspace_id = ?1 AND decided_at = 0 AND told_at = 0 AND due_at > 0 AND due_at <= ?2",
		      db_i64(workspace), db_i64(now));
}

enum err workspaces_late(struct cx *cx, struct db *db, i64 now, size_t limit, i64 **ret_workspaces, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = arena_array(cx->arena, i64, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT workspace_id FROM flag WHERE decided_at = 0 AND told_at = 0 AND due_at > 0 AND due_at <= ?1"
			 " UNION SELECT workspace_id FROM appeal WHERE outcome = '' AND told_at = 0 AND due_at <= ?1 LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = row_i64(row, 0);
	*ret_workspaces = list;
	*ret_count = count;
	return OK;
}

/* ---- decisions ---- */

#define DECISION                                                                                                               \
	"SELECT d.id, d.workspace_id, d.message_id, d.conversation_id, d.act, d.article_id, d.reason, d.decided_by, d.second_person, d.at,"  \
	" d.evidence_id, d.notify_author, p.name, s.name FROM decision d JOIN person p ON p.id = d.decided_by"                       \
	" LEFT JOIN person s ON s.id = d.second_person "

static struct decision read_decision(struct cx *cx, const struct row *row)
{
	return (struct decision){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.message = row_i64(row, 2),
		.conversation = row_i64(row, 3),
		.act = row_str(row, 4, cx->arena),
		.article = row_i64(row, 5),
		.reason = row_str(row, 6, cx->arena),
		.decided_by = row_i64(row, 7),
		.second_person = row_i64(row, 8),
		.at = row_i64(row, 9),
		.evidence = row_i64(row, 10),
		.notify_author = row_i64(row, 11),
		.decided_by_name = row_str(row, 12, cx->arena),
		.second_name = row_str(row, 13, cx->arena),
	};
}

enum err decision_insert(struct cx *cx, struct db *db, const struct decision *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO decision (id, workspace_id, message_id, conversation_id, act, article_id, reason, decided_by, second_person, at,"
			  " evidence_id, notify_author) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		      db_i64(d->id), db_i64(d->workspace), db_i64(d->message), db_i64(d->conversation), db_text(d->act), db_id(d->article),
		      db_text(d->reason), db_i64(d->decided_by), db_id(d->second_person), db_i64(d->at), db_id(d->evidence), db_bool(d->notify_author));
}

static enum err collect(struct cx *cx, struct row *row, struct decision **ret_decisions, size_t *ret_count)
{
	struct decision *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_decision(cx, row);
	*ret_decisions = list;
	*ret_count = count;
	return OK;
}

enum err decisions_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct decision **ret_decisions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, DECISION "WHERE d.workspace_id = ?1 AND d.message_id = ?2 ORDER BY d.id LIMIT 100", db_i64(workspace),
		     db_i64(message)));
	return collect(cx, row, ret_decisions, ret_count);
}

enum err decision_list(struct cx *cx, struct db *db, i64 workspace, i64 before_id, size_t limit, struct decision **ret_decisions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, DECISION "WHERE d.workspace_id = ?1 AND d.id < ?2 ORDER BY d.id DESC LIMIT ?3", db_i64(workspace),
		     db_i64(before_id ? before_id : INT64_MAX), db_i64((i64)limit)));
	return collect(cx, row, ret_decisions, ret_count);
}

enum err decision_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct decision *ret_decision)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DECISION "WHERE d.workspace_id = ?1 AND d.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such decision."));
	TRY(e);
	*ret_decision = read_decision(cx, row);
	return OK;
}

enum err decision_workspace(struct cx *cx, struct db *db, i64 id, i64 *ret_workspace)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "/* all workspaces */ SELECT workspace_id FROM decision WHERE id = ?1", db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such decision."));
	TRY(e);
	*ret_workspace = row_i64(row, 0);
	return OK;
}

#define FOUND                                                                                                                  \
	DECISION "JOIN message m ON m.id = d.message_id LEFT JOIN charter_article a ON a.id = d.article_id"                      \
		 " WHERE d.workspace_id = ?1 AND (?3 = '' OR d.act = ?3) AND (?4 = 0 OR a.number = ?4) AND (?5 = 0 OR d.decided_by = ?5)"   \
		 " AND (LOWER(m.body) LIKE LOWER(?6) ESCAPE '\\' OR LOWER(d.reason) LIKE LOWER(?6) ESCAPE '\\')"

enum err decision_find(struct cx *cx, struct db *db, i64 workspace, const struct decision_filter *f, struct list_place from, size_t limit,
		       struct decision **ret_decisions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, from.is_back ? FOUND " AND d.id > ?2 ORDER BY d.id LIMIT ?7" : FOUND " AND d.id < ?2 ORDER BY d.id DESC LIMIT ?7",
		     db_i64(workspace), db_i64(from.is_given ? from.id : INT64_MAX), db_text(f->act), db_i64(f->article_number), db_i64(f->person),
		     db_text(list_pattern(cx->arena, f->words)), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_decisions, ret_count));
	if (from.is_back)
		list_turn(*ret_decisions, sizeof **ret_decisions, *ret_count);
	return OK;
}

enum err decision_asked(struct cx *cx, struct db *db, i64 workspace, i64 message, struct decision *ret_decision)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DECISION "WHERE d.workspace_id = ?1 AND d.message_id = ?2 AND d.act <> 'warn' ORDER BY d.id DESC LIMIT 1",
			    db_i64(workspace), db_i64(message));
	if (e != OK && e != ERR_MISSING)
		return e;
	struct decision last = {};
	if (e == OK)
		last = read_decision(cx, row);
	else
		cx_forget(cx);
	*ret_decision = str_eq(last.act, S("ask_second")) ? last : (struct decision){};
	return OK;
}

/* What was undone at once (the decision after it, but for its restoring, reopens the case) happened, stays written, and is no figure. */
#define COUNTS                                                                                                                  \
	" AND CASE WHEN d.act = 'restore' THEN NOT EXISTS (SELECT 1 FROM decision u WHERE u.workspace_id = ?1 AND u.message_id = d.message_id"  \
	" AND u.act = 'reopen' AND u.at = d.at) ELSE COALESCE((SELECT n.act FROM decision n WHERE n.workspace_id = ?1 AND n.message_id = d.message_id" \
	" AND n.id > d.id AND n.act <> 'restore' ORDER BY n.id LIMIT 1), '') <> 'reopen' END"

enum err article_uses(struct cx *cx, struct db *db, i64 workspace, i64 since, struct article_use **ret_uses, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct article_use *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT a.number, COUNT(*), SUM(CASE WHEN EXISTS (SELECT 1 FROM decision r WHERE r.workspace_id = ?1"
			 " AND r.message_id = d.message_id AND r.act = 'restore' AND r.id > d.id) THEN 1 ELSE 0 END)"
			 " FROM decision d JOIN charter_article a ON a.id = d.article_id"
			 " WHERE d.workspace_id = ?1 AND d.act = 'hide' AND d.id >= ?2" COUNTS " GROUP BY a.number ORDER BY 2 DESC LIMIT 100",
		     db_i64(workspace), db_i64(id_at(since, 0))));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct article_use){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_uses = list;
	*ret_count = count;
	return OK;
}

enum err moderation_figures(struct cx *cx, struct db *db, i64 workspace, i64 since, struct moderation_figures *ret_figures)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT COUNT(*), SUM(CASE WHEN d.act = 'keep' THEN 1 ELSE 0 END), SUM(CASE WHEN d.act = 'hide' THEN 1 ELSE 0 END),"
		       " SUM(CASE WHEN d.act = 'restore' THEN 1 ELSE 0 END) FROM decision d WHERE d.workspace_id = ?1 AND d.id >= ?2" COUNTS,
		   db_i64(workspace), db_i64(id_at(since, 0))));
	*ret_figures = (struct moderation_figures){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3)};
	return OK;
}

enum err received_since(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 most, i64 *ret_count)
{
	/* Ids are given in the order of time: the table itself is the index. */
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM (SELECT id FROM message WHERE +workspace_id = ?1 AND id >= ?2 AND direction = 'in' LIMIT ?3) received",
			 db_i64(workspace), db_i64(id_at(since, 0)), db_i64(most));
}

enum err decision_delay(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 *ret_delay)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *delays = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT decided_at - MIN(at) FROM flag WHERE workspace_id = ?1 AND decided_at >= ?2 GROUP BY message_id, decided_at ORDER BY 1 LIMIT 10000",
		     db_i64(workspace), db_i64(since)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, delays, count, capacity) = row_i64(row, 0);
	*ret_delay = count ? delays[count / 2] : -1;
	return OK;
}

enum err warnings_of_identity(struct cx *cx, struct db *db, i64 workspace, i64 identity, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM message m CROSS JOIN decision d WHERE d.workspace_id = ?1 AND d.message_id = m.id AND d.act = 'warn'"
			 " AND m.workspace_id = ?1 AND m.identity_id = ?2",
			 db_i64(workspace), db_i64(identity));
}

enum err hidden_of_identity(struct cx *cx, struct db *db, i64 workspace, i64 identity, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND identity_id = ?2 AND hidden_at > 0", db_i64(workspace),
			 db_i64(identity));
}

/* ---- evidence ---- */

#define EVIDENCE "SELECT id, workspace_id, sequence, message_id, at, content, previous, hash FROM evidence "

static struct evidence read_evidence(struct cx *cx, const struct row *row)
{
	return (struct evidence){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4), row_str(row, 5, cx->arena),
				 arena_str(cx->arena, row_blob(row, 6)), arena_str(cx->arena, row_blob(row, 7))};
}

enum err evidence_last(struct cx *cx, struct db *db, i64 workspace, i64 *ret_sequence, struct str *ret_hash)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT sequence, hash FROM evidence WHERE workspace_id = ?1 ORDER BY sequence DESC LIMIT 1", db_i64(workspace));
	if (e == ERR_MISSING) {
		*ret_sequence = 0;
		*ret_hash = (struct str){};
		return OK;
	}
	TRY(e);
	*ret_sequence = row_i64(row, 0);
	*ret_hash = arena_str(cx->arena, row_blob(row, 1));
	return OK;
}

enum err evidence_insert(struct cx *cx, struct db *db, const struct evidence *e)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO evidence (id, workspace_id, sequence, message_id, at, content, previous, hash)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(e->id), db_i64(e->workspace), db_i64(e->sequence), db_i64(e->message), db_i64(e->at), db_text(e->content),
		      db_blob(e->previous), db_blob(e->hash));
}

enum err evidence_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct evidence *ret_evidence)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, EVIDENCE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such piece of evidence."));
	TRY(e);
	*ret_evidence = read_evidence(cx, row);
	return OK;
}

enum err evidence_walk(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct evidence **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct evidence *list = arena_array(cx->arena, struct evidence, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, EVIDENCE "WHERE workspace_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3", db_i64(workspace), db_i64(after),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_evidence(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}
