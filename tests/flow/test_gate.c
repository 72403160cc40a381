/* The gate that a channel's requests pass, and the look at its account: a fake connector that asks a real server over sockets. */
#include "test.h"

#include "../sys/rude.h"
#include "base/cx.h"
#include "channel/channel.h"
#include "sys/net.h"

static enum err fake_verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified);
static enum err fake_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more);
static bool fake_call(struct cx *cx, struct net *net, struct sent *ret_sent);
#define FAKE_CALL fake_call
static const struct channel_right fake_rights[] = {{"read", "Read", true}, {"hide", "Hide", false}, {}};
#define FAKE_MORE .verify = fake_verify, .rights = fake_rights, .fetch = fake_fetch, .fetch_every = MINUTE,
#define FAKE_CAN_MORE CAN_FETCH
#include "desk.h"

#include "flow/channels.h"
#include "flow/fetch.h"
#include "flow/gate.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "flow/verify.h"
#include "store/channel_gate.h"

static struct rude server;
static atomic_int status;
static struct net *net;
static struct verified found;
static int fetched;

static void serve(struct rude *rude, int fd)
{
	char text[4096];
	ssize_t got = recv(fd, text, sizeof text, 0);
	if (got <= 0)
		return;
	rude->requests++;
	if (status == 0)
		return; /* broken off */
	snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n", (int)status,
		 status == 429 ? "Retry-After: 600\r\n" : "X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: 50\r\nX-RateLimit-Reset: 60\r\n");
	say(fd, text);
}

static enum err ask(struct cx *cx, struct net *its, struct net_answer *ret_answer)
{
	return net_ask(cx, its, &(struct net_request){.method = "GET", .url = arena_printf(cx->arena, "http://127.0.0.1:%d/", server.port)}, ret_answer);
}

static enum err fake_verify(struct cx *cx, struct net *its, const struct channel_account *account, struct verified *ret_verified)
{
	struct net_answer answer;
	TRY(ask(cx, its, &answer));
	*ret_verified = found;
	return OK;
}

static enum err fake_fetch(struct cx *cx, struct net *its, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			   struct str *ret_cursor, bool *ret_more)
{
	struct net_answer answer;
	fetched++;
	TRY(ask(cx, its, &answer));
	if (answer.trouble == NET_HELD_BACK)
		return fail_wait(cx, (answer.retry_at - cx->now) / SECOND + 1, "%.*s", STR_ARG(answer.story));
	if (answer.outcome != NET_ANSWERED || answer.status != 200)
		return fail(cx, ERR_REMOTE, "it answered %d", answer.status);
	*ret_more = false;
	*ret_cursor = S("here");
	return OK;
}

/* Does the network take a call? */
static bool fake_call(struct cx *cx, struct net *its, struct sent *ret_sent)
{
	struct net_answer answer;
	if (ask(cx, its, &answer) == OK && answer.outcome == NET_ANSWERED && answer.status == 200)
		return false;
	*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .retry_at = answer.retry_at, .story = S("not now")};
	return true;
}

static struct test_desk desk(void **state)
{
	struct test_desk d = desk_open(state);
	struct net_settings settings = {.allow = S("127.0.0.1")};
	assert_ok(d.cx, net_open(d.cx, &settings, &net));
	d.outbox.net = net;
	fetched = 0;
	server.requests = 0;
	return d;
}

static struct channel channel_now(struct test_desk *d)
{
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	return c;
}

/* A turn of reading when it is due. */
static void read_then(struct test_desk *d, i64 now)
{
	i64 count;
	time_set(now);
	d->cx->now = now;
	assert_ok(d->cx, fetch_turn(d->cx, d->db, &d->outbox, &count));
}

static void make_due(struct test_desk *d)
{
	struct channel c = channel_now(d);
	c.fetch_due_at = d->cx->now;
	bool ours;
	assert_ok(d->cx, channel_fetched(d->cx, d->db, &c, false, &ours));
	assert_true(ours);
}

