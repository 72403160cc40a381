/* views: saved filters of the inbox, shared or one's own: what they look for in words, their order, making and putting them away. */
#include "base/lang.h"
#include "flow/desk_tools.h"
#include "model/message.h"
#include "page/gist.h"
#include "page/pager.h"
#include "store/channel.h"
#include "store/member.h"
#include "store/team.h"
#include "ui/document.h"
#include "web/form.h"

static const struct {
	const char *word, *title;
} icons[] = {
	{"list-filter", N_("filter")}, {"star", N_("star")}, {"urgent", N_("urgency")}, {"clock", N_("clock")}, {"store", N_("shop")}, {"flag", N_("flag")}, {"heart", N_("heart")},
};
/* The parts of the inbox's address that a view keeps. */
static const char *const parts[] = {"view", "status", "kind", "channel", "label", "assignee", "team", "priority", "due", "tone", "intent", "sign", "language",
				    "contact", "q", "sort"};
static const struct {
	const char *part, *word, *title;
} words[] = {
	{"view", "open", N_("To answer")}, {"view", "mine", N_("Assigned to me")}, {"view", "unassigned", N_("Not assigned")},
	{"view", "urgent", N_("Urgent ones")}, {"view", "mentioned", N_("I am mentioned")}, {"view", "pending", N_("Waiting for the contact")},
	{"view", "snoozed", N_("Snoozed")}, {"view", "resolved", N_("Done")}, {"view", "unanswered", N_("Never answered")}, {"assignee", "me", N_("Assigned to me")}, {"assignee", "none", N_("Not assigned")},
	{"due", "late", N_("Promise broken")}, {"due", "1h", N_("Due within an hour")}, {"due", "4h", N_("Due within four hours")},
	{"due", "1d", N_("Due within a day")}, {"sort", "recent", N_("Newest first")}, {"sort", "oldest", N_("Oldest first")}, {"sort", "due", N_("By the time left")},
};

/* ---- what a filter says ---- */

static struct str named(struct cx *cx, struct db *db, struct str part, struct str value)
{
	i64 id = 0;
	struct channel channel;
	struct label label;
	struct team team;
	struct member m;
	struct str name = {};
	str_to_i64(value, &id);
	if (str_eq(part, S("channel")) && channel_get(cx, db, here(cx), id, &channel) == OK)
		name = channel.name;
	else if (str_eq(part, S("label")) && label_get(cx, db, here(cx), id, &label) == OK)
		name = label.name;
	else if (str_eq(part, S("team")) && team_get(cx, db, here(cx), id, &team) == OK)
		name = team.name;
	else if (str_eq(part, S("assignee")) && id && member_get(cx, db, here(cx), id, &m) == OK)
		name = m.name;
	cx_forget(cx);
	return name;
}

static struct str condition(struct cx *cx, struct db *db, struct str part, struct str value)
{
	enum status status;
	enum message_kind kind;
	enum priority priority;
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq(part, str_of(words[i].part)) && str_eq(value, str_of(words[i].word)))
			return str_of(_(words[i].title));
	if (str_eq(part, S("status")) && status_of(value, &status))
		return str_of(_(status_title(status)));
	if (str_eq(part, S("kind")) && message_kind_of(value, &kind))
		return str_of(_(message_kind_title(kind)));
	if (str_eq(part, S("priority")) && priority_of(value, &priority))
		return str_of(_(priority_title(priority)));
	u8 label;
	if (str_eq(part, S("tone")) && meaning_label_of(MEANING_SENTIMENT, value, &label))
		return str_of(_(meaning_label_title(MEANING_SENTIMENT, label)));
	if (str_eq(part, S("intent")) && meaning_label_of(MEANING_INTENT, value, &label))
		return str_of(_(meaning_label_title(MEANING_INTENT, label)));
	for (size_t i = 0; i < gist_sign_count; i++)
		if (str_eq(part, S("sign")) && str_eq(value, str_of(gist_signs[i].word)))
			return str_of(_(gist_signs[i].title));
	if (str_eq(part, S("language")))
		return meaning_language(cx, value);
	if (str_eq(part, S("q")))
		return arena_printf(cx->arena, _(N_("“%.*s”")), STR_ARG(value));
	return named(cx, db, part, value);
}

static enum err conditions_shape(struct cx *cx, struct db *db, struct str filter, json_t **ret_list)
{
	struct field_list fields = {};
	json_t *list = json_array();
	*ret_list = list;
	TRY(form_read(cx, filter, IN_QUERY, &fields));
	for (size_t i = 0; i < fields.count; i++) {
		struct str text = condition(cx, db, fields.at[i].name, fields.at[i].text);
		if (text.len)
			json_array_append_new(list, doc_text(text));
	}
	return OK;
}

