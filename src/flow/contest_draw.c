/* contest_draw.c: the list is frozen, and drawn: by a beacon's round that was named before it came, or by a secret and a word. (What a jury does is contest_jury.c.) */
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/utf8.h"
#include "flow/contest_parts.h"
#include "flow/lot.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#include <stdio.h>

#define REASON_MAX 300
#define DUE_A_TURN 20
#define AGAIN_FIRST MINUTE
#define AGAIN_MOST HOUR
#define SLACK (5 * SECOND)      /* a relay has a round a moment after it came */
#define ANSWER_MAX 4096

/* ---- freezing ---- */

/* Several entries of one person may count, and the same message was heard by two channels of ours: it has one line. */
static enum err refuse_again(struct cx *cx, struct db *db, struct contest_entry *e)
{
	e->state = ENTRY_REFUSED;
	e->reason = ENTRY_AGAIN;
	e->judged_at = cx->now;
	e->hash = e->group = (struct str){};
	TRY(contest_entry_judge(cx, db, e));
	return contest_entry_freeze(cx, db, e);
}

/* The lines of what counts; each entry is told what it is in the list. */
static enum err freeze_entries(struct cx *cx, struct db *db, const struct contest *c, struct str *ret_list, i64 *ret_count)
{
	struct contest_said *said;
	size_t count, taken = 0;
	TRY(contest_said_by(cx, db, c->workspace, c->id, 0, 0, &said, &count));
	struct lot_line *lines = arena_array(cx->arena, struct lot_line, count + 1);
	struct map *seen = map_new(cx->arena);
	for (size_t i = 0; i < count; i++) {
		struct contest_said *s = &said[i];
		struct contest_entry *e = &s->entry;
		if (e->state == ENTRY_WITHDRAWN) /* it need not be known any more that it must not come in again */
			TRY(contest_entry_unlink(cx, db, c->workspace, e->id));
		if (e->state != ENTRY_COUNTED) /* in an earlier list it stays what it was */
			continue;
		e->hash = lot_entry(cx->arena, c->salt, s->network, s->handle.len ? s->handle : s->remote_author, s->remote_id);
		if (map_get(seen, e->hash)) {
			TRY(refuse_again(cx, db, e));
			continue;
		}
		map_put(seen, e->hash, e);
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

static struct str context_of(struct cx *cx, i64 draw)
{
	return arena_printf(cx->arena, "contest_draw:%lld", (long long)draw);
}

static void name_source(struct cx *cx, const struct contest *c, const struct contest_freeze *wish, struct contest_draw *d)
{
	i64 lead = wish->lead > 0 ? wish->lead : CONTEST_LEAD;
	d->source = c->kind == CONTEST_JURY ? LOT_NONE : wish->source;
	if (d->source == LOT_BEACON) {
		d->round = beacon_round_after(cx->now + lead);
		d->due_at = beacon_time(d->round) + SLACK;
	}
	if (d->source == LOT_WORD) { /* known to nobody from here on: the role that listens cannot open what it sealed */
		u8 secret[32];
		char hex[2 * sizeof secret + 1];
		random_bytes(secret, sizeof secret);
		for (size_t i = 0; i < sizeof secret; i++)
			snprintf(hex + 2 * i, 3, "%02x", secret[i]);
		d->secret_hash = lot_hash(cx->arena, str_of(hex));
		d->sealed = seal_to(cx->arena, wish->work, context_of(cx, d->id), str_of(hex));
		wipe_object(&secret);
		wipe_object(&hex);
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
	must(wish->source != LOT_WORD || c.kind != CONTEST_DRAW || wish->work);
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
	d->drawn_by = cx->actor && cx->actor->user ? cx->actor->user : d->drawn_by;
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
	if (d.word.len)
		return fail(cx, ERR_CONFLICT, N_("The word was given already: it stands on the contest's page, and is being drawn."));
	if (!d.sealed.len)
		return fail(cx, ERR_CONFLICT, N_("The secret of this list was sealed by another installation, and cannot be opened here. Freeze a second list, and say why."));
	word = str_trim(word);
	if (!word.len || word.len > LOT_WORD_MAX || str_find_byte(word, '\n') >= 0)
		return fail_field(cx, "word", N_("Write the word that the public gave, in one line of 1 to %d characters, exactly as it was given."), LOT_WORD_MAX);
	d.word = word;
	d.drawn_by = cx->actor->user;
	d.due_at = cx->now;
	TRY(contest_draw_done(cx, db, &d));
	return trace_contest(cx, db, &c, "contest.word", arena_printf(cx->arena, "{\"list\":%lld}", (long long)d.number));
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
		d.typed = LOT_TYPED_SIGNED;
	} else {
		TRY(lot_seed(cx, "seed", value, &d.seed));
		if (d.seed.len != LOT_HASH)
			return fail_field(cx, "seed", N_("The value of a round has 64 hexadecimal digits."));
		d.typed = LOT_TYPED_BARE;
	}
	return draw(cx, db, &c, &d);
}

enum err contest_draw_typed(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str value)
{
	return IN_TRANSACTION(cx, db, draw_typed(cx, db, workspace, id, value));
}

/* ---- by the working role ---- */

/* What came of looking: a seed, or the story of why there is none and when it is looked for again (0: not any more). */
struct found {
	struct str seed, secret, relay, story;
	i64 again_at;
};

static enum err ask(struct cx *cx, struct net *net, struct str relay, i64 round, struct found *ret_found)
{
	struct net_request request = {.method = "GET", .url = beacon_url(cx->arena, relay, round), .timeout = 15 * SECOND, .answer_max = ANSWER_MAX};
	struct net_answer answer;
	struct net_url url;
	struct str host = net_url_parse(cx->arena, relay, &url) ? url.host : relay;
	*ret_found = (struct found){.relay = host};
	if (net_ask(cx, net, &request, &answer) != OK) { /* no address: the setting is wrong, and the next relay may be right */
		ret_found->story = arena_printf(cx->arena, "%.*s: %s", STR_ARG(host), cx->story);
		cx_forget(cx);
		return OK;
	}
	if (answer.outcome != NET_ANSWERED || answer.status != 200 || !answer.whole) {
		struct str why = answer.story.len ? answer.story : arena_printf(cx->arena, _(N_("It answered with %d.")), answer.status);
		ret_found->story = arena_printf(cx->arena, "%.*s: %.*s", STR_ARG(host), STR_ARG(why));
		return OK;
	}
	if (beacon_read(cx, answer.body, round, &ret_found->seed) != OK) {
		ret_found->story = arena_printf(cx->arena, "%.*s: %s", STR_ARG(host), cx->story);
		cx_forget(cx);
	}
	return OK;
}

/* One relay after the other. None answers: again in a minute, and after long silence less often, once an hour in the end. */
static enum err ask_beacon(struct cx *cx, const struct contest_tools *tools, const struct contest_draw *d, struct found *ret_found)
{
	struct str relays = tools->relays, stories = {};
	i64 waited = (cx->now - beacon_time(d->round)) / 8;
	*ret_found = (struct found){};
	while (relays.len && !ret_found->seed.len) {
		struct str relay = str_trim(str_cut(&relays, ' '));
		if (!relay.len)
			continue;
		TRY(ask(cx, tools->net, relay, d->round, ret_found));
		stories = stories.len ? arena_printf(cx->arena, "%.*s %.*s", STR_ARG(stories), STR_ARG(ret_found->story)) : ret_found->story;
	}
	if (ret_found->seed.len)
		return OK;
	ret_found->again_at = cx->now + (waited < AGAIN_FIRST ? AGAIN_FIRST : waited > AGAIN_MOST ? AGAIN_MOST : waited);
	ret_found->story = stories.len ? stories : str_of(_(N_("This installation asks no relay of the beacon (setting beacon_relays). Its value can be typed by hand.")));
	return OK;
}

/* Opened once the word is there for everybody, and held to the hash that was published. */
static enum err open_secret(struct cx *cx, const struct contest_tools *tools, const struct contest_draw *d, struct found *ret_found)
{
	*ret_found = (struct found){};
	if (!d->sealed.len || seal_to_open(cx, tools->work, context_of(cx, d->id), d->sealed, &ret_found->secret) != OK) {
		cx_forget(cx);
		ret_found->secret = (struct str){};
		ret_found->story = str_of(_(N_("The secret of this list was sealed by another installation, and cannot be opened here. Freeze a second list, and say why.")));
	} else if (!str_eq(lot_hash(cx->arena, ret_found->secret), d->secret_hash)) {
		ret_found->secret = (struct str){};
		ret_found->story = str_of(_(N_("The secret is not the one whose SHA-256 was published. Nothing was drawn. Freeze a second list, and say why.")));
	} else {
		ret_found->seed = lot_seed_of_word(cx->arena, ret_found->secret, d->word);
	}
	return OK;
}

static enum err take(struct cx *cx, struct db *db, const struct contest_draw *asked, const struct found *found)
{
	struct contest c;
	struct contest_draw d;
	enum err e = waiting(cx, db, asked->workspace, asked->contest, asked->source, &c, &d);
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
	if (!found->seed.len) {
		d.due_at = found->again_at;
		d.story = found->story;
		TRY(contest_draw_done(cx, db, &d));
		return change_add(cx, db, c.workspace, 0, "contest", c.id);
	}
	d.seed = found->seed;
	d.secret = found->secret;
	d.relay = found->relay;
	return draw(cx, db, &c, &d);
}

enum err contest_draw_turn(struct cx *cx, struct db *db, const struct contest_tools *tools, i64 *ret_done, i64 *ret_wake)
{
	struct contest_draw *list;
	size_t count;
	TRY(contest_draws_due(cx, db, cx->now, DUE_A_TURN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct found found;
		TRY(workspace_speak(cx, db, list[i].workspace));
		TRY(list[i].source == LOT_WORD ? open_secret(cx, tools, &list[i], &found) : ask_beacon(cx, tools, &list[i], &found));
		TRY(IN_TRANSACTION(cx, db, take(cx, db, &list[i], &found)));
	}
	*ret_done = (i64)count;
	return contest_draws_next(cx, db, ret_wake);
}
