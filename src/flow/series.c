#include "flow/series.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/post_parts.h"
#include "flow/series_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/recurrence.h"
#include "model/slot.h"
#include "store/event.h"
#include "store/queue.h"

#include <stdio.h>

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 series)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "series:%lld", (long long)series), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", 0);
}

static enum err may_write(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads posts and does not write them."));
}

enum err series_rule(struct cx *cx, const struct series *s, struct recurrence *ret_rule)
{
	struct civil c = {};
	TRY(recurrence_read(cx, s->rule, s->zone, ret_rule));
	if (s->wall_time.len < 16 || sscanf(arena_cstr(cx->arena, s->wall_time), "%4d-%2d-%2dT%2d:%2d", &c.year, &c.month, &c.day, &c.hour, &c.minute) != 5)
		return fail(cx, ERR_BAD_INPUT, N_("A post that comes again at fixed times needs an hour. Set one first."));
	ret_rule->zone = s->zone;
	ret_rule->start = c;
	return OK;
}

enum err series_coming(struct cx *cx, const struct series *s, i64 *ret_instants, size_t most, size_t *ret_count)
{
	struct recurrence rule;
	*ret_count = 0;
	if (!s->rule.len || s->ended_at)
		return OK;
	TRY(series_rule(cx, s, &rule));
	i64 after = s->made_until > cx->now ? s->made_until : cx->now;
	*ret_count = recurrence_list(&rule, after + 1, after + 20 * 366 * DAY, ret_instants, most);
	return OK;
}

struct str series_words(struct cx *cx, const struct series *s)
{
	struct recurrence r;
	if (!s->rule.len) {
		i64 days = s->rest / DAY;
		return arena_printf(cx->arena, tr_n(cx->lang, "after a rest of %lld day", "after a rest of %lld days", days), (long long)days);
	}
	if (series_rule(cx, s, &r) != OK) {
		cx_forget(cx);
		return s->rule;
	}
	switch (r.unit) {
	case EVERY_DAYS:
		return arena_printf(cx->arena, tr_n(cx->lang, "every day", "every %d days", r.interval), r.interval);
	case EVERY_WEEKS:
		return arena_printf(cx->arena, tr_n(cx->lang, "every week", "every %d weeks", r.interval), r.interval);
	case EVERY_MONTHS:
		return arena_printf(cx->arena, tr_n(cx->lang, "every month", "every %d months", r.interval), r.interval);
	case EVERY_YEARS:
		return arena_printf(cx->arena, tr_n(cx->lang, "every year", "every %d years", r.interval), r.interval);
	}
	return s->rule;
}

/* ---- begin ---- */

static enum err by_rule(struct cx *cx, const struct post *post, struct series *s)
{
	struct recurrence rule;
	i64 next;
	if (!post->planned_at)
		return fail_field(cx, "wall_time", N_("A post that comes again at fixed times needs an hour. Set one first."));
	s->wall_time = post->wall_time;
	s->zone = post->zone;
	s->made_until = post->planned_at > cx->now ? post->planned_at : cx->now; /* of one that left before, what would have come meanwhile is not missed */
	if (series_rule(cx, s, &rule) != OK)
		return fail_field(cx, "rule", "%s", arena_cstr(cx->arena, str_of(cx->story)));
	if (!recurrence_next(&rule, s->made_until, &next))
		return fail_field(cx, "rule", N_("By this rule it never comes again."));
	return OK;
}

static enum err by_queue(struct cx *cx, struct db *db, const struct post *post, struct series *s)
{
	struct queue q;
	enum err e = queue_get(cx, db, s->workspace, s->queue, &q);
	if (e == ERR_MISSING || (e == OK && q.archived_at))
		return fail_field(cx, "queue", N_("Choose a queue by whose hours it comes again."));
	TRY(e);
	if (s->rest < SERIES_REST_MIN || s->rest > SERIES_REST_MAX)
		return fail_field(cx, "rest", N_("The rest is a day at the least, and two years at the most."));
	s->zone = q.zone;
	s->made_until = post->planned_at ? post->planned_at : cx->now;
	return OK;
}

