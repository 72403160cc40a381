/* contest_entry.c: what comes in and takes part, judged by the rules as they are, and by hand. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "flow/channels.h"
#include "flow/contest_parts.h"
#include "flow/lot.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/mark.h"
#include "store/channel.h"
#include "store/contact.h"
#include "store/event.h"

#include <jansson.h>

#define A_BATCH 500
#define BATCHES_A_TURN 20
#define OVERLAP (2 * MINUTE)    /* ids are given before a commit: for so long what comes with an earlier one is still found */
#define CHANGED_MOST 500
#define CONTESTS_MOST 1000
#define WHY_MAX 300

/* ---- who is ours ---- */

/* The accounts that our channels speak by, and whom they are kept as: a colleague may take part by one. */
struct ours {
	struct account {
		struct str network, id, handle;
		i64 contact; /* 0: nobody here */
	} *list;
	size_t count;
};

static enum err ours_of(struct cx *cx, struct db *db, i64 workspace, struct ours *ret_ours)
{
	struct channel *channels;
	size_t count;
	struct ours ours = {};
	TRY(channel_list(cx, db, workspace, &channels, &count));
	ours.list = arena_array(cx->arena, struct account, count + 1);
	for (size_t i = 0; i < count; i++) {
		const json_t *account = json_object_get(channel_known(cx, &channels[i]), "account");
		struct account *a = &ours.list[ours.count];
		struct identity identity;
		*a = (struct account){.network = channels[i].network, .id = str_of(json_string_value(json_object_get(account, "id"))),
				      .handle = lot_handle(cx->arena, str_of(json_string_value(json_object_get(account, "handle"))))};
		if (!a->id.len && !a->handle.len)
			continue;
		enum err e = a->id.len ? identity_by_remote(cx, db, workspace, a->network, a->id, &identity) : ERR_MISSING;
		if (e != OK && e != ERR_MISSING)
			return e;
		if (e == ERR_MISSING)
			cx_forget(cx);
		a->contact = e == OK ? identity.contact : 0;
		ours.count++;
	}
	*ret_ours = ours;
	return OK;
}

static bool is_ours(struct arena *arena, const struct ours *ours, const struct contest_said *s)
{
	struct str handle = lot_handle(arena, s->handle);
	for (size_t i = 0; i < ours->count; i++) {
		const struct account *a = &ours->list[i];
		bool there = str_eq(a->network, s->network);
		if ((a->contact && a->contact == s->contact) || (there && a->id.len && str_eq(a->id, s->remote_author)) || (there && a->handle.len && str_eq(a->handle, handle)))
			return true;
	}
	return false;
}

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

static enum entry_reason reason_of(struct arena *arena, const struct contest *c, const struct ours *ours, const struct contest_said *s)
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
	if (c->team_out && (s->of_team || is_ours(arena, ours, s)))
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

static enum err judge_by(struct cx *cx, struct db *db, const struct contest *c, const struct ours *ours, i64 contact, i64 *ret_changed)
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
		enum entry_reason reason = reason_of(cx->arena, c, ours, s);
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

