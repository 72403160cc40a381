#include "test.h"

#include "base/json_text.h"
#include "main/channel_said.h"

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static void test_url(void **state)
{
	assert_str(said_url(&cx, S("https://a.example/x")), "https://a.example/x");
	assert_str(said_url(&cx, S("https://a.example/x?fields=id&access_token=abc&limit=2")), "https://a.example/x?fields=id&access_token=(left out)&limit=2");
	assert_str(said_url(&cx, S("https://api.telegram.org/bot1234:AAH/getMe?x=1")), "https://api.telegram.org/bot(left out)/getMe?x=1");
	assert_str(said_url(&cx, S("https://a.example/bottles")), "https://a.example/bottles");
}

static void test_body(void **state)
{
	assert_str(said_body(&cx, S("{\"accessJwt\":\"ey1\",\"more\":[{\"refresh_token\":\"r\",\"key\":\"👍\",\"code\":\"rest_forbidden\"}],\"token\":7}")),
		   "{\"accessJwt\":\"(left out)\",\"more\":[{\"refresh_token\":\"(left out)\",\"key\":\"👍\",\"code\":\"rest_forbidden\"}],\"token\":7}");
	assert_str(said_body(&cx, S("no document: token=abc")), "no document: token=abc");
	assert_str(said_body(&cx, (struct str){}), "");
	assert_null(said_document(&cx, S("{")));
}

static void test_without(void **state)
{
	struct str secret = S("{\"token\":\"s\\\"cret-1\",\"short\":\"abc\",\"number\":7}");
	assert_str(said_without(&cx, S("a s\"cret-1 b {\"x\":\"s\\\"cret-1\"} abc s\"cret-1"), secret), "a (left out) b {\"x\":\"(left out)\"} abc (left out)");
	assert_str(said_without(&cx, S("as it is"), (struct str){}), "as it is");
	assert_str(said_without(&cx, S("as it is"), S("no JSON")), "as it is");
	assert_str(said_without(&cx, (struct str){}, secret), "");
}

static void test_profile(void **state)
{
	const struct profile_link links[] = {{S("A"), S("https://a.example/")}, {{}, S("https://b.example/\"")}};
	CLEANUP(buf_free) struct buf out = {};
	said_profile(&out, &(struct channel_profile){.name = S("Ana"), .handle = S("@ana"), .links = links, .link_count = 2, .place = S("Lyon"), .followers = 0, .following = -1, .posts = 12});
	assert_str(buf_str(&out), "{\"name\":\"Ana\",\"handle\":\"@ana\",\"about\":\"\",\"url\":\"\",\"avatar\":\"\",\"cover\":\"\",\"short\":\"\",\"website\":\"\",\"place\":\"Lyon\",\"links\":[\"https://a.example/\",\"https://b.example/\\\"\"],"
				  "\"followers\":0,\"following\":null,\"posts\":12}\n");
}

static void test_metric(void **state)
{
	json_t *of_account = said_metric(&(struct metric){.measure = "followers", .value = 12}), *of_message = said_metric(&(struct metric){.remote_id = S("7"), .measure = "likes"});
	assert_str(arena_json(arena, of_account, JSON_COMPACT), "{\"id\":null,\"measure\":\"followers\",\"value\":12}");
	assert_str(arena_json(arena, of_message, JSON_COMPACT), "{\"id\":\"7\",\"measure\":\"likes\",\"value\":0}");
	json_decref(of_account);
	json_decref(of_message);
}

static void test_verified(void **state)
{
	struct str rights[] = {S("read"), S("write")};
	CLEANUP(buf_free) struct buf out = {};
	said_verified(&out, &(struct verified){.id = S("7"), .rights_told = true, .rights = rights, .right_count = 2});
	assert_str(buf_str(&out), "{\"outcome\":\"done\",\"story\":\"\",\"id\":\"7\",\"handle\":\"\",\"name\":\"\",\"url\":\"\",\"rights\":[\"read\",\"write\"],\"expires_at\":null,\"known\":null}\n");
	buf_clear(&out);
	said_verified(&out, &(struct verified){.outcome = OUTCOME_HOLD, .story = S("No.")});
	assert_str(buf_str(&out), "{\"outcome\":\"hold\",\"story\":\"No.\",\"id\":\"\",\"handle\":\"\",\"name\":\"\",\"url\":\"\",\"rights\":null,\"expires_at\":null,\"known\":null}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_url, setup, teardown),
		cmocka_unit_test_setup_teardown(test_body, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without, setup, teardown),
		cmocka_unit_test_setup_teardown(test_profile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_metric, setup, teardown),
		cmocka_unit_test_setup_teardown(test_verified, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
