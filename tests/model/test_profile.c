/* Which text of a kit is wanted where, and when what a network shows is the same. */
#include "test.h"

#include "model/profile.h"

#include <string.h>

static const struct profile_bio bios[] = {
	{{"fr", 2}, {"Une boulangerie de quartier, au levain, depuis 1987.", 52}},
	{{"fr", 2}, {"Du pain au levain.", 18}},
	{{"en", 2}, {"A corner bakery, sourdough, since 1987.", 39}},
};
static const struct profile_link links[] = {{{"Shop", 4}, {"https://example.org/shop", 24}}, {{"", 0}, {"https://example.org/jobs", 24}}};
static const struct profile_kit kit = {.name = {"Boulangerie du Parvis", 21}, .short_name = {"Le Parvis", 9}, .website = {"https://example.org", 19}, .bios = bios, .bio_count = 3, .links = links,
				       .link_count = 2};

static struct profile_want want(struct arena *arena, enum profile_field field, const char *lang, i64 most)
{
	struct profile_want w;
	profile_wanted(arena, &kit, field, str_of(lang), (struct str){}, &(struct profile_room){most, TEXT_CHARACTERS}, &w);
	return w;
}

#define IS(w, literal) assert_true(str_eq((w).text, S(literal)))

static void test_the_longest_that_fits(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct profile_want w = want(arena, PROFILE_ABOUT, "fr", 0);
	IS(w, "Une boulangerie de quartier, au levain, depuis 1987.");
	w = want(arena, PROFILE_ABOUT, "fr", 52);
	IS(w, "Une boulangerie de quartier, au levain, depuis 1987.");
	assert_true(!w.is_too_long && w.length == 52);
	w = want(arena, PROFILE_ABOUT, "fr-CA", 51);
	IS(w, "Du pain au levain.");
	assert_false(w.is_too_long);
	w = want(arena, PROFILE_ABOUT, "fr", 10); /* none fits: the shortest is told, with its length */
	IS(w, "Du pain au levain.");
	assert_true(w.is_too_long && w.length == 18);
	w = want(arena, PROFILE_ABOUT, "en", 0);
	IS(w, "A corner bakery, sourdough, since 1987.");
	w = want(arena, PROFILE_SHORT, "de", 40); /* no German: the kit's first language */
	IS(w, "Du pain au levain.");
	w = want(arena, PROFILE_NAME, "fr", 30);
	IS(w, "Boulangerie du Parvis");
	w = want(arena, PROFILE_NAME, "fr", 20);
	IS(w, "Le Parvis");
	w = want(arena, PROFILE_NAME, "fr", 5);
	assert_true(w.is_too_long && w.length == 9);
	w = want(arena, PROFILE_LINKS, "fr", 2); /* how many, not how long */
	IS(w, "https://example.org\nShop: https://example.org/shop");
	w = want(arena, PROFILE_PLACE, "fr", 0);
	assert_int_equal(w.text.len, 0);
}

static enum profile_state state_of(enum profile_field field, const char *own, const char *shown, i64 most)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct profile_want w;
	profile_wanted(arena, &kit, field, S("fr"), own ? (struct str){own, strlen(own)} : (struct str){}, &(struct profile_room){most, TEXT_CHARACTERS}, &w);
	return profile_compare(field, &w, str_of(shown));
}

static void test_states(void **state)
{
	assert_int_equal(state_of(PROFILE_NAME, NULL, "Boulangerie du Parvis", 0), PROFILE_SAME);
	assert_int_equal(state_of(PROFILE_NAME, NULL, " Boulangerie  du Parvis\r\n", 0), PROFILE_SAME);
	assert_int_equal(state_of(PROFILE_NAME, NULL, "boulangerie du parvis", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_NAME, NULL, "", 0), PROFILE_ABSENT);
	assert_int_equal(state_of(PROFILE_NAME, NULL, "Boulangerie", 5), PROFILE_TOO_LONG);
	assert_int_equal(state_of(PROFILE_NAME, "Le Parvis Lyon", "Le Parvis Lyon", 0), PROFILE_ON_PURPOSE);
	assert_int_equal(state_of(PROFILE_NAME, "Le Parvis Lyon", "Boulangerie du Parvis", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_NAME, "", "", 0), PROFILE_ON_PURPOSE); /* nothing, on purpose */
	assert_int_equal(state_of(PROFILE_NAME, "", "Le Parvis", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_PLACE, NULL, "Lyon", 0), PROFILE_UNSAID);
	assert_int_equal(state_of(PROFILE_WEBSITE, NULL, "https://EXAMPLE.org/", 0), PROFILE_SAME);
	assert_int_equal(state_of(PROFILE_WEBSITE, NULL, "http://example.org", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_WEBSITE, NULL, "https://example.org/fr", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_LINKS, NULL, "https://example.org/\nSHOP: https://example.org/shop\nhttps://example.org/jobs", 0), PROFILE_DIFFERS);
	assert_int_equal(state_of(PROFILE_LINKS, NULL, "Site: https://example.org/\n\nShop: https://example.org/shop\nJobs: https://example.org/jobs", 0), PROFILE_SAME);
	assert_int_equal(state_of(PROFILE_LINKS, NULL, "https://example.org\nShop: https://example.org/shop", 0), PROFILE_DIFFERS);
}

