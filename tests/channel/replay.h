/* replay.h: a network that plays exchanges written as data (src/channel/KIND/exchanges/ACT.json): each request that is expected, in order,
 * and the answer to it; with a fault at the n-th request where one is wanted. A request that is not as written fails the test.
 *
 * An exchange: {"request": {"method", "path", "headers": {}, "body": {} or "text": ""}, "answer": {"status", "headers": {}, "body": {} or
 * "text": ""}, "effect": true}. Headers and the body are held against what came as far as they are written. "$BASE" is this server, "$HOST" its host.
 * "frames" instead of a body: a WebSocket that sends these, and ends. "instead" lists exchanges that may come before this one, where a refusal makes the connector ask otherwise.
 * "effect" marks the request that does the act over there: it is counted. Include once, after test.h. */
#pragma once
#include "../sys/rude.h"
#include "base/clock.h"
#include "base/json_text.h"

#include "sys/websocket.h"

#include <jansson.h>

enum spoil { /* what happens to a request or its answer */
	SPOIL_NOTHING,
	SPOIL_STATUS,        /* another status, with `headers` and `body` of the fault */
	SPOIL_LOST_BEFORE,   /* read, not done, broken off */
	SPOIL_LOST_AFTER,    /* done, broken off */
	SPOIL_SILENT_BEFORE, /* not done, no answer for longer than anybody waits */
	SPOIL_SILENT_AFTER,  /* done, no answer */
	SPOIL_HALF,          /* done, half an answer */
	SPOIL_HUGE,          /* done, more than anybody takes */
	SPOIL_RUBBISH,       /* done, answered with 200 and a page of a proxy */
	SPOIL_TYPE,          /* done, answered as it should be, but as text/html */
	SPOIL_ELSEWHERE,     /* done, and every address in the answer is of another host */
	SPOIL_SHUFFLED,      /* done, each list of the answer backwards, each item twice */
};

struct fault {
	const char *word;
	enum spoil spoil;
	int status;
	const char *headers; /* lines with \r\n */
	const char *body;
};

static struct replay {
	struct rude rude;
	struct arena *arena;
	char base[64];
	char imap[64], smtp[64]; /* the same network by the protocols of mail: replay_lines.h */
	const json_t *exchanges;
	size_t at;               /* the next exchange */
	const struct fault *fault;
	int fault_at;            /* the request it happens to, from 0 */
	atomic_int asked, effects;
	atomic_int sent, served; /* requests that left for here; connections that are over: who gave up waiting is not heard later */
	char wrong[2000];        /* the first request that was not as written */
} replay;

static char replay_elsewhere[64]; /* "http://127.0.0.1:PORT" of the host that SPOIL_ELSEWHERE points at */

/* Scheme, host and port of each address, for those of the other host. */
static struct str replay_away(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < text.len;) {
		struct str rest = str_skip(text, i);
		size_t scheme = str_starts(rest, S("https://")) ? 8 : str_starts(rest, S("http://")) ? 7 : str_starts(rest, S("http:\\/\\/")) ? 9 : 0;
		if (!scheme) {
			buf_addc(&b, text.at[i++]);
			continue;
		}
		buf_adds(&b, replay_elsewhere);
		for (i += scheme; i < text.len && !strchr("/?#\"<> \\\r\n", text.at[i]); i++)
			;
	}
	return buf_keep(&b, arena);
}

static struct str replay_based(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	ptrdiff_t at;
	while ((at = str_find_byte(text, '$')) >= 0) {
		struct str rest = str_skip(text, (size_t)at);
		bool base = str_starts(rest, S("$BASE")), host = str_starts(rest, S("$HOST")), imap = str_starts(rest, S("$IMAP")), smtp = str_starts(rest, S("$SMTP"));
		buf_add(&b, str_head(text, (size_t)at));
		buf_adds(&b, base ? replay.base : host ? strstr(replay.base, "//") + 2 : imap ? replay.imap : smtp ? replay.smtp : "$");
		text = str_skip(rest, base || host || imap || smtp ? 5 : 1);
	}
	buf_add(&b, text);
	return buf_keep(&b, arena);
}

/* Everything of `want` is in `have`. */
static bool json_holds(const json_t *want, const json_t *have)
{
	const char *name;
	const json_t *value;
	size_t index;
	if (json_is_object(want)) {
		json_object_foreach((json_t *)want, name, value)
			if (json_is_null(value) ? json_object_get(have, name) && !json_is_null(json_object_get(have, name)) : !json_holds(value, json_object_get(have, name)))
				return false;
		return json_is_object(have);
	}
	if (json_is_array(want)) {
		json_array_foreach((json_t *)want, index, value)
			if (!json_holds(value, json_array_get(have, index)))
				return false;
		return json_array_size(want) == json_array_size(have);
	}
	return json_equal(want, have);
}

