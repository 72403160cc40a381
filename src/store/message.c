#include "store/message.h"

#include "base/id.h"
#include "store/sql.h"

#define COLUMNS                                                                                                                \
	"m.id, m.workspace_id, m.conversation_id, m.home_id, m.channel_id, m.kind, m.direction, m.remote_id, m.parent_remote_id," \
	" m.identity_id, m.author_id, m.author_name, m.body, m.lang, m.visibility, m.rating, m.url, m.at, m.received_at,"         \
	" m.edited_at, m.removed_at, m.hidden_at, m.attachment_count, m.reply_state, m.language, m.language_p, m.sentiment,"        \
	" m.sentiment_p, m.emotion, m.emotion_p, m.intent, m.intent_p, m.urgency_p, m.irony_p, m.offence_p, m.hate_p, m.toxicity_p," \
	" m.spam_p, m.sure, m.corrected, m.understood_by"
#define MESSAGE "SELECT " COLUMNS " FROM message m "

#define MEANING_AT 24 /* of the columns above */

static void read_meaning(const struct row *row, struct meaning *m)
{
	int at = MEANING_AT;
	meaning_set_language(m, row_text(row, at++));
	m->of[MEANING_LANGUAGE].p = (u8)row_i64(row, at++);
	for (int task = MEANING_SENTIMENT; task <= MEANING_INTENT; task++) {
		meaning_label_of((enum meaning_task)task, row_text(row, at++), &m->of[task].label);
		m->of[task].p = (u8)row_i64(row, at++);
	}
	for (int task = MEANING_URGENCY; task < MEANING_TASKS; task++) {
		m->of[task].p = (u8)row_i64(row, at++);
		m->of[task].label = m->of[task].p >= 50 ? MEANING_YES : MEANING_NO;
	}
	m->sure = (unsigned)row_i64(row, at++);
	m->corrected = (unsigned)row_i64(row, at++);
	m->by = row_i64(row, at);
}

static struct str label_word(const struct meaning *m, enum meaning_task task)
{
	const char *word = meaning_label_word(task, m->of[task].label);
	return word ? str_of(word) : S("");
}

static struct message read_message(struct cx *cx, const struct row *row)
{
	struct message m = {
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.conversation = row_i64(row, 2),
		.home = row_i64(row, 3),
		.channel = row_i64(row, 4),
		.remote_id = row_str(row, 7, cx->arena),
		.parent_remote_id = row_str(row, 8, cx->arena),
		.identity = row_i64(row, 9),
		.author = row_i64(row, 10),
		.author_name = row_str(row, 11, cx->arena),
		.body = row_str(row, 12, cx->arena),
		.lang = row_str(row, 13, cx->arena),
		.rating = (int)row_i64(row, 15),
		.url = row_str(row, 16, cx->arena),
		.at = row_i64(row, 17),
		.received_at = row_i64(row, 18),
		.edited_at = row_i64(row, 19),
		.removed_at = row_i64(row, 20),
		.hidden_at = row_i64(row, 21),
		.attachment_count = row_i64(row, 22),
	};
	message_kind_of(row_text(row, 5), &m.kind);
	direction_of(row_text(row, 6), &m.direction);
	visibility_of(row_text(row, 14), &m.visibility);
	reply_state_of(row_text(row, 23), &m.reply_state);
	read_meaning(row, &m.meaning);
	return m;
}

#define LABEL_VALUE(m, task) db_text(label_word(m, task)), db_i64((m)->of[task].p)
#define MEANING_VALUES(m)                                                                                                      \
	db_text(str_of((m)->language)), db_i64((m)->of[MEANING_LANGUAGE].p), LABEL_VALUE(m, MEANING_SENTIMENT), LABEL_VALUE(m, MEANING_EMOTION),         \
		LABEL_VALUE(m, MEANING_INTENT), db_i64((m)->of[MEANING_URGENCY].p), db_i64((m)->of[MEANING_IRONY].p), db_i64((m)->of[MEANING_OFFENCE].p), \
		db_i64((m)->of[MEANING_HATE].p), db_i64((m)->of[MEANING_TOXICITY].p), db_i64((m)->of[MEANING_SPAM].p), db_i64((m)->sure), db_i64((m)->corrected),         \
		db_i64((m)->by)

