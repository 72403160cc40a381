/* public.c: a contest for everybody: its rules, its lists with their hashes, where the seed comes from, who won as they agreed to be named, and how to check all
 * of it. It names nobody else, and nothing that was not published. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/lot.h"
#include "page/contests/contests.h"
#include "page/pager.h"
#include "page/rules.h"
#include "store/workspace.h"

#define HASHES_SHOWN 50
#define A_PAGE 30

struct view {
	struct cx *cx;
	struct db *db;
	struct workspace w;
	struct contest c;     /* as it is */
	struct contest shown; /* with the rules of the version that is shown */
	struct reader reader;
};

static struct str own_url(const struct view *v)
{
	return contest_public_url(v->cx, v->w.slug, v->c.id);
}

static enum err open_view(struct cx *cx, struct request *request, struct view *ret_view)
{
	*ret_view = (struct view){.cx = cx, .db = request_db(request), .reader = reader_of(cx)};
	TRY(workspace_by_slug(cx, ret_view->db, param_text(request, "slug"), &ret_view->w));
	TRY(contest_get(cx, ret_view->db, ret_view->w.id, param_id(request, "id"), &ret_view->c));
	if (ret_view->c.state == CONTEST_DRAFT)
		return fail(cx, ERR_MISSING, N_("There is no such contest here."));
	ret_view->shown = ret_view->c;
	if (!cx->actor)
		ret_view->reader.zone = ret_view->c.zone;
	return OK;
}

/* ---- its rules ---- */

/* The conditions as a version had them, not as they are. */
static void take_version(struct view *v, const json_t *document)
{
	struct contest *c = &v->shown;
	const struct {
		const char *name;
		struct str *text;
	} texts[] = {{"organiser", &c->organiser}, {"prizes", &c->prizes}, {"hashtag", &c->hashtag}, {"words", &c->words}, {"left_out", &c->left_out}, {"zone", &c->zone}};
	const struct {
		const char *name;
		i64 *number;
	} numbers[] = {{"winners", &c->winners}, {"substitutes", &c->substitutes}, {"per_person", &c->per_person}, {"ways", &c->ways}, {"winners_out_days", &c->winners_out_days},
		       {"answer_days", &c->answer_days}, {"keep_days", &c->keep_days}};
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i].text = arena_str(v->cx->arena, str_of(json_string_value(json_object_get(document, texts[i].name))));
	for (size_t i = 0; i < COUNT(numbers); i++)
		*numbers[i].number = (i64)json_integer_value(json_object_get(document, numbers[i].name));
	c->team_out = json_is_true(json_object_get(document, "team_out"));
	(void)time_parse(str_of(json_string_value(json_object_get(document, "starts_at"))), &c->starts_at);
	(void)time_parse(str_of(json_string_value(json_object_get(document, "ends_at"))), &c->ends_at);
}

/* The text of a version; of the newest unless told. */
static enum err rules_shape(struct view *v, i64 number, struct str wished, json_t *document)
{
	struct cx *cx = v->cx;
	struct contest_rules *versions;
	size_t count, shown = 0;
	const char *lang = rules_lang_of(cx, wished);
	json_t *list = json_array(), *languages = json_array();
	TRY(contest_rules_list(cx, v->db, v->w.id, v->c.id, &versions, &count));
	while (number && shown < count && versions[shown].number != number)
		shown++;
	if (shown >= count)
		return fail(cx, ERR_MISSING, N_("Its rules have no such version."));
	json_t *kept = json_loadb(versions[shown].document.at, versions[shown].document.len, 0, NULL);
	struct str rules = arena_json(cx->arena, json_object_get(kept, "rules"), JSON_COMPACT);
	take_version(v, kept);
	json_decref(kept);
	struct str text = contest_rules_in(cx->arena, rules, lang, &lang);
	cx->lang = v->reader.lang = lang; /* the page around them is in the same language */
	doc_set(document, "rules", json_pack("{s:o, s:s, s:o, s:b, s:o}", "text", doc_text(text), "lang", lang, "number", doc_text(number_text(cx, versions[shown].number)), "is_current",
					     shown == 0, "since", doc_instant(&v->reader, versions[shown].at)));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b}", "number", doc_text(number_text(cx, versions[i].number)), "url",
						      doc_text(arena_printf(cx->arena, "%.*s?version=%lld", STR_ARG(own_url(v)), (long long)versions[i].number)), "since",
						      doc_instant(&v->reader, versions[i].at), "is_shown", i == shown));
	doc_set(document, "versions", list);
	doc_set(document, "has_versions", json_boolean(count > 1));
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (!str_eq(str_of(rules_langs[i].word), str_of(lang)) && contest_rules_just_in(cx->arena, rules, rules_langs[i].word).len)
			json_array_append_new(languages, json_pack("{s:s, s:s, s:o}", "word", rules_langs[i].word, "title", rules_langs[i].title, "url",
								   doc_text(arena_printf(cx->arena, "?lang=%s", rules_langs[i].word))));
	doc_set(document, "languages", languages);
	return OK;
}

