/* Feeds as they are found: of each format, in each kind of letters, whole and broken. (The cases of another reader of feeds, hundreds of
 * them, are held by test_feed_cases.py where they are at hand.) */
#include "test.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "channel/feed/feed.h"
#include "channel/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cx cx;

static int start(void **state)
{
	cx = cx_new(arena_new());
	return 0;
}

static int stop(void **state)
{
	arena_free(cx.arena);
	return 0;
}

static json_t *read_from(const char *text, size_t len, struct feed_origin origin)
{
	json_t *document = NULL;
	if (feed_read(&cx, (struct str){text, len}, &origin, &document) != OK)
		fail_msg("%s", cx.story);
	return document;
}

static json_t *read_text(const char *text)
{
	return read_from(text, strlen(text), (struct feed_origin){});
}

/* The sample of that name in the fuzzer's corpus. */
static json_t *read_sample(const char *name)
{
	const char *source = getenv("PARVIS_SOURCE");
	FILE *file = fopen(arena_printf(cx.arena, "%s/tests/fuzz/corpus/parse_feed/%s", source ? source : ".", name).at, "rb");
	assert_non_null(file);
	char *text = arena_alloc(cx.arena, 100000);
	size_t len = fread(text, 1, 100000, file);
	fclose(file);
	return read_from(text, len, (struct feed_origin){});
}

static void check(const json_t *document, const char *path, const char *wanted)
{
	const json_t *value = document;
	char *rest = (char *)arena_cstr(cx.arena, str_of(path)), *part;
	while ((part = strsep(&rest, "/")))
		value = *part >= '0' && *part <= '9' ? json_array_get(value, (size_t)(*part - '0')) : json_object_get(value, part);
	const char *text = json_is_string(value) ? json_string_value(value) : value ? arena_json(cx.arena, value, JSON_ENCODE_ANY | JSON_COMPACT).at : NULL;
	if (!wanted ? text != NULL : !text || strcmp(text, wanted) != 0)
		fail_msg("%s is %s, not %s", path, text ? text : "missing", wanted ? wanted : "missing");
}

static void test_rss(void **state)
{
	const json_t *d = read_sample("rss2");
	check(d, "version", "rss20");
	check(d, "well_formed", "true");
	check(d, "feed/title", "Levain & co");
	check(d, "feed/summary", "Bread <b>daily</b>");
	check(d, "feed/language", "fr-FR");
	check(d, "feed/updated", "2026-03-24T08:42:00Z");
	check(d, "feed/author", "jane@levain.example (Jane Roe)");
	check(d, "feed/author_detail/name", "Jane Roe");
	check(d, "feed/image/href", "http://levain.example/news/logo.png");
	check(d, "feed/link", "http://levain.example/");
	check(d, "entries/0/title", "Opening hours");
	check(d, "entries/0/link", "http://levain.example/news/hours");
	check(d, "entries/0/id", "h-1");
	check(d, "entries/0/published", "2026-03-23T08:00:00Z");
	check(d, "entries/0/updated", "2026-03-23T08:00:00Z");
	check(d, "entries/0/summary", "We open at <em>seven</em> &nbsp; <a href=\"http://levain.example/news/map\">map</a>");
	check(d, "entries/0/content/0/value", "<p style=\"color: red;\">At seven</p>");
	check(d, "entries/0/content/0/type", "text/html");
	check(d, "entries/0/author", "Jane");
	check(d, "entries/0/tags/0/scheme", "http://levain.example/tags");
	check(d, "entries/0/enclosures/0/href", "http://levain.example/news/bell.mp3");
	check(d, "entries/0/enclosures/0/length", "12345");
	check(d, "entries/0/comments", "http://levain.example/news/hours#c");
	check(d, "entries/1/link", "http://levain.example/2");
	check(d, "entries/2", NULL);
}

