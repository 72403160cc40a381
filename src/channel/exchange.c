#include "channel/exchange.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "sys/crypto.h"

#define HEADERS_MAX (EXCHANGE_HEADERS_MAX + 4)
#define WAIT_MAX (31 * DAY)

struct str exchange_setting(const struct channel_account *account, const char *name)
{
	return str_of(json_string_value(json_object_get(account->settings, name)));
}

static void release(void *document)
{
	json_decref(document);
}

struct str exchange_text(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	if (json_is_integer(value))
		return arena_printf(cx->arena, "%lld", (long long)json_integer_value(value));
	return arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
}

size_t exchange_texts(struct cx *cx, const json_t *array, const struct str **ret_texts)
{
	const json_t *item;
	struct str *list = NULL;
	size_t index, count = 0, capacity = 0;
	json_array_foreach((json_t *)array, index, item)
		if (json_is_string(item))
			*arena_push(cx->arena, list, count, capacity) = arena_str(cx->arena, (struct str){json_string_value(item), json_string_length(item)});
	*ret_texts = list;
	return count;
}

void exchange_keep(struct cx *cx, json_t *json)
{
	arena_defer(cx->arena, release, json);
}

json_t *exchange_state(struct cx *cx, struct str cursor)
{
	json_t *state = json_loadb(cursor.at ? cursor.at : "", cursor.len, 0, NULL);
	if (!json_is_object(state)) {
		json_decref(state);
		state = json_object();
	}
	exchange_keep(cx, state);
	return state;
}

void exchange_state_list(json_t *state, const char *name)
{
	if (!json_is_array(json_object_get(state, name)))
		json_object_set_new(state, name, json_array());
}

void exchange_state_map(json_t *state, const char *name)
{
	if (!json_is_object(json_object_get(state, name)))
		json_object_set_new(state, name, json_object());
}

void exchange_known(struct cx *cx, const struct verified *verified)
{
	if (verified->known)
		arena_defer(cx->arena, release, verified->known);
}

/* Where networks say in their JSON how long to wait. As of 2026-11-21: Telegram Bot API (ResponseParameters), Discord (rate limits), Matrix
 * (M_LIMIT_EXCEEDED), Discourse (429). */
static i64 wait_told(const json_t *document)
{
	static const struct {
		const char *outer, *name;
		double unit;
	} rows[] = {
		{"parameters", "retry_after", SECOND}, {NULL, "retry_after", SECOND}, {NULL, "retry_after_ms", MILLISECOND}, {"extras", "wait_seconds", SECOND},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const json_t *value = json_object_get(rows[i].outer ? json_object_get(document, rows[i].outer) : document, rows[i].name);
		double wait = json_is_number(value) ? json_number_value(value) * rows[i].unit : 0;
		if (wait > 0)
			return wait < (double)WAIT_MAX ? (i64)wait : WAIT_MAX;
	}
	return 0;
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
	must(x->header_count <= EXCHANGE_HEADERS_MAX);
	headers[count++] = (struct net_header){S("Accept"), str_of(x->accept ? x->accept : "application/json")};
	if (x->body.at)
		headers[count++] = (struct net_header){S("Content-Type"), str_of(x->type ? x->type : "application/json")};
	if (x->bearer.len)
		headers[count++] = (struct net_header){S("Authorization"), arena_printf(cx->arena, "Bearer %.*s", STR_ARG(x->bearer))};
	if (x->key.len)
		headers[count++] = (struct net_header){S("Idempotency-Key"), x->key};
	for (size_t i = 0; i < x->header_count; i++)
		headers[count++] = x->headers[i];
	struct net_request request = {
		.method = x->method,
		.url = arena_printf(cx->arena, "%.*s%.*s", STR_ARG(x->base), STR_ARG(x->path)),
		.headers = headers,
		.header_count = count,
		.body = x->body,
		.credential = x->credential,
		.repeatable = x->repeatable,
		.redirects = x->redirects,
		.answer_max = x->answer_max,
		.timeout = x->timeout,
		.upgrade = x->upgrade,
		.take = x->take,
		.subject = x->subject,
	};
	TRY(net_ask(cx, net, &request, &x->answer));
	if (x->answer.outcome == NET_ANSWERED && x->answer.body.len) {
		x->document = json_loadb(x->answer.body.at, x->answer.body.len, JSON_DECODE_ANY, NULL);
		arena_defer(cx->arena, release, x->document);
	}
	i64 wait = wait_told(x->document);
	if (!x->answer.retry_at && wait && x->answer.status >= 400)
		x->answer.retry_at = cx->now + wait;
	return OK;
}

