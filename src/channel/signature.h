/* signature.h: are deliveries signed by who they say, and of now? As Standard Webhooks has it (sys/signing.h); networks with forms of their
 * own use what they need of it. */
#pragma once
#include "channel/channel.h"

#define SIGNATURE_AGE (5 * MINUTE) /* older, or further ahead, is refused */

/* A header of a delivery, without case; empty when it is not there. */
struct str delivery_header(const struct delivery *delivery, const char *name);

/* A value of the query of its path, as it was meant (%41 is A); empty when it is not there. Arena. */
struct str delivery_query(struct cx *cx, struct str path, const char *name);

/* Is it signed with one of the secrets (a line each), and of now? False: *ret_story says for people what is wrong. Without a
 * secret nothing is signed. */
bool signature_check(struct cx *cx, struct str secrets, const struct delivery *delivery, struct str *ret_story);
/* Is `seconds`, a text, within SIGNATURE_AGE of cx->now? */
bool signature_of_now(const struct cx *cx, struct str seconds);
