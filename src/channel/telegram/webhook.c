/* Who brings what is new: the network, where a secret token was given and the desk can be reached by https, else we ask for it. The mark in the cursor is
 * "hSECONDS": the webhook stood when it was looked at then; "pSECONDS": it did not hold, and is tried again after that instant. Nothing is
 * lost between the two: the network keeps for a day what it could not bring, and gives it to whoever asks. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/telegram/connector.h"

#define LOOKED_AT (10 * MINUTE / SECOND) /* how often */
#define TRIED_AGAIN (30 * MINUTE / SECOND)
#define TROUBLE_IS_NEW (DAY / SECOND)

static bool is_wanted(struct cx *cx, const struct channel_account *account)
{
	return exchange_secret(cx, account, "delivery_secret").len && str_starts(exchange_setting(account, "in_address"), S("https://"));
}

static struct str mark_of(struct cx *cx, char sort, i64 seconds)
{
	return arena_printf(cx->arena, "%c%lld", sort, (long long)seconds);
}

/* 2xx with "ok"; what stands in the way otherwise is told by the next request for updates. */
static bool done(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 200 && json_flag(x->document, "ok");
}

static enum err info(struct cx *cx, struct net *net, const struct channel_account *account, const json_t **ret_info)
{
	struct exchange x = {.repeatable = true};
	TRY(telegram_ask(cx, net, account, "getWebhookInfo", &x));
	*ret_info = done(&x) ? json_map(x.document, "result") : NULL;
	return OK;
}

static enum err take_away(struct cx *cx, struct net *net, const struct channel_account *account, bool *ret_done)
{
	struct exchange x = {.repeatable = true};
	TRY(telegram_ask(cx, net, account, "deleteWebhook", &x));
	*ret_done = done(&x);
	return OK;
}

static enum err set(struct cx *cx, struct net *net, const struct channel_account *account, bool *ret_done)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"url\":");
	buf_add_json(&b, exchange_setting(account, "in_address"));
	buf_adds(&b, ",\"secret_token\":");
	buf_add_json(&b, exchange_secret(cx, account, "delivery_secret"));
	buf_adds(&b, ",\"allowed_updates\":" TELEGRAM_KINDS "}");
	struct exchange x = {.repeatable = true, .body = buf_str(&b)};
	TRY(telegram_ask(cx, net, account, "setWebhook", &x));
	*ret_done = done(&x);
	return OK;
}

/* Updates wait over there and could not be brought since it was looked at last. */
static bool is_lost(const json_t *info, i64 since)
{
	return json_number(info, "pending_update_count", 0) > 0 && json_number(info, "last_error_date", 0) >= since;
}

static enum err look(struct cx *cx, struct net *net, const struct channel_account *account, i64 since, bool *ret_holds)
{
	const json_t *now;
	TRY(info(cx, net, account, &now));
	*ret_holds = false;
	if (!now)
		return OK;
	if (!str_eq(json_text(now, "url"), exchange_setting(account, "in_address")))
		return set(cx, net, account, ret_holds);
	*ret_holds = !since || !is_lost(now, since);
	return OK;
}

enum err telegram_keep_webhook(struct cx *cx, struct net *net, const struct channel_account *account, struct str mark, struct str *ret_mark, bool *ret_asks)
{
	i64 seconds = 0, now = cx->now / SECOND;
	bool holds = false, taken = false, known = mark.len && str_to_i64(str_skip(mark, 1), &seconds) && seconds > 0;
	bool stood = known && *mark.at == 'h', rests = known && *mark.at == 'p';
	*ret_asks = true;
	if (!is_wanted(cx, account)) {
		if (stood)
			TRY(take_away(cx, net, account, &taken));
		*ret_mark = stood && !taken ? mark : (struct str){};
		return OK;
	}
	*ret_mark = mark;
	if (rests && seconds > now && seconds <= now + TRIED_AGAIN)
		return OK;
	*ret_asks = !stood;
	if (stood && seconds > now - LOOKED_AT && seconds <= now)
		return OK;
	TRY(look(cx, net, account, stood ? seconds : 0, &holds));
	*ret_asks = !holds;
	*ret_mark = mark_of(cx, holds ? 'h' : 'p', holds ? now : now + TRIED_AGAIN);
	if (!holds)
		TRY(take_away(cx, net, account, &taken));
	return OK;
}

/* ---- what people are told ---- */

static struct str host_of(struct str url)
{
	ptrdiff_t scheme = str_find(url, S("://"));
	url = scheme < 0 ? url : str_skip(url, (size_t)scheme + 3);
	return str_cut(&url, '/');
}

enum err telegram_is_brought(struct cx *cx, struct net *net, const struct channel_account *account)
{
	const json_t *now;
	bool taken;
	if (exchange_secret(cx, account, "delivery_secret").len) /* somebody set it by hand */
		return OK;
	TRY(info(cx, net, account, &now));
	struct str url = json_text(now, "url"), ours = exchange_setting(account, "in_address");
	if (!url.len)
		return OK; /* gone meanwhile */
	if (!ours.len || !str_eq(host_of(url), host_of(ours)))
		return fail(cx, ERR_DENIED, N_("What is written to this bot goes to another program, at %.*s, so nothing comes in here. Take its webhook away there, or give this desk a bot of its own."),
			    STR_ARG(host_of(url)));
	return take_away(cx, net, account, &taken); /* of this desk, from before: nobody here could believe it without the secret token */
}

enum err telegram_look_at_webhook(struct cx *cx, struct net *net, const struct channel_account *account, json_t *known)
{
	const json_t *now;
	if (!is_wanted(cx, account))
		return OK;
	TRY(info(cx, net, account, &now));
	struct str trouble = json_text(now, "last_error_message");
	if (!now || !trouble.len || json_number(now, "last_error_date", 0) < cx->now / SECOND - TROUBLE_IS_NEW)
		return OK;
	struct str story = arena_printf(cx->arena, _(N_("It could not bring what was new to this desk: “%.*s”. Parvis asks for it itself meanwhile, so nothing is missed; look whether the desk can be reached from outside.")),
					STR_ARG(trouble));
	json_object_set_new(known, "notices", json_pack("[{s:s, s:s, s:s%}]", "about", "webhook", "headline", N_("Telegram cannot reach this desk"), "story", story.at, story.len));
	return OK;
}

enum err telegram_leave(struct cx *cx, struct net *net, const struct channel_account *account)
{
	const json_t *now;
	bool taken;
	if (!exchange_setting(account, "in_address").len)
		return OK;
	TRY(info(cx, net, account, &now));
	if (!now)
		return fail(cx, ERR_REMOTE, N_("What Telegram answered could not be read."));
	if (str_eq(json_text(now, "url"), exchange_setting(account, "in_address")))
		TRY(take_away(cx, net, account, &taken));
	return OK;
}
