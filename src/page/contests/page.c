/* contests: games with rules: those that are written, open, to be decided and over; their form. One of them is one.c, what is done with it acts.c, and what
 * everybody sees public.c. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/contests/contests.h"
#include "page/pager.h"
#include "page/seen.h"
#include "store/campaign.h"
#include "store/member.h"
#include "store/workspace.h"

#include <string.h>

#define A_PAGE 20

static struct str url_of(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "/contests/%lld", (long long)id);
}

/* ---- what is said of one ---- */

json_t *contest_chip(struct cx *cx, const struct contest *c)
{
	const char *tone = "line", *icon = "pen-line", *title = contest_state_title(c->state);
	if (c->archived_at)
		icon = "folder-open", title = N_("Put away");
	else if (c->state == CONTEST_OPEN && c->starts_at > cx->now)
		icon = "hourglass", title = N_("To come");
	else if (c->state == CONTEST_OPEN && c->ends_at <= cx->now)
		tone = "sun", icon = "clock", title = N_("Its end has come");
	else if (c->state == CONTEST_OPEN)
		tone = "act", icon = "play";
	else if (c->state == CONTEST_FROZEN)
		tone = "sun", icon = "lock";
	else if (c->state == CONTEST_DECIDED)
		tone = "ok", icon = "trophy";
	else if (c->state == CONTEST_STOPPED)
		icon = "x";
	return json_pack("{s:s, s:s, s:s}", "tone", tone, "icon", icon, "title", tr(cx->lang, title));
}

struct str contest_days(struct cx *cx, const struct contest *c)
{
	CLEANUP(buf_free) struct buf from = {}, to = {};
	struct reader reader = {cx->lang, c->zone, DAY}; /* with its year, not "today": people copy it */
	buf_add_instant(&from, &reader, c->starts_at);
	buf_add_instant(&to, &reader, c->ends_at);
	return arena_printf(cx->arena, _(N_("From %.*s to %.*s (%.*s)")), STR_ARG(buf_str(&from)), STR_ARG(buf_str(&to)), STR_ARG(c->zone));
}

struct str contest_public_url(struct cx *cx, struct str slug, i64 id)
{
	return arena_printf(cx->arena, "/c/%.*s/contests/%lld", STR_ARG(slug), (long long)id);
}

json_t *contest_lines(struct str text)
{
	json_t *list = json_array();
	while (text.len) {
		struct str line = str_trim(str_line(&text));
		if (line.len)
			json_array_append_new(list, doc_text(line));
	}
	return list;
}

json_t *contest_ways_shape(struct cx *cx, const struct contest *c)
{
	json_t *list = json_array();
	if (c->ways & WAY_COMMENT)
		json_array_append_new(list, json_string(_(N_("by a comment under one of its posts"))));
	if (c->ways & WAY_HASHTAG)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _(N_("by a post with the hashtag #%.*s")), STR_ARG(c->hashtag))));
	if (c->ways & WAY_MENTION)
		json_array_append_new(list, json_string(_(N_("by a post that names us"))));
	return list;
}

json_t *contest_facts_shape(struct cx *cx, struct str country)
{
	json_t *list = json_array();
	for (size_t i = 0; i < contest_fact_count; i++) {
		const struct contest_fact *f = &contest_facts[i];
		bool is_country = strlen(f->where) == 2 && !str_eq(str_of(f->where), S("EU"));
		if (is_country && f->where[0] >= 'A' && f->where[0] <= 'Z' && !str_eq(str_of(f->where), country))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:s}", "text", tr(cx->lang, f->text), "source", f->source, "url", doc_text_or_null(str_of(f->url)), "as_of", f->as_of));
	}
	return list;
}

struct str contest_source_text(struct cx *cx, const struct contest_draw *d)
{
	CLEANUP(buf_free) struct buf when = {};
	struct reader reader = reader_of(cx);
	if (d->source == LOT_NONE)
		return str_of(_(N_("The jury's points.")));
	if (d->source == LOT_WORD)
		return str_of(_(N_("A secret of ours, whose SHA-256 was published with the list, put together with a word that the public gives.")));
	buf_add_instant(&when, &reader, d->frozen_at);
	return arena_printf(cx->arena, _(N_("Round %lld of the public beacon of the League of Entropy (drand, chain quicknet), named %.*s, before it came.")), (long long)d->round,
			    STR_ARG(buf_str(&when)));
}

