/* What fits, and where a text is cut into a thread. */
#include "test.h"

#include "base/utf8.h"
#include "model/fit.h"

#include <stdlib.h>

static void expect_fit(enum text_unit unit, size_t most, const char *text, size_t length, i64 remaining, bool fits)
{
	struct fit f = text_fit(unit, most, str_of(text));
	if (f.length != length || f.remaining != remaining || f.fits != fits)
		fail_msg("“%s”: %zu, %lld, %d", text, f.length, (long long)f.remaining, f.fits);
}

static void test_fits(void **state)
{
	expect_fit(TEXT_WEIGHTED, 280, "Voir https://www.example.com/une/longue/adresse", 28, 252, true);
	expect_fit(TEXT_GRAPHEMES, 5, "👩‍👩‍👧‍👦👩‍👩‍👧‍👦é!", 4, 1, true);
	expect_fit(TEXT_FEDIVERSE, 5, "@ana@host.example", 4, 1, true);
	expect_fit(TEXT_CHARACTERS, 5, "été...!", 7, -2, false);
	expect_fit(TEXT_BYTES, 0, "été", 5, 0, true);
	expect_fit(TEXT_WEIGHTED, 280, "a\uFEFF", 3, 277, false);
}

static void expect_thread(enum text_unit unit, size_t most, enum thread_number number, const char *text, const char *wanted)
{
	static const char ends[] = "!~wsnp";
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf b = {};
	struct thread_part *parts = NULL;
	size_t count = thread_cut(arena, unit, most, str_of(text), S("fr"), number, &parts);
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf sent = {};
		buf_add_thread_part(&sent, parts, count, i, number);
		assert_int_equal(parts[i].length, text_length(unit, buf_str(&sent)));
		assert_true(parts[i].length <= most);
		buf_addf(&b, "%s%.*s %c", i ? " | " : "", STR_ARG(buf_str(&sent)), ends[parts[i].why]);
	}
	if (!str_eq(buf_str(&b), str_of(wanted)))
		fail_msg("“%s” at %zu:\n%s\ninstead of\n%s", text, most, buf_cstr(&b), wanted);
}

static void test_threads(void **state)
{
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "", "");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, " \n ", "");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_NUMBERED, " Tout tient ici. ", "Tout tient ici. p");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "Une phrase ici. Une autre là.", "Une phrase ici. s | Une autre là. p");
	expect_thread(TEXT_CHARACTERS, 22, THREAD_NUMBERED, "Une phrase ici. Une autre là. Et la fin.", "Une phrase ici. 1/3 s | Une autre là. 2/3 s | Et la fin. 3/3 p");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "Un mot\n\nPuis un autre paragraphe", "Un mot\n\nPuis un w | autre paragraphe p");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "Un mot de plus\n\nPuis un autre", "Un mot de plus p | Puis un autre p");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "Un mot de plus\nPuis un autre", "Un mot de plus n | Puis un autre p");
	expect_thread(TEXT_CHARACTERS, 12, THREAD_PLAIN, "Rendez-vous à M. Dupont", "Rendez-vous w | à M. Dupont p");
	expect_thread(TEXT_CHARACTERS, 11, THREAD_PLAIN, "Chers amis ! Enfin", "Chers w | amis ! s | Enfin p");
	expect_thread(TEXT_CHARACTERS, 11, THREAD_PLAIN, "Le mot « oui » aussi", "Le mot w | « oui » w | aussi p");
	expect_thread(TEXT_CHARACTERS, 10, THREAD_PLAIN, "anticonstitutionnellement dit", "anticonsti ~ | tutionnell ~ | ement dit p");
}

static void test_marks_stay_whole(void **state)
{
	expect_thread(TEXT_WEIGHTED, 30, THREAD_PLAIN, "Le programme : https://www.example.com/a/b-c/d/e-f#g complet", "Le programme : w | https://www.example.com/a/b-c/d/e-f#g w | complet p");
	expect_thread(TEXT_CHARACTERS, 16, THREAD_PLAIN, "Avec #fête_de_la_ville demain", "Avec w | #fête_de_la_vill ! | e ! | demain p");
	expect_thread(TEXT_CHARACTERS, 18, THREAD_PLAIN, "Avec #fête_de_la_ville demain", "Avec w | #fête_de_la_ville w | demain p");
	expect_thread(TEXT_FEDIVERSE, 10, THREAD_PLAIN, "Salut, @ana@un.tres.long.example !", "Salut, w | @ana@un.tres.long.example ! p");
}

