#include "store/event.h"

#include "base/clock.h"
#include "base/id.h"
#include "model/actor.h"
#include "store/sql.h"

#include <stdlib.h>

#define LATE_COMMIT (3 * SECOND) /* longer than a transaction takes that tells of something */

enum err event_add(struct cx *cx, struct db *db, i64 workspace, i64 conversation, const char *kind, struct str detail)
{
	const struct actor *a = cx->actor;
	return db_run(cx, db, NULL,
		      "INSERT INTO conversation_event (id, workspace_id, conversation_id, at, person_id, actor_name, kind, detail)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(id_new()), db_i64(workspace), db_i64(conversation), db_i64(cx->now), db_id(a ? a->user : 0),
		      db_text(a ? a->name : S("Parvis")), db_text(str_of(kind)), db_text(detail.len ? detail : S("{}")));
}

enum err events_of(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 since, size_t limit, struct event **ret_events, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct event *list = arena_array(cx->arena, struct event, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, at, person_id, actor_name, kind, detail FROM conversation_event"
			 " WHERE workspace_id = ?1 AND conversation_id = ?2 AND at >= ?3 ORDER BY at DESC, id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(conversation), db_i64(since), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct event){
			.id = row_i64(row, 0),
			.at = row_i64(row, 1),
			.person = row_i64(row, 2),
			.actor_name = row_str(row, 3, cx->arena),
			.kind = row_str(row, 4, cx->arena),
			.detail = row_str(row, 5, cx->arena),
		};
	for (size_t i = 0, j = count; i + 1 < j; i++) { /* the newest `limit`, told oldest first */
		struct event swap = list[--j];
		list[j] = list[i];
		list[i] = swap;
	}
	*ret_events = list;
	*ret_count = count;
	return OK;
}

enum err events_recent(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct recent_event **ret_events, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct recent_event *list = arena_array(cx->arena, struct recent_event, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, at, person_id, actor_name, kind, detail, conversation_id FROM (SELECT id, at, person_id, actor_name, kind, detail, conversation_id"
			 " FROM conversation_event WHERE +workspace_id = ?1 AND id >= ?2 ORDER BY id DESC LIMIT 500) latest"
			 " WHERE kind IN ('moderation.hide', 'moderation.restore', 'merged', 'breach', 'failed', 'held', 'unknown') ORDER BY id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(id_at(since, 0)), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct recent_event){
			.event = {
				.id = row_i64(row, 0),
				.at = row_i64(row, 1),
				.person = row_i64(row, 2),
				.actor_name = row_str(row, 3, cx->arena),
				.kind = row_str(row, 4, cx->arena),
				.detail = row_str(row, 5, cx->arena),
			},
			.conversation = row_i64(row, 6),
		};
	*ret_events = list;
	*ret_count = count;
	return OK;
}

enum err change_add(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 subject)
{
	TRY(db_run(cx, db, NULL, "INSERT INTO change (id, workspace_id, person_id, kind, subject_id) VALUES (?1, ?2, ?3, ?4, ?5)",
		   db_i64(id_new()), db_i64(workspace), db_i64(person), db_text(str_of(kind)), db_i64(subject)));
	return db_notify(cx, db);
}

enum err change_feed_start(struct cx *cx, struct db *db, struct change_feed *ret_feed)
{
	struct change_feed feed = {};
	TRY(db_number(cx, db, 0, &feed.floor, "/* all workspaces */ SELECT COALESCE(MAX(id), 0) FROM change"));
	*ret_feed = feed;
	return OK;
}

enum err changes_new(struct cx *cx, struct db *db, struct change_feed *feed, struct change **ret_changes, size_t *ret_count, bool *ret_more)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct change *list = arena_array(cx->arena, struct change, CHANGES_A_LOOK);
	i64 *ids = arena_array(cx->arena, i64, CHANGES_A_LOOK);
	size_t count = 0, read = 0, told = 0;
	TRY(db_query(cx, db, &row, "SELECT id, workspace_id, person_id, subject_id, kind FROM change WHERE id > ?1 ORDER BY id LIMIT ?2", db_i64(feed->floor),
		     db_i64(CHANGES_A_LOOK)));
	FOR_ROWS (cx, row) {
		i64 id = ids[read++] = row_i64(row, 0);
		while (told < feed->told_count && feed->told[told] < id)
			told++;
		if (told == feed->told_count || feed->told[told] != id)
			list[count++] = (struct change){id, row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena)};
	}
	bool more = read == CHANGES_A_LOOK;
	i64 newest = read ? ids[read - 1] : feed->floor, floor = more ? newest : id_at(id_time(newest) - LATE_COMMIT, 0);
	feed->floor = floor > feed->floor ? floor : feed->floor;
	feed->told_count = 0;
	for (size_t i = 0; i < read; i++)
		if (ids[i] > feed->floor)
			feed->told[feed->told_count++] = ids[i];
	*ret_changes = list;
	*ret_count = count;
	*ret_more = more;
	return OK;
}

