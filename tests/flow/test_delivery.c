/* What networks bring: kept as it came, read by the working role, taken once, refused with a reason, tried again, never lost. */
#include "test.h"

#include "channel/channel.h"
#include "sys/net.h"

static enum err fake_receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject,
			     struct received *ret_received);
#define FAKE_MORE .receive = fake_receive,
#define FAKE_CAN_MORE CAN_RECEIVE
#include "desk.h"

#include "flow/channels.h"
#include "flow/delivery.h"
#include "flow/transaction.h"

static struct {
	bool down;       /* it cannot be read just now */
	i64 now;         /* what the connector was told that the time is */
	int read;
	struct delivery_other others[4];
} network;

/* A body is lines "ID THREAD TEXT"; "sig: good" signs it, "key: K" names it. A GET with ?ask=TOKEN is answered when TOKEN is right. */
static enum err fake_receive(struct cx *cx, const struct channel_account *account, const struct delivery *d, inbound_taker *take, void *subject, struct received *ret_received)
{
	struct received r = {.verdict = DELIVERY_REFUSED, .story = S("It is not signed.")};
	struct str rest = d->body;
	network.read++;
	network.now = cx->now;
	if (network.down)
		return fail(cx, ERR_LATER, "Not just now.");
	if (str_eq(d->method, S("GET"))) {
		struct str path = d->path;
		str_cut(&path, '=');
		if (str_eq(path, str_of(json_string_value(json_object_get(account->settings, "verify_token")))))
			r = (struct received){.verdict = DELIVERY_CHALLENGE, .answer = S("here I am")};
		*ret_received = r;
		return OK;
	}
	for (size_t i = 0; i < d->header_count; i++) {
		if (str_eq(d->headers[i].name, S("key")))
			r.key = d->headers[i].value;
		if (str_eq(d->headers[i].name, S("sig")) && str_eq(d->headers[i].value, S("good")))
			r.verdict = DELIVERY_TAKEN;
		assert_false(str_eq_fold(d->headers[i].name, S("cookie")));
	}
	if (str_eq(d->body, S("rubbish")))
		return fail(cx, ERR_BAD_INPUT, "This is no message.");
	while (rest.len && r.verdict == DELIVERY_TAKEN) {
		struct str line = str_line(&rest);
		if (str_starts(line, S("@")) && r.other_count < COUNT(network.others)) {
			network.others[r.other_count++] = (struct delivery_other){"fake", str_skip(line, 1)};
			r.others = network.others;
			continue;
		}
		struct str id = str_cut(&line, ' '), thread = str_cut(&line, ' ');
		struct inbound in = {.kind = KIND_COMMENT, .remote_id = id, .thread_id = thread, .author_id = S("a"), .author_name = S("Ada"), .author_followers = -1,
				     .body = line, .at = cx->now};
		TRY(take(cx, subject, &in));
	}
	*ret_received = r;
	return OK;
}

static const struct key link_key = {{1, 2, 3}};
static const struct outside outside = {&link_key, {"https://desk.example", 20}};

static void bring(struct test_desk *d, const char *sig, const char *key, const char *body)
{
	const struct net_header headers[] = {{S("sig"), str_of(sig)}, {S("key"), str_of(key)}, {S("Cookie"), S("c=1")}};
	struct delivery delivery = {.method = S("POST"), .path = S("/in/fake/x"), .body = str_of(body), .headers = headers, .header_count = COUNT(headers)};
	struct channel c;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	assert_ok(d->cx, delivery_keep(d->cx, d->db, &c, &delivery));
}

static i64 turn(struct test_desk *d)
{
	i64 count = 0, wake;
	assert_ok(d->cx, delivery_turn(d->cx, d->db, &d->outbox, &count, &wake));
	return count;
}

#define messages(d) desk_number(d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1", (d)->workspace)
#define in_state(d, state) desk_number(d, "SELECT COUNT(*) FROM delivery WHERE workspace_id = ?1 AND state = '" state "'", (d)->workspace)

