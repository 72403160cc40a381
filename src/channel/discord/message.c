/* A message of Discord as an inbound: https://discord.com/developers/docs/resources/message (as of 2026-11-21). Its text names people,
 * channels and instants by number: read as a person would see them. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/discord/connector.h"
#include "channel/json_read.h"

#define EPOCH (1420070400000 * MILLISECOND) /* Discord's: the first instant of 2015 */
#define SUMMARY_MAX 20

bool discord_is_id(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0 && text.len <= 20;
}

bool discord_id_split(struct str id, struct str *ret_channel, struct str *ret_message)
{
	struct str rest = id, channel = str_cut(&rest, '/');
	*ret_channel = channel;
	*ret_message = rest;
	return discord_is_id(channel) && discord_is_id(rest);
}

int discord_id_order(struct str a, struct str b)
{
	return a.len != b.len ? (a.len < b.len ? -1 : 1) : str_cmp(a, b);
}

u64 discord_id_of(i64 instant)
{
	return instant > EPOCH ? (u64)((instant - EPOCH) / MILLISECOND) << 22 : 0;
}

/* ---- text ---- */

static struct str name_of(const json_t *user)
{
	struct str name = json_text(user, "global_name");
	return name.len ? name : json_text(user, "username");
}

static struct str named(struct cx *cx, const json_t *message, struct str id)
{
	size_t index;
	const json_t *user;
	json_array_foreach(json_list(message, "mentions"), index, user)
		if (str_eq(json_id(cx->arena, user, "id"), id))
			return name_of(user);
	return (struct str){};
}

/* What stands between "<" and ">"; false when it is just that. */
static bool add_mark(struct cx *cx, const json_t *message, struct str mark, struct buf *b)
{
	struct str rest = mark;
	i64 seconds;
	if (str_starts(mark, S("@&")) && discord_is_id(str_skip(mark, 2))) {
		buf_adds(b, "@role");
	} else if (str_starts(mark, S("@"))) {
		struct str id = str_skip(mark, str_starts(mark, S("@!")) ? 2 : 1), name = named(cx, message, id);
		if (!discord_is_id(id))
			return false;
		buf_addc(b, '@');
		buf_add(b, name.len ? name : id);
	} else if (str_starts(mark, S("#")) && discord_is_id(str_skip(mark, 1))) {
		buf_adds(b, "#");
		buf_add(b, str_skip(mark, 1));
	} else if (str_starts(mark, S(":")) || str_starts(mark, S("a:"))) { /* a picture of the server's own: :name: */
		str_cut(&rest, ':');
		struct str name = str_cut(&rest, ':');
		if (!name.len || !discord_is_id(rest))
			return false;
		buf_addf(b, ":%.*s:", STR_ARG(name));
	} else if (str_starts(mark, S("t:"))) {
		str_cut(&rest, ':');
		if (!str_to_i64(str_cut(&rest, ':'), &seconds) || seconds < 0 || seconds > (i64)4102444800)
			return false;
		buf_add_time(b, seconds * SECOND);
	} else {
		return false;
	}
	return true;
}

static struct str readable(struct cx *cx, const json_t *message, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	ptrdiff_t at;
	while ((at = str_find_byte(text, '<')) >= 0) {
		buf_add(&b, str_head(text, (size_t)at));
		text = str_skip(text, (size_t)at);
		ptrdiff_t end = str_find_byte(str_head(text, 80), '>');
		if (end > 1 && add_mark(cx, message, str_head(str_skip(text, 1), (size_t)end - 1), &b)) {
			text = str_skip(text, (size_t)end + 1);
		} else {
			buf_addc(&b, '<');
			text = str_skip(text, 1);
		}
	}
	buf_add(&b, text);
	return buf_keep(&b, cx->arena);
}

/* The text, and in words what stands beside it. */
static struct str body_of(struct cx *cx, const json_t *message)
{
	CLEANUP(buf_free) struct buf b = {};
	const json_t *one, *forwarded = json_map(json_array_get(json_list(message, "message_snapshots"), 0), "message");
	size_t index;
	buf_add(&b, readable(cx, message, json_text(message, "content")));
	if (forwarded)
		buf_addf(&b, "%s» %.*s", b.len ? "\n" : "", STR_ARG(readable(cx, forwarded, json_text(forwarded, "content"))));
	json_array_foreach(json_list(message, "embeds"), index, one)
	{
		struct str title = json_text(one, "title"), about = json_text(one, "description");
		if (index < SUMMARY_MAX && !json_text(message, "content").len && (title.len || about.len))
			buf_addf(&b, "%s%.*s%s%.*s", b.len ? "\n" : "", STR_ARG(title), title.len && about.len ? "\n" : "", STR_ARG(about));
	}
	json_array_foreach(json_list(message, "sticker_items"), index, one)
		if (index < SUMMARY_MAX)
			buf_addf(&b, "%s[%.*s]", b.len ? "\n" : "", STR_ARG(json_text(one, "name")));
	if (json_has(message, "poll/question/text"))
		buf_addf(&b, "%s%.*s", b.len ? "\n" : "", STR_ARG(json_text(message, "poll/question/text")));
	json_array_foreach(json_list(message, "poll/answers"), index, one)
		if (index < SUMMARY_MAX)
			buf_addf(&b, "\n- %.*s", STR_ARG(json_text(one, "poll_media/text")));
	return buf_keep(&b, cx->arena);
}

