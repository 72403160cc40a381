/* mastodon: the Mastodon API and what speaks it (snac, GoToSocial, Pleroma …). What a server allows is read from it, never assumed.
 * https://docs.joinmastodon.org/api/ (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/mastodon/connector.h"
#include "channel/json_read.h"
#include "channel/oauth.h"

static const struct channel_field fields[] = {
	{"url", N_("Address of the server"), N_("Where your account is: https://mastodon.example"), FIELD_URL, true},
	{"token", N_("Access token"), N_("May stay empty: you then sign in at your server. Or make one there under Preferences, Development, New application: with read and write."), FIELD_SECRET, false},
	{},
};

static const struct channel_right rights[] = {
	{"read:accounts", N_("See which account this is"), true},
	{"read:notifications", N_("Read who mentions or answers you"), true},
	{"read:statuses", N_("Read the threads around it"), true},
	{"write:statuses", N_("Answer, and publish posts"), true},
	{"write:media", N_("Send pictures with answers and posts"), false},
	{"write:favourites", N_("Like messages"), false},
	{"write:accounts", N_("Put right what your profile says"), false, true},
	{"read:search", N_("Search posts for what you listen for, not only hashtags"), false},
	{},
};

static const struct channel_login login = {
	.authorize = "/oauth/authorize", .token = "/oauth/token", .server = "url", .registers = "/api/v1/apps", .secret = "token",
	.as_of = "2026-11-21", .source = "docs.joinmastodon.org/methods/oauth, /methods/apps",
};

/* Where a server does not tell (https://docs.joinmastodon.org/user/posting/). */
static const struct channel_limit limits[] = {
	{LIMIT_BODY, 500, TEXT_FEDIVERSE, "2026-11-21", "docs.joinmastodon.org, Posting: 500 unless the server says otherwise"},
	{LIMIT_MEDIA, 4, TEXT_CHARACTERS, "2026-11-21", "docs.joinmastodon.org, Posting"},
	{LIMIT_POLL_CHOICES, 4, TEXT_CHARACTERS, "2026-11-22", "docs.joinmastodon.org, Posting: up to 4 choices unless the server says otherwise"},
	{LIMIT_POLL_CHOICE, 50, TEXT_CHARACTERS, "2026-11-22", "docs.joinmastodon.org, instance configuration"},
	{LIMIT_POLL_SECONDS, 2629746, TEXT_CHARACTERS, "2026-11-22", "docs.joinmastodon.org, instance configuration: a month"},
	{},
};

enum err mastodon_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	x->base = base;
	x->bearer = exchange_secret(cx, account, "token");
	return exchange_ask(cx, net, x);
}

struct str mastodon_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

/* ---- verify ---- */

/* "ana" of this server is "ana@host" anywhere else. */
static struct str whole_handle(struct cx *cx, const struct channel_account *account, struct str acct)
{
	struct str rest = exchange_setting(account, "url"), host;
	if (str_find_byte(acct, '@') >= 0)
		return acct;
	rest = str_skip(rest, str_starts(rest, S("https://")) ? 8 : 7);
	host = str_cut(&rest, '/');
	return arena_printf(cx->arena, "%.*s@%.*s", STR_ARG(acct), STR_ARG(host));
}

void mastodon_read_account(struct cx *cx, const struct channel_account *account, const json_t *document, struct verified *v)
{
	struct str name = exchange_text(cx, document, "display_name");
	v->id = exchange_text(cx, document, "id");
	v->handle = whole_handle(cx, account, exchange_text(cx, document, "acct"));
	v->name = name.len ? name : exchange_text(cx, document, "username");
	v->url = exchange_text(cx, document, "url");
	v->avatar = exchange_text(cx, document, "avatar");
	v->followers = json_number(document, "followers_count", -1);
}

static void add_limit(json_t *list, enum channel_limit_of of, i64 most)
{
	if (most > 0)
		json_object_set_new(list, channel_limit_word(of), json_integer(most));
}

static void add_told(json_t *list, const char *word, i64 most)
{
	if (most > 0)
		json_object_set_new(list, word, json_integer(most));
}

/* /api/v2/instance, or what older servers say in v1. */
static void read_instance(const json_t *document, json_t *known)
{
	json_t *list = json_object();
	add_limit(list, LIMIT_BODY, json_number(document, "configuration/statuses/max_characters", json_number(document, "max_toot_chars", 0)));
	add_limit(list, LIMIT_MEDIA, json_number(document, "configuration/statuses/max_media_attachments", 0));
	add_limit(list, LIMIT_IMAGE_BYTES, json_number(document, "configuration/media_attachments/image_size_limit", 0));
	add_limit(list, LIMIT_ALT, json_number(document, "configuration/media_attachments/description_limit", 0));
	add_limit(list, LIMIT_POLL_CHOICES, json_number(document, "configuration/polls/max_options", 0));
	add_limit(list, LIMIT_POLL_CHOICE, json_number(document, "configuration/polls/max_characters_per_option", 0));
	add_limit(list, LIMIT_POLL_SECONDS, json_number(document, "configuration/polls/max_expiration", 0));
	add_told(list, "profile_name", json_number(document, "configuration/accounts/max_display_name_length", 0));
	add_told(list, "profile_about", json_number(document, "configuration/accounts/max_note_length", 0));
	add_told(list, "profile_links", json_number(document, "configuration/accounts/max_profile_fields", 0));
	json_object_set_new(known, "limits", list);
	json_object_set_new(known, "version", json_stringn(json_text(document, "version").at ? json_text(document, "version").at : "", json_text(document, "version").len));
}

