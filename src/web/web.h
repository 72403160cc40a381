/* web.h: the web kernel, as its users (page/, main/, the simulator) see it. A URL is a resource: a handler builds one JSON
 * document; `Accept: application/json` or the /api/v1 prefix gets that document, a browser gets the route's template rendered
 * over it. What a route needs (permission, parameters, limits) stands in its row and is enforced before the handler runs.
 *
 * One request has one arena, one cx and, for its time, one database handle: read-only for GET and HEAD, writing for the rest.
 * Handlers run on the server's threads and may block for milliseconds; ROUTE_SLOW ones run on a pool of their own.
 *
 * Checked before a handler runs, in this order: the address matches a row and its method; who it is; the rate; a workspace is
 * chosen; the permission; the request comes from our own pages (Sec-Fetch-Site or Origin, and the token `csrf` or X-CSRF-Token
 * of the session; an API key needs neither); the size; every parameter. Query parameters and form fields that no row names are
 * ignored; unknown members of a JSON body are refused.
 *
 * Served by the kernel itself: GET /healthz (the process lives), /readyz (the database answers; 503 while draining), /metrics
 * (to a client on this machine that did not come through a proxy, or to whoever host->metrics_permission lets), /assets/…,
 * and /api/v1/openapi.json. */
#pragma once
#include "base/cx.h"
#include "web/mustache.h"

#include <jansson.h>

struct db;
struct net_header; /* sys/net.h */
struct request;
struct server;

/* ---- routes as rows ---- */

enum param_in { IN_PATH, IN_QUERY, IN_FORM, IN_FILE };
enum param_type {
	P_ID,      /* decimal id, > 0 */
	P_INT,     /* min..max */
	P_TEXT,    /* min..max code points after trimming; valid UTF-8, no control characters but \n \t */
	P_LINE,    /* as P_TEXT, without \n */
	P_SECRET,  /* as P_LINE, not trimmed, never logged nor echoed */
	P_BOOL,    /* true 1 on yes / false 0 off no, or absent = false */
	P_WORD,    /* one of `words` (NULL-terminated) */
	P_TIME,    /* RFC 3339, or "2026-03-24T09:42" in the user's zone */
	P_ZONE,    /* a time zone of the tz database */
	P_EMAIL,
	P_URL,     /* http or https, with a host and without user or password */
	P_PATH,    /* an address of this site: "/inbox?view=3"; where to go on after signing in */
	P_PLACE,   /* a place in a list that is read page by page, "ID" or "KEY.ID": as the addresses of its pages have it */
	P_JSON,    /* any JSON value; in a form, its text */
	P_FILE,    /* an uploaded file, spooled to disk */
};
#define PARAM_REQUIRED 1u
#define PARAM_LIST 2u /* may occur several times (form) or be an array (JSON); 1,000 at the most */

struct param {
	const char *name;
	enum param_in in;
	enum param_type type;
	unsigned flags;
	i64 min, max;               /* 0,0 = the type's own limits (P_TEXT 10,000; P_LINE 400); a P_FILE's max is bytes */
	const char *const *words;
	const char *about;          /* a sentence for the OpenAPI description; English */
};

#define ROUTE_PUBLIC 1u     /* no session needed */
#define ROUTE_SLOW 2u       /* runs on the slow pool: password hashing, imports … */
#define ROUTE_NO_WORKSPACE 4u /* signed in is enough; for choosing or making a workspace */
#define ROUTE_API_ONLY 8u   /* only under /api/v1 */
#define ROUTE_PAGE_ONLY 16u /* only as HTML; left out of OpenAPI; what it changes no API key may change */
#define ROUTE_NO_CSRF 32u   /* called by machines without a session (tokens in the path) */
#define ROUTE_MAKES 64u     /* makes something: its document is answered with 201 instead of 200 */
/* What many send at once, each a little: those that wait are handled one after the other in one transaction, and answered when it is
 * committed; where it cannot be, each is answered 503. The handler writes by statements of its own, and begins no transaction. */
