/* simulator: the connector of the simulated network (src/simulator/README.md). */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "channel/oauth.h"
#include "sys/crypto.h"

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
		return str_eq(word, S("post")) ? KIND_POST : KIND_REPLY;
	return message_kind_of(word, &kind) ? kind : KIND_COMMENT;
}

/* A message of the feed as an inbound; false when it is none. */
static bool read_message(struct cx *cx, const json_t *event, struct inbound *ret_inbound)
{
	const json_t *m = json_object_get(event, "message"), *author = json_object_get(m, "author");
	struct str type = exchange_text(cx, event, "type");
	bool ours = json_is_true(json_object_get(m, "ours"));
	struct inbound i = {
		.kind = kind_of(exchange_text(cx, m, "kind"), ours),
		.visibility = json_is_true(json_object_get(m, "private")) ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
		.ours = ours,
		.remote_id = exchange_text(cx, m, "id"),
		.parent_id = exchange_text(cx, m, "parent"),
		.thread_id = exchange_text(cx, m, "thread"),
		.subject = exchange_text(cx, m, "subject"),
		.author_id = exchange_text(cx, author, "id"),
		.author_handle = exchange_text(cx, author, "handle"),
		.author_name = exchange_text(cx, author, "name"),
		.author_followers = json_is_integer(json_object_get(author, "followers")) ? json_integer_value(json_object_get(author, "followers")) : -1,
		.author_place = exchange_text(cx, author, "place"),
		.body = exchange_text(cx, m, "text"),
		.lang = exchange_text(cx, m, "lang"),
		.rating = (int)json_integer_value(json_object_get(m, "rating")),
		.removed = str_eq(type, S("removed")),
		.report_id = exchange_text(cx, json_object_get(event, "report"), "id"),
		.report = exchange_text(cx, json_object_get(event, "report"), "reason"),
	};
	time_parse(exchange_text(cx, m, "at"), &i.at);
	time_parse(exchange_text(cx, m, "edited_at"), &i.edited_at);
	*ret_inbound = i;
	return i.remote_id.len && i.thread_id.len;
}

static enum err read_feed(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *event;
	size_t index;
	json_array_foreach((json_t *)json_object_get(document, "events"), index, event)
	{
		struct inbound inbound;
		if (read_message(cx, event, &inbound))
			TRY(take(cx, subject, &inbound));
	}
	return OK;
}

static const struct channel_reader readers[] = {
	{"feed", N_("What happened since a cursor"), read_feed},
	{},
};

/* ---- who we are ---- */

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.method = "GET", .path = S("/me")};
	struct verified v = {.followers = -1};
	TRY(ask(cx, net, account, &x));
	if (exchange_verified(cx, &x, &v)) {
		const json_t *rights = json_object_get(x.document, "rights");
		v.id = exchange_text(cx, x.document, "id");
		v.handle = exchange_text(cx, x.document, "handle");
		v.name = exchange_text(cx, x.document, "name");
		v.rights_told = json_is_array(rights);
		v.known = json_pack("{s:O?, s:O?}", "limits", json_object_get(x.document, "limits"), "incidents", json_object_get(x.document, "incidents"));
		v.right_count = exchange_texts(cx, rights, &v.rights);
		time_parse(exchange_text(cx, x.document, "expires_at"), &v.expires_at);
		exchange_known(cx, &v);
	}
	*ret_verified = v;
	return OK;
}

/* ---- renewing ---- */

/* The first token serves as the first refresh token; a network whose tokens last for ever gives none. */
static enum err renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed)
{
	struct str refresh = exchange_secret(cx, account, "refresh_token");
	CLEANUP(buf_free) struct buf body = {};
	struct sent sent = {};
	buf_adds(&body, "{\"refresh_token\":");
	buf_add_json(&body, refresh.len ? refresh : exchange_secret(cx, account, "token"));
	buf_addc(&body, '}');
	struct exchange x = {.method = "POST", .base = exchange_setting(account, "url"), .path = S("/token"), .body = buf_str(&body), .credential = true};
	TRY(exchange_ask(cx, net, &x));
	exchange_outcome(cx, &x, &sent);
	if (sent.outcome == OUTCOME_DONE && json_object_get(x.document, "access_token"))
		return oauth_read_token(cx, x.document, "token", account->secret, ret_renewed);
	*ret_renewed = (struct renewed){.outcome = sent.outcome == OUTCOME_NEVER ? OUTCOME_HOLD : sent.outcome, .story = sent.story, .retry_at = sent.retry_at};
	if (x.answer.status == 400)
		ret_renewed->story = oauth_refusal(cx, exchange_text(cx, x.document, "error"), (struct str){});
	return OK;
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
	if (!json_is_array(json_object_get(x.document, "events")) || !json_is_string(json_object_get(x.document, "cursor")))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(read_feed(cx, account, x.document, take, subject));
	after = exchange_text(cx, x.document, "cursor");
	*ret_cursor = mark.len ? arena_printf(cx->arena, "%.*s;%.*s", STR_ARG(after), STR_ARG(mark)) : after;
	*ret_more = json_is_true(json_object_get(x.document, "more"));
	return OK;
}

