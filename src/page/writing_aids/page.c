/* writing_aids: what helps to write posts: templates, sets of hashtags, variables; those put away; one open to be changed. */
#include "base/lang.h"
#include "flow/post_words.h"
#include "flow/writing_aid.h"
#include "page/choices.h"
#include "page/seen.h"
#include "ui/document.h"

static const char *const kind_titles[AID_KINDS] = {[AID_TEMPLATE] = N_("Template"), [AID_HASHTAGS] = N_("Hashtags"), [AID_VARIABLE] = N_("Variable")};
static const char *const type_titles[VARIABLE_TYPES] = {[VARIABLE_TEXT] = N_("text"), [VARIABLE_NUMBER] = N_("number"), [VARIABLE_DATE] = N_("date"), [VARIABLE_URL] = N_("address")};

/* ---- reading ---- */

static json_t *row_shape(struct cx *cx, const struct writing_aid *a, i64 open)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:o, s:b}", "id", doc_id(a->id), "url",
			 doc_text(arena_printf(cx->arena, "/writing-aids?aid=%lld#aid", (long long)a->id)), "kind", doc_word(cx->lang, aid_kind_word(a->kind), kind_titles[a->kind]), "name",
			 doc_text(a->name), "about", doc_text_or_null(a->about), "text", doc_text(a->body), "type", variable_type_word(a->type), "shows", (json_int_t)a->shows, "used",
			 doc_number(cx->lang, a->used_count), "is_current", a->id == open);
}

static json_t *edit_shape(struct cx *cx, const struct request *request, const struct writing_aid *a)
{
	json_t *types = json_array(), *kinds = json_array();
	struct str typed = request_typed(request, "type"), kind = request_typed(request, "kind");
	enum aid_kind chosen = a->kind;
	if (!a->id && kind.at)
		(void)aid_kind_of(kind, &chosen);
	for (int t = 0; t < VARIABLE_TYPES; t++)
		json_array_append_new(types, choice(variable_type_word((enum variable_type)t), _(type_titles[t]),
						    typed.at ? str_eq(typed, str_of(variable_type_word((enum variable_type)t))) : a->type == (enum variable_type)t));
	for (int k = 0; k < AID_KINDS; k++)
		json_array_append_new(kinds, choice(aid_kind_word((enum aid_kind)k), _(kind_titles[k]), chosen == (enum aid_kind)k));
	return json_pack("{s:o, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(a->id), "kind", aid_kind_word(chosen), "is_template", chosen == AID_TEMPLATE, "is_hashtags",
			 chosen == AID_HASHTAGS, "is_variable", chosen == AID_VARIABLE, "name", doc_text(typed_or(request, "name", a->name)), "about",
			 doc_text(typed_or(request, "about", a->about)), "body", doc_text(typed_or(request, "body", a->body)), "shows",
			 doc_text(typed_or(request, "shows", a->shows ? arena_printf(cx->arena, "%lld", (long long)a->shows) : (struct str){})), "types", types, "kinds", kinds);
}

static enum err put_seen(struct cx *cx, struct request *request, const struct writing_aid *a, json_t *edit)
{
	struct seen seen;
	if (!a->id)
		return seen_put(cx, request, (struct str){}, NULL, edit);
	writing_aid_seen(cx->arena, a, &seen);
	if (a->kind == AID_VARIABLE)
		seen_field(&seen, "type")->shown = str_of(_(type_titles[a->type]));
	return seen_put(cx, request, arena_printf(cx->arena, "writing_aid:%lld", (long long)a->id), &seen, edit);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply, i64 open)
{
	struct db *db = request_db(request);
	struct writing_aid *list, edited = {};
	size_t count;
	bool may = actor_may(cx->actor, MAY_WRITE_TEMPLATES);
	json_t *document = json_object(), *rows[AID_KINDS], *away = json_array();
	static const char *const names[AID_KINDS][2] = {{"templates", "has_templates"}, {"hashtags", "has_hashtags"}, {"variables", "has_variables"}};
	reply_json(reply, document);
	for (int k = 0; k < AID_KINDS; k++)
		doc_set(document, names[k][0], rows[k] = json_array());
	doc_set(document, "archived", away);
	(void)aid_kind_of(param_text(request, "kind"), &edited.kind);
	if (open)
		TRY(writing_aid_get(cx, db, here(cx), open, &edited));
	TRY(writing_aids(cx, db, here(cx), false, &list, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(rows[list[i].kind], row_shape(cx, &list[i], open));
	for (int k = 0; k < AID_KINDS; k++)
		doc_set(document, names[k][1], json_boolean(json_array_size(rows[k]) > 0));
	TRY(writing_aids(cx, db, here(cx), true, &list, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(away, row_shape(cx, &list[i], open));
	doc_set(document, "has_archived", json_boolean(count > 0));
	doc_set(document, "can_manage", json_boolean(may));
	doc_set(document, "edit", may ? edit_shape(cx, request, &edited) : json_null());
	if (may)
		return put_seen(cx, request, &edited, json_object_get(document, "edit"));
	return OK;
}

static enum err show_all(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "aid"));
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "id"));
}

