/* match_queries.h: listening queries from a file, a line each: an id, a tab, the query; put into a matcher. A query that cannot be taken is
 * told on standard error, with its line and character, and left out. The arena given owns all of it. */
#pragma once
#include "text/match.h"
#include "base/cx.h"

struct match_queries {
	struct match *match;
	const struct str *ids;   /* by the number of the query in the matcher */
	u32 count, refused;
};

enum err match_queries_read(struct cx *cx, const char *path, struct match_queries *ret_queries);
