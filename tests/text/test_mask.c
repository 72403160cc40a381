/* What leaves the house does not tell who it is from or about: names we know, handles, addresses, long numbers. */
#include "test.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "text/mask.h"

#include <string.h>

static void assert_masked(const char *text, const char *expected)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const struct str names[] = {S("Marie-Hélène Dupont"), S("@jo.sh"), S("Ōe Kenzaburō"), S("王小明"), S("Al")};
	struct mask *mask = mask_new(arena, names, COUNT(names));
	CLEANUP(buf_free) struct buf out = {};
	mask_keep(mask, S("Parvis Café"));
	buf_add_masked(&out, mask, str_of(text));
	assert_string_equal(buf_cstr(&out), expected);
}

static void test_names(void **state)
{
	assert_masked("Bonjour Marie-Hélène, merci !", "Bonjour [name]-[name], merci !");
	assert_masked("MARIE HELENE DUPONT's order", "[name] [name] [name]'s order");
	assert_masked("he\xcc\x81le\xcc\x80ne et Mar\xe2\x80\x8bie", "[name] et [name]"); /* accents that stand apart; a joiner put inside */
	assert_masked("Marietta is not Marie", "Marietta is not [name]");
	assert_masked("Al said hi to kenzaburo", "Al said hi to [name]");
	assert_masked("我叫王小明。", "我叫[name]。");
}

static void test_handles_and_addresses(void **state)
{
	assert_masked("@someone and @else@example.social: hi", "[someone] and [someone]: hi");
}

static void test_addresses(void **state)
{
	assert_masked("write to jean.dupont+x@example.org.", "write to [address]");
	assert_masked("see https://example.org/u/12?me=1 or www.example.org now", "see [link] or [link] now");
	assert_masked("(http://a.example) example.org/marie ok", "([link] [link] ok");
	assert_masked("thanks u/some_body and /u/another", "thanks [someone] and [someone]");
	assert_masked("4.5/5 and/or 3/4", "4.5/5 and/or 3/4");
}

static void test_numbers(void **state)
{
	assert_masked("call +33 6 12 34 56 78 now", "call [number] now");
	assert_masked("06.12.34.56.78!", "[number]!");
	assert_masked("order 12345 costs 1 250,00 since 2019", "order 12345 costs 1 250,00 since 2019");
	assert_masked("IBAN FR76 3000 6000 0112 3456 7890 189", "IBAN [number]");
	assert_masked("٠١٢٣٤٥٦٧٨٩", "[number]");
}

static void test_the_rest_stays(void **state)
{
	assert_masked("It's TERRIBLE 😡 … never again!!! #fail", "It's TERRIBLE 😡 … never again!!! #fail");
	assert_masked("", "");
}

/* The worst lines cost no more than others. */
static void test_time_is_bounded(void **state)
{
	static const char *const pieces[] = {"a,", "@a", "1-", "a.", "/u/", "A1", "王", "://"};
	for (size_t p = 0; p < COUNT(pieces); p++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf text = {};
		CLEANUP(buf_free) struct buf out = {};
		static const struct str names[] = {S("王小明")};
		while (text.len < 400000)
			buf_adds(&text, pieces[p]);
		i64 before = time_worked();
		buf_add_masked(&out, mask_new(arena, names, COUNT(names)), buf_str(&text));
		assert_true(utf8_valid(buf_str(&out)));
		assert_in_range(time_worked() - before, 0, 8 * SECOND); /* a few tenths; square time would be hours */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_handles_and_addresses), cmocka_unit_test(test_addresses), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_the_rest_stays), cmocka_unit_test(test_time_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
