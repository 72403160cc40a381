#include "flow/campaign.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/idea.h"
#include "store/event.h"
#include "store/member.h"

static enum err trace(struct cx *cx, struct db *db, const struct campaign *c, const char *act)
{
	TRY(audit(cx, db, c->workspace, act, arena_printf(cx->arena, "campaign:%lld", (long long)c->id), (struct str){}));
	return change_add(cx, db, c->workspace, 0, "post", c->id);
}

static enum err may_plan(struct cx *cx)
{
	return actor_may(cx->actor, MAY_PLAN_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads campaigns and does not change them."));
}

static enum err check_days(struct cx *cx, const struct campaign *c)
{
	i64 first = INT64_MIN, last = INT64_MAX;
	if (c->starts_on.len && !day_parse(c->starts_on, &first))
		return fail_field(cx, "starts_on", N_("Give a day as 2027-03-24."));
	if (c->ends_on.len && !day_parse(c->ends_on, &last))
		return fail_field(cx, "ends_on", N_("Give a day as 2027-03-24."));
	return last < first ? fail_field(cx, "ends_on", N_("It ends before it begins.")) : OK;
}

static enum err check_name(struct cx *cx, struct db *db, const struct campaign *c)
{
	struct campaign same;
	if (!c->name.len || utf8_count(c->name) > CAMPAIGN_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), CAMPAIGN_NAME_MAX);
	enum err e = campaign_by_name(cx, db, c->workspace, c->name, &same);
	if (e == OK && same.id != c->id)
		return same.archived_at ? fail_field(cx, "name", N_("A campaign that was put away has this name. Take it out again, or choose another name."))
					: fail_field(cx, "name", N_("Another campaign has this name."));
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	return OK;
}

static enum err check(struct cx *cx, struct db *db, const struct campaign *c, i64 owner_before)
{
	TRY(check_name(cx, db, c));
	if (utf8_count(c->brief) > CAMPAIGN_BRIEF_MAX)
		return fail_field(cx, "brief", N_("This is too long: %d characters at the most."), CAMPAIGN_BRIEF_MAX);
	if (utf8_count(c->goal) > CAMPAIGN_GOAL_MAX)
		return fail_field(cx, "goal", N_("This is too long: %d characters at the most."), CAMPAIGN_GOAL_MAX);
	TRY(check_days(cx, c));
	if (c->budget < 0 || c->budget > MONEY_MAX)
		return fail_field(cx, "budget", N_("Give an amount: 1200 or 1200.50."));
	if (c->spent < 0 || c->spent > MONEY_MAX)
		return fail_field(cx, "spent", N_("Give an amount: 1200 or 1200.50."));
	if (!currency_known(c->currency))
		return fail_field(cx, "currency", N_("Choose a currency of the list."));
	if (c->owner && c->owner != owner_before) { /* who left meanwhile may stay named */
		struct member member;
		enum err e = member_get(cx, db, c->workspace, c->owner, &member);
		if (e == ERR_MISSING || (e == OK && member.removed_at))
			return fail_field(cx, "owner", N_("Choose somebody of this workspace."));
		TRY(e);
	}
	return OK;
}

static void add_amount(struct arena *arena, struct seen *seen, const char *name, const char *title, i64 amount)
{
	CLEANUP(buf_free) struct buf b = {};
	if (amount)
		buf_add_money(&b, amount);
	seen_add(seen, name, title, buf_keep(&b, arena));
}

void campaign_seen(struct arena *arena, const struct campaign *c, struct seen *ret_seen)
{
	struct seen seen = {};
	seen_add(&seen, "name", N_("Name"), c->name);
	seen_add(&seen, "goal", N_("Goal"), c->goal);
	seen_add(&seen, "brief", N_("Brief"), c->brief);
	seen_add(&seen, "starts_on", N_("First day"), c->starts_on);
	seen_add(&seen, "ends_on", N_("Last day"), c->ends_on);
	add_amount(arena, &seen, "budget", N_("Budget"), c->budget);
	add_amount(arena, &seen, "spent", N_("Spent so far"), c->spent);
	seen_add(&seen, "currency", N_("Currency"), c->currency);
	seen_add_number(arena, &seen, "owner", N_("Whose it is"), c->owner);
	*ret_seen = seen;
}

static enum err keep(struct cx *cx, struct db *db, struct campaign *c)
{
	struct campaign known = {.created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now};
	bool is_new = !c->id;
	TRY(may_plan(cx));
	if (c->id) {
		struct seen now;
		TRY(campaign_get(cx, db, c->workspace, c->id, &known));
		campaign_seen(cx->arena, &known, &now);
		TRY(seen_holds(cx, c->seen, &now));
	}
	c->name = str_trim(c->name);
	c->currency = c->currency.len ? c->currency : str_of(currencies[0]);
	TRY(check(cx, db, c, known.owner));
	c->id = is_new ? id_new() : c->id;
	c->created_by = known.created_by;
	c->created_at = known.created_at;
	c->archived_at = known.archived_at;
	TRY(campaign_save(cx, db, c));
	return trace(cx, db, c, is_new ? "campaign.create" : "campaign.edit");
}

enum err campaign_keep(struct cx *cx, struct db *db, struct campaign *campaign)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, campaign));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct campaign c;
	TRY(may_plan(cx));
	TRY(campaign_get(cx, db, workspace, id, &c));
	if (!!c.archived_at == away)
		return OK;
	c.archived_at = away ? cx->now : 0;
	TRY(campaign_save(cx, db, &c));
	return trace(cx, db, &c, away ? "campaign.archive" : "campaign.restore");
}

enum err campaign_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}
