/* test_sweep.c: let each call to the database fail in turn, and each network answer come out in each way, while messages arrive and answers
 * leave; afterwards, with everything working again, nothing is lost and nothing was sent twice, and what is listened for was found once. */
#include "desk.h"

#include "flow/inbox.h"
#include "flow/listen.h"
#include "flow/reply.h"
#include "store/message.h"

#define MESSAGES 3

static enum err say(struct test_desk *d, int index)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = arena_printf(d->cx->arena, "m%d", index), .thread_id = arena_printf(d->cx->arena, "t%d", index),
			    .author_id = arena_printf(d->cx->arena, "a%d", index), .author_name = S("Nadia"), .author_followers = -1, .body = S("Bonjour"), .at = d->cx->now};
	enum ingest_result result;
	TRY(db_begin(d->cx, d->db));
	enum err e = ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL);
	if (e == OK)
		e = ingest_settle(d->cx, d->db, &d->ingest);
	if (e == OK)
		return db_commit(d->cx, d->db);
	db_rollback(d->db);
	ingest_forget(&d->ingest);
	return e;
}

/* What a reader of the channel does: ask again until it was taken. */
static void hear_all(struct test_desk *d)
{
	for (int i = 0; i < MESSAGES; i++)
		while (say(d, i) != OK)
			;
}

static enum err answer_all(struct test_desk *d, bool answered[MESSAGES])
{
	for (int i = 0; i < MESSAGES; i++) {
		struct message m, reply;
		if (answered[i])
			continue;
		TRY(message_by_remote(d->cx, d->db, d->workspace, d->channel, arena_printf(d->cx->arena, "m%d", i), &m));
		struct reply_request r = {.conversation = m.conversation, .body = arena_printf(d->cx->arena, "Réponse %d", i), .status_after = STATUS_PENDING};
		TRY(reply_compose(d->cx, d->db, d->workspace, &r, &reply, NULL));
		answered[i] = true; /* told so: from here on it must arrive, once */
	}
	return OK;
}

static void later(struct test_desk *d, i64 duration)
{
	d->cx->now += duration;
	time_set(d->cx->now);
}

/* Turns of the outbox until nothing waits, an hour apart. */
static void drain(struct test_desk *d)
{
	for (int turns = 0; turns < 60; turns++) {
		i64 count;
		later(d, HOUR);
		if (outbox_turn(d->cx, d->db, &d->outbox, &count) != OK)
			cx_forget(d->cx);
	}
}

static void listen_for(struct test_desk *d, const char *name)
{
	struct listening_query q = {.workspace = d->workspace, .name = str_of(name), .words = S("bonjour"), .active = true};
	assert_ok(d->cx, listen_query(d->cx, d->db, &q, NULL));
}

/* What the duty does: turn after turn, also after one that failed. */
static void read_past(struct test_desk *d)
{
	for (i64 done = 1; done;)
		if (listen_past_turn(d->cx, d->db, &done) != OK) {
			cx_forget(d->cx);
			done = 1;
		}
}

static void expect_found_once(struct test_desk *d, i64 n)
{
	i64 found = desk_number(d, "SELECT COUNT(*) FROM mention WHERE workspace_id = ?1", d->workspace);
	i64 counted = desk_number(d, "SELECT SUM(mentions) FROM mention_hour WHERE workspace_id = ?1", d->workspace);
	if (found != 2 * MESSAGES || counted != found)
		fail_msg("failing call %lld: %lld mentions, %lld counted; should be %d", (long long)n, (long long)found, (long long)counted, 2 * MESSAGES);
}

static void expect_each_once(struct test_desk *d, const char *when, i64 n)
{
	i64 sent = desk_number(d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND direction = 'out' AND reply_state = 'sent'", d->workspace);
	i64 heard = desk_number(d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND direction = 'in'", d->workspace);
	for (size_t i = 0; i < fake.count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(fake.keys[i], fake.keys[j]) == 0)
				fail_msg("%s %lld: %s was accepted twice", when, (long long)n, fake.keys[i]);
	if (sent != MESSAGES || heard != MESSAGES || fake.count != MESSAGES)
		fail_msg("%s %lld: %lld heard, %lld said to be sent, %zu arrived; should be %d each", when, (long long)n, (long long)heard, (long long)sent,
			 fake.count, MESSAGES);
}

/* One run with the n-th call failing. Returns how many calls there were in all. */
static i64 run_with_failure(void **state, i64 n, enum err error, enum outcome answer)
{
	struct test_desk d = desk_open(state);
	bool answered[MESSAGES] = {};
	i64 count;
	listen_for(&d, "Before"); /* they come in under it */
	db_fail_at(d.db, n, error);
	hear_all(&d);
	read_past(&d);
	while (answer_all(&d, answered) != OK)
		cx_forget(d.cx);
	later(&d, 10 * SECOND);
	fake.publish = answer;
	fake.accepts = true;
	for (int turns = 0; turns < 3; turns++) {
		if (outbox_turn(d.cx, d.db, &d.outbox, &count) != OK)
			cx_forget(d.cx);
		later(&d, MINUTE);
	}
	i64 calls = db_calls(d.db);
	db_fail_at(d.db, 0, OK);
	fake.publish = OUTCOME_DONE;
	drain(&d);
	expect_each_once(&d, "failing call", n);
	listen_for(&d, "After"); /* they are its past */
	read_past(&d);
	expect_found_once(&d, n);
	time_set(0);
	return calls;
}

static void sweep(void **state, enum err error, enum outcome answer)
{
	i64 calls = 1, cases = 0;
	for (i64 n = 1; n <= calls; n++, cases++) {
		i64 seen = run_with_failure(state, n, error, answer);
		if (n == 1)
			calls = seen;
		else if (seen > calls)
			calls = seen;
		assert_int_equal(place_end(state), 0);
		place_migrated(state);
	}
	print_message("%lld cases\n", (long long)cases);
	assert_true(cases > 100);
}

static void test_each_call_fails_for_good(void **state)
{
	sweep(state, ERR_SYSTEM, OUTCOME_DONE);
}

static void test_each_call_fails_while_answers_are_lost(void **state)
{
	sweep(state, ERR_LATER, OUTCOME_UNKNOWN);
}

/* A worker is killed after the lease, after the announcement, and after the call: another one takes over. */
static void test_killed_between_commits(void **state)
{
	for (int where = 0; where < 3; where++) {
		struct test_desk d = desk_open(state);
		bool answered[MESSAGES] = {};
		hear_all(&d);
		assert_ok(d.cx, answer_all(&d, answered));
		later(&d, 10 * SECOND);
		struct publication *leased;
		size_t count;
		assert_ok(d.cx, publication_lease(d.cx, d.db, d.workspace, d.channel, S("the dead one"), d.cx->now + OUTBOX_LEASE, 10, &leased, &count));
		assert_int_equal(count, MESSAGES);
		for (size_t i = 0; i < count; i++) {
			if (where >= 1)
				assert_ok(d.cx, message_move(d.cx, d.db, d.workspace, leased[i].message, REPLY_QUEUED, REPLY_SENDING));
			if (where >= 2)
				fake_accept(leased[i].dedup_key);
		}
		drain(&d);
		expect_each_once(&d, "killed at", where);
		time_set(0);
		assert_int_equal(place_end(state), 0);
		place_migrated(state);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_each_call_fails_for_good),
		DATABASE_TEST(test_each_call_fails_while_answers_are_lost),
		DATABASE_TEST(test_killed_between_commits),
	};
	return _cmocka_run_group_tests("sqlite", tests, COUNT(tests), NULL, NULL);
}
