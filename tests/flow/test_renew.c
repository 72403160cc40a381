/* Renewing credentials: a network that changes its refresh token with each use, and takes none twice; workers that meet, answers that
 * get lost, a process that dies half way. */
#include "test.h"

#include "base/cx.h"
#include "channel/channel.h"

static enum err fake_renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed);
static enum err fake_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more);
static const struct channel_field fake_fields[] = {{"token", "Token", NULL, FIELD_SECRET, true}, {}};
#define FAKE_MORE .renew = fake_renew, .fetch = fake_fetch, .fetch_every = MINUTE, .fields = fake_fields,
#define FAKE_CAN_MORE CAN_FETCH
#include "desk.h"

#include "flow/channels.h"
#include "flow/fetch.h"
#include "flow/renew.h"
#include "store/channel_gate.h"

#define LIFE HOUR

/* The network: one token is alive, one refresh token is good, once. */
static struct {
	int generation;       /* of both: {"refresh": "r3", "access": "a3"} */
	i64 until;
	int renewals, refused, fetched;
	enum outcome answer;  /* what it says to the next renewals */
	bool answer_lost;     /* it renews, and the answer does not come */
	bool revoked;         /* the person took it back */
	struct test_desk *meanwhile; /* another worker's turn while it is asked */
	i64 meanwhile_count;
} network;

static struct str credential(struct cx *cx, int generation)
{
	return arena_printf(cx->arena, "{\"access\":\"a%d\",\"refresh\":\"r%d\"}", generation, generation);
}

static enum err fake_renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed)
{
	network.renewals++;
	if (network.meanwhile) {
		struct test_desk *d = network.meanwhile;
		network.meanwhile = NULL;
		assert_ok(cx, renew_turn(cx, d->db, &d->outbox, &network.meanwhile_count));
	}
	if (network.answer != OUTCOME_DONE) {
		*ret_renewed = (struct renewed){.outcome = network.answer, .story = S("The network says so.")};
		return OK;
	}
	if (network.revoked || !str_eq(account->secret, credential(cx, network.generation))) {
		network.refused++;
		*ret_renewed = (struct renewed){.outcome = OUTCOME_HOLD, .story = S("This was used before.")};
		return OK;
	}
	network.generation++;
	network.until = time_now() + LIFE;
	if (network.answer_lost)
		*ret_renewed = (struct renewed){.outcome = OUTCOME_UNKNOWN, .story = S("No answer came.")};
	else
		*ret_renewed = (struct renewed){.outcome = OUTCOME_DONE, .secret = credential(cx, network.generation), .token_until = network.until};
	return OK;
}

static bool alive(struct cx *cx, const struct channel_account *account)
{
	return !network.revoked && network.until > time_now() && str_eq(account->secret, credential(cx, network.generation));
}

static enum err fake_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more)
{
	*ret_more = false;
	if (!alive(cx, account))
		return fail(cx, ERR_DENIED, "The token is dead.");
	network.fetched++;
	return OK;
}

/* ---- the desk ---- */

static enum err open_secret(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret)
{
	must(str_starts(sealed, S("sealed:")));
	*ret_secret = str_skip(sealed, 7);
	return OK;
}

static enum err seal_secret(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed)
{
	*ret_sealed = arena_printf(cx->arena, "sealed:%.*s", STR_ARG(secret));
	return OK;
}

static struct channel channel_now(struct test_desk *d)
{
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	return c;
}

static struct test_desk desk(void **state)
{
	struct test_desk d = desk_open(state);
	memset(&network, 0, sizeof network);
	d.outbox.open_secret = open_secret;
	d.outbox.seal_secret = seal_secret;
	time_set(d.cx->now);
	network.generation = 1;
	network.until = d.cx->now + LIFE;
	struct channel c = channel_now(&d);
	assert_ok(d.cx, seal_secret(d.cx, NULL, c.id, credential(d.cx, 1), &c.secret));
	c.renew_due_at = d.cx->now;
	assert_ok(d.cx, channel_set_secret(d.cx, d.db, &c));
	return d;
}

static void at(struct test_desk *d, i64 now)
{
	time_set(now);
	d->cx->now = now;
}

static i64 turn(struct test_desk *d)
{
	i64 count;
	assert_ok(d->cx, renew_turn(d->cx, d->db, &d->outbox, &count));
	return count;
}

