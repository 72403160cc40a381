#include "test.h"

#include "base/buf.h"
#include "sys/gunzip.h"

#include <libdeflate.h>
#include <string.h>

static struct str packed(struct cx *cx, struct str text)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	char *at = arena_alloc(cx->arena, text.len + 1000);
	size_t len = libdeflate_gzip_compress(c, text.at, text.len, at, text.len + 1000);
	libdeflate_free_compressor(c);
	assert_true(len > 0);
	return (struct str){at, len};
}

static void test_gunzip(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str text;
	struct str one = packed(&cx, S("bonjour\n")), two = packed(&cx, S("merci\n"));
	assert_true(gunzip_recognised(one) && !gunzip_recognised(S("bonjour")) && !gunzip_recognised((struct str){}));
	assert_ok(&cx, gunzip(&cx, one, 1000, &text));
	assert_str(text, "bonjour\n");
	/* several members are one text */
	char both[200];
	memcpy(both, one.at, one.len);
	memcpy(both + one.len, two.at, two.len);
	assert_ok(&cx, gunzip(&cx, (struct str){both, one.len + two.len}, 1000, &text));
	assert_str(text, "bonjour\nmerci\n");
	/* far smaller than what it holds */
	char *zeros = arena_alloc(arena, 5000000);
	struct str bomb = packed(&cx, (struct str){zeros, 5000000});
	assert_ok(&cx, gunzip(&cx, bomb, 5000000, &text));
	assert_int_equal(text.len, 5000000);
	assert_err(gunzip(&cx, bomb, 4999999, &text), ERR_TOO_LARGE);
}

static void test_damaged(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str text = S("untouched"), whole = packed(&cx, S("a text that is long enough to be damaged in several places, several places"));
	for (size_t len = 0; len < whole.len; len++)
		assert_err(gunzip(&cx, str_head(whole, len), 1000, &text), ERR_BAD_INPUT);
	for (size_t at = 10; at < whole.len; at++) { /* the checksum finds it */
		char *copy = (char *)arena_cstr(arena, whole);
		copy[at] ^= 0x41;
		assert_true(gunzip(&cx, (struct str){copy, whole.len}, 1000, &text) != OK);
	}
	assert_str(text, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_gunzip), cmocka_unit_test(test_damaged)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
