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

static struct str order_of(struct cx *cx, const struct outbound *o, bool of_comment, const char *tag)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, of_comment ? "{\"recipient\":{\"comment_id\":" : "{\"recipient\":{\"id\":");
	buf_add_json(&b, of_comment ? (o->parent_id.len ? o->parent_id : o->thread_id) : o->thread_id);
	buf_adds(&b, "},\"message\":{\"text\":");
	buf_add_json(&b, o->body);
	buf_adds(&b, tag ? "},\"messaging_type\":\"MESSAGE_TAG\",\"tag\":" : "},\"messaging_type\":\"RESPONSE\"");
	if (tag)
		buf_add_json(&b, str_of(tag));
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
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
enum err graph_message(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, bool of_comment, struct sent *ret_sent)
{
	struct sent over = {};
	for (const struct graph_window *w = graph_windows; w->hours; w++) {
		struct exchange x = {.method = "POST", .path = graph_path(cx, graph_page(account), "/messages"), .body = order_of(cx, o, of_comment, w->tag)};
		TRY(graph_ask(cx, net, account, &x));
		graph_outcome(cx, &x, ret_sent);
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

enum err graph_message_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str person, const char *platform,
			    struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf more = {};
	buf_addf(&more, "/conversations?platform=%s&user_id=", platform);
	buf_add_url(&more, person);
	buf_adds(&more, "&fields=messages.limit(50){id,message,created_time,from}");
	struct exchange x = {.method = "GET", .path = graph_path(cx, graph_page(account), buf_cstr(&more))};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *conversations = json_list(x.document, "data"), *found = NULL, *one;
	size_t index;
	json_array_foreach((json_t *)conversations, index, one)
		if (!found)
			found = graph_find(cx, &x, account, json_list(one, "messages/data"), o, "message", "created_time");
	graph_found(cx, found, conversations, ret_sent);
	return OK;
}
