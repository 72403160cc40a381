/* Two ways to say something compared: rules fixed before anything leaves, counted once each, decided once, at the end. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "flow/ab_test.h"
#include "flow/post.h"
#include "store/metric_point.h"

static struct post write_post(struct test_desk *d, const char *body)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post_request r = {.text = {.body = str_of(body)}, .variants = &v, .variant_count = 1};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

static void leave(struct test_desk *d, struct post *post)
{
	i64 turned;
	assert_ok(d->cx, post_ready(d->cx, d->db, d->workspace, post->id, post->revision, post));
	assert_ok(d->cx, post_publish(d->cx, d->db, d->workspace, post->id, post->revision, post));
	time_set(d->cx->now += MINUTE);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &turned));
}

static void tell(struct test_desk *d, i64 post, const char *measure, i64 value)
{
	struct ab_left left;
	assert_ok(d->cx, ab_post_left(d->cx, d->db, d->workspace, post, d->channel, &left));
	struct metric_point p = {.id = id_new(), .workspace = d->workspace, .channel = d->channel, .message = left.message, .measure = str_of(measure), .value = value, .at = d->cx->now,
				 .told_at = d->cx->now};
	assert_ok(d->cx, metric_point_take(d->cx, d->db, &p));
}

static i64 begin(struct test_desk *d, const struct post *a, const struct post *b, i64 least)
{
	i64 id;
	struct ab_wish w = {.name = S("A question first?"), .channel = d->channel, .metric = AB_REACTIONS, .confidence = 95, .days = 2, .least = least, .a = &a->id, .a_count = 1, .b = &b->id,
			    .b_count = 1};
	assert_ok(d->cx, ab_test_start(d->cx, d->db, d->workspace, &w, &id));
	return id;
}

static void look(struct test_desk *d)
{
	i64 done;
	desk_act_as(d, &d->owner);
	assert_ok(d->cx, ab_tests_turn(d->cx, d->db, &done));
}

static struct ab_test get(struct test_desk *d, i64 id)
{
	struct ab_test t;
	assert_ok(d->cx, ab_test_get(d->cx, d->db, d->workspace, id, &t));
	return t;
}

static void expect(struct test_desk *d, i64 likes_a, i64 likes_b, i64 least, enum ab_verdict wanted)
{
	struct post a = write_post(d, "Bread on Sunday."), b = write_post(d, "What do you eat on Sunday?");
	i64 id = begin(d, &a, &b, least);
	leave(d, &a);
	time_set(d->cx->now += DAY);
	leave(d, &b);
	tell(d, a.id, "likes", likes_a);
	tell(d, b.id, "likes", likes_b);
	look(d);
	assert_int_equal(get(d, id).state, AB_RUNNING); /* however clear it looks */
	time_set(d->cx->now += DAY + HOUR);
	tell(d, a.id, "likes", 100000); /* what comes after its time does not count */
	look(d);
	assert_int_equal(get(d, id).state, AB_RUNNING); /* A was counted, B was not yet */
	time_set(d->cx->now += DAY);
	look(d);
	assert_int_equal(get(d, id).state, AB_DECIDED);
	assert_int_equal(get(d, id).verdict, wanted);
	look(d);
	assert_int_equal(get(d, id).verdict, wanted);
}

static void test_verdicts(void **state)
{
	struct test_desk d = desk_open(state);
	expect(&d, 20, 90, 50, AB_B);
	expect(&d, 90, 20, 50, AB_A);
	expect(&d, 50, 55, 50, AB_NONE);
	expect(&d, 3, 40, 50, AB_FEW);
}