static void test_typed(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	const struct profile_bio *read;
	const struct profile_link *read_links;
	size_t count = profile_bios_read(arena, S("Du pain.\n\n[fr]\nUne ligne,\r\net [deux].\n\n[en]\n[pt-BR]\nPão.\n"), &read);
	assert_int_equal(count, 3); /* English says nothing */
	assert_true(!read[0].lang.len && str_eq(read[0].text, S("Du pain.")));
	assert_true(str_eq(read[1].lang, S("fr")) && str_eq(read[1].text, S("Une ligne,\r\net [deux].")));
	assert_true(str_eq(read[2].lang, S("pt-BR")) && str_eq(read[2].text, S("Pão.")));
	count = profile_bios_read(arena, profile_bios_text(arena, bios, 3), &read);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_eq(read[i].text, bios[i].text) && str_eq(read[i].lang, bios[i].lang));
	assert_int_equal(profile_bios_read(arena, S(""), &read), 0);
	assert_int_equal(profile_bios_read(arena, (struct str){}, &read), 0);
	assert_int_equal(profile_bios_read(arena, S("[fr]"), &read), 0);
	count = profile_links_read(arena, S("Shop, and more: https://example.org/a:b\n\n https://example.org \nShop: no"), &read_links);
	assert_int_equal(count, 3);
	assert_true(str_eq(read_links[0].label, S("Shop, and more")) && str_eq(read_links[0].url, S("https://example.org/a:b")));
	assert_true(!read_links[1].label.len && str_eq(read_links[1].url, S("https://example.org")));
	assert_true(str_eq(read_links[2].url, S("no")));
}

static void test_kept(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct profile_kit read, wrong = kit;
	profile_kit_read(arena, profile_kit_text(arena, &kit), &read);
	assert_true(str_eq(read.name, kit.name) && str_eq(read.short_name, kit.short_name) && str_eq(read.website, kit.website) && read.bio_count == 3 && read.link_count == 2);
	assert_true(str_eq(read.bios[2].text, bios[2].text) && str_eq(read.links[0].url, links[0].url));
	assert_int_equal(profile_kit_check(&cx, &read), OK);
	profile_kit_read(arena, S("rubbish"), &read);
	assert_true(!read.name.len && !read.bio_count);
	wrong.website = S("example.org");
	assert_int_equal(profile_kit_check(&cx, &wrong), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "website");
	wrong.website = S("javascript:alert(1)");
	assert_int_equal(profile_kit_check(&cx, &wrong), ERR_BAD_INPUT);
	wrong = kit;
	wrong.name = S("  ");
	assert_int_equal(profile_kit_check(&cx, &wrong), ERR_BAD_INPUT);
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		enum profile_field field;
		assert_true(profile_field_of(str_of(profile_field_word((enum profile_field)i)), &field) && (int)field == i && profile_field_title(field)[0]);
	}
}

static void test_sketches(void **state)
{
	static char one[PROFILE_SKETCH], other[PROFILE_SKETCH];
	memset(other, 7, sizeof other);
	assert_int_equal(profile_sketch_distance((struct str){one, sizeof one}, (struct str){other, sizeof other}), 700);
	assert_int_equal(profile_sketch_distance((struct str){one, sizeof one}, (struct str){one, sizeof one}), 0);
	assert_int_equal(profile_sketch_distance((struct str){one, sizeof one}, (struct str){}), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_longest_that_fits), cmocka_unit_test(test_states), cmocka_unit_test(test_typed), cmocka_unit_test(test_kept),
					   cmocka_unit_test(test_sketches)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
