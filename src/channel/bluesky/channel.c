/* bluesky: an account on the AT Protocol, on any server (PDS): by its handle and an app password.
 * https://docs.bsky.app and https://atproto.com (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"

#define POSTS_MAX 25

static const struct channel_field fields[] = {
	{"url", N_("Address of the server"), N_("Where your account is: https://bsky.social unless it is elsewhere"), FIELD_URL, true},
	{"handle", N_("Handle"), N_("As others write it, without @: bakery.bsky.social"), FIELD_LINE, true},
	{"password", N_("App password"), N_("On Bluesky under Settings, Privacy and security, App passwords. Let it reach direct messages if they are to come in here."), FIELD_SECRET,
	 true},
	{},
};

#define RIGHT_CHAT "chat"

static const struct channel_right rights[] = {
	{"account", N_("Read who mentions, answers or quotes you, answer, and publish posts"), true},
	{RIGHT_CHAT, N_("Read and answer direct messages"), false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, BLUESKY_TEXT_MAX, TEXT_GRAPHEMES, "2026-11-21", "app.bsky.feed.post: maxGraphemes"},
	{LIMIT_PRIVATE_BODY, 1000, TEXT_GRAPHEMES, "2026-11-21", "chat.bsky.convo.defs#messageInput: maxGraphemes"},
	{LIMIT_MEDIA, 4, TEXT_CHARACTERS, "2026-11-21", "app.bsky.embed.images: maxLength"},
	{LIMIT_IMAGE_BYTES, 2000000, TEXT_BYTES, "2026-11-21", "app.bsky.embed.images: maxSize (1,000,000 on older servers)"},
	{LIMIT_POST_VIDEO_BYTES, 100000000, TEXT_BYTES, "2026-11-22", "app.bsky.embed.video: maxSize 300,000,000, older servers 100,000,000"},
	{LIMIT_VIDEO_SECONDS, 180, TEXT_CHARACTERS, "2026-11-22", "bsky.app, three minutes; the description sets none"},
	{LIMIT_SUBTITLE_BYTES, 20000, TEXT_BYTES, "2026-11-22", "app.bsky.embed.video#caption: maxSize"},
	{LIMIT_ALT, 2000, TEXT_CHARACTERS, "2026-11-21", "bsky.app takes 2,000 signs; the description sets none"},
	{},
};

/* ---- verify ---- */

static void read_profile(struct cx *cx, const json_t *document, struct verified *v)
{
	struct str name = exchange_text(cx, document, "displayName");
	v->name = name.len ? name : v->handle;
	v->avatar = exchange_text(cx, document, "avatar");
	v->followers = json_number(document, "followersCount", -1);
}

/* An app password reaches direct messages only where it was made so; the account's own password always does. */
static bool may_chat(struct str scope)
{
	return str_eq(scope, S("com.atproto.appPassPrivileged")) || str_eq(scope, S("com.atproto.access"));
}

static enum err verify_chat(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct verified *v)
{
	struct exchange x = {.method = "GET", .path = S("/xrpc/chat.bsky.convo.listConvos?limit=1")};
	TRY(bluesky_chat_ask(cx, net, account, session, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && json_list(x.document, "convos"))
		json_object_set_new(v->known, "chat", json_true());
	return OK;
}

/* By the session that is there, or a new one: a new one every time would use up what the network allows a day. A password that was taken back
 * renews no token, which is told within two hours, and at once where the network asks for another session. */
static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct bluesky_session session = bluesky_session_open(cx, account);
	struct exchange x = {.method = "GET", .path = S("/xrpc/com.atproto.server.getSession")};
	struct verified v = {.followers = -1};
	TRY(bluesky_ask(cx, net, account, &session, &x));
	if (!exchange_verified(cx, &x, &v)) {
		if (bluesky_says(&x, "AuthFactorTokenRequired"))
			v.story = str_of(_(N_("This account asks for a code by mail. Connect it with an app password: that one needs no code.")));
		else if (bluesky_says(&x, "AuthenticationRequired"))
			v.story = str_of(_(N_("The network does not know this handle with this app password. Look at both, and connect the channel again; what waits is kept and leaves then.")));
		*ret_verified = v;
		return OK;
	}
	struct str did = exchange_text(cx, x.document, "did"), scope = bluesky_scope(cx, session.access);
	if (!did.len) {
		*ret_verified = (struct verified){.outcome = OUTCOME_NEVER, .followers = -1, .story = str_of(_(N_("What answers there is not this network. Check the address.")))};
		return OK;
	}
	v.id = did;
	v.handle = exchange_text(cx, x.document, "handle");
	v.url = arena_printf(cx->arena, "https://bsky.app/profile/%.*s", STR_ARG(did));
	v.known = json_pack("{s:s%, s:s%}", "did", did.at, did.len, "handle", v.handle.at ? v.handle.at : "", v.handle.len);
	exchange_known(cx, &v);
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/app.bsky.actor.getProfile");
	bluesky_add_parameter(&path, "actor", did);
	struct exchange profile = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_ask(cx, net, account, &session, &profile));
	if (!exchange_verified(cx, &profile, &v)) {
		*ret_verified = v;
		return OK;
	}
	read_profile(cx, profile.document, &v);
	if (may_chat(scope))
		TRY(verify_chat(cx, net, account, &session, &v));
	static const struct str granted[] = {{"account", 7}, {RIGHT_CHAT, sizeof RIGHT_CHAT - 1}};
	v.rights_told = scope.len > 0;
	v.rights = granted;
	v.right_count = may_chat(scope) ? 2 : 1;
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

