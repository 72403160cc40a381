#include "desk.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int desk_connect(struct desk *desk)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_port = htons((uint16_t)desk->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

bool read_some(int fd, struct buf *into, int milliseconds)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	if (poll(&poll_fd, 1, milliseconds) <= 0)
		return false;
	char *room = buf_room(into, 65536);
	ssize_t len = recv(fd, room, 65536, 0);
	if (len <= 0)
		return false;
	buf_grew(into, (size_t)len);
	return true;
}

struct str answer_header(struct answer answer, const char *name)
{
	struct str rest = answer.head, last = {};
	while (rest.len) {
		struct str line = str_line(&rest), key = str_cut(&line, ':');
		if (str_eq_fold(key, str_of(name)))
			last = str_trim(line);
	}
	return last;
}

/* The body from its chunks; false when the last is not there yet. *ret_used: bytes of the chunks. */
static bool unchunk(struct str text, struct buf *out, size_t *ret_used)
{
	struct str rest = text;
	for (;;) {
		ptrdiff_t end = str_find(rest, S("\r\n"));
		if (end < 0)
			return false;
		size_t size = 0;
		for (ptrdiff_t i = 0; i < end; i++)
			size = size * 16 + (size_t)(strchr("0123456789abcdef", rest.at[i] | 32) - "0123456789abcdef");
		rest = str_skip(rest, (size_t)end + 2);
		if (rest.len < size + 2)
			return false;
		buf_add(out, str_head(rest, size));
		rest = str_skip(rest, size + 2);
		if (!size) {
			*ret_used = (size_t)(rest.at - text.at);
			return true;
		}
	}
}

bool read_answer(struct desk *desk, int fd, struct buf *pending, bool without_body, struct answer *ret_answer)
{
	for (bool more = true;; more = read_some(fd, pending, 5000)) {
		struct str text = buf_str(pending);
		ptrdiff_t end = str_find(text, S("\r\n\r\n"));
		if (!more && end < 0)
			return false;
		if (end < 0)
			continue;
		struct answer answer = {.head = arena_str(desk->arena, str_head(text, (size_t)end))};
		struct str rest = str_skip(text, (size_t)end + 4);
		size_t used = 0;
		i64 length = 0;
		answer.status = (text.at[9] - '0') * 100 + (text.at[10] - '0') * 10 + text.at[11] - '0';
		bool empty = without_body || answer.status == 304 || answer.status == 204 || answer.status == 100;
		if (!empty && str_eq(answer_header(answer, "Transfer-Encoding"), S("chunked"))) {
			CLEANUP(buf_free) struct buf body = {};
			if (!unchunk(rest, &body, &used)) {
				if (!more)
					return false;
				continue;
			}
			answer.body = buf_keep(&body, desk->arena);
		} else if (!empty && str_to_i64(answer_header(answer, "Content-Length"), &length)) {
			if (rest.len < (size_t)length) {
				if (!more)
					return false;
				continue;
			}
			used = (size_t)length;
			answer.body = arena_str(desk->arena, str_head(rest, used));
		}
		size_t all = (size_t)end + 4 + used;
		memmove(pending->at, pending->at + all, pending->len - all);
		pending->len -= all;
		*ret_answer = answer;
		return true;
	}
}

struct answer ask_raw(struct desk *desk, struct str request)
{
	int fd = desk_connect(desk);
	CLEANUP(buf_free) struct buf pending = {};
	struct answer answer = {};
	while (request.len) {
		ssize_t sent = send(fd, request.at, request.len, MSG_NOSIGNAL);
		if (sent <= 0)
			break;
		request = str_skip(request, (size_t)sent);
	}
	bool head = str_starts(request, S("HEAD "));
	do
		if (!read_answer(desk, fd, &pending, head, &answer))
			break;
	while (answer.status == 100);
	close(fd);
	return answer;
}

struct answer ask(struct desk *desk, const char *method, const char *path, const char *headers, const char *body)
{
	CLEANUP(buf_free) struct buf request = {};
	buf_addf(&request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s", method, path, desk->port,
		 headers ? headers : "");
	if (body)
		buf_addf(&request, "Content-Length: %zu\r\n", strlen(body));
	buf_adds(&request, "\r\n");
	if (body)
		buf_adds(&request, body);
	return ask_raw(desk, buf_str(&request));
}

struct answer get(struct desk *desk, const char *path, const char *headers)
{
	return ask(desk, "GET", path, headers, NULL);
}

struct str csrf_of(struct desk *desk, const char *session)
{
	struct str cookie = arena_printf(desk->arena, "Cookie: parvis_session=%s\r\n", session);
	struct answer page = get(desk, "/page", cookie.at);
	ptrdiff_t from = str_find(page.body, S("<b>")), to = str_find(page.body, S("</b>"));
	assert_true(from > 0 && to > from + 3);
	return arena_str(desk->arena, (struct str){page.body.at + from + 3, (size_t)(to - from) - 3});
}

struct answer post(struct desk *desk, const char *path, const char *form)
{
	struct str headers = arena_printf(desk->arena,
					  "Cookie: parvis_session=olga\r\nX-CSRF-Token: %.*s\r\nAccept: application/json\r\n"
					  "Content-Type: application/x-www-form-urlencoded\r\n",
					  STR_ARG(csrf_of(desk, "olga")));
	return ask(desk, "POST", path, headers.at, form);
}

static void release(void *json)
{
	json_decref(json);
}

json_t *answer_json(struct desk *desk, struct answer answer)
{
	json_error_t error;
	json_t *json = json_loadb(answer.body.at ? answer.body.at : "", answer.body.len, JSON_DECODE_ANY, &error);
	if (!json)
		fail_msg("status %d, no JSON (%s): %.*s", answer.status, error.text, STR_ARG(answer.body));
	arena_defer(desk->arena, release, json);
	return json;
}
