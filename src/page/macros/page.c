/* macros: several acts on a conversation in one go: their list, one open, its acts one by one. */
#include "base/lang.h"
#include "flow/desk_tools.h"
#include "flow/macro.h"
#include "model/message.h"
#include "page/pager.h"
#include "store/member.h"
#include "store/team.h"
#include "ui/document.h"

static const struct add {
	const char *act, *icon, *title, *label;
} adds[] = {
	{"label", "tag", N_("Add a label"), NULL},       {"unlabel", "tag", N_("Take a label off"), NULL},  {"assign", "user-check", N_("Assign"), NULL},
	{"priority", "urgent", N_("Set the priority"), NULL}, {"status", "check-check", N_("Set the status"), NULL}, {"snooze", "alarm-clock", N_("Snooze"), NULL},
	{"reply", "reply", N_("Answer with a saved reply"), NULL}, {"note", "note", N_("Write a note"), N_("Text of the note")},
};
static const struct {
	const char *word, *title;
} snoozes[] = {{"4", N_("four hours")}, {"24", N_("a day")}, {"72", N_("three days")}, {"168", N_("a week")}, {"answer", N_("until they answer")}};

/* ---- what an act says ---- */

static struct str text_at(const json_t *act, const char *name)
{
	return str_of(json_string_value(json_object_get(act, name)));
}

static struct str assign_text(struct cx *cx, struct db *db, const json_t *act)
{
	struct member m;
	struct team t;
	i64 id = 0;
	struct str who = text_at(act, "assignee");
	if (str_eq(who, S("me")))
		return str_of(_(N_("Assign to who runs it")));
	if (str_to_i64(who, &id) && member_get(cx, db, here(cx), id, &m) == OK)
		return arena_printf(cx->arena, _(N_("Assign to %.*s")), STR_ARG(m.name));
	if (str_to_i64(text_at(act, "team"), &id) && team_get(cx, db, here(cx), id, &t) == OK)
		return arena_printf(cx->arena, _(N_("Assign to the team %.*s")), STR_ARG(t.name));
	return str_of(_(N_("Assign to nobody")));
}

static struct str snooze_text(struct cx *cx, const json_t *act)
{
	i64 hours = json_integer_value(json_object_get(act, "hours"));
	if (!hours)
		return str_of(_(N_("Snooze until they answer")));
	return arena_printf(cx->arena, tr_n(cx->lang, "Snooze for %lld hour", "Snooze for %lld hours", hours), (long long)hours);
}

static struct str act_text(struct cx *cx, struct db *db, const json_t *act)
{
	struct str word = text_at(act, "act"), text = str_of(_(N_("Something that is gone meanwhile")));
	struct label label;
	struct saved_reply saved;
	enum status status;
	enum priority priority;
	i64 id = 0;
	if (str_eq(word, S("assign")))
		text = assign_text(cx, db, act);
	else if (str_eq(word, S("snooze")))
		text = snooze_text(cx, act);
	else if (str_eq(word, S("note")))
		text = arena_printf(cx->arena, _(N_("Note: “%.*s”")), STR_ARG(text_at(act, "body")));
	else if (str_eq(word, S("status")) && status_of(text_at(act, "status"), &status))
		text = arena_printf(cx->arena, _(N_("Status: %s")), _(status_title(status)));
	else if (str_eq(word, S("priority")) && priority_of(text_at(act, "priority"), &priority))
		text = arena_printf(cx->arena, _(N_("Priority: %s")), _(priority_title(priority)));
	else if (str_eq(word, S("reply")) && str_to_i64(text_at(act, "saved_reply"), &id) && saved_reply_get(cx, db, here(cx), id, &saved) == OK)
		text = arena_printf(cx->arena, _(N_("Answer with “%.*s”")), STR_ARG(saved.title));
	else if (str_to_i64(text_at(act, "label"), &id) && label_get(cx, db, here(cx), id, &label) == OK)
		text = str_eq(word, S("label")) ? arena_printf(cx->arena, _(N_("Add the label %.*s")), STR_ARG(label.name))
						: arena_printf(cx->arena, _(N_("Take the label %.*s off")), STR_ARG(label.name));
	cx_forget(cx);
	return text;
}

static const char *icon_of(const json_t *act)
{
	for (size_t i = 0; i < COUNT(adds); i++)
		if (str_eq(text_at(act, "act"), str_of(adds[i].act)))
			return adds[i].icon;
	return "workflow";
}

/* ---- the page ---- */

