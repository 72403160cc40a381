#include "sys/hmac.h"

#include "base/buf.h"
#include "sys/crypto.h"

#include <glib.h>

static const struct {
	const char *word;
	GChecksumType type;
} hashes[] = {
	[HMAC_SHA1] = {"sha1", G_CHECKSUM_SHA1},
	[HMAC_SHA256] = {"sha256", G_CHECKSUM_SHA256},
	[HMAC_SHA384] = {"sha384", G_CHECKSUM_SHA384},
	[HMAC_SHA512] = {"sha512", G_CHECKSUM_SHA512},
};

bool hmac_hash_of(struct str word, enum hmac_hash *ret_hash)
{
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (str_eq_fold(word, str_of(hashes[i].word))) {
			*ret_hash = (enum hmac_hash)i;
			return true;
		}
	return false;
}

bool hmac_is(enum hmac_hash hash, struct str key, struct str message, struct str hex)
{
	CLEANUP(buf_free) struct buf lower = {};
	for (size_t i = 0; i < hex.len; i++)
		buf_addc(&lower, hex.at[i] >= 'A' && hex.at[i] <= 'F' ? (char)(hex.at[i] + 32) : hex.at[i]);
	GHmac *hmac = g_hmac_new(hashes[hash].type, (const guchar *)(key.at ? key.at : ""), key.len);
	if (message.len)
		g_hmac_update(hmac, (const guchar *)message.at, (gssize)message.len);
	bool is = str_eq_secret(str_of(g_hmac_get_string(hmac)), buf_str(&lower));
	g_hmac_unref(hmac);
	return is;
}
