/* What Facebook's and Instagram's connectors share: every payload that lies beside the checkout is read without a word out of place, each
 * error code means what it must, a window that is over leads to the next, and no token stands in an address that people see. */
#include "test.h"

#include "replay.h"

#include "channel/channel.h"
#include "channel/graph.h"
#include "channel/oauth.h"
#include "sys/crypto.h"
#include "model/gate.h"
#include "sys/net.h"
#include "sys/net_quota.h"

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
		{400, 10, 2018278, OUTCOME_NEVER, "24 hours"}, {400, 10, 2018300, OUTCOME_NEVER, "Another program"}, {400, 190, 467, OUTCOME_HOLD, "signed out"}, {400, 551, 1545041, OUTCOME_NEVER, "cannot be written to"}, {400, 10900, 0, OUTCOME_NEVER, "once, within seven days"},
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

/* An app that Meta did not review writes to some people and not to others: the refused answer is told, the channel goes on. */
static void test_right_of_one(void **state)
{
	static const int codes[] = {10, 200, 3};
	json_t *known = json_pack("{s:[s]}", "rights", "pages_read_engagement"), *untold = json_pack("{s:n}", "rights");
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct channel_account account = {.known = known};
		struct exchange x = {.answer = {.outcome = NET_ANSWERED, .status = 403, .whole = true, .body = S("{}")}};
		struct sent sent = {};
		x.document = json_pack("{s:{s:s, s:i}}", "error", "message", "says the network", "code", codes[i]);
		graph_acted(&cx, &account, &x, &sent);
		assert_true(sent.outcome == OUTCOME_NEVER && str_find(sent.story, S("other answers leave")) > 0);
		account.known = untold; /* nobody knows whether it is the account's */
		graph_acted(&cx, &account, &x, &sent);
		assert_int_equal(sent.outcome, OUTCOME_HOLD);
		json_decref(x.document);
	}
	json_decref(known);
	json_decref(untold);
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

/* All of it is used, and nobody says until when: reading and acting pause. */
static void test_usage_of_app(void **state)
{
	static const struct net_header headers[] = {{S("X-App-Usage"), S("{\"call_count\":100,\"total_cputime\":25,\"total_time\":12}")}};
	struct net_answer answer = {.outcome = NET_ANSWERED, .status = 200, .headers = headers, .header_count = 1};
	struct net_quota quota = {};
	struct gate gate = {};
	i64 open_at = 0;
	assert_true(net_quota_read(&answer, cx.now, &quota));
	assert_true(quota.limit == 100 && quota.left == 0);
	gate_note(&gate, &(struct gate_news){.limit = quota.limit, .left = quota.left, .reset_at = quota.reset_at}, cx.now, 0);
	assert_false(gate_is_open(&gate, GATE_ACTING, cx.now + SECOND, &open_at));
	assert_true(gate_is_open(&gate, GATE_ACTING, cx.now + HOUR, &open_at)); /* it is asked again: the next answer tells */
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
	/* Meta did not approve the tag for the app: that ends this answer, not the channel; a token that ended ends both. */
	static const char *const refusals[] = {"{\"error\":{\"message\":\"(#10) no permission\",\"code\":10}}", "{\"error\":{\"message\":\"(#100) Invalid parameter\",\"code\":100}}",
					       "{\"error\":{\"message\":\"expired\",\"code\":190,\"error_subcode\":463}}", "{\"error\":{\"message\":\"held\",\"code\":10,\"error_subcode\":2018300}}"};
	for (size_t i = 0; i < COUNT(refusals); i++) {
		json_t *tag = json_array();
		exchange(tag, first, 400, over);
		exchange(tag, second, 400, refusals[i]);
		sent = send_with(tag, "m_1");
		assert_int_equal(sent.outcome, i == 2 ? OUTCOME_HOLD : OUTCOME_NEVER);
		assert_int_equal(str_find(sent.story, S("Human Agent")) > 0, i < 2);
		json_decref(tag);
	}
	json_decref(later);
	json_decref(never);
	json_decref(comment);
}

/* ---- a file with a private message ---- */

static void answers(json_t *list, const char *method, const char *path, const char *body, int status, const char *answer);

