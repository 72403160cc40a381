/* What a document names by Link headers and <link>: RFC 8288's forms, and what stands in the way. */
#include "test.h"

#include "base/buf.h"
#include "channel/channel.h"
#include "channel/link.h"

#include <string.h>

static const struct {
	const char *header, *relation, *found; /* found: separated by spaces */
} rows[] = {
	{"<https://hub.example/>; rel=\"hub\"", "hub", "https://hub.example/"},
	{"<https://a.example/>; rel=self, <https://hub.example/>; rel=hub", "hub", "https://hub.example/"},
	{"<https://a.example/>; rel=\"self HUB\"", "hub", "https://a.example/"},
	{"<https://a.example/?x=1,2;3>; rel=hub", "hub", "https://a.example/?x=1,2;3"},
	{"<https://a.example/>; title=\"a, \\\"b\\\"; rel=hub\", <https://b.example/>;rel=hub", "hub", "https://b.example/"},
	{"<https://a.example/>; rel=self; rel=hub", "hub", ""},
	{"<a>; rel=hub, <b>; rel=hub", "hub", "a b"},
	{"<https://a.example/>", "hub", ""},
	{"<https://a.example/", "hub", ""},
	{"<>; rel=hub", "hub", ""},
	{"", "hub", ""},
	{"<https://blog.example/wp-json/>; rel=\"https://api.w.org/\"", "https://api.w.org/", "https://blog.example/wp-json/"},
	{"<x>; rel=hubs, <y>; rel=\"thehub\"", "hub", ""},
};

static void test_headers(void **state)
{
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str list[8];
		CLEANUP(buf_free) struct buf b = {};
		size_t count = link_in_header(arena, str_of(rows[i].header), rows[i].relation, list, COUNT(list));
		for (size_t k = 0; k < count; k++)
			buf_addf(&b, "%s%.*s", k ? " " : "", STR_ARG(list[k]));
		if (!str_eq(buf_str(&b), str_of(rows[i].found)))
			fail_msg("%s: “%s”", rows[i].header, buf_cstr(&b));
	}
	struct str one[1];
	assert_int_equal(link_in_header(arena, S("<a>; rel=hub, <b>; rel=hub"), "hub", one, 1), 1);
	arena_free(arena);
}

static void test_answers(void **state)
{
	struct arena *arena = arena_new();
	const struct net_header headers[] = {{S("link"), S("<a>; rel=hub")}, {S("Content-Type"), S("<c>; rel=hub")}, {S("Link"), S("<b>; rel=self, <d>; rel=hub")}};
	struct net_answer answer = {.headers = headers, .header_count = COUNT(headers)};
	struct str list[4];
	assert_int_equal(link_in_answer(arena, &answer, "hub", list, COUNT(list)), 2);
	assert_true(str_eq(list[0], S("a")) && str_eq(list[1], S("d")));
	arena_free(arena);
}

static void test_pages(void **state)
{
	struct arena *arena = arena_new();
	struct str page = S("<!-- <link rel=hub href=no> --><link rel=stylesheet href=s><LINK REL='self hub' href='/hub?a=1&amp;b=2'><link rel=hub href=later>");
	static const char *const rss[] = {"application/atom+xml", "application/rss+xml", NULL};
	assert_true(str_eq(link_in_page(arena, page, "hub", NULL), S("/hub?a=1&b=2")));
	assert_int_equal(link_in_page(arena, page, "next", NULL).len, 0);
	assert_int_equal(link_in_page(arena, page, "hub", rss).len, 0);
	assert_true(str_eq(link_in_page(arena, S("<link rel=alternate type=text/x href=a><link rel=alternate type='application/rss+xml' href=b>"), "alternate", rss), S("b")));
	arena_free(arena);
}

static enum err keep_links(struct cx *cx, void *subject, const struct inbound *in)
{
	struct buf *b = subject;
	for (size_t i = 0; i < in->author_link_count; i++)
		buf_addf(b, "%.*s%s ", STR_ARG(in->author_links[i].url), in->author_links[i].proven ? "+" : "");
	return OK;
}

/* What networks say that somebody's account names, and whether they checked it. */
static void test_people(void **state)
{
	static const struct {
		const char *kind, *call, *document, *links;
	} people[] = {
		{"mastodon", "status",
		 "{\"id\":\"1\",\"created_at\":\"2026-11-21T11:00:00Z\",\"content\":\"Hi\",\"account\":{\"id\":\"2\",\"acct\":\"jane\",\"url\":\"https://s.example/@jane\",\"fields\":["
		 "{\"name\":\"Site\",\"value\":\"<a href=\\\"https://jane.example/?a=1&amp;b=2\\\" rel=\\\"me\\\">jane</a>\",\"verified_at\":\"2026-01-01T00:00:00Z\"},"
		 "{\"name\":\"Club\",\"value\":\"<a href='https://club.example'>club</a>\",\"verified_at\":null},{\"name\":\"Pronouns\",\"value\":\"she\"}]}}",
		 "https://s.example/@jane+ https://jane.example/?a=1&b=2+ https://club.example "},
		{"wordpress", "comments",
		 "[{\"id\":1,\"post\":4,\"author\":0,\"author_name\":\"Jane\",\"author_url\":\"https://jane.example\",\"date_gmt\":\"2026-11-21T11:00:00\",\"content\":{\"rendered\":\"<p>Hi</p>\"},\"type\":\"comment\"}]",
		 "https://jane.example "},
	};
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	for (size_t i = 0; i < COUNT(people); i++) {
		CLEANUP(buf_free) struct buf b = {};
		const struct channel_reader *r = channel_kind_of(str_of(people[i].kind))->readers;
		while (strcmp(r->call, people[i].call) != 0)
			r++;
		json_t *document = json_loads(people[i].document, 0, NULL), *nothing = json_object();
		struct channel_account account = {.settings = nothing, .known = nothing};
		assert_non_null(document);
		assert_ok(&cx, r->read(&cx, &account, document, keep_links, &b));
		assert_string_equal(buf_cstr(&b), people[i].links);
		json_decref(document);
		json_decref(nothing);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers), cmocka_unit_test(test_answers), cmocka_unit_test(test_pages), cmocka_unit_test(test_people)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
