#include "test.h"

#include "base/clock.h"
#include "sys/signing.h"
#include "sys/totp.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct str hex(struct str bytes)
{
	struct buf *b = buf_in_arena(arena);
	buf_add_hex(b, bytes.at, bytes.len);
	return buf_str(b);
}

static void test_random(void **state)
{
	char a[TOKEN_LEN + 1], b[TOKEN_LEN + 1];
	token_new(a);
	token_new(b);
	assert_int_equal(strlen(a), TOKEN_LEN);
	assert_string_not_equal(a, b);
	assert_true(token_shaped(str_of(a)));
	assert_false(token_shaped(str_head(str_of(a), 42)));
	a[7] = '+';
	assert_false(token_shaped(str_of(a)));
	int seen[6] = {};
	for (int i = 0; i < 6000; i++)
		seen[random_below(6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 800, 1200); /* seven deviations off would be 800 */
	assert_int_equal(random_below(1), 0);
}

static void test_hashes(void **state)
{
	/* RFC 7693 has BLAKE2b-512 only; this is what b2sum -l 256 gives. */
	struct hash h = hash_of(S("abc"));
	assert_str(hex(hash_str(&h)), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	h = hash_of((struct str){});
	assert_str(hex(hash_str(&h)), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	struct hasher hasher;
	hasher_start(&hasher, NULL);
	hasher_add(&hasher, S("a"));
	hasher_add(&hasher, (struct str){});
	hasher_add(&hasher, S("bc"));
	struct hash pieces = hasher_end(&hasher), whole = hash_of(S("abc"));
	assert_true(hash_eq(&pieces, &whole));
	struct key key, other;
	key_new(&key);
	key_new(&other);
	struct hash keyed = hash_keyed(&key, S("abc")), again = hash_keyed(&key, S("abc")), foreign = hash_keyed(&other, S("abc"));
	assert_true(hash_eq(&keyed, &again));
	assert_false(hash_eq(&keyed, &foreign) || hash_eq(&keyed, &whole));
	h = sha256_of(S("abc"));
	assert_str(hex(hash_str(&h)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	/* RFC 4231, test case 2 and 6 (a key longer than a block) */
	h = hmac_sha256(S("Jefe"), S("what do ya want for nothing?"));
	assert_str(hex(hash_str(&h)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	char long_key[131];
	memset(long_key, 0xaa, sizeof long_key);
	struct str key131 = {long_key, sizeof long_key}, message = S("Test Using Larger Than Block-Size Key - Hash Key First");
	assert_true(hmac_sha256_is(key131, message, S("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")));
	assert_true(hmac_sha256_is(key131, message, S("60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54")));
	assert_false(hmac_sha256_is(key131, message, S("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f55")));
	assert_false(hmac_sha256_is(key131, message, S("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f")));
	assert_false(hmac_sha256_is(key131, message, S("zz")));
}

/* Standard Webhooks: the test vector of its specification and reference libraries; a secret that is being changed; secrets without a key. */
static void test_signing(void **state)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct str secret = S("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), id = S("msg_p5jXN8AQM9LWM0D4loKWxJek"), stamp = S("1614265330"), body = S("{\"test\": 2432232314}");
	const struct str right = S("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	assert_str(signing_make(a, secret, id, stamp, body), right.at);
	assert_true(signing_holds(a, secret, id, stamp, body, right));
	assert_true(signing_holds(a, secret, id, stamp, body, S("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,xyz v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")));
	assert_false(signing_holds(a, secret, id, stamp, S("{\"test\": 2432232315}"), right));
	assert_false(signing_holds(a, secret, id, S("1614265331"), body, right));
	assert_false(signing_holds(a, secret, S("msg_other"), stamp, body, right));
	assert_false(signing_holds(a, secret, id, stamp, body, S("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")));
	assert_false(signing_holds(a, secret, id, stamp, body, S("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")));
	assert_false(signing_holds(a, secret, id, stamp, body, (struct str){}));
	/* Two secrets: signed with each, held by either. A secret with spaces is one. */
	struct str both = signing_make(a, S("a secret of words\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), id, stamp, body);
	assert_true(str_ends(both, right) && both.len == 2 * right.len + 1);
	assert_true(signing_holds(a, S("a secret of words"), id, stamp, body, both) && signing_holds(a, secret, id, stamp, body, both));
	assert_false(signing_holds(a, S("a"), id, stamp, body, both) || signing_holds(a, S("words"), id, stamp, body, both));
	/* Nobody has signed with nothing. */
	assert_int_equal(signing_make(a, S("whsec_"), id, stamp, body).len, 0);
	assert_int_equal(signing_make(a, S(" \n "), id, stamp, body).len, 0);
	struct str made = signing_secret_new(a), other = signing_secret_new(a);
	assert_int_equal(made.len, 6 + 44);
	assert_false(str_eq(made, other));
}

static void test_base64(void **state)
{
	static const char *const rows[][3] = { /* RFC 4648, 10 */
		{"", "", ""}, {"f", "Zg==", "Zg"}, {"fo", "Zm8=", "Zm8"}, {"foo", "Zm9v", "Zm9v"}, {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
		{"\xfb\xff\xfe", "+//+", "-__-"},
	};
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int variant = 0; variant < 2; variant++) {
			buf_clear(&b);
			buf_add_base64(&b, str_of(rows[i][0]), variant ? BASE64_URL : BASE64);
			assert_str(buf_str(&b), rows[i][1 + variant]);
			buf_clear(&b);
			assert_true(base64_read(str_of(rows[i][1 + variant]), variant ? BASE64_URL : BASE64, &b));
			assert_str(buf_str(&b), rows[i][0]);
		}
	buf_clear(&b);
	buf_adds(&b, "kept");
	assert_false(base64_read(S("Zg"), BASE64, &b) || base64_read(S("Zg=="), BASE64_URL, &b) || base64_read(S("Z g"), BASE64, &b) ||
		     base64_read(S("Zm9v*"), BASE64, &b) || base64_read(S("Zh=="), BASE64, &b));
	assert_str(buf_str(&b), "kept");
}

/* Processor time of this thread in microseconds: a loaded machine makes the clock on the wall tell nothing. */
static i64 work_done(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (i64)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static void test_password(void **state)
{
	struct str hash, other;
	assert_ok(&cx, password_hash(&cx, S("correct horse battery"), &hash));
	assert_ok(&cx, password_hash(&cx, S("correct horse battery"), &other));
	assert_true(str_starts(hash, S("$argon2id$v=19$m=32768,t=3,p=1$")));
	assert_false(str_eq(hash, other));
	assert_true(password_verify(hash, S("correct horse battery")));
	assert_false(password_verify(hash, S("correct horse batter")));
	assert_false(password_verify(hash, (struct str){}));
	assert_false(password_verify(S(""), S("")));
	assert_false(password_verify(S("$argon2id$rubbish"), S("correct horse battery")));
	assert_false(password_needs_rehash(hash));
	assert_true(password_needs_rehash(S("")));
	/* "password" with 19 MiB and 2 passes still opens, and asks to be made anew */
	struct str weak = S("$argon2id$v=19$m=19456,t=2,p=1$mJCu16L8FQCljDc4xTzbwQ$BFSKFuTWsw1vcC11kah6Gz1vF2FirEY/JZy9Xe6V1JE");
	assert_true(password_needs_rehash(weak) && password_verify(weak, S("password")));
	char *far = arena_alloc(arena, PASSWORD_MAX + 1);
	memset(far, 'x', PASSWORD_MAX + 1);
	assert_err(password_hash(&cx, (struct str){far, PASSWORD_MAX + 1}, &hash), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "password");
	assert_false(password_verify(other, (struct str){far, PASSWORD_MAX + 1}));

	/* An unknown account must not be told by the time: the same work. */
	i64 start = work_done();
	assert_false(password_verify(other, S("no")));
	i64 known = work_done() - start;
	start = work_done();
	assert_false(password_verify(S(""), S("no")));
	i64 unknown = work_done() - start;
	print_message("argon2id: %lld us known, %lld us unknown\n", (long long)known, (long long)unknown);
	assert_true(unknown > known / 4 && unknown < known * 4); /* no work at all would be 1/1000 */
}

static void *verify_in_thread(void *hash)
{
	return (void *)(uintptr_t)password_verify(str_of(hash), S("correct horse battery"));
}

static void test_password_crowd(void **state)
{
	struct str hash;
	assert_ok(&cx, password_hash(&cx, S("correct horse battery"), &hash));
	pthread_t threads[7];
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, verify_in_thread, (void *)(uintptr_t)hash.at), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		void *right;
		pthread_join(threads[i], &right);
		assert_non_null(right);
	}
}

static void test_seal(void **state)
{
	struct key key, other;
	key_new(&key);
	key_new(&other);
	struct str sealed = seal(arena, &key, S("person:1:totp"), S("secret")), again = seal(arena, &key, S("person:1:totp"), S("secret"));
	assert_int_equal(sealed.len, SEAL_OVERHEAD + 6);
	assert_false(str_eq(sealed, again));
	struct str plain = S("untouched");
	assert_ok(&cx, seal_open(&cx, &key, S("person:1:totp"), sealed, &plain));
	assert_str(plain, "secret");
	plain = S("untouched");
	assert_err(seal_open(&cx, &other, S("person:1:totp"), sealed, &plain), ERR_SYSTEM);
	assert_err(seal_open(&cx, &key, S("person:2:totp"), sealed, &plain), ERR_SYSTEM);
	for (size_t i = 0; i < sealed.len; i++) { /* each bit flip and each shorter text is found */
		((char *)(uintptr_t)sealed.at)[i] ^= 1;
		assert_err(seal_open(&cx, &key, S("person:1:totp"), sealed, &plain), ERR_SYSTEM);
		((char *)(uintptr_t)sealed.at)[i] ^= 1;
		assert_err(seal_open(&cx, &key, S("person:1:totp"), str_head(sealed, i), &plain), ERR_SYSTEM);
	}
	assert_str(plain, "untouched");
	assert_ok(&cx, seal_open(&cx, &key, S(""), seal(arena, &key, (struct str){}, (struct str){}), &plain));
	assert_int_equal(plain.len, 0);
}

static void test_seal_to(void **state)
{
	struct key_pair pair, same, other;
	key_pair_new(&pair);
	key_pair_new(&other);
	key_pair_of(&pair.secret, &same);
	assert_memory_equal(&pair, &same, sizeof pair);
	struct str sealed = seal_to(arena, &pair.public, S("channel:5"), S("token")), plain = S("untouched");
	assert_ok(&cx, seal_to_open(&cx, &same, S("channel:5"), sealed, &plain));
	assert_str(plain, "token");
	plain = S("untouched");
	assert_err(seal_to_open(&cx, &other, S("channel:5"), sealed, &plain), ERR_SYSTEM);
	assert_err(seal_to_open(&cx, &pair, S("channel:6"), sealed, &plain), ERR_SYSTEM);
	for (size_t i = 0; i < sealed.len; i++) {
		((char *)(uintptr_t)sealed.at)[i] ^= 1;
		assert_err(seal_to_open(&cx, &pair, S("channel:5"), sealed, &plain), ERR_SYSTEM);
		((char *)(uintptr_t)sealed.at)[i] ^= 1;
		assert_err(seal_to_open(&cx, &pair, S("channel:5"), str_head(sealed, i), &plain), ERR_SYSTEM);
	}
	assert_str(plain, "untouched");
	struct key a, b, c;
	key_derive(&pair.secret, S("csrf"), &a);
	key_derive(&pair.secret, S("csrf"), &b);
	key_derive(&pair.secret, S("flash"), &c);
	assert_memory_equal(&a, &b, sizeof a);
	assert_memory_not_equal(&a, &c, sizeof a);
}

static void test_base32(void **state)
{
	static const char *const rows[][2] = { /* RFC 4648, 10, without the padding */
		{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"},
	};
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&b);
		buf_add_base32(&b, str_of(rows[i][0]));
		assert_str(buf_str(&b), rows[i][1]);
		buf_clear(&b);
		assert_true(base32_read(str_of(rows[i][1]), &b));
		assert_str(buf_str(&b), rows[i][0]);
	}
	buf_clear(&b);
	assert_true(base32_read(S("mzxw 6ytb oi======"), &b));
	assert_str(buf_str(&b), "foobar");
	assert_false(base32_read(S("MZXW1"), &b) || base32_read(S("MY=A"), &b) || base32_read((struct str){"MY\0", 3}, &b));
	assert_str(buf_str(&b), "foobar");
}

static void test_totp(void **state)
{
	/* RFC 6238, appendix B, SHA-1; its codes have eight digits, ours are the last six. */
	static const struct { i64 seconds; u32 code; } rows[] = {
		{59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130},
	};
	struct str secret = S("12345678901234567890");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(totp_code(secret, rows[i].seconds * SECOND / TOTP_STEP), rows[i].code);

	i64 now = 1111111109 * SECOND, step = -1, here = now / TOTP_STEP;
	assert_true(totp_check(secret, S("081804"), now, 0, &step));
	assert_int_equal(step, here);
	assert_true(totp_check(secret, S(" 081 804 "), now + TOTP_STEP, 0, &step));
	assert_true(totp_check(secret, S("081804"), now - TOTP_STEP, 0, &step));
	assert_int_equal(step, here);
	step = -1;
	assert_false(totp_check(secret, S("081804"), now + 2 * TOTP_STEP, 0, &step));
	assert_false(totp_check(secret, S("081804"), now - 2 * TOTP_STEP, 0, &step));
	assert_false(totp_check(secret, S("081804"), now, here, &step)); /* a code serves once */
	assert_false(totp_check(secret, S("081805"), now, 0, &step));
	assert_false(totp_check(secret, S("81804"), now, 0, &step) || totp_check(secret, S("0818040"), now, 0, &step) ||
		     totp_check(secret, S("08180a"), now, 0, &step) || totp_check(secret, S(""), now, 0, &step));
	assert_int_equal(step, -1);

	CLEANUP(buf_free) struct buf b = {};
	buf_add_otpauth(&b, S("Café & Co"), S("a@example.org"), secret);
	assert_str(buf_str(&b), "otpauth://totp/Caf%C3%A9%20%26%20Co:a%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
				"&issuer=Caf%C3%A9%20%26%20Co");
}

static void test_recovery(void **state)
{
	struct key key;
	key_new(&key);
	char code[RECOVERY_CODE_LEN + 1], other[RECOVERY_CODE_LEN + 1];
	recovery_code_new(code);
	recovery_code_new(other);
	assert_string_not_equal(code, other);
	assert_int_equal(code[5], '-');
	struct hash a = recovery_code_hash(&key, 7, S("01k1m-abcde")), b = recovery_code_hash(&key, 7, S(" OIKLM ABCDE")),
		    c = recovery_code_hash(&key, 8, S("01k1m-abcde"));
	assert_true(hash_eq(&a, &b));
	assert_false(hash_eq(&a, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),   cmocka_unit_test(test_hashes),  cmocka_unit_test(test_signing), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_password), cmocka_unit_test(test_password_crowd), cmocka_unit_test(test_seal),
		cmocka_unit_test(test_seal_to),  cmocka_unit_test(test_base32),  cmocka_unit_test(test_totp),
		cmocka_unit_test(test_recovery),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
