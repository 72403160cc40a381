#include "store/queue.h"

#include "model/actor.h"
#include "store/sql.h"

#define QUEUE "SELECT id, workspace_id, name, zone, created_by, created_at, archived_at FROM queue "

static struct queue read_queue(struct cx *cx, const struct row *row)
{
	return (struct queue){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4), row_i64(row, 5), row_i64(row, 6)};
}

enum err queue_save(struct cx *cx, struct db *db, const struct queue *q)
{
	enum err e = db_run(cx, db, NULL,
			    "INSERT INTO queue (id, workspace_id, name, zone, created_by, created_at, archived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
				" ON CONFLICT (id) DO UPDATE SET name = excluded.name, zone = excluded.zone, archived_at = excluded.archived_at"
				" WHERE queue.workspace_id = excluded.workspace_id",
			    db_i64(q->id), db_i64(q->workspace), db_text(q->name), db_text(q->zone), db_id(q->created_by), db_i64(q->created_at), db_i64(q->archived_at));
	return e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE ? fail_field(cx, "name", N_("There is one of this name already.")) : e;
}

enum err queue_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct queue *ret_queue)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, QUEUE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This queue does not exist in this workspace."));
	TRY(e);
	*ret_queue = read_queue(cx, row);
	return OK;
}

enum err queues(struct cx *cx, struct db *db, i64 workspace, struct queue **ret_queues, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct queue *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, QUEUE "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY name, id LIMIT ?2", db_i64(workspace), db_i64(QUEUES_MAX)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_queue(cx, row);
	*ret_queues = list;
	*ret_count = count;
	return OK;
}

static enum err numbers(struct cx *cx, struct row *row, i64 **ret_list, size_t *ret_count)
{
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err queue_set_slots(struct cx *cx, struct db *db, i64 workspace, i64 queue, const int *slots, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM queue_slot WHERE workspace_id = ?1 AND queue_id = ?2", db_i64(workspace), db_i64(queue)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO queue_slot (queue_id, week_minute, workspace_id) VALUES (?1, ?2, ?3)", db_i64(queue), db_i64(slots[i]), db_i64(workspace)));
	return OK;
}

enum err queue_slots(struct cx *cx, struct db *db, i64 workspace, i64 queue, int **ret_slots, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	int *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT week_minute FROM queue_slot WHERE workspace_id = ?1 AND queue_id = ?2 ORDER BY week_minute LIMIT ?3", db_i64(workspace), db_i64(queue),
		     db_i64(QUEUE_SLOTS_MAX)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (int)row_i64(row, 0);
	*ret_slots = list;
	*ret_count = count;
	return OK;
}

enum err queue_set_channels(struct cx *cx, struct db *db, i64 workspace, i64 queue, const i64 *channels, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM queue_channel WHERE workspace_id = ?1 AND queue_id = ?2", db_i64(workspace), db_i64(queue)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO queue_channel (queue_id, channel_id, workspace_id) VALUES (?1, ?2, ?3)", db_i64(queue), db_i64(channels[i]), db_i64(workspace)));
	return OK;
}

enum err queue_channels(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "SELECT channel_id FROM queue_channel WHERE workspace_id = ?1 AND queue_id = ?2 ORDER BY channel_id LIMIT 100", db_i64(workspace), db_i64(queue)));
	return numbers(cx, row, ret_channels, ret_count);
}

enum err queue_taken(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 since, i64 until, i64 **ret_instants, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT p.planned_at FROM post p WHERE p.workspace_id = ?1 AND p.planned_at > 0 AND p.planned_at >= ?3 AND p.planned_at <= ?4 AND p.archived_at = 0 AND (EXISTS"
			 " (SELECT 1 FROM queue_post q WHERE q.post_id = p.id AND q.workspace_id = ?1 AND q.queue_id = ?2 AND q.planned_at = p.planned_at) OR EXISTS (SELECT 1 FROM post_variant v"
			 " JOIN queue_channel c ON c.channel_id = v.channel_id WHERE v.post_id = p.id AND v.workspace_id = ?1 AND v.removed_at = 0 AND c.workspace_id = ?1"
			 " AND c.queue_id = ?2)) ORDER BY p.planned_at LIMIT 10000",
		     db_i64(workspace), db_i64(queue), db_i64(since), db_i64(until)));
	return numbers(cx, row, ret_instants, ret_count);
}

enum err queue_post_put(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 post, i64 planned_at)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO queue_post (post_id, workspace_id, queue_id, planned_at, person_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (post_id) DO UPDATE SET"
			  " queue_id = excluded.queue_id, planned_at = excluded.planned_at WHERE queue_post.workspace_id = excluded.workspace_id",
		      db_i64(post), db_i64(workspace), db_i64(queue), db_i64(planned_at), db_id(cx->actor ? cx->actor->user : 0), db_i64(cx->now));
}

enum err queue_posts(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 after, struct queue_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct queue_post *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT q.post_id, p.planned_at FROM queue_post q JOIN post p ON p.id = q.post_id WHERE q.workspace_id = ?1 AND q.queue_id = ?2 AND p.workspace_id = ?1"
			 " AND p.archived_at = 0 AND p.planned_at = q.planned_at AND p.planned_at > ?3 AND p.state IN ('draft', 'review', 'approved', 'scheduled')"
			 " ORDER BY p.planned_at, p.id LIMIT 1000",
		     db_i64(workspace), db_i64(queue), db_i64(after)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct queue_post){row_i64(row, 0), row_i64(row, 1)};
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err queue_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 *ret_queue)
{
	return db_number(cx, db, 0, ret_queue,
			 "SELECT q.queue_id FROM queue_post q JOIN post p ON p.id = q.post_id WHERE q.workspace_id = ?1 AND q.post_id = ?2 AND p.workspace_id = ?1"
			     " AND p.planned_at = q.planned_at",
			 db_i64(workspace), db_i64(post));
}
