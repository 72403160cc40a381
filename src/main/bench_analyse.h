/* bench_analyse.h: how fast posts are understood, one core: everything, and its parts. Times are of the processor. */
#pragma once
#include "base/cx.h"

/* `path` NULL: posts put together from the simulated network's texts, some hundred bytes each; else the lines of a file. */
enum err bench_analyse(struct cx *cx, const char *path);
