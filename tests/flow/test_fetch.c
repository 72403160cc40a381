/* Channels that are read by several: each by one at a time, what was read stays read, and a person who changes one meanwhile is minded. */
#include "test.h"

#include "base/cx.h"
#include "channel/channel.h"

static enum err fake_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more);
#define FAKE_MORE .fetch = fake_fetch, .fetch_every = MINUTE,
#define FAKE_CAN_MORE CAN_FETCH
#include "desk.h"

#include "flow/channels.h"
#include "flow/fetch.h"
#include "flow/gap.h"

static struct {
	struct test_desk *desk;
	int pages;           /* there are as many */
	int broken;          /* this one is not answered */
	int paused_at;       /* while this one is on its way, a person pauses the channel */
	int refused_at;      /* while this one is, the account is looked at, and a person must act */
	int asked;
	struct channel_hole lost; /* what a stream tells that it no longer has */
	int holes;           /* so many in a hundred messages are not shown while they are new */
} network;

static i64 network_began;

/* Page N holds message N; the cursor is N. */
static enum err fake_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more)
{
	i64 page = 0;
	network.asked++;
	if (account->hole && network.lost.until)
		*account->hole = network.lost;
	if (cursor.len)
		str_to_i64(cursor, &page);
	if (++page == network.broken)
		return fail(cx, ERR_REMOTE, "not now");
	if (page == network.paused_at) {
		struct channel c;
		TRY(channel_get(cx, network.desk->db, network.desk->workspace, network.desk->channel, &c));
		c.state = S("paused");
		TRY(channel_update(cx, network.desk->db, &c));
	}
	if (page == network.refused_at) {
		struct channel c;
		TRY(channel_get(cx, network.desk->db, network.desk->workspace, network.desk->channel, &c));
		c.state = S("broken");
		c.state_story = S("A right is missing.");
		TRY(channel_verified(cx, network.desk->db, &c));
	}
	*ret_more = page < network.pages;
	if (page > network.pages) {
		*ret_cursor = cursor;
		return OK;
	}
	*ret_cursor = arena_printf(cx->arena, "%lld", (long long)page);
	i64 said = network.holes ? network_began + page * 10 * MINUTE : cx->now;
	if (network.holes && cx->now < said + HOUR && ((u64)page * 2654435761u >> 7) % 100 < (u64)network.holes)
		return OK;
	struct inbound message = {.kind = KIND_COMMENT, .remote_id = *ret_cursor, .thread_id = S("t"), .author_id = S("a"), .author_name = S("Ana"), .body = *ret_cursor, .at = said};
	return take(cx, subject, &message);
}

static struct channel channel_now(struct test_desk *d)
{
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	return c;
}

static struct test_desk desk(void **state, int pages)
{
	struct test_desk d = desk_open(state);
	struct channel c;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.fetch_due_at = d.cx->now;
	assert_ok(d.cx, channel_update(d.cx, d.db, &c));
	memset(&network, 0, sizeof network);
	network.pages = pages;
	return d;
}

static i64 messages(struct test_desk *d)
{
	return desk_number(d, "SELECT COUNT(*) FROM message WHERE channel_id = ?1", d->channel);
}

static void test_leased(void **state)
{
	struct test_desk d = desk(state, 2);
	struct channel *mine, *theirs;
	size_t count;
	i64 fresh;
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &mine, &count));
	assert_true(count == 1 && mine[0].lease_at == d.cx->now);
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &theirs, &count));
	assert_int_equal(count, 0);
	assert_ok(d.cx, fetch_channel(d.cx, d.db, &d.outbox, &mine[0], &fresh));
	assert_int_equal(fresh, 2);
	struct channel c = channel_now(&d);
	assert_true(c.lease_at == 0 && c.fetch_due_at == d.cx->now + MINUTE);
	assert_str(c.cursor, "2");

	/* Whoever had it died: the lease ends by itself, and what the other one still brings home is not kept. */
	d.cx->now += MINUTE;
	network.pages = 4;
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &mine, &count));
	assert_int_equal(count, 1);
	d.cx->now += FETCH_LEASE;
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &theirs, &count));
	assert_int_equal(count, 0);
	d.cx->now += SECOND;
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &theirs, &count));
	assert_int_equal(count, 1);
	assert_ok(d.cx, fetch_channel(d.cx, d.db, &d.outbox, &mine[0], &fresh));
	assert_int_equal(messages(&d), 2);
	assert_str(channel_now(&d).state, "ok");
	assert_ok(d.cx, fetch_channel(d.cx, d.db, &d.outbox, &theirs[0], &fresh));
	assert_int_equal(messages(&d), 4);
}

