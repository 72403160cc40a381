/* What is wrong with a post is found, and what is right is left alone: cases.json, a sentence a line, through the door of `parvis
 * parse post`; then what the run itself promises: bounds, order, levels, exceptions, the same answer twice. */
#include "test.h"

#include "base/json_text.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "check/check.h"
#include "sys/spell.h"
#include "web/asset.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct parser parser_post;

static struct str text_of(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);
	return (struct str){json_string_value(value), json_string_length(value)};
}

static json_t *cases(struct cx *cx)
{
	json_error_t where;
	struct str path = arena_printf(cx->arena, "%s/tests/check/cases.json", getenv("PARVIS_SOURCE") ? getenv("PARVIS_SOURCE") :
		".");
	json_t *list = json_load_file(path.at, JSON_REJECT_DUPLICATES, &where);
	if (!list)
		fail_msg("%s, line %d: %s", path.at, where.line, where.text);
	return list;
}

static void check_post_of(struct cx *cx, const json_t *post, struct buf *out)
{
	struct str text = arena_json(cx->arena, post, JSON_COMPACT);
	assert_ok(cx, parser_post.read(cx, text, out));
	assert_true(buf_ok(out));
}

/* A finding of this check with what the case says of it. */
static bool is_told(const json_t *one, struct str findings)
{
	struct str check = text_of(one, "check"), on = text_of(one, "on"), level = text_of(one, "level");
	bool any = false, wants = json_is_true(json_object_get(one, "fires"));
	while (findings.len) {
		struct str line = str_line(&findings);
		json_t *f = json_loadb(line.at, line.len, 0, NULL);
		assert_non_null(f);
		if (str_eq(text_of(f, "check"), check)) {
			assert_true(text_of(f, "reason").len > 10 && text_of(f, "remedy").len > 5 && text_of(f, "key").len);
			any |= !wants || ((!on.len || str_eq(text_of(f, "excerpt"), on)) &&
				(!level.len || str_eq(text_of(f, "level"), level)));
		}
		json_decref(f);
	}
	return any;
}

static void test_sentences(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	json_t *list = cases(&cx), *one;
	size_t index, wrong = 0;
	json_array_foreach(list, index, one)
	{
		CLEANUP(buf_free) struct buf out = {};
		bool wants = json_is_true(json_object_get(one, "fires"));
		assert_non_null(check_kind_of(text_of(one, "check")));
		check_post_of(&cx, json_object_get(one, "post"), &out);
		if (is_told(one, buf_str(&out)) == wants)
			continue;
		wrong++;
		print_error("%s %s: %s\n%.*s", wants ? "should find" : "should leave alone",
			json_string_value(json_object_get(one, "check")),
			    arena_json(arena, json_object_get(one, "post"), JSON_COMPACT).at, STR_ARG(buf_str(&out)));
	}
	json_decref(list);
	assert_int_equal(wrong, 0);
}

/* Each check has a sentence that it finds and one that it leaves alone, in French and in English. */
static void test_every_check_has_sentences(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	json_t *list = cases(&cx), *one;
	size_t index;
	for (size_t i = 0; i < check_kind_count; i++) {
		unsigned there = 0;
		struct str word = str_of(check_kinds[i]->word);
		json_array_foreach(list, index, one)
			if (str_eq(text_of(one, "check"), word))
				there |= 1u << (2 * str_eq(text_of(one, "lang"),
					S("fr")) + json_is_true(json_object_get(one, "fires")));
		/* of one language: found in it, left alone in both */
		unsigned wanted = str_ends(word, S("-fr")) ? 0xD : str_ends(word, S("-en")) ? 0x7 : 0xF;
		if ((there & wanted) != wanted)
			fail_msg("%s lacks a sentence (%x)", check_kinds[i]->word, there);
	}
	json_decref(list);
}

static void test_kinds_are_whole(void **state)
{
	assert_true(check_kind_count >= 20);
	for (size_t i = 0; i < check_kind_count; i++) {
		const struct check_kind *k = check_kinds[i];
		assert_true(k->title[0] && k->about[0] && k->look && strstr(k->file, "check/") && k->level != CHECK_OFF);
		assert_ptr_equal(check_kind_of(str_of(k->word)), k);
		assert_true(k->level < CHECK_BLOCK || k->may_block);
	}
	assert_null(check_kind_of(S("nothing")));
}

