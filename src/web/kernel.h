/* kernel.h: what the files of the web kernel share: a request with its memory, its parameters and its answer, and the server.
 * Nobody outside src/web/ includes it. A request belongs to one thread at a time (the connection's event thread, or a slow
 * thread while the connection is suspended) and is freed, with its arena, when libmicrohttpd says that it is over. */
#pragma once
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "web/asset.h"
#include "web/events.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/metrics.h"
#include "web/place.h"
#include "web/rate.h"
#include "web/route.h"
#include "web/web.h"

#include <microhttpd.h>
#include <stdatomic.h>

#define URI_MAX ((size_t)8 << 10)
#define BODY_MAX_DEFAULT ((size_t)1 << 20)
#define UPLOAD_MAX_DEFAULT ((size_t)64 << 20)
#define API_PREFIX S("/api/v1")
#define SESSION_COOKIE "parvis_session"
#define FLASH_COOKIE "parvis_flash"

/* One parameter of the row with what was sent for it. */
struct value {
	struct str text;
	i64 number;
	json_t *json;
	const struct upload *upload;
};
struct argument {
	const struct param *param;
	bool given;
	struct value *values;
	size_t count;
};

/* A field at fault, for the problem document. */
struct fault {
	const char *field;
	struct str story;
};

enum reply_kind { REPLY_NONE, REPLY_BYTES, REPLY_FILE, REPLY_EVENTS };

struct header {
	struct header *next;
	const char *name;
	struct str value;
};

struct reply {
	struct request *request;
	enum reply_kind kind;
	int status;                /* 0 = by what was answered */
	json_t *document;
	bool failed;               /* a document was given that could not be made */
	const char *location;      /* NULL = no redirect */
	const char *location_header; /* by which it is told */
	const char *template;      /* NULL = the row's */
	const char *block;
	struct header *headers;
	struct str flash, flash_undo;
	const char *type, *path;   /* of bytes and files */
	struct str bytes, download_name;
	i64 workspace, user;       /* of a stream */
};

/* What was worked out and goes to the wire. */
struct answer {
	int status;
	struct MHD_Response *response; /* owned until queued */
	size_t bytes;
};

enum body_kind { BODY_NONE, BODY_RAW, BODY_FORM, BODY_MULTIPART, BODY_JSON };

/* What *con_cls of libmicrohttpd points to. */
enum holder_kind { HOLDER_REQUEST, HOLDER_STREAM };
struct holder {
	enum holder_kind kind;
};

struct request {
	struct holder holder;
	struct server *server;
	struct MHD_Connection *connection;
	struct arena *arena;
	struct cx cx;
	i64 started;               /* time_monotonic() */

	struct str target, path, query; /* as sent; path without the API's prefix */
	const char *method_text;
	enum method method;
	atomic_int *counted;       /* the server's count that this request is in, or NULL */
	bool close_after;          /* where its body ends is in doubt: nothing more is read from the connection */
	bool begun, api, wants_json, partial, head;
	struct str address;
	struct str session, api_key; /* secrets as sent */
	struct str *segments;      /* values of the path's parameters, decoded */
	const struct endpoint *endpoint; /* NULL: none found */

	enum err refusal;          /* decided before the handler; told in cx */
	int refusal_status;        /* instead of the error's own, or 0 */
	const char *allow;         /* for 405 */
	i64 retry_after;           /* seconds; 0 = not said */

	enum body_kind body_kind;
	size_t body_max, body_len, discarded; /* len: bytes read so far, kept or not */
	struct buf *body;
	struct multipart *multipart;
	json_t *json;              /* the body of BODY_JSON */
	struct field_list fields;  /* query, form and files */
	struct argument *arguments; /* one a param of the endpoint */
	struct fault *faults;
	size_t fault_count, fault_capacity;

	struct place *place;       /* database handles, while a handler runs */
	struct header *extra;      /* headers set by the kernel: cookies, flash */
	struct str csrf_mac;       /* what the token of this session is made from */
	struct str csrf_text;      /* the token as it stands in the page */
	bool flash_shown;
	struct stream *stream;     /* the answer is one */
	struct field_list typed;   /* of a form shown again, and its row */
	const struct endpoint *typed_from;
	bool answer_shared;        /* the response is not this request's to release */
	struct request *next_slow;
	struct answer answer;
};

