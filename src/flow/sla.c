#include "flow/sla.h"

#include "flow/notify.h"
#include "store/event.h"

#define SWEEP_BATCH 200

enum err desk_load(struct cx *cx, struct db *db, i64 workspace, struct desk *ret_desk)
{
	struct desk desk = {.workspace = workspace};
	TRY(hours_get(cx, db, workspace, &desk.hours));
	TRY(sla_policies_get(cx, db, workspace, &desk.policies, &desk.policy_count));
	TRY(workspace_settings(cx, db, workspace, &desk.settings));
	*ret_desk = desk;
	return OK;
}

void sla_arrange(struct conversation *c)
{
	bool running = c->status == STATUS_OPEN || c->status == STATUS_PENDING || c->status == STATUS_SNOOZED;
	i64 first = running && !c->first_met_at ? c->first_due_at : 0;
	i64 resolve = running ? c->resolve_due_at : 0;
	c->due_at = sla_sort(first, resolve, c->waiting_since ? c->waiting_since : c->last_at);
	if (c->breached & BREACH_FIRST_ANSWER)
		first = 0;
	if (c->breached & BREACH_RESOLUTION)
		resolve = 0;
	c->breach_at = first && resolve ? (first < resolve ? first : resolve) : first + resolve;
}

static void set_clocks(const struct desk *desk, struct conversation *c)
{
	const struct sla_policy *policy = sla_policy_for(desk->policies, desk->policy_count, c->kind, c->channel, c->priority);
	c->sla_policy = policy ? policy->id : 0;
	c->first_due_at = policy ? sla_due(&desk->hours, policy, c->sla_started_at, policy->first_answer) : 0;
	c->resolve_due_at = policy ? sla_due(&desk->hours, policy, c->sla_started_at, policy->resolution) : 0;
}

void sla_start(const struct desk *desk, struct conversation *c, i64 since)
{
	if (!c->waiting_since || !c->sla_started_at) /* an imported past promised nothing: they wait from this message on */
		c->waiting_since = since;
	if (!c->sla_started_at || c->first_met_at) { /* a new round: they wait again */
		c->sla_started_at = c->waiting_since;
		c->first_met_at = 0;
		c->breached = 0;
		set_clocks(desk, c);
	}
	sla_arrange(c);
}

void sla_begin(const struct desk *desk, struct conversation *c, i64 since, i64 met_at)
{
	c->sla_started_at = since;
	c->first_met_at = met_at;
	c->breached = 0;
	c->sla_policy = c->first_due_at = c->resolve_due_at = 0;
	if (since)
		set_clocks(desk, c);
	if (c->first_due_at && met_at > c->first_due_at)
		c->breached = BREACH_FIRST_ANSWER; /* known already: nobody is called for it again */
	sla_arrange(c);
}

void sla_choose_again(const struct desk *desk, struct conversation *c)
{
	if (c->sla_started_at && c->status != STATUS_RESOLVED)
		set_clocks(desk, c);
	sla_arrange(c);
}

void sla_answered(struct conversation *c, i64 at)
{
	c->waiting_since = 0;
	if (c->sla_started_at && !c->first_met_at)
		c->first_met_at = at;
	sla_arrange(c);
}

void sla_resolved(struct conversation *c, i64 at)
{
	c->resolved_at = at;
	c->waiting_since = 0;
	sla_arrange(c);
}

void sla_reopened(const struct desk *desk, struct conversation *c, i64 at)
{
	c->resolved_at = 0;
	if (c->sla_started_at && !c->waiting_since && !c->first_met_at)
		c->waiting_since = at;
	sla_choose_again(desk, c);
}

static enum err break_one(struct cx *cx, struct db *db, struct conversation_place place)
{
	struct conversation c;
	TRY(conversation_get(cx, db, place.workspace, place.id, &c));
	if (!c.breach_at || c.breach_at > cx->now)
		return OK; /* met meanwhile */
	unsigned broken = 0;
	if (c.first_due_at && !c.first_met_at && c.first_due_at <= cx->now)
		broken |= BREACH_FIRST_ANSWER;
	if (c.resolve_due_at && c.resolve_due_at <= cx->now)
		broken |= BREACH_RESOLUTION;
	broken &= ~c.breached;
	c.breached |= broken;
	sla_arrange(&c);
	TRY(conversation_save(cx, db, &c));
	TRY(event_add(cx, db, c.workspace, c.id, "breach", broken & BREACH_FIRST_ANSWER ? S("{\"clock\":\"first_answer\"}") : S("{\"clock\":\"resolution\"}")));
	TRY(change_add(cx, db, c.workspace, 0, "conversation", c.id));
	return notify_breach(cx, db, &c);
}

enum err sla_sweep(struct cx *cx, struct db *db, i64 *ret_count)
{
	struct conversation_place *places;
	size_t count;
	TRY(conversations_to_breach(cx, db, cx->now, SWEEP_BATCH, &places, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(db_begin(cx, db));
		enum err e = break_one(cx, db, places[i]);
		if (e != OK) {
			db_rollback(db);
			if (e == ERR_CONFLICT) /* somebody is at it: the next sweep sees it again */
				continue;
			return e;
		}
		TRY(db_commit(cx, db));
	}
	*ret_count = (i64)count;
	return OK;
}
