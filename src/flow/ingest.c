#include "flow/ingest.h"

#include "base/id.h"
#include "base/map.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "flow/moderate.h"
#include "flow/notify.h"
#include "flow/reply.h"
#include "store/called.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/message.h"

#define ID_BYTES_MAX 1000
#define ADDRESS_MAX 4000
#define NAME_CHARACTERS_MAX 200
#define REPORT_MAX 2000
#define AUTHORS_CACHED_MAX 20000
#define HISTORY_FRESH (14 * DAY) /* an imported message of these days is still worth an answer, where its channel can carry one */
#define ECHO_WINDOW HOUR /* within it, our own words coming back from the network are the answer that just left */

/* Who wrote, and what of it the store has not been told yet. */
struct author {
	i64 identity, contact;
	struct str name, handle;
	bool is_new;                      /* not to be found by name yet */
	i64 first_at, last_at, more_conversations; /* heard since; last_at 0: nothing */
};

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

static void forget_people(struct ingest *in)
{
	in->heard = NULL;
	in->heard_count = in->heard_capacity = 0;
	arena_reset(in->people);
	in->authors = map_new(in->people);
}

void ingest_forget(struct ingest *in)
{
	in->told_count = in->spoken_count = 0;
	listen_forget(in->desk.workspace, &in->listening);
	forget_people(in);
}

/* It brings a complaint and not the message itself. */
static bool only_complains(const struct inbound *i)
{
	return i->report_id.len && !i->body.len && !i->attachment_count && !i->rating;
}

enum err ingest_check(struct cx *cx, const struct inbound *i)
{
	const struct {
		const char *field;
		struct str value;
		bool required;
	} ids[] = {
		{"remote_id", i->remote_id, true},
		{"thread_id", i->thread_id, true},
		{"author_id", i->author_id, !i->ours && !i->removed && !only_complains(i)},
		{"parent_id", i->parent_id, false},
		{"report_id", i->report_id, i->report.len > 0},
	};
	for (size_t n = 0; n < COUNT(ids); n++) {
		if (ids[n].required && ids[n].value.len == 0)
			return fail_field(cx, ids[n].field, N_("This is missing, and messages cannot be told apart without it."));
		if (ids[n].value.len > ID_BYTES_MAX || !utf8_valid(ids[n].value))
			return fail_field(cx, ids[n].field, N_("This must be UTF-8 text of at most %d bytes."), ID_BYTES_MAX);
	}
	if (i->removed || only_complains(i))
		return OK;
	if (i->at <= 0 || i->at > cx->now + DAY)
		return fail_field(cx, "at", N_("The time is missing, or lies in the future."));
	if (i->body.len == 0 && i->attachment_count == 0 && i->rating == 0)
		return fail_field(cx, "body", N_("There is no text, no attachment and no rating."));
	if (i->kind == KIND_NOTE || i->kind >= KIND_COUNT)
		return fail_field(cx, "kind", N_("A message from outside cannot be of this kind."));
	if (i->rating < 0 || i->rating > 5)
		return fail_field(cx, "rating", N_("A rating goes from 1 to 5."));
	return OK;
}

/* Text as we keep it: broken bytes and control characters out, cut at a character. */
static struct str clean(struct arena *arena, struct str text, size_t bytes_max)
{
	CLEANUP(buf_free) struct buf b = {};
	if (text.len > bytes_max) {
		while (bytes_max && ((unsigned char)text.at[bytes_max] & 0xC0) == 0x80)
			bytes_max--;
		buf_add_clean(&b, str_head(text, bytes_max));
		buf_adds(&b, "…");
	} else {
		buf_add_clean(&b, text);
	}
	return buf_keep(&b, arena);
}

static struct str clean_line(struct arena *arena, struct str text)
{
	struct str line = clean(arena, str_trim(text), 4000);
	char *at = (char *)line.at; /* ours, just made */
	for (size_t i = 0; i < line.len; i++)
		if (at[i] == '\n' || at[i] == '\t')
			at[i] = ' ';
	return utf8_head(line, NAME_CHARACTERS_MAX);
}

