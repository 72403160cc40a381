/* glossary: the words of the community: what they mean, how they sound, who may use them; new ones proposed. */
#include "base/lang.h"
#include "flow/glossary.h"
#include "model/meaning.h"
#include "page/choices.h"
#include "page/pager.h"
#include "page/rules.h"
#include "ui/document.h"

#define A_PAGE 50
#define PROPOSED 8

static const char *const tones[] = {"negative", "neutral", "positive", NULL};

static json_t *tone_shape(struct cx *cx, struct str tone)
{
	u8 label;
	if (!meaning_label_of(MEANING_SENTIMENT, tone, &label))
		return json_null();
	const char *look = meaning_label_tone(MEANING_SENTIMENT, label);
	return json_pack("{s:s, s:s, s:s}", "tone", *look ? look : "line", "icon", meaning_label_icon(MEANING_SENTIMENT, label), "title",
			 _(meaning_label_title(MEANING_SENTIMENT, label)));
}

static json_t *edit_shape(struct cx *cx, const struct request *request, const struct glossary_entry *g)
{
	json_t *list = json_array();
	struct str tone = typed_or(request, "tone", g->tone);
	json_array_append_new(list, choice("", _(N_("None")), !tone.len));
	for (u8 label = 1; meaning_label_word(MEANING_SENTIMENT, label); label++) {
		const char *word = meaning_label_word(MEANING_SENTIMENT, label);
		json_array_append_new(list, choice(word, _(meaning_label_title(MEANING_SENTIMENT, label)), str_eq(tone, str_of(word))));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(g->id), "word", doc_text(typed_or(request, "word", g->word)), "variants",
			 doc_text(typed_or(request, "variants", g->variants)), "about", doc_text(typed_or(request, "about", g->about)), "used_by",
			 doc_text(typed_or(request, "used_by", g->used_by)), "since", doc_text(typed_or(request, "since", g->since)), "risk",
			 doc_text(typed_or(request, "risk", g->risk)), "tones", list);
}

static json_t *entry_shape(struct cx *cx, const struct glossary_entry *g, i64 open)
{
	CLEANUP(buf_free) struct buf search = {};
	buf_adds(&search, "/search?q=");
	buf_add_url(&search, g->word);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(g->id), "url",
			 doc_text(arena_printf(cx->arena, "/glossary?entry=%lld#entry", (long long)g->id)), "search_url", doc_text(buf_str(&search)), "word", doc_text(g->word), "variants", doc_text_or_null(g->variants),
			 "about", doc_text_or_null(g->about), "tone", tone_shape(cx, g->tone), "used_by", doc_text_or_null(g->used_by), "since", doc_text_or_null(g->since),
			 "risk", doc_text_or_null(g->risk), "is_current", g->id == open);
}

static enum err proposals_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct glossary_proposal *found;
	size_t count;
	json_t *list = json_array();
	TRY(glossary_propose(cx, db, here(cx), PROPOSED, &found, &count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf url = {};
		buf_adds(&url, "/glossary?word=");
		buf_add_url(&url, found[i].word);
		struct str about = arena_printf(cx->arena, tr_n(cx->lang, "%s conversation this week", "%s conversations this week", found[i].lately),
						arena_cstr(cx->arena, number_text(cx, found[i].lately)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "word", doc_text(found[i].word), "about", doc_text(about), "url", doc_text(buf_str(&url))));
	}
	doc_set(document, "has_proposals", json_boolean(count));
	doc_set(document, "proposals", list);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct pager pager;
	struct db *db = request_db(request);
	struct glossary_entry *list, *away, edited = {.word = param_text(request, "word")};
	size_t count, away_count;
	i64 open = param_id(request, "entry");
	json_t *document = json_object(), *rows = json_array(), *archived = json_array();
	reply_json(reply, document);
	if (open)
		TRY(glossary_get(cx, db, here(cx), open, &edited));
	TRY(glossary_list(cx, db, here(cx), GLOSSARY_IN_USE, &list, &count));
	TRY(glossary_list(cx, db, here(cx), GLOSSARY_ARCHIVED, &away, &away_count));
	pager_of(request, A_PAGE, &pager);
	pager_cut_by_id(&pager, list, count, open);
	pager.path = "/glossary";
	for (size_t i = pager.first; i < pager.first + pager.count; i++)
		json_array_append_new(rows, entry_shape(cx, &list[i], open));
	for (size_t i = 0; i < away_count; i++)
		json_array_append_new(archived, json_pack("{s:o, s:o}", "id", doc_id(away[i].id), "word", doc_text(away[i].word)));
	doc_set(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	doc_set(document, "has_entries", json_boolean(count));
	doc_set(document, "entries", rows);
	doc_set(document, "has_archived", json_boolean(away_count));
	doc_set(document, "archived", archived);
	doc_set(document, "edit", actor_may(cx->actor, MAY_ARRANGE) ? edit_shape(cx, request, &edited) : json_null());
	TRY(proposals_shape(cx, db, document));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? list[pager.first].id : 0),
		  list_after(0, pager.count ? list[pager.first + pager.count - 1].id : 0), "entry");
	return OK;
}

