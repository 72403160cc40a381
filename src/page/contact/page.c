/* contact: one person across the networks: card, accounts, all that was said; who may be the same person, joining and taking apart. */
#include "base/lang.h"
#include "flow/contact.h"
#include "flow/undo.h"
#include "page/pager.h"
#include "page/relation.h"
#include "store/conversation.h"
#include "store/relation.h"
#include "store/same.h"
#include "ui/document.h"

#define HISTORY 30
#define SUGGESTIONS 6
#define WAITING_LOOKED_AT 20
#define THREAD_SHOWN 50 /* messages that a conversation opens with; an older one is asked for by its place */

static const char *const langs[] = {"", "ar", "de", "el", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "zh", NULL};

/* ---- accounts ---- */

static json_t *networks_of(struct cx *cx, const struct identity *identities, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o}", "network", doc_network(cx->lang, identities[i].network)));
	return list;
}

static json_t *identities_shape(struct cx *cx, const struct identity *list, size_t count)
{
	json_t *identities = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(identities, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(list[i].id), "network", doc_network(cx->lang, list[i].network),
							    "handle", doc_text(list[i].handle.len ? list[i].handle : list[i].name), "name",
							    doc_text_or_null(str_eq(list[i].name, list[i].handle) ? (struct str){} : list[i].name), "url",
							    doc_address(list[i].url), "followers",
							    list[i].followers > 0 ? doc_number(cx->lang, list[i].followers) : json_null(), "can_split", count > 1));
	return identities;
}

/* ---- all that was said ---- */

struct place {
	struct said_filter filter;
	struct list_place from;
};

static struct str history_url(struct cx *cx, i64 contact, const struct said_filter *filter, const char *way, i64 at, i64 id)
{
	CLEANUP(buf_free) struct buf b = {};
	const char *sign = "?";
	buf_addf(&b, "/contacts/%lld", (long long)contact);
	if (filter->network.len) {
		buf_adds(&b, "?network=");
		buf_add_url(&b, filter->network);
		sign = "&";
	} else if (filter->notes) {
		buf_adds(&b, "?only=notes");
		sign = "&";
	}
	if (way)
		buf_addf(&b, "%s%s=%.*s", sign, way, STR_ARG(list_place_text(cx->arena, at, id)));
	return buf_keep(&b, cx->arena);
}

static void add_filter(struct cx *cx, json_t *list, i64 contact, struct str title, const struct said_filter *filter, const struct said_filter *current)
{
	json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "title", doc_text(title), "url", doc_text(history_url(cx, contact, filter, NULL, 0, 0)), "is_current",
					      filter->notes == current->notes && str_eq(filter->network, current->network)));
}

static json_t *filters_shape(struct cx *cx, i64 contact, const struct identity *identities, size_t count, const struct said_filter *current)
{
	json_t *list = json_array();
	add_filter(cx, list, contact, str_of(_(N_("All"))), &(struct said_filter){}, current);
	for (size_t i = 0; i < count; i++) {
		bool again = false;
		for (size_t j = 0; j < i && !again; j++)
			again = str_eq(identities[j].network, identities[i].network);
		if (again)
			continue;
		json_t *network = doc_network(cx->lang, identities[i].network);
		add_filter(cx, list, contact, str_of(json_string_value(json_object_get(network, "title"))), &(struct said_filter){.network = identities[i].network}, current);
		json_decref(network);
	}
	add_filter(cx, list, contact, str_of(_(N_("Notes"))), &(struct said_filter){.notes = true}, current);
	return list;
}

static struct str line_url(struct cx *cx, const struct said_line *l)
{
	if (l->message_count > THREAD_SHOWN)
		return arena_printf(cx->arena, "/conversations/%lld?earlier=%lld.%lld#m-%lld", (long long)l->conversation, (long long)l->at, (long long)l->message + 1,
				    (long long)l->message);
	return arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)l->conversation, (long long)l->message);
}

