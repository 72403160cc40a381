/* contest_draw.c: the list is frozen, and drawn: by a beacon's round that was named before it came, by a secret and a word, or by a jury's points. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/utf8.h"
#include "flow/contest_parts.h"
#include "flow/lot.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#include <stdlib.h>

#define REASON_MAX 300
#define DUE_A_TURN 20
#define AGAIN_AFTER MINUTE
#define SLACK (5 * SECOND)      /* a relay has a round a moment after it came */
#define ANSWER_MAX 4096

/* ---- freezing ---- */

/* The lines of what counts; each entry is told what it is in the list. */
static enum err freeze_entries(struct cx *cx, struct db *db, const struct contest *c, struct str *ret_list, i64 *ret_count)
{
	struct contest_said *said;
	size_t count, taken = 0;
	TRY(contest_said_by(cx, db, c->workspace, c->id, 0, 0, &said, &count));
	struct lot_line *lines = arena_array(cx->arena, struct lot_line, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct contest_said *s = &said[i];
		struct contest_entry *e = &s->entry;
		if (e->state == ENTRY_WITHDRAWN) /* it need not be known any more that it must not come in again */
			TRY(contest_entry_unlink(cx, db, c->workspace, e->id));
		if (e->state != ENTRY_COUNTED) /* in an earlier list it stays what it was */
			continue;
		e->hash = lot_entry(cx->arena, c->salt, s->network, s->handle.len ? s->handle : s->remote_author, s->remote_id);
		e->group = c->per_person > 1 ? lot_person(cx->arena, c->salt, s->contact) : (struct str){};
		TRY(contest_entry_freeze(cx, db, e));
		lines[taken++] = (struct lot_line){e->hash, e->group};
	}
	*ret_list = lot_write(cx->arena, lines, taken);
	*ret_count = (i64)taken;
	return OK;
}

static enum err void_winners(struct cx *cx, struct db *db, const struct contest *c)
{
	struct contest_winner *winners;
	size_t count;
	TRY(contest_winners(cx, db, c->workspace, c->id, &winners, &count));
	for (size_t i = 0; i < count; i++)
		if (winners[i].state != WINNER_VOID) {
			winners[i].state = WINNER_VOID;
			TRY(contest_winner_save(cx, db, &winners[i]));
		}
	return OK;
}

/* Once more: everybody sees why, and what was drawn before stands beside it. */
static enum err check_again(struct cx *cx, const struct contest *c, struct str reason)
{
	if (c->state == CONTEST_OPEN)
		return c->starts_at <= cx->now ? OK : fail(cx, ERR_CONFLICT, N_("It has not begun yet."));
	if (c->state != CONTEST_DECIDED && c->state != CONTEST_FROZEN)
		return fail(cx, ERR_CONFLICT, N_("Only an open contest has entries to be frozen."));
	if (c->kind != CONTEST_DRAW)
		return fail(cx, ERR_CONFLICT, N_("Its list is frozen already."));
	if (c->unnamed_at)
		return fail(cx, ERR_CONFLICT, N_("Its entries have lost their names by its rules: nothing is left that could be drawn again."));
	if (!reason.len || utf8_count(reason) > REASON_MAX)
		return fail_field(cx, "reason", N_("A list that was published is not replaced silently: say why, in 1 to %d characters. Everybody reads it."), REASON_MAX);
	return OK;
}

static void name_source(struct cx *cx, const struct contest *c, const struct contest_freeze *wish, struct contest_draw *d)
{
	i64 lead = wish->lead > 0 ? wish->lead : CONTEST_LEAD;
	d->source = c->kind == CONTEST_JURY ? LOT_NONE : wish->source;
	if (d->source == LOT_BEACON) {
		d->round = beacon_round_after(cx->now + lead);
		d->due_at = beacon_time(d->round) + SLACK;
	}
	if (d->source == LOT_WORD) {
		u8 secret[32];
		CLEANUP(buf_free) struct buf hex = {};
		random_bytes(secret, sizeof secret);
		buf_add_hex(&hex, secret, sizeof secret);
		d->secret = buf_keep(&hex, cx->arena);
		d->secret_hash = lot_hash(cx->arena, d->secret);
	}
}

