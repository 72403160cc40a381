#include "store/suspension.h"

#include "model/actor.h"
#include "store/sql.h"

#define SUSPENSION                                                                                                             \
	"SELECT s.id, s.workspace_id, s.channel_id, s.reason, s.holds_answers, s.began_by, s.began_at, s.ended_by, s.ended_at, COALESCE(c.name, '')," \
	" COALESCE(b.name, ''), COALESCE(e.name, '') FROM suspension s LEFT JOIN channel c ON c.id = s.channel_id AND c.workspace_id = s.workspace_id" \
	" LEFT JOIN person b ON b.id = s.began_by LEFT JOIN person e ON e.id = s.ended_by "

static struct suspension read_suspension(struct cx *cx, const struct row *row)
{
	return (struct suspension){.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .reason = row_str(row, 3, cx->arena),
				   .holds_answers = row_i64(row, 4) != 0, .began_by = row_i64(row, 5), .began_at = row_i64(row, 6), .ended_by = row_i64(row, 7),
				   .ended_at = row_i64(row, 8), .channel_name = row_str(row, 9, cx->arena), .began_by_name = row_str(row, 10, cx->arena),
				   .ended_by_name = row_str(row, 11, cx->arena)};
}

static enum err collect(struct cx *cx, struct row *row, struct suspension **ret_list, size_t *ret_count)
{
	struct suspension *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_suspension(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err suspension_insert(struct cx *cx, struct db *db, const struct suspension *s)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO suspension (id, workspace_id, channel_id, reason, holds_answers, began_by, began_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", db_i64(s->id),
		      db_i64(s->workspace), db_id(s->channel), db_text(s->reason), db_i64(s->holds_answers), db_id(s->began_by), db_i64(s->began_at));
}

enum err suspension_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct suspension *ret_suspension)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SUSPENSION "WHERE s.workspace_id = ?1 AND s.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This pause does not exist in this workspace."));
	TRY(e);
	*ret_suspension = read_suspension(cx, row);
	return OK;
}

enum err suspension_end(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE suspension SET ended_by = ?3, ended_at = ?4 WHERE workspace_id = ?1 AND id = ?2 AND ended_at = 0", db_i64(workspace), db_i64(id),
		   db_id(cx->actor ? cx->actor->user : 0), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Somebody ended this pause already."));
}

enum err suspensions_open(struct cx *cx, struct db *db, i64 workspace, struct suspension **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, SUSPENSION "WHERE s.workspace_id = ?1 AND s.ended_at = 0 ORDER BY s.began_at, s.id LIMIT 500", db_i64(workspace)));
	return collect(cx, row, ret_list, ret_count);
}

enum err suspensions_past(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct suspension **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, SUSPENSION "WHERE s.workspace_id = ?1 AND s.ended_at > 0 ORDER BY s.id DESC LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	return collect(cx, row, ret_list, ret_count);
}

enum err suspension_is_open(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool *ret_open)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count, "SELECT COUNT(*) FROM suspension WHERE workspace_id = ?1 AND ended_at = 0 AND COALESCE(channel_id, 0) = ?2", db_i64(workspace),
		      db_i64(channel)));
	*ret_open = count > 0;
	return OK;
}

enum err suspension_holds(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool answers, bool *ret_holds)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count,
		      "SELECT COUNT(*) FROM suspension WHERE workspace_id = ?1 AND ended_at = 0 AND (channel_id IS NULL OR channel_id = ?2) AND holds_answers >= ?3",
		      db_i64(workspace), db_i64(channel), db_i64(answers)));
	*ret_holds = count > 0;
	return OK;
}

enum err suspension_holds_besides(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 besides, bool *ret_holds)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count, "SELECT COUNT(*) FROM suspension WHERE workspace_id = ?1 AND ended_at = 0 AND (channel_id IS NULL OR channel_id = ?2) AND id <> ?3",
		      db_i64(workspace), db_i64(channel), db_i64(besides)));
	*ret_holds = count > 0;
	return OK;
}
