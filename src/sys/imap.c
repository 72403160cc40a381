#include "sys/imap_inside.h"

#include "base/clock.h"
#include "sys/crypto.h"

#include <poll.h>
#include <string.h>

#define ANSWER_MAX ((size_t)8 << 20)
#define COMMAND_MAX 16384
#define SLICE (250 * MILLISECOND) /* of waiting, until it is looked whether there is a wish to end */

/* ---- what a refusal means ---- */

/* RFC 5530 and RFC 3501's codes; [REFERRAL] of RFC 2221 is never followed. */
static int status_of(struct str text, bool signing_in)
{
	static const struct {
		const char *word;
		int status;
	} rows[] = {
		{"AUTHENTICATIONFAILED", 401}, {"EXPIRED", 401},     {"PRIVACYREQUIRED", 401}, {"AUTHORIZATIONFAILED", 403}, {"NOPERM", 403},
		{"CONTACTADMIN", 403},	       {"NONEXISTENT", 404}, {"TRYCREATE", 404},       {"ALREADYEXISTS", 409},	     {"LIMIT", 429},
		{"UNAVAILABLE", 503},	       {"INUSE", 503},	     {"SERVERBUG", 500},       {"CORRUPTION", 502},	     {"REFERRAL", 302},
	};
	struct str code = str_skip(text, 1), rest = code;
	if (!str_starts(text, S("[")))
		return signing_in ? 401 : 422; /* many servers refuse a password without a word of why */
	code = str_cut(&rest, ']');
	code = str_cut(&code, ' ');
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq_fold(code, str_of(rows[i].word)))
			return rows[i].status;
	return signing_in ? 401 : 422;
}

/* "OK done", "NO [LIMIT] slow down", "BAD what?". False: it is neither. */
static bool read_end(struct cx *cx, struct str line, bool signing_in, struct net_answer *answer)
{
	struct str rest = line, word = str_cut(&rest, ' ');
	struct str text = str_trim(rest);
	if (str_eq_fold(word, S("OK")))
		answer->status = 200;
	else if (str_eq_fold(word, S("NO")))
		answer->status = status_of(text, signing_in);
	else if (str_eq_fold(word, S("BAD")))
		answer->status = 422;
	else
		return false;
	answer->body = arena_str(cx->arena, text);
	return true;
}

/* ---- connecting ---- */

/* Without libcurl's LOGOUT, which would wait for a server that does not answer. */
static void end(void *subject)
{
	struct imap *imap = subject;
	curl_socket_t connection = CURL_SOCKET_BAD;
	if (!imap->easy)
		return;
	if (curl_easy_getinfo(imap->easy, CURLINFO_ACTIVESOCKET, &connection) == CURLE_OK && connection != CURL_SOCKET_BAD)
		shutdown(connection, SHUT_RDWR);
	curl_easy_cleanup(imap->easy);
	imap->easy = NULL;
	curl_global_cleanup();
	wipe((char *)(uintptr_t)imap->password, strlen(imap->password));
	buf_free(&imap->in);
	buf_free(&imap->told);
}

void imap_close(struct imap *imap)
{
	if (imap)
		end(imap);
}

void imap_closep(struct imap **imap)
{
	imap_close(*imap);
}

static size_t hear(char *at, size_t size, size_t count, void *subject)
{
	struct imap *imap = subject;
	buf_add(&imap->told, (struct str){at, size * count});
	return size * count;
}

/* The last end of a command that the server told while libcurl signed in. */
static void read_refusal(struct cx *cx, struct imap *imap, struct net_answer *answer)
{
	struct str rest = buf_str(&imap->told), line;
	struct net_answer said = {};
	while (rest.len) {
		line = str_line(&rest);
		struct str text = line, tag = str_cut(&text, ' ');
		if (text.at && !str_eq(tag, S("*")) && !str_eq(tag, S("+")))
			read_end(cx, text, true, &said);
	}
	answer->status = said.status >= 300 ? said.status : 401;
	answer->body = said.body;
}

static bool one_line(struct str text)
{
	return !memchr(text.at ? text.at : "", '\n', text.len) && !memchr(text.at ? text.at : "", '\r', text.len) && !memchr(text.at ? text.at : "", 0, text.len);
}

