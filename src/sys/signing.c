#include "sys/signing.h"

#include "sys/crypto.h"

#define SECRET_BYTES 32
#define ENTRIES_MAX 20 /* of a list, and secrets: nobody has more */

bool signing_key(struct str secret, struct buf *key)
{
	size_t before = key->len;
	if (!str_starts(secret, S(SIGNING_PREFIX)) || !base64_read(str_skip(secret, S(SIGNING_PREFIX).len), BASE64, key))
		buf_add(key, secret);
	return key->len > before;
}

/* The next word of a list; empty: there is none. */
static struct str next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t len = 0;
	while (len < rest->len && (unsigned char)rest->at[len] > ' ')
		len++;
	struct str word = str_head(*rest, len);
	*rest = str_skip(*rest, len);
	return word;
}

static struct str entry_of(struct arena *arena, struct str secret, struct str id, struct str stamp, struct str body)
{
	CLEANUP(buf_free) struct buf key = {}, message = {}, entry = {};
	bool has_key = signing_key(secret, &key);
	if (has_key) {
		buf_add(&message, id);
		buf_addc(&message, '.');
		buf_add(&message, stamp);
		buf_addc(&message, '.');
		buf_add(&message, body);
		struct hash mac = hmac_sha256(buf_str(&key), buf_str(&message));
		wipe(key.at, key.len);
		buf_adds(&entry, "v1,");
		buf_add_base64(&entry, hash_str(&mac), BASE64);
	}
	return buf_keep(&entry, arena);
}

struct str signing_make(struct arena *arena, struct str secrets, struct str id, struct str stamp, struct str body)
{
	CLEANUP(buf_free) struct buf list = {};
	struct str secret;
	for (int i = 0; i < ENTRIES_MAX && secrets.len; i++) {
		secret = str_trim(str_line(&secrets));
		struct str entry = entry_of(arena, secret, id, stamp, body);
		if (entry.len && list.len)
			buf_addc(&list, ' ');
		buf_add(&list, entry);
	}
	return buf_keep(&list, arena);
}

bool signing_holds(struct arena *arena, struct str secrets, struct str id, struct str stamp, struct str body, struct str list)
{
	struct str wanted = signing_make(arena, secrets, id, stamp, body), right;
	bool holds = false;
	for (int i = 0; i < ENTRIES_MAX && (right = next_word(&wanted)).len; i++) {
		struct str rest = list, given;
		for (int k = 0; k < ENTRIES_MAX && (given = next_word(&rest)).len; k++)
			holds |= str_eq_secret(given, right);
	}
	return holds;
}

struct str signing_secret_new(struct arena *arena)
{
	u8 bytes[SECRET_BYTES];
	CLEANUP(buf_free) struct buf b = {};
	random_bytes(bytes, sizeof bytes);
	buf_adds(&b, SIGNING_PREFIX);
	buf_add_base64(&b, (struct str){(const char *)bytes, sizeof bytes}, BASE64);
	wipe_object(&bytes);
	return buf_keep(&b, arena);
}
