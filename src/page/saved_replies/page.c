/* saved_replies: prepared answers: the list with its search, one to read or write, its preview. */
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/desk_tools.h"
#include "flow/saved_reply.h"
#include "page/choices.h"
#include "page/pager.h"
#include "page/relation.h"
#include "page/rules.h"
#include "store/contact.h"
#include "store/member.h"
#include "store/workspace.h"

/* ---- the list ---- */

static json_t *used_shape(struct cx *cx, const struct saved_reply *r)
{
	if (!r->used_count)
		return json_null();
	return doc_text(arena_printf(cx->arena, tr_n(cx->lang, "used %s time", "used %s times", r->used_count), arena_cstr(cx->arena, number_text(cx, r->used_count))));
}

static json_t *row_shape(struct cx *cx, const struct saved_reply *r, i64 open)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:b}", "id", doc_id(r->id), "url",
			 doc_text(arena_printf(cx->arena, "/saved-replies/%lld", (long long)r->id)), "shortcut", doc_text(r->shortcut), "title", doc_text(r->title),
			 "preview", doc_excerpt(r->body, 240), "lang", doc_text_or_null(r->lang), "lang_title", doc_text_or_null(r->lang.len ? language_title(cx, r->lang) : r->lang), "is_shared", !r->person, "used", used_shape(cx, r), "is_current", r->id == open);
}

static void add_scope(struct cx *cx, json_t *scopes, const char *title, i64 count, const char *word, struct str current)
{
	struct str text = arena_printf(cx->arena, "%s %lld", title, (long long)count);
	json_array_append_new(scopes, json_pack("{s:o, s:o, s:b}", "title", doc_text(text), "url",
						doc_text(*word ? arena_printf(cx->arena, "/saved-replies?scope=%s", word) : S("/saved-replies")), "is_current",
						str_eq(current, str_of(word))));
}

#define A_PAGE 30

static enum err list_shape(struct cx *cx, struct db *db, struct request *request, struct reply *reply, i64 open, json_t *document)
{
	struct saved_reply *replies;
	struct pager pager;
	size_t read;
	i64 rank, all, shared;
	struct str q = param_text(request, "q"), scope = param_text(request, "scope");
	struct saved_reply_filter any = {.person = cx->actor->user}, team = any, chosen = any;
	json_t *list = json_array(), *scopes = json_array();
	team.scope = REPLIES_SHARED;
	chosen.scope = str_eq(scope, S("shared")) ? REPLIES_SHARED : str_eq(scope, S("mine")) ? REPLIES_OWN : REPLIES_ALL;
	chosen.words = q;
	pager_of(request, A_PAGE, &pager);
	pager.path = open ? arena_printf(cx->arena, "/saved-replies/%lld", (long long)open).at : "/saved-replies";
	TRY(saved_reply_rank(cx, db, here(cx), &chosen, pager_row(&pager, open), &rank));
	pager_seek(&pager, rank);
	TRY(saved_reply_page(cx, db, here(cx), &chosen, pager.skip, pager.limit + 1, &replies, &read));
	pager_read(&pager, read);
	TRY(saved_reply_count(cx, db, here(cx), &any, &all));
	TRY(saved_reply_count(cx, db, here(cx), &team, &shared));
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, row_shape(cx, &replies[i], open));
	add_scope(cx, scopes, _(N_("All replies")), all, "", scope);
	add_scope(cx, scopes, _(N_("Team")), shared, "shared", scope);
	add_scope(cx, scopes, _(N_("Yours")), all - shared, "mine", scope);
	doc_set(document, "filter", json_pack("{s:o, s:b}", "q", doc_text(q), "is_filtered", q.len || scope.len));
	doc_set(document, "scopes", scopes);
	doc_set(document, "has_replies", json_boolean(json_array_size(list)));
	doc_set(document, "replies", list);
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? replies[0].id : 0), list_after(0, pager.count ? replies[pager.count - 1].id : 0), NULL);
	return OK;
}

