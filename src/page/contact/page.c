/* contact: one person across the networks: card, accounts, conversations, notes; joining two that are one. */
#include "base/lang.h"
#include "flow/contact.h"
#include "page/page.h"
#include "store/conversation.h"
#include "ui/document.h"

#define HISTORY 30
#define SUGGESTIONS 6

static const char *const langs[][2] = {{"", ""}, {"fr", N_("French")}, {"en", N_("English")}, {"es", N_("Spanish")}, {"de", N_("German")}, {"it", N_("Italian")}, {"ar", N_("Arabic")}};

static json_t *networks_of(struct cx *cx, const struct identity *identities, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o}", "network", doc_network(cx->lang, identities[i].network)));
	return list;
}

static enum err identities_shape(struct cx *cx, struct db *db, i64 contact, json_t *document)
{
	struct identity *list;
	size_t count;
	json_t *identities = json_array();
	json_object_set_new(document, "identities", identities);
	TRY(identities_of(cx, db, here(cx), contact, &list, &count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf followers = {};
		if (list[i].followers >= 0)
			buf_add_number(&followers, cx->lang, list[i].followers);
		json_array_append_new(identities, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:n}", "id", doc_id(list[i].id), "network", doc_network(cx->lang, list[i].network),
							    "handle", doc_text(list[i].handle.len ? list[i].handle : list[i].name), "name", doc_text_or_null(list[i].name), "url",
							    doc_text_or_null(list[i].url), "followers", doc_text_or_null(buf_str(&followers)), "is_confirmed", true, "guess"));
	}
	return OK;
}

static enum err history_shape(struct cx *cx, struct db *db, i64 contact, json_t *document)
{
	struct conversation_filter filter = {.any_status = true, .contact = contact, .kind = -1, .sort = SORT_RECENT};
	struct conversation_row *rows;
	struct reader reader = reader_of(cx);
	size_t count;
	json_t *list = json_array();
	json_object_set_new(document, "history", list);
	TRY(conversation_list(cx, db, here(cx), &filter, 0, 0, HISTORY, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		const struct conversation *c = &rows[i].conversation;
		struct str title = c->subject.len ? c->subject : rows[i].channel_name;
		json_array_append_new(list, json_pack("{s:o, s:o, s:n, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:b}", "at", doc_instant(&reader, c->last_at), "network",
						      doc_network(cx->lang, rows[i].channel_network), "icon", "is_us", false, "is_late", c->breached > 0, "is_note", false, "title",
						      doc_text(title), "url", doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)c->id)), "text",
						      doc_text_or_null(c->preview), "rating", doc_rating(cx->lang, c->rating), "state",
						      doc_word(cx->lang, status_word(c->status), status_title(c->status)), "is_resolved", c->status == STATUS_RESOLVED));
	}
	json_object_set_new(document, "has_history", json_boolean(count > 0));
	return OK;
}

