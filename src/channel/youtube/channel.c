/* youtube: a channel on YouTube by its Data API, version 3: the comments under all its videos come in, answers go out, comments are held back and
 * let through. https://developers.google.com/youtube/v3/docs (as of 2026-11-21). What a day's quota of it costs: README.md. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/oauth.h"
#include "channel/youtube/connector.h"

#define METRICS_MOST 50

static const struct channel_field fields[] = {
	{"token", N_("Access token"), N_("May stay empty: you then sign in with your Google account. Else one of that account, with the right to manage its YouTube channel (youtube.force-ssl)."), FIELD_SECRET, false},
	{"url", N_("Address of the interface"), N_("Leave it empty, unless YouTube is reached through an address of your own."), FIELD_URL, false},
	{"units", N_("Units a day"), N_("How many units of your Google project’s daily quota this channel may use. Empty: 10,000, the usual whole."), FIELD_NUMBER, false},
	{},
};

static const struct channel_right rights[] = {
	{"https://www.googleapis.com/auth/youtube.force-ssl", N_("Read comments, answer them, hold them back"), true},
	{},
};

/* Tokens last an hour. Google gives what renews them when it is asked for offline access, and surely only with its question to the person. */
static const struct channel_login login = {
	.authorize = "https://accounts.google.com/o/oauth2/v2/auth", .token = "/token", .server = "url",
	.home = "https://oauth2.googleapis.com",
	.manual = "https://console.cloud.google.com/apis/credentials", .issuer = "https://accounts.google.com", .more = "access_type=offline&prompt=consent",
	.secret = "token", .as_of = "2026-11-21", .source = "developers.google.com/identity/protocols/oauth2/web-server",
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 10000, TEXT_CHARACTERS, "2026-11-21", "not in YouTube's documentation (its error is commentTextTooLong); what its pages take"},
	{},
};

enum err youtube_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	x->base = base.len ? base : S("https://youtube.googleapis.com");
	x->bearer = exchange_secret(cx, account, "token");
	return exchange_ask(cx, net, x);
}

struct str youtube_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

/* ---- verify ---- */

static const json_t *own_channel(const json_t *document)
{
	return json_array_get(json_list(document, "items"), 0);
}

static i64 followers_of(const json_t *channel)
{
	return json_flag(channel, "statistics/hiddenSubscriberCount") ? -1 : json_number(channel, "statistics/subscriberCount", -1);
}

static void read_channel(struct cx *cx, const json_t *channel, struct verified *v)
{
	v->id = exchange_text(cx, channel, "id");
	v->handle = exchange_text(cx, json_object_get(channel, "snippet"), "customUrl");
	v->name = exchange_text(cx, json_object_get(channel, "snippet"), "title");
	v->url = arena_printf(cx->arena, "https://www.youtube.com/channel/%.*s", STR_ARG(v->id));
	v->avatar = arena_str(cx->arena, json_text(channel, "snippet/thumbnails/default/url"));
	v->followers = followers_of(channel);
	if (!v->handle.len)
		v->handle = v->id;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.method = "GET", .path = S("/youtube/v3/channels?part=snippet,statistics,contentDetails&mine=true")};
	struct verified v = {.followers = -1};
	TRY(youtube_ask(cx, net, account, &x));
	if (youtube_verified(cx, &x, &v)) {
		const json_t *channel = own_channel(x.document);
		if (json_text(channel, "id").len) {
			read_channel(cx, channel, &v);
			v.known = json_pack("{s:s%, s:s%}", "id", v.id.at, v.id.len, "handle", v.handle.at, v.handle.len);
			exchange_known(cx, &v);
			struct str uploads = json_text(channel, "contentDetails/relatedPlaylists/uploads");
			if (uploads.len)
				TRY(youtube_look_at_uploads(cx, net, account, uploads, &v));
		} else if (str_ends(json_text(x.document, "kind"), S("ListResponse"))) {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("This Google account has no YouTube channel. Create one there, then connect again.")));
		} else {
			v.outcome = OUTCOME_NEVER;
			v.story = str_of(_(N_("What answers there is not this network. Check the address.")));
		}
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

