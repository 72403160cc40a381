/* approving.h: how posts are approved, set: ways of approving with their steps, which one is everybody's, which one a channel's. What waits for a step
 * that is changed waits for whoever the step names now. By who may manage the workspace; a transaction each, with its audit entry. */
#pragma once
#include "store/workflow.h"

#define WAY_STEPS_MOST 8
#define WAY_NAME_MAX 80    /* characters */

struct way_wish {
	i64 id;                              /* 0: a new one */
	struct str name;
	bool is_default;
	const struct workflow_step *steps;   /* name, person, deputy, team, within of each, in order */
	size_t step_count;
	const i64 *channels;                 /* those that go this way */
	size_t channel_count;
};

/* Made, or written anew. Field errors "name", "step_name", "step_person", "channels". */
enum err approving_keep(struct cx *cx, struct db *db, i64 workspace, const struct way_wish *wish, i64 *ret_id);
/* No post goes this way any more; what waits in it is decided there still. */
enum err approving_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id);