/* ---- one reply ---- */

static const struct {
	const char *name, *about;
} variables[] = {
	{"{{contact.first_name}}", N_("Their first name")}, {"{{contact.name}}", N_("Their whole name")}, {"{{channel.name}}", N_("The channel they wrote on")},
	{"{{me.first_name}}", N_("Your first name")},       {"{{me.name}}", N_("Your whole name")},       {"{{workspace.name}}", N_("The workspace")},
	{"{{date}}", N_("Today's date")},
};

/* As the newest contact would read it. */
static enum err subject_load(struct cx *cx, struct db *db, struct saved_reply_subject *ret_subject)
{
	struct workspace w;
	struct contact *contacts;
	size_t count;
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf day = {};
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(contact_list(cx, db, here(cx), 0, 0, 1, &contacts, &count));
	buf_add_day(&day, &reader, cx->now);
	*ret_subject = (struct saved_reply_subject){
		.contact_name = count ? contacts[0].name : S("Nadia Ferhat"),
		.channel_name = w.name,
		.my_name = cx->actor->name,
		.workspace_name = w.name,
		.date = buf_keep(&day, cx->arena),
	};
	return OK;
}

static void variables_shape(struct cx *cx, const struct saved_reply_subject *subject, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "variables", list);
	for (size_t i = 0; i < COUNT(variables); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "name", variables[i].name, "about", _(variables[i].about), "example",
						      doc_text(saved_reply_render(cx, str_of(variables[i].name), subject, NULL))));
}

static void preview_shape(struct cx *cx, struct str body, const struct saved_reply_subject *subject, json_t *document)
{
	struct str unknown, text;
	json_t *names = json_array();
	if (!body.len) {
		json_decref(names);
		doc_set(document, "preview", json_null());
		return;
	}
	text = saved_reply_render(cx, body, subject, &unknown);
	while (unknown.at && unknown.len)
		json_array_append_new(names, doc_text(str_trim(str_cut(&unknown, ','))));
	doc_set(document, "preview", json_pack("{s:o, s:o, s:b, s:o}", "text", doc_text(text), "contact", doc_text(subject->contact_name), "has_unknown",
					   json_array_size(names) > 0, "unknown", names));
}

static enum err reply_shape(struct cx *cx, struct db *db, struct request *request, const struct saved_reply *r, bool is_new, json_t *document)
{
	struct reader reader = reader_of(cx);
	bool share = actor_may(cx->actor, MAY_SHARE_REPLIES), mine = r->person == cx->actor->user;
	struct str owner = {}, whose = request_typed(request, "shared");
	struct member m;
	if (r->person) {
		TRY(member_get(cx, db, here(cx), r->person, &m));
		owner = m.name;
	}
	json_t *shape = json_object();
	doc_set(document, "reply", shape);
	doc_set(shape, "id", doc_id(r->id));
	doc_set(shape, "shortcut", doc_text(r->shortcut));
	doc_set(shape, "title", doc_text(r->title));
	doc_set(shape, "body", doc_text(r->body));
	doc_set(shape, "is_shared", json_boolean(whose.at ? str_eq(whose, S("yes")) : is_new ? share : !r->person));
	doc_set(shape, "can_edit", json_boolean(is_new || mine || share));
	doc_set(shape, "can_share", json_boolean(share));
	doc_set(shape, "used", used_shape(cx, r));
	doc_set(shape, "updated", doc_instant(&reader, r->updated_at));
	doc_set(shape, "owner", doc_text_or_null(owner));
	return OK;
}

static void langs_shape(struct cx *cx, struct str chosen, json_t *document)
{
	json_t *langs = json_array();
	doc_set(document, "langs", langs);
	json_array_append_new(langs, json_pack("{s:s, s:s, s:b}", "word", "", "title", _(N_("Every language")), "is_selected", !chosen.len));
	for (size_t i = 0; i < RULES_LANGS; i++)
		json_array_append_new(langs, json_pack("{s:s, s:s, s:b}", "word", rules_langs[i].word, "title", rules_langs[i].title, "is_selected",
						       str_eq(chosen, str_of(rules_langs[i].word))));
}

