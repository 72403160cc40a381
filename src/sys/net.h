/* net.h: the wall to libcurl: HTTP requests to other machines, one at a time. Its answer keeps apart what the outbox must
 * never confuse: the request was certainly NOT_SENT; the other side ANSWERED; or it may have arrived and nobody knows (UNKNOWN).
 *
 * What must stay true: NOT_SENT is only said when not a byte of the request left (refused connection, unknown name, failed TLS,
 * blocked address); every doubt is UNKNOWN. A request that is not repeatable leaves at most once: it never rides on an old
 * connection, where libcurl would send it again by itself. Every address is checked when it is connected to, redirects
 * included: only the public internet, unless `allow` says otherwise. TLS is verified; only http and https; no cookies, no
 * proxy from the environment. A net belongs to one thread and keeps connections alive between requests. */
#pragma once
#include "base/cx.h"

struct net;

struct net_settings {
	struct str allow;        /* address.h list of what is allowed beside the public internet; setting net_allow */
	struct str agent;        /* User-Agent; empty = "Parvis/VERSION" */
	struct str proxy;        /* URL of a proxy; empty = none. The proxy then decides which addresses are reached. */
	i64 patience;            /* no request takes longer, whatever it asks for; 0 = as it asks. For tests */
	struct str authorities;  /* PEM file of certificate authorities to trust instead of the system's; for tests */
};

/* ERR_BAD_INPUT on "net_allow". Texts are copied. */
enum err net_open(struct cx *cx, const struct net_settings *settings, struct net **ret_net);
void net_close(struct net *net); /* NULL is allowed */
void net_closep(struct net **net);

/* ---- a request ---- */

struct net_header {
	struct str name, value;
};

/* AWS Signature Version 4 for requests of storage that speaks S3: libcurl's own, over method, path, headers and the hash of the body. Counts as a credential. The path
 * has to be written as it is sent: letters, digits and "-._~/". */
struct net_sign {
	struct str region, id, secret;
};

struct net_request {
	const char *method;               /* "GET", "POST" … */
	struct str url;                   /* http or https, without user:password@ */
	const struct net_header *headers;
	size_t header_count;
	struct str body;                  /* sent when at != NULL, even when empty */
	i64 timeout;                      /* for the whole, redirects included; 0 = 30 s */
	i64 connect_timeout;              /* for the connection and TLS; 0 = 10 s */
	size_t answer_max;                /* bytes of the (decompressed) body; 0 = 8 MiB */
	int redirects;                    /* followed at most, 0 … 3. Another origin gets no Authorization and no custom header; https never
	                                   * falls to http; POST and PATCH are followed by 303 only, as a GET */
	bool credential;                  /* something in it lets somebody in, beside a header Authorization, which says so by itself: over http it
	                                   * leaves only to what `allow` names (NET_BLOCKED), never into the public internet */
	const struct net_sign *sign;      /* NULL: not signed. Another origin gets no signature */
	bool repeatable;                  /* sending twice does no harm although it is a POST or PATCH (idempotency key, a query) */
	/* Ask for a WebSocket (websocket.h): its bytes go to `take` until the other side ends it, `take` says no, or the time is up, which are all
	 * NET_ANSWERED, with status 101. */
	bool upgrade;
	/* Where the body of a 2xx answer goes instead of answer->body, piece by piece; false stops (the outcome is UNKNOWN). */
	bool (*take)(void *subject, struct str piece);
	void *subject;
};

/* ---- what came of it ---- */

enum net_outcome {
	NET_ANSWERED, /* status and headers are here, and the whole body; of a 4xx the body may be cut (`whole` is false) */
	NET_NOT_SENT, /* certainly nothing arrived: may be tried again, by any method */
	NET_UNKNOWN,  /* it may have been done: look before sending again. `status` is set when at least that came */
};

enum net_trouble {
	NET_NO_TROUBLE,
	NET_BLOCKED,     /* not a public address, and not allowed; or a redirect to one; or a credential without encryption */
	NET_NO_NAME,     /* the name does not resolve */
	NET_NO_CONNECTION,
	NET_NO_TRUST,    /* TLS: certificate or handshake */
	NET_TOO_SLOW,    /* time is up */
	NET_BROKEN,      /* the connection ended too early, or what came is no HTTP */
	NET_TOO_BIG,     /* more than answer_max */
	NET_BAD_REDIRECT,/* without a target, to another scheme, or too many; the 3xx itself is then the answer */
	NET_STOPPED,     /* `take` said no */
	NET_HELD_BACK,   /* the gate is closed; `retry_at` says until when */
};
const char *net_trouble_word(enum net_trouble trouble); /* for logs: "blocked", "no-name" … */

struct net_answer { /* everything in cx->arena */
	enum net_outcome outcome;
	enum net_trouble trouble;
	int status;                 /* of the last hop; 0 when none came */
	bool whole;                 /* the body is complete */
	struct str body;
	struct str url;             /* of the last hop */
	struct str type;            /* Content-Type without parameters, lower case */
	const struct net_header *headers;
	size_t header_count;
	i64 retry_at;               /* Retry-After as an instant, at most 31 days ahead; 0 = not said */
	i64 took;                   /* microseconds */
	struct str story;           /* for people, in cx->lang; empty when there was no trouble */
};

/* Send and wait. Fails (ERR_BAD_INPUT) only on what the caller got wrong: URL, method, headers with line breaks; what happens on
 * the way is an outcome, and leaves cx without a failure. */
enum err net_ask(struct cx *cx, struct net *net, const struct net_request *request, struct net_answer *ret_answer);
struct str net_answer_header(const struct net_answer *answer, const char *name); /* without case; empty when absent */

/* A gate that every request passes, until another is set: may it leave now, and what came of it. Whoever sets it keeps it. */
struct net_gate {
	/* For this host ("example.org", or "127.0.0.1:8080" where the port is no usual one). False: not before *ret_at; the request is then
	 * NET_NOT_SENT, NET_HELD_BACK. */
	bool (*may)(void *subject, struct str host, i64 *ret_at);
	/* Not called for what was held back. */
	void (*note)(struct cx *cx, void *subject, struct str host, const struct net_request *request, const struct net_answer *answer);
	void *subject;
};
void net_set_gate(struct net *net, const struct net_gate *gate); /* NULL takes it away */

/* Retry-After (RFC 9110, 10.2.3): seconds, or a date in any of the three HTTP forms. An instant from `now` on, at most 31 days
 * ahead; false when it is neither. */
bool net_retry_after(struct str value, i64 now, i64 *ret_instant);

/* Scheme, host (without brackets), port and the path with its query, of an http(s) URL. False for anything else. Arena. */
struct net_url {
	bool secure;
	struct str host; /* lower case, punycode as written */
	int port;
	struct str path;
};
bool net_url_parse(struct arena *arena, struct str url, struct net_url *ret_url);

/* May what lets us in at `home`, an address that a person gave, be shown to `url`, which a network said? The same host and port, and encrypted
 * where the home is; https instead of http at the usual ports is better, not elsewhere. */
bool net_is_home(struct arena *arena, struct str url, struct str home);

/* ---- tests ---- */

/* Let the n-th request from now on (1 is the next) come out as `outcome`: NET_NOT_SENT is not sent at all; NET_UNKNOWN is sent,
 * and its answer lost. 0 switches it off. net_calls() counts net_ask() since the last net_fail_at(). */
void net_fail_at(struct net *net, i64 n, enum net_outcome outcome);
i64 net_calls(const struct net *net);