static enum err metrics_of_account(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct exchange *ret_exchange)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/app.bsky.actor.getProfile");
	bluesky_add_parameter(&path, "actor", session->did);
	*ret_exchange = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	TRY(bluesky_ask(cx, net, account, session, ret_exchange));
	return exchange_expect_json(cx, ret_exchange, 200);
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take,
			void *subject)
{
	static const struct {
		const char *measure, *member, *more;
	} rows[] = {{"likes", "likeCount", NULL}, {"shares", "repostCount", "quoteCount"}, {"replies", "replyCount", NULL}};
	struct bluesky_session session = bluesky_session_open(cx, account);
	struct exchange x;
	if (!count) {
		TRY(metrics_of_account(cx, net, account, &session, &x));
		struct metric metric = {{}, "followers", json_number(x.document, "followersCount", -1)};
		return metric.value >= 0 ? take(cx, subject, &metric) : OK;
	}
	for (size_t first = 0; first < count; first += POSTS_MAX) {
		size_t some = count - first < POSTS_MAX ? count - first : POSTS_MAX;
		TRY(bluesky_posts(cx, net, account, &session, remote_ids + first, some, &x));
		TRY(exchange_expect_json(cx, &x, 200));
		for (size_t i = first; i < first + some; i++) {
			const json_t *post = bluesky_post_in(x.document, remote_ids[i]); /* one that is gone has none */
			for (size_t n = 0; post && n < COUNT(rows); n++) {
				struct metric metric = {remote_ids[i], rows[n].measure, json_number(post, rows[n].member, -1)};
				if (metric.value >= 0 && rows[n].more)
					metric.value += json_number(post, rows[n].more, 0);
				if (metric.value >= 0)
					TRY(take(cx, subject, &metric));
			}
		}
	}
	return OK;
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct bluesky_session session = bluesky_session_open(cx, account);
	struct exchange x;
	TRY(metrics_of_account(cx, net, account, &session, &x));
	struct str did = exchange_text(cx, x.document, "did");
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, x.document, "displayName"), .handle = exchange_text(cx, x.document, "handle"), .about = exchange_text(cx, x.document, "description"),
		.url = arena_printf(cx->arena, "https://bsky.app/profile/%.*s", STR_ARG(did)), .avatar = exchange_text(cx, x.document, "avatar"),
		.cover = exchange_text(cx, x.document, "banner"), .website = exchange_text(cx, x.document, "website"), .followers = json_number(x.document, "followersCount", -1),
		.following = json_number(x.document, "followsCount", -1), .posts = json_number(x.document, "postsCount", -1),
	};
	return OK;
}

static const struct channel_reader readers[] = {
	{"notifications", N_("app.bsky.notification.listNotifications: who mentions, answers or quotes us"), bluesky_read_notifications},
	{"thread", N_("app.bsky.feed.getPostThread: a thread"), bluesky_read_thread},
	{"posts", N_("app.bsky.feed.getPosts: posts"), bluesky_read_posts},
	{"search", N_("app.bsky.feed.searchPosts: what a search found"), bluesky_read_posts},
	{"log", N_("chat.bsky.convo.getLog: what is said in private"), bluesky_read_log},
	{},
};

static const struct channel_search searching = {
	.needs = 1, .every = 5 * MINUTE, .pages = 3,
	.reach = N_("Public posts of the whole network, a few minutes after they were written."),
	.as_of = "2026-11-22", .source = "app.bsky.feed.searchPosts: at most 100 a page; how alternatives are written is left open there",
};

const struct channel_kind channel_bluesky = {
	.word = "bluesky",
	.title = N_("Bluesky"),
	.about = N_("An account on Bluesky, or on another server of its network: mentions, answers, quotes and direct messages come in, yours and your posts go out."),
	.network = "bluesky",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_POST | CAN_SEARCH | SENDS_CARD | TAKES_SUBTITLES | FILMS_ALONE,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.fetch_every = 30 * SECOND,
	.verify = verify,
	.fetch = bluesky_fetch,
	.searching = &searching,
	.search = bluesky_search,
	.publish = bluesky_publish,
	.look = bluesky_look,
	.metrics = metrics,
	.profile = profile,
	.write_profile = bluesky_write_profile,
	.profile_fields = bluesky_profile_fields,
	.profile_place = "https://bsky.app/profile/me",
	.readers = readers,
};
