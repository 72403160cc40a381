/* A secret that a call hands back renewed: it is what the next call gets, sealed where it is kept; and a person who set another one
 * meanwhile is not overruled. */
#include "desk.h"

#include "channel/exchange.h"
#include "flow/credential.h"
#include "sys/crypto.h"

static struct key_pair pair;

static enum err open_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	return seal_to_open(cx, &pair, arena_printf(cx->arena, "channel:%lld", (long long)channel), sealed, ret_secret);
}

static enum err seal_secret(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed)
{
	*ret_sealed = seal_to(cx->arena, &pair.public, arena_printf(cx->arena, "channel:%lld", (long long)channel), secret);
	return OK;
}

static struct channel channel_now(struct test_desk *d)
{
	struct channel channel;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &channel));
	return channel;
}

static struct test_desk desk_with_secret(void **state)
{
	struct test_desk d = desk_open(state);
	struct channel channel = channel_now(&d);
	key_pair_new(&pair);
	d.outbox.open_secret = open_secret;
	d.outbox.seal_secret = seal_secret;
	assert_ok(d.cx, seal_secret(d.cx, NULL, channel.id, S("first"), &channel.secret));
	assert_ok(d.cx, channel_set_secret(d.cx, d.db, &channel));
	return d;
}

static void test_renewed_secret_is_kept(void **state)
{
	struct test_desk d = desk_with_secret(state);
	struct channel channel = channel_now(&d);
	struct credential c, next;
	assert_ok(d.cx, credential_open(d.cx, d.db, &d.outbox, &channel, &c));
	assert_true(str_eq(c.account.secret, S("first")));
	assert_ok(d.cx, exchange_renew(d.cx, &c.account, S("second")));
	assert_true(str_eq(c.account.secret, S("second")));
	assert_ok(d.cx, exchange_renew(d.cx, &c.account, S("third")));
	channel = channel_now(&d);
	assert_true(str_eq(channel.secret, c.sealed) && str_find(channel.secret, S("third")) < 0);
	assert_ok(d.cx, credential_open(d.cx, d.db, &d.outbox, &channel, &next));
	assert_true(str_eq(next.account.secret, S("third")));
}

static void test_a_person_is_not_overruled(void **state)
{
	struct test_desk d = desk_with_secret(state);
	struct channel channel = channel_now(&d);
	struct credential c, next;
	assert_ok(d.cx, credential_open(d.cx, d.db, &d.outbox, &channel, &c));
	assert_ok(d.cx, seal_secret(d.cx, NULL, channel.id, S("typed"), &channel.secret));
	assert_ok(d.cx, channel_set_secret(d.cx, d.db, &channel));
	assert_ok(d.cx, exchange_renew(d.cx, &c.account, S("late")));
	assert_true(str_eq(c.account.secret, S("late"))); /* of this call */
	channel = channel_now(&d);
	assert_ok(d.cx, credential_open(d.cx, d.db, &d.outbox, &channel, &next));
	assert_true(str_eq(next.account.secret, S("typed")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_renewed_secret_is_kept), DATABASE_TEST(test_a_person_is_not_overruled),
	};
	return on_both_engines(tests);
}
