/* signing.h: Standard Webhooks (https://www.standardwebhooks.com, version 1.0.0 as of 2026-11-21), symmetric form: what is sent carries
 * `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, a list of "v1," and HMAC-SHA256 of "id.timestamp.body" in base64. The one
 * place for it: what the desk sends (flow/hook, the channel of applications) and what it is brought are signed here.
 *
 * A secret is "whsec_" and base64, or any other text, whose bytes are then the key. While one is being changed there are several, a line
 * each: what is sent is signed with each, what is brought with any of them. A secret without a key signs nothing, and nothing is
 * signed with it. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

#define SIGNING_PREFIX "whsec_"

/* The bytes of a secret, put behind what `key` holds; wipe them. False: it has none. */
bool signing_key(struct str secret, struct buf *key);
/* The value of webhook-signature: an entry for each secret; empty when none has a key. Arena. */
struct str signing_make(struct arena *arena, struct str secrets, struct str id, struct str stamp, struct str body);
/* Is one entry of the list that of one of the secrets? In constant time for each pair. */
bool signing_holds(struct arena *arena, struct str secrets, struct str id, struct str stamp, struct str body, struct str list);
/* A new secret: 32 bytes by chance. Arena. */
struct str signing_secret_new(struct arena *arena);