#define ROUTE_TOGETHER 128u
#define ROUTE_WAITS 512u    /* may wait some seconds for a file that is brought from elsewhere; on a pool of its own where there is one (waiting_threads) */
#define ROUTE_RAW 256u      /* the body is kept as it came, whatever it says that it is: request_body() */

struct reply;
typedef enum err route_handler(struct cx *cx, struct request *request, struct reply *reply);

struct route {
	const char *method;         /* "GET", "POST", "PUT", "PATCH", "DELETE"; GET serves HEAD too */
	const char *path; /* "/conversations/{id}"; the API's is "/api/v1" + path. "/labels/new" goes before "/labels/{id}" */
	unsigned permission;        /* one of enum permission (model/permission.h); 0 = any signed-in member of the workspace */
	unsigned flags;
	const struct param *params; /* ends with a row whose name is NULL; NULL = none but those in the path, all P_ID */
	const char *template;       /* rendered for HTML; NULL when the reply is a redirect or not a page */
	route_handler *handle;
	const char *about;          /* one sentence, English: OpenAPI summary */
	size_t body_max;            /* bytes; 0 = 1 MiB, or settings.upload_max for a row with a P_FILE */
	unsigned per_minute;        /* at most so many a minute for one client address (public) or user; 0 = the server's default */
	/* The GET route whose page holds this row's form: "/labels/{id}/edit". After bad input (or too many tries, 429) a browser gets that
	 * page again with status 422, its parameters in the path filled from this request, and beside the document
	 *   problem: { title, story, errors: [{field, story}], fields: {NAME: story}, input: {NAME: text as typed} }
	 * NULL: the page "error" tells it. htmx gets the template "error"'s block "fragment" in both cases. */
	const char *form;
	const char *type;           /* media type of what it answers, where that is no document; NULL: it is one */
	/* The shape of the document, in the notation of web/shape.h: for the API's description. NULL: it answers none (204), or what is no
	 * document. What stands here is held by the tests against what is answered. */
	const char *answer;
};

/* A shape with a name, that rows and other shapes speak of: a component of the description. A set ends with a row whose name is NULL. */
struct shape {
	const char *name, *notation;
	const char *about; /* a sentence, English */
};

/* ---- what a handler reads ---- */

struct db *request_db(struct request *request);
const char *request_method(const struct request *request);
struct str request_path(const struct request *request);     /* as sent, without "/api/v1" and query */
struct str request_query(const struct request *request);    /* as sent, without '?' */
struct str request_header(const struct request *request, const char *name);
/* All of them, as sent; in the request's arena. */
void request_headers(const struct request *request, const struct net_header **ret_headers, size_t *ret_count);
struct str request_cookie(const struct request *request, const char *name); /* as given to reply_cookie() */
struct str
request_address(const struct request *request); /* the client's IP address, X-Forwarded-For believed only as configured */
bool request_wants_json(const struct request *request);
bool request_is_head(const struct request *request);        /* HEAD: it looks, and gets no body */
bool request_is_partial(const struct request *request);     /* asked by htmx: a fragment is enough */
struct str request_body(const struct request *request);     /* raw bytes, for webhooks */
struct str request_token(const struct request *request);    /* the session's secret as sent, for signing out */

/* A part of a page drawn by itself, in the language of cx: the template sees these contexts alone, the last one first. */
enum err request_draw(struct request *request, const char *template, json_t *const *contexts, size_t count, struct buf *out);

/* While the form's page is shown again after bad input (struct route's `form`): what was typed, valid or not, the last of its
 * name. at == NULL otherwise, and for secrets; so that a handler can mark what was chosen. */