static json_t *row_shape(struct cx *cx, struct db *db, const struct macro *m, i64 open)
{
	CLEANUP(buf_free) struct buf about = {};
	json_t *acts = json_loadb(m->actions.at, m->actions.len, 0, NULL);
	for (size_t i = 0; i < json_array_size(acts); i++) {
		if (i)
			buf_adds(&about, ", ");
		buf_add(&about, act_text(cx, db, json_array_get(acts, i)));
	}
	json_decref(acts);
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(m->id), "url", doc_text(arena_printf(cx->arena, "/macros/%lld", (long long)m->id)), "name",
			 doc_text(m->name), "about", doc_text(about.len ? buf_str(&about) : str_of(_(N_("No act yet")))), "is_shared", !m->person, "is_current",
			 m->id == open);
}

static json_t *macro_shape(struct cx *cx, struct db *db, struct request *request, const struct macro *m)
{
	bool share = actor_may(cx->actor, MAY_SHARE_REPLIES), edits = !m->id || m->person == cx->actor->user || (!m->person && share);
	struct str whose = request_typed(request, "shared");
	json_t *list = json_array(), *acts = json_loadb(m->actions.at ? m->actions.at : "[]", m->actions.at ? m->actions.len : 2, 0, NULL);
	size_t count = json_array_size(acts);
	for (size_t i = 0; i < count; i++) {
		const json_t *act = json_array_get(acts, i);
		json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:b, s:b}", "number", doc_text(arena_printf(cx->arena, "%zu", i + 1)), "icon", icon_of(act), "text",
						      doc_text(act_text(cx, db, act)), "is_first", i == 0, "is_last", i + 1 == count));
	}
	json_decref(acts);
	return json_pack("{s:o, s:o, s:b, s:b, s:b, s:b, s:o}", "id", doc_id(m->id), "name", doc_text(m->name), "is_shared",
			 whose.at ? str_eq(whose, S("yes")) : m->id ? !m->person : share, "can_edit", edits, "can_share", share, "has_actions", count > 0, "actions", list);
}

static void offer(json_t *choices, struct str word, struct str title)
{
	json_array_append_new(choices, json_pack("{s:o, s:o}", "word", doc_text(word), "title", doc_text(title)));
}

static enum err offer_people(struct cx *cx, struct db *db, json_t *choices)
{
	struct member *members;
	struct team *teams;
	size_t count;
	offer(choices, S("me"), str_of(_(N_("Who runs it"))));
	TRY(team_list(cx, db, here(cx), &teams, &count));
	for (size_t i = 0; i < count; i++)
		offer(choices, arena_printf(cx->arena, "team:%lld", (long long)teams[i].id), teams[i].name);
	TRY(member_list(cx, db, here(cx), &members, &count));
	for (size_t i = 0; i < count; i++)
		offer(choices, arena_printf(cx->arena, "user:%lld", (long long)members[i].person), members[i].name);
	return OK;
}

static enum err choices_shape(struct cx *cx, struct db *db, struct str act, json_t *choices)
{
	struct label *labels;
	struct saved_reply *replies;
	size_t count;
	if (str_eq(act, S("assign")))
		return offer_people(cx, db, choices);
	if (str_eq(act, S("label")) || str_eq(act, S("unlabel"))) {
		TRY(label_list(cx, db, here(cx), false, &labels, &count));
		for (size_t i = 0; i < count; i++)
			offer(choices, arena_printf(cx->arena, "%lld", (long long)labels[i].id), labels[i].name);
	} else if (str_eq(act, S("reply"))) {
		TRY(saved_reply_list(cx, db, here(cx), cx->actor->user, (struct str){}, 200, &replies, &count));
		for (size_t i = 0; i < count; i++)
			offer(choices, arena_printf(cx->arena, "%lld", (long long)replies[i].id), replies[i].title);
	} else if (str_eq(act, S("priority"))) {
		for (int p = 0; p < PRIORITY_COUNT; p++)
			offer(choices, str_of(priority_word((enum priority)p)), str_of(_(priority_title((enum priority)p))));
	} else if (str_eq(act, S("status"))) {
		for (int s = 0; s < STATUS_COUNT; s++)
			if (s != STATUS_SNOOZED)
				offer(choices, str_of(status_word((enum status)s)), str_of(_(status_title((enum status)s))));
	} else if (str_eq(act, S("snooze"))) {
		for (size_t i = 0; i < COUNT(snoozes); i++)
			offer(choices, str_of(snoozes[i].word), str_of(_(snoozes[i].title)));
	}
	return OK;
}

