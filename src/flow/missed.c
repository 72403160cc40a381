#include "flow/missed.h"

#include "base/clock.h"
#include "base/zone.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"

/* "2027-03-28T18:40" of this instant, as a clock there shows it. */
static struct str wall_time_at(struct cx *cx, struct str zone, i64 instant)
{
	struct civil c = zone_civil(zone, instant);
	return arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static enum err post_of(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct publication *ret_publication, i64 *ret_post)
{
	struct post_variant v;
	TRY(publication_get(cx, db, workspace, publication, ret_publication));
	if (!ret_publication->variant)
		return fail(cx, ERR_MISSING, N_("This act is of no post."));
	TRY(post_variant_get(cx, db, workspace, ret_publication->variant, &v));
	*ret_post = v.post;
	return OK;
}

/* Each post gets the next hour; what another part of it took along there is planned with it. */
static enum err plan_all(struct cx *cx, struct db *db, i64 workspace, const struct missed_wish *wish)
{
	struct post first = {.workspace = workspace};
	i64 *posts = arena_array(cx->arena, i64, wish->count);
	size_t post_count = 0;
	TRY(post_set_hour(cx, db, &first, wish->wall_time, wish->zone));
	if (!first.planned_at)
		return fail_field(cx, "wall_time", N_("Say when they are to leave."));
	TRY(post_still_to_come(cx, &first));
	for (size_t i = 0; i < wish->count; i++) {
		struct publication p;
		i64 post = 0;
		size_t n = 0;
		TRY(post_of(cx, db, workspace, wish->publications[i], &p, &post));
		while (n < post_count && posts[n] != post)
			n++;
		if (n == post_count)
			posts[post_count++] = post;
		else if (p.state == PUBLICATION_WITHDRAWN) /* planned with its post, anew */
			continue;
		TRY(post_act_plan(cx, db, workspace, p.id, wall_time_at(cx, first.zone, first.planned_at + (i64)n * wish->apart * MINUTE), first.zone));
	}
	return OK;
}

static enum err settle(struct cx *cx, struct db *db, i64 workspace, const struct missed_wish *wish)
{
	struct publication p;
	if (!actor_may(cx->actor, MAY_PUBLISH))
		return fail(cx, ERR_DENIED, N_("Your role may not let posts leave."));
	if (!wish->count || wish->count > MISSED_MOST)
		return fail_field(cx, "publications", N_("Choose some of them, %d at the most."), MISSED_MOST);
	for (size_t i = 0; i < wish->count; i++) {
		TRY(publication_get(cx, db, workspace, wish->publications[i], &p));
		if (p.state != PUBLICATION_LATE)
			return fail(cx, ERR_CONFLICT, N_("Somebody decided on one of these meanwhile. Look at the list again."));
	}
	if (wish->choice == MISSED_PLAN)
		return plan_all(cx, db, workspace, wish);
	for (size_t i = 0; i < wish->count; i++) {
		if (wish->choice == MISSED_SEND)
			TRY(post_act_again(cx, db, workspace, wish->publications[i]));
		else
			TRY(post_act_drop(cx, db, workspace, wish->publications[i]));
	}
	return OK;
}

enum err missed_settle(struct cx *cx, struct db *db, i64 workspace, const struct missed_wish *wish)
{
	return IN_TRANSACTION(cx, db, settle(cx, db, workspace, wish));
}
