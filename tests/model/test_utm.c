/* Links that are tagged: nothing else of them changes, and once is enough. */
#include "test.h"

#include "base/utf8.h"
#include "model/utm.h"

#include <stdlib.h>

static const struct utm spring = {.source = S("mastodon"), .medium = S("social"), .campaign = S("Printemps été 2027 !")};
#define TAGS "utm_source=mastodon&utm_medium=social&utm_campaign=Printemps%20%C3%A9t%C3%A9%202027%20%21"

static void expect(const char *url, const char *wanted)
{
	CLEANUP(buf_free) struct buf b = {}, again = {};
	buf_add_tagged(&b, str_of(url), &spring);
	if (!str_eq(buf_str(&b), str_of(wanted)))
		fail_msg("%s: %s instead of %s", url, buf_cstr(&b), wanted);
	buf_add_tagged(&again, buf_str(&b), &spring);
	assert_true(str_eq(buf_str(&b), buf_str(&again)));
	assert_false(utm_lacks(buf_str(&b), &spring));
}

static void test_links(void **state)
{
	expect("https://example.com/a", "https://example.com/a?" TAGS);
	expect("https://example.com", "https://example.com?" TAGS);
	expect("https://example.com/a?b=c", "https://example.com/a?b=c&" TAGS);
	expect("https://example.com/a?", "https://example.com/a?" TAGS);
	expect("https://example.com/a?b=c&", "https://example.com/a?b=c&" TAGS);
	expect("https://example.com/a?b=%C3%A9+f&&d#g?h=i", "https://example.com/a?b=%C3%A9+f&&d&" TAGS "#g?h=i");
	expect("https://example.com/a?b=c?", "https://example.com/a?b=c?&" TAGS);
	expect("https://example.com/#/route?x=1", "https://example.com/?" TAGS "#/route?x=1");
	expect("https://example.com/a?utm_medium=mail&b=c", "https://example.com/a?utm_medium=social&b=c&utm_source=mastodon&utm_campaign=Printemps%20%C3%A9t%C3%A9%202027%20%21");
	expect("https://example.com/a?utm_source=x&b&utm_source=y&utm_medium", "https://example.com/a?utm_source=mastodon&b&utm_medium=social&utm_campaign=Printemps%20%C3%A9t%C3%A9%202027%20%21");
	expect("https://example.com/a?utm_term=garder&xutm_source=1", "https://example.com/a?utm_term=garder&xutm_source=1&" TAGS);
}

static void test_nothing_wanted(void **state)
{
	CLEANUP(buf_free) struct buf b = {};
	const struct utm none = {};
	buf_add_tagged(&b, S("https://example.com/a?utm_source=x&utm_source=y&#"), &none);
	assert_true(str_eq(buf_str(&b), S("https://example.com/a?utm_source=x&utm_source=y&#")));
	assert_false(utm_lacks(S("https://example.com/a"), &none));
	assert_true(utm_lacks(S("https://example.com/a"), &spring));
}

static void test_hosts(void **state)
{
	assert_true(str_eq(link_host(S("https://ana:x@www.Example.com:80/a@b:c")), S("www.Example.com")));
	assert_true(str_eq(link_host(S("example.com?x")), S("example.com")));
	assert_true(str_eq(link_host(S("http://[::1]:8080/")), S("[::1]")));
	assert_true(str_eq(link_host(S("http://[::1]")), S("[::1]")));
	assert_int_equal(link_host(S("")).len, 0);
}

static void expect_text(enum mark_dialect dialect, const char *text, const char *wanted, size_t count)
{
	static const struct utm short_one = {.source = S("x")};
	static const struct str ours[] = {S("example.com"), S("mon-site.fr")};
	CLEANUP(buf_free) struct buf b = {}, again = {};
	assert_int_equal(buf_add_text_tagged(&b, str_of(text), dialect, &short_one, ours, COUNT(ours)), count);
	if (!str_eq(buf_str(&b), str_of(wanted)))
		fail_msg("%s: %s instead of %s", text, buf_cstr(&b), wanted);
	assert_int_equal(buf_add_text_tagged(&again, buf_str(&b), dialect, &short_one, ours, COUNT(ours)), 0);
	assert_true(str_eq(buf_str(&b), buf_str(&again)));
}