static enum err verify_instance(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	static const char *const paths[] = {"/api/v2/instance", "/api/v1/instance"};
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct exchange x = {.method = "GET", .path = str_of(paths[i])};
		TRY(mastodon_ask(cx, net, account, &x));
		bool absent = x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410);
		if (absent && i + 1 < COUNT(paths))
			continue;
		if (exchange_verified(cx, &x, v))
			read_instance(x.document, v->known);
		break;
	}
	return OK;
}

/* "read" holds "read:statuses". Servers that do not tell what a token may do have no such address. */
static enum err verify_rights(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v)
{
	struct exchange x = {.method = "GET", .path = S("/api/v1/apps/verify_credentials")};
	const struct str *told;
	struct str *list = NULL;
	size_t capacity = 0;
	TRY(mastodon_ask(cx, net, account, &x));
	if (x.answer.outcome != NET_ANSWERED || x.answer.status != 200 || !json_list(x.document, "scopes"))
		return OK;
	size_t count = exchange_texts(cx, json_list(x.document, "scopes"), &told);
	for (size_t i = 0; i < count; i++)
		*arena_push(cx->arena, list, v->right_count, capacity) = told[i];
	for (const struct channel_right *r = rights; r->word; r++) {
		struct str rest = str_of(r->word), whole = str_cut(&rest, ':');
		for (size_t i = 0; i < count; i++)
			if (str_eq(told[i], whole))
				*arena_push(cx->arena, list, v->right_count, capacity) = str_of(r->word);
	}
	v->rights = list;
	v->rights_told = true;
	return OK;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.method = "GET", .path = S("/api/v1/accounts/verify_credentials")};
	struct verified v = {.followers = -1};
	TRY(mastodon_ask(cx, net, account, &x));
	if (exchange_verified(cx, &x, &v)) {
		mastodon_read_account(cx, account, x.document, &v);
		v.known = json_pack("{s:s%, s:s%}", "id", v.id.at ? v.id.at : "", v.id.len, "handle", v.handle.at, v.handle.len);
		exchange_known(cx, &v);
		TRY(verify_instance(cx, net, account, &v));
		if (v.outcome == OUTCOME_DONE)
			TRY(verify_rights(cx, net, account, &v));
	} else if (x.answer.status == 422) { /* what snac answers to a token that it does not know */
		v.outcome = OUTCOME_HOLD;
		v.story = str_of(_(N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then.")));
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take,
			void *subject)
{
	static const struct {
		const char *measure, *member;
	} rows[] = {{"likes", "favourites_count"}, {"shares", "reblogs_count"}, {"replies", "replies_count"}};
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf path = {};
		buf_adds(&path, "/api/v1/statuses/");
		buf_add_url(&path, remote_ids[i]);
		struct exchange x = {.method = "GET", .path = buf_str(&path)};
		TRY(mastodon_ask(cx, net, account, &x));
		if (x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410))
			continue; /* gone: it has none */
		TRY(exchange_expect_json(cx, &x, 200));
		for (size_t n = 0; n < COUNT(rows); n++) {
			struct metric metric = {remote_ids[i], rows[n].measure, json_number(x.document, rows[n].member, -1)};
			if (metric.value >= 0)
				TRY(take(cx, subject, &metric));
		}
	}
	return OK;
}

static const struct channel_reader readers[] = {
	{"notifications", N_("GET /api/v1/notifications: who mentions or answers us"), mastodon_read_notifications},
	{"context", N_("GET /api/v1/statuses/ID/context: the thread around a message"), mastodon_read_context},
	{"status", N_("GET /api/v1/statuses/ID: one message"), mastodon_read_one},
	{"tag", N_("GET /api/v1/timelines/tag/NAME: posts with a hashtag"), mastodon_read_tag},
	{"search", N_("GET /api/v2/search: what a search found"), mastodon_read_found},
	{},
};

static const struct channel_search searching = {
	.needs = 1, .every = 5 * MINUTE, .pages = 3,
	.reach = N_("Public posts with a hashtag that your server knows of; and where your server searches whole texts, those of people who let themselves be found."),
	.as_of = "2026-11-22", .source = "docs.joinmastodon.org, /api/v1/timelines/tag, /api/v2/search: at most 40 an answer",
};

const struct channel_kind channel_mastodon = {
	.word = "mastodon",
	.title = N_("Mastodon"),
	.about = N_("An account on Mastodon, or on a server that speaks its interface (GoToSocial, Pleroma, snac …): mentions and answers come in, yours and your posts go out."),
	.network = "mastodon",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_POST | CAN_SEARCH,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.login = &login,
	.renew = oauth_renew,
	.fetch_every = 30 * SECOND,
	.verify = verify,
	.fetch = mastodon_fetch,
	.searching = &searching,
	.search = mastodon_search,
	.publish = mastodon_publish,
	.look = mastodon_look,
	.metrics = metrics,
	.profile = mastodon_profile,
	.write_profile = mastodon_write_profile,
	.profile_fields = mastodon_profile_fields,
	.profile_right = "write:accounts",
	.profile_place = "/settings/profile",
	.readers = readers,
};
