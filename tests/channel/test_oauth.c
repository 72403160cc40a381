/* OAuth 2 as a client, where nothing is asked: the address that a person is sent to, what token answers say, refusals for people, what was granted. */
#include "test.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/cx.h"
#include "channel/oauth.h"

static const struct channel_right rights[] = {{"read:statuses", "Read", true}, {"write:statuses", "Answer", true}, {}};
static const struct channel_login at_server = {.authorize = "/oauth/authorize", .token = "/oauth/token", .server = "url", .registers = "/api/v1/apps", .secret = "token"};
static const struct channel_login whole = {.authorize = "https://accounts.example/auth?x=1", .token = "https://oauth.example/token", .issuer = "https://accounts.example",
					   .more = "access_type=offline", .secret = "token", .rights_by = ","};
static const struct channel_kind kind = {.word = "k", .rights = rights, .login = &at_server}, other = {.word = "o", .rights = rights, .login = &whole};

static void test_question(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	/* the verifier and challenge of RFC 7636, appendix B */
	struct oauth_question q = {.kind = &kind, .server = S("https://a.example"), .client = S("id &"), .redirect = S("https://desk.example/channels/login"), .state = S("7-ab"),
				   .verifier = S("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")};
	assert_str(oauth_question_url(&cx, &q), "https://a.example/oauth/authorize?response_type=code&client_id=id%20%26&redirect_uri=https%3A%2F%2Fdesk.example%2Fchannels%2Flogin"
						"&scope=read%3Astatuses%20write%3Astatuses&state=7-ab&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
	q.kind = &other;
	struct str url = oauth_question_url(&cx, &q);
	assert_true(str_starts(url, S("https://accounts.example/auth?x=1&response_type=code&")) && str_ends(url, S("&access_type=offline")) && str_find(url, S("statuses%2Cwrite")) > 0);
	json_t *settings = json_pack("{s:s}", "url", "https://a.example//");
	assert_str(oauth_server(&at_server, settings), "https://a.example");
	/* of a network that is one place, the setting names another address of it */
	const struct channel_login one_place = {.authorize = "https://b.example/in", .token = "/token", .server = "url", .home = "https://api.b.example"};
	assert_str(oauth_address(&cx, &one_place, one_place.token, (struct str){}), "https://api.b.example/token");
	assert_str(oauth_address(&cx, &one_place, one_place.token, oauth_server(&one_place, settings)), "https://a.example/token");
	assert_str(oauth_address(&cx, &one_place, one_place.authorize, S("https://a.example")), "https://b.example/in");
	json_decref(settings);
	assert_true(oauth_issuer_is(&at_server, S("https://a.example"), S("https://a.example/")) && oauth_issuer_is(&at_server, S("https://a.example"), (struct str){}));
	assert_false(oauth_issuer_is(&at_server, S("https://a.example"), S("https://a.example.evil")) || oauth_issuer_is(&whole, (struct str){}, S("https://evil.example")));
}

static struct renewed read_token(struct cx *cx, const char *text, const char *before)
{
	struct renewed r = {};
	json_t *document = json_loads(text, 0, NULL);
	assert_ok(cx, oauth_read_token(cx, document, "token", str_of(before), &r));
	json_decref(document);
	return r;
}

static void test_token(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	cx.now = DAY;
	struct renewed r = read_token(&cx, "{\"access_token\":\"new\",\"token_type\":\"bearer\",\"expires_in\":\"3600\",\"scope\":\"read\"}", "{\"refresh_token\":\"kept\",\"client_id\":\"c\"}");
	assert_true(r.outcome == OUTCOME_DONE && r.token_until == DAY + HOUR && r.expires_at == 0); /* it renews itself */
	assert_str(r.secret, "{\"client_id\":\"c\",\"granted\":\"read\",\"refresh_token\":\"kept\",\"token\":\"new\"}");
	r = read_token(&cx, "{\"access_token\":\"new\",\"expires_in\":3600}", "{}");
	assert_true(r.expires_at == DAY + HOUR); /* nothing renews it: a person must */
	r = read_token(&cx, "{\"access_token\":\"new\",\"refresh_token\":\"\",\"expires_in\":-5}", "{\"refresh_token\":\"kept\"}");
	assert_true(r.token_until == 0 && str_find(r.secret, S("kept")) > 0); /* an empty one overwrites nothing (lessons, row 9) */
	assert_true(read_token(&cx, "{\"access_token\":\"\"}", "{}").outcome == OUTCOME_UNKNOWN);
	assert_true(read_token(&cx, "{\"access_token\":\"x\",\"token_type\":\"mac\"}", "{}").outcome == OUTCOME_UNKNOWN);
	assert_true(read_token(&cx, "[]", "rubbish").outcome == OUTCOME_UNKNOWN);
	assert_true(read_token(&cx, "{\"access_token\":\"x\",\"expires_in\":1e300}", "{}").token_until > 0);
}

static void test_words(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	const struct str *list;
	size_t count;
	assert_true(str_find(oauth_refusal(&cx, S("access_denied"), S("no\nway")), S("It said: “no way”")) > 0);
	assert_true(str_find(oauth_refusal(&cx, S("brand_new"), (struct str){}), S("brand_new")) > 0); /* an unknown word is told too (lessons, row 11) */
	assert_true(oauth_granted(&cx, &kind, S("{\"granted\":\"read follow\"}"), &list, &count) && count == 3);
	assert_str(list[1], "read:statuses");
	assert_false(oauth_granted(&cx, &kind, S("{\"token\":\"x\"}"), &list, &count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_question), cmocka_unit_test(test_token), cmocka_unit_test(test_words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