enum err contest_judge_all(struct cx *cx, struct db *db, const struct contest *c, i64 contact, i64 *ret_changed)
{
	struct ours ours;
	TRY(ours_of(cx, db, c->workspace, &ours));
	return judge_by(cx, db, c, &ours, contact, ret_changed);
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

/* Where comments of a contest stand, and who is ours: read once for all that came in. */
struct ground {
	i64 *homes;
	size_t home_count;
	struct ours ours;
};

static enum err hear(struct cx *cx, struct db *db, struct contest *c, const struct ground *ground, size_t *ret_heard, i64 *done)
{
	struct contest_heard *heard;
	size_t count;
	TRY(contest_hear(cx, db, c->workspace, c->read_to, A_BATCH, &heard, &count));
	for (size_t i = 0; i < count; i++) {
		const struct contest_heard *h = &heard[i];
		struct contest_entry e = {.id = id_new(), .workspace = c->workspace, .contest = c->id, .message = h->id, .state = ENTRY_REFUSED, .reason = ENTRY_NOBODY, .at = h->at};
		bool is_new;
		i64 changed;
		if (!is_for(c, ground->homes, ground->home_count, h))
			continue;
		TRY(contest_entry_add(cx, db, &e, &is_new));
		if (!is_new)
			continue;
		++*done;
		if (h->contact) /* of nobody: it stays refused for that */
			TRY(judge_by(cx, db, c, &ground->ours, h->contact, &changed));
	}
	*ret_heard = count;
	if (count)
		c->read_to = heard[count - 1].id;
	return OK;
}

/* `batches` at the most; where it stands is noted when that is worth a commit, so that a contest that nothing comes into writes nothing. */
static enum err gather(struct cx *cx, struct db *db, struct contest *c, size_t batches, bool changes_too, i64 *ret_done)
{
	struct ground ground;
	i64 *contacts = NULL, done = 0, edge = id_at(cx->now - OVERLAP, 0), stood = c->read_to;
	i64 first = c->opened_at && c->opened_at < c->starts_at ? c->opened_at : c->starts_at; /* who comes too early is told so */
	size_t count = 0, heard;
	c->read_to = c->read_to ? c->read_to : id_at(first, 0) - 1;
	TRY(contest_homes(cx, db, c->workspace, c->id, &ground.homes, &ground.home_count));
	TRY(ours_of(cx, db, c->workspace, &ground.ours));
	do
		TRY(hear(cx, db, c, &ground, &heard, &done));
	while (heard == A_BATCH && --batches);
	c->read_to = c->read_to > edge ? edge : c->read_to;
	if (done || !stood || c->read_to > stood + (id_at(cx->now, 0) - edge))
		TRY(contest_read_to(cx, db, c));
	if (changes_too)
		TRY(contest_changed(cx, db, c->workspace, c->id, CHANGED_MOST, &contacts, &count));
	for (size_t i = 0; i < count; i++) {
		i64 changed;
		TRY(judge_by(cx, db, c, &ground.ours, contacts[i], &changed));
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
		bool runs = list[i].starts_at <= cx->now && cx->now < list[i].ends_at + OVERLAP;
		if (!runs && !changes_too)
			continue;
		TRY(IN_TRANSACTION(cx, db, gather(cx, db, &list[i], BATCHES_A_TURN, changes_too, &done)));
		all += done;
	}
	*ret_done = all;
	return OK;
}

/* ---- how often ---- */

#define LOOK_FIRST (2 * SECOND)
#define LOOK_MOST (30 * SECOND)
#define CHANGES_EVERY (20 * SECOND)
#define SHARE 20 /* one part of so many of the time, at the most */

static i64 later(i64 now, i64 took, i64 least)
{
	return now + (took * SHARE > least ? took * SHARE : least);
}

/* Its own transactions. */
static enum err look(struct cx *cx, struct db *db, struct contests_pace *pace, bool changes_too, i64 *ret_done)
{
	i64 heard, arrived, waited = 0;
	TRY(contests_turn(cx, db, changes_too, &heard));
	TRY(contest_arrivals(cx, db, &arrived));
	if (changes_too)
		TRY(contest_clock(cx, db, &waited));
	*ret_done = heard + arrived + waited;
	pace->wait = *ret_done || !pace->wait ? LOOK_FIRST : 2 * pace->wait < LOOK_MOST ? 2 * pace->wait : LOOK_MOST;
	return OK;
}

enum err contests_look(struct cx *cx, struct db *db, struct contests_pace *pace, i64 *ret_done)
{
	i64 newest, began = time_monotonic();
	*ret_done = 0;
	if (cx->now < pace->due_at && pace->due_at - cx->now <= LOOK_MOST * SHARE) /* a clock that went back does not make it sleep */
		return OK;
	TRY(contest_newest(cx, db, &newest));
	bool changes_too = cx->now >= pace->changes_at, is_new = newest != pace->newest;
	pace->due_at = cx->now + LOOK_FIRST;
	if (!is_new && !changes_too && cx->now < pace->slow_at)
		return OK;
	if (is_new)
		pace->wait = 0;
	pace->newest = newest;
	TRY(look(cx, db, pace, changes_too, ret_done));
	i64 took = time_monotonic() - began;
	pace->due_at = later(cx->now, took, LOOK_FIRST);
	pace->slow_at = later(cx->now, took, pace->wait);
	if (changes_too)
		pace->changes_at = later(cx->now, took, CHANGES_EVERY);
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