static void read_page(struct arena *arena, const char *name, struct buf *page)
{
	struct str path = arena_printf(arena, "%s/%s", getenv("PARVIS_SOURCE") ? getenv("PARVIS_SOURCE") : ".", name);
	FILE *file = fopen(path.at, "r");
	size_t got;
	char *room;
	if (!file)
		fail_msg("%s cannot be read", path.at);
	while ((room = buf_room(page, 4096)) && (got = fread(room, 1, 4096, file)) > 0)
		buf_grew(page, got);
	fclose(file);
}

/* The pages for people list every check with the level it has. */
static void test_pages_list_them(void **state)
{
	static const char *const pages[] = {"docs/checks.md", "docs/verifications.md"};
	static const char *const levels[][CHECK_LEVELS] = {{"off", "inform", "warn", "block"}, {"éteint", "informer", "avertir", "bloquer"}};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	for (size_t p = 0; p < COUNT(pages); p++) {
		CLEANUP(buf_free) struct buf page = {};
		read_page(arena, pages[p], &page);
		for (size_t i = 0; i < check_kind_count; i++) {
			struct str row = arena_printf(arena, "| `%s` | ", check_kinds[i]->word);
			struct str level = arena_printf(arena, " | %s | ", levels[p][check_kinds[i]->level]);
			ptrdiff_t at = str_find(buf_str(&page), row);
			if (at < 0)
				fail_msg("%s does not list %s", pages[p], check_kinds[i]->word);
			struct str rest = str_skip(buf_str(&page), (size_t)at), line = str_cut(&rest, '\n');
			if (str_find(line, level) < 0)
				fail_msg("%s: %s is not “%s”", pages[p], check_kinds[i]->word, levels[p][check_kinds[i]->level]);
		}
	}
}

/* What a page shows of a sentence is what is said of it in its language. */
static void check_shown(struct cx *cx, const char *name, struct str page, const char *say, const json_t *one)
{
	CLEANUP(buf_free) struct buf out = {};
	struct str check = text_of(one, "check"), on = text_of(one, "on"), level = text_of(one, "level");
	json_t *post = json_deep_copy(json_object_get(one, "post"));
	json_object_set_new(post, "say", json_string(say));
	check_post_of(cx, post, &out);
	struct str sentence = arena_str(cx->arena, text_of(post, "text"));
	json_decref(post);
	for (struct str rest = buf_str(&out); rest.len;) {
		struct str line = str_line(&rest);
		json_t *f = json_loadb(line.at, line.len, 0, NULL);
		bool meant = str_eq(text_of(f, "check"), check) && (!on.len || str_eq(text_of(f, "excerpt"), on)) &&
			(!level.len || str_eq(text_of(f, "level"), level));
		const json_t *with = json_array_get(json_object_get(f, "replacements"), 0);
		struct str row = arena_printf(cx->arena, "| `%.*s` | %.*s | %.*s%s%s |", STR_ARG(check), STR_ARG(sentence), STR_ARG(text_of(f, "reason")),
			with ? " → " : "", with ? json_string_value(with) : "");
		json_decref(f);
		if (!meant)
			continue;
		if (getenv("PARVIS_PRINT"))
			printf("%.*s\n", STR_ARG(row));
		else if (str_find(page, row) < 0)
			fail_msg("%s does not show: %s", name, row.at);
		return;
	}
}

/* The first sentence in the language of the page, else the first: PARVIS_PRINT=1 prints the rows as they are to be. */
static void check_page(struct cx *cx, const char *name, const char *lang)
{
	CLEANUP(buf_free) struct buf page = {};
	json_t *list = cases(cx), *one;
	size_t index;
	read_page(cx->arena, name, &page);
	for (size_t i = 0; i < check_kind_count; i++) {
		const json_t *shown = NULL;
		struct check_example example;
		json_array_foreach(list, index, one)
		{
			struct str text = text_of(json_object_get(one, "post"), "text");
			bool may = str_eq(text_of(one, "check"), str_of(check_kinds[i]->word)) && json_is_true(json_object_get(one, "fires")) &&
				text.len && str_find_byte(text, '|') < 0 && str_find_byte(text, '\n') < 0;
			if (may && (!shown || (str_eq(text_of(one, "lang"), str_of(lang)) && !str_eq(text_of(shown, "lang"), str_of(lang)))))
				shown = one;
		}
		assert_non_null(shown);
		check_shown(cx, name, buf_str(&page), lang, shown);
		/* and the settings show a sentence that the check really finds something in */
		assert_true(check_example(check_kinds[i], lang, &example) && example.sentence.len && example.remedy.len);
		bool is_case = false;
		json_array_foreach(list, index, one)
			is_case |= str_eq(text_of(one, "check"), str_of(check_kinds[i]->word)) && json_is_true(json_object_get(one, "fires")) &&
				str_eq(text_of(json_object_get(one, "post"), "text"), example.sentence);
		if (!is_case)
			fail_msg("share/checks/examples.tsv: %s, %s is no sentence of cases.json", check_kinds[i]->word, lang);
	}
	json_decref(list);
}

