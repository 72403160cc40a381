#include "test.h"

#include "base/buf.h"
#include "model/search.h"

static struct cx *cx;

static struct search_words read(const char *text)
{
	struct search_words words;
	struct search_fault fault;
	if (!search_read(cx->arena, str_of(text), &words, &fault))
		fail_msg("“%s” is refused: %s", text, fault.story);
	return words;
}

static void test_terms(void **state)
{
	struct search_words w = read("  Crème -\"pain aux NOIX\" brio*  l'eau ");
	assert_int_equal(w.count, 4);
	assert_int_equal(w.wanted, 3);
	assert_str(w.terms[0].words, "creme");
	assert_str(w.terms[1].words, "pain aux noix");
	assert_true(w.terms[1].is_excluded && !w.terms[0].is_excluded);
	assert_str(w.terms[2].words, "brio");
	assert_true(w.terms[2].is_prefix && !w.terms[3].is_prefix);
	assert_str(w.terms[3].words, "l eau");
	assert_int_equal(read("").count, 0);
	assert_int_equal(read("pain !!! - 🙂").count, 1);
	w = read("\"pain aux noi\"*");
	assert_true(w.count == 1 && w.terms[0].is_prefix);
}

static void test_faults_point(void **state)
{
	const struct {
		const char *text, *at, *mended;
	} cases[] = {
		{"brioche \"sans gluten", "\"sans gluten", "brioche \"sans gluten\""},
		{"brioche \"", "\"", "brioche"},
		{"pain bri*che", "bri*che", "pain bri*"},
		{"-bri*che", "-bri*che", "-bri*"},
		{"*oche pain", "*oche", "oche pain"},
		{"un br* pain", "br*", "un br pain"},
		{"!!! ?", "!!!", ""},
		{"a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff gg hh", "gg hh",
		 "a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct search_words words;
		struct search_fault fault = {};
		struct str text = str_of(cases[i].text);
		if (search_read(cx->arena, text, &words, &fault))
			fail_msg("“%s” is taken", cases[i].text);
		assert_true(fault.at.at >= text.at && fault.at.at + fault.at.len <= text.at + text.len);
		assert_str(fault.at, cases[i].at);
		assert_str(fault.mended, cases[i].mended);
		if (fault.mended.len)
			assert_true(search_read(cx->arena, fault.mended, &words, &fault)); /* what is offered is right */
	}
}

static void test_matches(void **state)
{
	const struct {
		const char *query, *text, *matches;
	} cases[] = {
		{"pain", "Du pain, du PAIN ; pas de campaign ni pains.", "pain|PAIN|"},
		{"brio*", "Une brioche ? Brió.", "brioche|Brió|"},
		{"\"pain aux noix\"", "Pain aux noix, pain aux raisins", "Pain aux noix|"},
		{"pain -noix", "noix et pain", "pain|"},
		{"sesame", "Du sésame", "sésame|"},
		{"rien", "du tout", ""},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct search_words words = read(cases[i].query);
		struct str rest = str_of(cases[i].text), match;
		CLEANUP(buf_free) struct buf found = {};
		while (search_next_match(&words, &rest, &match)) {
			buf_add(&found, match);
			buf_addc(&found, '|');
		}
		assert_str(buf_str(&found), cases[i].matches);
		assert_int_equal(rest.len, 0);
	}
}

int main(void)
{
	struct arena *arena = arena_new();
	struct cx context = {.arena = arena};
	cx = &context;
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_terms), cmocka_unit_test(test_faults_point), cmocka_unit_test(test_matches)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
