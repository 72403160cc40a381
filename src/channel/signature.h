/* signature.h: deliveries signed as Standard Webhooks (https://www.standardwebhooks.com, as of 2026-11-21): `webhook-id`,
 * `webhook-timestamp` (seconds) and `webhook-signature`, a list of "v1," and HMAC-SHA256 of "id.timestamp.body" in base64; the secret is
 * "whsec_" and base64, or any other text, whose bytes are then the key. Networks with forms of their own use what they need of it. */
#pragma once
#include "channel/channel.h"

#define SIGNATURE_AGE (5 * MINUTE) /* older, or further ahead, is refused */

/* A header of a delivery, without case; empty when it is not there. */
struct str delivery_header(const struct delivery *delivery, const char *name);

/* The value of webhook-signature; arena. */
struct str signature_make(struct cx *cx, struct str secret, struct str id, struct str stamp, struct str body);
/* Is it signed with the secret, and of now? False: *ret_story says for people what is wrong. An empty secret signs nothing. */
bool signature_check(struct cx *cx, struct str secret, const struct delivery *delivery, struct str *ret_story);
/* Is `seconds`, a text, within SIGNATURE_AGE of cx->now? */
bool signature_of_now(const struct cx *cx, struct str seconds);
