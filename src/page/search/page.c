/* search: over everything heard and said, the people outside, the team's notes and the saved replies. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/glossary.h"
#include "page/search/search.h"
#include "ui/document.h"

#define COUNTED_MOST 1000
#define ALSO_MOST 5

static const char *const scope_titles[SCOPE_COUNT] = {N_("Everywhere"), N_("Messages"), N_("Private notes"), N_("People"), N_("Saved replies")};

static json_t *count_shape(struct cx *cx, i64 count)
{
	CLEANUP(buf_free) struct buf b = {};
	if (count <= 0)
		return json_null();
	buf_add_number(&b, cx->lang, count);
	if (count >= COUNTED_MOST)
		buf_addc(&b, '+');
	return doc_text(buf_str(&b));
}

static json_t *scopes_shape(struct cx *cx, const struct search *s, const i64 counts[SCOPE_COUNT])
{
	json_t *list = json_array();
	for (int i = 0; i < SCOPE_COUNT; i++) {
		bool known = s->scope == SCOPE_ALL || (int)s->scope == i;
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:b}", "word", search_scopes[i], "title", tr(cx->lang, scope_titles[i]), "count",
						      known && i ? count_shape(cx, counts[i]) : json_null(), "url",
						      doc_text(search_url(cx, s, PART_IN, i ? str_of(search_scopes[i]) : (struct str){})), "is_current", (int)s->scope == i));
	}
	return list;
}

/* What is wrong with the words, and where. */
static json_t *fault_shape(struct cx *cx, const struct search *s)
{
	const struct search_fault *f = &s->fault;
	if (!f->story)
		return json_null();
	struct str before = f->at.len ? str_span(s->q.at, f->at.at) : s->q, after = f->at.len ? str_span(f->at.at + f->at.len, s->q.at + s->q.len) : (struct str){};
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "story", tr(cx->lang, f->story), "before", doc_text(before), "at", doc_text(f->at), "after", doc_text(after), "mended",
			 doc_text_or_null(f->mended), "mended_url", f->mended.len ? doc_text(search_url_of(cx, s, f->mended)) : json_null());
}

static void advise(json_t *list, const char *text, struct str url)
{
	json_array_append_new(list, json_pack("{s:s, s:o}", "text", text, "url", doc_text_or_null(url)));
}

/* Nothing was found: what could be tried, the likeliest first. */
static json_t *advice_shape(struct cx *cx, const struct search *s)
{
	json_t *list = json_array();
	struct search all = *s;
	for (enum search_part part = PART_CHANNEL; part < PART_COUNT; part++)
		all.given[part] = (struct str){};
	if (s->is_nobody)
		advise(list, _(N_("Nobody is called so: look without a name, or write its beginning.")), search_url(cx, s, PART_FROM, (struct str){}));
	if (s->is_narrow)
		advise(list, _(N_("Look without the filters.")), search_url(cx, &all, PART_COUNT, (struct str){}));
	if (s->scope != SCOPE_ALL)
		advise(list, _(N_("Look everywhere: in messages, notes, people and saved replies.")), search_url(cx, s, PART_IN, (struct str){}));
	if (str_find(s->q, S(" OR ")) >= 0 || str_find(s->q, S(" AND ")) >= 0)
		advise(list, _(N_("Every word has to be there: AND and OR count as words.")), (struct str){});
	if (s->words.wanted > 1)
		advise(list, _(N_("Take fewer words: all of them have to be in the same message.")), (struct str){});
	if (s->words.wanted == 1 && !s->words.terms[0].is_prefix && s->words.terms[0].words.len > SEARCH_PREFIX_LEAST && str_find_byte(s->q, '"') < 0)
		advise(list, _(N_("Look for whatever begins so.")), search_url_of(cx, s, arena_printf(cx->arena, "%.*s*", STR_ARG(str_trim(s->q)))));
	if (str_find_byte(s->q, '"') >= 0)
		advise(list, _(N_("Take the quotation marks out: the words then stand in any order.")), search_url_of(cx, s, search_plain(cx->arena, s->q)));
	return list;
}