struct server {
	struct MHD_Daemon *daemon;
	struct arena *arena;       /* lives as long as the server; not touched once it runs */
	struct web_host host;
	struct web_settings settings;
	const char *origin;        /* of public_url: "https://desk.example.org"; "" when not set */
	bool secure;
	struct route_table *routes;
	struct template_set *templates;
	struct place_pool places;
	struct rate_table *rates;
	struct hub *hub;
	struct guard *guard;
	i64 timeout;               /* for a client that is silent, or dawdles */
	struct metrics metrics;
	struct slow_pool *slow, *together, *waiting; /* waiting: NULL, nothing is waited for */
	json_t *assets;            /* name -> URL, for templates */
	struct MHD_Response **asset_responses; /* three a row of assets[]: plain, gzip, brotli */
	struct str openapi;        /* the document as text */
	int port;
	atomic_bool draining;
	atomic_int coming, worked_on; /* requests whose body is not whole yet; those that are to be answered */
};

/* request.c */
struct request *request_new(struct server *server, const char *uri, struct MHD_Connection *connection);
void request_free(struct request *request);
/* Headers are there: find the route, look who it is, prepare for the body. A refusal is noted in the request. */
void request_begin(struct request *request, const char *method);
bool header_has(struct str list, struct str token, double *ret_quality); /* "gzip;q=0.5, br" */
const char *cookie_name(const struct request *request, const char *name);
enum err refuse(struct request *request, enum err error, int status);

/* admit.c: identity, rate, workspace, permission, origin. */
enum err request_admit(struct request *request);
/* Who asks for what is not there, as far as that is told: a refusal speaks their language. */
void request_recognise(struct request *request);

/* body.c */
enum err body_begin(struct request *request);
enum err body_feed(struct request *request, struct str chunk);
enum err body_end(struct request *request);

/* params.c: fill request->arguments; notes every fault. */
enum err params_read(struct request *request);
void fault_note(struct request *request); /* what cx tells just now */

/* param_check.c: one text or JSON value by its row; tells by fail_field(). */
enum err param_check_text(struct cx *cx, const struct param *param, struct str zone, struct str text, struct value *ret_value);
enum err param_check_json(struct cx *cx, const struct param *param, struct str zone, json_t *json, struct value *ret_value);
i64 param_limit(const struct param *param); /* code points of text types */
#define JSON_DEPTH 32
/* Parse, nested JSON_DEPTH deep at the most; the value goes with the arena. `any`: else an object or array is needed. */
enum err json_read(struct cx *cx, struct str text, bool any, json_t **ret_json);

/* run.c: everything from the parameters on; leaves request->answer. */
void request_run(struct request *request);
/* Those linked by next_slow, in one transaction: each has an answer that holds once it is committed. */
void request_run_together(struct request *first);

/* reply.c */
void reply_render(struct request *request, struct reply *reply);

/* send.c: from bytes to a response with its headers. */
struct body {
	const char *type;
	struct buf *text;
	const char *cache;         /* Cache-Control */
	bool tagged;               /* ETag and If-None-Match */
	struct str tag_skip, tag_more; /* left out of the tag wherever it stands; added to it */
};
void send_body(struct request *request, struct reply *reply, int status, struct body body);
void send_empty(struct request *request, struct reply *reply, int status);
enum err send_file(struct request *request, struct reply *reply);
/* "bytes=0-99", "bytes=100-", "bytes=-50" of a file of `size` bytes: both ends, counted from 0. False: no part of this file. */
bool header_range(struct str header, i64 size, i64 *ret_from, i64 *ret_to);
void send_json(struct request *request, struct reply *reply, int status, const char *type, const json_t *json); /* reply.c */

/* problem.c */
void problem_answer(struct request *request, enum err error);

/* builtin.c: the client is on this machine, and was not brought here by a proxy on it. */
bool request_is_local(const struct request *request);

/* csrf.c */
struct str csrf_mac(struct request *request);
struct str csrf_token(struct request *request); /* masked anew each time */
enum err csrf_check_origin(struct request *request);
enum err csrf_check_token(struct request *request);
struct str flash_seal(struct request *request, struct str text, struct str undo_url);
json_t *flash_open(struct request *request, struct str sealed); /* new reference; NULL when it is not ours or too old */

/* builtin.c: what the kernel serves itself. True when it did. */
bool builtin_serve(struct request *request);
enum err builtin_prepare(struct cx *cx, struct server *server);
void builtin_free(struct server *server);

/* slow.c */
struct slow_pool *slow_start(struct server *server, int threads);
struct slow_pool *together_start(struct server *server); /* one thread that runs all that wait by request_run_together() */
bool slow_push(struct slow_pool *pool, struct request *request); /* suspends the connection; false when full or stopping */
void slow_stop(struct slow_pool *pool); /* runs what is queued, then joins; NULL is allowed */
