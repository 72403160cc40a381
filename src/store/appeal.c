#include "store/appeal.h"

#include "store/sql.h"

#define COLUMNS                                                                                                                \
	"a.id, a.workspace_id, a.decision_id, a.message_id, a.road, a.text, a.recorded_by, a.at, a.due_at, a.outcome, a.reason,"     \
	" a.decided_by, a.decided_at, a.alone, r.name, p.name"
#define PEOPLE " LEFT JOIN person r ON r.id = a.recorded_by LEFT JOIN person p ON p.id = a.decided_by "
#define APPEAL "SELECT " COLUMNS " FROM appeal a" PEOPLE

static struct appeal read_appeal(struct cx *cx, const struct row *row)
{
	return (struct appeal){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.decision = row_i64(row, 2),
		.message = row_i64(row, 3),
		.road = row_str(row, 4, cx->arena),
		.text = row_str(row, 5, cx->arena),
		.recorded_by = row_i64(row, 6),
		.at = row_i64(row, 7),
		.due_at = row_i64(row, 8),
		.outcome = row_str(row, 9, cx->arena),
		.reason = row_str(row, 10, cx->arena),
		.decided_by = row_i64(row, 11),
		.decided_at = row_i64(row, 12),
		.alone = row_i64(row, 13),
		.recorded_name = row_str(row, 14, cx->arena),
		.decided_name = row_str(row, 15, cx->arena),
	};
}

enum err appeal_insert(struct cx *cx, struct db *db, const struct appeal *a)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO appeal (id, workspace_id, decision_id, message_id, road, text, recorded_by, at, due_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(a->id), db_i64(a->workspace), db_i64(a->decision), db_i64(a->message), db_text(a->road), db_text(a->text),
		      db_id(a->recorded_by), db_i64(a->at), db_i64(a->due_at));
}

enum err appeal_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct appeal *ret_appeal)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, APPEAL "WHERE a.workspace_id = ?1 AND a.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such appeal."));
	TRY(e);
	*ret_appeal = read_appeal(cx, row);
	return OK;
}

static enum err one_or_none(struct cx *cx, enum err e, const struct row *row, struct appeal *ret_appeal)
{
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_appeal = (struct appeal){};
		return OK;
	}
	TRY(e);
	*ret_appeal = read_appeal(cx, row);
	return OK;
}

enum err appeal_of_decision(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct appeal *ret_appeal)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, APPEAL "WHERE a.workspace_id = ?1 AND a.decision_id = ?2", db_i64(workspace), db_i64(decision));
	return one_or_none(cx, e, row, ret_appeal);
}

enum err appeal_open_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct appeal *ret_appeal)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, APPEAL "WHERE a.workspace_id = ?1 AND a.message_id = ?2 AND a.outcome = '' ORDER BY a.id LIMIT 1",
			    db_i64(workspace), db_i64(message));
	return one_or_none(cx, e, row, ret_appeal);
}

enum err appeals_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct appeal **ret_appeals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct appeal *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, APPEAL "WHERE a.workspace_id = ?1 AND a.message_id = ?2 ORDER BY a.id LIMIT 100", db_i64(workspace),
		     db_i64(message)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_appeal(cx, row);
	*ret_appeals = list;
	*ret_count = count;
	return OK;
}

enum err appeal_settle(struct cx *cx, struct db *db, const struct appeal *a)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE appeal SET outcome = ?3, reason = ?4, decided_by = ?5, decided_at = ?6, alone = ?7"
		       " WHERE workspace_id = ?1 AND id = ?2 AND outcome = ''",
		   db_i64(a->workspace), db_i64(a->id), db_text(a->outcome), db_text(a->reason), db_id(a->decided_by), db_i64(a->decided_at),
		   db_bool(a->alone)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("Somebody decided on this appeal meanwhile."));
}

/* ---- lists ---- */

