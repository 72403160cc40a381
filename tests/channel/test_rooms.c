/* Matrix and Discord where the conformance suite does not go: files in and out, invitations, where the home server is, messages read again;
 * and Matrix's own examples of events, where they lie beside the checkout. */
#include "test.h"

#include "replay.h"

#include "channel/channel.h"
#include "sys/net.h"

static struct cx cx;
static struct net *net;
static struct arena *arena;

static int start(void **state)
{
	static const struct net_settings settings = {.allow = S("127.0.0.1"), .patience = 10 * SECOND};
	arena = arena_new();
	cx = cx_new(arena);
	cx.now = 1795262400 * SECOND; /* 2026-11-21T12:00:00Z */
	replay_start();
	assert_ok(&cx, net_open(&cx, &settings, &net));
	return 0;
}

static int stop(void **state)
{
	net_close(net);
	rude_stop(&replay.rude);
	arena_free(arena);
	return 0;
}

static void release(void *json)
{
	json_decref(json);
}

static json_t *parsed(const char *text)
{
	json_error_t where;
	json_t *json = json_loads(replay_based(arena, str_of(text)).at, 0, &where);
	if (!json)
		fail_msg("%s, line %d: %s", where.text, where.line, text);
	arena_defer(arena, release, json);
	return json;
}

static struct channel_account account_of(const char *settings, const char *known)
{
	return (struct channel_account){.id = 1, .name = S("Rooms"), .settings = parsed(settings), .secret = S("{\"token\":\"t0ken\"}"), .known = parsed(known)};
}

static struct channel_account of_matrix(void)
{
	return account_of("{\"url\":\"$BASE\",\"join\":true}", "{\"id\":\"@desk:m.example\",\"base\":\"$BASE\"}");
}

static struct channel_account of_discord(void)
{
	return account_of("{\"url\":\"$BASE/api/v10\",\"guild\":\"900\"}", "{\"id\":\"500\"}");
}

static void expect(const char *exchanges)
{
	replay_load(parsed(exchanges), NULL, 0);
	replay.wrong[0] = '\0';
	cx_forget(&cx);
}

static void all_asked(void)
{
	if (replay.wrong[0])
		fail_msg("%s", replay.wrong);
	assert_int_equal(replay.at, json_array_size(replay.exchanges));
}

struct taken {
	struct inbound items[20];
	size_t count;
};

static enum err take(struct cx *task, void *subject, const struct inbound *inbound)
{
	struct taken *taken = subject;
	assert_true(taken->count < COUNT(taken->items));
	taken->items[taken->count++] = *inbound;
	return OK;
}

static void assert_text(struct str text, const char *wanted)
{
	if (!str_eq(text, str_of(wanted)))
		fail_msg("“%.*s” is not “%s”", STR_ARG(text), wanted);
}

/* ---- files out ---- */

static const struct outbound_media door = {.kind = S("image"), .name = S("our \"door\".jpg"), .alt = S("Our door"), .type = S("image/jpeg"), .bytes = S("\xff\xd8pixels")};

static void test_matrix_file_out(void **state)
{
	struct channel_account account = of_matrix();
	struct outbound out = {.act = ACT_REPLY, .dedup_key = S("key"), .thread_id = S("!r:m.example"), .parent_id = S("!r:m.example/$q"), .body = S("Here"), .media = &door,
			       .media_count = 1, .intended_at = cx.now};
	struct sent sent = {};
	expect("[{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v3/rooms/%21r%3Am.example/state/m.room.encryption/\"},"
	       "\"answer\":{\"status\":404,\"body\":{\"errcode\":\"M_NOT_FOUND\"}}},"
	       "{\"request\":{\"method\":\"POST\",\"path\":\"/_matrix/media/v3/upload?filename=our%20%22door%22.jpg\",\"headers\":{\"Content-Type\":\"image/jpeg\",\"Authorization\":\"Bearer t0ken\"}},"
	       "\"answer\":{\"status\":200,\"body\":{\"content_uri\":\"mxc://m.example/abc\"}}},"
	       "{\"request\":{\"method\":\"PUT\",\"path\":\"/_matrix/client/v3/rooms/%21r%3Am.example/send/m.room.message/key-1\",\"body\":{\"msgtype\":\"m.image\",\"url\":\"mxc://m.example/abc\","
	       "\"body\":\"Our door\",\"filename\":\"our \\\"door\\\".jpg\",\"info\":{\"mimetype\":\"image/jpeg\",\"size\":8}}},\"answer\":{\"status\":200,\"body\":{\"event_id\":\"$f\"}}},"
	       "{\"request\":{\"method\":\"PUT\",\"path\":\"/_matrix/client/v3/rooms/%21r%3Am.example/send/m.room.message/key\",\"body\":{\"msgtype\":\"m.text\",\"body\":\"Here\","
	       "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$q\"}}}},\"answer\":{\"status\":200,\"body\":{\"event_id\":\"$t\"}}}]");
	assert_ok(&cx, channel_kind_of(S("matrix"))->publish(&cx, net, &account, &out, &sent));
	all_asked();
	assert_int_equal(sent.outcome, OUTCOME_DONE);
	assert_text(sent.remote_id, "!r:m.example/$t");
}

