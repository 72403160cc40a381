#include "base/buf.h"
#include "flow/post_parts.h"

#include "base/id.h"
#include "flow/notify.h"
#include "flow/post_words.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/member.h"
#include "store/team.h"
#include "store/workflow.h"
#include "store/workspace.h"

#define REMIND_BEFORE HOUR /* before a deadline */

/* ---- the way it goes ---- */

struct way {
	struct workflow_step *steps; /* of all its channels' workflows, in order */
	size_t count;
};

static enum err find_way(struct cx *cx, struct db *db, const struct post *post, struct way *ret_way)
{
	struct post_variant *variants;
	size_t count, capacity = 0, seen_count = 0;
	struct way way = {};
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &count));
	i64 *seen = arena_array(cx->arena, i64, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		i64 workflow;
		bool known = false;
		struct workflow_step *steps;
		size_t step_count;
		TRY(workflow_of(cx, db, post->workspace, variants[i].channel, &workflow));
		for (size_t n = 0; n < seen_count; n++)
			known |= seen[n] == workflow;
		if (!workflow || known)
			continue;
		seen[seen_count++] = workflow;
		TRY(workflow_steps(cx, db, post->workspace, workflow, &steps, &step_count));
		for (size_t n = 0; n < step_count; n++)
			*arena_push(cx->arena, way.steps, way.count, capacity) = steps[n];
	}
	*ret_way = way;
	return OK;
}

static bool in_list(const i64 *list, size_t count, i64 one)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == one)
			return true;
	return false;
}

/* Who decides a step; of no step, or one that names nobody, whoever may approve posts. */
static enum err deciders(struct cx *cx, struct db *db, i64 workspace, const struct workflow_step *step, i64 **ret_persons, size_t *ret_count)
{
	i64 *list = NULL, *team;
	size_t count = 0, capacity = 0, team_count = 0;
	struct member *members;
	size_t member_count;
	if (step && step->person)
		*arena_push(cx->arena, list, count, capacity) = step->person;
	if (step && step->deputy)
		*arena_push(cx->arena, list, count, capacity) = step->deputy;
	if (step && step->team) {
		TRY(team_members(cx, db, workspace, step->team, &team, &team_count));
		for (size_t i = 0; i < team_count; i++)
			*arena_push(cx->arena, list, count, capacity) = team[i];
	}
	if (!step || (!step->person && !step->deputy && !step->team)) {
		TRY(member_list(cx, db, workspace, &members, &member_count));
		for (size_t i = 0; i < member_count; i++)
			if (role_permissions(members[i].role) >> MAY_APPROVE_POSTS & 1)
				*arena_push(cx->arena, list, count, capacity) = members[i].person;
	}
	*ret_persons = list;
	*ret_count = count;
	return OK;
}

static enum err open_step(struct cx *cx, struct db *db, const struct post_approval *open, struct workflow_step *step, struct workflow_step **ret_step)
{
	*ret_step = NULL;
	if (!open->step)
		return OK;
	TRY(workflow_step_get(cx, db, open->workspace, open->step, step));
	*ret_step = step;
	return OK;
}

static enum err tell(struct cx *cx, struct db *db, const struct post *post, i64 person, const char *kind)
{
	return notify_person(cx, db, post->workspace, person, kind, 0, 0, arena_printf(cx->arena, "{\"post\":\"%lld\"}", (long long)post->id));
}

static enum err tell_deciders(struct cx *cx, struct db *db, const struct post *post, const struct workflow_step *step, const char *kind)
{
	i64 *persons;
	size_t count;
	TRY(deciders(cx, db, post->workspace, step, &persons, &count));
	for (size_t i = 0; i < count; i++)
		if (!in_list(persons, i, persons[i]))
			TRY(tell(cx, db, post, persons[i], kind));
	return OK;
}