/* The network asks for a pause: nothing leaves before it is over, although the channel is due; then it goes on. */
static void test_pause(void **state)
{
	struct test_desk d = desk(state);
	i64 start = d.cx->now;
	status = 429;
	make_due(&d);
	read_then(&d, start);
	assert_true(server.requests == 1 && fetched == 1);
	for (int i = 1; i < 9; i++) {
		make_due(&d);
		read_then(&d, start + i * MINUTE);
	}
	assert_int_equal(server.requests, 1);
	struct channel c = channel_now(&d);
	assert_str(c.state, "failing");
	assert_true(c.state_story.len && c.fetch_due_at >= start + 10 * MINUTE); /* and it is not even tried before */
	status = 200;
	read_then(&d, start + 11 * MINUTE);
	assert_int_equal(server.requests, 2);
	c = channel_now(&d);
	assert_str(c.state, "ok");
	assert_str(c.cursor, "here");
	struct channel_gate *gates;
	struct channel_last *acts;
	size_t count;
	assert_ok(d.cx, channel_gates(d.cx, d.db, d.workspace, d.channel, &gates, &count));
	assert_true(count == 1 && gates[0].gate.quota_limit == 100 && gates[0].gate.quota_left == 50 && gates[0].gate.answered_at == start + 11 * MINUTE);
	assert_ok(d.cx, channel_acts(d.cx, d.db, d.workspace, d.channel, &acts, &count));
	assert_true(count == 1 && acts[0].done_at == start + 11 * MINUTE && acts[0].failed_at >= start + 8 * MINUTE);
	time_set(0);
	net_close(net);
}

/* After failures one after the other the host is left alone for a while; a person who starts the channel again is not made to wait. */
static void test_circuit(void **state)
{
	struct test_desk d = desk(state);
	i64 now = d.cx->now;
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "/* all workspaces */ UPDATE channel SET verified_at = 1")); /* who it is is known */
	status = 500;
	for (int i = 0; i < 5; i++) {
		make_due(&d);
		read_then(&d, now);
	}
	assert_int_equal(server.requests, 5);
	make_due(&d);
	read_then(&d, now);
	assert_int_equal(server.requests, 5); /* held back */
	status = 200;
	assert_ok(d.cx, channels_resume(d.cx, d.db, d.workspace, d.channel));
	read_then(&d, now);
	assert_int_equal(server.requests, 6);
	assert_str(channel_now(&d).state, "ok");
	status = 0;
	for (int i = 0; i < 5; i++) {
		make_due(&d);
		read_then(&d, now);
	}
	make_due(&d);
	read_then(&d, now);
	assert_int_equal(server.requests, 11);
	make_due(&d);
	read_then(&d, now + 6 * SECOND); /* one is let through */
	assert_int_equal(server.requests, 12);
	time_set(0);
	net_close(net);
}

/* A network that is away for two days loses no answer: what the gate holds back costs no attempt, and it leaves within the hour. */
static void test_away_for_days(void **state)
{
	struct test_desk d = desk(state);
	i64 start = d.cx->now, count;
	struct message m;
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, desk_say(&d, "nadia", "t1", "m1", "Bonjour"), &m));
	struct reply_request r = {.conversation = m.conversation, .body = S("Bonjour Nadia"), .status_after = -1};
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	status = 500;
	for (i64 now = start + MINUTE; now < start + 50 * HOUR; now += 5 * MINUTE) {
		d.cx->now = now;
		time_set(now);
		make_due(&d);
		read_then(&d, now); /* which finds it closed, or closes it again */
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	}
	struct publication p;
	assert_ok(d.cx, publication_of(d.cx, d.db, d.workspace, m.id, S("reply"), &p));
	assert_int_equal(p.state, PUBLICATION_DUE);
	assert_true(p.attempts < 20);
	status = 200;
	for (i64 now = start + 50 * HOUR; now <= start + 51 * HOUR; now += 5 * MINUTE) {
		d.cx->now = now;
		time_set(now);
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	}
	assert_ok(d.cx, publication_of(d.cx, d.db, d.workspace, m.id, S("reply"), &p));
	assert_int_equal(p.state, PUBLICATION_SENT);
	assert_int_equal(fake.count, 1);
	time_set(0);
	net_close(net);
}

static void look(struct test_desk *d)
{
	struct channel c = channel_now(d);
	i64 count;
	c.verify_due_at = d->cx->now;
	assert_ok(d->cx, channel_verified(d->cx, d->db, &c));
	assert_ok(d->cx, verify_turn(d->cx, d->db, &d->outbox, &count));
	assert_int_equal(count, 1);
	assert_ok(d->cx, verify_turn(d->cx, d->db, &d->outbox, &count));
	assert_int_equal(count, 0);
}