static void test_discord_file_out(void **state)
{
	struct channel_account account = of_discord();
	struct outbound out = {.act = ACT_REPLY, .dedup_key = S("key"), .thread_id = S("700"), .parent_id = S("700/701"), .body = S("Here"), .media = &door, .media_count = 1,
			       .intended_at = cx.now};
	struct sent sent = {};
	expect("[{\"request\":{\"method\":\"POST\",\"path\":\"/api/v10/channels/700/messages\",\"headers\":{\"Authorization\":\"Bot t0ken\"}},\"answer\":{\"status\":200,\"body\":{\"id\":\"702\"}}}]");
	assert_ok(&cx, channel_kind_of(S("discord"))->publish(&cx, net, &account, &out, &sent));
	all_asked();
	assert_int_equal(sent.outcome, OUTCOME_DONE);
	assert_text(sent.remote_id, "700/702");
}

/* ---- what comes in ---- */

static void test_matrix_file_in(void **state)
{
	struct channel_account account = of_matrix();
	struct taken all = {};
	struct str cursor = {};
	bool more;
	expect("[{\"request\":{\"method\":\"POST\",\"path\":\"/_matrix/client/v3/rooms/%21new%3Ax.example/join\",\"body\":{}},\"answer\":{\"status\":200,\"body\":{\"room_id\":\"!new:x.example\"}}},"
	       "{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v1/media/download/m.example/abc?timeout_ms=5000\",\"headers\":{\"Authorization\":\"Bearer t0ken\"}},"
	       "\"answer\":{\"status\":200,\"headers\":{\"Content-Type\":\"image/png\"},\"text\":\"PIXELS\"}},"
	       "{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v1/media/download/m.example/gone?timeout_ms=5000\"},\"answer\":{\"status\":404,\"body\":{\"errcode\":\"M_NOT_FOUND\"}}}]");
	json_t *sync = parsed("{\"next_batch\":\"s1\",\"rooms\":{\"invite\":{\"!new:x.example\":{\"invite_state\":{\"events\":[{\"type\":\"m.room.member\",\"state_key\":\"@desk:m.example\","
			      "\"sender\":\"@j:x.example\",\"content\":{\"membership\":\"invite\",\"is_direct\":true}}]}}},\"join\":{\"!r:m.example\":{\"timeline\":{\"events\":["
			      "{\"type\":\"m.room.message\",\"event_id\":\"$1\",\"sender\":\"@j:x.example\",\"origin_server_ts\":1795262000000,\"content\":{\"msgtype\":\"m.image\",\"body\":\"door.png\","
			      "\"url\":\"mxc://m.example/abc\",\"info\":{\"mimetype\":\"image/png\"}}},"
			      "{\"type\":\"m.room.message\",\"event_id\":\"$2\",\"sender\":\"@j:x.example\",\"origin_server_ts\":1795262001000,\"content\":{\"msgtype\":\"m.file\",\"body\":\"See\","
			      "\"filename\":\"a.pdf\",\"url\":\"mxc://m.example/gone\"}}]}}}}}");
	json_t *exchanges = json_array(), *one;
	size_t index;
	json_array_append_new(exchanges, json_pack("{s:{s:s, s:s}, s:{s:i, s:O}}", "request", "method", "GET", "path", "", "answer", "status", 200, "body", sync));
	json_array_foreach((json_t *)replay.exchanges, index, one)
		json_array_append(exchanges, one);
	arena_defer(arena, release, exchanges);
	/* the path of the first is the connector's own affair: fetch.json has it */
	json_t *first = json_load_file(arena_printf(arena, "%s/src/channel/matrix/exchanges/fetch.json", getenv("PARVIS_SOURCE") ? getenv("PARVIS_SOURCE") : ".").at, 0, NULL);
	assert_non_null(first);
	arena_defer(arena, release, first);
	const char *path = json_string_value(json_object_get(json_object_get(json_array_get(json_object_get(json_object_get(first, "cursor_lost"), "exchanges"), 1), "request"), "path"));
	json_object_set_new(json_object_get(json_array_get(exchanges, 0), "request"), "path", json_string(path));
	replay_load(exchanges, NULL, 0);
	assert_ok(&cx, channel_kind_of(S("matrix"))->fetch(&cx, net, &account, (struct str){}, take, &all, &cursor, &more));
	all_asked();
	assert_int_equal(all.count, 2); /* the invitation was accepted: nothing to tell */
	assert_text(all.items[0].attachments[0].bytes, "PIXELS");
	assert_text(all.items[0].attachments[0].type, "image/png");
	assert_text(all.items[1].body, "See");
	assert_text(all.items[1].attachments[0].name, "a.pdf");
	assert_int_equal(all.items[1].attachments[0].bytes.len, 0);
	assert_true(str_starts(all.items[1].attachments[0].url, S("https://matrix.to/#/"))); /* where a person finds it */
	assert_true(str_find(cursor, S("\"!new:x.example\":[\"d\",\"\"]")) >= 0);
}

