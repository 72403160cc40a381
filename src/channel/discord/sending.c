/* What goes out: posts in the channel that is set for them, answers under what they answer, with a nonce that Discord takes once within some minutes; nobody is ever pinged. After a
 * doubt the channel is read. Taking a message of others away needs the right to manage messages there. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/discord/connector.h"
#include "channel/json_read.h"
#include "sys/crypto.h"

#define PAGE 100
#define PAGES 5
#define NONCE 24 /* of 25 characters */
#define CLOCKS_DIFFER (2 * MINUTE)
#define LIKE "\xF0\x9F\x91\x8D"

static struct sent never(struct str story)
{
	return (struct sent){.outcome = OUTCOME_NEVER, .story = story};
}

/* What it says about this channel or message is not about the account: the rest may leave. */
static void settle(struct cx *cx, const struct exchange *x, struct sent *sent)
{
	i64 code = discord_error(x);
	const json_t *errors = json_object_get(x->document, "errors");
	if (code == DISCORD_MISSING_ACCESS || code == DISCORD_MISSING_PERMISSIONS)
		*sent = never(str_of(_(N_("The bot lacks the right to do that in this channel. Give its role the right on the Discord server, then try again."))));
	else if (code == DISCORD_UNKNOWN_CHANNEL)
		*sent = never(str_of(_(N_("The channel or thread that this belongs to is no longer there."))));
	else if (code == DISCORD_INVALID_FORM && json_has(errors, "message_reference"))
		*sent = never(str_of(_(N_("The message that this answers is no longer there."))));
}

/* Behind bars, until somebody presses on it: what Discord does with text between two of them. */
static struct str covered(struct cx *cx, const struct outbound *o)
{
	bool has_bars = str_find(o->body, S("||")) >= 0;
	if (!o->warning.len || !o->body.len)
		return o->warning.len ? o->warning : o->body;
	return arena_printf(cx->arena, has_bars ? "%.*s\n%.*s" : "%.*s\n||%.*s||", STR_ARG(o->warning), STR_ARG(o->body));
}

/* Files whose names begin so are covered there. */
static const struct outbound_media *covered_files(struct cx *cx, const struct outbound *o)
{
	struct outbound_media *all = arena_array(cx->arena, struct outbound_media, o->media_count + 1);
	for (size_t i = 0; i < o->media_count; i++) {
		all[i] = o->media[i];
		all[i].name = arena_printf(cx->arena, "SPOILER_%.*s", STR_ARG(all[i].name.len ? all[i].name : S("file")));
	}
	return all;
}

/* Where it goes: a post into the channel that is set for posts; what follows a post of ours, and what is said to it, into that post's channel. */
static struct outbound placed(struct cx *cx, const struct channel_account *account, const struct outbound *o)
{
	struct outbound at = *o;
	struct str channel, message;
	if (o->act == ACT_POST) {
		at.thread_id = str_trim(exchange_setting(account, "posts"));
		at.parent_id = (struct str){};
		at.visibility = VISIBILITY_PUBLIC;
		at.body = covered(cx, o);
		if (o->warning.len)
			at.media = covered_files(cx, o);
	} else if (o->act == ACT_REPLY && discord_id_split(o->thread_id, &channel, &message)) {
		at.thread_id = channel;
	}
	return at;
}

/* The same for every attempt of an act. */
static struct str nonce_of(struct cx *cx, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = hash_of(o->dedup_key);
	buf_add_hex(&hex, hash.at, NONCE / 2);
	return buf_keep(&hex, cx->arena);
}

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static void release(void *json)
{
	json_decref(json);
}

static struct str parent_of(const struct outbound *o)
{
	struct str channel, message;
	return discord_id_split(o->parent_id, &channel, &message) && str_eq(channel, o->thread_id) ? message : (struct str){};
}

static json_t *poll_json(const struct poll *poll)
{
	json_t *answers = json_array();
	for (size_t i = 0; i < poll->count; i++)
		json_array_append_new(answers, json_pack("{s:{s:o}}", "poll_media", "text", text_json(poll->choices[i])));
	i64 hours = (poll->lasting + HOUR - 1) / HOUR;
	return json_pack("{s:{s:o}, s:o, s:b, s:I}", "question", "text", text_json(poll->question), "answers", answers, "allow_multiselect", poll->several, "duration",
			 (json_int_t)hours);
}

