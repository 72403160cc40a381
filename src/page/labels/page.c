/* labels: the marks put on conversations, who carries them, and those put away. */
#include "base/lang.h"
#include "flow/desk_tools.h"
#include "page/pager.h"
#include "page/rules.h"

static const char *const tone_words[] = {"line", "sun", "red", "ok", "act", "plum", NULL};
static const char *const tone_titles[] = {N_("plain"), N_("sun"), N_("red"), N_("green"), N_("blue"), N_("plum")};

static json_t *edit_shape(struct cx *cx, const struct request *request, const struct label *l)
{
	json_t *tones = json_array();
	struct str typed = request_typed(request, "tone"), tone = typed.at ? typed : l->tone.len ? l->tone : S("line");
	for (size_t i = 0; i < COUNT(tone_titles); i++)
		json_array_append_new(tones, json_pack("{s:s, s:s, s:b}", "word", tone_words[i], "title", _(tone_titles[i]), "is_selected",
						       str_eq(tone, str_of(tone_words[i]))));
	return json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(l->id), "name", doc_text(l->name), "about", doc_text(l->about), "tones", tones);
}

#define A_PAGE 50

static enum err show(struct cx *cx, struct request *request, struct reply *reply, i64 open)
{
	struct pager pager;
	struct db *db = request_db(request);
	struct label *labels, *archived, edited = {};
	size_t count, archived_count;
	i64 rank;
	bool may = actor_may(cx->actor, MAY_ARRANGE);
	json_t *document = json_object(), *list = json_array(), *away = json_array();
	reply_json(reply, document);
	if (open)
		TRY(label_get(cx, db, here(cx), open, &edited));
	TRY(label_list_archived(cx, db, here(cx), &archived, &archived_count));
	pager_of(request, A_PAGE, &pager);
	TRY(label_rank(cx, db, here(cx), pager_row(&pager, open), &rank));
	pager_seek(&pager, rank);
	TRY(label_page(cx, db, here(cx), pager.skip, pager.limit + 1, &labels, &count));
	pager_read(&pager, count);
	pager.path = "/labels";
	for (size_t i = 0; i < pager.count; i++) {
		const struct label *l = &labels[i];
		struct str number = arena_printf(cx->arena, tr_n(cx->lang, "%s conversation", "%s conversations", l->used),
						 arena_cstr(cx->arena, number_text(cx, l->used)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(l->id), "url",
						      doc_text(arena_printf(cx->arena, "/labels?label=%lld#label", (long long)l->id)), "name", doc_text(l->name),
						      "tone", doc_text(l->tone), "about", doc_text_or_null(l->about), "number", doc_text(number),
						      "conversations_url", doc_text(arena_printf(cx->arena, "/inbox?label=%lld", (long long)l->id)), "is_current",
						      l->id == open));
	}
	for (size_t i = 0; i < archived_count; i++)
		json_array_append_new(away, json_pack("{s:o, s:o, s:o}", "id", doc_id(archived[i].id), "name", doc_text(archived[i].name), "tone",
						      doc_text(archived[i].tone)));
	doc_set(document, "can_arrange", json_boolean(may));
	doc_set(document, "has_labels", json_boolean(count));
	doc_set(document, "labels", list);
	doc_set(document, "edit", may ? edit_shape(cx, request, &edited) : json_null());
	doc_set(document, "has_archived", json_boolean(archived_count));
	doc_set(document, "archived", away);
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? labels[0].id : 0), list_after(0, pager.count ? labels[pager.count - 1].id : 0),
		  "label");
	return OK;
}

static enum err show_labels(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "label"));
}

static enum err show_label(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "id"));
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct label l = {.workspace = here(cx)};
	if (id)
		TRY(label_get(cx, request_db(request), here(cx), id, &l));
	l.name = param_text(request, "name");
	l.about = page_says(request, "about") ? param_text(request, "about") : l.about;
	l.tone = page_says(request, "tone") ? param_text(request, "tone") : l.tone;
	TRY(tools_label(cx, request_db(request), &l));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(l.id)));
	reply_flash(reply, str_of(_(N_("The label is kept."))), (struct str){});
	reply_redirect(reply, "/labels");
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
	TRY(tools_label_archive(cx, request_db(request), here(cx), param_id(request, "id"), true));
	reply_flash(reply, str_of(_(N_("Put away. Conversations that carry it keep it."))), (struct str){});
	reply_redirect(reply, "/labels");
	return OK;
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(tools_label_archive(cx, request_db(request), here(cx), param_id(request, "id"), false));
	reply_redirect(reply, "/labels");
	return OK;
}

#define FIELDS                                                                                                                 \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "Its name."},                \
	{.name = "about", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "What it is for."},                                 \
	{.name = "tone", .in = IN_FORM, .type = P_WORD, .words = tone_words, .about = "Its colour."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The label."}
static const struct param list_params[] = {{.name = "label", .in = IN_QUERY, .type = P_ID, .about = "The one to change."}, PAGER_PARAMS, {}};
static const struct param one_params[] = {ID_PARAM, PAGER_PARAMS, {}};
static const struct param create_params[] = {FIELDS, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, {}};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Label", "{id: id, url: url, name: text, tone: text, about: text?, number: text, conversations_url: url, is_current: bool}",
	 "A label in use."},
	{"LabelsPage", "{can_arrange: bool, has_labels: bool, labels: [Label], edit: {id: id?, name: text, about: text, "
	 "tones: [Choice]}?, has_archived: bool, archived: [LabelMark], pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/labels", .permission = MAY_READ_INBOX, .params = list_params, .template = "labels/page", .handle = show_labels,
	 .answer = "LabelsPage", .about = "The labels in use, and those put away."},
	{.method = "POST", .path = "/labels", .permission = MAY_ARRANGE, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/labels",
	 .answer = "Made", .about = "Make a label."},
	{.method = "GET", .path = "/labels/{id}", .permission = MAY_READ_INBOX, .params = one_params, .template = "labels/page", .handle = show_label,
	 .answer = "LabelsPage", .about = "The labels with one open."},
	{.method = "POST", .path = "/labels/{id}", .permission = MAY_ARRANGE, .params = edit_params, .handle = edit, .form = "/labels/{id}",
	 .answer = "Made", .about = "Change a label."},
	{.method = "POST", .path = "/labels/{id}/archive", .permission = MAY_ARRANGE, .handle = archive, .about = "Put a label away."},
	{.method = "POST", .path = "/labels/{id}/restore", .permission = MAY_ARRANGE, .handle = restore, .about = "Take a label out again."},
	{},
};

const struct page page_labels = {"labels", routes, shapes, .file = __FILE__};
