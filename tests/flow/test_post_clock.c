/* What becomes of posts when the clock does what clocks do: nights in which an hour is missing or comes twice, jumps forwards and backwards, a machine that was
 * suspended. Each leaves once, at the minute that was meant, or asks a person. */
#include "post_desk.h"

#include "flow/outbox.h"

static struct post plan_at(struct test_desk *d, const char *wall_time, const char *zone)
{
	struct post_variant_request variant = {.channel = d->channel};
	struct post_request r = {.title = S("Night bread"), .text = {.body = S("Night bread.")}, .variants = &variant, .variant_count = 1, .wall_time = str_of(wall_time), .zone = str_of(zone)};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return ready(d, post.id);
}

static void at(struct test_desk *d, const char *instant)
{
	assert_true(time_parse(str_of(instant), &d->cx->now));
	time_set(d->cx->now);
}

/* The night goes by, a turn every five minutes; when the first left, 0 never. */
static i64 night(struct test_desk *d, const char *from, const char *until)
{
	i64 end, left_at = 0;
	assert_true(time_parse(str_of(until), &end));
	for (at(d, from); d->cx->now < end;) {
		i64 now = d->cx->now + 5 * MINUTE;
		int before = fake.published;
		turn(d, 5 * MINUTE);
		if (fake.published > before && !left_at)
			left_at = now;
		at(d, time_text(d->cx->arena, now).at);
	}
	return left_at;
}

static void expect_left(i64 left_at, const char *when)
{
	i64 wanted;
	assert_true(time_parse(str_of(when), &wanted));
	assert_int_equal(left_at, wanted);
}

/* 28 March 2027, Paris: 02:00 is 03:00. What was meant for half past two leaves right after the gap; its neighbours at their minutes. */
static void test_an_hour_that_does_not_exist(void **state)
{
	struct test_desk d = desk_open(state);
	at(&d, "2027-03-27T12:00:00Z");
	struct post skipped = plan_at(&d, "2027-03-28T02:30", "Europe/Paris");
	expect_left(night(&d, "2027-03-27T23:00:00Z", "2027-03-28T06:00:00Z"), "2027-03-28T01:00:00Z");
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, skipped.id).state, POST_PUBLISHED);
	at(&d, "2027-03-27T12:00:00Z");
	plan_at(&d, "2027-03-28T01:55", "Europe/Paris");
	expect_left(night(&d, "2027-03-27T23:00:00Z", "2027-03-28T00:58:00Z"), "2027-03-28T00:55:00Z");
	at(&d, "2027-03-27T12:00:00Z");
	plan_at(&d, "2027-03-28T03:00", "Europe/Paris");
	expect_left(night(&d, "2027-03-28T00:30:00Z", "2027-03-28T06:00:00Z"), "2027-03-28T01:00:00Z");
	assert_int_equal(fake.published, 3);
}

/* 31 October 2027, Paris: half past two comes twice. It leaves at the first, and not again at the second; what is meant for three waits for both. */
static void test_an_hour_that_comes_twice(void **state)
{
	struct test_desk d = desk_open(state);
	at(&d, "2027-10-30T12:00:00Z");
	struct post twice = plan_at(&d, "2027-10-31T02:30", "Europe/Paris");
	expect_left(night(&d, "2027-10-30T22:00:00Z", "2027-10-31T06:00:00Z"), "2027-10-31T00:30:00Z");
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, twice.id).state, POST_PUBLISHED);
	at(&d, "2027-10-30T12:00:00Z");
	plan_at(&d, "2027-10-31T03:00", "Europe/Paris");
	expect_left(night(&d, "2027-10-30T22:00:00Z", "2027-10-31T06:00:00Z"), "2027-10-31T02:00:00Z");
	assert_int_equal(fake.published, 2);
	assert_int_equal(fake.count, 2);
}

