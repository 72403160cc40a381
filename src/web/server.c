#include "web/kernel.h"

#include <netdb.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 12000u
#define CONNECTIONS_PER_ADDRESS 512u
#define CONNECTION_MEMORY ((size_t)16 << 10) /* request line, headers and their tables; holds an address of URI_MAX */
#define TIMEOUT_SECONDS 30
#define DISCARD_MAX ((u64)64 << 10)          /* of a refused body that is read all the same, so that the answer arrives */
#define DISCARD_LATE_MAX ((size_t)8 << 20)   /* of one refused while it came */
#define BODY_LEAST_RATE 1024                 /* bytes a second, past the time-out */
#define DRAIN_SECONDS 15
#define COMING_SECONDS 3   /* of these, for requests that are still being sent */
#define HEARTBEAT (20 * SECOND)
#define STREAM_LIFE (15 * MINUTE)

/* ---- one request, from libmicrohttpd's callbacks ---- */

static void *on_target(void *subject, const char *uri, struct MHD_Connection *connection)
{
	return request_new(subject, uri, connection);
}

/* Among those coming, those worked on, or neither (NULL). */
static void count(struct request *request, atomic_int *counted)
{
	if (counted)
		atomic_fetch_add(counted, 1);
	if (request->counted)
		atomic_fetch_sub(request->counted, 1);
	request->counted = counted;
}

static enum MHD_Result answer(struct request *request, void **holder)
{
	struct server *server = request->server;
	struct cx *cx = &request->cx;
	struct answer *given = &request->answer;
	i64 spent = time_monotonic() - request->started;
	enum MHD_Result queued = MHD_queue_response(request->connection, (unsigned)given->status, given->response);
	metrics_count(&server->metrics, (struct endpoint *)request->endpoint, given->status, spent, request->body_len,
		      given->bytes);
	log_line(LOG_DEBUG, "request", "request=%lld method=%s route=%s status=%d microseconds=%lld", (long long)cx->request,
		 request->method_text, request->endpoint ? request->endpoint->row->path : "-", given->status, (long long)spent);
	if (!request->answer_shared)
		MHD_destroy_response(given->response);
	given->response = NULL;
	count(request, NULL);
	struct stream *stream = request->stream;
	if (!stream)
		return queued;
	if (queued == MHD_YES) {
		*holder = stream; /* a stream lives long: its request goes now */
		request_free(request);
	} else {
		stream_free(stream);
		request->stream = NULL;
	}
	return queued;
}

/* A refused body that is small enough is read to its end, so that the connection and the answer survive. */
static bool answer_early(struct request *request)
{
	u64 announced = 0;
	struct str length = request_header(request, "Content-Length");
	bool chunked = request_header(request, "Transfer-Encoding").len > 0;
	bool expects = request_header(request, "Expect").len > 0;
	if (request->method_text && strcmp(request->method_text, "GET") == 0 && !length.len && !chunked)
		return false;
	return request->close_after || expects || chunked || (str_to_u64(length, &announced) && announced > DISCARD_MAX);
}

static bool too_slow(const struct request *request)
{
	i64 spent = time_monotonic() - request->started;
	i64 beyond = spent - request->server->timeout;
	return beyond > 0 && (i64)request->body_len < beyond / SECOND * BODY_LEAST_RATE + 1;
}

/* A stream asked for while we stop: the line is cut without an answer, so that the browser asks again by itself. */
static bool wants_stream(struct request *request)
{
	double quality;
	return header_has(request_header(request, "Accept"), S("text/event-stream"), &quality);
}

static struct line *line_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static enum MHD_Result begin(struct request *request, const char *method, void **holder)
{
	struct server *server = request->server;
	count(request, &server->coming);
	struct line *line = line_of(request->connection);
	if (line)
		line_busy(line);
	request_begin(request, method);
	if (request->refusal == ERR_LATER && atomic_load(&server->draining) && wants_stream(request))
		return MHD_NO;
	if (request->refusal && answer_early(request)) {
		if (line)
			line_lingers(line);
		request_run(request);
		return answer(request, holder);
	}
	return MHD_YES;
}

