/* Questions grouped by what they ask, in other words too; the nearest of others; nothing to tell; anything as bytes. */
#include "test.h"

#include "text/alike.h"

static void test_asked_again(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	const struct str texts[] = {
		S("À quelle heure ouvrez-vous le dimanche ?"), S("Vous êtes ouverts dimanche ?"), S("Où est ma commande ?"), S("le magasin est-il ouvert dimanche matin"),
		S("Ma commande n'est pas arrivée, où en est-elle ?"), S("Is there gluten in the rye bread?"), S("Does your rye bread contain gluten?"), S("Vendez-vous des vélos ?"),
		S(""), S("\xff\xfe?"), S("https://parvis.example ?"),
	};
	struct alike a;
	alike_of(arena, texts, COUNT(texts), ALIKE_LEAST, &a);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.groups[0].texts, 3);
	assert_true(a.of[0] == a.of[1] && a.of[1] == a.of[3] && a.of[0] == 0);
	assert_true(a.of[2] == a.of[4] && a.of[5] == a.of[6] && a.of[2] != a.of[5]);
	for (size_t i = 7; i < COUNT(texts); i++)
		assert_int_equal(a.of[i], ALIKE_NONE);
	for (size_t g = 0; g < a.count; g++)
		assert_int_equal(a.of[a.groups[g].typical], g);
	struct alike again;
	alike_of(arena, texts, COUNT(texts), ALIKE_LEAST, &again);
	assert_memory_equal(a.of, again.of, sizeof(u32) * COUNT(texts));
}

static void test_same_words_are_one_group(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str texts[60];
	struct alike a;
	for (size_t i = 0; i < COUNT(texts); i++)
		texts[i] = i % 3 == 0 ? S("When do you open?") : i % 3 == 1 ? S("Where is my parcel?") : S("Can I pay by card?");
	alike_of(arena, texts, COUNT(texts), ALIKE_LEAST, &a);
	assert_int_equal(a.count, 3);
	for (size_t g = 0; g < 3; g++)
		assert_int_equal(a.groups[g].texts, 20);
	alike_of(arena, texts, 0, ALIKE_LEAST, &a);
	assert_int_equal(a.count, 0);
	alike_of(arena, texts, 1, ALIKE_LEAST, &a);
	assert_int_equal(a.count, 0);
}

/* What all of few texts have in common is no reason to part them. */
static void test_all_ask_the_same(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str texts[9];
	struct alike a;
	for (size_t i = 0; i < COUNT(texts); i++)
		texts[i] = i % 3 == 0 ? S("À quelle heure ouvrez-vous dimanche ?") : i % 3 == 1 ? S("vous êtes ouverts dimanche ?") : S("Bonjour, le magasin est-il ouvert dimanche matin ?");
	alike_of(arena, texts, COUNT(texts), ALIKE_LEAST, &a);
	assert_int_equal(a.count, 1);
	assert_int_equal(a.groups[0].texts, 9);
}

static void test_nearest(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	const struct str asked[] = {S("What are your opening hours on Sunday?"), S("Do you hire?"), S("")};
	const struct str replies[] = {S("Delivery: your order leaves within two days."), S("Hours: on Sundays we open from 8 to 13."), S("Thank you very much!")};
	struct nearest *near;
	nearest_of(arena, asked, COUNT(asked), replies, COUNT(replies), &near);
	assert_int_equal(near[0].other, 1);
	assert_true(near[0].likeness > 0.15 && near[0].likeness <= 1);
	assert_int_equal(near[1].other, ALIKE_NONE);
	assert_int_equal(near[2].other, ALIKE_NONE);
	nearest_of(arena, asked, COUNT(asked), replies, 0, &near);
	assert_int_equal(near[0].other, ALIKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked_again),
		cmocka_unit_test(test_same_words_are_one_group),
		cmocka_unit_test(test_all_ask_the_same),
		cmocka_unit_test(test_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
