/* telegram: a bot of Telegram: what is written to it, and what is said in groups and channels where it is. README.md says what the network's
 * description covers and what not. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/signature.h"
#include "channel/telegram/connector.h"

#define HOST "https://api.telegram.org"
#define PAGE 100
#define FILE_WAIT (10 * SECOND) /* others wait meanwhile */
#define SILENT (6 * DAY) /* after a week without any, the network numbers its updates anew */

static const struct channel_field fields[] = {
	{"token", N_("Bot token"), N_("From @BotFather in Telegram, after /newbot: digits, a colon, letters."), FIELD_SECRET, true},
	{"posts", N_("Channel for posts"), N_("Name of the channel or group where your posts appear: @levain; or its number. The bot must be one of its administrators. Empty: posts are not sent here."), FIELD_LINE, false},
	{"delivery_secret", N_("Secret token of the webhook"), N_("May stay empty: Parvis then asks for what is new itself. With one (letters, digits, _ and -), and where this desk is reached by https, it has Telegram bring it."), FIELD_SECRET, false},
	{"url", N_("Address of the interface"), N_("Empty: https://api.telegram.org. Another one for a Bot API server of your own."), FIELD_URL, false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, TELEGRAM_TEXT_MAX, TEXT_UTF16, "2026-06-11", "Bot API 10.1, sendMessage: text, 1-4096 characters after entities parsing"},
	{LIMIT_POLL_CHOICES, 12, TEXT_CHARACTERS, "2026-06-11", "Bot API 10.1, sendPoll: 1-12 answer options"},
	{LIMIT_POLL_CHOICE, 100, TEXT_UTF16, "2026-06-11", "Bot API 10.1, InputPollOption: 1-100 characters"},
	{LIMIT_POLL_QUESTION, 300, TEXT_UTF16, "2026-06-11", "Bot API 10.1, sendPoll: 1-300 characters"},
	{LIMIT_POLL_SECONDS, 2628000, TEXT_CHARACTERS, "2026-06-11", "Bot API 10.1, sendPoll: open_period, 5-2628000"},
	{LIMIT_CAPTION, TELEGRAM_CAPTION_MAX, TEXT_UTF16, "2026-06-11", "Bot API 10.1, sendPhoto: caption, 0-1024 characters after entities parsing"},
	{LIMIT_MEDIA, 10, TEXT_CHARACTERS, "2026-06-11", "Bot API 10.1, sendMediaGroup: 2 to 10 of them are an album"},
	{LIMIT_IMAGE_BYTES, 10 << 20, TEXT_BYTES, "2026-06-11", "Bot API 10.1, sendPhoto: at most 10 MB"},
	{LIMIT_VIDEO_BYTES, 50 << 20, TEXT_BYTES, "2026-06-11", "Bot API 10.1, sendVideo: up to 50 MB"},
	{LIMIT_FILE_BYTES, 50 << 20, TEXT_BYTES, "2026-06-11", "Bot API 10.1, sendDocument: up to 50 MB"},
	{},
};

struct str telegram_base(const struct channel_account *account)
{
	struct str url = exchange_setting(account, "url");
	while (str_ends(url, S("/")))
		url.len--;
	return url.len ? url : S(HOST);
}

enum err telegram_ask(struct cx *cx, struct net *net, const struct channel_account *account, const char *method, struct exchange *x)
{
	struct str token = exchange_secret(cx, account, "token");
	for (size_t i = 0; i < token.len; i++)
		if ((unsigned char)token.at[i] <= ' ' || token.at[i] == '/' || token.at[i] == '?' || token.at[i] == '#')
			return fail_field(cx, "token", N_("This is no token of a bot."));
	x->method = "POST";
	x->credential = true; /* in the path */
	x->base = telegram_base(account);
	x->path = arena_printf(cx->arena, "/bot%.*s/%s", STR_ARG(token), method);
	if (!x->body.at)
		x->body = S("{}");
	return exchange_ask(cx, net, x);
}

struct str telegram_handle_of(struct cx *cx, const json_t *me)
{
	return exchange_text(cx, me, "username");
}

/* Where one of the bot's files is: the token stands in that address too. */
static enum err ask_file(struct cx *cx, struct net *net, const struct channel_account *account, struct str path, size_t most, struct exchange *x)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str token = exchange_secret(cx, account, "token"), rest = path;
	buf_addf(&b, "/file/bot%.*s", STR_ARG(token));
	while (rest.len) {
		struct str part = str_cut(&rest, '/');
		if (!part.len || str_eq(part, S("..")) || str_eq(part, S(".")))
			return fail(cx, ERR_MISSING, N_("Telegram names no place of this file that could be read."));
		buf_addc(&b, '/');
		buf_add_url(&b, part);
	}
	*x = (struct exchange){.method = "GET", .base = telegram_base(account), .path = buf_keep(&b, cx->arena), .accept = "*/*", .any_answer = true, .answer_max = most, .timeout = FILE_WAIT, .credential = true};
	return exchange_ask(cx, net, x);
}

