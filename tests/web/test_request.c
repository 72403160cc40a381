/* What clients send: parameters of each type, bodies of each kind, streams, and what no client should send. */
#include "desk.h"

#include "base/clock.h"

#include <dirent.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define JSON "Accept: application/json\r\n"
#define KEY "Authorization: Bearer key-olga\r\n" JSON
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static int open_desk(void **state)
{
	*state = desk_open(&(struct desk_settings){});
	return 0;
}

static int close_desk(void **state)
{
	desk_close(*state);
	return 0;
}

static struct answer form(struct desk *desk, const char *text)
{
	return ask(desk, "POST", "/echo", KEY FORM, text);
}

static struct answer json(struct desk *desk, const char *text)
{
	return ask(desk, "POST", "/echo", KEY "Content-Type: application/json; charset=utf-8\r\n", text);
}

#define assert_says(given, wanted)                                                                                             \
	do {                                                                                                                   \
		struct answer answer_ = (given);                                                                               \
		json_t *wanted_ = json_loads(wanted, 0, NULL), *is_ = answer_json(desk, answer_);                              \
		assert_non_null(wanted_);                                                                                      \
		if (answer_.status != 200 || !json_equal(wanted_, is_))                                                        \
			fail_msg("line %d: %d %.*s, should be %s", __LINE__, answer_.status, STR_ARG(answer_.body), wanted);   \
		json_decref(wanted_);                                                                                          \
	} while (0)

/* 422, with exactly this field at fault. */
#define assert_faulty(given, name)                                                                                             \
	do {                                                                                                                   \
		struct answer answer_ = (given);                                                                               \
		json_t *problem_ = answer_json(desk, answer_), *errors_ = json_object_get(problem_, "errors");                 \
		const char *field_ = json_string_value(json_object_get(json_array_get(errors_, 0), "field"));                  \
		if (answer_.status != 422 || json_array_size(errors_) != 1 || !field_ || strcmp(field_, name) != 0)            \
			fail_msg("line %d: %d %.*s", __LINE__, answer_.status, STR_ARG(answer_.body));                         \
	} while (0)

static void test_types(void **state)
{
	struct desk *desk = *state;
	assert_says(form(desk, "id=9223372036854775807&number=-5"), "{\"id\": 9223372036854775807, \"number\": -5, \"labels\": "
								    "[]}");
	assert_says(form(desk, "text=+%C3%A9t%C3%A9%0D%0Afin+"), "{\"text\": \"été\\nfin\", \"labels\": []}");
	assert_says(form(desk, "line=a%2Bb&secret=+x+"), "{\"line\": \"a+b\", \"secret\": \" x \", \"labels\": []}");
	assert_says(form(desk, "flag=0&flag=on"), "{\"flag\": true, \"labels\": []}");
	assert_says(form(desk, "flag=no"), "{\"flag\": false, \"labels\": []}");
	assert_says(form(desk, "colour=green&zone=Europe%2FParis"), "{\"colour\": \"green\", \"zone\": \"Europe/Paris\", "
								    "\"labels\": []}");
	assert_says(form(desk, "at=2026-03-24T09:42"), "{\"at\": 1774341720000000, \"labels\": []}"); /* in Paris */
	assert_says(form(desk, "at=2026-03-24T09:42:00Z"), "{\"at\": 1774345320000000, \"labels\": []}");
	assert_says(form(desk, "email=a.b%2Bc@example.org"), "{\"email\": \"a.b+c@example.org\", \"labels\": []}");
	assert_says(form(desk, "url=https://example.org:8080/a?b%23c"), "{\"url\": \"https://example.org:8080/a?b#c\", "
									"\"labels\": []}");
	assert_says(form(desk, "path=/inbox?view=3"), "{\"path\": \"/inbox?view=3\", \"labels\": []}");
	assert_says(form(desk, "json=%7B%22a%22:%5B1%5D%7D"), "{\"json\": {\"a\": [1]}, \"labels\": []}");
	assert_says(form(desk, "labels=3&labels=5&labels="), "{\"labels\": [3, 5]}");
	assert_says(form(desk, "text=&unknown=1&number="), "{\"text\": \"\", \"labels\": []}"); /* emptied; not sent */
}

