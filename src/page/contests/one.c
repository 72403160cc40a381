/* one.c: a contest for the team: what is promised, who takes part and who does not and why, its lists, those who won, points of whoever asks. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/lot.h"
#include "page/contests/contests.h"
#include "page/pager.h"
#include "store/workspace.h"

#define A_PAGE 25
#define SAID_SHOWN 240

struct look {
	struct cx *cx;
	struct db *db;
	struct contest c;
	struct reader reader;
	bool can_run, can_judge;
	struct contest_points *points;  /* of whoever asks; of all once it is decided */
	size_t point_count;
};

/* ---- what it is ---- */

static void add_rules(const struct look *l, json_t *document)
{
	struct cx *cx = l->cx;
	const struct contest *c = &l->c;
	const char *lang;
	json_t *r = json_object();
	struct str text = contest_rules_in(cx->arena, c->rules, cx->lang, &lang);
	doc_set(document, "rules", r);
	doc_set(r, "organiser", doc_text_or_null(c->organiser));
	doc_set(r, "text", doc_text_or_null(text));
	doc_set(r, "lang", json_string(lang));
	doc_set(r, "prizes", contest_lines(c->prizes));
	doc_set(r, "ways", contest_ways_shape(cx, c));
	doc_set(r, "hashtag", doc_text_or_null(c->hashtag));
	doc_set(r, "words", contest_lines(c->words));
	doc_set(r, "left_out", contest_lines(c->left_out));
	doc_set(r, "team_out", json_boolean(c->team_out));
	doc_set(r, "winners", doc_number(cx->lang, c->winners));
	doc_set(r, "substitutes", doc_number_or_null(cx->lang, c->substitutes));
	doc_set(r, "per_person", doc_number(cx->lang, c->per_person));
	doc_set(r, "winners_out_days", doc_number_or_null(cx->lang, c->winners_out_days));
	doc_set(r, "answer_days", doc_number(cx->lang, c->answer_days));
	doc_set(r, "keep_days", doc_number(cx->lang, c->keep_days));
}

static enum err add_posts(const struct look *l, json_t *document)
{
	struct contest_post *posts;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "posts", list);
	TRY(contest_posts(l->cx, l->db, l->c.workspace, l->c.id, &posts, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(posts[i].post), "title", doc_excerpt(posts[i].title, 80), "url",
						      doc_text(arena_printf(l->cx->arena, "/posts/%lld", (long long)posts[i].post)), "there", doc_address(posts[i].url)));
	doc_set(document, "has_posts", json_boolean(count));
	return OK;
}

/* ---- entries ---- */

static struct str entry_url(const struct look *l, const char *of, struct str word)
{
	return arena_printf(l->cx->arena, "/contests/%lld?%s=%.*s#entries", (long long)l->c.id, of, STR_ARG(word));
}

static enum err add_filters(const struct look *l, const struct contest_filter *f, json_t *document)
{
	struct cx *cx = l->cx;
	i64 states[ENTRY_STATES], reasons[ENTRY_REASONS];
	json_t *list = json_array(), *why = json_array();
	TRY(contest_entry_counts(cx, l->db, l->c.workspace, l->c.id, states, reasons));
	for (enum entry_state s = 0; s < ENTRY_STATES; s++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", entry_state_word(s), "title", tr(cx->lang, entry_state_title(s)), "url",
						      doc_text(entry_url(l, "entries", str_of(entry_state_word(s)))), "count", doc_number_or_null(cx->lang, states[s]), "is_current",
						      f->state == (int)s && f->reason < 0));
	for (enum entry_reason r = 1; r < ENTRY_REASONS; r++)
		if (reasons[r])
			json_array_append_new(why, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", entry_reason_word(r), "title", tr(cx->lang, entry_reason_title(r)), "url",
							     doc_text(entry_url(l, "reason", str_of(entry_reason_word(r)))), "count", doc_number(cx->lang, reasons[r]), "is_current",
							     f->reason == (int)r));
	doc_set(document, "states", list);
	doc_set(document, "reasons", why);
	doc_set(document, "has_reasons", json_boolean(json_array_size(why)));
	doc_set(document, "has_any_entry", json_boolean(states[0] + states[1] + states[2]));
	return OK;
}

static json_t *entry_chip(struct cx *cx, const struct contest_entry *e)
{
	const char *tone = e->state == ENTRY_COUNTED ? "ok" : "line", *icon = e->state == ENTRY_COUNTED ? "check" : "x";
	return json_pack("{s:s, s:s, s:s}", "tone", tone, "icon", icon, "title", tr(cx->lang, entry_state_title(e->state)));
}

