/* What only Bluesky does: facets by bytes, record keys that are the same for every attempt, and sessions: an old token is renewed within the
 * call, by the refresh token or else the password, kept at once, and a doubt about it is no doubt about the act. */
#include "test.h"

#include "replay.h"

#include "channel/bluesky/connector.h"
#include "sys/crypto.h"
#include "sys/net.h"

static void expect_facets(const char *text, const char *wanted)
{
	struct bluesky_facet facets[BLUESKY_FACETS_MAX];
	static const char marks[] = "lmtc";
	CLEANUP(buf_free) struct buf b = {};
	size_t count = bluesky_facets(str_of(text), facets);
	for (size_t i = 0; i < count; i++) {
		const struct mark *m = &facets[i].mark;
		struct str part = str_head(str_skip(str_of(text), m->from), m->to - m->from);
		assert_true(str_eq(str_skip(part, m->kind == MARK_LINK ? 0 : 1), m->value));
		buf_addf(&b, "%s%c %.*s", i ? " | " : "", marks[m->kind], STR_ARG(part));
	}
	if (strcmp(buf_cstr(&b), wanted) != 0)
		fail_msg("“%s”: %s instead of %s", text, buf_cstr(&b), wanted);
}

static void test_facets(void **state)
{
	expect_facets("", "");
	expect_facets("Plain text: a@b.example, C#, 5 @ 3", "");
	expect_facets("See https://a.example/x?y=(1), or (https://b.example).", "l https://a.example/x?y=(1) | l https://b.example");
	expect_facets("é https://a.example/é!", "l https://a.example/é");
	expect_facets("https:// http://- nothttps://a.example", "");
	expect_facets("@jane.example.net. (@Paul.BSKY.social) @jane @jane. @-.x @a.1 @a..b", "m @jane.example.net | m @Paul.BSKY.social");
	expect_facets("#sunday #1 #été! «#deux» a#b #a_b-c#d", "t #sunday | t #été | t #deux | t #a_b-c");
	expect_facets("voir mon-site.fr/page?x=1, parvis.example ou fin.Je pense (journal.paris)", "l mon-site.fr/page?x=1 | l journal.paris");
	expect_facets("$ACME (+2 %), $5, US$ACME et $trop_long", "c $ACME");
	CLEANUP(buf_free) struct buf many = {};
	for (int i = 0; i < 100; i++)
		buf_adds(&many, "#tag ");
	struct bluesky_facet facets[BLUESKY_FACETS_MAX];
	assert_int_equal(bluesky_facets(buf_str(&many), facets), BLUESKY_FACETS_MAX);
}

static void test_keys(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str key = bluesky_key(arena, 1795262400000000, S("one"));
	assert_int_equal(key.len, 13);
	assert_true(str_eq(key, bluesky_key(arena, 1795262400000000, S("one"))) && !str_eq(key, bluesky_key(arena, 1795262400000000, S("two"))));
	assert_true(str_cmp(key, bluesky_key(arena, 1795262400000001, S("one"))) < 0); /* later ones sort behind */
	assert_true(str_find_byte(S("234567abcdefghij"), key.at[0]) >= 0);
}

/* ---- sessions ---- */

static struct str kept;

static enum err keep(struct cx *cx, void *subject, struct str secret)
{
	kept = arena_str(replay.arena, secret);
	return OK;
}

static struct str token(struct arena *arena, i64 until, const char *name)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str claims = arena_printf(arena, "{\"scope\":\"com.atproto.appPass\",\"sub\":\"did:plc:desk\",\"exp\":%lld,\"n\":\"%s\"}", (long long)(until / SECOND), name);
	buf_adds(&b, "e30.");
	buf_add_base64(&b, claims, BASE64_URL);
	buf_adds(&b, ".c2ln");
	return buf_keep(&b, arena);
}

