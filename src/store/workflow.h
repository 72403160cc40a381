/* workflow.h: how posts are approved, as rows: a workflow is its steps in order, each decided by a person, their deputy, a team, or whoever may
 * approve posts. Nothing here deletes. */
#pragma once
#include "sys/db.h"

struct workflow {
	i64 id, workspace;
	struct str name;
	bool is_default;
	i64 archived_at;
};
struct workflow_step {
	i64 id, workspace, workflow, number;
	struct str name;
	i64 person, deputy, team; /* 0 none; all 0: whoever may approve posts */
	i64 within;               /* microseconds; 0 no deadline */
};
enum err workflow_put(struct cx *cx, struct db *db, const struct workflow *workflow); /* made, or written over by id; ERR_CONFLICT: the name is taken */
enum err workflow_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct workflow *ret_workflow); /* ERR_MISSING */
enum err workflows(struct cx *cx, struct db *db, i64 workspace, struct workflow **ret_workflows, size_t *ret_count); /* those not put away */
/* Which one a channel's posts go through: its own, else the workspace's; 0: none. */
enum err workflow_of(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_workflow);
enum err workflow_use(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 workflow); /* 0: the workspace's */
enum err workflow_step_put(struct cx *cx, struct db *db, const struct workflow_step *step);    /* by (workflow, number) */
enum err workflow_step_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct workflow_step *ret_step); /* ERR_MISSING */
enum err workflow_steps(struct cx *cx, struct db *db, i64 workspace, i64 workflow, struct workflow_step **ret_steps, size_t *ret_count);
enum err workflow_steps_end(struct cx *cx, struct db *db, i64 workspace, i64 workflow, i64 number); /* those after this number are no more */
/* The channels that name it. */
enum err workflow_of_channels(struct cx *cx, struct db *db, i64 workspace, i64 workflow, i64 **ret_channels, size_t *ret_count);
