/* workflows: how posts are approved: ways with their steps, whom each asks and in what time; which channel goes which way. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/approving.h"
#include "page/page.h"
#include "page/choices.h"
#include "store/channel.h"
#include "store/member.h"
#include "store/team.h"
#include "ui/document.h"

struct room {
	struct cx *cx;
	struct db *db;
	struct request *request;
	struct workflow *ways;
	size_t way_count;
	struct channel *channels; /* those that posts leave by */
	size_t channel_count;
	struct member *members;
	size_t member_count;
	struct team *teams;
	size_t team_count;
};

static enum err load(struct room *r)
{
	struct cx *cx = r->cx;
	size_t kept = 0;
	TRY(workflows(cx, r->db, here(cx), &r->ways, &r->way_count));
	TRY(member_list(cx, r->db, here(cx), &r->members, &r->member_count));
	TRY(team_list(cx, r->db, here(cx), &r->teams, &r->team_count));
	TRY(channel_list(cx, r->db, here(cx), &r->channels, &r->channel_count));
	for (size_t i = 0; i < r->channel_count; i++) {
		const struct channel_kind *kind = channel_kind_of(r->channels[i].kind);
		if (kind && kind->can & CAN_POST)
			r->channels[kept++] = r->channels[i];
	}
	r->channel_count = kept;
	return OK;
}

static void add_name(struct buf *b, struct str name)
{
	buf_addf(b, "%s%.*s", b->len ? ", " : "", STR_ARG(name));
}

/* ---- the list ---- */

static enum err row_shape(struct room *r, const struct workflow *w, i64 open, json_t **ret_shape)
{
	struct cx *cx = r->cx;
	struct workflow_step *steps;
	i64 *channels;
	size_t count, channel_count;
	CLEANUP(buf_free) struct buf about = {}, where = {};
	TRY(workflow_steps(cx, r->db, here(cx), w->id, &steps, &count));
	TRY(workflow_of_channels(cx, r->db, here(cx), w->id, &channels, &channel_count));
	for (size_t i = 0; i < count; i++)
		add_name(&about, steps[i].name);
	for (size_t i = 0; i < channel_count; i++)
		for (size_t n = 0; n < r->channel_count; n++)
			if (r->channels[n].id == channels[i])
				add_name(&where, r->channels[n].name);
	*ret_shape = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:b}", "id", doc_id(w->id), "url", doc_text(arena_printf(cx->arena, "/workflows/%lld", (long long)w->id)), "name",
			       doc_text(w->name), "is_default", w->is_default, "steps", doc_text(buf_str(&about)), "channels", doc_text_or_null(buf_str(&where)), "is_current",
			       w->id == open);
	return OK;
}

/* Which way each channel's posts go; none: who may publish does so without asking. */
static enum err places_shape(struct room *r, json_t *document)
{
	struct cx *cx = r->cx;
	json_t *list = json_array();
	doc_set(document, "places", list);
	doc_set(document, "has_places", json_boolean(r->channel_count > 0));
	for (size_t i = 0; i < r->channel_count; i++) {
		const struct channel *c = &r->channels[i];
		struct str name = {};
		i64 way;
		TRY(workflow_of(cx, r->db, here(cx), c->id, &way));
		for (size_t n = 0; n < r->way_count; n++)
			if (r->ways[n].id == way)
				name = r->ways[n].name;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(c->id), "name", doc_text(c->name), "network", doc_network(cx->lang, c->network), "way",
						      doc_text_or_null(name)));
	}
	return OK;
}

/* ---- one ---- */

static json_t *people_shape(const struct room *r, i64 chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < r->member_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(r->members[i].person), "name", doc_text(r->members[i].name), "is_selected",
						      r->members[i].person == chosen));
	return list;
}

static json_t *teams_shape(const struct room *r, i64 chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < r->team_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(r->teams[i].id), "name", doc_text(r->teams[i].name), "is_selected", r->teams[i].id == chosen));
	return list;
}

static i64 id_typed(struct request *request, const char *name, size_t index)
{
	i64 id = 0;
	str_to_i64(str_trim(request_typed_at(request, name, index)), &id);
	return id;
}

