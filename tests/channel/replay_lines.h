/* replay_lines.h: the same for networks that speak in lines: IMAP and SMTP. An exchange of theirs:
 *   {"request": {"imap": "CONNECT"}, "answer": {}}                              greeting and signing in, as one
 *   {"request": {"imap": "EXAMINE \"INBOX\""}, "answer": {"lines": ["OK [UIDVALIDITY 7] fine"]}}
 *   {"request": {"imap": "UID FETCH …"}, "answer": {"lines": [{"uid": 12, "date": "21-Nov-2026 …", "mail": ["From: …", "", "…"]}]}}
 *   {"request": {"imap": "APPEND \"Sent\" (\\Seen)", "holds": ["In-Reply-To: …"]}, "answer": {}}
 *   {"request": {"smtp": "CONNECT"}, …}, {"smtp": "MAIL FROM:<…>"}, {"smtp": "RCPT TO:<…>"}, {"smtp": "DATA"}, {"smtp": ".", "holds": […]}
 * "done" of an answer is its last line, where it is not the usual one. The settings say "$IMAP" and "$SMTP". The table below says each
 * fault of networks in their words; where they have no such thing it is not played. Include once, after replay.h. */
#pragma once
#include "replay.h"

/* What is said instead. In SMTP nothing that is refused was taken: its 5xx are the web's 4xx, its 4xx the web's 503 (RFC 5321, 4.2.1). */
static const struct {
	const char *fault, *imap, *smtp;
	int smtp_status;
} replay_words[] = {
	{"401", "NO [AUTHENTICATIONFAILED] so says the server", "535 5.7.8 so says the server", 401},
	{"403", "NO [AUTHORIZATIONFAILED] so says the server", "530 5.7.0 so says the server", 403},
	{"404", "NO [NONEXISTENT] so says the server", "550 5.1.1 so says the server", 422},
	{"409", "NO [ALREADYEXISTS] so says the server", "554 5.5.0 so says the server", 422},
	{"422", "BAD so says the server", "501 5.5.4 so says the server", 422},
	{"410", "NO [NONEXISTENT] so says the server", "552 5.3.4 so says the server", 422},
	{"500", "NO [SERVERBUG] so says the server", "451 4.3.0 so says the server", 503},
	{"502", "NO [CORRUPTION] so says the server", "452 4.3.1 so says the server", 503},
	{"503", "NO [UNAVAILABLE] so says the server", "421 4.3.2 so says the server", 503},
	{"429", "NO [LIMIT] so says the server", "450 4.7.1 so says the server", 503},
	{"429 with Retry-After", NULL, NULL, 0},
	{"429 that says when in JSON", NULL, NULL, 0},
	{"redirect inside", "NO [REFERRAL imap://10.1.2.3/] look there", "551 5.1.6 try <jane@10.1.2.3>", 422},
	{"redirect inside, kept", NULL, NULL, 0},
};

static const char *replay_protocol(const json_t *exchange, const char **ret_command)
{
	static const char *const protocols[] = {"imap", "smtp"};
	for (size_t i = 0; i < COUNT(protocols); i++)
		if ((*ret_command = json_string_value(json_object_get(json_object_get(exchange, "request"), protocols[i]))))
			return protocols[i];
	return NULL;
}

/* The fault as it is there; NULL where there is no such thing. */
static const struct fault *fault_there(const struct fault *fault, const json_t *exchanges, int at)
{
	static struct fault there;
	const char *command, *protocol = replay_protocol(json_array_get(exchanges, (size_t)at), &command);
	bool after = fault->spoil == SPOIL_LOST_AFTER || fault->spoil == SPOIL_SILENT_AFTER;
	if (protocol && after && !json_is_true(json_object_get(json_array_get(exchanges, (size_t)at), "effect")))
		return NULL; /* what does nothing over there has no after */
	if (!protocol || fault->spoil != SPOIL_STATUS)
		return fault;
	for (size_t i = 0; i < COUNT(replay_words); i++)
		if (strcmp(replay_words[i].fault, fault->word) == 0) {
			bool imap = *protocol == 'i';
			const char *text = imap ? replay_words[i].imap : replay_words[i].smtp;
			there = (struct fault){fault->word, SPOIL_STATUS, imap ? fault->status : replay_words[i].smtp_status, "", text};
			return text ? &there : NULL;
		}
	fail_msg("replay_lines.h does not know how mail says “%s”", fault->word);
	return NULL;
}

/* ---- answers ---- */

static void replay_mail(struct buf *out, const json_t *item, int number)
{
	CLEANUP(buf_free) struct buf mail = {};
	const json_t *line;
	size_t index;
	bool header = json_is_array(json_object_get(item, "header"));
	json_array_foreach(json_object_get(item, header ? "header" : "mail"), index, line)
		buf_addf(&mail, "%s\r\n", json_string_value(line));
	buf_addf(out, "* %d FETCH (UID %d", number, (int)json_integer_value(json_object_get(item, "uid")));
	if (!header)
		buf_addf(out, " INTERNALDATE \"%s\"", json_string_value(json_object_get(item, "date")));
	buf_addf(out, header ? " BODY[HEADER] {%zu}\r\n" : " BODY[]<0> {%zu}\r\n", mail.len);
	buf_add(out, buf_str(&mail));
	buf_adds(out, ")\r\n");
}

