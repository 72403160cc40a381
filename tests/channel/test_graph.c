/* What Facebook's and Instagram's connectors share: every payload that lies beside the checkout is read without a word out of place, each
 * error code means what it must, a window that is over leads to the next, and no token stands in an address that people see. */
#include "test.h"

#include "replay.h"

#include "channel/channel.h"
#include "channel/graph.h"
#include "sys/crypto.h"
#include "sys/net.h"

#include <glob.h>

static struct cx cx;
static struct net *net;

/* ---- recorded payloads ---- */

static int taken;

static enum err take(struct cx *c, void *subject, const struct inbound *in)
{
	const char *file = subject;
	if (!in->remote_id.len || !in->thread_id.len || (!in->removed && (!in->at || (!in->ours && !in->author_id.len))))
		fail_msg("%s: a message without an id, a thread, an author or an instant", file);
	taken++;
	return OK;
}

static void read_folder(const struct channel_kind *kind, const char *pattern, int least, int least_taken)
{
	char path[600];
	glob_t found = {};
	const char *source = getenv("PARVIS_SOURCE");
	snprintf(path, sizeof path, "%s/../shared/specs/%s", source ? source : ".", pattern);
	if (glob(path, 0, NULL, &found) != 0)
		skip();
	taken = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct channel_account account = {};
		json_t *document = json_load_file(found.gl_pathv[i], 0, NULL);
		if (!document)
			continue; /* some are texts, or no JSON on purpose */
		for (const struct channel_reader *r = kind->readers; r->call; r++)
			if ((strcmp(r->call, "webhook") == 0) == (json_object_get(document, "entry") != NULL))
				assert_ok(&cx, r->read(&cx, &account, document, take, found.gl_pathv[i]));
		json_decref(document);
	}
	print_message("# %s: %zu files, %d messages\n", pattern, found.gl_pathc, taken);
	if ((int)found.gl_pathc < least || taken < least_taken)
		fail_msg("%s: %zu files, %d messages", pattern, found.gl_pathc, taken);
	globfree(&found);
}

static void test_facebook_payloads(void **state)
{
	read_folder(channel_kind_of(S("facebook")), "facebook/payloads/*/*.json", 50, 100);
}

static void test_messenger_payloads(void **state)
{
	read_folder(channel_kind_of(S("facebook")), "messenger/payloads/*/*.json", 30, 15);
}

static void test_instagram_payloads(void **state)
{
	read_folder(channel_kind_of(S("instagram")), "instagram/payloads/*/*.json", 25, 20);
}

/* ---- errors ---- */