static void test_wrong_types(void **state)
{
	struct desk *desk = *state;
	static const char *const wrong[][2] = {
	    {"id=0", "id"},
	    {"id=-1", "id"},
	    {"id=9223372036854775808", "id"},
	    {"id=1x", "id"},
	    {"number=11", "number"},
	    {"number=-6", "number"},
	    {"number=1.5", "number"},
	    {"text=a", "text"},
	    {"text=aaaaaaaaaaaaaaaaaaaaa", "text"},
	    {"text=ab%FF", "text"},
	    {"text=ab%01", "text"},
	    {"line=a%0Ab", "line"},
	    {"line=abcdefghijk", "line"},
	    {"flag=maybe", "flag"},
	    {"colour=blue", "colour"},
	    {"at=yesterday", "at"},
	    {"at=2026-02-30T10:00", "at"},
	    {"at=2026-02-10T25:00", "at"},
	    {"zone=Mars%2FBase", "zone"},
	    {"email=a", "email"},
	    {"email=a@b", "email"},
	    {"email=a@@example.org", "email"},
	    {"email=a%20b@example.org", "email"},
	    {"url=ftp://example.org", "url"},
	    {"url=https://", "url"},
	    {"url=https://a:b@example.org", "url"},
	    {"url=https://example.org:99999", "url"},
	    {"url=javascript:alert(1)", "url"},
	    {"path=//evil.example", "path"},
	    {"path=/%5Cevil.example", "path"},
	    {"path=https://evil.example", "path"},
	    {"json=%7B", "json"},
	    {"labels=1&labels=x", "labels"},
	};
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_faulty(form(desk, wrong[i][0]), wrong[i][1]);
	struct answer many = form(desk, "id=x&number=99&text=a&email=no");
	assert_int_equal(json_array_size(json_object_get(answer_json(desk, many), "errors")), 4); /* all at once */
	assert_int_equal(form(desk, "a=%zz").status, 400);
	assert_int_equal(form(desk, "a=b%00").status, 400);
}

static void test_json_bodies(void **state)
{
	struct desk *desk = *state;
	assert_says(json(desk, "{\"id\": \"7\", \"number\": 3, \"text\": \"deux\", \"flag\": true, \"labels\": [\"1\", 2], "
			       "\"json\": [null]}"),
		    "{\"id\": 7, \"number\": 3, \"text\": \"deux\", \"flag\": true, \"labels\": [1, 2], \"json\": [null]}");
	assert_says(json(desk, "{\"text\": null, \"json\": null}"), "{\"json\": null, \"labels\": []}");
	assert_faulty(json(desk, "{\"unknown\": 1}"), "unknown");
	assert_faulty(json(desk, "{\"text\": 12}"), "text");
	assert_faulty(json(desk, "{\"labels\": 3}"), "labels");
	assert_faulty(json(desk, "{\"labels\": [1, \"x\", \"y\"]}"), "labels");
	assert_faulty(json(desk, "{\"number\": 1.5}"), "number");
	assert_int_equal(json(desk, "[1]").status, 400);
	assert_int_equal(json(desk, "").status, 200); /* nothing sent is nothing asked */
	assert_int_equal(json(desk, "{\"a\":").status, 400);
	assert_int_equal(json(desk, "{\"text\": \"a\", \"text\": \"b\"}").status, 400);
	assert_int_equal(json(desk, "{\"text\": \"a\\u0000b\"}").status, 400);
	CLEANUP(buf_free) struct buf deep = {};
	buf_adds(&deep, "{\"json\": ");
	for (int i = 0; i < 100000; i++)
		buf_addc(&deep, '[');
	assert_int_equal(json(desk, buf_cstr(&deep)).status, 400);
	assert_int_equal(ask(desk, "POST", "/echo", KEY "Content-Type: text/plain\r\n", "x").status, 415);
	assert_int_equal(ask(desk, "POST", "/echo", KEY FORM "Content-Encoding: gzip\r\n", "x").status, 415);
}

