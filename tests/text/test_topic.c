/* Topics found among texts made of words of three subjects; copies with small changes; anything as bytes. */
#include "test.h"

#include "base/buf.h"
#include "base/chance.h"
#include "text/topic.h"
#include "text/vocabulary.h"

#include <string.h>

#define EACH 60u

static const char *const subjects[][8] = {
	{"livraison", "retard", "colis", "transporteur", "commande", "camion", "adresse", "suivi"},
	{"allergie", "noix", "gluten", "sésame", "composition", "étiquette", "traces", "lait"},
	{"horaires", "ouvert", "dimanche", "fermé", "matin", "boutique", "lundi", "vacances"},
};

static struct str made(struct arena *arena, struct chance *luck, size_t subject)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < 6; i++)
		buf_addf(&b, "%s %s ", i % 2 ? "est-ce que" : "pour la", subjects[subject][chance_below(luck, 8)]);
	return buf_keep(&b, arena);
}

static void test_subjects_are_told_apart(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct chance luck = {7};
	struct str texts[3 * EACH + 3];
	for (size_t i = 0; i < 3 * EACH; i++)
		texts[i] = made(arena, &luck, i % 3);
	texts[3 * EACH] = S("");
	texts[3 * EACH + 1] = S("https://parvis.example @camille 2026 !!!");
	texts[3 * EACH + 2] = S("\xff\xfe\xf0");
	for (size_t wanted = 0; wanted <= 3; wanted += 3) {
		struct topics t, again;
		topics_of(arena, texts, COUNT(texts), wanted, &t);
		assert_true(t.count >= 3);
		if (wanted)
			assert_int_equal(t.count, 3);
		for (size_t i = 0; wanted && i < 3 * EACH; i++)
			assert_int_equal(t.of[i], t.of[i % 3]);
		if (wanted) {
			assert_int_not_equal(t.of[0], t.of[1]);
			assert_int_not_equal(t.of[1], t.of[2]);
		}
		for (size_t i = 3 * EACH; i < COUNT(texts); i++)
			assert_int_equal(t.of[i], TOPIC_NONE);
		for (size_t i = 0; i < t.count; i++) {
			size_t subject = t.items[i].typical % 3, own = 0;
			struct str rest = t.items[i].name;
			assert_true(rest.len > 0);
			while (rest.len) { /* each word of a name is of its subject */
				struct str word = str_trim(str_cut(&rest, ','));
				own = 0;
				for (size_t w = 0; w < 8; w++)
					own += str_eq(word, str_of(subjects[subject][w]));
				assert_int_equal(own, 1);
			}
		}
		topics_of(arena, texts, COUNT(texts), wanted, &again);
		assert_int_equal(again.count, t.count);
		assert_memory_equal(again.of, t.of, COUNT(texts) * sizeof *t.of);
	}
}

/* Words are shown as most texts write them, and whole: no "brioché" for a slip of one, no "quelqu" of quelqu’un; greetings tell nothing. */
static void test_words_are_shown_as_people_write_them(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const struct str texts[] = {S("Bonjour, la Brioché du marché, quelqu’un ?"), S("Salut, quelqu’un a goûté la brioche du marché ?"), S("bonjour, brioche et salut")};
	struct vocabulary v;
	vocabulary_of(arena, texts, COUNT(texts), &v);
	assert_int_equal(v.term_count, 2);
	assert_str(v.terms[0].word, "brioche");
	assert_int_equal(v.terms[0].texts, 3);
	assert_str(v.terms[1].word, "marché");
}

static void test_nothing_to_tell(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct topics t;
	struct copies c;
	static const struct str texts[] = {{"", 0}, {"the", 3}, {"\xff", 1}};
	for (size_t count = 0; count <= COUNT(texts); count++) {
		topics_of(arena, texts, count, 0, &t);
		assert_int_equal(t.count, 0);
		copies_of(arena, texts, count, 0.7, &c);
		assert_int_equal(c.count, 0);
	}
}

static void test_copies(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const char *const texts[] = {
		"Boycottez cette enseigne qui maltraite ses salariés depuis des années, faites passer le message autour de vous",
		"Le pain était très bon ce matin, merci à toute l'équipe de la boutique",
		"BOYCOTTEZ cette enseigne qui maltraite ses salaries depuis des années, faites passer le message autour de vous !!! https://x.example/1",
		"Boycottez cette enseigne qui maltraite ses salariés depuis des années, faites donc passer ce message autour de vous @ami",
		"Merci beaucoup",
		"merci beaucoup !",
		"Merci",
		"Le pain était trop cuit hier soir et la vendeuse n'a rien voulu savoir",
	};
	struct str list[COUNT(texts)];
	struct copies c;
	for (size_t i = 0; i < COUNT(texts); i++)
		list[i] = str_of(texts[i]);
	copies_of(arena, list, COUNT(texts), 0.6, &c);
	static const u32 wanted[] = {0, TOPIC_NONE, 0, 0, 4, 4, TOPIC_NONE, TOPIC_NONE};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (c.of[i] != wanted[i])
			fail_msg("text %zu is of %u, not %u", i, c.of[i], wanted[i]);
	assert_int_equal(c.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects_are_told_apart),
		cmocka_unit_test(test_words_are_shown_as_people_write_them),
		cmocka_unit_test(test_nothing_to_tell),
		cmocka_unit_test(test_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
