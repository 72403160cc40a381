/* facebook: a Facebook Page: comments on its posts and ads, what visitors and others say of it, recommendations, Messenger. README.md says
 * what the network's description covers and what not. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/facebook/connector.h"

#define NETWORK "facebook"

static const struct channel_field fields[] = {
	{"token", N_("Page access token"), N_("A long-lived token of the page, from an app of yours in Meta's developer pages."), FIELD_SECRET, true},
	{"app_secret", N_("App secret"), N_("Of the same app, under Settings, Basic: signs what is asked, and proves what is delivered. Without it nothing can be delivered."), FIELD_SECRET, false},
	{"verify_token", N_("Verify token"), N_("A word of your own, which you also write in the app under Webhooks."), FIELD_LINE, false},
	{"url", N_("Address of the interface"), N_("Empty: https://graph.facebook.com. Another one where requests go through a gateway of yours."), FIELD_URL, false},
	{},
};

static const struct channel_right rights[] = {
	{"pages_show_list", N_("See which page this is"), false},
	{"pages_read_engagement", N_("Read what the page posts"), true},
	{"pages_read_user_content", N_("Read comments, visitors' posts and recommendations"), true},
	{"pages_manage_engagement", N_("Answer, like and hide comments"), true},
	{"pages_messaging", N_("Read and write private messages"), false},
	{"pages_manage_metadata", N_("Be told at once of what is said"), false},
	{"ads_management", N_("Read comments on ads"), false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 8000, TEXT_CHARACTERS, "2026-11-21", "observed by third parties: comments are cut at 8,000 characters; Meta does not publish it"},
	{LIMIT_PRIVATE_BODY, 2000, TEXT_CHARACTERS, "2026-11-21", "Messenger Platform, Send API: text, 2,000 characters"},
	{},
};

#define COMMENT "id,message,created_time,from{id,name,picture},parent{id},permalink_url,attachment"
#define COMMENTS "comments.filter(stream).order(reverse_chronological).limit(50){" COMMENT "}"
#define POST "id,message,story,created_time,from{id,name,picture},permalink_url,attachments"
static const struct graph_edge edges[] = {
	{"feed", "/feed?limit=25&fields=" POST "," COMMENTS, false, false, "comments", "/comments?filter=stream&order=reverse_chronological&limit=50&fields=" COMMENT},
	{"ads", "/ads_posts?limit=25&fields=" POST "," COMMENTS, false, false, "comments", "/comments?filter=stream&order=reverse_chronological&limit=50&fields=" COMMENT},
	{"tagged", "/tagged?limit=25&fields=" POST, false, true, NULL, NULL},
	{"ratings", "/ratings?limit=25&fields=open_graph_story{id},reviewer,review_text,recommendation_type,rating,created_time", false, false, NULL, NULL},
	{"conversations", "/conversations?platform=MESSENGER&limit=25&fields=participants,updated_time,messages.limit(25){id,created_time,from,to,message,attachments,shares,sticker}",
	 false, false, NULL, NULL},
};

#define PAGE_FIELDS "id,name,username,link,followers_count,picture{url}"

static enum err ask_page(struct cx *cx, struct net *net, const struct channel_account *account, const char *path, struct exchange *ret_exchange)
{
	*ret_exchange = (struct exchange){.method = "GET", .path = str_of(path)};
	return graph_ask(cx, net, account, ret_exchange);
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x;
	struct verified v = {.followers = -1};
	TRY(ask_page(cx, net, account, "/me?fields=" PAGE_FIELDS, &x));
	if (graph_verified(cx, &x, &v)) {
		struct str handle = exchange_text(cx, x.document, "username");
		v.id = exchange_text(cx, x.document, "id");
		v.name = exchange_text(cx, x.document, "name");
		v.handle = handle.len ? handle : v.id;
		v.url = exchange_text(cx, x.document, "link");
		v.avatar = arena_str(cx->arena, json_text(x.document, "picture/data/url"));
		v.followers = json_number(x.document, "followers_count", -1);
		v.known = json_pack("{s:s%}", "id", v.id.at ? v.id.at : "", v.id.len);
		exchange_known(cx, &v);
		TRY(graph_verify_token(cx, net, account, &v));
	}
	*ret_verified = v;
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	if (!graph_self(account).len)
		return fail(cx, ERR_REMOTE, N_("Who this account is has not been found out yet. It will be asked again."));
	return graph_fetch(cx, net, account, edges, COUNT(edges), NETWORK, cursor, take, subject, ret_cursor, ret_more);
}

static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject, struct received *ret_received)
{
	return graph_receive(cx, account, delivery, "page", NETWORK, take, subject, ret_received);
}

/* ---- figures ---- */