static json_t *line_shape(struct cx *cx, const struct said_line *l)
{
	struct reader reader = reader_of(cx);
	bool note = l->direction == DIRECTION_NOTE, us = l->direction == DIRECTION_OUT;
	struct str title = l->subject.len ? l->subject : l->channel_name;
	const char *kind = us ? _(N_("Our answer")) : _(message_kind_title(l->kind));
	bool waits = us && l->reply_state != REPLY_SENT && l->reply_state != REPLY_NONE;
	json_t *shape = json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "at", doc_instant(&reader, l->at), "network", note ? json_null() : doc_network(cx->lang, l->network), "url",
				  doc_text(line_url(cx, l)), "kind", kind, "title", doc_text(title), "text", doc_text_or_null(l->body), "rating", doc_rating(cx->lang, l->rating), "by",
				  us || note ? doc_text_or_null(l->author_name) : json_null());
	json_object_set_new(shape, "lang", doc_text_or_null(l->lang));
	json_object_set_new(shape, "is_us", json_boolean(us));
	json_object_set_new(shape, "is_note", json_boolean(note));
	json_object_set_new(shape, "is_private", json_boolean(!note && l->visibility == VISIBILITY_PRIVATE));
	json_object_set_new(shape, "is_hidden", json_boolean(l->hidden_at > 0));
	json_object_set_new(shape, "is_removed", json_boolean(l->removed_at > 0));
	json_object_set_new(shape, "state", waits ? doc_word(cx->lang, reply_state_word(l->reply_state), reply_state_title(l->reply_state)) : json_null());
	return shape;
}

static enum err history_shape(struct cx *cx, struct db *db, i64 contact, const struct place *place, json_t *document)
{
	struct said_line *lines = NULL;
	struct pager pager = {.from = place->from, .limit = HISTORY};
	struct str previous = {}, next = {};
	size_t count;
	json_t *list = json_array();
	json_object_set_new(document, "history", list);
	do
		TRY(relation_said(cx, db, here(cx), contact, &place->filter, pager.from, pager.limit + 1, &lines, &count));
	while (!pager_fits(&pager, count));
	if (count) /* no rows: no array */
		lines += pager.first;
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, line_shape(cx, &lines[i]));
	if (pager.has_previous)
		previous = pager.count ? history_url(cx, contact, &place->filter, "before", lines[0].at, lines[0].message)
				       : history_url(cx, contact, &place->filter, NULL, 0, 0);
	if (pager.has_next && pager.count)
		next = history_url(cx, contact, &place->filter, "after", lines[pager.count - 1].at, lines[pager.count - 1].message);
	json_object_set_new(document, "pager", pager_shape(previous, next));
	json_object_set_new(document, "has_history", json_boolean(pager.count > 0));
	return OK;
}

/* ---- joining ---- */

static enum err merge_shape(struct cx *cx, struct db *db, const struct contact *c, struct str q, json_t *document)
{
	struct contact *found = NULL;
	size_t count = 0;
	json_t *list = json_array();
	json_object_set_new(document, "merge", json_pack("{s:o, s:b, s:o}", "q", doc_text(q), "is_searched", q.len > 0, "suggestions", list));
	if (q.len)
		TRY(contact_find(cx, db, here(cx), q, SUGGESTIONS + 1, &found, &count));
	for (size_t i = 0; i < count; i++) {
		struct identity *identities;
		size_t identity_count;
		if (found[i].id == c->id)
			continue;
		TRY(identities_of(cx, db, here(cx), found[i].id, &identities, &identity_count));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(found[i].id), "name", doc_text(found[i].name), "avatar", doc_avatar(found[i].name),
						      "identities", networks_of(cx, identities, identity_count)));
	}
	json_object_set_new(json_object_get(document, "merge"), "has_suggestions", json_boolean(json_array_size(list) > 0));
	return OK;
}

