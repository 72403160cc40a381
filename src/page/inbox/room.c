/* room.c: what a workspace has, read once a request, and the small shapes made from it. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/gist.h"
#include "page/inbox/inbox.h"

#define WAITING_MOST 200
#define MENTIONS_MOST 100

static enum err load_mentions(struct cx *cx, struct db *db, struct room *room)
{
	struct notification *list;
	size_t count;
	TRY(notifications_unread_of(cx, db, room->workspace, room->me, S("mention"), MENTIONS_MOST, &list, &count));
	room->mentions = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		if (list[i].conversation && !room_mentions(room, list[i].conversation))
			room->mentions[room->mention_count++] = list[i].conversation;
	return OK;
}

/* Values that many rows of a list have in common: each is made once a request, when first asked for. Nobody writes into them. */
struct common {
	json_t *kinds[KIND_COUNT], *statuses[STATUS_COUNT];
	struct of_channel {
		json_t *network, *channel;
	} *channels; /* as room.channels */
	size_t channel_count;
};

static void common_release(void *subject)
{
	struct common *common = subject;
	for (size_t i = 0; i < COUNT(common->kinds); i++)
		json_decref(common->kinds[i]);
	for (size_t i = 0; i < COUNT(common->statuses); i++)
		json_decref(common->statuses[i]);
	for (size_t i = 0; i < common->channel_count; i++) {
		json_decref(common->channels[i].network);
		json_decref(common->channels[i].channel);
	}
}

static struct common *common_new(struct arena *arena, size_t channel_count)
{
	struct common *common = arena_new_of(arena, struct common);
	*common = (struct common){.channels = arena_array(arena, struct of_channel, channel_count + 1), .channel_count = channel_count};
	arena_defer(arena, common_release, common);
	return common;
}

#define MADE_ONCE(place, make) json_incref(*(place) ? *(place) : (*(place) = (make)))

enum err room_load(struct cx *cx, struct db *db, struct str query_text, struct room *ret_room)
{
	struct room room = {.workspace = here(cx), .me = cx->actor->user, .reader = reader_of(cx)};
	TRY(inbox_query_read(cx, db, query_text, &room.query));
	TRY(label_list(cx, db, room.workspace, false, &room.labels, &room.label_count));
	TRY(member_list(cx, db, room.workspace, &room.members, &room.member_count));
	TRY(team_list(cx, db, room.workspace, &room.teams, &room.team_count));
	TRY(channel_list(cx, db, room.workspace, &room.channels, &room.channel_count));
	TRY(view_list(cx, db, room.workspace, room.me, &room.views, &room.view_count));
	TRY(macro_list(cx, db, room.workspace, room.me, &room.macros, &room.macro_count));
	TRY(promises_load(cx, db, room.workspace, &room.promises));
	TRY(messages_waiting(cx, db, room.workspace, WAITING_MOST, &room.waiting, &room.waiting_count));
	room.waiting_all = room.waiting_count < WAITING_MOST;
	TRY(load_mentions(cx, db, &room));
	room.common = common_new(cx->arena, room.channel_count);
	*ret_room = room;
	return OK;
}

const struct channel *room_channel(const struct room *room, i64 id)
{
	for (size_t i = 0; i < room->channel_count; i++)
		if (room->channels[i].id == id)
			return &room->channels[i];
	return NULL;
}

bool room_mentions(const struct room *room, i64 conversation)
{
	for (size_t i = 0; i < room->mention_count; i++)
		if (room->mentions[i] == conversation)
			return true;
	return false;
}

const struct member *room_member(const struct room *room, i64 person)
{
	for (size_t i = 0; i < room->member_count; i++)
		if (room->members[i].person == person)
			return &room->members[i];
	return NULL;
}

/* ---- small shapes ---- */

json_t *person_shape(const struct room *room, i64 person, struct str name)
{
	if (!person)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:b}", "id", doc_id(person), "name", doc_text(name), "avatar", doc_avatar(name), "is_me", person == room->me);
}

json_t *labels_shape(const struct room *room, struct str ids)
{
	json_t *list = json_array();
	while (ids.at && ids.len) {
		i64 id = 0;
		str_to_i64(str_cut(&ids, ' '), &id);
		for (size_t i = 0; i < room->label_count; i++)
			if (room->labels[i].id == id)
				json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_id(id), "name", doc_text(room->labels[i].name), "tone",
								      doc_text(room->labels[i].tone)));
	}
	return list;
}

static const struct {
	enum reply_state state;
	const char *tone, *icon, *title;
} answers[] = {
	{REPLY_FAILED, "red", "octagon-alert", N_("Sending was refused")}, {REPLY_UNKNOWN, "red", "octagon-alert", N_("Did it arrive?")},
	{REPLY_HELD, "sun", "octagon-alert", N_("Held back")},		   {REPLY_APPROVAL, "sun", "user-check", N_("To approve")},
	{REPLY_SCHEDULED, "act", "alarm-clock", N_("Leaves at {n}")},
};

