#include "channel/feed/websub.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/exchange.h"
#include "channel/feed/feed.h"
#include "channel/json_read.h"
#include "channel/link.h"
#include "channel/signature.h"
#include "sys/crypto.h"
#include "sys/hmac.h"

#define LEASE "864000"   /* seconds: ten days; asked for again each day, so that whatever the hub makes of it is long enough */
#define AGAIN DAY
#define AFTER_TROUBLE HOUR
#define URL_MAX 2000
#define CHALLENGE_MAX 2000

/* ---- who brings it ---- */

static struct str link_of(const json_t *document, const char *relation)
{
	json_t *list = json_list(json_map(document, "feed"), "links"), *link;
	size_t index;
	json_array_foreach(list, index, link)
		if (str_eq_fold(json_text(link, "rel"), str_of(relation)))
			return json_text(link, "href");
	return (struct str){};
}

static struct str named(struct cx *cx, const struct net_answer *answer, const json_t *document, struct str url, const char *relation)
{
	struct str found = {};
	if (!link_in_answer(cx->arena, answer, relation, &found, 1))
		found = link_of(document, relation);
	return found.len ? feed_address(cx, url, found) : found;
}

void websub_find(struct cx *cx, const struct net_answer *answer, const json_t *document, struct str url, json_t *known)
{
	struct str hub = named(cx, answer, document, url, "hub"), topic = named(cx, answer, document, url, "self");
	struct net_url there, feed;
	topic = topic.len ? topic : url;
	if (!net_url_parse(cx->arena, hub, &there) || !net_url_parse(cx->arena, topic, &feed) || hub.len > URL_MAX || topic.len > URL_MAX)
		return;
	if (!there.secure && str_starts(url, S("https:")))
		return;
	json_object_set_new(known, "hub", feed_string(hub));
	json_object_set_new(known, "topic", feed_string(topic));
}

/* ---- asking for it ---- */

static bool same_hub(const struct channel_account *account, const json_t *before)
{
	return str_eq(json_text(before, "hub"), json_text(account->known, "hub")) && str_eq(json_text(before, "topic"), json_text(account->known, "topic")) &&
	       str_eq(json_text(before, "to"), exchange_setting(account, "in_address"));
}

bool websub_is_due(const struct cx *cx, const struct channel_account *account, const json_t *before)
{
	if (!json_text(account->known, "hub").len || !exchange_setting(account, "in_address").len || !account->renew)
		return false;
	return !same_hub(account, before) || json_number(before, "again", 0) <= cx->now / SECOND;
}

/* Made once for each hub, and kept sealed before it is sent: where a feed names another hub, that one is not shown what the first signs with. */
static enum err secret_of(struct cx *cx, const struct channel_account *account, struct str hub, struct str *ret_secret)
{
	CLEANUP(buf_free) struct buf kept = {};
	char token[TOKEN_LEN + 1];
	*ret_secret = exchange_secret(cx, account, "hub_secret");
	if (ret_secret->len && str_eq(exchange_secret(cx, account, "hub"), hub))
		return OK;
	token_new(token);
	buf_addf(&kept, "{\"hub_secret\":\"%s\",\"hub\":", token);
	buf_add_json(&kept, hub);
	buf_addc(&kept, '}');
	TRY(exchange_renew(cx, account, buf_keep(&kept, cx->arena)));
	*ret_secret = arena_str(cx->arena, str_of(token));
	return OK;
}

static void add_field(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s%s=", b->len ? "&" : "", name);
	buf_add_url(b, value);
}

enum err websub_keep_up(struct cx *cx, struct net *net, const struct channel_account *account, const json_t *before, json_t *next)
{
	static const char *const names[] = {"hub", "topic", "to", "again"};
	if (!websub_is_due(cx, account, before)) {
		for (size_t i = 0; i < COUNT(names) && json_text(account->known, "hub").len; i++)
			if (json_object_get(before, names[i]))
				json_object_set(next, names[i], json_object_get(before, names[i]));
		return OK;
	}
	CLEANUP(buf_free) struct buf body = {};
	struct str secret, hub = json_text(account->known, "hub"), topic = json_text(account->known, "topic"), to = exchange_setting(account, "in_address");
	TRY(secret_of(cx, account, hub, &secret));
	add_field(&body, "hub.mode", S("subscribe"));
	add_field(&body, "hub.topic", topic);
	add_field(&body, "hub.callback", to);
	add_field(&body, "hub.secret", secret);
	add_field(&body, "hub.lease_seconds", S(LEASE));
	struct exchange x = {.method = "POST", .base = hub, .credential = true, .body = buf_str(&body), .type = "application/x-www-form-urlencoded", .any_answer = true,
			     .repeatable = true};
	TRY(exchange_ask(cx, net, &x));
	bool taken = x.answer.outcome == NET_ANSWERED && x.answer.status >= 200 && x.answer.status < 300;
	json_object_set_new(next, "hub", feed_string(hub));
	json_object_set_new(next, "topic", feed_string(topic));
	json_object_set_new(next, "to", feed_string(to));
	json_object_set_new(next, "again", json_integer((cx->now + (taken ? AGAIN : AFTER_TROUBLE)) / SECOND));
	return OK;
}

/* ---- what the hub brings ---- */

static bool printable(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return text.len > 0 && text.len <= CHALLENGE_MAX;
}

void websub_challenge(struct cx *cx, const struct channel_account *account, struct str path, struct received *ret_received)
{
	struct str topic = json_text(account->known, "topic"), challenge = delivery_query(cx, path, "hub.challenge");
	bool ours = str_eq(delivery_query(cx, path, "hub.mode"), S("subscribe")) && topic.len && str_eq(delivery_query(cx, path, "hub.topic"), topic);
	if (ours && printable(challenge))
		*ret_received = (struct received){.verdict = DELIVERY_CHALLENGE, .answer = challenge, .answer_type = S("text/plain")};
	else
		*ret_received = (struct received){.verdict = DELIVERY_REFUSED, .story = str_of(_(N_("A hub asks about a feed that this channel did not ask for.")))};
}

bool websub_signed(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, struct received *ret_received)
{
	struct str rest = str_trim(delivery_header(delivery, "X-Hub-Signature")), word = str_cut(&rest, '='), secret = exchange_secret(cx, account, "hub_secret");
	enum hmac_hash hash;
	bool is = secret.len && rest.len && hmac_hash_of(word, &hash) && hmac_is(hash, secret, delivery->body, rest);
	*ret_received = (struct received){.verdict = is ? DELIVERY_TAKEN : DELIVERY_REFUSED, .key = is ? rest : (struct str){},
					  .story = is ? (struct str){} : str_of(_(N_("It is not signed with the secret that the hub was given.")))};
	return is;
}
