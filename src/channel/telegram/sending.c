#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"
#include "model/length.h"

#include <string.h>

#define ALBUM_MOST 10

static void never(struct sent *ret_sent, struct str story)
{
	*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = story};
}

/* A group that became a larger one has another number there; 0: it is not that. */
static i64 moved_to(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 400 ? json_number(x->document, "parameters/migrate_to_chat_id", 0) : 0;
}

/* The network says it otherwise than most: 403 is of one chat (somebody blocked the bot), not of the account, and 400 that there is nothing
 * to take away means that it is gone. */
static void outcome(struct cx *cx, const struct exchange *x, const struct outbound *o, struct sent *ret_sent)
{
	struct str told = json_text(x->document, "description");
	int status = x->answer.status;
	exchange_outcome(cx, x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE && !json_flag(x->document, "ok"))
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("The network took it, and what it answered could not be read.")))};
	if (status == 403 && told.len)
		never(ret_sent, arena_printf(cx->arena, _(N_("This person or group takes nothing from the bot any more (%.*s).")), STR_ARG(told)));
	if (status == 400 && o->act == ACT_HIDE && str_find(told, S("message to delete not found")) >= 0)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = o->remote_id};
	if (status == 400 && moved_to(x))
		never(ret_sent, str_of(_(N_("The group became a larger one with another number, and what was said before cannot be changed there any more."))));
	if (status == 400 && str_find(told, S("message to be replied not found")) >= 0)
		never(ret_sent, str_of(_(N_("The message that this answers is no longer there."))));
}

/* ---- bodies ---- */

static void add_member(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
	buf_add(b, value);
}

/* What it answers; a private chat goes on without it when it is gone. */
static struct str answers(struct cx *cx, struct str chat, struct str message, struct str thread)
{
	struct str its_chat, number;
	if (!message.len || !telegram_place(message, &its_chat, &number) || !number.len || !str_eq(its_chat, chat))
		return (struct str){};
	bool alone = str_find_byte(thread, '/') < 0;
	return arena_printf(cx->arena, "{\"message_id\":%.*s%s}", STR_ARG(number), alone ? ",\"allow_sending_without_reply\":true" : "");
}

/* Of a post with a warning: all behind it is covered, until somebody taps on it. Places count units of UTF-16. Empty: nothing is. */
static struct str covers(struct cx *cx, const struct outbound *o)
{
	size_t before = text_length(TEXT_UTF16, o->warning) + 2, all = text_length(TEXT_UTF16, o->body);
	if (o->act != ACT_POST || !o->warning.len || all <= before)
		return (struct str){};
	return arena_printf(cx->arena, "[{\"type\":\"spoiler\",\"offset\":%zu,\"length\":%zu}]", before, all - before);
}

static struct str text_body(struct cx *cx, struct str chat, struct str reply, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf b = {}, quoted = {}, named = {};
	struct str covered = covers(cx, o);
	buf_addc(&b, '{');
	if (str_starts(chat, S("@")))
		buf_add_json(&named, chat);
	add_member(&b, "chat_id", named.len ? buf_str(&named) : chat);
	buf_add_json(&quoted, o->body);
	add_member(&b, "text", buf_str(&quoted));
	if (covered.len)
		add_member(&b, "entities", covered);
	if (reply.len)
		add_member(&b, "reply_parameters", reply);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

/* A poll, with the text as what describes it. */
static struct str poll_body(struct cx *cx, struct str chat, const struct outbound *o)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str covered = covers(cx, o);
	buf_adds(&b, "{\"chat_id\":");
	if (str_starts(chat, S("@")))
		buf_add_json(&b, chat);
	else
		buf_add(&b, chat);
	buf_adds(&b, ",\"question\":");
	buf_add_json(&b, o->poll.question);
	buf_adds(&b, ",\"description\":");
	buf_add_json(&b, o->body);
	if (covered.len)
		buf_addf(&b, ",\"description_entities\":%.*s", STR_ARG(covered));
	for (size_t i = 0; i < o->poll.count; i++) {
		buf_adds(&b, i ? ",{\"text\":" : ",\"options\":[{\"text\":");
		buf_add_json(&b, o->poll.choices[i]);
		buf_addc(&b, '}');
	}
	buf_addf(&b, "],\"allows_multiple_answers\":%s,\"open_period\":%lld}", o->poll.several ? "true" : "false", (long long)(o->poll.lasting / SECOND));
	return buf_keep(&b, cx->arena);
}

/* ---- files ---- */

/* A picture, a film, a piece of music or any other file: how one is sent alone, and what it is called in an album. */
static const struct sort {
	const char *kind, *method, *member;
} sorts[] = {{"image", "sendPhoto", "photo"}, {"video", "sendVideo", "video"}, {"audio", "sendAudio", "audio"}, {"file", "sendDocument", "document"}};
static const struct sort moving = {"image", "sendAnimation", "animation"};

static const struct sort *sort_of(const struct outbound_media *m)
{
	if (str_eq(m->type, S("image/gif"))) /* as a picture it would stand still */
		return &moving;
	for (size_t i = 0; i < COUNT(sorts); i++)
		if (str_eq(m->kind, str_of(sorts[i].kind)))
			return &sorts[i];
	return &sorts[COUNT(sorts) - 1];
}

