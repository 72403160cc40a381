#include "flow/form.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/ingest.h"
#include "flow/transaction.h"
#include "flow/visitor.h"
#include "model/actor.h"
#include "store/contact.h"
#include "store/event.h"
#include "sys/crypto.h"
#include "model/file_type.h"
#include "sys/files.h"

#include <string.h>

#define PREFIX "form-"
#define KEY_LEN 22
#define WORDING_MAX 2000 /* characters of each text, in each language */
#define TALK_MAX 500

static void release(void *json)
{
	json_decref(json);
}

static struct str dumped(struct cx *cx, const json_t *json)
{
	return arena_json(cx->arena, json, JSON_COMPACT | JSON_SORT_KEYS);
}

/* ---- as its owner set it ---- */

static struct str wording(struct cx *cx, const json_t *form, const char *name)
{
	const json_t *texts = json_object_get(form, name);
	return json_is_object(texts) ? dumped(cx, texts) : S("{}");
}

static enum err load(struct cx *cx, struct db *db, const struct channel *c, struct form *ret_form)
{
	struct form form = {.channel = *c};
	const json_t *kept = json_object_get(channel_settings(cx, c), "form");
	TRY(workspace_get(cx, db, c->workspace, &form.workspace));
	form.is_open = json_is_true(json_object_get(kept, "open")) && c->form_key.len && !c->archived_at;
	form.takes_files = !json_is_false(json_object_get(kept, "files"));
	form.needs_email = json_is_true(json_object_get(kept, "email"));
	form.title = wording(cx, kept, "title");
	form.intro = wording(cx, kept, "intro");
	form.consent = wording(cx, kept, "consent");
	*ret_form = form;
	return OK;
}

enum err form_by_key(struct cx *cx, struct db *db, struct str key, struct form *ret_form)
{
	struct channel c;
	struct form form = {};
	enum err e = key.len == KEY_LEN ? channel_by_form(cx, db, key, &c) : ERR_MISSING;
	if (e == OK)
		e = load(cx, db, &c, &form);
	if (e != OK && e != ERR_MISSING)
		return e;
	if (e != OK || !form.is_open || str_eq(form.channel.state, S("paused")))
		return fail(cx, ERR_MISSING, N_("This form is closed. Nothing was sent; look for another way to write on the site that led you here."));
	*ret_form = form;
	return OK;
}

enum err form_of_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct form *ret_form)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	return load(cx, db, &c, ret_form);
}

static enum err open_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel *ret_channel)
{
	if (!actor_may(cx->actor, MAY_MANAGE_CHANNELS))
		return fail(cx, ERR_DENIED, N_("Your role does not connect or set channels."));
	TRY(channel_get(cx, db, workspace, channel, ret_channel));
	const struct channel_kind *kind = channel_kind_of(ret_channel->kind);
	if (!kind || !(kind->can & HAS_FORM))
		return fail(cx, ERR_CONFLICT, N_("This kind of channel has no public page."));
	return ret_channel->archived_at ? fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first.")) : OK;
}

static void make_key(struct cx *cx, struct channel *c)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	c->form_key = arena_printf(cx->arena, "%.*s", KEY_LEN, token);
}

static enum err keep(struct cx *cx, struct db *db, const struct channel *c, const char *act, bool open)
{
	TRY(channel_update(cx, db, c));
	TRY(audit(cx, db, c->workspace, act, arena_printf(cx->arena, "channel:%lld", (long long)c->id), open ? S("{\"open\":true}") : S("{\"open\":false}")));
	return change_add(cx, db, c->workspace, 0, "channel", c->id);
}