static json_t *why_shape(struct cx *cx, const struct contest_entry *e)
{
	if (e->state != ENTRY_REFUSED)
		return json_null();
	struct str reason = str_of(tr(cx->lang, entry_reason_title(e->reason)));
	return doc_text(e->said.len ? arena_printf(cx->arena, "%.*s %.*s", STR_ARG(reason), STR_ARG(e->said)) : reason);
}

/* Of whoever asks; -1: nothing yet. */
static i64 points_of(const struct look *l, i64 entry, i64 *ret_sum)
{
	i64 own = -1;
	*ret_sum = 0;
	for (size_t i = 0; i < l->point_count; i++) {
		if (l->points[i].entry != entry)
			continue;
		*ret_sum += l->points[i].points;
		if (l->points[i].person == l->cx->actor->user)
			own = l->points[i].points;
	}
	return own;
}

static json_t *entry_shape(const struct look *l, const struct contest_said *s)
{
	struct cx *cx = l->cx;
	const struct contest_entry *e = &s->entry;
	bool again = l->c.kind == CONTEST_DRAW && (l->c.state == CONTEST_FROZEN || l->c.state == CONTEST_DECIDED); /* for a second list */
	bool is_open = l->c.state == CONTEST_OPEN, named = e->message && e->state != ENTRY_WITHDRAWN;
	i64 sum, own = points_of(l, e->id, &sum);
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(e->id));
	doc_set(shape, "author_name", doc_text(named ? s->author_name : str_of(_(N_("Somebody")))));
	doc_set(shape, "avatar", doc_avatar(named ? s->author_name : S("?")));
	doc_set(shape, "network", doc_network(cx->lang, s->network));
	doc_set(shape, "said", named ? doc_excerpt(s->body, SAID_SHOWN) : doc_text(S("")));
	doc_set(shape, "url", named ? doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)s->conversation, (long long)e->message)) : json_null());
	doc_set(shape, "at", doc_instant(&l->reader, e->at));
	doc_set(shape, "state", json_string(entry_state_word(e->state)));
	doc_set(shape, "reason", json_string(entry_reason_word(e->reason)));
	doc_set(shape, "chip", entry_chip(cx, e));
	doc_set(shape, "why", why_shape(cx, e));
	doc_set(shape, "hash", doc_text_or_null(e->hash));
	doc_set(shape, "points", own >= 0 ? json_integer(own) : json_null());
	doc_set(shape, "sum", l->c.kind == CONTEST_JURY && l->c.state == CONTEST_DECIDED ? json_integer(sum) : json_null());
	doc_set(shape, "can_refuse", json_boolean(l->can_run && (is_open || again) && e->state == ENTRY_COUNTED && e->message));
	doc_set(shape, "can_let_in", json_boolean(l->can_run && (is_open || again) && e->message && e->reason == ENTRY_BY_HAND));
	doc_set(shape, "can_withdraw", json_boolean(l->can_run && e->state != ENTRY_WITHDRAWN && e->message));
	doc_set(shape, "can_choose", json_boolean(l->can_run && l->c.kind == CONTEST_CHALLENGE && e->state == ENTRY_COUNTED && (is_open || l->c.state == CONTEST_DECIDED)));
	doc_set(shape, "can_judge", json_boolean(l->can_judge && e->state == ENTRY_COUNTED && e->hash.len));
	return shape;
}

static enum err add_entries(const struct look *l, struct request *request, struct reply *reply, json_t *document)
{
	struct contest_filter f = {.state = -1, .reason = -1, .words = param_text(request, "q")};
	struct contest_said *said;
	struct pager pager;
	size_t count;
	enum entry_state state;
	enum entry_reason reason;
	json_t *list = json_array();
	if (entry_state_of(param_text(request, "entries"), &state))
		f.state = (int)state;
	if (param_text(request, "reason").len && entry_reason_of(param_text(request, "reason"), &reason))
		f.reason = (int)reason;
	doc_set(document, "entries", list);
	doc_set(document, "query", doc_text(f.words));
	TRY(add_filters(l, &f, document));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(contest_entries(l->cx, l->db, l->c.workspace, l->c.id, &f, pager.from, pager.limit + 1, &said, &count));
	while (!pager_fits(&pager, count));
	said += pager.first;
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, entry_shape(l, &said[i]));
	doc_set(document, "has_entries", json_boolean(pager.count));
	const struct contest_said *last = pager.count ? &said[pager.count - 1] : NULL;
	pager_put(l->cx, request, reply, &pager, last ? list_after(said->entry.at, said->entry.id) : LIST_START, last ? list_after(last->entry.at, last->entry.id) : LIST_START, NULL);
	return OK;
}

/* ---- lists ---- */

