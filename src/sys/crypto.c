#include "sys/crypto.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(crypto_generichash_state) <= sizeof((struct hasher *)0)->state, "struct hasher holds libsodium's state");
static_assert(HASH_BYTES == crypto_generichash_BYTES && sizeof(struct key) == crypto_generichash_KEYBYTES &&
		      sizeof(struct key) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && sizeof(struct key) == crypto_box_SECRETKEYBYTES,
	      "one size of key serves all");

/* Before main(), so that nobody can forget it; it is a no-op the second time. */
__attribute__((constructor)) static void start(void)
{
	must(sodium_init() >= 0);
}

static const u8 *bytes_of(struct str s)
{
	return s.at ? (const u8 *)s.at : (const u8 *)"";
}

void wipe(void *at, size_t len)
{
	sodium_memzero(at, len);
}

/* ---- random ---- */

void random_bytes(void *at, size_t len)
{
	randombytes_buf(at, len);
}

u64 random_below(u64 bound)
{
	must(bound > 0);
	u64 value, reject = (0 - bound) % bound; /* 2^64 mod bound: below it some remainders would come once more often */
	do
		randombytes_buf(&value, sizeof value);
	while (value < reject);
	return value % bound;
}

void token_new(char ret_token[TOKEN_LEN + 1])
{
	u8 bytes[32];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(ret_token, TOKEN_LEN + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	wipe(bytes, sizeof bytes);
}

bool token_shaped(struct str text)
{
	u8 bytes[32];
	size_t len;
	const char *end;
	return text.len == TOKEN_LEN &&
	       sodium_base642bin(bytes, sizeof bytes, text.at, text.len, NULL, &len, &end,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       len == sizeof bytes && end == text.at + text.len;
}

/* ---- hashes ---- */

struct hash hash_of(struct str bytes)
{
	struct hash hash;
	crypto_generichash(hash.at, sizeof hash.at, bytes_of(bytes), bytes.len, NULL, 0);
	return hash;
}

struct hash hash_keyed(const struct key *key, struct str bytes)
{
	struct hash hash;
	crypto_generichash(hash.at, sizeof hash.at, bytes_of(bytes), bytes.len, key->at, sizeof key->at);
	return hash;
}

struct str hash_str(const struct hash *hash)
{
	return (struct str){(const char *)hash->at, sizeof hash->at};
}

struct str hash_text(struct arena *arena, struct str bytes)
{
	struct hash hash = hash_of(bytes);
	return arena_str(arena, hash_str(&hash));
}

bool hash_eq(const struct hash *a, const struct hash *b)
{
	return sodium_memcmp(a->at, b->at, sizeof a->at) == 0;
}

static crypto_generichash_state *state_of(struct hasher *hasher)
{
	return (crypto_generichash_state *)(void *)hasher->state;
}

void hasher_start(struct hasher *hasher, const struct key *key)
{
	crypto_generichash_init(state_of(hasher), key ? key->at : NULL, key ? sizeof key->at : 0, HASH_BYTES);
}

void hasher_add(struct hasher *hasher, struct str bytes)
{
	crypto_generichash_update(state_of(hasher), bytes_of(bytes), bytes.len);
}

struct hash hasher_end(struct hasher *hasher)
{
	struct hash hash;
	must(crypto_generichash_final(state_of(hasher), hash.at, sizeof hash.at) == 0); /* fails when ended twice */
	wipe_object(hasher);
	return hash;
}

struct hash sha256_of(struct str bytes)
{
	struct hash hash;
	crypto_hash_sha256(hash.at, bytes_of(bytes), bytes.len);
	return hash;
}

struct hash hmac_sha256(struct str key, struct str message)
{
	struct hash hash;
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
	crypto_auth_hmacsha256_update(&state, bytes_of(message), message.len);
	crypto_auth_hmacsha256_final(&state, hash.at);
	wipe_object(&state);
	return hash;
}

bool hmac_sha256_is(struct str key, struct str message, struct str hex)
{
	struct hash wanted = hmac_sha256(key, message), given;
	size_t len;
	if (hex.len != 2 * sizeof given.at ||
	    sodium_hex2bin(given.at, sizeof given.at, hex.at, hex.len, NULL, &len, NULL) != 0 || len != sizeof given.at)
		return false;
	return hash_eq(&wanted, &given);
}

/* ---- base64 ---- */

static int variant_of(enum base64 variant)
{
	return variant == BASE64_URL ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL;
}

void buf_add_base64(struct buf *b, struct str bytes, enum base64 variant)
{
	if (bytes.len > SIZE_MAX / 2) {
		b->broken = true;
		return;
	}
	size_t room = sodium_base64_encoded_len(bytes.len, variant_of(variant)); /* with a NUL, for which a buf has room */
	char *at = buf_room(b, room);
	if (!at)
		return;
	sodium_bin2base64(at, room, bytes_of(bytes), bytes.len, variant_of(variant));
	buf_grew(b, strlen(at));
}

bool base64_read(struct str text, enum base64 variant, struct buf *b)
{
	if (!text.len)
		return true;
	size_t len;
	const char *end;
	char *at = buf_room(b, text.len);
	if (!at || sodium_base642bin((u8 *)at, text.len, text.at, text.len, NULL, &len, &end, variant_of(variant)) != 0 ||
	    end != text.at + text.len)
		return false;
	buf_grew(b, len);
	return true;
}

/* ---- passwords ---- */

/* OWASP's Password Storage Cheat Sheet asks at least for 19 MiB and 2 passes; this is more of both, and still lets a small
 * machine sign people in. */
#define PASSWORD_MEMORY ((size_t)32 << 20)
#define PASSWORD_PASSES 3
#define PASSWORDS_AT_ONCE 4

static pthread_mutex_t password_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t password_done = PTHREAD_COND_INITIALIZER;
static int passwords_running;

static void password_enter(void)
{
	pthread_mutex_lock(&password_lock);
	while (passwords_running == PASSWORDS_AT_ONCE)
		pthread_cond_wait(&password_done, &password_lock);
	passwords_running++;
	pthread_mutex_unlock(&password_lock);
}

static void password_leave(void)
{
	pthread_mutex_lock(&password_lock);
	passwords_running--;
	pthread_cond_signal(&password_done);
	pthread_mutex_unlock(&password_lock);
}

enum err password_hash(struct cx *cx, struct str password, struct str *ret_hash)
{
	if (password.len > PASSWORD_MAX)
		return fail_field(cx, "password", "This password is too long: %d bytes are the most.", PASSWORD_MAX);
	char hash[crypto_pwhash_argon2id_STRBYTES] = {};
	password_enter();
	int failed = crypto_pwhash_argon2id_str(hash, password.at ? password.at : "", password.len, PASSWORD_PASSES, PASSWORD_MEMORY);
	password_leave();
	if (failed)
		return fail(cx, ERR_LATER, "There is not enough memory to protect a password just now. Please try again in a moment.");
	*ret_hash = arena_str(cx->arena, str_of(hash));
	return OK;
}

/* libsodium wants the string in a field of fixed size, NUL-padded. */
static bool hash_field(struct str hash, char ret_field[crypto_pwhash_argon2id_STRBYTES])
{
	memset(ret_field, 0, crypto_pwhash_argon2id_STRBYTES);
	if (!hash.len || hash.len >= crypto_pwhash_argon2id_STRBYTES)
		return false;
	memcpy(ret_field, hash.at, hash.len);
	return crypto_pwhash_argon2id_str_needs_rehash(ret_field, PASSWORD_PASSES, PASSWORD_MEMORY) >= 0;
}

bool password_verify(struct str hash, struct str password)
{
	char field[crypto_pwhash_argon2id_STRBYTES];
	if (password.len > PASSWORD_MAX)
		return false;
	if (!hash_field(hash, field)) {
		password_verify_nobody(password);
		return false;
	}
	password_enter();
	bool right = crypto_pwhash_argon2id_str_verify(field, password.at ? password.at : "", password.len) == 0;
	password_leave();
	return right;
}

void password_verify_nobody(struct str password)
{
	static const u8 salt[crypto_pwhash_argon2id_SALTBYTES];
	u8 out[32];
	if (password.len > PASSWORD_MAX)
		return;
	password_enter();
	int failed = crypto_pwhash_argon2id(out, sizeof out, password.at ? password.at : "", password.len, salt, PASSWORD_PASSES,
					    PASSWORD_MEMORY, crypto_pwhash_argon2id_ALG_ARGON2ID13);
	password_leave();
	(void)failed; /* out of memory: the real work would have been as short */
	wipe(out, sizeof out);
}

bool password_needs_rehash(struct str hash)
{
	char field[crypto_pwhash_argon2id_STRBYTES];
	return !hash_field(hash, field) || crypto_pwhash_argon2id_str_needs_rehash(field, PASSWORD_PASSES, PASSWORD_MEMORY) != 0;
}
