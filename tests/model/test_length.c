#include "test.h"

#include "model/length.h"

#include <string.h>

static void test_units(void **state)
{
	static const struct {
		const char *text;
		size_t characters, graphemes, utf16, bytes, fediverse, weighted;
	} cases[] = {
		{"", 0, 0, 0, 0, 0, 0},
		{"Bonjour", 7, 7, 7, 7, 7, 7},
		{"é", 1, 1, 1, 2, 1, 1},
		{"e\u0301", 2, 1, 2, 3, 1, 1}, /* X composes first */
		{"日本語", 3, 3, 3, 9, 3, 6},
		{"👍", 1, 1, 2, 4, 1, 2},
		{"👩‍👩‍👧‍👦", 7, 1, 11, 25, 1, 2},
		{"🇫🇷!", 3, 2, 5, 9, 2, 3},
		{"1\uFE0F\u20E3", 3, 1, 3, 7, 1, 2},
		{"see https://example.org/a/very/long/path?that=goes&on=1.", 56, 56, 56, 56, 28, 28},
		{"http://a.b", 10, 10, 10, 10, 23, 23},
		{"xhttp://a.b", 11, 11, 11, 11, 11, 11}, /* part of a word is no address */
		{"@ana@social.example:18001 hi", 28, 28, 28, 28, 7, 28},
		{"mail ana@example.org", 20, 20, 20, 20, 20, 20},
		{"@ana hi", 7, 7, 7, 7, 7, 7},
		{"http://", 7, 7, 7, 7, 7, 7},
		{"\xff\xfe", 2, 2, 2, 2, 2, 4},
		{"हिन्दी", 6, 3, 6, 18, 3, 6},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str text = str_of(cases[i].text);
		const size_t wanted[] = {cases[i].characters, cases[i].graphemes, cases[i].utf16, cases[i].bytes, cases[i].fediverse, cases[i].weighted};
		for (enum text_unit unit = 0; unit < TEXT_UNIT_COUNT; unit++)
			if (text_length(unit, text) != wanted[unit])
				fail_msg("“%s” has %zu %s, not %zu", cases[i].text, text_length(unit, text), text_unit_word(unit), wanted[unit]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_units)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