/* Who presses “Read now” while it is being read does not throw away what is read: it is read once more behind it. */
static void test_wanted(void **state)
{
	struct test_desk d = desk(state, 2);
	struct channel *mine, *none;
	size_t count;
	i64 fresh, lease = d.cx->now;
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &mine, &count));
	d.cx->now += SECOND;
	assert_ok(d.cx, channels_read_now(d.cx, d.db, d.workspace, d.channel));
	assert_true(channel_now(&d).lease_at == lease);
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &none, &count));
	assert_int_equal(count, 0);
	assert_ok(d.cx, fetch_channel(d.cx, d.db, &d.outbox, &mine[0], &fresh));
	assert_int_equal(fresh, 2);
	struct channel c = channel_now(&d);
	assert_true(c.lease_at == 0 && c.fetch_due_at == d.cx->now);
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_true(channel_now(&d).fetch_due_at == d.cx->now + MINUTE);
}

static void test_all_at_once(void **state)
{
	struct test_desk d = desk(state, 30);
	i64 fresh;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(fresh, 20); /* so that others are not starved */
	struct channel c = channel_now(&d);
	assert_true(c.lease_at == 0 && c.fetch_due_at == d.cx->now);
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(messages(&d), 30);
	assert_int_equal(network.asked, 30);
}

/* A page that always fails does not bring those before it back each time. */
static void test_broken_page(void **state)
{
	struct test_desk d = desk(state, 5);
	i64 fresh;
	network.broken = 4;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(messages(&d), 3);
	struct channel c = channel_now(&d);
	assert_str(c.cursor, "3");
	assert_str(c.state, "failing");
	assert_true(c.lease_at == 0 && c.fetched_at == d.cx->now && c.fetch_due_at > d.cx->now);
	d.cx->now = c.fetch_due_at;
	network.broken = 0;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(messages(&d), 5);
	assert_str(channel_now(&d).state, "ok");
	assert_int_equal(network.asked, 6);
}

static void test_paused_meanwhile(void **state)
{
	struct test_desk d = desk(state, 3);
	i64 fresh;
	network.desk = &d;
	network.paused_at = 2;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	struct channel c = channel_now(&d);
	assert_str(c.state, "paused"); /* and not overruled by a success or a failure that came later */
	assert_str(c.cursor, "1");
	assert_int_equal(messages(&d), 1);
	network.paused_at = 0;
	c.state = S("ok");
	c.fetch_due_at = d.cx->now;
	assert_ok(d.cx, channel_update(d.cx, d.db, &c));
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(messages(&d), 3); /* nothing was lost */
}

/* What a line tells while the channel is being read is not lost with the reading; and where one stands, nobody asks in haste. */
static void test_told_meanwhile(void **state)
{
	struct test_desk d = desk(state, 1);
	struct channel *mine;
	size_t count;
	i64 fresh, told_at, until = d.cx->now + HOUR;
	bool ours;
	assert_ok(d.cx, channel_watch(d.cx, d.db, d.workspace, d.channel, 0, until, &ours));
	assert_true(ours);
	assert_ok(d.cx, channel_watch(d.cx, d.db, d.workspace, d.channel, 0, until, &ours));
	assert_false(ours); /* one worker alone */
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_true(channel_now(&d).fetch_due_at == d.cx->now + 5 * MINUTE);

	d.cx->now += SECOND;
	network.pages = 2;
	assert_ok(d.cx, channel_rang(d.cx, d.db, d.workspace, d.channel));
	assert_ok(d.cx, fetch_claim(d.cx, d.db, 10, &mine, &count));
	assert_int_equal(count, 1);
	told_at = d.cx->now += SECOND;
	assert_ok(d.cx, channel_rang(d.cx, d.db, d.workspace, d.channel)); /* while it is read */
	assert_ok(d.cx, fetch_channel(d.cx, d.db, &d.outbox, &mine[0], &fresh));
	assert_int_equal(fresh, 1);
	assert_true(channel_now(&d).fetch_due_at == told_at);
	d.cx->now += SECOND;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_true(channel_now(&d).fetch_due_at == d.cx->now + 5 * MINUTE);
	assert_ok(d.cx, channel_watch(d.cx, d.db, d.workspace, d.channel, until, 0, &ours));
	assert_true(ours);
}

