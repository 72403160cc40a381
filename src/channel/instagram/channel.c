/* instagram: a professional account on Instagram, through the page that it is linked to: comments on what it shows and on its ads, where it
 * is tagged, private messages. README.md says what the network's description covers and what not. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/instagram/connector.h"

#define NETWORK "instagram"

static const struct channel_field fields[] = {
	GRAPH_FIELDS(N_("Only where nobody signs in: a long-lived token of the Facebook page that the account is linked to, from an app of yours in Meta's developer pages.")),
};

static const struct channel_right rights[] = {
	{"instagram_basic", N_("See which account this is, and what it shows"), true},
	{"instagram_manage_comments", N_("Read, answer and hide comments"), true},
	{"pages_read_engagement", N_("Reach the account through its page"), true},
	{"pages_show_list", N_("See which page this is"), false},
	{"instagram_content_publish", N_("Publish posts"), false},
	{"pages_manage_posts", N_("Hand over the pictures of posts, by the page's album"), false},
	{"instagram_manage_messages", N_("Read and write private messages"), false},
	{"pages_manage_metadata", N_("Be told at once of what is said"), false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 300, TEXT_CHARACTERS, "2026-11-21", "Instagram Platform, IG Media comments: at most 300 characters, 4 hashtags, one address, not all capitals"},
	{LIMIT_PRIVATE_BODY, 1000, TEXT_BYTES, "2026-11-21", "Instagram Platform, Messaging: text of at most 1,000 bytes of UTF-8"},
	{LIMIT_POST, 2200, TEXT_CHARACTERS, "2026-11-22", "Instagram Platform, IG User media: caption, 2,200 characters, 30 hashtags, 20 names"},
	{LIMIT_POST_MEDIA, 10, TEXT_CHARACTERS, "2026-11-22", "Instagram Platform, Content publishing: ten in a carousel"},
	{LIMIT_ALT, 1000, TEXT_CHARACTERS, "2026-11-22", "Instagram Platform, IG User media: alt_text"},
	{LIMIT_MEDIA, 1, TEXT_CHARACTERS, "2026-11-21", "Instagram Messaging, Upload media: one attachment a message"},
	{LIMIT_IMAGE_BYTES, 8000000, TEXT_BYTES, "2026-06-30", "Instagram Messaging, Upload media: png, jpeg, gif, 8 MB"},
	{LIMIT_VIDEO_BYTES, 25000000, TEXT_BYTES, "2026-06-30", "Instagram Messaging, Upload media: video and audio, 25 MB"},
	{LIMIT_FILE_BYTES, 25000000, TEXT_BYTES, "2026-06-30", "Instagram Messaging, Upload media: pdf, 25 MB"},
	{},
};

#define COMMENT "id,text,timestamp,username,from,parent_id"
#define COMMENTS "comments.limit(50){" COMMENT ",replies.limit(50){" COMMENT "}}"
#define MEDIA "id,caption,media_type,media_url,permalink,timestamp,username"
static const struct graph_edge edges[] = {
	{"media", "/media?limit=25&fields=" MEDIA "," COMMENTS, false, false, "comments", "/comments?limit=50&fields=" COMMENT ",replies.limit(50){" COMMENT "}"},
	{"tags", "/tags?limit=25&fields=" MEDIA, false, true, NULL, NULL},
	{"conversations", "/conversations?platform=INSTAGRAM&limit=25&fields=participants,updated_time,messages.limit(25){id,created_time,from,to,message,attachments,shares}",
	 true, false, NULL, NULL},
};

#define ACCOUNT_FIELDS "instagram_business_account{id,username,name,profile_picture_url,followers_count,follows_count,media_count,biography,website}"

#define ACCOUNT "/me?fields=id," ACCOUNT_FIELDS

static struct str own_page(struct cx *cx, struct str handle)
{
	return handle.len ? arena_printf(cx->arena, "https://www.instagram.com/%.*s/", STR_ARG(handle)) : (struct str){};
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x;
	struct verified v = {.followers = -1};
	bool is;
	TRY(graph_verify_account(cx, net, account, ACCOUNT, true, &x, &v, &is));
	if (is) {
		const json_t *own = json_map(x.document, "instagram_business_account");
		struct str page = exchange_text(cx, x.document, "id");
		v.id = exchange_text(cx, own, "id");
		v.handle = exchange_text(cx, own, "username");
		v.name = exchange_text(cx, own, "name");
		v.url = own_page(cx, v.handle);
		v.avatar = exchange_text(cx, own, "profile_picture_url");
		v.followers = json_number(own, "followers_count", -1);
		v.known = json_pack("{s:s%, s:s%, s:s%}", "id", v.id.at ? v.id.at : "", v.id.len, "page", page.at ? page.at : "", page.len, "handle", v.handle.at ? v.handle.at : "",
				    v.handle.len);
		exchange_known(cx, &v);
		if (!v.id.len) {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("No professional Instagram account is linked to this page. Link it in the page's settings, then connect the channel again.")));
		} else {
			TRY(graph_verify_token(cx, net, account, page, &v));
		}
	}
	*ret_verified = v;
	return OK;
}

static enum err renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed)
{
	return graph_renew(cx, net, account, true, ret_renewed);
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	return graph_fetch(cx, net, account, edges, COUNT(edges), NETWORK, cursor, take, subject, ret_cursor, ret_more);
}

static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject, struct received *ret_received)
{
	return graph_receive(cx, account, delivery, NETWORK, NETWORK, take, subject, ret_received);
}

/* ---- figures ---- */

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	static const struct graph_figure of_message[] = {{"like_count", "likes"}, {}}, of_account[] = {{"instagram_business_account/followers_count", "followers"}, {}};
	static const struct graph_figures figures = {"like_count", ACCOUNT, of_message, of_account};
	return graph_metrics(cx, net, account, &figures, remote_ids, count, take, subject);
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.method = "GET", .path = S(ACCOUNT)};
	TRY(graph_ask(cx, net, account, &x));
	TRY(graph_expect(cx, &x));
	const json_t *own = json_map(x.document, "instagram_business_account");
	struct str handle = exchange_text(cx, own, "username"), site = exchange_text(cx, own, "website");
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, own, "name"), .handle = handle, .about = exchange_text(cx, own, "biography"), .url = own_page(cx, handle),
		.avatar = exchange_text(cx, own, "profile_picture_url"), .website = site,
		.followers = json_number(own, "followers_count", -1), .following = json_number(own, "follows_count", -1), .posts = json_number(own, "media_count", -1),
	};
	return OK;
}

