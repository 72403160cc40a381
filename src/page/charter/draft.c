/* draft.c: the next version of the house rules, article by article, in each language. */
#include "base/lang.h"
#include "flow/moderate.h"
#include "page/charter/charter.h"
#include "store/workspace.h"

static struct str url_of(struct cx *cx, i64 version, i64 article)
{
	if (!article)
		return arena_printf(cx->arena, "/charter/versions/%lld?article=preamble", (long long)version);
	return arena_printf(cx->arena, "/charter/versions/%lld?article=%lld", (long long)version, (long long)article);
}

/* What is not written though another language, or another article, has it; empty when nothing lacks. */
static struct str missing_text(struct cx *cx, const struct rules_version *rules, const struct charter_article *a)
{
	static const char *const texts[RULES_LANGS] = {N_("French to be written"), N_("English to be written")};
	bool any = false;
	for (size_t l = 0; l < RULES_LANGS; l++)
		any |= charter_article_written(a, rules_langs[l].word);
	if (!any)
		return str_of(_(N_("to be written")));
	for (size_t l = 0; l < RULES_LANGS; l++)
		if (!charter_article_written(a, rules_langs[l].word) && rules_written_in(rules, rules_langs[l].word))
			return str_of(_(texts[l]));
	return (struct str){};
}

static struct str preamble_missing(struct cx *cx, const struct rules_version *rules)
{
	static const char *const texts[RULES_LANGS] = {N_("French to be written"), N_("English to be written")};
	size_t written = 0, lacks = 0;
	for (size_t l = 0; l < RULES_LANGS; l++)
		if (text_just_in(cx, rules->version.preamble, rules_langs[l].word).len)
			written++;
		else
			lacks = l;
	return written == 1 && rules_written_in(rules, rules_langs[lacks].word) ? str_of(_(texts[lacks])) : (struct str){};
}

static struct str title_of(struct cx *cx, const struct charter_article *a)
{
	struct str title = text_in(cx, a->title, cx->lang);
	return title.len ? title : str_of(_(N_("Without a title yet")));
}

static json_t *texts_in(struct cx *cx, const struct charter_article *a, const char *lang)
{
	return json_pack("{s:o, s:o, s:o}", "title", doc_text(text_just_in(cx, a->title, lang)), "body", doc_text(text_just_in(cx, a->body, lang)), "notice",
			 doc_text(text_just_in(cx, a->notice, lang)));
}

static json_t *preamble_in(struct cx *cx, const struct rules_version *rules, const char *lang)
{
	return json_pack("{s:s, s:o, s:s}", "title", "", "body", doc_text(text_just_in(cx, rules->version.preamble, lang)), "notice", "");
}

static void edit_shape(struct cx *cx, const struct rules_version *rules, const struct charter_article *a, json_t *document)
{
	json_t *edit = json_object();
	doc_set(document, "edit", edit);
	doc_set(edit, "is_preamble", json_boolean(!a));
	doc_set(edit, "id", doc_id(a ? a->id : 0));
	doc_set(edit, "number", a ? doc_text(number_text(cx, a->number)) : json_null());
	doc_set(edit, "title", a ? doc_text(title_of(cx, a)) : json_null());
	doc_set(edit, "is_first", json_boolean(a && a == rules->articles));
	doc_set(edit, "is_last", json_boolean(a && a == rules->articles + rules->count - 1));
	for (size_t l = 0; l < RULES_LANGS; l++)
		doc_set(edit, rules_langs[l].word, a ? texts_in(cx, a, rules_langs[l].word) : preamble_in(cx, rules, rules_langs[l].word));
}

/* ---- against the version in force ---- */

static void add_change(json_t *changes, const char *icon, struct str text)
{
	json_array_append_new(changes, json_pack("{s:s, s:o}", "icon", icon, "text", doc_text(text)));
}

static void changes_shape(struct cx *cx, const struct rules_version *rules, const struct rules_version *before, json_t *document)
{
	json_t *changes = json_array();
	doc_set(document, "changes", changes);
	if (!before->version.id)
		return;
	if (!str_eq(before->version.preamble, rules->version.preamble))
		add_change(changes, "pen-line", str_of(_(N_("Foreword changed"))));
	for (size_t i = 0; i < rules->count; i++) {
		const struct charter_article *a = &rules->articles[i], *b = i < before->count ? &before->articles[i] : NULL;
		if (!b)
			add_change(changes, "plus", arena_printf(cx->arena, _(N_("Art. %lld: new")), (long long)a->number));
		else if (!str_eq(a->title, b->title) || !str_eq(a->body, b->body))
			add_change(changes, "pen-line", arena_printf(cx->arena, _(N_("Art. %lld: text changed")), (long long)a->number));
		else if (!str_eq(a->notice, b->notice))
			add_change(changes, "send", arena_printf(cx->arena, _(N_("Art. %lld: what the author is told changed")), (long long)a->number));
	}
	for (size_t i = rules->count; i < before->count; i++)
		add_change(changes, "minus", arena_printf(cx->arena, _(N_("Art. %lld: no longer there")), (long long)before->articles[i].number));
}