/* Whatever share of what is said a network shows an hour late, or reading misses: in the end each message is there, once, and the desk knows how many
 * it had missed. */
static void look_for_holes(void **state, int share)
{
	struct test_desk d = desk(state, 0);
	i64 fresh, done, start = d.cx->now;
	struct channel_window w;
	network.holes = share;
	network_began = start;
	for (int minutes = 1; minutes <= 36 * 60; minutes += 7) {
		d.cx->now = start + minutes * MINUTE;
		network.pages = minutes < 24 * 60 ? minutes / 10 : 24 * 6;
		assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
		assert_ok(d.cx, gap_turn(d.cx, d.db, &d.outbox, &done));
	}
	assert_int_equal(messages(&d), network.pages);
	assert_ok(d.cx, channel_window_get(d.cx, d.db, d.workspace, d.channel, &w));
	assert_true(w.complete_until > d.cx->now - 10 * MINUTE && w.checked_at > d.cx->now - 2 * HOUR);
	assert_true(share ? w.recovered > 0 : w.recovered == 0);
	assert_true(share < 100 || w.recovered > network.pages / 2);
	assert_true(desk_number(&d, "SELECT COUNT(*) FROM channel_mark WHERE channel_id = ?1", d.channel) <= 50);
	assert_str(channel_now(&d).cursor, "144"); /* and reading itself went on where it was */
}

static void test_no_holes(void **state)
{
	look_for_holes(state, 0);
}

static void test_holes(void **state)
{
	look_for_holes(state, 20);
}

static void test_nothing_but_holes(void **state)
{
	look_for_holes(state, 100);
}

static struct channel_window window_now(struct test_desk *d)
{
	struct channel_window w;
	assert_ok(d->cx, channel_window_get(d->cx, d->db, d->workspace, d->channel, &w));
	return w;
}

/* What a stream no longer had is lost from where the channel was complete; a moment on a quiet one is no hole; what fails tells none. */
static void test_lost(void **state)
{
	struct test_desk d = desk(state, 3);
	i64 fresh, begun = d.cx->now;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	struct channel_window w = window_now(&d);
	assert_true(w.complete_from == begun && w.complete_until == begun && !w.hole_from);
	network.pages = 5;
	d.cx->now += 3 * DAY;
	network.lost = (struct channel_hole){begun - HOUR, d.cx->now - DAY};
	network.broken = 4;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(window_now(&d).hole_from, 0);
	network.broken = 0;
	d.cx->now += HOUR;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	w = window_now(&d);
	assert_true(w.hole_from == begun && w.complete_from == network.lost.until && w.complete_until == d.cx->now);
	network.pages = 6;
	network.lost = (struct channel_hole){begun, d.cx->now + MINUTE};
	d.cx->now += HOUR;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_true(window_now(&d).hole_from == begun && window_now(&d).complete_until == d.cx->now);
}

/* What looking at the account found is not covered by a reading that was under way: a person has to act, and is told. */
static void test_refused_meanwhile(void **state)
{
	struct test_desk d = desk(state, 2);
	i64 fresh;
	network.desk = &d;
	network.refused_at = 1;
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_str(channel_now(&d).state, "broken");
	assert_str(channel_now(&d).state_story, "A right is missing.");
	assert_ok(d.cx, fetch_turn(d.cx, d.db, &d.outbox, &fresh));
	assert_int_equal(network.asked, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_leased),
		DATABASE_TEST(test_wanted),
		DATABASE_TEST(test_all_at_once),
		DATABASE_TEST(test_broken_page),
		DATABASE_TEST(test_paused_meanwhile),
		DATABASE_TEST(test_refused_meanwhile),
		DATABASE_TEST(test_told_meanwhile),
		DATABASE_TEST(test_lost),
		DATABASE_TEST(test_no_holes),
		DATABASE_TEST(test_holes),
		DATABASE_TEST(test_nothing_but_holes),
	};
	return on_both_engines(tests);
}