/* ---- writing ---- */

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct writing_aid a = {.workspace = here(cx)};
	if (id)
		TRY(writing_aid_get(cx, request_db(request), here(cx), id, &a));
	else if (!aid_kind_of(param_text(request, "kind"), &a.kind))
		return request_fault(cx, request, "kind", N_("Choose what it is."));
	a.seen = seen_said(cx, request);
	a.name = !id || page_says(request, "name") ? param_text(request, "name") : a.name;
	a.about = page_says(request, "about") ? param_text(request, "about") : a.about;
	a.body = page_says(request, "body") ? param_text(request, "body") : a.body;
	a.shows = page_says(request, "shows") ? param_int(request, "shows") : a.shows;
	if (param_text(request, "type").len)
		(void)variable_type_of(param_text(request, "type"), &a.type);
	TRY(writing_aid_keep(cx, request_db(request), &a));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(a.id)));
	reply_flash(reply, str_of(_(N_("It is kept."))), (struct str){});
	reply_redirect(reply, "/writing-aids");
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

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(writing_aid_put_away(cx, request_db(request), here(cx), id, true));
	reply_flash(reply, str_of(_(N_("Put away. What was written with it stays as it is."))), arena_printf(cx->arena, "/writing-aids/%lld/restore", (long long)id));
	reply_redirect(reply, "/writing-aids");
	return OK;
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(writing_aid_put_away(cx, request_db(request), here(cx), param_id(request, "id"), false));
	reply_redirect(reply, "/writing-aids");
	return OK;
}

static enum err use(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str text;
	TRY(writing_aid_use(cx, request_db(request), here(cx), param_id(request, "id"), &text));
	reply_json(reply, json_pack("{s:o}", "text", doc_text(text)));
	return OK;
}

/* ---- the rows ---- */

static const char *const kind_words[] = {"template", "hashtags", "variable", NULL};
static const char *const type_words[] = {"text", "number", "date", "url", NULL};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The template, set or variable."}
#define FIELDS                                                                                                                 \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = 80, .about = "Its name; of a variable what stands in {{…}}: small letters, figures, dashes."}, \
	{.name = "about", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "What it is for."},                                 \
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = POST_BODY_MAX, .about = "The text; the hashtags; of a variable: what it is where a post says nothing."}, \
	{.name = "type", .in = IN_FORM, .type = P_WORD, .words = type_words, .about = "Of a variable."},                          \
	{.name = "shows", .in = IN_FORM, .type = P_INT, .min = 0, .max = AID_TAGS_MAX, .about = "Of hashtags: so many at a time, others the next time; 0: all."}
static const struct param list_params[] = {
	{.name = "aid", .in = IN_QUERY, .type = P_ID, .about = "The one to change."},
	{.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = kind_words, .about = "What a new one is to begin with."},
	{},
};
static const struct param one_params[] = {ID_PARAM, {.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = kind_words, .about = "Not used."}, {}};
static const struct param create_params[] = {{.name = "kind", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = kind_words, .about = "What it is."}, FIELDS, SEEN_MARK_PARAM, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, SEEN_MARK_PARAM, {}};

static const struct shape shapes[] = {
	{"WritingAid", "{id: id, url: url, kind: Word, name: text, about: text?, text: text, type: text, shows: int, used: Number, is_current: bool}",
	 "What helps to write posts: a template, a set of hashtags, a variable."},
	{"WritingAids", "{templates: [WritingAid], has_templates: bool, hashtags: [WritingAid], has_hashtags: bool, variables: [WritingAid], has_variables: bool, "
	 "archived: [WritingAid], has_archived: bool, can_manage: bool, edit: {id: id?, kind: text, is_template: bool, is_hashtags: bool, is_variable: bool, name: text, about: text, "
	 "body: text, shows: text, types: [Choice], kinds: [Choice], " SEEN_SHAPE "}?}"},
	{"AidText", "{text: text}", "What goes into a text."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/writing-aids", .permission = MAY_READ_POSTS, .params = list_params, .template = "writing_aids/page", .handle = show_all, .answer = "WritingAids",
	 .about = "Templates, sets of hashtags and variables of posts."},
	{.method = "POST", .path = "/writing-aids", .permission = MAY_WRITE_TEMPLATES, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/writing-aids",
	 .answer = "Made", .about = "Make a template, a set of hashtags or a variable."},
	{.method = "GET", .path = "/writing-aids/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "writing_aids/page", .handle = show_one,
	 .answer = "WritingAids", .about = "The same with one open."},
	{.method = "POST", .path = "/writing-aids/{id}", .permission = MAY_WRITE_TEMPLATES, .params = edit_params, .handle = edit, .form = "/writing-aids/{id}", .answer = "Made",
	 .about = "Change one."},
	{.method = "POST", .path = "/writing-aids/{id}/archive", .permission = MAY_WRITE_TEMPLATES, .handle = archive, .about = "Put one away."},
	{.method = "POST", .path = "/writing-aids/{id}/restore", .permission = MAY_WRITE_TEMPLATES, .handle = restore, .about = "Take one out again."},
	{.method = "POST", .path = "/writing-aids/{id}/use", .permission = MAY_WRITE_POSTS, .handle = use, .answer = "AidText",
	 .about = "What goes into a text: the template, or the hashtags whose turn it is."},
	{},
};

const struct page page_writing_aids = {"writing_aids", routes, shapes, .file = __FILE__};