struct str contest_checked_text(struct cx *cx, const struct contest_draw *d)
{
	if (!d->seed.len || d->source == LOT_NONE)
		return (struct str){};
	if (d->source == LOT_WORD)
		return str_of(_(N_("That the secret is the one whose SHA-256 was published, and that the seed is made of it and of the word. Not checked: who gave the word.")));
	if (d->typed == LOT_TYPED_BARE)
		return str_of(_(N_("Nothing: the value was typed by hand. Ask the beacon for the same round.")));
	if (d->typed == LOT_TYPED_SIGNED)
		return str_of(_(N_("That the value is the SHA-256 of the signature that was typed with it, both by hand. Not checked: that the beacon gave them. Ask it for the same round.")));
	return arena_printf(cx->arena, _(N_("That %.*s gave this value for this round, and that it is the SHA-256 of the round's signature. Not checked: the signature itself (BLS12-381). Another relay "
					    "of the beacon, or its own program, tells whether it is the same.")),
			    STR_ARG(d->relay));
}

json_t *contest_conditions_shape(struct cx *cx, const struct contest *c)
{
	json_t *list = json_array(), *words = contest_lines(c->words);
	if (c->hashtag.len)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _(N_("The hashtag #%.*s stands in it.")), STR_ARG(c->hashtag))));
	for (size_t i = 0; i < json_array_size(words); i++)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _(N_("“%s” stands in it.")), json_string_value(json_array_get(words, i)))));
	json_decref(words);
	if (c->team_out)
		json_array_append_new(list, json_string(_(N_("Its author is not of our team."))));
	if (c->winners_out_days)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _(N_("Its author has won no contest of ours since %lld days before the beginning.")), (long long)c->winners_out_days)));
	if (c->left_out.len)
		json_array_append_new(list, json_string(_(N_("Its author is none of the accounts that the organiser has left out by name."))));
	return list;
}

static enum err owner_shape(struct cx *cx, struct db *db, const struct contest *c, json_t **ret_owner)
{
	struct member m;
	*ret_owner = json_null();
	if (!c->owner)
		return OK;
	enum err e = member_get(cx, db, c->workspace, c->owner, &m);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_owner = json_pack("{s:o, s:o, s:o}", "id", doc_id(c->owner), "name", doc_text(m.name), "avatar", doc_avatar(m.name));
	return OK;
}

static enum err campaign_shape(struct cx *cx, struct db *db, const struct contest *c, json_t **ret_campaign)
{
	struct campaign campaign;
	*ret_campaign = json_null();
	if (!c->campaign)
		return OK;
	TRY(campaign_get(cx, db, c->workspace, c->campaign, &campaign));
	*ret_campaign = json_pack("{s:o, s:o}", "id", doc_id(campaign.id), "name", doc_text(campaign.name));
	return OK;
}

static enum err counts_shape(struct cx *cx, struct db *db, const struct contest *c, json_t *shape)
{
	i64 states[ENTRY_STATES], reasons[ENTRY_REASONS];
	TRY(contest_entry_counts(cx, db, c->workspace, c->id, states, reasons));
	doc_set(shape, "counted", doc_number(cx->lang, states[ENTRY_COUNTED]));
	doc_set(shape, "refused", doc_number(cx->lang, states[ENTRY_REFUSED]));
	doc_set(shape, "withdrawn", doc_number(cx->lang, states[ENTRY_WITHDRAWN]));
	return OK;
}

