#include "base/clock.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"

#include <string.h>

struct str telegram_id(struct cx *cx, i64 chat, i64 message)
{
	return message ? arena_printf(cx->arena, "%lld/%lld", (long long)chat, (long long)message) : arena_printf(cx->arena, "%lld", (long long)chat);
}

bool telegram_place(struct str id, struct str *ret_chat, struct str *ret_message)
{
	i64 number;
	struct str rest = id, chat = str_cut(&rest, '/');
	if (!str_to_i64(chat, &number) || (rest.at && rest.len && !str_to_i64(rest, &number)))
		return false;
	*ret_chat = chat;
	*ret_message = rest;
	return true;
}

struct str telegram_url(struct cx *cx, const json_t *chat, i64 message)
{
	struct str name = json_text(chat, "username"), id = json_id(cx->arena, chat, "id");
	if (str_eq(json_text(chat, "type"), S("private")))
		return (struct str){};
	if (name.len)
		return arena_printf(cx->arena, "https://t.me/%.*s/%lld", STR_ARG(name), (long long)message);
	if (str_starts(id, S("-100"))) /* members can follow it */
		return arena_printf(cx->arena, "https://t.me/c/%.*s/%lld", STR_ARG(str_skip(id, 4)), (long long)message);
	return (struct str){};
}

/* ---- what it carries ---- */

static const struct carried {
	const char *member, *kind, *name, *type;
} carried[] = {
	{"video", "video", "file_name", "mime_type"}, {"animation", "video", "file_name", "mime_type"}, {"video_note", "video", NULL, NULL}, {"voice", "audio", NULL, "mime_type"},
	{"audio", "audio", "file_name", "mime_type"}, {"document", "file", "file_name", "mime_type"},   {"sticker", "image", "set_name", NULL},
};

/* Of a picture there are several sizes, the largest last: the largest that bots may have. Empty: it is too large. */
static struct str file_of(const json_t *one)
{
	return json_number(one, "file_size", 0) > TELEGRAM_FILE_MAX ? (struct str){} : json_text(one, "file_id");
}

static struct str photo_of(const json_t *m)
{
	const json_t *sizes = json_list(m, "photo");
	struct str file = {};
	for (size_t i = json_array_size(sizes); i-- > 0 && !file.len;)
		file = file_of(json_array_get(sizes, i));
	return file;
}

/* Where it lies can only be asked with the bot's token in the address, which dies within the hour: so no address is kept, but what it is called. */
static bool attachment_of(struct cx *cx, const json_t *m, struct inbound_attachment *ret_attachment)
{
	if (json_array_size(json_list(m, "photo"))) {
		*ret_attachment = (struct inbound_attachment){.kind = S("image"), .type = S("image/jpeg"), .reference = arena_str(cx->arena, photo_of(m))};
		return true;
	}
	for (size_t i = 0; i < COUNT(carried); i++) {
		const struct carried *c = &carried[i];
		const json_t *one = json_map(m, c->member);
		if (!one)
			continue;
		*ret_attachment = (struct inbound_attachment){.kind = str_of(c->kind), .alt = arena_str(cx->arena, json_text(one, "emoji")),
							      .name = c->name ? arena_str(cx->arena, json_text(one, c->name)) : (struct str){},
							      .type = c->type ? arena_str(cx->arena, json_text(one, c->type)) : (struct str){},
							      .reference = arena_str(cx->arena, file_of(one))};
		return true;
	}
	return false;
}

bool telegram_carries(const json_t *m)
{
	for (size_t i = 0; i < COUNT(carried); i++)
		if (json_map(m, carried[i].member))
			return true;
	return json_array_size(json_list(m, "photo")) > 0;
}

/* What people said, also without words: a place, a card, a question with answers to choose. */
static struct str body_of(struct cx *cx, const json_t *m)
{
	struct str text = json_text(m, "text");
	if (!text.len)
		text = json_text(m, "caption");
	if (!text.len)
		text = json_text(m, "poll/question");
	if (!text.len)
		text = json_text(m, "sticker/emoji");
	if (text.len)
		return arena_str(cx->arena, text);
	if (json_map(m, "venue"))
		return arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(json_text(m, "venue/title")), STR_ARG(json_text(m, "venue/address")));
	const json_t *latitude = json_at(m, "location/latitude"), *longitude = json_at(m, "location/longitude");
	if (json_is_number(latitude) && json_is_number(longitude))
		return arena_printf(cx->arena, "%.5f, %.5f", json_number_value(latitude), json_number_value(longitude));
	if (json_map(m, "contact"))
		return arena_printf(cx->arena, "%.*s %.*s, %.*s", STR_ARG(json_text(m, "contact/first_name")), STR_ARG(json_text(m, "contact/last_name")),
				    STR_ARG(json_text(m, "contact/phone_number")));
	return (struct str){};
}

/* ---- who, and where it belongs ---- */

static struct str name_of(struct cx *cx, const json_t *who)
{
	struct str first = json_text(who, "first_name"), last = json_text(who, "last_name"), title = json_text(who, "title");
	if (title.len)
		return arena_str(cx->arena, title);
	return last.len ? arena_printf(cx->arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)) : arena_str(cx->arena, first);
}

/* In a group: by the first message of the thread, as far as the network says which it was. */
static i64 first_of(const json_t *m, i64 id)
{
	i64 first = json_number(m, "message_thread_id", 0);
	if (!first)
		first = json_number(m, "reply_to_message/message_thread_id", 0);
	if (!first)
		first = json_number(m, "reply_to_message/message_id", 0);
	return first ? first : id;
}