static void test_errors(void **state)
{
	static const struct {
		int status, code, subcode;
		enum outcome outcome;
		const char *says;
	} rows[] = {
		{400, 190, 0, OUTCOME_HOLD, "Connect the channel again"}, {401, 190, 460, OUTCOME_HOLD, "password"}, {400, 190, 463, OUTCOME_HOLD, "expired"},
		{400, 190, 458, OUTCOME_HOLD, "app was removed"}, {400, 190, 492, OUTCOME_HOLD, "role"}, {400, 102, 0, OUTCOME_HOLD, "Connect"},
		{400, 4, 0, OUTCOME_LATER, "limit"}, {400, 17, 0, OUTCOME_LATER, "limit"}, {403, 32, 0, OUTCOME_LATER, "limit"}, {400, 613, 0, OUTCOME_LATER, "limit"},
		{400, 80001, 0, OUTCOME_LATER, "limit"}, {400, 10, 0, OUTCOME_HOLD, "right is missing"}, {403, 200, 0, OUTCOME_HOLD, "right is missing"},
		{400, 368, 0, OUTCOME_HOLD, "blocked"}, {400, 100, 33, OUTCOME_NEVER, "no longer there"}, {400, 100, 0, OUTCOME_NEVER, "refused"},
		{400, 10, 2018278, OUTCOME_NEVER, "24 hours"}, {400, 551, 1545041, OUTCOME_NEVER, "cannot be written to"}, {400, 10900, 0, OUTCOME_NEVER, "once, within seven days"},
		{400, 2635, 0, OUTCOME_HOLD, "up to date"}, {500, 2, 0, OUTCOME_UNKNOWN, "looking it up"}, {200, 1, 0, OUTCOME_UNKNOWN, "looking it up"},
		{400, 424242, 0, OUTCOME_NEVER, "refused"}, {200, 424242, 0, OUTCOME_UNKNOWN, "looking it up"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct exchange x = {.answer = {.outcome = NET_ANSWERED, .status = rows[i].status, .whole = true, .body = S("{}")}};
		struct sent sent = {};
		x.document = json_pack("{s:{s:s, s:i, s:i}}", "error", "message", "says the network", "code", rows[i].code, "error_subcode", rows[i].subcode);
		graph_outcome(&cx, &x, &sent);
		if (sent.outcome != rows[i].outcome || str_find(sent.story, str_of(rows[i].says)) < 0 || str_find(sent.story, S("says the network")) < 0)
			fail_msg("code %d/%d: %s, “%.*s”", rows[i].code, rows[i].subcode, outcome_word(sent.outcome), STR_ARG(sent.story));
		json_decref(x.document);
	}
}

/* The header says for how many minutes nothing is let in. */
static void test_usage(void **state)
{
	static const struct net_header headers[] = {{S("X-Business-Use-Case-Usage"), S("{\"1001\":[{\"type\":\"pages\",\"call_count\":100,\"estimated_time_to_regain_access\":19}]}")}};
	struct exchange x = {.answer = {.outcome = NET_ANSWERED, .status = 400, .whole = true, .headers = headers, .header_count = 1}};
	struct sent sent = {};
	x.document = json_pack("{s:{s:s, s:i}}", "error", "message", "too many calls", "code", 80001);
	graph_outcome(&cx, &x, &sent);
	assert_int_equal(sent.outcome, OUTCOME_LATER);
	assert_int_equal(sent.retry_at, cx.now + 19 * MINUTE);
	json_decref(x.document);
}

static void test_version(void **state)
{
	i64 until = 0;
	assert_true(time_parse_loose(str_of(graph_version.until), &until));
	assert_true(until > cx.now); /* from then on another version is to be spoken */
}

/* ---- the windows of private messages ---- */

static const json_t *exchange(json_t *list, const char *body, int status, const char *answer)
{
	json_array_append_new(list, json_pack("{s:{s:s, s:s, s:o}, s:{s:i, s:o}}", "request", "method", "POST", "path", "/v25.0/1001/messages", "body", json_loads(body, 0, NULL), "answer",
					      "status", status, "body", json_loads(answer, 0, NULL)));
	return list;
}

static struct sent send_with(const json_t *exchanges, const char *parent)
{
	json_t *settings = json_pack("{s:s}", "url", replay.base), *known = json_pack("{s:s}", "id", "1001");
	struct channel_account account = {.id = 1, .name = S("Page"), .settings = settings, .known = known, .secret = S("{\"token\":\"t0ken\"}")};
	struct outbound out = {.act = ACT_REPLY, .visibility = VISIBILITY_PRIVATE, .thread_id = S("501"), .parent_id = str_of(parent), .body = S("Hello"), .intended_at = cx.now};
	struct sent sent = {};
	replay_load(exchanges, NULL, 0);
	replay.wrong[0] = '\0';
	assert_ok(&cx, channel_kind_of(S("facebook"))->publish(&cx, net, &account, &out, &sent));
	if (replay.wrong[0] || replay.at != json_array_size(exchanges))
		fail_msg("%s; %zu of the requests came", replay.wrong, replay.at);
	json_decref(settings);
	json_decref(known);
	return sent;
}

static void test_window(void **state)
{
	static const char first[] = "{\"recipient\":{\"id\":\"501\"},\"message\":{\"text\":\"Hello\"},\"messaging_type\":\"RESPONSE\"}";
	static const char second[] = "{\"recipient\":{\"id\":\"501\"},\"message\":{\"text\":\"Hello\"},\"messaging_type\":\"MESSAGE_TAG\",\"tag\":\"HUMAN_AGENT\"}";
	static const char over[] = "{\"error\":{\"message\":\"(#10) This message is sent outside of allowed window.\",\"code\":10,\"error_subcode\":2018278}}";
	json_t *later = json_array(), *never = json_array(), *comment = json_array();
	exchange(later, first, 400, over);
	exchange(later, second, 200, "{\"recipient_id\":\"501\",\"message_id\":\"m_3\"}");
	struct sent sent = send_with(later, "m_1");
	assert_int_equal(sent.outcome, OUTCOME_DONE);
	assert_true(str_eq(sent.remote_id, S("m_3")));
	exchange(never, first, 400, over);
	exchange(never, second, 400, over);
	sent = send_with(never, "m_1");
	assert_int_equal(sent.outcome, OUTCOME_NEVER);
	assert_true(str_find(sent.story, S("Answer in public")) > 0);
	exchange(comment, "{\"recipient\":{\"comment_id\":\"31_91\"},\"message\":{\"text\":\"Hello\"},\"messaging_type\":\"RESPONSE\"}", 400, over);
	sent = send_with(comment, "31_91"); /* a comment is answered in private once, without a tag */
	assert_int_equal(sent.outcome, OUTCOME_NEVER);
	json_decref(later);
	json_decref(never);
	json_decref(comment);
}

/* ---- deliveries that are broken ---- */

static enum err take_any(struct cx *c, void *subject, const struct inbound *in)
{
	*(struct str *)subject = in->body;
	return OK;
}

static void test_half_an_emoji(void **state)
{
	struct str body = S("{\"object\":\"page\",\"entry\":[{\"id\":\"1001\",\"time\":1795262000,\"changes\":[{\"field\":\"feed\",\"value\":{\"item\":\"comment\",\"verb\":\"add\","
			    "\"comment_id\":\"31_1\",\"post_id\":\"1001_31\",\"from\":{\"id\":\"5\",\"name\":\"J\"},\"message\":\"cut \\ud83e\",\"created_time\":1795262000}}]}]}");
	struct hash mac = hmac_sha256(S("s"), body);
	CLEANUP(buf_free) struct buf hex = {};
	buf_adds(&hex, "sha256=");
	buf_add_hex(&hex, mac.at, sizeof mac.at);
	struct net_header headers[] = {{S("x-hub-signature-256"), buf_str(&hex)}};
	struct channel_account account = {.secret = S("{\"app_secret\":\"s\"}")};
	struct delivery delivery = {.method = S("POST"), .path = S("/x"), .body = body, .headers = headers, .header_count = 1};
	struct received r = {};
	struct str said = {};
	i64 before = cx.now;
	cx.now = (i64)1795262400 * SECOND;
	assert_ok(&cx, channel_kind_of(S("facebook"))->receive(&cx, &account, &delivery, take_any, &said, &r));
	cx.now = before;
	assert_int_equal(r.verdict, DELIVERY_TAKEN);
	assert_true(str_eq(said, S("cut \xEF\xBF\xBD")));
	assert_true(str_eq(r.key, str_skip(buf_str(&hex), 7)));
}

static int setup(void **state)
{
	static struct arena *arena;
	static const struct net_settings settings = {.allow = S("127.0.0.1")};
	arena = arena_new();
	cx = cx_new(arena);
	replay_start();
	return net_open(&cx, &settings, &net) == OK ? 0 : 1;
}

static int teardown(void **state)
{
	net_close(net);
	replay_settle();
	rude_stop(&replay.rude);
	arena_free(cx.arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facebook_payloads), cmocka_unit_test(test_messenger_payloads), cmocka_unit_test(test_instagram_payloads),
		cmocka_unit_test(test_errors), cmocka_unit_test(test_usage), cmocka_unit_test(test_version), cmocka_unit_test(test_window), cmocka_unit_test(test_half_an_emoji),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
