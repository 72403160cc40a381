/* What became of a text, word by word: small cases as people read them; and of any two texts, the pieces make up both. */
#include "test.h"

#include "base/buf.h"
#include "model/diff.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *before, *after, *told;
} cases[] = {
	{"", "", ""},
	{"one two", "one two", "one two"},
	{"", "new", "{+new}"},
	{"old", "", "{-old}"},
	{"one two three", "one 2 three", "one {-two}{+2} three"},
	{"one three", "one two three", "one {+two }three"},
	{"one two three", "one three", "one {-two }three"},
	{"We open at nine.", "We open at nine. Come", "We open at nine.{+ Come}"},
	{"a b c d", "x b c y", "{-a}{+x} b c {-d}{+y}"},
	{"Chers clients, réservez", "Réservez", "{-Chers clients, réservez}{+Réservez}"},
};

static struct str both_made(struct arena *arena, const struct diff_piece *pieces, size_t count, enum diff_kind without)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++)
		if (pieces[i].kind != without)
			buf_add(&b, pieces[i].text);
	return buf_keep(&b, arena);
}

static void test_small(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf told = {};
		struct diff_piece *pieces;
		size_t count = diff_words(arena, str_of(cases[i].before), str_of(cases[i].after), &pieces);
		for (size_t n = 0; n < count; n++)
			buf_addf(&told, pieces[n].kind == DIFF_SAME ? "%.*s" : pieces[n].kind == DIFF_GONE ? "{-%.*s}" : "{+%.*s}", STR_ARG(pieces[n].text));
		assert_string_equal(buf_cstr(&told), cases[i].told);
	}
}

static struct str random_text(struct arena *arena, u64 *seed, size_t words, u64 kinds)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < words; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		buf_addf(&b, "w%d ", (int)((*seed >> 33) % kinds));
	}
	return buf_keep(&b, arena);
}

static void test_any(void **state)
{
	u64 seed = 7;
	(void)state;
	for (size_t i = 0; i < 300; i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct diff_piece *pieces;
		struct str before = random_text(arena, &seed, i % 41, 3 + i % 9), after = random_text(arena, &seed, (i * 7) % 53, 3 + i % 9);
		size_t count = diff_words(arena, before, after, &pieces);
		assert_true(str_eq(both_made(arena, pieces, count, DIFF_NEW), before));
		assert_true(str_eq(both_made(arena, pieces, count, DIFF_GONE), after));
	}
}

/* Two long texts that have nothing in common: told whole, in little memory. */
static void test_far_apart(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	u64 seed = 1;
	struct diff_piece *pieces;
	(void)state;
	struct str before = random_text(arena, &seed, 3000, 1000000), after = random_text(arena, &seed, 3000, 1000000);
	size_t bytes = arena_bytes(arena), count = diff_words(arena, before, after, &pieces);
	assert_int_equal(count, 3); /* gone, come, and the white space at the end */
	assert_true(arena_bytes(arena) - bytes < 4 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_far_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