static struct str letter(struct cx *cx, const struct outbound *o)
{
	json_t *body = json_pack("{s:o, s:o, s:b, s:{s:[], s:b}}", "content", text_json(o->body), "nonce", text_json(nonce_of(cx, o)), "enforce_nonce", 1, "allowed_mentions",
				 "parse", "replied_user", 0);
	struct str parent = parent_of(o);
	arena_defer(cx->arena, release, body);
	if (parent.len)
		json_object_set_new(body, "message_reference", json_pack("{s:o}", "message_id", text_json(parent)));
	if (o->poll.count)
		json_object_set_new(body, "poll", poll_json(&o->poll));
	for (size_t i = 0; i < o->media_count; i++) {
		if (i == 0)
			json_object_set_new(body, "attachments", json_array());
		json_t *one = json_pack("{s:o, s:o}", "id", json_sprintf("%zu", i), "filename", text_json(o->media[i].name.len ? o->media[i].name : S("file")));
		if (o->media[i].alt.len)
			json_object_set_new(one, "description", text_json(o->media[i].alt));
		json_array_append_new(json_object_get(body, "attachments"), one);
	}
	return arena_json(cx->arena, body, JSON_COMPACT | JSON_SORT_KEYS);
}

/* A name within quotes of a header. */
static void add_name(struct buf *b, struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		buf_addc(b, name.at[i] == '"' || name.at[i] == '\\' || (u8)name.at[i] < ' ' ? '_' : name.at[i]);
}

/* The letter and its files as a form. */
static struct str form(struct cx *cx, const struct outbound *o, struct str boundary)
{
	struct buf *b = buf_in_arena(cx->arena);
	buf_addf(b, "--%.*s\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n", STR_ARG(boundary));
	buf_add(b, letter(cx, o));
	for (size_t i = 0; i < o->media_count; i++) {
		const struct outbound_media *m = &o->media[i];
		buf_addf(b, "\r\n--%.*s\r\nContent-Disposition: form-data; name=\"files[%zu]\"; filename=\"", STR_ARG(boundary), i);
		add_name(b, m->name.len ? m->name : S("file"));
		buf_adds(b, "\"\r\nContent-Type: ");
		add_name(b, m->type.len ? m->type : S("application/octet-stream"));
		buf_adds(b, "\r\n\r\n");
		buf_add(b, m->bytes);
	}
	buf_addf(b, "\r\n--%.*s--\r\n", STR_ARG(boundary));
	return buf_str(b);
}

static struct str url_of(struct cx *cx, const struct channel_account *account, struct str channel, struct str message)
{
	return arena_printf(cx->arena, "https://discord.com/channels/%.*s/%.*s/%.*s", STR_ARG(exchange_setting(account, "guild")), STR_ARG(channel), STR_ARG(message));
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = arena_printf(cx->arena, "/channels/%.*s/messages", STR_ARG(o->thread_id))};
	if (o->visibility == VISIBILITY_PRIVATE) {
		*ret_sent = never(str_of(_(N_("This channel cannot write in private on Discord."))));
		return OK;
	}
	if (!discord_is_id(o->thread_id)) {
		*ret_sent = never(str_of(_(N_("The channel or thread that this belongs to is no longer there."))));
		return OK;
	}
	struct str boundary = arena_printf(cx->arena, "parvis-%.*s", STR_ARG(nonce_of(cx, o)));
	x.body = o->media_count ? form(cx, o, boundary) : letter(cx, o);
	x.type = o->media_count ? arena_printf(cx->arena, "multipart/form-data; boundary=%.*s", STR_ARG(boundary)).at : NULL;
	TRY(discord_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	settle(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE) {
		struct str id = ret_sent->remote_id;
		ret_sent->remote_id = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(o->thread_id), STR_ARG(id));
		ret_sent->url = url_of(cx, account, o->thread_id, id);
	}
	return OK;
}

/* A sign of the alphabet of signs, or "name:id" of the server's own. */
static struct str reaction_path(struct cx *cx, const struct outbound *o, struct str channel, struct str message)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "/channels/%.*s/messages/%.*s/reactions/", STR_ARG(channel), STR_ARG(message));
	buf_add_url(&b, o->reaction.len && !str_eq(o->reaction, S("like")) ? o->reaction : S(LIKE));
	buf_adds(&b, "/@me");
	return buf_keep(&b, cx->arena);
}

