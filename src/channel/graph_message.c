/* Private messages of pages and of Instagram accounts, both sent by the page: https://developers.facebook.com/docs/messenger-platform/
 * (send-messages, discovery/private-replies, policy) and .../instagram/features/private-replies, as of 2026-11-21. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/graph.h"

#define CLOCKS_DIFFER (2 * SECOND)

const struct graph_window graph_windows[] = {
	{NULL, 24, "2026-11-21", "Messenger Platform, Policy overview: standard messaging, within 24 hours of what the person last wrote"},
	{"HUMAN_AGENT", 7 * 24, "2026-11-21", "Messenger Platform, Message tags: HUMAN_AGENT, written by a person, within seven days"},
	{},
};

const struct channel_time graph_times[] = {
	{DAY, NULL, "2026-11-21", "Messenger Platform, Policy overview"},
	{7 * DAY, N_("The first 24 hours are over, so it leaves only if Meta granted “Human Agent” to your app."), "2026-11-21", "Messenger Platform, Message tags"},
	{},
};

/* ---- after a doubt ---- */

/* Blanks are given back in another number than they were sent. */
static struct str core_of(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < text.len; i++)
		if ((u8)text.at[i] > ' ')
			buf_addc(&b, text.at[i]);
	return buf_keep(&b, cx->arena);
}

static bool by_us(struct cx *cx, const struct channel_account *account, const json_t *one)
{
	struct str author = json_id(cx->arena, one, "from/id"), handle = json_text(account->known, "handle");
	return !author.len || str_eq(author, graph_self(account)) || str_eq(author, graph_page(account)) || (handle.len && str_eq(json_text(one, "from/username"), handle));
}

const json_t *graph_find(struct cx *cx, const struct exchange *x, const struct channel_account *account, const json_t *list, const struct outbound *o, const char *body, const char *at)
{
	const json_t *one;
	size_t index;
	i64 theirs, skew = time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
	i64 since = (o->intended_at + skew - CLOCKS_DIFFER) / SECOND * SECOND; /* the network tells whole seconds */
	struct str said = core_of(cx, o->body);
	json_array_foreach((json_t *)list, index, one)
	{
		if (by_us(cx, account, one) && json_instant(one, at) >= since && str_eq(core_of(cx, json_text(one, body)), said) && json_has(one, "id"))
			return one;
	}
	return NULL;
}

void graph_found(struct cx *cx, const json_t *found, bool known_absent, struct sent *ret_sent)
{
	if (found)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = json_id(cx->arena, found, "id"), .url = exchange_text(cx, found, "permalink_url")};
	else if (known_absent)
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
}

/* Our messages since it was to leave, the oldest first: is its text there, and with it the file, which is the next that we sent after it? */
static void look_through(struct cx *cx, const struct exchange *x, const struct channel_account *account, const json_t *list, const struct outbound *o, const json_t **text, bool *file)
{
	const json_t *found = graph_find(cx, x, account, list, o, "message", "created_time");
	size_t at = json_array_size(list);
	while (found && at-- > 0 && json_array_get(list, at) != found)
		;
	for (size_t i = found ? at : 0; i-- > 0;) { /* the newest stands first */
		const json_t *one = json_array_get(list, i);
		if (!by_us(cx, account, one))
			continue;
		*file = !json_text(one, "message").len && json_array_size(json_list(one, "attachments/data"));
		break;
	}
	*text = found;
}

/* `sent`: of the text; DONE or NEVER where it could be told. */
static enum err look_both(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str person, const char *platform, struct sent *sent,
			  bool *ret_text, bool *ret_all)
{
	CLEANUP(buf_free) struct buf more = {};
	const json_t *text = NULL, *one;
	bool file = false;
	size_t index;
	buf_addf(&more, "/conversations?platform=%s&user_id=", platform);
	buf_add_url(&more, person);
	buf_addf(&more, "&fields=messages.limit(50){id,message,created_time,from%s}", o->media_count ? ",attachments" : "");
	struct exchange x = {.method = "GET", .path = graph_path(cx, graph_page(account), buf_cstr(&more))};
	*ret_text = *ret_all = false;
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, sent);
	if (sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *conversations = json_list(x.document, "data");
	json_array_foreach((json_t *)conversations, index, one)
		if (!text)
			look_through(cx, &x, account, json_list(one, "messages/data"), o, &text, &file);
	graph_found(cx, text, conversations, sent);
	*ret_text = text;
	*ret_all = text && (file || !o->media_count);
	return OK;
}

enum err graph_message_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str person, const char *platform,
			    struct sent *ret_sent)
{
	bool text, all;
	TRY(look_both(cx, net, account, o, person, platform, ret_sent, &text, &all));
	if (text && !all) /* what is still missing is sent by the next attempt, which sees what is there */
		graph_found(cx, NULL, true, ret_sent);
	return OK;
}

/* ---- sending ---- */

