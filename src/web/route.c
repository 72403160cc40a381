#include "web/route.h"

#include "base/utf8.h"
#include "web/form.h"

#include <string.h>

enum face { FACE_PAGE, FACE_API, FACE_COUNT };

/* A place in the tree: what stands at its depth, and where to go on. */
struct node {
	struct str segment; /* of a literal */
	struct node *literals, *sibling;
	struct node *parameter;
	struct endpoint *endpoints[FACE_COUNT][METHOD_COUNT];
};

struct route_table {
	struct node root;
	struct endpoint **endpoints;
	size_t count, capacity;
};

static const char *const method_words[METHOD_COUNT] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

const char *method_word(enum method method)
{
	return method_words[method];
}

bool method_of(struct str word, enum method *ret_method)
{
	if (str_eq(word, S("HEAD"))) {
		*ret_method = METHOD_GET;
		return true;
	}
	for (size_t i = 0; i < METHOD_COUNT; i++) {
		if (str_eq(word, str_of(method_words[i]))) {
			*ret_method = (enum method)i;
			return true;
		}
	}
	return false;
}

static bool is_parameter(struct str segment)
{
	return segment.len > 2 && segment.at[0] == '{' && segment.at[segment.len - 1] == '}';
}

static struct node *node_literal(struct node *node, struct str segment)
{
	for (struct node *child = node->literals; child; child = child->sibling)
		if (str_eq(child->segment, segment))
			return child;
	return NULL;
}

static struct node *node_enter(struct arena *arena, struct node *node, struct str segment)
{
	if (is_parameter(segment)) {
		if (!node->parameter)
			node->parameter = arena_new_of(arena, struct node);
		return node->parameter;
	}
	struct node *child = node_literal(node, segment);
	if (!child) {
		child = arena_new_of(arena, struct node);
		*child = (struct node){.segment = segment, .sibling = node->literals};
		node->literals = child;
	}
	return child;
}

/* The row's parameters behind those of its path, which are P_ID unless the row says otherwise. */
static void complete_params(struct arena *arena, struct endpoint *endpoint)
{
	const struct route *row = endpoint->row;
	size_t listed = 0;
	for (const struct param *p = row->params; p && p->name; p++)
		listed++;
	struct param *params = arena_array(arena, struct param, listed + SEGMENTS_MAX);
	struct str rest = str_of(row->path + 1);
	while (rest.at) {
		struct str segment = str_cut(&rest, '/');
		if (!is_parameter(segment))
			continue;
		const char *name = arena_cstr(arena, (struct str){segment.at + 1, segment.len - 2});
		struct param param = {name, IN_PATH, P_ID, PARAM_REQUIRED, .about = ""};
		for (const struct param *p = row->params; p && p->name; p++)
			if (p->in == IN_PATH && strcmp(p->name, name) == 0)
				param = *p;
		param.flags |= PARAM_REQUIRED;
		params[endpoint->count++] = param;
	}
	endpoint->path_count = endpoint->count;
	for (const struct param *p = row->params; p && p->name; p++) {
		if (p->in == IN_PATH)
			continue;
		params[endpoint->count++] = *p;
		endpoint->has_form |= p->in == IN_FORM || p->in == IN_FILE;
		endpoint->has_file |= p->in == IN_FILE;
		endpoint->has_list |= (p->flags & PARAM_LIST) != 0;
	}
	endpoint->params = params;
}

static enum err add(struct cx *cx, struct arena *arena, struct route_table *table, const struct route *row)
{
	struct endpoint *endpoint = arena_new_of(arena, struct endpoint);
	endpoint->row = row;
	if (!method_of(str_of(row->method), &endpoint->method) || strcmp(row->method, "HEAD") == 0)
		return fail(cx, ERR_SYSTEM, "Route %s %s is wrong: %s.", row->method, row->path, "unknown method");
	if (row->path[0] != '/' || !row->handle)
		return fail(cx, ERR_SYSTEM, "Route %s %s is wrong: %s.", row->method, row->path, "no path or no handler");
	struct node *node = &table->root;
	size_t depth = 0;
	struct str rest = str_of(row->path + 1);
	while (rest.at) {
		struct str segment = str_cut(&rest, '/');
		if (!segment.len && depth == 0 && !rest.at)
			break; /* "/" */
		if (!segment.len || ++depth > SEGMENTS_MAX)
			return fail(cx, ERR_SYSTEM, "Route %s %s is wrong: %s.", row->method, row->path,
				    "an empty segment, or too many");
		node = node_enter(arena, node, segment);
	}
	complete_params(arena, endpoint);
	for (size_t face = 0; face < FACE_COUNT; face++) {
		if (row->flags & (face == FACE_PAGE ? ROUTE_API_ONLY : ROUTE_PAGE_ONLY))
			continue;
		struct endpoint **place = &node->endpoints[face][endpoint->method];
		if (*place)
			return fail(cx, ERR_SYSTEM, "Route %s %s is wrong: %s.", row->method, row->path,
				    "another of the same shape");
		*place = endpoint;
	}
	*arena_push(arena, table->endpoints, table->count, table->capacity) = endpoint;
	return OK;
}