static void test_taken_once(void **state)
{
	struct test_desk d = desk_open(state);
	network.down = false;
	bring(&d, "good", "k1", "m1 t1 Where is my bread?\nm2 t1 Hello?");
	assert_int_equal(turn(&d), 1);
	assert_int_equal(messages(&d), 2);
	assert_int_equal(desk_number(&d, "SELECT SUM(length(body)) FROM delivery WHERE workspace_id = ?1 AND messages = 2 AND size > 20", d.workspace), 0);
	bring(&d, "good", "k1", "m1 t1 Where is my bread?\nm2 t1 Hello?"); /* they did not hear that it arrived */
	bring(&d, "good", "k2", "m2 t1 Hello?"); /* the same message in another one */
	bring(&d, "good", "", "m3 t2 No key");
	assert_int_equal(turn(&d), 3);
	assert_int_equal(messages(&d), 3);
	assert_int_equal(in_state(&d, "twice"), 1);
	assert_int_equal(turn(&d), 0);
	struct delivery_totals totals;
	assert_ok(d.cx, delivery_totals(d.cx, d.db, d.workspace, d.channel, &totals));
	assert_int_equal(totals.waiting, 0);
	assert_int_equal(totals.last_at, d.cx->now);
}

static void test_twice_in_one_turn(void **state)
{
	struct test_desk d = desk_open(state);
	for (int i = 0; i < 5; i++)
		bring(&d, "good", "same", "m1 t1 Once");
	assert_int_equal(turn(&d), 5);
	assert_int_equal(messages(&d), 1);
	assert_int_equal(in_state(&d, "taken"), 1);
	assert_int_equal(in_state(&d, "twice"), 4);
}

static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	struct kept_delivery *list;
	size_t count;
	i64 again;
	bring(&d, "bad", "k1", "m1 t1 Not so");
	bring(&d, "good", "k2", "rubbish");
	bring(&d, "good", "k3", "m2 t1 Fine");
	assert_int_equal(turn(&d), 3);
	assert_int_equal(messages(&d), 1);
	assert_ok(d.cx, deliveries_troubled(d.cx, d.db, d.workspace, d.channel, 10, &list, &count));
	assert_int_equal(count, 2);
	assert_str(list[0].story, "This is no message.");
	assert_str(list[1].story, "It is not signed.");
	assert_str(list[1].key, ""); /* who did not sign uses up no key */
	bring(&d, "good", "k1", "m1 t1 Now it is");
	assert_int_equal(turn(&d), 1);
	assert_int_equal(messages(&d), 2);
	i64 came = d.cx->now;
	d.cx->now += HOUR;
	assert_ok(d.cx, delivery_again(d.cx, d.db, d.workspace, d.channel, &again));
	assert_int_equal(again, 2);
	assert_int_equal(turn(&d), 2);
	assert_int_equal(network.now, came); /* its age is that of when it came */
	assert_int_equal(in_state(&d, "refused"), 2);
	desk_act_as(&d, &d.agent);
	assert_err(delivery_again(d.cx, d.db, d.workspace, d.channel, &again), ERR_DENIED);
	cx_forget(d.cx);
	desk_act_as(&d, &d.owner);
	d.cx->now += 20 * DAY;
	assert_ok(d.cx, delivery_prune(d.cx, d.db));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM delivery WHERE workspace_id = ?1", d.workspace), 0);
}