enum err discord_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str channel, message;
	struct exchange x = {.method = "DELETE"};
	struct outbound at = placed(cx, account, o);
	if (o->act == ACT_POST && !discord_is_id(at.thread_id)) {
		*ret_sent = never(str_of(_(N_("No channel is set for posts. Write its ID into “Channel for posts” on this channel's page, then send it again."))));
		return OK;
	}
	if (o->act == ACT_REPLY || o->act == ACT_POST)
		return reply(cx, net, account, &at, ret_sent);
	if (!discord_id_split(o->remote_id, &channel, &message)) {
		*ret_sent = never(str_of(_(N_("The message that this is about is not one of this network."))));
		return OK;
	}
	if (o->act == ACT_REACT || o->act == ACT_UNREACT) {
		x.method = o->act == ACT_REACT ? "PUT" : "DELETE";
		x.path = reaction_path(cx, o, channel, message);
		x.body = o->act == ACT_REACT ? S("") : (struct str){};
	} else if (o->act == ACT_HIDE) {
		x.path = arena_printf(cx->arena, "/channels/%.*s/messages/%.*s", STR_ARG(channel), STR_ARG(message));
	} else {
		*ret_sent = never(str_of(_(N_("This network cannot do that."))));
		return OK;
	}
	TRY(discord_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	settle(cx, &x, ret_sent);
	if (discord_error(&x) == DISCORD_UNKNOWN_MESSAGE && o->act != ACT_REACT) /* it is gone: what was wanted */
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	return OK;
}

/* ---- looking for what may have been sent ---- */

static bool is_it(struct cx *cx, const struct channel_account *account, const struct outbound *o, const json_t *message, i64 since)
{
	struct str parent = parent_of(o), nonce = json_text(message, "nonce");
	if (nonce.len && str_eq(nonce, nonce_of(cx, o)))
		return true;
	return str_eq(json_id(cx->arena, message, "author/id"), discord_self(account)) && json_instant(message, "timestamp") >= since &&
	       str_eq(json_id(cx->arena, message, "message_reference/message_id"), parent) && str_eq(str_trim(json_text(message, "content")), str_trim(o->body)) &&
	       json_array_size(json_list(message, "attachments")) == o->media_count;
}

/* How far the network's clock is ahead of ours. */
static i64 skew_of(const struct cx *cx, const struct exchange *x)
{
	i64 theirs;
	return time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
}

/* A page, from `*after` on. *ret_full: there may be another. */
static enum err look_page(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str *after, bool *ret_full, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET"};
	const json_t *message;
	size_t index;
	x.path = arena_printf(cx->arena, "/channels/%.*s/messages?limit=%d&after=%.*s", STR_ARG(o->thread_id), PAGE, STR_ARG(*after));
	*ret_full = false;
	TRY(discord_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_HOLD && discord_error(&x)) /* about this channel, not the account */
		ret_sent->outcome = OUTCOME_LATER;
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (!json_is_array(x.document)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	i64 since = o->intended_at + skew_of(cx, &x) - 2 * SECOND;
	json_array_foreach(x.document, index, message)
	{
		struct str id = json_id(cx->arena, message, "id");
		if (is_it(cx, account, o, message, since)) {
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(o->thread_id), STR_ARG(id)),
						  .url = url_of(cx, account, o->thread_id, id)};
			return OK;
		}
		if (discord_is_id(id) && discord_id_order(id, *after) > 0)
			*after = id;
	}
	*ret_full = json_array_size(x.document) >= PAGE;
	*ret_sent = *ret_full ? (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))}
			      : never(str_of(_(N_("It did not arrive there."))));
	return OK;
}

enum err discord_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct outbound at = placed(cx, account, o);
	if ((o->act != ACT_REPLY && o->act != ACT_POST) || !discord_is_id(at.thread_id)) /* liking twice is liking once; taking away too */
		return discord_publish(cx, net, account, o, ret_sent);
	if (!discord_self(account).len) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	struct str after = arena_printf(cx->arena, "%llu", (unsigned long long)discord_id_of(o->intended_at - CLOCKS_DIFFER));
	bool full = true;
	for (int page = 0; page < PAGES && full; page++)
		TRY(look_page(cx, net, account, &at, &after, &full, ret_sent));
	return OK;
}