static enum err contest_part(const struct view *v, json_t *document)
{
	struct cx *cx = v->cx;
	const struct contest *c = &v->shown;
	i64 states[ENTRY_STATES], reasons[ENTRY_REASONS];
	json_t *shape = json_object(), *refusals = json_array();
	TRY(contest_entry_counts(cx, v->db, v->w.id, c->id, states, reasons));
	for (enum entry_reason r = 1; r < ENTRY_REASONS; r++)
		if (reasons[r])
			json_array_append_new(refusals, json_pack("{s:s, s:o}", "title", tr(cx->lang, entry_reason_title(r)), "count", doc_number(cx->lang, reasons[r])));
	doc_set(document, "contest", shape);
	doc_set(shape, "name", doc_text(c->name));
	doc_set(shape, "url", doc_text(own_url(v)));
	doc_set(shape, "kind", doc_word(cx->lang, contest_kind_word(c->kind), contest_kind_title(c->kind)));
	doc_set(shape, "about", json_string(tr(cx->lang, contest_kind_about(c->kind))));
	doc_set(shape, "chip", contest_chip(cx, c));
	doc_set(shape, "state", json_string(contest_state_word(c->state)));
	doc_set(shape, "days", doc_text(contest_days(cx, c)));
	doc_set(shape, "organiser", doc_text(c->organiser));
	doc_set(shape, "prizes", contest_lines(c->prizes));
	doc_set(shape, "has_prizes", json_boolean(c->prizes.len));
	doc_set(shape, "ways", contest_ways_shape(cx, c));
	json_t *conditions = contest_conditions_shape(cx, c);
	doc_set(shape, "conditions", conditions);
	doc_set(shape, "has_conditions", json_boolean(json_array_size(conditions)));
	doc_set(shape, "all_url", doc_text(arena_printf(cx->arena, "/c/%.*s/contests", STR_ARG(v->w.slug))));
	doc_set(shape, "winners", doc_number_or_null(cx->lang, c->winners));
	doc_set(shape, "substitutes", doc_number_or_null(cx->lang, c->substitutes));
	doc_set(shape, "per_person", doc_number(cx->lang, c->per_person));
	doc_set(shape, "answer_days", doc_number(cx->lang, c->answer_days));
	doc_set(shape, "keep_days", doc_number(cx->lang, c->keep_days));
	doc_set(shape, "salt", doc_text(c->salt));
	doc_set(shape, "counted", doc_number(cx->lang, states[ENTRY_COUNTED]));
	doc_set(shape, "refused", doc_number(cx->lang, states[ENTRY_REFUSED]));
	doc_set(shape, "refusals", refusals);
	doc_set(shape, "has_refusals", json_boolean(json_array_size(refusals)));
	doc_set(shape, "stopped", c->state == CONTEST_STOPPED ? doc_text(c->story) : json_null());
	doc_set(shape, "is_draw", json_boolean(c->kind == CONTEST_DRAW));
	doc_set(shape, "is_unnamed", json_boolean(c->unnamed_at));
	return OK;
}

static enum err posts_part(const struct view *v, json_t *document)
{
	struct contest_post *posts;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "posts", list);
	TRY(contest_posts(v->cx, v->db, v->w.id, v->c.id, &posts, &count));
	for (size_t i = 0; i < count; i++)
		if (posts[i].url.len) /* one that is not there yet is nobody's business */
			json_array_append_new(list, json_pack("{s:o, s:o}", "title", doc_excerpt(posts[i].title, 80), "url", doc_address(posts[i].url)));
	doc_set(document, "has_posts", json_boolean(json_array_size(list)));
	return OK;
}