/* ---- sending ---- */

static struct str order_path(struct cx *cx, const struct outbound *o)
{
	if (o->act == ACT_POST)
		return S("/posts");
	static const char *const ends[ACT_COUNT] = {[ACT_HIDE] = "/hide", [ACT_RESTORE] = "/restore", [ACT_REACT] = "/like", [ACT_UNREACT] = "/unlike"};
	CLEANUP(buf_free) struct buf b = {};
	bool thread = o->act == ACT_REPLY && o->visibility == VISIBILITY_PUBLIC;
	if (o->act == ACT_REPLY && !thread)
		return S("/messages");
	buf_adds(&b, thread ? "/threads/" : "/messages/");
	buf_add_url(&b, thread ? o->thread_id : o->remote_id);
	buf_adds(&b, thread ? "/replies" : ends[o->act] ? ends[o->act] : "");
	return buf_keep(&b, cx->arena);
}

static void add_members(struct buf *b, const char *const *names, const struct str *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_addf(b, "%s\"%s\":", i ? "," : "{", names[i]);
		buf_add_json(b, values[i]);
	}
}

static struct str order_body(struct cx *cx, const struct outbound *o)
{
	static const char *const names[] = {"thread", "parent", "author", "text"};
	CLEANUP(buf_free) struct buf b = {};
	add_members(&b, names, (struct str[]){o->thread_id, o->parent_id, o->author_name, o->body}, COUNT(names));
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

/* Of files only what they are: the network in a box keeps no pictures. */
static struct str post_body(struct cx *cx, const struct outbound *o)
{
	static const char *const names[] = {"title", "text", "lang", "warning"}, *const of_file[] = {"kind", "name", "alt", "type"};
	CLEANUP(buf_free) struct buf b = {};
	add_members(&b, names, (struct str[]){o->subject, o->body, o->lang, o->warning}, COUNT(names));
	buf_adds(&b, ",\"media\":[");
	for (size_t i = 0; i < o->media_count; i++) {
		const struct outbound_media *m = &o->media[i];
		buf_adds(&b, i ? "," : "");
		add_members(&b, of_file, (struct str[]){m->kind, m->name, m->alt, m->type}, COUNT(of_file));
		buf_addf(&b, ",\"size\":%zu}", m->bytes.len);
	}
	buf_addc(&b, ']');
	for (size_t i = 0; i < o->poll.count; i++) {
		buf_adds(&b, i ? "," : ",\"poll\":{\"choices\":[");
		buf_add_json(&b, o->poll.choices[i]);
	}
	if (o->poll.count)
		buf_addf(&b, "],\"seconds\":%lld,\"several\":%s}", (long long)(o->poll.lasting / SECOND), o->poll.several ? "true" : "false");
	buf_adds(&b, o->form == FORM_STORY ? ",\"form\":\"story\"}" : "}");
	return buf_keep(&b, cx->arena);
}

static enum err publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = order_path(cx, outbound), .key = outbound->dedup_key};
	x.body = outbound->act == ACT_POST ? post_body(cx, outbound) : order_body(cx, outbound);
	TRY(ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (outbound->act == ACT_REPLY || outbound->act == ACT_POST)
		exchange_take_id(cx, &x, "id", ret_sent);
	return OK;
}

static enum err look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	if (outbound->act != ACT_REPLY && outbound->act != ACT_POST) /* hiding twice is hiding once */
		return publish(cx, net, account, outbound, ret_sent);
	struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/sent?key=%.*s", STR_ARG(outbound->dedup_key))};
	TRY(ask(cx, net, account, &x));
	const json_t *accepted = json_object_get(x.document, "accepted");
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (!json_is_boolean(accepted))
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
	else if (json_is_true(accepted))
		ret_sent->remote_id = exchange_text(cx, x.document, "id");
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
	return OK;
}

