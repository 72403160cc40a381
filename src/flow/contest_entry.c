/* contest_entry.c: what comes in and takes part, judged by the rules as they are, and by hand. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/contest_parts.h"
#include "flow/lot.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/mark.h"
#include "store/event.h"

#define A_BATCH 500
#define BATCHES_A_TURN 20
#define OVERLAP (2 * MINUTE)    /* ids are given before a commit: for so long what comes with an earlier one is still found */
#define CHANGED_MOST 500
#define CONTESTS_MOST 1000
#define WHY_MAX 300

/* ---- what the rules say of one ---- */

static bool has_hashtag(struct str text, struct str hashtag)
{
	CLEANUP(buf_free) struct buf wanted = {}, found = {};
	struct mark_reader reader = mark_reader_new(text, MARK_FEDIVERSE, MARK_ONLY(MARK_HASHTAG));
	struct mark m;
	buf_add_folded(&wanted, hashtag);
	while (mark_next(&reader, &m)) {
		buf_clear(&found);
		buf_add_folded(&found, m.value);
		if (str_eq(buf_str(&found), buf_str(&wanted)))
			return true;
	}
	return false;
}

/* Every line of them stands in it, whatever its capitals and accents. */
static bool has_words(struct str text, struct str words)
{
	CLEANUP(buf_free) struct buf said = {}, wanted = {};
	buf_add_folded(&said, text);
	while (words.len) {
		struct str word = str_trim(str_line(&words));
		buf_clear(&wanted);
		buf_add_folded(&wanted, word);
		if (word.len && str_find(buf_str(&said), str_trim(buf_str(&wanted))) < 0)
			return false;
	}
	return true;
}

static bool is_left_out(struct arena *arena, struct str list, const struct contest_said *s)
{
	struct str handle = lot_handle(arena, s->handle);
	while (list.len) {
		struct str one = lot_handle(arena, str_line(&list));
		if (one.len && (str_eq(one, handle) || str_eq(one, s->remote_author)))
			return true;
	}
	return false;
}

static enum entry_reason reason_of(struct arena *arena, const struct contest *c, const struct contest_said *s)
{
	if (s->removed_at)
		return ENTRY_REMOVED;
	if (s->hidden_at)
		return ENTRY_HIDDEN;
	if (s->visibility == VISIBILITY_PRIVATE)
		return ENTRY_PRIVATE;
	if (s->entry.at < c->starts_at)
		return ENTRY_EARLY;
	if (s->entry.at >= c->ends_at)
		return ENTRY_LATE;
	if (!s->contact)
		return ENTRY_NOBODY;
	if (is_left_out(arena, c->left_out, s))
		return ENTRY_LEFT_OUT;
	if (s->of_team && c->team_out)
		return ENTRY_TEAM;
	if (s->won_before)
		return ENTRY_WON_BEFORE;
	if (c->hashtag.len && !has_hashtag(s->body, c->hashtag))
		return ENTRY_HASHTAG;
	return has_words(s->body, c->words) ? ENTRY_FINE : ENTRY_WORDS;
}

static enum err put(struct cx *cx, struct db *db, struct contest_entry *e, enum entry_reason reason, i64 *changed)
{
	enum entry_state state = reason == ENTRY_FINE ? ENTRY_COUNTED : ENTRY_REFUSED;
	bool differs = e->state != state || e->reason != reason;
	if (!differs && e->judged_at)
		return OK;
	*changed += differs;
	e->state = state;
	e->reason = reason;
	e->judged_at = cx->now;
	return contest_entry_judge(cx, db, e);
}

enum err contest_judge_all(struct cx *cx, struct db *db, const struct contest *c, i64 contact, i64 *ret_changed)
{
	struct contest_said *said;
	size_t count;
	i64 changed = 0, person = 0, counted = 0, since = c->winners_out_days ? c->starts_at - c->winners_out_days * DAY : 0;
	TRY(contest_said_by(cx, db, c->workspace, c->id, contact, since, &said, &count));
	for (size_t i = 0; i < count; i++) {
		struct contest_said *s = &said[i];
		if (s->contact != person || !s->contact) {
			person = s->contact;
			counted = 0;
		}
		if (s->entry.reason == ENTRY_BY_HAND || s->entry.state == ENTRY_WITHDRAWN)
			continue;
		enum entry_reason reason = reason_of(cx->arena, c, s);
		if (reason == ENTRY_FINE && counted >= c->per_person)
			reason = ENTRY_AGAIN;
		counted += reason == ENTRY_FINE;
		TRY(put(cx, db, &s->entry, reason, &changed));
	}
	/* edited, and judged the same: it was looked at */
	for (size_t i = 0; i < count; i++)
		if (said[i].edited_at >= said[i].entry.judged_at && said[i].entry.reason != ENTRY_BY_HAND && said[i].entry.state != ENTRY_WITHDRAWN) {
			said[i].entry.judged_at = (said[i].edited_at > cx->now ? said[i].edited_at : cx->now) + 1;
			TRY(contest_entry_judge(cx, db, &said[i].entry));
		}
	*ret_changed = changed;
	return OK;
}