static void test_pages_show_what_is_said(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	asset_add_catalogues();
	check_page(&cx, "docs/checks.md", "en");
	check_page(&cx, "docs/verifications.md", "fr");
}

/* ---- the run ---- */

static struct findings run_text(struct cx *cx, const char *lang, struct str text, const struct check_setting *settings,
	size_t setting_count, const struct check_exception *exceptions,
				size_t exception_count)
{
	struct check_text *one = arena_new_of(cx->arena, struct check_text);
	struct findings findings;
	one->text = text;
	struct check_post post = {.lang = str_of(lang), .texts = one, .text_count = 1, .zone = S("UTC")};
	check_run(cx, &post, settings, setting_count, exceptions, exception_count, &findings);
	return findings;
}

static size_t count_of(const struct findings *findings, const char *check, enum finding_level *ret_level)
{
	size_t count = 0;
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->items[i].kind->word, check) == 0) {
			count++;
			*ret_level = findings->items[i].level;
		}
	return count;
}

static void test_levels(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	enum finding_level level = CHECK_OFF;
	struct str text = S("Venez voir le le four.");
	struct findings f = run_text(&cx, "fr", text, NULL, 0, NULL, 0);
	assert_int_equal(count_of(&f, "doubled", &level), 1);
	assert_int_equal(level, CHECK_WARN);
	struct check_setting block = {S("doubled"), CHECK_BLOCK}, off = {S("doubled"), CHECK_OFF},
		inform = {S("doubled"), CHECK_INFORM};
	f = run_text(&cx, "fr", text, &block, 1, NULL, 0);
	assert_int_equal(count_of(&f, "doubled", &level), 1);
	assert_int_equal(level, CHECK_BLOCK);
	assert_int_equal(f.worst, CHECK_BLOCK);
	assert_int_equal(f.of[CHECK_BLOCK], 1);
	f = run_text(&cx, "fr", text, &inform, 1, NULL, 0);
	assert_int_equal(f.worst, CHECK_INFORM);
	f = run_text(&cx, "fr", text, &off, 1, NULL, 0);
	assert_int_equal(f.count, 0);
	assert_int_equal(f.worst, CHECK_OFF);
}

/* An exception silences one word in one context; the same word elsewhere is still told. */
static void test_exceptions(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	enum finding_level level;
	struct str text = S("Chers clients, la boutique ferme. Merci, chers clients, de votre aide.");
	struct findings f = run_text(&cx, "fr", text, NULL, 0, NULL, 0);
	assert_int_equal(count_of(&f, "inclusive-fr", &level), 2);
	struct check_exception here = {S("inclusive-fr"), f.items[0].key, f.items[0].context},
		all = {S("inclusive-fr"), f.items[0].key, {}}, other = {S("spelling"), f.items[0].key, {}};
	assert_str(here.key, "chers clients");
	assert_str(here.context, "| la boutique");
	assert_str(f.items[0].replacements[0], "Chères clientes, chers clients"); /* with the capital that stood there */
	assert_str(f.items[1].replacements[0], "chères clientes, chers clients");
	f = run_text(&cx, "fr", text, NULL, 0, &here, 1);
	assert_int_equal(count_of(&f, "inclusive-fr", &level), 1);
	assert_true(f.items[0].place.from > 30);
	f = run_text(&cx, "fr", text, NULL, 0, &all, 1);
	assert_int_equal(count_of(&f, "inclusive-fr", &level), 0);
	f = run_text(&cx, "fr", text, NULL, 0, &other, 1);
	assert_int_equal(count_of(&f, "inclusive-fr", &level), 2);
}

/* Code points and bytes of a place are the same place. */
static void test_places(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str text = S("Été 🎄 à l’école : « voilà » le le pain, et et puis 👩‍🍳 la la fin");
	struct findings f = run_text(&cx, "fr", text, NULL, 0, NULL, 0);
	size_t seen = 0;
	for (size_t i = 0; i < f.count; i++) {
		const struct check_place *p = &f.items[i].place;
		if (strcmp(f.items[i].kind->word, "doubled") != 0)
			continue;
		seen++;
		assert_int_equal(p->start, utf8_count(str_head(text, p->from)));
		assert_int_equal(p->end, utf8_count(str_head(text, p->to)));
	}
	assert_int_equal(seen, 3);
}

