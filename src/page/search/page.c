/* search: over everything heard and said, the people outside, and the saved replies. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "page/page.h"
#include "store/contact.h"
#include "store/message.h"
#include "store/saved_reply.h"
#include "ui/document.h"

#define MESSAGES_A_PAGE 20
#define PEOPLE_AT_MOST 8
#define REPLIES_READ 500
#define EXCERPT 220 /* characters */

static const char *const scopes[] = {"all", "messages", "people", "replies", NULL};
static const char *const scope_titles[] = {N_("Everywhere"), N_("Messages"), N_("People"), N_("Saved replies")};

/* ---- excerpts ---- */

/* The folded words of a query, without its signs. */
static size_t query_words(struct arena *arena, struct str query, struct str words[8])
{
	CLEANUP(buf_free) struct buf folded = {};
	size_t count = 0;
	buf_add_folded(&folded, query);
	struct str rest = buf_keep(&folded, arena);
	while (rest.at && rest.len && count < 8) {
		struct str word = str_trim(str_cut(&rest, ' '));
		if (word.len && word.at[0] == '-')
			continue;
		while (word.len && (word.at[0] == '"' || word.at[0] == '*'))
			word = str_skip(word, 1);
		while (word.len && (word.at[word.len - 1] == '"' || word.at[word.len - 1] == '*'))
			word.len--;
		if (word.len)
			words[count++] = word;
	}
	return count;
}

/* Does a word of the query stand at the start of `text`? How many bytes of `text` it covers; compared folded, letter by letter. */
static size_t match_at(struct str text, const struct str words[], size_t count)
{
	size_t best = 0;
	for (size_t i = 0; i < count; i++) {
		struct str rest = text, word = words[i];
		while (rest.len && word.len) {
			CLEANUP(buf_free) struct buf folded = {};
			struct str before = rest;
			utf8_next(&rest);
			buf_add_folded(&folded, str_head(before, before.len - rest.len));
			struct str letter = buf_str(&folded);
			if (letter.len && !str_starts(word, letter))
				break;
			word = str_skip(word, letter.len);
		}
		if (!word.len && text.len - rest.len > best)
			best = text.len - rest.len;
	}
	return best;
}

static json_t *part(struct str text, bool match)
{
	return json_pack("{s:o, s:b}", "text", doc_text(text), "is_match", match);
}

/* [{text, is_match}]: the text around the first match, with every match marked. */
static json_t *excerpt(struct cx *cx, struct str text, struct str query)
{
	struct str words[8], rest = text;
	size_t count = query_words(cx->arena, query, words), first = 0;
	json_t *parts = json_array();
	while (rest.len && !match_at(rest, words, count))
		utf8_next(&rest);
	first = rest.len ? (size_t)(rest.at - text.at) : 0;
	struct str start = text;
	while (first > 120 && (size_t)(start.at - text.at) + 80 < first)
		utf8_next(&start);
	rest = utf8_head(start, EXCERPT);
	if (start.at != text.at)
		json_array_append_new(parts, part(S("… "), false));
	struct str plain = {rest.at, 0};
	while (rest.len) {
		size_t len = match_at(rest, words, count);
		if (!len) {
			utf8_next(&rest);
			plain.len = (size_t)(rest.at - plain.at);
			continue;
		}
		if (plain.len)
			json_array_append_new(parts, part(plain, false));
		json_array_append_new(parts, part(str_head(rest, len), true));
		rest = str_skip(rest, len);
		plain = (struct str){rest.at, 0};
	}
	if (plain.len)
		json_array_append_new(parts, part(plain, false));
	if (text.len > (size_t)(rest.at - text.at))
		json_array_append_new(parts, part(S("…"), false));
	return parts;
}

/* ---- what was found ---- */

struct search {
	struct str q;
	int scope;
	i64 after;
	json_t *document;
};

