#include "test.h"

#include "base/clock.h"
#include "folder.h"
#include "rude.h"
#include "sys/net.h"

#include <netinet/tcp.h>
#include <signal.h>

static struct arena *arena;
static struct cx cx;
static struct rude server, slammer, other;
static char allow[200];

/* ---- the server ---- */

/* Read one request with its body into `text`. False at the end of the connection. */
static bool read_request(int fd, char *text, size_t size)
{
	size_t len = 0;
	for (;;) {
		text[len] = '\0';
		char *end = strstr(text, "\r\n\r\n");
		if (end) {
			char *length = strcasestr(text, "content-length:");
			size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
			if (len >= (size_t)(end + 4 - text) + body)
				return true;
		}
		ssize_t got = len < size - 1 ? recv(fd, text + len, size - 1 - len, 0) : 0;
		if (got <= 0)
			return false;
		len += (size_t)got;
	}
}

static thread_local bool no_body; /* HEAD */

static void answer(int fd, const char *status, const char *headers, const char *body)
{
	char head[1024];
	snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, strlen(body), headers);
	say(fd, head);
	if (!no_body)
		say(fd, body);
}

static void drip(int fd)
{
	say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
	for (int i = 0; i < 40; i++) {
		char x[] = "x";
		if (send(fd, x, 1, MSG_NOSIGNAL) != 1)
			return;
		usleep(50000);
	}
}

static void flood(int fd, const char *status)
{
	char head[100];
	snprintf(head, sizeof head, "HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n", status);
	say(fd, head);
	static char chunk[65536 + 1];
	memset(chunk, 'y', 65536);
	for (int i = 0; i < 400; i++) {
		if (send(fd, "10000\r\n", 7, MSG_NOSIGNAL) != 7)
			return;
		say(fd, chunk);
		say(fd, "\r\n");
	}
}

/* "HELLO" gzipped 1:1000 would be long to write; this is 1 MiB of 'a' by `head -c 1048576 | gzip -9`, made once. */
static const char *bomb_path;

static void bomb(int fd)
{
	FILE *file = fopen(bomb_path, "rb");
	static char bytes[65536];
	size_t len = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	char head[200];
	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", len);
	say(fd, head);
	send(fd, bytes, len, MSG_NOSIGNAL);
}

/* One request by its path. False closes the connection. */
static bool behave(struct rude *rude, int fd, const char *text, int nth)
{
	char method[16], path[256], headers[400];
	if (sscanf(text, "%15s %255s", method, path) != 2)
		return false;
	no_body = strcmp(method, "HEAD") == 0;
#define IS(word) (strncmp(path, word, strlen(word)) == 0)
	if (IS("/close-after"))
		return false;
	if (IS("/reset-after")) {
		rude_reset(fd);
		return false;
	}
	if (IS("/silent"))
		usleep(2000000);
	else if (IS("/drip"))
		drip(fd);
	else if (IS("/flood4"))
		flood(fd, "403 Forbidden");
	else if (IS("/flood"))
		flood(fd, "200 OK");
	else if (IS("/bomb"))
		bomb(fd);
	else if (IS("/half-head"))
		say(fd, "HTTP/1.1 200 OK\r\nContent-Le");
	else if (IS("/half4"))
		say(fd, "HTTP/1.1 422 No\r\nContent-Length: 50\r\n\r\n{\"error\":");
	else if (IS("/half"))
		say(fd, "HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{\"id\":");
	else if (IS("/rubbish"))
		say(fd, "\x16\x03\x01 this is no HTTP\r\n\r\n");
	else if (IS("/headers"))
		for (int i = 0; i < 3000; i++)
			say(fd, i ? "X-More: 0123456789012345678901234567890123456789\r\n" : "HTTP/1.1 200 OK\r\n");
	else if (IS("/early"))
		say(fd, "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Late: 2\r\nContent-Length: 2\r\n\r\nok");
	else if (IS("/second") && nth > 1)
		return false; /* read on a kept connection, and dropped */
	else if (IS("/busy"))
		answer(fd, "429 Too Many Requests", "Retry-After: 120\r\n", "slow down");
	else if (IS("/to/")) { /* /to/STATUS/URL */
		snprintf(headers, sizeof headers, "Location: %s\r\n", path + 8);
		char status[16];
		snprintf(status, sizeof status, "%.3s Go", path + 4);
		answer(fd, status, headers, "moved");
		return true;
	} else {
		answer(fd, "200 OK", "Content-Type: Text/Plain; charset=utf-8\r\nX-Two: a\r\n", IS("/echo") ? text : "fine");
		return true;
	}
	return IS("/busy") || IS("/early") || IS("/bomb");
}

