/* Marks of a text by dialect: what tests/model/test_text_cases.py does not see, which looks at X's alone. */
#include "test.h"

#include "base/buf.h"
#include "base/grapheme.h"
#include "base/utf8.h"
#include "model/domain.h"
#include "model/length.h"

#include <stdlib.h>

static void expect(enum mark_dialect dialect, unsigned kinds, const char *text, const char *wanted)
{
	static const char signs[] = "lmht";
	CLEANUP(buf_free) struct buf b = {};
	struct mark_reader r = mark_reader_new(str_of(text), dialect, kinds);
	struct mark m;
	while (mark_next(&r, &m)) {
		struct str written = str_head(str_skip(str_of(text), m.from), m.to - m.from);
		buf_addf(&b, "%s%c %.*s", b.len ? " | " : "", signs[m.kind], STR_ARG(m.value));
		assert_int_equal(m.start, utf8_count(str_head(str_of(text), m.from)));
		assert_int_equal(m.end - m.start, utf8_count(written));
		if (m.list.len)
			buf_addf(&b, " %.*s", STR_ARG(m.list));
		if (m.bare)
			buf_adds(&b, " (bare)");
	}
	if (!str_eq(buf_str(&b), str_of(wanted)))
		fail_msg("“%s”: %s instead of %s", text, buf_cstr(&b), wanted);
}

static void test_x(void **state)
{
	expect(MARK_X, MARK_ALL, "", "");
	expect(MARK_X, MARK_ALL, "@ana/amis et https://example.com/é?x=1, ou example.fr", "m ana /amis | l https://example.com/é?x=1 | l example.fr (bare)");
	expect(MARK_X, MARK_ALL, "https://example.com/?@ana #a http://example.com/#b", "l https://example.com/?@ana | h a | l http://example.com/#b");
	expect(MARK_X, MARK_ONLY(MARK_MENTION), "https://example.com/?@ana @paul", "m ana | m paul");
	expect(MARK_X, MARK_ALL, "#日本example.com", "h 日本example");
	expect(MARK_X, MARK_ONLY(MARK_LINK), "#日本example.com", "l example.com (bare)");
	expect(MARK_X, MARK_ALL, "twitter.comこれexample.com/a $A.B", "l twitter.com (bare) | l example.com/a (bare) | t A.B");
}

static void test_fediverse(void **state)
{
	expect(MARK_FEDIVERSE, MARK_ALL, "@ana @ana@host.example, @a-b.c_d@bü.example. ana@example.com @@x", "m ana | m ana@host.example | m a-b.c_d@bü.example | m x");
	expect(MARK_FEDIVERSE, MARK_ALL, "example.com https://example.com/été/日本?q=é, (gemini://example.org/a)", "l https://example.com/été/日本?q=é | l gemini://example.org/a");
	expect(MARK_FEDIVERSE, MARK_ALL, "#été #a·b #·a #1 #1_2 #_ a#b /#c =#d )#e ＃f #g·", "h été | h a·b | h 1_2 | h f | h g");
	expect(MARK_FEDIVERSE, MARK_ALL, "$ACME @ana/amis @ana@ @ana@@b", "m ana | m b");
	expect(MARK_FEDIVERSE, MARK_ALL, "https://example.com/@ana et @ana@example.com/a", "l https://example.com/@ana | m ana@example.com");
}

static void test_bluesky(void **state)
{
	expect(MARK_BLUESKY, MARK_ALL, "voir mon-site.fr/page?x=1, example.invalid ou fin.Je (journal.paris)", "l mon-site.fr/page?x=1 (bare) | l journal.paris (bare)");
	expect(MARK_BLUESKY, MARK_ALL, "« https://example.com/a_(b) », “https://example.com/c”", "l https://example.com/a_(b) | l https://example.com/c");
	expect(MARK_BLUESKY, MARK_ALL, "example.com… example.coms examples.com@x", "l example.com (bare)");
	expect(MARK_BLUESKY, MARK_ALL, "#été #👩🏽‍🚀espace ＃plage #️⃣ é#non 🎉#oui", "h été | h 👩🏽‍🚀espace | h plage | h oui");
	expect(MARK_BLUESKY, MARK_ALL, "@ana.bsky.social, @ana é@a.fr 🎉@b.fr", "m ana.bsky.social | m b.fr");
	expect(MARK_BLUESKY, MARK_ALL, "$ACME, $acme1) $5 $trop_long US$A $B", "t ACME | t acme1 | t B");
}