static void add_times(struct buf *b, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_adds(b, text);
}

/* Nothing but faults, at any length: bounded, in order, and the same twice. */
static void test_bounds(void **state)
{
	static const char *const faults[] = {"le le ", "qqzz ", "{a} ", "80 % des ", "🎉🎉🎉 a ", "LA PLUIE TOMBE TOUT DROIT. a ",
		"#lesmisesajour ", "\xff\xc3 ", "http://a.fr ", "((((0612345678 ", "les handicapés "};
	for (size_t n = 0; n < COUNT(faults); n++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf text = {}, first = {}, second = {};
		struct cx cx = cx_new(arena);
		add_times(&text, faults[n], 90000 / strlen(faults[n]));
		struct findings a = run_text(&cx, "fr", buf_str(&text), NULL, 0, NULL, 0),
			b = run_text(&cx, "fr", buf_str(&text), NULL, 0, NULL, 0);
		assert_true(a.count <= CHECK_OF_ALL);
		for (size_t i = 0; i < a.count; i++) {
			assert_true(a.items[i].place.to <= CHECK_BYTES);
			assert_true(!i || a.items[i - 1].level >= a.items[i].level);
			buf_add_finding(&first, &a.items[i]);
			buf_add_finding(&second, &b.items[i]);
		}
		assert_int_equal(a.count, b.count);
		assert_true(str_eq(buf_str(&first), buf_str(&second)));
		assert_true(utf8_valid(buf_str(&first)));
	}
}

static void test_nothing(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct check_post post = {};
	struct findings f;
	check_run(&cx, &post, NULL, 0, NULL, 0, &f);
	assert_int_equal(f.count, 0);
	f = run_text(&cx, "fr", S(""), NULL, 0, NULL, 0);
	assert_int_equal(f.count, 0);
}

/* ---- the dictionary ---- */

static void test_missing_dictionary(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	enum finding_level level = CHECK_OFF;
	struct findings f = run_text(&cx, "xx", S("Demat d’an holl, ha degemer mat."), NULL, 0, NULL, 0);
	assert_int_equal(count_of(&f, "spelling", &level), 1);
	assert_int_equal(level, CHECK_INFORM);
	assert_null(spell_of(S("../fr")));
	assert_null(spell_of(S("")));
}

static void test_near_words(void **state)
{
	static const struct {
		const char *lang, *slip, *meant;
	} slips[] = {{"fr", "qualitee", "qualité"}, {"fr", "evenement", "événement"}, {"fr", "accueuil", "accueil"},
		{"fr", "proffessionel", "professionnel"}, {"fr", "tranport", "transport"},
		{"fr", "bonjuor", "bonjour"}, {"fr", "addresse", "adresse"}, {"en", "recieve", "receive"},
			{"en", "definately", "definitely"}, {"en", "accomodation", "accommodation"}};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(slips); i++) {
		struct str words[CHECK_REPLACEMENTS];
		struct spell *spell = spell_of(str_of(slips[i].lang));
		assert_non_null(spell);
		size_t count = spell_near(spell, arena, str_of(slips[i].slip), words, CHECK_REPLACEMENTS);
		bool found = false;
		for (size_t n = 0; n < count; n++)
			found |= str_eq(words[n], str_of(slips[i].meant));
		if (!found)
			fail_msg("%s is not proposed for %s", slips[i].meant, slips[i].slip);
	}
}

static void test_more_proposals(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str words[CHECK_REPLACEMENTS];
	size_t count = check_suggest(&cx, S("en-GB"), S("profesionaly"), words);
	assert_true(count >= 1 && count <= CHECK_REPLACEMENTS);
	assert_str(words[0], "professionally");
	assert_int_equal(check_suggest(&cx, S("xx"), S("profesionaly"), words), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),    cmocka_unit_test(test_every_check_has_sentences),
			cmocka_unit_test(test_kinds_are_whole), cmocka_unit_test(test_levels),
		cmocka_unit_test(test_exceptions),   cmocka_unit_test(test_places),
			cmocka_unit_test(test_bounds),          cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_missing_dictionary), cmocka_unit_test(test_near_words),
			cmocka_unit_test(test_more_proposals),
		cmocka_unit_test(test_pages_list_them),
		cmocka_unit_test(test_pages_show_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
