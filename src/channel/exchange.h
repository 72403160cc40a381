/* exchange.h: one request of a connector to its network's JSON interface, and what came of it, classified as all connectors do:
 * 2xx DONE, 429 and 503 LATER (with Retry-After), other 5xx UNKNOWN for what was sent (it may have been done), 401 and 403 HOLD, other
 * 4xx NEVER, not sent LATER, sent without an answer UNKNOWN. */
#pragma once
#include "channel/channel.h"
#include "sys/net.h"

struct exchange {
	const char *method;
	struct str base, path;  /* url = base + path */
	struct str bearer;      /* empty: none */
	struct str body;        /* JSON; at == NULL: none */
	struct str key;         /* Idempotency-Key; empty: none */
	const struct net_header *headers; /* more of them */
	size_t header_count;

	struct net_answer answer;
	json_t *document;       /* NULL when it is no JSON; freed with the arena */
};

enum err exchange_ask(struct cx *cx, struct net *net, struct exchange *exchange);
void exchange_outcome(struct cx *cx, const struct exchange *exchange, struct sent *ret_sent);
/* For reading: any other status is an error that says what to do (401 and 403: ERR_DENIED). */
enum err exchange_expect(struct cx *cx, const struct exchange *exchange, int status);

struct str exchange_setting(const struct channel_account *account, const char *name);
struct str exchange_secret(struct cx *cx, const struct channel_account *account, const char *name); /* a member of the secret's JSON; arena */