#define THREAD "/v25.0/1001/conversations?platform=MESSENGER&user_id=501&fields=messages.limit(50){id,message,created_time,from,attachments}"
#define TEXT_IS "{\"id\":\"m_2\",\"message\":\"Hello\",\"created_time\":\"%s\",\"from\":{\"id\":\"1001\"}}"
#define FILE_IS "{\"id\":\"m_3\",\"message\":\"\",\"created_time\":\"%s\",\"from\":{\"id\":\"1001\"},\"attachments\":{\"data\":[{\"id\":\"a\"}]}}"
#define ANOTHER "{\"id\":\"m_9\",\"message\":\"Something else\",\"created_time\":\"%s\",\"from\":{\"id\":\"1001\"}}"
#define THEIRS "{\"id\":\"m_8\",\"message\":\"\",\"created_time\":\"%s\",\"from\":{\"id\":\"501\"},\"attachments\":{\"data\":[{\"id\":\"b\"}]}}"

/* `there`: what the conversation holds, the newest first; `posts`: what is sent then. */
static struct sent file_with(const char *there, const char *const *posts, bool looks)
{
	static const struct outbound_media media[] = {{.kind = S("image"), .name = S("Brot \xc3\xa4.png"), .type = S("image/png"), .bytes = S("PNG")}};
	json_t *settings = json_pack("{s:s}", "url", replay.base), *known = json_pack("{s:s}", "id", "1001"), *list = json_array();
	struct channel_account account = {.id = 1, .name = S("Page"), .settings = settings, .known = known, .secret = S("{\"token\":\"t0ken\"}")};
	struct outbound out = {.act = ACT_REPLY, .visibility = VISIBILITY_PRIVATE, .thread_id = S("501"), .parent_id = S("m_1"), .body = S("Hello"), .intended_at = cx.now, .media = media, .media_count = 1};
	CLEANUP(buf_free) struct buf at = {}, held = {};
	buf_add_time(&at, cx.now);
	struct str rest = str_of(there);
	buf_adds(&held, "{\"data\":[{\"messages\":{\"data\":[");
	while (rest.len) {
		ptrdiff_t mark = str_find(rest, S("%s"));
		buf_add(&held, mark < 0 ? rest : str_head(rest, (size_t)mark));
		if (mark >= 0)
			buf_add(&held, buf_str(&at));
		rest = mark < 0 ? (struct str){} : str_skip(rest, (size_t)mark + 2);
	}
	buf_adds(&held, "]}}]}");
	answers(list, "GET", THREAD, NULL, 200, buf_cstr(&held));
	for (; posts && *posts; posts++)
		answers(list, "POST", "/v25.0/1001/messages", **posts == '{' ? *posts : NULL, 200, "{\"recipient_id\":\"501\",\"message_id\":\"m_5\"}");
	struct sent sent = {};
	replay_load(list, NULL, 0);
	replay.wrong[0] = '\0';
	const struct channel_kind *kind = channel_kind_of(S("facebook"));
	assert_ok(&cx, (looks ? kind->look : kind->publish)(&cx, net, &account, &out, &sent));
	if (replay.wrong[0] || replay.at != json_array_size(list))
		fail_msg("%s; %zu of %zu requests came, for %s", replay.wrong, replay.at, json_array_size(list), there);
	json_decref(list);
	json_decref(settings);
	json_decref(known);
	return sent;
}

static void test_files(void **state)
{
	static const char text[] = "{\"recipient\":{\"id\":\"501\"},\"message\":{\"text\":\"Hello\"},\"messaging_type\":\"RESPONSE\"}";
	const char *const both[] = {text, "form", NULL}, *const file[] = {"form", NULL};
	assert_int_equal(file_with("", both, false).outcome, OUTCOME_DONE);
	assert_int_equal(file_with(ANOTHER "," THEIRS, both, false).outcome, OUTCOME_DONE);
	struct sent sent = file_with(TEXT_IS, file, false); /* the attempt before broke off between the two */
	assert_true(sent.outcome == OUTCOME_DONE && str_eq(sent.remote_id, S("m_2")));
	assert_int_equal(file_with(ANOTHER "," TEXT_IS, file, false).outcome, OUTCOME_DONE);
	assert_int_equal(file_with(THEIRS "," TEXT_IS, file, false).outcome, OUTCOME_DONE);
	assert_int_equal(file_with(FILE_IS "," TEXT_IS, NULL, false).outcome, OUTCOME_DONE); /* all there: nothing is sent twice */
	assert_int_equal(file_with(FILE_IS "," TEXT_IS, NULL, true).outcome, OUTCOME_DONE);
	assert_int_equal(file_with(TEXT_IS, NULL, true).outcome, OUTCOME_NEVER); /* what is missing is for the next attempt */
	assert_int_equal(file_with("", NULL, true).outcome, OUTCOME_NEVER);
}

