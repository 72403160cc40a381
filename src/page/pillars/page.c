/* pillars: the editorial line: what we speak about, the share of posts each pillar is to have, and the one it really has. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/pillar.h"
#include "model/idea.h"
#include "page/choices.h"
#include "page/pager.h"
#include "page/seen.h"
#include "ui/document.h"

#include <stdlib.h>

#define A_PAGE 25
#define AWAY_SHOWN 200
#define GAP_LEAST 5 /* percent points below its share that are told of */

struct span {
	const char *word, *title;
	int days;
};
static const struct span spans[] = {{"30d", N_("30 days"), 30}, {"90d", N_("90 days"), 90}, {"365d", N_("A year"), 365}};
static const char *const span_words[] = {"30d", "90d", "365d", NULL};

static const struct span *span_of(struct str word)
{
	for (size_t i = 0; i < COUNT(spans); i++)
		if (str_eq(word, str_of(spans[i].word)))
			return &spans[i];
	return &spans[1];
}

/* Posts of the days before, and of what is planned as many days ahead. */
struct line {
	struct pillar *pillars;
	size_t count;
	struct pillar_use *uses;
	size_t use_count;
	i64 planned, published;   /* of posts that name a pillar in use */
	i64 other;                /* posts that name none, or one that was put away */
	i64 shares;               /* together */
};

static struct pillar_use use_of(const struct line *line, i64 pillar)
{
	for (size_t i = 0; i < line->use_count; i++)
		if (line->uses[i].pillar == pillar)
			return line->uses[i];
	return (struct pillar_use){.pillar = pillar};
}

/* The largest share first; then as they were made. */
static int by_share(const void *a, const void *b)
{
	const struct pillar *x = a, *y = b;
	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static enum err line_load(struct cx *cx, struct db *db, const struct span *span, struct line *ret_line)
{
	struct line line = {};
	TRY(pillars_list(cx, db, here(cx), false, PILLARS_MOST, &line.pillars, &line.count));
	TRY(pillar_uses(cx, db, here(cx), cx->now - span->days * DAY, cx->now + span->days * DAY, &line.uses, &line.use_count));
	if (line.count)
		qsort(line.pillars, line.count, sizeof *line.pillars, by_share);
	for (size_t i = 0; i < line.use_count; i++)
		line.other += line.uses[i].planned;
	for (size_t i = 0; i < line.count; i++) {
		struct pillar_use use = use_of(&line, line.pillars[i].id);
		line.planned += use.planned;
		line.published += use.published;
		line.other -= use.planned;
		line.shares += line.pillars[i].share;
	}
	*ret_line = line;
	return OK;
}

static json_t *pillar_shape(struct cx *cx, const struct line *line, const struct pillar *p)
{
	struct pillar_use use = use_of(line, p->id);
	i64 percent = percent_of(use.planned, line->planned);
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(p->id));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/pillars/%lld#edit", (long long)p->id)));
	doc_set(shape, "posts_url", doc_text(arena_printf(cx->arena, "/calendar?view=list&pillar=%lld", (long long)p->id)));
	doc_set(shape, "name", doc_text(p->name));
	doc_set(shape, "about", doc_text_or_null(p->about));
	doc_set(shape, "share", p->share ? json_integer((json_int_t)p->share) : json_null());
	doc_set(shape, "percent", json_integer((json_int_t)percent));
	doc_set(shape, "percent_published", json_integer((json_int_t)percent_of(use.published, line->published)));
	doc_set(shape, "planned", doc_number(cx->lang, use.planned));
	doc_set(shape, "published", doc_number(cx->lang, use.published));
	doc_set(shape, "width", doc_text(arena_printf(cx->arena, "%lld%%", (long long)percent)));
	doc_set(shape, "share_x", doc_text(arena_printf(cx->arena, "%lld%%", (long long)p->share)));
	doc_set(shape, "is_short", json_boolean(p->share && line->planned && percent + GAP_LEAST <= p->share));
	return shape;
}