static void assert_generation(struct test_desk *d, int generation)
{
	struct channel c = channel_now(d);
	struct str plain;
	assert_ok(d->cx, open_secret(d->cx, NULL, c.id, c.secret, &plain));
	assert_true(str_eq(plain, credential(d->cx, generation)));
}

static struct channel_last renewal_now(struct test_desk *d)
{
	struct channel_last *acts;
	size_t count;
	assert_ok(d->cx, channel_acts(d->cx, d->db, d->workspace, d->channel, &acts, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(acts[i].act, S("renew")))
			return acts[i];
	return (struct channel_last){};
}

static void read_once(struct test_desk *d)
{
	struct channel c = channel_now(d);
	i64 count;
	c.fetch_due_at = d->cx->now;
	c.state = S("ok");
	bool ours;
	assert_ok(d->cx, channel_fetched(d->cx, d->db, &c, false, &ours));
	assert_true(ours);
	assert_ok(d->cx, fetch_turn(d->cx, d->db, &d->outbox, &count));
}

/* Ahead of its end, with chance in it, and exactly once. Lessons, row 12: renewing is not a reaction to a refusal. */
static void test_ahead(void **state)
{
	struct test_desk d = desk(state);
	i64 start = d.cx->now;
	assert_int_equal(turn(&d), 1);
	struct channel c = channel_now(&d);
	assert_generation(&d, 2);
	assert_true(c.renewed_at == start && c.token_until == start + LIFE && !c.renew_started_at);
	assert_true(c.renew_due_at >= start + LIFE / 2 && c.renew_due_at < start + LIFE * 3 / 4);
	assert_int_equal(turn(&d), 0);
	for (int i = 0; i < 50; i++) { /* two days */
		at(&d, channel_now(&d).renew_due_at);
		assert_int_equal(turn(&d), 1);
		read_once(&d);
	}
	assert_true(network.generation == 52 && network.refused == 0 && network.fetched == 50);
	assert_true(renew_next(5, 0, 7) == 0);
	time_set(0);
}

/* While one renews, another worker leaves it alone and goes on with what there is. */
static void test_together(void **state)
{
	struct test_desk d = desk(state), other = d;
	network.meanwhile = &other;
	network.meanwhile_count = -1;
	assert_int_equal(turn(&d), 1);
	assert_true(network.meanwhile_count == 0 && network.renewals == 1 && network.refused == 0);
	assert_generation(&d, 2);
	/* One that opened the credential before finds the newer one when it is denied. */
	struct channel old = channel_now(&d);
	bool again;
	at(&d, channel_now(&d).renew_due_at);
	turn(&d);
	assert_ok(d.cx, renew_again(d.cx, d.db, &d.outbox, &old, &again));
	assert_true(again && str_eq(old.secret, S("sealed:{\"access\":\"a3\",\"refresh\":\"r3\"}")) && network.renewals == 2);
	/* and one that holds the newest does not ask for another at once: it is something else that is denied */
	assert_ok(d.cx, renew_again(d.cx, d.db, &d.outbox, &old, &again));
	assert_true(!again && network.renewals == 2);
	time_set(0);
}

/* A failure is told while the old token still works; it is tried often enough before the end. */
static void test_failing(void **state)
{
	struct test_desk d = desk(state);
	turn(&d);
	i64 end = channel_now(&d).token_until;
	network.answer = OUTCOME_LATER;
	at(&d, channel_now(&d).renew_due_at);
	i64 first = d.cx->now;
	turn(&d);
	assert_true(renewal_now(&d).failed_at == first && renewal_now(&d).story.len);
	read_once(&d);
	assert_str(channel_now(&d).state, "ok");
	int tries = 0;
	for (; channel_now(&d).renew_due_at < end && tries < 1000; tries++) {
		at(&d, channel_now(&d).renew_due_at);
		turn(&d);
	}
	assert_in_range(tries, 4, 60);
	network.answer = OUTCOME_DONE;
	at(&d, channel_now(&d).renew_due_at);
	turn(&d);
	assert_generation(&d, 3);
	assert_true(renewal_now(&d).done_at == d.cx->now);
	/* refused for good: the channel works until its token ends, then it is broken, with the reason */
	network.revoked = false;
	network.answer = OUTCOME_HOLD;
	at(&d, channel_now(&d).renew_due_at);
	turn(&d);
	read_once(&d);
	assert_str(channel_now(&d).state, "ok");
	at(&d, channel_now(&d).token_until + 7 * HOUR);
	turn(&d);
	assert_str(channel_now(&d).state, "broken");
	assert_str(channel_now(&d).state_story, "The network says so.");
	time_set(0);
}

/* A dead token is renewed where an act is denied, whatever status the network chose, and the act is done at once. Lessons, row 12. */
static void test_denied(void **state)
{
	struct test_desk d = desk(state);
	turn(&d);
	at(&d, d.cx->now + 2 * MINUTE);
	network.until = d.cx->now; /* it died early */
	read_once(&d);
	assert_true(network.fetched == 1 && network.renewals == 2);
	assert_str(channel_now(&d).state, "ok");
	network.revoked = true;
	at(&d, d.cx->now + 2 * MINUTE);
	read_once(&d);
	assert_str(channel_now(&d).state, "broken");
	assert_int_equal(network.renewals, 3);
	read_once(&d); /* it is not asked for at each act */
	assert_int_equal(network.renewals, 3);
	time_set(0);
}

/* Killed between the network's answer and the disk: told, not passed over. */
static void test_crash(void **state)
{
	struct test_desk d = desk(state);
	bool ours;
	turn(&d);
	at(&d, channel_now(&d).renew_due_at);
	struct channel c = channel_now(&d);
	assert_ok(d.cx, channel_renew_start(d.cx, d.db, &c, d.cx->now - RENEW_LEASE, &ours));
	assert_true(ours);
	network.generation++; /* and here it dies */
	assert_int_equal(turn(&d), 0); /* the lease holds */
	at(&d, d.cx->now + RENEW_LEASE + SECOND);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(network.refused, 1);
	assert_true(str_find(renewal_now(&d).story, S("broke off half way")) >= 0);
	assert_str(channel_now(&d).state, "ok"); /* its token is alive, for what we know */
	/* nothing is lost where it dies before the network was asked */
	network.generation--;
	at(&d, channel_now(&d).renew_due_at);
	c = channel_now(&d);
	assert_ok(d.cx, channel_renew_start(d.cx, d.db, &c, d.cx->now - RENEW_LEASE, &ours));
	at(&d, d.cx->now + RENEW_LEASE + SECOND);
	turn(&d);
	assert_generation(&d, 3);
	/* its answer gets lost: told too */
	at(&d, channel_now(&d).renew_due_at);
	network.answer_lost = true;
	turn(&d);
	assert_true(str_find(renewal_now(&d).story, S("No answer came")) >= 0 && !channel_now(&d).renew_started_at);
	time_set(0);
}

/* What a person gives is not overwritten by a renewal of the one before, and saving without a secret keeps the one that was renewed.
 * Lessons, row 9: each reconnect overwrote the stored refresh token with an empty one. */
static void test_reconnect(void **state)
{
	struct test_desk d = desk(state);
	turn(&d);
	assert_generation(&d, 2);
	i64 id;
	const struct str names[] = {{"token", 5}}, empty[] = {{"", 0}};
	struct channel_wish wish = {.id = d.channel, .name = S("Fake"), .names = names, .values = empty, .count = 1};
	assert_ok(d.cx, channels_save(d.cx, d.db, d.workspace, &wish, &id));
	assert_generation(&d, 2);
	struct channel c = channel_now(&d);
	assert_true(c.token_until == d.cx->now + LIFE && c.renewed_at);
	/* a pause that read the row before the renewal writes no secret back */
	at(&d, c.renew_due_at);
	turn(&d);
	c.state = S("paused");
	assert_ok(d.cx, channel_update(d.cx, d.db, &c));
	assert_generation(&d, 3);
	/* given anew while the old one is being renewed */
	bool ours;
	c = channel_now(&d);
	assert_ok(d.cx, channel_renew_start(d.cx, d.db, &c, d.cx->now, &ours));
	assert_true(ours);
	i64 started = d.cx->now;
	c.secret = S("sealed:new");
	assert_ok(d.cx, channel_set_secret(d.cx, d.db, &c));
	c.secret = S("sealed:of the old one");
	c.renew_started_at = started;
	assert_ok(d.cx, channel_renewed(d.cx, d.db, &c, &ours));
	assert_true(!ours);
	assert_str(channel_now(&d).secret, "sealed:new");
	assert_ok(d.cx, channels_archive(d.cx, d.db, d.workspace, d.channel));
	assert_true(!channel_now(&d).secret.len && !channel_now(&d).renew_due_at);
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_ahead), DATABASE_TEST(test_together), DATABASE_TEST(test_failing),
						  DATABASE_TEST(test_denied), DATABASE_TEST(test_crash), DATABASE_TEST(test_reconnect)};
	return on_both_engines(tests);
}