static void test_names_of_hosts(void **state)
{
	assert_int_equal(domain_top(S("com")), 3);
	assert_int_equal(domain_top(S("COM/")), 3);
	assert_int_equal(domain_top(S("comé")), 3);
	assert_int_equal(domain_top(S("com2")), 0);
	assert_int_equal(domain_top(S("com-a")), 0);
	assert_int_equal(domain_top(S("com@a")), 0);
	assert_int_equal(domain_top(S("conne")), 0);
	assert_int_equal(domain_top(S("рф")), 4);
	assert_int_equal(domain_top(S("РФ!")), 4);
	assert_int_equal(domain_top(S("嘉里大酒店")), 15);
	assert_int_equal(domain_top(S("嘉里大")), 6);
	assert_int_equal(domain_top(S("xn--p1ai")), 8);
	assert_int_equal(domain_top(S("xn--")), 0);
	assert_int_equal(domain_top(S("zuerich")), 7);
	assert_int_equal(domain_top(S("aaa")), 3);
	assert_int_equal(domain_top((struct str){}), 0);
}

static void test_emoji(void **state)
{
	assert_int_equal(emoji_here(S("👩‍👩‍👧‍👦!")), 25);
	assert_int_equal(emoji_here(S("🏳‍🌈")), 4 + 3 + 4); /* without its selector */
	assert_int_equal(emoji_here(S("👨‍🐱")), 4);          /* of no use together */
	assert_int_equal(emoji_here(S("🇫🇷🇩")), 8);
	assert_int_equal(emoji_here(S("1⃣")), 4);
	assert_int_equal(emoji_here(S("1")), 0);
	assert_int_equal(emoji_here(S("☺")), 0);
	assert_int_equal(emoji_here(S("☺️")), 6);
	assert_int_equal(emoji_here(S("é")), 0);
	assert_int_equal(emoji_here((struct str){}), 0);
}

static void test_refused(void **state)
{
	assert_true(text_is_refused(TEXT_WEIGHTED, S("a\uFEFF")));
	assert_false(text_is_refused(TEXT_GRAPHEMES, S("a\uFEFF")));
	assert_false(text_is_refused(TEXT_WEIGHTED, S("été")));
}

/* Whatever the bytes: marks in order, apart, within the text, where they say; and what counts is what was counted. */
static void test_any_bytes(void **state)
{
	static const char *const bits[] = {"@", "#", "$", "http://", "https://", "a", "é", "日", ".", "com", "fr", "/", "(", ")", "?", "_", "-", " ", "\n", "\xff", "\xf0\x9f", "👩‍👩", "🇫", "＠", "＃", "t.co/", "RT", ":", "xn--", "\u0301", "\u202a", "、", "&"};
	srand(7);
	for (int round = 0; round < 4000; round++) {
		CLEANUP(buf_free) struct buf b = {};
		for (int n = rand() % 40; n > 0; n--)
			buf_adds(&b, bits[(size_t)rand() % COUNT(bits)]);
		struct str text = buf_str(&b);
		for (enum mark_dialect dialect = 0; dialect < MARK_DIALECT_COUNT; dialect++) {
			struct mark_reader r = mark_reader_new(text, dialect, MARK_ALL);
			struct mark m;
			size_t behind = 0;
			while (mark_next(&r, &m)) {
				assert_true(m.from >= behind && m.from < m.to && m.to <= text.len && m.end > m.start && m.value.len);
				assert_true(m.value.at >= text.at + m.from && m.value.at + m.value.len + m.list.len == text.at + m.to);
				assert_int_equal(m.start, utf8_count(str_head(text, m.from)));
				behind = m.to;
			}
		}
		for (enum text_unit unit = 0; unit < TEXT_UNIT_COUNT; unit++)
			assert_true(text_length(unit, text) <= 23 * text.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x), cmocka_unit_test(test_fediverse), cmocka_unit_test(test_bluesky), cmocka_unit_test(test_names_of_hosts),
		cmocka_unit_test(test_emoji), cmocka_unit_test(test_refused), cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
