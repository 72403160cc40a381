#include "sys/net_hop.h"

#include "base/clock.h"
#include "sys/crypto.h"
#include "sys/websocket.h"

#include <string.h>
#include <unistd.h>

#define HEADERS_MAX ((size_t)64 << 10) /* bytes of an answer's headers */
#define ANSWER_MAX ((size_t)8 << 20)
#define CONNECT_TIME (10 * SECOND)

/* What the callbacks of libcurl share while a hop runs. */
struct run {
	struct net *net;
	struct hop *hop;
	struct cx *cx;
	int sent;             /* how often the request was about to leave; 0 = certainly nothing left */
	bool opened, blocked; /* an address that was allowed; one that was not */
	bool too_big, stopped;
	bool headers_done;
	size_t body_len, body_max;
	struct buf headers, body;
};

/* ---- the guard ---- */

static bool listed(const struct run *run, const struct address *address, int port)
{
	return (address && address_listed(run->net->allow, address, port)) || host_listed(run->net->allow, run->hop->parts.host, run->hop->parts.port);
}

/* In the clear a credential goes only to whom the operator named. */
static bool allowed(struct run *run, const struct address *address, int port)
{
	bool open = run->hop->credential && !run->hop->parts.secure, may = listed(run, address, port) || (!open && address_public(address));
	run->hop->in_clear = run->hop->in_clear || (!may && open && address_public(address));
	return may;
}

static int port_of(const struct curl_sockaddr *to)
{
	u8 bytes[2]; /* sin_port and sin6_port are at the same place */
	memcpy(bytes, (const u8 *)&to->addr + 2, 2);
	return bytes[0] << 8 | bytes[1];
}

