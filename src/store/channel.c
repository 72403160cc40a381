#include "store/channel.h"

#include "store/sql.h"

#define CHANNEL                                                                                                                \
	"SELECT id, workspace_id, kind, network, name, settings, secret, cursor, state, state_story, team_id, fetched_at,"      \
	" fetch_due_at, archived_at, created_at, form_key, known, verified_at, verify_due_at, expires_at, token_until,"  \
	" renewed_at, renew_due_at, renew_started_at, lease_at, is_renewal_refused, watched_until, person_id FROM channel "

static struct channel read_channel(struct cx *cx, const struct row *row)
{
	return (struct channel){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.kind = row_str(row, 2, cx->arena),
		.network = row_str(row, 3, cx->arena),
		.name = row_str(row, 4, cx->arena),
		.settings = row_str(row, 5, cx->arena),
		.secret = arena_str(cx->arena, row_blob(row, 6)),
		.cursor = row_str(row, 7, cx->arena),
		.state = row_str(row, 8, cx->arena),
		.state_story = row_str(row, 9, cx->arena),
		.team = row_i64(row, 10),
		.fetched_at = row_i64(row, 11),
		.fetch_due_at = row_i64(row, 12),
		.archived_at = row_i64(row, 13),
		.created_at = row_i64(row, 14),
		.form_key = row_str(row, 15, cx->arena),
		.known = row_str(row, 16, cx->arena),
		.verified_at = row_i64(row, 17),
		.verify_due_at = row_i64(row, 18),
		.expires_at = row_i64(row, 19),
		.token_until = row_i64(row, 20),
		.renewed_at = row_i64(row, 21),
		.renew_due_at = row_i64(row, 22),
		.renew_started_at = row_i64(row, 23),
		.lease_at = row_i64(row, 24),
		.is_renewal_refused = row_i64(row, 25),
		.watched_until = row_i64(row, 26),
		.person = row_i64(row, 27),
	};
}

static struct db_value sealed(struct str secret)
{
	return secret.len ? db_blob(secret) : db_null();
}

enum err channel_insert(struct cx *cx, struct db *db, const struct channel *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO channel (id, workspace_id, kind, network, name, settings, secret, cursor, state, state_story, team_id,"
			  " fetched_at, fetch_due_at, archived_at, created_at, verify_due_at, renew_due_at, person_id)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
		      db_i64(c->id), db_i64(c->workspace), db_text(c->kind), db_text(c->network), db_text(c->name),
		      db_text(c->settings.len ? c->settings : S("{}")), sealed(c->secret), db_text(c->cursor),
		      db_text(c->state.len ? c->state : S("ok")), db_text(c->state_story), db_id(c->team), db_i64(c->fetched_at),
		      db_i64(c->fetch_due_at), db_i64(c->archived_at), db_i64(c->created_at), db_i64(c->verify_due_at), db_i64(c->renew_due_at),
		      db_id(c->person));
}

enum err channel_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct channel *ret_channel)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This channel does not exist in this workspace."));
	TRY(e);
	*ret_channel = read_channel(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, struct channel **ret_channels, size_t *ret_count)
{
	struct channel *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_channel(cx, row);
	*ret_channels = list;
	*ret_count = count;
	return OK;
}

enum err channel_list(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY id LIMIT 500", db_i64(workspace)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channel_rank(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_rank)
{
	return db_number(cx, db, -1, ret_rank,
			 "SELECT (SELECT COUNT(*) FROM channel c WHERE c.workspace_id = ?1 AND c.archived_at = 0 AND c.id < p.id) FROM channel p"
			 " WHERE p.workspace_id = ?1 AND p.id = ?2 AND p.archived_at = 0",
			 db_i64(workspace), db_i64(id));
}

enum err channel_page(struct cx *cx, struct db *db, i64 workspace, i64 skip, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY id LIMIT ?2 OFFSET ?3", db_i64(workspace),
		     db_i64((i64)limit), db_i64(skip)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channels_ailing(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND archived_at = 0 AND state IN ('broken', 'failing') ORDER BY state, id LIMIT 50",
		     db_i64(workspace)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channels_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count, i64 *ret_fetched_at)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT COUNT(*), COALESCE(MAX(fetched_at), 0) FROM channel WHERE workspace_id = ?1 AND archived_at = 0", db_i64(workspace)));
	*ret_count = row_i64(row, 0);
	*ret_fetched_at = row_i64(row, 1);
	return OK;
}

enum err channel_list_archived(struct cx *cx, struct db *db, i64 workspace, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND archived_at > 0 ORDER BY archived_at DESC, id LIMIT 200", db_i64(workspace)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channel_by_name(struct cx *cx, struct db *db, i64 workspace, struct str kind, struct str name, struct channel *ret_channel)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, CHANNEL "WHERE workspace_id = ?1 AND kind = ?2 AND name = ?3 AND archived_at = 0 ORDER BY id LIMIT 1",
		   db_i64(workspace), db_text(kind), db_text(name)));
	*ret_channel = read_channel(cx, row);
	return OK;
}