struct str request_typed(const struct request *request, const char *name);
struct str request_typed_at(const struct request *request, const char *name, size_t index); /* of a list, in the order sent */
/* Another field at fault beside those found before; the page shows them all. Returns ERR_BAD_INPUT as fail_field() does. */
enum err request_fault(struct cx *cx, struct request *request, const char *field, const char *format, ...) PRINTF(4, 5);

/* Validated parameters. Asking for a name that the row does not list is a broken promise. */
bool param_given(const struct request *request, const char *name); /* sent, be it as an empty text */
i64 param_id(const struct request *request, const char *name);   /* 0 when absent */
i64 param_int(const struct request *request, const char *name);  /* 0 when absent */
bool param_bool(const struct request *request, const char *name);
struct str param_text(const struct request *request, const char *name); /* empty when absent */
i64 param_time(const struct request *request, const char *name); /* 0 when absent */
json_t *param_json(const struct request *request, const char *name); /* borrowed; NULL when absent */
size_t param_count(const struct request *request, const char *name); /* PARAM_LIST */
struct str param_text_at(const struct request *request, const char *name, size_t index);
i64 param_id_at(const struct request *request, const char *name, size_t index);
struct upload {
	struct str name;   /* as the client said; never a path to use */
	struct str type;
	const char *path;  /* spooled file, removed with the request */
	i64 size;
};
const struct upload *param_file(const struct request *request, const char *name); /* NULL when absent */
const struct upload *param_file_at(const struct request *request, const char *name, size_t index);

/* ---- what a handler answers ---- */

/* The document. Takes the reference; NULL, from a json_pack() that failed, becomes an ERR_SYSTEM. HTML templates see it on top of
 * the page's frame (`app`: user, navigation, csrf …). */
void reply_json(struct reply *reply, json_t *document);
json_t *reply_document(struct reply *reply); /* borrowed; made empty when there is none yet */
void reply_status(struct reply *reply, int status);
/* After a write: browsers are sent to `location` (303); htmx gets the block when there is a document and a block, else it is told
 * to go there (HX-Redirect); the API gets the document, or 204 when there is none. */
void reply_redirect(struct reply *reply, const char *location, ...) PRINTF(2, 3);
void reply_template(struct reply *reply, const char *name); /* another template than the row's */
void reply_block(struct reply *reply, const char *block);   /* for partial requests: that block of the template alone */
void reply_header(struct reply *reply, const char *name, struct str value);
/* HttpOnly, SameSite=Lax, Path=/; with https Secure and "__Host-" before its name. max_age 0: until the browser closes; below 0:
 * forget it. The session's cookie is "parvis_session". */
void reply_cookie(struct reply *reply, const char *name, struct str value, i64 max_age_seconds);
void reply_bytes(struct reply *reply, const char *type, struct str bytes);          /* copied */
/* A file of the disk, ranges served. With a download_name the browser saves it; without, it may show it, in a sandbox. */
void reply_file(struct reply *reply, const char *type, const char *path, struct str download_name);
/* A one-time message shown on the next page as app.flash {text, undo_url} ("Sent. Undo"), with an optional undo form action.
 * htmx gets it as the event "flash" with the same members (HX-Trigger). */
void reply_flash(struct reply *reply, struct str text, struct str undo_url);
/* Turn the request (a GET) into a stream of server-sent events for (workspace, user): those published for the workspace and
 * those for the user in it. The client asks again by itself when it was cut off, and reads what it missed by a GET. */
void reply_events(struct reply *reply, i64 workspace, i64 user);

/* ---- the server ---- */

