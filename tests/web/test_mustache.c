#include "../base/test.h"

#include "base/lang.h"
#include "web/mustache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A source over a JSON object: name -> text. */
static bool from_object(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	json_t *text = json_object_getn(subject, name.at, name.len);
	if (!json_is_string(text))
		return false;
	*ret_source = (struct str){json_string_value(text), json_string_length(text)};
	return true;
}

/* What `page` of the templates (JSON text) gives over `data` (JSON text), or the story of its failure. */
static struct str rendered(struct arena *arena, const char *templates, const char *data, const char *lang, const char *block)
{
	struct cx cx = cx_new(arena);
	json_error_t error;
	json_t *object = json_loads(templates, 0, &error), *context = json_loads(data, JSON_DECODE_ANY, &error);
	if (!object || !context)
		fail_msg("%s: %s", error.text, object ? data : templates);
	struct template_set *set = template_set_new(from_object, object, false);
	struct buf *out = buf_in_arena(arena);
	out->max = 100000;
	enum err err = block ? template_render_block(&cx, set, S("page"), str_of(block), lang, &context, 1, out)
			     : template_render(&cx, set, S("page"), lang, &context, 1, out);
	template_set_free(set);
	json_decref(object);
	json_decref(context);
	if (err == OK)
		return buf_str(out);
	assert_int_equal(out->len, 0);
	return arena_str(arena, str_of(cx.story));
}

#define assert_page(page, data, expected) assert_str(rendered(arena, "{\"page\": \"" page "\"}", data, "en", NULL), expected)

/* ---- the specification ---- */

static void run_case(const char *file, json_t *test)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	json_t *templates = json_object_get(test, "partials") ? json_deep_copy(json_object_get(test, "partials")) : json_object();
	json_object_set(templates, "the page", json_object_get(test, "template"));
	json_t *data = json_object_get(test, "data");
	for (int fresh = 0; fresh < 2; fresh++) {
		struct template_set *set = template_set_new(from_object, templates, fresh);
		for (int again = 0; again < 2; again++) {
			struct buf *out = buf_in_arena(arena);
			assert_ok(&cx, template_render(&cx, set, S("the page"), "en", &data, 1, out));
			if (!str_eq(buf_str(out), str_of(json_string_value(json_object_get(test, "expected")))))
				fail_msg("%s: %s\ntemplate: %s\nexpected: %s\nrendered: %.*s", file,
					 json_string_value(json_object_get(test, "name")),
					 json_string_value(json_object_get(test, "template")),
					 json_string_value(json_object_get(test, "expected")), STR_ARG(buf_str(out)));
		}
		template_set_free(set);
	}
	json_decref(templates);
}

static void test_specification(void **state)
{
	static const struct {
		const char *file;
		size_t least; /* cases: a file cut short must not pass */
	} files[] = {{"comments", 12}, {"delimiters", 14}, {"interpolation", 42}, {"inverted", 22}, {"partials", 12},
		     {"sections", 34}, {"~inheritance", 27}, {"~dynamic-names", 21}};
	size_t count = 0;
	for (size_t f = 0; f < COUNT(files); f++) {
		char path[512];
		snprintf(path, sizeof path, "%s/tests/web/mustache/%s.json", getenv("PARVIS_SOURCE"), files[f].file);
		json_error_t error;
		json_t *file = json_load_file(path, 0, &error), *tests = json_object_get(file, "tests"), *test;
		if (!file)
			fail_msg("%s: %s", path, error.text);
		assert_true(json_array_size(tests) >= files[f].least);
		size_t i;
		json_array_foreach(tests, i, test)
			run_case(files[f].file, test);
		count += json_array_size(tests);
		json_decref(file);
	}
	print_message("%zu cases of the specification\n", count);
}

/* ---- beyond it ---- */

static void test_values(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	assert_page("{{a}}|{{b}}|{{c}}|{{d}}|{{e}}|{{f}}|{{g}}",
		    "{\"a\": true, \"b\": false, \"c\": null, \"d\": 1e21, \"e\": 0.1, \"f\": {}, \"g\": [1]}", "true|false||1e+21|0.1||");
	assert_page("{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}{{#e}}e{{/e}}",
		    "{\"a\": \"\", \"b\": 0, \"c\": {}, \"d\": 0.0, \"e\": \"0\"}", "ce");
	assert_page("{{a}} {{{a}}}", "{\"a\": \"<a href='x'>\\\"&\"}", "&lt;a href=&#39;x&#39;&gt;&quot;&amp; <a href='x'>\"&");
	assert_page("{{a}}", "{\"a\": -9223372036854775808}", "-9223372036854775808");
}