static struct str recipient_of(struct cx *cx, const struct outbound *o, bool of_comment)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, of_comment ? "{\"comment_id\":" : "{\"id\":");
	buf_add_json(&b, of_comment ? (o->parent_id.len ? o->parent_id : o->thread_id) : o->thread_id);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static void text_order(struct cx *cx, const struct outbound *o, bool of_comment, const char *tag, struct exchange *x)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"recipient\":%.*s,\"message\":{\"text\":", STR_ARG(recipient_of(cx, o, of_comment)));
	buf_add_json(&b, o->body);
	buf_adds(&b, tag ? "},\"messaging_type\":\"MESSAGE_TAG\",\"tag\":" : "},\"messaging_type\":\"RESPONSE\"");
	if (tag)
		buf_add_json(&b, str_of(tag));
	buf_addc(&b, '}');
	x->body = buf_keep(&b, cx->arena);
}

/* The network takes no names in other letters. */
static struct str plain_name(struct cx *cx, struct str name)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < name.len && b.len < 100; i++)
		if (((u8)name.at[i] & 0xc0) != 0x80)
			buf_addc(&b, name.at[i] > ' ' && (u8)name.at[i] < 0x7f && name.at[i] != '"' && name.at[i] != '\\' ? name.at[i] : '_');
	return b.len ? buf_keep(&b, cx->arena) : S("file");
}

struct exchange_part graph_file(struct cx *cx, const char *name, const struct outbound_media *m)
{
	return (struct exchange_part){name, plain_name(cx, m->name), m->type.len ? m->type : S("application/octet-stream"), m->bytes};
}

/* https://developers.facebook.com/docs/messenger-platform/send-messages (from a file), and .../instagram/features/attachment-upload */
static void file_order(struct cx *cx, const struct outbound *o, const char *tag, struct exchange *x)
{
	const struct outbound_media *m = &o->media[0];
	struct exchange_part parts[5] = {
		{.name = "recipient", .value = recipient_of(cx, o, false)},
		{.name = "message", .value = arena_printf(cx->arena, "{\"attachment\":{\"type\":\"%.*s\",\"payload\":{}}}", STR_ARG(m->kind.len ? m->kind : S("file")))},
		{.name = "messaging_type", .value = tag ? S("MESSAGE_TAG") : S("RESPONSE")},
		graph_file(cx, "filedata", m),
		{.name = "tag", .value = str_of(tag)},
	};
	exchange_form(cx, x, parts, tag ? 5 : 4);
}

static const struct graph_error *refusal_of(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED ? graph_error_of(x->document) : NULL;
}

/* A tag that Meta did not approve for the app is refused as a right or a parameter; that says nothing of the channel, whose other answers leave. */
static bool refuses_tag(const struct graph_window *w, const struct graph_error *row)
{
	return w->tag && row && row->of_edge && !row->of_window && !row->of_person;
}

/* Under the first window, and when that is over under the next: the network is asked, since only it knows when they last wrote. A refusal
 * for the window is certain: nothing was sent. */
static enum err send_one(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, bool of_comment, bool file, struct sent *ret_sent)
{
	struct sent over = {};
	for (const struct graph_window *w = graph_windows; w->hours; w++) {
		struct exchange x = {.method = "POST", .path = graph_path(cx, graph_page(account), "/messages")};
		if (file)
			file_order(cx, o, w->tag, &x);
		else
			text_order(cx, o, of_comment, w->tag, &x);
		TRY(graph_ask(cx, net, account, &x));
		graph_acted(cx, account, &x, ret_sent);
		exchange_take_id(cx, &x, "message_id", ret_sent);
		const struct graph_error *row = refusal_of(&x);
		if (refuses_tag(w, row))
			*ret_sent = over;
		if (of_comment || !row || !row->of_window)
			break;
		over = *ret_sent;
	}
	return OK;
}

/* A message holds a text or a file: they are two. The text goes first, since by it both are found again (graph_message_look). */
static enum err send_both(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, const char *platform, struct sent *ret_sent)
{
	struct sent text = {}, file = {};
	bool text_there, all_there;
	TRY(look_both(cx, net, account, o, o->thread_id, platform, &text, &text_there, &all_there));
	if (all_there || (text.outcome != OUTCOME_DONE && text.outcome != OUTCOME_NEVER)) {
		*ret_sent = text;
		return OK;
	}
	if (!text_there)
		TRY(send_one(cx, net, account, o, false, false, &text));
	if (text.outcome == OUTCOME_DONE)
		TRY(send_one(cx, net, account, o, false, true, &file));
	*ret_sent = text;
	if (text.outcome != OUTCOME_DONE || file.outcome == OUTCOME_DONE)
		return OK;
	*ret_sent = file;
	ret_sent->remote_id = (struct str){};
	if (file.outcome == OUTCOME_NEVER)
		ret_sent->story = arena_printf(cx->arena, _(N_("The text has left, the file has not. %.*s")), STR_ARG(file.story));
	return OK;
}

enum err graph_message(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, bool of_comment, const char *platform, struct sent *ret_sent)
{
	if (!o->media_count)
		return send_one(cx, net, account, o, of_comment, false, ret_sent);
	if (!of_comment && o->media_count == 1)
		return send_both(cx, net, account, o, platform, ret_sent);
	*ret_sent = (struct sent){.outcome = OUTCOME_NEVER,
				  .story = str_of(of_comment ? _(N_("The private answer to a comment takes no files there, so nothing was sent. Send it without; when they write back, a file can go."))
							     : _(N_("One file goes with an answer there. Send the others by themselves.")))};
	return OK;
}
