/* refusal.h: for networks whose statuses say less than the words of their refusals: a connector reads these by a table of its own, and what comes of
 * it is put over what exchange.h makes of the status, the same way for sending, looking, reading and verifying. */
#pragma once
#include "channel/exchange.h"

struct refusal {
	enum outcome outcome; /* LATER, NEVER, HOLD */
	const char *story;    /* a msgid */
	i64 retry_at;         /* of LATER; 0: not said */
};
/* Is it a refusal that the network words, and which? Only asked of answers of 400 and more. */
typedef bool refusal_reader(struct cx *cx, const struct exchange *exchange, struct refusal *ret_refusal);

void refusal_outcome(struct cx *cx, const struct exchange *exchange, refusal_reader *read, struct sent *ret_sent);    /* exchange_outcome() */
bool refusal_read_first(struct cx *cx, const struct exchange *exchange, refusal_reader *read, struct sent *ret_sent); /* exchange_read_first() */
/* exchange_looked(): NEVER is of what was looked at, and says nothing of what is looked for. */
void refusal_looked(struct cx *cx, const struct exchange *exchange, refusal_reader *read, struct sent *ret_sent);
bool refusal_verified(struct cx *cx, const struct exchange *exchange, refusal_reader *read, struct verified *ret_verified); /* exchange_verified() */
enum err refusal_expect(struct cx *cx, const struct exchange *exchange, refusal_reader *read); /* exchange_expect_json() of 200 */
