#include "store/publication.h"

#include "model/actor.h"
#include "store/sql.h"

#define PUBLICATION                                                                                                            \
	"SELECT id, workspace_id, channel_id, act, message_id, dedup_key, state, due_at, lease_until, lease_token, attempts,"    \
	" remote_id, remote_url, story, created_by, created_at, done_at, variant_id, part, follows_id, planned_at, asks FROM publication "

static const char *const state_words[PUBLICATION_STATE_COUNT] = {
	[PUBLICATION_DUE] = "due", [PUBLICATION_LEASED] = "leased", [PUBLICATION_SENT] = "sent", [PUBLICATION_FAILED] = "failed",
	[PUBLICATION_HELD] = "held", [PUBLICATION_UNKNOWN] = "unknown", [PUBLICATION_WITHDRAWN] = "withdrawn",
	[PUBLICATION_WAITING] = "waiting", [PUBLICATION_LATE] = "late", [PUBLICATION_HANDED] = "handed",
};

const char *publication_state_word(enum publication_state state)
{
	must(state < PUBLICATION_STATE_COUNT);
	return state_words[state];
}

static struct publication read_publication(struct cx *cx, const struct row *row)
{
	struct publication p = {
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.channel = row_i64(row, 2),
		.act = row_str(row, 3, cx->arena),
		.message = row_i64(row, 4),
		.dedup_key = row_str(row, 5, cx->arena),
		.due_at = row_i64(row, 7),
		.lease_until = row_i64(row, 8),
		.lease_token = row_str(row, 9, cx->arena),
		.attempts = row_i64(row, 10),
		.remote_id = row_str(row, 11, cx->arena),
		.remote_url = row_str(row, 12, cx->arena),
		.story = row_str(row, 13, cx->arena),
		.created_by = row_i64(row, 14),
		.created_at = row_i64(row, 15),
		.done_at = row_i64(row, 16),
		.variant = row_i64(row, 17),
		.part = row_i64(row, 18),
		.follows = row_i64(row, 19),
		.planned_at = row_i64(row, 20),
		.asks = row_str(row, 21, cx->arena),
	};
	for (int i = 0; i < PUBLICATION_STATE_COUNT; i++)
		if (str_eq(row_text(row, 6), str_of(state_words[i])))
			p.state = (enum publication_state)i;
	return p;
}

enum err publication_insert(struct cx *cx, struct db *db, const struct publication *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO publication (id, workspace_id, channel_id, act, message_id, dedup_key, state, due_at, created_by, created_at, variant_id, part, follows_id, planned_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
		      db_i64(p->id), db_i64(p->workspace), db_i64(p->channel), db_text(p->act), db_id(p->message), db_text(p->dedup_key),
		      db_text(str_of(publication_state_word(p->state))), db_i64(p->due_at), db_id(p->created_by), db_i64(p->created_at),
		      db_id(p->variant), db_i64(p->part), db_id(p->follows), db_i64(p->planned_at));
}

enum err publication_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct publication *ret_publication)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, PUBLICATION "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This outgoing act does not exist in this workspace."));
	TRY(e);
	*ret_publication = read_publication(cx, row);
	return OK;
}

enum err publication_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str act, struct publication *ret_publication)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, PUBLICATION "WHERE workspace_id = ?1 AND message_id = ?2 AND act = ?3 ORDER BY id DESC LIMIT 1",
		   db_i64(workspace), db_i64(message), db_text(act)));
	*ret_publication = read_publication(cx, row);
	return OK;
}

enum err publication_profile(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct publication *ret_publication)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, PUBLICATION "WHERE workspace_id = ?1 AND channel_id = ?2 AND act = 'profile' ORDER BY id DESC LIMIT 1", db_i64(workspace), db_i64(channel)));
	*ret_publication = read_publication(cx, row);
	return OK;
}

enum err publication_reaction(struct cx *cx, struct db *db, i64 workspace, i64 message, struct publication *ret_publication)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, PUBLICATION "WHERE workspace_id = ?1 AND message_id = ?2 AND act IN ('react', 'unreact') AND state NOT IN ('failed', 'withdrawn') "
		   "ORDER BY id DESC LIMIT 1", db_i64(workspace), db_i64(message)));
	*ret_publication = read_publication(cx, row);
	return OK;
}