/* ---- what came in ---- */

static bool is_for(const struct contest *c, const i64 *homes, size_t count, const struct contest_heard *h)
{
	if (h->kind == KIND_NOTE || h->kind == KIND_REVIEW)
		return false;
	for (size_t i = 0; i < count && c->ways & WAY_COMMENT; i++)
		if (homes[i] == h->home)
			return true;
	if (c->ways & WAY_HASHTAG && c->hashtag.len && has_hashtag(h->body, c->hashtag))
		return true;
	return c->ways & WAY_MENTION && h->kind == KIND_MENTION;
}

static enum err hear(struct cx *cx, struct db *db, struct contest *c, const i64 *homes, size_t home_count, size_t *ret_heard, i64 *done)
{
	struct contest_heard *heard;
	size_t count;
	TRY(contest_hear(cx, db, c->workspace, c->read_to, A_BATCH, &heard, &count));
	for (size_t i = 0; i < count; i++) {
		const struct contest_heard *h = &heard[i];
		struct contest_entry e = {.id = id_new(), .workspace = c->workspace, .contest = c->id, .message = h->id, .state = ENTRY_REFUSED, .reason = ENTRY_NOBODY, .at = h->at};
		bool is_new;
		i64 changed;
		if (!is_for(c, homes, home_count, h))
			continue;
		TRY(contest_entry_add(cx, db, &e, &is_new));
		if (!is_new)
			continue;
		++*done;
		if (h->contact) /* of nobody: it stays refused for that */
			TRY(contest_judge_all(cx, db, c, h->contact, &changed));
	}
	*ret_heard = count;
	if (count)
		c->read_to = heard[count - 1].id;
	return OK;
}

/* `batches` at the most; where it stands is noted when that is worth a commit, so that a contest that nothing comes into writes nothing. */
static enum err gather(struct cx *cx, struct db *db, struct contest *c, size_t batches, bool changes_too, i64 *ret_done)
{
	i64 *homes, *contacts = NULL, done = 0, edge = id_at(cx->now - OVERLAP, 0), stood = c->read_to;
	i64 first = c->opened_at && c->opened_at < c->starts_at ? c->opened_at : c->starts_at; /* who comes too early is told so */
	size_t home_count, count = 0, heard;
	c->read_to = c->read_to ? c->read_to : id_at(first, 0) - 1;
	TRY(contest_homes(cx, db, c->workspace, c->id, &homes, &home_count));
	do
		TRY(hear(cx, db, c, homes, home_count, &heard, &done));
	while (heard == A_BATCH && --batches);
	c->read_to = c->read_to > edge ? edge : c->read_to;
	if (done || !stood || c->read_to > stood + (id_at(cx->now, 0) - edge))
		TRY(contest_read_to(cx, db, c));
	if (changes_too)
		TRY(contest_changed(cx, db, c->workspace, c->id, CHANGED_MOST, &contacts, &count));
	for (size_t i = 0; i < count; i++) {
		i64 changed;
		TRY(contest_judge_all(cx, db, c, contacts[i], &changed));
		done += changed;
	}
	*ret_done = done;
	return done ? change_add(cx, db, c->workspace, 0, "contest", c->id) : OK;
}

enum err contest_gather(struct cx *cx, struct db *db, struct contest *c, i64 *ret_done)
{
	return gather(cx, db, c, SIZE_MAX, true, ret_done);
}

