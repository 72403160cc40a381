/* Sessions of a PDS: an app password gets a token for an hour or two and one that renews it. createSession is counted (30 in 5 minutes, 300 a day),
 * so tokens are kept with the password, sealed: they are handed back when a call had to renew them.
 * https://docs.bsky.app/docs/api/com-atproto-server-create-session (as of 2026-11-21). */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"
#include "sys/crypto.h"

#define EARLY MINUTE
#define TOKEN_MAX 16384

static void release(void *json)
{
	json_decref(json);
}

/* ---- tokens ---- */

/* What a JSON Web Token says of itself. It is ours and never believed for anything but when to renew it. NULL when it is none. */
static const json_t *claims_of(struct cx *cx, struct str token)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str rest = token;
	str_cut(&rest, '.');
	struct str middle = str_cut(&rest, '.');
	if (!middle.len || token.len > TOKEN_MAX || !base64_read(middle, BASE64_URL, &b))
		return NULL;
	json_t *claims = json_loadb(b.at ? b.at : "", b.len, 0, NULL);
	if (claims)
		arena_defer(cx->arena, release, claims);
	return claims;
}

static bool is_old(struct cx *cx, struct str token)
{
	i64 until = json_number(claims_of(cx, token), "exp", 0);
	return !token.len || (until > 0 && until < INT64_MAX / SECOND && until * SECOND <= cx->now + EARLY);
}

struct str bluesky_scope(struct cx *cx, struct str token)
{
	return json_text(claims_of(cx, token), "scope");
}

/* ---- the account ---- */

static struct str base_of(const struct channel_account *account)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	return base;
}

static struct str identifier_of(const struct channel_account *account)
{
	struct str handle = str_trim(exchange_setting(account, "handle"));
	return str_starts(handle, S("@")) ? str_skip(handle, 1) : handle;
}

/* Whose tokens they are: others are worth nothing once another account or server is set. */
static struct str owner_of(struct cx *cx, const struct channel_account *account)
{
	return arena_printf(cx->arena, "%.*s %.*s", STR_ARG(identifier_of(account)), STR_ARG(base_of(account)));
}

struct bluesky_session bluesky_session_open(struct cx *cx, const struct channel_account *account)
{
	struct bluesky_session s = {};
	if (str_eq(exchange_secret(cx, account, "of"), owner_of(cx, account))) {
		s.access = exchange_secret(cx, account, "access");
		s.refresh = exchange_secret(cx, account, "refresh");
	}
	s.did = json_text(claims_of(cx, s.access), "sub");
	if (!s.did.len)
		s.did = json_text(account->known, "did");
	if (!s.did.len) /* where an account is named, its handle does too */
		s.did = identifier_of(account);
	return s;
}

bool bluesky_says(const struct exchange *x, const char *error)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status >= 400 && str_eq(json_text(x->document, "error"), str_of(error));
}

static bool token_refused(const struct exchange *x)
{
	return bluesky_says(x, "ExpiredToken") || bluesky_says(x, "InvalidToken");
}

/* ---- renewing ---- */

static void set_text(json_t *object, const char *name, struct str text)
{
	json_object_set_new(object, name, json_stringn(text.at ? text.at : "", text.len));
}

static enum err keep(struct cx *cx, const struct channel_account *account, const struct exchange *x, struct bluesky_session *s)
{
	json_t *secret = json_loadb(account->secret.at ? account->secret.at : "", account->secret.len, 0, NULL);
	s->access = exchange_text(cx, x->document, "accessJwt");
	s->refresh = exchange_text(cx, x->document, "refreshJwt");
	s->did = exchange_text(cx, x->document, "did");
	s->renewed = true;
	if (!json_is_object(secret)) {
		json_decref(secret);
		secret = json_object();
	}
	set_text(secret, "access", s->access);
	set_text(secret, "refresh", s->refresh);
	set_text(secret, "of", owner_of(cx, account));
	struct str text = arena_json(cx->arena, secret, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(secret);
	return exchange_renew(cx, account, text);
}

static bool is_session(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 200 && json_text(x->document, "accessJwt").len && json_text(x->document, "did").len;
}

/* A new session, by handle and password. */
static enum err sign_in(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct exchange *ret_exchange)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"identifier\":");
	buf_add_json(&b, identifier_of(account));
	buf_adds(&b, ",\"password\":");
	buf_add_json(&b, exchange_secret(cx, account, "password"));
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .base = base_of(account), .path = S("/xrpc/com.atproto.server.createSession"), .body = buf_keep(&b, cx->arena), .repeatable = true,
			     .credential = true};
	TRY(exchange_ask(cx, net, &x));
	if (is_session(&x))
		TRY(keep(cx, account, &x, s));
	*ret_exchange = x;
	return OK;
}

/* It stands for the request that needed it, of which nothing was sent: a doubt about a session is no doubt about the act. */
static void stand_for(struct cx *cx, const struct exchange *renewal, struct exchange *x)
{
	int status = renewal->answer.status;
	bool plain = renewal->answer.outcome == NET_ANSWERED && ((status >= 300 && status < 500) || status == 503);
	x->answer = renewal->answer;
	x->document = renewal->document;
	if (plain || renewal->answer.outcome == NET_NOT_SENT)
		return;
	x->answer.outcome = NET_NOT_SENT;
	x->answer.status = 0;
	if (!x->answer.story.len)
		x->answer.story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")));
}

static enum err renew(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct exchange *x, bool *ret_renewed)
{
	*ret_renewed = true;
	if (s->refresh.len && !is_old(cx, s->refresh)) {
		struct exchange r = {.method = "POST", .base = base_of(account), .path = S("/xrpc/com.atproto.server.refreshSession"), .bearer = s->refresh, .repeatable = true};
		TRY(exchange_ask(cx, net, &r));
		if (is_session(&r))
			return keep(cx, account, &r, s);
		if (r.answer.outcome != NET_ANSWERED || (r.answer.status != 400 && r.answer.status != 401)) {
			*ret_renewed = false;
			stand_for(cx, &r, x);
			return OK;
		}
	}
	struct exchange r;
	TRY(sign_in(cx, net, account, s, &r));
	if (!is_session(&r)) {
		*ret_renewed = false;
		stand_for(cx, &r, x);
	}
	return OK;
}

enum err bluesky_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *s, struct exchange *x)
{
	bool renewed = true;
	x->base = base_of(account);
	if (is_old(cx, s->access))
		TRY(renew(cx, net, account, s, x, &renewed));
	if (!renewed)
		return OK;
	x->bearer = s->access;
	TRY(exchange_ask(cx, net, x));
	if (!token_refused(x) || s->renewed)
		return OK;
	TRY(renew(cx, net, account, s, x, &renewed)); /* refused for its token: nothing of it was done */
	if (!renewed)
		return OK;
	x->bearer = s->access;
	x->document = NULL;
	return exchange_ask(cx, net, x);
}

void bluesky_add_parameter(struct buf *path, const char *name, struct str value)
{
	buf_addc(path, str_find_byte(buf_str(path), '?') >= 0 ? '&' : '?');
	buf_adds(path, name);
	buf_addc(path, '=');
	buf_add_url(path, value);
}
