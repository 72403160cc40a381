/* Hashtags of texts: each once whatever its capitals and accents are; how words are parted in one. */
#include "../base/test.h"

#include "model/hashtag.h"

static void test_found(void **state)
{
	struct arena *arena = arena_new();
	struct hashtag list[3];
	size_t count = 0;
	(void)state;
	hashtags_add(arena, S("Du #Pain, du #levain.\n#pain #ÉTÉ C# a#b #42"), list, &count, 3);
	assert_int_equal(count, 3);
	assert_true(str_eq(list[0].tag, S("Pain")) && str_eq(list[0].key, S("pain")) && str_eq(list[1].tag, S("levain")) && str_eq(list[2].tag, S("ÉTÉ")) && str_eq(list[2].key, S("ete")));
	hashtags_add(arena, S("#more"), list, &count, 3);
	assert_int_equal(count, 3);
	count = 0;
	hashtags_add(arena, S("\xff#\xff #"), list, &count, 3);
	assert_int_equal(count, 0);
	arena_free(arena);
}

static void test_words(void **state)
{
	struct arena *arena = arena_new();
	static const char *const parted[] = {"PainAuLevain", "painAuLevain", "AprèsMidi", "aÉ"}, *const whole[] = {"pain", "Pain", "PAIN", "", "42", "パン"};
	(void)state;
	for (size_t i = 0; i < COUNT(parted); i++)
		assert_true(hashtag_is_parted(str_of(parted[i])));
	for (size_t i = 0; i < COUNT(whole); i++)
		assert_false(hashtag_is_parted(str_of(whole[i])));
	assert_true(str_eq(hashtag_of_words(arena, S("pain au levain")), S("PainAuLevain")));
	assert_true(str_eq(hashtag_of_words(arena, S("l’été à Saint-Étienne, 2027 !")), S("LÉtéÀSaintÉtienne2027")));
	assert_true(str_eq(hashtag_of_words(arena, S(" -- ")), S("")));
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_words)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