/* One address may bring what is of several accounts: their channels in this workspace get it too, nobody else's, and it goes round no longer than once. */
static void test_others(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct workspace there = {.id = id_new(), .name = S("Elsewhere"), .slug = S("elsewhere"), .lang = S("en"), .zone = S("Europe/Paris"), .created_at = d->cx->now};
	i64 channels[3], elsewhere = there.id;
	static const char *const ids[] = {"B", "C", "B"};
	struct channel first;
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &first));
	for (size_t i = 0; i < COUNT(channels); i++) {
		struct channel c = {.id = channels[i] = id_new(), .workspace = i == 2 ? elsewhere : d->workspace, .kind = first.kind, .name = arena_printf(d->cx->arena, "Other %zu", i),
				    .settings = S("{}"), .state = S("ok"), .created_at = d->cx->now};
		if (i == 2)
			assert_ok(d->cx, workspace_insert(d->cx, d->db, &there));
		assert_ok(d->cx, channel_insert(d->cx, d->db, &c));
		c.known = arena_printf(d->cx->arena, "{\"id\":\"%s\"}", ids[i]);
		assert_ok(d->cx, channel_verified(d->cx, d->db, &c));
	}
	i64 before = messages(d);
	bring(d, "good", "round", "o1 t1 For all\n@B\n@C\n@nobody");
	for (int i = 0; i < 6; i++)
		turn(d);
	assert_int_equal(messages(d), before + 3);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM message WHERE channel_id = ?1", channels[0]), 1);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM message WHERE channel_id = ?1", channels[1]), 1);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM delivery WHERE channel_id = ?1", channels[2]), 0);
	assert_int_equal(in_state(d, "waiting"), 0);
	bring(d, "good", "", "o2 t2 Without a name\n@B"); /* it would go round for ever */
	turn(d);
	turn(d);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM message WHERE channel_id = ?1", channels[0]), 1);
	bring(d, "bad", "forged", "o3 t3 Forged\n@B"); /* who cannot sign, reaches nobody */
	turn(d);
	turn(d);
	assert_int_equal(desk_number(d, "SELECT COUNT(*) FROM message WHERE channel_id = ?1", channels[0]), 1);
}

static void test_trouble(void **state)
{
	struct test_desk d = desk_open(state);
	i64 wake, count;
	network.down = true;
	bring(&d, "good", "k1", "m1 t1 Later");
	assert_int_equal(turn(&d), 1);
	assert_int_equal(in_state(&d, "waiting"), 1);
	count = 0;
	assert_ok(d.cx, delivery_turn(d.cx, d.db, &d.outbox, &count, &wake));
	assert_int_equal(count, 0);
	assert_in_range(wake, d.cx->now + 5 * SECOND, d.cx->now + 6 * SECOND);
	for (int i = 0; i < 20; i++) {
		d.cx->now += DAY;
		turn(&d);
	}
	assert_int_equal(in_state(&d, "stuck"), 1); /* not for ever, and not lost */
	network.down = false;
	assert_ok(d.cx, delivery_again(d.cx, d.db, d.workspace, d.channel, &count));
	assert_int_equal(turn(&d), 1);
	assert_int_equal(messages(&d), 1);
}

static void test_paused(void **state)
{
	struct test_desk d = desk_open(state);
	assert_ok(d.cx, channels_pause(d.cx, d.db, d.workspace, d.channel));
	bring(&d, "good", "k1", "m1 t1 Kept meanwhile");
	turn(&d);
	assert_int_equal(messages(&d), 0);
	assert_int_equal(in_state(&d, "waiting"), 1);
	assert_ok(d.cx, channels_resume(d.cx, d.db, d.workspace, d.channel));
	d.cx->now += MINUTE;
	turn(&d);
	assert_int_equal(messages(&d), 1);
	bring(&d, "good", "k2", "m2 t1 Too late");
	assert_ok(d.cx, channels_archive(d.cx, d.db, d.workspace, d.channel));
	turn(&d);
	assert_int_equal(in_state(&d, "refused"), 1);
}

/* The engine fails at each call in turn: afterwards all of it is there, once. */
static void test_every_failure(void **state)
{
	struct test_desk d = desk_open(state);
	i64 failures = 0;
	for (i64 n = 1; n < 200; n++) {
		i64 count, wake, before = messages(&d);
		char key[20], body[80];
		snprintf(key, sizeof key, "e%lld", (long long)n);
		snprintf(body, sizeof body, "e%lld t%lld One\nf%lld t%lld Two", (long long)n, (long long)n, (long long)n, (long long)n);
		bring(&d, "good", key, body);
		db_fail_at(d.db, n, ERR_SYSTEM);
		enum err e = delivery_turn(d.cx, d.db, &d.outbox, &count, &wake);
		i64 calls = db_calls(d.db);
		db_fail_at(d.db, 0, OK);
		failures += e != OK || calls >= n;
		cx_forget(d.cx);
		d.cx->now += HOUR;
		turn(&d);
		assert_int_equal(messages(&d), before + 2);
		if (calls < n && e == OK)
			break;
	}
	assert_true(failures > 10);
	assert_int_equal(in_state(&d, "waiting"), 0);
}