/* An address that a page may lead to: of the web, or none. What a network or an application says can be "javascript:". */
static struct str clean_address(struct arena *arena, struct str text)
{
	struct str line = clean(arena, str_trim(text), ADDRESS_MAX + 1);
	bool web = str_starts(line, S("https://")) || str_starts(line, S("http://"));
	bool whole = line.len <= ADDRESS_MAX && str_find_byte(line, '\n') < 0 && str_find_byte(line, '\t') < 0 && str_find_byte(line, ' ') < 0;
	return web && whole ? line : (struct str){};
}

static struct str preview_of(struct arena *arena, struct str body)
{
	struct str line = clean(arena, str_head(body, PREVIEW_CHARACTERS * 4), PREVIEW_CHARACTERS * 4);
	char *at = (char *)line.at;
	for (size_t i = 0; i < line.len; i++)
		if (at[i] == '\n' || at[i] == '\t')
			at[i] = ' ';
	return utf8_head(line, PREVIEW_CHARACTERS);
}

/* ---- who ---- */

static struct str network_of(const struct ingest *in, const struct inbound *i)
{
	return i->network.len ? i->network : in->channel.network;
}

static enum err refresh_card(struct cx *cx, struct db *db, struct identity *known, const struct inbound *i)
{
	struct str name = clean_line(cx->arena, i->author_name), handle = clean_line(cx->arena, i->author_handle);
	bool same_card = (!name.len || str_eq(name, known->name)) && (!handle.len || str_eq(handle, known->handle));
	bool same_followers = i->author_followers < 0 || i->author_followers == known->followers;
	if (!same_followers)
		known->followers = i->author_followers;
	if (same_card)
		return same_followers ? OK : identity_followed(cx, db, known->workspace, known->id, known->followers);
	if (name.len)
		known->name = name;
	if (handle.len)
		known->handle = handle;
	return identity_update(cx, db, known);
}

static enum err make_author(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, bool starts, struct identity *ret_identity)
{
	struct str name = clean_line(cx->arena, i->author_name), handle = clean_line(cx->arena, i->author_handle);
	struct str shown = name.len ? name : handle.len ? handle : clean_line(cx->arena, i->author_id);
	struct contact contact = {.id = id_new(), .workspace = in->desk.workspace, .name = shown, .lang = i->lang, .first_at = i->at, .last_at = i->at,
				  .conversation_count = starts};
	TRY(contact_insert(cx, db, &contact));
	struct identity identity = {
		.id = id_new(),
		.workspace = in->desk.workspace,
		.contact = contact.id,
		.network = network_of(in, i),
		.remote_id = i->author_id,
		.handle = handle,
		.name = shown,
		.url = clean_address(cx->arena, i->author_url),
		.avatar_url = clean_address(cx->arena, i->author_avatar),
		.followers = i->author_followers,
	};
	TRY(identity_insert(cx, db, &identity));
	*ret_identity = identity;
	return OK;
}

/* `starts`: with this message they begin a conversation. *ret_is_met: it is their first ever, and their contact knows of it. */
static enum err find_author(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, bool starts, struct author **ret_author,
			    bool *ret_is_met)
{
	struct str network = network_of(in, i);
	struct str key = arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(network), STR_ARG(i->author_id));
	struct author *author = map_get(in->authors, key);
	bool is_new = false;
	if (!author) {
		struct identity identity;
		enum err e = identity_by_remote(cx, db, in->desk.workspace, network, i->author_id, &identity);
		is_new = e == ERR_MISSING;
		if (e == OK)
			TRY(refresh_card(cx, db, &identity, i));
		else if (is_new)
			TRY(make_author(cx, db, in, i, starts, &identity));
		else
			return e;
		author = arena_new_of(in->people, struct author);
		*author = (struct author){.identity = identity.id, .contact = identity.contact, .name = arena_str(in->people, identity.name),
					  .handle = arena_str(in->people, identity.handle), .is_new = is_new};
		map_put(in->authors, key, author);
		if (is_new)
			*arena_push(in->people, in->heard, in->heard_count, in->heard_capacity) = author;
	}
	*ret_author = author;
	*ret_is_met = is_new;
	return OK;
}