/* In an album pictures and films may stand together; music and other files only among themselves. What does not fit together goes as files. */
static const char *together(const struct outbound *o, size_t i)
{
	size_t seen = 0, heard = 0;
	for (size_t n = 0; n < o->media_count; n++) {
		const struct sort *s = sort_of(&o->media[n]);
		seen += s == &sorts[0] || s == &sorts[1];
		heard += s == &sorts[2];
	}
	return seen == o->media_count || heard == o->media_count ? sort_of(&o->media[i])->member : "document";
}

static struct exchange_part file_part(const struct outbound_media *m, const char *name)
{
	return (struct exchange_part){.name = name, .file_name = m->name.len ? m->name : S("file"), .type = m->type.len ? m->type : S("application/octet-stream"), .value = m->bytes};
}

static const char *one_file(struct cx *cx, struct str chat, struct str parent, const struct outbound *o, struct exchange *x)
{
	const struct sort *sort = sort_of(&o->media[0]);
	struct exchange_part parts[6] = {{.name = "chat_id", .value = chat}, file_part(&o->media[0], sort->member)};
	size_t count = 2;
	bool covered = o->act == ACT_POST && o->warning.len;
	if (covered && (sort == &sorts[0] || sort == &sorts[1] || sort == &moving))
		parts[count++] = (struct exchange_part){.name = "has_spoiler", .value = S("true")};
	if (covers(cx, o).len)
		parts[count++] = (struct exchange_part){.name = "caption_entities", .value = covers(cx, o)};
	if (o->body.len)
		parts[count++] = (struct exchange_part){.name = "caption", .value = o->body};
	if (parent.len)
		parts[count++] = (struct exchange_part){.name = "reply_parameters", .value = parent};
	exchange_form(cx, x, parts, count);
	return sort->method;
}

static const char *album(struct cx *cx, struct str chat, struct str parent, const struct outbound *o, struct exchange *x)
{
	CLEANUP(buf_free) struct buf list = {};
	struct exchange_part parts[ALBUM_MOST + 3] = {{.name = "chat_id", .value = chat}};
	size_t count = 2;
	for (size_t i = 0; i < o->media_count; i++) {
		buf_addf(&list, "%s{\"type\":\"%s\",\"media\":\"attach://file%zu\"", i ? "," : "[", together(o, i), i);
		if (!i && o->body.len) {
			buf_adds(&list, ",\"caption\":");
			buf_add_json(&list, o->body);
			if (covers(cx, o).len)
				buf_addf(&list, ",\"caption_entities\":%.*s", STR_ARG(covers(cx, o)));
		}
		if (o->act == ACT_POST && o->warning.len && (strcmp(together(o, i), "photo") == 0 || strcmp(together(o, i), "video") == 0))
			buf_adds(&list, ",\"has_spoiler\":true");
		buf_addc(&list, '}');
		parts[count++] = file_part(&o->media[i], arena_printf(cx->arena, "file%zu", i).at);
	}
	buf_addc(&list, ']');
	parts[1] = (struct exchange_part){.name = "media", .value = buf_str(&list)};
	if (parent.len)
		parts[count++] = (struct exchange_part){.name = "reply_parameters", .value = parent};
	exchange_form(cx, x, parts, count);
	return "sendMediaGroup";
}

/* ---- an answer ---- */

static bool fits(struct cx *cx, const struct outbound *o, struct sent *ret_sent)
{
	if (o->media_count > ALBUM_MOST)
		never(ret_sent, str_of(_(N_("Ten files go with one message there. Send the others by themselves."))));
	else if ((o->media_count || o->poll.count) && text_length(TEXT_UTF16, o->body) > TELEGRAM_CAPTION_MAX)
		never(ret_sent, str_of(_(N_("What goes with a file or a poll has 1,024 characters at the most there. Shorten it, or send the file by itself."))));
	else if (o->act == ACT_POST && text_length(TEXT_UTF16, o->body) > TELEGRAM_TEXT_MAX) /* it fitted, before what is to be said first was put before it */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(N_("With its warning before it, this post is too long for this network by %lld. Shorten it, then send it again.")),
											  (long long)(text_length(TEXT_UTF16, o->body) - TELEGRAM_TEXT_MAX))};
	else
		return true;
	return false;
}

static enum err send(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str chat, struct str parent, struct exchange *x)
{
	const char *method = "sendMessage";
	*x = (struct exchange){};
	if (o->poll.count) {
		method = "sendPoll";
		x->body = poll_body(cx, chat, o);
	} else if (o->media_count > 1)
		method = album(cx, chat, parent, o, x);
	else if (o->media_count)
		method = one_file(cx, chat, parent, o, x);
	else
		x->body = text_body(cx, chat, parent, o);
	return telegram_ask(cx, net, account, method, x);
}