enum err message_insert(struct cx *cx, struct db *db, const struct message *m)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO message (id, workspace_id, conversation_id, home_id, channel_id, kind, direction, remote_id,"
			  " parent_remote_id, identity_id, author_id, author_name, body, lang, visibility, rating, url, at, received_at,"
			  " edited_at, removed_at, hidden_at, attachment_count, reply_state, language, language_p, sentiment, sentiment_p, emotion,"
			  " emotion_p, intent, intent_p, urgency_p, irony_p, offence_p, hate_p, toxicity_p, spam_p, sure, corrected, understood_by)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
			  " ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41)",
		      db_i64(m->id), db_i64(m->workspace), db_i64(m->conversation), db_i64(m->home), db_i64(m->channel),
		      db_text(str_of(message_kind_word(m->kind))), db_text(str_of(direction_word(m->direction))), db_text_or_null(m->remote_id),
		      db_text_or_null(m->parent_remote_id), db_id(m->identity), db_id(m->author), db_text(m->author_name), db_text(m->body),
		      db_text(m->lang), db_text(str_of(visibility_word(m->visibility))), db_i64(m->rating), db_text(m->url), db_i64(m->at),
		      db_i64(m->received_at), db_i64(m->edited_at), db_i64(m->removed_at), db_i64(m->hidden_at), db_i64(m->attachment_count),
		      db_text(str_of(reply_state_word(m->reply_state))), MEANING_VALUES(&m->meaning));
}

enum err message_understand(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct meaning *m)
{
	return db_run(cx, db, NULL,
		      "UPDATE message SET language = ?3, language_p = ?4, sentiment = ?5, sentiment_p = ?6, emotion = ?7, emotion_p = ?8, intent = ?9,"
			  " intent_p = ?10, urgency_p = ?11, irony_p = ?12, offence_p = ?13, hate_p = ?14, toxicity_p = ?15, spam_p = ?16, sure = ?17,"
			  " corrected = ?18, understood_by = ?19 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(workspace), db_i64(id), MEANING_VALUES(m));
}

enum err messages_to_understand(struct cx *cx, struct db *db, size_t limit, struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct message *list = arena_array(cx->arena, struct message, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT id, workspace_id, conversation_id, at, body, lang FROM message WHERE understood_by = 0 AND direction = 'in'"
			 " ORDER BY id DESC LIMIT ?1",
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct message){.id = row_i64(row, 0), .workspace = row_i64(row, 1), .conversation = row_i64(row, 2), .at = row_i64(row, 3),
						 .body = row_str(row, 4, cx->arena), .lang = row_str(row, 5, cx->arena), .direction = DIRECTION_IN};
	*ret_messages = list;
	*ret_count = count;
	return OK;
}

enum err messages_read_otherwise(struct cx *cx, struct db *db, i64 version, i64 before, i64 looked, size_t limit, struct message_place **ret_list,
				 size_t *ret_count, i64 *ret_reached)
{
	struct message_place *list = arena_array(cx->arena, struct message_place, limit);
	size_t count = 0;
	i64 reached;
	TRY(db_number(cx, db, 0, &reached, "/* all workspaces */ SELECT COALESCE(MIN(id), 0) FROM (SELECT id FROM message WHERE id < ?1 ORDER BY id DESC LIMIT ?2) AS slice",
		      db_i64(before), db_i64(looked)));
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_query(cx, db, &row,
			     "/* all workspaces */ SELECT id, workspace_id FROM message WHERE id < ?1 AND id >= ?2 AND understood_by <> 0 AND understood_by <> ?3"
				 " AND direction = 'in' ORDER BY id DESC LIMIT ?4",
			     db_i64(before), db_i64(reached), db_i64(version), db_i64((i64)limit)));
		FOR_ROWS (cx, row)
			list[count++] = (struct message_place){row_i64(row, 0), row_i64(row, 1)};
	}
	*ret_list = list;
	*ret_count = count;
	*ret_reached = count == limit ? list[count - 1].id : reached;
	return OK;
}

