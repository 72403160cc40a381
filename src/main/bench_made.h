/* bench_made.h: posts and listening queries made up for measuring: words as frequent as they are in what people write, queries of the shapes
 * people write from the words of the posts. The same for ever; the arena given owns them. Not for two threads. */
#pragma once
#include "base/arena.h"

#define MADE_POSTS 20000

struct made;
struct made *made_posts(struct arena *arena, struct str *ret_posts); /* MADE_POSTS of them */
struct str made_query(struct arena *arena, const struct made *made); /* the next one, which text/query.h takes */