/* Other places change on other nights: 14 March 2027, New York. */
static void test_the_clock_of_its_place(void **state)
{
	struct test_desk d = desk_open(state);
	at(&d, "2027-03-13T12:00:00Z");
	plan_at(&d, "2027-03-14T02:30", "America/New_York");
	expect_left(night(&d, "2027-03-14T05:00:00Z", "2027-03-14T10:00:00Z"), "2027-03-14T07:00:00Z");
	assert_int_equal(fake.published, 1);
}

/* The clock goes back after it left, and its minute comes once more. */
static void test_backwards(void **state)
{
	struct test_desk d = desk_open(state);
	struct post first = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR)), second = write_to(&d, &d.channel, 1, "Evening bread.", wall(&d, 3 * HOUR));
	ready(&d, first.id);
	ready(&d, second.id);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	turn(&d, -2 * HOUR);
	for (int i = 0; i < 24; i++) /* two hours */
		turn(&d, 5 * MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, first.id).state, POST_PUBLISHED);
	for (int i = 0; i < 30; i++)
		turn(&d, 5 * MINUTE);
	assert_int_equal(fake.published, 2);
	assert_int_equal(get(&d, second.id).state, POST_PUBLISHED);
	assert_int_equal(fake.count, 2);
}

/* It goes back while one is on its way, and the worker dies: its successor looks for it, and soon. */
static void test_backwards_under_way(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *leased;
	size_t count;
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	time_set(d.cx->now += HOUR + MINUTE);
	assert_ok(d.cx, publication_lease(d.cx, d.db, d.workspace, d.channel, S("the dead one"), d.cx->now + OUTBOX_LEASE, 10, &leased, &count));
	assert_int_equal(count, 1);
	assert_ok(d.cx, post_embody(d.cx, d.db, leased));
	fake_accept(leased->dedup_key);
	turn(&d, -12 * HOUR);
	assert_ok(d.cx, outbox_recover(d.cx, d.db));
	turn(&d, MINUTE);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 0);
	assert_int_equal(fake.looked, 1);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
	assert_int_equal(fake.count, 1);
}

/* What was to be tried again in a moment, by a clock that was a year ahead, is tried again in a moment. */
static void test_back_from_the_future(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	fake.publish = OUTCOME_LATER;
	turn(&d, HOUR + MINUTE);
	assert_int_equal(fake.published, 1);
	fake.publish = OUTCOME_DONE;
	turn(&d, -300 * DAY); /* no turn of a day ago knew of it */
	assert_int_equal(fake.published, 1);
	assert_ok(d.cx, outbox_clock_went_back(d.cx, d.db));
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 2);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

/* The machine slept, or its clock was put forward: what was due meanwhile asks, all of it; what comes later leaves at its minute. */
static void test_forwards(void **state)
{
	struct test_desk d = desk_open(state);
	struct post slept[20], after = write_to(&d, &d.channel, 1, "Tomorrow's bread.", wall(&d, DAY));
	for (size_t i = 0; i < COUNT(slept); i++) {
		slept[i] = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR + (i64)i * 10 * MINUTE));
		ready(&d, slept[i].id);
	}
	ready(&d, after.id);
	turn(&d, 20 * HOUR);
	turn(&d, MINUTE);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 0);
	for (size_t i = 0; i < COUNT(slept); i++)
		assert_int_equal(get(&d, slept[i].id).state, POST_TROUBLE);
	turn(&d, 4 * HOUR);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, after.id).state, POST_PUBLISHED);
}

/* A short sleep is none: within the hour that the workspace allows, it leaves when the machine wakes. */
static void test_a_nap(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	turn(&d, HOUR + 50 * MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_an_hour_that_does_not_exist),
		DATABASE_TEST(test_an_hour_that_comes_twice),
		DATABASE_TEST(test_the_clock_of_its_place),
		DATABASE_TEST(test_backwards),
		DATABASE_TEST(test_backwards_under_way),
		DATABASE_TEST(test_back_from_the_future),
		DATABASE_TEST(test_forwards),
		DATABASE_TEST(test_a_nap),
	};
	return on_both_engines(tests);
}
