/* crypto.h: the wall to libsodium: random bytes, tokens, hashes, webhook signatures, passwords, and sealed secrets. Second
 * factors are in totp.h, the key files of an installation in keys.h.
 *
 * What must stay true: no algorithm is made here, only chosen; whatever is kept in the database is either a hash of a secret
 * or sealed; secrets are compared in constant time; a sealed text opens only with its key and in the place (`context`) it
 * was sealed for. Nothing here owns memory but what it puts in the caller's arena. All of it is thread-safe. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

/* ---- random ---- */

void random_bytes(void *at, size_t len);  /* from the kernel, fit for keys */
u64 random_below(u64 bound);              /* 0 … bound-1, each as likely; bound > 0 */

/* 32 random bytes as base64url: what stands in cookies, links and API keys. Only its hash is kept. */
#define TOKEN_LEN 43
void token_new(char ret_token[TOKEN_LEN + 1]); /* NUL-terminated */
bool token_shaped(struct str text);            /* could this be one: right length, right letters */

/* ---- hashes ---- */

#define HASH_BYTES 32
struct hash {
	u8 at[HASH_BYTES];
};
struct key { /* 32 secret bytes; wipe() it when its time is over */
	u8 at[32];
};

/* BLAKE2b-256: for tokens, evidence chains, content addresses. */
struct hash hash_of(struct str bytes);
struct hash hash_keyed(const struct key *key, struct str bytes); /* a MAC: nobody without the key can make it */
struct str hash_str(const struct hash *hash); /* its 32 raw bytes, borrowed */
struct str hash_text(struct arena *arena, struct str bytes); /* those of hash_of() */
bool hash_eq(const struct hash *a, const struct hash *b); /* in constant time */

/* The same over pieces:  struct hasher h; hasher_start(&h, NULL); hasher_add(&h, …); struct hash x = hasher_end(&h); */
struct hasher {
	alignas(64) u8 state[384];
};
void hasher_start(struct hasher *hasher, const struct key *key); /* key may be NULL */
void hasher_add(struct hasher *hasher, struct str bytes);
struct hash hasher_end(struct hasher *hasher);

/* SHA-256 and HMAC-SHA256, because others speak them: webhook signatures (lower-case hex), PKCE. `key` of any length. */
struct hash sha256_of(struct str bytes);
struct hash hmac_sha256(struct str key, struct str message);
bool hmac_sha256_is(struct str key, struct str message, struct str hex); /* hex in either case; constant time */

/* ---- base64 (RFC 4648) ---- */

enum base64 { BASE64, BASE64_URL /* '-' and '_', no padding */ };
void buf_add_base64(struct buf *b, struct str bytes, enum base64 variant);
/* Strict: false on any other letter or a broken end; the buf is untouched then. BASE64_URL takes no padding. */
bool base64_read(struct str text, enum base64 variant, struct buf *b);

/* ---- passwords: Argon2id, 32 MiB, 3 passes ---- */

#define PASSWORD_MIN 12   /* characters; checked where a password is chosen */
#define PASSWORD_MAX 1024 /* bytes; longer ones are refused, never cut */

/* ret_hash (arena) is the whole string to keep, parameters and salt included. ERR_BAD_INPUT on field "password" when it is too
 * long. Takes some 30 ms and 32 MiB; at most four run at once, the others wait, so that many sign-ins cannot eat the machine. */
enum err password_hash(struct cx *cx, struct str password, struct str *ret_hash);
/* An empty or unreadable hash is false, after the same work: an unknown account answers as slowly as a known one. */
bool password_verify(struct str hash, struct str password);
void password_verify_nobody(struct str password); /* the same work, for an account that does not exist */
bool password_needs_rehash(struct str hash);      /* made with other parameters: hash it anew at the next right sign-in */

/* ---- sealed secrets ---- */

/* With a key: XChaCha20-Poly1305. Sealed = version byte 1, nonce 24, encrypted text, tag 16. `context` says where the secret
 * belongs ("person:123:totp"); it is not kept, and opening with another one fails, so that rows cannot be swapped. */
#define SEAL_OVERHEAD (1 + 24 + 16)
struct str seal(struct arena *arena, const struct key *key, struct str context, struct str plain);
/* ret_plain (arena). ERR_SYSTEM, with what to do, when the key is another one, the context differs or it was damaged. */
enum err seal_open(struct cx *cx, const struct key *key, struct str context, struct str sealed, struct str *ret_plain);

/* To a public key (X25519, crypto_box_seal): the listening role seals a channel's credential, only the working role opens it.
 * Sealed = version byte 2, crypto_box_seal of (16 bytes of the context's hash, the text). */
struct public_key {
	u8 at[32];
};
struct key_pair {
	struct public_key public;
	struct key secret;
};
void key_new(struct key *ret_key);
void key_pair_new(struct key_pair *ret_pair);
void key_pair_of(const struct key *secret, struct key_pair *ret_pair); /* the public half follows from the secret one */
struct str seal_to(struct arena *arena, const struct public_key *to, struct str context, struct str plain);
enum err seal_to_open(struct cx *cx, const struct key_pair *pair, struct str context, struct str sealed, struct str *ret_plain);

/* A key for one purpose from a master key: another `purpose` gives an unrelated key, the same one the same. */
void key_derive(const struct key *master, struct str purpose, struct key *ret_key);

void wipe(void *at, size_t len); /* zeroes that the compiler may not leave out */
#define wipe_object(pointer) wipe((pointer), sizeof(*(pointer)))
