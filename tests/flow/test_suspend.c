/* Publishing that is paused: what is due, and what was taken and not called yet, stays; what becomes due meanwhile asks afterwards, many at once. */
#include <stdbool.h>

static bool presses(void);
#define FAKE_CALL(cx, net, ret_sent) presses()
#include "post_desk.h"

#include "flow/missed.h"
#include "flow/reply.h"
#include "flow/suspend.h"
#include "store/conversation.h"
#include "store/message.h"

/* Somebody presses the button while a post is on its way to the network. */
static i64 press(struct test_desk *d, i64 channel, bool answers)
{
	i64 id;
	assert_ok(d->cx, suspend_begin(d->cx, d->db, d->workspace, channel, S("A recall"), answers, &id));
	return id;
}

static i64 let_go(struct test_desk *d, i64 id)
{
	i64 asked;
	assert_ok(d->cx, suspend_end(d->cx, d->db, d->workspace, id, &asked));
	return asked;
}

static struct post planned(struct test_desk *d, i64 channel, const char *body, i64 from_now)
{
	return ready(d, write_to(d, &channel, 1, body, wall(d, from_now)).id);
}

static void test_nothing_leaves(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	struct post first = planned(&d, d.channel, "Fresh bread.", HOUR), later = planned(&d, d.channel, "Evening bread.", 5 * HOUR);
	i64 id = press(&d, 0, false), again;
	assert_int_equal(suspend_begin(d.cx, d.db, d.workspace, 0, (struct str){}, false, &again), ERR_CONFLICT);
	turn(&d, HOUR + MINUTE);
	turn(&d, HOUR);
	assert_int_equal(fake.published, 0);
	assert_int_equal(get(&d, first.id).state, POST_SCHEDULED);
	assert_int_equal(let_go(&d, id), 1);
	assert_int_equal(suspend_end(d.cx, d.db, d.workspace, id, &again), ERR_CONFLICT);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 0); /* no burst: it asks */
	assert_int_equal(get(&d, first.id).state, POST_TROUBLE);
	acts(&d, first.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_LATE);
	assert_true(str_find(list[0].story, S("A recall")) > 0);
	turn(&d, 3 * HOUR);
	assert_int_equal(fake.published, 1); /* its minute came after */
	assert_int_equal(get(&d, later.id).state, POST_PUBLISHED);
}

/* One channel is paused, another goes on; one pause over another holds on until both are ended. */
static void test_one_channel(void **state)
{
	struct test_desk d = desk_open(state);
	i64 other = channel_more(&d, "Other");
	struct post here = planned(&d, d.channel, "Here.", HOUR), there = planned(&d, other, "There.", HOUR);
	i64 one = press(&d, d.channel, false);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, there.id).state, POST_PUBLISHED);
	i64 all = press(&d, 0, false);
	assert_int_equal(let_go(&d, one), 0); /* everything is paused still */
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(let_go(&d, all), 1);
	assert_int_equal(get(&d, here.id).state, POST_TROUBLE);
}

/* Of a batch that was taken, what was not called when the button is pressed is not called. */
static struct test_desk *pressing;
static i64 pressed;

static bool presses(void)
{
	if (pressing && fake.published == 2 && !pressed)
		pressed = press(pressing, 0, false);
	return false;
}

static void test_taken_and_not_called(void **state)
{
	struct test_desk d = desk_open(state);
	struct post posts[6];
	pressing = &d;
	pressed = 0;
	for (size_t i = 0; i < COUNT(posts); i++)
		posts[i] = planned(&d, d.channel, "Fresh bread.", HOUR);
	turn(&d, HOUR + MINUTE);
	assert_true(pressed != 0);
	assert_int_equal(fake.published, 3); /* the third was being called */
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 3);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM publication WHERE state = 'due' AND attempts = 0 AND workspace_id = ?1", d.workspace), 3);
	assert_int_equal(let_go(&d, pressed), 3);
	assert_int_equal(fake.looked, 0);
	pressing = NULL;
}

/* Answers wait only where that was said, and leave by themselves when it ends; what hides goes on. */
static void test_answers(void **state)
{
	struct test_desk d = desk_open(state);
	struct message m, reply;
	i64 message = desk_say(&d, "nadia", "t1", "m1", "Bonjour");
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, message, &m));
	i64 id = press(&d, 0, false);
	struct reply_request r = {.conversation = m.conversation, .body = S("Un"), .status_after = STATUS_PENDING};
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &reply, NULL));
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	let_go(&d, id);
	id = press(&d, d.channel, true);
	r.body = S("Deux");
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &reply, NULL));
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(let_go(&d, id), 0);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 2);
}