static bool wants(const struct search *s, int scope)
{
	return s->q.len && (s->scope == 0 || s->scope == scope);
}

static struct str address(struct cx *cx, const struct search *s, const char *scope, i64 after)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/search?q=");
	buf_add_url(&b, s->q);
	buf_addf(&b, "&in=%s", scope);
	if (after)
		buf_addf(&b, "&after=%lld", (long long)after);
	return buf_keep(&b, cx->arena);
}

static enum err find_messages(struct cx *cx, struct db *db, const struct search *s, size_t *ret_count)
{
	struct message_hit *hits = NULL;
	size_t count = 0;
	json_t *list = json_array(), *more = json_null();
	struct reader reader = reader_of(cx);
	if (wants(s, 1))
		TRY(message_search(cx, db, here(cx), s->q, s->after, MESSAGES_A_PAGE + 1, &hits, &count));
	for (size_t i = 0; i < count && i < MESSAGES_A_PAGE; i++) {
		const struct message *m = &hits[i].message;
		struct str title = hits[i].contact_name;
		json_t *shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "id", doc_id(m->id), "url",
					  doc_text(arena_printf(cx->arena, "/conversations/%lld#m%lld", (long long)m->conversation, (long long)m->id)), "author_name",
					  doc_text(m->author_name), "avatar", doc_avatar(m->author_name), "network", doc_network(cx->lang, hits[i].channel_network), "kind",
					  doc_word(cx->lang, message_kind_word(m->kind), message_kind_title(m->kind)), "at", doc_instant(&reader, m->at), "lang",
					  doc_text_or_null(m->lang), "is_hidden", m->hidden_at > 0, "parts", excerpt(cx, m->body, s->q), "status",
					  doc_word(cx->lang, status_word(hits[i].status), status_title(hits[i].status)));
		json_object_set_new(shape, "subject", str_eq(title, m->author_name) ? json_null() : doc_text_or_null(title));
		json_array_append_new(list, shape);
	}
	if (count > MESSAGES_A_PAGE)
		more = doc_text(address(cx, s, "messages", hits[MESSAGES_A_PAGE - 1].message.id));
	json_object_set_new(s->document, "has_messages", json_boolean(count > 0));
	json_object_set_new(s->document, "messages", list);
	json_object_set_new(s->document, "messages_more", s->scope == 1 ? json_null() : json_incref(more));
	json_object_set_new(s->document, "pager", s->scope == 1 ? json_pack("{s:n, s:O}", "previous", "next", more) : json_null());
	json_decref(more);
	*ret_count += count;
	return OK;
}

static enum err find_people(struct cx *cx, struct db *db, const struct search *s, size_t *ret_count)
{
	struct contact *found = NULL;
	size_t count = 0;
	json_t *list = json_array();
	if (wants(s, 2))
		TRY(contact_find(cx, db, here(cx), s->q, PEOPLE_AT_MOST, &found, &count));
	for (size_t i = 0; i < count; i++) {
		struct identity *identities;
		size_t identity_count;
		json_t *networks = json_array();
		TRY(identities_of(cx, db, here(cx), found[i].id, &identities, &identity_count));
		for (size_t j = 0; j < identity_count; j++)
			json_array_append_new(networks, json_pack("{s:o}", "network", doc_network(cx->lang, identities[j].network)));
		i64 conversations = found[i].conversation_count;
		struct str about = arena_printf(cx->arena, tr_n(cx->lang, "%lld conversation", "%lld conversations", conversations), (long long)conversations);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(found[i].id), "url",
						      doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)found[i].id)), "name", doc_text(found[i].name), "avatar",
						      doc_avatar(found[i].name), "parts", excerpt(cx, found[i].name, s->q), "about", doc_text(about), "identities", networks));
	}
	json_object_set_new(s->document, "has_contacts", json_boolean(count > 0));
	json_object_set_new(s->document, "contacts", list);
	json_object_set_new(s->document, "contacts_more", json_null());
	*ret_count += count;
	return OK;
}