/* Telegram knows it no longer, or it is larger than bots may have. */
static bool cannot_be_had(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && (x->answer.status == 400 || x->answer.status == 404 || x->answer.status == 410);
}

static enum err bring(struct cx *cx, struct net *net, const struct channel_account *account, struct str reference, size_t most, struct str *ret_bytes)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"file_id\":");
	buf_add_json(&b, reference);
	buf_addc(&b, '}');
	struct exchange x = {.repeatable = true, .body = buf_str(&b), .timeout = FILE_WAIT}, file;
	TRY(telegram_ask(cx, net, account, "getFile", &x));
	if (cannot_be_had(&x))
		return fail(cx, ERR_MISSING, N_("Telegram does not give this file: “%.*s”."), STR_ARG(json_text(x.document, "description")));
	TRY(exchange_expect_json(cx, &x, 200));
	struct str path = json_text(x.document, "result/file_path");
	if (!json_flag(x.document, "ok"))
		return fail(cx, ERR_REMOTE, N_("What Telegram answered could not be read."));
	if (!path.len || json_number(x.document, "result/file_size", 0) > (i64)most)
		return fail(cx, ERR_TOO_LARGE, N_("Telegram does not give files of this size to bots."));
	TRY(ask_file(cx, net, account, path, most, &file));
	if (cannot_be_had(&file))
		return fail(cx, ERR_MISSING, N_("The file is no longer at Telegram."));
	if (file.answer.trouble == NET_TOO_BIG)
		return fail(cx, ERR_TOO_LARGE, N_("The file is larger than Telegram said."));
	TRY(exchange_expect(cx, &file, 200));
	*ret_bytes = file.answer.body;
	return OK;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.repeatable = true};
	struct verified v = {.followers = -1};
	TRY(telegram_ask(cx, net, account, "getMe", &x));
	if (exchange_verified(cx, &x, &v)) {
		const json_t *me = json_map(x.document, "result");
		v.id = json_id(cx->arena, me, "id");
		v.handle = telegram_handle_of(cx, me);
		v.name = exchange_text(cx, me, "first_name");
		v.url = arena_printf(cx->arena, "https://t.me/%.*s", STR_ARG(v.handle));
		if (!v.id.len || !json_flag(x.document, "ok")) {
			*ret_verified = (struct verified){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This address does not answer as Telegram's interface for bots does."))), .followers = -1};
			return OK;
		}
		v.known = json_pack("{s:s%, s:s%, s:b}", "id", v.id.at, v.id.len, "username", v.handle.at ? v.handle.at : "", v.handle.len, "reads_groups",
				    json_flag(me, "can_read_all_group_messages"));
		exchange_known(cx, &v);
		TRY(telegram_look_at_webhook(cx, net, account, v.known));
	}
	*ret_verified = v;
	return OK;
}

/* ---- what is new ---- */

/* "OFFSET SECONDS WEBHOOK": the number of the next update, when the last one came, and how it stands with the webhook (webhook.c). An offset tells the
 * network that all before it arrived: it forgets them, so it is only said once they are kept here. After a week of silence numbers begin
 * anywhere, also below: then none is said. */
static struct str offset_of(struct str cursor, i64 now)
{
	i64 number, seconds = 0;
	struct str offset = str_cut(&cursor, ' '), when = str_cut(&cursor, ' ');
	bool fresh = str_to_i64(offset, &number) && str_to_i64(when, &seconds) && seconds > 0 && seconds < INT64_MAX / SECOND && now - seconds * SECOND < SILENT;
	return fresh ? offset : (struct str){};
}

static struct str webhook_of(struct str cursor)
{
	str_cut(&cursor, ' ');
	str_cut(&cursor, ' ');
	return cursor;
}