enum err message_ids_of_all(struct cx *cx, struct db *db, i64 *ret_first, i64 *ret_last)
{
	i64 first, last;
	TRY(db_number(cx, db, 0, &first, "/* all workspaces */ SELECT id FROM message ORDER BY id LIMIT 1"));
	TRY(db_number(cx, db, 0, &last, "/* all workspaces */ SELECT id FROM message ORDER BY id DESC LIMIT 1"));
	*ret_first = first;
	*ret_last = last;
	return OK;
}

enum err message_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct message *ret_message)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, MESSAGE "WHERE m.workspace_id = ?1 AND m.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This message does not exist in this workspace."));
	TRY(e);
	*ret_message = read_message(cx, row);
	return OK;
}

enum err message_by_remote(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id, struct message *ret_message)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, MESSAGE "WHERE m.workspace_id = ?1 AND m.channel_id = ?2 AND m.remote_id = ?3", db_i64(workspace),
		   db_i64(channel), db_text(remote_id)));
	*ret_message = read_message(cx, row);
	return OK;
}

enum err removal_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id)
{
	return db_run(cx, db, NULL, "INSERT INTO removal (id, workspace_id, channel_id, remote_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
		      db_i64(id_new()), db_i64(workspace), db_i64(channel), db_text(remote_id));
}

enum err removal_known(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id, bool *ret_known)
{
	i64 known;
	TRY(db_number(cx, db, 0, &known, "SELECT COUNT(*) FROM removal WHERE workspace_id = ?1 AND channel_id = ?2 AND remote_id = ?3",
		      db_i64(workspace), db_i64(channel), db_text(remote_id)));
	*ret_known = known > 0;
	return OK;
}

enum err removals_any(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool *ret_any)
{
	i64 any;
	TRY(db_number(cx, db, 0, &any, "SELECT COUNT(*) FROM (SELECT id FROM removal WHERE workspace_id = ?1 AND channel_id = ?2 LIMIT 1) r",
		      db_i64(workspace), db_i64(channel)));
	*ret_any = any > 0;
	return OK;
}

enum err removals_prune(struct cx *cx, struct db *db, i64 before_id)
{
	return db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM removal WHERE id < ?1", db_i64(before_id));
}

enum err message_save(struct cx *cx, struct db *db, const struct message *m)
{
	return db_run(cx, db, NULL,
		      "UPDATE message SET conversation_id = ?3, remote_id = ?4, body = ?5, url = ?6, at = ?7, edited_at = ?8,"
			  " removed_at = ?9, hidden_at = ?10, attachment_count = ?11, reply_state = ?12, visibility = ?13, channel_id = ?14,"
			  " parent_remote_id = ?15, home_id = ?16, kind = ?17 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(m->workspace), db_i64(m->id), db_i64(m->conversation), db_text_or_null(m->remote_id), db_text(m->body),
		      db_text(m->url), db_i64(m->at), db_i64(m->edited_at), db_i64(m->removed_at), db_i64(m->hidden_at),
		      db_i64(m->attachment_count), db_text(str_of(reply_state_word(m->reply_state))),
		      db_text(str_of(visibility_word(m->visibility))), db_i64(m->channel), db_text_or_null(m->parent_remote_id), db_i64(m->home),
		      db_text(str_of(message_kind_word(m->kind))));
}

enum err message_move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum reply_state from, enum reply_state to)
{
	must(reply_state_may_become(from, to));
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE message SET reply_state = ?4 WHERE workspace_id = ?1 AND id = ?2 AND reply_state = ?3",
		   db_i64(workspace), db_i64(id), db_text(str_of(reply_state_word(from))), db_text(str_of(reply_state_word(to)))));
	if (changed != 1)
		return fail(cx, ERR_CONFLICT, N_("This answer is no longer where it was: it left, or somebody changed it. Look at it again."));
	return OK;
}

