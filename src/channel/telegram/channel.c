/* telegram: a bot of Telegram: what is written to it, and what is said in groups and channels where it is. README.md says what the network's
 * description covers and what not. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/signature.h"
#include "channel/telegram/connector.h"

#define HOST "https://api.telegram.org"
#define PAGE 100
#define SILENT (6 * DAY) /* after a week without any, the network numbers its updates anew */

static const struct channel_field fields[] = {
	{"token", N_("Bot token"), N_("From @BotFather in Telegram, after /newbot: digits, a colon, letters."), FIELD_SECRET, true},
	{"delivery_secret", N_("Secret token of the webhook"), N_("Only where Telegram is told to bring updates (setWebhook with this secret_token). Else Parvis asks for them itself."), FIELD_SECRET, false},
	{"url", N_("Address of the interface"), N_("Empty: https://api.telegram.org. Another one for a Bot API server of your own."), FIELD_URL, false},
	{},
};

static const struct channel_limit limits[] = {
	{LIMIT_BODY, TELEGRAM_TEXT_MAX, TEXT_UTF16, "2026-06-11", "Bot API 10.1, sendMessage: text, 1-4096 characters after entities parsing"},
	{LIMIT_MEDIA, 1, TEXT_CHARACTERS, "2026-11-21", "this connector sends one; an album takes 2 to 10"},
	{LIMIT_IMAGE_BYTES, 10 << 20, TEXT_BYTES, "2026-06-11", "Bot API 10.1, sendPhoto: at most 10 MB"},
	{LIMIT_VIDEO_BYTES, 50 << 20, TEXT_BYTES, "2026-06-11", "Bot API 10.1, sendVideo: up to 50 MB"},
	{},
};

enum err telegram_ask(struct cx *cx, struct net *net, const struct channel_account *account, const char *method, struct exchange *x)
{
	struct str token = exchange_secret(cx, account, "token"), url = exchange_setting(account, "url");
	while (str_ends(url, S("/")))
		url.len--;
	for (size_t i = 0; i < token.len; i++)
		if ((unsigned char)token.at[i] <= ' ' || token.at[i] == '/' || token.at[i] == '?' || token.at[i] == '#')
			return fail_field(cx, "token", N_("This is no token of a bot."));
	x->method = "POST";
	x->credential = true; /* in the path */
	x->base = url.len ? url : S(HOST);
	x->path = arena_printf(cx->arena, "/bot%.*s/%s", STR_ARG(token), method);
	if (!x->body.at)
		x->body = S("{}");
	return exchange_ask(cx, net, x);
}

static struct str handle_of(struct cx *cx, const json_t *me)
{
	return exchange_text(cx, me, "username");
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct exchange x = {.repeatable = true};
	struct verified v = {.followers = -1};
	TRY(telegram_ask(cx, net, account, "getMe", &x));
	if (exchange_verified(cx, &x, &v)) {
		const json_t *me = json_map(x.document, "result");
		v.id = json_id(cx->arena, me, "id");
		v.handle = handle_of(cx, me);
		v.name = exchange_text(cx, me, "first_name");
		v.url = arena_printf(cx->arena, "https://t.me/%.*s", STR_ARG(v.handle));
		if (!v.id.len || !json_flag(x.document, "ok")) {
			*ret_verified = (struct verified){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This address does not answer as Telegram's interface for bots does."))), .followers = -1};
			return OK;
		}
		v.known = json_pack("{s:s%, s:s%, s:b}", "id", v.id.at, v.id.len, "username", v.handle.at ? v.handle.at : "", v.handle.len, "reads_groups",
				    json_flag(me, "can_read_all_group_messages"));
		exchange_known(cx, &v);
	}
	*ret_verified = v;
	return OK;
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.repeatable = true};
	TRY(telegram_ask(cx, net, account, "getMe", &x));
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *me = json_map(x.document, "result");
	struct str handle = handle_of(cx, me);
	*ret_profile = (struct channel_profile){.name = exchange_text(cx, me, "first_name"), .handle = handle, .url = arena_printf(cx->arena, "https://t.me/%.*s", STR_ARG(handle)),
						.followers = -1, .following = -1, .posts = -1};
	return OK;
}

/* ---- what is new ---- */

/* "OFFSET SECONDS": the number of the next update, and when the last one came. An offset tells the network that all before it arrived: it
 * forgets them, so it is only said once they are kept here. After a week of silence numbers begin anywhere, also below: then none is said. */
static struct str offset_of(struct str cursor, i64 now)
{
	i64 number, seconds = 0;
	struct str offset = str_cut(&cursor, ' ');
	bool fresh = str_to_i64(offset, &number) && str_to_i64(cursor, &seconds) && seconds > 0 && seconds < INT64_MAX / SECOND && now - seconds * SECOND < SILENT;
	return fresh ? offset : (struct str){};
}

static enum err take_updates(struct cx *cx, const struct channel_account *account, const json_t *updates, inbound_taker *take, void *subject, i64 *ret_last)
{
	const json_t *update;
	size_t index;
	json_array_foreach((json_t *)updates, index, update)
	{
		i64 id = json_number(update, "update_id", -1);
		TRY(telegram_read_update(cx, account, update, take, subject));
		*ret_last = id > *ret_last && id < INT64_MAX ? id : *ret_last;
	}
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	static const char kinds[] = "\"allowed_updates\":[\"message\",\"edited_message\",\"channel_post\",\"edited_channel_post\"]";
	struct str offset = offset_of(cursor, cx->now);
	struct exchange x = {.repeatable = true};
	i64 last = -1;
	x.body = offset.len ? arena_printf(cx->arena, "{\"offset\":%.*s,\"limit\":%d,\"timeout\":0,%s}", STR_ARG(offset), PAGE, kinds)
			    : arena_printf(cx->arena, "{\"limit\":%d,\"timeout\":0,%s}", PAGE, kinds);
	TRY(telegram_ask(cx, net, account, "getUpdates", &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 409 && str_find(json_text(x.document, "description"), S("webhook")) >= 0) {
		*ret_cursor = cursor; /* they are brought: there is nothing to ask for */
		*ret_more = false;
		return OK;
	}
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *updates = json_list(x.document, "result");
	if (!updates || !json_flag(x.document, "ok"))
		return fail(cx, ERR_REMOTE, N_("What Telegram answered could not be read."));
	TRY(take_updates(cx, account, updates, take, subject, &last));
	*ret_more = json_array_size(updates) >= PAGE;
	*ret_cursor = last < 0 ? cursor : arena_printf(cx->arena, "%lld %lld", (long long)last + 1, (long long)(cx->now / SECOND));
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
	i64 last = -1;
	return take_updates(cx, account, json_is_array(document) ? document : json_list(document, "result"), take, subject, &last);
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
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_HIDE | HIDES_FOR_GOOD | CAN_LOOK | CAN_FETCH | CAN_REACT | CAN_RECEIVE,
	.limits = limits,
	.fields = fields,
	.fetch_every = 5 * SECOND,
	.verify = verify,
	.fetch = fetch,
	.receive = receive,
	.publish = telegram_publish,
	.look = telegram_look,
	.profile = profile,
	.readers = readers,
};