/* ---- signing in, and which page it is ---- */

static void answers(json_t *list, const char *method, const char *path, const char *body, int status, const char *answer)
{
	json_t *request = json_pack("{s:s, s:s}", "method", method, "path", path);
	if (body)
		json_object_set_new(request, "body", json_loads(body, 0, NULL));
	json_array_append_new(list, json_pack("{s:o, s:{s:i, s:o}}", "request", request, "answer", "status", status, "body", json_loads(answer, 0, NULL)));
}

#define PAGES "/v25.0/me/accounts?fields=id,name,access_token,instagram_business_account{id,username}&limit=100"
#define TWO "{\"data\":[{\"id\":\"1001\",\"name\":\"The Bakery\",\"access_token\":\"P1\"},{\"id\":\"1002\",\"name\":\"The Cellar\",\"access_token\":\"P2\",\"instagram_business_account\":{\"id\":\"17\",\"username\":\"cellar\"}}]}"

static struct channel_account account_of(const char *page, const char *secret, const char *known)
{
	struct channel_account a = {.id = 1, .name = S("Page"), .settings = json_pack("{s:s, s:s}", "url", replay.base, "page", page), .known = json_loads(known, 0, NULL), .secret = str_of(secret)};
	exchange_keep(&cx, (json_t *)a.settings);
	exchange_keep(&cx, (json_t *)a.known);
	return a;
}

static void play(const json_t *list)
{
	replay_load(list, NULL, 0);
	replay.wrong[0] = '\0';
}

static void played(const json_t *list)
{
	if (replay.wrong[0] || replay.at != json_array_size(list))
		fail_msg("%s; %zu of %zu requests came", replay.wrong, replay.at, json_array_size(list));
}

static struct renewed renew_with(const char *kind, const char *page, int status, const char *answer)
{
	struct channel_account a = account_of(page, "{\"token\":\"t0ken\"}", "{}");
	struct renewed r = {};
	json_t *list = json_array();
	answers(list, "GET", PAGES, NULL, status, answer);
	play(list);
	assert_ok(&cx, channel_kind_of(str_of(kind))->renew(&cx, net, &a, &r));
	played(list);
	json_decref(list);
	return r;
}

static void test_pages(void **state)
{
	struct renewed r = renew_with("facebook", "", 200, TWO);
	assert_int_equal(r.outcome, OUTCOME_HOLD);
	assert_true(str_find(r.story, S("“The Bakery” (1001), “The Cellar” (1002)")) > 0 && str_find(r.story, S("several")) > 0);
	static const char *const same[] = {"the cellar", "1002", "@Cellar", "17"};
	for (size_t i = 0; i < COUNT(same); i++) {
		r = renew_with("facebook", same[i], 200, TWO);
		assert_int_equal(r.outcome, OUTCOME_DONE);
		assert_str(r.secret, "{\"token\":\"P2\",\"user_token\":\"t0ken\"}");
	}
	r = renew_with("facebook", "Somewhere", 200, TWO);
	assert_true(r.outcome == OUTCOME_HOLD && str_find(r.story, S("none of the pages")) > 0);
	r = renew_with("instagram", "", 200, TWO); /* one of them alone has an account */
	assert_true(r.outcome == OUTCOME_DONE && str_find(r.secret, S("P2")) > 0);
	r = renew_with("instagram", "", 200, "{\"data\":[{\"id\":\"1001\",\"name\":\"The Bakery\",\"access_token\":\"P1\"}]}");
	assert_true(r.outcome == OUTCOME_HOLD && str_find(r.story, S("Instagram")) > 0);
	r = renew_with("facebook", "", 200, "{\"data\":[]}");
	assert_true(r.outcome == OUTCOME_HOLD && str_find(r.story, S("no page")) > 0);
	r = renew_with("facebook", "", 200, "{\"data\":[{\"id\":\"1001\",\"name\":\"The Bakery\"}]}"); /* no role that lets anybody speak for it */
	assert_true(r.outcome == OUTCOME_HOLD && str_find(r.story, S("no access")) > 0);
	r = renew_with("facebook", "", 400, "{\"error\":{\"message\":\"(#100) Tried accessing nonexisting field (accounts) on node type (Page)\",\"code\":100}}");
	assert_true(r.outcome == OUTCOME_DONE && !r.secret.len); /* a page's own token was typed */
	r = renew_with("facebook", "", 400, "{\"error\":{\"message\":\"session\",\"code\":190,\"error_subcode\":460}}");
	assert_true(r.outcome == OUTCOME_HOLD && str_find(r.story, S("password")) > 0);
}