static enum err ask(struct cx *cx, struct db *db, struct post *post, const struct workflow_step *step)
{
	struct post_approval approval = {.id = id_new(), .workspace = post->workspace, .post = post->id, .revision = post->revision, .asked_by = cx->actor->user, .asked_at = cx->now};
	if (step) {
		approval.workflow = step->workflow;
		approval.step = step->id;
		approval.due_at = step->within ? cx->now + step->within : 0;
	}
	post->state = POST_REVIEW;
	TRY(post_approval_insert(cx, db, &approval));
	return tell_deciders(cx, db, post, step, "post_wanted");
}

/* ---- ready ---- */

static enum err approved(struct cx *cx, struct db *db, struct post *post)
{
	post->state = POST_APPROVED;
	post->approved_revision = post->revision;
	TRY(link_rules_freeze(cx, db, post->workspace, post->campaign, &post->approved_links));
	if (!post->planned_at)
		return OK;
	if (post->planned_at < cx->now - MINUTE) { /* its hour went by while it waited: a new one is to be chosen */
		post->wall_time = (struct str){};
		post->planned_at = 0;
		return post_trace(cx, db, post, "post.overdue", (struct str){});
	}
	return post_schedule(cx, db, post);
}

static void touch(struct cx *cx, struct post *post)
{
	post->updated_at = cx->now;
	post->revision++;
	if (post->approved_revision)
		post->approved_revision = post->revision;
}

static enum err ready(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post)
{
	struct post post;
	struct way way;
	TRY(post_get(cx, db, workspace, id, &post));
	if (post.state != POST_DRAFT || post.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This post is no longer a draft. Look at it again."));
	TRY(post_fit(cx, db, &post));
	TRY(post_variables_hold(cx, db, &post));
	TRY(post_still_to_come(cx, &post));
	TRY(find_way(cx, db, &post, &way));
	bool alone = !way.count && actor_may(cx->actor, MAY_PUBLISH);
	post.revision++;
	post.updated_at = cx->now;
	if (alone)
		TRY(approved(cx, db, &post));
	else
		TRY(ask(cx, db, &post, way.count ? &way.steps[0] : NULL));
	TRY(post_save(cx, db, &post, revision));
	TRY(post_trace(cx, db, &post, alone ? "post.approved" : "post.asked", (struct str){}));
	*ret_post = post;
	return OK;
}

enum err post_ready(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, ready(cx, db, workspace, id, revision, ret_post));
}

/* ---- deciding ---- */

static enum err may_decide(struct cx *cx, struct db *db, const struct post *post, const struct post_approval *open, bool *ret_may)
{
	struct workflow_step room, *step;
	i64 *persons;
	size_t count;
	TRY(open_step(cx, db, open, &room, &step));
	TRY(deciders(cx, db, post->workspace, step, &persons, &count));
	bool named = in_list(persons, count, cx->actor->user), own = post->updated_by == cx->actor->user;
	*ret_may = named && (!own || (!step && actor_may(cx->actor, MAY_PUBLISH)));
	return OK;
}

enum err post_may_decide(struct cx *cx, struct db *db, const struct post *post, bool *ret_may)
{
	struct post_approval open;
	*ret_may = false;
	if (post->state != POST_REVIEW)
		return OK;
	enum err e = post_approval_open(cx, db, post->workspace, post->id, &open);
	if (e == ERR_MISSING)
		return OK;
	TRY(e);
	return may_decide(cx, db, post, &open, ret_may);
}

static enum err find_open(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *post, struct post_approval *open)
{
	bool may;
	TRY(post_get(cx, db, workspace, id, post));
	enum err e = post->state == POST_REVIEW ? post_approval_open(cx, db, workspace, id, open) : ERR_MISSING;
	if (e == ERR_MISSING)
		return fail(cx, ERR_CONFLICT, N_("Nobody asks for approval of this post any more. Look at it again."));
	TRY(e);
	TRY(may_decide(cx, db, post, open, &may));
	if (!may && post->updated_by == cx->actor->user)
		return fail(cx, ERR_DENIED, N_("You wrote this post, so somebody else decides on it."));
	return may ? OK : fail(cx, ERR_DENIED, N_("This step is decided by somebody else."));
}