/* The address is the one that will be connected to: what a name resolved to earlier or elsewhere does not matter. */
static curl_socket_t open_socket(void *subject, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct run *run = subject;
	struct address address;
	bool by_proxy = *run->net->proxy;
	if (!by_proxy && (!address_of(&to->addr, &address) || !allowed(run, &address, port_of(to)))) {
		run->blocked = true;
		return CURL_SOCKET_BAD;
	}
	run->opened = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Called when the connection stands, right before the request leaves on it; again when libcurl would send it a second time
 * because a kept connection turned out to be dead. */
static int before_sending(void *subject, char *remote, char *local, int remote_port, int local_port)
{
	struct run *run = subject;
	return run->sent++ && !run->hop->repeatable ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- what comes back ---- */

static size_t take_header(char *at, size_t size, size_t count, void *subject)
{
	struct run *run = subject;
	struct str line = {at, size * count};
	if (str_starts(line, S("HTTP/"))) { /* after a 1xx the real ones follow */
		buf_clear(&run->headers);
		run->headers_done = false;
	} else if (!str_trim(line).len) {
		run->headers_done = true;
	} else {
		buf_add(&run->headers, line);
	}
	run->too_big = run->too_big || !buf_ok(&run->headers);
	return run->too_big ? 0 : line.len;
}

static size_t take_body(char *at, size_t size, size_t count, void *subject)
{
	struct run *run = subject;
	struct str piece = {at, size * count};
	const struct net_request *request = run->hop->request;
	bool stream = request->upgrade && run->headers_done;
	if (!stream && piece.len > run->body_max - run->body_len) {
		run->too_big = true;
		return 0;
	}
	run->body_len += piece.len;
	long status = 0;
	curl_easy_getinfo(run->net->easy, CURLINFO_RESPONSE_CODE, &status);
	bool taken = (status >= 200 && status <= 299) || (request->upgrade && status == 101);
	if (!request->take || !taken)
		buf_add(&run->body, piece);
	else if (!request->take(request->subject, piece)) {
		run->stopped = true;
		return 0;
	}
	return piece.len;
}

static void read_headers(struct cx *cx, struct run *run)
{
	struct hop *hop = run->hop;
	size_t capacity = 0;
	struct str rest = buf_keep(&run->headers, cx->arena);
	while (rest.len) {
		struct str value = str_line(&rest), name = str_cut(&value, ':');
		if (!name.len || !value.at)
			continue;
		struct net_header header = {str_trim(name), str_trim(value)};
		*arena_push(cx->arena, hop->headers, hop->header_count, capacity) = header;
		if (!str_eq_fold(header.name, S("content-type")))
			continue;
		struct str type = str_trim(str_cut(&value, ';'));
		type = arena_str(cx->arena, type);
		for (size_t i = 0; i < type.len; i++)
			if (type.at[i] >= 'A' && type.at[i] <= 'Z')
				((char *)(uintptr_t)type.at)[i] += 'a' - 'A';
		hop->type = type;
	}
}

/* ---- asking ---- */

static struct curl_slist *header_add(struct curl_slist *list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(list, line);
	must(longer);
	return longer;
}

static bool goes_along(struct str name)
{
	return str_eq_fold(name, S("accept")) || str_eq_fold(name, S("accept-language")) || str_eq_fold(name, S("content-type")) ||
	       str_eq_fold(name, S("user-agent"));
}

/* libcurl signs every line of the list, also those that take a header away: there are none of those. S3 wants the hash of the body as a header too. */
static struct curl_slist *signed_list(struct cx *cx, const struct hop *hop)
{
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = sha256_of(hop->with_body ? hop->request->body : (struct str){});
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	return header_add(NULL, arena_printf(cx->arena, "x-amz-content-sha256: %s", buf_cstr(&hex)).at);
}

static struct curl_slist *header_list(struct cx *cx, const struct hop *hop)
{
	/* "Expect:" takes libcurl's 100-continue away, which many servers answer late; "Content-Type:" its guess of a form. */
	struct curl_slist *list = hop->request->sign ? signed_list(cx, hop) : header_add(NULL, "Expect:");
	bool typed = hop->request->sign;
	if (hop->request->upgrade) {
		list = header_add(list, "Connection: Upgrade");
		list = header_add(list, "Upgrade: websocket");
		list = header_add(list, "Sec-WebSocket-Version: 13");
		list = header_add(list, "Sec-WebSocket-Key: " WEBSOCKET_KEY);
	}
	for (size_t i = 0; i < hop->request->header_count; i++) {
		const struct net_header *header = &hop->request->headers[i];
		bool type = str_eq_fold(header->name, S("content-type"));
		if ((!hop->same_origin && !goes_along(header->name)) || (type && !hop->with_body))
			continue;
		typed = typed || type;
		const char *format = header->value.len ? ": " : ";"; /* libcurl's way to send an empty one */
		list = header_add(list, arena_printf(cx->arena, "%.*s%s%.*s", STR_ARG(header->name), format, STR_ARG(header->value)).at);
	}
	return typed ? list : header_add(list, "Content-Type:");
}

static void set_method(CURL *easy, const struct hop *hop)
{
	struct str body = hop->request->body;
	if (strcmp(hop->method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	} else if (hop->with_body || strcmp(hop->method, "POST") == 0) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(hop->with_body ? body.len : 0));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.at && hop->with_body ? body.at : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, hop->method);
}

static long milliseconds(i64 time)
{
	return time < MILLISECOND ? 1 : (long)(time / MILLISECOND);
}

static void sign(struct cx *cx, CURL *easy, const struct net_sign *sign)
{
	curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, arena_printf(cx->arena, "aws:amz:%.*s:s3", STR_ARG(sign->region)).at);
	curl_easy_setopt(easy, CURLOPT_USERNAME, arena_cstr(cx->arena, sign->id));
	curl_easy_setopt(easy, CURLOPT_PASSWORD, arena_cstr(cx->arena, sign->secret));
}