/* ---- files ---- */

static struct str kind_of(struct str type)
{
	return str_starts(type, S("image/")) ? S("image") : str_starts(type, S("video/")) ? S("video") : str_starts(type, S("audio/")) ? S("audio") : S("file");
}

static void read_files(struct cx *cx, const json_t *message, struct inbound *in)
{
	const json_t *list = json_list(message, "attachments"), *one;
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, json_array_size(list) + 1);
	size_t index;
	json_array_foreach((json_t *)list, index, one)
		all[index] = (struct inbound_attachment){.kind = kind_of(json_text(one, "content_type")), .name = json_text(one, "filename"),
							 .alt = json_text(one, "description"), .type = json_text(one, "content_type"), .url = json_text(one, "url")};
	in->attachments = all;
	in->attachment_count = json_array_size(list);
}

/* ---- the message ---- */

static bool names_us(struct cx *cx, const struct channel_account *account, const json_t *message)
{
	struct str self = discord_self(account);
	size_t index;
	const json_t *user;
	json_array_foreach(json_list(message, "mentions"), index, user)
		if (self.len && str_eq(json_id(cx->arena, user, "id"), self))
			return true;
	return false;
}

bool discord_message(struct cx *cx, const struct channel_account *account, struct str subject, const json_t *message, struct inbound *ret_inbound)
{
	static const i64 said[] = {0, 19, 20, 23}; /* plain, an answer, answers to commands */
	const json_t *author = json_map(message, "author"), *reference = json_map(message, "message_reference");
	struct str id = json_id(cx->arena, message, "id"), channel = json_id(cx->arena, message, "channel_id"), self = discord_self(account);
	struct str guild = exchange_setting(account, "guild"), parent = json_id(cx->arena, reference, "message_id"), where = json_id(cx->arena, reference, "channel_id");
	struct str picture = json_text(author, "avatar");
	i64 type = json_number(message, "type", 0);
	bool plain = false;
	for (size_t i = 0; i < COUNT(said); i++)
		plain = plain || type == said[i];
	if (!plain || !discord_is_id(id) || !discord_is_id(channel))
		return false;
	struct inbound in = {
		.remote_id = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(channel), STR_ARG(id)), .thread_id = channel, .subject = subject,
		.author_id = json_id(cx->arena, author, "id"), .author_handle = json_text(author, "username"), .author_name = name_of(author), .author_followers = -1,
		.body = body_of(cx, message), .at = json_instant(message, "timestamp"), .edited_at = json_instant(message, "edited_timestamp"),
		.visibility = VISIBILITY_PUBLIC, /* what is written to a bot in private is told by the gateway alone */
		.url = guild.len ? arena_printf(cx->arena, "https://discord.com/channels/%.*s/%.*s/%.*s", STR_ARG(guild), STR_ARG(channel), STR_ARG(id)) : (struct str){},
	};
	if (discord_is_id(parent) && json_number(reference, "type", 0) == 0)
		in.parent_id = arena_printf(cx->arena, "%.*s/%.*s", STR_ARG(discord_is_id(where) ? where : channel), STR_ARG(parent));
	if (discord_is_id(in.author_id)) {
		in.author_url = arena_printf(cx->arena, "https://discord.com/users/%.*s", STR_ARG(in.author_id));
		if (picture.len && str_find_byte(picture, '/') < 0)
			in.author_avatar = arena_printf(cx->arena, "https://cdn.discordapp.com/avatars/%.*s/%.*s.png?size=64", STR_ARG(in.author_id), STR_ARG(picture));
	}
	read_files(cx, message, &in);
	in.ours = self.len && str_eq(in.author_id, self);
	if (!in.body.len && !in.attachment_count && !in.ours && !json_array_size(json_list(message, "components")))
		in.body = str_of(_(N_("(Discord keeps this text from the bot: turn on its Message Content intent in the developer portal.)")));
	in.kind = in.ours ? (in.parent_id.len ? KIND_REPLY : KIND_POST) : names_us(cx, account, message) ? KIND_MENTION : KIND_COMMENT;
	*ret_inbound = in;
	return in.at > 0 && in.author_id.len;
}
