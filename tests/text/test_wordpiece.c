/* Pieces of a text as BERT models know them: cleaned, lowered, without accents, Han apart, signs apart, the longest piece first; whatever the bytes. */
#include "test.h"

#include "base/chance.h"
#include "base/utf8.h"
#include "text/wordpiece.h"

#include <string.h>

static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\nthe\nhello\n!\ncafe\n##s\n中\n文\n[\n]\nsep\nmasse\nstrasse\n.\n##e\nHello\nCafé\n$\n";

static struct wordpiece *open_words(struct cx *cx, bool lower)
{
	struct wordpiece *w;
	assert_ok(cx, wordpiece_open(cx, str_of(vocabulary), lower, &w));
	return w;
}

static void assert_pieces(struct cx *cx, bool lower, struct str text, const char *expected)
{
	struct wordpiece *w = open_words(cx, lower);
	CLEANUP(buf_free) struct buf said = {};
	i64 ids[32];
	size_t count = wordpiece_read(w, text, ids, COUNT(ids));
	for (size_t i = 0; i < count; i++) {
		buf_adds(&said, i ? " " : "");
		buf_add(&said, wordpiece_piece(w, ids[i]));
	}
	assert_string_equal(buf_cstr(&said), expected);
}

static void test_pieces(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	assert_pieces(&cx, true, S("Unaffable"), "[CLS] un ##aff ##able [SEP]");
	assert_pieces(&cx, true, S("  HELLO\tthe\n hello!! "), "[CLS] hello the hello ! ! [SEP]");
	assert_pieces(&cx, true, S("CAFÉ cafe\xcc\x81s"), "[CLS] cafe cafe ##s [SEP]");
	assert_pieces(&cx, true, S("中文the"), "[CLS] 中 文 the [SEP]");
	assert_pieces(&cx, true, S("the unaffablex"), "[CLS] the [UNK] [SEP]");
	assert_pieces(&cx, true, S(""), "[CLS] [SEP]");
	assert_pieces(&cx, true, S("hel\xc2\xadlo\xe2\x80\x8b the\xef\xbf\xbd"), "[CLS] hello the [SEP]"); /* soft hyphen, joiner of no width, broken bytes */
	assert_pieces(&cx, true, S("Stra\xc3\x9f" "e"), "[CLS] [UNK] [SEP]");   /* ß stays ß, as where the models come from */
	assert_pieces(&cx, true, S("hello\xe3\x80\x82"), "[CLS] hello [UNK] [SEP]"); /* an ideographic full stop stands apart */
	assert_pieces(&cx, true, S("$the"), "[CLS] $ the [SEP]");
}

static void test_case_is_kept_where_asked(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	assert_pieces(&cx, false, S("Hello hello HELLO Café"), "[CLS] Hello hello [UNK] Café [SEP]");
}

static void test_words_of_the_vocabulary_in_a_text_are_text(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	assert_pieces(&cx, true, S("hello [SEP] the"), "[CLS] hello [ sep ] the [SEP]");
}

static void test_it_is_cut(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct wordpiece *w = open_words(&cx, true);
	CLEANUP(buf_free) struct buf text = {};
	i64 ids[8];
	for (int i = 0; i < 100000; i++)
		buf_adds(&text, "hello ");
	assert_int_equal(wordpiece_read(w, buf_str(&text), ids, 8), 8);
	assert_true(str_eq(wordpiece_piece(w, ids[7]), S("[SEP]")));
	assert_int_equal(wordpiece_read(w, buf_str(&text), ids, 2), 2);
	buf_clear(&text);
	for (int i = 0; i < 101; i++)
		buf_adds(&text, "e");
	assert_int_equal(wordpiece_read(w, buf_str(&text), ids, 8), 3); /* too long for a word */
	assert_true(str_eq(wordpiece_piece(w, ids[1]), S("[UNK]")));
}

static void test_a_vocabulary_without_its_marks(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct wordpiece *w;
	assert_int_equal(wordpiece_open(&cx, S("hello\n[UNK]\n[CLS]\n"), true, &w), ERR_BAD_INPUT);
	assert_int_equal(wordpiece_open(&cx, S(""), true, &w), ERR_BAD_INPUT);
}

static void test_any_bytes(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct wordpiece *w = open_words(&cx, true);
	struct chance chance = {7};
	for (int round = 0; round < 2000; round++) {
		char bytes[64];
		i64 ids[16];
		size_t len = chance_below(&chance, sizeof bytes);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)chance_below(&chance, 256);
		size_t count = wordpiece_read(w, (struct str){bytes, len}, ids, COUNT(ids));
		assert_in_range(count, 2, COUNT(ids));
		for (size_t i = 0; i < count; i++)
			assert_in_range(ids[i], 0, wordpiece_size(w) - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces), cmocka_unit_test(test_case_is_kept_where_asked), cmocka_unit_test(test_words_of_the_vocabulary_in_a_text_are_text),
		cmocka_unit_test(test_it_is_cut), cmocka_unit_test(test_a_vocabulary_without_its_marks), cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