/* The contact is told once a batch, when all that they said is known. */
static void hear_author(struct ingest *in, struct author *a, i64 at, bool starts)
{
	if (!a->last_at && !a->is_new)
		*arena_push(in->people, in->heard, in->heard_count, in->heard_capacity) = a;
	a->first_at = a->last_at && a->first_at < at ? a->first_at : at;
	a->last_at = a->last_at > at ? a->last_at : at;
	a->more_conversations += starts;
}

static enum err tell_heard(struct cx *cx, struct db *db, struct ingest *in)
{
	i64 workspace = in->desk.workspace;
	for (size_t i = 0; i < in->heard_count; i++) {
		struct author *a = in->heard[i];
		if (a->last_at)
			TRY(contact_touch(cx, db, workspace, a->contact, a->first_at, a->last_at, a->more_conversations));
		a->last_at = a->more_conversations = 0;
	}
	for (size_t i = 0; i < in->heard_count; i++) {
		struct author *a = in->heard[i];
		if (a->is_new) {
			TRY(called_add(cx, db, workspace, a->contact, a->name, S("")));
			TRY(called_add(cx, db, workspace, a->identity, a->name, a->handle));
		}
		a->is_new = false;
	}
	in->heard_count = 0;
	if (map_count(in->authors) > AUTHORS_CACHED_MAX)
		forget_people(in);
	return OK;
}

/* ---- where ---- */

/* An export has threads of its own making: what it answers, or starts the thread, may have come by another file. A message that
 * starts its thread itself (a comment under a post) stays by itself. */
static enum err find_elsewhere(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, struct message *ret_message)
{
	enum err e = ERR_MISSING;
	if (str_eq(i->thread_id, i->remote_id))
		return e;
	if (i->parent_id.len)
		e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->parent_id, ret_message);
	if (e == ERR_MISSING)
		e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->thread_id, ret_message);
	return e;
}

/* The conversation of the message it answers (wherever that was merged or split to), else the thread's own, else a new one. */
static enum err find_conversation(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, struct conversation *ret_conversation, i64 *ret_home, bool *ret_new)
{
	struct conversation home;
	i64 workspace = in->desk.workspace;
	*ret_new = false;
	enum err e = conversation_by_remote(cx, db, workspace, in->channel.id, i->thread_id, &home);
	if (e == ERR_MISSING && in->historic) {
		struct message known;
		enum err found = find_elsewhere(cx, db, in, i, &known);
		if (found == OK) {
			*ret_home = known.home;
			return conversation_get(cx, db, workspace, known.conversation, ret_conversation);
		}
		if (found != ERR_MISSING)
			return found;
	}
	if (e == ERR_MISSING) {
		home = (struct conversation){
			.id = id_new(),
			.workspace = workspace,
			.channel = in->channel.id,
			.remote_id = i->thread_id,
			.kind = i->kind,
			.subject = clean_line(cx->arena, i->subject),
			.subject_url = clean_address(cx->arena, i->subject_url),
			.status = i->ours || in->historic ? STATUS_RESOLVED : STATUS_OPEN,
			.priority = PRIORITY_MEDIUM,
			.team = in->channel.team,
			.first_at = i->at,
			.last_at = i->at,
			.version = 1,
		};
		*ret_new = true;
		*ret_home = home.id;
		*ret_conversation = home;
		return OK;
	}
	TRY(e);
	*ret_home = home.id;
	if (i->parent_id.len) {
		struct message parent;
		e = message_by_remote(cx, db, workspace, in->channel.id, i->parent_id, &parent);
		if (e == OK)
			return conversation_get(cx, db, workspace, parent.conversation, ret_conversation);
		if (e != ERR_MISSING)
			return e;
	}
	if (!home.merged_into) {
		*ret_conversation = home;
		return OK;
	}
	return conversation_get(cx, db, workspace, home.id, ret_conversation);
}

