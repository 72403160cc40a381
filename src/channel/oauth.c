#include "channel/oauth.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "sys/crypto.h"

#include <string.h>

#define FORM "application/x-www-form-urlencoded"
#define TOKEN_MAX 8192       /* of a member that a server gives */
#define DESCRIPTION_MAX 200
#define LIFE_MAX (10 * 365 * DAY)
#define ANSWER_MAX ((size_t)256 << 10)

/* ---- addresses ---- */

struct str oauth_server(const struct channel_login *login, const json_t *settings)
{
	struct str server = login->server ? str_of(json_string_value(json_object_get(settings, login->server))) : (struct str){};
	while (str_ends(server, S("/")))
		server = str_head(server, server.len - 1);
	return server;
}

struct str oauth_address(struct cx *cx, const struct channel_login *login, const char *address, struct str server)
{
	if (!server.len && login->home)
		server = str_of(login->home);
	return address[0] == '/' ? arena_printf(cx->arena, "%.*s%s", STR_ARG(server), address) : str_of(address);
}

struct str oauth_scope(struct cx *cx, const struct channel_kind *kind)
{
	const char *between = kind->login && kind->login->rights_by ? kind->login->rights_by : " ";
	CLEANUP(buf_free) struct buf b = {};
	for (const struct channel_right *r = kind->rights; r && r->word; r++) {
		buf_adds(&b, b.len ? between : "");
		buf_adds(&b, r->word);
	}
	return buf_keep(&b, cx->arena);
}

static void add_pair(struct buf *b, const char *name, struct str value)
{
	if (b->len && b->at[b->len - 1] != '?')
		buf_addc(b, '&');
	buf_adds(b, name);
	buf_addc(b, '=');
	buf_add_url(b, value);
}

struct str oauth_question_url(struct cx *cx, const struct oauth_question *q)
{
	CLEANUP(buf_free) struct buf b = {}, challenge = {};
	struct hash hash = sha256_of(q->verifier);
	struct str address = oauth_address(cx, q->kind->login, q->kind->login->authorize, q->server), scope = oauth_scope(cx, q->kind);
	buf_add_base64(&challenge, hash_str(&hash), BASE64_URL);
	buf_add(&b, address);
	if (str_find_byte(address, '?') < 0)
		buf_addc(&b, '?');
	add_pair(&b, "response_type", S("code"));
	add_pair(&b, "client_id", q->client);
	add_pair(&b, "redirect_uri", q->redirect);
	if (scope.len)
		add_pair(&b, "scope", scope);
	add_pair(&b, "state", q->state);
	add_pair(&b, "code_challenge", buf_str(&challenge));
	add_pair(&b, "code_challenge_method", S("S256"));
	if (q->kind->login->more) {
		buf_addc(&b, '&');
		buf_adds(&b, q->kind->login->more);
	}
	return buf_keep(&b, cx->arena);
}

bool oauth_issuer_is(const struct channel_login *login, struct str server, struct str iss)
{
	struct str right = login->issuer ? str_of(login->issuer) : server;
	while (str_ends(iss, S("/")))
		iss = str_head(iss, iss.len - 1);
	while (str_ends(right, S("/")))
		right = str_head(right, right.len - 1);
	return !iss.len || str_eq(iss, right);
}

/* ---- what servers refuse (RFC 6749, 4.1.2.1 and 5.2) ---- */

