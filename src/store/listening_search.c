#include "store/listening_search.h"

#include "store/sql.h"

#define OF_CHANNEL_MOST 200

#define SEARCH                                                                                                                  \
	"SELECT s.workspace_id, s.query_id, s.channel_id, s.cursors, s.state, s.story, s.failures, s.asked_at, s.due_at, s.lease_at, s.looked, s.found, s.found_at," \
	" s.created_by, s.created_at FROM listening_search s "
/* Nobody is asked for a query that is paused or put away, nor by a channel that is. */
#define IN_USE                                                                                                                  \
	"JOIN listening_query q ON q.workspace_id = s.workspace_id AND q.id = s.query_id AND q.active = 1 AND q.archived_at = 0 "   \
	"JOIN channel c ON c.workspace_id = s.workspace_id AND c.id = s.channel_id AND c.archived_at = 0 AND c.state IN ('ok', 'failing') "

static struct listening_search read_search(struct cx *cx, const struct row *row)
{
	return (struct listening_search){
		.workspace = row_i64(row, 0), .query = row_i64(row, 1), .channel = row_i64(row, 2), .cursors = row_str(row, 3, cx->arena), .state = row_str(row, 4, cx->arena),
		.story = row_str(row, 5, cx->arena), .failures = row_i64(row, 6), .asked_at = row_i64(row, 7), .due_at = row_i64(row, 8), .lease_at = row_i64(row, 9),
		.looked = row_i64(row, 10), .found = row_i64(row, 11), .found_at = row_i64(row, 12), .created_by = row_i64(row, 13), .created_at = row_i64(row, 14),
	};
}

static enum err collect(struct cx *cx, struct row *row, struct listening_search **ret_searches, size_t *ret_count)
{
	struct listening_search *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_search(cx, row);
	*ret_searches = list;
	*ret_count = count;
	return OK;
}

enum err listening_search_add(struct cx *cx, struct db *db, const struct listening_search *s)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO listening_search (workspace_id, query_id, channel_id, due_at, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
			  " ON CONFLICT (query_id, channel_id) DO NOTHING",
		      db_i64(s->workspace), db_i64(s->query), db_i64(s->channel), db_i64(s->due_at), db_id(s->created_by), db_i64(s->created_at));
}

enum err listening_search_remove(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 channel)
{
	return db_run(cx, db, NULL, "DELETE FROM listening_search WHERE workspace_id = ?1 AND query_id = ?2 AND channel_id = ?3", db_i64(workspace), db_i64(query), db_i64(channel));
}

enum err listening_search_get(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 channel, struct listening_search *ret_search)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, SEARCH "WHERE s.workspace_id = ?1 AND s.query_id = ?2 AND s.channel_id = ?3", db_i64(workspace), db_i64(query), db_i64(channel)));
	*ret_search = read_search(cx, row);
	return OK;
}

enum err listening_searches_of_query(struct cx *cx, struct db *db, i64 workspace, i64 query, struct listening_search **ret_searches, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, SEARCH "WHERE s.workspace_id = ?1 AND s.query_id = ?2 ORDER BY s.channel_id", db_i64(workspace), db_i64(query)));
	return collect(cx, row, ret_searches, ret_count);
}

enum err listening_searches_of_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct listening_search **ret_searches, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     SEARCH "JOIN listening_query q ON q.workspace_id = s.workspace_id AND q.id = s.query_id AND q.archived_at = 0"
			    " WHERE s.workspace_id = ?1 AND s.channel_id = ?2 ORDER BY s.query_id LIMIT ?3",
		     db_i64(workspace), db_i64(channel), db_i64(OF_CHANNEL_MOST)));
	return collect(cx, row, ret_searches, ret_count);
}

enum err listening_searches_count(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM listening_search s " IN_USE "WHERE s.workspace_id = ?1 AND s.channel_id = ?2", db_i64(workspace), db_i64(channel));
}

enum err listening_search_rewind(struct cx *cx, struct db *db, i64 workspace, i64 query)
{
	return db_run(cx, db, NULL,
		      "UPDATE listening_search SET due_at = ?3, state = 'ok', story = '', failures = 0, lease_at = 0 WHERE workspace_id = ?1 AND query_id = ?2", db_i64(workspace),
		      db_i64(query), db_i64(cx->now));
}

enum err listening_searches_due(struct cx *cx, struct db *db, i64 now, i64 since, size_t limit, struct listening_search **ret_searches, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " SEARCH IN_USE "WHERE s.due_at <= ?1 AND s.lease_at < ?2 ORDER BY s.due_at, s.query_id, s.channel_id LIMIT ?3", db_i64(now),
		     db_i64(since), db_i64((i64)limit)));
	return collect(cx, row, ret_searches, ret_count);
}

enum err listening_searches_next_due(struct cx *cx, struct db *db, i64 since, i64 *ret_instant)
{
	return db_number(cx, db, 0, ret_instant, "/* all workspaces */ SELECT s.due_at FROM listening_search s " IN_USE "WHERE s.lease_at < ?1 ORDER BY s.due_at LIMIT 1", db_i64(since));
}

enum err listening_search_lease(struct cx *cx, struct db *db, struct listening_search *s, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE listening_search SET lease_at = ?4 WHERE workspace_id = ?1 AND query_id = ?2 AND channel_id = ?3 AND lease_at = ?5 AND due_at = ?6", db_i64(s->workspace),
		   db_i64(s->query), db_i64(s->channel), db_i64(cx->now), db_i64(s->lease_at), db_i64(s->due_at)));
	*ret_ours = changed == 1;
	if (*ret_ours)
		s->lease_at = cx->now;
	return OK;
}

enum err listening_search_save(struct cx *cx, struct db *db, const struct listening_search *s, bool goes_on, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE listening_search SET cursors = ?4, state = ?5, story = ?6, failures = ?7, asked_at = ?8, due_at = ?9, looked = ?10, found = ?11, found_at = ?12, lease_at = ?13"
		       " WHERE workspace_id = ?1 AND query_id = ?2 AND channel_id = ?3 AND lease_at = ?14",
		   db_i64(s->workspace), db_i64(s->query), db_i64(s->channel), db_text(s->cursors), db_text(s->state), db_text(s->story), db_i64(s->failures), db_i64(s->asked_at),
		   db_i64(s->due_at), db_i64(s->looked), db_i64(s->found), db_i64(s->found_at), db_i64(goes_on ? s->lease_at : 0), db_i64(s->lease_at)));
	*ret_ours = changed == 1;
	return OK;
}

enum err listening_searches_leases_end(struct cx *cx, struct db *db)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE listening_search SET lease_at = 0 WHERE lease_at > 0");
}

/* ---- found, and nothing more ---- */

enum err sought_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 message)
{
	return db_run(cx, db, NULL, "INSERT INTO sought (message_id, workspace_id, channel_id) VALUES (?1, ?2, ?3)", db_i64(message), db_i64(workspace), db_i64(channel));
}

enum err sought_end(struct cx *cx, struct db *db, i64 workspace, i64 message, bool *ret_was)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "DELETE FROM sought WHERE workspace_id = ?1 AND message_id = ?2", db_i64(workspace), db_i64(message)));
	*ret_was = changed > 0;
	return OK;
}