static enum err adds_shape(struct cx *cx, struct db *db, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "adds", list);
	for (size_t i = 0; i < COUNT(adds); i++) {
		json_t *choices = json_array();
		bool text = adds[i].label;
		TRY(choices_shape(cx, db, str_of(adds[i].act), choices));
		if (!text && !json_array_size(choices)) {
			json_decref(choices);
			continue;
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:b, s:b, s:b, s:o}", "act", adds[i].act, "icon", adds[i].icon, "title", _(adds[i].title),
						      "label", text ? json_string(_(adds[i].label)) : json_null(), "is_choice", !text, "is_text", text, "is_none", false,
						      "choices", choices));
	}
	return OK;
}

#define A_PAGE 50

static enum err show(struct cx *cx, struct request *request, struct reply *reply, const struct macro *open)
{
	struct pager pager;
	i64 rank;
	struct db *db = request_db(request);
	struct macro *macros;
	size_t count;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "macros", list);
	pager_of(request, A_PAGE, &pager);
	pager.path = open && open->id ? arena_printf(cx->arena, "/macros/%lld", (long long)open->id).at : "/macros";
	TRY(macro_rank(cx, db, here(cx), cx->actor->user, pager_row(&pager, open ? open->id : 0), &rank));
	pager_seek(&pager, rank);
	TRY(macro_page(cx, db, here(cx), cx->actor->user, pager.skip, pager.limit + 1, &macros, &count));
	pager_read(&pager, count);
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, row_shape(cx, db, &macros[i], open ? open->id : 0));
	doc_set(document, "has_macros", json_boolean(count));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? macros[0].id : 0), list_after(0, pager.count ? macros[pager.count - 1].id : 0), NULL);
	doc_set(document, "macro", open ? macro_shape(cx, db, request, open) : json_null());
	return adds_shape(cx, db, document);
}

static enum err show_macros(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, NULL);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, &(struct macro){});
}

static enum err show_macro(struct cx *cx, struct request *request, struct reply *reply)
{
	struct macro m;
	TRY(macro_get(cx, request_db(request), here(cx), param_id(request, "id"), &m));
	if (m.person && m.person != cx->actor->user)
		return fail(cx, ERR_MISSING, N_("This macro does not exist in this workspace."));
	return show(cx, request, reply, &m);
}

/* ---- writing ---- */

