/* The sealed secrets of crypto.h: with a key, and to a public key. */
#include "sys/crypto.h"

#include <sodium.h>
#include <string.h>

enum { VERSION_KEY = 1, VERSION_PUBLIC = 2 };
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define CONTEXT_MARK 16

static_assert(SEAL_OVERHEAD == 1 + NONCE + TAG, "as the header says");

static const u8 *bytes_of(struct str s)
{
	return s.at ? (const u8 *)s.at : (const u8 *)"";
}

static enum err cannot_open(struct cx *cx)
{
	return fail(cx, ERR_SYSTEM,
		    "A secret kept here cannot be opened with the keys of this installation. If the data was restored or moved, "
		    "bring back the folder “keys” of the same backup; else enter the secret anew.");
}

struct str seal(struct arena *arena, const struct key *key, struct str context, struct str plain)
{
	must(plain.len < SIZE_MAX / 2);
	size_t len = SEAL_OVERHEAD + plain.len;
	u8 *at = arena_alloc(arena, len);
	at[0] = VERSION_KEY;
	randombytes_buf(at + 1, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(at + 1 + NONCE, NULL, bytes_of(plain), plain.len, bytes_of(context), context.len, NULL,
						   at + 1, key->at);
	return (struct str){(char *)at, len};
}

enum err seal_open(struct cx *cx, const struct key *key, struct str context, struct str sealed, struct str *ret_plain)
{
	const u8 *at = bytes_of(sealed);
	if (sealed.len < SEAL_OVERHEAD || at[0] != VERSION_KEY)
		return cannot_open(cx);
	size_t len = sealed.len - SEAL_OVERHEAD;
	u8 *plain = arena_alloc(cx->arena, len + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, at + 1 + NONCE, sealed.len - 1 - NONCE, bytes_of(context),
						       context.len, at + 1, key->at) != 0)
		return cannot_open(cx);
	*ret_plain = (struct str){(char *)plain, len};
	return OK;
}

void key_new(struct key *ret_key)
{
	randombytes_buf(ret_key->at, sizeof ret_key->at);
}

void key_pair_new(struct key_pair *ret_pair)
{
	crypto_box_keypair(ret_pair->public.at, ret_pair->secret.at);
}

void key_pair_of(const struct key *secret, struct key_pair *ret_pair)
{
	ret_pair->secret = *secret;
	must(crypto_scalarmult_base(ret_pair->public.at, secret->at) == 0);
}

static void mark_context(struct str context, u8 ret_mark[CONTEXT_MARK])
{
	crypto_generichash(ret_mark, CONTEXT_MARK, bytes_of(context), context.len, NULL, 0);
}

struct str seal_to(struct arena *arena, const struct public_key *to, struct str context, struct str plain)
{
	must(plain.len < SIZE_MAX / 2);
	size_t inner = CONTEXT_MARK + plain.len, len = 1 + crypto_box_SEALBYTES + inner;
	u8 *at = arena_alloc(arena, len), *clear = arena_alloc(arena, inner);
	mark_context(context, clear);
	memcpy(clear + CONTEXT_MARK, bytes_of(plain), plain.len);
	at[0] = VERSION_PUBLIC;
	must(crypto_box_seal(at + 1, clear, inner, to->at) == 0);
	wipe(clear, inner);
	return (struct str){(char *)at, len};
}

enum err seal_to_open(struct cx *cx, const struct key_pair *pair, struct str context, struct str sealed, struct str *ret_plain)
{
	const u8 *at = bytes_of(sealed);
	if (sealed.len < 1 + crypto_box_SEALBYTES + CONTEXT_MARK || at[0] != VERSION_PUBLIC)
		return cannot_open(cx);
	size_t inner = sealed.len - 1 - crypto_box_SEALBYTES;
	u8 *clear = arena_alloc(cx->arena, inner + 1), mark[CONTEXT_MARK];
	if (crypto_box_seal_open(clear, at + 1, sealed.len - 1, pair->public.at, pair->secret.at) != 0)
		return cannot_open(cx);
	mark_context(context, mark);
	if (sodium_memcmp(mark, clear, CONTEXT_MARK) != 0) {
		wipe(clear, inner);
		return cannot_open(cx);
	}
	*ret_plain = (struct str){(char *)clear + CONTEXT_MARK, inner - CONTEXT_MARK};
	return OK;
}

void key_derive(const struct key *master, struct str purpose, struct key *ret_key)
{
	must(purpose.len > 0);
	/* Keyed BLAKE2b over a text that no other use of the master key hashes. */
	struct hasher hasher;
	hasher_start(&hasher, master);
	hasher_add(&hasher, S("parvis key for "));
	hasher_add(&hasher, purpose);
	struct hash hash = hasher_end(&hasher);
	memcpy(ret_key->at, hash.at, sizeof ret_key->at);
	wipe_object(&hash);
}