/* What the network says of it, if it does. */
static struct str said(struct cx *cx, const struct exchange *x)
{
	static const char *const names[] = {"error_description", "error", "detail", "message", "description", "errors"};
	for (size_t i = 0; i < COUNT(names); i++) {
		const json_t *value = json_object_get(x->document, names[i]);
		if (json_is_object(value))
			value = json_object_get(value, "message");
		if (json_string_length(value))
			return arena_str(cx->arena, utf8_head(str_of(json_string_value(value)), 300));
	}
	return (struct str){};
}

static struct sent verdict(struct cx *cx, const struct exchange *x, enum outcome outcome, const char *story)
{
	struct str more = said(cx, x);
	struct str text = more.len ? arena_printf(cx->arena, "%s (%d: %.*s)", tr(cx->lang, story), x->answer.status, STR_ARG(more))
				   : x->answer.status ? arena_printf(cx->arena, "%s (%d)", tr(cx->lang, story), x->answer.status)
						      : str_of(tr(cx->lang, story));
	return (struct sent){.outcome = outcome, .retry_at = x->answer.retry_at, .story = text};
}

static bool says_later(int status)
{
	return status == 429 || status == 503 || status == 420;
}

void exchange_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	int status = x->answer.status;
	if (x->answer.outcome == NET_NOT_SENT && x->answer.trouble == NET_BLOCKED) /* waiting does not make it allowed: somebody sets it right */
		*ret_sent = (struct sent){.outcome = OUTCOME_HOLD, .story = x->answer.story};
	else if (x->answer.outcome == NET_NOT_SENT)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .retry_at = x->answer.retry_at, .story = x->answer.story};
	else if (x->answer.outcome == NET_UNKNOWN)
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = x->answer.story};
	else if (status >= 200 && status < 300 && !x->any_answer && x->answer.body.len && !x->document)
		*ret_sent = verdict(cx, x, OUTCOME_UNKNOWN, N_("The network took it, but its answer could not be read. Parvis is looking it up."));
	else if (status >= 200 && status < 300)
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	else if (says_later(status))
		*ret_sent = verdict(cx, x, OUTCOME_LATER, N_("The network asks to come back later. It will be tried again by itself."));
	else if (status == 401 || status == 403)
		*ret_sent = verdict(cx, x, OUTCOME_HOLD, N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then."));
	else if (status >= 500)
		*ret_sent = verdict(cx, x, OUTCOME_UNKNOWN, N_("The network had trouble, and may have taken it or not. Parvis is looking it up."));
	else if (status >= 300 && status < 400)
		*ret_sent = verdict(cx, x, OUTCOME_HOLD, N_("The network sends this request on to another address. Check the address of the channel; what waits is kept."));
	else
		*ret_sent = verdict(cx, x, OUTCOME_NEVER, N_("The network refused it."));
}

void exchange_take_id(struct cx *cx, const struct exchange *x, const char *name, struct sent *ret_sent)
{
	if (ret_sent->outcome != OUTCOME_DONE)
		return;
	ret_sent->remote_id = exchange_text(cx, x->document, name);
	if (!ret_sent->remote_id.len)
		*ret_sent = verdict(cx, x, OUTCOME_UNKNOWN, N_("The network took it, but its answer could not be read. Parvis is looking it up."));
}

bool exchange_read_first(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	exchange_outcome(cx, x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE && x->document)
		return true;
	if (ret_sent->outcome == OUTCOME_UNKNOWN || ret_sent->outcome == OUTCOME_DONE) {
		ret_sent->outcome = OUTCOME_LATER;
		if (!x->answer.story.len)
			ret_sent->story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")));
	}
	return false;
}

/* ---- reading ---- */

