#include "flow/ingest_parts.h"

#include "base/id.h"
#include "base/map.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "flow/bounce.h"
#include "flow/moderate.h"
#include "store/event.h"
#include "store/listening_search.h"
#include "store/message.h"
#include "sys/crypto.h"

#define REPORT_MAX 2000
#define ECHO_WINDOW HOUR /* within it, our own words coming back from the network are the answer that just left */

static void free_people(void *people)
{
	arena_free(people);
}

enum err ingest_start(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool historic, struct arena *memory, struct ingest *ret_ingest)
{
	struct ingest in = {.historic = historic, .memory = memory};
	struct cx lasting = *cx; /* what is loaded here lives as long as the reading */
	lasting.arena = memory;
	enum err e = desk_load(&lasting, db, workspace, &in.desk);
	if (e == OK)
		e = channel_get(&lasting, db, workspace, channel, &in.channel);
	if (e == OK && in.channel.team)
		e = team_get(&lasting, db, workspace, in.channel.team, &in.team);
	if (e == OK)
		e = understanding_load(&lasting, db, workspace, &in.own);
	if (e == OK)
		e = removals_any(&lasting, db, workspace, channel, &in.removals);
	const struct channel_kind *kind = e == OK ? channel_kind_of(in.channel.kind) : NULL;
	in.listened = !historic && kind && !(kind->can & (CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE));
	if (e != OK) {
		lasting.arena = cx->arena;
		*cx = lasting; /* with the story */
		return e;
	}
	in.people = arena_new();
	arena_defer(memory, free_people, in.people);
	in.authors = map_new(in.people);
	*ret_ingest = in;
	return OK;
}

void ingest_forget(struct ingest *in)
{
	in->told_count = in->spoken_count = 0;
	listen_forget(in->desk.workspace, &in->listening);
	threads_forget(in);
	authors_forget(in);
}

static void touch(struct ingest *in, i64 conversation, bool is_new)
{
	if (in->historic)
		return;
	in->told_new |= is_new;
	for (size_t i = 0; i < in->told_count && i < INGEST_TOLD_MAX; i++)
		if (in->told[i] == conversation)
			return;
	if (in->told_count < INGEST_TOLD_MAX)
		in->told[in->told_count] = conversation;
	in->told_count++;
}

/* All at once: between other statements SQLite would write the index out after each message. */
static enum err index_spoken(struct cx *cx, struct db *db, struct ingest *in)
{
	for (size_t i = 0; i < in->spoken_count; i++)
		TRY(message_index_folded(cx, db, &in->spoken[i].message, in->spoken[i].folded));
	in->spoken_count = 0;
	return OK;
}

enum err ingest_settle(struct cx *cx, struct db *db, struct ingest *in)
{
	in->batch++;
	TRY(threads_settle(cx, db, in));
	TRY(index_spoken(cx, db, in)); /* by the names of people who may be forgotten next */
	TRY(authors_settle(cx, db, in));
	TRY(listen_settle(cx, db, in->desk.workspace, &in->listening, in->historic));
	size_t count = in->told_count;
	const char *kind = in->told_new ? "conversation.new" : "conversation";
	in->told_count = 0;
	in->told_new = false;
	if (count > INGEST_TOLD_MAX)
		return change_add(cx, db, in->desk.workspace, 0, kind, 0);
	for (size_t i = 0; i < count; i++)
		TRY(change_add(cx, db, in->desk.workspace, 0, kind, in->told[i]));
	return OK;
}

/* ---- what ---- */

static enum err add_attachments(struct cx *cx, struct db *db, const struct ingest *in, i64 message, const struct inbound *i)
{
	for (size_t n = 0; n < i->attachment_count; n++) {
		const struct inbound_attachment *from = &i->attachments[n];
		struct attachment a = {
			.id = id_new(),
			.message = message,
			.kind = from->kind.len ? from->kind : S("file"),
			.name = ingest_line(cx->arena, from->name),
			.alt = ingest_text(cx->arena, from->alt, 4000),
			.type = ingest_line(cx->arena, from->type),
			.url = ingest_address(cx->arena, from->url),
			.size = from->blob.len ? from->size : (i64)from->bytes.len,
			.blob_hash = from->blob,
		};
		if (from->bytes.len && in->store_blob)
			TRY(in->store_blob(cx, in->blobs, from->bytes, &a.blob_hash));
		TRY(attachment_insert(cx, db, in->desk.workspace, &a));
	}
	return OK;
}

