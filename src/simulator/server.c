#include "simulator/server.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/log.h"
#include "sys/crypto.h"

#include <microhttpd.h>
#include <pthread.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX (1 << 20)
#define FIRST_FILL 160
#define FEED_MAX 500

struct simulator {
	struct MHD_Daemon *daemon;
	struct arena *arena;      /* of the texts */
	struct texts texts;
	struct db *db;
	struct network network;
	struct str token_hash;
	pthread_mutex_t lock;     /* the network is one thread's at a time */
	i64 requests;
};

struct call {
	struct arena *arena; /* its own; goes with the request */
	struct buf body;
};

/* ---- answers ---- */

struct answer {
	int status;
	json_t *document;
	struct str raw;        /* instead of a document: rubbish */
	bool hang_up;          /* break the connection */
	bool half;             /* break it in the midst of the answer */
	const char *retry;     /* Retry-After */
	struct network_quota quota;
};

struct torn {
	size_t size;
	char text[];
};

/* The first half; then the connection breaks. */
static ssize_t read_torn(void *subject, uint64_t at, char *to, size_t most)
{
	const struct torn *torn = subject;
	size_t left = at < torn->size / 2 ? torn->size / 2 - (size_t)at : 0, count = left < most ? left : most;
	if (!count)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(to, torn->text + at, count);
	return (ssize_t)count;
}

static struct MHD_Response *torn_response(struct arena *arena, struct str text)
{
	struct torn *torn = arena_alloc(arena, sizeof *torn + text.len);
	torn->size = text.len;
	memcpy(torn->text, text.at, text.len);
	return MHD_create_response_from_callback(text.len, 512, read_torn, torn, NULL);
}

static enum MHD_Result send_answer(struct arena *arena, struct MHD_Connection *connection, struct answer *a)
{
	if (a->hang_up) {
		json_decref(a->document);
		return MHD_NO;
	}
	CLEANUP(buf_free) struct buf text = {};
	if (a->document)
		buf_add_value(&text, a->document, JSON_COMPACT);
	else
		buf_add(&text, a->raw);
	json_decref(a->document);
	struct MHD_Response *response = a->half ? torn_response(arena, buf_str(&text)) : MHD_create_response_from_buffer(text.len, text.at, MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(response, "Content-Type", "application/json");
	if (a->retry)
		MHD_add_response_header(response, "Retry-After", a->retry);
	if (a->quota.limit) {
		char number[32];
		const struct {
			const char *name;
			i64 value;
		} told[] = {{"X-RateLimit-Limit", a->quota.limit}, {"X-RateLimit-Remaining", a->quota.left}, {"X-RateLimit-Reset", (a->quota.reset_at - time_now()) / SECOND}};
		for (size_t i = 0; i < COUNT(told); i++) {
			snprintf(number, sizeof number, "%lld", (long long)told[i].value);
			MHD_add_response_header(response, told[i].name, number);
		}
	}
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)a->status, response);
	MHD_destroy_response(response);
	return result;
}

static struct answer problem(const struct cx *cx, enum err e)
{
	return (struct answer){.status = err_row(e)->http, .document = json_pack("{s:s}", "error", cx->story)};
}

/* ---- failures as dialled ---- */

static struct answer trouble(struct cx *cx, struct simulator *s, struct chance *chance)
{
	struct network *n = &s->network;
	if (network_dial(cx, n, "denied") > 0)
		return (struct answer){.status = 401, .document = json_pack("{s:s}", "error", "token expired")};
	if (chance_percent(chance, network_dial(cx, n, "limited")))
		return (struct answer){.status = 429, .document = json_pack("{s:s}", "error", "too many requests"), .retry = "2"};
	if (chance_percent(chance, network_dial(cx, n, "broken")))
		return (struct answer){.status = chance_percent(chance, 50) ? 500 : 503, .document = json_pack("{s:s}", "error", "trouble")};
	if (chance_percent(chance, network_dial(cx, n, "lost_before")))
		return (struct answer){.status = 200, .hang_up = true};
	return (struct answer){};
}

