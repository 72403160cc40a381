/* public.c: the house rules for everybody: the version in force, those before it, and how to contest a decision; also a draft as it would be. */
#include "base/lang.h"
#include "page/charter/charter.h"
#include "store/workspace.h"

static struct str public_url(struct cx *cx, const struct workspace *w)
{
	return arena_printf(cx->arena, "/c/%.*s/charter", STR_ARG(w->slug));
}

/* Who is not signed in reads the hours of the place. */
static struct reader reader_at(const struct cx *cx, const struct workspace *w)
{
	struct reader reader = reader_of(cx);
	if (!cx->actor)
		reader.zone = w->zone;
	return reader;
}

static void add_languages(struct cx *cx, const struct rules_version *rules, const char *shown, i64 version_number, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "languages", list);
	for (size_t i = 0; i < RULES_LANGS; i++) {
		const struct rules_lang *l = &rules_langs[i];
		if (str_eq(str_of(l->word), str_of(shown)) || !rules_written_in(rules, l->word))
			continue;
		struct str url = version_number ? arena_printf(cx->arena, "?version=%lld&lang=%s", (long long)version_number, l->word)
						: arena_printf(cx->arena, "?lang=%s", l->word);
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", l->word, "title", l->title, "url", doc_text(url)));
	}
}

static void charter_shape(struct cx *cx, const struct workspace *w, const struct rules_version *rules, const char *lang, json_t *document)
{
	struct reader reader = reader_at(cx, w);
	json_t *shape = json_object();
	doc_set(document, "charter", shape);
	doc_set(shape, "number", doc_text(number_text(cx, rules->version.number)));
	doc_set(shape, "published", doc_instant(&reader, rules->version.published_at));
	doc_set(shape, "lang", json_string(lang));
	doc_set(shape, "is_current", json_boolean(str_eq(rules->version.state, S("published"))));
	doc_set(shape, "current_url", doc_text(public_url(cx, w)));
	doc_set(shape, "preamble", doc_text_or_null(text_just_in(cx, rules->version.preamble, lang)));
	doc_set(shape, "articles", rules_articles_shape(cx, rules, lang));
}

static void versions_shape(struct cx *cx, const struct workspace *w, const struct charter_version *versions, size_t count, i64 shown, json_t *document)
{
	struct reader reader = reader_at(cx, w);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct charter_version *v = &versions[i];
		if (!v->published_at)
			continue;
		bool current = str_eq(v->state, S("published"));
		struct str url = current ? public_url(cx, w) : arena_printf(cx->arena, "%.*s?version=%lld", STR_ARG(public_url(cx, w)), (long long)v->number);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b}", "number", doc_text(number_text(cx, v->number)), "url", doc_text(url), "published",
						      doc_instant(&reader, v->published_at), "is_shown", v->id == shown));
	}
	doc_set(document, "has_versions", json_boolean(json_array_size(list) > 1));
	doc_set(document, "versions", list);
}

static enum err around(struct cx *cx, struct db *db, const struct workspace *w, json_t *document)
{
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, w->id, &settings));
	doc_set(document, "workspace", json_pack("{s:o, s:o, s:o}", "name", doc_text(w->name), "slug", doc_text(w->slug), "avatar", doc_avatar(w->name)));
	doc_set(document, "appeal_days", doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld day", "%lld days", settings.appeal_days), (long long)settings.appeal_days)));
	return OK;
}

/* The version asked for, or the one in force: NULL when none was published. */
static const struct charter_version *asked_for(const struct charter_version *versions, size_t count, i64 number)
{
	for (size_t i = 0; i < count; i++)
		if (versions[i].published_at && (number ? versions[i].number == number : str_eq(versions[i].state, S("published"))))
			return &versions[i];
	return NULL;
}

enum err show_public(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct charter_version *versions;
	size_t count;
	struct rules_version rules;
	json_t *document = json_object(), *figures;
	i64 number = param_int(request, "version");
	reply_json(reply, document);
	TRY(workspace_by_slug(cx, db, param_text(request, "slug"), &w));
	TRY(charter_version_list(cx, db, w.id, &versions, &count));
	const struct charter_version *v = asked_for(versions, count, number);
	if (!v && number)
		return fail(cx, ERR_MISSING, N_("The house rules have no such version."));
	doc_set(document, "is_draft", json_false());
	doc_set(document, "back_url", json_null());
	if (!v) {
		doc_set(document, "charter", json_null());
		doc_set(document, "languages", json_array());
		doc_set(document, "figures", json_null());
		versions_shape(cx, &w, versions, 0, 0, document);
		return around(cx, db, &w, document);
	}
	TRY(rules_version_load(cx, db, v, &rules));
	cx->lang = rules_shown_in(cx, &rules, param_text(request, "lang")); /* the page around them is in the same language */
	charter_shape(cx, &w, &rules, cx->lang, document);
	add_languages(cx, &rules, cx->lang, number, document);
	versions_shape(cx, &w, versions, count, v->id, document);
	TRY(rules_figures(cx, db, w.id, &figures));
	doc_set(document, "figures", figures);
	return around(cx, db, &w, document);
}

enum err show_preview(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct charter_version v;
	struct rules_version rules;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(charter_version_get(cx, db, here(cx), param_id(request, "id"), &v));
	TRY(rules_version_load(cx, db, &v, &rules));
	cx->lang = rules_shown_in(cx, &rules, param_text(request, "lang"));
	doc_set(document, "is_draft", json_boolean(!v.published_at));
	doc_set(document, "back_url", doc_text(arena_printf(cx->arena, "/charter/versions/%lld", (long long)v.id)));
	charter_shape(cx, &w, &rules, cx->lang, document);
	add_languages(cx, &rules, cx->lang, 0, document);
	versions_shape(cx, &w, NULL, 0, 0, document);
	doc_set(document, "figures", json_null());
	return around(cx, db, &w, document);
}