/* ---- readers ---- */

static enum err read_answer(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return graph_read_answer(cx, account, NETWORK, document, take, subject);
}

static enum err read_delivery(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return graph_read_delivery(cx, account, NETWORK, document, take, subject);
}

static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Instagram Platform, IG User: name"},
	{PROFILE_ABOUT, 150, TEXT_CHARACTERS, true, false, "2026-11-22", "Instagram Help, Edit your bio: 150 characters"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Instagram Platform, IG User: website"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "Instagram Platform, IG User: profile_picture_url"},
	{},
};

static const struct channel_reader readers[] = {
	{"webhook", N_("What the network pushes of an account: comments and messages"), read_delivery},
	{"comments", N_("GET /MEDIA/comments, /COMMENT/replies: comments, and answers to them"), read_answer},
	{"comment", N_("GET /COMMENT: one comment"), read_answer},
	{"media", N_("GET /ACCOUNT/media, /ACCOUNT/tags: what is shown, with its comments"), read_answer},
	{"conversations", N_("GET /PAGE/conversations: private messages"), read_answer},
	{"messages", N_("GET /CONVERSATION/messages, or /MESSAGE: private messages"), read_answer},
	{},
};

const struct channel_kind channel_instagram = {
	.word = NETWORK,
	.title = N_("Instagram"),
	.about = N_("A professional account on Instagram, through the Facebook page that it is linked to: comments, also on ads, tags and private messages come in; yours and your pictures go out."),
	.network = "instagram",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_RECEIVE | MEDIA_IN_PRIVATE | CAN_POST | NEEDS_MEDIA | POSTS_PICTURES | CAN_STORY | STORY_FILMS,
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
	.publish = instagram_publish,
	.look = instagram_look,
	.metrics = metrics,
	.profile = profile,
	.profile_fields = profile_fields,
	.profile_place = "https://www.instagram.com/accounts/edit/",
	.readers = readers,
};