enum err contest_shape(struct cx *cx, struct db *db, const struct contest *c, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	json_t *shape = json_object(), *owner, *campaign;
	*ret_shape = shape;
	doc_set(shape, "id", doc_id(c->id));
	doc_set(shape, "url", doc_text(url_of(cx, c->id)));
	doc_set(shape, "name", doc_text(c->name));
	doc_set(shape, "kind", doc_word(cx->lang, contest_kind_word(c->kind), contest_kind_title(c->kind)));
	doc_set(shape, "state", doc_word(cx->lang, contest_state_word(c->state), contest_state_title(c->state)));
	doc_set(shape, "chip", contest_chip(cx, c));
	doc_set(shape, "days", doc_text(contest_days(cx, c)));
	doc_set(shape, "starts_at", doc_instant(&reader, c->starts_at));
	doc_set(shape, "ends_at", doc_instant(&reader, c->ends_at));
	doc_set(shape, "is_archived", json_boolean(c->archived_at));
	TRY(owner_shape(cx, db, c, &owner));
	doc_set(shape, "owner", owner);
	TRY(campaign_shape(cx, db, c, &campaign));
	doc_set(shape, "campaign", campaign);
	return counts_shape(cx, db, c, shape);
}

/* ---- the list ---- */

static const char *const which_words[] = {"running", "over", "away", NULL};

static enum contest_list which_of(struct str word)
{
	return str_eq(word, S("over")) ? CONTESTS_OVER : str_eq(word, S("away")) ? CONTESTS_AWAY : CONTESTS_RUNNING;
}

static enum err states_shape(struct cx *cx, struct db *db, enum contest_list which, json_t *document)
{
	static const char *const titles[] = {N_("Running and to come"), N_("Contests that are over"), N_("Contests put away")};
	i64 counts[3];
	json_t *list = json_array();
	doc_set(document, "states", list);
	TRY(contests_count(cx, db, here(cx), counts));
	for (int i = 0; i < 3; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", which_words[i], "title", tr(cx->lang, titles[i]), "url",
						      doc_text(arena_printf(cx->arena, "/contests?state=%s", which_words[i])), "count", doc_number_or_null(cx->lang, counts[i]),
						      "is_current", i == (int)which));
	doc_set(document, "has_any", json_boolean(counts[0] + counts[1] + counts[2]));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	enum contest_list which = which_of(param_text(request, "state"));
	struct contest *contests;
	struct workspace w;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *list = json_array(), *part;
	reply_json(reply, document);
	doc_set(document, "contests", list);
	pager_of(request, A_PAGE, &pager);
	do
		TRY(contests_list(cx, db, here(cx), which, pager.from, pager.limit + 1, &contests, &count));
	while (!pager_fits(&pager, count));
	contests += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		TRY(contest_shape(cx, db, &contests[i], &part));
		json_array_append_new(list, part);
	}
	doc_set(document, "has_contests", json_boolean(pager.count));
	doc_set(document, "can_run", json_boolean(actor_may(cx->actor, MAY_RUN_CONTESTS)));
	TRY(states_shape(cx, db, which, document));
	TRY(workspace_get(cx, db, here(cx), &w));
	doc_set(document, "public_url", doc_text(arena_printf(cx->arena, "/c/%.*s/contests", STR_ARG(w.slug))));
	const struct contest *last = pager.count ? &contests[pager.count - 1] : NULL;
	pager_put(cx, request, reply, &pager, last ? list_after(contests->ends_at, contests->id) : LIST_START, last ? list_after(last->ends_at, last->id) : LIST_START, NULL);
	return OK;
}

/* ---- its life ---- */

static enum err done(struct cx *cx, struct request *request, struct reply *reply, const char *told, struct str undo)
{
	i64 id = param_id(request, "id");
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(tr(cx->lang, told)), undo);
	reply_redirect(reply, "/contests/%lld", (long long)id);
	return OK;
}

static enum err open_contest(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_open(cx, request_db(request), here(cx), param_id(request, "id")));
	return done(cx, request, reply, N_("It is open: its page is public, and entries come in by themselves."), (struct str){});
}

static enum err stop(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_stop(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "why")));
	return done(cx, request, reply, N_("Stopped. Its page says why."), (struct str){});
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(contest_put_away(cx, request_db(request), here(cx), id, true));
	return done(cx, request, reply, N_("Put away. Its public page stays."), arena_printf(cx->arena, "/contests/%lld/restore", (long long)id));
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_put_away(cx, request_db(request), here(cx), param_id(request, "id"), false));
	return done(cx, request, reply, N_("It is in use again."), (struct str){});
}

/* ---- the rows ---- */