enum err message_move_thread(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 conversation, i64 home)
{
	return db_run(cx, db, NULL, "UPDATE message SET conversation_id = ?3, home_id = ?4 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id),
		      db_i64(conversation), db_i64(home));
}

enum err message_move_all(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into)
{
	return db_run(cx, db, NULL, "UPDATE message SET conversation_id = ?3 WHERE workspace_id = ?1 AND conversation_id = ?2", db_i64(workspace),
		      db_i64(from), db_i64(into));
}

enum err message_move_home(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 home)
{
	return db_run(cx, db, NULL,
		      "UPDATE message SET conversation_id = ?3 WHERE workspace_id = ?1 AND conversation_id = ?2 AND home_id = ?3",
		      db_i64(workspace), db_i64(conversation), db_i64(home));
}

enum err message_move_from(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, i64 at, i64 id)
{
	return db_run(cx, db, NULL,
		      "UPDATE message SET conversation_id = ?3 WHERE workspace_id = ?1 AND conversation_id = ?2 AND (at, id) >= (?4, ?5)",
		      db_i64(workspace), db_i64(from), db_i64(into), db_i64(at), db_i64(id));
}

static enum err collect(struct cx *cx, struct row *row, size_t limit, struct message **ret_messages, size_t *ret_count)
{
	struct message *list = NULL; /* grows: few pages are full, and a message is large */
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row) {
		must(count < limit);
		*arena_push(cx->arena, list, count, capacity) = read_message(cx, row);
	}
	*ret_messages = list;
	*ret_count = count;
	return OK;
}

enum err message_thread(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 after_at, i64 after_id, size_t limit,
			struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND (m.at, m.id) > (?3, ?4) ORDER BY m.at, m.id LIMIT ?5",
		     db_i64(workspace), db_i64(conversation), db_i64(after_at || after_id ? after_at : INT64_MIN), db_i64(after_id),
		     db_i64((i64)limit)));
	return collect(cx, row, limit, ret_messages, ret_count);
}

enum err message_of_home(struct cx *cx, struct db *db, i64 workspace, i64 home, size_t limit, struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	/* Two halves, an index each: those that stayed, and the few that were merged or split away. 18 and 1 are at and id. */
	TRY(db_query(cx, db, &row,
		     MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND m.home_id = ?2 UNION ALL " MESSAGE
			     "WHERE m.workspace_id = ?1 AND m.home_id = ?2 AND m.home_id <> m.conversation_id ORDER BY 18, 1 LIMIT ?3",
		     db_i64(workspace), db_i64(home), db_i64((i64)limit)));
	return collect(cx, row, limit, ret_messages, ret_count);
}

enum err message_thread_end(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 before_at, i64 before_id, size_t limit,
			    struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND (m.at, m.id) < (?3, ?4)"
				 " ORDER BY m.at DESC, m.id DESC LIMIT ?5",
		     db_i64(workspace), db_i64(conversation), db_i64(before_at || before_id ? before_at : INT64_MAX),
		     db_i64(before_id ? before_id : INT64_MAX), db_i64((i64)limit)));
	TRY(collect(cx, row, limit, ret_messages, ret_count));
	struct message *list = *ret_messages;
	for (size_t i = 0, j = *ret_count; i + 1 < j; i++) {
		struct message swap = list[--j];
		list[j] = list[i];
		list[i] = swap;
	}
	return OK;
}

enum err message_last_inbound(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct message *ret_message)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row,
			    MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND m.direction = 'in'"
					" ORDER BY m.at DESC, m.id DESC LIMIT 1",
			    db_i64(workspace), db_i64(conversation));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("Nobody from outside has written in this conversation yet."));
	TRY(e);
	*ret_message = read_message(cx, row);
	return OK;
}

enum err message_drafts(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 author, struct message *ret_message)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND m.author_id = ?3 AND m.reply_state = 'draft'"
			       " ORDER BY m.at DESC, m.id DESC LIMIT 1",
		   db_i64(workspace), db_i64(conversation), db_i64(author)));
	*ret_message = read_message(cx, row);
	return OK;
}