static const struct refusal {
	const char *word;
	enum outcome outcome;
	const char *text; /* msgid */
} refusals[] = {
	{"access_denied", OUTCOME_HOLD, N_("The network says that access was refused. Nothing was changed; connect again when you want to grant it.")},
	{"invalid_grant", OUTCOME_HOLD, N_("The network no longer takes what let Parvis in: it ran out, was used before, or was taken back. Connect the channel again.")},
	{"invalid_client", OUTCOME_HOLD, N_("The network does not know Parvis under the name it gave, or not any more. Connect the channel again; if that changes nothing, whoever runs Parvis has to register it there anew.")},
	{"unauthorized_client", OUTCOME_HOLD, N_("The network does not let this program sign people in that way. Whoever runs Parvis has to change that where it is registered.")},
	{"invalid_scope", OUTCOME_HOLD, N_("The network does not know a right that was asked for, or does not give it to Parvis.")},
	{"unsupported_response_type", OUTCOME_HOLD, N_("The network does not sign people in the way that Parvis asks for.")},
	{"unsupported_grant_type", OUTCOME_HOLD, N_("The network does not sign people in the way that Parvis asks for.")},
	{"invalid_request", OUTCOME_HOLD, N_("The network does not understand how Parvis asks. Please report it with what the network said.")},
	{"redirect_uri_mismatch", OUTCOME_HOLD, N_("The address of this desk is not the one that Parvis was registered with over there. Whoever runs Parvis has to add it there.")},
	{"temporarily_unavailable", OUTCOME_LATER, N_("The network cannot sign anybody in just now. Try again in a while.")},
	{"server_error", OUTCOME_LATER, N_("The network had a fault of its own while signing in. Try again in a while.")},
	{"slow_down", OUTCOME_LATER, N_("The network asks for patience before anybody is signed in again.")},
};

static const struct refusal *refusal_of(struct str error)
{
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (str_eq(error, str_of(refusals[i].word)))
			return &refusals[i];
	return NULL;
}

/* Theirs is a text from outside: one line, short, and said to be theirs. */
static struct str with_description(struct cx *cx, struct str story, struct str description)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str head = str_trim(description);
	if (!head.len || !utf8_valid(head))
		return story;
	for (size_t i = 0, count = 0; i < head.len && count < DESCRIPTION_MAX; i++) {
		unsigned char c = (unsigned char)head.at[i];
		count += (c & 0xc0) != 0x80;
		if (count < DESCRIPTION_MAX)
			buf_addc(&b, c < ' ' || c == 127 ? ' ' : (char)c);
	}
	return arena_printf(cx->arena, _(N_("%.*s It said: “%.*s”.")), STR_ARG(story), STR_ARG(buf_str(&b)));
}

struct str oauth_refusal(struct cx *cx, struct str error, struct str description)
{
	const struct refusal *r = refusal_of(error);
	struct str story = r ? str_of(_(r->text)) : str_of(_(N_("The network did not sign you in. Nothing was changed; you can try again.")));
	return with_description(cx, story, description.len || r ? description : error);
}

/* ---- the token address ---- */

static struct str member(struct cx *cx, const json_t *document, const char *name)
{
	struct str value = exchange_text(cx, document, name);
	return value.len <= TOKEN_MAX && utf8_valid(value) ? value : (struct str){};
}

static void set_text(json_t *object, const char *name, struct str value)
{
	if (value.len)
		json_object_set_new(object, name, json_stringn(value.at, value.len));
}

/* "expires_in" is a number; some write it as a text. */
static i64 life_of(struct cx *cx, const json_t *document, const char *name)
{
	const json_t *value = json_object_get(document, name);
	double seconds = json_is_number(value) ? json_number_value(value) : 0;
	if (json_is_string(value) && !str_to_double(exchange_text(cx, document, name), &seconds))
		seconds = 0;
	if (!(seconds > 0))
		return 0;
	return seconds < (double)(LIFE_MAX / SECOND) ? (i64)seconds * SECOND : LIFE_MAX;
}

static json_t *object_of(struct str text)
{
	json_t *object = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	if (json_is_object(object))
		return object;
	json_decref(object);
	return json_object();
}

enum err oauth_read_token(struct cx *cx, const json_t *document, const char *token, struct str before, struct renewed *ret_renewed)
{
	struct str access = member(cx, document, "access_token"), type = member(cx, document, "token_type");
	i64 life = life_of(cx, document, "expires_in"), refresh_life = life_of(cx, document, "refresh_token_expires_in");
	if (!access.len || (type.len && !str_eq_fold(type, S("bearer")) && !str_eq_fold(type, S("user")))) {
		*ret_renewed = (struct renewed){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("The network signed somebody in, and gave nothing that could be used.")))};
		return OK;
	}
	json_t *credential = object_of(before);
	set_text(credential, token, access);
	set_text(credential, "refresh_token", member(cx, document, "refresh_token"));
	set_text(credential, "granted", member(cx, document, "scope"));
	bool renews = json_object_get(credential, "refresh_token");
	struct str text = arena_json(cx->arena, credential, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(credential);
	*ret_renewed = (struct renewed){.outcome = OUTCOME_DONE, .secret = text, .token_until = life ? cx->now + life : 0,
					.expires_at = refresh_life ? cx->now + refresh_life : life && !renews ? cx->now + life : 0};
	return OK;
}

