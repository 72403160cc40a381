/* contest_winner.c: those who won are told, answer or do not, and make place for the next; what a challenge chose; and names that go when their time is over. */
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/contest_parts.h"
#include "flow/notify.h"
#include "flow/reply.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/message.h"

#define SHOWN_AS_MAX 120
#define REMIND_BEFORE DAY
#define A_TURN 100

static enum err tell_owner(struct cx *cx, struct db *db, const struct contest *c, const char *kind)
{
	return notify_person(cx, db, c->workspace, contest_owner(c), kind, 0, 0, arena_printf(cx->arena, "{\"contest\":\"%lld\"}", (long long)c->id));
}

/* The place is free: the next substitute of the same draw has it. */
static enum err move_up(struct cx *cx, struct db *db, const struct contest *c, i64 draw)
{
	struct contest_winner *winners;
	size_t count;
	TRY(contest_winners(cx, db, c->workspace, c->id, &winners, &count));
	for (size_t i = 0; i < count; i++)
		if (winners[i].draw == draw && winners[i].state == WINNER_STANDBY) {
			winners[i].state = WINNER_DRAWN;
			TRY(contest_winner_save(cx, db, &winners[i]));
			return trace_contest(cx, db, c, "contest.move_up", arena_printf(cx->arena, "{\"place\":%lld}", (long long)winners[i].place));
		}
	return OK;
}

/* ---- told ---- */

static enum err tell(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, struct str body, bool in_private)
{
	struct contest c;
	struct contest_winner w;
	struct message reply;
	TRY(contest_of(cx, db, workspace, contest, &c));
	TRY(contest_winner_get(cx, db, workspace, contest, winner, &w));
	if (w.state != WINNER_DRAWN)
		return fail(cx, ERR_CONFLICT, w.state == WINNER_STANDBY ? N_("A substitute is told when a place is free.")
					       : w.state == WINNER_LEAVING ? N_("A message to this person is on its way: look at it in the conversation.") : N_("This person was told already."));
	if (!w.message)
		return fail(cx, ERR_CONFLICT, N_("Its author withdrew it: there is nobody to be told. Give the place to the next one."));
	struct reply_request request = {.conversation = w.conversation, .parent = w.message, .body = body, .visibility = in_private ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
					.status_after = -1};
	TRY(reply_compose(cx, db, workspace, &request, &reply, NULL));
	w.state = WINNER_LEAVING;
	w.reply = reply.id;
	TRY(contest_winner_save(cx, db, &w));
	return trace_contest(cx, db, &c, "contest.tell", arena_printf(cx->arena, "{\"place\":%lld}", (long long)w.place));
}

enum err contest_tell(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, struct str body, bool in_private)
{
	return IN_TRANSACTION(cx, db, tell(cx, db, workspace, contest, winner, body, in_private));
}

static enum err arrived(struct cx *cx, struct db *db, const struct contest_winner *seen)
{
	struct contest c;
	struct contest_winner w;
	TRY(contest_get(cx, db, seen->workspace, seen->contest, &c));
	TRY(contest_winner_get(cx, db, seen->workspace, seen->contest, seen->id, &w));
	if (w.state != WINNER_LEAVING || w.reply_state != REPLY_SENT) /* they answered by another way, or it was settled by hand */
		return OK;
	w.state = WINNER_TOLD;
	w.told_at = cx->now;
	w.answer_by = cx->now + c.answer_days * DAY;
	TRY(contest_winner_save(cx, db, &w));
	return trace_contest(cx, db, &c, "contest.told", arena_printf(cx->arena, "{\"place\":%lld}", (long long)w.place));
}

enum err contest_arrivals(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct contest_winner *winners;
	size_t count;
	i64 after = 0, done = 0;
	do { /* what waits for approval may stand before what has arrived */
		TRY(contest_winners_leaving(cx, db, after, A_TURN, &winners, &count));
		for (size_t i = 0; i < count; i++) {
			after = winners[i].id;
			if (winners[i].reply_state != REPLY_SENT)
				continue;
			TRY(IN_TRANSACTION(cx, db, arrived(cx, db, &winners[i])));
			done++;
		}
	} while (count == A_TURN);
	*ret_done = done;
	return OK;
}

/* ---- answered, or not ---- */

static enum err settle(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, enum winner_state state, struct str shown_as)
{
	struct contest c;
	struct contest_winner w;
	must(state == WINNER_ACCEPTED || state == WINNER_DECLINED || state == WINNER_SILENT);
	TRY(contest_of(cx, db, workspace, contest, &c));
	TRY(contest_winner_get(cx, db, workspace, contest, winner, &w));
	bool again = w.state == state && state == WINNER_ACCEPTED; /* by another name, or by none */
	if (w.state != WINNER_DRAWN && w.state != WINNER_LEAVING && w.state != WINNER_TOLD && !again)
		return fail(cx, ERR_CONFLICT, N_("This was settled already."));
	shown_as = str_trim(shown_as);
	if (utf8_count(shown_as) > SHOWN_AS_MAX)
		return fail_field(cx, "shown_as", N_("This is too long: %d characters at the most."), SHOWN_AS_MAX);
	w.state = state;
	w.shown_as = state == WINNER_ACCEPTED ? shown_as : (struct str){};
	w.settled_at = cx->now;
	w.settled_by = cx->actor->user;
	TRY(contest_winner_save(cx, db, &w));
	if (state != WINNER_ACCEPTED && w.draw)
		TRY(move_up(cx, db, &c, w.draw));
	return trace_contest(cx, db, &c, state == WINNER_ACCEPTED ? "contest.accept" : state == WINNER_DECLINED ? "contest.decline" : "contest.give_up",
			     arena_printf(cx->arena, "{\"place\":%lld}", (long long)w.place));
}

