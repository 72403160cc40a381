#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"
#include "model/length.h"

#define BOUNDARY "parvis-6f1d0c52a87e"

static void never(struct sent *ret_sent, struct str story)
{
	*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = story};
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
	if (status == 400 && json_number(x->document, "parameters/migrate_to_chat_id", 0))
		never(ret_sent, str_of(_(N_("The group became a larger one with another number. What is said there from now on comes in as a new conversation: answer there."))));
}

/* ---- an answer ---- */

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

static struct str text_body(struct cx *cx, struct str chat, struct str reply, struct str text)
{
	CLEANUP(buf_free) struct buf b = {}, quoted = {};
	buf_addc(&b, '{');
	add_member(&b, "chat_id", chat);
	buf_add_json(&quoted, text);
	add_member(&b, "text", buf_str(&quoted));
	if (reply.len)
		add_member(&b, "reply_parameters", reply);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static void add_part(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n", name);
	buf_add(b, value);
	buf_adds(b, "\r\n");
}

/* A file goes as a form of several parts; no part of it may hold the boundary. */
static bool media_body(struct cx *cx, const char *member, struct str chat, struct str reply, struct str text, const struct outbound_media *m, struct str *ret_body)
{
	CLEANUP(buf_free) struct buf b = {};
	if (str_find(m->bytes, S(BOUNDARY)) >= 0 || str_find(text, S(BOUNDARY)) >= 0)
		return false;
	add_part(&b, "chat_id", chat);
	if (text.len)
		add_part(&b, "caption", text);
	if (reply.len)
		add_part(&b, "reply_parameters", reply);
	buf_addf(&b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"", member);
	for (size_t i = 0; i < m->name.len; i++)
		buf_addc(&b, (unsigned char)m->name.at[i] < ' ' || m->name.at[i] == '"' || m->name.at[i] == '\\' ? '_' : m->name.at[i]);
	buf_addf(&b, "\"\r\nContent-Type: %.*s\r\n\r\n", STR_ARG(m->type.len ? m->type : S("application/octet-stream")));
	buf_add(&b, m->bytes);
	buf_adds(&b, "\r\n--" BOUNDARY "--\r\n");
	*ret_body = buf_keep(&b, cx->arena);
	return true;
}

static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str chat, first, parent;
	const struct outbound_media *m = o->media_count ? &o->media[0] : NULL;
	if (!telegram_place(o->thread_id, &chat, &first)) {
		never(ret_sent, str_of(_(N_("This conversation is of no Telegram chat."))));
		return OK;
	}
	if (o->media_count > 1 || (m && text_length(TEXT_UTF16, o->body) > TELEGRAM_CAPTION_MAX)) {
		never(ret_sent, str_of(o->media_count > 1 ? _(N_("One file goes with an answer there. Send the others by themselves."))
							  : _(N_("What goes with a file has 1,024 characters at the most there. Shorten it, or send the file by itself."))));
		return OK;
	}
	parent = answers(cx, chat, o->parent_id, o->thread_id);
	if (!parent.len && first.len)
		parent = answers(cx, chat, o->thread_id, o->thread_id);
	struct exchange x = {};
	const char *method = "sendMessage";
	if (m) {
		bool image = str_eq(m->kind, S("image")), video = str_eq(m->kind, S("video"));
		method = image ? "sendPhoto" : video ? "sendVideo" : "sendDocument";
		x.type = "multipart/form-data; boundary=" BOUNDARY;
		if (!media_body(cx, image ? "photo" : video ? "video" : "document", chat, parent, o->body, m, &x.body)) {
			never(ret_sent, str_of(_(N_("This file cannot be sent there."))));
			return OK;
		}
	} else {
		x.body = text_body(cx, chat, parent, o->body);
	}
	TRY(telegram_ask(cx, net, account, method, &x));
	outcome(cx, &x, o, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *result = json_map(x.document, "result"), *place = json_map(result, "chat");
	i64 id = json_number(result, "message_id", 0), in = json_number(place, "id", 0);
	if (id <= 0 || !in) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("The network took it, and what it answered could not be read.")))};
		return OK;
	}
	ret_sent->remote_id = telegram_id(cx, in, id);
	ret_sent->url = telegram_url(cx, place, id);
	return OK;
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
	case ACT_RESTORE:
	case ACT_COUNT:
		break;
	}
	never(ret_sent, str_of(_(N_("What was taken away there cannot be shown again."))));
	return OK;
}

/* Nothing can be read again there: only what does no harm twice is done once more. */
enum err telegram_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	if (o->act != ACT_REPLY && o->act != ACT_NOTICE) {
		TRY(telegram_publish(cx, net, account, o, ret_sent));
		if (ret_sent->outcome == OUTCOME_UNKNOWN)
			ret_sent->outcome = OUTCOME_LATER;
		return OK;
	}
	*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("A bot cannot read back what it wrote. Look in the chat whether the answer is there, then say so here.")))};
	return OK;
}