static json_t *exchange_json(const char *method, const char *path, struct str bearer, int status, json_t *body)
{
	json_t *one = json_pack("{s:{s:s, s:s, s:{}}, s:{s:i, s:o}}", "request", "method", method, "path", path, "headers", "answer", "status", status, "body", body);
	if (bearer.len)
		json_object_set_new(json_object_get(json_object_get(one, "request"), "headers"), "Authorization",
				    json_string(arena_printf(replay.arena, "Bearer %.*s", STR_ARG(bearer)).at));
	return one;
}

static json_t *session_json(struct str access, struct str refresh)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "accessJwt", access.at, "refreshJwt", refresh.at, "did", "did:plc:desk", "handle", "desk.example.org");
}

#define CREATE "/xrpc/com.atproto.server.createSession"
#define REFRESH "/xrpc/com.atproto.server.refreshSession"
#define ASKED "/xrpc/app.bsky.actor.getProfile?actor=did%3Aplc%3Adesk"

struct trial {
	struct arena *arena;
	struct cx cx;
	struct net *net;
	struct str old, fresh, refresh, refresh_new, refresh_old;
};

static struct trial begin(void)
{
	struct trial t = {.arena = arena_new()};
	struct net_settings settings = {.allow = S("127.0.0.1"), .patience = 5 * SECOND};
	t.cx = cx_new(t.arena);
	replay.arena = t.arena;
	kept = (struct str){};
	t.old = token(t.arena, t.cx.now - HOUR, "old");
	t.fresh = token(t.arena, t.cx.now + HOUR, "fresh");
	t.refresh = token(t.arena, t.cx.now + 60 * DAY, "refresh");
	t.refresh_new = token(t.arena, t.cx.now + 90 * DAY, "refresh new");
	t.refresh_old = token(t.arena, t.cx.now - DAY, "refresh old");
	assert_ok(&t.cx, net_open(&t.cx, &settings, &t.net));
	return t;
}

/* Ask for the profile with these tokens; the exchanges are given away. */
static enum err ask_profile(struct trial *t, struct str access, struct str refresh, const char *owner, json_t *exchanges)
{
	json_t *settings = json_pack("{s:s, s:s}", "url", replay.base, "handle", "@desk.example.org");
	struct str secret = arena_printf(t->arena, "{\"password\":\"pass-word\",\"access\":\"%.*s\",\"refresh\":\"%.*s\",\"of\":\"%s %s\"}", STR_ARG(access), STR_ARG(refresh), owner,
					 replay.base);
	struct channel_account account = {.id = 1, .name = S("Sky"), .settings = settings, .secret = secret, .renew = keep};
	struct channel_profile profile = {};
	replay_load(exchanges, NULL, 0);
	replay.wrong[0] = '\0';
	cx_forget(&t->cx);
	enum err e = channel_kind_of(S("bluesky"))->profile(&t->cx, t->net, &account, &profile);
	if (replay.wrong[0])
		fail_msg("%s", replay.wrong);
	assert_int_equal(replay.at, json_array_size(exchanges));
	if (e == OK)
		assert_true(str_eq(profile.name, S("Desk")));
	json_decref(settings);
	json_decref(exchanges);
	return e;
}

static void end(struct trial *t)
{
	replay_load(NULL, NULL, 0);
	net_close(t->net);
	arena_free(t->arena);
}

static json_t *profile_json(void)
{
	return json_pack("{s:s, s:s, s:s}", "did", "did:plc:desk", "handle", "desk.example.org", "displayName", "Desk");
}

static json_t *error_json(const char *error)
{
	return json_pack("{s:s, s:s}", "error", error, "message", "so it says");
}

#define OWNER "desk.example.org"

static void test_old_token_is_renewed_first(void **state)
{
	struct trial t = begin();
	assert_ok(&t.cx, ask_profile(&t, t.old, t.refresh, OWNER,
				     json_pack("[o, o]", exchange_json("POST", REFRESH, t.refresh, 200, session_json(t.fresh, t.refresh_new)),
					       exchange_json("GET", ASKED, t.fresh, 200, profile_json()))));
	assert_true(str_find(kept, t.fresh) > 0 && str_find(kept, t.refresh_new) > 0 && str_find(kept, S("pass-word")) > 0 && str_find(kept, t.old) < 0);
	end(&t);
}