static struct verified verify_with(json_t *list, const char *secret)
{
	struct channel_account a = account_of("", secret, "{}");
	struct verified v = {};
	play(list);
	assert_ok(&cx, channel_kind_of(S("facebook"))->verify(&cx, net, &a, &v));
	played(list);
	json_decref(list);
	return v;
}

#define ME "/v25.0/me?fields=id,name,username,link,followers_count,picture{url},is_published"
#define TOLD "/v25.0/debug_token?input_token=t0ken"

/* A person's token where the page's should be must never look well (lessons, row 10). */
static void test_persons_token(void **state)
{
	json_t *list = json_array(), *hidden = json_array();
	answers(list, "GET", ME, NULL, 400, "{\"error\":{\"message\":\"(#100) Tried accessing nonexisting field (followers_count) on node type (User)\",\"code\":100}}");
	answers(list, "GET", PAGES, NULL, 200, TWO);
	struct verified v = verify_with(list, "{\"token\":\"t0ken\"}");
	assert_true(v.outcome == OUTCOME_HOLD && str_find(v.story, S("The Cellar")) > 0);
	answers(hidden, "GET", ME, NULL, 200, "{\"id\":\"1001\",\"name\":\"The Bakery\",\"is_published\":false}");
	answers(hidden, "GET", TOLD, NULL, 200, "{\"data\":{\"app_id\":\"77\",\"is_valid\":true}}");
	v = verify_with(hidden, "{\"token\":\"t0ken\"}");
	assert_true(v.outcome == OUTCOME_HOLD && str_find(v.story, S("not published")) > 0);
}

/* The whole way: a code, a token of an hour, one of sixty days, the page's own; what signed in signs deliveries too. */
static void test_signing_in(void **state)
{
	struct channel_kind kind = *channel_kind_of(S("facebook"));
	struct channel_login login = *kind.login;
	struct channel_account a = account_of("The Cellar", "", "{}");
	struct oauth_client client = {S("77"), S("its own")};
	struct oauth_question q = {.kind = &kind, .client = S("77"), .redirect = S("https://desk.example/channels/login"), .verifier = S("v")};
	struct renewed r = {};
	struct hash mac = hmac_sha256(S("its own"), S("of-sixty-days"));
	CLEANUP(buf_free) struct buf path = {};
	json_t *list = json_array();
	login.token = arena_printf(cx.arena, "%s/v25.0/oauth/access_token", replay.base).at;
	kind.login = &login;
	buf_adds(&path, PAGES "&appsecret_proof=");
	buf_add_hex(&path, mac.at, sizeof mac.at);
	answers(list, "POST", "/v25.0/oauth/access_token", NULL, 200, "{\"access_token\":\"of-an-hour\",\"token_type\":\"bearer\",\"expires_in\":3600}");
	answers(list, "POST", "/v25.0/oauth/access_token", NULL, 200, "{\"access_token\":\"of-sixty-days\",\"token_type\":\"bearer\",\"expires_in\":5184000}");
	answers(list, "GET", buf_cstr(&path), NULL, 200, TWO);
	play(list);
	assert_ok(&cx, oauth_redeem(&cx, net, &q, &client, S("the-code"), &r));
	assert_true(r.outcome == OUTCOME_DONE && r.token_until == cx.now + HOUR);
	a.secret = r.secret;
	assert_ok(&cx, kind.renew(&cx, net, &a, &r));
	played(list);
	json_decref(list);
	assert_true(r.outcome == OUTCOME_DONE && r.token_until == cx.now + 60 * DAY && r.expires_at == cx.now + 60 * DAY);
	a.secret = r.secret;
	assert_str(exchange_secret(&cx, &a, "token"), "P2");
	assert_str(exchange_secret(&cx, &a, "user_token"), "of-sixty-days");
	assert_str(graph_app_secret(&cx, &a), "its own");
	json_t *refused = json_array(); /* Meta does not renew it any more: a person must sign in; what the channel has holds meanwhile */
	answers(refused, "POST", "/v25.0/oauth/access_token", NULL, 400, "{\"error\":{\"message\":\"Session has expired\",\"code\":190,\"error_subcode\":463}}");
	play(refused);
	assert_ok(&cx, kind.renew(&cx, net, &a, &r));
	played(refused);
	json_decref(refused);
	assert_true(r.outcome == OUTCOME_HOLD && !r.secret.len && str_find(r.story, S("expired")) > 0);
}