static enum err take_figure(struct cx *cx, struct str id, const char *measure, i64 value, metric_taker *take, void *subject)
{
	struct metric metric = {id, measure, value};
	return value >= 0 ? take(cx, subject, &metric) : OK;
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	for (size_t i = 0; i < count; i++) {
		struct exchange x = {.method = "GET", .path = graph_path(cx, remote_ids[i], "?fields=like_count,comment_count")};
		TRY(graph_ask(cx, net, account, &x));
		if (x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410 || (graph_error_of(x.document) && graph_error_of(x.document)->of_edge)))
			continue; /* gone, or no comment: it has none */
		TRY(graph_expect(cx, &x));
		TRY(take_figure(cx, remote_ids[i], "likes", json_number(x.document, "like_count", -1), take, subject));
		TRY(take_figure(cx, remote_ids[i], "replies", json_number(x.document, "comment_count", -1), take, subject));
	}
	if (!count) {
		struct exchange x;
		TRY(ask_page(cx, net, account, "/me?fields=followers_count", &x));
		TRY(graph_expect(cx, &x));
		TRY(take_figure(cx, (struct str){}, "followers", json_number(x.document, "followers_count", -1), take, subject));
	}
	return OK;
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x;
	TRY(ask_page(cx, net, account, "/me?fields=" PAGE_FIELDS ",about,website,cover{source}", &x));
	TRY(graph_expect(cx, &x));
	struct str handle = exchange_text(cx, x.document, "username"), site = exchange_text(cx, x.document, "website");
	struct str *links = arena_array(cx->arena, struct str, 1);
	links[0] = site;
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, x.document, "name"), .handle = handle.len ? handle : exchange_text(cx, x.document, "id"), .about = exchange_text(cx, x.document, "about"),
		.url = exchange_text(cx, x.document, "link"), .avatar = arena_str(cx->arena, json_text(x.document, "picture/data/url")),
		.cover = arena_str(cx->arena, json_text(x.document, "cover/source")), .links = links, .link_count = site.len > 0,
		.followers = json_number(x.document, "followers_count", -1), .following = -1, .posts = -1,
	};
	return OK;
}

/* ---- readers ---- */

static enum err read_answer(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return graph_read_answer(cx, account, NETWORK, document, take, subject);
}

static enum err read_comments(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	json_t *around = json_list(document, "data") ? json_pack("{s:O}", "comments", document) : json_incref((json_t *)document);
	enum err e = graph_read_answer(cx, account, NETWORK, around, take, subject);
	json_decref(around);
	return e;
}

static enum err read_delivery(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return graph_read_delivery(cx, account, NETWORK, document, take, subject);
}

static const struct channel_reader readers[] = {
	{"webhook", N_("What the network pushes of a page: changes of its feed, mentions, ratings, messages"), read_delivery},
	{"comments", N_("GET /ID/comments: comments on a post, or below a comment"), read_comments},
	{"comment", N_("GET /COMMENT: one comment"), read_comments},
	{"feed", N_("GET /PAGE/feed, /PAGE/ads_posts, /PAGE/tagged: posts, with their comments"), read_answer},
	{"post", N_("GET /POST: one post, with its comments"), read_answer},
	{"ratings", N_("GET /PAGE/ratings: recommendations"), read_answer},
	{"conversations", N_("GET /PAGE/conversations: private messages"), read_answer},
	{"messages", N_("GET /CONVERSATION/messages, or /MESSAGE: private messages"), read_answer},
	{},
};

const struct channel_kind channel_facebook = {
	.word = NETWORK,
	.title = N_("Facebook Page"),
	.about = N_("A page on Facebook: comments on posts and ads, visitors' posts, mentions, recommendations and Messenger come in; yours go out."),
	.network = "facebook",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_RECEIVE,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.fetch_every = 5 * MINUTE,
	.verify = verify,
	.fetch = fetch,
	.receive = receive,
	.publish = facebook_publish,
	.look = facebook_look,
	.metrics = metrics,
	.profile = profile,
	.readers = readers,
};