/* The numbers stay as they are, unless something came (`last` is its number). */
static struct str cursor_of(struct cx *cx, struct str before, i64 last, struct str webhook)
{
	struct str offset = str_cut(&before, ' '), seconds = str_cut(&before, ' ');
	if (last >= 0) {
		offset = arena_printf(cx->arena, "%lld", (long long)last + 1);
		seconds = arena_printf(cx->arena, "%lld", (long long)(cx->now / SECOND));
	}
	if (!webhook.len)
		return offset.len ? arena_printf(cx->arena, "%.*s %.*s", STR_ARG(offset), STR_ARG(seconds)) : (struct str){};
	return arena_printf(cx->arena, "%.*s %.*s %.*s", STR_ARG(offset.len ? offset : S("-")), STR_ARG(seconds.len ? seconds : S("0")), STR_ARG(webhook));
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	struct str offset = offset_of(cursor, cx->now), webhook = webhook_of(cursor);
	struct exchange x = {.repeatable = true};
	bool asks, waits;
	TRY(telegram_keep_webhook(cx, net, account, webhook, &webhook, &asks));
	*ret_more = false;
	*ret_cursor = cursor_of(cx, cursor, -1, webhook);
	if (!asks)
		return OK;
	x.body = offset.len ? arena_printf(cx->arena, "{\"offset\":%.*s,\"limit\":%d,\"timeout\":0,\"allowed_updates\":" TELEGRAM_KINDS "}", STR_ARG(offset), PAGE)
			    : arena_printf(cx->arena, "{\"limit\":%d,\"timeout\":0,\"allowed_updates\":" TELEGRAM_KINDS "}", PAGE);
	TRY(telegram_ask(cx, net, account, "getUpdates", &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 409 && str_find(json_text(x.document, "description"), S("webhook")) >= 0)
		return telegram_is_brought(cx, net, account);
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_list(x.document, "result") || !json_flag(x.document, "ok"))
		return fail(cx, ERR_REMOTE, N_("What Telegram answered could not be read."));
	struct telegram_updates updates = telegram_sorted(cx, json_list(x.document, "result"));
	size_t end = telegram_whole(cx, &updates, updates.count >= PAGE, &waits);
	TRY(telegram_take_updates(cx, account, &updates, end, take, subject));
	*ret_more = !waits && (end < updates.count || updates.count >= PAGE);
	*ret_cursor = cursor_of(cx, cursor, end ? json_number(updates.list[end - 1], "update_id", -1) : -1, webhook);
	return OK;
}

/* ---- what is brought ---- */

static void release(void *document)
{
	json_decref(document);
}

/* The network signs nothing and says no time: a secret of its own goes along. */
static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject, struct received *ret_received)
{
	struct received r = {.verdict = DELIVERY_REFUSED};
	struct str secret = exchange_secret(cx, account, "delivery_secret"), given = delivery_header(delivery, "X-Telegram-Bot-Api-Secret-Token");
	if (!secret.len || !str_eq_secret(given, secret)) {
		r.story = str_of(secret.len ? _(N_("The delivery does not carry the secret token of this bot's webhook. It was not taken."))
					    : _(N_("This channel has no secret token, so nothing that is delivered to it can be believed. Give it one.")));
		*ret_received = r;
		return OK;
	}
	json_error_t where;
	json_t *update = json_loadb(delivery->body.at ? delivery->body.at : "", delivery->body.len, 0, &where);
	arena_defer(cx->arena, release, update);
	if (!json_is_object(update) || !json_has(update, "update_id"))
		return fail(cx, ERR_BAD_INPUT, N_("This is no update of Telegram."));
	TRY(telegram_read_update(cx, account, update, take, subject));
	r.verdict = DELIVERY_TAKEN;
	r.key = exchange_text(cx, update, "update_id");
	*ret_received = r;
	return OK;
}

/* ---- readers ---- */

static enum err read_updates(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct telegram_updates updates = telegram_sorted(cx, json_is_array(document) ? document : json_list(document, "result"));
	return telegram_take_updates(cx, account, &updates, updates.count, take, subject);
}

static const struct channel_reader readers[] = {
	{"getUpdates", N_("A page of updates"), read_updates},
	{"webhook", N_("One update, as it is brought"), telegram_read_update},
	{},
};

const struct channel_kind channel_telegram = {
	.word = "telegram",
	.title = N_("Telegram"),
	.about = N_("A bot of yours: private chats with it, and the groups and channels where it is."),
	.network = "telegram",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | HIDES_FOR_GOOD | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_RECEIVE | TELLS_ADDRESS | CAN_POST,
	.limits = limits,
	.fields = fields,
	.fetch_every = 5 * SECOND,
	.verify = verify,
	.fetch = fetch,
	.receive = receive,
	.bring = bring,
	.publish = telegram_publish,
	.look = telegram_look,
	.profile = telegram_profile,
	.write_profile = telegram_write_profile,
	.profile_fields = telegram_profile_fields,
	.profile_place = "https://t.me/BotFather",
	.leave = telegram_leave,
	.readers = readers,
};