/* Of folded text: a letter, a digit, or a part of one beyond ASCII. */
static bool is_of_word(char c)
{
	return (u8)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static struct str next_word(struct str *text)
{
	size_t start = 0, end;
	while (start < text->len && !is_of_word(text->at[start]))
		start++;
	for (end = start; end < text->len && is_of_word(text->at[end]);)
		end++;
	struct str word = str_head(str_skip(*text, start), end - start);
	*text = str_skip(*text, end);
	return word;
}

/* Networks write mentions, links and blanks otherwise, and cut: half of the words of the shorter one stand in the longer. Who else answers there at
 * the same moment (another program of the account's) says something else. */
static bool says_the_same(struct str ours, struct str theirs)
{
	CLEANUP(buf_free) struct buf a = {}, b = {};
	buf_add_folded(&a, ours);
	buf_add_folded(&b, theirs);
	bool ours_is_shorter = a.len <= b.len;
	struct str rest = buf_str(ours_is_shorter ? &a : &b), longer = buf_str(ours_is_shorter ? &b : &a), word;
	size_t words = 0, found = 0;
	while ((word = next_word(&rest)).len) {
		words++;
		found += str_find(longer, word) >= 0;
	}
	return words ? found * 2 >= words : !str_trim(longer).len || str_eq(str_trim(ours), str_trim(theirs));
}

/* Our own words coming back from the network while we are not sure yet that they arrived: they are that answer. */
static enum err adopt_echo(struct cx *cx, struct db *db, const struct conversation *c, const struct inbound *i, i64 channel, i64 *ret_message)
{
	struct message *thread;
	size_t count;
	*ret_message = 0;
	TRY(message_thread_end(cx, db, c->workspace, c->id, 0, 0, 50, &thread, &count));
	for (size_t n = count; n-- > 0;) {
		struct message *m = &thread[n];
		bool leaving = m->reply_state == REPLY_SENDING || m->reply_state == REPLY_UNKNOWN;
		if (m->direction != DIRECTION_OUT || !leaving || m->remote_id.len || m->channel != channel || i->at > m->at + ECHO_WINDOW || !says_the_same(m->body, i->body))
			continue;
		m->remote_id = i->remote_id;
		m->url = ingest_address(cx->arena, i->url);
		*ret_message = m->id;
		return message_save(cx, db, m);
	}
	return OK;
}

/* Where the author is, when a query asks for it. */
static enum err place_of(struct cx *cx, struct db *db, struct ingest *in, struct author *author)
{
	bool asks;
	if (!author->identity || author->placed_in == in->batch + 1)
		return OK;
	TRY(listen_asks_place(cx, db, in->desk.workspace, &in->listening, &asks));
	if (!asks)
		return OK;
	struct str place;
	TRY(identity_place(cx, db, in->desk.workspace, author->identity, &place));
	if (!str_eq(place, author->place))
		author->place = arena_str(in->people, place);
	author->placed_in = in->batch + 1;
	return OK;
}

static enum err listen(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, const struct message *m, struct author *author)
{
	CLEANUP(buf_free) struct buf kinds = {};
	TRY(place_of(cx, db, in, author));
	struct heard heard = ingest_heard(&in->channel, i, m, author->handle, author->place, &kinds);
	return listen_hear(cx, db, m->workspace, in->memory, &in->listening, &heard, i->prepared ? &i->prepared->listened : NULL);
}

/* In the workspace's words too, where it was not looked at before the transaction began. */
static void understand_once(const struct ingest *in, const struct inbound *i, struct message *m)
{
	if (i->meaning)
		m->meaning = *i->meaning;
	else
		understand(&in->own, ingest_said(i, m->body), m->lang, &m->meaning);
}

static struct message message_of(struct cx *cx, const struct ingest *in, const struct inbound *i, const struct conversation *c, i64 home, const struct author *author)
{
	struct message m = {
		.id = id_new(),
		.workspace = in->desk.workspace,
		.conversation = c->id,
		.home = home,
		.channel = in->channel.id,
		.kind = i->kind,
		.direction = i->ours ? DIRECTION_OUT : DIRECTION_IN,
		.remote_id = i->remote_id,
		.parent_remote_id = i->parent_id,
		.identity = author->identity,
		.author_name = author->name.len ? author->name : ingest_name(cx->arena, &in->channel, i),
		.body = i->prepared ? i->prepared->body : ingest_text(cx->arena, i->body, MESSAGE_BODY_MAX),
		.lang = ingest_line(cx->arena, i->lang),
		.visibility = i->visibility,
		.rating = i->rating,
		.url = ingest_address(cx->arena, i->url),
		.at = i->at,
		.received_at = cx->now,
		.edited_at = i->edited_at,
		.attachment_count = (i64)i->attachment_count,
		.reply_state = i->ours ? REPLY_SENT : REPLY_NONE,
	};
	if (!i->ours)
		understand_once(in, i, &m);
	return m;
}

/* Searchable when the batch is settled. */
static void note_spoken(struct cx *cx, struct ingest *in, const struct inbound *i, const struct message *m)
{
	struct spoken *s = arena_push(in->memory, in->spoken, in->spoken_count, in->spoken_capacity);
	*s = (struct spoken){*m, i->prepared ? i->prepared->folded : message_folded(cx->arena, m->body)};
}

static enum err create(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, i64 *ret_message)
{
	struct author nobody = {}, *author = &nobody;
	struct thread *thread;
	i64 home;
	bool is_met = false;
	TRY(thread_find(cx, db, in, i, &thread, &home));
	struct conversation *c = &thread->now;
	bool is_new = thread->is_new, begins = is_new || !c->contact; /* theirs: a post of ours belongs to nobody until somebody writes under it */
	if (!i->ours)
		TRY(author_find(cx, db, in, i, begins, &author, &is_met));
	if (begins && author->identity && author->read_in != in->batch) { /* what was read a while ago may have been merged or split off since */
		struct identity today;
		TRY(identity_get(cx, db, in->desk.workspace, author->identity, &today));
		author->contact = today.contact;
		author->read_in = in->batch;
	}
	if (i->ours && !is_new && !in->historic) {
		TRY(adopt_echo(cx, db, c, i, in->channel.id, ret_message));
		if (*ret_message)
			return OK;
	}
	struct message m = message_of(cx, in, i, c, home, author);
	if (!c->contact)
		c->contact = author->contact;
	TRY(thread_hear(cx, db, in, thread, &m, i));
	TRY(message_insert(cx, db, &m));
	if (i->automatic && !in->historic)
		TRY(event_add(cx, db, m.workspace, c->id, "automatic", arena_printf(cx->arena, "{\"message\":\"%lld\"}", (long long)m.id)));
	if (in->sought)
		TRY(sought_add(cx, db, m.workspace, m.channel, m.id));
	note_spoken(cx, in, i, &m);
	TRY(add_attachments(cx, db, in, m.id, i));
	if (!i->ours && !in->historic && !in->listened && !in->own.keeps_cases)
		TRY(moderate_propose(cx, db, m.workspace, m.id, &m.meaning));
	TRY(listen(cx, db, in, i, &m, author));
	if (author->contact && !is_met)
		author_hear(in, author, m.at, begins);
	touch(in, c->id, is_new);
	*ret_message = m.id;
	return OK;
}

/* Two exports may disagree about a text and not say when it was edited. The one that was replaced once does not come back each time
 * its file is read again. */
static enum err was_said_before(struct cx *cx, struct db *db, const struct message *m, struct str body, bool *ret_known)
{
	struct message_version *versions;
	size_t count;
	TRY(message_versions(cx, db, m->workspace, m->id, &versions, &count));
	*ret_known = false;
	for (size_t i = 0; i < count; i++)
		*ret_known |= str_eq(versions[i].body, body);
	return OK;
}

/* Out of the index as it was; ours that are still leaving are not in it yet. */
static enum err unindex(struct cx *cx, struct db *db, struct ingest *in, const struct message *m, bool *ret_was_in)
{
	*ret_was_in = m->direction != DIRECTION_OUT || m->reply_state == REPLY_SENT;
	TRY(index_spoken(cx, db, in)); /* perhaps with this one */
	return *ret_was_in ? message_unindex(cx, db, m) : OK;
}

/* It says something else now: what a person said of the text before stands for that one. */
static enum err understand_again(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, struct message *m)
{
	TRY(threads_settle(cx, db, in)); /* the store is told of the conversation too */
	m->meaning = (struct meaning){};
	understand_once(in, i, m);
	struct gist gist = gist_of(&m->meaning);
	TRY(message_understand(cx, db, m->workspace, m->id, &m->meaning));
	return conversation_understand(cx, db, m->workspace, m->conversation, m->at, &gist);
}

/* It is known: was it edited or taken away since? */
static enum err follow(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, struct message *m, bool *ret_changed)
{
	bool searchable;
	*ret_changed = false;
	if (i->removed) {
		if (m->removed_at)
			return OK;
		TRY(unindex(cx, db, in, m, &searchable));
		m->removed_at = cx->now;
		TRY(event_add(cx, db, m->workspace, m->conversation, "removed", arena_printf(cx->arena, "{\"message\":\"%lld\"}", (long long)m->id)));
	} else {
		struct str body = ingest_text(cx->arena, i->body, MESSAGE_BODY_MAX);
		/* An older copy arriving late (the feed is out of order) must not undo a newer edit; a removal stands. */
		bool older = i->edited_at ? i->edited_at <= m->edited_at : m->edited_at && !in->historic;
		if (i->final || str_eq(body, m->body) || m->removed_at || older)
			return OK;
		if (in->historic && !i->edited_at) {
			bool known;
			TRY(was_said_before(cx, db, m, body, &known));
			if (known)
				return OK;
		}
		TRY(message_version_add(cx, db, m, i->edited_at ? i->edited_at : cx->now));
		TRY(unindex(cx, db, in, m, &searchable));
		m->body = body;
		m->edited_at = i->edited_at ? i->edited_at : cx->now;
	}
	*ret_changed = true;
	if (searchable)
		TRY(message_index(cx, db, m));
	TRY(message_save(cx, db, m));
	if (!i->removed && m->direction == DIRECTION_IN)
		TRY(understand_again(cx, db, in, i, m));
	TRY(listen_settle(cx, db, m->workspace, &in->listening, in->historic)); /* perhaps with this one */
	TRY(listen_again(cx, db, m->workspace, m->id));
	touch(in, m->conversation, false);
	return OK;
}

/* A server says that it did not reach who it was for. */
static enum err come_back(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, const struct message *m, bool *ret_changed)
{
	bool searchable;
	if (in->historic || m->direction != DIRECTION_OUT || m->reply_state != REPLY_SENT)
		return OK;
	TRY(threads_settle(cx, db, in)); /* the conversation is changed by the store */
	TRY(unindex(cx, db, in, m, &searchable));
	TRY(bounce_take(cx, db, m, ingest_text(cx->arena, i->undelivered, REPORT_MAX), ret_changed));
	if (searchable && !*ret_changed)
		TRY(message_index(cx, db, m));
	touch(in, m->conversation, false);
	return OK;
}

/* Some programs give one number to many letters. What cannot be edited over there, was written at another time and says something else is another one, and has
 * a number of its own, made from what it is: the same whenever it is read again. */
static enum err find_known(struct cx *cx, struct db *db, struct ingest *in, struct inbound *i, struct message *ret_known)
{
	enum err e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->remote_id, ret_known);
	if (e != OK || !i->final || i->ours || i->undelivered.len || ret_known->direction != DIRECTION_IN || i->at == ret_known->at ||
	    str_eq(ingest_text(cx->arena, i->body, MESSAGE_BODY_MAX), ret_known->body))
		return e;
	struct hash hash = hash_of(arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(i->author_id), STR_ARG(i->body)));
	CLEANUP(buf_free) struct buf id = {};
	buf_add(&id, i->remote_id);
	buf_addc(&id, ' '); /* no number of a mail has one */
	buf_add_hex(&id, hash_str(&hash).at, 8);
	i->remote_id = buf_keep(&id, cx->arena);
	return message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->remote_id, ret_known);
}

