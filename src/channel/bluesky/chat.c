/* What is said in private: chat.bsky, a service beside the network that the PDS passes calls on to. A conversation there is a thread here; messages
 * come from its log, by revision. Sending has no key: after a doubt our own latest messages are read.
 * https://docs.bsky.app/docs/api/chat-bsky-convo-get-log (as of 2026-11-21); no server of it is to be had: its exchanges are by the description. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#include <stdlib.h>

#define MESSAGES 50
#define UNREAD_MAX 100 /* of one conversation, the first time: chat.bsky.convo.getMessages: maximum */
#define LOG_PAGE 50
#define LOG_PAGES 5
#define CLOCKS_DIFFER (2 * SECOND)

bool bluesky_has_chat(const struct channel_account *account)
{
	return json_flag(account->known, "chat");
}

enum err bluesky_chat_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct exchange *x)
{
	struct net_header proxy = {S("atproto-proxy"), S(BLUESKY_CHAT)};
	x->headers = &proxy;
	x->header_count = 1;
	enum err e = bluesky_ask(cx, net, account, session, x);
	x->headers = NULL;
	x->header_count = 0;
	return e;
}

/* ---- reading ---- */

static const json_t *profile_of(const json_t *profiles, struct str did)
{
	const json_t *profile;
	size_t index;
	json_array_foreach((json_t *)profiles, index, profile)
		if (str_eq(json_text(profile, "did"), did))
			return profile;
	return NULL;
}

static struct str id_of(struct cx *cx, struct str convo, const json_t *message)
{
	struct str id = json_text(message, "id");
	return convo.len && id.len ? arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(convo), STR_ARG(id)) : (struct str){};
}

static enum err take_message(struct cx *cx, const struct channel_account *account, struct str convo, const json_t *message, const json_t *profiles, inbound_taker *take, void *subject)
{
	struct str did = json_text(message, "sender/did"), self = json_text(account->known, "did");
	const json_t *author = profile_of(profiles, did);
	struct inbound in = {
		.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .ours = self.len && str_eq(did, self),
		.remote_id = id_of(cx, convo, message), .thread_id = convo, .parent_id = id_of(cx, convo, json_map(message, "replyTo")),
		.author_id = did, .author_handle = json_text(author, "handle"), .author_name = json_text(author, "displayName"),
		.author_avatar = json_text(author, "avatar"), .author_followers = -1, .body = json_text(message, "text"), .at = json_instant(message, "sentAt"),
	};
	if (did.len)
		in.author_url = arena_printf(cx->arena, "https://bsky.app/profile/%.*s", STR_ARG(did));
	struct str quoted = json_text(message, "embed/record/uri");
	if (quoted.len) {
		struct inbound_attachment *link = arena_new_of(cx->arena, struct inbound_attachment);
		*link = (struct inbound_attachment){.kind = S("link"), .name = quoted, .url = bluesky_page_of(cx->arena, quoted)};
		in.attachments = link;
		in.attachment_count = 1;
	}
	bool said = json_has(message, "text") && in.at && did.len && in.remote_id.len;
	return said ? take(cx, subject, &in) : OK;
}

static int by_revision(const void *a, const void *b)
{
	return str_cmp(json_text(*(const json_t *const *)a, "rev"), json_text(*(const json_t *const *)b, "rev"));
}

enum err bluesky_read_log(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *list = json_list(document, "logs"), *one;
	const json_t **all = arena_array(cx->arena, const json_t *, json_array_size(list) + 1);
	size_t index, count = 0;
	json_array_foreach((json_t *)list, index, one)
		all[count++] = one;
	qsort(all, count, sizeof *all, by_revision);
	for (size_t i = 0; i < count; i++) {
		const json_t *message = json_map(all[i], "message");
		struct str type = json_text(all[i], "$type"), convo = json_text(all[i], "convoId"), id = id_of(cx, convo, message);
		if (str_ends(type, S("#logCreateMessage")))
			TRY(take_message(cx, account, convo, message, json_list(all[i], "relatedProfiles"), take, subject));
		else if (str_ends(type, S("#logDeleteMessage")) && id.len)
			TRY(take(cx, subject, &(struct inbound){.remote_id = id, .thread_id = convo, .removed = true}));
	}
	return OK;
}

static enum err unreadable(struct cx *cx)
{
	return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

/* What was said in one conversation behind `since`; without one, the latest `unread` of the other. */
static enum err take_convo(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const json_t *convo, struct str since,
			   inbound_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	struct str id = json_text(convo, "id");
	i64 unread = json_number(convo, "unreadCount", 0);
	const json_t *members = json_list(convo, "members");
	if (!since.len && unread == 1 && !str_eq(json_text(convo, "lastMessage/sender/did"), session->did)) /* it is in the list already */
		return take_message(cx, account, id, json_map(convo, "lastMessage"), members, take, subject);
	buf_addf(&path, "/xrpc/chat.bsky.convo.getMessages?limit=%d", UNREAD_MAX);
	bluesky_add_parameter(&path, "convoId", id);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *list = json_list(x.document, "messages"), *message;
	if (!list)
		return unreadable(cx);
	size_t count = json_array_size(list), first = 0;
	for (; first < count && (since.len || unread > 0); first++) { /* newest first */
		message = json_array_get(list, first);
		if (since.len && str_cmp(json_text(message, "rev"), since) <= 0)
			break;
		unread -= !str_eq(json_text(message, "sender/did"), session->did);
	}
	while (first-- > 0)
		TRY(take_message(cx, account, id, json_array_get(list, first), members, take, subject));
	return OK;
}

/* The first time: what is unread in each conversation, as far as the list shows it. Where the log no longer knows `since`: all that was said behind it. */
static enum err begin_log(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str since, inbound_taker *take,
			  void *subject, struct str *ret_since)
{
	struct exchange x = {.method = "GET", .path = S("/xrpc/chat.bsky.convo.listConvos?limit=50")};
	struct str newest = since;
	const json_t *convo;
	size_t index;
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_list(x.document, "convos"))
		return unreadable(cx);
	json_array_foreach(json_list(x.document, "convos"), index, convo) {
		struct str rev = json_text(convo, "rev");
		newest = str_cmp(rev, newest) > 0 ? rev : newest;
		if (since.len ? str_cmp(rev, since) > 0 : json_number(convo, "unreadCount", 0) > 0)
			TRY(take_convo(cx, net, account, session, convo, since, take, subject));
	}
	*ret_since = newest;
	return OK;
}

