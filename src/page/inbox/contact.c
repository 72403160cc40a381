/* contact.c: the person outside, beside a conversation. */
#include "base/lang.h"
#include "page/inbox/inbox.h"
#include "page/relation.h"

#define OTHERS 5
#define IDENTITIES 12

static enum err identities_shape(struct cx *cx, struct db *db, const struct room *room, i64 contact, json_t *shape)
{
	struct identity *identities;
	size_t count;
	json_t *list = json_array();
	json_object_set_new(shape, "identities", list);
	TRY(identities_of(cx, db, room->workspace, contact, &identities, &count));
	for (size_t i = 0; i < count && i < IDENTITIES; i++) {
		const struct identity *id = &identities[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "network", doc_network(cx->lang, id->network), "name",
						      doc_text(id->handle.len ? id->handle : id->name), "url", doc_address(id->url), "followers",
						      id->followers > 0 ? doc_number(cx->lang, id->followers) : json_null()));
		if (id->place.len && json_is_null(json_object_get(shape, "place"))) /* of the card nobody wrote any */
			json_object_set_new(shape, "place", doc_text(id->place));
	}
	return OK;
}

static json_t *attributes_shape(struct str attributes)
{
	json_t *given = json_loadb(attributes.at ? attributes.at : "", attributes.len, 0, NULL), *list = json_array();
	const char *name;
	json_t *value;
	json_object_foreach(given, name, value)
		if (json_is_string(value))
			json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "value", value));
	json_decref(given);
	return list;
}

enum err elsewhere_of(struct cx *cx, struct db *db, const struct room *room, const struct conversation *c, struct elsewhere *ret_elsewhere)
{
	json_t *list = json_array();
	*ret_elsewhere = (struct elsewhere){.list = list};
	if (!c->contact)
		return OK;
	struct conversation_filter of = {.any_status = true, .kind = -1, .contact = c->contact, .sort = SORT_RECENT};
	struct conversation_row *rows;
	size_t count;
	TRY(conversation_list(cx, db, room->workspace, &of, LIST_START, OTHERS + 1, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		const struct conversation *other = &rows[i].conversation;
		if (!ret_elsewhere->rating)
			ret_elsewhere->rating = other->rating;
		if (other->id == c->id || json_array_size(list) == OTHERS)
			continue;
		struct str title = other->subject.len ? other->subject : other->preview.len ? other->preview : str_of(_(message_kind_title(other->kind)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(other->id), "url",
						      doc_text(inbox_conversation_url(cx, &room->query, other->id, NULL)), "title", doc_text(title), "network",
						      doc_network(cx->lang, rows[i].channel_network), "last_at", doc_instant(&room->reader, other->last_at), "status",
						      doc_word(cx->lang, status_word(other->status), status_title(other->status))));
	}
	return OK;
}

enum err contact_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation *c, const struct elsewhere *elsewhere,
		       json_t **ret_contact)
{
	struct contact contact;
	if (!c->contact) {
		*ret_contact = json_null();
		return OK;
	}
	TRY(contact_get(cx, db, room->workspace, c->contact, &contact));
	json_t *shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(contact.id), "url",
				  doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)contact.id)), "name", doc_text(contact.name), "avatar",
				  doc_avatar(contact.name), "place", doc_text_or_null(contact.place), "company", doc_text_or_null(contact.company), "since",
				  doc_instant(&room->reader, contact.first_at));
	*ret_contact = shape;
	json_object_set_new(shape, "lang", contact.lang.len ? json_pack("{s:o, s:o}", "word", doc_text(contact.lang), "title", doc_text(language_title(cx, contact.lang))) : json_null());
	json_object_set_new(shape, "email", doc_text_or_null(contact.email));
	json_object_set_new(shape, "phone", doc_text_or_null(contact.phone));
	json_object_set_new(shape, "note", doc_text_or_null(contact.note));
	json_object_set_new(shape, "last_rating", doc_rating(cx->lang, elsewhere->rating));
	json_object_set_new(shape, "attributes", attributes_shape(contact.attributes));
	json_object_set_new(shape, "conversations", json_incref(elsewhere->list));
	bool more = contact.conversation_count > (i64)json_array_size(elsewhere->list) + 1;
	json_object_set_new(shape, "more_url", more ? doc_text(arena_printf(cx->arena, "/inbox?contact=%lld", (long long)contact.id)) : json_null());
	json_object_set_new(shape, "can_edit", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
	json_t *relation;
	enum err e = relation_shape(cx, db, &contact, &relation);
	json_object_set_new(shape, "relation", relation);
	TRY(e);
	TRY(same_shape(cx, db, contact.id, shape));
	return identities_shape(cx, db, room, contact.id, shape);
}