static void test_refused_token_is_renewed_once(void **state)
{
	static const char *const errors[] = {"ExpiredToken", "InvalidToken"};
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct trial t = begin();
		struct str dead = token(t.arena, t.cx.now + HOUR, "dead");
		assert_ok(&t.cx, ask_profile(&t, dead, t.refresh, OWNER,
					     json_pack("[o, o, o]", exchange_json("GET", ASKED, dead, 400, error_json(errors[i])),
						       exchange_json("POST", REFRESH, t.refresh, 200, session_json(t.fresh, t.refresh_new)),
						       exchange_json("GET", ASKED, t.fresh, 200, profile_json()))));
		assert_int_equal(ask_profile(&t, t.old, t.refresh, OWNER, /* and not again, when the new one is refused too */
					     json_pack("[o, o]", exchange_json("POST", REFRESH, t.refresh, 200, session_json(t.fresh, t.refresh_new)),
						       exchange_json("GET", ASKED, t.fresh, 400, error_json(errors[i])))),
				 ERR_REMOTE);
		end(&t);
	}
}

static void test_password_where_nothing_renews(void **state)
{
	struct trial t = begin();
	json_t *body = json_pack("{s:s, s:s}", "identifier", OWNER, "password", "pass-word");
	json_t *create = exchange_json("POST", CREATE, (struct str){}, 200, session_json(t.fresh, t.refresh_new));
	json_object_set_new(json_object_get(create, "request"), "body", body);
	assert_ok(&t.cx, ask_profile(&t, t.old, t.refresh_old, OWNER, json_pack("[O, o]", create, exchange_json("GET", ASKED, t.fresh, 200, profile_json()))));
	assert_ok(&t.cx, ask_profile(&t, t.old, t.refresh, OWNER,
				     json_pack("[o, O, o]", exchange_json("POST", REFRESH, t.refresh, 400, error_json("ExpiredToken")), create,
					       exchange_json("GET", ASKED, t.fresh, 200, profile_json()))));
	/* tokens of another account are not used for this one */
	assert_ok(&t.cx, ask_profile(&t, t.fresh, t.refresh, "other.example.org",
				     json_pack("[o, o]", create, exchange_json("GET", "/xrpc/app.bsky.actor.getProfile?actor=desk.example.org", t.fresh, 200, profile_json()))));
	end(&t);
}

static void test_no_session(void **state)
{
	struct trial t = begin();
	assert_int_equal(ask_profile(&t, t.old, t.refresh_old, OWNER, json_pack("[o]", exchange_json("POST", CREATE, (struct str){}, 401, error_json("AuthenticationRequired")))), ERR_DENIED);
	assert_int_equal(ask_profile(&t, t.old, t.refresh, OWNER, json_pack("[o]", exchange_json("POST", REFRESH, t.refresh, 502, error_json("UpstreamFailure")))), ERR_REMOTE);
	assert_int_equal(ask_profile(&t, t.old, t.refresh, OWNER, json_pack("[o]", exchange_json("POST", REFRESH, t.refresh, 429, error_json("RateLimitExceeded")))), ERR_LIMIT);
	assert_false(kept.len);
	end(&t);
}