/* Only the parts a view keeps, written as the inbox writes them. */
static enum err clean(struct cx *cx, struct str filter, struct str *ret_filter)
{
	struct field_list fields = {};
	CLEANUP(buf_free) struct buf b = {};
	TRY(form_read(cx, str_head(filter, 2000), IN_QUERY, &fields));
	for (size_t p = 0; p < COUNT(parts); p++)
		for (size_t i = 0; i < fields.count; i++) {
			if (!str_eq(fields.at[i].name, str_of(parts[p])) || !fields.at[i].text.len)
				continue;
			buf_addf(&b, "%s%s=", b.len ? "&" : "", parts[p]);
			buf_add_url(&b, fields.at[i].text);
			break;
		}
	*ret_filter = buf_keep(&b, cx->arena);
	return OK;
}

/* ---- the page ---- */

static enum err group_shape(struct cx *cx, struct db *db, const struct view *views, size_t count, const struct pager *pager, bool shared, i64 open, json_t **ret_group)
{
	json_t *list = json_array(), *conditions;
	bool may = !shared || actor_may(cx->actor, MAY_ARRANGE);
	size_t seen = 0, all = 0;
	*ret_group = json_pack("{s:s, s:b, s:o}", "title", shared ? _(N_("For the whole team")) : _(N_("Yours")), "is_shared", shared, "views", list);
	for (size_t i = 0; i < count; i++)
		all += !views[i].person == shared;
	for (size_t i = 0; i < count; i++) {
		const struct view *v = &views[i];
		if (!v->person != shared)
			continue;
		seen++;
		if (i < pager->first || i >= pager->first + pager->count)
			continue;
		TRY(conditions_shape(cx, db, v->filter, &conditions));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:n, s:o, s:b, s:b, s:b, s:b}", "id", doc_id(v->id), "url",
						      doc_text(arena_printf(cx->arena, "/views/%lld#view", (long long)v->id)), "inbox_url",
						      doc_text(arena_printf(cx->arena, "/inbox?view=%lld", (long long)v->id)), "name", doc_text(v->name), "icon",
						      doc_text(v->icon), "number", "conditions", conditions, "is_first", seen == 1, "is_last", seen == all,
						      "can_edit", may, "is_current", v->id == open));
	}
	doc_set(*ret_group, "has_views", json_boolean(seen));
	return OK;
}

static enum err edit_shape(struct cx *cx, struct request *request, const struct view *v, json_t **ret_edit)
{
	json_t *choices = json_array(), *conditions;
	bool share = actor_may(cx->actor, MAY_ARRANGE);
	struct str icon = request_typed(request, "icon"), whose = request_typed(request, "shared"), filter = request_typed(request, "filter");
	icon = icon.at ? icon : v->icon;
	filter = filter.at ? filter : v->filter;
	for (size_t i = 0; i < COUNT(icons); i++)
		json_array_append_new(choices, json_pack("{s:s, s:s, s:b}", "word", icons[i].word, "title", _(icons[i].title), "is_selected",
							 str_eq(icon.len ? icon : S("list-filter"), str_of(icons[i].word))));
	TRY(conditions_shape(cx, request_db(request), filter, &conditions));
	*ret_edit = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}", "id", doc_id(v->id), "name", doc_text(v->name), "filter", doc_text(filter), "conditions",
			      conditions, "inbox_url", doc_text(arena_printf(cx->arena, "/inbox?%.*s", STR_ARG(filter))), "is_shared",
			      whose.at ? str_eq(whose, S("yes")) : v->id && !v->person, "can_share", share, "icons", choices);
	return OK;
}

#define A_PAGE 50

/* As the page shows them: the team's, then one's own, each in their order. */
static struct view *shared_first(struct cx *cx, const struct view *views, size_t count)
{
	struct view *list = arena_array(cx->arena, struct view, count + 1);
	size_t at = 0;
	for (int shared = 1; shared >= 0; shared--)
		for (size_t i = 0; i < count; i++)
			if ((views[i].person == 0) == (shared == 1))
				list[at++] = views[i];
	return list;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply, const struct view *open)
{
	struct db *db = request_db(request);
	struct view *views;
	size_t count;
	json_t *document = json_object(), *groups = json_array(), *part;
	reply_json(reply, document);
	TRY(view_list(cx, db, here(cx), cx->actor->user, &views, &count));
	views = shared_first(cx, views, count);
	struct pager pager;
	pager_of(request, A_PAGE, &pager);
	pager_cut_by_id(&pager, views, count, open ? open->id : 0);
	pager.path = "/views";
	doc_set(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	doc_set(document, "groups", groups);
	for (int shared = 1; shared >= 0; shared--) {
		TRY(group_shape(cx, db, views, count, &pager, shared, open ? open->id : 0, &part));
		if (json_array_size(json_object_get(part, "views")) || pager.count == count) /* an empty one says how to fill it, on the only page */
			json_array_append_new(groups, part);
		else
			json_decref(part);
	}
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? views[pager.first].id : 0), list_after(0, pager.count ? views[pager.first + pager.count - 1].id : 0), NULL);
	doc_set(document, "edit", json_null());
	if (!open)
		return OK;
	TRY(edit_shape(cx, request, open, &part));
	doc_set(document, "edit", part);
	return OK;
}

