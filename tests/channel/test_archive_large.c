#include "collect.h"

#include "channel/json_split.h"

#include <jansson.h>

/* Files larger than is parsed at once, and files made to hurt: read in parts, in linear time, with the threads of the whole. */

static struct cx cx;
static struct collected all;

static int start(void **state)
{
	cx = cx_new(arena_new());
	cx.now = 1800000000 * SECOND; /* January 2027 */
	all = (struct collected){};
	return 0;
}

static int end(void **state)
{
	buf_free(&all.notes);
	arena_free(cx.arena);
	return 0;
}

/* ---------- cutting ---------- */

static enum err add_part(struct cx *c, void *subject, struct str text, i64 first)
{
	struct buf *out = subject;
	json_t *root = json_loadb(text.at, text.len, 0, NULL);
	if (!root)
		fail_msg("a part is no JSON: %.*s", STR_ARG(text));
	json_decref(root);
	buf_addf(out, "%.*s@%lld ", STR_ARG(text), (long long)first);
	return OK;
}

static enum err add_too_large(struct cx *c, void *subject, struct str value, i64 first)
{
	buf_addf(subject, "!%.*s@%lld ", STR_ARG(value), (long long)first);
	return OK;
}

static void test_split(void **state)
{
	static const struct {
		const char *json;
		size_t most;
		const char *parts;
	} cases[] = {
		{"[1,2,3,4]", 100, "[1,2,3,4]@0 "},
		{"[10, 20, 30, 40]", 6, "[10, 20]@0 [30, 40]@2 "},
		{"[]", 4, ""},
		{"{\"a\":1,\"b\":[100000,200000,300000]}", 14, "{\"a\":1,\"b\":[100000,200000]}@0 {\"a\":1,\"b\":[300000]}@2 "},
		{"[{\"id\":7,\"list\":[\"aaaaaaaaaaaa\",\"bbbbbbbbbbbb\"]}]", 16,
		 "[{\"id\":7,\"list\":[\"aaaaaaaaaaaa\"]}]@0 [{\"id\":7,\"list\":[\"bbbbbbbbbbbb\"]}]@0 "},
		{"[1,{\"l\":[\"aaaaa\",\"bbbbb\"]},2]", 9, "[1]@0 [{\"l\":[\"aaaaa\"]}]@1 [{\"l\":[\"bbbbb\"]}]@1 [2]@2 "},
		{"{\"a\":\"xxxx\",\"b\":\"yyyy\",\"c\":\"zzzz\"}", 10,
			"{\"a\":\"xxxx\"}@-1 {\"b\":\"yyyy\"}@-1 {\"c\":\"zzzz\"}@-1 "},
		{"[\"]\\\"[\",\"}{\"]", 7, "[\"]\\\"[\"]@0 [\"}{\"]@1 "},
		{"[\"far too long\",1]", 5, "!\"far too long\"@0 [1]@1 "},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buf_free) struct buf out = {};
		struct json_parts parts = {.most = cases[i].most, .subject = &out, .part = add_part, .too_large = add_too_large};
		assert_ok(&cx, json_split(&cx, str_of(cases[i].json), &parts));
		if (!str_eq(buf_str(&out), str_of(cases[i].parts)))
			fail_msg("%s cut at %zu gives \"%s\", should give \"%s\"", cases[i].json, cases[i].most, buf_cstr(&out),
				cases[i].parts);
	}
	assert_null(json_value_end(S("[1,2")));
	assert_null(json_value_end(S("\"a\nb\"")));
	assert_null(json_value_end(S("")));
	struct str two = S("{\"a\":\"}\"}[2]");
	assert_int_equal(json_value_end(two) - two.at, 9);
}

/* ---------- a large archive ---------- */

#define NOTES 60000
#define NOTE "https://s.example/users/a/statuses/"

/* Newest first, as archives are: each answers the one behind it, but every hundredth, which starts a conversation. */
static void test_outbox(void **state)
{
	struct buf *b = buf_in_arena(cx.arena);
	buf_adds(b, "{\"id\":\"outbox.json\",\"type\":\"OrderedCollection\",\"orderedItems\":[");
	for (int i = NOTES; i > 0; i--) {
		const char *parent = i % 100 ? arena_printf(cx.arena, "\"" NOTE "%d\"", i - 1).at : "null";
		buf_addf(b, "%s{\"type\":\"Create\",\"actor\":\"https://s.example/users/a\",\"object\":{\"type\":\"Note\",\"id\":\"" NOTE "%d\","
			    "\"attributedTo\":\"https://s.example/users/a\",\"inReplyTo\":%s,\"published\":\"%s\",\"content\":\"<p>note %d</p>\"}}",
			 i == NOTES ? "" : ",", i, parent, i == 7 ? "soon" : "2026-01-01T00:00:00Z", i);
	}
	buf_adds(b, "]}");
	assert_true(b->len > (size_t)9 << 20);
	assert_ok(&cx, collect_text(&cx, "mastodon", buf_str(b), &all));
	assert_int_equal(all.count, NOTES - 1);
	assert_int_equal(all.refused, 1);
	assert_true(notes_have(&all, "#/orderedItems/59993: It has no date that can be read."));
	for (size_t i = 0; i < all.count; i += 97) {
		struct str id = all.items[i].remote_id, thread = all.items[i].thread_id;
		i64 number = -1, root = -1;
		assert_true(str_to_i64(str_skip(id, sizeof NOTE - 1), &number) &&
			str_to_i64(str_skip(thread, sizeof NOTE - 1), &root));
		assert_int_equal(root, number < 100 ? 0 : number / 100 * 100);
		assert_true(all.items[i].ours);
	}
}