/* What came of sending: the message's id and address. */
static enum err take_sent(struct cx *cx, const struct exchange *x, const struct outbound *o, struct sent *ret_sent)
{
	outcome(cx, x, o, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *result = json_at(x->document, "result");
	if (json_is_array(result)) /* an album: by its first */
		result = json_array_get(result, 0);
	const json_t *place = json_map(result, "chat");
	i64 id = json_number(result, "message_id", 0), in = json_number(place, "id", 0);
	if (id <= 0 || !in) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("The network took it, and what it answered could not be read.")))};
		return OK;
	}
	ret_sent->remote_id = telegram_id(cx, in, id);
	ret_sent->url = telegram_url(cx, place, id);
	return OK;
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str chat, first, parent;
	struct exchange x;
	if (!telegram_place(o->thread_id, &chat, &first)) {
		never(ret_sent, str_of(_(N_("This conversation is of no Telegram chat."))));
		return OK;
	}
	if (!fits(cx, o, ret_sent))
		return OK;
	struct str asked_in = chat, number; /* by whoever wrote last, perhaps where the group is now */
	if (telegram_place(o->parent_id, &asked_in, &number) && !str_eq(asked_in, chat))
		chat = asked_in;
	parent = answers(cx, chat, o->parent_id, o->thread_id);
	if (!parent.len && first.len)
		parent = answers(cx, chat, o->thread_id, o->thread_id);
	TRY(send(cx, net, account, o, chat, parent, &x));
	if (moved_to(&x)) /* nothing was sent: into the larger group, where messages are numbered anew */
		TRY(send(cx, net, account, o, arena_printf(cx->arena, "%lld", (long long)moved_to(&x)), (struct str){}, &x));
	return take_sent(cx, &x, o, ret_sent);
}

/* A channel or a group, by the name or number that is set for posts. */
static enum err post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct str chat = str_trim(exchange_setting(account, "posts"));
	struct outbound o = *outbound;
	struct exchange x;
	i64 number;
	if (!(str_starts(chat, S("@")) && chat.len > 1) && !str_to_i64(chat, &number)) {
		never(ret_sent, str_of(_(N_("No channel or group is set for posts. Write its name into “Channel for posts” on this channel's page, then send it again."))));
		return OK;
	}
	if (o.warning.len)
		o.body = arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(outbound->warning), STR_ARG(outbound->body));
	if (!fits(cx, &o, ret_sent))
		return OK;
	TRY(send(cx, net, account, &o, chat, (struct str){}, &x));
	if (moved_to(&x))
		TRY(send(cx, net, account, &o, arena_printf(cx->arena, "%lld", (long long)moved_to(&x)), (struct str){}, &x));
	return take_sent(cx, &x, &o, ret_sent);
}

/* ---- on a message ---- */

static struct str reaction_of(struct str word)
{
	return str_eq(word, S("like")) ? S("👍") : word;
}

static enum err on_message(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str chat, message;
	CLEANUP(buf_free) struct buf b = {};
	if (!telegram_place(o->remote_id, &chat, &message) || !message.len) {
		never(ret_sent, str_of(_(N_("This message is of no Telegram chat."))));
		return OK;
	}
	buf_addf(&b, "{\"chat_id\":%.*s,\"message_id\":%.*s", STR_ARG(chat), STR_ARG(message));
	if (o->act == ACT_REACT) {
		buf_adds(&b, ",\"reaction\":[{\"type\":\"emoji\",\"emoji\":");
		buf_add_json(&b, reaction_of(o->reaction));
		buf_adds(&b, "}]");
	} else if (o->act == ACT_UNREACT) {
		buf_adds(&b, ",\"reaction\":[]");
	}
	buf_addc(&b, '}');
	struct exchange x = {.body = buf_keep(&b, cx->arena), .repeatable = true};
	TRY(telegram_ask(cx, net, account, o->act == ACT_HIDE ? "deleteMessage" : "setMessageReaction", &x));
	outcome(cx, &x, o, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE)
		ret_sent->remote_id = o->remote_id;
	return OK;
}

enum err telegram_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	switch (o->act) {
	case ACT_REPLY:
	case ACT_NOTICE:
		return reply(cx, net, account, o, ret_sent);
	case ACT_HIDE:
	case ACT_REACT:
	case ACT_UNREACT:
		return on_message(cx, net, account, o, ret_sent);
	case ACT_POST:
		return post(cx, net, account, o, ret_sent);
	case ACT_RESTORE:
	case ACT_PROFILE:
	case ACT_COUNT:
		break;
	}
	never(ret_sent, str_of(_(N_("What was taken away there cannot be shown again."))));
	return OK;
}

/* Nothing can be read again there: only what does no harm twice is done once more. */
enum err telegram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act == ACT_POST) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("A bot cannot read back what it wrote. Look in the channel whether the post is there, then say so here.")))};
		return OK;
	}
	if (o->act != ACT_REPLY && o->act != ACT_NOTICE) {
		TRY(telegram_publish(cx, net, account, o, ret_sent));
		if (ret_sent->outcome == OUTCOME_UNKNOWN)
			ret_sent->outcome = OUTCOME_LATER;
		return OK;
	}
	*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("A bot cannot read back what it wrote. Look in the chat whether the answer is there, then say so here.")))};
	return OK;
}