static void replay_line(struct buf *out, const json_t *line, int number)
{
	if (json_is_string(line))
		buf_addf(out, "* %s\r\n", json_string_value(line));
	else
		replay_mail(out, line, number);
}

static void replay_imap_lines(struct buf *out, const json_t *lines, bool shuffled)
{
	int count = (int)json_array_size(lines);
	for (int i = 0; i < count; i++) {
		int n = shuffled ? count - 1 - i : i;
		replay_line(out, json_array_get(lines, (size_t)n), n + 1);
		if (shuffled)
			replay_line(out, json_array_get(lines, (size_t)n), n + 1);
	}
}

static void replay_line_flood(int fd, const char *opening)
{
	static char chunk[65537];
	memset(chunk, 'x', 65536);
	say(fd, opening);
	for (int i = 0; i < 400 && send(fd, chunk, 65536, MSG_NOSIGNAL) > 0; i++)
		;
}

/* False: the connection ends here. `end` is what the answer ends with, `extra` what nobody asked for. */
static bool replay_say(int fd, const struct fault *f, struct str text, const char *refusal, const char *extra, const char *flood)
{
	char room[1000];
	switch (f->spoil) {
	case SPOIL_STATUS:
		say(fd, refusal);
		return true;
	case SPOIL_LOST_BEFORE:
	case SPOIL_LOST_AFTER:
		return false;
	case SPOIL_SILENT_BEFORE:
	case SPOIL_SILENT_AFTER:
		(void)!recv(fd, room, sizeof room, 0);
		return false;
	case SPOIL_HALF:
		(void)!send(fd, text.at, text.len / 2, MSG_NOSIGNAL);
		return false;
	case SPOIL_HUGE:
		replay_line_flood(fd, flood);
		return false;
	case SPOIL_RUBBISH:
		say(fd, "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>Bad gateway.</html>\r\n");
		return false;
	case SPOIL_TYPE:
		say(fd, extra);
		break;
	case SPOIL_NOTHING:
	case SPOIL_ELSEWHERE:
	case SPOIL_SHUFFLED:
		break;
	}
	while (text.len) {
		ssize_t sent = send(fd, text.at, text.len, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		text = str_skip(text, (size_t)sent);
	}
	return true;
}

/* The exchange that this is, with its fault; NULL when it was not expected. */
static const json_t *replay_meet(const char *protocol, const char *command, const char *body, const struct fault **ret_fault)
{
	static const struct fault none = {.spoil = SPOIL_NOTHING};
	const json_t *exchange = json_array_get(replay.exchanges, replay.at), *held;
	const char *wanted, *its = exchange ? replay_protocol(exchange, &wanted) : NULL, *differs = NULL;
	size_t index;
	*ret_fault = replay.fault && replay.asked == replay.fault_at ? replay.fault : &none;
	replay.asked++;
	if (!its || strcmp(its, protocol) != 0)
		differs = exchange ? "another protocol" : "one too many";
	else if (*protocol == 's' ? strncmp(command, wanted, strlen(wanted)) != 0 : strcmp(command, wanted) != 0)
		differs = wanted;
	else
		json_array_foreach(json_object_get(json_object_get(exchange, "request"), "holds"), index, held)
			if (!strstr(body, json_string_value(held)))
				differs = json_string_value(held);
	if (differs) {
		if (!replay.wrong[0])
			snprintf(replay.wrong, sizeof replay.wrong, "%s request %zu, wanted %s: %.300s\n%.1400s", protocol, replay.at, differs, command, body);
		return NULL;
	}
	replay.at++;
	if (replay_done((*ret_fault)->spoil) && json_is_true(json_object_get(exchange, "effect")))
		replay.effects++;
	return exchange;
}

static bool replay_imap_answer(int fd, const char *tag, const char *command, const char *literal)
{
	const struct fault *f;
	const json_t *exchange = replay_meet("imap", command, literal, &f), *answer = json_object_get(exchange, "answer");
	if (!exchange)
		return false;
	CLEANUP(buf_free) struct buf text = {}, refusal = {}, extra = {};
	const char *done = json_string_value(json_object_get(answer, "done"));
	replay_imap_lines(&text, json_object_get(answer, "lines"), f->spoil == SPOIL_SHUFFLED);
	buf_addf(&text, "%s %s\r\n", tag, done ? done : "OK done");
	buf_addf(&refusal, "%s %s\r\n", tag, f->body ? f->body : "");
	buf_adds(&extra, strcmp(command, "CONNECT") == 0 ? "" : "* 3 EXISTS\r\n* OK [ALERT] Nobody asked for this\r\n* 9 FETCH (FLAGS (\\Seen))\r\n");
	return replay_say(fd, f, buf_str(&text), buf_cstr(&refusal), buf_cstr(&extra), "* ");
}

static bool replay_read_line(FILE *in, char *line, size_t size)
{
	if (!fgets(line, (int)size, in))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return true;
}

static void replay_imap(struct rude *rude, int fd)
{
	static char literal[1 << 20];
	char line[20000], tag[40];
	FILE *in = fdopen(dup(fd), "r");
	bool goes_on = true;
	say(fd, "* OK ready\r\n");
	while (goes_on && replay_read_line(in, line, sizeof line)) {
		char *command = strchr(line, ' '), *brace;
		if (!command)
			break;
		snprintf(tag, sizeof tag, "%.*s", (int)(command - line), line);
		command++;
		literal[0] = '\0';
		if (*tag == 'A' && strcmp(command, "CAPABILITY") == 0) { /* before signing in */
			char text[100];
			snprintf(text, sizeof text, "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%s OK\r\n", tag);
			say(fd, text);
			continue;
		}
		if (strcmp(command, "AUTHENTICATE XOAUTH2") == 0) { /* user=desk@shop.example^Aauth=Bearer t0ken^A^A */
			say(fd, "+ \r\n");
			if (!fgets(literal, sizeof literal, in) || strcmp(literal, "dXNlcj1kZXNrQHNob3AuZXhhbXBsZQFhdXRoPUJlYXJlciB0MGtlbgEB\r\n") != 0)
				break;
			command = (char *)(uintptr_t)"CONNECT";
			literal[0] = '\0';
		}
		if (strncmp(command, "APPEND", 6) == 0 && (brace = strrchr(command, '{'))) {
			size_t size = strtoul(brace + 1, NULL, 10), got;
			brace[-1] = '\0';
			say(fd, "+ go on\r\n");
			got = size < sizeof literal ? fread(literal, 1, size, in) : 0;
			literal[got] = '\0';
			if (got != size || !fgets(line + strlen(line) + 1, 10, in))
				break;
		}
		goes_on = replay_imap_answer(fd, tag, strncmp(command, "LOGIN ", 6) == 0 ? "CONNECT" : command, literal);
	}
	fclose(in);
}

static bool replay_smtp_answer(int fd, const char *command, const char *body)
{
	const struct fault *f;
	const json_t *exchange = replay_meet("smtp", command, body, &f);
	if (!exchange)
		return false;
	char text[600], refusal[600], extra[100];
	const char *done = json_string_value(json_object_get(json_object_get(exchange, "answer"), "done"));
	const char *usual = strcmp(command, "DATA") == 0 ? "354 go on" : strcmp(command, "CONNECT") == 0 ? "235 welcome" : "250 fine";
	snprintf(text, sizeof text, "%s\r\n", done ? done : usual);
	snprintf(refusal, sizeof refusal, "%s\r\n", f->body ? f->body : "");
	snprintf(extra, sizeof extra, "%.3s-nobody asked for this\r\n", text);
	return replay_say(fd, f, str_of(text), refusal, extra, "250-");
}

static bool replay_smtp_data(FILE *in, char *body, size_t size)
{
	char line[4096];
	size_t len = 0;
	body[0] = '\0';
	while (fgets(line, sizeof line, in)) {
		if (strcmp(line, ".\r\n") == 0)
			return true;
		const char *text = line[0] == '.' ? line + 1 : line;
		if (len + strlen(text) < size)
			len += (size_t)snprintf(body + len, size - len, "%s", text);
	}
	return false;
}

static void replay_smtp(struct rude *rude, int fd)
{
	static char body[1 << 20];
	char line[4096];
	FILE *in = fdopen(dup(fd), "r");
	bool goes_on = true;
	say(fd, "220 ready\r\n");
	while (goes_on && replay_read_line(in, line, sizeof line)) {
		if (strncasecmp(line, "EHLO", 4) == 0) {
			say(fd, "250-ready\r\n250 AUTH PLAIN XOAUTH2\r\n");
		} else if (strncasecmp(line, "AUTH", 4) == 0) {
			say(fd, "334 \r\n");
			goes_on = replay_read_line(in, line, sizeof line) && replay_smtp_answer(fd, "CONNECT", "");
		} else if (strncasecmp(line, "QUIT", 4) == 0) {
			break;
		} else {
			bool data = strcmp(line, "DATA") == 0;
			goes_on = replay_smtp_answer(fd, line, "");
			bool refused = data && replay.fault && replay.fault->spoil == SPOIL_STATUS && replay.asked - 1 == replay.fault_at;
			if (goes_on && data && !refused)
				goes_on = replay_smtp_data(in, body, sizeof body) && replay_smtp_answer(fd, ".", body);
		}
	}
	fclose(in);
}

static struct rude replay_imap_server, replay_smtp_server;

static void replay_lines_start(void)
{
	rude_start(&replay_imap_server, replay_imap);
	rude_start(&replay_smtp_server, replay_smtp);
	snprintf(replay.imap, sizeof replay.imap, "imap://127.0.0.1:%d", replay_imap_server.port);
	snprintf(replay.smtp, sizeof replay.smtp, "smtp://127.0.0.1:%d", replay_smtp_server.port);
}

static void replay_lines_stop(void)
{
	rude_stop(&replay_imap_server);
	rude_stop(&replay_smtp_server);
}
