/* help: how things are done, the keys, the words. */
#include "base/lang.h"
#include "page/help/words.h"
#include "page/page.h"
#include "ui/document.h"

static const struct {
	const char *text, *about;
} syntax[] = {
	{"brioche lactose", N_("both words, in any order")},
	{"\"pain aux noix\"", N_("these words, one after the other")},
	{"brio*", N_("words that begin so")},
	{"commande -retard", N_("the first word without the second")},
};

static const struct {
	const char *name, *about;
	bool required;
} columns[] = {
	{"at", N_("When it was said: 2026-03-24 09:42, or with a zone"), true},
	{"body", N_("The text"), true},
	{"author", N_("Who said it: a name or handle"), false},
	{"id", N_("The message's own id; made from the line when there is none"), false},
	{"thread", N_("What belongs together; each line is a conversation of its own without it"), false},
	{"kind", N_("comment, mention, direct, review or post"), false},
	{"rating", N_("1 to 5, for reviews"), false},
};

static json_t *words_shape(struct cx *cx)
{
	json_t *groups = json_array(), *list = NULL;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (!words[i].about) {
			list = json_array();
			json_array_append_new(groups, json_pack("{s:s, s:o}", "title", tr(cx->lang, words[i].term), "words", list));
			continue;
		}
		json_array_append_new(list, json_pack("{s:s, s:s}", "term", tr(cx->lang, words[i].term), "about", tr(cx->lang, words[i].about)));
	}
	return groups;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object(), *texts = json_array(), *names = json_array();
	reply_json(reply, document);
	for (size_t i = 0; i < COUNT(syntax); i++)
		json_array_append_new(texts, json_pack("{s:s, s:s}", "text", syntax[i].text, "about", tr(cx->lang, syntax[i].about)));
	for (size_t i = 0; i < COUNT(columns); i++)
		json_array_append_new(names, json_pack("{s:s, s:s, s:b}", "name", columns[i].name, "about", tr(cx->lang, columns[i].about), "is_required", columns[i].required));
	json_object_set_new(document, "word_groups", words_shape(cx));
	json_object_set_new(document, "search_syntax", texts);
	json_object_set_new(document, "columns", names);
	json_object_set_new(document, "version", json_string(PARVIS_VERSION));
	json_object_set_new(document, "has_documentation", json_false());
	json_object_set_new(document, "documentation_url", json_null());
	return OK;
}

static const struct route routes[] = {
	{.method = "GET", .path = "/help", .flags = ROUTE_PAGE_ONLY, .template = "help/page", .handle = show, .about = "How things are done, the keys, the words."},
	{},
};

const struct page page_help = {"help", routes, .file = __FILE__};