static void test_atom(void **state)
{
	const json_t *d = read_sample("atom");
	check(d, "version", "atom10");
	check(d, "well_formed", "true");
	check(d, "feed/title", "A <b>b</b>");
	check(d, "feed/title_detail/type", "text/html");
	check(d, "feed/language", "en-GB");
	check(d, "feed/updated", "2026-03-24T08:42:00.500Z");
	check(d, "feed/author", "Jane (jane@levain.example)");
	check(d, "feed/author_detail/href", "http://levain.example/jane");
	check(d, "feed/link", "http://levain.example/a/index");
	check(d, "feed/links/1/rel", "self");
	check(d, "feed/rights", "(c) <us>");
	check(d, "feed/rights_detail/type", "text/plain");
	check(d, "entries/0/title", "1 < 2");
	check(d, "entries/0/language", "fr");
	check(d, "entries/0/published", "2026-03-24T09:42:00Z");
	check(d, "entries/0/enclosures/0/href", "http://levain.example/a/a.ogg");
	check(d, "entries/0/content/0/value", "<p>x <a href=\"http://levain.example/a/y\">y</a></p>");
	check(d, "entries/0/source/title", "S");
	check(d, "entries/1/content/0/value", "hello");
	d = read_sample("atom03");
	check(d, "version", "atom03");
	check(d, "feed/title", "<b>x</b>");
	check(d, "feed/summary", "a <i>b</i>");
	check(d, "entries/0/title", "<div>a<br />b</div>");
	check(d, "entries/0/published", "2003-12-31T00:00:00Z");
}

static void test_others(void **state)
{
	const json_t *d = read_sample("rdf");
	check(d, "version", "rss10");
	check(d, "entries/0/id", "http://e.example/1");
	check(d, "entries/0/updated", "2002-09-28T20:01:19Z");
	d = read_sample("cdf");
	check(d, "version", "cdf");
	check(d, "entries/0/link", "http://e.example/b/1");
	check(d, "feed/updated", "2004-04-07T04:05:43Z");
	d = read_sample("json");
	check(d, "version", "json11");
	check(d, "entries/0/id", "7");
	check(d, "entries/0/content/0/value", "<p>y</p>");
	check(d, "entries/0/content/1/type", "text/plain");
	check(d, "entries/0/enclosures/0/length", "3");
	check(d, "entries/0/tags/1/term", "b");
	check(d, "feed/author", "J");
}

