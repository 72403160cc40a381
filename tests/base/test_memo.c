#include "test.h"

#include "base/buf.h"
#include "base/memo.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define MANY 20000 /* more than there are places */

static struct str numbered(char room[64], const char *what, unsigned i)
{
	int len = snprintf(room, 64, "%s %u", what, i);
	return (struct str){room, (size_t)len};
}

static void test_what_is_found_was_made_from_this_key(void **state)
{
	char key[64], text[64];
	unsigned found = 0;
	for (unsigned i = 0; i < MANY; i++)
		memo_keep(numbered(key, "key", i), numbered(text, "text", i));
	for (unsigned i = 0; i < MANY; i++) {
		struct str kept = memo_find(numbered(key, "key", i));
		if (kept.len) {
			assert_true(str_eq(kept, numbered(text, "text", i)));
			found++;
		}
	}
	assert_in_range(found, 500, 1024); /* bounded, and in good use */
	assert_int_equal(memo_find(S("another")).len, 0);
}

static void test_the_newer_text_of_a_key_counts(void **state)
{
	memo_keep(S("a key"), S("before"));
	memo_keep(S("a key"), S("a text that is longer than the one before it"));
	assert_true(str_eq(memo_find(S("a key")), S("a text that is longer than the one before it")));
	memo_keep(S("a key"), S("after"));
	assert_true(str_eq(memo_find(S("a key")), S("after")));
	assert_int_equal(memo_find(S("a ke")).len, 0);
	assert_int_equal(memo_find(S("a keya")).len, 0); /* where the key ends belongs to it */
}

static void test_two_that_fall_together_stay(void **state)
{
	char one[64], two[64];
	unsigned pairs = 0;
	for (unsigned i = 0; i < 300; i++) {
		memo_keep(numbered(one, "left", i), S("left"));
		memo_keep(numbered(two, "right", i), S("right"));
		pairs += memo_find(numbered(one, "left", i)).len && memo_find(numbered(two, "right", i)).len;
	}
	assert_int_equal(pairs, 300);
}

static void test_too_long_is_not_kept(void **state)
{
	static char long_text[MEMO_TEXT_MAX];
	memset(long_text, 'x', sizeof long_text);
	memo_keep(S("long"), (struct str){long_text, sizeof long_text});
	assert_int_equal(memo_find(S("long")).len, 0);
	memo_keep(S("empty"), S(""));
	assert_int_equal(memo_find(S("empty")).len, 0);
}

static void *looks(void *found)
{
	*(size_t *)found = memo_find(S("of the first thread")).len;
	memo_keep(S("of the second"), S("text")); /* freed with it: the sanitizer looks */
	return NULL;
}

static void test_each_thread_has_its_own(void **state)
{
	pthread_t thread;
	size_t found = 1;
	memo_keep(S("of the first thread"), S("text"));
	assert_int_equal(pthread_create(&thread, NULL, looks, &found), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(found, 0);
	assert_int_equal(memo_find(S("of the second")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_found_was_made_from_this_key), cmocka_unit_test(test_the_newer_text_of_a_key_counts),
		cmocka_unit_test(test_two_that_fall_together_stay),	     cmocka_unit_test(test_too_long_is_not_kept),
		cmocka_unit_test(test_each_thread_has_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