#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The contest."}
#define ENTRY_PARAM {.name = "entry", .in = IN_PATH, .type = P_ID, .about = "The entry."}
#define WINNER_PARAM {.name = "winner", .in = IN_PATH, .type = P_ID, .about = "Who won."}
#define FIELDS(required)                                                                                                       \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = required, .max = CONTEST_NAME_MAX, .about = "Its name."}, \
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .words = kind_words, .about = "draw: by lot; jury: by points of several people; challenge: everybody. draw unless told."}, \
	{.name = "organiser", .in = IN_FORM, .type = P_LINE, .max = 300, .about = "Who is answerable for it, as its page says."}, \
	{.name = "rules_en", .in = IN_FORM, .type = P_TEXT, .max = CONTEST_RULES_MAX, .about = "Its rules in English."}, \
	{.name = "rules_fr", .in = IN_FORM, .type = P_TEXT, .max = CONTEST_RULES_MAX, .about = "Its rules in French."}, \
	{.name = "prizes", .in = IN_FORM, .type = P_TEXT, .max = CONTEST_PRIZES_MAX, .about = "What there is to win, a line each: “3 x a basket of breads”."}, \
	{.name = "country", .in = IN_FORM, .type = P_WORD, .words = country_words, .about = "Whose law the facts beside the form are of."}, \
	{.name = "starts", .in = IN_FORM, .type = P_LINE, .flags = required, .max = 16, .about = "When it begins, by the clock of its zone: 2027-03-24T18:00."}, \
	{.name = "ends", .in = IN_FORM, .type = P_LINE, .flags = required, .max = 16, .about = "The first minute that is too late."}, \
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock that is; the workspace's unless told."}, \
	{.name = "winners", .in = IN_FORM, .type = P_INT, .min = 0, .max = CONTEST_WINNERS_MAX, .about = "How many win."}, \
	{.name = "substitutes", .in = IN_FORM, .type = P_INT, .min = 0, .max = CONTEST_WINNERS_MAX, .about = "How many stand by."}, \
	{.name = "per_person", .in = IN_FORM, .type = P_INT, .min = 1, .max = CONTEST_PER_PERSON_MAX, .about = "Entries of one person that count; who has several wins once."}, \
	{.name = "ways", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = contest_way_words, .about = "How one takes part."}, \
	{.name = "hashtag", .in = IN_FORM, .type = P_LINE, .max = 100, .about = "A hashtag that has to stand in an entry."}, \
	{.name = "words", .in = IN_FORM, .type = P_TEXT, .max = CONTEST_LIST_MAX, .about = "What else has to stand in it, a line each."}, \
	{.name = "left_out", .in = IN_FORM, .type = P_TEXT, .max = CONTEST_LIST_MAX, .about = "Handles that cannot take part, a line each."}, \
	{.name = "team_out", .in = IN_FORM, .type = P_BOOL, .about = "Nobody of the team can."}, \
	{.name = "winners_out_days", .in = IN_FORM, .type = P_INT, .min = 0, .max = 3650, .about = "Who won a contest within so many days cannot."}, \
	{.name = "answer_days", .in = IN_FORM, .type = P_INT, .min = 1, .max = 90, .about = "Days that a winner has to answer."}, \
	{.name = "keep_days", .in = IN_FORM, .type = P_INT, .min = 1, .max = 3650, .about = "After its end entries that won nothing keep their names for so many days."}, \
	{.name = "posts", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Posts of ours under which one takes part."}, \
	{.name = "campaign", .in = IN_FORM, .type = P_ID, .about = "The campaign that it is of."}, \
	{.name = "owner", .in = IN_FORM, .type = P_ID, .about = "Who is told of it."}