/* Errors first, whatever the status: some servers answer 200 to a refusal, or 400, 401 and 403 to the same. */
static enum err read_answer(struct cx *cx, const struct exchange *x, const char *token, struct str before, struct renewed *ret_renewed)
{
	const json_t *named = json_object_get(x->document, "error");
	struct str error = json_is_object(named) ? member(cx, named, "type") : member(cx, x->document, "error");
	struct str description = json_is_object(named) ? member(cx, named, "message") : member(cx, x->document, "error_description");
	const struct refusal *r = refusal_of(error);
	struct sent sent = {};
	if (x->answer.outcome == NET_ANSWERED && named && !json_is_null(named) && x->answer.status < 500 && x->answer.status != 429) {
		*ret_renewed = (struct renewed){.outcome = r ? r->outcome : OUTCOME_HOLD, .story = oauth_refusal(cx, error, description),
						.is_client = str_eq(error, S("invalid_client")) || str_eq(error, S("unauthorized_client"))};
		return OK;
	}
	exchange_outcome(cx, x, &sent);
	if (sent.outcome == OUTCOME_DONE)
		return oauth_read_token(cx, x->document, token, before, ret_renewed);
	*ret_renewed = (struct renewed){.outcome = sent.outcome == OUTCOME_NEVER ? OUTCOME_HOLD : sent.outcome, .story = sent.story, .retry_at = sent.retry_at};
	return OK;
}

static enum err ask_token(struct cx *cx, struct net *net, struct str url, const struct oauth_client *client, bool basic, struct buf *form, struct exchange *x)
{
	CLEANUP(buf_free) struct buf pair = {}, header = {};
	struct net_header authorization = {.name = S("Authorization")};
	if (basic && client->secret.len) {
		buf_add_url(&pair, client->id);
		buf_addc(&pair, ':');
		buf_add_url(&pair, client->secret);
		buf_adds(&header, "Basic ");
		buf_add_base64(&header, buf_str(&pair), BASE64);
		authorization.value = buf_str(&header);
	} else {
		add_pair(form, "client_id", client->id);
		if (client->secret.len)
			add_pair(form, "client_secret", client->secret);
	}
	*x = (struct exchange){.method = "POST", .base = url, .body = buf_str(form), .type = FORM, .answer_max = ANSWER_MAX, .credential = true, .headers = &authorization,
			       .header_count = authorization.value.len ? 1 : 0};
	enum err e = exchange_ask(cx, net, x);
	x->headers = NULL;
	x->body = (struct str){"", 0};
	wipe(form->at, form->len);
	wipe(pair.at, pair.len);
	wipe(header.at, header.len);
	return e;
}

enum err oauth_redeem(struct cx *cx, struct net *net, const struct oauth_question *q, const struct oauth_client *client, struct str code, struct renewed *ret_renewed)
{
	const struct channel_login *login = q->kind->login;
	struct str url = oauth_address(cx, login, login->token, q->server);
	CLEANUP(buf_free) struct buf form = {};
	struct exchange x;
	(void)buf_room(&form, 4096); /* it stays where it is, and is wiped there */
	add_pair(&form, "grant_type", S("authorization_code"));
	add_pair(&form, "code", code);
	add_pair(&form, "redirect_uri", q->redirect);
	add_pair(&form, "code_verifier", q->verifier);
	if (login->registers) /* servers that follow Mastodon want it again */
		add_pair(&form, "scope", oauth_scope(cx, q->kind));
	TRY(ask_token(cx, net, url, client, login->basic, &form, &x));
	json_t *before = json_object();
	set_text(before, "token_url", url);
	set_text(before, "token_name", str_of(login->secret));
	set_text(before, "client_id", client->id);
	set_text(before, "client_secret", client->secret);
	if (login->basic)
		json_object_set_new(before, "basic", json_true());
	struct str text = arena_json(cx->arena, before, JSON_COMPACT);
	json_decref(before);
	return read_answer(cx, &x, login->secret, text, ret_renewed);
}