/* On which threads a route runs; NULL: on the connection's own. */
static struct slow_pool *pool_of(struct server *server, unsigned flags)
{
	if (flags & (ROUTE_SLOW | ROUTE_TOGETHER))
		return flags & ROUTE_SLOW ? server->slow : server->together;
	return flags & ROUTE_WAITS ? server->waiting : NULL;
}

static enum MHD_Result on_request(void *subject, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *data, size_t *data_len, void **holder)
{
	struct request *request = *holder;
	struct server *server = subject;
	if (!request)
		return MHD_NO; /* no target was told */
	if (!request->begun)
		return begin(request, method, holder);
	if (*data_len) {
		request->discarded += request->refusal ? *data_len : 0;
		(void)body_feed(request, (struct str){data, *data_len}); /* a refusal is noted */
		*data_len = 0;
		return request->discarded > DISCARD_LATE_MAX || too_slow(request) ? MHD_NO : MHD_YES;
	}
	count(request, &server->worked_on);
	if (!request->answer.response && !request->refusal)
		(void)body_end(request);
	struct slow_pool *pool = request->answer.response || request->refusal ? NULL : pool_of(server, request->endpoint->row->flags);
	if (pool) {
		if (slow_push(pool, request))
			return MHD_YES; /* called again when it is resumed, with an answer */
		(void)refuse(
		    request,
		    fail(&request->cx, ERR_LATER, "Too much is being worked on. Nothing was changed; try again in a moment."),
		    0);
	}
	if (!request->answer.response)
		request_run(request);
	return answer(request, holder);
}

static void on_completed(void *subject, struct MHD_Connection *connection, void **holder, enum MHD_RequestTerminationCode code)
{
	struct holder *held = *holder;
	struct line *line = line_of(connection);
	if (line)
		line_waiting(line);
	*holder = NULL;
	if (!held)
		return;
	if (held->kind == HOLDER_STREAM)
		return stream_free((struct stream *)held);
	count((struct request *)held, NULL);
	request_free((struct request *)held);
}

static void on_connection(void *subject, struct MHD_Connection *connection, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct server *server = subject;
	bool started = code == MHD_CONNECTION_NOTIFY_STARTED;
	atomic_fetch_add(&server->metrics.connections, started ? 1 : -1);
	const union MHD_ConnectionInfo *info =
	    started ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD) : NULL;
	if (info)
		*socket_context = guard_enter(server->guard, info->connect_fd);
	if (!started && *socket_context)
		guard_leave(server->guard, *socket_context);
}

/* Parts are decoded by route.c and form.c, who know what a broken one means. */
static size_t keep_escapes(void *subject, struct MHD_Connection *connection, char *text)
{
	return strlen(text);
}

static void on_message(void *subject, const char *format, va_list arguments)
{
	char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* libmicrohttpd's own */
	vsnprintf(text, sizeof text, format, arguments);
#pragma GCC diagnostic pop
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str quoted = log_quote(arena, str_trim(str_of(text)));
	log_line(LOG_DEBUG, "http", "text=%.*s", STR_ARG(quoted));
}

/* ---- the server ---- */

/* Files this process may open, raised as far as the system lets it; what connections may take of them. */
static unsigned connections_allowed(unsigned wanted)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return wanted < 800 ? wanted : 800;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	}
	rlim_t rest = limit.rlim_cur > 400 ? limit.rlim_cur - 200 : limit.rlim_cur / 2;
	return rest < wanted ? (unsigned)rest : wanted;
}

static const char *origin_of(struct arena *arena, const char *url)
{
	struct str text = str_of(url);
	ptrdiff_t scheme = str_find(text, S("://"));
	if (scheme < 0)
		return "";
	ptrdiff_t slash = str_find_byte(str_skip(text, (size_t)scheme + 3), '/');
	return arena_cstr(arena, slash < 0 ? text : str_head(text, (size_t)(scheme + 3 + slash)));
}