/* What nobody works for: of a channel of which something is leased, nothing is taken. */
#define FREE "channel_id NOT IN (SELECT channel_id FROM publication WHERE state = 'leased' AND lease_until >= ?1)"
/* What is paused waits: posts, and answers where that was said (store/suspension.h). What is looked for is looked for all the same. */
#define PAUSED(more) "(SELECT c.id FROM suspension s JOIN channel c ON c.workspace_id = s.workspace_id AND (s.channel_id IS NULL OR s.channel_id = c.id) WHERE s.ended_at = 0" more ")"
#define GOES "(CASE WHEN variant_id IS NOT NULL OR act = 'profile' THEN channel_id NOT IN " PAUSED("") " ELSE act <> 'reply' OR channel_id NOT IN " PAUSED(" AND s.holds_answers = 1") " END)"
/* The index that leads holds all that is asked for here: thousands of acts of one channel may wait before the first of another. */
#define FIRST(condition) "SELECT * FROM (SELECT due_at, id, workspace_id, channel_id FROM publication WHERE " condition " AND " FREE " ORDER BY due_at, id LIMIT 1) "

enum err publication_next_channel(struct cx *cx, struct db *db, i64 *ret_workspace, i64 *ret_channel)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "/* all workspaces */ SELECT workspace_id, channel_id FROM (" FIRST("state = 'due' AND due_at <= ?1 AND " GOES) "d UNION ALL "
		       FIRST("state = 'unknown' AND due_at <= ?1") "u UNION ALL " FIRST("state = 'leased' AND lease_until < ?1") "l) f ORDER BY due_at, id LIMIT 1",
		   db_i64(cx->now)));
	*ret_workspace = row_i64(row, 0);
	*ret_channel = row_i64(row, 1);
	return OK;
}

enum err publication_lease(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str token, i64 lease_until, size_t limit, struct publication **ret_list,
			   size_t *ret_count)
{
	/* Candidates first, then each is taken by an UPDATE that names the state it was seen in: what another taker got
	 * meanwhile changes no row. One statement for both engines. */
	struct publication *list = NULL;
	size_t count = 0, capacity = 0, kept = 0;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_query(cx, db, &row,
			     PUBLICATION "WHERE workspace_id = ?3 AND channel_id = ?4 AND state IN ('due', 'leased', 'held', 'unknown', 'waiting', 'late', 'handed')"
					 " AND ((state = 'due' AND due_at <= ?1 AND " GOES ") OR (state = 'unknown' AND due_at <= ?1) OR (state = 'leased' AND lease_until < ?1)) AND " FREE " ORDER BY due_at, id LIMIT ?2",
			     db_i64(cx->now), db_i64((i64)limit), db_i64(workspace), db_i64(channel)));
		FOR_ROWS (cx, row)
			*arena_push(cx->arena, list, count, capacity) = read_publication(cx, row);
	}
	for (size_t i = 0; i < count; i++) {
		struct publication *p = &list[i];
		i64 changed = 0;
		TRY(db_run(cx, db, &changed,
			   "UPDATE publication SET state = 'leased', lease_token = ?3, lease_until = ?4, attempts = attempts + 1"
			       " WHERE workspace_id = ?1 AND id = ?2 AND state = ?5 AND lease_until = ?6",
			   db_i64(p->workspace), db_i64(p->id), db_text(token), db_i64(lease_until),
			   db_text(str_of(publication_state_word(p->state))), db_i64(p->lease_until)));
		if (changed != 1)
			continue;
		p->attempts++;
		if (p->state == PUBLICATION_LEASED) /* its taker died: nobody knows whether the call was made */
			p->state = PUBLICATION_UNKNOWN;
		list[kept++] = *p;
	}
	*ret_list = list;
	*ret_count = kept;
	return OK;
}

enum err publications_due_by(struct cx *cx, struct db *db, i64 until)
{
	return db_run(cx, db, NULL,
		      "/* all workspaces */ UPDATE publication SET due_at = ?2 WHERE state IN ('due', 'unknown') AND due_at > ?1 AND due_at < ?3 AND attempts > 0 AND due_at > planned_at",
		      db_i64(until), db_i64(cx->now), db_i64(INT64_MAX));
}

enum err publications_orphaned(struct cx *cx, struct db *db, i64 until)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE publication SET lease_until = ?1 WHERE state = 'leased' AND lease_until > ?1", db_i64(until));
}

enum err publication_settle(struct cx *cx, struct db *db, const struct publication *p, struct str token)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = ?4, due_at = ?5, remote_id = ?6, remote_url = ?7, story = ?8, done_at = ?9, attempts = ?10,"
		       " lease_token = '', lease_until = 0 WHERE workspace_id = ?1 AND id = ?2 AND state = 'leased' AND lease_token = ?3",
		   db_i64(p->workspace), db_i64(p->id), db_text(token), db_text(str_of(publication_state_word(p->state))), db_i64(p->due_at),
		   db_text(p->remote_id), db_text(p->remote_url), db_text(p->story), db_i64(p->done_at), db_i64(p->attempts)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Another worker took this over meanwhile."));
}

