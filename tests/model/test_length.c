#include "test.h"

#include "model/length.h"

#include <jansson.h>
#include <stdlib.h>

/* The same cases are the browser's: tests/play/length.mjs. */
static void test_units(void **state)
{
	char path[800];
	const char *source = getenv("PARVIS_SOURCE");
	snprintf(path, sizeof path, "%s/tests/model/length_cases.json", source ? source : ".");
	json_t *file = json_load_file(path, 0, NULL);
	const json_t *one;
	size_t index;
	assert_non_null(file);
	json_array_foreach(json_object_get(file, "cases"), index, one)
		for (enum text_unit unit = 0; unit < TEXT_UNIT_COUNT; unit++) {
			const char *text = json_string_value(json_object_get(one, "text"));
			size_t length = text_length(unit, str_of(text)), wanted = (size_t)json_integer_value(json_object_get(one, text_unit_word(unit)));
			if (length != wanted)
				fail_msg("“%s” has %zu %s, not %zu", text, length, text_unit_word(unit), wanted);
		}
	assert_true(index > 20);
	json_decref(file);
}

static void test_broken(void **state) /* no text of a browser */
{
	static const size_t wanted[] = {2, 2, 2, 2, 2, 4};
	for (enum text_unit unit = 0; unit < TEXT_UNIT_COUNT; unit++)
		assert_int_equal(text_length(unit, S("\xff\xfe")), wanted[unit]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_units), cmocka_unit_test(test_broken)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
