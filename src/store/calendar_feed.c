#include "store/calendar_feed.h"

#include "store/sql.h"

#define FEED "SELECT id, workspace_id, person_id, name, channel_id, campaign_id, pillar_id, state, created_at, revoked_at FROM calendar_feed "

static struct calendar_feed read_feed(struct cx *cx, const struct row *row)
{
	return (struct calendar_feed){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_i64(row, 4),
				      row_i64(row, 5), row_i64(row, 6), row_str(row, 7, cx->arena), row_i64(row, 8), row_i64(row, 9)};
}

enum err calendar_feed_insert(struct cx *cx, struct db *db, const struct calendar_feed *f, struct str code_hash)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO calendar_feed (id, workspace_id, person_id, name, channel_id, campaign_id, pillar_id, state, code_hash, created_at, revoked_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
		      db_i64(f->id), db_i64(f->workspace), db_i64(f->person), db_text(f->name), db_i64(f->channel), db_i64(f->campaign), db_i64(f->pillar), db_text(f->state),
		      db_blob(code_hash), db_i64(f->created_at));
}

enum err calendar_feed_by_code(struct cx *cx, struct db *db, struct str code_hash, struct calendar_feed *ret_feed)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "/* all workspaces */ " FEED "WHERE code_hash = ?1 AND revoked_at = 0", db_blob(code_hash)));
	*ret_feed = read_feed(cx, row);
	return OK;
}

enum err calendar_feeds_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct calendar_feed **ret_feeds, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct calendar_feed *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, FEED "WHERE workspace_id = ?1 AND person_id = ?2 AND revoked_at = 0 ORDER BY id LIMIT 100", db_i64(workspace), db_i64(person)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_feed(cx, row);
	*ret_feeds = list;
	*ret_count = count;
	return OK;
}

enum err calendar_feed_revoke(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE calendar_feed SET revoked_at = ?4 WHERE workspace_id = ?1 AND person_id = ?2 AND id = ?3 AND revoked_at = 0", db_i64(workspace),
		   db_i64(person), db_i64(id), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_MISSING, N_("This address is not one of yours, or it serves no longer."));
}
