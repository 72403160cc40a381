/* hmac.h: HMAC by the hashes that others sign with, SHA-1 among them, which libsodium leaves out (GLib has them). What is signed by us is
 * signed with crypto.h. Nothing is kept; thread-safe. */
#pragma once
#include "base/str.h"

enum hmac_hash { HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512 };
/* "sha1", "sha256" … without case; false for any other. */
bool hmac_hash_of(struct str word, enum hmac_hash *ret_hash);
/* Is `hex` (either case) the HMAC of the message? In constant time. */
bool hmac_is(enum hmac_hash hash, struct str key, struct str message, struct str hex);
