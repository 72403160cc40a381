/* Queues: the next free hour of the week, whatever clocks do; one that is left is free again; the order, and closing up. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"

#include "flow/calendar.h"
#include "flow/post.h"
#include "flow/queue.h"
#include "model/slot.h"

#define PARIS S("Europe/Paris")

static i64 at(int year, int month, int day, int hour, int minute)
{
	return zone_instant(PARIS, (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static struct test_desk open_at(void **state)
{
	time_set(at(2027, 3, 22, 10, 0)); /* a Monday */
	return desk_open(state);
}

static struct queue make(struct test_desk *d, const int *slots, size_t count)
{
	struct queue q = {.workspace = d->workspace, .name = S("Social"), .zone = PARIS};
	assert_ok(d->cx, queue_keep(d->cx, d->db, &q, slots, count, &d->channel, 1));
	return q;
}

static struct post get(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, id, &post));
	return post;
}

static struct post write_one(struct test_desk *d, const char *body, const char *wall)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post_request r = {.text = {.body = str_of(body)}, .variants = &v, .variant_count = 1, .wall_time = str_of(wall)};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

static struct post add(struct test_desk *d, const struct queue *q, const char *body)
{
	struct post post = write_one(d, body, "");
	assert_ok(d->cx, queue_add(d->cx, d->db, d->workspace, q->id, post.id, post.revision, &post));
	return post;
}

static void test_next_free(void **state)
{
	struct test_desk d = open_at(state);
	const int slots[] = {slot_of(1, 9, 0), slot_of(0, 18, 40), slot_of(1, 9, 0)};
	struct queue q = make(&d, slots, 3);
	struct post taken = write_one(&d, "By hand, on the same channel", "2027-03-23T09:00");
	struct post first = add(&d, &q, "First"), second = add(&d, &q, "Second"), third = add(&d, &q, "Third");
	assert_str(first.wall_time, "2027-03-22T18:40");
	assert_str(second.wall_time, "2027-03-29T18:40"); /* Tuesday is taken; over the night of 28 March it stays at 18:40 */
	assert_int_equal(second.planned_at - first.planned_at, 7 * DAY - HOUR);
	assert_str(third.wall_time, "2027-03-30T09:00");
	/* moved by hand, it has left the queue, and its hour is free */
	struct post post;
	assert_ok(d.cx, post_plan(d.cx, d.db, d.workspace, second.id, get(&d, second.id).revision, S("2027-03-29T12:00"), (struct str){}, &post));
	struct post fourth = add(&d, &q, "Fourth");
	assert_str(fourth.wall_time, "2027-03-29T18:40");
	assert_ok(d.cx, post_put_away(d.cx, d.db, d.workspace, taken.id, true));
	assert_str(add(&d, &q, "Fifth").wall_time, "2027-03-23T09:00");
	/* taken out, it has none; given it back, it is in again */
	assert_ok(d.cx, queue_take_out(d.cx, d.db, d.workspace, first.id, &post));
	assert_int_equal(post.planned_at, 0);
	i64 queue;
	assert_ok(d.cx, queue_of_post(d.cx, d.db, d.workspace, first.id, &queue));
	assert_int_equal(queue, 0);
	assert_ok(d.cx, post_plan(d.cx, d.db, d.workspace, first.id, post.revision, S("2027-03-22T18:40"), PARIS, &post));
	assert_ok(d.cx, queue_of_post(d.cx, d.db, d.workspace, first.id, &queue));
	assert_int_equal(queue, q.id);
	time_set(0);
}

