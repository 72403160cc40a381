/* exchange.h: one request of a connector to its network's interface, and what came of it, classified as all connectors do:
 * 2xx DONE, 420, 429 and 503 LATER (with what the network says of when: Retry-After, or in its JSON), other 5xx UNKNOWN for what was sent
 * (it may have been done), 401 and 403 HOLD, other 4xx NEVER, not sent LATER, sent without an answer UNKNOWN. A network that says it
 * otherwise (200 with an error inside, 400 for a dead token) is put right by its connector, before or after. */
#pragma once
#include "channel/channel.h"
#include "sys/net.h"

struct exchange {
	const char *method;
	struct str base, path;  /* url = base + path */
	struct str bearer;      /* empty: none */
	struct str body;        /* at == NULL: none */
	const char *type;       /* of the body; NULL: application/json */
	const char *accept;     /* NULL: application/json */
	struct str key;         /* Idempotency-Key; empty: none */
	bool credential;        /* path or body hold what lets somebody in (net.h); a bearer and a header Authorization say so by themselves */
	bool repeatable;        /* a POST that does no harm twice */
	bool any_answer;        /* what a 2xx says does not matter. Else one that is neither empty nor JSON is a doubt: UNKNOWN */
	int redirects;          /* followed at most; 0 … 3 */
	size_t answer_max;      /* 0: 8 MiB */
	bool upgrade;           /* a stream: asks for a WebSocket (net.h), whose bytes go to `take`; then status 101 is what is expected */
	bool (*take)(void *subject, struct str piece);
	void *subject;
	i64 timeout;            /* 0: as long as net.h waits */
	const struct net_header *headers; /* more of them */
	size_t header_count;

	struct net_answer answer;
	json_t *document;       /* NULL when it is no JSON; freed with the arena */
};

#define EXCHANGE_HEADERS_MAX 10 /* of `headers` */

enum err exchange_ask(struct cx *cx, struct net *net, struct exchange *exchange);
void exchange_outcome(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* DONE, but what was taken has no id that could be read: a doubt. Reads a text, or a number, at `name` of the document. */
void exchange_take_id(struct cx *cx, const struct exchange *exchange, const char *name, struct sent *ret_sent);
/* For reading: any other status is an error that says what to do: 401 and 403 ERR_DENIED, 404 and 410 ERR_MISSING, 420, 429 and 503
 * ERR_LIMIT with cx->wait, else ERR_REMOTE. */
enum err exchange_expect(struct cx *cx, const struct exchange *exchange, int status);
/* The same where it must be JSON: ERR_REMOTE when it is none. */
enum err exchange_expect_json(struct cx *cx, const struct exchange *exchange, int status);
/* For verify(): DONE for a 2xx with JSON; else outcome, story and retry_at are set as they are for all. False unless DONE. */
bool exchange_verified(struct cx *cx, const struct exchange *exchange, struct verified *ret_verified);
/* For look(): what exchange_outcome() says, where nothing is sent: DONE, HOLD, or LATER. */
void exchange_looked(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);

/* For what publish() reads before it acts: a doubt is none there, nothing was done yet: LATER. True when it is DONE, with JSON. */
bool exchange_read_first(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);

/* A member of an object as text (a number as its digits), in the arena; empty when it is neither. */
struct str exchange_text(struct cx *cx, const json_t *object, const char *name);

struct str exchange_setting(const struct channel_account *account, const char *name);
struct str exchange_secret(struct cx *cx, const struct channel_account *account, const char *name); /* a member of the secret's JSON; arena */

/* Hand back a renewed secret (channel.h). OK where nobody keeps it. */
enum err exchange_renew(struct cx *cx, const struct channel_account *account, struct str secret);

/* A part of a form: a field, or a file when it has a file_name. */
struct exchange_part {
	const char *name;
	struct str file_name, type, value;
};
/* The body and type of a multipart/form-data (RFC 7578). The parts of one act are the same bytes at each attempt. */
void exchange_form(struct cx *cx, struct exchange *exchange, const struct exchange_part *parts, size_t count);

/* How long a file of so many bytes may take to leave: longer than a question, and with all that goes before and after it shorter than the outbox's lease: two minutes at the most. */
i64 exchange_upload_time(size_t bytes);

/* The texts of an array (of texts), in the arena; their number. */
size_t exchange_texts(struct cx *cx, const json_t *array, const struct str **ret_texts);
/* Released with the arena. */
void exchange_keep(struct cx *cx, json_t *json);
/* A cursor that is a JSON object, to be read and written; an empty one where it is none: reading starts anew. Released with the arena. The members
 * that are wanted are put in where they are missing, or something else. */
json_t *exchange_state(struct cx *cx, struct str cursor);
void exchange_state_list(json_t *state, const char *name);
void exchange_state_map(json_t *state, const char *name);
/* Releases verified.known with the arena. */
void exchange_known(struct cx *cx, const struct verified *verified);