enum err contests_turn(struct cx *cx, struct db *db, bool changes_too, i64 *ret_done)
{
	struct contest *list;
	size_t count;
	i64 all = 0, done;
	TRY(contests_open(cx, db, CONTESTS_MOST, &list, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(IN_TRANSACTION(cx, db, gather(cx, db, &list[i], BATCHES_A_TURN, changes_too, &done)));
		all += done;
	}
	*ret_done = all;
	return OK;
}

/* ---- by hand ---- */

/* Of a draw also when its list is frozen: that one stays as it was published, and a second list takes what was put right. */
static enum err open_entry(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, struct contest *ret_contest, struct contest_said *ret_said)
{
	TRY(contest_of(cx, db, workspace, contest, ret_contest));
	TRY(contest_entry_get(cx, db, workspace, contest, entry, ret_said));
	bool again = ret_contest->kind == CONTEST_DRAW && (ret_contest->state == CONTEST_FROZEN || ret_contest->state == CONTEST_DECIDED);
	if (!ret_said->entry.message)
		return fail(cx, ERR_CONFLICT, N_("This entry has lost its name: nothing is left to be judged."));
	return ret_contest->state == CONTEST_OPEN || again ? OK : fail(cx, ERR_CONFLICT, N_("Its list is frozen: what counts and what does not stays as it was published."));
}

static enum err refuse(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, struct str why, struct undo *undo)
{
	struct contest c;
	struct contest_said s;
	i64 changed;
	TRY(open_entry(cx, db, workspace, contest, entry, &c, &s));
	why = str_trim(why);
	if (!why.len || utf8_count(why) > WHY_MAX)
		return fail_field(cx, "why", N_("Say why, in 1 to %d characters: who asks is told."), WHY_MAX);
	if (s.entry.state == ENTRY_WITHDRAWN)
		return fail(cx, ERR_CONFLICT, N_("Its author withdrew it."));
	s.entry.state = ENTRY_REFUSED;
	s.entry.reason = ENTRY_BY_HAND;
	s.entry.said = why;
	s.entry.person = cx->actor->user;
	s.entry.judged_at = cx->now;
	TRY(contest_entry_judge(cx, db, &s.entry));
	TRY(contest_judge_all(cx, db, &c, s.contact, &changed)); /* another one of theirs may count now */
	if (undo)
		undo_note_pair(undo, "contest_refuse", contest, entry);
	return trace_contest(cx, db, &c, "contest.refuse", arena_printf(cx->arena, "{\"entry\":\"%lld\"}", (long long)entry));
}

enum err contest_refuse(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry, struct str why, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, refuse(cx, db, workspace, contest, entry, why, undo));
}

static enum err refuse_undo(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry)
{
	struct contest c;
	struct contest_said s;
	i64 changed;
	TRY(open_entry(cx, db, workspace, contest, entry, &c, &s));
	if (s.entry.reason != ENTRY_BY_HAND)
		return OK;
	s.entry.state = ENTRY_REFUSED;
	s.entry.reason = ENTRY_NOBODY; /* until the rules have looked again, at once */
	s.entry.said = (struct str){};
	s.entry.person = 0;
	s.entry.judged_at = cx->now;
	TRY(contest_entry_judge(cx, db, &s.entry));
	TRY(contest_judge_all(cx, db, &c, s.contact, &changed));
	return trace_contest(cx, db, &c, "contest.let_in", arena_printf(cx->arena, "{\"entry\":\"%lld\"}", (long long)entry));
}

enum err contest_refuse_undo(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry)
{
	return IN_TRANSACTION(cx, db, refuse_undo(cx, db, workspace, contest, entry));
}

static enum err withdraw(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry)
{
	struct contest c;
	struct contest_said s;
	i64 changed;
	TRY(contest_of(cx, db, workspace, contest, &c));
	TRY(contest_entry_get(cx, db, workspace, contest, entry, &s));
	if (s.entry.state == ENTRY_WITHDRAWN)
		return OK;
	s.entry.state = ENTRY_WITHDRAWN;
	s.entry.reason = ENTRY_FINE;
	s.entry.said = (struct str){};
	s.entry.person = cx->actor->user;
	s.entry.judged_at = cx->now;
	TRY(contest_entry_judge(cx, db, &s.entry));
	if (c.state == CONTEST_OPEN) /* its message is remembered until the list is frozen: it must not come in again */
		TRY(contest_judge_all(cx, db, &c, s.contact, &changed));
	else
		TRY(contest_entry_unlink(cx, db, workspace, entry));
	return trace_contest(cx, db, &c, "contest.withdraw", arena_printf(cx->arena, "{\"entry\":\"%lld\"}", (long long)entry));
}

enum err contest_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 entry)
{
	return IN_TRANSACTION(cx, db, withdraw(cx, db, workspace, contest, entry));
}
