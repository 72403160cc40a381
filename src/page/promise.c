#include "page/promise.h"

#include "ui/document.h"

enum err promises_load(struct cx *cx, struct db *db, i64 workspace, struct promises *ret_promises)
{
	struct promises p = {.reader = reader_of(cx)};
	TRY(sla_policies_get(cx, db, workspace, &p.policies, &p.policy_count));
	TRY(hours_get(cx, db, workspace, &p.hours));
	p.is_open_now = hours_open(&p.hours, cx->now);
	*ret_promises = p;
	return OK;
}

bool promise_counts_hours(const struct promises *p, i64 policy)
{
	for (size_t i = 0; i < p->policy_count; i++)
		if (p->policies[i].id == policy)
			return p->policies[i].business_hours;
	return false;
}

json_t *promise_clock(const struct promises *p, const struct conversation *c)
{
	if (sla_has_clock(c->due_at) && c->due_at && c->status != STATUS_RESOLVED)
		return doc_clock(&p->reader, c->sla_started_at, c->due_at, 0, !p->is_open_now && promise_counts_hours(p, c->sla_policy));
	if (c->first_due_at && c->first_met_at)
		return doc_clock(&p->reader, c->sla_started_at, c->first_due_at, c->first_met_at, false);
	return json_null();
}
