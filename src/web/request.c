#include "web/kernel.h"

#include "base/id.h"
#include "sys/net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct request *request_new(struct server *server, const char *uri, struct MHD_Connection *connection)
{
	struct arena *arena = arena_new();
	struct request *request = arena_new_of(arena, struct request);
	request->holder.kind = HOLDER_REQUEST;
	request->server = server;
	request->connection = connection;
	request->arena = arena;
	request->cx = cx_new(arena);
	request->cx.request = id_new();
	request->started = time_monotonic();
	struct str target = str_of(uri);
	request->target = arena_str(arena, str_head(target, URI_MAX + 1)); /* libmicrohttpd will cut it up */
	return request;
}

void request_free(struct request *request)
{
	if (request->answer.response && !request->answer_shared)
		MHD_destroy_response(request->answer.response);
	arena_free(request->arena);
}

enum err refuse(struct request *request, enum err error, int status)
{
	request->refusal = error;
	request->refusal_status = status;
	return error;
}

/* ---- reading headers ---- */

struct str request_header(const struct request *request, const char *name)
{
	const char *value = NULL;
	size_t len = 0;
	if (MHD_lookup_connection_value_n(request->connection, MHD_HEADER_KIND, name, strlen(name), &value, &len) != MHD_YES)
		return (struct str){};
	return (struct str){value, value ? len : 0};
}

bool header_has(struct str list, struct str token, double *ret_quality)
{
	struct str rest = list;
	while (rest.len) {
		struct str item = str_cut(&rest, ','), name = str_trim(str_cut(&item, ';'));
		if (!str_eq_fold(name, token))
			continue;
		double quality = 1;
		while (item.at) {
			struct str parameter = str_trim(str_cut(&item, ';'));
			if (str_starts(parameter, S("q=")) && !(str_to_double(str_skip(parameter, 2), &quality) && quality >= 0 && quality <= 1))
				quality = 0;
		}
		*ret_quality = quality;
		return quality > 0;
	}
	return false;
}

struct header_list {
	struct arena *arena;
	struct net_header *list;
	size_t count, capacity;
};

static enum MHD_Result collect_header(void *subject, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_list *headers = subject;
	*arena_push(headers->arena, headers->list, headers->count, headers->capacity) = (struct net_header){str_of(name), str_of(value)};
	return MHD_YES;
}

void request_headers(const struct request *request, const struct net_header **ret_headers, size_t *ret_count)
{
	struct header_list headers = {.arena = request->arena};
	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, collect_header, &headers);
	*ret_headers = headers.list;
	*ret_count = headers.count;
}

const char *cookie_name(const struct request *request, const char *name)
{
	return request->server->secure ? arena_printf(request->arena, "__Host-%s", name).at : name;
}

struct str request_cookie(const struct request *request, const char *name)
{
	return str_of(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, cookie_name(request, name)));
}

/* The last address of X-Forwarded-For is what our own proxy wrote; those before it are anybody's word. */
static struct str forwarded_address(struct request *request)
{
	struct str list = request_header(request, "X-Forwarded-For"), last = {};
	while (list.len)
		last = str_trim(str_cut(&list, ','));
	unsigned char parsed[sizeof(struct in6_addr)];
	const char *text = arena_cstr(request->arena, str_head(last, INET6_ADDRSTRLEN));
	bool valid = inet_pton(AF_INET, text, parsed) == 1 || inet_pton(AF_INET6, text, parsed) == 1;
	return valid ? str_of(text) : (struct str){};
}

static void find_address(struct request *request)
{
	if (request->server->settings.trust_proxy && (request->address = forwarded_address(request)).len)
		return;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char text[INET6_ADDRSTRLEN] = "";
	if (info && info->client_addr->sa_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)info->client_addr)->sin_addr, text, sizeof text);
	else if (info && info->client_addr->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)info->client_addr)->sin6_addr, text, sizeof text);
	struct str address = str_of(text);
	if (str_starts(address, S("::ffff:")) && str_find_byte(address, '.') > 0)
		address = str_skip(address, 7);
	request->address = arena_str(request->arena, address);
}

static void find_language(struct request *request)
{
	struct str rest = str_head(request_header(request, "Accept-Language"), 200);
	while (rest.len) {
		struct str item = str_cut(&rest, ','), tag = str_trim(str_cut(&item, ';')), primary = str_cut(&tag, '-');
		if (lang_known(primary)) {
			request->cx.lang = lang_of(primary);
			return;
		}
	}
}

static void find_secrets(struct request *request)
{
	struct str authorization = request_header(request, "Authorization");
	if (str_eq_fold(str_head(authorization, 7), S("Bearer ")))
		request->api_key = str_trim(str_skip(authorization, 7));
	else
		request->session = request_cookie(request, SESSION_COOKIE);
}

static void find_face(struct request *request)
{
	struct str accept = request_header(request, "Accept");
	double json = 0, problem = 0, html = 0;
	(void)header_has(accept, S("application/json"), &json);
	(void)header_has(accept, S("application/problem+json"), &problem);
	(void)header_has(accept, S("text/html"), &html);
	json = problem > json ? problem : json;
	request->wants_json = request->api || (json > 0 && json > html);
	request->partial = !request->wants_json && str_eq(request_header(request, "HX-Request"), S("true")) &&
			   !str_eq(request_header(request, "HX-Boosted"), S("true")) &&
			   !str_eq(request_header(request, "HX-History-Restore-Request"), S("true"));
}

/* ---- the beginning ---- */