static enum err put_wording(struct cx *cx, json_t *form, const char *name, struct str by_language)
{
	const char *lang;
	json_t *texts = json_loadb(by_language.at ? by_language.at : "", by_language.len, 0, NULL), *text;
	json_object_set_new(form, name, texts ? texts : json_object());
	json_object_foreach(texts, lang, text)
		if (utf8_count((struct str){json_string_value(text), json_string_length(text)}) > WORDING_MAX)
			return fail_field(cx, arena_printf(cx->arena, "%s_%s", name, lang).at, N_("Shorten this: %d characters at the most."), WORDING_MAX);
	return OK;
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, i64 channel, const struct form_wish *wish)
{
	struct channel c;
	TRY(open_channel(cx, db, workspace, channel, &c));
	json_t *settings = channel_settings(cx, &c), *form = json_object();
	json_object_set_new(settings, "form", form);
	json_object_set_new(form, "open", json_boolean(wish->is_open));
	json_object_set_new(form, "files", json_boolean(wish->takes_files));
	json_object_set_new(form, "email", json_boolean(wish->needs_email));
	TRY(put_wording(cx, form, "title", wish->title));
	TRY(put_wording(cx, form, "intro", wish->intro));
	TRY(put_wording(cx, form, "consent", wish->consent));
	c.settings = dumped(cx, settings);
	if (wish->is_open && !c.form_key.len)
		make_key(cx, &c);
	return keep(cx, db, &c, "channel.form", wish->is_open);
}

enum err form_set(struct cx *cx, struct db *db, i64 workspace, i64 channel, const struct form_wish *wish)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, channel, wish));
}

static enum err renew(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	struct channel c;
	TRY(open_channel(cx, db, workspace, channel, &c));
	make_key(cx, &c);
	return keep(cx, db, &c, "channel.form_address", json_is_true(json_object_get(json_object_get(channel_settings(cx, &c), "form"), "open")));
}

enum err form_renew(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	return IN_TRANSACTION(cx, db, renew(cx, db, workspace, channel));
}

/* ---- something is sent ---- */

bool form_file_type(struct str bytes, struct str *ret_type, struct str *ret_kind)
{
	struct str type, kind;
	if (!file_type_of(bytes, &type, &kind) || str_eq(kind, S("video")) || str_eq(kind, S("audio")))
		return false;
	*ret_type = type;
	*ret_kind = kind;
	return true;
}

enum err form_file(struct cx *cx, const char *path, i64 size, struct str *ret_bytes)
{
	if (size > FORM_FILE_MAX)
		return fail_field(cx, "file", N_("This file is too large: 5 MB at the most."));
	return file_read(cx, path, FORM_FILE_MAX, ret_bytes);
}

static enum err check(struct cx *cx, const struct form_letter *l)
{
	if (!l->text.len)
		return fail_field(cx, "text", N_("Write your message."));
	if (!utf8_valid(l->text) || utf8_count(l->text) > FORM_TEXT_MAX)
		return fail_field(cx, "text", N_("Shorten this: %d characters at the most."), FORM_TEXT_MAX);
	struct str type, kind;
	if (l->file_name.len && !form_file_type(l->file_bytes, &type, &kind))
		return fail_field(cx, "file", N_("Pictures (PNG, JPEG, GIF, WebP), PDF and plain text are taken; this is something else, or empty."));
	return OK;
}

/* A page open to everybody does not fill the desk: what is over the measure is asked to come later, and keeps its text on the page. */
static enum err check_flood(struct cx *cx, struct db *db, const struct channel *c)
{
	i64 count;
	TRY(channel_received(cx, db, c->workspace, c->id, cx->now - HOUR, FORM_HOUR_MAX, &count));
	return count < FORM_HOUR_MAX ? OK : fail_field(cx, "text", N_("Very many people write at this moment. Keep this page open and send it again in some minutes."));
}

