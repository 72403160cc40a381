/* What X says by the types and words of its problems; versions of a post; words that are compared. */
#include "test.h"

#include "base/clock.h"
#include "channel/twitter/connector.h"

static struct exchange said(int status, const char *type, const char *detail)
{
	struct exchange x = {.method = "POST", .answer = {.outcome = NET_ANSWERED, .status = status, .whole = true}};
	x.document = json_pack("{s:s, s:s, s:s, s:i}", "type", type, "title", "Problem", "detail", detail, "status", status);
	return x;
}

static void test_problems(void **state)
{
	static const struct {
		int status;
		const char *type, *detail;
		enum outcome outcome;
		enum err reading;
		i64 wait;
	} rows[] = {
		{402, "https://api.x.com/2/problems/credits", "Your enrolled account does not have any credits.", OUTCOME_HOLD, ERR_DENIED, 0},
		{429, "https://api.x.com/2/problems/usage-capped", "Usage cap exceeded: Monthly product cap", OUTCOME_LATER, ERR_LIMIT, 6 * HOUR},
		{429, "about:blank", "Too Many Requests", OUTCOME_LATER, ERR_LIMIT, 0},
		{403, "about:blank", "You are not allowed to create a Tweet with duplicate content.", OUTCOME_NEVER, ERR_DENIED, 0},
		{403, "about:blank", "Reply to this conversation is not allowed because you have not been mentioned.", OUTCOME_NEVER, ERR_DENIED, 0},
		{403, "https://api.x.com/2/problems/client-forbidden", "Client Forbidden", OUTCOME_HOLD, ERR_DENIED, 0},
		{403, "about:blank", "Forbidden", OUTCOME_HOLD, ERR_DENIED, 0}, {401, "about:blank", "Unauthorized", OUTCOME_HOLD, ERR_DENIED, 0},
		{404, "https://api.x.com/2/problems/resource-not-found", "Not Found", OUTCOME_NEVER, ERR_MISSING, 0},
		{400, "https://api.x.com/2/problems/invalid-request", "Invalid", OUTCOME_NEVER, ERR_REMOTE, 0}, {503, "about:blank", "Over capacity", OUTCOME_LATER, ERR_LIMIT, 0},
	};
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct exchange x = said(rows[i].status, rows[i].type, rows[i].detail);
		struct sent sent;
		cx.now = 1800000000 * SECOND;
		twitter_outcome(&cx, &x, &sent);
		if (sent.outcome != rows[i].outcome || !sent.story.len || (rows[i].wait && sent.retry_at != cx.now + rows[i].wait))
			fail_msg("%s is %s", rows[i].detail, outcome_word(sent.outcome));
		enum err e = twitter_expect(&cx, &x);
		if (e != rows[i].reading || !cx.story[0])
			fail_msg("%s, read: %s", rows[i].detail, err_row(e)->word);
		cx_forget(&cx);
		json_decref(x.document);
	}
	arena_free(arena);
}

static void test_versions(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct channel_account account = {};
	struct inbound in;
	json_t *post = json_pack("{s:s, s:s, s:s, s:s, s:[s, s], s:[{s:s, s:s}]}", "id", "1990000000000000009", "text", "put right", "author_id", "5", "created_at",
				 "2026-11-21T12:00:00Z", "edit_history_tweet_ids", "1989999000000000001", "1990000000000000009", "referenced_tweets", "type", "replied_to", "id", "77");
	assert_true(twitter_post(&cx, &account, post, post, &in));
	assert_true(str_eq(in.remote_id, S("1989999000000000001")) && in.edited_at && in.at < in.edited_at && str_eq(in.parent_id, S("77")) && str_eq(in.thread_id, S("77")));
	json_decref(post);
	assert_true(str_eq(twitter_core(&cx, S("@jane @paul At eight, see https://t.co/x1 @zoe")), S("Ateightseezoe")));
	assert_true(twitter_core(&cx, S("@jane")).len == 0 && twitter_id_order(S("9"), S("10")) < 0 && twitter_is_message(S("dm:5")) && !twitter_is_message(S("5")));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_problems), cmocka_unit_test(test_versions)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