static enum err obstacles_shape(struct cx *cx, struct db *db, const struct rules_version *rules, json_t *document)
{
	struct workspace w;
	json_t *obstacles = json_array();
	doc_set(document, "obstacles", obstacles);
	TRY(workspace_get(cx, db, here(cx), &w));
	const char *own = lang_of(w.lang);
	if (!rules->count)
		json_array_append_new(obstacles, json_string(_(N_("Write a first article."))));
	for (size_t i = 0; i < rules->count; i++) {
		const struct charter_article *a = &rules->articles[i];
		struct str missing = missing_text(cx, rules, a);
		if (!missing.len && !charter_article_written(a, own))
			missing = str_of(_(N_("not in the language of the workspace")));
		if (missing.len)
			json_array_append_new(obstacles, doc_text(arena_printf(cx->arena, _(N_("Art. %lld: %.*s. Write it, or leave this article out.")),
									       (long long)a->number, STR_ARG(missing))));
	}
	doc_set(document, "can_publish", json_boolean(!json_array_size(obstacles)));
	return OK;
}

/* ---- the page ---- */

static const struct charter_article *chosen(const struct rules_version *rules, struct request *request, struct str wished)
{
	i64 id = 0;
	if (str_eq(wished, S("preamble")) || str_ends(request_path(request), S("/preamble")))
		return NULL;
	str_to_i64(wished, &id);
	for (size_t i = 0; i < rules->count; i++)
		if (rules->articles[i].id == id)
			return &rules->articles[i];
	return rules->count ? &rules->articles[0] : NULL;
}

static void list_shape(struct cx *cx, const struct rules_version *rules, const struct charter_article *current, json_t *document)
{
	json_t *articles = json_array(), *previews = json_array();
	i64 version = rules->version.id;
	doc_set(document, "preamble", json_pack("{s:o, s:b, s:o}", "url", doc_text(url_of(cx, version, 0)), "is_current", !current, "missing",
					    doc_text_or_null(preamble_missing(cx, rules))));
	doc_set(document, "articles", articles);
	doc_set(document, "previews", previews);
	for (size_t i = 0; i < rules->count; i++) {
		const struct charter_article *a = &rules->articles[i];
		json_array_append_new(articles, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "id", doc_id(a->id), "number", doc_text(number_text(cx, a->number)), "title",
							  doc_text(title_of(cx, a)), "url", doc_text(url_of(cx, version, a->id)), "is_current", a == current,
							  "missing", doc_text_or_null(missing_text(cx, rules, a))));
	}
	for (size_t l = 0; l < RULES_LANGS; l++)
		if (rules_written_in(rules, rules_langs[l].word))
			json_array_append_new(previews, json_pack("{s:s, s:s, s:o}", "word", rules_langs[l].word, "title", rules_langs[l].title, "url",
								  doc_text(arena_printf(cx->arena, "/charter/versions/%lld/preview?lang=%s",
											(long long)version, rules_langs[l].word))));
}

enum err show_draft(struct cx *cx, struct request *request, struct reply *reply, const struct charter_version *version)
{
	struct db *db = request_db(request);
	struct rules_version rules, before = {};
	struct charter_version in_force;
	json_t *document = reply_document(reply);
	TRY(rules_version_load(cx, db, version, &rules));
	enum err e = charter_in_force(cx, db, here(cx), &in_force);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else if (e != OK)
		return e;
	else
		TRY(rules_version_load(cx, db, &in_force, &before));
	const struct charter_article *current = chosen(&rules, request, param_text(request, "article"));
	doc_set(document, "version", json_pack("{s:o, s:o, s:o}", "id", doc_id(version->id), "number", doc_text(number_text(cx, version->number)), "based_on",
					   before.version.id ? doc_text(number_text(cx, before.version.number)) : json_null()));
	list_shape(cx, &rules, current, document);
	edit_shape(cx, &rules, current, document);
	changes_shape(cx, &rules, &before, document);
	return obstacles_shape(cx, db, &rules, document);
}