/* The group, and the topic where it is parted into some: what begins a topic is told with what is written in it. */
static struct str subject_of(struct cx *cx, const json_t *m)
{
	struct str group = json_text(m, "chat/title"), topic = json_text(m, "reply_to_message/forum_topic_created/name");
	return topic.len ? arena_printf(cx->arena, "%.*s – %.*s", STR_ARG(group), STR_ARG(topic)) : arena_str(cx->arena, group);
}

/* A message that somebody wrote; that a topic was begun is none. */
static const json_t *answered_of(const json_t *m)
{
	const json_t *parent = json_map(m, "reply_to_message");
	return json_number(parent, "message_id", 0) > 0 && !json_map(parent, "forum_topic_created") ? parent : NULL;
}

/* A channel's post comes into the group for its comments as a copy: who comments on it answers the post. */
static struct str parent_id_of(struct cx *cx, i64 place, const json_t *parent)
{
	i64 channel = json_number(parent, "forward_origin/chat/id", 0), post = json_number(parent, "forward_origin/message_id", 0);
	bool copy = json_flag(parent, "is_automatic_forward") && str_eq(json_text(parent, "forward_origin/type"), S("channel")) && channel && post > 0;
	return copy ? telegram_id(cx, channel, post) : telegram_id(cx, place, json_number(parent, "message_id", 0));
}

static bool speaks_to(const json_t *m, const struct channel_account *account)
{
	struct str self = json_text(account->known, "username"), text = json_text(m, "text"), id = json_text(account->known, "id");
	if (id.len && json_number(m, "reply_to_message/from/id", 0) == json_number(account->known, "id", -1))
		return true;
	if (!text.len)
		text = json_text(m, "caption");
	for (size_t i = 0; self.len && i + 1 + self.len <= text.len; i++)
		if (text.at[i] == '@' && str_eq_fold(str_head(str_skip(text, i + 1), self.len), self))
			return true;
	return false;
}

enum err telegram_read_album(struct cx *cx, const struct channel_account *account, const json_t **parts, size_t count, bool post, inbound_taker *take, void *subject)
{
	const json_t *m = parts[0];
	const json_t *chat = json_map(m, "chat"), *who = json_map(m, "sender_chat") ? json_map(m, "sender_chat") : json_map(m, "from");
	i64 id = json_number(m, "message_id", 0), place = json_number(chat, "id", 0), at = json_number(m, "date", 0), edited = json_number(m, "edit_date", 0);
	bool alone = str_eq(json_text(chat, "type"), S("private"));
	const json_t *parent = answered_of(m);
	if (!who && post)
		who = chat;
	if (id <= 0 || !place || at <= 0 || at > INT64_MAX / SECOND || !who || !json_number(who, "id", 0))
		return OK; /* nothing that could be answered */
	struct inbound in = {
		.kind = alone ? KIND_DIRECT : post ? KIND_POST : speaks_to(m, account) ? KIND_MENTION : KIND_COMMENT,
		.visibility = alone ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
		.remote_id = telegram_id(cx, place, id),
		.thread_id = alone ? telegram_id(cx, place, 0) : telegram_id(cx, place, first_of(m, id)),
		.parent_id = parent ? parent_id_of(cx, place, parent) : (struct str){},
		.moves = true,
		.subject = alone ? (struct str){} : subject_of(cx, m),
		.author_id = json_id(cx->arena, who, "id"),
		.author_name = name_of(cx, who),
		.author_handle = arena_str(cx->arena, json_text(who, "username")),
		.author_followers = -1,
		.url = telegram_url(cx, chat, id),
		.at = at * SECOND,
		.edited_at = edited > 0 && edited < INT64_MAX / SECOND ? edited * SECOND : 0,
	};
	in.ours = json_number(who, "id", 0) == json_number(account->known, "id", -1);
	in.automatic = !in.ours && json_flag(m, "from/is_bot") && !json_map(m, "sender_chat"); /* who writes as a group or channel is one of its people, whatever stands there */
	if (in.author_handle.len)
		in.author_url = arena_printf(cx->arena, "https://t.me/%.*s", STR_ARG(in.author_handle));
	struct inbound_attachment *attachments = arena_array(cx->arena, struct inbound_attachment, count);
	for (size_t i = 0; i < count; i++) {
		in.attachment_count += attachment_of(cx, parts[i], &attachments[in.attachment_count]);
		if (!in.body.len)
			in.body = body_of(cx, parts[i]);
	}
	in.attachments = attachments;
	if (in.edited_at && !in.body.len && json_has(m, "media_group_id"))
		return OK; /* a picture of an album, which is known by its first */
	if (!in.body.len && !in.attachment_count)
		return OK; /* somebody came or went, a title was changed */
	return take(cx, subject, &in);
}

enum err telegram_read_update(struct cx *cx, const struct channel_account *account, const json_t *update, inbound_taker *take, void *subject)
{
	static const struct {
		const char *member;
		bool post;
	} rows[] = {{"message", false}, {"edited_message", false}, {"channel_post", true}, {"edited_channel_post", true}};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (json_map(update, rows[i].member))
			return telegram_read_album(cx, account, (const json_t *[]){json_map(update, rows[i].member)}, 1, rows[i].post, take, subject);
	return OK;
}