/* Nothing new: the latest of a channel are read again. One was edited, one taken away; the third is as it was. */
static void test_discord_again(void **state)
{
	struct channel_account account = of_discord();
	struct taken all = {};
	struct str cursor = {};
	bool more = true;
	expect("[{\"request\":{\"method\":\"GET\",\"path\":\"/api/v10/guilds/900/channels\"},\"answer\":{\"status\":200,\"body\":[{\"id\":\"700\",\"type\":0,\"name\":\"a\",\"last_message_id\":\"30\"}]}},"
	       "{\"request\":{\"method\":\"GET\",\"path\":\"/api/v10/guilds/900/threads/active\"},\"answer\":{\"status\":200,\"body\":{\"threads\":[],\"members\":[]}}},"
	       "{\"request\":{\"method\":\"GET\",\"path\":\"/api/v10/channels/700/messages?limit=100&after=9\"},\"answer\":{\"status\":200,\"body\":["
	       "{\"id\":\"30\",\"channel_id\":\"700\",\"author\":{\"id\":\"2\",\"username\":\"j\"},\"content\":\"Same\",\"timestamp\":\"2026-11-21T11:00:00Z\",\"type\":0},"
	       "{\"id\":\"10\",\"channel_id\":\"700\",\"author\":{\"id\":\"2\",\"username\":\"j\"},\"content\":\"Changed\",\"timestamp\":\"2026-11-21T11:00:00Z\","
	       "\"edited_timestamp\":\"2026-11-21T11:30:00Z\",\"type\":0}]}}]");
	assert_ok(&cx, channel_kind_of(S("discord"))->fetch(&cx, net, &account, S("{\"after\":{\"700\":\"30\"},\"watch\":{\"700\":[[\"10\",\"\"],[\"20\",\"\"],[\"30\",\"\"]]}}"), take,
							      &all, &cursor, &more));
	all_asked();
	assert_int_equal(all.count, 2);
	assert_text(all.items[0].body, "Changed");
	assert_true(all.items[0].edited_at > 0);
	assert_true(all.items[1].removed);
	assert_text(all.items[1].remote_id, "700/20");
	assert_text(cursor, "{\"after\":{\"700\":\"30\"},\"pending\":[],\"turn\":1,\"watch\":{\"700\":[[\"10\",\"2026-11-21T11:30:00Z\"],[\"30\",\"\"]]}}");
	assert_false(more);
}

/* ---- where the home server is ---- */

