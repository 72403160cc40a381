/* charter: the house rules: as they are, their versions, the draft of the next one, and their public page. */
#include "base/lang.h"
#include "flow/charter_model.h"
#include "flow/moderate.h"
#include "page/charter/charter.h"
#include "store/member.h"
#include "store/workspace.h"

/* ---- a version ---- */

enum err rules_version_load(struct cx *cx, struct db *db, const struct charter_version *version, struct rules_version *ret_rules)
{
	struct rules_version rules = {.version = *version};
	TRY(charter_articles(cx, db, version->workspace, version->id, &rules.articles, &rules.count));
	*ret_rules = rules;
	return OK;
}

bool rules_written_in(const struct rules_version *rules, const char *lang)
{
	for (size_t i = 0; i < rules->count; i++)
		if (charter_article_written(&rules->articles[i], lang))
			return true;
	return false;
}

const char *rules_shown_in(const struct cx *cx, const struct rules_version *rules, struct str wished)
{
	const char *lang = rules_lang_of(cx, wished);
	if (rules_written_in(rules, lang))
		return lang;
	for (size_t l = 0; l < RULES_LANGS; l++)
		if (rules_written_in(rules, rules_langs[l].word))
			return rules_langs[l].word;
	return lang;
}

json_t *rules_langs_shape(struct cx *cx, const struct rules_version *rules, const char *shown, struct str base)
{
	json_t *list = json_array();
	for (size_t l = 0; l < RULES_LANGS; l++)
		if (rules_written_in(rules, rules_langs[l].word))
			json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "word", rules_langs[l].word, "title", rules_langs[l].title, "url",
							      doc_text(arena_printf(cx->arena, "%.*s?lang=%s", STR_ARG(base), rules_langs[l].word)), "is_current",
							      str_eq(str_of(shown), str_of(rules_langs[l].word))));
	return list;
}

json_t *rules_articles_shape(struct cx *cx, const struct rules_version *rules, const char *lang)
{
	json_t *list = json_array();
	for (size_t i = 0; i < rules->count; i++) {
		const struct charter_article *a = &rules->articles[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "number", doc_text(number_text(cx, a->number)), "title",
						      doc_text(text_just_in(cx, a->title, lang)), "body", doc_text(text_just_in(cx, a->body, lang))));
	}
	return list;
}

static enum err publisher_name(struct cx *cx, struct db *db, i64 person, struct str *ret_name)
{
	struct member m;
	*ret_name = S("–");
	if (!person)
		return OK;
	enum err e = member_get(cx, db, here(cx), person, &m);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_name = m.name;
	return OK;
}

static const char *state_title(struct str state)
{
	return str_eq(state, S("published")) ? N_("In force") : str_eq(state, S("draft")) ? N_("Draft") : N_("Replaced");
}

/* ---- the page of the team ---- */

static enum err current_shape(struct cx *cx, struct db *db, struct request *request, const struct charter_version *v, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct rules_version rules;
	struct article_use *uses;
	struct str name;
	size_t count;
	TRY(rules_version_load(cx, db, v, &rules));
	TRY(publisher_name(cx, db, v->published_by, &name));
	TRY(article_uses(cx, db, here(cx), 0, &uses, &count));
	const char *lang = rules_shown_in(cx, &rules, param_text(request, "lang"));
	json_t *shape = json_object(), *articles = rules_articles_shape(cx, &rules, lang);
	doc_set(document, "current", shape);
	doc_set(shape, "id", doc_id(v->id));
	doc_set(shape, "number", doc_text(number_text(cx, v->number)));
	doc_set(shape, "published", doc_instant(&reader, v->published_at));
	doc_set(shape, "published_by", doc_text(name));
	doc_set(shape, "lang", json_string(lang));
	doc_set(shape, "langs", rules_langs_shape(cx, &rules, lang, S("/charter")));
	doc_set(shape, "preamble", doc_text_or_null(text_just_in(cx, v->preamble, lang)));
	doc_set(shape, "articles", articles);
	for (size_t i = 0; i < rules.count; i++) {
		json_t *used = json_null();
		for (size_t k = 0; k < count; k++)
			if (uses[k].number == rules.articles[i].number)
				used = doc_text(arena_printf(cx->arena, tr_n(cx->lang, "cited by %lld decision", "cited by %lld decisions", uses[k].hidden),
							     (long long)uses[k].hidden));
		doc_set(json_array_get(articles, i), "used", used);
	}
	return OK;
}

