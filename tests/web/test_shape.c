/* The notation that answers are described in: what it makes, what it refuses; and the rows of all pages, described whole. */
#include "test.h"

#include "page/page.h"
#include "web/shape.h"

#include <stdlib.h>
#include <string.h>

static const struct shape things[] = {
	{"Thing", "{id: id, name: text, about?: text?}", "A thing."},
	{"More", "{...Thing, things: [Thing], next: More?}"},
	{"Endless", "{...Endless}"},
	{"Torn", "{a: text"},
	{"Word", "'a' | 'b'"},
	{},
};
static const struct shape again[] = {{"Thing", "text"}, {}};

static int setup(void **state)
{
	struct arena *arena = arena_new();
	*state = arena;
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static struct shape_book *book_of(struct cx *cx)
{
	const struct shape *const sets[] = {things, NULL};
	struct shape_book *book;
	assert_ok(cx, shape_book_new(cx, cx->arena, sets, COUNT(sets), &book));
	return book;
}

static void test_notation(void **state)
{
	static const char *const rows[][2] = {
		{"text", "{\"type\":\"string\"}"},
		{" int ? ", "{\"type\":[\"integer\",\"null\"]}"},
		{"[bool]", "{\"items\":{\"type\":\"boolean\"},\"type\":\"array\"}"},
		{"'open' | 'resolved'", "{\"enum\":[\"open\",\"resolved\"],\"type\":\"string\"}"},
		{"'a'?", "{\"enum\":[\"a\",null],\"type\":[\"string\",\"null\"]}"},
		{"time", "{\"format\":\"date-time\",\"type\":\"string\"}"},
		{"any?", "{}"},
		{"Thing", "{\"$ref\":\"#/components/schemas/Thing\"}"},
		{"Thing?", "{\"anyOf\":[{\"$ref\":\"#/components/schemas/Thing\"},{\"type\":\"null\"}]}"},
		{"{*: number}", "{\"additionalProperties\":{\"type\":\"number\"},\"type\":\"object\"}"},
		{"{}", "{\"type\":\"object\"}"},
		{"{a: text, b?: {c: int}?}", "{\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"properties\":{\"c\":{\"type\":\"integer\"}},\"required\":[\"c\"],"
					     "\"type\":[\"object\",\"null\"]}},\"required\":[\"a\"],\"type\":\"object\"}"},
		{"{...Thing, used: int}", "{\"properties\":{\"about\":{\"type\":[\"string\",\"null\"]},\"id\":{\"pattern\":\"^[1-9][0-9]{0,18}$\",\"type\":\"string\"},"
					  "\"name\":{\"type\":\"string\"},\"used\":{\"type\":\"integer\"}},\"required\":[\"id\",\"name\",\"used\"],\"type\":\"object\"}"},
	};
	struct cx cx = cx_new(*state);
	struct shape_book *book = book_of(&cx);
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *schema;
		assert_ok(&cx, shape_schema(&cx, book, rows[i][0], &schema));
		char *text = json_dumps(schema, JSON_COMPACT | JSON_SORT_KEYS);
		assert_string_equal(text, rows[i][1]);
		free(text);
		json_decref(schema);
	}
}

static void test_mistakes(void **state)
{
	static const char *const rows[] = {"", "txt", "Nothing", "{a text}", "{a: text", "{a: text,}", "{a: text, a: int}", "[text", "'a' |", "'a' | b", "text text", "{...Word}",
					   "{...Endless}", "Endless", "Torn", "[[[[[[[[[[[[[[text]]]]]]]]]]]]]]"};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cx cx = cx_new(*state);
		struct shape_book *book = book_of(&cx);
		json_t *schema = NULL;
		assert_err(shape_schema(&cx, book, rows[i], &schema), ERR_SYSTEM);
		assert_null(schema);
		cx_forget(&cx);
	}
	struct cx cx = cx_new(*state);
	const struct shape *const sets[] = {things, again};
	struct shape_book *book;
	assert_err(shape_book_new(&cx, cx.arena, sets, COUNT(sets), &book), ERR_SYSTEM);
	cx_forget(&cx);
}

static void test_components(void **state)
{
	struct cx cx = cx_new(*state);
	struct shape_book *book = book_of(&cx);
	json_t *schema;
	assert_ok(&cx, shape_schema(&cx, book, "[More]", &schema));
	json_decref(schema);
	json_t *known = shape_components(book);
	assert_int_equal(json_object_size(known), 2); /* what nobody asked for is not described */
	assert_string_equal(json_string_value(json_object_get(json_object_get(known, "Thing"), "description")), "A thing.");
	assert_non_null(json_object_get(known, "More"));
	json_decref(known);
}

/* A name that a row speaks of is there, and what is there is spoken of; what a page reads has a shape. */
static void test_all_rows(void **state)
{
	struct cx cx = cx_new(*state);
	const struct route **routes = arena_array(cx.arena, const struct route *, page_count);
	const struct shape **shapes = arena_array(cx.arena, const struct shape *, page_count + 1);
	size_t named = 0;
	shapes[page_count] = common_shapes;
	for (size_t i = 0; i < page_count; i++) {
		routes[i] = pages[i]->routes;
		shapes[i] = pages[i]->shapes;
		for (const struct route *r = routes[i]; r && r->method; r++)
			if (strcmp(r->method, "GET") == 0 && !(r->flags & ROUTE_PAGE_ONLY) && !r->type && !r->answer)
				fail_msg("%s %s does not say what it answers (.answer)", r->method, r->path);
	}
	for (size_t i = 0; i <= page_count; i++)
		for (const struct shape *s = shapes[i]; s && s->name; s++)
			named++;
	struct web_host host = {.routes = routes, .route_set_count = page_count, .shapes = shapes, .shape_set_count = page_count + 1};
	json_t *description;
	assert_ok(&cx, web_openapi(&cx, &host, &description));
	json_t *schemas = json_object_get(json_object_get(description, "components"), "schemas");
	for (size_t i = 0; i <= page_count; i++)
		for (const struct shape *s = shapes[i]; s && s->name; s++)
			if (!json_object_get(schemas, s->name))
				fail_msg("nobody speaks of the shape %s", s->name);
	assert_int_equal(json_object_size(schemas), named + 1); /* and Problem */
	json_decref(description);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_notation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mistakes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_components, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_rows, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