enum err publication_keep(struct cx *cx, struct db *db, const struct publication *p, struct str token, i64 lease_until)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE publication SET lease_until = ?4 WHERE workspace_id = ?1 AND id = ?2 AND state = 'leased' AND lease_token = ?3",
		   db_i64(p->workspace), db_i64(p->id), db_text(token), db_i64(lease_until)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Another worker took this over meanwhile."));
}

enum err publication_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = 'withdrawn', done_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND (state IN ('due', 'held', 'failed', 'waiting', 'late')"
		       " OR (state = 'handed' AND NOT EXISTS (SELECT 1 FROM handing h WHERE h.publication_id = publication.id AND h.taken_until > ?3)))",
		   db_i64(workspace), db_i64(id), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
}

enum err publication_returned(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str story)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = 'failed', story = ?3, done_at = ?4 WHERE workspace_id = ?1 AND id = ?2 AND state = 'sent'",
		   db_i64(workspace), db_i64(id), db_text(story), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Another worker took this over meanwhile."));
}

enum err publication_told(struct cx *cx, struct db *db, const struct publication *p)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = ?3, due_at = ?4, planned_at = ?5, remote_id = ?6, remote_url = ?7, story = ?8, done_at = ?9 WHERE workspace_id = ?1 AND id = ?2 AND state = 'handed'",
		   db_i64(p->workspace), db_i64(p->id), db_text(str_of(publication_state_word(p->state))), db_i64(p->due_at), db_i64(p->planned_at), db_text(p->remote_id),
		   db_text(p->remote_url), db_text(p->story), db_i64(p->done_at)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Somebody has said meanwhile what became of it. Look at it again."));
}

enum err publication_untold(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 since)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = 'handed', remote_id = '', remote_url = '', done_at = 0 WHERE workspace_id = ?1 AND id = ?2 AND state = 'sent' AND done_at >= ?3",
		   db_i64(workspace), db_i64(id), db_i64(since)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("It is too late to take that back here."));
}

enum err publication_hurry(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 due_at)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = 'due', due_at = ?3, asks = '' WHERE workspace_id = ?1 AND id = ?2 AND state IN ('due', 'held', 'failed', 'late')",
		   db_i64(workspace), db_i64(id), db_i64(due_at)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
}

enum err publication_ask(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str about, struct str story)
{
	return db_run(cx, db, NULL, "UPDATE publication SET state = 'late', asks = ?4, story = ?3 WHERE workspace_id = ?1 AND id = ?2 AND state = 'due'", db_i64(workspace), db_i64(id),
		      db_text(story), db_text(about));
}

enum err publication_decide(struct cx *cx, struct db *db, i64 workspace, i64 id, bool arrived)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE publication SET state = ?3, due_at = ?4, done_at = CASE WHEN ?3 = 'sent' THEN ?4 ELSE 0 END"
		       " WHERE workspace_id = ?1 AND id = ?2 AND state = 'unknown'",
		   db_i64(workspace), db_i64(id), db_text(arrived ? S("sent") : S("due")), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("It is known by now what became of this answer. Look at it again."));
}

/* In the words of the index of what has not left: SQLite takes it only for these. */
#define WAITING "state IN ('due', 'leased', 'held', 'unknown', 'waiting', 'late', 'handed')"

enum err publications_hold(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str story)
{
	TRY(db_run(cx, db, NULL,
		   "UPDATE message SET reply_state = 'held' WHERE +workspace_id = ?1 AND reply_state = 'queued' AND id IN"
		       " (SELECT message_id FROM publication WHERE workspace_id = ?1 AND channel_id = ?2 AND " WAITING " AND state = 'due' AND act = 'reply')",
		   db_i64(workspace), db_i64(channel)));
	return db_run(cx, db, NULL, "UPDATE publication SET state = 'held', story = ?3 WHERE workspace_id = ?1 AND channel_id = ?2 AND " WAITING " AND state = 'due'",
		      db_i64(workspace), db_i64(channel), db_text(story));
}

#define BESIDE "workspace_id = ?1 AND channel_id = ?2 AND " WAITING " AND state = 'due' AND act = 'reply' AND message_id IN (SELECT id FROM message WHERE workspace_id = ?1 AND conversation_id = ?3)"