static bool replay_header_held(const char *text, const char *name, const char *value)
{
	struct str rest = str_of(text), line = str_line(&rest);
	while ((line = str_line(&rest)).len) {
		struct str its = str_cut(&line, ':');
		if (str_eq_fold(its, str_of(name)))
			return str_eq(str_trim(line), str_of(value));
	}
	return false;
}

/* NULL when the request is as it is written; else what is not. */
static const char *replay_differs(const json_t *wanted, const char *text, struct arena *arena)
{
	char method[16], path[2000];
	const char *name, *end = strstr(text, "\r\n\r\n");
	const json_t *value;
	if (sscanf(text, "%15s %1999s", method, path) != 2 || !end)
		return "no request";
	if (strcmp(method, json_string_value(json_object_get(wanted, "method"))) != 0)
		return "the method";
	if (strcmp(path, json_string_value(json_object_get(wanted, "path"))) != 0)
		return "the path";
	json_object_foreach(json_object_get(wanted, "headers"), name, value)
		if (!replay_header_held(text, name, replay_based(arena, str_of(json_string_value(value))).at))
			return name;
	if (json_object_get(wanted, "text") && strcmp(json_string_value(json_object_get(wanted, "text")), end + 4) != 0)
		return "the body";
	if (json_object_get(wanted, "body")) {
		json_t *body = json_loads(end + 4, 0, NULL);
		bool held = json_holds(json_object_get(wanted, "body"), body);
		json_decref(body);
		return held ? NULL : "the body";
	}
	return NULL;
}

/* The document itself, or a list that is a member of it: what is further in belongs to one item. */
static json_t *replay_shuffled(const json_t *value, int depth)
{
	const char *name;
	const json_t *member;
	if (json_is_array(value) && depth < 2) {
		json_t *list = json_array();
		for (size_t i = json_array_size(value); i-- > 0;) {
			json_t *item = replay_shuffled(json_array_get(value, i), depth + 2);
			if (json_is_object(item))
				json_array_append(list, item);
			json_array_append_new(list, item);
		}
		return list;
	}
	if (json_is_object(value) && depth < 2) {
		json_t *object = json_object();
		json_object_foreach((json_t *)value, name, member)
			json_object_set_new(object, name, replay_shuffled(member, depth + 1));
		return object;
	}
	return json_deep_copy(value);
}

/* A stream: the handshake of a WebSocket, each item of "frames" as a message, and the end; half of it ends within a message. */
static void replay_frames(int fd, const json_t *frames, enum spoil spoil)
{
	struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf b = {};
	json_t *list = spoil == SPOIL_SHUFFLED ? replay_shuffled(frames, 0) : json_deep_copy(frames), *frame;
	size_t index;
	buf_adds(&b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " WEBSOCKET_ACCEPT "\r\n\r\n");
	json_array_foreach(list, index, frame) {
		struct str text = arena_json(arena, frame, JSON_COMPACT);
		buf_addc(&b, (char)0x81);
		buf_addc(&b, 126);
		buf_addc(&b, (char)(text.len >> 8));
		buf_addc(&b, (char)(text.len & 255));
		buf_add(&b, spoil == SPOIL_HALF && index == json_array_size(list) / 2 ? str_head(text, text.len / 2) : text);
		if (spoil == SPOIL_HALF && index == json_array_size(list) / 2)
			break;
	}
	(void)!send(fd, b.at, b.len, MSG_NOSIGNAL);
	json_decref(list);
	arena_free(arena);
}

static void replay_answer(int fd, const json_t *answer, enum spoil spoil)
{
	if (json_object_get(answer, "frames")) {
		replay_frames(fd, json_object_get(answer, "frames"), spoil);
		return;
	}
	struct arena *arena = arena_new();
	const json_t *body = json_object_get(answer, "body"), *value;
	const char *name;
	struct str text = str_of(json_string_value(json_object_get(answer, "text")));
	CLEANUP(buf_free) struct buf head = {};
	if (body) {
		json_t *shuffled = spoil == SPOIL_SHUFFLED ? replay_shuffled(body, 0) : NULL;
		text = arena_json(arena, shuffled ? shuffled : body, JSON_COMPACT | JSON_ENCODE_ANY);
		json_decref(shuffled);
	}
	text = replay_based(arena, text);
	text = spoil == SPOIL_ELSEWHERE ? replay_away(arena, text) : text;
	buf_addf(&head, "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\n", (int)json_integer_value(json_object_get(answer, "status")), text.len);
	json_object_foreach(json_object_get(answer, "headers"), name, value)
		if (spoil != SPOIL_TYPE || strcasecmp(name, "content-type") != 0) {
			struct str line = replay_based(arena, str_of(json_string_value(value)));
			line = spoil == SPOIL_ELSEWHERE ? replay_away(arena, line) : line;
			buf_addf(&head, "%s: %.*s\r\n", name, STR_ARG(line));
		}
	if (spoil == SPOIL_TYPE)
		buf_adds(&head, "Content-Type: text/html\r\n");
	else if (body && !json_object_get(json_object_get(answer, "headers"), "Content-Type"))
		buf_adds(&head, "Content-Type: application/json\r\n");
	buf_adds(&head, "\r\n");
	if (spoil == SPOIL_HALF && !text.len) /* half of nothing: the head is cut */
		head.len /= 2;
	buf_add(&head, spoil == SPOIL_HALF ? str_head(text, text.len / 2) : text);
	say(fd, buf_cstr(&head));
	arena_free(arena);
}

static void replay_flood(int fd)
{
	static char chunk[65537];
	memset(chunk, 'x', 65536);
	say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n\"");
	for (int i = 0; i < 400 && send(fd, chunk, 65536, MSG_NOSIGNAL) > 0; i++)
		;
}