/* After the work: the answer may still be lost, or be rubbish. */
static void spoil(struct cx *cx, struct simulator *s, struct chance *chance, struct answer *a)
{
	if (chance_percent(chance, network_dial(cx, &s->network, "lost_after"))) {
		a->hang_up = true;
	} else if (chance_percent(chance, network_dial(cx, &s->network, "rubbish"))) {
		json_decref(a->document);
		a->document = NULL;
		a->raw = S("<html>Bad gateway</html>");
	}
}

/* The first call for each key fails as dialled: in *how, 0 when this one does not. Kept whatever becomes of the request. */
static enum err first_call(struct cx *cx, struct simulator *s, struct str key, int *how)
{
	bool first = false;
	int dialled = (int)network_dial(cx, &s->network, "first_call");
	*how = 0;
	if (!dialled || !key.len)
		return OK;
	TRY(network_tried(cx, &s->network, key, &first));
	*how = first ? dialled : 0;
	return OK;
}

/* ---- requests ---- */

struct request_parts {
	const char *method;
	struct str path;
	json_t *body;
	struct str key;
	struct MHD_Connection *connection;
};

static struct str member_text(const json_t *body, const char *name)
{
	return str_of(json_string_value(json_object_get(body, name)));
}

static i64 argument(const struct request_parts *r, const char *name, i64 missing)
{
	i64 value = missing;
	str_to_i64(str_of(MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name)), &value);
	return value;
}

static enum err set_dials(struct cx *cx, struct simulator *s, const json_t *body)
{
	const char *name;
	const json_t *value;
	json_object_foreach((json_t *)body, name, value)
	{
		if (!json_is_number(value))
			return fail_field(cx, name, N_("A dial is a number."));
		TRY(network_dial_set(cx, &s->network, str_of(name), json_number_value(value)));
	}
	return OK;
}

/* The words behind /threads/, /messages/: "ID/act". */
static bool split_path(struct str path, struct str prefix, struct str act, struct str *ret_id)
{
	if (!str_starts(path, prefix) || !str_ends(path, act) || path.len <= prefix.len + act.len)
		return false;
	*ret_id = str_head(str_skip(path, prefix.len), path.len - prefix.len - act.len);
	return true;
}

static enum err post_answer(struct cx *cx, struct simulator *s, const struct request_parts *r, struct str thread, bool private, struct answer *ret_answer)
{
	struct str id, text = member_text(r->body, "text");
	struct network_post post = {.key = r->key, .thread = thread, .parent = member_text(r->body, "parent"), .text = text, .author = member_text(r->body, "author"),
				    .private = private};
	if (!text.len)
		return fail_field(cx, "text", N_("An answer needs a text."));
	TRY(network_accept(cx, &s->network, &post, &id));
	*ret_answer = (struct answer){.status = 201, .document = json_pack("{s:s%}", "id", id.at, id.len)};
	return OK;
}

static enum err post_article(struct cx *cx, struct simulator *s, const struct request_parts *r, struct answer *ret_answer)
{
	struct str id;
	const json_t *media = json_object_get(r->body, "media"), *poll = json_object_get(r->body, "poll");
	struct network_article article = {.key = r->key, .title = member_text(r->body, "title"), .text = member_text(r->body, "text"), .lang = member_text(r->body, "lang"),
					  .warning = member_text(r->body, "warning"), .media = json_is_array(media) ? media : NULL, .poll = json_is_object(poll) ? poll : NULL,
					  .is_story = str_eq(member_text(r->body, "form"), S("story"))};
	TRY(network_publish(cx, &s->network, &article, &id));
	*ret_answer = (struct answer){.status = 201, .document = json_pack("{s:s%}", "id", id.at, id.len)};
	return OK;
}

static bool is_first_token(const struct simulator *s, struct str token)
{
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = hash_of(token);
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	return str_eq_secret(buf_str(&hex), s->token_hash);
}

static const char *const right_words[] = {"reply", "reply-private", "hide", "post"}; /* as the bits of the dial "withdrawn" */

static bool is_withdrawn(struct cx *cx, struct network *n, size_t right)
{
	return (int)network_dial(cx, n, "withdrawn") >> right & 1;
}