static void test_texts(void **state)
{
	for (enum mark_dialect dialect = 0; dialect < MARK_DIALECT_COUNT; dialect++) {
		expect_text(dialect, "Voir https://www.example.com/a, puis (https://mon-site.fr/b?c=d).", "Voir https://www.example.com/a?utm_source=x, puis (https://mon-site.fr/b?c=d&utm_source=x).", 2);
		expect_text(dialect, "Ailleurs : https://notexample.com/a et example.com/b, @ana, a@example.com #example", "Ailleurs : https://notexample.com/a et example.com/b, @ana, a@example.com #example", 0);
		expect_text(dialect, "مرحبا https://example.com/a 👩‍👩‍👧 e\u0301", "مرحبا https://example.com/a?utm_source=x 👩‍👩‍👧 e\u0301", 1);
		expect_text(dialect, "https://example.com/#fin !", "https://example.com/?utm_source=x#fin !", 1);
	}
	expect_text(MARK_X, "https://example.com#fin", "https://example.com?utm_source=x#fin", 1);
	expect_text(MARK_X, "https://example.com日本", "https://example.com?utm_source=x日本", 1);
	expect_text(MARK_FEDIVERSE, "https://example.com日本", "https://example.com日本", 0); /* the query would go on over there */
	expect_text(MARK_FEDIVERSE, "https://example.com/a\u00A0!", "https://example.com/a\u00A0!", 0);
}

/* Any text: what is tagged stays so, and what is no link stays. */
static void test_any_text(void **state)
{
	static const char *const bits[] = {"https://example.com", "http://a.fr/b", "/", "?", "&", "#", "=", "utm_source=", "utm_medium=y", "x", " ", "é", "日", ".", ",", "(", ")", "\n", "@", "%"};
	srand(5);
	for (int round = 0; round < 4000; round++) {
		CLEANUP(buf_free) struct buf text = {}, once = {}, twice = {};
		for (int n = rand() % 20; n > 0; n--)
			buf_adds(&text, bits[(size_t)rand() % COUNT(bits)]);
		for (enum mark_dialect dialect = 0; dialect < MARK_DIALECT_COUNT; dialect++) {
			buf_clear(&once);
			buf_clear(&twice);
			size_t count = buf_add_text_tagged(&once, buf_str(&text), dialect, &spring, NULL, 0);
			assert_true(count || str_eq(buf_str(&once), buf_str(&text)));
			buf_add_text_tagged(&twice, buf_str(&once), dialect, &spring, NULL, 0);
			if (!str_eq(buf_str(&once), buf_str(&twice)))
				fail_msg("%d: %s\n%s\n%s", (int)dialect, buf_cstr(&text), buf_cstr(&once), buf_cstr(&twice));
		}
	}
}

static void expect_missing(const char *url, const char *wanted)
{
	CLEANUP(buf_free) struct buf b = {};
	struct utm missing = utm_missing(str_of(url), &spring);
	buf_add_tagged(&b, str_of(url), &missing);
	assert_string_equal(buf_cstr(&b), wanted);
}

/* What somebody tagged by hand stays; an empty value is none. */
static void test_missing(void **state)
{
	expect_missing("https://example.com/a?utm_medium=mail&b=c", "https://example.com/a?utm_medium=mail&b=c&utm_source=mastodon&utm_campaign=Printemps%20%C3%A9t%C3%A9%202027%20%21");
	expect_missing("https://example.com/a?utm_source=x&utm_medium=y&utm_campaign=z", "https://example.com/a?utm_source=x&utm_medium=y&utm_campaign=z");
	expect_missing("https://example.com/a?utm_source=x&utm_medium&utm_campaign=z", "https://example.com/a?utm_source=x&utm_medium=social&utm_campaign=z");
	expect_missing("https://example.com/a#?utm_source=x&utm_medium=y", "https://example.com/a?" TAGS "#?utm_source=x&utm_medium=y");
}

static void expect_word(const char *text, const char *wanted)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_utm_word(&b, str_of(text));
	assert_string_equal(buf_cstr(&b), wanted);
}

static void test_words(void **state)
{
	expect_word("Printemps, été 2027 !", "printemps-ete-2027");
	expect_word("  «Pain_du» dimanche ", "pain_du-dimanche");
	expect_word("…", "");
	expect_word("\xff" "a", "a");
}

static bool shorten(void *subject, struct str url, struct buf *b)
{
	int *count = subject;
	if (!link_leads_to(url, (struct str[]){S("example.com")}, 1))
		return false;
	buf_addf(b, "https://go.example.com/l/%d", ++*count);
	return true;
}

static void test_rewritten(void **state)
{
	CLEANUP(buf_free) struct buf b = {};
	int count = 0;
	assert_int_equal(buf_add_text_rewritten(&b, S("A https://www.example.com/a?b=c#d, https://other.fr/ et (http://example.com) example.com/x"), MARK_X, shorten, &count), 2);
	assert_string_equal(buf_cstr(&b), "A https://go.example.com/l/1, https://other.fr/ et (https://go.example.com/l/2) example.com/x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links), cmocka_unit_test(test_nothing_wanted), cmocka_unit_test(test_hosts), cmocka_unit_test(test_texts), cmocka_unit_test(test_any_text), cmocka_unit_test(test_missing), cmocka_unit_test(test_words),
		cmocka_unit_test(test_rewritten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
