/* contest_jury.c: points that several people give without seeing each other's, and what they decide. */
#include "base/id.h"
#include "flow/contest_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"

#include <stdlib.h>

static enum err judge(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 points)
{
	struct contest c;
	struct contest_said s;
	if (!actor_may(cx->actor, MAY_JUDGE) || !cx->actor->user)
		return fail(cx, ERR_DENIED, N_("Your role is not in the jury."));
	TRY(contest_get(cx, db, workspace, contest, &c));
	TRY(contest_entry_get(cx, db, workspace, contest, entry, &s));
	if (c.kind != CONTEST_JURY || c.state != CONTEST_FROZEN)
		return fail(cx, ERR_CONFLICT, N_("Points are given to a jury's contest, between its end and its decision."));
	if (s.entry.state != ENTRY_COUNTED || !s.entry.hash.len)
		return fail(cx, ERR_CONFLICT, N_("This entry does not count."));
	if (points < 0 || points > CONTEST_POINTS_MAX)
		return fail_field(cx, "points", N_("Give 0 to %d points."), CONTEST_POINTS_MAX);
	struct contest_points p = {entry, cx->actor->user, points, cx->now};
	TRY(contest_points_set(cx, db, workspace, &p));
	return trace_contest(cx, db, &c, "contest.judge", arena_printf(cx->arena, "{\"entry\":\"%lld\"}", (long long)entry)); /* not how many: the others read the log */
}

enum err contest_judge(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 points)
{
	return IN_TRANSACTION(cx, db, judge(cx, db, workspace, contest, entry, points));
}

struct judged {
	i64 entry, at, points, person;
};

static int by_points(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;
	if (x->points != y->points)
		return x->points < y->points ? 1 : -1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* They are in the order of their entries. */
static size_t first_of(const struct contest_points *points, size_t count, i64 entry)
{
	size_t low = 0;
	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (points[middle].entry < entry)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static enum err sums(struct cx *cx, struct db *db, const struct contest *c, struct judged **ret_list, size_t *ret_count)
{
	struct contest_said *said;
	struct contest_points *points;
	size_t count, point_count, taken = 0, next;
	TRY(contest_said_by(cx, db, c->workspace, c->id, 0, 0, &said, &count));
	TRY(contest_points_of(cx, db, c->workspace, c->id, 0, &points, &point_count));
	struct judged *list = arena_array(cx->arena, struct judged, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (said[i].entry.state != ENTRY_COUNTED || !said[i].entry.hash.len)
			continue;
		struct judged *j = &list[taken++];
		*j = (struct judged){.entry = said[i].entry.id, .at = said[i].entry.at, .person = said[i].contact};
		for (next = first_of(points, point_count, j->entry); next < point_count && points[next].entry == j->entry; next++)
			j->points += points[next].points;
	}
	if (taken)
		qsort(list, taken, sizeof *list, by_points);
	*ret_list = list;
	*ret_count = taken;
	return OK;
}

static bool has_won(const struct judged *list, size_t count, const size_t *order, size_t taken, i64 person)
{
	for (size_t i = 0; i < taken; i++)
		if (order[i] < count && list[order[i]].person == person)
			return true;
	return false;
}

static enum err jury_decide(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct contest c;
	struct contest_draw *draws;
	struct judged *list;
	size_t count, draw_count, taken = 0, all;
	TRY(contest_of(cx, db, workspace, id, &c));
	if (c.kind != CONTEST_JURY || c.state != CONTEST_FROZEN)
		return fail(cx, ERR_CONFLICT, N_("A jury decides between the contest's end and its decision."));
	TRY(contest_draws(cx, db, workspace, id, &draws, &draw_count));
	must(draw_count);
	TRY(sums(cx, db, &c, &list, &count));
	if (!count || !list[0].points)
		return fail(cx, ERR_CONFLICT, N_("Nobody has given points yet."));
	all = (size_t)(c.winners + c.substitutes);
	size_t *order = arena_array(cx->arena, size_t, all + 1);
	for (size_t i = 0; i < count && taken < all && list[i].points; i++) {
		if (has_won(list, count, order, taken, list[i].person))
			continue;
		order[taken++] = i;
		struct contest_winner w = {.id = id_new(), .workspace = workspace, .contest = id, .draw = draws[0].id, .entry = list[i].entry, .place = (i64)taken,
					   .state = (i64)taken <= c.winners ? WINNER_DRAWN : WINNER_STANDBY, .points = list[i].points};
		TRY(contest_winner_save(cx, db, &w));
	}
	draws[0].drawn_at = cx->now;
	draws[0].drawn_by = cx->actor->user;
	TRY(contest_draw_done(cx, db, &draws[0]));
	c.state = CONTEST_DECIDED;
	c.decided_at = cx->now;
	TRY(contest_save(cx, db, &c));
	return trace_contest(cx, db, &c, "contest.decide", (struct str){});
}

enum err contest_jury_decide(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, jury_decide(cx, db, workspace, id));
}