static struct endpoint *by_path(const struct route_table *table, const char *path)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->endpoints[i]->method == METHOD_GET && strcmp(table->endpoints[i]->row->path, path) == 0 &&
		    !(table->endpoints[i]->row->flags & ROUTE_API_ONLY))
			return table->endpoints[i];
	return NULL;
}

enum err route_table_new(struct cx *cx, struct arena *arena, const struct web_host *host, struct route_table **ret_table)
{
	struct route_table *table = arena_new_of(arena, struct route_table);
	for (size_t i = 0; i < host->route_set_count; i++)
		for (const struct route *row = host->routes[i]; row->method; row++)
			TRY(add(cx, arena, table, row));
	for (size_t i = 0; i < table->count; i++) {
		const struct route *row = table->endpoints[i]->row;
		if (row->form && !(table->endpoints[i]->form = by_path(table, row->form)))
			return fail(cx, ERR_SYSTEM, "Route %s %s is wrong: %s.", row->method, row->path, "its form is no page");
	}
	*ret_table = table;
	return OK;
}

size_t route_count(const struct route_table *table)
{
	return table->count;
}

struct endpoint *route_at(const struct route_table *table, size_t index)
{
	return table->endpoints[index];
}

/* ---- looking up ---- */

struct search {
	enum face face;
	enum method method;
	struct str segments[SEGMENTS_MAX];
	size_t count;
	struct str values[SEGMENTS_MAX]; /* raw, of the parameters on the way */
	struct endpoint *found;
	unsigned methods;                /* of shapes that match */
};

/* Depth is bounded by SEGMENTS_MAX, and no node is seen twice for one depth, so the tree's size bounds the time. */
static bool descend(struct search *search, const struct node *node, size_t depth, size_t taken)
{
	if (depth == search->count) {
		for (size_t i = 0; i < METHOD_COUNT; i++)
			search->methods |= node->endpoints[search->face][i] ? 1u << i : 0;
		search->found = node->endpoints[search->face][search->method];
		return search->found;
	}
	const struct node *literal = node_literal((struct node *)node, search->segments[depth]);
	if (literal && descend(search, literal, depth + 1, taken))
		return true;
	if (!node->parameter)
		return false;
	search->values[taken] = search->segments[depth];
	return descend(search, node->parameter, depth + 1, taken + 1);
}

static bool clean(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
			return false;
	return utf8_valid(text);
}

enum route_found route_find(const struct route_table *table, struct arena *arena, struct str path, enum method method, bool api,
			    struct endpoint **ret_endpoint, struct str *ret_segments, unsigned *ret_methods)
{
	if (!path.len || path.at[0] != '/')
		return ROUTE_MALFORMED;
	struct search search = {.face = api ? FACE_API : FACE_PAGE, .method = method};
	struct str rest = str_skip(path, 1);
	while (rest.len) {
		if (search.count == SEGMENTS_MAX)
			return ROUTE_UNKNOWN;
		struct str segment = str_cut(&rest, '/'), decoded = {};
		if (!percent_decode(arena, segment, false, &decoded) || !clean(decoded))
			return ROUTE_MALFORMED;
		if (!segment.len || (rest.at && !rest.len))
			return ROUTE_UNKNOWN; /* "//", or a slash at the end */
		search.segments[search.count++] = decoded;
	}
	if (!descend(&search, &table->root, 0, 0)) {
		*ret_methods = search.methods;
		return search.methods ? ROUTE_METHOD : ROUTE_UNKNOWN;
	}
	*ret_methods = search.methods;
	*ret_endpoint = search.found;
	memcpy(ret_segments, search.values, sizeof search.values);
	return ROUTE_FOUND;
}