enum err channel_by_id(struct cx *cx, struct db *db, i64 id, struct channel *ret_channel)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "/* all workspaces */ " CHANNEL "WHERE id = ?1", db_i64(id)));
	*ret_channel = read_channel(cx, row);
	return OK;
}

enum err channel_by_form(struct cx *cx, struct db *db, struct str key, struct channel *ret_channel)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "/* all workspaces */ " CHANNEL "WHERE form_key = ?1", db_text(key)));
	*ret_channel = read_channel(cx, row);
	return OK;
}

enum err channel_update(struct cx *cx, struct db *db, const struct channel *c)
{
	return db_run(cx, db, NULL,
		      "UPDATE channel SET name = ?3, settings = ?4, state = ?5, state_story = ?6, team_id = ?7,"
			  " archived_at = ?8, fetch_due_at = ?9, form_key = ?10, verify_due_at = ?11, network = ?12, person_id = ?13, lease_at = 0 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(c->workspace), db_i64(c->id), db_text(c->name), db_text(c->settings), db_text(c->state),
		      db_text(c->state_story), db_id(c->team), db_i64(c->archived_at), db_i64(c->fetch_due_at),
		      c->form_key.len ? db_text(c->form_key) : db_null(), db_i64(c->verify_due_at), db_text(c->network), db_id(c->person));
}

enum err channel_renew_secret(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str before, struct str secret, bool *ret_kept)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE channel SET secret = ?4, renewed_at = ?5 WHERE workspace_id = ?1 AND id = ?2 AND secret IS NOT DISTINCT FROM ?3", db_i64(workspace), db_i64(id),
		   sealed(before), sealed(secret), db_i64(cx->now)));
	*ret_kept = changed == 1;
	return OK;
}

enum err channel_set_secret(struct cx *cx, struct db *db, const struct channel *c)
{
	return db_run(cx, db, NULL,
		      "UPDATE channel SET secret = ?3, renew_due_at = ?4, token_until = 0, expires_at = 0, renewed_at = 0, renew_started_at = 0, is_renewal_refused = 0"
			  " WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(c->workspace), db_i64(c->id), sealed(c->secret), db_i64(c->renew_due_at));
}

enum err channel_connected(struct cx *cx, struct db *db, const struct channel *c)
{
	return db_run(cx, db, NULL,
		      "UPDATE channel SET secret = ?3, token_until = ?4, expires_at = ?5, renewed_at = ?6, renew_due_at = ?7, renew_started_at = 0,"
		      " is_renewal_refused = 0 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(c->workspace), db_i64(c->id), sealed(c->secret), db_i64(c->token_until), db_i64(c->expires_at), db_i64(c->renewed_at), db_i64(c->renew_due_at));
}

enum err channel_renew_start(struct cx *cx, struct db *db, const struct channel *c, i64 since, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE channel SET renew_started_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND renew_started_at < ?4 AND secret = ?5 AND archived_at = 0",
		   db_i64(c->workspace), db_i64(c->id), db_i64(cx->now), db_i64(since), db_blob(c->secret)));
	*ret_ours = changed == 1;
	return OK;
}

enum err channel_renewed(struct cx *cx, struct db *db, const struct channel *c, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE channel SET secret = COALESCE(?3, secret), token_until = ?4, expires_at = ?5, renewed_at = ?6, renew_due_at = ?7, renew_started_at = 0,"
		       " is_renewal_refused = ?9 WHERE workspace_id = ?1 AND id = ?2 AND renew_started_at = ?8",
		   db_i64(c->workspace), db_i64(c->id), sealed(c->secret), db_i64(c->token_until), db_i64(c->expires_at), db_i64(c->renewed_at),
		   db_i64(c->renew_due_at), db_i64(c->renew_started_at), db_bool(c->is_renewal_refused)));
	*ret_ours = changed == 1;
	return OK;
}

enum err channel_renew_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " CHANNEL "WHERE renew_due_at > 0 AND renew_due_at <= ?1 AND archived_at = 0 ORDER BY renew_due_at, id LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channel_verified(struct cx *cx, struct db *db, const struct channel *c)
{
	return db_run(cx, db, NULL,
		      "UPDATE channel SET known = ?3, verified_at = ?4, verify_due_at = ?5, expires_at = ?6, state = ?7, state_story = ?8,"
			  " lease_at = CASE WHEN state <> ?7 THEN 0 ELSE lease_at END WHERE workspace_id = ?1 AND id = ?2", /* who reads it just now says nothing of its state */
		      db_i64(c->workspace), db_i64(c->id), db_text(c->known.len ? c->known : S("{}")), db_i64(c->verified_at), db_i64(c->verify_due_at),
		      db_i64(c->expires_at), db_text(c->state), db_text(c->state_story));
}