static json_t *draw_shape(const struct look *l, const struct contest_draw *d, struct str slug)
{
	struct cx *cx = l->cx;
	json_t *shape = json_object();
	doc_set(shape, "number", json_integer(d->number));
	doc_set(shape, "entries", doc_number(cx->lang, d->entries));
	doc_set(shape, "hash", doc_text(d->list_hash));
	doc_set(shape, "list_url", doc_text(arena_printf(cx->arena, "%.*s/lists/%lld", STR_ARG(contest_public_url(cx, slug, l->c.id)), (long long)d->number)));
	doc_set(shape, "source", doc_text(contest_source_text(cx, d)));
	doc_set(shape, "round", d->round ? json_integer(d->round) : json_null());
	doc_set(shape, "beacon_url", d->round ? doc_text(beacon_url(cx->arena, S(BEACON_HOST), d->round)) : json_null());
	doc_set(shape, "secret_hash", doc_text_or_null(d->secret_hash));
	doc_set(shape, "secret", d->drawn_at ? doc_text_or_null(d->secret) : json_null());
	doc_set(shape, "word", doc_text_or_null(d->word));
	doc_set(shape, "seed", doc_text_or_null(d->seed));
	doc_set(shape, "is_typed", json_boolean(d->typed != LOT_FETCHED));
	doc_set(shape, "is_drawing", json_boolean(d->word.len && !d->drawn_at && !d->story.len));
	doc_set(shape, "checked", doc_text_or_null(contest_checked_text(cx, d)));
	doc_set(shape, "reason", doc_text_or_null(d->reason));
	doc_set(shape, "story", doc_text_or_null(d->story));
	doc_set(shape, "due_at", d->round && !d->drawn_at ? doc_instant(&l->reader, beacon_time(d->round)) : json_null());
	doc_set(shape, "frozen_at", doc_instant(&l->reader, d->frozen_at));
	doc_set(shape, "drawn_at", doc_instant(&l->reader, d->drawn_at));
	return shape;
}

static enum err add_draws(const struct look *l, struct str slug, json_t *document)
{
	struct contest_draw *draws;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "draws", list);
	TRY(contest_draws(l->cx, l->db, l->c.workspace, l->c.id, &draws, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, draw_shape(l, &draws[i], slug));
	bool waits = count && !draws[0].drawn_at && l->c.state == CONTEST_FROZEN && l->can_run;
	doc_set(document, "has_draws", json_boolean(count));
	doc_set(document, "can_give_word", json_boolean(waits && draws[0].source == LOT_WORD && !draws[0].word.len && draws[0].sealed.len));
	doc_set(document, "can_type", json_boolean(waits && draws[0].source == LOT_BEACON && beacon_time(draws[0].round) <= l->cx->now));
	doc_set(document, "can_decide", json_boolean(waits && l->c.kind == CONTEST_JURY));
	return OK;
}

/* ---- winners ---- */

static json_t *winner_shape(const struct look *l, const struct contest_winner *w)
{
	struct cx *cx = l->cx;
	bool waits = w->state == WINNER_DRAWN || w->state == WINNER_LEAVING || w->state == WINNER_TOLD;
	const char *tone = w->state == WINNER_ACCEPTED ? "ok" : w->state == WINNER_DRAWN ? "sun" : w->state == WINNER_TOLD ? "act" : "line";
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(w->id));
	doc_set(shape, "place", doc_number(cx->lang, w->place));
	doc_set(shape, "draw", w->draw_number ? json_integer(w->draw_number) : json_null());
	doc_set(shape, "author_name", doc_text(w->message ? w->author_name : str_of(_(N_("Somebody")))));
	doc_set(shape, "avatar", doc_avatar(w->message ? w->author_name : S("?")));
	doc_set(shape, "network", doc_network(cx->lang, w->network));
	doc_set(shape, "url", w->message ? doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)w->conversation, (long long)w->message)) : json_null());
	doc_set(shape, "hash", doc_text_or_null(w->hash));
	doc_set(shape, "state", json_string(winner_state_word(w->state)));
	doc_set(shape, "chip", json_pack("{s:s, s:s, s:s}", "tone", tone, "icon", w->state == WINNER_ACCEPTED ? "trophy" : "user-round", "title",
					 tr(cx->lang, winner_state_title(w->state))));
	doc_set(shape, "points", w->points ? json_integer(w->points) : json_null());
	doc_set(shape, "shown_as", doc_text_or_null(w->shown_as));
	doc_set(shape, "sending", w->state == WINNER_LEAVING ? json_string(tr(cx->lang, reply_state_title(w->reply_state))) : json_null());
	doc_set(shape, "told_at", doc_instant(&l->reader, w->told_at));
	doc_set(shape, "answer_by", w->state == WINNER_TOLD ? doc_instant(&l->reader, w->answer_by) : json_null());
	doc_set(shape, "clock", w->state == WINNER_TOLD ? doc_clock(&l->reader, w->told_at, w->answer_by, 0, false) : json_null());
	doc_set(shape, "can_tell", json_boolean(l->can_run && w->state == WINNER_DRAWN && w->message));
	doc_set(shape, "can_settle", json_boolean(l->can_run && waits));
	doc_set(shape, "can_rename", json_boolean(l->can_run && w->state == WINNER_ACCEPTED));
	return shape;
}