/* Where posts differ that much anyway, the same figures say nothing. */
static void test_past(void **state)
{
	struct test_desk d = desk_open(state);
	static const i64 likes[] = {5, 120, 30, 8, 200, 15, 60, 3};
	for (size_t i = 0; i < COUNT(likes); i++) {
		struct post post = write_post(&d, "One of before.");
		leave(&d, &post);
		tell(&d, post.id, "likes", likes[i]);
	}
	time_set(d.cx->now += 5 * DAY);
	struct post a = write_post(&d, "A."), b = write_post(&d, "B.");
	struct ab_test t = get(&d, begin(&d, &a, &b, 0));
	assert_int_equal(t.past_posts, 8);
	assert_true(t.unevenness > 50000);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, ab_test_stop(d.cx, d.db, d.workspace, t.id, S("enough")));
	expect(&d, 20, 90, 50, AB_NONE);
}

static void refuses(struct test_desk *d, struct ab_wish w, const char *field)
{
	i64 id;
	assert_err(ab_test_start(d->cx, d->db, d->workspace, &w, &id), ERR_BAD_INPUT);
	assert_string_equal(d->cx->field, field);
	cx_forget(d->cx);
}

static void test_rules(void **state)
{
	struct test_desk d = desk_open(state);
	struct post a = write_post(&d, "A."), b = write_post(&d, "B."), gone = write_post(&d, "Gone.");
	struct ab_wish w = {.name = S("x"), .channel = d.channel, .metric = AB_COMMENTS, .confidence = 90, .days = 1, .a = &a.id, .a_count = 1, .b = &b.id, .b_count = 1}, bad;
	i64 id, post, none;
	leave(&d, &gone);
	bad = w, bad.b = &a.id;
	refuses(&d, bad, "b");
	bad = w, bad.b = &gone.id;
	refuses(&d, bad, "b"); /* its figures may be known already */
	bad = w, bad.confidence = 97;
	refuses(&d, bad, "confidence");
	bad = w, bad.days = 0;
	refuses(&d, bad, "days");
	bad = w, bad.metric = AB_CLICKS;
	refuses(&d, bad, "metric"); /* nothing counts them */
	assert_ok(d.cx, ab_test_start(d.cx, d.db, d.workspace, &w, &id));
	refuses(&d, w, "a");        /* they are compared already */
	assert_err(ab_test_use(d.cx, d.db, d.workspace, id, false, NULL, 0, &post), ERR_CONFLICT);
	cx_forget(d.cx);
	assert_err(ab_test_stop(d.cx, d.db, d.workspace, id, S(" ")), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_ok(d.cx, ab_test_stop(d.cx, d.db, d.workspace, id, S("The picture was wrong.")));
	assert_err(ab_test_stop(d.cx, d.db, d.workspace, id, S("Again")), ERR_CONFLICT);
	cx_forget(d.cx);
	look(&d);
	assert_int_equal(get(&d, id).state, AB_STOPPED);
	/* what never leaves is given up */
	assert_ok(d.cx, ab_test_start(d.cx, d.db, d.workspace, &w, &none));
	time_set(d.cx->now += AB_WAITS + 2 * DAY);
	look(&d);
	assert_int_equal(get(&d, none).state, AB_STOPPED);
	assert_true(str_eq(get(&d, none).story, S("late")));
}

static void test_winner(void **state)
{
	struct test_desk d = desk_open(state);
	struct post a = write_post(&d, "A."), b = write_post(&d, "B, with a question?"), made;
	struct post_variant *variants;
	size_t count;
	i64 id = begin(&d, &a, &b, 0), post;
	leave(&d, &a);
	leave(&d, &b);
	tell(&d, a.id, "likes", 10);
	tell(&d, b.id, "likes", 100);
	time_set(d.cx->now += 3 * DAY);
	look(&d);
	assert_ok(d.cx, ab_test_use(d.cx, d.db, d.workspace, id, false, &d.channel, 1, &post));
	assert_ok(d.cx, post_get(d.cx, d.db, d.workspace, post, &made));
	assert_true(str_eq(made.body, b.body) && made.state == POST_DRAFT);
	assert_ok(d.cx, post_variants(d.cx, d.db, d.workspace, post, &variants, &count));
	assert_int_equal(count, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_verdicts), DATABASE_TEST(test_past), DATABASE_TEST(test_rules), DATABASE_TEST(test_winner)};
	return on_both_engines(tests);
}