/* The pillar that lacks most; null while nothing lacks much. */
static json_t *gap_shape(struct cx *cx, const struct line *line)
{
	const struct pillar *most = NULL;
	i64 gap = GAP_LEAST - 1;
	for (size_t i = 0; i < line->count && line->planned; i++) {
		const struct pillar *p = &line->pillars[i];
		i64 lacks = p->share - percent_of(use_of(line, p->id).planned, line->planned);
		if (p->share && lacks > gap) {
			gap = lacks;
			most = p;
		}
	}
	if (!most)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:o, s:o}", "id", doc_id(most->id), "name", doc_text(most->name), "points", (json_int_t)gap, "new_url",
			 doc_text(arena_printf(cx->arena, "/posts/new?pillar=%lld", (long long)most->id)), "ideas_url",
			 doc_text(arena_printf(cx->arena, "/ideas?pillar=%lld", (long long)most->id)));
}

static json_t *form_shape(struct request *request, const struct pillar *p, i64 room)
{
	char room_share[24] = "";
	if (p->share)
		snprintf(room_share, sizeof room_share, "%lld", (long long)p->share);
	return json_pack("{s:o, s:o, s:o, s:o, s:I}", "id", doc_id(p->id), "name", doc_text(typed_or(request, "name", p->name)), "about",
			 doc_text(typed_or(request, "about", p->about)), "share", doc_text(typed_or(request, "share", str_of(room_share))), "room", (json_int_t)room);
}

static void put_spans(struct cx *cx, const struct span *span, json_t *document)
{
	json_t *tabs = json_array();
	for (size_t i = 0; i < COUNT(spans); i++)
		json_array_append_new(tabs, json_pack("{s:s, s:o, s:b}", "title", tr(cx->lang, spans[i].title), "url", doc_text(arena_printf(cx->arena, "/pillars?span=%s", spans[i].word)),
						      "is_current", &spans[i] == span));
	doc_set(document, "spans", tabs);
	doc_set(document, "span_days", json_integer(span->days));
}

static enum err show_line(struct cx *cx, struct request *request, struct reply *reply, i64 open)
{
	struct db *db = request_db(request);
	const struct span *span = span_of(param_text(request, "span"));
	struct pillar edited = {}, *away;
	struct line line;
	struct pager pager;
	size_t away_count;
	bool plans = actor_may(cx->actor, MAY_PLAN_POSTS);
	json_t *document = json_object(), *list = json_array(), *archived = json_array();
	reply_json(reply, document);
	if (open)
		TRY(pillar_get(cx, db, here(cx), open, &edited));
	TRY(line_load(cx, db, span, &line));
	TRY(pillars_list(cx, db, here(cx), true, AWAY_SHOWN, &away, &away_count));
	pager_of(request, A_PAGE, &pager);
	pager_cut_by_id(&pager, line.pillars, line.count, open);
	pager.path = "/pillars";
	for (size_t i = pager.first; i < pager.first + pager.count; i++) {
		json_t *shape = pillar_shape(cx, &line, &line.pillars[i]);
		doc_set(shape, "is_current", json_boolean(line.pillars[i].id == open));
		json_array_append_new(list, shape);
	}
	for (size_t i = 0; i < away_count; i++)
		json_array_append_new(archived, json_pack("{s:o, s:o}", "id", doc_id(away[i].id), "name", doc_text(away[i].name)));
	put_spans(cx, span, document);
	doc_set(document, "pillars", list);
	doc_set(document, "has_pillars", json_boolean(line.count));
	doc_set(document, "archived", archived);
	doc_set(document, "has_archived", json_boolean(away_count));
	doc_set(document, "posts", doc_number(cx->lang, line.planned));
	doc_set(document, "other", doc_number_or_null(cx->lang, line.other));
	doc_set(document, "shares", json_integer((json_int_t)line.shares));
	doc_set(document, "gap", gap_shape(cx, &line));
	doc_set(document, "can_plan", json_boolean(plans));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	doc_set(document, "form", plans ? form_shape(request, &edited, 100 - line.shares + (edited.archived_at ? 0 : edited.share)) : json_null());
	if (plans && edited.id) {
		struct seen seen;
		pillar_seen(cx->arena, &edited, &seen);
		TRY(seen_put(cx, request, arena_printf(cx->arena, "pillar:%lld", (long long)edited.id), &seen, json_object_get(document, "form")));
	} else if (plans)
		TRY(seen_put(cx, request, (struct str){}, NULL, json_object_get(document, "form")));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? line.pillars[pager.first].id : 0),
		  list_after(0, pager.count ? line.pillars[pager.first + pager.count - 1].id : 0), NULL);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	return show_line(cx, request, reply, 0);
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	return show_line(cx, request, reply, param_id(request, "id"));
}