enum err publications_in_order(struct cx *cx, struct db *db, const struct publication *p, i64 conversation)
{
	TRY(db_run(cx, db, NULL, "UPDATE publication SET due_at = ?5 + 1 WHERE " BESIDE " AND id > ?4 AND due_at <= ?5", db_i64(p->workspace), db_i64(p->channel),
		   db_i64(conversation), db_i64(p->id), db_i64(p->due_at)));
	return db_run(cx, db, NULL, "UPDATE publication SET due_at = ?5 - 1 WHERE " BESIDE " AND id < ?4 AND due_at >= ?5 AND attempts > 0", db_i64(p->workspace),
		      db_i64(p->channel), db_i64(conversation), db_i64(p->id), db_i64(p->due_at));
}

enum err publications_release(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	TRY(db_run(cx, db, NULL,
		   "UPDATE message SET reply_state = 'queued' WHERE +workspace_id = ?1 AND reply_state = 'held' AND id IN"
		       " (SELECT message_id FROM publication WHERE workspace_id = ?1 AND channel_id = ?2 AND " WAITING " AND state = 'held' AND act = 'reply')",
		   db_i64(workspace), db_i64(channel)));
	return db_run(cx, db, NULL, "UPDATE publication SET state = 'due' WHERE workspace_id = ?1 AND channel_id = ?2 AND " WAITING " AND state = 'held'",
		      db_i64(workspace), db_i64(channel));
}

enum err publications_doubt(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	TRY(db_run(cx, db, NULL,
		   "/* all workspaces */ UPDATE message SET reply_state = 'unknown' WHERE reply_state IN ('queued', 'sending') AND id IN"
		       " (SELECT message_id FROM publication WHERE act = 'reply' AND (?2 = 0 OR workspace_id = ?2)"
		       " AND (state = 'leased' OR (state = 'due' AND due_at <= ?1)))",
		   db_i64(cx->now), db_i64(workspace)));
	return db_run(cx, db, ret_count,
		      "/* all workspaces */ UPDATE publication SET state = 'unknown', due_at = ?1, lease_until = 0, lease_token = ''"
			  " WHERE (?2 = 0 OR workspace_id = ?2) AND (state = 'leased' OR (state = 'due' AND due_at <= ?1))",
		      db_i64(cx->now), db_i64(workspace));
}

enum err publications_waiting(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct publication **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct publication *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     PUBLICATION "WHERE workspace_id = ?1 AND channel_id = ?2 AND state IN ('due', 'leased', 'held', 'unknown', 'waiting', 'late', 'handed') ORDER BY due_at, id LIMIT ?3",
		     db_i64(workspace), db_i64(channel), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_publication(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err publications_paused(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct publication **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct publication *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, PUBLICATION "WHERE workspace_id = ?1 AND state = 'due' AND due_at <= ?2 AND variant_id IS NOT NULL AND NOT " GOES " ORDER BY due_at, id LIMIT ?3",
		     db_i64(workspace), db_i64(cx->now), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_publication(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err publications_late(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct publication **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct publication *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, PUBLICATION "WHERE state = 'late' AND workspace_id = ?1 ORDER BY due_at, id LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_publication(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err publications_late_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM publication WHERE state = 'late' AND workspace_id = ?1", db_i64(workspace));
}

enum err publication_replan(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE publication SET state = 'due', due_at = ?3, planned_at = ?3, attempts = 0, story = '', asks = '' WHERE workspace_id = ?1 AND id = ?2 AND state = 'late'",
		   db_i64(workspace), db_i64(id), db_i64(at)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
}

enum err publications_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct publication **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct publication *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     PUBLICATION "WHERE workspace_id = ?1 AND variant_id IN (SELECT v.id FROM post_variant v WHERE v.workspace_id = ?1 AND v.post_id = ?2)"
				 " AND state <> 'withdrawn' ORDER BY variant_id, id LIMIT 2000",
		     db_i64(workspace), db_i64(post)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_publication(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err publication_embody(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 message)
{
	return db_run(cx, db, NULL, "UPDATE publication SET message_id = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(message));
}

enum err publication_unplan(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE publication SET planned_at = 0 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}

enum err publications_follow(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE publication SET state = 'due', due_at = ?3 WHERE workspace_id = ?1 AND follows_id = ?2 AND state = 'waiting'", db_i64(workspace),
		      db_i64(id), db_i64(cx->now));
}

enum err publication_next_due(struct cx *cx, struct db *db, i64 *ret_due_at)
{
	return db_number(cx, db, 0, ret_due_at,
			 "/* all workspaces */ SELECT COALESCE(MIN(at), 0) FROM (SELECT MIN(due_at) AS at FROM publication WHERE state = 'due'"
			     " UNION ALL SELECT MIN(due_at) FROM publication WHERE state = 'unknown'"
			     " UNION ALL SELECT MIN(lease_until) + 1 FROM publication WHERE state = 'leased') AS next");
}

enum err attempt_start(struct cx *cx, struct db *db, i64 publication, i64 number)
{
	return db_run(cx, db, NULL, "INSERT INTO attempt (publication_id, number, started_at) VALUES (?1, ?2, ?3)", db_i64(publication),
		      db_i64(number), db_i64(cx->now));
}

enum err attempt_end(struct cx *cx, struct db *db, i64 publication, i64 number, struct str outcome, struct str story)
{
	return db_run(cx, db, NULL, "UPDATE attempt SET ended_at = ?3, outcome = ?4, story = ?5 WHERE publication_id = ?1 AND number = ?2",
		      db_i64(publication), db_i64(number), db_i64(cx->now), db_text(outcome), db_text(story));
}

enum err attempt_forget(struct cx *cx, struct db *db, i64 publication, i64 number)
{
	return db_run(cx, db, NULL, "DELETE FROM attempt WHERE publication_id = ?1 AND number = ?2", db_i64(publication), db_i64(number));
}

enum err attempt_get(struct cx *cx, struct db *db, i64 publication, i64 number, struct attempt *ret_attempt)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT number, started_at, ended_at, outcome, story FROM attempt WHERE publication_id = ?1 AND number = ?2", db_i64(publication),
		   db_i64(number)));
	*ret_attempt = (struct attempt){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena)};
	return OK;
}