/* Others of the same name or the words typed, to be joined with this one. */
static enum err merge_shape(struct cx *cx, struct db *db, const struct contact *c, struct str q, json_t *document)
{
	struct contact *found;
	size_t count;
	json_t *list = json_array();
	TRY(contact_find(cx, db, here(cx), q.len ? q : c->name, SUGGESTIONS + 1, &found, &count));
	for (size_t i = 0; i < count; i++) {
		struct identity *identities;
		size_t identity_count;
		if (found[i].id == c->id)
			continue;
		TRY(identities_of(cx, db, here(cx), found[i].id, &identities, &identity_count));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s, s:o}", "id", doc_id(found[i].id), "name", doc_text(found[i].name), "avatar", doc_avatar(found[i].name),
						      "why", q.len ? _(N_("as you searched")) : _(N_("the same name")), "identities", networks_of(cx, identities, identity_count)));
	}
	json_object_set_new(document, "merge", json_pack("{s:o, s:b, s:o}", "q", doc_text(q), "has_suggestions", json_array_size(list) > 0, "suggestions", list));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct contact c;
	struct reader reader = reader_of(cx);
	json_t *document = json_object(), *lang_list = json_array();
	reply_json(reply, document);
	TRY(contact_get(cx, db, here(cx), param_id(request, "id"), &c));
	CLEANUP(buf_free) struct buf since = {}, conversations = {};
	buf_add_instant_short(&since, &reader, c.first_at);
	buf_add_number(&conversations, cx->lang, c.conversation_count);
	struct str about = arena_printf(cx->arena, _(N_("known since %.*s")), STR_ARG(buf_str(&since)));
	if (c.place.len)
		about = arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(c.place), STR_ARG(about));
	json_object_set_new(document, "contact",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "id", doc_id(c.id), "name", doc_text(c.name), "avatar", doc_avatar(c.name), "about", doc_text(about), "first",
				      doc_instant(&reader, c.first_at), "last", doc_instant(&reader, c.last_at), "hidden_count", 0));
	json_object_set_new(document, "form",
			    json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", doc_text(c.name), "email", doc_text(c.email), "phone", doc_text(c.phone), "company", doc_text(c.company),
				      "place", doc_text(c.place), "note", doc_text(c.note)));
	for (size_t i = 0; i < COUNT(langs); i++)
		json_array_append_new(lang_list, json_pack("{s:s, s:s, s:b}", "word", langs[i][0], "title", *langs[i][1] ? tr(cx->lang, langs[i][1]) : _(N_("Not known")), "is_selected",
							   str_eq(c.lang, str_of(langs[i][0]))));
	json_object_set_new(document, "langs", lang_list);
	json_object_set_new(document, "can_edit", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
	json_object_set_new(document, "next", json_null());
	json_object_set_new(document, "filters", json_array());
	json_object_set_new(document, "figures", json_pack("[{s:s, s:o}]", "title", _(N_("Conversations")), "value", doc_text(buf_str(&conversations))));
	json_object_set_new(document, "has_merged", json_false());
	json_object_set_new(document, "merged", json_array());
	json_object_set_new(document, "data_url", json_null());
	json_object_set_new(document, "pager", json_null());
	TRY(identities_shape(cx, db, c.id, document));
	TRY(history_shape(cx, db, c.id, document));
	return merge_shape(cx, db, &c, param_text(request, "q"), document);
}

static enum err save(struct cx *cx, struct request *request, struct reply *reply)
{
	struct contact c;
	TRY(contact_get(cx, request_db(request), here(cx), param_id(request, "id"), &c));
	c.name = param_text(request, "name");
	c.email = param_text(request, "email");
	c.phone = param_text(request, "phone");
	c.company = param_text(request, "company");
	c.place = param_text(request, "place");
	c.lang = param_text(request, "lang");
	c.note = param_text(request, "note");
	TRY(contact_edit(cx, request_db(request), &c));
	reply_flash(reply, str_of(_(N_("The card is saved."))), (struct str){});
	reply_redirect(reply, "/contacts/%lld", (long long)c.id);
	return OK;
}

static enum err join(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(contact_merge(cx, request_db(request), here(cx), param_id(request, "other"), id));
	reply_flash(reply, str_of(_(N_("They are one person now."))), (struct str){});
	reply_redirect(reply, "/contacts/%lld", (long long)id);
	return OK;
}

static const struct param show_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Whom to look for to be joined."},
	{},
};
static const struct param save_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person."},
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 200, .about = "The name."},
	{.name = "email", .in = IN_FORM, .type = P_LINE, .max = 254, .about = "The address."},
	{.name = "phone", .in = IN_FORM, .type = P_LINE, .max = 60, .about = "The telephone number."},
	{.name = "company", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "The organization."},
	{.name = "place", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "Where they live."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 8, .about = "The language they speak."},
	{.name = "note", .in = IN_FORM, .type = P_TEXT, .max = 5000, .about = "What colleagues should know."},
	{},
};
static const struct param join_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person who stays."},
	{.name = "other", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The person who is the same."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/contacts/{id}", .permission = MAY_READ_INBOX, .params = show_params, .template = "contact/page", .handle = show, .about = "One person across the networks."},
	{.method = "POST", .path = "/contacts/{id}", .permission = MAY_TRIAGE, .params = save_params, .template = "contact/page", .handle = save, .about = "Change a person's card.",
	 .form = "/contacts/{id}"},
	{.method = "POST", .path = "/contacts/{id}/merge", .permission = MAY_TRIAGE, .params = join_params, .template = "contact/page", .handle = join, .about = "Two are one person.",
	 .form = "/contacts/{id}"},
	{},
};

const struct page page_contact = {"contact", routes};
