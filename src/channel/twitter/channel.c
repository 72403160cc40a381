/* twitter: an account on X by the second version of its interface: mentions and answers come in, private messages where they are granted; answers, likes
 * and hidden answers go out. https://docs.x.com/x-api (as of 2026-11-21). What reading costs there: README.md. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/oauth.h"
#include "channel/twitter/connector.h"

#define LONG_POST 25000

static const struct channel_field fields[] = {
	{"token", N_("Access token"), N_("May stay empty: you then sign in on X. Else one of the account, with tweet.read, users.read, tweet.write, tweet.moderate.write, like.write, media.write and offline.access."), FIELD_SECRET, false},
	{"messages", N_("Private messages too"), N_("X must have granted dm.read and dm.write to the token."), FIELD_BOOL, false},
	{"old_names", N_("Older names of fields"), N_("X renamed what it is asked for (post.fields, formerly tweet.fields). Switch this on when it refuses every question."), FIELD_BOOL, false},
	{"url", N_("Address of the interface"), N_("Leave it empty, unless X is reached through an address of your own."), FIELD_URL, false},
	{},
};

static const struct channel_right rights[] = {
	{"tweet.read", N_("Read mentions and answers"), true},
	{"users.read", N_("See which account this is"), true},
	{"tweet.write", N_("Answer, and publish posts"), true},
	{"tweet.moderate.write", N_("Hide answers under your posts"), false},
	{"like.write", N_("Like messages"), false},
	{"media.write", N_("Send pictures"), false},
	{"dm.read", N_("Read private messages"), false},
	{"dm.write", N_("Answer private messages"), false},
	{"offline.access", N_("Stay connected longer than two hours"), false},
	{},
};

/* Tokens last two hours; what renews them holds once. */
static const struct channel_login login = {
	.authorize = "https://x.com/i/oauth2/authorize", .token = "/2/oauth2/token", .server = "url", .home = "https://api.x.com", .manual = "https://console.x.com", .secret = "token", .basic = true,
	.as_of = "2026-11-21", .source = "docs.x.com, OAuth 2.0 Authorization Code Flow with PKCE",
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, TWITTER_POST, TEXT_WEIGHTED, "2026-11-21", "docs.x.com, Counting characters; twitter-text configuration v3"},
	{LIMIT_PRIVATE_BODY, 10000, TEXT_CHARACTERS, "2026-11-21", "docs.x.com, Direct Messages"},
	{LIMIT_MEDIA, 4, TEXT_CHARACTERS, "2026-11-21", "docs.x.com, Media"},
	{LIMIT_IMAGE_BYTES, 5000000, TEXT_CHARACTERS, "2026-11-21", "docs.x.com, Media best practices"},
	{LIMIT_ALT, 1000, TEXT_CHARACTERS, "2026-11-21", "docs.x.com, Media metadata"},
	{LIMIT_POLL_CHOICES, 4, TEXT_CHARACTERS, "2026-11-22", "X API v2 description, CreatePostsPoll"},
	{LIMIT_POLL_CHOICE, 25, TEXT_CHARACTERS, "2026-11-22", "X API v2 description, CreatePostsPoll"},
	{LIMIT_POLL_SECONDS, 10080 * 60, TEXT_CHARACTERS, "2026-11-22", "X API v2 description, CreatePostsPoll: 10,080 minutes"},
	{},
};

enum err twitter_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	x->base = base.len ? base : S("https://api.x.com");
	x->bearer = exchange_secret(cx, account, "token");
	return exchange_ask(cx, net, x);
}

struct str twitter_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

bool twitter_reads_messages(const struct channel_account *account)
{
	return json_flag(account->settings, "messages");
}