static void take(const struct request *request, const char *name, struct str *value)
{
	if (page_says(request, name))
		*value = param_text(request, name);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct glossary_entry g = {.workspace = here(cx)};
	if (id)
		TRY(glossary_get(cx, request_db(request), here(cx), id, &g));
	take(request, "word", &g.word);
	take(request, "variants", &g.variants);
	take(request, "about", &g.about);
	take(request, "tone", &g.tone);
	take(request, "used_by", &g.used_by);
	take(request, "since", &g.since);
	take(request, "risk", &g.risk);
	TRY(glossary_keep(cx, request_db(request), &g));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(g.id)));
	reply_flash(reply, str_of(_(N_("The word is kept. It is heard in what comes in from now on."))), (struct str){});
	reply_redirect(reply, "/glossary");
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
	TRY(glossary_archive(cx, request_db(request), here(cx), param_id(request, "id"), true));
	reply_flash(reply, str_of(_(N_("Put away. It says nothing any more."))), (struct str){});
	reply_redirect(reply, "/glossary");
	return OK;
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(glossary_archive(cx, request_db(request), here(cx), param_id(request, "id"), false));
	reply_redirect(reply, "/glossary");
	return OK;
}

static enum err refuse(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(glossary_refuse(cx, request_db(request), here(cx), param_text(request, "word")));
	reply_redirect(reply, "/glossary");
	return OK;
}

#define FIELDS(required)                                                                                                       \
	{.name = "word", .in = IN_FORM, .type = P_LINE, .flags = required, .max = 60, .about = "The word, as the community writes it."},                       \
	{.name = "variants", .in = IN_FORM, .type = P_LINE, .max = 300, .about = "Other spellings, separated by commas."},                                     \
	{.name = "about", .in = IN_FORM, .type = P_LINE, .max = 300, .about = "What it means."},                                                               \
	{.name = "tone", .in = IN_FORM, .type = P_WORD, .words = tones, .about = "How it sounds; empty: it says nothing."},                                    \
	{.name = "used_by", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "Who may use it."},                                                            \
	{.name = "since", .in = IN_FORM, .type = P_LINE, .max = 60, .about = "Since when, as people say it."},                                                 \
	{.name = "risk", .in = IN_FORM, .type = P_LINE, .max = 300, .about = "What can go wrong with it."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The entry."}
static const struct param list_params[] = {
	{.name = "entry", .in = IN_QUERY, .type = P_ID, .about = "The one to change."},
	{.name = "word", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "A word that a new entry begins with."},
	PAGER_PARAMS,
	{},
};
static const struct param create_params[] = {FIELDS(PARAM_REQUIRED), {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS(PARAM_REQUIRED), {}};
static const struct param refuse_params[] = {{.name = "word", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The word proposed."}, {}};

static const struct shape shapes[] = {
	{"GlossaryEntry", "{id: id, url: url, search_url: url, word: text, variants: text?, about: text?, tone: Chip?, used_by: text?, since: text?, risk: text?, "
	 "is_current: bool}",
	 "A word of the community."},
	{"GlossaryPage", "{can_arrange: bool, has_entries: bool, entries: [GlossaryEntry], has_archived: bool, archived: [{id: id, word: text}], "
	 "edit: {id: id?, word: text, variants: text, about: text, used_by: text, since: text, risk: text, tones: [Choice]}?, has_proposals: bool, "
	 "proposals: [{word: text, about: text, url: url}], pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/glossary", .permission = MAY_READ_INBOX, .params = list_params, .template = "glossary/page", .handle = show, .answer = "GlossaryPage",
	 .about = "The words of the community, and new ones that are heard often."},
	{.method = "POST", .path = "/glossary", .permission = MAY_ARRANGE, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/glossary",
	 .answer = "Made", .about = "Add a word."},
	{.method = "POST", .path = "/glossary/refuse", .permission = MAY_ARRANGE, .params = refuse_params, .handle = refuse, .about = "Do not propose this word again."},
	{.method = "POST", .path = "/glossary/{id}", .permission = MAY_ARRANGE, .params = edit_params, .handle = edit, .form = "/glossary", .answer = "Made",
	 .about = "Change a word."},
	{.method = "POST", .path = "/glossary/{id}/archive", .permission = MAY_ARRANGE, .handle = archive, .about = "Put a word away."},
	{.method = "POST", .path = "/glossary/{id}/restore", .permission = MAY_ARRANGE, .handle = restore, .about = "Take a word out again."},
	{},
};

const struct page page_glossary = {"glossary", routes, shapes, .file = __FILE__};
