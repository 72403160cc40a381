/* hook.h: telling a machine of alarms: a workspace names an address, and Parvis posts there what began and what ended, signed as Standard
 * Webhooks (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature` over "id.timestamp.body" by
 * HMAC-SHA256 with the shared secret.
 *
 * What must stay true: what is to be told is written down in the transaction of the alarm, before anything leaves; whatever is killed when,
 * it is told, and always under the same id, by which the other side knows it from before; the secret is sealed to the working role and shown
 * once, to whom it was made for. Only the public internet is reached (sys/net.h), unless the operator allows more. */
#pragma once
#include "store/alarm.h"
#include "store/hook.h"
#include "sys/crypto.h"

struct net;

#define HOOK_ATTEMPTS_MAX 10 /* over some three days */

struct hook_wish {
	struct str url;
	struct str secret;   /* "whsec_…"; empty: the one there is, or a new one */
	bool new_secret;     /* a new one in any case */
	bool is_off;
};
/* *ret_secret: the one that was made, to be shown once; empty when it was given, or stays. Needs MAY_ARRANGE. ERR_BAD_INPUT on "url", "secret". */
enum err hook_set(struct cx *cx, struct db *db, i64 workspace, const struct hook_wish *wish, const struct public_key *work, struct str *ret_secret);
enum err hook_forget(struct cx *cx, struct db *db, i64 workspace); /* it is told nothing any more, nor of what waits */
enum err hook_test(struct cx *cx, struct db *db, i64 workspace, struct str public_url, i64 *ret_call);

/* In the caller's transaction; nothing happens where nobody wants to be told. `event`: "alarm.began", "alarm.ended". */
enum err hook_intend(struct cx *cx, struct db *db, const struct alarm *alarm, const char *event, struct str public_url);

/* The working role: what calls are made with. */
struct hook_door {
	struct net *net;
	const struct key_pair *work;
};
/* *ret_done: how many calls were made; *ret_wake: when the next is due, or 0. */
enum err hook_turn(struct cx *cx, struct db *db, const struct hook_door *door, i64 *ret_done, i64 *ret_wake);