static void test_matrix_is_found(void **state)
{
	struct channel_account account = account_of("{\"url\":\"$BASE\"}", "{}");
	struct verified v = {};
#define FOUND(base) "[{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/versions\"},\"answer\":{\"status\":200,\"text\":\"<p>A page\"}}," \
		    "{\"request\":{\"method\":\"GET\",\"path\":\"/.well-known/matrix/client\"},\"answer\":{\"status\":200,\"body\":{\"m.homeserver\":{\"base_url\":\"" base "\"}}}}]"
	expect(FOUND("http://169.254.169.254"));
	assert_ok(&cx, channel_kind_of(S("matrix"))->verify(&cx, net, &account, &v));
	all_asked();
	assert_int_equal(v.outcome, OUTCOME_HOLD); /* an address inside */
	expect(FOUND("file:///etc/passwd"));
	assert_ok(&cx, channel_kind_of(S("matrix"))->verify(&cx, net, &account, &v));
	all_asked();
	assert_int_equal(v.outcome, OUTCOME_NEVER);
	expect(FOUND("https://127.0.0.1:1")); /* the word of an address without encryption leads to none with it */
	assert_ok(&cx, channel_kind_of(S("matrix"))->verify(&cx, net, &account, &v));
	all_asked();
	assert_int_equal(v.outcome, OUTCOME_HOLD);
	account = account_of("{\"url\":\"$BASE\"}", "{\"id\":\"@desk:m.example\",\"base\":\"http://127.0.0.1:1\",\"typed\":\"$BASE\"}");
	expect("[{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/versions\"},\"answer\":{\"status\":200,\"body\":{\"versions\":[\"v1.11\"]}}}]");
	assert_ok(&cx, channel_kind_of(S("matrix"))->verify(&cx, net, &account, &v)); /* found elsewhere before: a domain that says otherwise gets no token */
	all_asked();
	assert_int_equal(v.outcome, OUTCOME_HOLD);
	assert_true(str_find(v.story, S("http://127.0.0.1:1")) >= 0);
	/* the same server, written otherwise */
	account = account_of("{\"url\":\"$BASE/\"}", "{\"id\":\"@desk:m.example\",\"base\":\"$BASE/\",\"typed\":\"$BASE\"}");
	expect("[{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/versions\"},\"answer\":{\"status\":200,\"body\":{\"versions\":[\"v1.11\"]}}},"
	       "{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v3/account/whoami\"},\"answer\":{\"status\":401,\"body\":{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":true}}}]");
	assert_ok(&cx, channel_kind_of(S("matrix"))->verify(&cx, net, &account, &v));
	all_asked();
	assert_true(v.outcome == OUTCOME_HOLD && str_find(v.story, S("sign in again")) >= 0);
}

/* Until the home server was found, and when another address was set since, nothing is asked: the address that was typed is shown no token. */
static void test_matrix_keeps_its_token(void **state)
{
	static const char *const known[] = {"{}", "{\"id\":\"@desk:m.example\"}", "{\"id\":\"@desk:m.example\",\"base\":\"http://127.0.0.1:1\"}",
					    "{\"id\":\"@desk:m.example\",\"base\":\"http://127.0.0.1:1\",\"typed\":\"https://other.example\"}"};
	const struct channel_kind *kind = channel_kind_of(S("matrix"));
	for (size_t i = 0; i < COUNT(known); i++) {
		struct channel_account account = account_of("{\"url\":\"$BASE\"}", known[i]);
		struct outbound out = {.act = ACT_REPLY, .thread_id = S("!r:m.example"), .body = S("Hello"), .dedup_key = S("k"), .intended_at = cx.now};
		struct sent sent = {};
		struct verified v = {};
		struct str cursor = {};
		struct taken taken = {};
		bool more = false;
		expect("[]");
		assert_err(kind->fetch(&cx, net, &account, (struct str){}, take, &taken, &cursor, &more), ERR_REMOTE);
		assert_true(strstr(cx.story, "not found yet") != NULL);
		cx_forget(&cx);
		assert_ok(&cx, kind->publish(&cx, net, &account, &out, &sent));
		assert_int_equal(sent.outcome, OUTCOME_LATER);
		assert_ok(&cx, kind->look(&cx, net, &account, &out, &sent));
		assert_int_equal(sent.outcome, OUTCOME_LATER);
		all_asked();
		/* the domain cannot be asked: neither does looking at the account show it */
		expect("[{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/versions\",\"headers\":{}},\"answer\":{\"status\":404}},"
		       "{\"request\":{\"method\":\"GET\",\"path\":\"/.well-known/matrix/client\"},\"answer\":{\"status\":502}}]");
		assert_ok(&cx, kind->verify(&cx, net, &account, &v));
		all_asked();
		assert_int_equal(v.outcome, OUTCOME_LATER);
		assert_null(v.known);
	}
}