enum err imap_open(struct cx *cx, struct net *net, const struct imap_login *login, struct net_answer *ret_answer, struct imap **ret_imap)
{
	static const char *const schemes[2] = {"imap", "imaps"};
	static const int ports[2] = {143, 993};
	struct imap *imap = arena_new_of(cx->arena, struct imap);
	struct net_answer answer;
	*ret_imap = NULL;
	if (!line_server_read(cx->arena, login->server, schemes, ports, &imap->server) || !one_line(login->user) || !one_line(login->password) || !one_line(login->token))
		return fail_field(cx, "server", "This is not the name of a mail server: write mail.example.org, or with its port mail.example.org:993.");
	bool may = line_may(cx, net, &imap->server, &answer);
	*ret_answer = answer;
	if (!may)
		return OK;
	imap->net = net;
	imap->user = arena_cstr(cx->arena, login->user);
	imap->password = arena_cstr(cx->arena, login->password);
	imap->told.max = (size_t)1 << 20;
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	imap->easy = curl_easy_init();
	must(imap->easy);
	arena_defer(cx->arena, end, imap);
	imap->run = (struct line_run){.net = net, .server = &imap->server};
	line_set_up(imap->easy, &imap->run, "imap,imaps");
	curl_easy_setopt(imap->easy, CURLOPT_USERNAME, imap->user);
	curl_easy_setopt(imap->easy, CURLOPT_PASSWORD, imap->password);
	if (login->token.len)
		line_set_token(imap->easy, arena_cstr(cx->arena, login->token));
	curl_easy_setopt(imap->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(imap->easy, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(imap->easy, CURLOPT_HEADERDATA, imap);
	curl_easy_setopt(imap->easy, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(imap->easy, CURLOPT_WRITEDATA, imap);
	CURLcode code = curl_easy_perform(imap->easy);
	if (code == CURLE_OK) {
		answer.status = 200;
		*ret_imap = imap;
	} else if (code == CURLE_LOGIN_DENIED) {
		read_refusal(cx, imap, &answer);
	} else { /* signing in does nothing over there */
		answer.outcome = NET_NOT_SENT;
		answer.trouble = line_trouble(&imap->run, code);
		if (answer.trouble == NET_BROKEN || answer.trouble == NET_TOO_SLOW)
			answer.outcome = NET_UNKNOWN;
	}
	line_done(cx, net, &imap->server, &answer);
	if (answer.outcome != NET_ANSWERED)
		*ret_imap = NULL;
	if (!*ret_imap)
		end(imap);
	*ret_answer = answer;
	return OK;
}

/* ---- talking ---- */

static bool wait_for(struct imap *imap, short events)
{
	curl_socket_t connection = CURL_SOCKET_BAD;
	i64 left = imap->run.deadline - time_monotonic();
	if (left <= 0 || curl_easy_getinfo(imap->easy, CURLINFO_ACTIVESOCKET, &connection) != CURLE_OK || connection == CURL_SOCKET_BAD)
		return false;
	struct pollfd one = {.fd = connection, .events = events};
	for (; left > 0 && !line_stopped(imap->net); left = imap->run.deadline - time_monotonic())
		if (poll(&one, 1, (int)((left < SLICE ? left : SLICE) / MILLISECOND) + 1) > 0)
			return true;
	return false;
}

static bool say_all(struct imap *imap, struct str text)
{
	while (text.len) {
		size_t sent = 0;
		CURLcode code = curl_easy_send(imap->easy, text.at, text.len, &sent);
		if (code == CURLE_AGAIN && wait_for(imap, POLLOUT))
			continue;
		if (code != CURLE_OK)
			return false;
		text = str_skip(text, sent);
	}
	return true;
}

/* The next whole answer, in imap->in until it is dropped. */
static bool read_answer(struct imap *imap, size_t most, struct str *ret_answer, enum net_trouble *ret_trouble)
{
	for (;;) {
		ptrdiff_t end_at = imap_answer_end(buf_str(&imap->in), most);
		*ret_trouble = NET_TOO_BIG;
		if (end_at < 0 || imap->in.len > most + ANSWER_MAX)
			return false;
		if (end_at > 0) {
			*ret_answer = str_head(buf_str(&imap->in), (size_t)end_at);
			return true;
		}
		size_t got = 0;
		char *room = buf_room(&imap->in, 65536);
		if (!room)
			return false;
		CURLcode code = curl_easy_recv(imap->easy, room, 65536, &got);
		*ret_trouble = NET_TOO_SLOW;
		if (code == CURLE_AGAIN) {
			if (!wait_for(imap, POLLIN))
				return false;
			continue;
		}
		*ret_trouble = NET_BROKEN;
		if (code != CURLE_OK || !got)
			return false;
		buf_grew(&imap->in, got);
		if (got && imap->until) { /* it goes on: a large mail over a slow line has more time, not for ever */
			i64 later = time_monotonic() + imap->whole;
			imap->run.deadline = later < imap->until ? later : imap->until;
		}
	}
}

static void drop(struct imap *imap, size_t bytes)
{
	struct str rest = str_skip(buf_str(&imap->in), bytes);
	memmove(imap->in.at, rest.at, rest.len);
	imap->in.len = rest.len;
}

static struct str without_end(struct str line)
{
	while (line.len && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	return line;
}

/* Answers until the command's own; "+" where the literal is wanted. False: the connection is of no more use. */
static bool read_until(struct cx *cx, struct imap *imap, struct str tag, size_t most, bool wants_more, struct imap_answer *answer, size_t *capacity)
{
	size_t all = 0;
	for (;;) {
		struct str line;
		enum net_trouble trouble;
		if (!read_answer(imap, most, &line, &trouble)) {
			answer->net.trouble = trouble;
			return false;
		}
		size_t bytes = line.len;
		bool ended = false, known = true;
		all += bytes;
		line = without_end(line);
		if (str_starts(line, S("* ")))
			*arena_push(cx->arena, answer->lines, answer->line_count, *capacity) = arena_str(cx->arena, str_skip(line, 2));
		else if (str_starts(line, S("+")))
			ended = wants_more;
		else if (str_starts(line, tag) && str_starts(str_skip(line, tag.len), S(" ")))
			known = ended = read_end(cx, str_skip(line, tag.len + 1), false, &answer->net);
		else
			known = false;
		drop(imap, bytes);
		answer->net.trouble = !known ? NET_BROKEN : all > most + ANSWER_MAX ? NET_TOO_BIG : NET_NO_TROUBLE;
		if (ended || answer->net.trouble)
			return !answer->net.trouble;
	}
}

enum err imap_ask(struct cx *cx, struct imap *imap, struct str command, struct str literal, size_t most, struct imap_answer *ret_answer)
{
	struct imap_answer answer = {};
	size_t capacity = 0;
	CLEANUP(buf_free) struct buf line = {};
	must(one_line(command) && command.len < COMMAND_MAX);
	bool may = line_may(cx, imap->net, &imap->server, &answer.net);
	if (may && (imap->is_over || !imap->easy)) {
		answer.net.outcome = NET_NOT_SENT;
		answer.net.trouble = NET_NO_CONNECTION;
		line_done(cx, imap->net, &imap->server, &answer.net);
		may = false;
	}
	*ret_answer = answer;
	if (!may)
		return OK;
	struct str tag = arena_printf(cx->arena, "P%d", ++imap->tag);
	i64 whole = imap->net->patience && imap->net->patience < MINUTE ? imap->net->patience : MINUTE;
	imap->run.deadline = time_monotonic() + whole;
	imap->whole = whole;
	imap->until = time_monotonic() + 4 * whole; /* within the lease of who reads the channel (flow/fetch.h) */
	most = most ? most : ANSWER_MAX;
	buf_addf(&line, "%.*s %.*s", STR_ARG(tag), STR_ARG(command));
	if (literal.at)
		buf_addf(&line, " {%zu}", literal.len);
	buf_adds(&line, "\r\n");
	bool good = say_all(imap, buf_str(&line));
	answer.net.trouble = NET_BROKEN; /* until it is read to its end */
	if (good)
		good = read_until(cx, imap, tag, most, literal.at != NULL, &answer, &capacity);
	if (good && literal.at && !answer.net.status) {
		good = say_all(imap, literal) && say_all(imap, S("\r\n"));
		good = good && read_until(cx, imap, tag, most, false, &answer, &capacity);
	}
	imap->is_over = !good;
	if (!good) {
		answer.net.outcome = NET_UNKNOWN;
		answer.net.trouble = answer.net.trouble ? answer.net.trouble : NET_BROKEN;
		answer.net.status = 0;
	}
	if (!good || answer.net.status >= 400 || imap->net->fail_at) /* the gate heard of the connection; of what goes well it need not hear again */
		line_done(cx, imap->net, &imap->server, &answer.net);
	*ret_answer = answer;
	return OK;
}

enum err imap_idle(struct cx *cx, struct imap *imap, struct net_answer *ret_answer)
{
	struct imap_answer answer = {.net = {.outcome = NET_ANSWERED, .whole = true}};
	size_t capacity = 0;
	struct str tag = arena_printf(cx->arena, "P%d", ++imap->tag);
	imap->run.deadline = time_monotonic() + MINUTE;
	bool good = !imap->is_over && say_all(imap, arena_printf(cx->arena, "%.*s IDLE\r\n", STR_ARG(tag))) &&
		    read_until(cx, imap, tag, ANSWER_MAX, true, &answer, &capacity);
	imap->is_over = !good;
	if (!good)
		answer.net.outcome = NET_UNKNOWN;
	else if (answer.net.status == 200) /* it ended what it was to begin */
		answer.net.status = 422;
	else if (!answer.net.status)
		answer.net.status = 200;
	*ret_answer = answer.net;
	return OK;
}
