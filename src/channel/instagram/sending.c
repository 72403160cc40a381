/* What goes out: answers below a comment, private answers to it, messages to who wrote to the account, hiding. The interface knows no likes
 * by the account. */
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/instagram/connector.h"

/* Comments are called by digits, messages by letters too. */
static bool of_comment(const struct outbound *o)
{
	for (size_t i = 0; i < o->parent_id.len && !str_starts(o->thread_id, S(GRAPH_OTHERS_MEDIUM)); i++)
		if (o->parent_id.at[i] < '0' || o->parent_id.at[i] > '9')
			return false;
	return o->parent_id.len;
}

/* Somebody else's picture, on which we are tagged. */
static struct str others_medium(const struct outbound *o)
{
	struct str prefix = S(GRAPH_OTHERS_MEDIUM);
	return str_starts(o->thread_id, prefix) ? str_skip(o->thread_id, prefix.len) : (struct str){};
}

/* Ids do not tell comments from posts; the network does, which knows no answers to a post, and says so without having done anything. */
static bool is_no_comment(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 400 && json_number(x->document, "error/code", 0) == 100;
}

static enum err answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str medium = others_medium(o);
	buf_adds(&b, "{\"message\":");
	buf_add_json(&b, o->body);
	if (medium.len) {
		buf_adds(&b, ",\"media_id\":");
		buf_add_json(&b, medium);
	}
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .body = buf_str(&b),
			     .path = medium.len ? graph_path(cx, graph_self(account), "/mentions") : graph_path(cx, o->thread_id, "/replies")};
	TRY(graph_ask(cx, net, account, &x));
	if (!medium.len && is_no_comment(&x)) { /* a post of ours: its first comment, or what goes on from it */
		x.path = graph_path(cx, o->thread_id, "/comments");
		TRY(graph_ask(cx, net, account, &x));
	}
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	return OK;
}

enum err instagram_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_REPLY && o->media_count && o->visibility != VISIBILITY_PRIVATE) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Comments hold no files there. Nothing was sent; send it in private, or a link.")))};
		return OK;
	}
	if (o->act == ACT_REPLY)
		return o->visibility == VISIBILITY_PRIVATE ? graph_message(cx, net, account, o, of_comment(o), "INSTAGRAM", ret_sent) : answer(cx, net, account, o, ret_sent);
	if (o->act == ACT_POST)
		return instagram_post(cx, net, account, o, ret_sent);
	if (o->act != ACT_HIDE && o->act != ACT_RESTORE) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network cannot do that.")))};
		return OK;
	}
	struct exchange x = {.method = "POST", .path = graph_path(cx, o->remote_id, ""), .body = o->act == ACT_HIDE ? S("{\"hide\":true}") : S("{\"hide\":false}"), .repeatable = true};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	return OK;
}

/* ---- after a doubt ---- */

static enum err look_answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str medium = others_medium(o);
	struct exchange x = {.method = "GET", .path = medium.len ? graph_path(cx, medium, "/comments?limit=100&fields=id,text,timestamp,username,from")
								 : graph_path(cx, o->thread_id, "/replies?limit=100&fields=id,text,timestamp,username,from")};
	TRY(graph_ask(cx, net, account, &x));
	if (!medium.len && is_no_comment(&x)) {
		x.path = graph_path(cx, o->thread_id, "/comments?limit=100&fields=id,text,timestamp,username,from");
		TRY(graph_ask(cx, net, account, &x));
	}
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		graph_found(cx, graph_find(cx, &x, account, json_list(x.document, "data"), o, "text", "timestamp"), json_list(x.document, "data"), ret_sent);
	return OK;
}

/* The conversation with who wrote the comment. */
static enum err look_private_answer(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = graph_path(cx, o->parent_id, "?fields=id,from")};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	struct str person = json_id(cx->arena, x.document, "from/id");
	if (person.len)
		return graph_message_look(cx, net, account, o, person, "INSTAGRAM", ret_sent);
	graph_found(cx, NULL, false, ret_sent);
	return OK;
}

enum err instagram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_POST)
		return instagram_look_for_post(cx, net, account, o, ret_sent);
	if (o->act != ACT_REPLY)
		return instagram_publish(cx, net, account, o, ret_sent);
	if (o->visibility != VISIBILITY_PRIVATE)
		return look_answer(cx, net, account, o, ret_sent);
	return of_comment(o) ? look_private_answer(cx, net, account, o, ret_sent) : graph_message_look(cx, net, account, o, o->thread_id, "INSTAGRAM", ret_sent);
}