static void test_layout(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	static const char templates[] =
		"{\"layout\": \"<title>{{$title}}Parvis{{/title}}</title>\\n<main>\\n  {{$content}}\\n  {{/content}}\\n</main>\\n\","
		" \"card\": \"[{{$title}}no title{{/title}}: {{$body}}{{/body}}]\\n\","
		" \"page\": \"{{<layout}}\\n{{$title}}Inbox {{n}}{{/title}}\\n{{$content}}\\n<p>\\n  {{<card}}{{$body}}{{x}}{{/body}}{{/card}}\\n"
		"{{$rows}}\\n{{#rows}}\\n<i>{{.}}</i>\\n{{/rows}}\\n{{/rows}}\\n{{/content}}\\n{{/layout}}\\n\"}";
	static const char data[] = "{\"n\": 3, \"x\": \"<\", \"rows\": [1, 2]}";
	/* The card's title is not the page's: an argument sees the blocks of where it was written. */
	assert_str(rendered(arena, templates, data, "en", NULL),
		   "<title>Inbox 3</title>\n<main>\n  <p>\n    [no title: &lt;]\n  <i>1</i>\n  <i>2</i>\n</main>\n");
	assert_str(rendered(arena, templates, data, "en", "rows"), "<i>1</i>\n<i>2</i>\n");
	assert_str(rendered(arena, templates, data, "en", "title"), "Inbox 3");
	assert_str(rendered(arena, templates, data, "en", "nothing"), "Template page has no block nothing.");
	assert_str(rendered(arena, "{\"old\": \"{{$a}}old{{/a}}\", \"page\": \"{{<old}}{{/old}}\"}", "{}", "en", "a"), "old");
}

static void test_indentation(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	assert_str(rendered(arena, "{\"in\": \"a\\n{{#l}}\\n- {{.}}\\n{{/l}}\\n{{v}}\\n\\nend\", \"page\": \" {{>in}}\\n|{{>in}}|\"}",
			    "{\"l\": [1, 2], \"v\": \"x\\ny\"}", "en", NULL),
		   " a\n - 1\n - 2\n x\ny\n \n end|a\n- 1\n- 2\nx\ny\n\nend|");
	assert_str(rendered(arena, "{\"a\": \"1\\n  {{>b}}\\n3\\n\", \"b\": \"2\\n{{#x}}y\\n{{/x}}z\\n\", \"page\": \"  {{>a}}\\n\"}",
			    "{\"x\": true}", "en", NULL),
		   "  1\n    2\n    y\n    z\n  3\n");
	assert_str(rendered(arena, "{\"p\": \"<{{$b}}\\nx\\n{{/b}}>\", \"page\": \"  {{<p}}{{$b}}\\n    1\\n      2\\n    {{/b}}{{/p}}.\\n\"}",
			    "{}", "en", NULL),
		   "  <1\n  2\n>.\n");
}

static void test_stories(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	assert_page("a\\n{{#b}}\\n{{/c}}", "{}", "Template page, line 3: c is closed where b of line 2 is still open.");
	assert_page("a\\n{{#b}}", "{}", "Template page, line 2: a section is opened and never closed (b).");
	assert_page("a\\n\\n{{b", "{}", "Template page, line 3: a tag is opened and never ends ({{b).");
	assert_page("{{!\\n\\n}}{{/b}}", "{}", "Template page, line 3: a section is closed that is not open (b).");
	assert_page("{{}}", "{}", "Template page, line 1: a tag without a name ({{}}).");
	assert_page("{{=a=}}", "{}", "Template page, line 1: these delimiters cannot be used (a).");
	assert_page("{{#_}}a\\n{{#b}}{{/_}}", "{}",
		    "Template page, line 1: a section is not closed within the text to be translated (a {{#b}}).");
	assert_page("{{#b}}{{#_}}a{{/b}}{{/_}}", "{}", "Template page, line 1: a section is closed that is not open (b).");
	assert_page("\\n{{#_}}a", "{}", "Template page, line 2: a text to be translated is not closed (_).");
	assert_page("{{#_n.a}}a{{/_n.a}}", "{}", "Template page, line 1: a plural needs two forms with one | between them (_n.a).");
	assert_page("{{#_}}a {{#_}}b{{/_}}", "{}", "Template page, line 1: a text to be translated stands within another (_).");
	assert_str(rendered(arena, "{}", "{}", "en", NULL), "There is no template page.");
	assert_str(rendered(arena, "{\"page\": \"{{>in}}\", \"in\": \"\\n{{/x}}\"}", "{}", "en", NULL),
		   "Template in, line 2: a section is closed that is not open (x).");
	struct cx cx = cx_new(arena);
	json_t *templates = json_pack("{s:s, s:s, s:s}", "page", "{{>in}}", "in", "\n{{>gone}}{{>*maybe}}", "good", "{{>*maybe}}{{>good}}");
	struct template_set *set = template_set_new(from_object, templates, false);
	assert_err(template_check(&cx, set, S("page"), "en"), ERR_SYSTEM);
	assert_string_equal(cx.story, "Template in, line 2 includes gone, which does not exist.");
	assert_err(template_check(&cx, set, S("gone"), "en"), ERR_MISSING);
	assert_ok(&cx, template_check(&cx, set, S("good"), "en"));
	template_set_free(set);
	json_decref(templates);
}