static enum err find_replies(struct cx *cx, struct db *db, const struct search *s, size_t *ret_count)
{
	struct saved_reply *all = NULL;
	struct str words[8];
	size_t count = 0, found = 0, word_count = query_words(cx->arena, s->q, words);
	json_t *list = json_array();
	if (wants(s, 3))
		TRY(saved_reply_list(cx, db, here(cx), cx->actor->user, (struct str){}, REPLIES_READ, &all, &count));
	for (size_t i = 0; i < count && found < PEOPLE_AT_MOST; i++) {
		CLEANUP(buf_free) struct buf folded = {};
		buf_add_folded(&folded, all[i].title);
		buf_addc(&folded, ' ');
		buf_add_folded(&folded, all[i].body);
		bool every = word_count > 0;
		for (size_t w = 0; w < word_count; w++)
			every &= str_find(buf_str(&folded), words[w]) >= 0;
		if (!every)
			continue;
		found++;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "url", doc_text(arena_printf(cx->arena, "/saved-replies/%lld", (long long)all[i].id)), "title",
						      doc_text(all[i].title), "shortcut", doc_text(all[i].shortcut), "parts", excerpt(cx, all[i].body, s->q)));
	}
	json_object_set_new(s->document, "has_replies", json_boolean(found > 0));
	json_object_set_new(s->document, "replies", list);
	json_object_set_new(s->document, "replies_more", json_null());
	*ret_count += found;
	return OK;
}

static json_t *scopes_shape(struct cx *cx, const struct search *s)
{
	json_t *list = json_array();
	for (int i = 0; scopes[i]; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:n, s:o, s:b}", "word", scopes[i], "title", tr(cx->lang, scope_titles[i]), "count", "url",
						      doc_text(address(cx, s, scopes[i], 0)), "is_current", i == s->scope));
	return list;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct search s = {.q = param_text(request, "q"), .after = param_id(request, "after"), .document = json_object()};
	size_t count = 0;
	i64 started = time_monotonic();
	reply_json(reply, s.document);
	for (int i = 0; scopes[i]; i++)
		if (str_eq(param_text(request, "in"), str_of(scopes[i])))
			s.scope = i;
	TRY(find_messages(cx, db, &s, &count));
	TRY(find_people(cx, db, &s, &count));
	TRY(find_replies(cx, db, &s, &count));
	static const char *const unused[] = {"channels", "periods", "kinds", "directions"};
	for (size_t i = 0; i < COUNT(unused); i++)
		json_object_set_new(s.document, unused[i], json_array());
	i64 took = (time_monotonic() - started) / 1000;
	json_object_set_new(s.document, "form", json_pack("{s:o, s:b}", "q", doc_text(s.q), "is_empty", !s.q.len));
	json_object_set_new(s.document, "scopes", scopes_shape(cx, &s));
	json_object_set_new(s.document, "can_filter", json_false());
	json_object_set_new(s.document, "is_filtered", json_false());
	json_object_set_new(s.document, "unfiltered_url", doc_text(address(cx, &s, "all", 0)));
	json_object_set_new(s.document, "took", s.q.len ? doc_text(arena_printf(cx->arena, "%lld ms", (long long)took)) : json_null());
	json_object_set_new(s.document, "has_any", json_boolean(count > 0));
	return OK;
}

static const struct param params[] = {
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 300, .about = "Words, all required; \"a phrase\"; begin*; -without."},
	{.name = "in", .in = IN_QUERY, .type = P_WORD, .words = scopes, .about = "Where: everything, messages, people or saved replies."},
	{.name = "after", .in = IN_QUERY, .type = P_ID, .about = "Messages before this one."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/search", .permission = MAY_READ_INBOX, .params = params, .template = "search/page", .handle = show,
	 .about = "Search messages, people and saved replies."},
	{},
};

const struct page page_search = {"search", routes};
