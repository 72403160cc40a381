#include "web/shape.h"

#include "base/map.h"

#include <ctype.h>
#include <string.h>

#define DEPTH_MAX 12

struct known {
	const struct shape *shape;
	json_t *schema;  /* NULL until asked for */
	bool is_open;    /* being made: a shape that spreads itself has no end */
};

struct shape_book {
	struct map *names; /* struct known by name */
	json_t *schemas;  /* those made */
};

/* Where a notation is read. */
struct reading {
	struct cx *cx;
	struct shape_book *book;
	struct str whole, rest;
	int depth;
};

static void release(void *json)
{
	json_decref(json);
}

enum err shape_book_new(struct cx *cx, struct arena *arena, const struct shape *const *sets, size_t count, struct shape_book **ret_book)
{
	struct shape_book *book = arena_new_of(arena, struct shape_book);
	book->names = map_new(arena);
	book->schemas = json_object();
	arena_defer(arena, release, book->schemas);
	for (size_t i = 0; i < count; i++)
		for (const struct shape *s = sets[i]; s && s->name; s++) {
			if (map_get(book->names, str_of(s->name)))
				return fail(cx, ERR_SYSTEM, "Two shapes are called %s.", s->name);
			struct known *known = arena_new_of(arena, struct known);
			known->shape = s;
			map_put(book->names, str_of(s->name), known);
		}
	*ret_book = book;
	return OK;
}

json_t *shape_components(const struct shape_book *book)
{
	return json_incref(book->schemas);
}

static enum err wrong(struct reading *r, const char *what)
{
	return fail(r->cx, ERR_SYSTEM, "The shape of an answer cannot be read: %s before “%.*s” of “%.*s”.", what, STR_ARG(str_head(r->rest, 40)), STR_ARG(r->whole));
}

/* ---- words of the notation ---- */

static bool take(struct reading *r, const char *mark)
{
	while (r->rest.len && isspace((unsigned char)*r->rest.at))
		r->rest = str_skip(r->rest, 1);
	if (!str_starts(r->rest, str_of(mark)))
		return false;
	r->rest = str_skip(r->rest, strlen(mark));
	return true;
}

static struct str take_name(struct reading *r)
{
	size_t len = 0;
	take(r, "");
	while (len < r->rest.len && (isalnum((unsigned char)r->rest.at[len]) || r->rest.at[len] == '_'))
		len++;
	struct str name = str_head(r->rest, len);
	r->rest = str_skip(r->rest, len);
	return name;
}

static enum err read_shape(struct reading *r, json_t **ret_schema);

/* ---- named shapes ---- */

static enum err known_schema(struct reading *r, struct str name, struct known **ret_known)
{
	struct known *known = map_get(r->book->names, name);
	if (!known)
		return wrong(r, "a name is unknown");
	if (!known->schema) {
		struct reading inner = {.cx = r->cx, .book = r->book, .whole = str_of(known->shape->notation), .rest = str_of(known->shape->notation)};
		if (known->is_open)
			return OK; /* it speaks of itself: a reference is all that is needed, and a spread says that it cannot be */
		known->is_open = true;
		TRY(read_shape(&inner, &known->schema));
		if (known->shape->about)
			json_object_set_new(known->schema, "description", json_string(known->shape->about));
		json_object_set_new(r->book->schemas, known->shape->name, known->schema);
		known->is_open = false;
		take(&inner, "");
		if (inner.rest.len)
			return wrong(&inner, "something follows its end");
	}
	*ret_known = known;
	return OK;
}

static enum err read_reference(struct reading *r, struct str name, json_t **ret_schema)
{
	struct known *known = NULL;
	TRY(known_schema(r, name, &known));
	*ret_schema = json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%.*s", STR_ARG(name)));
	return OK;
}

/* ---- values, lists, objects ---- */

static enum err read_value(struct reading *r, json_t **ret_schema)
{
	static const struct {
		const char *word, *type, *name, *value;
	} values[] = {
		{"text", "string"}, {"id", "string", "pattern", "^[1-9][0-9]{0,18}$"}, {"int", "integer"}, {"number", "number"}, {"bool", "boolean"},
		{"time", "string", "format", "date-time"}, {"url", "string", "format", "uri-reference"},
	};
	struct str name = take_name(r);
	if (!name.len)
		return wrong(r, "a shape is missing");
	if (isupper((unsigned char)*name.at))
		return read_reference(r, name, ret_schema);
	if (str_eq(name, S("any"))) {
		*ret_schema = json_object();
		return OK;
	}
	for (size_t i = 0; i < COUNT(values); i++) {
		if (!str_eq(name, str_of(values[i].word)))
			continue;
		*ret_schema = json_pack("{s:s}", "type", values[i].type);
		if (values[i].name)
			json_object_set_new(*ret_schema, values[i].name, json_string(values[i].value));
		return OK;
	}
	return wrong(r, "a word is unknown");
}