static void test_who_may(void **state)
{
	struct test_desk d = desk_open(state);
	i64 id, asked;
	desk_act_as(&d, &d.guest);
	assert_int_equal(suspend_begin(d.cx, d.db, d.workspace, 0, (struct str){}, false, &id), ERR_DENIED);
	desk_act_as(&d, &d.moderator);
	id = press(&d, 0, false);
	desk_act_as(&d, &d.agent);
	assert_int_equal(suspend_end(d.cx, d.db, d.workspace, id, &asked), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	let_go(&d, id);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE act LIKE 'suspension.%' AND workspace_id = ?1", d.workspace), 2);
}

/* ---- what missed its minute ---- */

#define MISSED 12

static size_t missed(struct test_desk *d, struct post posts[MISSED], i64 ret_ids[MISSED])
{
	struct publication *list;
	size_t count;
	for (size_t i = 0; i < MISSED; i++)
		posts[i] = planned(d, d->channel, "Fresh bread.", HOUR + (i64)i * MINUTE);
	turn(d, 10 * HOUR); /* Parvis was stopped */
	turn(d, MINUTE);
	assert_ok(d->cx, publications_late(d->cx, d->db, d->workspace, 100, &list, &count));
	for (size_t i = 0; i < count; i++)
		ret_ids[i] = list[i].id;
	return count;
}

static void test_send_plan_leave(void **state)
{
	struct test_desk d = desk_open(state);
	struct post posts[MISSED];
	struct publication *list;
	i64 ids[MISSED], left;
	assert_int_equal(missed(&d, posts, ids), MISSED);
	assert_int_equal(fake.published, 0);
	struct missed_wish send = {.publications = ids, .count = 4, .choice = MISSED_SEND}, leave = {.publications = ids + 4, .count = 4, .choice = MISSED_LEAVE};
	struct missed_wish plan = {.publications = ids + 8, .count = 4, .choice = MISSED_PLAN, .wall_time = wall(&d, HOUR), .zone = S("Europe/Paris"), .apart = 20};
	assert_ok(d.cx, missed_settle(d.cx, d.db, d.workspace, &send));
	assert_ok(d.cx, missed_settle(d.cx, d.db, d.workspace, &leave));
	assert_ok(d.cx, missed_settle(d.cx, d.db, d.workspace, &plan));
	assert_int_equal(missed_settle(d.cx, d.db, d.workspace, &send), ERR_CONFLICT);
	assert_ok(d.cx, publications_late_count(d.cx, d.db, d.workspace, &left));
	assert_int_equal(left, 0);
	turn(&d, SECOND);
	assert_int_equal(fake.published, 4);
	assert_int_equal(get(&d, posts[5].id).state, POST_APPROVED);
	for (size_t i = 8; i < MISSED; i++) {
		struct post post = get(&d, posts[i].id);
		assert_int_equal(post.state, POST_SCHEDULED);
		assert_int_equal(post.planned_at - get(&d, posts[8].id).planned_at, ((i64)i - 8) * 20 * MINUTE);
		assert_int_equal(acts(&d, post.id, &list), 1);
		assert_int_equal(list[0].due_at, post.planned_at);
	}
	for (int i = 0; i < 30; i++)
		turn(&d, 5 * MINUTE);
	assert_int_equal(fake.published, 8);
	assert_int_equal(fake.count, 8);
}

/* Of a post on two channels one part left: the other is planned by itself. */
static void test_half_of_a_post(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	i64 channels[] = {d.channel, channel_more(&d, "Other")};
	struct post post = ready(&d, write_to(&d, channels, 2, "Fresh bread.", wall(&d, HOUR)).id);
	i64 id = press(&d, channels[1], false);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(let_go(&d, id), 1);
	assert_int_equal(get(&d, post.id).state, POST_TROUBLE);
	assert_int_equal(acts(&d, post.id, &list), 2);
	i64 late = list[0].state == PUBLICATION_LATE ? list[0].id : list[1].id;
	struct missed_wish plan = {.publications = &late, .count = 1, .choice = MISSED_PLAN, .wall_time = wall(&d, HOUR), .zone = S("Europe/Paris")};
	assert_ok(d.cx, missed_settle(d.cx, d.db, d.workspace, &plan));
	assert_int_equal(get(&d, post.id).state, POST_LEAVING);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 2);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
	plan.count = 0;
	assert_int_equal(missed_settle(d.cx, d.db, d.workspace, &plan), ERR_BAD_INPUT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_nothing_leaves),
		DATABASE_TEST(test_one_channel),
		DATABASE_TEST(test_taken_and_not_called),
		DATABASE_TEST(test_answers),
		DATABASE_TEST(test_who_may),
		DATABASE_TEST(test_send_plan_leave),
		DATABASE_TEST(test_half_of_a_post),
	};
	return on_both_engines(tests);
}