const char *twitter_fields(const struct channel_account *account)
{
	if (json_flag(account->settings, "old_names"))
		return "&tweet.fields=attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,referenced_tweets"
		       "&expansions=author_id,referenced_tweets.id,attachments.media_keys&user.fields=location,name,profile_image_url,public_metrics,username"
		       "&media.fields=alt_text,preview_image_url,type,url";
	return "&post.fields=attachments,conversation_id,created_at,entities,lang,note_post"
	       "&expansions=author_id,referenced_posts,in_reply_to_user_id,attachments.media_keys,edit_history_post_ids"
	       "&user.fields=location,name,profile_image_url,public_metrics,username&media.fields=alt_text,preview_image_url,type,url";
}

/* ---- verify ---- */

static void read_user(struct cx *cx, const json_t *user, struct verified *v)
{
	v->id = exchange_text(cx, user, "id");
	v->handle = exchange_text(cx, user, "username");
	v->name = exchange_text(cx, user, "name");
	v->url = arena_printf(cx->arena, "https://x.com/%.*s", STR_ARG(v->handle));
	v->avatar = exchange_text(cx, user, "profile_image_url");
	v->followers = json_number(user, "public_metrics/followers_count", -1);
}

/* Accounts that pay write longer (docs.x.com/changelog: 25,000 since 2024). */
static bool writes_long(const json_t *user)
{
	struct str paid = json_text(user, "subscription_type");
	return str_eq(paid, S("Basic")) || str_eq(paid, S("Premium")) || str_eq(paid, S("PremiumPlus"));
}

static enum err ask_me(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	*x = (struct exchange){.method = "GET", .path = S("/2/users/me?user.fields=description,entities,location,name,profile_banner_url,profile_image_url,public_metrics,subscription_type,url,username")};
	return twitter_ask(cx, net, account, x);
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x;
	struct verified v = {.followers = -1};
	TRY(ask_me(cx, net, account, &x));
	if (twitter_verified(cx, &x, &v)) {
		const json_t *user = json_map(x.document, "data");
		read_user(cx, user, &v);
		if (v.id.len) {
			v.known = json_pack("{s:s%, s:s%}", "id", v.id.at, v.id.len, "handle", v.handle.at ? v.handle.at : "", v.handle.len);
			if (writes_long(user))
				json_object_set_new(v.known, "limits", json_pack("{s:i}", channel_limit_word(LIMIT_BODY), LONG_POST));
			exchange_known(cx, &v);
		} else {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("What answers there is not this network. Check the address.")));
		}
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

