/* route.h: the rows of all pages compiled once into a tree of path segments. A literal segment goes before a parameter; where
 * the literal's branch has no match the parameter's is tried. Read-only once made, so any thread may look up. Memory is the
 * arena's given. */
#pragma once
#include "web/metrics.h"
#include "web/web.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_COUNT };
#define SEGMENTS_MAX 16

/* A row, with its parameters completed by those of its path. */
struct endpoint {
	const struct route *row;
	enum method method;
	const struct param *params; /* count of them; those in the path first, in its order */
	size_t count, path_count;
	bool has_form, has_file, has_list;
	const struct endpoint *form; /* row->form's */
	struct endpoint_counts counts;
};

struct route_table;

const char *method_word(enum method method);
bool method_of(struct str word, enum method *ret_method); /* HEAD is METHOD_GET */

/* ERR_SYSTEM when rows contradict: two of the same shape, an unknown method, a form that is no GET route. */
enum err route_table_new(struct cx *cx, struct arena *arena, const struct web_host *host, struct route_table **ret_table);
size_t route_count(const struct route_table *table);
struct endpoint *route_at(const struct route_table *table, size_t index);

enum route_found {
	ROUTE_FOUND,
	ROUTE_UNKNOWN,
	ROUTE_METHOD,    /* known, not by this method: *ret_methods has a bit for each it takes */
	ROUTE_MALFORMED, /* a segment is no text: bad percent-encoding, UTF-8 or control characters */
};
/* `path` as sent. ret_segments has room for SEGMENTS_MAX; they are in the arena. */
enum route_found route_find(const struct route_table *table, struct arena *arena, struct str path, enum method method, bool api,
			    struct endpoint **ret_endpoint, struct str *ret_segments, unsigned *ret_methods);