static void set_options(struct run *run, struct curl_slist *headers)
{
	struct hop *hop = run->hop;
	CURL *easy = run->net->easy;
	i64 left = hop->deadline - time_monotonic(), connect = hop->request->connect_timeout;
	curl_easy_reset(easy); /* forgets options, keeps connections */
	curl_easy_setopt(easy, CURLOPT_URL, hop->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* 2 and 3 gain nothing for one request at a time */
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, run->net->proxy); /* "" takes the environment's away */
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (run->net->authorities)
		curl_easy_setopt(easy, CURLOPT_CAINFO, run->net->authorities);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, run->net->agent);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(left));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect ? connect : CONNECT_TIME));
	curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 16L);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 60L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, hop->repeatable ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, run);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, run);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, run);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, run);
	set_method(easy, hop);
	if (hop->request->sign && hop->same_origin)
		sign(run->cx, easy, hop->request->sign);
}

/* ---- what came of it ---- */

static enum net_trouble trouble_of(const struct run *run, CURLcode code)
{
	if (run->too_big)
		return NET_TOO_BIG;
	if (run->stopped)
		return NET_STOPPED;
	switch (code) {
	case CURLE_OK: /* libcurl takes an end in the midst of the headers for an end */
		return run->headers_done ? NET_NO_TROUBLE : NET_BROKEN;
	case CURLE_OPERATION_TIMEDOUT:
		return NET_TOO_SLOW;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return NET_NO_NAME;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return NET_NO_TRUST;
	default:
		return run->sent ? NET_BROKEN : run->blocked && !run->opened ? NET_BLOCKED : NET_NO_CONNECTION;
	}
}

static void classify(struct run *run, CURLcode code)
{
	struct hop *hop = run->hop;
	hop->trouble = trouble_of(run, code);
	if (hop->request->upgrade && hop->status == 101 && (hop->trouble == NET_STOPPED || hop->trouble == NET_TOO_SLOW))
		hop->trouble = NET_NO_TROUBLE; /* a stream has no end of its own */
	hop->whole = hop->trouble == NET_NO_TROUBLE;
	if (!run->sent) {
		hop->outcome = NET_NOT_SENT;
		return;
	}
	/* A 4xx refuses, whatever was still to come. Any other answer that is not whole says nothing sure. */
	bool refused = run->headers_done && hop->status >= 400 && hop->status < 500;
	hop->outcome = hop->whole || refused ? NET_ANSWERED : NET_UNKNOWN;
}

void hop_run(struct cx *cx, struct net *net, struct hop *hop)
{
	struct run run = {
		.net = net, .hop = hop, .cx = cx, .body_max = hop->request->answer_max ? hop->request->answer_max : ANSWER_MAX,
		.headers = {.max = HEADERS_MAX}, .body = {.max = SIZE_MAX / 4},
	};
	struct address address;
	bool literal = address_parse(hop->parts.host, &address);
	hop->in_clear = *net->proxy && !literal && hop->credential && !hop->parts.secure && !listed(&run, NULL, hop->parts.port);
	if (hop->in_clear || (*net->proxy && literal && !allowed(&run, &address, hop->parts.port))) {
		hop->outcome = NET_NOT_SENT; /* behind a proxy only what is written in the URL can be looked at */
		hop->trouble = NET_BLOCKED;
		return;
	}
	struct curl_slist *headers = header_list(cx, hop);
	set_options(&run, headers);
	CURLcode code = curl_easy_perform(net->easy);
	long status = 0;
	char *target = NULL;
	if (run.sent) {
		curl_easy_getinfo(net->easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(net->easy, CURLINFO_REDIRECT_URL, &target);
	}
	hop->status = (int)status;
	hop->target = target ? arena_cstr(cx->arena, str_of(target)) : NULL;
	classify(&run, code);
	if (run.headers_done)
		read_headers(cx, &run);
	hop->body = buf_keep(&run.body, cx->arena);
	buf_free(&run.headers);
	buf_free(&run.body);
	curl_easy_reset(net->easy); /* nothing of this hop stays behind in the options */
	curl_slist_free_all(headers);
}
