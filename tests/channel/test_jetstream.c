/* A stream that plays back from where it was left: what its server no longer keeps is told, and a stream on which little is said is none. */
#include "test.h"

#include "replay.h"

#include "channel/channel.h"
#include "sys/net.h"

static json_t *frame(i64 at)
{
	return json_pack("{s:s, s:I, s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}}", "did", "did:plc:jane", "time_us", (json_int_t)at, "kind", "commit", "commit", "operation", "create", "collection",
			 "app.bsky.feed.post", "rkey", arena_printf(replay.arena, "3k%lld", (long long)at).at, "record", "text", "Bread", "createdAt", "2026-11-21T12:00:00Z");
}

/* The server is asked from `cursor` on and sends events of these instants; 0: none. */
static json_t *asked(i64 cursor, i64 one, i64 other)
{
	json_t *frames = json_array();
	if (one)
		json_array_append_new(frames, frame(one));
	if (other)
		json_array_append_new(frames, frame(other));
	return json_pack("{s:{s:s, s:s}, s:{s:i, s:o}}", "request", "method", "GET", "path",
			 arena_printf(replay.arena, "/subscribe?wantedCollections=app.bsky.feed.post&cursor=%lld", (long long)cursor).at, "answer", "status", 101, "frames", frames);
}

static int taken;

static enum err take(struct cx *cx, void *subject, const struct inbound *inbound)
{
	taken++;
	return OK;
}

/* Read from `cursor` on; the exchanges are given away. */
static enum err read_on(i64 cursor, json_t *exchanges, struct channel_hole *ret_hole, i64 *ret_now)
{
	struct cx cx = cx_new(replay.arena);
	struct net_settings settings = {.allow = S("127.0.0.1"), .patience = 5 * SECOND};
	struct net *net;
	struct str next;
	bool more;
	replay_load(exchanges, NULL, 0);
	replay.wrong[0] = '\0';
	assert_ok(&cx, net_open(&cx, &settings, &net));
	json_t *fields = json_pack("{s:s}", "url", replay.base);
	struct channel_account account = {.id = 1, .name = S("Stream"), .settings = fields, .hole = ret_hole};
	*ret_hole = (struct channel_hole){};
	*ret_now = cx.now;
	taken = 0;
	enum err e = channel_kind_of(S("jetstream"))->fetch(&cx, net, &account, arena_printf(replay.arena, "%lld", (long long)cursor), take, NULL, &next, &more);
	replay_load(NULL, NULL, 0);
	net_close(net);
	if (replay.wrong[0])
		fail_msg("%s", replay.wrong);
	json_decref(fields);
	json_decref(exchanges);
	return e;
}

static void test_holes(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct channel_hole hole;
	i64 now = time_now(), left = now - 4 * DAY, oldest = now - 3 * DAY;
	replay.arena = arena;
	/* Four days away from a server that keeps three. */
	assert_int_equal(read_on(left, json_pack("[o, o]", asked(left, oldest + 5, now - HOUR), asked(1, oldest, oldest + 5)), &hole, &now), OK);
	assert_true(hole.from == left && hole.until == oldest && taken == 2);
	/* Pruned between the two: no later than what came. */
	assert_int_equal(read_on(left, json_pack("[o, o]", asked(left, oldest, 0), asked(1, oldest + 9, 0)), &hole, &now), OK);
	assert_true(hole.from == left && hole.until == oldest && taken == 1);
	/* It still has what was there before: nobody said anything meanwhile. */
	assert_int_equal(read_on(left, json_pack("[o, o]", asked(left, oldest, 0), asked(1, left - DAY, 0)), &hole, &now), OK);
	assert_true(hole.until == 0 && taken == 1);
	/* Soon after: nothing to ask. */
	assert_int_equal(read_on(left, json_pack("[o]", asked(left, left + MINUTE, 0)), &hole, &now), OK);
	assert_true(hole.until == 0 && taken == 1);
}

/* Whether something is lost cannot be asked now: what was read is read again, so that it will be told. */
static void test_not_asked(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct channel_hole hole;
	i64 now = time_now(), left = now - 4 * DAY;
	replay.arena = arena;
	json_t *away = json_pack("{s:{s:s, s:s}, s:{s:i}}", "request", "method", "GET", "path", "/subscribe?wantedCollections=app.bsky.feed.post&cursor=1", "answer", "status", 503);
	assert_int_equal(read_on(left, json_pack("[o, o]", asked(left, now - DAY, 0), away), &hole, &now), ERR_LIMIT);
	assert_true(hole.until == 0);
}

static int setup(void **state)
{
	replay_start();
	return 0;
}

static int teardown(void **state)
{
	rude_stop(&replay.rude);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_not_asked),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