static enum err add_winners(const struct look *l, json_t *document)
{
	struct cx *cx = l->cx;
	struct contest_winner *winners;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "winners", list);
	TRY(contest_winners(l->cx, l->db, l->c.workspace, l->c.id, &winners, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, winner_shape(l, &winners[i]));
	doc_set(document, "has_winners", json_boolean(count));
	doc_set(document, "telling", doc_text(l->c.kind == CONTEST_CHALLENGE ? str_of(_(N_("Your entry is beautiful. May we show it again on our channels, with your name?")))
									     : arena_printf(l->cx->arena, _(N_("You won in “%.*s”. Do you take your prize? Please answer within %lld days.")),
											    STR_ARG(l->c.name), (long long)l->c.answer_days)));
	return OK;
}

static void add_can(const struct look *l, json_t *document)
{
	const struct contest *c = &l->c;
	bool run = l->can_run && !c->archived_at;
	doc_set(document, "can_run", json_boolean(run));
	doc_set(document, "can_open", json_boolean(run && c->state == CONTEST_DRAFT));
	doc_set(document, "can_freeze", json_boolean(run && c->state == CONTEST_OPEN && c->kind != CONTEST_CHALLENGE && c->starts_at <= l->cx->now));
	doc_set(document, "is_early", json_boolean(c->ends_at > l->cx->now));
	doc_set(document, "can_freeze_again", json_boolean(run && c->kind == CONTEST_DRAW && (c->state == CONTEST_DECIDED || c->state == CONTEST_FROZEN) && !c->unnamed_at));
	doc_set(document, "can_end", json_boolean(run && c->state == CONTEST_OPEN && c->kind == CONTEST_CHALLENGE));
	doc_set(document, "can_stop", json_boolean(run && (c->state == CONTEST_OPEN || c->state == CONTEST_FROZEN)));
	doc_set(document, "can_archive", json_boolean(run && c->state != CONTEST_OPEN && c->state != CONTEST_FROZEN));
	doc_set(document, "is_draw", json_boolean(c->kind == CONTEST_DRAW));
	doc_set(document, "is_jury", json_boolean(c->kind == CONTEST_JURY));
	doc_set(document, "is_challenge", json_boolean(c->kind == CONTEST_CHALLENGE));
	doc_set(document, "is_judged", json_boolean(l->can_judge));
	doc_set(document, "stopped", c->state == CONTEST_STOPPED ? doc_text(c->story) : json_null());
}

enum err show_one_contest(struct cx *cx, struct request *request, struct reply *reply)
{
	struct look l = {.cx = cx, .db = request_db(request), .reader = reader_of(cx), .can_run = actor_may(cx->actor, MAY_RUN_CONTESTS)};
	struct workspace w;
	json_t *document = json_object(), *part;
	reply_json(reply, document);
	TRY(workspace_get(cx, l.db, here(cx), &w));
	TRY(contest_get(cx, l.db, here(cx), param_id(request, "id"), &l.c));
	l.can_judge = actor_may(cx->actor, MAY_JUDGE) && l.c.kind == CONTEST_JURY && l.c.state == CONTEST_FROZEN;
	if (l.c.kind == CONTEST_JURY)
		TRY(contest_points_of(cx, l.db, here(cx), l.c.id, l.c.state == CONTEST_DECIDED ? 0 : cx->actor->user, &l.points, &l.point_count));
	TRY(contest_shape(cx, l.db, &l.c, &part));
	doc_set(document, "contest", part);
	doc_set(document, "public_url", l.c.state == CONTEST_DRAFT ? json_null() : doc_text(contest_public_url(cx, w.slug, l.c.id)));
	add_rules(&l, document);
	add_can(&l, document);
	doc_set(document, "facts", contest_facts_shape(cx, l.c.country));
	TRY(add_posts(&l, document));
	TRY(add_draws(&l, w.slug, document));
	TRY(add_winners(&l, document));
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "contests/body");
	return add_entries(&l, request, reply, document);
}
