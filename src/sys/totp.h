/* totp.h: second factors: time-based codes (RFC 6238: HMAC-SHA-1, six digits, steps of 30 seconds, as every authenticator
 * application does), base32 for their secrets, and recovery codes for the day the telephone is lost.
 *
 * What must stay true: a code serves once, because the step it matched is kept and only later ones are accepted; a recovery
 * code is known to the program by its keyed hash alone. Nothing is allocated but in the caller's buf. */
#pragma once
#include "sys/crypto.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_STEP (30 * (i64)1000000)

void totp_secret_new(u8 ret_secret[TOTP_SECRET_BYTES]);
/* The code of a step (instant / TOTP_STEP), 0 … 999999. */
u32 totp_code(struct str secret, i64 step);
/* Is `typed` (spaces inside are skipped) the code of now, of the step before or of the one after, and later than `last_step`
 * (0 the first time)? Then *ret_step is the step to keep. */
bool totp_check(struct str secret, struct str typed, i64 now, i64 last_step, i64 *ret_step);

/* RFC 4648, upper case, no padding; reading takes either case, spaces and padding. */
void buf_add_base32(struct buf *b, struct str bytes);
bool base32_read(struct str text, struct buf *b); /* false on another letter; the buf is untouched then */

/* "otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…": what the QR code holds. */
void buf_add_otpauth(struct buf *b, struct str issuer, struct str account, struct str secret);

/* "k7m2x-9qp4d": 50 random bits, without letters that look alike. */
#define RECOVERY_CODE_LEN 11
void recovery_code_new(char ret_code[RECOVERY_CODE_LEN + 1]);
/* What is kept and compared: typed case, spaces and dashes do not matter, o reads as 0, i and l as 1. */
struct hash recovery_code_hash(const struct key *key, i64 person, struct str code);