static struct str remark_json(struct cx *cx, struct str remark)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, S("{\"remark\":"));
	buf_add_json(&b, remark);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err approve(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post)
{
	struct post post;
	struct post_approval open;
	struct way way;
	TRY(find_open(cx, db, workspace, id, &post, &open));
	TRY(post_approval_decide(cx, db, workspace, open.id, S("approved"), remark));
	TRY(post_event_add(cx, db, workspace, id, "approved", remark_json(cx, remark)));
	TRY(find_way(cx, db, &post, &way));
	size_t next = 0;
	for (size_t i = 0; i < way.count; i++)
		if (way.steps[i].id == open.step)
			next = i + 1;
	bool goes_on = open.step && next < way.count;
	post.revision++;
	post.updated_at = cx->now;
	if (goes_on)
		TRY(ask(cx, db, &post, &way.steps[next]));
	else
		TRY(approved(cx, db, &post));
	TRY(post_save(cx, db, &post, revision));
	if (!goes_on)
		TRY(tell(cx, db, &post, post.updated_by, "post_approved"));
	TRY(post_trace(cx, db, &post, goes_on ? "post.asked" : "post.passed", (struct str){}));
	*ret_post = post;
	return OK;
}

enum err post_approve(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, approve(cx, db, workspace, id, revision, str_trim(remark), ret_post));
}

static enum err give_back(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post)
{
	struct post post;
	struct post_approval open;
	TRY(find_open(cx, db, workspace, id, &post, &open));
	TRY(post_approval_decide(cx, db, workspace, open.id, S("returned"), remark));
	post.state = POST_DRAFT;
	touch(cx, &post);
	TRY(post_save(cx, db, &post, revision));
	TRY(post_event_add(cx, db, workspace, id, "returned", remark_json(cx, remark)));
	TRY(tell(cx, db, &post, post.updated_by, "post_returned"));
	TRY(post_trace(cx, db, &post, "post.reopened", (struct str){}));
	*ret_post = post;
	return OK;
}

enum err post_return(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 revision, struct str remark, struct post *ret_post)
{
	remark = str_trim(remark);
	if (!remark.len)
		return fail_field(cx, "remark", N_("Say what is to be changed, so that they can."));
	return IN_TRANSACTION(cx, db, give_back(cx, db, workspace, id, revision, remark, ret_post));
}

/* ---- the same words again ---- */

enum err post_approve_like(struct cx *cx, struct db *db, const struct post *post, i64 like)
{
	struct post p = *post;
	i64 seen = p.revision++;
	p.updated_at = cx->now;
	TRY(approved(cx, db, &p));
	TRY(post_save(cx, db, &p, seen));
	return post_trace(cx, db, &p, "post.approved_like", arena_printf(cx->arena, "{\"post\":\"%lld\"}", (long long)like));
}

/* ---- deadlines ---- */

static enum err remind(struct cx *cx, struct db *db, const struct post_approval *approval)
{
	struct post post;
	struct workflow_step room, *step;
	TRY(workspace_speak(cx, db, approval->workspace));
	TRY(post_get(cx, db, approval->workspace, approval->post, &post));
	TRY(open_step(cx, db, approval, &room, &step));
	TRY(tell_deciders(cx, db, &post, step, "post_late_approval"));
	TRY(post_approval_reminded(cx, db, approval->workspace, approval->id));
	return post_event_add(cx, db, post.workspace, post.id, "reminded", (struct str){});
}

enum err post_sweep(struct cx *cx, struct db *db, i64 *ret_reminded)
{
	struct post_approval *list;
	size_t count;
	TRY(post_approvals_due(cx, db, cx->now + REMIND_BEFORE, 50, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, remind(cx, db, &list[i])));
	*ret_reminded = (i64)count;
	return OK;
}