enum err changes_prune(struct cx *cx, struct db *db, i64 before_id)
{
	TRY(db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM change WHERE id < ?1", db_i64(before_id)));
	TRY(db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM presence WHERE reading_at < ?1", db_i64(cx->now - 10 * MINUTE)));
	return db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM undo WHERE expires_at < ?1", db_i64(cx->now - HOUR));
}

enum err presence_set(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 person, bool typing, bool *ret_news)
{
	i64 fresh = 0;
	TRY(db_number(cx, db, 0, &fresh,
		      "SELECT COUNT(*) FROM presence WHERE workspace_id = ?1 AND conversation_id = ?2 AND person_id = ?3"
			  " AND reading_at > ?4 AND (typing_at > ?4) = (?5 = 1)",
		      db_i64(workspace), db_i64(conversation), db_i64(person), db_i64(cx->now - 20 * SECOND), db_bool(typing)));
	*ret_news = fresh == 0;
	return db_run(cx, db, NULL,
		      "INSERT INTO presence (workspace_id, conversation_id, person_id, reading_at, typing_at) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (workspace_id, conversation_id, person_id)"
			  " DO UPDATE SET reading_at = excluded.reading_at, typing_at = excluded.typing_at",
		      db_i64(workspace), db_i64(conversation), db_i64(person), db_i64(cx->now), db_i64(typing ? cx->now : 0));
}

static int by_reading(const void *a, const void *b)
{
	const struct presence *x = a, *y = b;
	return (x->reading_at > y->reading_at) - (x->reading_at < y->reading_at);
}

enum err presence_list(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 since, struct presence **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct presence *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT r.person_id, p.name, r.reading_at, r.typing_at FROM presence r JOIN person p ON p.id = r.person_id"
			 " WHERE r.workspace_id = ?1 AND r.conversation_id = ?2 AND r.reading_at > ?3 LIMIT 20", /* sorted below: they are few */
		     db_i64(workspace), db_i64(conversation), db_i64(since)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct presence){row_i64(row, 0), row_str(row, 1, cx->arena), row_i64(row, 2), row_i64(row, 3)};
	if (count)
		qsort(list, count, sizeof *list, by_reading);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err presence_leave(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 person)
{
	return db_run(cx, db, NULL, "DELETE FROM presence WHERE workspace_id = ?1 AND conversation_id = ?2 AND person_id = ?3",
		      db_i64(workspace), db_i64(conversation), db_i64(person));
}

enum err undo_insert(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 key, i64 expires_at, struct str steps, i64 *ret_id)
{
	i64 id = id_new();
	TRY(db_run(cx, db, NULL, "INSERT INTO undo (id, workspace_id, person_id, key_id, expires_at, steps) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", db_i64(id),
		   db_i64(workspace), db_i64(person), db_i64(key), db_i64(expires_at), db_text(steps)));
	*ret_id = id;
	return OK;
}

enum err undo_take(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 key, i64 id, struct str *ret_steps)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT expires_at, used_at, steps FROM undo WHERE workspace_id = ?1 AND id = ?2 AND person_id = ?3 AND (?4 = 0 OR key_id = ?4)",
			    db_i64(workspace), db_i64(id), db_i64(person), db_i64(key));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is nothing to undo here."));
	TRY(e);
	if (row_i64(row, 1) || row_i64(row, 0) < cx->now)
		return fail(cx, ERR_CONFLICT, N_("It is too late to undo this. You can still change it by hand."));
	struct str steps = row_str(row, 2, cx->arena);
	TRY(db_run(cx, db, NULL, "UPDATE undo SET used_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id),
		   db_i64(cx->now)));
	*ret_steps = steps;
	return OK;
}
