/* bench_match.h: how fast posts are held against listening queries: made-up ones in two sizes, or those of a file. It prints a line a size:
 * times are of the processor, so that they mean something on a machine with other work too. */
#pragma once
#include "base/cx.h"

/* Both paths NULL: made up, 10,000 and 100,000 queries of the shapes people write, from the same words as the posts. */
enum err bench_match(struct cx *cx, const char *queries, const char *posts);