/* An approval holds on; what is scheduled leaves at the hour of its slot. */
static void test_scheduled(void **state)
{
	struct test_desk d = open_at(state);
	struct queue q = make(&d, (int[]){slot_of(0, 18, 40)}, 1);
	struct post post = write_one(&d, "Ready", "");
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_APPROVED);
	assert_ok(d.cx, queue_add(d.cx, d.db, d.workspace, q.id, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	assert_ok(d.cx, queue_take_out(d.cx, d.db, d.workspace, post.id, &post));
	assert_int_equal(post.state, POST_APPROVED);
	time_set(0);
}

static void test_order(void **state)
{
	struct test_desk d = open_at(state);
	struct queue q = make(&d, (int[]){slot_of(0, 18, 0), slot_of(1, 18, 0), slot_of(2, 18, 0), slot_of(3, 18, 0)}, 4);
	struct post posts[4];
	struct queue_post *list;
	size_t count;
	i64 moved;
	for (int i = 0; i < 4; i++)
		posts[i] = add(&d, &q, "One of four");
	assert_ok(d.cx, queue_reorder(d.cx, d.db, d.workspace, posts[3].id, -2));
	assert_ok(d.cx, queue_posts(d.cx, d.db, d.workspace, q.id, 0, &list, &count));
	const i64 wanted[] = {posts[0].id, posts[3].id, posts[1].id, posts[2].id};
	assert_int_equal(count, 4);
	for (int i = 0; i < 4; i++)
		assert_true(list[i].post == wanted[i] && list[i].planned_at == posts[i].planned_at);
	assert_ok(d.cx, queue_reorder(d.cx, d.db, d.workspace, posts[0].id, 99)); /* to the end */
	assert_str(get(&d, posts[0].id).wall_time, "2027-03-25T18:00");
	assert_ok(d.cx, queue_take_out(d.cx, d.db, d.workspace, posts[3].id, &posts[3]));
	assert_ok(d.cx, queue_close_up(d.cx, d.db, d.workspace, q.id, &moved));
	assert_int_equal(moved, 3);
	assert_str(get(&d, posts[1].id).wall_time, "2027-03-22T18:00");
	assert_str(get(&d, posts[0].id).wall_time, "2027-03-24T18:00");
	assert_ok(d.cx, queue_close_up(d.cx, d.db, d.workspace, q.id, &moved));
	assert_int_equal(moved, 0);
	time_set(d.cx->now += DAY); /* the first was not approved, and its hour went by */
	assert_int_equal(queue_reorder(d.cx, d.db, d.workspace, posts[1].id, 1), ERR_CONFLICT);
	assert_ok(d.cx, queue_reorder(d.cx, d.db, d.workspace, posts[2].id, 1));
	assert_str(get(&d, posts[2].id).wall_time, "2027-03-24T18:00");
	assert_ok(d.cx, queue_close_up(d.cx, d.db, d.workspace, q.id, &moved));
	assert_str(get(&d, posts[1].id).wall_time, "2027-03-23T18:00");
	desk_act_as(&d, &d.agent);
	assert_int_equal(queue_put_away(d.cx, d.db, d.workspace, q.id, true), ERR_DENIED);
	time_set(0);
}

static void test_nights(void **state)
{
	(void)state;
	i64 list[8];
	/* 28 March 2027 has no 02:30 in Paris: 03:00, the same as the slot of 03:00 */
	const int spring[] = {slot_of(6, 1, 0), slot_of(6, 2, 30), slot_of(6, 3, 0), slot_of(6, 3, 30)};
	assert_int_equal(slots_next(spring, 4, PARIS, at(2027, 3, 27, 12, 0), 3, list, 8), 3);
	assert_int_equal(list[1] - list[0], HOUR);
	assert_int_equal(list[1], at(2027, 3, 28, 3, 0));
	/* 31 October 2027 has 02:30 twice: the first */
	const int autumn[] = {slot_of(6, 2, 30), slot_of(6, 3, 0)};
	assert_int_equal(slots_next(autumn, 2, PARIS, at(2027, 10, 30, 12, 0), 3, list, 8), 2);
	assert_int_equal(list[1] - list[0], 90 * MINUTE);
	/* asked between the two 02:30, the first is over */
	assert_int_equal(slots_next(autumn, 2, PARIS, list[0] + HOUR, 1, list, 8), 1);
	int slot;
	assert_true(slot_read(S("Mon 09:00"), &slot) && slot == slot_of(0, 9, 0));
	assert_true(slot_read(S("dimanche 18:40"), &slot) && slot == slot_of(6, 18, 40));
	assert_true(slot_read(S("7 18:40"), &slot) && slot == slot_of(6, 18, 40));
	assert_false(slot_read(S("8 18:40"), &slot) || slot_read(S("mon 24:00"), &slot) || slot_read(S("mon"), &slot) || slot_read(S("mon 9:5"), &slot));
}

static void test_refusals(void **state)
{
	struct test_desk d = open_at(state);
	struct queue q = make(&d, (int[]){slot_of(0, 18, 0)}, 1), other = {.workspace = d.workspace, .name = S("Social"), .zone = PARIS};
	assert_int_equal(queue_keep(d.cx, d.db, &other, (int[]){3}, 1, NULL, 0), ERR_BAD_INPUT);
	other = (struct queue){.workspace = d.workspace, .name = S("Other"), .zone = PARIS};
	assert_int_equal(queue_keep(d.cx, d.db, &other, NULL, 0, NULL, 0), ERR_BAD_INPUT);
	assert_int_equal(queue_keep(d.cx, d.db, &other, (int[]){WEEK_MINUTES}, 1, NULL, 0), ERR_BAD_INPUT);
	struct post post = write_one(&d, "Late", "");
	assert_int_equal(queue_add(d.cx, d.db, d.workspace, q.id, post.id, post.revision + 1, &post), ERR_CONFLICT);
	assert_ok(d.cx, queue_put_away(d.cx, d.db, d.workspace, q.id, true));
	assert_int_equal(queue_add(d.cx, d.db, d.workspace, q.id, post.id, post.revision, &post), ERR_CONFLICT);
	assert_ok(d.cx, queue_put_away(d.cx, d.db, d.workspace, q.id, false));
	for (int i = 0; i < 53; i++)
		add(&d, &q, "Filled");
	assert_int_equal(queue_add(d.cx, d.db, d.workspace, q.id, post.id, post.revision, &post), ERR_CONFLICT);
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_next_free), DATABASE_TEST(test_scheduled), DATABASE_TEST(test_order), DATABASE_TEST(test_nights),
						  DATABASE_TEST(test_refusals)};
	return on_both_engines(tests);
}
