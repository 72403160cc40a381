/* facebook: a Facebook Page: comments on its posts and ads, what visitors and others say of it, recommendations, Messenger. README.md says
 * what the network's description covers and what not. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "channel/facebook/connector.h"

#define NETWORK "facebook"

static const struct channel_field fields[] = {
	GRAPH_FIELDS(N_("Only where nobody signs in: a long-lived token of the page, from an app of yours in Meta's developer pages.")),
};

static const struct channel_right rights[] = {
	{"pages_show_list", N_("See which page this is"), false},
	{"pages_read_engagement", N_("Read what the page posts"), true},
	{"pages_read_user_content", N_("Read comments, visitors' posts and recommendations"), true},
	{"pages_manage_engagement", N_("Answer, like and hide comments"), true},
	{"pages_manage_posts", N_("Publish posts"), false},
	{"pages_messaging", N_("Read and write private messages"), false},
	{"pages_manage_metadata", N_("Be told at once of what is said, and put right what the page says of itself"), false},
	{"ads_management", N_("Read comments on ads"), false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 8000, TEXT_CHARACTERS, "2026-11-21", "observed by third parties: comments are cut at 8,000 characters; Meta does not publish it"},
	{LIMIT_PRIVATE_BODY, 2000, TEXT_CHARACTERS, "2026-11-21", "Messenger Platform, Send API: text, 2,000 characters"},
	{LIMIT_POST, 63206, TEXT_CHARACTERS, "2026-11-22", "observed by third parties; Meta does not publish it"},
	{LIMIT_POST_MEDIA, 10, TEXT_CHARACTERS, "2026-11-22", "observed by third parties; Meta does not publish it"},
	{LIMIT_MEDIA, 1, TEXT_CHARACTERS, "2026-11-21", "Graph API, Object Comments: source, a photo; Messenger Platform: one attachment a message"},
	{LIMIT_IMAGE_BYTES, 8000000, TEXT_BYTES, "2026-11-21", "Messenger Platform, Send attachments: images up to 8 MB"},
	{LIMIT_VIDEO_BYTES, 25000000, TEXT_BYTES, "2026-11-21", "Messenger Platform, Send attachments: videos and sounds up to 25 MB, in private messages"},
	{LIMIT_FILE_BYTES, 25000000, TEXT_BYTES, "2026-11-21", "Messenger Platform, Send attachments: files up to 25 MB, in private messages"},
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

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x;
	struct verified v = {.followers = -1};
	bool is;
	TRY(graph_verify_account(cx, net, account, "/me?fields=" PAGE_FIELDS ",is_published", false, &x, &v, &is));
	if (is) {
		struct str handle = exchange_text(cx, x.document, "username");
		v.id = exchange_text(cx, x.document, "id");
		v.name = exchange_text(cx, x.document, "name");
		v.handle = handle.len ? handle : v.id;
		v.url = exchange_text(cx, x.document, "link");
		v.avatar = arena_str(cx->arena, json_text(x.document, "picture/data/url"));
		v.followers = json_number(x.document, "followers_count", -1);
		v.known = json_pack("{s:s%}", "id", v.id.at ? v.id.at : "", v.id.len);
		exchange_known(cx, &v);
		TRY(graph_verify_token(cx, net, account, v.id, &v));
	}
	if (v.outcome == OUTCOME_DONE && json_is_false(json_at(x.document, "is_published"))) {
		v.outcome = OUTCOME_HOLD;
		v.story = str_of(_(N_("The page is not published, so nobody would see what it answers. Publish it in its settings there; what waits is kept and leaves then.")));
	}
	*ret_verified = v;
	return OK;
}

static enum err renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed)
{
	return graph_renew(cx, net, account, false, ret_renewed);
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	return graph_fetch(cx, net, account, edges, COUNT(edges), NETWORK, cursor, take, subject, ret_cursor, ret_more);
}

static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject, struct received *ret_received)
{
	return graph_receive(cx, account, delivery, "page", NETWORK, take, subject, ret_received);
}

/* ---- figures ---- */

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	static const struct graph_figure of_message[] = {{"like_count", "likes"}, {"comment_count", "replies"}, {}}, of_account[] = {{"followers_count", "followers"}, {}};
	static const struct graph_figures figures = {"like_count,comment_count", "/me?fields=followers_count", of_message, of_account};
	return graph_metrics(cx, net, account, &figures, remote_ids, count, take, subject);
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.method = "GET", .path = S("/me?fields=" PAGE_FIELDS ",about,website,cover{source}")};
	TRY(graph_ask(cx, net, account, &x));
	TRY(graph_expect(cx, &x));
	struct str handle = exchange_text(cx, x.document, "username"), site = exchange_text(cx, x.document, "website");
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, x.document, "name"), .handle = handle.len ? handle : exchange_text(cx, x.document, "id"), .about = exchange_text(cx, x.document, "about"),
		.url = exchange_text(cx, x.document, "link"), .avatar = arena_str(cx->arena, json_text(x.document, "picture/data/url")),
		.cover = arena_str(cx->arena, json_text(x.document, "cover/source")), .website = site,
		.followers = json_number(x.document, "followers_count", -1), .following = -1, .posts = -1,
	};
	return OK;
}

static enum err write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '{');
	if (change->wants[PROFILE_ABOUT]) {
		buf_adds(&b, "\"about\":");
		buf_add_json(&b, change->text[PROFILE_ABOUT]);
	}
	if (change->wants[PROFILE_WEBSITE]) {
		buf_adds(&b, b.len > 1 ? ",\"website\":" : "\"website\":");
		buf_add_json(&b, change->text[PROFILE_WEBSITE]);
	}
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = S("/me"), .body = buf_keep(&b, cx->arena)};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
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

static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Graph API, Page: name"},
	{PROFILE_ABOUT, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "Graph API v25.0, Page: about; with pages_manage_metadata"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "Graph API v25.0, Page: website; with pages_manage_metadata"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Graph API, Page: picture"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Graph API, Page: cover"},
	{},
};

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
	.about = N_("A page on Facebook: comments on posts and ads, visitors' posts, mentions, recommendations and Messenger come in; yours and your posts go out."),
	.network = "facebook",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_RECEIVE | FILES_IN_PRIVATE | CAN_POST | POSTS_PICTURES | CAN_STORY | STORY_FILMS,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.login = &graph_login,
	.sunsets = graph_sunsets,
	.times = graph_times,
	.fetch_every = 5 * MINUTE,
	.verify = verify,
	.renew = renew,
	.fetch = fetch,
	.receive = receive,
	.publish = facebook_publish,
	.look = facebook_look,
	.metrics = metrics,
	.profile = profile,
	.write_profile = write_profile,
	.profile_fields = profile_fields,
	.profile_right = "pages_manage_metadata",
	.profile_place = "https://www.facebook.com/settings",
	.readers = readers,
};