enum err oauth_renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed)
{
	json_t *credential = object_of(account->secret);
	struct str refresh = member(cx, credential, "refresh_token"), url = member(cx, credential, "token_url");
	struct oauth_client client = {member(cx, credential, "client_id"), member(cx, credential, "client_secret")};
	bool basic = json_is_true(json_object_get(credential, "basic"));
	struct str token = member(cx, credential, "token_name");
	json_decref(credential);
	if (!refresh.len || !url.len) {
		*ret_renewed = (struct renewed){.outcome = OUTCOME_DONE};
		return OK;
	}
	CLEANUP(buf_free) struct buf form = {};
	struct exchange x;
	(void)buf_room(&form, 4096);
	add_pair(&form, "grant_type", S("refresh_token"));
	add_pair(&form, "refresh_token", refresh);
	TRY(ask_token(cx, net, url, &client, basic, &form, &x));
	return read_answer(cx, &x, token.len ? arena_cstr(cx->arena, token) : "token", account->secret, ret_renewed);
}

/* ---- making ourselves known (docs.joinmastodon.org/methods/apps, as of 2026-11-21) ---- */

enum err oauth_register(struct cx *cx, struct net *net, const struct channel_kind *kind, struct str server, struct str redirect, struct oauth_registered *ret_registered)
{
	CLEANUP(buf_free) struct buf form = {};
	struct sent sent = {};
	add_pair(&form, "client_name", S("Parvis"));
	add_pair(&form, "redirect_uris", redirect);
	add_pair(&form, "scopes", oauth_scope(cx, kind));
	struct exchange x = {.method = "POST", .base = oauth_address(cx, kind->login, kind->login->registers, server), .body = buf_str(&form), .type = FORM, .repeatable = true,
			     .answer_max = ANSWER_MAX};
	TRY(exchange_ask(cx, net, &x));
	exchange_outcome(cx, &x, &sent);
	struct oauth_registered r = {.outcome = sent.outcome, .story = sent.story, .retry_at = sent.retry_at,
				     .client = {member(cx, x.document, "client_id"), member(cx, x.document, "client_secret")}};
	if (r.outcome == OUTCOME_DONE && !r.client.id.len) {
		r.outcome = OUTCOME_NEVER;
		r.story = str_of(_(N_("This server does not let programs make themselves known, or is no such network. Look at its address, or paste a token instead.")));
	} else if (r.outcome == OUTCOME_UNKNOWN) {
		r.outcome = OUTCOME_LATER; /* once more does no harm */
	} else if (r.outcome == OUTCOME_HOLD) {
		r.outcome = OUTCOME_NEVER;
	}
	*ret_registered = r;
	return OK;
}

/* ---- what was granted ---- */

bool oauth_granted(struct cx *cx, const struct channel_kind *kind, struct str secret, const struct str **ret_rights, size_t *ret_count)
{
	json_t *credential = object_of(secret);
	struct str scope = member(cx, credential, "granted"), rest = scope;
	struct str *list = NULL;
	size_t count = 0, capacity = 0;
	json_decref(credential);
	while (rest.len) {
		size_t end = 0;
		while (end < rest.len && rest.at[end] != ' ' && rest.at[end] != ',')
			end++;
		struct str word = str_head(rest, end);
		rest = str_skip(rest, end < rest.len ? end + 1 : end);
		if (!word.len)
			continue;
		*arena_push(cx->arena, list, count, capacity) = word;
		for (const struct channel_right *r = kind->rights; r && r->word; r++) {
			struct str part = str_of(r->word), whole = str_cut(&part, ':');
			if (part.len && str_eq(whole, word))
				*arena_push(cx->arena, list, count, capacity) = str_of(r->word);
		}
	}
	*ret_rights = list;
	*ret_count = count;
	return scope.len > 0;
}