static void test_scripts(void **state)
{
	expect_thread(TEXT_GRAPHEMES, 4, THREAD_PLAIN, "👩‍👩‍👧‍👦👩🏽‍🚀🇫🇷🎉👍🏽✌🏿", "👩‍👩‍👧‍👦👩🏽‍🚀🇫🇷🎉 w | 👍🏽✌🏿 p");
	expect_thread(TEXT_GRAPHEMES, 7, THREAD_PLAIN, "e\u0301te\u0301 a\u0300 Be\u0301ziers", "e\u0301te\u0301 a\u0300 w | Be\u0301ziers p");
	expect_thread(TEXT_WEIGHTED, 20, THREAD_PLAIN, "今日は晴れです。明日は雨でしょう。", "今日は晴れです。 s | 明日は雨でしょう。 p");
	expect_thread(TEXT_CHARACTERS, 20, THREAD_PLAIN, "مرحبا بكم في باريس. نراكم غدا؟ نعم", "مرحبا بكم في باريس. s | نراكم غدا؟ نعم p");
	expect_thread(TEXT_CHARACTERS, 12, THREAD_PLAIN, "Ouvert à 18 h 40 ce soir", "Ouvert à 18 w | h 40 ce soir p");
	expect_thread(TEXT_CHARACTERS, 14, THREAD_PLAIN, "Ouvert à 18\u00A0h\u00A040 ce soir", "Ouvert à w | 18\u00A0h\u00A040 ce w | soir p");
}

static void test_no_room(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct thread_part *parts = NULL;
	assert_int_equal(thread_cut(arena, TEXT_CHARACTERS, 0, S("abc"), S(""), THREAD_PLAIN, &parts), 0);
	assert_int_equal(thread_cut(arena, TEXT_CHARACTERS, 4, S("abcde"), S(""), THREAD_NUMBERED, &parts), 0);
	assert_int_equal(thread_cut(arena, TEXT_BYTES, 2, S("日本"), S(""), THREAD_PLAIN, &parts), 0);
	assert_int_equal(thread_cut(arena, TEXT_CHARACTERS, 1, S("ab c"), S(""), THREAD_PLAIN, &parts), 3);
}

/* A text of nothing but empty lines between two words takes no time. */
static void test_much_space(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf b = {};
	struct thread_part *parts = NULL;
	buf_adds(&b, "mot");
	for (int i = 0; i < 250000; i++)
		buf_addc(&b, '\n');
	buf_adds(&b, "fin");
	assert_int_equal(thread_cut(arena, TEXT_CHARACTERS, 10, buf_str(&b), S("fr"), THREAD_NUMBERED, &parts), 2);
	assert_int_equal(parts[0].why, THREAD_END_PARAGRAPH);
}

/* Any text: no part is too long, none overlaps, and nothing but white space is left out. */
static void test_nothing_is_lost(void **state)
{
	static const char *const bits[] = {"mot ", "phrase. ", "\n", "\n\n", "https://example.com/a/b ", "@ana ", "@ana@host.example ", "#été ", "日本", "👩‍👩‍👧 ", "e\u0301", " !", "« ", " »", "\xff", "longuement", "\u00A0", "example.fr", "."};
	srand(11);
	for (int round = 0; round < 1500; round++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf b = {};
		for (int n = rand() % 60; n > 0; n--)
			buf_adds(&b, bits[(size_t)rand() % COUNT(bits)]);
		struct str text = buf_str(&b);
		enum text_unit unit = (enum text_unit)(rand() % TEXT_UNIT_COUNT);
		enum thread_number number = rand() % 2 ? THREAD_NUMBERED : THREAD_PLAIN;
		size_t most = 40 + (size_t)rand() % 60, at = 0;
		struct thread_part *parts = NULL;
		size_t count = thread_cut(arena, unit, most, text, S("fr"), number, &parts);
		for (size_t i = 0; i < count; i++) {
			CLEANUP(buf_free) struct buf sent = {};
			buf_add_thread_part(&sent, parts, count, i, number);
			assert_true(text_length(unit, buf_str(&sent)) <= most);
			assert_true(parts[i].from >= at && parts[i].to > parts[i].from && parts[i].why != THREAD_END_FORCED);
			assert_true(str_eq(parts[i].text, str_head(str_skip(text, parts[i].from), parts[i].to - parts[i].from)));
			assert_int_equal(parts[i].start, utf8_count(str_head(text, parts[i].from)));
			for (struct str gap = str_head(str_skip(text, at), parts[i].from - at); gap.len;) {
				u32 code = utf8_next(&gap);
				assert_true(code == ' ' || code == '\n' || code == 0xA0);
			}
			at = parts[i].to;
		}
		for (struct str gap = str_skip(text, at); gap.len;) {
			u32 code = utf8_next(&gap);
			assert_true(code == ' ' || code == '\n' || code == 0xA0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits), cmocka_unit_test(test_threads), cmocka_unit_test(test_marks_stay_whole), cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_no_room), cmocka_unit_test(test_much_space), cmocka_unit_test(test_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