static void test_letters(void **state)
{
	static const struct {
		const char *sample, *title, *encoding, *good;
	} samples[] = {
		{"utf16", "Événement été", "utf-16le", "true"}, {"utf16be_bare", "Événement été", "utf-16be", "true"},
		{"utf32", "Événement été", "utf-32le", "true"}, {"latin1", "Événement été", "iso-8859-1", "true"},
		{"windows1251", "Привет", "windows-1251", "true"}, {"lies", "Événement", NULL, "false"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		const json_t *d = read_sample(samples[i].sample);
		check(d, "feed/title", samples[i].title);
		check(d, "well_formed", samples[i].good);
		if (samples[i].encoding)
			check(d, "encoding", samples[i].encoding);
	}
	static const char xml[] = "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>caf\xc3\xa9</title></channel></rss>";
	check(read_from(xml, sizeof xml - 1, (struct feed_origin){.type = S("application/xml; charset=utf-8")}), "feed/title", "café");
	check(read_text("<rss><channel><title>Ã©tÃ© don\xc2\x92t</title></channel></rss>"), "feed/title", "Ã©tÃ© don’t");
	check(read_text("<rss><channel><title>cafÃ©</title></channel></rss>"), "feed/title", "café");
}

static void test_broken(void **state)
{
	const json_t *d = read_sample("broken");
	check(d, "well_formed", "false");
	check(d, "feed/title", "Levain <b>& co</b> &nosuch; é AT&T");
	check(d, "entries/0/title", "one");
	check(d, "entries/1/title", "two");
	check(read_text("<rss><channel><item><title>a</item><item><title>b"), "entries/1/title", "b");
	check(read_text("<rss><channel><item><description>a <p>b<br>c</description><title>t</title></item></channel></rss>"), "entries/0/title", "t");
	check(read_text("<rss><channel><item><description>a <p>b<br>c</description></item></channel></rss>"), "entries/0/summary", "a <p>b<br />c</p>");
	check(read_text("<rss><channel><item><link>javascript:alert(1)</link><guid>javascript:1</guid></item></channel></rss>"), "entries/0/link", NULL);
	static const char *const none[] = {"", " ", "<html><title>x</title></html>", "{}", "{\"a\":", "\xff\xfe", "text"};
	for (size_t i = 0; i < COUNT(none); i++) {
		json_t *document;
		struct feed_origin origin = {};
		assert_int_equal(feed_read(&cx, str_of(none[i]), &origin, &document), ERR_BAD_INPUT);
		assert_true(cx.story[0]);
	}
}

static void test_dates(void **state)
{
	static const struct {
		const char *text, *instant;
	} samples[] = {
		{"Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"}, {"Thu, 01 Jan 04 19:48 EST", "2004-01-02T00:48:00Z"},
		{"01 Jan 2004", "2004-01-01T00:00:00Z"}, {"Thu Jan  1 19:48:21 2004", "2004-01-01T19:48:21Z"},
		{"January 1, 2004", "2004-01-01T00:00:00Z"}, {"1 January 2004 7:05 +0200", "2004-01-01T05:05:00Z"},
		{"2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z"}, {"2003-12-31T10:14Z", "2003-12-31T10:14:00Z"}, {"2003", "2003-01-01T00:00:00Z"},
		{"2003-12", "2003-12-01T00:00:00Z"}, {"20031231", "2003-12-31T00:00:00Z"}, {"2003-335", "2003-12-01T00:00:00Z"},
		{"2004/02/28 18:23", "2004-02-28T18:23:00Z"},
	};
	static const char *const none[] = {"", "yesterday", "Thu, 32 Jan 2004", "2003-13-01", "25:00", "99999999999", "Mon", "1"};
	for (size_t i = 0; i < COUNT(samples); i++) {
		i64 instant = 0;
		assert_true(feed_date(str_of(samples[i].text), &instant));
		assert_string_equal(arena_cstr(cx.arena, time_text(cx.arena, instant)), samples[i].instant);
	}
	for (size_t i = 0; i < COUNT(none); i++) {
		i64 instant;
		if (feed_date(str_of(none[i]), &instant))
			fail_msg("“%s” was read as a date", none[i]);
	}
}

/* However deep, long or hostile: some time of its length, and no more entries than are taken. */
static void test_bounds(void **state)
{
	static const struct {
		const char *head, *piece;
	} samples[] = {
		{"<rss><channel>", "<item>"}, {"<rss><channel><item><description>", "<b>"}, {"<rss><channel>", "<x a='b' "}, {"<rss>", "<!DOCTYPE x ["},
		{"<rss><channel>", "<item><title>a</item>"}, {"<rss><channel><title>", "&amp"}, {"<rss><channel><title>", "<![CDATA["},
		{"<rss>", "<y xmlns='u'>"}, {"<rss><channel><item><tags>", "a,b,"}, {"<rss><channel><item>", "<enclosure/>"}, {"<rss><channel><item>", "<link rel='x'>a</link>"},
		{"<rss><channel><item>", "<category>a</category>"}, {"<rss><channel xml:base='http://e.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'>", "<docs>a</docs>"}, {"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "{},"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buf_free) struct buf text = {};
		struct feed_origin origin = {};
		json_t *document;
		buf_adds(&text, samples[i].head);
		while (text.len < 2000000)
			buf_adds(&text, samples[i].piece);
		if (feed_read(&cx, buf_str(&text), &origin, &document) == OK)
			assert_true(json_array_size(json_object_get(document, "entries")) <= FEED_ENTRIES_MAX);
		cx_forget(&cx);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rss), cmocka_unit_test(test_atom), cmocka_unit_test(test_others), cmocka_unit_test(test_letters),
		cmocka_unit_test(test_broken), cmocka_unit_test(test_dates), cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
