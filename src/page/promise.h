/* promise.h: the clock of a conversation as people see it: what runs, what was kept, and that it stands still outside of the hours. */
#pragma once
#include "store/conversation.h"
#include "store/workspace.h"
#include "ui/format.h"

#include <jansson.h>

struct promises {
	struct reader reader;
	struct hours hours;
	struct sla_policy *policies;
	size_t policy_count;
	bool is_open_now; /* within the hours */
};
enum err promises_load(struct cx *cx, struct db *db, i64 workspace, struct promises *ret_promises);
bool promise_counts_hours(const struct promises *promises, i64 policy);
json_t *promise_clock(const struct promises *promises, const struct conversation *conversation); /* see clock.mustache; null for none */