#define LISTED                                                                                                                 \
	"SELECT " COLUMNS ", h.network, m.author_name, SUBSTR(m.body, 1, 240), f.name, d.decided_by, d.second_person, t.number, m.lang FROM appeal a" \
	" JOIN decision d ON d.id = a.decision_id AND d.workspace_id = ?1 JOIN person f ON f.id = d.decided_by"                      \
	" JOIN message m ON m.id = a.message_id AND m.workspace_id = ?1 JOIN channel h ON h.id = m.channel_id"                       \
	" LEFT JOIN charter_article t ON t.id = d.article_id" PEOPLE

static enum err collect(struct cx *cx, struct row *row, struct appeal_row **ret_rows, size_t *ret_count)
{
	struct appeal_row *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct appeal_row){
			.appeal = read_appeal(cx, row),
			.network = row_str(row, 16, cx->arena),
			.author_name = row_str(row, 17, cx->arena),
			.preview = row_str(row, 18, cx->arena),
			.first_decider = row_str(row, 19, cx->arena),
			.first_decider_id = row_i64(row, 20),
			.second_person = row_i64(row, 21),
			.article_number = row_i64(row, 22),
			.lang = row_str(row, 23, cx->arena),
		};
	*ret_rows = list;
	*ret_count = count;
	return OK;
}

enum err appeals_open(struct cx *cx, struct db *db, i64 workspace, struct appeal_row **ret_rows, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, LISTED "WHERE a.workspace_id = ?1 AND a.outcome = '' ORDER BY a.due_at, a.id LIMIT 1000", db_i64(workspace)));
	return collect(cx, row, ret_rows, ret_count);
}

enum err appeals_decided(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct appeal_row **ret_rows, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     from.is_back ? LISTED "WHERE a.workspace_id = ?1 AND a.outcome <> '' AND a.id > ?2 ORDER BY a.id LIMIT ?3"
				  : LISTED "WHERE a.workspace_id = ?1 AND a.outcome <> '' AND a.id < ?2 ORDER BY a.id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(from.is_given ? from.id : INT64_MAX), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_rows, ret_count));
	if (from.is_back)
		list_turn(*ret_rows, sizeof **ret_rows, *ret_count);
	return OK;
}

enum err appeals_open_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM (SELECT id FROM appeal WHERE workspace_id = ?1 AND outcome = '' LIMIT 1000) waiting", db_i64(workspace));
}

enum err appeals_late(struct cx *cx, struct db *db, i64 workspace, i64 now, struct late_appeal **ret_appeals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct late_appeal *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT a.id, d.decided_by, d.second_person FROM appeal a JOIN decision d ON d.id = a.decision_id AND d.workspace_id = ?1"
			 " WHERE a.workspace_id = ?1 AND a.outcome = '' AND a.told_at = 0 AND a.due_at <= ?2",
		     db_i64(workspace), db_i64(now)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct late_appeal){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_appeals = list;
	*ret_count = count;
	return OK;
}

enum err appeals_told(struct cx *cx, struct db *db, i64 workspace, i64 now)
{
	return db_run(cx, db, NULL, "UPDATE appeal SET told_at = ?2 WHERE workspace_id = ?1 AND outcome = '' AND told_at = 0 AND due_at <= ?2", db_i64(workspace),
		      db_i64(now));
}

enum err appeal_figures(struct cx *cx, struct db *db, i64 workspace, i64 since, struct appeal_figures *ret_figures)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT SUM(CASE WHEN outcome = '' THEN 1 ELSE 0 END), SUM(CASE WHEN outcome = '' AND due_at < ?3 THEN 1 ELSE 0 END),"
		       " SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END), SUM(CASE WHEN outcome = 'rejected' THEN 1 ELSE 0 END)"
		       " FROM appeal WHERE workspace_id = ?1 AND (outcome = '' OR decided_at >= ?2)",
		   db_i64(workspace), db_i64(since), db_i64(cx->now)));
	*ret_figures = (struct appeal_figures){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3)};
	return OK;
}