static void test_login_address(void **state)
{
	struct oauth_question q = {.kind = channel_kind_of(S("facebook")), .client = S("77"), .redirect = S("https://desk.example/channels/login"), .state = S("7-ab"), .verifier = S("v")};
	struct str url = oauth_question_url(&cx, &q);
	assert_true(str_starts(url, S("https://www.facebook.com/v25.0/dialog/oauth?response_type=code&client_id=77&")) && str_find(url, S("pages_show_list%2Cpages_read_engagement")) > 0);
	for (const char *const *kind = (const char *const[]){"facebook", "instagram", NULL}; *kind; kind++) {
		const struct channel_kind *k = channel_kind_of(str_of(*kind));
		assert_true(str_find(str_of(k->login->authorize), str_of(graph_version.word)) > 0 && str_find(str_of(k->login->token), str_of(graph_version.word)) > 0);
		assert_true(k->sunsets[0].what && strcmp(k->sunsets[0].on, graph_version.until) == 0);
	}
}

/* ---- that the page tells us ---- */

#define COMMENTS "comments.filter(stream).order(reverse_chronological).limit(50){id,message,created_time,from{id,name,picture},parent{id},permalink_url,attachment}"
#define POST "id,message,story,created_time,from{id,name,picture},permalink_url,attachments"

static void test_subscribing(void **state)
{
	const struct channel_kind *kind = channel_kind_of(S("facebook"));
	struct channel_account a = account_of("", "{\"token\":\"t0ken\"}", "{\"id\":\"1001\",\"subscribed\":false,\"rights\":[\"pages_manage_metadata\"]}");
	json_t *list = json_array();
	struct str cursor = {};
	bool more;
	answers(list, "POST", "/v25.0/1001/subscribed_apps", "{\"subscribed_fields\":[\"feed\",\"mention\",\"ratings\"]}", 200, "{\"success\":true}"); /* messages: it has no right to them */
	static const char *const edges[] = {
		("/v25.0/1001/feed?limit=25&fields=" POST "," COMMENTS), ("/v25.0/1001/ads_posts?limit=25&fields=" POST "," COMMENTS), ("/v25.0/1001/tagged?limit=25&fields=" POST),
		"/v25.0/1001/ratings?limit=25&fields=open_graph_story{id},reviewer,review_text,recommendation_type,rating,created_time",
		"/v25.0/1001/conversations?platform=MESSENGER&limit=25&fields=participants,updated_time,messages.limit(25){id,created_time,from,to,message,attachments,shares,sticker}"};
	for (size_t i = 0; i < COUNT(edges); i++)
		answers(list, "GET", edges[i], NULL, 200, "{\"data\":[]}");
	play(list);
	for (int i = 0; i < 5; i++)
		assert_ok(&cx, kind->fetch(&cx, net, &a, cursor, take, "subscribing", &cursor, &more));
	played(list); /* once, not at each */
	assert_false(more);
	json_decref(list);
}