static enum err freeze(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct contest_freeze *wish, i64 *ret_number)
{
	struct contest c;
	struct contest_draw *draws;
	size_t count;
	i64 ignored;
	struct str reason = str_trim(wish->reason);
	TRY(contest_of(cx, db, workspace, id, &c));
	if (c.kind == CONTEST_CHALLENGE)
		return fail(cx, ERR_CONFLICT, N_("A challenge is not drawn: end it when its time is over."));
	TRY(check_again(cx, &c, reason));
	if (wish->lead < 0 || wish->lead > CONTEST_LEAD_MAX)
		return fail_field(cx, "minutes", N_("Name a round of the beacon within the next 30 days."));
	bool again = c.state != CONTEST_OPEN;
	TRY(contest_draws(cx, db, workspace, id, &draws, &count));
	if (!again)
		TRY(contest_gather(cx, db, &c, &ignored));
	TRY(contest_judge_all(cx, db, &c, 0, &ignored)); /* people were put together since */
	struct contest_draw d = {.id = id_new(), .workspace = workspace, .contest = id, .number = count ? draws[0].number + 1 : 1, .winners = c.winners, .substitutes = c.substitutes,
				 .reason = again ? reason : (struct str){}, .frozen_by = cx->actor->user, .frozen_at = cx->now};
	TRY(freeze_entries(cx, db, &c, &d.list, &d.entries));
	if (!d.entries)
		return fail(cx, ERR_CONFLICT, N_("No entry counts: there is nothing to be drawn. Stop the contest, and say why."));
	d.list_hash = lot_hash(cx->arena, d.list);
	name_source(cx, &c, wish, &d);
	TRY(contest_draw_insert(cx, db, &d));
	if (again)
		TRY(void_winners(cx, db, &c));
	c.state = CONTEST_FROZEN;
	c.decided_at = 0;
	TRY(contest_save(cx, db, &c));
	*ret_number = d.number;
	return trace_contest(cx, db, &c, again ? "contest.freeze_again" : "contest.freeze",
			     arena_printf(cx->arena, "{\"list\":%lld,\"entries\":%lld,\"hash\":\"%.*s\",\"source\":\"%s\",\"round\":%lld}", (long long)d.number, (long long)d.entries,
					  STR_ARG(d.list_hash), lot_source_word(d.source), (long long)d.round));
}

enum err contest_freeze(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct contest_freeze *wish, i64 *ret_number)
{
	return IN_TRANSACTION(cx, db, freeze(cx, db, workspace, id, wish, ret_number));
}

/* ---- drawing ---- */

static enum err write_winners(struct cx *cx, struct db *db, const struct contest *c, const struct contest_draw *d)
{
	struct lot_line *lines;
	size_t count, taken, *order;
	TRY(lot_read(cx, d->list, &lines, &count));
	lot_draw(cx->arena, lines, count, d->seed, (size_t)(d->winners + d->substitutes), &order, &taken);
	for (size_t i = 0; i < taken; i++) {
		struct contest_winner w = {.id = id_new(), .workspace = c->workspace, .contest = c->id, .draw = d->id, .place = (i64)i + 1,
					   .state = (i64)i < d->winners ? WINNER_DRAWN : WINNER_STANDBY};
		TRY(contest_entry_by_hash(cx, db, c->workspace, c->id, lines[order[i]].entry, &w.entry));
		TRY(contest_winner_save(cx, db, &w));
	}
	return OK;
}

/* With its seed. The list is read from the row as it was published, and held to its hash. */
static enum err draw(struct cx *cx, struct db *db, struct contest *c, struct contest_draw *d)
{
	if (!str_eq(lot_hash(cx->arena, d->list), d->list_hash))
		return fail(cx, ERR_SYSTEM, N_("The list is not the one that was published: its SHA-256 is another. Nothing was drawn."));
	d->drawn_at = cx->now;
	d->drawn_by = cx->actor ? cx->actor->user : 0;
	d->due_at = 0;
	d->story = (struct str){};
	TRY(contest_draw_done(cx, db, d));
	TRY(write_winners(cx, db, c, d));
	c->state = CONTEST_DECIDED;
	c->decided_at = cx->now;
	TRY(contest_save(cx, db, c));
	TRY(notify_person(cx, db, c->workspace, contest_owner(c), "contest_drawn", 0, 0, arena_printf(cx->arena, "{\"contest\":\"%lld\"}", (long long)c->id)));
	return trace_contest(cx, db, c, "contest.draw", arena_printf(cx->arena, "{\"list\":%lld,\"seed\":\"%.*s\"}", (long long)d->number, STR_ARG(d->seed)));
}

/* The newest list, with its contest; not drawn yet. */
static enum err waiting(struct cx *cx, struct db *db, i64 workspace, i64 id, enum lot_source source, struct contest *ret_contest, struct contest_draw *ret_draw)
{
	struct contest_draw *draws;
	size_t count;
	TRY(contest_get(cx, db, workspace, id, ret_contest));
	TRY(contest_draws(cx, db, workspace, id, &draws, &count));
	if (ret_contest->state != CONTEST_FROZEN || !count || draws[0].drawn_at)
		return fail(cx, ERR_CONFLICT, N_("Nothing waits to be drawn here."));
	if (draws[0].source != source)
		return fail(cx, ERR_CONFLICT, N_("The list names another source: it is drawn by that one."));
	return contest_draw_get(cx, db, workspace, id, draws[0].number, ret_draw);
}