/* ---- rooms that are replaced ---- */

#define EVENT(type, more) "{\"type\":\"" type "\",\"event_id\":\"$1\",\"sender\":\"@j:m.example\",\"origin_server_ts\":1795262000000," more "}"
#define CREATE(before) EVENT("m.room.create", "\"state_key\":\"\",\"content\":{\"predecessor\":{\"room_id\":\"" before "\",\"event_id\":\"$9\"}}")
#define SAID EVENT("m.room.message", "\"content\":{\"msgtype\":\"m.text\",\"body\":\"Hello\"}")
#define TOMBSTONE(next) EVENT("m.room.tombstone", "\"state_key\":\"\",\"content\":{\"body\":\"Replaced\",\"replacement_room\":\"" next "\"}")
#define ROOM(id, state, timeline) "\"" id "\":{\"state\":{\"events\":[" state "]},\"timeline\":{\"events\":[" timeline "]}}"

/* What is said in the new room is of the conversation that it goes on with, when the old room itself points there: that a room calls itself the
 * successor is anybody's word. */
static void test_matrix_replaced(void **state)
{
	struct channel_account account = of_matrix();
	const struct channel_reader *reader = channel_kind_of(S("matrix"))->readers; /* sync */
	struct taken all = {};
	json_t *document = parsed("{\"next_batch\":\"s\",\"rooms\":{\"join\":{" ROOM("!a:m", "", SAID "," TOMBSTONE("!b:m")) "," ROOM("!b:m", CREATE("!a:m"), SAID "," TOMBSTONE("!d:m")) ","
				  ROOM("!c:m", CREATE("!a:m"), SAID "," TOMBSTONE("!c:m") "," TOMBSTONE("nonsense")) "," ROOM("!d:m", CREATE("!b:m"), SAID) "}}}");
	static const struct {
		const char *id, *thread;
	} rows[] = {{"!a:m/$1", "!a:m"}, {"!a:m/replaced", "!a:m"}, {"!b:m/$1", "!a:m"}, {"!b:m/replaced", "!a:m"}, {"!c:m/$1", "!c:m"}, {"!d:m/$1", "!a:m"}};
	assert_ok(&cx, reader->read(&cx, &account, document, take, &all));
	assert_int_equal(all.count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_text(all.items[i].remote_id, rows[i].id);
		assert_text(all.items[i].thread_id, rows[i].thread);
	}
	assert_true(str_find(all.items[1].body, S("could not enter")) >= 0);
}

#define CLEAR(room) "{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v3/rooms/" room "/state/m.room.encryption/\"},\"answer\":{\"status\":404,\"body\":{\"errcode\":\"M_NOT_FOUND\"}}}"
#define SHUT "{\"request\":{\"method\":\"PUT\",\"path\":\"/_matrix/client/v3/rooms/%21a%3Am/send/m.room.message/k\"},\"answer\":{\"status\":403,\"body\":{\"errcode\":\"M_FORBIDDEN\"}}}"
#define NEXT(room, answer) "{\"request\":{\"method\":\"GET\",\"path\":\"/_matrix/client/v3/rooms/" room "/state/m.room.tombstone/\"},\"answer\":" answer "}"