static enum err draft_shape(struct cx *cx, struct db *db, const struct charter_version *v, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct rules_version rules;
	TRY(rules_version_load(cx, db, v, &rules));
	i64 count = (i64)rules.count;
	struct str about = arena_printf(cx->arena, tr_n(cx->lang, "%lld article so far.", "%lld articles so far.", count), (long long)count);
	doc_set(document, "draft", json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(v->id), "number", doc_text(number_text(cx, v->number)), "about", doc_text(about),
					 "created", doc_instant(&reader, v->created_at)));
	return OK;
}

static enum err version_row(struct cx *cx, struct db *db, const struct charter_version *v, json_t **ret_row)
{
	struct reader reader = reader_of(cx);
	struct str name;
	TRY(publisher_name(cx, db, v->published_by, &name));
	*ret_row = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "id", doc_id(v->id), "number", doc_text(number_text(cx, v->number)), "url",
			     doc_text(arena_printf(cx->arena, "/charter/versions/%lld", (long long)v->id)), "published", doc_instant(&reader, v->published_at),
			     "retired", doc_instant(&reader, v->retired_at), "state", doc_word(cx->lang, arena_cstr(cx->arena, v->state), state_title(v->state)),
			     "is_current", str_eq(v->state, S("published")), "published_by", doc_text(name));
	return OK;
}

static enum err show_charter(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct charter_version *versions;
	struct workspace w;
	size_t count;
	json_t *document = json_object(), *rows = json_array(), *models = json_array();
	reply_json(reply, document);
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(charter_version_list(cx, db, here(cx), &versions, &count));
	doc_set(document, "workspace", json_pack("{s:o}", "slug", doc_text(w.slug)));
	doc_set(document, "public_url", doc_text(arena_printf(cx->arena, "/c/%.*s/charter", STR_ARG(w.slug))));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_CHARTER)));
	doc_set(document, "current", json_null());
	doc_set(document, "draft", json_null());
	doc_set(document, "models", models);
	doc_set(document, "versions", rows);
	for (size_t i = 0; i < charter_model_count; i++)
		json_array_append_new(models, json_pack("{s:s, s:s, s:s}", "word", charter_models[i].word, "title", _(charter_models[i].title), "about",
							_(charter_models[i].about)));
	for (size_t i = 0; i < count; i++) {
		json_t *row;
		if (str_eq(versions[i].state, S("draft")))
			TRY(draft_shape(cx, db, &versions[i], document));
		if (str_eq(versions[i].state, S("published")))
			TRY(current_shape(cx, db, request, &versions[i], document));
		if (!versions[i].published_at)
			continue;
		TRY(version_row(cx, db, &versions[i], &row));
		json_array_append_new(rows, row);
	}
	doc_set(document, "has_versions", json_boolean(json_array_size(rows)));
	return OK;
}

