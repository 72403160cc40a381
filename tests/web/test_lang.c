#include "../base/test.h"

#include "base/lang.h"
#include "web/mustache.h"

#include <string.h>

/* A .mo file as msgfmt writes it: pairs sorted by original, NULs (here '|') between plural forms. */
static struct str catalogue(struct arena *arena, const char *const (*pairs)[2], u32 count)
{
	struct buf *b = buf_in_arena(arena);
	struct buf *texts = buf_in_arena(arena);
	u32 head[7] = {0x950412deu, 0, count, 28, 28 + count * 8, 0, 28 + count * 16};
	buf_add_bytes(b, head, sizeof head);
	for (u32 column = 0; column < 2; column++)
		for (u32 i = 0; i < count; i++) {
			u32 place[2] = {(u32)strlen(pairs[i][column]), 28 + count * 16 + (u32)texts->len};
			buf_add_bytes(b, place, sizeof place);
			for (const char *at = pairs[i][column]; *at; at++)
				buf_addc(texts, *at == '|' ? '\0' : *at);
			buf_addc(texts, '\0');
		}
	buf_add(b, buf_str(texts));
	return buf_str(b);
}

static const char *const french[][2] = {
	{"", "Content-Type: text/plain; charset=UTF-8\n"},
	{"<b>{{a}}</b> of {{b}}", "de {{b}}, <b>{{a}}</b>"},
	{"A long text over lines", "Un long texte"},
	{"Broken", "Cass{{#x}}é"},
	{"No {{#x}}x{{/x}}", "Non {{^x}}y{{/x}}"},
	{"Reply", "Répondre"},
	{"one message|{{count}} messages", "{{count}} message|{{count}} messages !"},
};

static struct arena *catalogue_arena;

static int set_up(void **state)
{
	catalogue_arena = arena_new();
	struct str mo = catalogue(catalogue_arena, french, COUNT(french));
	for (size_t len = 0; len < mo.len; len++) /* cut short it is none, and is not read beyond its end */
		if (lang_add("xx", arena_str(catalogue_arena, str_head(mo, len)).at, len))
			return -1;
	return lang_add("fr", mo.at, mo.len) ? 0 : -1;
}

static int tear_down(void **state)
{
	arena_free(catalogue_arena);
	return 0;
}

static void test_texts(void **state)
{
	assert_true(lang_known(S("fr")) && lang_known(S("en")) && !lang_known(S("xx")) && !lang_known(S("f")) && !lang_known(S("")));
	assert_string_equal(lang_of(S("fr")), "fr");
	assert_string_equal(lang_of(S("de")), "en");
	assert_string_equal(tr("fr", "Reply"), "Répondre");
	assert_string_equal(tr("fr", "Repl"), "Repl");
	assert_string_equal(tr("fr", ""), "");
	assert_string_equal(tr(NULL, "Reply"), "Reply");
	assert_string_equal(tr_n("fr", "one message", "{{count}} messages", 0), "{{count}} message");
	assert_string_equal(tr_n("fr", "one message", "{{count}} messages", 2), "{{count}} messages !");
	assert_string_equal(tr_n("en", "one message", "{{count}} messages", 0), "{{count}} messages");
}

static void test_plural(void **state)
{
	assert_true(lang_plural("en", 0) && !lang_plural("en", 1) && lang_plural("en", 2) && lang_plural("en", -1));
	assert_true(!lang_plural("fr", 0) && !lang_plural("fr", 1) && lang_plural("fr", 2));
	assert_true(!lang_plural("fr", -1) && lang_plural("fr", -2));
	assert_true(lang_plural(NULL, 0) && !lang_plural(NULL, 1));
}

static bool one_template(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	*ret_source = str_of(subject);
	return str_eq(name, S("page"));
}

static struct str rendered(struct arena *arena, const char *lang, const char *text, json_t *data)
{
	struct cx cx = cx_new(arena);
	struct template_set *set = template_set_new(one_template, (void *)text, false);
	struct buf *out = buf_in_arena(arena);
	enum err error = template_render(&cx, set, S("page"), lang, &data, 1, out);
	template_set_free(set);
	return error == OK ? buf_str(out) : arena_str(arena, str_of(cx.story));
}

static void test_templates(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	json_t *data = json_pack("{s:s, s:i, s:b}", "a", "<", "b", 2, "x", 0);
	assert_str(rendered(arena, "fr", "<p title=\"{{#_}}Reply{{/_}}\"> {{# _ }} Reply\n{{/ _ }} </p>\n", data),
		   "<p title=\"Répondre\"> Répondre </p>\n");
	assert_str(rendered(arena, "en", "{{#_}}Reply{{/_}}", data), "Reply");
	assert_str(rendered(arena, "de", "{{#_}}Reply{{/_}}", data), "Reply");
	assert_str(rendered(arena, "fr", "a\n  {{#_}}\n  A long\n\ttext over  lines\n  {{/_}}\nb\n", data), "a\n  Un long texte\nb\n");
	assert_str(rendered(arena, "fr", "{{#_}}<b>{{a}}</b> of {{b}}{{/_}}", data), "de 2, <b>&lt;</b>");
	assert_str(rendered(arena, "en", "{{#_}}<b>{{a}}</b>\n of {{b}}{{/_}}", data), "<b>&lt;</b> of 2");
	assert_str(rendered(arena, "fr", "{{#_}}No {{#x}}x{{/x}}{{/_}}", data), "Non y");
	assert_str(rendered(arena, "fr", "{{#_}}Unknown {{b}}{{/_}}", data), "Unknown 2");
	assert_str(rendered(arena, "fr", "{{#_}}Broken{{/_}}", data),
		   "Template page, line 1: a section is not closed within the text to be translated (Cass{{#x}}é).");
	assert_str(rendered(arena, "fr", "{{=[ ]=}}[#_]Reply[/_]", data), "Répondre");
	json_decref(data);
}

static void test_plural_templates(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const char page[] = "{{#list}}{{#_n.count}}one message|{{count}}\n messages{{/_n.count}};{{/list}}";
	json_t *data = json_pack("{s:[{s:i}, {s:i}, {s:i}, {s:f}, {s:s}, {s:[i]}, {s:[]}, {}]}", "list", "count", 0, "count", 1, "count", 2,
				 "count", 1.5, "count", "1", "count", 7, "count");
	assert_str(rendered(arena, "en", page, data), "0 messages;one message;2 messages;1.5 messages;one message;one message; messages; messages;");
	assert_str(rendered(arena, "fr", page, data),
		   "0 message;1 message;2 messages !;1.5 message;1 message; message; message; message;");
	json_decref(data);
	data = json_pack("{s:{s:i}, s:s}", "a", "b", 1, "c", "x");
	assert_str(rendered(arena, "en", "{{#_n.a.b}}<i title=\"{{c}}|\">|{{a.b}}{{/_n.a.b}}", data),
		   "Template page, line 1: a plural needs two forms with one | between them (_n.a.b).");
	assert_str(rendered(arena, "en", "{{#_n.a.b}}{{#a}}{{b}}{{/a}} x|many{{/_n.a.b}}", data), "1 x");
	json_decref(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_plural),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_plural_templates),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