/* ---- writing ---- */

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct pillar p = {.workspace = here(cx)};
	if (id)
		TRY(pillar_get(cx, request_db(request), here(cx), id, &p));
	p.seen = seen_said(cx, request);
	p.name = page_says(request, "name") ? param_text(request, "name") : p.name;
	p.about = page_says(request, "about") ? param_text(request, "about") : p.about;
	p.share = page_says(request, "share") ? param_int(request, "share") : p.share;
	TRY(pillar_keep(cx, request_db(request), &p));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(p.id)));
	reply_flash(reply, str_of(id ? _(N_("Kept.")) : _(N_("It is of the editorial line. Posts and ideas can name it from now on."))), (struct str){});
	reply_redirect(reply, "/pillars");
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err set_away(struct cx *cx, struct request *request, struct reply *reply, bool away)
{
	i64 id = param_id(request, "id");
	TRY(pillar_put_away(cx, request_db(request), here(cx), id, away));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(away ? _(N_("Put away. What serves it keeps it.")) : _(N_("It is in use again."))),
		    away ? arena_printf(cx->arena, "/pillars/%lld/restore", (long long)id) : (struct str){});
	reply_redirect(reply, "/pillars");
	return OK;
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, true);
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, false);
}

/* ---- the rows ---- */

#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The pillar."}
#define SPAN_PARAM {.name = "span", .in = IN_QUERY, .type = P_WORD, .words = span_words, .about = "How far back, and ahead, posts are counted; 90 days unless told."}
#define FIELDS(required)                                                                                                       \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = required, .max = PILLAR_NAME_MAX, .about = "What we speak about."}, \
	{.name = "about", .in = IN_FORM, .type = P_TEXT, .max = PILLAR_ABOUT_MAX, .about = "What belongs to it, and what does not."}, \
	{.name = "share", .in = IN_FORM, .type = P_INT, .min = 0, .max = 100, .about = "The percent of our posts it is to have; 0: nothing is said."}
static const struct param list_params[] = {SPAN_PARAM, PAGER_PARAMS, {}};
static const struct param one_params[] = {ID_PARAM, SPAN_PARAM, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS(PARAM_REQUIRED), SEEN_MARK_PARAM, {}};
static const struct param change_params[] = {ID_PARAM, FIELDS(0), SEEN_MARK_PARAM, {}};

static const struct shape shapes[] = {
	{"Pillar", "{id: id, url: url, posts_url: url, name: text, about: text?, share: int?, percent: int, percent_published: int, planned: Number, published: Number, width: text, "
	 "share_x: text, is_short: bool, is_current: bool}",
	 "A pillar of the editorial line. share: the percent of posts it is to have; percent: what it has of those with an hour that name a pillar, percent_published: of those that left."},
	{"PillarsPage", "{spans: [Tab], span_days: int, pillars: [Pillar], has_pillars: bool, archived: [Reference], has_archived: bool, posts: Number, other: Number?, shares: int, "
	 "gap: {id: id, name: text, points: int, new_url: url, ideas_url: url}?, can_plan: bool, can_write: bool, form: {id: id?, name: text, about: text, share: text, room: int, " SEEN_SHAPE "}?, "
	 "pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/pillars", .permission = MAY_READ_POSTS, .params = list_params, .template = "pillars/page", .handle = show, .answer = "PillarsPage",
	 .about = "The editorial line: its pillars, the share of posts each is to have, and the one it really has."},
	{.method = "POST", .path = "/pillars", .permission = MAY_PLAN_POSTS, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/pillars", .answer = "Made",
	 .about = "Add a pillar."},
	{.method = "GET", .path = "/pillars/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "pillars/page", .handle = show_one, .answer = "PillarsPage",
	 .about = "The same, with a pillar open to be changed."},
	{.method = "POST", .path = "/pillars/{id}", .permission = MAY_PLAN_POSTS, .params = change_params, .handle = change, .form = "/pillars/{id}", .answer = "Made",
	 .about = "Change a pillar."},
	{.method = "POST", .path = "/pillars/{id}/archive", .permission = MAY_PLAN_POSTS, .handle = archive, .answer = "Made",
	 .about = "Put a pillar away: what serves it keeps it, nothing new is filed under it."},
	{.method = "POST", .path = "/pillars/{id}/restore", .permission = MAY_PLAN_POSTS, .handle = restore, .answer = "Made", .about = "Take a pillar out again."},
	{},
};

const struct page page_pillars = {"pillars", routes, shapes, .file = __FILE__};
