#include "sys/totp.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* ---- base32 ---- */

static const char base32_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void buf_add_base32(struct buf *b, struct str bytes)
{
	u32 bits = 0;
	int have = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (u8)bytes.at[i];
		for (have += 8; have >= 5; have -= 5)
			buf_addc(b, base32_letters[bits >> (have - 5) & 31]);
	}
	if (have)
		buf_addc(b, base32_letters[bits << (5 - have) & 31]);
}

bool base32_read(struct str text, struct buf *b)
{
	size_t before = b->len;
	u32 bits = 0;
	int have = 0;
	bool padding = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		const char *at = c ? strchr(base32_letters, c) : NULL;
		if (c == ' ')
			continue;
		padding = padding || c == '=';
		if (padding ? c != '=' : !at) {
			b->len = before;
			return false;
		}
		if (padding)
			continue;
		bits = bits << 5 | (u32)(at - base32_letters);
		have += 5;
		if (have >= 8) {
			have -= 8;
			buf_addc(b, (char)(bits >> have & 0xff));
		}
	}
	return true;
}

/* ---- codes ---- */

void totp_secret_new(u8 ret_secret[TOTP_SECRET_BYTES])
{
	random_bytes(ret_secret, TOTP_SECRET_BYTES);
}

u32 totp_code(struct str secret, i64 step)
{
	u8 counter[8], digest[20];
	for (int i = 0; i < 8; i++)
		counter[i] = (u8)((u64)step >> (56 - 8 * i));
	/* libsodium leaves SHA-1 out, rightly; GLib, which comes with GMime, has the HMAC that authenticators speak. */
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)secret.at, secret.len);
	g_hmac_update(hmac, counter, sizeof counter);
	gsize len = sizeof digest;
	g_hmac_get_digest(hmac, digest, &len);
	g_hmac_unref(hmac);
	must(len == sizeof digest);
	const u8 *at = digest + (digest[19] & 15); /* RFC 4226, 5.3 */
	u32 code = (u32)(at[0] & 0x7f) << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
	wipe(digest, sizeof digest);
	return code % 1000000;
}

bool totp_check(struct str secret, struct str typed, i64 now, i64 last_step, i64 *ret_step)
{
	char digits[6];
	size_t count = 0;
	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.at[i];
		if (c == ' ')
			continue;
		if (c < '0' || c > '9' || count == sizeof digits)
			return false;
		digits[count++] = c;
	}
	if (count != sizeof digits)
		return false;
	i64 step = now / TOTP_STEP, found = 0;
	for (i64 at = step - 1; at <= step + 1; at++) { /* all three, whichever matches: the same time for each */
		char wanted[7];
		snprintf(wanted, sizeof wanted, "%06u", totp_code(secret, at) % 1000000u);
		if (str_eq_secret((struct str){digits, 6}, (struct str){wanted, 6}) && at > last_step)
			found = at;
	}
	if (!found)
		return false;
	*ret_step = found;
	return true;
}

void buf_add_otpauth(struct buf *b, struct str issuer, struct str account, struct str secret)
{
	buf_adds(b, "otpauth://totp/");
	buf_add_url(b, issuer);
	buf_addc(b, ':');
	buf_add_url(b, account);
	buf_adds(b, "?secret=");
	buf_add_base32(b, secret);
	buf_adds(b, "&issuer=");
	buf_add_url(b, issuer);
}

/* ---- recovery codes ---- */

/* Crockford's base32: no i, l, o, u. */
static const char code_letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

void recovery_code_new(char ret_code[RECOVERY_CODE_LEN + 1])
{
	for (int i = 0; i < RECOVERY_CODE_LEN; i++)
		ret_code[i] = i == RECOVERY_CODE_LEN / 2 ? '-' : code_letters[random_below(32)];
	ret_code[RECOVERY_CODE_LEN] = '\0';
}

struct hash recovery_code_hash(const struct key *key, i64 person, struct str code)
{
	struct hasher hasher;
	hasher_start(&hasher, key);
	char number[24];
	snprintf(number, sizeof number, "%lld:", (long long)person);
	hasher_add(&hasher, str_of(number));
	for (size_t i = 0; i < code.len; i++) {
		char c = code.at[i];
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c == ' ' || c == '-')
			continue;
		c = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
		hasher_add(&hasher, (struct str){&c, 1});
	}
	return hasher_end(&hasher);
}
