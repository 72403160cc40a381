/* Let each call to the database fail in turn, each network answer come out in each way, and workers die between commits, while a post with what
 * follows it leaves; afterwards, with everything working again, all of it is there once, in its order, and each act explains itself. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"
#include "flow/post.h"
#include "store/message.h"

#define CHANNELS 1
#define ACTS (CHANNELS * 3) /* the post, what follows it, its first comment */

struct bench {
	struct test_desk d;
	i64 channels[CHANNELS];
	i64 post;
};

static void later(struct bench *b, i64 duration)
{
	time_set(b->d.cx->now += duration);
}

static enum err write(struct bench *b)
{
	struct cx *cx = b->d.cx;
	struct str parts[] = {S("Second part.")};
	struct post_variant_request variants[CHANNELS] = {{.channel = b->channels[0]}};
	struct civil c = zone_civil(S("Europe/Paris"), cx->now + 10 * MINUTE);
	struct post_request r = {.title = S("Bread day"), .text = {.body = S("First part."), .parts = parts, .part_count = 1, .first_comment = S("The link.")},
				 .variants = variants, .variant_count = CHANNELS,
				 .wall_time = arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute)};
	struct post post;
	TRY(post_write(cx, b->d.db, b->d.workspace, &r, &post));
	b->post = post.id;
	return OK;
}

static enum err schedule(struct bench *b)
{
	struct post post;
	TRY(post_get(b->d.cx, b->d.db, b->d.workspace, b->post, &post));
	return post.state == POST_DRAFT ? post_ready(b->d.cx, b->d.db, b->d.workspace, b->post, post.revision, &post) : OK;
}

/* What a person does: again, until it is said to be done. */
static struct bench open_bench(void **state, i64 n, enum err error)
{
	struct bench b = {.d = desk_open(state)};
	b.channels[0] = b.d.channel;
	db_fail_at(b.d.db, n, error);
	while (write(&b) != OK)
		cx_forget(b.d.cx);
	while (schedule(&b) != OK)
		cx_forget(b.d.cx);
	return b;
}

static void turns(struct bench *b, int count)
{
	for (int i = 0; i < count; i++) {
		i64 done;
		later(b, 2 * MINUTE);
		if (outbox_turn(b->d.cx, b->d.db, &b->d.outbox, &done) != OK)
			cx_forget(b->d.cx);
	}
}

static void expect_each_once(struct bench *b, const char *when, i64 n)
{
	struct cx *cx = b->d.cx;
	struct publication *list;
	struct post post;
	size_t count;
	for (size_t i = 0; i < fake.count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(fake.keys[i], fake.keys[j]) == 0)
				fail_msg("%s %lld: %s was accepted twice", when, (long long)n, fake.keys[i]);
	assert_ok(cx, post_get(cx, b->d.db, b->d.workspace, b->post, &post));
	assert_ok(cx, post_acts(cx, b->d.db, b->d.workspace, b->post, &list, &count));
	if (fake.count != ACTS || count != ACTS || post.state != POST_PUBLISHED)
		fail_msg("%s %lld: %zu of %d arrived, %zu acts, the post is %s", when, (long long)n, fake.count, ACTS, count, post_state_word(post.state));
	for (size_t i = 0; i < count; i++) {
		struct attempt *attempts;
		struct message m, first;
		size_t tried;
		assert_ok(cx, attempts_of(cx, b->d.db, list[i].id, &attempts, &tried));
		assert_ok(cx, message_get(cx, b->d.db, b->d.workspace, list[i].message, &m));
		bool explained = tried > 0 && list[i].state == PUBLICATION_SENT && m.reply_state == REPLY_SENT && list[i].remote_id.len;
		if (!explained)
			fail_msg("%s %lld: act %zu is %s, its message %s, after %zu attempts", when, (long long)n, i, publication_state_word(list[i].state),
				 reply_state_word(m.reply_state), tried);
		if (!list[i].follows)
			continue;
		struct publication before;
		assert_ok(cx, publication_get(cx, b->d.db, b->d.workspace, list[i].follows, &before));
		assert_ok(cx, message_get(cx, b->d.db, b->d.workspace, before.message, &first));
		assert_true(str_eq(m.parent_remote_id, before.remote_id));
		assert_int_equal(m.conversation, first.conversation);
	}
}

static i64 run_with_failure(void **state, i64 n, enum err error, enum outcome answer, bool accepts)
{
	struct bench b = open_bench(state, n, error);
	later(&b, 10 * MINUTE);
	fake.publish = answer;
	fake.accepts = accepts;
	turns(&b, 3);
	i64 calls = db_calls(b.d.db);
	db_fail_at(b.d.db, 0, OK);
	fake.publish = OUTCOME_DONE;
	turns(&b, 90);
	expect_each_once(&b, "failing call", n);
	time_set(0);
	return calls;
}

static void sweep(void **state, enum err error, enum outcome answer, bool accepts)
{
	i64 calls = 1, cases = 0;
	for (i64 n = 1; n <= calls; n++, cases++) {
		i64 seen = run_with_failure(state, n, error, answer, accepts);
		if (seen > calls)
			calls = seen;
		assert_int_equal(place_end(state), 0);
		place_migrated(state);
	}
	print_message("%lld cases\n", (long long)cases);
	assert_true(cases > 100);
}

static void test_each_call_fails_for_good(void **state)
{
	sweep(state, ERR_SYSTEM, OUTCOME_DONE, true);
}

static void test_each_call_fails_while_answers_are_lost(void **state)
{
	sweep(state, ERR_LATER, OUTCOME_UNKNOWN, true);
}

static void test_each_call_fails_while_nothing_arrives(void **state)
{
	sweep(state, ERR_LATER, OUTCOME_UNKNOWN, false);
}

/* A worker dies after the lease, or after the call: another one takes over. */
static void test_killed_between_commits(void **state)
{
	for (int where = 0; where < 2; where++) {
		struct bench b = open_bench(state, 0, OK);
		struct publication *leased;
		size_t count;
		later(&b, 11 * MINUTE);
		assert_ok(b.d.cx, publication_lease(b.d.cx, b.d.db, b.d.workspace, b.d.channel, S("the dead one"), b.d.cx->now + OUTBOX_LEASE, 10, &leased, &count));
		assert_int_equal(count, CHANNELS);
		for (size_t i = 0; i < count && where; i++) {
			assert_ok(b.d.cx, post_embody(b.d.cx, b.d.db, &leased[i]));
			assert_ok(b.d.cx, message_move(b.d.cx, b.d.db, b.d.workspace, leased[i].message, REPLY_QUEUED, REPLY_SENDING));
			fake_accept(leased[i].dedup_key);
		}
		turns(&b, 90);
		expect_each_once(&b, "killed at", where);
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
		DATABASE_TEST(test_each_call_fails_while_nothing_arrives),
		DATABASE_TEST(test_killed_between_commits),
	};
	return _cmocka_run_group_tests("sqlite", tests, COUNT(tests), NULL, NULL);
}
