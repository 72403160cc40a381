/* What YouTube says by its reasons: 403 is one thing or another. */
#include "test.h"

#include "base/clock.h"
#include "channel/youtube/comment.h"
#include "channel/youtube/connector.h"

static struct exchange said(struct cx *cx, int status, const char *reason)
{
	struct exchange x = {.method = "GET", .answer = {.outcome = NET_ANSWERED, .status = status, .whole = true}};
	x.document = json_pack("{s:{s:i, s:s, s:[{s:s, s:s}]}}", "error", "code", status, "message", "No", "errors", "domain", "youtube", "reason", reason);
	return x;
}

static void test_reasons(void **state)
{
	static const struct {
		int status;
		const char *reason;
		enum outcome outcome;
		enum err reading;
	} rows[] = {
		{403, "quotaExceeded", OUTCOME_LATER, ERR_LIMIT}, {403, "rateLimitExceeded", OUTCOME_LATER, ERR_LIMIT},
		{400, "processingFailure", OUTCOME_LATER, ERR_LIMIT}, {403, "commentsDisabled", OUTCOME_NEVER, ERR_DENIED},
		{404, "parentCommentNotFound", OUTCOME_NEVER, ERR_MISSING}, {403, "ineligibleAccount", OUTCOME_HOLD, ERR_DENIED},
		{401, "authError", OUTCOME_HOLD, ERR_DENIED}, {403, "somethingNew", OUTCOME_HOLD, ERR_DENIED}, {500, "backendError", OUTCOME_UNKNOWN, ERR_REMOTE},
		{400, "commentTextTooLong", OUTCOME_NEVER, ERR_REMOTE},
	};
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	assert_true(time_parse(S("2026-11-21T12:00:00Z"), &cx.now));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct exchange x = said(&cx, rows[i].status, rows[i].reason);
		struct sent sent;
		youtube_outcome(&cx, &x, &sent);
		if (sent.outcome != rows[i].outcome || !sent.story.len)
			fail_msg("%s is %s", rows[i].reason, outcome_word(sent.outcome));
		enum err e = youtube_expect(&cx, &x);
		if (e != rows[i].reading || !cx.story[0])
			fail_msg("%s, read: %s", rows[i].reason, err_row(e)->word);
		cx_forget(&cx);
		json_decref(x.document);
	}
	arena_free(arena);
}

/* The day there begins at eight in winter and at seven in summer, as UTC has it; and the days of 23 and 25 hours. */
static void test_day(void **state)
{
	static const struct {
		const char *now, *next;
	} rows[] = {
		{"2026-11-21T12:00:00Z", "2026-11-22T08:00:00Z"}, {"2026-11-21T07:59:59Z", "2026-11-21T08:00:00Z"}, {"2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"},
		{"2026-07-01T12:00:00Z", "2026-07-02T07:00:00Z"}, {"2026-03-08T09:00:00Z", "2026-03-09T07:00:00Z"}, {"2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z"},
	};
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		i64 now = 0, next = 0;
		assert_true(time_parse(str_of(rows[i].now), &now) && time_parse(str_of(rows[i].next), &next));
		assert_true(youtube_next_day(now) == next);
	}
	assert_true(time_parse(S("2026-11-21T12:00:00Z"), &cx.now));
	struct exchange x = said(&cx, 403, "quotaExceeded");
	struct sent sent;
	youtube_outcome(&cx, &x, &sent);
	assert_true(sent.retry_at == cx.now + 20 * HOUR);
	assert_int_equal(youtube_expect(&cx, &x), ERR_LIMIT);
	assert_int_equal(cx.wait, 20 * 3600 + 1);
	json_decref(x.document);
	arena_free(arena);
}

/* What was asked for as plain text is what was written, whatever it looks like; what an export holds is markup. */
static void test_texts(void **state)
{
	struct arena *arena = arena_new();
	struct inbound in;
	json_t *comment = json_pack("{s:s, s:{s:s, s:s, s:s}}", "id", "Ugx.1", "snippet", "textDisplay", "1 &lt; 2, I <3 <b>it</b>\nreally", "publishedAt", "2026-11-21T12:00:00Z", "imageUrl",
				    "https://yt.example/cat.gif");
	youtube_comment(arena, comment, (struct str){}, true, &in);
	assert_str(in.body, "1 &lt; 2, I <3 <b>it</b>\nreally");
	assert_true(in.attachment_count == 1 && str_eq(in.attachments[0].url, S("https://yt.example/cat.gif")));
	youtube_comment(arena, comment, (struct str){}, false, &in);
	assert_true(str_starts(in.body, S("1 < 2, I <3 it")));
	json_decref(comment);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reasons), cmocka_unit_test(test_day), cmocka_unit_test(test_texts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