static enum err take_figure(struct cx *cx, struct str id, const char *measure, const json_t *item, const char *place, metric_taker *take, void *subject)
{
	struct metric metric = {id, measure, json_number(item, place, -1)};
	return metric.value >= 0 ? take(cx, subject, &metric) : OK;
}

static enum err figures_of_account(struct cx *cx, struct net *net, const struct channel_account *account, metric_taker *take, void *subject)
{
	struct exchange x = {.method = "GET", .path = S("/youtube/v3/channels?part=statistics&mine=true")};
	TRY(youtube_ask(cx, net, account, &x));
	TRY(youtube_expect(cx, &x));
	const json_t *channel = own_channel(x.document);
	if (followers_of(channel) >= 0)
		TRY(take_figure(cx, (struct str){}, "followers", channel, "statistics/subscriberCount", take, subject));
	TRY(take_figure(cx, (struct str){}, "views", channel, "statistics/viewCount", take, subject));
	return take_figure(cx, (struct str){}, "posts", channel, "statistics/videoCount", take, subject);
}

/* Ids of comments begin with "Ug", and of answers hold a dot; all others are videos. One request for all of a sort: one unit. */
static bool is_comment(struct str id)
{
	return str_starts(id, S("Ug")) && (id.len > 20 || str_find_byte(id, '.') >= 0);
}

static enum err figures_of(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *ids, size_t count, bool comments,
			   metric_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	const json_t *item;
	size_t index, asked = 0;
	buf_adds(&path, comments ? "/youtube/v3/comments?part=snippet&id=" : "/youtube/v3/videos?part=statistics&id=");
	for (size_t i = 0; i < count && i < METRICS_MOST; i++)
		if (is_comment(ids[i]) == comments) {
			buf_adds(&path, asked++ ? "," : "");
			buf_add_url(&path, ids[i]);
		}
	if (!asked)
		return OK;
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(youtube_ask(cx, net, account, &x));
	TRY(youtube_expect(cx, &x));
	json_array_foreach(json_list(x.document, "items"), index, item)
	{
		struct str id = exchange_text(cx, item, "id");
		if (!id.len)
			continue;
		TRY(take_figure(cx, id, "likes", item, comments ? "snippet/likeCount" : "statistics/likeCount", take, subject));
		TRY(take_figure(cx, id, "views", item, "statistics/viewCount", take, subject));
		TRY(take_figure(cx, id, "replies", item, "statistics/commentCount", take, subject));
	}
	return OK;
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take,
			void *subject)
{
	if (!count)
		return figures_of_account(cx, net, account, take, subject);
	TRY(figures_of(cx, net, account, remote_ids, count, true, take, subject));
	return figures_of(cx, net, account, remote_ids, count, false, take, subject);
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.method = "GET", .path = S("/youtube/v3/channels?part=snippet,statistics,brandingSettings&mine=true")};
	struct verified v = {};
	TRY(youtube_ask(cx, net, account, &x));
	TRY(youtube_expect(cx, &x));
	const json_t *channel = own_channel(x.document);
	if (!json_text(channel, "id").len)
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	read_channel(cx, channel, &v);
	*ret_profile = (struct channel_profile){
		.name = v.name, .handle = v.handle, .url = v.url, .avatar = v.avatar, .followers = v.followers, .following = -1,
		.about = arena_str(cx->arena, json_text(channel, "snippet/description")),
		.cover = arena_str(cx->arena, json_text(channel, "brandingSettings/image/bannerExternalUrl")),
		.posts = json_number(channel, "statistics/videoCount", -1),
	};
	return OK;
}

static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "developers.google.com/youtube/v3/docs/channels: title; set in YouTube Studio alone"},
	{PROFILE_ABOUT, 1000, TEXT_CHARACTERS, true, true, "2026-11-22", "developers.google.com/youtube/v3/docs/channels: brandingSettings.channel.description, at most 1000 characters"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "developers.google.com/youtube/v3/docs/channels: thumbnails"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "developers.google.com/youtube/v3/docs/channels: brandingSettings.image.bannerExternalUrl"},
	{PROFILE_LINKS, 14, TEXT_CHARACTERS, false, false, "2026-11-22", "support.google.com/youtube: up to 14 links; no part of the interface"},
	{},
};