static enum err whole(struct cx *cx, struct request *request, struct reply *reply, json_t *document, const struct saved_reply *r, bool is_new)
{
	struct db *db = request_db(request);
	struct saved_reply_subject subject;
	TRY(list_shape(cx, db, request, reply, r ? r->id : 0, document));
	TRY(subject_load(cx, db, &subject));
	struct str lang = request_typed(request, "lang");
	langs_shape(cx, lang.at ? lang : r ? r->lang : (struct str){}, document);
	variables_shape(cx, &subject, document);
	struct str typed = request_typed(request, "body");
	preview_shape(cx, typed.at ? typed : r ? r->body : (struct str){}, &subject, document);
	doc_set(document, "reply", json_null());
	return r ? reply_shape(cx, db, request, r, is_new, document) : OK;
}

static enum err show_list(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object();
	reply_json(reply, document);
	return whole(cx, request, reply, document, NULL, false);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct saved_reply r = {.title = param_text(request, "title"), .body = param_text(request, "body")};
	json_t *document = json_object();
	reply_json(reply, document);
	return whole(cx, request, reply, document, &r, true);
}

static enum err visible(struct cx *cx, struct db *db, i64 id, struct saved_reply *ret_reply)
{
	struct saved_reply r;
	TRY(saved_reply_get(cx, db, here(cx), id, &r));
	if (r.person && r.person != cx->actor->user)
		return fail(cx, ERR_MISSING, N_("This saved reply does not exist in this workspace."));
	*ret_reply = r;
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct saved_reply r;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(visible(cx, request_db(request), param_id(request, "id"), &r));
	return whole(cx, request, reply, document, &r, false);
}

/* ---- writing ---- */

static struct saved_reply from_form(struct cx *cx, struct request *request)
{
	return (struct saved_reply){
		.workspace = here(cx),
		.person = param_bool(request, "shared") ? 0 : cx->actor->user,
		.shortcut = param_text(request, "shortcut"),
		.title = param_text(request, "title"),
		.body = param_text(request, "body"),
		.lang = param_text(request, "lang"),
	};
}

/* The page with what was typed: nothing is kept. */
static enum err preview(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct saved_reply r = from_form(cx, request), known = {};
	json_t *document = json_object();
	reply_json(reply, document);
	if (id)
		TRY(visible(cx, request_db(request), id, &known));
	r.id = id;
	r.used_count = known.used_count;
	r.updated_at = known.updated_at;
	TRY(whole(cx, request, reply, document, &r, !id));
	doc_set(json_object_get(document, "reply"), "is_shared", json_boolean(!r.person));
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	if (param_bool(request, "preview"))
		return preview(cx, request, reply, id);
	struct saved_reply r = from_form(cx, request), known = {.person = r.person};
	if (id)
		TRY(visible(cx, request_db(request), id, &known));
	r.person = page_says(request, "shared") ? r.person : known.person;
	r.lang = page_says(request, "lang") ? r.lang : known.lang;
	r.id = id;
	TRY(tools_saved_reply(cx, request_db(request), &r));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(r.id)));
	reply_flash(reply, str_of(_(N_("The reply is kept."))), (struct str){});
	reply_redirect(reply, "/saved-replies/%lld", (long long)r.id);
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
	TRY(tools_saved_reply_archive(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("Put away. Answers written with it stay as they are."))), (struct str){});
	reply_redirect(reply, "/saved-replies");
	return OK;
}

/* ---- the rows ---- */

static const char *const scope_words[] = {"shared", "mine", NULL};
static const char *const lang_words[] = {"fr", "en", NULL};
#define LIST_PARAMS                                                                                                            \
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the shortcut, the title or the text."},       \
	{.name = "scope", .in = IN_QUERY, .type = P_WORD, .words = scope_words, .about = "Only the team's, or only one's own."}, \
	PAGER_PARAMS