static void test_measure(void **state)
{
	struct test_desk d = desk_open(state);
	struct channel c;
	const struct delivery one = {.method = S("POST"), .body = S("x")};
	enum err e = OK;
	i64 kept = 0;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_ok(d.cx, db_begin(d.cx, d.db));
	while (e == OK && kept < DELIVERY_WAITING_MAX + 1000) {
		e = delivery_keep(d.cx, d.db, &c, &one);
		kept += e == OK;
	}
	assert_int_equal(e, ERR_LIMIT);
	assert_int_equal(d.cx->wait, DELIVERY_AGAIN_AFTER);
	assert_in_range(kept, DELIVERY_WAITING_MAX, DELIVERY_WAITING_MAX + 64);
	cx_forget(d.cx);
	assert_err(delivery_keep(d.cx, d.db, &c, &one), ERR_LIMIT); /* and is not asked of the database again */
	cx_forget(d.cx);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "DELETE FROM delivery WHERE workspace_id = ?1", db_i64(d.workspace)));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	d.cx->now += MINUTE;
	for (int i = 0; i < 65; i++) { /* until it is looked again */
		e = delivery_keep(d.cx, d.db, &c, &one);
		cx_forget(d.cx);
	}
	assert_ok(d.cx, e);
	static char large[DELIVERY_BODY_MAX + 2];
	memset(large, 'x', sizeof large - 1);
	assert_err(delivery_keep(d.cx, d.db, &c, &(struct delivery){.method = S("POST"), .body = str_of(large)}), ERR_TOO_LARGE);
	cx_forget(d.cx);
}

static enum err opens(struct test_desk *d, struct str address, const char *kind)
{
	struct channel c;
	ptrdiff_t at = str_find(address, S("/in/fake/"));
	struct str pass = at < 0 ? address : str_skip(address, (size_t)at + 9);
	enum err e = delivery_channel(d->cx, d->db, &outside, str_of(kind), pass, &c);
	cx_forget(d->cx);
	return e;
}

static void test_address(void **state)
{
	struct test_desk d = desk_open(state);
	struct channel c;
	struct received r;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	struct str address = delivery_address(d.cx, &outside, &c), token = delivery_verify_token(d.cx, &outside, &c);
	assert_true(str_starts(address, S("https://desk.example/in/fake/")));
	assert_err(opens(&d, address, "fake"), OK);
	assert_err(opens(&d, address, "mastodon"), ERR_MISSING);
	assert_err(opens(&d, str_head(address, address.len - 1), "fake"), ERR_MISSING);
	assert_err(opens(&d, arena_printf(d.cx->arena, "%.*s-1", STR_ARG(address)), "fake"), ERR_MISSING);
	assert_err(opens(&d, S("1-abc"), "fake"), ERR_MISSING);
	assert_err(opens(&d, S(""), "fake"), ERR_MISSING);
	assert_err(opens(&d, S("-"), "fake"), ERR_MISSING);
	struct delivery ask = {.method = S("GET"), .path = arena_printf(d.cx->arena, "/in?ask=%.*s", STR_ARG(token))};
	assert_ok(d.cx, delivery_challenge(d.cx, &outside, &c, &ask, &r));
	assert_str(r.answer, "here I am");
	ask.path = S("/in?ask=guess");
	assert_err(delivery_challenge(d.cx, &outside, &c, &ask, &r), ERR_DENIED);
	cx_forget(d.cx);
	for (int i = 0; i < 2; i++) {
		assert_ok(d.cx, delivery_renew(d.cx, d.db, d.workspace, d.channel));
		assert_err(opens(&d, address, "fake"), ERR_MISSING);
		assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
		address = delivery_address(d.cx, &outside, &c);
		assert_err(opens(&d, address, "fake"), OK);
	}
	assert_ok(d.cx, channels_archive(d.cx, d.db, d.workspace, d.channel));
	assert_err(opens(&d, address, "fake"), ERR_MISSING);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_taken_once), DATABASE_TEST(test_twice_in_one_turn), DATABASE_TEST(test_refused), DATABASE_TEST(test_others), DATABASE_TEST(test_trouble),
		DATABASE_TEST(test_paused),     DATABASE_TEST(test_every_failure),     DATABASE_TEST(test_measure), DATABASE_TEST(test_address),
	};
	return on_both_engines(tests);
}