/* What the API would be sent. */
static json_t *pushed_of(struct cx *cx, const struct form_letter *l, struct str thread, struct str parent, struct str author, struct str name, struct str handle)
{
	json_t *body = json_pack("{s:o, s:s%, s:s%, s:s, s:{s:s%, s:s%, s:s%}}", "id", json_sprintf(PREFIX "%.*s", STR_ARG(l->nonce)), "text", l->text.at, l->text.len,
				 "thread", thread.at, thread.len, "lang", cx->lang, "author", "id", author.at, author.len, "name", name.at, name.len, "handle",
				 handle.at ? handle.at : "", handle.len);
	must(body);
	if (l->subject.len)
		json_object_set_new(body, "subject", json_stringn(l->subject.at, l->subject.len));
	if (parent.len)
		json_object_set_new(body, "parent", json_stringn(parent.at, parent.len));
	arena_defer(cx->arena, release, body);
	return body;
}

static enum err take(struct cx *cx, struct db *db, const struct channel *c, const struct form_letter *l, const struct meaning *meaning, const json_t *body,
		     struct ingest *in, struct message *ret_message, bool *ret_new)
{
	struct inbound inbound;
	struct inbound_attachment file = {.name = l->file_name, .bytes = l->file_bytes};
	enum ingest_result result;
	i64 id;
	TRY(channel_kind_of(c->kind)->pushed(cx, body, &inbound));
	inbound.meaning = meaning;
	if (form_file_type(l->file_bytes, &file.type, &file.kind)) {
		inbound.attachments = &file;
		inbound.attachment_count = 1;
	}
	TRY(ingest_take(cx, db, in, &inbound, &result, &id));
	*ret_new = result == INGEST_CREATED;
	return message_get(cx, db, c->workspace, id, ret_message);
}

static enum err keep_email(struct cx *cx, struct db *db, const struct message *m, struct str email)
{
	struct identity author;
	struct contact contact;
	TRY(identity_get(cx, db, m->workspace, m->identity, &author));
	TRY(contact_get(cx, db, m->workspace, author.contact, &contact));
	if (contact.email.len)
		return OK;
	contact.email = email;
	return contact_update(cx, db, &contact);
}

static enum err send(struct cx *cx, struct db *db, const struct form *form, const struct form_letter *l, const struct meaning *meaning, struct ingest *in,
		     i64 *ret_conversation)
{
	const struct channel *c = &form->channel;
	struct str id = arena_printf(cx->arena, PREFIX "%.*s", STR_ARG(l->nonce));
	struct message m;
	bool fresh;
	TRY(take(cx, db, c, l, meaning, pushed_of(cx, l, id, (struct str){}, id, l->name, l->email), in, &m, &fresh));
	*ret_conversation = m.home;
	if (!fresh)
		return ingest_settle(cx, db, in);
	if (l->email.len)
		TRY(keep_email(cx, db, &m, l->email));
	if (l->email.len && l->outside)
		TRY(visitor_note(cx, db, m.workspace, m.home, l->email, l->outside, l->work));
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"text\":");
	buf_add_json(&detail, l->consent);
	buf_addc(&detail, '}');
	TRY(event_add(cx, db, m.workspace, m.conversation, "consent", buf_str(&detail)));
	return ingest_settle(cx, db, in);
}

static enum err answer(struct cx *cx, struct db *db, const struct form_talk *talk, const struct form_letter *l, const struct meaning *meaning, struct ingest *in)
{
	const struct message *first = NULL, *last = NULL;
	struct identity author;
	struct message m;
	bool fresh;
	for (size_t i = 0; i < talk->count; i++) {
		first = !first && talk->messages[i].direction == DIRECTION_IN ? &talk->messages[i] : first;
		last = talk->messages[i].remote_id.len ? &talk->messages[i] : last;
	}
	must(first && last);
	TRY(identity_get(cx, db, first->workspace, first->identity, &author));
	TRY(take(cx, db, &talk->channel, l, meaning, pushed_of(cx, l, talk->conversation.remote_id, last->remote_id, author.remote_id, author.name, author.handle), in, &m,
		 &fresh));
	return ingest_settle(cx, db, in);
}

