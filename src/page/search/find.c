/* find.c: what was found, a group after the other: messages, private notes, people, saved replies. */
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "page/search/search.h"
#include "store/contact.h"
#include "store/saved_reply.h"
#include "ui/document.h"

#define THREAD_SHOWN 50  /* messages that a conversation opens with */
#define A_PAGE 20        /* of a group alone */
#define BESIDE_OTHERS 8  /* of a group among others */
#define REPLIES_READ 500
#define COUNTED_MOST 1000
#define PEOPLE_MOST 2000
#define EXCERPT 220      /* characters */
#define LED_BY 80        /* bytes before the first match */

/* ---- excerpts ---- */

static void add_part(json_t *parts, struct str text, bool match)
{
	if (text.len)
		json_array_append_new(parts, json_pack("{s:o, s:b}", "text", doc_text(text), "is_match", match));
}

/* [{text, is_match}]: the text around the first match, with every match marked. */
static json_t *excerpt(struct str text, const struct search_words *words)
{
	json_t *parts = json_array();
	struct str rest = text, match = {}, start = text;
	if (search_next_match(words, &rest, &match))
		while (start.at + LED_BY < match.at)
			utf8_next(&start);
	if (start.at != text.at) { /* at a word's beginning */
		ptrdiff_t space = str_find_byte(str_head(start, 40), ' ');
		if (space > 0 && start.at + space < match.at)
			start = str_skip(start, (size_t)space + 1);
		add_part(parts, S("… "), false);
	}
	struct str shown = utf8_head(start, EXCERPT);
	rest = shown;
	struct str plain = shown;
	while (search_next_match(words, &rest, &match)) {
		add_part(parts, str_span(plain.at, match.at), false);
		add_part(parts, match, true);
		plain = rest;
	}
	add_part(parts, plain, false);
	if (shown.at + shown.len < text.at + text.len)
		add_part(parts, S("…"), false);
	return parts;
}

/* ---- messages and notes ---- */

/* Where it stands in its thread; an older one is asked for by its place. */
static struct str message_url(struct cx *cx, const struct message_hit *hit)
{
	const struct message *m = &hit->message;
	if (hit->message_count > THREAD_SHOWN)
		return arena_printf(cx->arena, "/conversations/%lld?earlier=%lld.%lld#m-%lld", (long long)m->conversation, (long long)m->at, (long long)m->id + 1, (long long)m->id);
	return arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)m->conversation, (long long)m->id);
}


static json_t *message_shape(struct cx *cx, const struct message_hit *hit, const struct search *s)
{
	const struct message *m = &hit->message;
	struct reader reader = reader_of(cx);
	json_t *shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "id", doc_id(m->id), "url",
				  doc_text(message_url(cx, hit)), "author_name",
				  doc_text(m->author_name), "avatar", doc_avatar(m->author_name), "network", doc_network(cx->lang, hit->channel_network), "kind",
				  doc_word(cx->lang, message_kind_word(m->kind), message_kind_title(m->kind)), "at", doc_instant(&reader, m->at), "lang",
				  doc_text_or_null(m->lang), "is_hidden", m->hidden_at > 0, "is_removed", m->removed_at > 0, "parts", excerpt(m->body, &s->words), "status",
				  doc_word(cx->lang, status_word(hit->status), status_title(hit->status)));
	json_object_set_new(shape, "subject", str_eq(hit->contact_name, m->author_name) ? json_null() : doc_text_or_null(hit->contact_name));
	json_object_set_new(shape, "channel_name", doc_text(hit->channel_name));
	json_object_set_new(shape, "is_us", json_boolean(m->direction == DIRECTION_OUT));
	return shape;
}

