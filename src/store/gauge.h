/* gauge.h: how the installation is, in numbers for whoever watches it: what waits to leave, jobs, channels, the processes that run. Over
 * all workspaces, and without a word of what was said. Each is counted by an index; the list is in cx->arena. */
#pragma once
#include "sys/db.h"

struct gauge {
	struct str name, label; /* "outbox", "held" */
	i64 number;
};

enum err gauges(struct cx *cx, struct db *db, struct gauge **ret_gauges, size_t *ret_count);
