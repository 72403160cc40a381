#include "flow/outside.h"

#include "base/clock.h"
#include "base/lang.h"

#define CODE_BYTES 24

static struct hash code_of(struct cx *cx, const struct outside *o, const char *what, i64 id)
{
	return hash_keyed(o->key, arena_printf(cx->arena, "outside:%s:%lld", what, (long long)id));
}

struct str outside_pass(struct cx *cx, const struct outside *o, const char *what, i64 id)
{
	struct hash code = code_of(cx, o, what, id);
	CLEANUP(buf_free) struct buf b = {};
	buf_add_i64(&b, id);
	buf_addc(&b, '-');
	buf_add_hex(&b, code.at, CODE_BYTES);
	return buf_keep(&b, cx->arena);
}

struct str outside_address(struct cx *cx, const struct outside *o, const char *what, i64 id)
{
	return arena_printf(cx->arena, "%.*s/%s/%.*s", STR_ARG(o->public_url), what, STR_ARG(outside_pass(cx, o, what, id)));
}

enum err outside_open(struct cx *cx, const struct outside *o, const char *what, struct str pass, i64 *ret_id)
{
	i64 id = 0;
	struct str rest = pass, number = str_cut(&rest, '-');
	bool shaped = str_to_i64(number, &id) && id > 0 && pass.len <= OUTSIDE_PASS_MAX;
	/* The hashes of both are compared, which takes the same time wherever they differ. */
	struct hash right = hash_of(outside_pass(cx, o, what, id)), given = hash_of(pass);
	if (!shaped || !hash_eq(&right, &given))
		return fail(cx, ERR_MISSING, N_("This address opens nothing. Copy it whole, as you were given it."));
	*ret_id = id;
	return OK;
}

static struct str stamp_code(struct cx *cx, const struct outside *o, const char *what, struct str head)
{
	struct hash code = hash_keyed(o->key, arena_printf(cx->arena, "stamp:%s:%.*s", what, STR_ARG(head)));
	CLEANUP(buf_free) struct buf b = {};
	buf_add_hex(&b, code.at, CODE_BYTES);
	return buf_keep(&b, cx->arena);
}

struct str outside_stamp(struct cx *cx, const struct outside *o, const char *what)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct str head = arena_printf(cx->arena, "%lld.%.22s", (long long)(cx->now / MILLISECOND), token);
	return arena_printf(cx->arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(stamp_code(cx, o, what, head)));
}

bool outside_stamp_read(struct cx *cx, const struct outside *o, const char *what, struct str stamp, i64 *ret_at, struct str *ret_nonce)
{
	i64 at;
	struct str rest = stamp, time = str_cut(&rest, '.'), nonce = str_cut(&rest, '.');
	if (stamp.len > OUTSIDE_STAMP_MAX || nonce.len != 22 || !str_to_i64(time, &at) || at < 0 || at > cx->now / MILLISECOND + 60000)
		return false;
	struct hash right = hash_of(stamp_code(cx, o, what, str_head(stamp, time.len + 1 + nonce.len))), given = hash_of(rest);
	if (!hash_eq(&right, &given))
		return false;
	*ret_at = at * MILLISECOND;
	*ret_nonce = arena_str(cx->arena, nonce);
	return true;
}
