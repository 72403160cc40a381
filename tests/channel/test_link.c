/* What a document names by Link headers and <link>: RFC 8288's forms, and what stands in the way. */
#include "test.h"

#include "base/buf.h"
#include "channel/link.h"

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
	assert_true(str_eq(link_in_page(arena, page, "hub", NULL), S("/hub?a=1&b=2")));
	assert_int_equal(link_in_page(arena, page, "next", NULL).len, 0);
	assert_int_equal(link_in_page(arena, page, "hub", "application/rss+xml").len, 0);
	assert_true(str_eq(link_in_page(arena, S("<link rel=alternate type=text/x href=a><link rel=alternate type='application/rss+xml' href=b>"), "alternate", "application/rss+xml"), S("b")));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers), cmocka_unit_test(test_answers), cmocka_unit_test(test_pages)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
