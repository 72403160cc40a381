#include "base/buf.h"
#include "flow/approving.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/member.h"
#include "store/team.h"

#define WITHIN_MOST (60 * DAY)

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_MANAGE_WORKSPACE) ? OK : fail(cx, ERR_DENIED, N_("Your role may not change how posts are approved."));
}

static enum err trace(struct cx *cx, struct db *db, const struct workflow *w, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"name\":");
	buf_add_json(&detail, w->name);
	buf_addf(&detail, ",\"is_default\":%s}", w->is_default ? "true" : "false");
	TRY(audit(cx, db, w->workspace, act, arena_printf(cx->arena, "workflow:%lld", (long long)w->id), buf_str(&detail)));
	return change_add(cx, db, w->workspace, 0, "post", 0);
}

static enum err check_person(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	struct member m;
	if (!person)
		return OK;
	enum err e = member_get(cx, db, workspace, person, &m);
	if (e == ERR_MISSING || (e == OK && (m.removed_at || m.disabled)))
		return fail_field(cx, "step_person", N_("This person is not in the workspace any more."));
	return e;
}

static enum err check(struct cx *cx, struct db *db, i64 workspace, const struct way_wish *wish)
{
	struct channel channel;
	struct team team;
	if (!wish->name.len || utf8_count(wish->name) > WAY_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of %d characters at the most."), WAY_NAME_MAX);
	if (!wish->step_count || wish->step_count > WAY_STEPS_MOST)
		return fail_field(cx, "step_name", N_("It has one step at least, and %d at the most."), WAY_STEPS_MOST);
	for (size_t i = 0; i < wish->step_count; i++) {
		const struct workflow_step *s = &wish->steps[i];
		if (!s->name.len || utf8_count(s->name) > WAY_NAME_MAX)
			return fail_field(cx, "step_name", N_("Give each step a name of %d characters at the most."), WAY_NAME_MAX);
		if (s->within < 0 || s->within > WITHIN_MOST)
			return fail_field(cx, "step_hours", N_("Sixty days at the most."));
		TRY(check_person(cx, db, workspace, s->person));
		TRY(check_person(cx, db, workspace, s->deputy));
		if (s->deputy && !s->person)
			return fail_field(cx, "step_person", N_("A deputy stands in for somebody: name them too."));
		if (s->team)
			TRY(team_get(cx, db, workspace, s->team, &team));
	}
	for (size_t i = 0; i < wish->channel_count; i++)
		TRY(channel_get(cx, db, workspace, wish->channels[i], &channel));
	return OK;
}

static bool names(const struct way_wish *wish, i64 channel)
{
	for (size_t i = 0; i < wish->channel_count; i++)
		if (wish->channels[i] == channel)
			return true;
	return false;
}

static enum err keep(struct cx *cx, struct db *db, i64 workspace, const struct way_wish *wish, i64 *ret_id)
{
	struct workflow w = {.id = wish->id, .workspace = workspace};
	i64 *before;
	size_t count;
	TRY(may(cx));
	TRY(check(cx, db, workspace, wish));
	if (w.id)
		TRY(workflow_get(cx, db, workspace, w.id, &w));
	else
		w.id = id_new();
	w.name = wish->name;
	w.is_default = wish->is_default;
	w.archived_at = 0;
	TRY(workflow_put(cx, db, &w));
	for (size_t i = 0; i < wish->step_count; i++) {
		struct workflow_step s = wish->steps[i];
		s.id = id_new();
		s.workspace = workspace;
		s.workflow = w.id;
		s.number = (i64)i + 1;
		TRY(workflow_step_put(cx, db, &s));
	}
	TRY(workflow_steps_end(cx, db, workspace, w.id, (i64)wish->step_count));
	TRY(workflow_of_channels(cx, db, workspace, w.id, &before, &count));
	for (size_t i = 0; i < count; i++)
		if (!names(wish, before[i]))
			TRY(workflow_use(cx, db, workspace, before[i], 0));
	for (size_t i = 0; i < wish->channel_count; i++)
		TRY(workflow_use(cx, db, workspace, wish->channels[i], w.id));
	TRY(trace(cx, db, &w, wish->id ? "workflow.edit" : "workflow.create"));
	*ret_id = w.id;
	return OK;
}

enum err approving_keep(struct cx *cx, struct db *db, i64 workspace, const struct way_wish *wish, i64 *ret_id)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, workspace, wish, ret_id));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct workflow w;
	TRY(may(cx));
	TRY(workflow_get(cx, db, workspace, id, &w));
	w.archived_at = cx->now;
	w.is_default = false;
	/* Its name is free for another. */
	w.name = arena_printf(cx->arena, "%.*s (%lld)", STR_ARG(w.name), (long long)w.id);
	TRY(workflow_put(cx, db, &w));
	return trace(cx, db, &w, "workflow.put_away");
}

enum err approving_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id));
}