static enum err draw_word(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str word)
{
	struct contest c;
	struct contest_draw d;
	TRY(contest_may_run(cx));
	TRY(waiting(cx, db, workspace, id, LOT_WORD, &c, &d));
	word = str_trim(word);
	if (!word.len || word.len > LOT_WORD_MAX || str_find_byte(word, '\n') >= 0)
		return fail_field(cx, "word", N_("Write the word that the public gave, in one line of 1 to %d characters, exactly as it was given."), LOT_WORD_MAX);
	d.word = word;
	d.seed = lot_seed_of_word(cx->arena, d.secret, word);
	return draw(cx, db, &c, &d);
}

enum err contest_draw_word(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str word)
{
	return IN_TRANSACTION(cx, db, draw_word(cx, db, workspace, id, word));
}

static enum err draw_typed(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str value)
{
	struct contest c;
	struct contest_draw d;
	TRY(contest_may_run(cx));
	TRY(waiting(cx, db, workspace, id, LOT_BEACON, &c, &d));
	if (cx->now < beacon_time(d.round))
		return fail(cx, ERR_CONFLICT, N_("This round of the beacon has not come yet."));
	value = str_trim(value);
	if (str_starts(value, S("{"))) {
		TRY(beacon_read(cx, value, d.round, &d.seed));
	} else {
		TRY(lot_seed(cx, "seed", value, &d.seed));
		if (d.seed.len != LOT_HASH)
			return fail_field(cx, "seed", N_("The value of a round has 64 hexadecimal digits."));
	}
	d.typed = true;
	return draw(cx, db, &c, &d);
}

enum err contest_draw_typed(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str value)
{
	return IN_TRANSACTION(cx, db, draw_typed(cx, db, workspace, id, value));
}

/* ---- the beacon, by the working role ---- */

static enum err ask(struct cx *cx, struct net *net, const struct contest_draw *d, struct str *ret_seed, struct str *ret_story)
{
	struct net_request request = {.method = "GET", .url = beacon_url(cx->arena, d->round), .timeout = 15 * SECOND, .answer_max = ANSWER_MAX};
	struct net_answer answer;
	TRY(net_ask(cx, net, &request, &answer));
	*ret_seed = *ret_story = (struct str){};
	if (answer.outcome != NET_ANSWERED || answer.status != 200 || !answer.whole) {
		*ret_story = answer.story.len ? answer.story : arena_printf(cx->arena, _(N_("The beacon answered with %d.")), answer.status);
		return OK;
	}
	if (beacon_read(cx, answer.body, d->round, ret_seed) != OK) {
		*ret_story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
	}
	return OK;
}

static enum err take(struct cx *cx, struct db *db, const struct contest_draw *asked, struct str seed, struct str story)
{
	struct contest c;
	struct contest_draw d;
	enum err e = waiting(cx, db, asked->workspace, asked->contest, LOT_BEACON, &c, &d);
	bool gone = e == ERR_CONFLICT || (e == OK && d.id != asked->id); /* somebody typed it meanwhile, the contest was stopped, or the list was replaced */
	if (e != OK && !gone)
		return e;
	if (gone) {
		cx_forget(cx);
		d = *asked;
		d.due_at = 0;
		e = contest_draw_done(cx, db, &d);
		if (e == ERR_CONFLICT) /* it is drawn, and asks no more */
			cx_forget(cx);
		return e == ERR_CONFLICT ? OK : e;
	}
	if (!seed.len) {
		d.due_at = cx->now + AGAIN_AFTER;
		d.story = story;
		return contest_draw_done(cx, db, &d);
	}
	d.seed = seed;
	return draw(cx, db, &c, &d);
}

enum err contest_beacon_turn(struct cx *cx, struct db *db, struct net *net, i64 *ret_done, i64 *ret_wake)
{
	struct contest_draw *list;
	size_t count;
	TRY(contest_draws_due(cx, db, cx->now, DUE_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct str seed, story;
		TRY(workspace_speak(cx, db, list[i].workspace));
		TRY(ask(cx, net, &list[i], &seed, &story));
		TRY(IN_TRANSACTION(cx, db, take(cx, db, &list[i], seed, story)));
	}
	*ret_done = (i64)count;
	return contest_draws_next(cx, db, ret_wake);
}

/* ---- a jury ---- */

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
