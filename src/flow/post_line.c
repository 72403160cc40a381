/* post_line.c: what posts serve: a pillar of the editorial line, a campaign, the idea they came from. */
#include "base/id.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"

enum err post_check_pillar(struct cx *cx, struct db *db, i64 workspace, i64 pillar, i64 before)
{
	struct pillar p;
	if (!pillar || pillar == before)
		return OK;
	enum err e = pillar_get(cx, db, workspace, pillar, &p);
	if (e == ERR_MISSING || (e == OK && p.archived_at))
		return fail_field(cx, "pillar", N_("Choose a pillar that is in use."));
	return e;
}

enum err post_check_campaign(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 before)
{
	struct campaign c;
	if (!campaign || campaign == before)
		return OK;
	enum err e = campaign_get(cx, db, workspace, campaign, &c);
	if (e == ERR_MISSING || (e == OK && c.archived_at))
		return fail_field(cx, "campaign", N_("Choose a campaign that is in use."));
	return e;
}

enum err post_check_line(struct cx *cx, struct db *db, i64 workspace, const struct post_request *r, const struct post *before)
{
	struct idea idea;
	TRY(post_check_pillar(cx, db, workspace, r->pillar, before->pillar));
	TRY(post_check_campaign(cx, db, workspace, r->campaign, before->campaign));
	if (!r->idea || r->idea == before->idea)
		return OK;
	enum err e = idea_get(cx, db, workspace, r->idea, &idea);
	return e == ERR_MISSING ? fail_field(cx, "idea", N_("This idea is not on the board of this workspace.")) : e;
}

static enum err file(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 pillar, i64 campaign, struct post *ret_post)
{
	struct post post;
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role reads posts and does not change them."));
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_check_pillar(cx, db, workspace, pillar, post.pillar));
	TRY(post_check_campaign(cx, db, workspace, campaign, post.campaign));
	if (post.pillar != pillar || post.campaign != campaign) {
		post.pillar = pillar;
		post.campaign = campaign;
		i64 seen = post.revision++;
		if (post.approved_revision)
			post.approved_revision = post.revision; /* the same words */
		TRY(post_save(cx, db, &post, seen));
		TRY(post_trace(cx, db, &post, "post.filed", (struct str){}));
	}
	*ret_post = post;
	return OK;
}

enum err post_file(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 pillar, i64 campaign, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, file(cx, db, workspace, id, pillar, campaign, ret_post));
}
