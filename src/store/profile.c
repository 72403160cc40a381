#include "store/profile.h"

#include "store/sql.h"

#define VERSION "SELECT id, workspace_id, document, avatar_id, cover_id, created_by, created_at FROM profile_kit "

static struct profile_version read_version(struct cx *cx, const struct row *row)
{
	return (struct profile_version){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_i64(row, 3), row_i64(row, 4), row_i64(row, 5), row_i64(row, 6)};
}

enum err profile_version_insert(struct cx *cx, struct db *db, const struct profile_version *v)
{
	return db_run(cx, db, NULL, "INSERT INTO profile_kit (id, workspace_id, document, avatar_id, cover_id, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", db_i64(v->id),
		      db_i64(v->workspace), db_text(v->document), db_id(v->avatar), db_id(v->cover), db_id(v->created_by), db_i64(v->created_at));
}

enum err profile_version_newest(struct cx *cx, struct db *db, i64 workspace, struct profile_version *ret_version)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, VERSION "WHERE workspace_id = ?1 ORDER BY id DESC LIMIT 1", db_i64(workspace)));
	*ret_version = read_version(cx, row);
	return OK;
}

enum err profile_versions(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct profile_version **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct profile_version *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, VERSION "WHERE workspace_id = ?1 ORDER BY id DESC LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_version(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* ---- channels ---- */

#define ROW                                                                                                                    \
	"SELECT lang, own, shown, avatar_blob, cover_blob, avatar_of, cover_of, avatar_distance, cover_distance, read_at, tried_at, due_at, story, drifted, drifted_at"   \
	" FROM channel_profile "

enum err channel_profile_get(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_profile_row *ret_row)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct channel_profile_row r = {.channel = channel, .workspace = workspace, .own = S("{}"), .shown = S("{}"), .avatar_distance = -1, .cover_distance = -1};
	enum err e = db_one(cx, db, &row, ROW "WHERE workspace_id = ?1 AND channel_id = ?2", db_i64(workspace), db_i64(channel));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_row = r;
		return OK;
	}
	TRY(e);
	*ret_row = (struct channel_profile_row){
		.channel = channel, .workspace = workspace, .lang = row_str(row, 0, cx->arena), .own = row_str(row, 1, cx->arena), .shown = row_str(row, 2, cx->arena),
		.avatar_blob = row_str(row, 3, cx->arena), .cover_blob = row_str(row, 4, cx->arena), .avatar_of = row_i64(row, 5), .cover_of = row_i64(row, 6),
		.avatar_distance = row_i64(row, 7), .cover_distance = row_i64(row, 8), .read_at = row_i64(row, 9), .tried_at = row_i64(row, 10), .due_at = row_i64(row, 11),
		.story = row_str(row, 12, cx->arena), .drifted = row_str(row, 13, cx->arena), .drifted_at = row_i64(row, 14),
	};
	return OK;
}

enum err channel_profile_save_own(struct cx *cx, struct db *db, const struct channel_profile_row *r)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_profile (channel_id, workspace_id, lang, own) VALUES (?1, ?2, ?3, ?4)"
			  " ON CONFLICT (channel_id) DO UPDATE SET lang = excluded.lang, own = excluded.own WHERE channel_profile.workspace_id = excluded.workspace_id",
		      db_i64(r->channel), db_i64(r->workspace), db_text(r->lang), db_text(r->own));
}

enum err channel_profile_save_shown(struct cx *cx, struct db *db, const struct channel_profile_row *r)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_profile (channel_id, workspace_id, shown, avatar_blob, cover_blob, avatar_of, cover_of, avatar_distance, cover_distance, read_at, tried_at, due_at,"
			  " story, drifted, drifted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (channel_id) DO UPDATE SET shown = excluded.shown,"
			  " avatar_blob = excluded.avatar_blob, cover_blob = excluded.cover_blob, avatar_of = excluded.avatar_of, cover_of = excluded.cover_of,"
			  " avatar_distance = excluded.avatar_distance, cover_distance = excluded.cover_distance, read_at = excluded.read_at, tried_at = excluded.tried_at,"
			  " due_at = excluded.due_at, story = excluded.story, drifted = excluded.drifted, drifted_at = excluded.drifted_at"
			  " WHERE channel_profile.workspace_id = excluded.workspace_id",
		      db_i64(r->channel), db_i64(r->workspace), db_text(r->shown), db_text(r->avatar_blob), db_text(r->cover_blob), db_i64(r->avatar_of), db_i64(r->cover_of),
		      db_i64(r->avatar_distance), db_i64(r->cover_distance), db_i64(r->read_at), db_i64(r->tried_at), db_i64(r->due_at), db_text(r->story), db_text(r->drifted),
		      db_i64(r->drifted_at));
}

enum err channel_profile_due(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE channel_profile SET due_at = ?3 WHERE workspace_id = ?1 AND (?2 = 0 OR channel_id = ?2)", db_i64(workspace), db_i64(channel), db_i64(at));
}

enum err channel_profiles_due(struct cx *cx, struct db *db, struct str kind, i64 now, size_t limit, struct profile_channel **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct profile_channel *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT c.workspace_id, c.id FROM channel c WHERE c.state = 'ok' AND c.kind = ?1 AND c.archived_at = 0 AND (c.verified_at > 0 OR c.kind = 'simulator')"
			 " AND EXISTS (SELECT 1 FROM profile_kit k WHERE k.workspace_id = c.workspace_id)"
			 " AND NOT EXISTS (SELECT 1 FROM channel_profile p WHERE p.workspace_id = c.workspace_id AND p.channel_id = c.id AND p.due_at > ?2) ORDER BY c.id LIMIT ?3",
		     db_text(kind), db_i64(now), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct profile_channel){row_i64(row, 0), row_i64(row, 1)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err channel_profile_save_asking(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 asking)
{
	return db_run(cx, db, NULL, "UPDATE channel_profile SET asking = ?3 WHERE workspace_id = ?1 AND channel_id = ?2", db_i64(workspace), db_i64(channel), db_i64(asking));
}

enum err channel_profiles_asking(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM channel_profile p JOIN channel c ON c.id = p.channel_id WHERE p.workspace_id = ?1 AND c.archived_at = 0 AND p.asking > 0", db_i64(workspace));
}

/* ---- orders ---- */

enum err profile_order_insert(struct cx *cx, struct db *db, const struct profile_order *o)
{
	return db_run(cx, db, NULL, "INSERT INTO profile_order (publication_id, workspace_id, document, avatar_id, cover_id) VALUES (?1, ?2, ?3, ?4, ?5)", db_i64(o->publication),
		      db_i64(o->workspace), db_text(o->document), db_id(o->avatar), db_id(o->cover));
}

enum err profile_order_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct profile_order *ret_order)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT document, avatar_id, cover_id FROM profile_order WHERE workspace_id = ?1 AND publication_id = ?2", db_i64(workspace), db_i64(publication));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This outgoing act does not exist in this workspace."));
	TRY(e);
	*ret_order = (struct profile_order){publication, workspace, row_str(row, 0, cx->arena), row_i64(row, 1), row_i64(row, 2)};
	return OK;
}