static enum err show_version(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct charter_version v;
	struct rules_version rules;
	json_t *document = json_object(), *shape;
	reply_json(reply, document);
	TRY(charter_version_get(cx, db, here(cx), param_id(request, "id"), &v));
	if (str_eq(v.state, S("draft"))) {
		if (!actor_may(cx->actor, MAY_WRITE_CHARTER))
			return fail(cx, ERR_DENIED, N_("Your role does not write the house rules."));
		reply_template(reply, "charter/draft");
		return show_draft(cx, request, reply, &v);
	}
	TRY(rules_version_load(cx, db, &v, &rules));
	TRY(version_row(cx, db, &v, &shape));
	doc_set(document, "version", shape);
	const char *lang = rules_shown_in(cx, &rules, param_text(request, "lang"));
	json_t *articles = rules_articles_shape(cx, &rules, lang);
	doc_set(shape, "lang", json_string(lang));
	doc_set(shape, "langs", rules_langs_shape(cx, &rules, lang, arena_printf(cx->arena, "/charter/versions/%lld", (long long)v.id)));
	doc_set(shape, "preamble", doc_text_or_null(text_just_in(cx, v.preamble, lang)));
	doc_set(shape, "articles", articles);
	for (size_t i = 0; i < rules.count; i++)
		doc_set(json_array_get(articles, i), "notice", doc_text_or_null(text_just_in(cx, rules.articles[i].notice, lang)));
	return OK;
}

/* ---- writing ---- */

static void to_version(struct reply *reply, i64 version)
{
	reply_json(reply, json_pack("{s:o}", "id", doc_id(version)));
	reply_redirect(reply, "/charter/versions/%lld", (long long)version);
}

static void to_article(struct reply *reply, i64 version, i64 article)
{
	reply_json(reply, json_pack("{s:o, s:o}", "id", doc_id(version), "article_id", article ? doc_id(article) : json_null()));
	reply_redirect(reply, "/charter/versions/%lld?article=%lld", (long long)version, (long long)article);
}

static enum err start(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 version;
	struct str model = param_text(request, "model");
	if (model.len)
		TRY(charter_draft_from_model(cx, request_db(request), here(cx), model, &version));
	else
		TRY(charter_draft(cx, request_db(request), here(cx), &version));
	to_version(reply, version);
	return OK;
}

/* {"fr": …, "en": …} of the fields NAME_fr and NAME_en; empty ones are left out. */
static struct str by_language(struct cx *cx, struct request *request, const char *name)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '{');
	for (size_t l = 0; l < RULES_LANGS; l++) {
		struct str text = param_text(request, arena_cstr(cx->arena, arena_printf(cx->arena, "%s_%s", name, rules_langs[l].word)));
		if (!text.len)
			continue;
		buf_addf(&b, "%s\"%s\":", b.len > 1 ? "," : "", rules_langs[l].word);
		buf_add_json(&b, text);
	}
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

/* In the workspace's language both must be there; in the others both or none. */
static enum err check_article(struct cx *cx, struct request *request, const char *own)
{
	enum err e = OK;
	for (size_t l = 0; l < RULES_LANGS; l++) {
		const char *lang = rules_langs[l].word;
		const char *title_name = arena_cstr(cx->arena, arena_printf(cx->arena, "title_%s", lang));
		const char *body_name = arena_cstr(cx->arena, arena_printf(cx->arena, "body_%s", lang));
		bool title = param_text(request, title_name).len, body = param_text(request, body_name).len;
		bool wanted = title || body || str_eq(str_of(lang), str_of(own));
		if (wanted && !title)
			e = request_fault(cx, request, title_name, N_("Give this article a title."));
		if (wanted && !body)
			e = request_fault(cx, request, body_name, N_("Write what applies here."));
	}
	return e;
}

static enum err add_article(struct cx *cx, struct request *request, struct reply *reply)
{
	struct charter_article a = {.workspace = here(cx), .version = param_id(request, "id"), .title = S("{}"), .body = S("{}"), .notice = S("{}")};
	TRY(charter_set_article(cx, request_db(request), &a));
	to_article(reply, a.version, a.id);
	return OK;
}

