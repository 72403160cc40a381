#include "store/metric_point.h"

#include "store/sql.h"

enum err metric_point_take(struct cx *cx, struct db *db, const struct metric_point *p)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 last = 0, value = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, value FROM metric_point WHERE workspace_id = ?1 AND channel_id = ?2 AND message_id = ?3 AND measure = ?4 ORDER BY at DESC LIMIT 1",
		     db_i64(p->workspace), db_i64(p->channel), db_i64(p->message), db_text(p->measure)));
	FOR_ROWS (cx, row) {
		last = row_i64(row, 0);
		value = row_i64(row, 1);
	}
	if (last && value == p->value)
		return db_run(cx, db, NULL, "UPDATE metric_point SET told_at = ?2 WHERE id = ?1 AND workspace_id = ?3", db_i64(last), db_i64(p->told_at), db_i64(p->workspace));
	return db_run(cx, db, NULL,
		      "INSERT INTO metric_point (id, workspace_id, channel_id, message_id, measure, value, at, told_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(p->id), db_i64(p->workspace), db_i64(p->channel), db_i64(p->message), db_text(p->measure), db_i64(p->value), db_i64(p->at), db_i64(p->told_at));
}

static enum err read_points(struct cx *cx, struct row *row, struct metric_point **ret_points, size_t *ret_count)
{
	struct metric_point *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct metric_point){
			.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .message = row_i64(row, 3), .measure = row_str(row, 4, cx->arena),
			.value = row_i64(row, 5), .at = row_i64(row, 6), .told_at = row_i64(row, 7),
		};
	*ret_points = list;
	*ret_count = count;
	return OK;
}

enum err metric_points_of_conversation(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct metric_point **ret_points, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT p.id, p.workspace_id, p.channel_id, p.message_id, p.measure, p.value, p.at, p.told_at FROM message m JOIN metric_point p"
			 " ON p.workspace_id = m.workspace_id AND p.channel_id = m.channel_id AND p.message_id = m.id WHERE m.workspace_id = ?1 AND m.conversation_id = ?2"
			 " ORDER BY p.message_id, p.measure, p.at",
		     db_i64(workspace), db_i64(conversation)));
	return read_points(cx, row, ret_points, ret_count);
}

enum err metric_points_of_account(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, struct metric_point **ret_points, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, channel_id, message_id, measure, value, at, told_at FROM metric_point WHERE workspace_id = ?1 AND channel_id = ?2"
			 " AND message_id = 0 AND told_at >= ?3 ORDER BY measure, at",
		     db_i64(workspace), db_i64(channel), db_i64(since)));
	return read_points(cx, row, ret_points, ret_count);
}

enum err metric_messages(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, size_t limit, struct metric_message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct metric_message *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, remote_id, kind, body, at, attachment_count FROM message WHERE workspace_id = ?1 AND channel_id = ?2 AND direction = 'out' AND at >= ?3 AND remote_id IS NOT NULL"
			 " AND removed_at = 0 AND visibility = 'public' ORDER BY at DESC LIMIT ?4",
		     db_i64(workspace), db_i64(channel), db_i64(since), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct metric_message){
			.id = row_i64(row, 0), .remote_id = row_str(row, 1, cx->arena), .is_post = str_eq(row_str(row, 2, cx->arena), S("post")),
			.body = row_str(row, 3, cx->arena), .at = row_i64(row, 4), .attachment_count = row_i64(row, 5),
		};
	*ret_messages = list;
	*ret_count = count;
	return OK;
}

enum err metric_channels_due(struct cx *cx, struct db *db, struct str kind, i64 before, size_t limit, struct metric_channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct metric_channel *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT c.workspace_id, c.id FROM channel c WHERE c.state = 'ok' AND c.kind = ?1 AND c.archived_at = 0 AND c.verified_at > 0 AND NOT EXISTS"
			 " (SELECT 1 FROM channel_act a WHERE a.workspace_id = c.workspace_id AND a.channel_id = c.id AND a.act = 'metrics' AND (a.done_at > ?2 OR a.failed_at > ?2))"
			 " LIMIT ?3",
		     db_text(kind), db_i64(before), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct metric_channel){row_i64(row, 0), row_i64(row, 1)};
	*ret_channels = list;
	*ret_count = count;
	return OK;
}
