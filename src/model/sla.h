/* sla.h: the promise on time and its clocks. A policy is chosen when somebody outside starts waiting; the first-answer clock stops
 * with our first answer, the resolution clock with the conversation's. Pure. */
#pragma once
#include "model/hours.h"
#include "model/message.h"

struct sla_policy {
	i64 id;
	struct str name;
	struct str kinds;          /* message kind words separated by spaces; empty = all */
	i64 channel;               /* 0 = all */
	enum priority priority_least;
	i64 first_answer, resolution; /* microseconds; 0 = no promise */
	bool business_hours;
};

/* The first policy that fits, or NULL. `policies` in order of position. */
const struct sla_policy *sla_policy_for(const struct sla_policy *policies, size_t count, enum message_kind kind, i64 channel,
					enum priority priority);
i64 sla_due(const struct hours *hours, const struct sla_policy *policy, i64 start, i64 promise); /* 0 for no promise */

#define SLA_NO_CLOCK ((i64)1 << 62)
/* What the inbox sorts by: the nearest clock that runs; without one, far away but still oldest first. */
i64 sla_sort(i64 first_due_at, i64 resolve_due_at, i64 since);
static inline bool sla_has_clock(i64 due_at)
{
	return due_at < SLA_NO_CLOCK;
}
