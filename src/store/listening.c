#include "store/listening.h"

#include "base/clock.h"
#include "store/sql.h"

static const struct {
	const char *word, *title;
} kinds[] = {
	[LISTEN_OWN] = {"own", N_("Us")},
	[LISTEN_COMPETITOR] = {"competitor", N_("A competitor")},
	[LISTEN_SECTOR] = {"sector", N_("The sector")},
	[LISTEN_TOPIC] = {"topic", N_("A topic")},
};

const char *listening_kind_word(enum listening_kind kind)
{
	return kinds[kind].word;
}

const char *listening_kind_title(enum listening_kind kind)
{
	return kinds[kind].title;
}

bool listening_kind_of(struct str word, enum listening_kind *ret_kind)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(word, str_of(kinds[i].word))) {
			*ret_kind = (enum listening_kind)i;
			return true;
		}
	return false;
}

static const char *const tones[] = {"", "negative", "neutral", "positive"};

const char *mention_tone_word(enum mention_tone tone)
{
	return tones[tone];
}

bool mention_tone_of(struct str word, enum mention_tone *ret_tone)
{
	for (size_t i = 1; i < COUNT(tones); i++)
		if (str_eq(word, str_of(tones[i]))) {
			*ret_tone = (enum mention_tone)i;
			return true;
		}
	return false;
}

/* ---- queries ---- */

#define QUERY "SELECT id, workspace_id, name, kind, words, active, version, past_before, created_by, created_at, changed_at, archived_at FROM listening_query "

static struct listening_query read_query(struct cx *cx, const struct row *row)
{
	struct listening_query q = {
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .name = row_str(row, 2, cx->arena), .words = row_str(row, 4, cx->arena),
		.active = row_i64(row, 5), .version = row_i64(row, 6), .past_before = row_i64(row, 7), .created_by = row_i64(row, 8),
		.created_at = row_i64(row, 9), .changed_at = row_i64(row, 10), .archived_at = row_i64(row, 11),
	};
	listening_kind_of(row_text(row, 3), &q.kind);
	return q;
}

static enum err collect_queries(struct cx *cx, struct row *row, struct listening_query **ret_queries, size_t *ret_count)
{
	struct listening_query *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_query(cx, row);
	*ret_queries = list;
	*ret_count = count;
	return OK;
}

enum err listening_query_save(struct cx *cx, struct db *db, const struct listening_query *q)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO listening_query (id, workspace_id, name, kind, words, active, version, past_before, created_by, created_at, changed_at,"
			  " archived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
			  " kind = excluded.kind, words = excluded.words, active = excluded.active, version = excluded.version,"
			  " past_before = excluded.past_before, changed_at = excluded.changed_at, archived_at = excluded.archived_at"
			  " WHERE listening_query.workspace_id = excluded.workspace_id",
		      db_i64(q->id), db_i64(q->workspace), db_text(q->name), db_text(str_of(listening_kind_word(q->kind))), db_text(q->words),
		      db_bool(q->active), db_i64(q->version), db_i64(q->past_before), db_id(q->created_by), db_i64(q->created_at),
		      db_i64(q->changed_at), db_i64(q->archived_at));
}

enum err listening_query_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct listening_query *ret_query)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, QUERY "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This query does not exist in this workspace."));
	TRY(e);
	*ret_query = read_query(cx, row);
	return OK;
}

enum err listening_query_list(struct cx *cx, struct db *db, i64 workspace, bool archived, struct list_place from, size_t limit,
			      struct listening_query **ret_queries, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct db_value place = db_i64(from.is_given ? from.id : from.is_back ? INT64_MAX : 0);
	if (archived)
		TRY(db_query(cx, db, &row,
			     from.is_back ? QUERY "WHERE workspace_id = ?1 AND archived_at > 0 AND id < ?2 ORDER BY id DESC LIMIT ?3"
					  : QUERY "WHERE workspace_id = ?1 AND archived_at > 0 AND id > ?2 ORDER BY id LIMIT ?3",
			     db_i64(workspace), place, db_i64((i64)limit)));
	else
		TRY(db_query(cx, db, &row,
			     from.is_back ? QUERY "WHERE workspace_id = ?1 AND archived_at = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3"
					  : QUERY "WHERE workspace_id = ?1 AND archived_at = 0 AND id > ?2 ORDER BY id LIMIT ?3",
			     db_i64(workspace), place, db_i64((i64)limit)));
	TRY(collect_queries(cx, row, ret_queries, ret_count));
	if (from.is_back)
		list_turn(*ret_queries, sizeof **ret_queries, *ret_count);
	return OK;
}

enum err listening_query_named(struct cx *cx, struct db *db, i64 workspace, struct str name, i64 *ret_id)
{
	return db_number(cx, db, 0, ret_id, "SELECT id FROM listening_query WHERE workspace_id = ?1 AND archived_at = 0 AND name = ?2 LIMIT 1", db_i64(workspace),
			 db_text(name));
}

