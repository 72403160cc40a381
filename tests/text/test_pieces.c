/* Pieces by a tokenizer.json: byte pairs joined in their order, unigrams cut the likeliest way, the model's ends around; what is not known is
 * refused; any bytes do, in bounded time. (tests/play/backends.mjs holds all three ways to another implementation.) */
#include "test.h"

#include "base/chance.h"
#include "base/clock.h"
#include "text/pieces.h"

#define ENDS "\"post_processor\":{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",1],\"cls\":[\"<s>\",0]}"
#define PAIRS                                                                                                                  \
	"{\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}," ENDS ",\"model\":{\"type\":\"BPE\",\"vocab\":{\"<s>\":0,\"</s>\":1,"    \
	"\"l\":2,\"o\":3,\"w\":4,\"\xc4\xa0\":5,\"lo\":6,\"low\":7,\"\xc4\xa0low\":8,\"'\":9,\"s\":10,\"\xc3\x83\":11,\"\xc2\xa9\":12,\"\xc4\xa0\xc4\xa0\":13},"          \
	"\"merges\":[\"l o\",\"lo w\",[\"\xc4\xa0\",\"low\"],\"\xc4\xa0 \xc4\xa0\"]}}"
#define UNIGRAMS                                                                                                               \
	"{\"normalizer\":{\"type\":\"Precompiled\"},\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"\xe2\x96\x81\",\"prepend_scheme\":\"always\"}," ENDS           \
	",\"model\":{\"type\":\"Unigram\",\"unk_id\":2,\"vocab\":[[\"<s>\",0],[\"</s>\",0],[\"<unk>\",0],[\"\xe2\x96\x81\",-2],[\"a\",-2],[\"b\",-2],[\"ab\",-3],"          \
	"[\"\xe2\x96\x81" "a\",-3.5],[\"fi\",-4]]}}"

static void assert_pieces(const char *description, const char *text, const char *expected)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(buf_free) struct buf said = {};
	struct pieces *p;
	i64 ids[32];
	assert_ok(&cx, pieces_open(&cx, str_of(description), &p));
	size_t count = pieces_read(p, arena, str_of(text), ids, COUNT(ids));
	for (size_t i = 0; i < count; i++) {
		buf_adds(&said, i ? " " : "");
		buf_add(&said, pieces_word(p, ids[i]));
	}
	assert_string_equal(buf_cstr(&said), expected);
}

static void test_byte_pairs(void **state)
{
	assert_pieces(PAIRS, "low", "<s> low </s>");
	assert_pieces(PAIRS, "low low's", "<s> low \xc4\xa0low ' s </s>");
	assert_pieces(PAIRS, "lol", "<s> lo l </s>");
	assert_pieces(PAIRS, "\xc3\xa9", "<s> \xc3\x83 \xc2\xa9 </s>"); /* é: two bytes, a letter each */
	assert_pieces(PAIRS, "l   low", "<s> l \xc4\xa0\xc4\xa0 \xc4\xa0low </s>"); /* the last space goes with the word */
	assert_pieces(PAIRS, "", "<s> </s>");
}

static void test_unigrams(void **state)
{
	assert_pieces(UNIGRAMS, "ab", "<s> \xe2\x96\x81 ab </s>"); /* -5; "▁a b" is -5.5 */
	assert_pieces(UNIGRAMS, "aab", "<s> \xe2\x96\x81" "a ab </s>");
	assert_pieces(UNIGRAMS, "  a \t b ", "<s> \xe2\x96\x81" "a \xe2\x96\x81 b </s>");
	assert_pieces(UNIGRAMS, "xyz", "<s> \xe2\x96\x81 <unk> </s>"); /* unknown ones in a row are one */
	assert_pieces(UNIGRAMS, "\xef\xac\x81", "<s> \xe2\x96\x81 fi </s>"); /* ﬁ */
	assert_pieces(UNIGRAMS, "</s>", "<s> \xe2\x96\x81 <unk> </s>");
}

static void test_what_is_not_known_is_refused(void **state)
{
	static const char *const refused[] = {
		"", "[]", "{}", "{\"model\":{}}", "{\"model\":{\"type\":\"WordLevel\"},\"pre_tokenizer\":{}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"normalizer\":{\"type\":\"NFC\"},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}",
		"{\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[3]}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":4000000000},\"merges\":[]}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\",\"vocab\":{\"a\":0},\"merges\":[]}}",
		"{\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"\xe2\x96\x81\"},\"model\":{\"type\":\"Unigram\",\"unk_id\":9,\"vocab\":[[\"a\",0]]}}",
		"{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"post_processor\":{\"type\":\"BertProcessing\",\"cls\":[\"a\",7]},\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}",
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct pieces *p;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct cx cx = cx_new(arena);
		assert_int_equal(pieces_open(&cx, str_of(refused[i]), &p), ERR_BAD_INPUT);
		assert_true(cx.story[0]);
	}
}

static void test_any_bytes_in_bounded_time(void **state)
{
	static const char *const descriptions[] = {PAIRS, UNIGRAMS};
	struct chance chance = {11};
	for (size_t d = 0; d < COUNT(descriptions); d++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct cx cx = cx_new(arena);
		struct pieces *p;
		i64 ids[16];
		assert_ok(&cx, pieces_open(&cx, str_of(descriptions[d]), &p));
		for (int round = 0; round < 2000; round++) {
			char bytes[64];
			size_t len = chance_below(&chance, sizeof bytes);
			for (size_t i = 0; i < len; i++)
				bytes[i] = (char)chance_below(&chance, 256);
			size_t count = pieces_read(p, arena, (struct str){bytes, len}, ids, COUNT(ids));
			assert_in_range(count, 1, COUNT(ids));
			for (size_t i = 0; i < count; i++)
				assert_in_range(ids[i], 0, pieces_size(p) - 1);
		}
		CLEANUP(buf_free) struct buf text = {};
		while (text.len < 1000000)
			buf_adds(&text, "lol");
		i64 before = time_worked();
		assert_in_range(pieces_read(p, arena, buf_str(&text), ids, COUNT(ids)), 1, COUNT(ids));
		assert_in_range(time_worked() - before, 0, 2 * SECOND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byte_pairs), cmocka_unit_test(test_unigrams), cmocka_unit_test(test_what_is_not_known_is_refused),
		cmocka_unit_test(test_any_bytes_in_bounded_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