static enum err show_views(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, NULL);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct view v = {};
	TRY(clean(cx, request_query(request), &v.filter));
	return show(cx, request, reply, &v);
}

static enum err show_view(struct cx *cx, struct request *request, struct reply *reply)
{
	struct view v;
	TRY(view_get(cx, request_db(request), here(cx), param_id(request, "id"), &v));
	if (v.person && v.person != cx->actor->user)
		return fail(cx, ERR_MISSING, N_("This view does not exist in this workspace."));
	return show(cx, request, reply, &v);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct view v = {.id = id, .workspace = here(cx), .person = param_bool(request, "shared") ? 0 : cx->actor->user, .name = param_text(request, "name"),
			 .icon = param_text(request, "icon")};
	struct view known = {.person = v.person};
	if (id)
		TRY(view_get(cx, request_db(request), here(cx), id, &known));
	v.person = page_says(request, "shared") ? v.person : known.person;
	v.icon = page_says(request, "icon") ? v.icon : known.icon;
	TRY(clean(cx, param_text(request, "filter"), &v.filter));
	if (!v.filter.len)
		return request_fault(cx, request, "filter", N_("Choose in the inbox what this view shows, then keep it from there."));
	TRY(tools_view(cx, request_db(request), &v));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(v.id)));
	reply_flash(reply, str_of(_(N_("The view is kept."))), (struct str){});
	reply_redirect(reply, "/views");
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err edit(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err move(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(tools_view_move(cx, request_db(request), here(cx), param_id(request, "id"), param_int(request, "by")));
	reply_redirect(reply, "/views");
	return OK;
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(tools_view_archive(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The view is put away."))), (struct str){});
	reply_redirect(reply, "/views");
	return OK;
}

static const char *const icon_words[] = {"list-filter", "star", "urgent", "clock", "store", "flag", "heart", "filter", NULL};
#define FIELDS                                                                                                                 \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "Its name."},                \
	{.name = "icon", .in = IN_FORM, .type = P_WORD, .words = icon_words, .about = "Its picture."},                            \
	{.name = "filter", .in = IN_FORM, .type = P_LINE, .max = 2000, .about = "The query of the inbox that it keeps."},          \
	{.name = "shared", .in = IN_FORM, .type = P_BOOL, .about = "For the whole team, not for oneself only."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The view."}
static const struct param list_params[] = {PAGER_PARAMS, {}};
static const struct param one_params[] = {ID_PARAM, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, {}};
static const struct param move_params[] = {
	ID_PARAM, {.name = "by", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = -1, .max = 1, .about = "Up: -1, down: 1."}, {},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"View", "{id: id, url: url, inbox_url: url, name: text, icon: text, number: text?, conditions: [text], is_first: bool, "
	 "is_last: bool, can_edit: bool, is_current: bool}",
	 "A saved filter."},
	{"ViewForm", "{id: id?, name: text, filter: text, conditions: [text], inbox_url: url, is_shared: bool, can_share: bool, "
	 "icons: [Choice]}",
	 "A saved filter, open for a change."},
	{"ViewsPage", "{can_arrange: bool, groups: [{title: text, is_shared: bool, views: [View], has_views: bool}], edit: ViewForm?, pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/views", .permission = MAY_READ_INBOX, .params = list_params, .template = "views/page", .handle = show_views,
	 .answer = "ViewsPage", .about = "Saved filters of the inbox."},
	{.method = "GET", .path = "/views/new", .permission = MAY_READ_INBOX, .flags = ROUTE_PAGE_ONLY, .params = list_params, .template = "views/page", .handle = show_new,
	 .about = "The form for a new view, from the inbox's address."},
	{.method = "POST", .path = "/views", .permission = MAY_READ_INBOX, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/views/new",
	 .answer = "Made", .about = "Keep a view."},
	{.method = "GET", .path = "/views/{id}", .permission = MAY_READ_INBOX, .params = one_params, .template = "views/page", .handle = show_view,
	 .answer = "ViewsPage", .about = "The views with one open."},
	{.method = "POST", .path = "/views/{id}", .permission = MAY_READ_INBOX, .params = edit_params, .handle = edit, .form = "/views/{id}",
	 .answer = "Made", .about = "Change a view."},
	{.method = "POST", .path = "/views/{id}/move", .permission = MAY_READ_INBOX, .params = move_params, .handle = move, .about = "Move a view up or down."},
	{.method = "POST", .path = "/views/{id}/archive", .permission = MAY_READ_INBOX, .handle = archive, .about = "Put a view away."},
	{},
};

const struct page page_views = {"views", routes, shapes, .file = __FILE__};