/* One of the two groups, as `name`: a page of it when it stands alone. */
static enum err find_group(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, enum search_scope scope, const char *name,
			   const struct message_filter *f, i64 *count)
{
	struct db *db = request_db(request);
	struct message_hit *hits = NULL;
	bool alone = s->scope == scope, wanted = (alone || s->scope == SCOPE_ALL) && (s->words.wanted || s->is_narrow) && !s->is_nobody && !s->fault.story;
	size_t read = 0;
	i64 reached = 0;
	struct pager pager = {.limit = alone ? A_PAGE : BESIDE_OTHERS};
	json_t *list = json_array(), *document = reply_document(reply);
	if (alone)
		pager_of(request, A_PAGE, &pager);
	if (wanted) {
		do
			TRY(message_find(cx, db, here(cx), f, pager.from, pager.limit + 1, &hits, &read, &reached));
		while (!reached && !pager_fits(&pager, read));
		struct list_place on = pager.from;
		while (reached && !read && !alone) { /* beside others there is no next page to go on with: nothing means nothing at all */
			on = list_after(0, reached);
			TRY(message_find(cx, db, here(cx), f, on, pager.limit + 1, &hits, &read, &reached));
		}
		if (reached) { /* stopped on the way: what is there, and the place to go on from */
			pager.first = 0;
			pager.count = read > pager.limit ? pager.limit : read;
			pager.has_previous = pager.from.is_given;
			pager.has_next = true;
		}
		hits += pager.first;
	}
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, message_shape(cx, &hits[i], s));
	bool whole = !reached && !pager.has_next && !pager.has_previous;
	*count = (i64)pager.count;
	if (reached)
		*count = -1;
	else if (wanted && !whole)
		TRY(message_found_count(cx, db, here(cx), f, COUNTED_MOST, count));
	json_object_set_new(document, arena_printf(cx->arena, "has_%s", name).at, json_boolean(pager.count > 0));
	json_object_set_new(document, name, list);
	json_object_set_new(document, arena_printf(cx->arena, "%s_more", name).at,
			    !alone && pager.has_next ? doc_text(search_url(cx, s, PART_IN, str_of(search_scopes[scope]))) : json_null());
	if (!alone)
		return OK;
	if (reached && !pager.from.is_back)
		pager.has_next = true;
	struct list_place first = list_after(0, pager.count ? hits[0].message.id : reached), last = list_after(0, pager.count ? hits[pager.count - 1].message.id : reached);
	if (reached) {
		struct list_place *end = pager.from.is_back ? &first : &last;
		if (read <= pager.limit)
			end->id = reached;
		pager.count = 1;
		struct reader reader = reader_of(cx);
		json_object_set_new(document, "reached", doc_instant(&reader, id_time(reached)));
	}
	pager_put(cx, request, reply, &pager, first, last, NULL);
	return OK;
}

enum err search_messages(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT])
{
	struct message_filter messages = s->filter;
	if (s->words.wanted && !s->fault.story)
		TRY(message_prepare(cx, request_db(request), &messages));
	struct message_filter notes = messages;
	if (messages.direction < 0)
		messages.direction = MESSAGE_NO_NOTES;
	notes.kind = KIND_NOTE;
	notes.direction = -1;
	TRY(find_group(cx, request, reply, s, SCOPE_MESSAGES, "messages", &messages, &counts[SCOPE_MESSAGES]));
	/* a note is of no other kind, and said by us: filters that say otherwise leave it out */
	struct search none = *s;
	none.is_nobody |= s->given[PART_KIND].len || str_eq(s->given[PART_DIRECTION], S("in"));
	return find_group(cx, request, reply, &none, SCOPE_NOTES, "notes", &notes, &counts[SCOPE_NOTES]);
}

/* ---- people ---- */

static enum err person_shape(struct cx *cx, struct db *db, const struct search *s, const struct contact *c, json_t **ret_shape)
{
	struct identity *identities;
	size_t identity_count;
	json_t *networks = json_array();
	struct str handle = {}, rest;
	TRY(identities_of(cx, db, here(cx), c->id, &identities, &identity_count));
	for (size_t i = 0; i < identity_count; i++) {
		struct str match;
		json_array_append_new(networks, json_pack("{s:o}", "network", doc_network(cx->lang, identities[i].network)));
		rest = identities[i].handle;
		if (!handle.len && search_next_match(&s->words, &rest, &match))
			handle = identities[i].handle;
	}
	i64 conversations = c->conversation_count;
	struct str about = arena_printf(cx->arena, tr_n(cx->lang, "%lld conversation", "%lld conversations", conversations), (long long)conversations);
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(c->id), "url", doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)c->id)),
			       "name", doc_text(c->name), "avatar", doc_avatar(c->name), "parts", excerpt(c->name, &s->words), "handle_parts",
			       handle.len ? excerpt(handle, &s->words) : json_array(), "about", doc_text(about), "identities", networks, "said_url",
			       doc_text(arena_printf(cx->arena, "/search?in=messages&from=contact:%lld", (long long)c->id)));
	return OK;
}