/* ---- lists and winners ---- */

/* Those who accepted, by the name they agreed to; the others by their line. */
static json_t *winners_of(const struct view *v, const struct contest_winner *winners, size_t count, i64 draw)
{
	struct cx *cx = v->cx;
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct contest_winner *w = &winners[i];
		if (w->draw != draw || (!w->draw && w->state != WINNER_ACCEPTED))
			continue;
		bool shown = w->state == WINNER_ACCEPTED && w->shown_as.len, waits = w->state == WINNER_DRAWN || w->state == WINNER_LEAVING || w->state == WINNER_TOLD;
		const char *title = waits ? N_("Drawn") : w->state == WINNER_SILENT || w->state == WINNER_DECLINED ? N_("The place went to the next") : winner_state_title(w->state);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s}", "place", doc_number(cx->lang, w->place), "name", shown ? doc_text(w->shown_as) : json_null(), "hash",
						      doc_text_or_null(w->hash), "title", tr(cx->lang, title)));
	}
	return list;
}

static json_t *draw_part(const struct view *v, const struct contest_draw *d, const struct contest_winner *winners, size_t count)
{
	struct cx *cx = v->cx;
	json_t *shape = json_object(), *won = winners_of(v, winners, count, d->id);
	struct str list_url = arena_printf(cx->arena, "%.*s/lists/%lld", STR_ARG(own_url(v)), (long long)d->number);
	doc_set(shape, "number", doc_text(number_text(cx, d->number)));
	doc_set(shape, "is_again", json_boolean(d->number > 1));
	doc_set(shape, "entries", doc_number(cx->lang, d->entries));
	doc_set(shape, "hash", doc_text(d->list_hash));
	doc_set(shape, "list_url", doc_text(list_url));
	doc_set(shape, "source", doc_text(contest_source_text(cx, d)));
	doc_set(shape, "is_beacon", json_boolean(d->source == LOT_BEACON));
	doc_set(shape, "is_word", json_boolean(d->source == LOT_WORD));
	doc_set(shape, "round", d->round ? json_integer(d->round) : json_null());
	doc_set(shape, "beacon_url", d->round ? doc_text(beacon_url(cx->arena, S(BEACON_HOST), d->round)) : json_null());
	doc_set(shape, "due_at", d->round ? doc_instant(&v->reader, beacon_time(d->round)) : json_null());
	doc_set(shape, "secret_hash", doc_text_or_null(d->secret_hash));
	doc_set(shape, "secret", d->drawn_at ? doc_text_or_null(d->secret) : json_null());
	doc_set(shape, "word", doc_text_or_null(d->word));
	doc_set(shape, "seed", doc_text_or_null(d->seed));
	doc_set(shape, "is_typed", json_boolean(d->typed != LOT_FETCHED));
	doc_set(shape, "checked", doc_text_or_null(contest_checked_text(cx, d)));
	doc_set(shape, "reason", doc_text_or_null(d->reason));
	doc_set(shape, "frozen_at", doc_instant(&v->reader, d->frozen_at));
	doc_set(shape, "drawn_at", doc_instant(&v->reader, d->drawn_at));
	doc_set(shape, "has_winners", json_boolean(json_array_size(won)));
	doc_set(shape, "winners", won);
	doc_set(shape, "command", d->seed.len ? doc_text(arena_printf(cx->arena, "parvis draw --entries entries.txt --seed %.*s --winners %lld --substitutes %lld", STR_ARG(d->seed),
									(long long)d->winners, (long long)d->substitutes))
					      : json_null());
	return shape;
}