static void release(void *json)
{
	json_decref(json);
}

/* What is sent stands in place of all that could be set: so what is there is read, and sent back with the one text changed. */
static enum err write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = S("/youtube/v3/channels?part=brandingSettings&mine=true")};
	TRY(youtube_ask(cx, net, account, &x));
	if (!youtube_read_first(cx, &x, ret_sent))
		return OK;
	const json_t *channel = own_channel(x.document), *settings = json_map(channel, "brandingSettings"), *own = json_map(settings, "channel");
	struct str id = exchange_text(cx, channel, "id"), text = change->text[PROFILE_ABOUT];
	if (!id.len || !own) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		return OK;
	}
	json_t *said = json_copy((json_t *)own);
	json_object_set_new(said, "description", json_stringn(text.at ? text.at : "", text.len));
	json_t *body = json_pack("{s:s%, s:{s:o}}", "id", id.at, id.len, "brandingSettings", "channel", said);
	arena_defer(cx->arena, release, body);
	if (json_map(settings, "image"))
		json_object_set(json_object_get(body, "brandingSettings"), "image", json_object_get(settings, "image"));
	struct exchange put = {.method = "PUT", .path = S("/youtube/v3/channels?part=brandingSettings"), .body = arena_json(cx->arena, body, JSON_COMPACT)};
	TRY(youtube_ask(cx, net, account, &put));
	youtube_outcome(cx, &put, ret_sent);
	return OK;
}

static const struct channel_reader readers[] = {
	{"commentThreads", N_("GET commentThreads: threads, with some of their answers"), youtube_read_threads},
	{"comments", N_("GET comments: the answers of a thread, or comments by their ids"), youtube_read_comments},
	{"search", N_("GET search, GET videos: videos that a search found"), youtube_read_videos},
	{},
};

/* Every question costs a unit at least, also one that is refused. */
static const struct channel_cost costs[] = {
	{"POST", "/youtube/v3/comments", 50}, /* insert, setModerationStatus */
	{"GET", "/youtube/v3/search", 0}, /* counted by itself: struct channel_search */
	{"PUT", "/youtube/v3/comments", 50},
	{"DELETE", "/youtube/v3/comments", 50},
	{"PUT", "/youtube/v3/channels", 50},
	{},
};
static const struct channel_budget budget = {
	.units = 10000, .reading = 60, .zone = "America/Los_Angeles", .costs = costs, .as_of = "2026-11-21",
	.source = "developers.google.com/youtube/v3/determine_quota_cost",
};

static const struct channel_search searching = {
	.needs = 24, .question_max = 1000, .every = HOUR, .a_day = 100, .pages = 1,
	.reach = N_("Videos by their title and description. YouTube allows 100 searches a day: it is asked as often as they last for your queries, at most once an hour each."),
	.as_of = "2026-11-22", .source = "developers.google.com/youtube/v3/determine_quota_cost: 100 search.list calls a day beside the units; docs/search/list: at most 50 an answer",
};

const struct channel_kind channel_youtube = {
	.word = "youtube",
	.title = N_("YouTube"),
	.about = N_("Your channel on YouTube: comments under all its videos come in, also those held for review; yours go out, and comments are held back or let through."),
	.network = "youtube",
	.can = CAN_REPLY | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_SEARCH,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.budget = &budget,
	.login = &login,
	.renew = oauth_renew,
	.fetch_every = 3 * MINUTE,
	.verify = verify,
	.fetch = youtube_fetch,
	.searching = &searching,
	.search = youtube_search,
	.publish = youtube_publish,
	.look = youtube_look,
	.metrics = metrics,
	.profile = profile,
	.write_profile = write_profile,
	.profile_fields = profile_fields,
	.profile_place = "https://studio.youtube.com",
	.readers = readers,
};