enum err ingest_take(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *given, enum ingest_result *ret_result,
		     i64 *ret_message)
{
	TRY(ingest_check(cx, given));
	struct message known;
	struct inbound taken = *given;
	const struct inbound *inbound = &taken;
	i64 message = 0;
	enum ingest_result result = INGEST_CREATED;
	enum err e = find_known(cx, db, in, &taken, &known);
	if (e == OK) {
		bool changed = false, brought = false;
		if (inbound->undelivered.len)
			TRY(come_back(cx, db, in, inbound, &known, &changed));
		else if (!ingest_only_complains(inbound))
			TRY(follow(cx, db, in, inbound, &known, &changed));
		TRY(sought_bring(cx, db, in, inbound, &known, &brought));
		if (brought)
			touch(in, known.conversation, true);
		result = brought ? INGEST_CREATED : changed ? INGEST_CHANGED : INGEST_UNCHANGED;
		message = known.id;
	} else if (e != ERR_MISSING) {
		return e;
	} else if (inbound->removed) { /* before we ever saw it: it may still come, late */
		TRY(removal_add(cx, db, in->desk.workspace, in->channel.id, inbound->remote_id));
		in->removals = true;
		result = INGEST_UNCHANGED;
	} else if (ingest_only_complains(inbound)) {
		result = INGEST_UNCHANGED;
	} else {
		bool removed = false;
		if (in->removals)
			TRY(removal_known(cx, db, in->desk.workspace, in->channel.id, inbound->remote_id, &removed));
		if (removed)
			result = INGEST_UNCHANGED;
		else
			TRY(create(cx, db, in, inbound, &message));
	}
	if (message && inbound->report_id.len && !in->historic)
		TRY(moderate_report(cx, db, in->desk.workspace, message, inbound->report_id, ingest_text(cx->arena, inbound->report, REPORT_MAX)));
	if (message && inbound->held && !inbound->removed && !in->historic)
		TRY(moderate_held(cx, db, in->desk.workspace, message));
	*ret_result = result;
	if (ret_message)
		*ret_message = message;
	return OK;
}