static void test_matrix_answers_in_the_new_room(void **state)
{
	const struct channel_kind *kind = channel_kind_of(S("matrix"));
	struct channel_account account = of_matrix();
	struct outbound out = {.act = ACT_REPLY, .thread_id = S("!a:m"), .parent_id = S("!a:m/$1"), .body = S("Hello"), .dedup_key = S("k"), .intended_at = cx.now};
	struct sent sent = {};
	expect("[" CLEAR("%21a%3Am") "," SHUT "," NEXT("%21a%3Am", "{\"status\":200,\"body\":{\"replacement_room\":\"!b:m\"}}") "," CLEAR("%21b%3Am")
	       ",{\"request\":{\"method\":\"PUT\",\"path\":\"/_matrix/client/v3/rooms/%21b%3Am/send/m.room.message/k\",\"body\":{\"body\":\"Hello\",\"m.relates_to\":null}},"
	       "\"answer\":{\"status\":200,\"body\":{\"event_id\":\"$2\"}}}]");
	assert_ok(&cx, kind->publish(&cx, net, &account, &out, &sent));
	all_asked();
	assert_int_equal(sent.outcome, OUTCOME_DONE);
	assert_text(sent.remote_id, "!b:m/$2");
	/* not replaced: we may not write there */
	expect("[" CLEAR("%21a%3Am") "," SHUT "," NEXT("%21a%3Am", "{\"status\":404,\"body\":{\"errcode\":\"M_NOT_FOUND\"}}") "]");
	assert_ok(&cx, kind->publish(&cx, net, &account, &out, &sent));
	all_asked();
	assert_int_equal(sent.outcome, OUTCOME_NEVER);
	/* one that points at itself is no way */
	expect("[" CLEAR("%21a%3Am") "," SHUT "," NEXT("%21a%3Am", "{\"status\":200,\"body\":{\"replacement_room\":\"!a:m\"}}") "]");
	assert_ok(&cx, kind->publish(&cx, net, &account, &out, &sent));
	all_asked();
	assert_int_equal(sent.outcome, OUTCOME_NEVER);
}

/* ---- examples of the specification ---- */

static void test_matrix_examples(void **state)
{
	static const struct {
		const char *file, *body, *kind;
		bool removed;
	} rows[] = {
		{"m.room.message_m.text", "This is an example text message", "", false}, {"m.room.message_m.notice", "This is an example notice", "", false},
		{"m.room.message_m.audio", "", "audio", false}, {"m.room.message_m.file", NULL, "file", false}, {"m.room.redaction", "", "", true},
		{"m.room.encrypted_olm", NULL, NULL, false}, {"m.room.message_m.key.verification.request", NULL, NULL, false}, {"m.room.topic", NULL, NULL, false},
		{"m.room.member_third_party_invite", NULL, NULL, false},
	};
	struct channel_account account = of_matrix();
	const struct channel_reader *reader = channel_kind_of(S("matrix"))->readers;
	while (strcmp(reader->call, "event") != 0)
		reader++;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *source = getenv("PARVIS_SOURCE");
		json_t *event = NULL;
		struct taken all = {};
		for (int up = 1; up < 3 && !event; up++)
			event = json_load_file(arena_printf(arena, "%s/%sshared/specs/matrix/payloads/matrix-spec/examples__%s.yaml", source ? source : ".", up == 1 ? "../" : "../../", rows[i].file).at,
					       0, NULL);
		if (!event) {
			print_message("%s is not beside the checkout\n", rows[i].file);
			continue;
		}
		json_object_update_new(event, json_pack("{s:s, s:s, s:s, s:I}", "event_id", "$e", "room_id", "!r:m.example", "sender", "@j:m.example", "origin_server_ts", (json_int_t)1795262000000));
		arena_defer(arena, release, event);
		assert_ok(&cx, reader->read(&cx, &account, event, take, &all));
		if (!rows[i].kind) { /* nothing to read; what is encrypted is said */
			assert_true(all.count == (strstr(rows[i].file, "encrypted") ? 1 : 0));
			continue;
		}
		assert_int_equal(all.count, 1);
		assert_true(all.items[0].removed == rows[i].removed);
		if (rows[i].body)
			assert_text(all.items[0].body, rows[i].body);
		if (rows[i].kind[0])
			assert_text(all.items[0].attachments[0].kind, rows[i].kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix_file_out), cmocka_unit_test(test_discord_file_out), cmocka_unit_test(test_matrix_file_in), cmocka_unit_test(test_discord_again),
		cmocka_unit_test(test_matrix_is_found), cmocka_unit_test(test_matrix_keeps_its_token), cmocka_unit_test(test_matrix_replaced), cmocka_unit_test(test_matrix_answers_in_the_new_room), cmocka_unit_test(test_matrix_examples),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
