/* desk.h: a small desk to test the web kernel with, in process on a free port: its routes, its host, and a client that speaks
 * bare HTTP over a socket, so that also what no library would send can be sent. */
#pragma once
#include "test.h"

#include "base/buf.h"
#include "web/web.h"

struct desk {
	struct arena *arena;
	struct cx cx;
	struct server *server;
	int port;
	char spool[64];
};

struct desk_settings {
	bool https;           /* public_url "https://desk.example.org" */
	bool trust_proxy;
	unsigned per_minute;  /* 0 = so many that no test meets it */
	int threads, heartbeat_seconds, stream_seconds, timeout_seconds;
	const char *database, *address;
};

struct desk *desk_open(const struct desk_settings *settings);
void desk_close(struct desk *desk);
extern const struct web_host desk_host;
extern struct server *desk_server; /* for a handler that publishes */

/* Sessions the desk knows: "olga" may all, "gus" only read, "nora" has no workspace. The API key "key-olga" is Olga's. */

/* One exchange: send `request` as it is, read one answer. */
struct answer {
	int status;
	struct str head, body; /* in the desk's arena; the body unpacked from chunks */
};
struct answer ask_raw(struct desk *desk, struct str request);
/* `method path`, header lines ("X: y\r\n…", may be NULL), body (may be NULL). */
struct answer ask(struct desk *desk, const char *method, const char *path, const char *headers, const char *body);
struct answer get(struct desk *desk, const char *path, const char *headers);
/* A POST with a form as Olga's browser sends it, her token included. */
struct answer post(struct desk *desk, const char *path, const char *form);
struct str answer_header(struct answer answer, const char *name); /* empty when absent */
json_t *answer_json(struct desk *desk, struct answer answer);     /* lives as long as the desk; the test fails when it is none */
struct str csrf_of(struct desk *desk, const char *session);

int desk_connect(struct desk *desk);
bool read_some(int socket, struct buf *into, int milliseconds); /* false at the end or when nothing came */
/* Read one answer from a connection that stays open; false when it ended before. */
bool read_answer(struct desk *desk, int socket, struct buf *pending, bool without_body, struct answer *ret_answer);