static void test_doubt_of_a_session_is_none_of_the_act(void **state)
{
	struct trial t = begin();
	json_t *settings = json_pack("{s:s, s:s}", "url", replay.base, "handle", OWNER);
	json_t *exchanges = json_pack("[o]", exchange_json("POST", CREATE, (struct str){}, 500, error_json("InternalServerError")));
	struct channel_account account = {.id = 1, .name = S("Sky"), .settings = settings, .secret = S("{\"password\":\"pass-word\"}"), .renew = keep};
	struct outbound out = {.act = ACT_REPLY, .dedup_key = S("k"), .thread_id = S("at://did:plc:desk/app.bsky.feed.post/3k"), .body = S("x"), .intended_at = t.cx.now};
	struct sent sent = {};
	replay_load(exchanges, NULL, 0);
	assert_ok(&t.cx, channel_kind_of(S("bluesky"))->publish(&t.cx, t.net, &account, &out, &sent));
	assert_true(sent.outcome == OUTCOME_LATER && sent.story.len);
	out.visibility = VISIBILITY_PRIVATE; /* an app password without direct messages */
	assert_ok(&t.cx, channel_kind_of(S("bluesky"))->publish(&t.cx, t.net, &account, &out, &sent));
	assert_true(sent.outcome == OUTCOME_NEVER && sent.story.len);
	json_decref(exchanges);
	json_decref(settings);
	end(&t);
}

/* ---- posts that are not as one thinks ---- */

static int posts_taken, posts_attached;
static char posts_handle[80], posts_first[200];

static enum err take_post(struct cx *cx, void *subject, const struct inbound *in)
{
	posts_taken++;
	posts_attached = (int)in->attachment_count;
	snprintf(posts_handle, sizeof posts_handle, "%.*s", STR_ARG(in->author_handle));
	if (in->attachment_count)
		snprintf(posts_first, sizeof posts_first, "%.*s %.*s %.*s", STR_ARG(in->attachments[0].kind), STR_ARG(in->attachments[0].url), STR_ARG(in->attachments[0].alt));
	return OK;
}

/* A post with this record's text and embed (of the view). */
static void read_one(const char *text, const char *embed)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct channel_account account = {.id = 1};
	struct str document = arena_printf(arena,
		"{\"posts\":[{\"uri\":\"at://did:plc:jane/app.bsky.feed.post/3k\",\"cid\":\"c\",\"author\":{\"did\":\"did:plc:jane\",\"handle\":\"handle.invalid\"},"
		"\"record\":{\"$type\":\"app.bsky.feed.post\",\"text\":\"%s\",\"createdAt\":\"2026-11-21T12:00:00Z\","
		"\"facets\":[{\"index\":{\"byteStart\":-5,\"byteEnd\":99999},\"features\":[7,{\"uri\":3}]},null]},\"embed\":%s,\"indexedAt\":\"2026-11-21T12:00:00Z\"}]}", text, embed);
	json_t *json = json_loadb(document.at, document.len, 0, NULL);
	assert_non_null(json);
	posts_taken = posts_attached = 0;
	posts_first[0] = '\0';
	assert_ok(&cx, bluesky_read_posts(&cx, &account, json, take_post, NULL));
	assert_int_equal(posts_taken, 1);
	json_decref(json);
}

static void test_odd_posts(void **state)
{
	read_one("", "{\"$type\":\"app.bsky.embed.gallery#view\",\"items\":[{\"fullsize\":\"https://cdn.example/1\",\"alt\":\"One\"},{\"fullsize\":\"https://cdn.example/2\"}]}");
	assert_int_equal(posts_attached, 2);
	assert_string_equal(posts_first, "image https://cdn.example/1 One");
	assert_string_equal(posts_handle, ""); /* their name leads nowhere just now: that is no name */
	read_one("", "{\"$type\":\"app.bsky.embed.hologram#view\",\"rays\":[]}"); /* not lost, though it says nothing that is known */
	assert_string_equal(posts_first, "link https://bsky.app/profile/did:plc:jane/post/3k ");
	read_one("Words", "{\"$type\":\"app.bsky.embed.hologram#view\",\"rays\":[]}");
	assert_int_equal(posts_attached, 0);
	read_one("Words", "{\"$type\":\"app.bsky.embed.record#view\",\"record\":{\"uri\":\"at://did:plc:gone/app.bsky.feed.post/3x\",\"notFound\":true}}");
	assert_string_equal(posts_first, "link https://bsky.app/profile/did:plc:gone/post/3x ");
	read_one("Words", "{\"$type\":\"app.bsky.embed.recordWithMedia#view\",\"record\":{\"record\":{\"uri\":\"at://did:plc:o/app.bsky.feed.post/3x\",\"value\":{\"text\":\"Quoted\"}}},"
			  "\"media\":{\"images\":[{\"fullsize\":\"https://cdn.example/1\",\"alt\":\"\"}]}}");
	assert_int_equal(posts_attached, 2);
}