/* A conversation of one person can be a large element of its own. */
static void test_messages(void **state)
{
	struct buf *b = buf_in_arena(cx.arena);
	buf_adds(b, "window.YTD.direct_messages.part0 = [{\"dmConversation\":{\"conversationId\":\"42-77\",\"messages\":[");
	for (int i = 0; i < 50000; i++)
		buf_addf(b, "%s{\"messageCreate\":{\"senderId\":\"%d\",\"id\":\"%d\",\"text\":\"%0150d\",\"createdAt\":\"2024-03-19T08:00:00.000Z\"}}", i ? "," : "",
			 i % 2 ? 42 : 77, i + 1, i);
	buf_adds(b, "]}}];");
	assert_true(b->len > (size_t)8 << 20);
	assert_ok(&cx, collect_text(&cx, "twitter", buf_str(b), &all));
	assert_int_equal(all.count, 50000);
	assert_str(all.items[49999].thread_id, "42-77");
	assert_int_equal(all.items[49999].body.len, 150);
}

/* ---------- made to hurt ---------- */

static void repeat(struct buf *b, const char *text, size_t bytes)
{
	while (b->len < bytes)
		buf_adds(b, text);
}

static void test_hostile(void **state)
{
	static const struct {
		const char *format, *start, *repeated;
	} cases[] = {
		{"mastodon", "", "["}, {"mastodon", "", "{\"a\":"}, {"youtube", "", "[1,\n"}, {"twitter", "", "{\"a\":1}\n"},
		{"reddit", "[", "{},"},
		{"facebook", "{", "\"a\":1,"}, {"bluesky", "[\"", "\\ud800"}, {"instagram", "{\"data\":[", "[],"},
		{"googleplus", "", "{}\n{"},
		{"csv", "body,at\n\"", "\"\""}, {"csv", "body,at\n", ","}, {"csv", "body,at\n", "a,b\n"},
		{"csv", "body,at\n", "\"\n"}, {"jsonl", "", "x\n"},
		{"jsonl", "{\"a\":\"", "b"}, {"wordpress", "<rss>", "<a>"}, {"wordpress", "<rss><channel>", "<item></item>"},
		{"wordpress", "<rss><channel><item>", "<b/>"}, {"mbox", "From \n", "From \n"}, {"mbox", "From a\n", "Subject: x\n"},
		{"mbox", "From a\nContent-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n"},
		{"mbox", "From a\nReferences: ", "<1@x> "},
		{"mbox", "From a\n\n", "\n\nFrom a\n"},
	};
	i64 began = time_monotonic();
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buf_free) struct buf b = {};
		buf_adds(&b, cases[i].start);
		repeat(&b, cases[i].repeated, (size_t)1 << 20);
		i64 at = time_monotonic();
		enum err error = collect_text(&cx, cases[i].format, buf_str(&b), &all);
		assert_true(error == OK || cx.story[0]);
		if (time_monotonic() - at > 10 * SECOND)
			fail_msg("%s with %s takes %lld ms", cases[i].format, cases[i].repeated,
				(long long)((time_monotonic() - at) / 1000));
	}
	assert_true(time_monotonic() - began < 40 * SECOND);
	assert_int_equal(all.count, 0);
}

/* Entities that grow, or reach for a file of the machine, are left as nothing. */
static void test_entities(void **state)
{
	assert_ok(&cx, collect_text(&cx, "wordpress", S(
		"<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\"><!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>"
		"<rss xmlns:wp=\"w\"><channel><item><title>t&x;&b;</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type>"
		"<wp:post_date_gmt>2026-01-01 00:00:00</wp:post_date_gmt><description>d&x;</description></item></channel></rss>"),
			&all));
	assert_int_equal(all.count, 1);
	assert_str(all.items[0].body, "d");
	assert_str(all.items[0].subject, "t");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end)
	const struct CMUnitTest tests[] = {TEST(test_split), TEST(test_outbox), TEST(test_messages), TEST(test_hostile),
		TEST(test_entities)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