enum err channel_fetched(struct cx *cx, struct db *db, const struct channel *c, bool goes_on, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE channel SET cursor = ?3, state = ?4, state_story = ?5, fetched_at = ?6,"
		       " fetch_due_at = CASE WHEN rang_at > ?9 THEN rang_at ELSE ?7 END, lease_at = ?8" /* something came while it was read */
		       " WHERE workspace_id = ?1 AND id = ?2 AND lease_at = ?9",
		   db_i64(c->workspace), db_i64(c->id), db_text(c->cursor), db_text(c->state), db_text(c->state_story), db_i64(c->fetched_at),
		   db_i64(c->fetch_due_at), db_i64(goes_on ? c->lease_at : 0), db_i64(c->lease_at)));
	*ret_ours = changed == 1;
	return OK;
}

enum err channel_watch(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 before, i64 until, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "UPDATE channel SET watched_until = ?4 WHERE workspace_id = ?1 AND id = ?2 AND watched_until = ?3", db_i64(workspace), db_i64(id),
		   db_i64(before), db_i64(until)));
	*ret_ours = changed == 1;
	return OK;
}

enum err channel_watches_end(struct cx *cx, struct db *db)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE channel SET watched_until = 0 WHERE watched_until > 0");
}

enum err channel_rang(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL,
		      "UPDATE channel SET rang_at = ?3, fetch_due_at = CASE WHEN fetch_due_at > ?3 THEN ?3 ELSE fetch_due_at END"
			  " WHERE workspace_id = ?1 AND id = ?2 AND state = 'ok'",
		      db_i64(workspace), db_i64(id), db_i64(cx->now));
}

/* Not before its account was looked at for the first time, while that is due: what is read may need what is found there. */
#define LOOKED_AT(now) " AND NOT (verified_at = 0 AND verify_due_at > 0 AND verify_due_at <= " now ")"

enum err channel_due(struct cx *cx, struct db *db, i64 now, i64 since, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " CHANNEL "WHERE state IN ('ok', 'failing') AND fetch_due_at > 0 AND fetch_due_at <= ?1 AND archived_at = 0 AND lease_at < ?2" LOOKED_AT("?1")
				 " ORDER BY fetch_due_at, id LIMIT ?3",
		     db_i64(now), db_i64(since), db_i64((i64)limit)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channel_next_due(struct cx *cx, struct db *db, i64 since, i64 *ret_instant)
{
	return db_number(cx, db, 0, ret_instant,
			 "/* all workspaces */ SELECT COALESCE(MIN(fetch_due_at), 0) FROM channel WHERE state IN ('ok', 'failing') AND fetch_due_at > 0 AND archived_at = 0 AND lease_at < ?1" LOOKED_AT("?2"),
			 db_i64(since), db_i64(cx->now));
}

enum err channel_lease(struct cx *cx, struct db *db, struct channel *c, bool *ret_ours)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "UPDATE channel SET lease_at = ?4 WHERE workspace_id = ?1 AND id = ?2 AND lease_at = ?3", db_i64(c->workspace), db_i64(c->id),
		   db_i64(c->lease_at), db_i64(cx->now)));
	*ret_ours = changed == 1;
	if (*ret_ours)
		c->lease_at = cx->now;
	return OK;
}

enum err channel_lease_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 lease)
{
	return db_run(cx, db, NULL, "UPDATE channel SET lease_at = 0 WHERE workspace_id = ?1 AND id = ?2 AND lease_at = ?3", db_i64(workspace), db_i64(id), db_i64(lease));
}

enum err channel_leases_end(struct cx *cx, struct db *db)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE channel SET lease_at = 0 WHERE lease_at > 0");
}

enum err channel_verify_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " CHANNEL "WHERE verify_due_at > 0 AND verify_due_at <= ?1 AND archived_at = 0 AND state <> 'paused'"
						     " ORDER BY verify_due_at, id LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channels_after(struct cx *cx, struct db *db, i64 after, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " CHANNEL "WHERE id > ?1 AND archived_at = 0 ORDER BY id LIMIT ?2", db_i64(after), db_i64((i64)limit)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channels_of_kind(struct cx *cx, struct db *db, struct str kind, struct channel **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " CHANNEL "WHERE kind = ?1 ORDER BY id", db_text(kind)));
	return collect(cx, row, ret_channels, ret_count);
}

enum err channel_count_of_kind(struct cx *cx, struct db *db, struct str kind, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "/* all workspaces */ SELECT COUNT(*) FROM channel WHERE kind = ?1 AND archived_at = 0", db_text(kind));
}