static void replay_spoiled(int fd, const json_t *exchange, const struct fault *f)
{
	char head[1000];
	switch (f->spoil) {
	case SPOIL_STATUS:
		snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\nContent-Type: application/json\r\n%s\r\n%s", f->status,
			 strlen(f->body), f->headers, f->body);
		say(fd, head);
		return;
	case SPOIL_LOST_BEFORE:
	case SPOIL_LOST_AFTER:
		return;
	case SPOIL_SILENT_BEFORE:
	case SPOIL_SILENT_AFTER:
		(void)!recv(fd, head, sizeof head, 0); /* until the other side has enough */
		return;
	case SPOIL_HUGE:
		replay_flood(fd);
		return;
	case SPOIL_RUBBISH:
		say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html>Bad gateway.</html>\r\n");
		return;
	case SPOIL_NOTHING:
	case SPOIL_HALF:
	case SPOIL_TYPE:
	case SPOIL_ELSEWHERE:
	case SPOIL_SHUFFLED:
		replay_answer(fd, json_object_get(exchange, "answer"), f->spoil);
		return;
	}
}

static bool replay_done(enum spoil spoil)
{
	return spoil != SPOIL_STATUS && spoil != SPOIL_LOST_BEFORE && spoil != SPOIL_SILENT_BEFORE;
}

static void replay_connection(struct rude *rude, int fd)
{
	static char text[1 << 20];
	size_t len = 0;
	for (;;) {
		text[len] = '\0';
		char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "\r\ncontent-length:");
		if (end && len >= (size_t)(end + 4 - text) + (length && length < end ? strtoul(length + 17, NULL, 10) : 0))
			break;
		ssize_t got = len < sizeof text - 1 ? recv(fd, text + len, sizeof text - 1 - len, 0) : 0;
		if (got <= 0)
			return;
		len += (size_t)got;
	}
	static const struct fault none = {.spoil = SPOIL_NOTHING};
	struct arena *arena = arena_new();
	const json_t *exchange = json_array_get(replay.exchanges, replay.at);
	const char *differs = exchange ? replay_differs(json_object_get(exchange, "request"), text, arena) : "one too many";
	const struct fault *fault = replay.fault && replay.asked == replay.fault_at ? replay.fault : &none;
	const json_t *other;
	size_t index;
	replay.asked++;
	json_array_foreach(json_object_get(exchange, "instead"), index, other)
		if (differs && !replay_differs(json_object_get(other, "request"), text, arena)) {
			replay_answer(fd, json_object_get(other, "answer"), SPOIL_NOTHING);
			arena_free(arena);
			return;
		}
	if (differs) {
		if (!replay.wrong[0])
			snprintf(replay.wrong, sizeof replay.wrong, "request %zu, %s: %.1800s", replay.at, differs, text);
	} else {
		replay.at++;
		if (replay_done(fault->spoil) && json_is_true(json_object_get(exchange, "effect")))
			replay.effects++;
		replay_spoiled(fd, exchange, fault);
	}
	arena_free(arena);
}

static void replay_serve(struct rude *rude, int fd)
{
	replay_connection(rude, fd);
	replay.served++;
}

static void replay_start(void)
{
	rude_start(&replay.rude, replay_serve);
	snprintf(replay.base, sizeof replay.base, "http://127.0.0.1:%d", replay.rude.port);
}

/* Until all that left for here was dealt with, also what nobody waits for any more. */
static void replay_settle(void)
{
	for (int i = 0; i < 5000 && replay.served < replay.sent; i++)
		usleep(1000);
}

/* From now on these exchanges, from the first; what was done so far stays counted. */
static void replay_load(const json_t *exchanges, const struct fault *fault, int fault_at)
{
	replay_settle();
	replay.exchanges = exchanges;
	replay.at = 0;
	replay.asked = 0;
	replay.fault = fault;
	replay.fault_at = fault_at;
}