/* Whoever else is signed in in this browser: somebody outside writes. */
static struct actor author_of(const struct cx *cx, i64 workspace, const struct form_letter *l)
{
	return (struct actor){.kind = ACTOR_OUTSIDE, .workspace = workspace, .name = l->name.len ? l->name : S("?"), .zone = S("UTC"), .lang = cx->lang, .address = l->address};
}

static enum err start(struct cx *cx, struct db *db, const struct channel *c, const struct form_letter *l, struct ingest *ret_ingest, const struct meaning **ret_meaning)
{
	struct inbound said = {.body = l->text, .lang = str_of(cx->lang)};
	TRY(check(cx, l));
	TRY(check_flood(cx, db, c));
	TRY(ingest_start(cx, db, c->workspace, c->id, false, cx->arena, ret_ingest));
	ret_ingest->store_blob = l->store_blob;
	ret_ingest->blobs = l->blobs;
	ingest_understand(&ret_ingest->own, cx->arena, &said, 1);
	*ret_meaning = said.meaning;
	return OK;
}

enum err form_send(struct cx *cx, struct db *db, const struct form *form, const struct form_letter *letter, i64 *ret_conversation)
{
	struct form_letter l = *letter;
	struct ingest in;
	const struct meaning *meaning;
	const struct actor author = author_of(cx, form->workspace.id, &l), *before = cx->actor;
	if (!l.name.len)
		return fail_field(cx, "name", N_("Write a name, so that we know how to call you."));
	if (form->needs_email && !l.email.len)
		return fail_field(cx, "email", N_("Write your email, so that we can answer you."));
	if (!form->takes_files)
		l.file_name = l.file_bytes = (struct str){};
	TRY(start(cx, db, &form->channel, &l, &in, &meaning));
	cx->actor = &author;
	enum err e = IN_TRANSACTION(cx, db, send(cx, db, form, &l, meaning, &in, ret_conversation));
	cx->actor = before;
	return e;
}

/* ---- the thread ---- */

enum err form_talk(struct cx *cx, struct db *db, i64 conversation, struct form_talk *ret_talk)
{
	struct form_talk talk = {};
	struct message *all;
	size_t count;
	i64 workspace;
	TRY(conversation_workspace(cx, db, conversation, &workspace));
	TRY(conversation_get_itself(cx, db, workspace, conversation, &talk.conversation));
	if (!str_starts(talk.conversation.remote_id, S(PREFIX)))
		return fail(cx, ERR_MISSING, N_("This address opens nothing. Copy it whole, as you were given it."));
	TRY(channel_get(cx, db, workspace, talk.conversation.channel, &talk.channel));
	TRY(workspace_get(cx, db, workspace, &talk.workspace));
	TRY(message_of_home(cx, db, workspace, conversation, TALK_MAX, &all, &count));
	talk.messages = arena_array(cx->arena, struct message, count + 1);
	for (size_t i = 0; i < count; i++) {
		bool theirs = all[i].direction == DIRECTION_IN, ours = all[i].direction == DIRECTION_OUT && all[i].reply_state == REPLY_SENT;
		if (theirs || ours)
			talk.messages[talk.count++] = all[i];
	}
	enum err e = visitor_get(cx, db, workspace, conversation, &talk.visitor);
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	talk.can_answer = !talk.channel.archived_at && !str_eq(talk.channel.state, S("paused")) && talk.count < TALK_MAX;
	*ret_talk = talk;
	return OK;
}

enum err form_answer(struct cx *cx, struct db *db, const struct form_talk *talk, const struct form_letter *letter)
{
	struct ingest in;
	const struct meaning *meaning;
	const struct actor author = author_of(cx, talk->workspace.id, letter), *before = cx->actor;
	if (!talk->can_answer)
		return fail(cx, ERR_CONFLICT, N_("This thread takes no more messages. What was said stays here."));
	TRY(start(cx, db, &talk->channel, letter, &in, &meaning));
	cx->actor = &author;
	enum err e = IN_TRANSACTION(cx, db, answer(cx, db, talk, letter, meaning, &in));
	cx->actor = before;
	return e;
}