static enum err tell_me(struct cx *cx, struct network *n, json_t **ret_document)
{
	i64 from, until;
	json_t *rights = json_pack("[s]", "read"), *incidents = json_array();
	TRY(network_outage(cx, n, &from, &until));
	for (size_t i = 0; i < COUNT(right_words); i++)
		if (!is_withdrawn(cx, n, i))
			json_array_append_new(rights, json_string(right_words[i]));
	if (until > cx->now)
		json_array_append_new(incidents, json_pack("{s:s, s:s, s:s}", "what", "Works on the square", "from", time_text(cx->arena, from).at, "until",
							   time_text(cx->arena, until).at));
	*ret_document = json_pack("{s:s, s:s, s:s, s:o, s:{s:i, s:i, s:i, s:i}, s:o}", "id", "us", "handle", "us", "name", "La Place", "rights", rights, "limits", "body", 2000,
				  "post", NETWORK_POST_MAX, "title", NETWORK_TITLE_MAX, "post_media", NETWORK_MEDIA_MAX, "incidents", incidents);
	return OK;
}

/* What a right that was taken back forbids. */
static bool is_forbidden(struct cx *cx, struct network *n, const struct request_parts *r)
{
	struct str id;
	if (strcmp(r->method, "POST") != 0)
		return false;
	bool hides = split_path(r->path, S("/messages/"), S("/hide"), &id) || split_path(r->path, S("/messages/"), S("/restore"), &id);
	size_t right = split_path(r->path, S("/threads/"), S("/replies"), &id) ? 0 : str_eq(r->path, S("/messages")) ? 1 : hides ? 2 : str_eq(r->path, S("/posts")) ? 3 : COUNT(right_words);
	return right < COUNT(right_words) && is_withdrawn(cx, n, right);
}

static enum err dispatch(struct cx *cx, struct simulator *s, const struct request_parts *r, struct answer *ret_answer)
{
	struct network *n = &s->network;
	bool get = strcmp(r->method, "GET") == 0, post = strcmp(r->method, "POST") == 0, put = strcmp(r->method, "PUT") == 0;
	struct str id;
	ret_answer->status = 200;
	if (get && str_eq(r->path, S("/feed"))) {
		i64 limit = argument(r, "limit", 100);
		return network_feed(cx, n, argument(r, "after", 0), limit < 1 || limit > FEED_MAX ? FEED_MAX : limit, &ret_answer->document);
	}
	if (get && str_eq(r->path, S("/me")))
		return tell_me(cx, n, &ret_answer->document);
	if (str_eq(r->path, S("/profile")) && (get || put)) {
		if (put)
			TRY(network_set_profile(cx, n, r->body));
		return network_profile(cx, n, &ret_answer->document);
	}
	if (post && str_eq(r->path, S("/token"))) {
		bool refused;
		struct str refresh = member_text(r->body, "refresh_token");
		TRY(network_renew(cx, n, s->token_hash, refresh, is_first_token(s, refresh), &ret_answer->document, &refused));
		ret_answer->status = refused ? 400 : 200;
		return OK;
	}
	if (get && str_eq(r->path, S("/sent"))) {
		ret_answer->document = network_sent(cx, n, str_of(MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "key")));
		return OK;
	}
	if (get && str_eq(r->path, S("/ledger"))) {
		ret_answer->document = network_ledger(cx, n);
		return OK;
	}
	if (str_eq(r->path, S("/dials")) && (get || put)) {
		if (put)
			TRY(set_dials(cx, s, r->body));
		ret_answer->document = network_dials(cx, n);
		return OK;
	}
	if (get && str_eq(r->path, S("/figures")))
		return network_figures(cx, n, str_of(MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "ids")), &ret_answer->document);
	if (post && str_eq(r->path, S("/posts")))
		return post_article(cx, s, r, ret_answer);
	if (post && split_path(r->path, S("/threads/"), S("/replies"), &id))
		return post_answer(cx, s, r, id, false, ret_answer);
	if (post && str_eq(r->path, S("/messages")))
		return post_answer(cx, s, r, member_text(r->body, "thread"), true, ret_answer);
	if (post && (split_path(r->path, S("/messages/"), S("/hide"), &id) || split_path(r->path, S("/messages/"), S("/restore"), &id))) {
		ret_answer->document = json_object();
		return network_hide(cx, n, id, str_ends(r->path, S("/hide")));
	}
	if (post && (split_path(r->path, S("/messages/"), S("/like"), &id) || split_path(r->path, S("/messages/"), S("/unlike"), &id))) {
		ret_answer->document = json_object();
		return network_like(cx, n, id, str_ends(r->path, S("/like")));
	}
	if (post && str_eq(r->path, S("/say"))) {
		struct str kind = member_text(r->body, "kind");
		TRY(network_say(cx, n, kind.len ? kind : S("comment"), member_text(r->body, "thread"), member_text(r->body, "text"),
				json_integer_value(json_object_get(r->body, "member")), &id));
		ret_answer->status = 201;
		ret_answer->document = json_pack("{s:s%}", "id", id.at, id.len);
		return OK;
	}
	if (post && str_eq(r->path, S("/complain"))) {
		ret_answer->document = json_object();
		return network_complain(cx, n, member_text(r->body, "message"), member_text(r->body, "reason"));
	}
	return fail(cx, ERR_MISSING, N_("The simulated network has no such address."));
}