/* "http://host/path?query" and "/path?query" to path and query. */
static void split_target(struct request *request)
{
	struct str target = request->target;
	ptrdiff_t scheme = str_find(str_head(target, 8), S("://"));
	if (scheme > 0 && target.at[0] != '/') {
		target = str_skip(target, (size_t)scheme + 3);
		ptrdiff_t slash = str_find_byte(target, '/');
		target = slash < 0 ? S("/") : str_skip(target, (size_t)slash);
	}
	request->path = str_cut(&target, '?');
	request->query = target.at ? target : S("");
	struct str prefix = API_PREFIX;
	if (str_starts(request->path, prefix) && (request->path.len == prefix.len || request->path.at[prefix.len] == '/')) {
		request->api = true;
		request->path = request->path.len == prefix.len ? S("/") : str_skip(request->path, prefix.len);
	}
}

static const char *allow_text(struct arena *arena, unsigned methods)
{
	struct buf *text = buf_in_arena(arena);
	buf_adds(text, "OPTIONS");
	for (size_t i = 0; i < METHOD_COUNT; i++)
		if (methods >> i & 1)
			buf_addf(text, ", %s%s", method_word((enum method)i), i == METHOD_GET ? ", HEAD" : "");
	return buf_cstr(text);
}

static enum err find_route(struct request *request)
{
	struct cx *cx = &request->cx;
	struct str method = str_of(request->method_text);
	bool options = str_eq(method, S("OPTIONS"));
	if (!method_of(method, &request->method) && !options) {
		request->method = METHOD_DELETE;
		request->allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
		request_recognise(request);
		return fail(cx, ERR_METHOD, "The method %.20s is not known here.", request->method_text);
	}
	struct endpoint *endpoint = NULL;
	unsigned methods = 0;
	request->segments = arena_array(cx->arena, struct str, SEGMENTS_MAX);
	enum route_found found = route_find(request->server->routes, cx->arena, request->path, request->method, request->api,
					    &endpoint, request->segments, &methods);
	if (found != ROUTE_FOUND)
		request_recognise(request);
	if (found == ROUTE_MALFORMED)
		return refuse(request, fail(cx, ERR_BAD_INPUT, "This address is not encoded as it should be."), 400);
	if (found == ROUTE_UNKNOWN)
		return fail(cx, ERR_MISSING, "There is nothing at this address.");
	if (found == ROUTE_METHOD || options) {
		request->allow = allow_text(cx->arena, methods);
		return fail(cx, ERR_METHOD, "This address does not take the method %.20s.", request->method_text);
	}
	request->endpoint = endpoint;
	if (form_read(cx, request->query, IN_QUERY, &request->fields) != OK)
		return refuse(request, cx->err, 400);
	return OK;
}

struct framing {
	struct str length;
	size_t lengths, codings;
	bool differ, odd;
};

static enum MHD_Result look_at_framing(void *subject, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *framing = subject;
	struct str text = str_trim(str_of(value));
	u64 length;
	if (str_eq_fold(str_of(name), S("Content-Length"))) {
		framing->differ |= framing->lengths++ && !str_eq(framing->length, text);
		framing->odd |= !str_to_u64(text, &length);
		framing->length = text;
	} else if (str_eq_fold(str_of(name), S("Transfer-Encoding"))) {
		framing->odd |= framing->codings++ || !str_eq_fold(text, S("chunked"));
	}
	return MHD_YES;
}

/* Two programs in a row (a proxy and we) must agree where a request ends; where they might not, it is refused. */
static enum err check_framing(struct request *request)
{
	struct framing framing = {};
	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at_framing, &framing);
	if (!framing.differ && !framing.odd && !(framing.lengths && framing.codings))
		return OK;
	request->close_after = true;
	return refuse(request, fail(&request->cx, ERR_BAD_INPUT, "It is not clear where this request ends. Nothing was changed."), 400);
}

static enum err begin(struct request *request)
{
	struct cx *cx = &request->cx;
	if (request->target.len > URI_MAX)
		return refuse(request, fail(cx, ERR_TOO_LARGE, "This address is longer than allowed."), 414);
	split_target(request);
	find_address(request);
	find_language(request);
	find_secrets(request);
	find_face(request);
	TRY(check_framing(request));
	if (builtin_serve(request))
		return OK;
	if (atomic_load(&request->server->draining)) {
		request->retry_after = 5;
		return fail(cx, ERR_LATER, "The desk is restarting. Nothing was changed; try again in a moment.");
	}
	TRY(find_route(request));
	TRY(body_begin(request));
	return request->method == METHOD_GET ? OK : request_admit(request);
}

void request_begin(struct request *request, const char *method)
{
	request->begun = true;
	request->method_text = arena_cstr(request->arena, str_head(str_of(method), 32));
	request->head = str_eq(str_of(method), S("HEAD"));
	enum err error = begin(request);
	if (error && !request->refusal)
		(void)refuse(request, error, 0);
}

/* ---- what handlers ask ---- */

bool request_is_head(const struct request *request)
{
	return request->head;
}

const char *request_method(const struct request *request)
{
	return method_word(request->method);
}

struct str request_path(const struct request *request)
{
	return request->path;
}

struct str request_query(const struct request *request)
{
	return request->query;
}

struct str request_address(const struct request *request)
{
	return request->address;
}

bool request_wants_json(const struct request *request)
{
	return request->wants_json;
}

bool request_is_partial(const struct request *request)
{
	return request->partial;
}

struct str request_body(const struct request *request)
{
	return request->body ? buf_str(request->body) : (struct str){};
}

struct str request_token(const struct request *request)
{
	return request->session;
}

struct db *request_db(struct request *request)
{
	struct db *db = NULL;
	must(request->place); /* only while the handler runs */
	if (place_db(&request->cx, &request->server->places, request->place, request->method != METHOD_GET, &db) != OK)
		must(!"the handle was opened before the handler ran");
	return db;
}