static void serve(struct rude *rude, int fd)
{
	char text[8192];
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	for (int nth = 1; read_request(fd, text, sizeof text); nth++) {
		rude->requests++;
		snprintf(rude->last, sizeof rude->last, "%.4000s", text);
		if (!behave(rude, fd, text, nth))
			return;
	}
}

static atomic_int slam_after; /* microseconds */

static void slam(struct rude *rude, int fd)
{
	usleep((useconds_t)slam_after);
	rude_reset(fd);
}

/* ---- the tests ---- */

static struct net *net;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	rude_start(&server, serve);
	rude_start(&slammer, slam);
	rude_start(&other, serve);
	snprintf(allow, sizeof allow, "127.0.0.1:%d 127.0.0.1:%d localhost:%d 127.0.0.1:1", server.port, slammer.port, server.port);
	bomb_path = in_folder(arena, "bomb.gz");
	return system(arena_printf(arena, "head -c 1048576 /dev/zero | tr '\\0' a | gzip -9 >%s", bomb_path).at);
}

static int teardown(void **state)
{
	rude_stop(&server);
	rude_stop(&slammer);
	rude_stop(&other);
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static int each(void **state)
{
	struct net_settings settings = {.allow = str_of(allow)};
	cx_forget(&cx);
	server.requests = server.connections = slammer.connections = other.connections = 0;
	return net_open(&cx, &settings, &net);
}

static int each_end(void **state)
{
	net_close(net);
	return 0;
}

static struct str url(const struct rude *rude, const char *path)
{
	return arena_printf(arena, "http://127.0.0.1:%d%s", rude->port, path);
}

static struct net_answer ask_with(struct net_request request)
{
	struct net_answer result;
	assert_ok(&cx, net_ask(&cx, net, &request, &result));
	assert_int_equal(cx.err, OK);
	assert_true((result.story.len == 0) == (result.trouble == NET_NO_TROUBLE));
	return result;
}

static struct net_answer ask(const char *method, struct str address)
{
	return ask_with((struct net_request){.method = method, .url = address, .timeout = 3 * SECOND,
					     .body = strcmp(method, "POST") == 0 ? S("{\"text\":\"hello\"}") : (struct str){}});
}

#define assert_outcome(result, wanted, why)                                                                                    \
	do {                                                                                                                   \
		struct net_answer got_ = (result);                                                                             \
		if (got_.outcome != (wanted) || got_.trouble != (why))                                                         \
			fail_msg("%s: outcome %d trouble %s status %d: %.*s", #result, got_.outcome, net_trouble_word(got_.trouble),   \
				 got_.status, STR_ARG(got_.story));                                                            \
	} while (0)

static void test_answered(void **state)
{
	struct net_answer got = ask("GET", url(&server, "/echo?a=b#part"));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(got.status, 200);
	assert_true(got.whole);
	assert_str(got.type, "text/plain");
	assert_str(net_answer_header(&got, "x-two"), "a");
	assert_str(net_answer_header(&got, "x-three"), "");
	assert_true(str_starts(got.body, S("GET /echo?a=b HTTP/1.1\r\n")));
	assert_true(str_find(got.body, S("User-Agent: Parvis/" PARVIS_VERSION "\r\n")) > 0);

	struct net_header headers[] = {{S("Authorization"), S("Bearer x")}, {S("X-Empty"), S("")}, {S("content-type"), S("application/json")}};
	got = ask_with((struct net_request){.method = "POST", .url = url(&server, "/echo"), .body = S("{}"), .headers = headers, .header_count = 3});
	assert_true(str_ends(got.body, S("\r\n\r\n{}")));
	assert_true(str_find(got.body, S("Authorization: Bearer x\r\n")) > 0 && str_find(got.body, S("X-Empty:\r\n")) > 0);
	assert_true(str_find(got.body, S("content-type: application/json\r\n")) > 0 && str_find(got.body, S("Expect")) < 0);
	got = ask_with((struct net_request){.method = "POST", .url = url(&server, "/echo")});
	assert_true(str_find(got.body, S("Content-Length: 0\r\n")) > 0 && str_find(got.body, S("Content-Type")) < 0);
	got = ask_with((struct net_request){.method = "DELETE", .url = url(&server, "/echo")});
	assert_true(str_starts(got.body, S("DELETE /echo HTTP/1.1\r\n")));
	got = ask_with((struct net_request){.method = "PUT", .url = url(&server, "/echo"), .body = S("abc")});
	assert_true(str_starts(got.body, S("PUT /echo HTTP/1.1\r\n")) && str_ends(got.body, S("abc")));
	got = ask("HEAD", url(&server, "/ok"));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(got.body.len, 0);
	got = ask("GET", url(&server, "/early"));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_str(net_answer_header(&got, "x-late"), "2");
	assert_str(net_answer_header(&got, "x-early"), "");
	cx.now = time_now();
	got = ask("POST", url(&server, "/busy"));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(got.status == 429 && got.retry_at == cx.now + 120 * SECOND);
}

static void test_encoding(void **state)
{
	struct net_answer got = ask("GET", url(&server, "/echo/é%20x?q=ü%2F"));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(str_starts(got.body, S("GET /echo/%c3%a9%20x?q=%c3%bc%2F HTTP/1.1\r\n")) ||
		    str_starts(got.body, S("GET /echo/%C3%A9%20x?q=%C3%BC%2F HTTP/1.1\r\n")));
}

/* Certainly nothing arrived. */
static void test_not_sent(void **state)
{
	for (int post = 0; post < 2; post++) {
		const char *method = post ? "POST" : "GET";
		assert_outcome(ask(method, S("http://127.0.0.1:1/")), NET_NOT_SENT, NET_NO_CONNECTION);
		struct net_answer got = ask(method, S("http://no-such-name.invalid/"));
		assert_int_equal(got.outcome, NET_NOT_SENT);
		assert_true(got.trouble == NET_NO_NAME || got.trouble == NET_TOO_SLOW);
		/* TLS against a server that speaks none: the request waits for the handshake */
		got = ask(method, arena_printf(arena, "https://127.0.0.1:%d/", slammer.port));
		assert_int_equal(got.outcome, NET_NOT_SENT);
	}
	/* a listener whose queue is full drops what knocks */
	int port, queue = listen_local(0, &port), knocking[4];
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
	for (size_t i = 0; i < COUNT(knocking); i++) {
		knocking[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)!connect(knocking[i], (struct sockaddr *)&at, sizeof at);
	}
	usleep(50000);
	struct net *patient;
	struct net_settings settings = {.allow = S("127.0.0.0/8")};
	assert_ok(&cx, net_open(&cx, &settings, &patient));
	struct net_request request = {.method = "POST", .url = arena_printf(arena, "http://127.0.0.1:%d/", port), .connect_timeout = SECOND / 5};
	struct net_answer got;
	assert_ok(&cx, net_ask(&cx, patient, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_TOO_SLOW);
	assert_true(got.took < 2 * SECOND);
	net_close(patient);
	for (size_t i = 0; i < COUNT(knocking); i++)
		close(knocking[i]);
	close(queue);
	assert_int_equal(server.requests, 0);
}

/* It may have arrived, and in these tests it mostly did: exactly once. */
static void test_unknown(void **state)
{
	static const struct {
		const char *path;
		enum net_trouble trouble;
		int status;
	} rows[] = {
		{"/close-after", NET_BROKEN, 0}, {"/reset-after", NET_BROKEN, 0}, {"/half-head", NET_BROKEN, 200}, {"/half", NET_BROKEN, 201},
		{"/rubbish", NET_BROKEN, 0},     {"/silent", NET_TOO_SLOW, 0},    {"/drip", NET_TOO_SLOW, 200},    {"/headers", NET_TOO_BIG, 200},
		{"/flood", NET_TOO_BIG, 200},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int post = 0; post < 2; post++) {
			server.requests = 0;
			struct net_answer got = ask_with((struct net_request){.method = post ? "POST" : "GET", .url = url(&server, rows[i].path),
				.timeout = SECOND / 2, .answer_max = 1 << 20, .body = post ? S("x") : (struct str){}});
			if (got.status != rows[i].status || server.requests != 1)
				fail_msg("%s: status %d, %d requests", rows[i].path, got.status, server.requests);
			assert_outcome(got, NET_UNKNOWN, rows[i].trouble);
			assert_false(got.whole);
			assert_true(got.took < 2 * SECOND);
		}
	/* closed before reading: the request had left by then, or it had not, but it is never said to be answered */
	for (int i = 0; i < 20; i++) {
		struct net_answer got = ask("POST", url(&slammer, "/"));
		assert_true(got.outcome == NET_UNKNOWN ? got.trouble == NET_BROKEN : got.outcome == NET_NOT_SENT);
	}
	slam_after = 100000;
	assert_outcome(ask("POST", url(&slammer, "/")), NET_UNKNOWN, NET_BROKEN);
	slam_after = 0;
}

static void test_refused_but_cut(void **state)
{
	struct net_answer got = ask("POST", url(&server, "/half4"));
	assert_outcome(got, NET_ANSWERED, NET_BROKEN);
	assert_int_equal(got.status, 422);
	assert_false(got.whole);
	got = ask("POST", url(&server, "/flood4"));
	assert_outcome(got, NET_ANSWERED, NET_TOO_BIG);
	assert_int_equal(got.status, 403);
}

static void test_sizes(void **state)
{
	struct net_request request = {.method = "GET", .url = url(&server, "/bomb"), .answer_max = 100000};
	assert_outcome(ask_with(request), NET_UNKNOWN, NET_TOO_BIG); /* of what comes out of gzip, not of what travels */
	request.answer_max = 1048576;
	struct net_answer got = ask_with(request);
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(got.body.len, 1048576);
	assert_int_equal(got.body.at[1048575], 'a');
	request = (struct net_request){.method = "GET", .url = url(&server, "/ok"), .answer_max = 4};
	assert_outcome(ask_with(request), NET_ANSWERED, NET_NO_TROUBLE);
	request.answer_max = 3;
	assert_outcome(ask_with(request), NET_UNKNOWN, NET_TOO_BIG);
}

static bool count_piece(void *subject, struct str piece)
{
	size_t *len = subject;
	*len += piece.len;
	return *len < 500000;
}

static void test_take(void **state)
{
	size_t len = 0;
	struct net_request request = {.method = "GET", .url = url(&server, "/ok"), .take = count_piece, .subject = &len};
	struct net_answer got = ask_with(request);
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(len == 4 && got.body.len == 0);
	request.url = url(&server, "/bomb");
	assert_outcome(ask_with(request), NET_UNKNOWN, NET_STOPPED);
	len = 0;
	request.url = url(&server, "/busy"); /* the body of a refusal is not what was to be taken */
	got = ask_with(request);
	assert_true(len == 0 && str_eq(got.body, S("slow down")));
}

/* A kept connection that turns out to be dead: libcurl sends again by itself, which only repeatable requests may suffer. */
static void test_kept_connections(void **state)
{
	for (int i = 0; i < 5; i++)
		assert_outcome(ask("GET", url(&server, "/ok")), NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(server.connections, 1);
	server.requests = 0;
	assert_outcome(ask("POST", url(&server, "/second")), NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(server.requests, 1);
	assert_int_equal(server.connections, 2);
	server.requests = 0;
	struct net_request request = {.method = "POST", .url = url(&server, "/second"), .body = S("q"), .repeatable = true};
	assert_outcome(ask_with(request), NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(server.requests > 1);
	server.requests = 0;
	ask("GET", url(&server, "/ok"));
	request.repeatable = false;
	request.url = url(&server, "/close-after");
	assert_outcome(ask_with(request), NET_UNKNOWN, NET_BROKEN);
	assert_int_equal(server.requests, 2);
}

static void test_guard(void **state)
{
	static const char *const inside[] = {
		"http://localhost:%d/", "http://127.0.0.1:%d/", "http://127.1:%d/", "http://2130706433:%d/", "http://0x7f000001:%d/",
		"http://0177.0.0.1:%d/", "http://[::1]:%d/", "http://[::ffff:127.0.0.1]:%d/", "http://0.0.0.0:%d/", "http://[::]:%d/",
		"http://169.254.169.254:%d/latest/meta-data", "http://10.0.0.1:%d/", "http://[fe80::1]:%d/", "http://[64:ff9b::127.0.0.1]:%d/",
		"http://LOCALHOST.:%d/", "http://①②⑦.0.0.1:%d/",
	};
	struct net *strict;
	struct net_settings settings = {};
	assert_ok(&cx, net_open(&cx, &settings, &strict));
	for (size_t i = 0; i < COUNT(inside); i++) {
		char address[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(address, sizeof address, inside[i], server.port);
#pragma GCC diagnostic pop
		struct net_request request = {.method = "GET", .url = str_of(address), .timeout = 3 * SECOND};
		struct net_answer got;
		enum err error = net_ask(&cx, strict, &request, &got);
		if (error == ERR_BAD_INPUT) /* not even a URL is as good */
			continue;
		if (error != OK || got.outcome != NET_NOT_SENT)
			fail_msg("%s came through", address);
		if (got.trouble != NET_BLOCKED && got.trouble != NET_NO_CONNECTION && got.trouble != NET_NO_NAME)
			fail_msg("%s: %s", address, net_trouble_word(got.trouble));
	}
	assert_int_equal(server.connections, 0);
	struct net_request plain = {.method = "GET", .url = url(&server, "/ok")};
	struct net_answer got;
	assert_ok(&cx, net_ask(&cx, strict, &plain, &got));
	assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
	assert_true(str_find(got.story, S("net_allow")) > 0);
	net_close(strict);
	settings.allow = S("10.0.0.0/99");
	assert_err(net_open(&cx, &settings, &strict), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "net_allow");
	cx_forget(&cx);
	/* allowed by name and port */
	assert_outcome(ask("GET", arena_printf(arena, "http://localhost:%d/ok", server.port)), NET_ANSWERED, NET_NO_TROUBLE);
	/* what stands in the environment does not send requests elsewhere */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	assert_outcome(ask("GET", url(&server, "/ok")), NET_ANSWERED, NET_NO_TROUBLE);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

/* In the clear, a credential goes to what the operator named, and into the public internet never: not a byte of it. */
static void test_in_clear(void **state)
{
	static const struct net_header authorization = {S("authorization"), S("Bearer x")};
	const struct {
		struct net_request request;
		bool refused;
	} rows[] = {
		{{.method = "GET", .url = S("http://8.8.8.8:9/"), .headers = &authorization, .header_count = 1}, true},
		{{.method = "POST", .url = S("http://[2001:4860:4860::8888]:9/"), .body = S("password=x"), .credential = true}, true},
		{{.method = "GET", .url = S("http://127.0.0.1:9/"), .credential = true}, true}, /* not public either */
		{{.method = "GET", .url = url(&server, "/echo"), .headers = &authorization, .header_count = 1}, false},
		{{.method = "GET", .url = arena_printf(arena, "http://localhost:%d/echo", server.port), .credential = true}, false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct net_request request = rows[i].request;
		request.timeout = 3 * SECOND;
		struct net_answer got = ask_with(request);
		if (!rows[i].refused)
			assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
		else
			assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
		assert_true((str_find(got.story, S("without encryption")) > 0) == (i < 2));
	}
	struct net *through;
	struct net_answer got;
	struct net_settings settings = {.proxy = url(&server, "")};
	assert_ok(&cx, net_open(&cx, &settings, &through));
	server.last[0] = '\0';
	struct net_request request = {.method = "GET", .url = S("http://example.org/echo"), .headers = &authorization, .header_count = 1};
	assert_ok(&cx, net_ask(&cx, through, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
	request.url = S("http://8.8.8.8/echo");
	assert_ok(&cx, net_ask(&cx, through, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
	assert_string_equal(server.last, "");
	net_close(through);
}

static void test_proxy(void **state)
{
	struct net *through;
	struct net_settings settings = {.proxy = url(&server, "")};
	assert_ok(&cx, net_open(&cx, &settings, &through));
	struct net_request request = {.method = "GET", .url = S("http://example.org/echo")};
	struct net_answer got;
	assert_ok(&cx, net_ask(&cx, through, &request, &got));
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_non_null(strstr(server.last, "GET http://example.org/echo HTTP/1.1"));
	request.url = S("http://169.254.169.254/");
	assert_ok(&cx, net_ask(&cx, through, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
	net_close(through);
}

static struct str redirect(int status, struct str target)
{
	return url(&server, arena_printf(arena, "/to/%d/%.*s", status, STR_ARG(target)).at);
}

static struct net_answer ask_along(const char *method, struct str address, int redirects)
{
	static struct net_header headers[] = {{S("Authorization"), S("Bearer x")}, {S("Accept"), S("text/plain")}};
	return ask_with((struct net_request){.method = method, .url = address, .redirects = redirects, .timeout = 3 * SECOND, .headers = headers,
		.header_count = 2, .body = strcmp(method, "POST") == 0 ? S("b") : (struct str){}});
}

static void test_redirects(void **state)
{
	struct net_answer got = ask_along("GET", redirect(302, S("/echo")), 0);
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(got.status, 302);
	got = ask_along("GET", redirect(302, S("/echo")), 1);
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(got.status == 200 && str_ends(got.url, S("/echo")) && str_find(got.body, S("Bearer x")) > 0);
	/* three at the most, as asked */
	struct str twice = redirect(301, redirect(308, S("/echo")));
	assert_int_equal(ask_along("GET", twice, 2).status, 200);
	got = ask_along("GET", twice, 1);
	assert_outcome(got, NET_ANSWERED, NET_BAD_REDIRECT);
	assert_int_equal(got.status, 308);
	/* another origin gets no credentials */
	got = ask_along("GET", redirect(302, arena_printf(arena, "http://localhost:%d/echo", server.port)), 1);
	assert_int_equal(got.status, 200);
	assert_true(str_find(got.body, S("Bearer")) < 0 && str_find(got.body, S("Accept: text/plain")) > 0);
	/* nor does it get them back when it points home again */
	got = ask_along("GET", redirect(302, arena_printf(arena, "http://localhost:%d/to/302/%.*s", server.port, STR_ARG(url(&server, "/echo")))), 2);
	assert_int_equal(got.status, 200);
	assert_true(str_find(got.body, S("Bearer")) < 0);
	/* to a private address, another scheme, nowhere */
	got = ask_along("GET", redirect(302, url(&other, "/secret")), 3);
	assert_outcome(got, NET_NOT_SENT, NET_BLOCKED);
	assert_int_equal(other.connections, 0);
	assert_outcome(ask_along("GET", redirect(302, S("file:///etc/passwd")), 3), NET_ANSWERED, NET_BAD_REDIRECT);
	assert_outcome(ask_along("GET", redirect(302, S("gopher://127.0.0.1/")), 3), NET_ANSWERED, NET_BAD_REDIRECT);
	assert_outcome(ask_along("GET", redirect(302, S("http://user:pw@127.0.0.1/")), 3), NET_ANSWERED, NET_BAD_REDIRECT);
	assert_outcome(ask_along("GET", redirect(302, S("http://")), 3), NET_ANSWERED, NET_BAD_REDIRECT);
}

static void test_redirected_post(void **state)
{
	static const int kept[] = {301, 302, 307, 308};
	for (size_t i = 0; i < COUNT(kept); i++) {
		server.requests = 0;
		struct net_answer got = ask_along("POST", redirect(kept[i], S("/echo")), 3);
		assert_outcome(got, NET_ANSWERED, NET_BAD_REDIRECT);
		assert_true(got.status == kept[i] && server.requests == 1);
	}
	struct net_answer got = ask_along("POST", redirect(303, S("/echo")), 3);
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(str_starts(got.body, S("GET /echo")) && str_find(got.body, S("Content-Length")) < 0);
	/* taken by the first hop, lost behind it */
	got = ask_along("POST", redirect(303, url(&other, "/secret")), 3);
	assert_outcome(got, NET_UNKNOWN, NET_BLOCKED);
	struct net_request put = {.method = "PUT", .url = redirect(307, S("/echo")), .redirects = 1, .body = S("abc")};
	got = ask_with(put);
	assert_true(str_starts(got.body, S("PUT /echo")) && str_ends(got.body, S("abc")));
}

/* An address that cannot be called may hold a credential: what is told of it holds none. */
static void test_bad_address_keeps_its_secret(void **state)
{
	static const char *const bad[] = {"https://somebody:hunter2@example.org/", "https://api.example.org/bot1:hunter2 /getMe", "https://exa mple.org/?token=hunter2"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct net_request request = {.method = "GET", .url = str_of(bad[i])};
		struct net_answer got;
		assert_int_equal(net_ask(&cx, net, &request, &got), ERR_BAD_INPUT);
		assert_null(strstr(cx.story, "hunter2"));
		assert_true(i || strstr(cx.story, "“example.org”"));
	}
}

static void test_own_mistakes(void **state)
{
	static const char *const urls[] = {"", "ftp://example.org/", "file:///etc/passwd", "example.org", "http://", "http://a b/", "http://u:p@example.org/",
					   "http://example.org\r\nX: y/", "http://example.org:0/", "http://example.org:99999/", "javascript:alert(1)"};
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct net_request request = {.method = "GET", .url = str_of(urls[i])};
		struct net_answer got;
		if (net_ask(&cx, net, &request, &got) != ERR_BAD_INPUT)
			fail_msg("%s is asked", urls[i]);
		assert_string_equal(cx.field, "url");
	}
	static const struct net_header bad[] = {
		{S("X-A"), S("b\r\nInjected: yes")}, {S("X A"), S("b")}, {S(""), S("b")}, {S("X:A"), S("b")}, {S("X-A"), S("a\0b")}, {S("Host"), S("evil")},
		{S("content-length"), S("5")}, {S("Transfer-Encoding"), S("chunked")},
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct net_request request = {.method = "GET", .url = url(&server, "/ok"), .headers = &bad[i], .header_count = 1};
		struct net_answer got;
		assert_err(net_ask(&cx, net, &request, &got), ERR_BAD_INPUT);
		assert_string_equal(cx.field, "headers");
	}
	assert_int_equal(server.connections, 0);
}

static void test_faults(void **state)
{
	net_fail_at(net, 2, NET_NOT_SENT);
	assert_int_equal(ask("POST", url(&server, "/ok")).outcome, NET_ANSWERED);
	assert_int_equal(ask("POST", url(&server, "/ok")).outcome, NET_NOT_SENT);
	assert_int_equal(server.requests, 1);
	assert_int_equal(ask("POST", url(&server, "/ok")).outcome, NET_ANSWERED);
	assert_int_equal(net_calls(net), 3);
	net_fail_at(net, 1, NET_UNKNOWN);
	struct net_answer got = ask("POST", url(&server, "/ok"));
	assert_outcome(got, NET_UNKNOWN, NET_TOO_SLOW);
	assert_true(got.status == 0 && got.body.len == 0 && got.header_count == 0);
	assert_int_equal(server.requests, 3); /* it did arrive */
	net_fail_at(net, 0, NET_UNKNOWN);
	assert_int_equal(ask("POST", url(&server, "/ok")).outcome, NET_ANSWERED);
}

static void test_retry_after(void **state)
{
	i64 now, at = -1;
	assert_true(time_parse(S("2026-03-24T09:42:00.5Z"), &now));
	static const struct {
		const char *text;
		i64 after; /* seconds; -1: unreadable */
	} rows[] = {
		{"0", 0}, {"120", 120}, {" 7 ", 7}, {"-5", -1}, {"", -1}, {"soon", -1}, {"12 minutes", -1}, {"1.5", -1},
		{"99999999999999999999999", 31 * 86400}, {"9223372036854775807", 31 * 86400}, {"5000000", 31 * 86400},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		at = -1;
		bool read = net_retry_after(str_of(rows[i].text), now, &at);
		if (read != (rows[i].after >= 0) || (read && at != now + rows[i].after * SECOND) || (!read && at != -1))
			fail_msg("%s", rows[i].text);
	}
	i64 wanted;
	assert_true(time_parse(S("2026-03-24T10:00:00Z"), &wanted));
	assert_true(net_retry_after(S("Tue, 24 Mar 2026 10:00:00 GMT"), now, &at) && at == wanted);
	assert_true(net_retry_after(S("Tuesday, 24-Mar-26 10:00:00 GMT"), now, &at) && at == wanted);
	assert_true(net_retry_after(S("Tue Mar 24 10:00:00 2026"), now, &at) && at == wanted);
	assert_true(net_retry_after(S("Tue, 24 Mar 2020 10:00:00 GMT"), now, &at) && at == now);
	assert_true(net_retry_after(S("Tue, 24 Mar 2054 10:00:00 GMT"), now, &at) && at == now + 31 * DAY);
}

static void test_urls(void **state)
{
	struct net_url parts;
	assert_true(net_url_parse(arena, S("https://Example.ORG/a/b?c=d#e"), &parts));
	assert_true(parts.secure && parts.port == 443);
	assert_str(parts.host, "example.org");
	assert_str(parts.path, "/a/b?c=d");
	assert_true(net_url_parse(arena, S("http://[2001:DB8::1]:8080"), &parts));
	assert_true(!parts.secure && parts.port == 8080);
	assert_str(parts.host, "2001:db8::1");
	assert_str(parts.path, "/");
	assert_true(net_url_parse(arena, S("https://Préfecture.example/été"), &parts));
	assert_str(parts.host, "xn--prfecture-c4a.example");
	assert_false(net_url_parse(arena, S("https://exa\xffmple.org/"), &parts));
}

/* ---- TLS ---- */

/* ---- the gate ---- */

struct guard {
	i64 open_at;
	int asked, noted;
	char host[64];
	int status;
};

static bool guard_may(void *subject, struct str host, i64 *ret_at)
{
	struct guard *guard = subject;
	guard->asked++;
	snprintf(guard->host, sizeof guard->host, "%.*s", STR_ARG(host));
	*ret_at = guard->open_at;
	return !guard->open_at;
}

static void guard_note(struct cx *its, void *subject, struct str host, const struct net_request *request, const struct net_answer *result)
{
	struct guard *guard = subject;
	guard->noted++;
	guard->status = result->status;
	assert_true(str_eq(host, str_of(guard->host)) && request->method);
}

/* Where what lets us in at the second may go: nowhere that only looks like it. */
static void test_home(void **state)
{
	static const struct {
		const char *url, *home;
		bool is;
	} rows[] = {
		{"https://a.example/wp-json/", "https://a.example", true}, {"https://a.example:443", "https://A.example/x", true}, {"https://a.example", "http://a.example/", true},
		{"http://a.example", "https://a.example", false}, {"https://a.example:8443", "https://a.example", false}, {"https://a.example:8443", "http://a.example", false},
		{"https://www.a.example", "https://a.example", false}, {"https://a.example.b.example", "https://a.example", false}, {"https://a.example@b.example/", "https://a.example", false},
		{"https://b.example/https://a.example", "https://a.example", false}, {"", "https://a.example", false}, {"//a.example", "https://a.example", false},
		{"https://a.example", "", false}, {"http://127.0.0.1:8080", "http://127.0.0.1:8080/x", true}, {"http://127.0.0.1:8081", "http://127.0.0.1:8080", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (net_is_home(arena, str_of(rows[i].url), str_of(rows[i].home)) != rows[i].is)
			fail_msg("%s of %s", rows[i].url, rows[i].home);
}

static void test_gate(void **state)
{
	struct guard guard = {};
	struct net_gate gate = {guard_may, guard_note, &guard};
	net_set_gate(net, &gate);
	assert_outcome(ask("GET", url(&server, "/busy")), NET_ANSWERED, NET_NO_TROUBLE);
	assert_true(guard.asked == 1 && guard.noted == 1 && guard.status == 429);
	assert_string_equal(guard.host, arena_printf(arena, "127.0.0.1:%d", server.port).at);
	guard.open_at = cx.now + HOUR;
	int before = server.requests;
	for (int post = 0; post < 2; post++) {
		struct net_answer got = ask(post ? "POST" : "GET", url(&server, "/ok"));
		assert_outcome(got, NET_NOT_SENT, NET_HELD_BACK);
		assert_true(got.retry_at == guard.open_at && got.story.len);
	}
	assert_true(server.requests == before && guard.noted == 1);
	net_set_gate(net, NULL);
	assert_outcome(ask("GET", url(&server, "/ok")), NET_ANSWERED, NET_NO_TROUBLE);
	assert_int_equal(guard.asked, 3);
}

static pid_t tls_pid;

static bool tls_start(int *ret_port, const char *certificate, const char *key)
{
	int listener = listen_local(1, ret_port);
	close(listener);
	if (system(arena_printf(arena, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
				       "-addext subjectAltName=DNS:localhost -keyout %s -out %s 2>/dev/null", key, certificate).at) != 0)
		return false;
	tls_pid = fork();
	if (tls_pid == 0) {
		execl("/bin/sh", "sh", "-c", arena_printf(arena, "exec openssl s_server -accept 127.0.0.1:%d -cert %s -key %s -www "
			"</dev/null >/dev/null 2>&1", *ret_port, certificate, key).at, (char *)NULL);
		_exit(1);
	}
	return true;
}

static void test_tls(void **state)
{
	int port;
	const char *certificate = in_folder(arena, "cert.pem"), *key = in_folder(arena, "key.pem");
	if (!tls_start(&port, certificate, key))
		skip();
	struct net_settings settings = {.allow = S("127.0.0.1"), .authorities = str_of(certificate)};
	struct net *trusting, *strict;
	assert_ok(&cx, net_open(&cx, &settings, &trusting));
	settings.authorities = (struct str){};
	assert_ok(&cx, net_open(&cx, &settings, &strict));
	struct net_request request = {.method = "POST", .url = arena_printf(arena, "https://localhost:%d/", port), .body = S("x"), .timeout = 3 * SECOND};
	struct net_answer got = {.trouble = NET_NO_CONNECTION};
	request.method = "GET";
	request.body = (struct str){};
	for (int i = 0; i < 50 && got.trouble == NET_NO_CONNECTION; i++) { /* until it listens */
		assert_ok(&cx, net_ask(&cx, trusting, &request, &got));
		usleep(50000);
	}
	assert_outcome(got, NET_ANSWERED, NET_NO_TROUBLE);
	assert_ok(&cx, net_ask(&cx, strict, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_NO_TRUST);
	request.url = arena_printf(arena, "https://127.0.0.1:%d/", port); /* a name that the certificate does not have */
	assert_ok(&cx, net_ask(&cx, trusting, &request, &got));
	assert_outcome(got, NET_NOT_SENT, NET_NO_TRUST);
	request.url = arena_printf(arena, "http://localhost:%d/", port); /* a plain request to a TLS port did leave */
	assert_ok(&cx, net_ask(&cx, trusting, &request, &got));
	assert_int_not_equal(got.outcome, NET_NOT_SENT);
	net_close(trusting);
	net_close(strict);
	kill(tls_pid, SIGKILL);
	waitpid(tls_pid, NULL, 0);
}

static void test_overhead(void **state)
{
	enum { N = 300 };
	i64 start = time_monotonic();
	for (int i = 0; i < N; i++)
		ask("GET", url(&server, "/ok"));
	i64 kept = time_monotonic() - start;
	start = time_monotonic();
	for (int i = 0; i < N; i++)
		ask("POST", url(&server, "/ok"));
	i64 fresh = time_monotonic() - start;
	print_message("net: %lld us a request on a kept connection, %lld us on a fresh one\n", (long long)kept / N, (long long)fresh / N);
	assert_int_equal(server.requests, 2 * N);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, each, each_end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answered),  TEST(test_encoding), TEST(test_not_sent),         TEST(test_unknown),  TEST(test_refused_but_cut),
		TEST(test_sizes),     TEST(test_take),     TEST(test_kept_connections), TEST(test_guard),    TEST(test_in_clear), TEST(test_home), TEST(test_proxy),
		TEST(test_redirects), TEST(test_redirected_post), TEST(test_bad_address_keeps_its_secret), TEST(test_own_mistakes), TEST(test_faults), TEST(test_retry_after),
		TEST(test_gate), TEST(test_urls),      TEST(test_tls),      TEST(test_overhead),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