enum err listening_query_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM listening_query WHERE workspace_id = ?1 AND archived_at = 0", db_i64(workspace));
}

enum err listening_version(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version)
{
	return db_number(cx, db, 0, ret_version, "SELECT MAX(version) FROM listening_query WHERE workspace_id = ?1", db_i64(workspace));
}

enum err listening_query_changed(struct cx *cx, struct db *db, i64 workspace, i64 version, i64 id, size_t limit, struct listening_query **ret_queries,
				 size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, QUERY "WHERE workspace_id = ?1 AND (version, id) > (?2, ?3) ORDER BY version, id LIMIT ?4", db_i64(workspace),
		     db_i64(version), db_i64(id), db_i64((i64)limit)));
	return collect_queries(cx, row, ret_queries, ret_count);
}

/* ---- pieces ---- */

#define PIECE "SELECT id, workspace_id, name, words, created_by, created_at, changed_at, archived_at FROM listening_piece "

static struct listening_piece read_piece(struct cx *cx, const struct row *row)
{
	return (struct listening_piece){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena),
					row_i64(row, 4), row_i64(row, 5), row_i64(row, 6), row_i64(row, 7)};
}

enum err listening_piece_save(struct cx *cx, struct db *db, const struct listening_piece *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO listening_piece (id, workspace_id, name, words, created_by, created_at, changed_at, archived_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET name = excluded.name, words = excluded.words,"
			  " changed_at = excluded.changed_at, archived_at = excluded.archived_at WHERE listening_piece.workspace_id = excluded.workspace_id",
		      db_i64(p->id), db_i64(p->workspace), db_text(p->name), db_text(p->words), db_id(p->created_by), db_i64(p->created_at),
		      db_i64(p->changed_at), db_i64(p->archived_at));
}

enum err listening_piece_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct listening_piece *ret_piece)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, PIECE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This saved piece does not exist in this workspace."));
	TRY(e);
	*ret_piece = read_piece(cx, row);
	return OK;
}

enum err listening_piece_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct listening_piece **ret_pieces,
			      size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct listening_piece *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     from.is_back ? PIECE "WHERE workspace_id = ?1 AND archived_at = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3"
				  : PIECE "WHERE workspace_id = ?1 AND archived_at = 0 AND id > ?2 ORDER BY id LIMIT ?3",
		     db_i64(workspace), db_i64(from.is_given ? from.id : from.is_back ? INT64_MAX : 0), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_piece(cx, row);
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_pieces = list;
	*ret_count = count;
	return OK;
}

/* ---- the past of new queries ---- */

enum err listening_past_next(struct cx *cx, struct db *db, i64 *ret_workspace, i64 *ret_before, i64 *ret_below)
{
	i64 workspace, before = 0, below = 0;
	TRY(db_number(cx, db, 0, &workspace,
		      "/* all workspaces */ SELECT workspace_id FROM listening_query WHERE past_before > 0 AND archived_at = 0 AND active = 1"
			  " ORDER BY past_before DESC LIMIT 1"));
	if (workspace)
		TRY(db_number(cx, db, 0, &before,
			      "SELECT MAX(past_before) FROM listening_query WHERE workspace_id = ?1 AND past_before > 0 AND archived_at = 0 AND active = 1",
			      db_i64(workspace)));
	if (workspace)
		TRY(db_number(cx, db, 0, &below,
			      "SELECT MAX(past_before) FROM listening_query WHERE workspace_id = ?1 AND past_before > 0 AND archived_at = 0 AND active = 1"
				  " AND past_before < ?2",
			      db_i64(workspace), db_i64(before)));
	*ret_workspace = workspace;
	*ret_before = before;
	*ret_below = below;
	return OK;
}

enum err listening_past_queries(struct cx *cx, struct db *db, i64 workspace, i64 before, struct listening_query **ret_queries, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, QUERY "WHERE workspace_id = ?1 AND past_before = ?2 AND past_before > 0 AND archived_at = 0 AND active = 1", db_i64(workspace),
		     db_i64(before)));
	return collect_queries(cx, row, ret_queries, ret_count);
}

enum err listening_past_move(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 to)
{
	return db_run(cx, db, NULL,
		      "UPDATE listening_query SET past_before = ?3 WHERE workspace_id = ?1 AND past_before = ?2 AND past_before > 0 AND archived_at = 0 AND active = 1",
		      db_i64(workspace), db_i64(before), db_i64(to));
}

enum err message_ids(struct cx *cx, struct db *db, i64 workspace, i64 *ret_first, i64 *ret_last)
{
	i64 first, last;
	/* By the key, from either end: what the plus is for. */
	TRY(db_number(cx, db, 0, &first, "SELECT id FROM message WHERE +workspace_id = ?1 ORDER BY id LIMIT 1", db_i64(workspace)));
	TRY(db_number(cx, db, 0, &last, "SELECT id FROM message WHERE +workspace_id = ?1 ORDER BY id DESC LIMIT 1", db_i64(workspace)));
	*ret_first = first;
	*ret_last = last;
	return OK;
}