enum err messages_scheduled(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, MESSAGE "WHERE m.workspace_id = ?1 AND m.conversation_id = ?2 AND m.reply_state = 'scheduled' LIMIT 20", db_i64(workspace),
		     db_i64(conversation)));
	return collect(cx, row, 20, ret_messages, ret_count);
}

enum err messages_waiting(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct message **ret_messages, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     MESSAGE "WHERE m.workspace_id = ?1 AND m.reply_state IN ('draft', 'approval', 'scheduled', 'failed', 'held', 'unknown')"
				 " ORDER BY m.at DESC LIMIT ?2",
		     db_i64(workspace), db_i64((i64)limit)));
	return collect(cx, row, limit, ret_messages, ret_count);
}

enum err message_version_add(struct cx *cx, struct db *db, const struct message *m, i64 until)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO message_version (message_id, workspace_id, until, body) VALUES (?1, ?2, ?3, ?4)"
			  " ON CONFLICT (message_id, until) DO NOTHING",
		      db_i64(m->id), db_i64(m->workspace), db_i64(until), db_text(m->body));
}

enum err message_versions(struct cx *cx, struct db *db, i64 workspace, i64 message, struct message_version **ret_versions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct message_version *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT until, body FROM message_version WHERE message_id = ?2 AND workspace_id = ?1 ORDER BY until LIMIT 100",
		     db_i64(workspace), db_i64(message)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct message_version){row_i64(row, 0), row_str(row, 1, cx->arena)};
	*ret_versions = list;
	*ret_count = count;
	return OK;
}

enum err attachment_insert(struct cx *cx, struct db *db, i64 workspace, const struct attachment *a)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO attachment (id, workspace_id, message_id, kind, name, alt, type, url, blob_hash, size)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		      db_i64(a->id), db_i64(workspace), db_i64(a->message), db_text(a->kind), db_text(a->name), db_text(a->alt),
		      db_text(a->type), db_text(a->url), db_text_or_null(a->blob_hash), db_i64(a->size));
}

enum err attachment_delete(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 id)
{
	return db_run(cx, db, NULL, "DELETE FROM attachment WHERE workspace_id = ?1 AND message_id = ?2 AND id = ?3", db_i64(workspace), db_i64(message), db_i64(id));
}

#define ATTACHMENT "SELECT id, message_id, kind, name, alt, type, url, blob_hash, size FROM attachment "

static struct attachment read_attachment(struct cx *cx, const struct row *row)
{
	return (struct attachment){
		.id = row_i64(row, 0),
		.message = row_i64(row, 1),
		.kind = row_str(row, 2, cx->arena),
		.name = row_str(row, 3, cx->arena),
		.alt = row_str(row, 4, cx->arena),
		.type = row_str(row, 5, cx->arena),
		.url = row_str(row, 6, cx->arena),
		.blob_hash = row_str(row, 7, cx->arena),
		.size = row_i64(row, 8),
	};
}

enum err attachment_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct attachment *ret_attachment)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ATTACHMENT "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This file does not exist in this workspace."));
	TRY(e);
	*ret_attachment = read_attachment(cx, row);
	return OK;
}

enum err channel_received(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, i64 most, i64 *ret_count)
{
	/* Ids are given in the order of time: the table itself is the index. */
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM (SELECT id FROM message WHERE workspace_id = ?1 AND id >= ?2 AND channel_id = ?3 AND direction = 'in' LIMIT ?4) received",
			 db_i64(workspace), db_i64(id_at(since, 0)), db_i64(channel), db_i64(most));
}

enum err attachments_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct attachment **ret_attachments, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct attachment *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, ATTACHMENT "WHERE workspace_id = ?1 AND message_id = ?2 ORDER BY id LIMIT 50", db_i64(workspace), db_i64(message)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_attachment(cx, row);
	*ret_attachments = list;
	*ret_count = count;
	return OK;
}
