#include "channel/exchange.h"

#include "base/lang.h"
#include "base/utf8.h"

#define HEADERS_MAX 12

struct str exchange_setting(const struct channel_account *account, const char *name)
{
	return str_of(json_string_value(json_object_get(account->settings, name)));
}

static void release(void *document)
{
	json_decref(document);
}

struct str exchange_secret(struct cx *cx, const struct channel_account *account, const char *name)
{
	json_t *secret = json_loadb(account->secret.at ? account->secret.at : "", account->secret.len, 0, NULL);
	struct str value = arena_str(cx->arena, str_of(json_string_value(json_object_get(secret, name))));
	json_decref(secret);
	return value;
}

enum err exchange_ask(struct cx *cx, struct net *net, struct exchange *x)
{
	struct net_header headers[HEADERS_MAX];
	size_t count = 0;
	headers[count++] = (struct net_header){S("Accept"), S("application/json")};
	if (x->body.at)
		headers[count++] = (struct net_header){S("Content-Type"), S("application/json")};
	if (x->bearer.len)
		headers[count++] = (struct net_header){S("Authorization"), arena_printf(cx->arena, "Bearer %.*s", STR_ARG(x->bearer))};
	if (x->key.len)
		headers[count++] = (struct net_header){S("Idempotency-Key"), x->key};
	for (size_t i = 0; i < x->header_count && count < HEADERS_MAX; i++)
		headers[count++] = x->headers[i];
	struct net_request request = {
		.method = x->method,
		.url = arena_printf(cx->arena, "%.*s%.*s", STR_ARG(x->base), STR_ARG(x->path)),
		.headers = headers,
		.header_count = count,
		.body = x->body,
	};
	TRY(net_ask(cx, net, &request, &x->answer));
	if (x->answer.outcome == NET_ANSWERED && x->answer.body.len) {
		x->document = json_loadb(x->answer.body.at, x->answer.body.len, 0, NULL);
		arena_defer(cx->arena, release, x->document);
	}
	return OK;
}

/* What the network says of it, if it does: a member "error" or "detail". */
static struct str said(struct cx *cx, const struct exchange *x)
{
	const char *text = json_string_value(json_object_get(x->document, "error"));
	if (!text)
		text = json_string_value(json_object_get(x->document, "detail"));
	return text ? arena_str(cx->arena, utf8_head(str_of(text), 300)) : (struct str){};
}

static struct sent verdict(struct cx *cx, const struct exchange *x, enum outcome outcome, const char *story)
{
	struct str more = said(cx, x);
	struct str text = more.len ? arena_printf(cx->arena, "%s (%d: %.*s)", tr(cx->lang, story), x->answer.status, STR_ARG(more))
				   : x->answer.status ? arena_printf(cx->arena, "%s (%d)", tr(cx->lang, story), x->answer.status)
						      : str_of(tr(cx->lang, story));
	return (struct sent){.outcome = outcome, .retry_at = x->answer.retry_at, .story = text};
}

void exchange_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	int status = x->answer.status;
	if (x->answer.outcome == NET_NOT_SENT && x->answer.trouble == NET_BLOCKED) /* waiting does not make it allowed: somebody sets it right */
		*ret_sent = (struct sent){.outcome = OUTCOME_HOLD, .story = x->answer.story};
	else if (x->answer.outcome == NET_NOT_SENT)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = x->answer.story};
	else if (x->answer.outcome == NET_UNKNOWN)
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = x->answer.story};
	else if (status >= 200 && status < 300)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	else if (status == 429 || status == 503)
		*ret_sent = verdict(cx, x, OUTCOME_LATER, N_("The network asks to come back later. It will be tried again by itself."));
	else if (status == 401 || status == 403)
		*ret_sent = verdict(cx, x, OUTCOME_HOLD, N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then."));
	else if (status >= 500)
		*ret_sent = verdict(cx, x, OUTCOME_UNKNOWN, N_("The network had trouble, and may have taken it or not. Parvis is looking it up."));
	else
		*ret_sent = verdict(cx, x, OUTCOME_NEVER, N_("The network refused it."));
}

enum err exchange_expect(struct cx *cx, const struct exchange *x, int status)
{
	if (x->answer.outcome != NET_ANSWERED)
		return fail(cx, ERR_REMOTE, "%.*s", STR_ARG(x->answer.story));
	if (x->answer.status == 401 || x->answer.status == 403)
		return fail(cx, ERR_DENIED, N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then."));
	if (x->answer.status != status)
		return fail(cx, ERR_REMOTE, N_("The network answered %d. It will be asked again."), x->answer.status);
	return OK;
}