static enum err merged_shape(struct cx *cx, struct db *db, i64 contact, json_t *document)
{
	struct contact_merge *merges;
	struct reader reader = reader_of(cx);
	size_t count;
	json_t *list = json_array();
	json_object_set_new(document, "merged", list);
	TRY(contact_merges(cx, db, here(cx), contact, &merges, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(merges[i].id), "name", doc_text(merges[i].from_name), "at",
						      doc_instant(&reader, merges[i].at), "by", doc_text_or_null(merges[i].person_name)));
	json_object_set_new(document, "has_merged", json_boolean(count > 0));
	return OK;
}

/* ---- the page ---- */

static json_t *langs_shape(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	bool found = false;
	for (size_t i = 0; langs[i]; i++) {
		bool is = str_eq(chosen, str_of(langs[i]));
		json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "word", langs[i], "title", doc_text(*langs[i] ? language_title(cx, str_of(langs[i])) : str_of(_(N_("Not known")))),
						      "is_selected", is));
		found |= is;
	}
	if (!found) /* what their network said of them is kept when the card is */
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(chosen), "title", doc_text(language_title(cx, chosen)), "is_selected", true));
	return list;
}

/* What waits for us here longest: the one thing to do for this person now. */
static enum err next_shape(struct cx *cx, struct db *db, i64 contact, json_t **ret_next)
{
	struct conversation_filter filter = {.status = STATUS_OPEN, .contact = contact, .kind = -1, .sort = SORT_DUE};
	struct conversation_row *rows;
	size_t count;
	*ret_next = json_null();
	TRY(conversation_list(cx, db, here(cx), &filter, LIST_START, WAITING_LOOKED_AT, &rows, &count));
	size_t first = 0;
	while (first < count && !rows[first].conversation.waiting_since)
		first++;
	if (first == count)
		return OK;
	const struct conversation *c = &rows[first].conversation;
	CLEANUP(buf_free) struct buf wait = {};
	buf_add_duration(&wait, cx->lang, cx->now - c->waiting_since);
	*ret_next = json_pack("{s:o, s:o, s:o}", "text", doc_text(arena_printf(cx->arena, _(N_("They have been waiting for an answer for %.*s.")), STR_ARG(buf_str(&wait)))), "why",
			      doc_text_or_null(c->preview), "url", doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)c->id)));
	return OK;
}

static void card_shape(struct cx *cx, const struct contact *c, json_t *document)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf since = {};
	buf_add_instant(&since, &reader, c->first_at);
	struct str about = arena_printf(cx->arena, _(N_("known since %.*s")), STR_ARG(buf_str(&since)));
	if (c->place.len)
		about = arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(c->place), STR_ARG(about));
	if (c->company.len)
		about = arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(c->company), STR_ARG(about));
	json_object_set_new(document, "contact",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(c->id), "name", doc_text(c->name), "avatar", doc_avatar(c->name), "about", doc_text(about), "first",
				      doc_instant(&reader, c->first_at), "last", doc_instant(&reader, c->last_at)));
	json_object_set_new(document, "form",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", doc_text(c->name), "email", doc_text(c->email), "phone", doc_text(c->phone), "company", doc_text(c->company),
				      "place", doc_text(c->place), "note", doc_text(c->note)));
	json_object_set_new(document, "langs", langs_shape(cx, c->lang));
	json_object_set_new(document, "can_edit", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
}

static enum err page_document(struct cx *cx, struct db *db, i64 id, const struct place *from, struct str q, json_t *document)
{
	struct contact c;
	struct identity *identities;
	size_t count;
	json_t *part;
	TRY(contact_get(cx, db, here(cx), id, &c));
	TRY(identities_of(cx, db, here(cx), c.id, &identities, &count));
	card_shape(cx, &c, document);
	json_object_set_new(document, "identities", identities_shape(cx, identities, count));
	json_object_set_new(document, "filters", filters_shape(cx, c.id, identities, count, &from->filter));
	TRY(next_shape(cx, db, c.id, &part));
	json_object_set_new(document, "next", part);
	enum err e = relation_shape(cx, db, &c, &part);
	json_object_set_new(document, "relation", part);
	TRY(e);
	TRY(same_shape(cx, db, c.id, document));
	TRY(history_shape(cx, db, c.id, from, document));
	TRY(merge_shape(cx, db, &c, q, document));
	return merged_shape(cx, db, c.id, document);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object();
	struct place place = {.filter = {.network = param_text(request, "network"), .notes = param_text(request, "only").len > 0}};
	struct pager pager;
	reply_json(reply, document);
	pager_of(request, HISTORY, &pager);
	place.from = pager.from;
	TRY(page_document(cx, request_db(request), param_id(request, "id"), &place, param_text(request, "q"), document));
	pager_link(cx, request, reply);
	return OK;
}