/* What is gone is seen, whatever stands before it that is blocked; what is blocked is asked for no more. */
static void test_blocked_is_not_gone(void **state)
{
	struct trial t = begin();
	json_t *exchanges = json_array(), *settings = json_pack("{s:s, s:s}", "url", replay.base, "handle", "desk.example.org");
	CLEANUP(buf_free) struct buf watch = {}, path = {};
	struct str cursor, next;
	bool more;
	buf_adds(&path, "/xrpc/app.bsky.feed.getPosts");
	for (int i = 0; i < 5; i++) {
		buf_addf(&watch, "%s[\"at://did:plc:jane/app.bsky.feed.post/%d\",\"\",\"c\"]", i ? "," : "", i);
		bluesky_add_parameter(&path, "uris", arena_printf(t.arena, "at://did:plc:jane/app.bsky.feed.post/%d", i));
	}
	json_array_append_new(exchanges, exchange_json("GET", "/xrpc/app.bsky.notification.listNotifications?limit=50&reasons=mention&reasons=reply&reasons=quote", t.fresh, 200,
						       json_pack("{s:[]}", "notifications")));
	json_array_append_new(exchanges, exchange_json("GET", buf_cstr(&path), t.fresh, 200, json_pack("{s:[]}", "posts")));
	for (int i = 4; i >= 2; i--)
		json_array_append_new(exchanges, exchange_json("GET", arena_printf(t.arena, "/xrpc/app.bsky.feed.getPostThread?depth=0&parentHeight=0&uri=at%%3A%%2F%%2Fdid%%3Aplc%%3Ajane%%2Fapp.bsky.feed.post%%2F%d", i).at,
							       t.fresh, 200, json_pack("{s:{s:s, s:b}}", "thread", "$type", "app.bsky.feed.defs#blockedPost", "blocked", 1)));
	struct channel_account account = {.id = 1, .name = S("Sky"), .settings = settings,
		.secret = arena_printf(t.arena, "{\"access\":\"%.*s\",\"refresh\":\"\",\"of\":\"desk.example.org %s\"}", STR_ARG(t.fresh), replay.base)};
	cursor = arena_printf(t.arena, "{\"after\":%lld,\"watch\":[%s]}", (long long)t.cx.now, buf_cstr(&watch));
	replay_load(exchanges, NULL, 0);
	replay.wrong[0] = '\0';
	posts_taken = 0;
	assert_ok(&t.cx, bluesky_fetch(&t.cx, t.net, &account, cursor, take_post, NULL, &next, &more));
	if (replay.wrong[0])
		fail_msg("%s", replay.wrong);
	assert_int_equal(posts_taken, 0);
	assert_true(str_find(next, S("post/1\"")) >= 0 && str_find(next, S("post/2\"")) < 0 && str_find(next, S("post/4\"")) < 0);
	json_decref(exchanges);
	json_decref(settings);
	end(&t);
}

static int setup(void **state)
{
	replay_start();
	return 0;
}

static int teardown(void **state)
{
	rude_stop(&replay.rude);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facets), cmocka_unit_test(test_keys), cmocka_unit_test(test_odd_posts), cmocka_unit_test(test_blocked_is_not_gone), cmocka_unit_test(test_old_token_is_renewed_first),
		cmocka_unit_test(test_refused_token_is_renewed_once), cmocka_unit_test(test_password_where_nothing_renews), cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_doubt_of_a_session_is_none_of_the_act),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
