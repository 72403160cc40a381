/* simulator: the connector of the simulated network (src/simulator/README.md). */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "channel/exchange.h"
#include "sys/crypto.h"

#include <stdlib.h>

#define PAGE 200

static const struct channel_field fields[] = {
	{"url", N_("Address"), N_("Where the simulated network listens: http://127.0.0.1:8091"), FIELD_URL, true},
	{"token", N_("Token"), N_("What lets Parvis in; printed when the network was made."), FIELD_SECRET, false},
	{},
};

static enum err ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	x->base = exchange_setting(account, "url");
	x->bearer = exchange_secret(cx, account, "token");
	return exchange_ask(cx, net, x);
}

/* ---- reading ---- */

static enum message_kind kind_of(struct str word, bool ours)
{
	enum message_kind kind = KIND_COMMENT;
	if (ours)
		return KIND_REPLY;
	return message_kind_of(word, &kind) ? kind : KIND_COMMENT;
}

static struct str text_of(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
}

/* A message of the feed as an inbound; false when it is none. */
static bool read_message(struct cx *cx, const json_t *event, struct inbound *ret_inbound)
{
	const json_t *m = json_object_get(event, "message"), *author = json_object_get(m, "author");
	struct str type = text_of(cx, event, "type");
	bool ours = json_is_true(json_object_get(m, "ours"));
	struct inbound i = {
		.kind = kind_of(text_of(cx, m, "kind"), ours),
		.visibility = json_is_true(json_object_get(m, "private")) ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
		.ours = ours,
		.remote_id = text_of(cx, m, "id"),
		.parent_id = text_of(cx, m, "parent"),
		.thread_id = text_of(cx, m, "thread"),
		.subject = text_of(cx, m, "subject"),
		.author_id = text_of(cx, author, "id"),
		.author_handle = text_of(cx, author, "handle"),
		.author_name = text_of(cx, author, "name"),
		.author_followers = json_is_integer(json_object_get(author, "followers")) ? json_integer_value(json_object_get(author, "followers")) : -1,
		.body = text_of(cx, m, "text"),
		.lang = text_of(cx, m, "lang"),
		.rating = (int)json_integer_value(json_object_get(m, "rating")),
		.removed = str_eq(type, S("removed")),
		.report_id = text_of(cx, json_object_get(event, "report"), "id"),
		.report = text_of(cx, json_object_get(event, "report"), "reason"),
	};
	time_parse(text_of(cx, m, "at"), &i.at);
	time_parse(text_of(cx, m, "edited_at"), &i.edited_at);
	*ret_inbound = i;
	return i.remote_id.len && i.thread_id.len;
}

/* ---- the dials ---- */

#define MARK 16 /* hexadecimal letters of what was last sent */

/* Wishes for the network's dials are a member of the settings; they are taken there when they changed since the mark that the cursor
 * holds behind its semicolon: "SEQ;MARK". */
static enum err take_dials(struct cx *cx, struct net *net, const struct channel_account *account, struct str sent, struct str *ret_mark)
{
	const json_t *dials = json_object_get(account->settings, "dials");
	*ret_mark = sent;
	if (!json_is_object(dials) || !json_object_size(dials))
		return OK;
	struct str text = arena_json(cx->arena, dials, JSON_COMPACT | JSON_SORT_KEYS);
	struct hash hash = hash_of(text);
	CLEANUP(buf_free) struct buf mark = {};
	buf_add_hex(&mark, hash.at, MARK / 2);
	if (str_eq(buf_str(&mark), sent))
		return OK;
	struct exchange x = {.method = "PUT", .path = S("/dials"), .body = text};
	TRY(ask(cx, net, account, &x));
	TRY(exchange_expect(cx, &x, 200));
	*ret_mark = buf_keep(&mark, cx->arena);
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		      struct str *ret_cursor, bool *ret_more)
{
	struct str mark = cursor, after = str_cut(&mark, ';');
	TRY(take_dials(cx, net, account, mark, &mark));
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/feed?limit=%d&after=%.*s", PAGE, STR_ARG(after.len ? after : S("0")))};
	TRY(ask(cx, net, account, &x));
	TRY(exchange_expect(cx, &x, 200));
	const json_t *events = json_object_get(x.document, "events"), *event;
	size_t index;
	if (!json_is_array(events) || !json_is_string(json_object_get(x.document, "cursor")))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	json_array_foreach((json_t *)events, index, event)
	{
		struct inbound inbound;
		if (read_message(cx, event, &inbound))
			TRY(take(cx, subject, &inbound));
	}
	after = text_of(cx, x.document, "cursor");
	*ret_cursor = mark.len ? arena_printf(cx->arena, "%.*s;%.*s", STR_ARG(after), STR_ARG(mark)) : after;
	*ret_more = json_is_true(json_object_get(x.document, "more"));
	return OK;
}

/* ---- sending ---- */

static struct str order_path(struct cx *cx, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf b = {};
	bool thread = o->act == ACT_REPLY && o->visibility == VISIBILITY_PUBLIC;
	if (o->act == ACT_REPLY && !thread)
		return S("/messages");
	buf_adds(&b, thread ? "/threads/" : "/messages/");
	buf_add_url(&b, thread ? o->thread_id : o->remote_id);
	buf_adds(&b, thread ? "/replies" : o->act == ACT_HIDE ? "/hide" : "/restore");
	return buf_keep(&b, cx->arena);
}

static struct str order_body(struct cx *cx, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"thread\":");
	buf_add_json(&b, o->thread_id);
	buf_adds(&b, ",\"parent\":");
	buf_add_json(&b, o->parent_id);
	buf_adds(&b, ",\"author\":");
	buf_add_json(&b, o->author_name);
	buf_adds(&b, ",\"text\":");
	buf_add_json(&b, o->body);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = order_path(cx, outbound), .body = order_body(cx, outbound), .key = outbound->dedup_key};
	TRY(ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE && outbound->act == ACT_REPLY) {
		ret_sent->remote_id = text_of(cx, x.document, "id");
		if (!ret_sent->remote_id.len) /* taken, but what it answered is rubbish: look */
			*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("The network took it, but its answer could not be read. Parvis is looking it up.")))};
	}
	return OK;
}

static enum err look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	if (outbound->act != ACT_REPLY) /* hiding twice is hiding once */
		return publish(cx, net, account, outbound, ret_sent);
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/sent?key=%.*s", STR_ARG(outbound->dedup_key))};
	TRY(ask(cx, net, account, &x));
	const json_t *accepted = json_object_get(x.document, "accepted");
	exchange_outcome(cx, &x, ret_sent);
	if (ret_sent->outcome == OUTCOME_HOLD)
		return OK;
	if (ret_sent->outcome != OUTCOME_DONE || !json_is_boolean(accepted))
		ret_sent->outcome = OUTCOME_LATER;
	else if (json_is_true(accepted))
		ret_sent->remote_id = text_of(cx, x.document, "id");
	else
		ret_sent->outcome = OUTCOME_NEVER;
	return OK;
}

const struct channel_kind channel_simulator = {
	.word = "simulator",
	.title = N_("Simulated network"),
	.about = N_("A small network in a box, with members who write and answer: for trials and training. Nothing leaves this machine."),
	.network = "space",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH,
	.body_max = 2000,
	.fields = fields,
	.fetch_every = 2 * SECOND,
	.fetch = fetch,
	.publish = publish,
	.look = look,
};