static json_t *subscribed_known(const char *apps)
{
	struct hash mac = hmac_sha256(S("s"), S("t0ken"));
	CLEANUP(buf_free) struct buf proof = {};
	buf_adds(&proof, "&appsecret_proof=");
	buf_add_hex(&proof, mac.at, sizeof mac.at);
	json_t *list = json_array();
	answers(list, "GET", arena_printf(cx.arena, "%s%s", ME, buf_cstr(&proof)).at, NULL, 200, "{\"id\":\"1001\",\"name\":\"The Bakery\",\"is_published\":true}");
	answers(list, "GET", arena_printf(cx.arena, "%s%s", TOLD, buf_cstr(&proof)).at, NULL, 200, "{\"data\":{\"app_id\":\"77\",\"is_valid\":true,\"scopes\":[\"pages_manage_metadata\"]}}");
	answers(list, "GET", arena_printf(cx.arena, "/v25.0/1001/subscribed_apps?fields=id,subscribed_fields%s", buf_cstr(&proof)).at, NULL, 200, apps);
	struct verified v = verify_with(list, "{\"token\":\"t0ken\",\"app_secret\":\"s\"}");
	assert_int_equal(v.outcome, OUTCOME_DONE);
	return json_object_get(v.known, "subscribed");
}

/* Somebody took it away, or another program of the same app changed what it is told of. */
static void test_subscription_lost(void **state)
{
	assert_true(json_is_true(subscribed_known("{\"data\":[{\"id\":\"5\"},{\"id\":\"77\",\"subscribed_fields\":[\"feed\",\"mention\",\"ratings\"]}]}")));
	assert_true(json_is_false(subscribed_known("{\"data\":[]}")));
	assert_true(json_is_false(subscribed_known("{\"data\":[{\"id\":\"5\",\"subscribed_fields\":[\"feed\",\"mention\",\"ratings\"]}]}")));
	assert_true(json_is_false(subscribed_known("{\"data\":[{\"id\":\"77\",\"subscribed_fields\":[\"leadgen\"]}]}")));
}

/* ---- what happens to private messages ---- */

struct heard {
	struct inbound in[8];
	size_t count;
};

static enum err hear(struct cx *c, void *subject, const struct inbound *in)
{
	struct heard *h = subject;
	assert_true(h->count < COUNT(h->in));
	h->in[h->count++] = *in;
	return OK;
}