/* A word of the community that is asked for, in its other spellings. */
static enum err also_shape(struct cx *cx, struct db *db, const struct search *s, json_t *document)
{
	struct glossary *glossary;
	struct glossary_place place;
	json_t *list = json_array();
	json_object_set_new(document, "also", list);
	TRY(glossary_load(cx, db, here(cx), &glossary));
	if (glossary && s->q.len && !s->fault.story && glossary_find_in(glossary, s->q, &place, 1)) {
		const struct glossary_entry *g = glossary_entry_at(glossary, place.entry);
		struct str typed = {s->q.at + place.from, place.to - place.from};
		struct str rest = arena_printf(cx->arena, "%.*s,%.*s", STR_ARG(g->word), STR_ARG(g->variants));
		while (rest.at && rest.len && json_array_size(list) < ALSO_MOST) {
			struct str other = str_trim(str_cut(&rest, ','));
			if (!other.len || str_eq_fold(other, typed))
				continue;
			bool quoted = place.from > 0 && s->q.at[place.from - 1] == '"', phrase = !quoted && str_find_byte(other, ' ') >= 0;
			struct str q = arena_printf(cx->arena, "%.*s%s%.*s%s%.*s", STR_ARG(str_head(s->q, place.from)), phrase ? "\"" : "", STR_ARG(other), phrase ? "\"" : "",
						    STR_ARG(str_skip(s->q, place.to)));
			json_array_append_new(list, json_pack("{s:o, s:o}", "title", doc_text(other), "url", doc_text(search_url_of(cx, s, q))));
		}
	}
	json_object_set_new(document, "has_also", json_boolean(json_array_size(list)));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct search s;
	i64 counts[SCOPE_COUNT] = {}, started = time_monotonic();
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(search_of(cx, request, &s));
	if (s.fault.story && request_wants_json(request))
		return fail_field(cx, "q", "%s", tr(cx->lang, s.fault.story));
	if (s.fault.story)
		reply_status(reply, 422);
	json_object_set_new(document, "pager", json_null());
	json_object_set_new(document, "reached", json_null());
	TRY(search_messages(cx, request, reply, &s, counts));
	TRY(search_people(cx, request, reply, &s, counts));
	TRY(search_replies(cx, request, reply, &s, counts));
	struct search all = s;
	for (enum search_part part = PART_CHANNEL; part < PART_COUNT; part++)
		all.given[part] = (struct str){};
	bool asked = (s.words.wanted || s.is_narrow) && !s.fault.story, any = false;
	static const char *const groups[] = {"has_messages", "has_notes", "has_contacts", "has_replies"};
	for (size_t i = 0; i < COUNT(groups); i++)
		any |= json_is_true(json_object_get(document, groups[i]));
	json_object_set_new(document, "form",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "q", doc_text(s.q), "from", doc_text(s.given[PART_FROM]), "since", doc_text(s.given[PART_SINCE]), "until",
				      doc_text(s.given[PART_UNTIL]), "in", doc_text(s.given[PART_IN]), "is_empty", !asked && !s.q.len));
	json_object_set_new(document, "scopes", scopes_shape(cx, &s, counts));
	json_object_set_new(document, "selects", search_selects_shape(cx, &s));
	json_object_set_new(document, "chips", search_chips_shape(cx, &s));
	json_object_set_new(document, "presets", search_presets_shape(cx, &s));
	json_object_set_new(document, "fault", fault_shape(cx, &s));
	json_object_set_new(document, "is_filtered", json_boolean(s.is_narrow));
	json_object_set_new(document, "unfiltered_url", doc_text(search_url(cx, &all, PART_COUNT, (struct str){})));
	TRY(also_shape(cx, request_db(request), &s, document));
	json_object_set_new(document, "advice", asked && !any ? advice_shape(cx, &s) : json_array());
	i64 milliseconds = (time_monotonic() - started) / MILLISECOND;
	json_t *took = !asked ? json_null() : doc_text(milliseconds ? arena_printf(cx->arena, _(N_("Searched in %lld ms")), (long long)milliseconds) : str_of(_(N_("Searched in less than a millisecond"))));
	json_object_set_new(document, "took", took);
	json_object_set_new(document, "has_any", json_boolean(any));
	return OK;
}

static const struct param params[] = {
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 300, .about = "Words, all required; \"a phrase\"; begin*; -without. May be left out where something else narrows."},
	{.name = "in", .in = IN_QUERY, .type = P_WORD, .words = search_scopes, .about = "Where: everything, messages, private notes, people or saved replies."},
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Only messages of this channel."},
	{.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = search_kinds, .about = "Only messages of this kind."},
	{.name = "direction", .in = IN_QUERY, .type = P_WORD, .words = search_directions, .about = "Only what people said, or what we said."},
	{.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 8, .about = "Only messages in this language: fr."},
	{.name = "from", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Only words of contact:ID, user:ID, or whoever is called so."},
	PERIOD_PARAMS,
	{.name = "status", .in = IN_QUERY, .type = P_WORD, .words = search_statuses, .about = "Only messages whose conversation is in this state."},
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = search_states, .about = "Only messages that are visible, hidden by moderation, or removed on their network."},
	PAGER_PARAMS,
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"MessageFound", "{id: id, url: url, author_name: text, avatar: Avatar, network: Network, kind: Kind, at: Instant, lang: text?, "
	 "is_hidden: bool, is_removed: bool, parts: [MarkedText], status: Status, subject: text?, channel_name: text, "
	 "is_us: bool}",
	 "A message or a note that was found."},
	{"ContactFound", "{id: id, url: url, name: text, avatar: Avatar, parts: [MarkedText], handle_parts: [MarkedText], about: text, "
	 "identities: [{network: Network}], said_url: url}",
	 "A person who was found."},
	{"ReplyFound", "{url: url, title: text, title_parts: [MarkedText], shortcut: text, parts: [MarkedText]}",
	 "A saved reply that was found."},
	{"SearchPage", "{pager: Pager?, reached: Instant?, has_messages: bool, messages: [MessageFound], messages_more: url?, "
	 "has_notes: bool, notes: [MessageFound], notes_more: url?, has_contacts: bool, contacts: [ContactFound], "
	 "contacts_more: url?, has_replies: bool, replies: [ReplyFound], replies_more: url?, form: {q: text, from: text, "
	 "since: text, until: text, in: text, is_empty: bool}, scopes: [{word: text, title: text, count: text?, url: url, "
	 "is_current: bool}], selects: [{name: text, label: text, all: text, options: [Choice]}], chips: [{title: text, "
	 "url: url}], presets: [Tab], fault: {story: text, before: text, at: text, after: text, mended: text?, "
	 "mended_url: url?}?, is_filtered: bool, unfiltered_url: url, advice: [LinkedText], has_also: bool, also: [{title: text, url: url}], took: text?, has_any: bool}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/search", .permission = MAY_READ_INBOX, .params = params, .template = "search/page", .handle = show,
	 .answer = "SearchPage", .about = "Search messages, notes, people and saved replies; pages are of one of them (in)."},
	{},
};

const struct page page_search = {"search", routes, shapes, .file = __FILE__};