enum err exchange_expect(struct cx *cx, const struct exchange *x, int status)
{
	int got = x->answer.status;
	if (x->answer.outcome == NET_NOT_SENT && x->answer.trouble == NET_BLOCKED)
		return fail(cx, ERR_DENIED, "%.*s", STR_ARG(x->answer.story));
	if (x->answer.outcome == NET_NOT_SENT && x->answer.retry_at > cx->now)
		return fail_wait(cx, (x->answer.retry_at - cx->now) / SECOND + 1, "%.*s", STR_ARG(x->answer.story));
	if (x->answer.outcome != NET_ANSWERED)
		return fail(cx, ERR_REMOTE, "%.*s", STR_ARG(x->answer.story));
	if (got == status)
		return OK;
	if (got == 401 || got == 403)
		return fail(cx, ERR_DENIED, N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then."));
	if (got == 404 || got == 410)
		return fail(cx, ERR_MISSING, N_("The network no longer knows this account or this address (%d). Look whether it still exists, and connect the channel again."), got);
	if (says_later(got))
		return fail_wait(cx, x->answer.retry_at > cx->now ? (x->answer.retry_at - cx->now) / SECOND + 1 : 0,
				 N_("The network asks to come back later (%d). It will be asked again by itself."), got);
	return fail(cx, ERR_REMOTE, N_("The network answered %d. It will be asked again."), got);
}

enum err exchange_expect_json(struct cx *cx, const struct exchange *x, int status)
{
	TRY(exchange_expect(cx, x, status));
	return x->document ? OK : fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

bool exchange_verified(struct cx *cx, const struct exchange *x, struct verified *ret_verified)
{
	struct sent sent;
	exchange_outcome(cx, x, &sent);
	if (sent.outcome == OUTCOME_DONE && !x->document)
		sent = verdict(cx, x, OUTCOME_NEVER, N_("What answers there is not this network. Check the address."));
	else if (sent.outcome == OUTCOME_UNKNOWN && x->answer.status >= 200 && x->answer.status < 300 && x->answer.outcome == NET_ANSWERED)
		sent = verdict(cx, x, OUTCOME_NEVER, N_("What answers there is not this network. Check the address."));
	else if (sent.outcome == OUTCOME_UNKNOWN) /* nothing was written: it is asked again */
		sent = x->answer.story.len ? (struct sent){.outcome = OUTCOME_LATER, .story = x->answer.story}
					   : verdict(cx, x, OUTCOME_LATER, N_("The network had trouble. It will be asked again."));
	else if (sent.outcome == OUTCOME_NEVER && (x->answer.status == 404 || x->answer.status == 410))
		sent = verdict(cx, x, OUTCOME_NEVER, N_("There is no such account or no such network at this address. Check both."));
	ret_verified->outcome = sent.outcome;
	ret_verified->story = sent.story;
	ret_verified->retry_at = sent.retry_at;
	return sent.outcome == OUTCOME_DONE;
}

void exchange_looked(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	exchange_outcome(cx, x, ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE || ret_sent->outcome == OUTCOME_HOLD || ret_sent->outcome == OUTCOME_LATER)
		return;
	ret_sent->outcome = OUTCOME_LATER;
	if (!x->answer.story.len)
		ret_sent->story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")));
}

enum err exchange_renew(struct cx *cx, const struct channel_account *account, struct str secret)
{
	return account->renew ? account->renew(cx, account->subject, secret) : OK;
}

/* What stands in quotes there must hold neither quotes nor line breaks (RFC 7578, 5.1.1: as browsers write them). */
static void add_quoted(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '"')
			buf_adds(b, "%22");
		else
			buf_addc(b, (unsigned char)text.at[i] < ' ' ? '_' : text.at[i]);
}

i64 exchange_upload_time(size_t bytes)
{
	i64 time = 30 * SECOND + (i64)(bytes / 1000000) * SECOND; /* a megabyte a second */
	return time < 2 * MINUTE ? time : 2 * MINUTE;
}

void exchange_form(struct cx *cx, struct exchange *x, const struct exchange_part *parts, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	struct hash hash;
	for (size_t i = 0; i < count; i++)
		buf_add(&b, parts[i].value);
	hash = hash_of(buf_str(&b)); /* a boundary that stands in none of them but by a miracle */
	CLEANUP(buf_free) struct buf boundary = {};
	buf_add_hex(&boundary, hash.at, 16);
	buf_clear(&b);
	for (size_t i = 0; i < count; i++) {
		buf_addf(&b, "--%.*s\r\nContent-Disposition: form-data; name=\"%s\"", STR_ARG(buf_str(&boundary)), parts[i].name);
		if (parts[i].file_name.len) {
			buf_adds(&b, "; filename=\"");
			add_quoted(&b, parts[i].file_name);
			buf_adds(&b, "\"");
		}
		if (parts[i].type.len) {
			buf_adds(&b, "\r\nContent-Type: ");
			add_quoted(&b, parts[i].type);
		}
		buf_adds(&b, "\r\n\r\n");
		buf_add(&b, parts[i].value);
		buf_adds(&b, "\r\n");
	}
	buf_addf(&b, "--%.*s--\r\n", STR_ARG(buf_str(&boundary)));
	x->type = arena_printf(cx->arena, "multipart/form-data; boundary=%.*s", STR_ARG(buf_str(&boundary))).at;
	x->body = buf_keep(&b, cx->arena);
}