static void test_private_happenings(void **state)
{
	struct channel_account a = account_of("", "{}", "{\"id\":\"1001\"}");
	struct heard h = {};
	json_t *document = json_loads(
		"{\"object\":\"page\",\"entry\":[{\"id\":\"1001\",\"time\":1795262400000,\"messaging\":["
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message_edit\":{\"mid\":\"m_1\",\"text\":\"put right\",\"num_edit\":1}},"
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_2\",\"is_deleted\":true}},"
		"{\"sender\":{\"id\":\"1001\"},\"recipient\":{\"id\":\"5\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_3\",\"text\":\"by another tool\",\"is_echo\":true,\"app_id\":9}},"
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_4\",\"text\":\"lovely\",\"reply_to\":{\"story\":{\"id\":\"9\",\"url\":\"https://cdn.example/s\"}}}},"
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_5\",\"is_unsupported\":true}},"
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_6\",\"attachments\":[{\"type\":\"story_mention\",\"payload\":{\"url\":\"https://cdn.example/m\"}}]}},"
		"{\"sender\":{\"id\":\"5\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"reaction\":{\"mid\":\"m_3\",\"action\":\"react\",\"reaction\":\"love\",\"emoji\":\"x\"}}],"
		"\"standby\":[{\"sender\":{\"id\":\"6\"},\"recipient\":{\"id\":\"1001\"},\"timestamp\":1795262400000,\"message\":{\"mid\":\"m_7\",\"text\":\"to the bot\"}}]}]}",
		0, NULL);
	exchange_keep(&cx, document);
	cx.now = (i64)1795262500 * SECOND;
	const struct channel_reader *r = channel_kind_of(S("facebook"))->readers;
	assert_ok(&cx, r->read(&cx, &a, document, hear, &h));
	assert_int_equal(h.count, 7);
	assert_true(str_eq(h.in[0].remote_id, S("m_1")) && h.in[0].edited_at > h.in[0].at && str_eq(h.in[0].body, S("put right")));
	assert_true(str_eq(h.in[1].remote_id, S("m_2")) && h.in[1].removed);
	assert_true(h.in[2].ours && str_eq(h.in[2].thread_id, S("5")) && str_eq(h.in[2].body, S("by another tool")));
	assert_true(h.in[3].attachment_count == 1 && str_eq(h.in[3].attachments[0].name, S("story")) && str_eq(h.in[3].attachments[0].url, S("https://cdn.example/s")));
	assert_true(str_eq(h.in[4].remote_id, S("m_5")) && h.in[4].attachment_count == 1); /* nothing to show, and yet it came */
	assert_true(h.in[5].attachment_count == 1 && str_eq(h.in[5].attachments[0].name, S("story_mention")));
	assert_true(str_eq(h.in[6].thread_id, S("6")) && !h.in[6].ours); /* another program's turn: we read along */
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
	struct channel_account account = account_of("", "{\"app_secret\":\"s\"}", "{\"id\":\"1001\"}");
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

static struct received receive_signed(const struct channel_account *account, struct str body)
{
	struct hash mac = hmac_sha256(S("s"), body);
	CLEANUP(buf_free) struct buf hex = {};
	buf_adds(&hex, "sha256=");
	buf_add_hex(&hex, mac.at, sizeof mac.at);
	struct net_header headers[] = {{S("x-hub-signature-256"), buf_str(&hex)}};
	struct delivery delivery = {.method = S("POST"), .path = S("/x"), .body = body, .headers = headers, .header_count = 1};
	struct received r = {};
	struct str said = {};
	assert_ok(&cx, channel_kind_of(S("facebook"))->receive(&cx, account, &delivery, take_any, &said, &r));
	return r;
}

/* Before the account was looked at, what is delivered may be anybody's: it waits, as it came. */
static void test_before_we_know(void **state)
{
	struct channel_account a = account_of("", "{\"app_secret\":\"s\"}", "{}");
	struct str body = S("{\"object\":\"page\",\"entry\":[]}");
	struct hash mac = hmac_sha256(S("s"), body);
	CLEANUP(buf_free) struct buf hex = {};
	buf_adds(&hex, "sha256=");
	buf_add_hex(&hex, mac.at, sizeof mac.at);
	struct net_header headers[] = {{S("x-hub-signature-256"), buf_str(&hex)}};
	struct delivery delivery = {.method = S("POST"), .path = S("/x"), .body = body, .headers = headers, .header_count = 1};
	struct received r = {};
	struct str said = {};
	assert_int_equal(channel_kind_of(S("facebook"))->receive(&cx, &a, &delivery, take_any, &said, &r), ERR_REMOTE);
	cx_forget(&cx);
}

/* One address serves an app: whose else a delivery is, is told, each once. */
static void test_others(void **state)
{
	struct channel_account a = account_of("", "{\"client_secret\":\"s\"}", "{\"id\":\"1001\"}");
	struct received r = receive_signed(&a, S("{\"object\":\"page\",\"entry\":[{\"id\":\"1001\",\"time\":1},{\"id\":\"1002\",\"time\":1},{\"id\":1003},{\"id\":\"1002\"}]}"));
	assert_true(r.verdict == DELIVERY_TAKEN && r.other_count == 2 && strcmp(r.others[0].kind, "facebook") == 0);
	assert_true(str_eq(r.others[0].id, S("1002")) && str_eq(r.others[1].id, S("1003")));
	r = receive_signed(&a, S("{\"object\":\"instagram\",\"entry\":[{\"id\":\"17\",\"time\":1}]}"));
	assert_true(r.verdict == DELIVERY_TAKEN && r.other_count == 1 && strcmp(r.others[0].kind, "instagram") == 0 && str_eq(r.others[0].id, S("17")));
	r = receive_signed(&a, S("{\"object\":\"permissions\",\"entry\":[{\"id\":\"17\",\"time\":1}]}"));
	assert_true(r.verdict == DELIVERY_TAKEN && r.other_count == 0);
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
		cmocka_unit_test(test_errors), cmocka_unit_test(test_right_of_one), cmocka_unit_test(test_before_we_know), cmocka_unit_test(test_usage), cmocka_unit_test(test_usage_of_app), cmocka_unit_test(test_version), cmocka_unit_test(test_window), cmocka_unit_test(test_files), cmocka_unit_test(test_pages),
		cmocka_unit_test(test_persons_token), cmocka_unit_test(test_signing_in), cmocka_unit_test(test_login_address), cmocka_unit_test(test_subscribing), cmocka_unit_test(test_subscription_lost), cmocka_unit_test(test_private_happenings), cmocka_unit_test(test_half_an_emoji), cmocka_unit_test(test_others),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