enum err attempts_of(struct cx *cx, struct db *db, i64 publication, struct attempt **ret_attempts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct attempt *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT number, started_at, ended_at, outcome, story FROM attempt WHERE publication_id = ?1 ORDER BY number LIMIT 200",
		     db_i64(publication)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct attempt){
			row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena)};
	*ret_attempts = list;
	*ret_count = count;
	return OK;
}

/* ---- approvals ---- */

#define APPROVAL                                                                                                               \
	"SELECT a.message_id, a.workspace_id, a.asked_by, a.asked_at, a.decided_by, a.decided_at, a.outcome, a.remark, p.name, a.status_after"   \
	" FROM approval a JOIN person p ON p.id = a.asked_by "

static struct approval read_approval(struct cx *cx, const struct row *row)
{
	return (struct approval){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4), row_i64(row, 5),
				 row_str(row, 6, cx->arena), row_str(row, 7, cx->arena), row_str(row, 8, cx->arena), row_str(row, 9, cx->arena)};
}

enum err approval_ask(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 asked_by, struct str status_after)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO approval (message_id, workspace_id, asked_by, asked_at, status_after) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (message_id) DO UPDATE SET asked_by = excluded.asked_by, asked_at = excluded.asked_at, status_after = excluded.status_after,"
			  " decided_by = NULL, decided_at = 0, outcome = '', remark = ''",
		      db_i64(message), db_i64(workspace), db_i64(asked_by), db_i64(cx->now), db_text(status_after));
}

enum err approval_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct approval *ret_approval)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, APPROVAL "WHERE a.workspace_id = ?1 AND a.message_id = ?2", db_i64(workspace), db_i64(message));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("Nobody asked for approval of this answer."));
	TRY(e);
	*ret_approval = read_approval(cx, row);
	return OK;
}

enum err approval_decide(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str outcome, struct str remark)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE approval SET decided_by = ?3, decided_at = ?4, outcome = ?5, remark = ?6"
		       " WHERE workspace_id = ?1 AND message_id = ?2 AND decided_at = 0",
		   db_i64(workspace), db_i64(message), db_i64(cx->actor ? cx->actor->user : 0), db_i64(cx->now), db_text(outcome), db_text(remark)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("Somebody decided on this answer already."));
}

enum err approvals_open(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct approval **ret_approvals, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct approval *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, APPROVAL "JOIN message m ON m.id = a.message_id AND m.workspace_id = a.workspace_id"
			 " WHERE a.workspace_id = ?1 AND a.decided_at = 0 AND m.reply_state = 'approval' ORDER BY a.asked_at LIMIT ?2", db_i64(workspace),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_approval(cx, row);
	*ret_approvals = list;
	*ret_count = count;
	return OK;
}