/* The answer of ours that most wants somebody. */
static json_t *answer_shape(const struct room *room, i64 conversation)
{
	for (size_t a = 0; a < COUNT(answers); a++)
		for (size_t i = 0; i < room->waiting_count; i++) {
			const struct message *m = &room->waiting[i];
			if (m->conversation != conversation || m->reply_state != answers[a].state)
				continue;
			CLEANUP(buf_free) struct buf when = {}, title = {};
			buf_add_instant_short(&when, &room->reader, m->at);
			buf_add_filled(&title, tr(room->reader.lang, answers[a].title), buf_str(&when));
			return json_pack("{s:s, s:s, s:o}", "tone", answers[a].tone, "icon", answers[a].icon, "title", doc_text(buf_str(&title)));
		}
	return json_null();
}

static json_t *snooze_shape(const struct room *room, const struct conversation *c)
{
	if (c->status != STATUS_SNOOZED)
		return json_null();
	if (c->snoozed_until != SNOOZED_UNTIL_ANSWER)
		return doc_instant(&room->reader, c->snoozed_until);
	const char *text = tr(room->reader.lang, N_("until they answer"));
	return json_pack("{s:n, s:s, s:s}", "iso", "text", text, "short", text);
}

static void add_channel(struct cx *cx, const struct room *room, const struct conversation_row *row, json_t *shape)
{
	struct of_channel own = {}, *place = &own; /* an archived one is none of the room's */
	for (size_t i = 0; i < room->channel_count; i++)
		if (room->channels[i].id == row->conversation.channel)
			place = &room->common->channels[i];
	if (!place->channel) {
		place->network = doc_network(cx->lang, row->channel_network);
		place->channel = json_object();
		doc_set(place->channel, "id", doc_id(row->conversation.channel));
		doc_set(place->channel, "name", doc_text(row->channel_name));
	}
	doc_set(shape, "network", place == &own ? own.network : json_incref(place->network));
	doc_set(shape, "channel", place == &own ? own.channel : json_incref(place->channel));
}

json_t *row_shape(struct cx *cx, const struct room *room, const struct conversation_row *row, i64 current)
{
	const struct conversation *c = &row->conversation;
	struct str name = row->contact_name.len ? row->contact_name : row->channel_name;
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(c->id));
	doc_set(shape, "version", json_integer(c->version));
	doc_set(shape, "url", doc_text(inbox_conversation_url(cx, &room->query, c->id, NULL)));
	doc_set(shape, "is_current", json_boolean(c->id == current));
	doc_set(shape, "is_waiting", json_boolean(c->waiting_since && c->status != STATUS_RESOLVED));
	json_t *contact = json_object();
	doc_set(contact, "id", doc_id(c->contact));
	doc_set(contact, "name", doc_text(name));
	doc_set(contact, "avatar", doc_avatar(name));
	doc_set(shape, "contact", contact);
	add_channel(cx, room, row, shape);
	doc_set(shape, "kind", MADE_ONCE(&room->common->kinds[c->kind], doc_word(cx->lang, message_kind_word(c->kind), message_kind_title(c->kind))));
	doc_set(shape, "status", MADE_ONCE(&room->common->statuses[c->status], doc_word(cx->lang, status_word(c->status), status_title(c->status))));
	doc_set(shape, "subject", doc_text_or_null(c->subject));
	doc_set(shape, "preview", doc_text(c->preview));
	doc_set(shape, "lang", doc_text_or_null(row->contact_lang));
	doc_set(shape, "rating", doc_rating(cx->lang, c->rating));
	doc_set(shape, "last_at", doc_instant(&room->reader, c->last_at));
	doc_set(shape, "clock", promise_clock(&room->promises, c));
	doc_set(shape, "is_urgent", json_boolean(c->priority == PRIORITY_URGENT));
	doc_set(shape, "is_high", json_boolean(c->priority == PRIORITY_HIGH));
	doc_set(shape, "is_pending", json_boolean(c->status == STATUS_PENDING));
	doc_set(shape, "is_resolved", json_boolean(c->status == STATUS_RESOLVED));
	doc_set(shape, "snoozed_until", snooze_shape(room, c));
	doc_set(shape, "is_mentioned", json_boolean(room_mentions(room, c->id)));
	doc_set(shape, "answer", answer_shape(room, c->id));
	doc_set(shape, "labels", labels_shape(room, c->label_ids));
	doc_set(shape, "gist", gist_chips(cx, &c->gist));
	doc_set(shape, "assignee", person_shape(room, c->assignee, row->assignee_name));
	doc_set(shape, "team", c->team ? json_pack("{s:o, s:o}", "id", doc_id(c->team), "name", doc_text(row->team_name)) : json_null());
	return shape;
}