static enum err take_turn(struct cx *cx, struct db *db, const struct ingest *in, struct conversation *c)
{
	if (c->assignee || !in->team.id || in->team.assignment == TEAM_MANUAL)
		return OK;
	TRY(team_next(cx, db, &in->team, &c->assignee));
	return c->assignee ? notify_assigned(cx, db, c) : OK;
}

/* One more message, and nothing else about the conversation moved. */
static bool only_heard(const struct conversation *a, const struct conversation *b)
{
	return a->status == b->status && a->due_at == b->due_at && a->breach_at == b->breach_at && a->contact == b->contact && a->first_at == b->first_at &&
	       a->waiting_since == b->waiting_since && a->snoozed_until == b->snoozed_until && a->first_due_at == b->first_due_at &&
	       a->resolve_due_at == b->resolve_due_at && a->first_met_at == b->first_met_at && a->sla_started_at == b->sla_started_at &&
	       a->breached == b->breached && a->assignee == b->assignee && a->resolved_at == b->resolved_at;
}

static bool channel_answers(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && kind->can & (CAN_REPLY | CAN_REPLY_PRIVATE) && !c->archived_at;
}

/* What a message does to its conversation. */
static enum err hear(struct cx *cx, struct db *db, const struct ingest *in, struct conversation *c, const struct message *m, bool is_new)
{
	c->message_count++;
	if (m->at < c->first_at)
		c->first_at = m->at;
	if (m->at >= c->last_at)
		c->last_at = m->at;
	if (m->direction == DIRECTION_OUT) {
		if (!in->historic && c->status == STATUS_OPEN && m->at >= c->inbound_at) /* somebody of ours answered over there */
			c->status = STATUS_PENDING;
		if (c->waiting_since && m->at >= c->waiting_since)
			sla_answered(c, m->at);
		else
			sla_arrange(c);
		return OK;
	}
	bool newest = m->at >= c->inbound_at;
	if (newest) {
		c->inbound_at = m->at;
		c->preview = preview_of(cx->arena, m->body);
		c->gist = gist_of(&m->meaning);
		if (m->rating)
			c->rating = m->rating;
	}
	if (in->historic) {
		/* The past comes in as done. What nobody answered says since when (the view "Never answered"), without a clock; what can still
		 * be answered, and is fresh enough to deserve it, waits. */
		bool waits = newest && m->at >= c->last_at;
		if (waits && m->at >= cx->now - HISTORY_FRESH && channel_answers(&in->channel)) {
			c->status = STATUS_OPEN;
			c->snoozed_until = 0;
		}
		c->waiting_since = waits && !c->waiting_since ? m->at : c->waiting_since;
		sla_arrange(c);
		return OK;
	}
	bool woken = c->status == STATUS_RESOLVED || c->status == STATUS_PENDING || (c->status == STATUS_SNOOZED && c->snoozed_until == SNOOZED_UNTIL_ANSWER);
	if (woken && !is_new) {
		TRY(event_add(cx, db, c->workspace, c->id, "reopened",
			      arena_printf(cx->arena, "{\"from\":\"%s\",\"by\":\"answer\"}", status_word(c->status))));
		if (c->status == STATUS_RESOLVED) { /* a new round of the promise */
			c->sla_started_at = 0;
			c->first_met_at = 0;
			c->resolved_at = 0;
		}
		c->status = STATUS_OPEN;
		c->snoozed_until = 0;
	}
	sla_start(&in->desk, c, m->at);
	return OK;
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
		TRY(message_index(cx, db, &in->spoken[i]));
	in->spoken_count = 0;
	return OK;
}

