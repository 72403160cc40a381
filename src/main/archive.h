/* archive.h: a workspace packed into one file (docs/export-format.md), as the command `export` and the working role's duty both make it. */
#pragma once
#include "base/cx.h"

struct db;
struct program;

/* `path` ends with ".tar.zst" and does not exist; the caller opened a transaction on the reading handle. `program` is a struct program.
 * step() hears of the rows written, often; an error of it stops. *ret_missing: kept files that were not there. */
enum err archive_workspace(struct cx *cx, void *program, struct db *read, i64 workspace, const char *path, enum err (*step)(struct cx *cx, void *to, i64 rows),
			   void *to, i64 *ret_missing);
