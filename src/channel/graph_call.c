#include "channel/graph.h"

#include "base/buf.h"
#include "base/lang.h"
#include "sys/crypto.h"

#define HOME S("https://graph.facebook.com")

#define UNTIL "2028-07-29"
#define AS_OF "2026-11-21"
#define SOURCE "https://developers.facebook.com/docs/graph-api/changelog (Available Graph API Versions)"

const struct graph_version graph_version = {"v25.0", "2026-02-18", UNTIL, AS_OF, SOURCE};
const struct channel_sunset graph_sunsets[] = {{N_("Meta no longer answers version 25.0 of its Graph interface"), UNTIL, AS_OF, SOURCE}, {}};

struct str graph_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

struct str graph_page(const struct channel_account *account)
{
	struct str page = json_text(account->known, "page");
	return page.len ? page : graph_self(account);
}

struct str graph_path(struct cx *cx, struct str id, const char *more)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '/');
	buf_add_url(&b, id);
	buf_adds(&b, more);
	return buf_keep(&b, cx->arena);
}

struct str graph_app_secret(struct cx *cx, const struct channel_account *account)
{
	struct str secret = exchange_secret(cx, account, "app_secret");
	return secret.len ? secret : exchange_secret(cx, account, "client_secret");
}

/* https://developers.facebook.com/docs/graph-api/guides/secure-requests (appsecret_proof): the token, signed with the app's secret. */
static void add_proof(struct cx *cx, const struct channel_account *account, struct str token, struct buf *path)
{
	struct str secret = graph_app_secret(cx, account);
	if (!secret.len || !token.len)
		return;
	struct hash proof = hmac_sha256(secret, token);
	buf_adds(path, str_find_byte(buf_str(path), '?') >= 0 ? "&appsecret_proof=" : "?appsecret_proof=");
	buf_add_hex(path, proof.at, sizeof proof.at);
}

enum err graph_ask_as(struct cx *cx, struct net *net, const struct channel_account *account, struct str token, struct exchange *x)
{
	CLEANUP(buf_free) struct buf path = {};
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	x->base = base.len ? base : HOME;
	x->bearer = token;
	x->credential = true; /* also where somebody only signs in */
	buf_addf(&path, "/%s%.*s", graph_version.word, STR_ARG(x->path));
	add_proof(cx, account, token, &path);
	x->path = buf_keep(&path, cx->arena);
	return exchange_ask(cx, net, x);
}

enum err graph_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	return graph_ask_as(cx, net, account, exchange_secret(cx, account, "token"), x);
}