/* What the kernel needs and only the floors above know. */
struct web_host {
	const struct route *const *routes; /* NULL-terminated arrays, one a page */
	size_t route_set_count;
	const struct shape *const *shapes; /* sets of named shapes, as many as shape_set_count */
	size_t shape_set_count;
	template_source *templates;
	void *template_subject;
	bool templates_fresh;
	/* Who is it? Fill cx->actor and cx->lang from a session token or API key, or leave them. `token` is empty when none. */
	enum err (*identify)(struct cx *cx, struct db *db, struct request *request, struct str session_token, struct str api_key);
	/* May cx->actor do this? */
	bool (*allowed)(struct cx *cx, unsigned permission);
	/* The frame of every HTML page: user, workspace, navigation counters … merged under "app". NULL when not signed in. */
	enum err (*frame)(struct cx *cx, struct db *db, struct request *request, json_t *app);
	/* Workspace and zone of the actor, for P_TIME; 0 workspace = none. */
	i64 (*workspace)(const struct cx *cx);
	i64 (*user)(const struct cx *cx);         /* counted for rates; an API key's owner */
	struct str (*zone)(const struct cx *cx);
	const char *(*permission_name)(unsigned permission);
	/* Does the database answer, and is its schema ours? For /readyz; NULL = it can be opened. */
	enum err (*ready)(struct cx *cx, struct db *db);
	/* Secret of this installation for CSRF tokens and flash messages (32 bytes). */
	const unsigned char *csrf_key;
	struct str title, version;  /* app.title, app.version and OpenAPI's info */
	const char *sign_in;        /* where a browser goes that is not signed in: "/login" gets ?next=…; NULL = the error page */
	const char *choose_workspace; /* where one goes that has chosen none; NULL = the error page */
	/* More numbers for /metrics, in Prometheus' text format; NULL = none. What fails is left out of the answer. */
	enum err (*metrics)(struct cx *cx, struct db *db, struct buf *out);
	unsigned metrics_permission; /* who reads /metrics from elsewhere; 0 = nobody */
};

struct web_settings {
	const char *address;  /* "127.0.0.1", "::", … */
	int port;
	int threads;          /* event threads; 0 = one a core, 4 at the most */
	int slow_threads;     /* for ROUTE_SLOW; 0 = 2 */
	int waiting_threads;  /* for ROUTE_WAITS; 0 = they wait for nothing, and are answered at once */
	const char *database; /* URL, for the handles; NULL = none, request_db() gives NULL */
	const char *spool;    /* folder for uploads */
	size_t upload_max;    /* bytes of a request with files; 0 = 64 MiB */
	const char *public_url; /* "https://desk.example.org"; decides Secure cookies and the Origin check */
	bool trust_proxy;     /* believe the last address of X-Forwarded-For */
	unsigned per_minute;  /* requests of one address or user; 0 = 1,200 */
	unsigned connections; /* at once; 0 = 12,000, or what the system's limit of open files leaves */
	int timeout_seconds;  /* for a client that is silent, or sends slower than anybody does; 0 = 30 */
	int heartbeat_seconds; /* of streams; 0 = 20 */
	int stream_seconds;    /* after which a stream ends, and whoever still may comes back; 0 = 900 */
	unsigned connections_per_address; /* 0 = 512, or no limit with trust_proxy */
};

enum err server_start(struct cx *cx, const struct web_settings *settings, const struct web_host *host, struct server **ret_server);
int server_port(const struct server *server); /* the one taken when settings.port was 0 */
/* Refuse new requests (503), end streams, and wait until those under way are finished, 15 s at the most. */
void server_drain(struct server *server);
void server_stop(struct server *server);      /* drains first; NULL is allowed */

/* Live updates: an event for every open stream of the workspace (user 0) or of one user in it. Thread-safe. */
void server_publish(struct server *server, i64 workspace, i64 user, struct str event, struct str data);
/* This user may listen no more, or less: all their streams end now; whoever still may comes back by itself. Thread-safe. */
void server_end_streams(struct server *server, i64 user);
size_t server_streams(const struct server *server);

/* Without a socket, for tests and OpenAPI. */
/* The API's description, a new reference. ERR_SYSTEM when rows contradict, or a shape cannot be read. */
enum err web_openapi(struct cx *cx, const struct web_host *host, json_t **ret_description);

/* Numbers for /metrics, in Prometheus' text format. */
void server_metrics(const struct server *server, struct buf *out);