/* ---- acts ---- */

/* Where the form was: a conversation, or the contact's page. The API gets the contact as it is now, and how to take the act back. */
static enum err go_on(struct cx *cx, struct request *request, struct reply *reply, i64 contact, struct undo *undo, const char *flash)
{
	struct str next = param_text(request, "next"), undo_url = {};
	if (undo)
		TRY(undo_close(cx, request_db(request), here(cx), undo));
	if (!next.len)
		next = arena_printf(cx->arena, "/contacts/%lld", (long long)contact);
	if (request_wants_json(request)) {
		json_t *document = reply_document(reply);
		TRY(page_document(cx, request_db(request), contact, &(struct place){}, (struct str){}, document));
		json_object_set_new(document, "undo_url", undo && undo->id ? doc_text(arena_printf(cx->arena, "/undo/%lld", (long long)undo->id)) : json_null());
		return OK;
	}
	if (undo && undo->id) {
		CLEANUP(buf_free) struct buf url = {};
		buf_addf(&url, "/undo/%lld?next=", (long long)undo->id);
		buf_add_url(&url, next);
		undo_url = buf_keep(&url, cx->arena);
	}
	reply_flash(reply, str_of(flash), undo_url);
	reply_redirect(reply, "%s", arena_cstr(cx->arena, next));
	return OK;
}

static enum err save(struct cx *cx, struct request *request, struct reply *reply)
{
	struct contact c;
	TRY(contact_get(cx, request_db(request), here(cx), param_id(request, "id"), &c));
	const struct {
		const char *name;
		struct str *field;
	} fields[] = {{"name", &c.name}, {"email", &c.email}, {"phone", &c.phone}, {"company", &c.company}, {"place", &c.place}, {"lang", &c.lang}, {"note", &c.note}};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (page_says(request, fields[i].name))
			*fields[i].field = param_text(request, fields[i].name);
	TRY(contact_edit(cx, request_db(request), &c));
	return go_on(cx, request, reply, c.id, NULL, _(N_("The card is saved.")));
}

static enum err join(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	struct undo undo;
	undo_open(cx, &undo);
	TRY(contact_merge(cx, request_db(request), here(cx), param_id(request, "other"), id, &undo));
	return go_on(cx, request, reply, id, &undo, _(N_("They are one person now.")));
}

static enum err keep_apart(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	struct undo undo;
	undo_open(cx, &undo);
	TRY(contact_apart(cx, request_db(request), here(cx), id, param_id(request, "other"), &undo));
	return go_on(cx, request, reply, id, &undo, _(N_("Noted: two people. You will not be asked again.")));
}

static enum err take_apart(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	struct undo undo;
	undo_open(cx, &undo);
	TRY(contact_unmerge(cx, request_db(request), here(cx), param_id(request, "merge_id"), &undo));
	return go_on(cx, request, reply, id, &undo, _(N_("They are two people again.")));
}

static enum err split_off(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 fresh;
	struct undo undo;
	undo_open(cx, &undo);
	TRY(contact_split(cx, request_db(request), here(cx), param_id(request, "id"), &undo, &fresh));
	return go_on(cx, request, reply, fresh, &undo, _(N_("This account has a card of its own now.")));
}

