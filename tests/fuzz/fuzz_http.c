/* Bytes that reach the web kernel by its socket, as a browser, a program or somebody bored sends them: request lines, headers, cookies,
 * bodies, several requests behind each other. It answers in HTTP or hangs up, never with a fault of its own, and lives on. */
#include "desk.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void hang_up(int socket)
{
	struct linger at_once = {.l_onoff = 1};
	setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(socket);
}

static struct str talk(struct desk *desk, struct str request, struct buf *answer)
{
	int socket = desk_connect(desk);
	for (struct str rest = request; rest.len;) {
		ssize_t sent = send(socket, rest.at, rest.len, MSG_NOSIGNAL);
		if (sent <= 0)
			break; /* it hung up already */
		rest = str_skip(rest, (size_t)sent);
	}
	shutdown(socket, SHUT_WR);
	while (read_some(socket, answer, answer->len ? 20 : 250) && answer->len < (1 << 20))
		;
	hang_up(socket);
	return buf_str(answer);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct desk *desk;
	static unsigned cases;
	CLEANUP(buf_free) struct buf answer = {.max = 4 << 20}, health = {};
	if (!desk)
		desk = desk_open(&(struct desk_settings){.threads = 2, .timeout_seconds = 3});
	struct str request = {(const char *)data, size}, said = talk(desk, request, &answer);
	must(said.len == 0 || str_starts(said, S("HTTP/1.")));
	/* One route breaks on purpose, some others when they are told to. */
	bool meant = str_find(request, S("broken")) >= 0 || str_find(request, S("/db")) >= 0 || memchr(data, '%', size);
	must(meant || !str_starts(said, S("HTTP/1.1 500")));
	if (++cases % 50 == 0)
		must(str_starts(talk(desk, S("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), &health), S("HTTP/1.1 200")));
	return 0;
}