static const char *const kind_words[] = {"draw", "jury", "challenge", NULL};
static const char *const country_words[] = {"FR", NULL};
static const char *const entry_words[] = {"counted", "refused", "withdrawn", NULL};
static const char *const source_words[] = {"beacon", "word", NULL};
static const char *const settle_words[] = {"accepted", "declined", "silent", NULL};
static const struct param list_params[] = {
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = which_words, .about = "Those that run, unless told; those that are over; those put away."}, PAGER_PARAMS, {},
};
static const struct param new_params[] = {{.name = "campaign", .in = IN_QUERY, .type = P_ID, .about = "The campaign that it is to be of."}, {}};
static const struct param one_params[] = {
	ID_PARAM,
	{.name = "entries", .in = IN_QUERY, .type = P_WORD, .words = entry_words, .about = "Only entries in this state."},
	{.name = "reason", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "Only those refused for this reason."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words in the text, name or handle."},
	PAGER_PARAMS,
	{},
};
static const struct param create_params[] = {FIELDS(PARAM_REQUIRED), SEEN_MARK_PARAM, {}};
static const struct param change_params[] = {ID_PARAM, FIELDS(0), SEEN_MARK_PARAM, {}};
static const struct param why_params[] = {ID_PARAM, {.name = "why", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 300, .about = "Why; everybody reads it."}, {}};
static const struct param refuse_params[] = {ID_PARAM, ENTRY_PARAM, {.name = "why", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 300, .about = "Why."}, {}};
static const struct param entry_params[] = {ID_PARAM, ENTRY_PARAM, {}};
static const struct param judge_params[] = {ID_PARAM, ENTRY_PARAM, {.name = "points", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 0, .max = CONTEST_POINTS_MAX, .about = "0 to 10."}, {}};
static const struct param freeze_params[] = {
	ID_PARAM,
	{.name = "source", .in = IN_FORM, .type = P_WORD, .words = source_words, .about = "Where the seed comes from; beacon unless told."},
	{.name = "minutes", .in = IN_FORM, .type = P_INT, .min = 1, .max = 43200, .about = "beacon: its round comes so many minutes from now; 10 unless told."},
	{.name = "reason", .in = IN_FORM, .type = P_LINE, .max = 300, .about = "Of a second draw: why; everybody reads it."},
	{},
};
static const struct param draw_params[] = {
	ID_PARAM,
	{.name = "word", .in = IN_FORM, .type = P_LINE, .max = 500, .about = "The word that the public gave."},
	{.name = "seed", .in = IN_FORM, .type = P_TEXT, .max = 4096, .about = "The beacon's value, or what a relay answered, when it cannot be fetched."},
	{},
};
static const struct param tell_params[] = {
	ID_PARAM, WINNER_PARAM, {.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .about = "What they are told."},
	{.name = "private", .in = IN_FORM, .type = P_BOOL, .about = "In private, where the network can."}, {},
};
static const struct param settle_params[] = {
	ID_PARAM, WINNER_PARAM, {.name = "state", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = settle_words, .about = "What they said, or that they say nothing."},
	{.name = "shown_as", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "The name they agreed to be shown with; empty: by the hash alone."}, {},
};
#define SLUG_PARAM {.name = "slug", .in = IN_PATH, .type = P_LINE, .max = 80, .about = "The workspace, as its public addresses name it."}
#define PUBLIC_PARAMS SLUG_PARAM, ID_PARAM
static const struct param public_list_params[] = {SLUG_PARAM, {.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "The language of the page."}, PAGER_PARAMS, {}};
static const struct param public_params[] = {
	PUBLIC_PARAMS,
	{.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "The language of the page."},
	{.name = "version", .in = IN_QUERY, .type = P_INT, .min = 1, .max = 1000000, .about = "A version of its rules that was published; else the newest."},
	{.name = "handle", .in = IN_QUERY, .type = P_LINE, .max = 200, .about = "Which lines of the list are of this account?"},
	{},
};
static const struct param file_params[] = {PUBLIC_PARAMS, {.name = "number", .in = IN_PATH, .type = P_INT, .min = 1, .max = 1000, .about = "Which list; 1 is the first."}, {}};

#define ACT(path_, params_, handle_, about_)                                                                                   \
	{.method = "POST", .path = path_, .permission = MAY_RUN_CONTESTS, .params = params_, .handle = handle_, .form = "/contests/{id}", .answer = "Made", .about = about_}
static const struct route routes[] = {
	{.method = "GET", .path = "/contests", .permission = MAY_READ_POSTS, .params = list_params, .template = "contests/page", .handle = show, .answer = "ContestsPage",
	 .about = "Contests, with how many take part."},
	{.method = "GET", .path = "/contests/new", .permission = MAY_RUN_CONTESTS, .flags = ROUTE_PAGE_ONLY, .params = new_params, .template = "contests/edit", .handle = contest_show_new,
	 .about = "The form of a contest."},
	{.method = "POST", .path = "/contests", .permission = MAY_RUN_CONTESTS, .flags = ROUTE_MAKES, .params = create_params, .handle = contest_create, .form = "/contests/new", .answer = "Made",
	 .about = "Write a contest down."},
	{.method = "GET", .path = "/contests/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "contests/one", .handle = show_one_contest, .answer = "ContestPage",
	 .about = "A contest: its entries with what counts and why not, its lists, its winners."},
	{.method = "GET", .path = "/contests/{id}/edit", .permission = MAY_RUN_CONTESTS, .flags = ROUTE_PAGE_ONLY, .template = "contests/edit", .handle = contest_show_edit,
	 .about = "The form of a contest."},
	{.method = "POST", .path = "/contests/{id}", .permission = MAY_RUN_CONTESTS, .params = change_params, .handle = contest_change, .form = "/contests/{id}/edit", .answer = "Made",
	 .about = "Change a contest; an open one gets another version of its rules."},
	ACT("/contests/{id}/open", NULL, open_contest, "Open it: its page is public, entries come in."),
	ACT("/contests/{id}/stop", why_params, stop, "Stop it without winners, and say why."),
	ACT("/contests/{id}/archive", NULL, archive, "Put it away; its public page stays."),
	ACT("/contests/{id}/restore", NULL, restore, "Take it out again."),
	ACT("/contests/{id}/freeze", freeze_params, contest_act_freeze, "Freeze the list of entries and publish its hash; name where the seed will come from. Once more with a reason."),
	ACT("/contests/{id}/draw", draw_params, contest_act_draw, "Draw by the public's word, within seconds, or by the beacon's value typed by hand, at once."),
	ACT("/contests/{id}/decide", NULL, contest_act_decide, "Close a jury: the most points win."),
	ACT("/contests/{id}/end", NULL, contest_act_end, "End a challenge."),
	ACT("/contests/{id}/entries/{entry}/refuse", refuse_params, contest_act_refuse, "Refuse an entry by hand, with the reason."),
	ACT("/contests/{id}/entries/{entry}/let-in", entry_params, contest_act_let_in, "Take the refusal back: the rules say again whether it counts."),
	ACT("/contests/{id}/entries/{entry}/withdraw", entry_params, contest_act_withdraw, "Take an entry out because its author wishes so."),
	ACT("/contests/{id}/entries/{entry}/choose", entry_params, contest_act_choose, "Choose an entry of a challenge."),
	{.method = "POST", .path = "/contests/{id}/entries/{entry}/points", .permission = MAY_JUDGE, .params = judge_params, .handle = contest_act_judge, .form = "/contests/{id}", .answer = "Made",
	 .about = "Give an entry points, as one of the jury; the others see them when all is closed."},
	ACT("/contests/{id}/winners/{winner}/tell", tell_params, contest_act_tell, "Tell a winner, by an answer to their entry."),
	ACT("/contests/{id}/winners/{winner}/settle", settle_params, contest_act_settle, "Note that a winner accepted, declined, or does not answer."),
	{.method = "GET", .path = "/c/{slug}/contests", .flags = ROUTE_PUBLIC, .params = public_list_params, .template = "contests/list", .handle = list_public_contests,
	 .answer = "PublicContests", .per_minute = 120, .about = "The contests of a workspace for everybody, the last to end first."},
	{.method = "GET", .path = "/c/{slug}/contests/{id}", .flags = ROUTE_PUBLIC, .params = public_params, .template = "contests/public", .handle = show_public_contest,
	 .answer = "PublicContest", .per_minute = 120, .about = "A contest for everybody: its rules, its lists with their hashes, its seed, its winners, and how to check them."},
	{.method = "GET", .path = "/c/{slug}/contests/{id}/lists/{number}", .flags = ROUTE_PUBLIC, .params = file_params, .handle = give_list, .type = "text/plain", .per_minute = 60,
	 .about = "A frozen list of entries, a line each, as `parvis draw` and sha256sum take it."},
	{},
};

const struct page page_contests = {"contests", routes, contest_shapes, .file = __FILE__};
