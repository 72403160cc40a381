/* Addresses of requests against a table of routes. */
#include "web/route.h"

#include "base/utf8.h"
#include "web/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static enum err handle(struct cx *cx, struct request *request, struct reply *reply)
{
	return OK;
}

static const struct param name[] = {{"name", IN_PATH, P_LINE}, {}};
static const struct route rows[] = {
	{"GET", "/", .handle = handle},
	{"GET", "/inbox", .handle = handle},
	{"GET", "/items/{id}", .handle = handle},
	{"GET", "/items/new", .handle = handle},
	{"POST", "/items/{id}", .handle = handle},
	{"POST", "/items/{id}/wash/{name}", .handle = handle, .params = name},
	{"GET", "/items/new/wash", .handle = handle},
	{"GET", "/{name}/{other}/x/y", .handle = handle},
	{"DELETE", "/{name}/b/{other}/y", .handle = handle, .flags = ROUTE_API_ONLY},
	{},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct route_table *table;
	static const struct route *const sets[] = {rows};
	if (!table) {
		struct cx cx = cx_new(arena_new());
		must(route_table_new(&cx, cx.arena, &(struct web_host){.routes = sets, .route_set_count = 1}, &table) == OK);
	}
	if (len < 2)
		return 0;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str path = arena_str(arena, (struct str){(const char *)data + 1, len - 1}), segments[SEGMENTS_MAX];
	struct endpoint *endpoint = NULL;
	unsigned methods = 0;
	enum method method = (enum method)(data[0] % METHOD_COUNT);
	enum route_found found = route_find(table, arena, path, method, data[0] & 128, &endpoint, segments, &methods);
	must(found != ROUTE_FOUND || (endpoint->method == method && (methods >> method & 1)));
	must(found != ROUTE_METHOD || (methods && !(methods >> method & 1)));
	for (size_t i = 0; found == ROUTE_FOUND && i < endpoint->path_count; i++)
		must(segments[i].len && utf8_valid(segments[i]) && str_find_byte(segments[i], '\n') < 0);
	return 0;
}