/* The dials, the ledger and what tests say are for the operator: they never fail as dialled. */
static bool is_network_side(struct str path)
{
	return !str_eq(path, S("/dials")) && !str_eq(path, S("/ledger")) && !str_eq(path, S("/say")) && !str_eq(path, S("/complain"));
}

/* The operator's side keeps the first token, whatever is dialled. */
static bool let_in(struct cx *cx, struct simulator *s, const struct request_parts *r)
{
	struct str header = str_of(MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Authorization")), token = str_skip(header, 7);
	bool in = false;
	if (!s->token_hash.len || str_eq(r->path, S("/token")))
		return true;
	if (!str_starts(header, S("Bearer ")))
		return false;
	bool is_first = is_first_token(s, token);
	if (!is_network_side(r->path) && is_first)
		return true;
	return network_lets_in(cx, &s->network, s->token_hash, token, is_first, &in) == OK && in;
}

/* Outages, quotas and rights that were taken back. What is counted is kept whatever becomes of the request. */
static struct answer planned(struct cx *cx, struct simulator *s, const struct request_parts *r)
{
	struct answer a = {};
	i64 from = 0, until = 0;
	if (network_outage(cx, &s->network, &from, &until) != OK || network_count(cx, &s->network, &a.quota) != OK)
		return problem(cx, cx->err);
	if (from && from <= cx->now && cx->now < until)
		a = (struct answer){.status = 503, .document = json_pack("{s:s}", "error", "works on the square")};
	else if (a.quota.is_over)
		a = (struct answer){.status = 429, .document = json_pack("{s:s}", "error", "the day's quota is used up"), .quota = a.quota};
	else if (is_forbidden(cx, &s->network, r))
		a = (struct answer){.status = 403, .document = json_pack("{s:s}", "error", "this right was taken back"), .quota = a.quota};
	return a;
}

static enum err work(struct cx *cx, struct simulator *s, const struct request_parts *r, struct chance *chance, struct answer *ret_answer)
{
	TRY(db_begin(cx, s->db));
	enum err e = dispatch(cx, s, r, ret_answer);
	if (e == OK)
		return db_commit(cx, s->db);
	db_rollback(s->db);
	return e;
}

static enum MHD_Result answer_request(struct simulator *s, struct MHD_Connection *connection, const char *url, const char *method, struct call *call)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct request_parts r = {.method = method, .path = str_of(url), .connection = connection};
	struct answer a = {};
	r.key = str_of(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Idempotency-Key"));
	pthread_mutex_lock(&s->lock);
	bool outside = is_network_side(r.path);
	if (!let_in(&cx, s, &r))
		a = (struct answer){.status = 401, .document = json_pack("{s:s}", "error", "wrong token")};
	struct chance chance = chance_of((u64)network_dial(&cx, &s->network, "seed"), CHANCE_REQUEST, (u64)s->requests++);
	if (outside && !a.status)
		a = trouble(&cx, s, &chance);
	if (outside && !a.status)
		a = planned(&cx, s, &r);
	int first = 0;
	if (outside && !a.status && first_call(&cx, s, r.key, &first) == OK && first == 1)
		a = (struct answer){.status = 200, .hang_up = true};
	if (!a.status) {
		r.body = json_loadb(call->body.at ? call->body.at : "", call->body.len, 0, NULL);
		enum err e = work(&cx, s, &r, &chance, &a);
		json_decref(r.body);
		if (e != OK)
			a = problem(&cx, e);
		else if (outside)
			spoil(&cx, s, &chance, &a);
		a.hang_up |= first == 2;
		a.half = first == 3;
	}
	pthread_mutex_unlock(&s->lock);
	return send_answer(call->arena, connection, &a);
}

static enum MHD_Result handle(void *subject, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *data,
			      size_t *size, void **kept)
{
	struct call *call = *kept;
	if (!call) {
		struct arena *arena = arena_new();
		call = arena_new_of(arena, struct call);
		*call = (struct call){.arena = arena, .body = {.max = BODY_MAX}};
		*kept = call;
		return MHD_YES;
	}
	if (*size) {
		buf_add(&call->body, (struct str){data, *size});
		*size = 0;
		return buf_ok(&call->body) ? MHD_YES : MHD_NO;
	}
	return answer_request(subject, connection, url, method, call);
}

static void forget(void *subject, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode why)
{
	struct call *call = *kept;
	if (!call)
		return;
	buf_free(&call->body);
	arena_free(call->arena);
	*kept = NULL;
}

/* ---- life ---- */

static enum err open_network(struct cx *cx, struct simulator *s, const char *database)
{
	TRY(texts_load(cx, s->arena, NULL, &s->texts));
	TRY(db_open(cx, database, DB_CREATE, &s->db));
	TRY(db_run(cx, s->db, NULL, "/* sqlite */ PRAGMA synchronous = NORMAL")); /* survives being killed; a power cut may cost its last moments */
	TRY(network_open(cx, s->db, &s->texts, &s->network));
	TRY(db_begin(cx, s->db));
	enum err e = network_fill(cx, &s->network, FIRST_FILL);
	if (e == OK)
		return db_commit(cx, s->db);
	db_rollback(s->db);
	return e;
}

static enum err listen_on(struct cx *cx, struct simulator *s, const char *address, int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (inet_pton(AF_INET, strcmp(address, "localhost") == 0 ? "127.0.0.1" : address, &at.sin_addr) != 1)
		return fail_field(cx, "simulator_listen", N_("“%s” is no IPv4 address for the simulated network."), address);
	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, (uint16_t)port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &at,
				     MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT, 512u, MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
	return s->daemon ? OK : fail(cx, ERR_LATER, N_("Nothing can listen on %s port %d for the simulated network; perhaps something else does."), address, port);
}

enum err simulator_start(struct cx *cx, const struct simulator_settings *settings, struct simulator **ret_simulator)
{
	struct arena *arena = arena_new();
	struct simulator *s = arena_new_of(arena, struct simulator);
	*s = (struct simulator){.arena = arena, .token_hash = arena_str(arena, settings->token_hash)};
	pthread_mutex_init(&s->lock, NULL);
	enum err e = open_network(cx, s, settings->database);
	if (e == OK)
		e = listen_on(cx, s, settings->address, settings->port);
	if (e != OK) {
		simulator_stop(s);
		return e;
	}
	*ret_simulator = s;
	return OK;
}

static enum err step(struct cx *cx, struct simulator *s)
{
	TRY(db_begin(cx, s->db));
	enum err e = network_step(cx, &s->network);
	if (e == OK)
		return db_commit(cx, s->db);
	db_rollback(s->db);
	return e;
}

void simulator_step(struct simulator *s)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	pthread_mutex_lock(&s->lock);
	if (step(&cx, s) != OK)
		log_failure(&cx, "simulator_step");
	pthread_mutex_unlock(&s->lock);
}

void simulator_stop(struct simulator *s)
{
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	db_close(s->db);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
}