static enum err begin(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct series_request *r, i64 *ret_series)
{
	struct post post;
	struct series_post of;
	struct series s = {.id = id_new(), .workspace = workspace, .post = id, .rule = r->queue ? (struct str){} : str_trim(r->rule), .queue = r->queue, .rest = r->rest, .due_at = cx->now,
			   .created_by = cx->actor->user, .created_at = cx->now};
	TRY(may_write(cx));
	TRY(post_get(cx, db, workspace, id, &post));
	if (post.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This post was put away. Take it out first."));
	enum err e = series_of_post(cx, db, workspace, id, &of);
	if (e == OK) {
		struct series known;
		TRY(series_get(cx, db, workspace, of.series, &known));
		if (!known.ended_at)
			return fail(cx, ERR_CONFLICT, N_("This post is of a series already. End that one first."));
	} else if (e != ERR_MISSING) {
		return e;
	}
	if (!s.queue && !s.rule.len)
		return fail_field(cx, "rule", N_("Say how often it comes again."));
	TRY(s.queue ? by_queue(cx, db, &post, &s) : by_rule(cx, &post, &s));
	TRY(post_snapshot(cx, db, &post, &s.document));
	TRY(series_insert(cx, db, &s));
	TRY(series_post_insert(cx, db, workspace, &(struct series_post){s.id, s.rule.len ? post.planned_at : s.made_until, id}));
	TRY(post_event_add(cx, db, workspace, id, "series_begun", (struct str){}));
	TRY(trace(cx, db, workspace, "series.begin", s.id));
	*ret_series = s.id;
	return OK;
}

enum err series_begin(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct series_request *request, i64 *ret_series)
{
	return IN_TRANSACTION(cx, db, begin(cx, db, workspace, post, request, ret_series));
}

/* ---- one, and all that follow ---- */

static bool has_not_left(const struct post *p)
{
	return !p->archived_at && !post_state_begun(p->state) && p->state != POST_TROUBLE;
}

/* Those made for later than `after` that have not left and say what the series says. */
static enum err following(struct cx *cx, struct db *db, const struct series *s, i64 after, struct post **ret_posts, size_t *ret_count)
{
	struct series_post *list;
	struct post *posts = NULL;
	size_t count, kept = 0, capacity = 0;
	TRY(series_posts(cx, db, s->workspace, s->id, after, 1000, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct post p;
		struct str document;
		if (!list[i].post)
			continue;
		TRY(post_get(cx, db, s->workspace, list[i].post, &p));
		if (!has_not_left(&p))
			continue;
		TRY(post_snapshot(cx, db, &p, &document));
		if (str_eq(document, s->document))
			*arena_push(cx->arena, posts, kept, capacity) = p;
	}
	*ret_posts = posts;
	*ret_count = kept;
	return OK;
}

static enum err end_series(struct cx *cx, struct db *db, i64 workspace, i64 id, bool with, i64 *ret_away)
{
	struct series s;
	struct post *posts;
	size_t count = 0;
	TRY(may_write(cx));
	TRY(series_get(cx, db, workspace, id, &s));
	if (with)
		TRY(following(cx, db, &s, cx->now, &posts, &count));
	for (size_t i = 0; i < count; i++)
		TRY(post_put_away(cx, db, workspace, posts[i].id, true));
	*ret_away = (i64)count;
	if (s.ended_at)
		return OK;
	s.ended_at = cx->now;
	TRY(series_save(cx, db, &s));
	return trace(cx, db, workspace, "series.end", id);
}

enum err series_end(struct cx *cx, struct db *db, i64 workspace, i64 series, bool with_following, i64 *ret_away)
{
	return IN_TRANSACTION(cx, db, end_series(cx, db, workspace, series, with_following, ret_away));
}

static enum err skip_one(struct cx *cx, struct db *db, i64 workspace, i64 post, bool skip)
{
	struct series_post of;
	struct series s;
	struct post p;
	TRY(may_write(cx));
	enum err e = series_of_post(cx, db, workspace, post, &of);
	if (e == ERR_MISSING)
		return fail(cx, ERR_MISSING, N_("This post is of no series."));
	TRY(e);
	TRY(post_put_away(cx, db, workspace, post, skip));
	TRY(series_get(cx, db, workspace, of.series, &s));
	TRY(post_get(cx, db, workspace, post, &p));
	if (!skip && !p.planned_at && of.at > cx->now) /* at its hour, as if nothing had been */
		TRY(post_plan(cx, db, workspace, post, p.revision, slot_wall(cx->arena, s.zone, of.at), s.zone, &p));
	return trace(cx, db, workspace, skip ? "series.skip" : "series.unskip", of.series);
}

enum err series_skip(struct cx *cx, struct db *db, i64 workspace, i64 post, bool skip)
{
	return IN_TRANSACTION(cx, db, skip_one(cx, db, workspace, post, skip));
}

static enum err follow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_changed)
{
	struct series_post of;
	struct series s;
	struct post post, *posts;
	struct str document;
	size_t count;
	TRY(may_write(cx));
	enum err e = series_of_post(cx, db, workspace, id, &of);
	if (e == ERR_MISSING)
		return fail(cx, ERR_MISSING, N_("This post is of no series."));
	TRY(e);
	TRY(series_get(cx, db, workspace, of.series, &s));
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_snapshot(cx, db, &post, &document));
	TRY(following(cx, db, &s, of.at, &posts, &count));
	*ret_changed = 0;
	if (str_eq(document, s.document))
		return OK;
	s.document = document;
	s.post = id;
	s.approved_at = 0;
	s.due_at = cx->now;
	for (size_t i = 0; i < count; i++) {
		struct post_request r;
		if (posts[i].id == id)
			continue;
		TRY(series_request_of(cx, &s, &post, &r));
		r.id = posts[i].id;
		r.revision = posts[i].revision;
		r.wall_time = posts[i].wall_time;
		r.zone = posts[i].zone;
		TRY(post_write(cx, db, workspace, &r, &posts[i]));
		++*ret_changed;
	}
	TRY(series_save(cx, db, &s));
	return trace(cx, db, workspace, "series.follow", s.id);
}

enum err series_follow(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 *ret_changed)
{
	return IN_TRANSACTION(cx, db, follow(cx, db, workspace, post, ret_changed));
}