static void test_limits(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	assert_page("\\n{{>page}}", "{}", "Template page, line 2: templates include each other too deeply (page).");
	assert_page("{{>page}}{{>page}}", "{}", "Template page, line 1: templates include each other too deeply (page).");
	assert_page("{{#a}}{{>*p}}{{/a}}", "{\"a\": 1, \"p\": \"page\"}", "Template page, line 1: templates include each other too deeply (p).");
	assert_page("{{#a}}{{#a}}{{#a}}{{>page}}{{/a}}{{/a}}{{/a}}", "{\"a\": 1}",
		    "Template page, line 1: sections are nested too deeply (a).");
	assert_page("{{<page}}{{$a}}{{$a}}{{/a}}{{/a}}{{/page}}{{$a}}{{/a}}", "{}",
		    "Template page, line 1: templates include each other too deeply (page).");
	assert_page("{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}12345678{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}", "{\"a\": [1, 2, 3, 4]}",
		    "Template page: the page grew past the 100000 bytes it may have.");
	assert_page("{{#a}}{{>page}}{{/a}}", "{\"a\": [[], [], []]}", "Template page, line 1: templates include each other too deeply (page).");
	/* A page that says nothing for ever, without ever being deep. */
	struct buf *data = buf_in_arena(arena);
	buf_adds(data, "{\"a\": [0");
	for (size_t i = 0; i < 300; i++)
		buf_adds(data, ",0");
	buf_adds(data, "]}");
	assert_page("{{#a}}{{#a}}{{#a}}{{b}}{{/a}}{{/a}}{{/a}}", buf_cstr(data), "Template page, line 1: the page does not come to an end (b).");
	CLEANUP(buf_free) struct buf deep = {};
	buf_adds(&deep, "{\"page\": \"");
	for (int i = 0; i < 201; i++)
		buf_adds(&deep, "{{#a}}");
	buf_adds(&deep, "\"}");
	assert_str(rendered(arena, buf_cstr(&deep), "{}", "en", NULL), "Template page, line 1: sections are nested too deeply (a).");
}

/* ---- threads ---- */

struct shared {
	struct template_set *set;
	json_t *data;
	unsigned seed;
};

static void *render_many(void *subject)
{
	struct shared *shared = subject;
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(buf_free) struct buf out = {};
	for (int i = 0; i < 2000; i++) {
		char name[16];
		int number = (int)((shared->seed + (unsigned)i * 7) % 40), len = snprintf(name, sizeof name, "p%d", number);
		buf_clear(&out);
		assert_ok(&cx, template_render(&cx, shared->set, (struct str){name, (size_t)len}, "en", &shared->data, 1, &out));
		char expected[32];
		snprintf(expected, sizeof expected, "%d<p%d>", number, (number * 3 + 1) % 40);
		assert_str(str_head(buf_str(&out), strlen(expected) - 2), (expected[strlen(expected) - 2] = '\0', expected));
	}
	arena_free(arena);
	return NULL;
}

static void test_threads(void **state)
{
	json_t *templates = json_object();
	for (int i = 0; i < 40; i++) { /* each includes another, so that batches overlap */
		char name[16], text[64];
		snprintf(name, sizeof name, "p%d", i);
		snprintf(text, sizeof text, "%d{{^stop}}<p%d{{#in}}{{>p%d}}{{/in}}{{/stop}}", i, (i * 3 + 1) % 40, (i * 3 + 1) % 40);
		json_object_set_new(templates, name, json_string(text));
	}
	json_t *data = json_pack("{s:[{s:b}]}", "in", "stop", 1);
	struct template_set *set = template_set_new(from_object, templates, false);
	struct shared shared[4];
	pthread_t threads[4];
	for (unsigned i = 0; i < 4; i++) {
		shared[i] = (struct shared){set, data, i * 11};
		assert_int_equal(pthread_create(&threads[i], NULL, render_many, &shared[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	template_set_free(set);
	json_decref(templates);
	json_decref(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specification), cmocka_unit_test(test_values),  cmocka_unit_test(test_layout),
		cmocka_unit_test(test_indentation),   cmocka_unit_test(test_stories), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