enum err ingest_settle(struct cx *cx, struct db *db, struct ingest *in)
{
	TRY(index_spoken(cx, db, in)); /* by the names of people who may be forgotten next */
	TRY(tell_heard(cx, db, in));
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
			.name = clean_line(cx->arena, from->name),
			.alt = clean(cx->arena, from->alt, 4000),
			.type = clean_line(cx->arena, from->type),
			.url = clean_address(cx->arena, from->url),
			.size = (i64)from->bytes.len,
		};
		if (from->bytes.len && in->store_blob)
			TRY(in->store_blob(cx, in->blobs, from->bytes, &a.blob_hash));
		TRY(attachment_insert(cx, db, in->desk.workspace, &a));
	}
	return OK;
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
		if (m->direction != DIRECTION_OUT || !leaving || m->remote_id.len || m->channel != channel || i->at > m->at + ECHO_WINDOW)
			continue;
		m->remote_id = i->remote_id;
		m->url = clean_address(cx->arena, i->url);
		*ret_message = m->id;
		return message_save(cx, db, m);
	}
	return OK;
}

static enum err listen(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, const struct message *m, const struct author *author)
{
	u8 tone = 0;
	meaning_sure(&m->meaning, MEANING_SENTIMENT, &tone);
	CLEANUP(buf_free) struct buf kinds = {};
	for (size_t n = 0; n < i->attachment_count; n++) {
		buf_addc(&kinds, ' ');
		buf_add(&kinds, i->attachments[n].kind.len ? i->attachments[n].kind : S("file"));
	}
	const struct heard heard = {
		.message = m->id, .channel = m->channel, .at = m->at, .body = m->body,
		.lang = meaning_sure(&m->meaning, MEANING_LANGUAGE, NULL) ? str_of(m->meaning.language) : m->lang, .author = author->handle, .author_name = m->author_name,
		.tone = (enum mention_tone)tone, .attachments = buf_str(&kinds), .network = in->channel.network, .channel_name = in->channel.name, .followers = i->author_followers,
		.is_harmful = (meaning_signs(&m->meaning) & MEANING_HARM) != 0, .counts = m->direction == DIRECTION_IN,
	};
	return listen_hear(cx, db, m->workspace, in->memory, &in->listening, &heard);
}

static bool is_to_understand(const struct inbound *i)
{
	return !i->meaning && !i->ours && !i->removed && !only_complains(i);
}

void ingest_understand(const struct understanding *own, struct arena *arena, struct inbound *items, size_t count)
{
	CLEANUP(arena_freep) struct arena *words = arena_new();
	for (size_t n = 0; n < count; n++) {
		struct inbound *i = &items[n];
		if (!is_to_understand(i))
			continue;
		struct meaning *meaning = arena_new_of(arena, struct meaning);
		understand(own, clean(words, i->body, MESSAGE_BODY_MAX), clean_line(words, i->lang), meaning);
		i->meaning = meaning;
		arena_reset(words);
	}
}

enum err ingest_understand_new(struct cx *cx, struct db *db, const struct ingest *in, struct inbound *items, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		struct message known;
		enum err e = is_to_understand(&items[n]) ? message_by_remote(cx, db, in->desk.workspace, in->channel.id, items[n].remote_id, &known) : OK;
		if (e == ERR_MISSING)
			ingest_understand(&in->own, cx->arena, &items[n], 1);
		else
			TRY(e);
	}
	return OK;
}

/* In the workspace's words too, where it was not looked at before the transaction began. */
static void understand_once(const struct ingest *in, const struct inbound *i, struct message *m)
{
	if (i->meaning)
		m->meaning = *i->meaning;
	else
		understand(&in->own, m->body, m->lang, &m->meaning);
}