/* ---- figures ---- */

static enum err take_figures(struct cx *cx, const json_t *document, struct str id, metric_taker *take, void *subject)
{
	static const char *const measures[] = {"followers", "posts", "likes", "replies", "views"};
	for (size_t i = 0; i < COUNT(measures); i++) {
		const json_t *value = json_object_get(document, measures[i]);
		if (json_is_integer(value))
			TRY(take(cx, subject, &(struct metric){.remote_id = id, .measure = measures[i], .value = json_integer_value(value)}));
	}
	return OK;
}

static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	const json_t *message;
	size_t index;
	buf_adds(&path, "/figures");
	for (size_t i = 0; i < count; i++) {
		buf_adds(&path, i ? "," : "?ids=");
		buf_add_url(&path, remote_ids[i]);
	}
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!count)
		return take_figures(cx, x.document, (struct str){}, take, subject);
	json_array_foreach(json_object_get(x.document, "messages"), index, message)
		TRY(take_figures(cx, message, exchange_text(cx, message, "id"), take, subject));
	return OK;
}

/* ---- the profile ---- */

static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 40, TEXT_CHARACTERS, true, true, "2026-11-22", "src/simulator/server.c"},
	{PROFILE_ABOUT, 160, TEXT_CHARACTERS, true, true, "2026-11-22", "src/simulator/server.c"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "src/simulator/server.c"},
	{PROFILE_PLACE, 40, TEXT_CHARACTERS, true, true, "2026-11-22", "src/simulator/server.c"},
	{},
};
static const struct {
	enum profile_field field;
	const char *name;
} profile_members[] = {{PROFILE_NAME, "name"}, {PROFILE_ABOUT, "about"}, {PROFILE_WEBSITE, "website"}, {PROFILE_PLACE, "place"}};

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.method = "GET", .path = S("/profile")};
	TRY(ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	*ret_profile = (struct channel_profile){
		.name = exchange_text(cx, x.document, "name"), .handle = exchange_text(cx, x.document, "handle"), .about = exchange_text(cx, x.document, "about"),
		.website = exchange_text(cx, x.document, "website"), .place = exchange_text(cx, x.document, "place"), .followers = -1, .following = -1, .posts = -1,
	};
	return OK;
}

static enum err write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < COUNT(profile_members); i++)
		if (change->wants[profile_members[i].field]) {
			buf_addf(&b, "%s\"%s\":", b.len ? "," : "{", profile_members[i].name);
			buf_add_json(&b, change->text[profile_members[i].field]);
		}
	buf_addc(&b, '}');
	struct exchange x = {.method = "PUT", .path = S("/profile"), .body = buf_keep(&b, cx->arena)};
	TRY(ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}

/* ---- the row ---- */

static const struct channel_limit limits[] = {
	{LIMIT_BODY, 2000, TEXT_CHARACTERS, "2026-11-21", "src/simulator/network.c"},
	{LIMIT_POST, 5000, TEXT_CHARACTERS, "2026-11-22", "src/simulator/network.h"},
	{LIMIT_TITLE, 120, TEXT_CHARACTERS, "2026-11-22", "src/simulator/network.h"},
	{LIMIT_POST_MEDIA, 4, TEXT_CHARACTERS, "2026-11-22", "src/simulator/network.h"},
	{LIMIT_POLL_CHOICES, 4, TEXT_CHARACTERS, "2026-11-22", "src/simulator/network.h"},
	{LIMIT_POLL_CHOICE, 60, TEXT_CHARACTERS, "2026-11-22", "src/simulator/network.h"},
	{},
};

static const struct channel_right rights[] = {
	{"read", N_("Read what is said"), true},
	{"reply", N_("Answer in public"), true},
	{"reply-private", N_("Answer in private"), false},
	{"hide", N_("Hide on the network, and show again"), false},
	{"post", N_("Publish posts"), false},
	{},
};

const struct channel_kind channel_simulator = {
	.word = "simulator",
	.title = N_("Simulated network"),
	.about = N_("A small network in a box, with members who write and answer: for trials and training. Nothing leaves this machine."),
	.network = "space",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_POST | HAS_TITLES | CAN_STORY,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.fetch_every = 2 * SECOND,
	.verify = verify,
	.renew = renew,
	.fetch = fetch,
	.publish = publish,
	.look = look,
	.metrics = metrics,
	.profile = profile,
	.write_profile = write_profile,
	.profile_fields = profile_fields,
	.readers = readers,
};