/* The steps as they were typed, when the form is shown again. */
static size_t steps_typed(struct room *r, struct workflow_step *steps)
{
	size_t count = 0;
	for (; count < WAY_STEPS_MOST && request_typed_at(r->request, "step_name", count).at; count++) {
		i64 hours = id_typed(r->request, "step_hours", count);
		steps[count] = (struct workflow_step){.name = request_typed_at(r->request, "step_name", count), .person = id_typed(r->request, "step_person", count),
						      .deputy = id_typed(r->request, "step_deputy", count), .team = id_typed(r->request, "step_team", count),
						      .within = hours > 0 && hours < 10000 ? hours * HOUR : 0};
	}
	return count;
}

static json_t *step_shape(const struct room *r, const struct workflow_step *s, size_t index)
{
	struct cx *cx = r->cx;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "number", doc_text(arena_printf(cx->arena, "%zu", index + 1)), "name", doc_text(s->name), "hours",
			 s->within ? doc_text(arena_printf(cx->arena, "%lld", (long long)(s->within / HOUR))) : doc_text((struct str){}), "people", people_shape(r, s->person),
			 "deputies", people_shape(r, s->deputy), "teams", teams_shape(r, s->team));
}

static enum err way_shape(struct room *r, const struct workflow *w, json_t **ret_shape)
{
	struct cx *cx = r->cx;
	struct workflow_step room[WAY_STEPS_MOST + 1] = {}, *steps = room;
	i64 *used = NULL;
	size_t count = steps_typed(r, room), used_count = 0;
	bool typed = count > 0;
	json_t *list = json_array(), *channels = json_array();
	if (!typed && w->id)
		TRY(workflow_steps(cx, r->db, here(cx), w->id, &steps, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, step_shape(r, &steps[i], i));
	if (count < WAY_STEPS_MOST && (!count || steps[count - 1].name.len))
		json_array_append_new(list, step_shape(r, &(struct workflow_step){}, count)); /* room for one more */
	if (w->id)
		TRY(workflow_of_channels(cx, r->db, here(cx), w->id, &used, &used_count));
	for (size_t i = 0; i < r->channel_count; i++) {
		bool chosen = false;
		for (size_t n = 0; n < used_count; n++)
			chosen |= used[n] == r->channels[i].id;
		json_array_append_new(channels, json_pack("{s:o, s:o, s:b}", "id", doc_id(r->channels[i].id), "name", doc_text(r->channels[i].name), "is_selected", chosen));
	}
	struct str name = request_typed(r->request, "name");
	*ret_shape = json_pack("{s:o, s:o, s:b, s:o, s:o, s:o}", "id", doc_id(w->id), "name", doc_text(name.at ? name : w->name), "is_default", w->is_default, "steps", list, "channels",
			       channels, "action", doc_text(w->id ? arena_printf(cx->arena, "/workflows/%lld", (long long)w->id) : S("/workflows")));
	return OK;
}

static enum err show_with(struct cx *cx, struct request *request, struct reply *reply, i64 id, bool open)
{
	struct room r = {.cx = cx, .db = request_db(request), .request = request};
	struct workflow w = {};
	json_t *document = json_object(), *list = json_array(), *shape;
	reply_json(reply, document);
	reply_template(reply, "workflows/page");
	TRY(load(&r));
	if (id)
		TRY(workflow_get(cx, r.db, here(cx), id, &w));
	doc_set(document, "ways", list);
	doc_set(document, "has_ways", json_boolean(r.way_count > 0));
	for (size_t i = 0; i < r.way_count; i++) {
		TRY(row_shape(&r, &r.ways[i], id, &shape));
		json_array_append_new(list, shape);
	}
	TRY(places_shape(&r, document));
	shape = NULL;
	if (open)
		TRY(way_shape(&r, &w, &shape));
	doc_set(document, "is_open", json_boolean(open));
	doc_set(document, "way", shape ? shape : json_null());
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	return show_with(cx, request, reply, 0, false);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	return show_with(cx, request, reply, 0, true);
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	return show_with(cx, request, reply, param_id(request, "id"), true);
}

/* ---- writing ---- */

static i64 id_at(struct request *request, const char *name, size_t index)
{
	i64 id = 0;
	if (index < param_count(request, name))
		str_to_i64(str_trim(param_text_at(request, name, index)), &id);
	return id;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct workflow_step *steps = arena_array(cx->arena, struct workflow_step, param_count(request, "step_name") + 1);
	struct way_wish wish = {.id = id, .name = str_trim(param_text(request, "name")), .is_default = param_bool(request, "is_default"), .steps = steps,
				.channel_count = param_count(request, "channels")};
	i64 *channels = arena_array(cx->arena, i64, wish.channel_count + 1);
	for (size_t i = 0; i < param_count(request, "step_name"); i++) {
		struct workflow_step s = {.name = str_trim(param_text_at(request, "step_name", i)), .person = id_at(request, "step_person", i),
					  .deputy = id_at(request, "step_deputy", i), .team = id_at(request, "step_team", i)};
		i64 hours = id_at(request, "step_hours", i);
		s.within = hours < 0 || hours > 100000 ? -1 : hours * HOUR;
		if (s.name.len)
			steps[wish.step_count++] = s;
	}
	for (size_t i = 0; i < wish.channel_count; i++)
		channels[i] = param_id_at(request, "channels", i);
	wish.channels = channels;
	TRY(approving_keep(cx, request_db(request), here(cx), &wish, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Kept. Posts that are ready from now on go this way."))), (struct str){});
	reply_redirect(reply, "/workflows/%lld", (long long)id);
	return OK;
}

static enum err make(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(approving_put_away(cx, request_db(request), here(cx), id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Put away. What waits in it is decided there still."))), (struct str){});
	reply_redirect(reply, "/workflows");
	return OK;
}

/* ---- the routes ---- */

#define ID {.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The way of approving."}
#define FIELDS                                                                                                                 \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = WAY_NAME_MAX, .about = "What it is called."}, \
	{.name = "is_default", .in = IN_FORM, .type = P_BOOL, .about = "Of every channel that names no other."}, \
	{.name = "step_name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = WAY_NAME_MAX, .about = "The steps, in order; one without a name is left out."}, \
	{.name = "step_person", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "Who decides each, by id; empty: nobody in particular."}, \
	{.name = "step_deputy", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "Who stands in for them."}, \
	{.name = "step_team", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "The team of which anybody may; nobody and no team: whoever may approve posts."}, \
	{.name = "step_hours", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 10, .about = "Hours to decide in; who is asked is reminded an hour before."}, \
	{.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The channels that go this way."}

static const struct param make_params[] = {FIELDS, {}};
static const struct param change_params[] = {ID, FIELDS, {}};
static const struct param one_params[] = {ID, {}};

static const struct shape shapes[] = {
	{"WorkflowRow", "{id: id, url: url, name: text, is_default: bool, steps: text, channels: text?, is_current: bool}", "A way of approving posts."},
	{"WorkflowStep", "{number: text, name: text, hours: text, people: [NamedChoice], deputies: [NamedChoice], teams: [NamedChoice]}", "A step: whom it asks, in how many hours."},
	{"WorkflowsPage", "{ways: [WorkflowRow], has_ways: bool, places: [{id: id, name: text, network: Network, way: text?}], has_places: bool, is_open: bool, way: {id: id?, name: text, "
	 "is_default: bool, steps: [WorkflowStep], channels: [NamedChoice], action: url}?}"},
	{},
};

#define MANAGE .permission = MAY_MANAGE_WORKSPACE
static const struct route routes[] = {
	{.method = "GET", .path = "/workflows", MANAGE, .template = "workflows/page", .handle = show, .answer = "WorkflowsPage", .about = "How posts are approved, and which channel goes which way."},
	{.method = "GET", .path = "/workflows/new", MANAGE, .flags = ROUTE_PAGE_ONLY, .template = "workflows/page", .handle = show_new, .about = "The form for a new way of approving."},
	{.method = "POST", .path = "/workflows", MANAGE, .flags = ROUTE_MAKES, .params = make_params, .template = "workflows/page", .handle = make, .form = "/workflows/new",
	 .answer = "Made", .about = "Set a way of approving posts."},
	{.method = "GET", .path = "/workflows/{id}", MANAGE, .params = one_params, .template = "workflows/page", .handle = show_one, .answer = "WorkflowsPage",
	 .about = "A way of approving posts, with its steps."},
	{.method = "POST", .path = "/workflows/{id}", MANAGE, .params = change_params, .template = "workflows/page", .handle = change, .form = "/workflows/{id}", .answer = "Made",
	 .about = "Change a way of approving posts; all of it is said."},
	{.method = "POST", .path = "/workflows/{id}/put-away", MANAGE, .params = one_params, .handle = put_away, .answer = "Made", .about = "Use a way of approving no longer."},
	{},
};

const struct page page_workflows = {"workflows", routes, shapes, .file = __FILE__};
