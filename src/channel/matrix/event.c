/* An event of a room as an inbound. https://spec.matrix.org/latest/client-server-api/#mroommessage (as of 2026-11-21). Servers check little
 * of what is in an event: an edit counts only from who wrote the original. */
#include "base/clock.h"
#include "base/map.h"
#include "channel/json_read.h"
#include "channel/matrix/connector.h"

#include <string.h>

bool matrix_id_split(struct str id, struct str *ret_room, struct str *ret_event)
{
	for (size_t i = id.len; i-- > 1;)
		if (id.at[i] == '$' && id.at[i - 1] == '/') {
			*ret_room = str_head(id, i - 1);
			*ret_event = str_skip(id, i);
			return str_starts(*ret_room, S("!"));
		}
	return false;
}

struct str matrix_id(struct cx *cx, struct str room, struct str event)
{
	return event.len ? arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(room), STR_ARG(event)) : (struct str){};
}

i64 matrix_instant(const json_t *event)
{
	return json_instant(event, "origin_server_ts");
}

/* ---- members ---- */

void matrix_members(struct cx *cx, const json_t *events, struct map *names)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)events, index, event)
	{
		struct str who = json_text(event, "state_key"), name = json_text(event, "content/displayname");
		if (!str_eq(json_text(event, "type"), S("m.room.member")) || !who.len || !name.len)
			continue;
		struct str *kept = arena_array(cx->arena, struct str, 1);
		*kept = arena_str(cx->arena, name);
		map_put(names, arena_str(cx->arena, who), kept);
	}
}

static struct str name_of(const struct matrix_room *room, struct str who)
{
	const struct str *name = room->names ? map_get(room->names, who) : NULL;
	struct str rest = str_skip(who, str_starts(who, S("@")));
	return name && name->len ? *name : str_cut(&rest, ':');
}

/* ---- relations ---- */

/* json_text() reads "/" as a step; "m.relates_to" and the rest have none. */
static struct str relation(const json_t *content, const char *kind)
{
	const json_t *relates = json_map(content, "m.relates_to");
	return str_eq(json_text(relates, "rel_type"), str_of(kind)) ? json_text(relates, "event_id") : (struct str){};
}

struct str matrix_edits(const json_t *event)
{
	return json_map(event, "content/m.new_content") ? relation(json_map(event, "content"), "m.replace") : (struct str){};
}

struct str matrix_redacts(const json_t *event)
{
	if (!str_eq(json_text(event, "type"), S("m.room.redaction")))
		return (struct str){};
	struct str in_content = json_text(event, "content/redacts"); /* since room version 11 */
	return in_content.len ? in_content : json_text(event, "redacts");
}

/* What it answers in words, and not only for readers that know no threads. */
static struct str answers(const json_t *content)
{
	const json_t *relates = json_map(content, "m.relates_to");
	bool falls_back = str_eq(json_text(relates, "rel_type"), S("m.thread")) && json_flag(relates, "is_falling_back");
	return falls_back ? json_text(relates, "event_id") : json_text(relates, "m.in_reply_to/event_id");
}

/* ---- text ---- */

/* Older clients repeat what they answer in lines that start with ">", and an empty one. */
static struct str without_quote(struct str body)
{
	struct str rest = body;
	bool quoted = false;
	while (str_starts(rest, S("> ")) || str_eq(rest, S(">"))) {
		str_line(&rest);
		quoted = true;
	}
	if (quoted && str_starts(rest, S("\n")))
		str_line(&rest);
	return quoted && rest.len ? rest : body;
}

static struct str attachment_kind(struct str type, struct str event_type)
{
	static const struct {
		const char *type, *kind;
	} rows[] = {{"m.image", "image"}, {"m.video", "video"}, {"m.audio", "audio"}, {"m.file", "file"}};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(type, str_of(rows[i].type)))
			return str_of(rows[i].kind);
	return str_eq(event_type, S("m.sticker")) ? S("image") : (struct str){};
}