static void test_verify(void **state)
{
	static const struct str both[] = {{"read", 4}, {"hide", 4}}, hide[] = {{"hide", 4}};
	struct test_desk d = desk(state);
	time_set(d.cx->now);
	status = 200;
	found = (struct verified){.outcome = OUTCOME_DONE, .id = S("42"), .handle = S("levain@example.org"), .rights_told = true, .rights = both, .right_count = 2,
				  .expires_at = d.cx->now + 30 * DAY, .known = json_pack("{s:{s:i}, s:s}", "limits", "body", 333, "server", "x")};
	look(&d);
	struct channel c = channel_now(&d);
	const json_t *known = channel_known(d.cx, &c);
	struct channel_limit limit;
	assert_str(c.state, "ok");
	assert_true(c.verified_at == d.cx->now && c.verify_due_at == d.cx->now + DAY && c.expires_at == d.cx->now + 30 * DAY);
	assert_string_equal(json_string_value(json_object_get(json_object_get(known, "account"), "id")), "42");
	assert_string_equal(json_string_value(json_object_get(known, "server")), "x");
	assert_int_equal(json_array_size(json_object_get(known, "missing")), 0);
	/* what the server says wins over the kind's own */
	assert_true(channel_body_limit(channel_kind_of(S("fake")), known, VISIBILITY_PUBLIC, &limit) && limit.most == 333);
	assert_true(channel_body_limit(channel_kind_of(S("fake")), NULL, VISIBILITY_PUBLIC, &limit) && limit.most == 500);

	found.rights = hide; /* a required right is gone: said before anything fails */
	found.right_count = 1;
	look(&d);
	c = channel_now(&d);
	assert_str(c.state, "broken");
	assert_true(str_find(c.state_story, S("“read”")) >= 0);

	assert_ok(d.cx, channels_resume(d.cx, d.db, d.workspace, d.channel));
	found.rights = both;
	found.right_count = 1; /* without “hide” it is still of use */
	look(&d);
	c = channel_now(&d);
	assert_str(c.state, "ok");
	assert_int_equal(json_array_size(json_object_get(channel_known(d.cx, &c), "missing")), 1);

	json_decref(found.known);
	found = (struct verified){.outcome = OUTCOME_LATER, .story = S("not now"), .retry_at = d.cx->now + 2 * DAY};
	look(&d);
	c = channel_now(&d);
	assert_str(c.state, "ok"); /* and what was known stays known */
	assert_true(c.verify_due_at == d.cx->now + 2 * DAY && json_object_get(channel_known(d.cx, &c), "account"));

	found = (struct verified){.outcome = OUTCOME_HOLD, .story = S("the token is dead")};
	look(&d);
	c = channel_now(&d);
	assert_str(c.state, "broken");
	assert_str(c.state_story, "the token is dead");
	time_set(0);
	net_close(net);
}

/* A credential of another account: what was written for the one before does not leave by it. */
static void test_another_account(void **state)
{
	for (int another = 0; another < 2; another++) {
		struct test_desk d = desk(state);
		time_set(d.cx->now);
		status = 200;
		found = (struct verified){.outcome = OUTCOME_DONE, .id = S("42"), .handle = S("levain@example.org")};
		look(&d);
		struct message m;
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, desk_say(&d, "nadia", another ? "t1" : "t0", another ? "m1" : "m0", "Bonjour"), &m));
		struct reply_request r = {.conversation = m.conversation, .body = S("Bonjour Nadia"), .status_after = -1};
		assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
		struct channel c = channel_now(&d);
		assert_ok(d.cx, channels_release_known(d.cx, d.db, &c));
		d.cx->now += MINUTE;
		time_set(d.cx->now);
		i64 count;
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
		assert_int_equal(fake.count, 0); /* nobody knows yet whose it is */
		if (another)
			found.id = S("43");
		desk_act_as(&d, &(struct actor){.kind = ACTOR_PROGRAM, .workspace = d.workspace});
		look(&d);
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, m.id, &m));
		assert_int_equal(fake.count, another ? 0 : 1);
		assert_int_equal(m.reply_state, another ? REPLY_DRAFT : REPLY_SENT);
		assert_int_equal(desk_number(&d, "SELECT count(*) FROM notification WHERE kind = 'held' AND workspace_id = ?1", d.workspace), another);
		time_set(0);
		net_close(net);
		db_run(d.cx, d.db, NULL, "UPDATE workspace SET slug = slug || '-old'") == OK ? (void)0 : abort();
		db_run(d.cx, d.db, NULL, "UPDATE person SET email = email || '-old'") == OK ? (void)0 : abort();
	}
}