static enum err listen_on(struct cx *cx, struct server *server)
{
	const struct web_settings *settings = &server->settings;
	const char *address = settings->address ? settings->address : "127.0.0.1";
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
	char port[16];
	snprintf(port, sizeof port, "%d", settings->port);
	if (getaddrinfo(address, port, &hints, &found) != 0)
		return fail(cx, ERR_SYSTEM, "The address %s to listen on is not known on this machine.", address);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = settings->threads > 0 ? (unsigned)settings->threads : cores > 4 ? 4 : cores > 1 ? (unsigned)cores : 1;
	unsigned connections = connections_allowed(settings->connections ? settings->connections : CONNECTIONS);
	unsigned per_address = settings->connections_per_address ? settings->connections_per_address
			       : settings->trust_proxy		 ? 0
								 : CONNECTIONS_PER_ADDRESS;
	i64 heartbeat = settings->heartbeat_seconds > 0 ? settings->heartbeat_seconds * SECOND : HEARTBEAT;
	i64 life = settings->stream_seconds > 0 ? settings->stream_seconds * SECOND : STREAM_LIFE;
	server->hub = hub_start(connections - connections / 10, heartbeat, life); /* the rest is for pages */
	server->timeout = settings->timeout_seconds > 0 ? settings->timeout_seconds * SECOND : TIMEOUT_SECONDS * SECOND;
	server->guard = guard_start(server->timeout * 3 / 2);
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
	if (found->ai_family == AF_INET6)
		flags |= strcmp(address, "::") == 0 ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
	struct MHD_OptionItem pool[] = {
		{threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, server,
		MHD_OPTION_EXTERNAL_LOGGER, on_message, server,
		MHD_OPTION_SOCK_ADDR, found->ai_addr,
		MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
		MHD_OPTION_CONNECTION_LIMIT, connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(server->timeout / SECOND),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, server,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
	freeaddrinfo(found);
	if (!server->daemon)
		return fail(cx, ERR_SYSTEM, "Nothing can listen on %s port %d; perhaps something else does.", address,
			    settings->port);
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->port = info ? info->port : settings->port;
	return OK;
}

static void release(struct server *server)
{
	if (server->hub) {
		hub_close(server->hub);
		hub_free(server->hub);
	}
	if (server->guard)
		guard_stop(server->guard);
	if (server->templates)
		template_set_free(server->templates);
	builtin_free(server);
	place_pool_stop(&server->places);
	rate_free(server->rates);
	arena_free(server->arena);
}

enum err server_start(struct cx *cx, const struct web_settings *settings, const struct web_host *host, struct server **ret_server)
{
	must(sodium_init() >= 0);
	struct arena *arena = arena_new();
	struct server *server = arena_new_of(arena, struct server);
	server->arena = arena;
	server->host = *host;
	server->settings = *settings;
	server->origin = origin_of(arena, settings->public_url);
	server->secure = str_starts(str_of(settings->public_url), S("https://"));
	server->rates = rate_new();
	place_pool_start(&server->places, settings->database);
	enum err error = route_table_new(cx, arena, host, &server->routes);
	if (!error && host->templates)
		server->templates = template_set_new(host->templates, host->template_subject, host->templates_fresh);
	if (!error)
		error = builtin_prepare(cx, server);
	if (!error) {
		server->slow = slow_start(server, settings->slow_threads > 0 ? settings->slow_threads : 2);
		server->together = together_start(server);
		server->waiting = settings->waiting_threads ? slow_start(server, settings->waiting_threads) : NULL;
		error = listen_on(cx, server);
		if (error) {
			slow_stop(server->slow);
			slow_stop(server->together);
			slow_stop(server->waiting);
		}
	}
	if (error) {
		release(server);
		return error;
	}
	*ret_server = server;
	return OK;
}

int server_port(const struct server *server)
{
	return server->port;
}

void server_drain(struct server *server)
{
	atomic_store(&server->draining, true);
	hub_close(server->hub);
	for (i64 begun = time_monotonic(), spent = 0; spent < DRAIN_SECONDS * SECOND; spent = time_monotonic() - begun) {
		bool coming = atomic_load(&server->coming) > 0 && spent < COMING_SECONDS * SECOND;
		if (!coming && atomic_load(&server->worked_on) == 0)
			break;
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	server_drain(server);
	slow_stop(server->slow);
	slow_stop(server->together);
	slow_stop(server->waiting);
	MHD_stop_daemon(server->daemon);
	release(server);
}

void server_publish(struct server *server, i64 workspace, i64 user, struct str event, struct str data)
{
	hub_publish(server->hub, workspace, user, event, data);
}

void server_end_streams(struct server *server, i64 user)
{
	hub_end(server->hub, user);
}

size_t server_streams(const struct server *server)
{
	return hub_streams(server->hub);
}