static void test_sizes(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf text = {};
	while (text.len < 5000)
		buf_adds(&text, "0123456789");
	assert_int_equal(ask(desk, "POST", "/hooks/t", NULL, "hello").status, 200);
	assert_str(ask(desk, "POST", "/hooks/t", NULL, "hello").body, "hello");
	assert_int_equal(ask(desk, "POST", "/hooks/t", JSON, buf_cstr(&text)).status, 413);
	/* Announced as huge: answered at once. */
	assert_int_equal(ask(desk, "POST", "/hooks/t", JSON "Content-Length: 99999999\r\n", NULL).status, 413);
	assert_int_equal(
	    ask(desk, "POST", "/hooks/t", JSON "Content-Length: 99999999\r\nExpect: 100-continue\r\n", NULL).status, 413);
	/* Not announced: found out while it comes. */
	CLEANUP(buf_free) struct buf chunked = {};
	buf_adds(&chunked, "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\n" JSON "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 10; i++)
		buf_addf(&chunked, "1388\r\n%s\r\n", buf_cstr(&text));
	buf_adds(&chunked, "0\r\n\r\n");
	assert_int_equal(ask_raw(desk, buf_str(&chunked)).status, 413);
	/* Sent whole before the answer is read, far above the limit: the answer arrives all the same, and no reset. */
	static char chunk[65536];
	int fd = desk_connect(desk);
	char head[200], answer[400];
	snprintf(head, sizeof head, "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n", 500 * sizeof chunk);
	assert_int_equal(send(fd, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
	for (int i = 0; i < 500; i++)
		for (size_t sent = 0; sent < sizeof chunk;) {
			ssize_t some = send(fd, chunk + sent, sizeof chunk - sent, MSG_NOSIGNAL);
			assert_true(some > 0);
			sent += (size_t)some;
		}
	ssize_t got = recv(fd, answer, sizeof answer - 1, 0);
	assert_true(got > 12 && memcmp(answer, "HTTP/1.1 413", 12) == 0);
	close(fd);
	CLEANUP(buf_free) struct buf fields = {};
	for (int i = 0; i < 2100; i++)
		buf_adds(&fields, "a=1&");
	assert_int_equal(form(desk, buf_cstr(&fields)).status, 400);
}

/* ---- multipart ---- */

static struct answer send_parts(struct desk *desk, const char *parts)
{
	return ask(desk, "POST", "/upload", KEY "Content-Type: multipart/form-data; boundary=\"XX\"\r\n", parts);
}

#define PART_FILE                                                                                                              \
	"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\h\xc3\xa9.txt\"\r\nContent-Type: "         \
	"text/plain\r\n\r\n"
#define PART_ABOUT "--XX\r\nContent-Disposition: form-data; name=\"about\"\r\n\r\n"

static void test_multipart(void **state)
{
	struct desk *desk = *state;
	json_t *got = answer_json(desk, send_parts(desk, PART_FILE "one\r\n--X two\r\n--XX"
								   "\r\n"
								   "Content-Disposition: form-data; "
								   "name=about\r\n\r\nsaid\r\n--XX--\r\n"));
	assert_string_equal(json_string_value(json_object_get(got, "name")), "hé.txt");
	assert_int_equal(json_integer_value(json_object_get(got, "size")), 12);
	assert_int_equal(json_integer_value(json_object_get(got, "on_disk")), 12);
	assert_string_equal(json_string_value(json_object_get(got, "type")), "text/plain");
	assert_string_equal(json_string_value(json_object_get(got, "about")), "said");
	for (int i = 0; i < 200 && access(json_string_value(json_object_get(got, "path")), F_OK) == 0; i++)
		usleep(5000); /* it goes when the request does, which may be after we read the answer */
	assert_int_not_equal(access(json_string_value(json_object_get(got, "path")), F_OK), 0);
	assert_int_equal(send_parts(desk, PART_FILE "\r\n--XX--\r\n").status, 200); /* an empty file */
	assert_faulty(send_parts(desk, PART_ABOUT "x\r\n--XX--"), "file");
	assert_faulty(send_parts(desk, "--XX\r\nContent-Disposition: form-data; name=\"file\"; "
				       "filename=\"\"\r\n\r\n\r\n--XX--"),
		      "file");
	assert_int_equal(send_parts(desk, PART_FILE "one\r\n").status, 400);            /* cut off */
	assert_int_equal(send_parts(desk, PART_FILE "one\r\n--XXjunk\r\n").status, 400);
	assert_int_equal(send_parts(desk, "--XX\r\nContent-Type: a/b\r\n\r\nx\r\n--XX--").status, 400); /* no name */
	assert_int_equal(send_parts(desk, "").status, 422);
	assert_int_equal(ask(desk, "POST", "/upload", KEY "Content-Type: multipart/form-data\r\n", "x").status, 400);
	assert_int_equal(
	    ask(desk, "POST", "/echo", KEY "Content-Type: multipart/form-data; boundary=XX\r\n", PART_FILE "x\r\n--XX--")
		.status,
	    415);
	assert_int_equal(ask(desk, "POST", "/echo", KEY "Content-Type: multipart/form-data; boundary=XX\r\n",
			     "--XX\r\nContent-Disposition: form-data; name=\"line\"\r\n\r\nabc\r\n--XX--").status, 200);
	CLEANUP(buf_free) struct buf large = {};
	buf_adds(&large, PART_FILE);
	while (large.len < 600000)
		buf_adds(&large, "0123456789abcdef\r\n--X");
	buf_adds(&large, "\r\n--XX--\r\n");
	assert_faulty(send_parts(desk, buf_cstr(&large)), "file"); /* above its 500,000 */
	large.len = 400000;
	buf_adds(&large, "\r\n--XX--\r\n");
	got = answer_json(desk, send_parts(desk, buf_cstr(&large)));
	assert_int_equal(json_integer_value(json_object_get(got, "size")), 400000 - (i64)strlen(PART_FILE));
}

static void test_multipart_in_pieces(void **state)
{
	struct desk *desk = *state;
	static const char body[] = "preamble\r\n" PART_FILE "one\r\n--XX  \r\n"
				   "Content-Disposition: form-data; name=\"about\"\r\n\r\nx\r\n--XX--";
	CLEANUP(buf_free) struct buf request = {};
	buf_adds(&request, "POST /upload HTTP/1.1\r\nHost: localhost\r\n" KEY "Transfer-Encoding: chunked\r\n"
			   "Content-Type: multipart/form-data; boundary=XX\r\n\r\n");
	for (size_t i = 0; i < sizeof body - 1; i++)
		buf_addf(&request, "1\r\n%c\r\n", body[i]);
	buf_adds(&request, "0\r\n\r\n");
	struct answer answer = ask_raw(desk, buf_str(&request));
	assert_int_equal(answer.status, 200);
	assert_int_equal(json_integer_value(json_object_get(answer_json(desk, answer), "size")), 3);
}

/* ---- live updates ---- */

static int stream(struct desk *desk, const char *headers)
{
	int fd = desk_connect(desk);
	struct str request = arena_printf(desk->arena, "GET /events HTTP/1.1\r\nHost: localhost\r\n%s\r\n", headers);
	assert_true(send(fd, request.at, request.len, MSG_NOSIGNAL) > 0);
	return fd;
}

static void expect(int fd, struct buf *pending, const char *text)
{
	while (str_find(buf_str(pending), str_of(text)) < 0)
		if (!read_some(fd, pending, 3000))
			fail_msg("no \"%s\" in %.*s", text, STR_ARG(buf_str(pending)));
}

static void tell(struct desk *desk, const char *form_text)
{
	assert_int_equal(ask(desk, "POST", "/tell", KEY FORM, form_text).status, 204);
}

static void test_events(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf all = {}, olga = {};
	int everybody = stream(desk, ""), hers = stream(desk, "Cookie: parvis_session=olga\r\n");
	expect(everybody, &all, "Content-Type: text/event-stream");
	expect(everybody, &all, "\n: open\n\n");
	expect(hers, &olga, ": open\n\n");
	assert_int_equal(server_streams(desk->server), 2);
	tell(desk, "data=one%0Atwo");
	expect(everybody, &all, "event: change\ndata: one\ndata: two\n\n");
	expect(hers, &olga, "event: change\ndata: one\ndata: two\n\n");
	tell(desk, "data=private&user=11");
	expect(hers, &olga, "data: private\n\n");
	server_publish(desk->server, 8, 0, S("change"), S("elsewhere"));
	tell(desk, "data=last");
	expect(everybody, &all, "data: last\n\n");
	assert_true(str_find(buf_str(&all), S("private")) < 0 && str_find(buf_str(&all), S("elsewhere")) < 0);
	CLEANUP(buf_free) struct buf large = {};
	while (large.len < 100000)
		buf_adds(&large, "0123456789");
	server_publish(desk->server, 7, 11, S("large"), buf_str(&large));
	buf_addc(&large, '\n');
	expect(hers, &olga, "event: large\n");
	while (olga.len < 100000)
		assert_true(read_some(hers, &olga, 3000));
	close(everybody);
	close(hers);
	for (int i = 0; i < 300 && server_streams(desk->server); i++) { /* noticed when something is sent */
		tell(desk, "data=x");
		usleep(10000);
	}
	assert_int_equal(server_streams(desk->server), 0);
}

static void test_heartbeat(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf pending = {};
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.heartbeat_seconds = 1});
	int fd = stream(desk, "");
	expect(fd, &pending, ": open\n\n");
	i64 before = time_monotonic();
	while (str_find(buf_str(&pending), S("\r\n:\n\n\r\n")) < 0 && time_monotonic() - before < 3 * SECOND)
		(void)read_some(fd, &pending, 1000);
	assert_true(time_monotonic() - before < 2 * SECOND);
	close(fd);
}

static void test_streams_end(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf all = {}, olga = {}, again = {};
	int everybody = stream(desk, ""), hers = stream(desk, "Cookie: parvis_session=olga\r\n");
	expect(everybody, &all, ": open\n\n");
	expect(hers, &olga, ": open\n\n");
	server_end_streams(desk->server, 12); /* somebody else's */
	tell(desk, "data=still+there");
	expect(hers, &olga, "data: still there\n\n");
	server_end_streams(desk->server, 11);
	expect(hers, &olga, "\r\n0\r\n\r\n"); /* the last chunk: the answer is over */
	tell(desk, "data=others+stay");
	expect(everybody, &all, "data: others stay\n\n");
	close(hers);
	close(everybody);
	desk_close(desk); /* and each has its time */
	*state = desk = desk_open(&(struct desk_settings){.heartbeat_seconds = 1, .stream_seconds = 1});
	int short_lived = stream(desk, "");
	expect(short_lived, &again, ": open\n\n");
	expect(short_lived, &again, "\r\n0\r\n\r\n");
	close(short_lived);
}

static void test_slow_reader(void **state)
{
	struct desk *desk = *state;
	int fd = stream(desk, "");
	CLEANUP(buf_free) struct buf pending = {}, large = {};
	expect(fd, &pending, ": open\n\n");
	while (large.len < 1000000)
		buf_adds(&large, "0123456789");
	for (int i = 0; i < 100; i++)
		server_publish(desk->server, 7, 0, S("large"), buf_str(&large));
	for (int i = 0; i < 1000 && server_streams(desk->server); i++)
		(void)read_some(fd, &pending, 5), buf_clear(&pending);
	while (read_some(fd, &pending, 2000))
		buf_clear(&pending);
	assert_int_equal(server_streams(desk->server), 0); /* cut off, for it fell behind */
	close(fd);
}

/* ---- what no client should send ---- */

static void test_malformed(void **state)
{
	struct desk *desk = *state;
	static const char *const requests[] = {
	    "\r\n\r\n\r\n",
	    "GET\r\n\r\n",
	    "GET /\r\n\r\n",
	    "GET / HTTP/9.9\r\n\r\n",
	    "GET / HTTP/1.1\r\n\r\n",
	    ": x\r\n\r\n",
	    "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
	    "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
	    "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	    "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: nonsense\r\n\r\n",
	    "GET ../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET \xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET /?%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET /names/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
	    "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "CONNECT x:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET http://x HTTP/1.1\r\nHost: localhost\r\n\r\n",
	};
	for (size_t i = 0; i < COUNT(requests); i++) {
		int fd = desk_connect(desk);
		CLEANUP(buf_free) struct buf pending = {};
		(void)send(fd, requests[i], strlen(requests[i]), MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		while (read_some(fd, &pending, 1000))
			;
		struct str text = buf_str(&pending);
		if (str_starts(text, S("HTTP/1.1 500")))
			fail_msg("request %zu: %.*s", i, STR_ARG(str_head(text, 200)));
		close(fd);
	}
	assert_int_equal(get(desk, "/public", JSON).status, 200);
}

static void test_large_heads(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf path = {}, headers = {};
	buf_adds(&path, "/names/");
	while (path.len < 8000)
		buf_adds(&path, "a");
	assert_int_equal(get(desk, buf_cstr(&path), JSON).status, 404); /* read whole, and longer than the parameter may be */
	while (path.len < 8200)
		buf_adds(&path, "a");
	assert_int_equal(get(desk, buf_cstr(&path), JSON).status, 414);
	while (headers.len < 100000)
		buf_adds(&headers, "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
	int status = get(desk, "/public", buf_cstr(&headers)).status;
	assert_true(status == 431 || status == 413 || status == 0);
}

static void test_pipelining(void **state)
{
	struct desk *desk = *state;
	CLEANUP(buf_free) struct buf pending = {};
	int fd = desk_connect(desk);
	struct str requests = S("GET /names/a HTTP/1.1\r\nHost: localhost\r\n" JSON "\r\n"
				"POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
				"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
				"GET /slow HTTP/1.1\r\nHost: localhost\r\n" JSON "\r\n"
				"GET /names/b HTTP/1.1\r\nHost: localhost\r\n" JSON "\r\n");
	static const int wanted[] = {200, 200, 404, 200, 200};
	assert_true(send(fd, requests.at, requests.len, 0) == (ssize_t)requests.len);
	struct answer answer;
	for (size_t i = 0; i < COUNT(wanted); i++) {
		assert_true(read_answer(desk, fd, &pending, false, &answer));
		assert_int_equal(answer.status, wanted[i]);
	}
	assert_str(answer.body, "{\"name\":\"b\"}");
	close(fd);
}

/* Where two programs could disagree on where a request ends, nothing behind it is read. */
static void test_framing(void **state)
{
	struct desk *desk = *state;
	static const char *const heads[] = {
		"Content-Length: 5\r\nContent-Length: 6\r\n",
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
		"Transfer-Encoding: gzip, chunked\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"Content-Length: +5\r\n",
	};
	for (size_t i = 0; i < COUNT(heads); i++) {
		CLEANUP(buf_free) struct buf pending = {};
		struct str request = arena_printf(desk->arena,
						  "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
						  "0\r\n\r\nGET /public HTTP/1.1\r\nHost: localhost\r\n\r\n",
						  heads[i]);
		int fd = desk_connect(desk);
		struct answer answer = {};
		assert_true(send(fd, request.at, request.len, MSG_NOSIGNAL) > 0);
		if (read_answer(desk, fd, &pending, false, &answer))
			assert_int_equal(answer.status, 400);
		while (read_some(fd, &pending, 1000))
			;
		assert_true(str_find(buf_str(&pending), S("HTTP/1.1 200")) < 0);
		close(fd);
	}
}

/* One byte now and then keeps libmicrohttpd content; not us. */
static void test_dawdling(void **state)
{
	struct desk *desk = *state;
	desk_close(desk);
	*state = desk = desk_open(&(struct desk_settings){.timeout_seconds = 1});
	int head = desk_connect(desk), body = desk_connect(desk), silent = desk_connect(desk);
	struct str begun = S("POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n");
	assert_true(send(body, begun.at, begun.len, MSG_NOSIGNAL) > 0);
	i64 before = time_monotonic();
	bool head_open = true, body_open = true;
	for (size_t i = 0; (head_open || body_open) && time_monotonic() - before < 8 * SECOND; i++) {
		head_open = head_open && send(head, &"GET /public HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaa"[i % 50], 1,
					      MSG_NOSIGNAL) == 1;
		body_open = body_open && send(body, "b", 1, MSG_NOSIGNAL) == 1;
		usleep(200000);
	}
	assert_false(head_open);
	assert_false(body_open);
	CLEANUP(buf_free) struct buf pending = {};
	assert_false(read_some(silent, &pending, 100));
	close(head);
	close(body);
	close(silent);
	assert_int_equal(get(desk, "/public", JSON).status, 200);
}

/* Clients that leave in the middle. */
static void test_leaving(void **state)
{
	struct desk *desk = *state;
	static const char *const requests[] = {
	    "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "GET /sl",
	    "POST /hooks/t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhello",
	    "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n",
	    "POST /upload HTTP/1.1\r\nHost: localhost\r\n" KEY "Content-Length: 5000\r\nContent-Type: multipart/form-data; "
							       "boundary=XX\r\n\r\n" PART_FILE "one",
	};
	for (int round = 0; round < 4; round++)
		for (size_t i = 0; i < COUNT(requests); i++) {
			int fd = desk_connect(desk);
			(void)send(fd, requests[i], strlen(requests[i]), MSG_NOSIGNAL);
			struct linger now = {.l_onoff = round & 1};
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
			if (round & 2)
				usleep(20000);
			close(fd);
		}
	assert_int_equal(get(desk, "/public", JSON).status, 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, open_desk, close_desk)
	const struct CMUnitTest tests[] = {
	    TEST(types),   TEST(wrong_types), TEST(json_bodies), TEST(sizes),       TEST(multipart),  TEST(multipart_in_pieces),
	    TEST(events),  TEST(slow_reader), TEST(malformed),   TEST(large_heads), TEST(pipelining), TEST(framing), TEST(dawdling),
	    TEST(leaving), TEST(heartbeat), TEST(streams_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