#define FIELDS                                                                                                                 \
	{.name = "title", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 120, .about = "What it is about."},       \
	{.name = "shortcut", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "Typed after a slash in an answer."}, \
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 10000, .about = "The text, with its variables."}, \
	{.name = "lang", .in = IN_FORM, .type = P_WORD, .words = lang_words, .about = "Its language; none for every language."},    \
	{.name = "shared", .in = IN_FORM, .type = P_BOOL, .about = "For the whole team, not for oneself only."},                   \
	{.name = "preview", .in = IN_FORM, .type = P_BOOL, .about = "Show it as it would be read; keep nothing."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The saved reply."}
static const struct param list_params[] = {LIST_PARAMS, {}};
static const struct param new_params[] = {
	{.name = "title", .in = IN_QUERY, .type = P_LINE, .max = 480, .about = "What it is about, to begin with: a question that is asked often."},
	{.name = "body", .in = IN_QUERY, .type = P_TEXT, .max = 2000, .about = "The text to begin with."},
	LIST_PARAMS, {},
};
static const struct param one_params[] = {ID_PARAM, LIST_PARAMS, {}};
/* A form shown again, and the preview, read what the list's address may say. */
static const struct param create_params[] = {FIELDS, LIST_PARAMS, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, LIST_PARAMS, {}};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"SavedReply", "{id: id, url: url, shortcut: text, title: text, preview: text, lang: text?, lang_title: text?, is_shared: bool, "
	 "used: text?, is_current: bool}",
	 "A saved reply as the list shows it."},
	{"SavedReplyDetail", "{id: id?, shortcut: text, title: text, body: text, is_shared: bool, can_edit: bool, can_share: bool, "
	 "used: text?, updated: Instant?, owner: text?}",
	 "A saved reply."},
	{"SavedRepliesPage", "{filter: {q: text, is_filtered: bool}, scopes: [Tab], has_replies: bool, replies: [SavedReply], pager: Pager?, "
	 "langs: [Choice], variables: [{name: text, about: text, example: text}], preview: {text: text, contact: text, "
	 "has_unknown: bool, unknown: [text]}?, reply: SavedReplyDetail?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/saved-replies", .permission = MAY_READ_INBOX, .params = list_params, .template = "saved_replies/page",
	 .handle = show_list, .answer = "SavedRepliesPage", .about = "Saved replies, those used most first: the team's and one's own."},
	{.method = "GET", .path = "/saved-replies/new", .permission = MAY_READ_INBOX, .flags = ROUTE_PAGE_ONLY, .params = new_params,
	 .template = "saved_replies/page", .handle = show_new, .about = "The form for a new saved reply."},
	{.method = "POST", .path = "/saved-replies", .permission = MAY_READ_INBOX, .flags = ROUTE_MAKES, .params = create_params, .template = "saved_replies/page",
	 .handle = create, .form = "/saved-replies/new", .answer = "Made", .about = "Write a saved reply, shared or one's own."},
	{.method = "GET", .path = "/saved-replies/{id}", .permission = MAY_READ_INBOX, .params = one_params, .template = "saved_replies/page",
	 .handle = show_one, .answer = "SavedRepliesPage", .about = "A saved reply, filled in for somebody as a preview."},
	{.method = "POST", .path = "/saved-replies/{id}", .permission = MAY_READ_INBOX, .params = edit_params, .template = "saved_replies/page",
	 .handle = edit, .form = "/saved-replies/{id}", .answer = "Made", .about = "Change a saved reply."},
	{.method = "POST", .path = "/saved-replies/{id}/archive", .permission = MAY_READ_INBOX, .handle = archive, .about = "Put a saved reply away."},
	{},
};

const struct page page_saved_replies = {"saved_replies", routes, shapes, .file = __FILE__};