static enum err save_article(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(check_article(cx, request, lang_of(w.lang)));
	struct charter_article a = {.id = param_id(request, "article"), .workspace = here(cx), .version = param_id(request, "id")};
	a.title = by_language(cx, request, "title");
	a.body = by_language(cx, request, "body");
	a.notice = by_language(cx, request, "notice");
	TRY(charter_set_article(cx, db, &a));
	reply_flash(reply, str_of(_(N_("The article is kept."))), (struct str){});
	to_article(reply, a.version, a.id);
	return OK;
}

static enum err move_article(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(charter_move_article(cx, request_db(request), here(cx), param_id(request, "article"), param_int(request, "by")));
	to_article(reply, param_id(request, "id"), param_id(request, "article"));
	return OK;
}

static enum err leave_out(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(charter_drop_article(cx, request_db(request), here(cx), param_id(request, "article")));
	reply_flash(reply, str_of(_(N_("The article is no longer in this draft. Versions that were published keep theirs."))), (struct str){});
	to_version(reply, param_id(request, "id"));
	return OK;
}

static enum err save_preamble(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 version = param_id(request, "id");
	TRY(charter_set_preamble(cx, request_db(request), here(cx), version, by_language(cx, request, "body")));
	reply_flash(reply, str_of(_(N_("The foreword is kept."))), (struct str){});
	reply_redirect(reply, "/charter/versions/%lld?article=preamble", (long long)version);
	return OK;
}