static const char *const onlys[] = {"notes", NULL};
static const struct param show_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Whom to look for to be joined."},
	{.name = "network", .in = IN_QUERY, .type = P_LINE, .max = 40, .about = "Only what was said on this network."},
	{.name = "only", .in = IN_QUERY, .type = P_WORD, .words = onlys, .about = "Only the team's notes."},
	PAGER_PARAMS,
	{},
};
#define NEXT {.name = "next", .in = IN_FORM, .type = P_PATH, .about = "Where a browser goes on to."}
static const struct param save_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person."},
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 200, .about = "The name."},
	{.name = "email", .in = IN_FORM, .type = P_LINE, .max = 254, .about = "The address."},
	{.name = "phone", .in = IN_FORM, .type = P_LINE, .max = 60, .about = "The telephone number."},
	{.name = "company", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "The organization."},
	{.name = "place", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "Where they live."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 8, .about = "The language they speak."},
	{.name = "note", .in = IN_FORM, .type = P_TEXT, .max = 5000, .about = "What colleagues should know."},
	NEXT,
	{},
};
#define PERSON {.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person whose card stays."}
static const struct param pair_params[] = {
	PERSON,
	{.name = "other", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The other person."},
	NEXT,
	{},
};
static const struct param take_apart_params[] = {
	PERSON,
	{.name = "merge_id", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "Which joining, as `merged` says."},
	NEXT,
	{},
};
static const struct param split_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The account."},
	NEXT,
	{},
};

#define POST_CONTACT(act, row_params, call, tells)                                                                             \
	{.method = "POST", .path = "/contacts/{id}" act, .permission = MAY_TRIAGE, .params = row_params, .template = "contact/page", .handle = call, \
	 .answer = "ContactPage", .about = tells,                                                                             \
	 .form = "/contacts/{id}"}

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"ContactIdentity", "{id: id, network: Network, handle: text, name: text?, url: url?, followers: Number?, can_split: bool}",
	 "An account of a person on a network."},
	{"ContactMoment", "{at: Instant, network: Network?, url: url, kind: text, title: text, text: text?, rating: Rating?, by: text?, "
	 "lang: text?, is_us: bool, is_note: bool, is_private: bool, is_hidden: bool, is_removed: bool, state: Word?}",
	 "Something said by or to a person, in any conversation."},
	{"ContactPage", "{contact: {id: id, name: text, avatar: Avatar, about: text, first: Instant, last: Instant}, form: {name: text, "
	 "email: text, phone: text, company: text, place: text, note: text}, langs: [Choice], can_edit: bool, "
	 "identities: [ContactIdentity], filters: [Tab], next: {text: text, why: text?, url: url}?, relation: Relation, "
	 "same: [SamePerson], has_same: bool, history: [ContactMoment], pager: Pager?, has_history: bool, "
	 "merge: {q: text, is_searched: bool, suggestions: [{id: id, name: text, avatar: Avatar, "
	 "identities: [{network: Network}]}], has_suggestions: bool}, merged: [{id: id, name: text, at: Instant?, "
	 "by: text?}], has_merged: bool, undo_url?: url?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/contacts/{id}", .permission = MAY_READ_INBOX, .params = show_params, .template = "contact/page", .handle = show,
	 .answer = "ContactPage", .about = "One person across the networks."},
	POST_CONTACT("", save_params, save, "Change a person's card."),
	POST_CONTACT("/merge", pair_params, join, "Two are one person: the other's accounts and conversations come here."),
	POST_CONTACT("/apart", pair_params, keep_apart, "Two are not one person: they are not proposed again."),
	POST_CONTACT("/unmerge", take_apart_params, take_apart, "Take two that were joined apart again."),
	{.method = "POST", .path = "/identities/{id}/split", .permission = MAY_TRIAGE, .params = split_params, .template = "contact/page", .handle = split_off,
	 .answer = "ContactPage", .about = "One account gets a card of its own, with the conversations that it began."},
	{},
};

const struct page page_contact = {"contact", routes, shapes, .file = __FILE__};
