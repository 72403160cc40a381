#include "store/check.h"

#include "base/clock.h"
#include "store/sql.h"

enum err check_merge_circles(struct cx *cx, struct db *db, i64 workspace, i64 *ret_conversations, i64 *ret_contacts)
{
	TRY(db_number(cx, db, 0, ret_conversations,
		      "WITH RECURSIVE walk(id, place) AS (SELECT id, merged_into FROM conversation WHERE workspace_id = ?1 AND merged_into IS NOT NULL"
			  " UNION SELECT w.id, c.merged_into FROM walk w JOIN conversation c ON c.id = w.place AND c.workspace_id = ?1"
			  " WHERE c.merged_into IS NOT NULL) SELECT COUNT(*) FROM walk WHERE id = place",
		      db_i64(workspace)));
	return db_number(cx, db, 0, ret_contacts,
			 "WITH RECURSIVE walk(id, place) AS (SELECT id, merged_into FROM contact WHERE workspace_id = ?1 AND merged_into IS NOT NULL"
			     " UNION SELECT w.id, c.merged_into FROM walk w JOIN contact c ON c.id = w.place AND c.workspace_id = ?1"
			     " WHERE c.merged_into IS NOT NULL) SELECT COUNT(*) FROM walk WHERE id = place",
			 db_i64(workspace));
}

enum err check_counters(struct cx *cx, struct db *db, i64 workspace, i64 sample, i64 *ret_wrong, i64 *ret_one)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT COUNT(*), MIN(s.id) FROM (SELECT c.id, c.message_count, (SELECT COUNT(*) FROM message m WHERE m.workspace_id = ?1"
		       " AND m.conversation_id = c.id AND (m.direction = 'in' OR (m.direction = 'out' AND m.reply_state = 'sent'))) AS there"
		       " FROM conversation c WHERE +c.workspace_id = ?1 AND c.merged_into IS NULL ORDER BY c.id DESC LIMIT ?2) s WHERE s.message_count <> s.there",
		   db_i64(workspace), db_i64(sample)));
	*ret_wrong = row_i64(row, 0);
	*ret_one = row_i64(row, 1);
	return OK;
}

enum err check_index(struct cx *cx, struct db *db, i64 workspace, i64 sample, i64 *ret_missing)
{
	*ret_missing = 0;
	if (db_kind(db) != DB_POSTGRES)
		return OK;
	return db_number(cx, db, 0, ret_missing,
			 "/* postgres */ SELECT COUNT(*) FROM (SELECT m.id FROM message m WHERE m.workspace_id = ?1 AND m.direction = 'in' ORDER BY m.id DESC LIMIT ?2) s"
			     " WHERE NOT EXISTS (SELECT 1 FROM message_fts f WHERE f.message_id = s.id AND f.workspace_id = ?1)",
			 db_i64(workspace), db_i64(sample));
}

enum err check_publications(struct cx *cx, struct db *db, i64 workspace, i64 before, struct check_acts *ret_acts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT COALESCE(SUM(CASE WHEN state = 'leased' AND lease_until < ?2 THEN 1 ELSE 0 END), 0),"
		       " COALESCE(SUM(CASE WHEN state = 'due' AND due_at < ?2 THEN 1 ELSE 0 END), 0),"
		       " COALESCE(SUM(CASE WHEN state = 'unknown' AND due_at > ?3 THEN 1 ELSE 0 END), 0),"
		       " COALESCE(SUM(CASE WHEN state = 'held' THEN 1 ELSE 0 END), 0)"
		       " FROM publication WHERE workspace_id = ?1 AND state IN ('due', 'leased', 'held', 'unknown', 'waiting', 'late', 'handed')",
		   db_i64(workspace), db_i64(before), db_i64(cx->now + 365 * DAY)));
	*ret_acts = (struct check_acts){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3)};
	return OK;
}

enum err check_future(struct cx *cx, struct db *db, i64 workspace, i64 *ret_messages)
{
	return db_number(cx, db, 0, ret_messages, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND received_at > ?2", db_i64(workspace),
			 db_i64(cx->now + DAY));
}

enum err check_imports(struct cx *cx, struct db *db, i64 workspace, i64 *ret_stuck)
{
	return db_number(cx, db, 0, ret_stuck,
			 "SELECT COUNT(*) FROM import_run WHERE workspace_id = ?1 AND ((state = 'running' AND lease_until < ?2) OR (state = 'waiting' AND started_at < ?3))",
			 db_i64(workspace), db_i64(cx->now), db_i64(cx->now - HOUR));
}

enum err check_blobs(struct cx *cx, struct db *db, i64 workspace, struct str after, size_t limit, struct str **ret_names, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str *list = arena_array(cx->arena, struct str, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT blob_hash FROM (SELECT blob_hash FROM attachment WHERE workspace_id = ?1 AND blob_hash > ?2"
			 " UNION SELECT blob_hash FROM media WHERE workspace_id = ?1 AND blob_hash > ?2"
			 " UNION SELECT blob_hash FROM brand_font WHERE workspace_id = ?1 AND blob_hash > ?2"
			 " UNION SELECT blob_hash FROM studio_template WHERE workspace_id = ?1 AND blob_hash > ?2) AS blobs ORDER BY blob_hash LIMIT ?3",
		     db_i64(workspace), db_text(after), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = row_str(row, 0, cx->arena);
	*ret_names = list;
	*ret_count = count;
	return OK;
}