static enum err draws_part(const struct view *v, json_t *document)
{
	struct contest_draw *draws;
	struct contest_winner *winners;
	size_t count, winner_count;
	json_t *list = json_array();
	TRY(contest_draws(v->cx, v->db, v->w.id, v->c.id, &draws, &count));
	TRY(contest_winners(v->cx, v->db, v->w.id, v->c.id, &winners, &winner_count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, draw_part(v, &draws[i], winners, winner_count));
	doc_set(document, "draws", list);
	doc_set(document, "has_draws", json_boolean(count));
	json_t *shown = winners_of(v, winners, winner_count, 0);
	doc_set(document, "shown", shown);
	doc_set(document, "has_shown", json_boolean(json_array_size(shown)));
	return OK;
}

/* Which lines are of a handle: told to whoever knows it, as the message itself can be read by them. */
static enum err handle_part(const struct view *v, struct str handle, json_t *document)
{
	struct str *hashes = NULL;
	size_t count = 0;
	json_t *list = json_array();
	if (handle.len)
		TRY(contest_hashes_of(v->cx, v->db, v->w.id, v->c.id, lot_handle(v->cx->arena, handle), HASHES_SHOWN, &hashes, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, doc_text(hashes[i]));
	doc_set(document, "asked", handle.len ? json_pack("{s:o, s:o, s:b}", "handle", doc_text(handle), "hashes", list, "is_there", count > 0) : json_null());
	if (!handle.len)
		json_decref(list);
	return OK;
}

enum err show_public_contest(struct cx *cx, struct request *request, struct reply *reply)
{
	struct view v;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(open_view(cx, request, &v));
	TRY(rules_shape(&v, param_int(request, "version"), param_text(request, "lang"), document));
	doc_set(document, "workspace", json_pack("{s:o, s:o, s:o}", "name", doc_text(v.w.name), "slug", doc_text(v.w.slug), "avatar", doc_avatar(v.w.name)));
	TRY(contest_part(&v, document));
	TRY(posts_part(&v, document));
	TRY(draws_part(&v, document));
	return handle_part(&v, param_text(request, "handle"), document);
}

/* ---- all of them ---- */

/* In the language that is asked for; both, the page has no text of its own. */
static void take_lang(struct cx *cx, struct str wished, struct reader *reader, json_t *document)
{
	json_t *languages = json_array();
	cx->lang = reader->lang = rules_lang_of(cx, wished);
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (!str_eq(str_of(rules_langs[i].word), str_of(cx->lang)))
			json_array_append_new(languages, json_pack("{s:s, s:s, s:o}", "word", rules_langs[i].word, "title", rules_langs[i].title, "url",
								   doc_text(arena_printf(cx->arena, "?lang=%s", rules_langs[i].word))));
	doc_set(document, "languages", languages);
}

enum err list_public_contests(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct workspace w;
	struct contest *contests;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "contests", list);
	TRY(workspace_by_slug(cx, db, param_text(request, "slug"), &w));
	take_lang(cx, param_text(request, "lang"), &reader, document);
	doc_set(document, "workspace", json_pack("{s:o, s:o, s:o}", "name", doc_text(w.name), "slug", doc_text(w.slug), "avatar", doc_avatar(w.name)));
	pager_of(request, A_PAGE, &pager);
	do
		TRY(contests_list(cx, db, w.id, CONTESTS_PUBLIC, pager.from, pager.limit + 1, &contests, &count));
	while (!pager_fits(&pager, count));
	contests += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		const struct contest *c = &contests[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", doc_text(c->name), "url", doc_text(contest_public_url(cx, w.slug, c->id)), "kind",
						      doc_word(cx->lang, contest_kind_word(c->kind), contest_kind_title(c->kind)), "chip", contest_chip(cx, c), "days",
						      doc_text(contest_days(cx, c))));
	}
	doc_set(document, "has_contests", json_boolean(pager.count));
	const struct contest *last = pager.count ? &contests[pager.count - 1] : NULL;
	pager_put(cx, request, reply, &pager, last ? list_after(contests->ends_at, contests->id) : LIST_START, last ? list_after(last->ends_at, last->id) : LIST_START, NULL);
	return OK;
}

enum err give_list(struct cx *cx, struct request *request, struct reply *reply)
{
	struct view v;
	struct contest_draw d;
	TRY(open_view(cx, request, &v));
	TRY(contest_draw_get(cx, v.db, v.w.id, v.c.id, param_int(request, "number"), &d));
	reply_header(reply, "Content-Disposition", S("inline; filename=\"entries.txt\""));
	reply_bytes(reply, "text/plain; charset=utf-8", d.list); /* the kernel tags it, and answers 304 to who has it */
	return OK;
}