static enum err create(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, i64 *ret_message)
{
	struct author nobody = {}, *author = &nobody;
	struct conversation c;
	i64 home;
	bool is_new, is_met = false;
	TRY(find_conversation(cx, db, in, i, &c, &home, &is_new));
	if (!i->ours)
		TRY(find_author(cx, db, in, i, is_new, &author, &is_met));
	if (is_new && author->identity && !is_met) { /* what was read a while ago may have been merged or split off since */
		struct identity today;
		TRY(identity_get(cx, db, in->desk.workspace, author->identity, &today));
		author->contact = today.contact;
	}
	if (i->ours && !is_new && !in->historic) {
		TRY(adopt_echo(cx, db, &c, i, in->channel.id, ret_message));
		if (*ret_message)
			return OK;
	}
	struct message m = {
		.id = id_new(),
		.workspace = in->desk.workspace,
		.conversation = c.id,
		.home = home,
		.channel = in->channel.id,
		.kind = i->kind,
		.direction = i->ours ? DIRECTION_OUT : DIRECTION_IN,
		.remote_id = i->remote_id,
		.parent_remote_id = i->parent_id,
		.identity = author->identity,
		.author_name = author->name.len ? author->name : clean_line(cx->arena, i->author_name.len ? i->author_name : in->channel.name),
		.body = clean(cx->arena, i->body, MESSAGE_BODY_MAX),
		.lang = clean_line(cx->arena, i->lang),
		.visibility = i->visibility,
		.rating = i->rating,
		.url = clean_address(cx->arena, i->url),
		.at = i->at,
		.received_at = cx->now,
		.edited_at = i->edited_at,
		.attachment_count = (i64)i->attachment_count,
		.reply_state = i->ours ? REPLY_SENT : REPLY_NONE,
	};
	if (!i->ours)
		understand_once(in, i, &m);
	if (!c.contact)
		c.contact = author->contact;
	const struct conversation before = c;
	TRY(hear(cx, db, in, &c, &m, is_new));
	if (!is_new && before.sla_started_at && before.first_due_at && before.sla_started_at != c.sla_started_at)
		TRY(conversation_round_keep(cx, db, &before, cx->now)); /* figures count each promise, not the last alone */
	if (is_new && !in->historic && !i->ours)
		TRY(take_turn(cx, db, in, &c));
	if (is_new)
		TRY(conversation_insert(cx, db, &c));
	else if (only_heard(&before, &c))
		TRY(conversation_save_heard(cx, db, &c));
	else
		TRY(conversation_save(cx, db, &c));
	TRY(message_insert(cx, db, &m));
	*arena_push(in->memory, in->spoken, in->spoken_count, in->spoken_capacity) = m;
	TRY(add_attachments(cx, db, in, m.id, i));
	if (!i->ours && !in->historic && !in->own.keeps_cases)
		TRY(moderate_propose(cx, db, m.workspace, m.id, &m.meaning));
	TRY(listen(cx, db, in, i, &m, author));
	if (author->contact && !is_met)
		hear_author(in, author, m.at, is_new);
	if (!is_new && !i->ours && !in->historic)
		TRY(replies_overtaken(cx, db, m.workspace, c.id));
	touch(in, c.id, is_new);
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
static enum err understand_again(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, struct message *m)
{
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
		struct str body = clean(cx->arena, i->body, MESSAGE_BODY_MAX);
		/* An older copy arriving late (the feed is out of order) must not undo a newer edit; a removal stands. */
		bool older = i->edited_at ? i->edited_at <= m->edited_at : m->edited_at && !in->historic;
		if (str_eq(body, m->body) || m->removed_at || older)
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

enum err ingest_take(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *inbound, enum ingest_result *ret_result,
		     i64 *ret_message)
{
	TRY(ingest_check(cx, inbound));
	struct message known;
	i64 message = 0;
	enum ingest_result result = INGEST_CREATED;
	enum err e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, inbound->remote_id, &known);
	if (e == OK) {
		bool changed = false;
		if (!only_complains(inbound))
			TRY(follow(cx, db, in, inbound, &known, &changed));
		result = changed ? INGEST_CHANGED : INGEST_UNCHANGED;
		message = known.id;
	} else if (e != ERR_MISSING) {
		return e;
	} else if (inbound->removed) { /* before we ever saw it: it may still come, late */
		TRY(removal_add(cx, db, in->desk.workspace, in->channel.id, inbound->remote_id));
		in->removals = true;
		result = INGEST_UNCHANGED;
	} else if (only_complains(inbound)) {
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
		TRY(moderate_report(cx, db, in->desk.workspace, message, inbound->report_id, clean(cx->arena, inbound->report, REPORT_MAX)));
	*ret_result = result;
	if (ret_message)
		*ret_message = message;
	return OK;
}