/* A network that counts units a day and does not tell: they are counted here, spread over the day, and some are kept for what goes out. */
static void test_budget(void **state)
{
	static const struct channel_cost costs[] = {{"POST", "/v3/comments", 50}, {}};
	static const struct channel_budget budget = {.units = 1000, .reading = 60, .zone = "America/Los_Angeles", .costs = costs};
	struct test_desk d = desk(state);
	struct gate_keeper keeper;
	struct net_request get = {.method = "GET", .url = S("https://a.example/v3/comments?id=1")}, post = {.method = "POST", .url = S("https://a.example/v3/comments?part=snippet")};
	struct net_answer fine = {.outcome = NET_ANSWERED, .status = 200};
	i64 start, midnight, at = 0;
	assert_true(time_parse(S("2026-11-21T20:00:00Z"), &start)); /* noon there */
	assert_true(time_parse(S("2026-11-22T08:00:00Z"), &midnight));
	time_set(start);
	assert_ok(d.cx, gate_start(d.cx, d.db, NULL, d.workspace, d.channel, GATE_READING, &keeper));
	gate_plan(&keeper, &budget, NULL);
	assert_true(gate_pace(&keeper, 3 * MINUTE, start) == 3 * MINUTE);
	for (int i = 0; i < 3; i++)
		keeper.gate.note(d.cx, &keeper, S("a.example"), &get, &fine);
	assert_true(keeper.count == 1 && keeper.list[0].gate.quota_limit == 1000 && keeper.list[0].gate.quota_left == 997 && keeper.list[0].gate.quota_reset_at == midnight);
	i64 pace = gate_pace(&keeper, 3 * MINUTE, start), spread = 12 * HOUR / 597 * 3; /* what is left for reading, over the rest of the day */
	assert_true(keeper.spent == 3 && pace - spread < SECOND && spread - pace < SECOND);
	for (int i = 0; i < 11; i++)
		keeper.gate.note(d.cx, &keeper, S("a.example"), &post, &fine);
	assert_true(keeper.list[0].gate.quota_left == 447 && keeper.gate.may(&keeper, S("a.example"), &at));
	keeper.gate.note(d.cx, &keeper, S("a.example"), &post, &fine);
	assert_true(keeper.list[0].gate.quota_left == 397 && !keeper.gate.may(&keeper, S("a.example"), &at) && at == midnight); /* the rest is for what goes out */
	assert_true(gate_pace(&keeper, 3 * MINUTE, start) == 12 * HOUR);
	keeper.purpose = GATE_ACTING;
	assert_true(keeper.gate.may(&keeper, S("a.example"), &at));
	for (int i = 0; i < 8; i++)
		keeper.gate.note(d.cx, &keeper, S("a.example"), &post, &fine);
	assert_true(keeper.list[0].gate.quota_left == 0 && !keeper.gate.may(&keeper, S("a.example"), &at) && at == midnight);
	gate_end(&keeper);
	assert_ok(d.cx, gate_save(d.cx, d.db, &keeper));
	time_set(midnight + SECOND); /* whatever was kept of yesterday */
	assert_ok(d.cx, gate_start(d.cx, d.db, NULL, d.workspace, d.channel, GATE_READING, &keeper));
	json_t *settings = json_pack("{s:s}", "units", "500");
	gate_plan(&keeper, &budget, settings);
	json_decref(settings);
	assert_true(keeper.gate.may(&keeper, S("a.example"), &at));
	keeper.gate.note(d.cx, &keeper, S("a.example"), &get, &fine);
	assert_true(keeper.list[0].gate.quota_limit == 500 && keeper.list[0].gate.quota_left == 499 && keeper.list[0].gate.quota_reset_at == midnight + DAY);
	gate_end(&keeper);
	time_set(0);
	net_close(net);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_pause), DATABASE_TEST(test_circuit), DATABASE_TEST(test_away_for_days), DATABASE_TEST(test_another_account), DATABASE_TEST(test_budget), DATABASE_TEST(test_verify)};
	rude_start(&server, serve);
	int failed = on_both_engines(tests);
	rude_stop(&server);
	return failed;
}