static enum err read_words(struct reading *r, json_t **ret_schema)
{
	json_t *words = json_array();
	json_t *schema = json_pack("{s:s, s:o}", "type", "string", "enum", words);
	do {
		if (!take(r, "'")) {
			json_decref(schema);
			return wrong(r, "a word in single quotes is missing");
		}
		struct str word = str_cut(&r->rest, '\'');
		json_array_append_new(words, json_stringn(word.at, word.len));
	} while (take(r, "|"));
	*ret_schema = schema;
	return OK;
}

static enum err read_spread(struct reading *r, json_t *properties, json_t *required)
{
	struct known *known = NULL;
	TRY(known_schema(r, take_name(r), &known));
	if (!known || !json_object_get(known->schema, "properties"))
		return wrong(r, "what is spread is no object");
	json_object_update(properties, json_object_get(known->schema, "properties"));
	json_array_extend(required, json_object_get(known->schema, "required"));
	return OK;
}

static enum err read_member(struct reading *r, json_t *schema, json_t *properties, json_t *required)
{
	json_t *shape;
	if (take(r, "..."))
		return read_spread(r, properties, required);
	bool any_name = take(r, "*");
	struct str name = any_name ? (struct str){} : take_name(r);
	bool may_miss = !any_name && take(r, "?");
	if ((!any_name && !name.len) || !take(r, ":"))
		return wrong(r, "a member is missing");
	TRY(read_shape(r, &shape));
	if (any_name)
		return json_object_set_new(schema, "additionalProperties", shape), OK;
	if (json_object_getn(properties, name.at, name.len)) {
		json_decref(shape);
		return wrong(r, "a member stands twice");
	}
	json_object_setn_new(properties, name.at, name.len, shape);
	if (!may_miss)
		json_array_append_new(required, json_stringn(name.at, name.len));
	return OK;
}

static enum err read_members(struct reading *r, json_t *schema, json_t *properties, json_t *required)
{
	if (take(r, "}"))
		return OK;
	do
		TRY(read_member(r, schema, properties, required));
	while (take(r, ","));
	return take(r, "}") ? OK : wrong(r, "an object does not end");
}

static enum err read_object(struct reading *r, json_t **ret_schema)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *schema = json_pack("{s:s}", "type", "object");
	enum err e = read_members(r, schema, properties, required);
	if (json_object_size(properties))
		json_object_set(schema, "properties", properties);
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(properties);
	json_decref(required);
	if (e)
		json_decref(schema);
	else
		*ret_schema = schema;
	return e;
}

static enum err read_list(struct reading *r, json_t **ret_schema)
{
	json_t *items;
	TRY(read_shape(r, &items));
	*ret_schema = json_pack("{s:s, s:o}", "type", "array", "items", items);
	return take(r, "]") ? OK : wrong(r, "a list does not end");
}

/* "or null", in the shortest way that says it. */
static json_t *or_null(json_t *schema)
{
	const char *type = json_string_value(json_object_get(schema, "type"));
	json_t *words = json_object_get(schema, "enum");
	if (!type)
		return json_object_size(schema) ? json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null") : schema;
	json_object_set_new(schema, "type", json_pack("[s, s]", type, "null"));
	if (words)
		json_array_append_new(words, json_null());
	return schema;
}

static enum err read_shape(struct reading *r, json_t **ret_schema)
{
	enum err e;
	json_t *schema = NULL;
	if (++r->depth > DEPTH_MAX)
		return wrong(r, "it is too deep");
	if (take(r, "{"))
		e = read_object(r, &schema);
	else if (take(r, "["))
		e = read_list(r, &schema);
	else if (r->rest.len && *r->rest.at == '\'')
		e = read_words(r, &schema);
	else
		e = read_value(r, &schema);
	r->depth--;
	if (e) {
		json_decref(schema);
		return e;
	}
	*ret_schema = take(r, "?") ? or_null(schema) : schema;
	return OK;
}

enum err shape_schema(struct cx *cx, struct shape_book *book, const char *notation, json_t **ret_schema)
{
	struct reading reading = {.cx = cx, .book = book, .whole = str_of(notation), .rest = str_of(notation)};
	json_t *schema;
	TRY(read_shape(&reading, &schema));
	take(&reading, "");
	if (reading.rest.len) {
		json_decref(schema);
		return wrong(&reading, "something follows its end");
	}
	*ret_schema = schema;
	return OK;
}