/* A file's event says its name in `filename`, and then `body` is what is said about it; or only the name, in `body`. */
static void read_content(struct cx *cx, const json_t *content, struct str event_type, struct str name, struct inbound *in)
{
	struct str type = json_text(content, "msgtype"), body = json_text(content, "body"), file = json_text(content, "filename");
	struct str kind = attachment_kind(type, event_type), url = json_text(content, "url");
	in->body = in->parent_id.len ? without_quote(body) : body;
	if (str_eq(type, S("m.emote")))
		in->body = arena_printf(cx->arena, "* %.*s %.*s", STR_ARG(name), STR_ARG(body));
	if (str_eq(type, S("m.location")) && json_has(content, "geo_uri"))
		in->body = arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(body), STR_ARG(json_text(content, "geo_uri")));
	if (!kind.len)
		return;
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, 1);
	bool says = file.len && !str_eq(file, body);
	all[0] = (struct inbound_attachment){.kind = kind, .name = file.len ? file : body, .alt = str_eq(kind, S("image")) && !says ? body : (struct str){},
					     .type = json_text(content, "info/mimetype"), .url = url};
	if (!str_eq(event_type, S("m.sticker")))
		in->body = says ? body : (struct str){};
	in->attachments = all;
	in->attachment_count = 1;
}

static bool names_us(const struct channel_account *account, const json_t *content)
{
	struct str self = matrix_self(account);
	size_t index;
	const json_t *one;
	if (!self.len)
		return false;
	json_array_foreach(json_list(content, "m.mentions/user_ids"), index, one)
		if (str_eq(json_str_of(one), self))
			return true;
	return str_find(json_text(content, "body"), self) >= 0;
}

static void settle(struct cx *cx, const struct channel_account *account, const struct matrix_room *room, const json_t *event, const json_t *content, struct inbound *in)
{
	struct str self = matrix_self(account), thread = relation(content, "m.thread");
	in->ours = self.len && str_eq(in->author_id, self);
	in->parent_id = matrix_id(cx, room->id, answers(content));
	in->thread_id = thread.len ? matrix_id(cx, room->id, thread) : room->origin.len ? room->origin : room->id;
	in->visibility = room->direct ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC;
	in->kind = in->ours ? (in->parent_id.len || room->direct ? KIND_REPLY : KIND_POST) : room->direct ? KIND_DIRECT : names_us(account, content) ? KIND_MENTION : KIND_COMMENT;
}

bool matrix_message(struct cx *cx, const struct channel_account *account, const struct matrix_room *room, const json_t *event, struct inbound *ret_inbound)
{
	const json_t *content = json_map(event, "content");
	struct str type = json_text(event, "type"), id = json_text(event, "event_id"), sender = json_text(event, "sender");
	bool sticker = str_eq(type, S("m.sticker"));
	struct inbound in = {.remote_id = matrix_id(cx, room->id, id), .thread_id = room->id, .author_followers = -1};
	if ((!sticker && !str_eq(type, S("m.room.message"))) || json_has(event, "state_key") || !id.len || !sender.len || !room->id.len)
		return false;
	if (json_has(event, "unsigned/redacted_because") || json_object_size(content) == 0) {
		in.removed = true;
		*ret_inbound = in;
		return true;
	}
	if (relation(content, "m.replace").len || str_starts(json_text(content, "msgtype"), S("m.key.verification.")) || (!sticker && !json_has(content, "msgtype")))
		return false;
	in.author_id = in.author_handle = sender;
	in.author_name = name_of(room, sender);
	in.author_url = arena_printf(cx->arena, "https://matrix.to/#/%.*s", STR_ARG(matrix_quoted(cx, sender)));
	in.subject = room->name;
	in.at = matrix_instant(event);
	in.url = arena_printf(cx->arena, "https://matrix.to/#/%.*s/%.*s", STR_ARG(matrix_quoted(cx, room->id)), STR_ARG(matrix_quoted(cx, id)));
	settle(cx, account, room, event, content, &in);
	read_content(cx, content, type, in.author_name, &in);
	*ret_inbound = in;
	return in.at > 0;
}

bool matrix_edited(struct cx *cx, const struct channel_account *account, const struct matrix_room *room, const json_t *original, const json_t *edit,
		   struct inbound *ret_inbound)
{
	struct str sender = json_text(original, "sender");
	struct inbound in;
	if (!sender.len || !str_eq(sender, json_text(edit, "sender")) || !str_eq(json_text(original, "event_id"), matrix_edits(edit)))
		return false;
	if (!matrix_message(cx, account, room, original, &in) || in.removed)
		return false;
	read_content(cx, json_map(edit, "content/m.new_content"), json_text(original, "type"), in.author_name, &in);
	in.edited_at = matrix_instant(edit);
	*ret_inbound = in;
	return in.edited_at > 0;
}