static enum err put_aside(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(charter_put_aside(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The draft is put aside. The version in force has not changed."))), (struct str){});
	reply_redirect(reply, "/charter");
	return OK;
}

static enum err publish(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(charter_publish(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("Published: decisions cite this version from now on."))), (struct str){});
	reply_redirect(reply, "/charter");
	return OK;
}

/* ---- the rows ---- */

#define LANG_QUERY {.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 8, .about = "fr or en; else the reader's language."}
#define VERSION_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The version."}
#define ARTICLE_PARAM {.name = "article", .in = IN_PATH, .type = P_ID, .about = "The article."}
#define TEXT(field, long, text) {.name = field, .in = IN_FORM, .type = P_TEXT, .max = long, .about = text}

static const struct param charter_params[] = {LANG_QUERY, {}};
static const struct param public_params[] = {
	{.name = "slug", .in = IN_PATH, .type = P_LINE, .max = 80, .about = "The workspace, as its public addresses name it."},
	LANG_QUERY,
	{.name = "version", .in = IN_QUERY, .type = P_INT, .min = 1, .max = 1000000, .about = "The number of a version that was published; else the one in force."},
	{},
};
static const struct param version_params[] = {
	VERSION_PARAM,
	LANG_QUERY,
	{.name = "article", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "Of a draft: the article to write, or preamble."},
	{},
};
static const struct param article_params[] = {VERSION_PARAM, {.name = "article", .in = IN_PATH, .type = P_LINE, .max = 20, .about = "The article."}, LANG_QUERY, {}};
static const struct param preamble_params[] = {
	VERSION_PARAM, LANG_QUERY, {.name = "article", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "Not used here."}, {},
};
static const struct param start_params[] = {
	{.name = "model", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "brand, association or public; without it the version in force is copied."},
	{},
};
static const struct param save_params[] = {
	VERSION_PARAM,
	ARTICLE_PARAM,
	TEXT("title_fr", 120, "Its title in French."),
	TEXT("body_fr", 5000, "Its text in French."),
	TEXT("notice_fr", 2000, "What the author is told, in French."),
	TEXT("title_en", 120, "Its title in English."),
	TEXT("body_en", 5000, "Its text in English."),
	TEXT("notice_en", 2000, "What the author is told, in English."),
	{},
};
static const struct param foreword_params[] = {
	VERSION_PARAM,
	TEXT("body_fr", 5000, "The foreword in French."),
	TEXT("body_en", 5000, "The foreword in English."),
	{},
};
static const struct param move_params[] = {
	VERSION_PARAM, ARTICLE_PARAM, {.name = "by", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = -1, .max = 1, .about = "Up: -1, down: 1."}, {},
};
static const struct param dropped_params[] = {VERSION_PARAM, ARTICLE_PARAM, {}};

static const struct route routes[] = {
	{.method = "GET", .path = "/charter", .permission = MAY_READ_INBOX, .params = charter_params, .template = "charter/page", .handle = show_charter,
	 .answer = "CharterPage", .about = "The house rules in force, their versions, and whether a next one is being prepared."},
	{.method = "GET", .path = "/c/{slug}/charter", .flags = ROUTE_PUBLIC, .params = public_params, .template = "charter/public", .handle = show_public,
	 .answer = "PublicCharter", .about = "The house rules of a workspace, for everybody."},
	{.method = "POST", .path = "/charter/versions", .permission = MAY_WRITE_CHARTER, .flags = ROUTE_MAKES, .params = start_params, .handle = start, .form = "/charter",
	 .answer = "Made", .about = "Begin a draft: a copy of the version in force, or of a model."},
	{.method = "GET", .path = "/charter/versions/{id}", .permission = MAY_READ_INBOX, .params = version_params, .template = "charter/version",
	 .handle = show_version, .answer = "CharterVersionPage", .about = "A version; of a draft also the article that is being written."},
	{.method = "GET", .path = "/charter/versions/{id}/preview", .permission = MAY_WRITE_CHARTER, .params = version_params, .template = "charter/public",
	 .handle = show_preview, .answer = "PublicCharter", .about = "The public page as this version would make it."},
	{.method = "GET", .path = "/charter/versions/{id}/preamble", .permission = MAY_WRITE_CHARTER, .params = preamble_params, .template = "charter/draft",
	 .handle = show_version, .answer = "CharterVersionPage", .about = "A draft with its foreword open."},
	{.method = "POST", .path = "/charter/versions/{id}/preamble", .permission = MAY_WRITE_CHARTER, .params = foreword_params, .handle = save_preamble,
	 .form = "/charter/versions/{id}/preamble", .about = "Write the foreword of a draft, in each language."},
	{.method = "POST", .path = "/charter/versions/{id}/articles", .permission = MAY_WRITE_CHARTER, .flags = ROUTE_MAKES, .handle = add_article,
	 .answer = "MadeArticle", .about = "Add an empty article to a draft."},
	{.method = "GET", .path = "/charter/versions/{id}/articles/{article}", .permission = MAY_WRITE_CHARTER, .params = article_params,
	 .template = "charter/draft", .handle = show_version, .answer = "CharterVersionPage", .about = "A draft with this article open."},
	{.method = "POST", .path = "/charter/versions/{id}/articles/{article}", .permission = MAY_WRITE_CHARTER, .params = save_params, .handle = save_article,
	 .form = "/charter/versions/{id}/articles/{article}", .answer = "MadeArticle", .about = "Write an article of a draft, in each language."},
	{.method = "POST", .path = "/charter/versions/{id}/articles/{article}/move", .permission = MAY_WRITE_CHARTER, .params = move_params,
	 .handle = move_article, .answer = "MadeArticle", .about = "Move an article of a draft up or down."},
	{.method = "POST", .path = "/charter/versions/{id}/articles/{article}/leave-out", .permission = MAY_WRITE_CHARTER, .params = dropped_params,
	 .handle = leave_out, .answer = "Made", .about = "Leave an article out of a draft."},
	{.method = "POST", .path = "/charter/versions/{id}/retire", .permission = MAY_WRITE_CHARTER, .handle = put_aside, .about = "Put a draft aside."},
	{.method = "POST", .path = "/charter/versions/{id}/publish", .permission = MAY_WRITE_CHARTER, .handle = publish, .form = "/charter/versions/{id}",
	 .about = "Put a draft in force."},
	{},
};

const struct page page_charter = {"charter", routes, charter_shapes, .file = __FILE__};