enum err bluesky_chat_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str since, inbound_taker *take,
			    void *subject, struct str *ret_since)
{
	if (!since.len)
		return begin_log(cx, net, account, session, since, take, subject, ret_since);
	for (int page = 0; page < LOG_PAGES; page++) { /* a full page may not be the last one */
		CLEANUP(buf_free) struct buf path = {};
		buf_adds(&path, "/xrpc/chat.bsky.convo.getLog");
		bluesky_add_parameter(&path, "cursor", since);
		struct exchange x = {.method = "GET", .path = buf_str(&path)};
		TRY(bluesky_chat_ask(cx, net, account, session, &x));
		if (x.answer.outcome == NET_ANSWERED && x.answer.status == 400) /* it no longer knows where that was */
			return begin_log(cx, net, account, session, since, take, subject, ret_since);
		TRY(exchange_expect_json(cx, &x, 200));
		if (!json_list(x.document, "logs"))
			return unreadable(cx);
		TRY(bluesky_read_log(cx, account, x.document, take, subject));
		struct str next = json_text(x.document, "cursor");
		bool more = json_array_size(json_list(x.document, "logs")) >= LOG_PAGE && next.len && !str_eq(next, since);
		since = next.len ? next : since;
		if (!more)
			break;
	}
	*ret_since = since;
	return OK;
}

/* ---- sending ---- */

/* The conversation of an answer: the one it stands in, or the one with who wrote what is answered in public. Empty: *ret_sent says why. */
static enum err find_convo(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct outbound *o, struct str *ret_convo,
			   struct sent *ret_sent)
{
	struct str answered = o->parent_id.len ? o->parent_id : o->thread_id;
	*ret_convo = o->thread_id;
	if (!str_starts(o->thread_id, S("at://")))
		return OK;
	CLEANUP(buf_free) struct buf path = {};
	*ret_convo = (struct str){};
	buf_adds(&path, "/xrpc/chat.bsky.convo.getConvoForMembers");
	bluesky_add_parameter(&path, "members", bluesky_did_of(answered));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	if (!exchange_read_first(cx, &x, ret_sent))
		return OK;
	*ret_convo = arena_str(cx->arena, json_text(x.document, "convo/id"));
	if (!ret_convo->len)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}

enum err bluesky_chat_send(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct outbound *o, struct sent *ret_sent)
{
	struct str convo;
	json_t *facets;
	bool asked;
	if (o->media_count) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network takes no files in private messages.")))};
		return OK;
	}
	TRY(find_convo(cx, net, account, session, o, &convo, ret_sent));
	if (!convo.len)
		return OK;
	TRY(bluesky_facets_asked(cx, net, account, session, o->body, &facets, ret_sent, &asked));
	if (!asked)
		return OK;
	json_t *body = json_pack("{s:s%, s:{s:s%}}", "convoId", convo.at, convo.len, "message", "text", o->body.at ? o->body.at : "", o->body.len);
	if (json_array_size(facets))
		json_object_set(json_object_get(body, "message"), "facets", facets);
	struct exchange x = {.method = "POST", .path = S("/xrpc/chat.bsky.convo.sendMessage"), .body = arena_json(cx->arena, body, JSON_COMPACT)};
	json_decref(body);
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->remote_id = id_of(cx, convo, x.document);
	return OK;
}

/* How far the server's clock is ahead of ours. */
static i64 skew_of(const struct cx *cx, const struct exchange *x)
{
	i64 theirs;
	return time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
}

enum err bluesky_chat_look(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf path = {};
	struct str convo;
	const json_t *message;
	size_t index;
	TRY(find_convo(cx, net, account, session, o, &convo, ret_sent));
	if (!convo.len) {
		if (ret_sent->outcome == OUTCOME_NEVER) /* that it cannot be asked is no proof */
			ret_sent->outcome = OUTCOME_LATER;
		return OK;
	}
	buf_addf(&path, "/xrpc/chat.bsky.convo.getMessages?limit=%d", MESSAGES);
	bluesky_add_parameter(&path, "convoId", convo);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	i64 since = o->intended_at + skew_of(cx, &x) - CLOCKS_DIFFER;
	json_t *list = json_list(x.document, "messages");
	bool older = list && json_array_size(list) < MESSAGES;
	json_array_foreach(list, index, message) {
		bool own = str_eq(json_text(message, "sender/did"), session->did), late = json_instant(message, "sentAt") >= since;
		older = older || (json_has(message, "sentAt") && !late);
		if (own && late && str_eq(str_trim(json_text(message, "text")), str_trim(o->body))) {
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = id_of(cx, convo, message)};
			return OK;
		}
	}
	*ret_sent = older ? (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))}
			  : (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	return OK;
}