enum err contest_settle(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 winner, enum winner_state state, struct str shown_as)
{
	return IN_TRANSACTION(cx, db, settle(cx, db, workspace, contest, winner, state, shown_as));
}

/* ---- a challenge ---- */

static enum err choose(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 *ret_winner)
{
	struct contest c;
	struct contest_said s;
	struct contest_winner w, *known;
	size_t count;
	TRY(contest_of(cx, db, workspace, contest, &c));
	TRY(contest_entry_get(cx, db, workspace, contest, entry, &s));
	if (c.kind != CONTEST_CHALLENGE || c.state == CONTEST_DRAFT || c.state == CONTEST_STOPPED)
		return fail(cx, ERR_CONFLICT, N_("Only of a challenge something is chosen by hand."));
	if (s.entry.state != ENTRY_COUNTED)
		return fail(cx, ERR_CONFLICT, N_("This entry does not count."));
	enum err e = contest_winner_of_entry(cx, db, workspace, entry, &w);
	if (e == OK) {
		*ret_winner = w.id;
		return OK;
	}
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	TRY(contest_winners(cx, db, workspace, contest, &known, &count));
	w = (struct contest_winner){.id = id_new(), .workspace = workspace, .contest = contest, .entry = entry, .place = (i64)count + 1, .state = WINNER_DRAWN};
	TRY(contest_winner_save(cx, db, &w));
	*ret_winner = w.id;
	return trace_contest(cx, db, &c, "contest.choose", arena_printf(cx->arena, "{\"entry\":\"%lld\"}", (long long)entry));
}

enum err contest_choose(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, i64 *ret_winner)
{
	return IN_TRANSACTION(cx, db, choose(cx, db, workspace, contest, entry, ret_winner));
}

static enum err challenge_end(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct contest c;
	i64 ignored;
	TRY(contest_of(cx, db, workspace, id, &c));
	if (c.kind != CONTEST_CHALLENGE || c.state != CONTEST_OPEN)
		return fail(cx, ERR_CONFLICT, N_("Only an open challenge is ended."));
	TRY(contest_gather(cx, db, &c, &ignored));
	TRY(contest_judge_all(cx, db, &c, 0, &ignored));
	c.state = CONTEST_DECIDED;
	c.decided_at = cx->now;
	TRY(contest_save(cx, db, &c));
	return trace_contest(cx, db, &c, "contest.end", (struct str){});
}

enum err contest_challenge_end(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, challenge_end(cx, db, workspace, id));
}

/* ---- clocks ---- */

static enum err wait_for(struct cx *cx, struct db *db, struct contest_winner *w)
{
	struct contest c;
	struct contest_winner now;
	TRY(contest_get(cx, db, w->workspace, w->contest, &c));
	TRY(contest_winner_get(cx, db, w->workspace, w->contest, w->id, &now));
	if (now.state != WINNER_TOLD)
		return OK; /* they answered meanwhile */
	if (now.answer_by > cx->now) {
		now.reminded_at = cx->now;
		TRY(contest_winner_save(cx, db, &now));
		return tell_owner(cx, db, &c, "contest_waiting");
	}
	now.state = WINNER_SILENT;
	now.settled_at = cx->now;
	TRY(contest_winner_save(cx, db, &now));
	TRY(trace_contest(cx, db, &c, "contest.silent", arena_printf(cx->arena, "{\"place\":%lld}", (long long)now.place)));
	if (now.draw)
		TRY(move_up(cx, db, &c, now.draw));
	return tell_owner(cx, db, &c, "contest_silent");
}

static enum err unname(struct cx *cx, struct db *db, struct contest *c)
{
	i64 count;
	TRY(contest_unname(cx, db, c->workspace, c->id, &count));
	c->unnamed_at = cx->now;
	TRY(contest_save(cx, db, c));
	return trace_contest(cx, db, c, "contest.unname", arena_printf(cx->arena, "{\"entries\":%lld}", (long long)count));
}

enum err contest_clock(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct contest_winner *winners;
	struct contest *contests;
	size_t count, contest_count;
	TRY(contest_winners_waiting(cx, db, cx->now, cx->now + REMIND_BEFORE, A_TURN, &winners, &count));
	for (size_t i = 0; i < count; i++)
		TRY(IN_TRANSACTION(cx, db, wait_for(cx, db, &winners[i])));
	TRY(contests_to_unname(cx, db, cx->now, A_TURN, &contests, &contest_count));
	for (size_t i = 0; i < contest_count; i++)
		TRY(IN_TRANSACTION(cx, db, unname(cx, db, &contests[i])));
	*ret_done = (i64)(count + contest_count);
	return OK;
}