static void to_macro(struct reply *reply, i64 id)
{
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_redirect(reply, "/macros/%lld", (long long)id);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct macro m = {.id = id, .workspace = here(cx), .person = param_bool(request, "shared") ? 0 : cx->actor->user, .name = param_text(request, "name")};
	struct macro known = {.person = m.person};
	if (id)
		TRY(macro_get(cx, request_db(request), here(cx), id, &known));
	m.person = page_says(request, "shared") ? m.person : known.person;
	TRY(tools_macro(cx, request_db(request), &m));
	reply_flash(reply, str_of(_(N_("The macro is kept."))), (struct str){});
	to_macro(reply, m.id);
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

/* The form's value as flow/macro.h writes it. */
static json_t *act_of(struct str act, struct str value)
{
	i64 hours = 0;
	json_t *json = json_pack("{s:o}", "act", doc_text(act));
	if (str_eq(act, S("assign")) && str_starts(value, S("team:")))
		doc_set(json, "team", doc_text(str_skip(value, 5)));
	else if (str_eq(act, S("assign")))
		doc_set(json, "assignee", doc_text(str_starts(value, S("user:")) ? str_skip(value, 5) : value));
	else if (str_eq(act, S("snooze")) && str_to_i64(value, &hours))
		doc_set(json, "hours", json_integer((json_int_t)hours));
	else if (str_eq(act, S("snooze")))
		doc_set(json, "until", doc_text(value));
	else if (str_eq(act, S("note")))
		doc_set(json, "body", doc_text(value));
	else if (str_eq(act, S("reply")))
		doc_set(json, "saved_reply", doc_text(value));
	else
		doc_set(json, str_eq(act, S("unlabel")) ? "label" : str_eq(act, S("label")) ? "label" : str_eq(act, S("status")) ? "status" : "priority", doc_text(value));
	return json;
}

static enum err add(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str value = param_text(request, "value");
	if (!value.len)
		return request_fault(cx, request, "value", N_("Say what this act does."));
	TRY(tools_macro_add(cx, request_db(request), here(cx), param_id(request, "id"), act_of(param_text(request, "act"), value)));
	to_macro(reply, param_id(request, "id"));
	return OK;
}

static enum err move(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 by = param_int(request, "by");
	if (!by)
		return request_fault(cx, request, "by", N_("Up or down: -1 or 1."));
	TRY(tools_macro_move(cx, request_db(request), here(cx), param_id(request, "id"), param_int(request, "number"), by));
	to_macro(reply, param_id(request, "id"));
	return OK;
}

static enum err take_out(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(tools_macro_move(cx, request_db(request), here(cx), param_id(request, "id"), param_int(request, "number"), 0));
	to_macro(reply, param_id(request, "id"));
	return OK;
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(tools_macro_archive(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The macro is put away."))), (struct str){});
	reply_redirect(reply, "/macros");
	return OK;
}

static const char *const act_words[] = {"label", "unlabel", "assign", "priority", "status", "snooze", "reply", "note", NULL};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The macro."}
#define NUMBER_PARAM {.name = "number", .in = IN_PATH, .type = P_INT, .min = 1, .max = MACRO_ACTS_MAX, .about = "The place of the act, from 1."}
#define FIELDS                                                                                                                 \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "Its name."},                \
	{.name = "shared", .in = IN_FORM, .type = P_BOOL, .about = "For the whole team, not for oneself only."}
static const struct param list_params[] = {PAGER_PARAMS, {}};
static const struct param one_params[] = {ID_PARAM, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, {}};
static const struct param add_params[] = {
	ID_PARAM,
	{.name = "act", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = act_words, .about = "What is done."},
	{.name = "value", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "With what: an id, a word, user:ID, team:ID, hours, or a text."},
	{},
};
static const struct param move_params[] = {
	ID_PARAM, NUMBER_PARAM, {.name = "by", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = -1, .max = 1, .about = "Up: -1, down: 1."}, {},
};
static const struct param number_params[] = {ID_PARAM, NUMBER_PARAM, {}};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Macro", "{id: id, url: url, name: text, about: text, is_shared: bool, is_current: bool}",
	 "A macro as the list shows it."},
	{"MacroDetail", "{id: id?, name: text, is_shared: bool, can_edit: bool, can_share: bool, has_actions: bool, "
	 "actions: [MacroAction]}",
	 "A macro with its acts."},
	{"MacroAction", "{number: text, icon: text, text: text, is_first: bool, is_last: bool}", "An act of a macro."},
	{"MacroAdd", "{act: text, icon: text, title: text, label: text?, is_choice: bool, is_text: bool, is_none: bool, "
	 "choices: [Word]}",
	 "An act that can be added."},
	{"MacrosPage", "{macros: [Macro], has_macros: bool, macro: MacroDetail?, adds: [MacroAdd], pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/macros", .permission = MAY_READ_INBOX, .params = list_params, .template = "macros/page", .handle = show_macros,
	 .answer = "MacrosPage", .about = "Macros: the team's and one's own."},
	{.method = "GET", .path = "/macros/new", .permission = MAY_READ_INBOX, .flags = ROUTE_PAGE_ONLY, .params = list_params, .template = "macros/page", .handle = show_new,
	 .about = "The form for a new macro."},
	{.method = "POST", .path = "/macros", .permission = MAY_READ_INBOX, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/macros/new",
	 .answer = "Made", .about = "Begin a macro."},
	{.method = "GET", .path = "/macros/{id}", .permission = MAY_READ_INBOX, .params = one_params, .template = "macros/page", .handle = show_macro,
	 .answer = "MacrosPage", .about = "A macro with its acts."},
	{.method = "POST", .path = "/macros/{id}", .permission = MAY_READ_INBOX, .params = edit_params, .handle = edit, .form = "/macros/{id}",
	 .answer = "Made", .about = "Name a macro, share it or not."},
	{.method = "POST", .path = "/macros/{id}/actions", .permission = MAY_READ_INBOX, .params = add_params, .handle = add, .form = "/macros/{id}",
	 .answer = "Made", .about = "Add an act at the end."},
	{.method = "POST", .path = "/macros/{id}/actions/{number}/move", .permission = MAY_READ_INBOX, .params = move_params, .handle = move,
	 .answer = "Made", .about = "Move an act up or down."},
	{.method = "POST", .path = "/macros/{id}/actions/{number}/remove", .permission = MAY_READ_INBOX, .params = number_params, .handle = take_out,
	 .answer = "Made", .about = "Take an act out of a macro."},
	{.method = "POST", .path = "/macros/{id}/archive", .permission = MAY_READ_INBOX, .handle = archive, .about = "Put a macro away."},
	{},
};

const struct page page_macros = {"macros", routes, shapes, .file = __FILE__};