static enum err take_figures(struct cx *cx, struct str id, const json_t *numbers, metric_taker *take, void *subject)
{
	static const struct {
		const char *measure, *member, *old_member;
	} rows[] = {
		{"likes", "like_count", NULL}, {"shares", "repost_count", "retweet_count"}, {"replies", "reply_count", NULL}, {"views", "impression_count", NULL},
		{"followers", "followers_count", NULL}, {"posts", "post_count", "tweet_count"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		i64 value = json_number(numbers, rows[i].member, rows[i].old_member ? json_number(numbers, rows[i].old_member, -1) : -1);
		struct metric metric = {id, rows[i].measure, value};
		if (value >= 0 && !(id.len == 0 && i == 0)) /* an account's likes are those it gave */
			TRY(take(cx, subject, &metric));
	}
	return OK;
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take,
			void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	const json_t **posts;
	struct exchange x;
	size_t asked = 0;
	if (!count) {
		TRY(ask_me(cx, net, account, &x));
		TRY(twitter_expect(cx, &x));
		return take_figures(cx, (struct str){}, json_at(x.document, "data/public_metrics"), take, subject);
	}
	buf_adds(&path, "/2/tweets?ids=");
	for (size_t i = 0; i < count; i++)
		if (!twitter_is_message(remote_ids[i])) {
			buf_adds(&path, asked++ ? "," : "");
			buf_add_url(&path, remote_ids[i]);
		}
	if (!asked)
		return OK;
	buf_adds(&path, json_flag(account->settings, "old_names") ? "&tweet.fields=public_metrics" : "&post.fields=public_metrics");
	x = (struct exchange){.method = "GET", .path = buf_str(&path)};
	TRY(twitter_ask(cx, net, account, &x));
	TRY(twitter_expect(cx, &x));
	size_t found = twitter_sorted(cx, x.document, &posts);
	for (size_t i = 0; i < found; i++)
		TRY(take_figures(cx, exchange_text(cx, posts[i], "id"), json_at(posts[i], "public_metrics"), take, subject));
	return OK;
}

/* The network puts a short address in its place, and tells what it stands for. */
static struct str website_of(struct cx *cx, const json_t *user)
{
	const json_t *first = json_array_get(json_list(user, "entities/url/urls"), 0);
	struct str whole = json_text(first, "expanded_url");
	return whole.len ? arena_str(cx->arena, whole) : exchange_text(cx, user, "url");
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x;
	struct verified v = {};
	TRY(ask_me(cx, net, account, &x));
	TRY(twitter_expect(cx, &x));
	const json_t *user = json_map(x.document, "data");
	read_user(cx, user, &v);
	if (!v.id.len)
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	*ret_profile = (struct channel_profile){
		.name = v.name, .handle = v.handle, .url = v.url, .avatar = v.avatar, .followers = v.followers,
		.about = exchange_text(cx, user, "description"), .cover = exchange_text(cx, user, "profile_banner_url"),
		.place = exchange_text(cx, user, "location"), .website = website_of(cx, user),
		.following = json_number(user, "public_metrics/following_count", -1),
		.posts = json_number(user, "public_metrics/post_count", json_number(user, "public_metrics/tweet_count", -1)),
	};
	return OK;
}

static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 50, TEXT_CHARACTERS, true, false, "2026-11-22", "docs.x.com, GET /2/users/me; help.x.com: a name of 50 signs"},
	{PROFILE_ABOUT, 160, TEXT_WEIGHTED, true, false, "2026-11-22", "help.x.com, How to customize your profile: 160 signs"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "docs.x.com, GET /2/users/me: url, shortened by the network"},
	{PROFILE_PLACE, 30, TEXT_CHARACTERS, true, false, "2026-11-22", "docs.x.com, GET /2/users/me: location; 30 signs"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "docs.x.com, GET /2/users/me: profile_image_url"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "docs.x.com, GET /2/users/me: profile_banner_url"},
	{},
};

static const struct channel_reader readers[] = {
	{"mentions", N_("GET /2/users/ID/mentions, /2/tweets: posts with what came along"), twitter_read_posts},
	{"search", N_("GET /2/tweets/search/recent: posts that a search found"), twitter_read_posts},
	{"dm_events", N_("GET /2/dm_events: private messages"), twitter_read_messages},
	{},
};

static const struct channel_search searching = {
	.needs = 24, .question_max = 480, .every = HOUR, .pages = 1,
	.reach = N_("Public posts of the last seven days, a hundred an hour at the most. X charges your application for each post that is read."),
	.as_of = "2026-11-22", .source = "docs.x.com, Search recent posts: 512 characters a question (480 of them for what is looked for), 10 to 100 posts an answer",
};

const struct channel_kind channel_twitter = {
	.word = "twitter",
	.title = N_("X"),
	.about = N_("An account on X (formerly Twitter): mentions and answers come in, private messages if you like; yours and your posts go out, answers are hidden. X charges your application for what it reads."),
	.network = "x",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_REACT | READING_IS_PAID | CAN_POST | POLLS_ONE_CHOICE | CAN_SEARCH,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.login = &login,
	.renew = oauth_renew,
	.fetch_every = 3 * MINUTE,
	.verify = verify,
	.fetch = twitter_fetch,
	.searching = &searching,
	.search = twitter_search,
	.publish = twitter_publish,
	.look = twitter_look,
	.metrics = metrics,
	.profile = profile,
	.profile_fields = profile_fields,
	.profile_place = "https://x.com/settings/profile",
	.readers = readers,
};