enum err search_people(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT])
{
	struct db *db = request_db(request);
	struct contact *found = NULL;
	bool alone = s->scope == SCOPE_PEOPLE, wanted = s->words.wanted && !s->fault.story && (alone || (s->scope == SCOPE_ALL && !s->is_narrow));
	size_t limit = alone ? A_PAGE : BESIDE_OTHERS, count = 0, skipped = 0;
	struct pager pager = {.limit = limit};
	json_t *list = json_array(), *document = reply_document(reply);
	if (alone) { /* few enough are looked at to count them: places are positions */
		pager_of(request, limit, &pager);
		i64 place = pager.from.id < 0 || pager.from.id > PEOPLE_MOST ? 0 : pager.from.id;
		skipped = (size_t)(!pager.from.is_back ? place : place > (i64)limit ? place - (i64)limit : 0);
	}
	if (wanted)
		TRY(contact_find(cx, db, here(cx), s->q, skipped + limit + 1, &found, &count));
	found += count > skipped ? skipped : count;
	count -= count > skipped ? skipped : count;
	for (size_t i = 0; i < count && i < limit; i++) {
		json_t *shape;
		TRY(person_shape(cx, db, s, &found[i], &shape));
		json_array_append_new(list, shape);
	}
	counts[SCOPE_PEOPLE] = count > limit || skipped ? -1 : (i64)count;
	if (alone) {
		pager.has_previous = skipped > 0;
		pager.has_next = count > limit;
		pager.count = count ? 1 : 0;
		pager_put(cx, request, reply, &pager, list_after(0, (i64)skipped), list_after(0, (i64)(skipped + limit)), NULL);
	}
	json_object_set_new(document, "has_contacts", json_boolean(count > 0));
	json_object_set_new(document, "contacts", list);
	json_object_set_new(document, "contacts_more", count > limit && !alone ? doc_text(search_url(cx, s, PART_IN, S("people"))) : json_null());
	return OK;
}

/* ---- saved replies ---- */

static bool holds(struct arena *arena, const struct saved_reply *r, const struct search_words *words)
{
	struct str text = arena_printf(arena, "%.*s\n%.*s\n%.*s", STR_ARG(r->title), STR_ARG(r->shortcut), STR_ARG(r->body));
	for (size_t i = 0; i < words->count; i++) {
		struct search_words one = {.terms = {words->terms[i]}, .count = 1};
		struct str rest = text, match;
		one.terms[0].is_excluded = false;
		if (search_next_match(&one, &rest, &match) == words->terms[i].is_excluded)
			return false;
	}
	return words->wanted > 0;
}

enum err search_replies(struct cx *cx, struct request *request, struct reply *reply, const struct search *s, i64 counts[SCOPE_COUNT])
{
	struct saved_reply *all = NULL;
	bool alone = s->scope == SCOPE_REPLIES, wanted = s->words.wanted && !s->fault.story && (alone || (s->scope == SCOPE_ALL && !s->is_narrow));
	size_t count = 0, found = 0, limit = alone ? REPLIES_READ : BESIDE_OTHERS;
	json_t *list = json_array(), *document = reply_document(reply);
	if (wanted)
		TRY(saved_reply_list(cx, request_db(request), here(cx), cx->actor->user, (struct str){}, REPLIES_READ, &all, &count));
	for (size_t i = 0; i < count; i++) {
		if (!holds(cx->arena, &all[i], &s->words) || found++ >= limit)
			continue;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "url", doc_text(arena_printf(cx->arena, "/saved-replies/%lld", (long long)all[i].id)), "title",
						      doc_text(all[i].title), "title_parts", excerpt(all[i].title, &s->words), "shortcut", doc_text(all[i].shortcut), "parts",
						      excerpt(all[i].body, &s->words)));
	}
	counts[SCOPE_REPLIES] = (i64)found;
	json_object_set_new(document, "has_replies", json_boolean(found > 0));
	json_object_set_new(document, "replies", list);
	json_object_set_new(document, "replies_more", found > limit ? doc_text(search_url(cx, s, PART_IN, S("replies"))) : json_null());
	return OK;
}
