/* sla.h: the clocks of a conversation, started, met and broken. What a task needs of its workspace for that is loaded once as a
 * `struct desk`. Everything happens in the caller's transaction and in the caller's struct conversation, which it saves. */
#pragma once
#include "model/sla.h"
#include "store/conversation.h"
#include "store/workspace.h"

struct desk {
	i64 workspace;
	struct hours hours;
	struct sla_policy *policies;
	size_t policy_count;
	struct workspace_settings settings;
};

enum err desk_load(struct cx *cx, struct db *db, i64 workspace, struct desk *ret_desk);

/* Somebody outside waits since `since`: choose the policy and start what does not run yet. */
void sla_start(const struct desk *desk, struct conversation *conversation, i64 since);
/* A round that began and was answered (0: not yet) at known times, and nothing before it; `since` 0: nobody wrote, no clock. */
void sla_begin(const struct desk *desk, struct conversation *conversation, i64 since, i64 met_at);
/* The priority changed: the promise may be another one. Clocks keep their start. */
void sla_choose_again(const struct desk *desk, struct conversation *conversation);
void sla_answered(struct conversation *conversation, i64 at);
void sla_resolved(struct conversation *conversation, i64 at);
void sla_reopened(const struct desk *desk, struct conversation *conversation, i64 at);
/* Bring due_at and breach_at in line with the clocks; called by all of the above. */
void sla_arrange(struct conversation *conversation);

/* The working role: mark what was broken by now, tell the people concerned; *ret_count how many. Its own transactions. */
enum err sla_sweep(struct cx *cx, struct db *db, i64 *ret_count);
