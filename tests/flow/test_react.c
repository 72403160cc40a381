/* Likes: kept first, sent once, taken back; and hiding where it is taking away. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_REACT | HIDES_FOR_GOOD
#include "desk.h"

#include "flow/react.h"
#include "store/message.h"
#include "store/publication.h"

static bool liked(struct test_desk *d, i64 message)
{
	bool is;
	assert_ok(d->cx, react_is_liked(d->cx, d->db, d->workspace, message, &is));
	return is;
}

static enum publication_state newest(struct test_desk *d, i64 message, const char *act)
{
	struct publication p;
	assert_ok(d->cx, publication_of(d->cx, d->db, d->workspace, message, str_of(act), &p));
	return p.state;
}

static void turn(struct test_desk *d, i64 later)
{
	i64 count;
	time_set(d->cx->now += later);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
}

static void set(struct test_desk *d, i64 message, bool on)
{
	assert_ok(d->cx, react_set(d->cx, d->db, d->workspace, message, on, NULL));
}

static void test_there_and_back(void **state)
{
	struct test_desk d = desk_open(state);
	i64 m = desk_say(&d, "nadia", "t1", "m1", "Bravo");
	assert_false(liked(&d, m));
	set(&d, m, true);
	set(&d, m, true); /* once */
	assert_true(liked(&d, m));
	turn(&d, SECOND);
	assert_int_equal(fake.published, 1);
	assert_int_equal(newest(&d, m, "react"), PUBLICATION_SENT);
	set(&d, m, false);
	assert_false(liked(&d, m));
	turn(&d, SECOND);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 2);
	assert_false(liked(&d, m));
}

/* Taken back before it left: nothing leaves at all. */
static void test_thought_over(void **state)
{
	struct test_desk d = desk_open(state);
	i64 m = desk_say(&d, "nadia", "t1", "m1", "Bravo");
	set(&d, m, true);
	set(&d, m, false);
	assert_false(liked(&d, m));
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 0);
}

/* What the network refused is not liked; the person who pressed is told. */
static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	i64 m = desk_say(&d, "nadia", "t1", "m1", "Bravo");
	fake.publish = OUTCOME_NEVER;
	set(&d, m, true);
	turn(&d, SECOND);
	assert_int_equal(newest(&d, m, "react"), PUBLICATION_FAILED);
	assert_false(liked(&d, m));
	fake.publish = OUTCOME_DONE;
	set(&d, m, true);
	turn(&d, SECOND);
	assert_true(liked(&d, m));
	assert_int_equal(newest(&d, m, "react"), PUBLICATION_SENT);
}

/* Nobody knows whether it arrived: it is cleared up before anything else is asked. */
static void test_in_doubt(void **state)
{
	struct test_desk d = desk_open(state);
	i64 m = desk_say(&d, "nadia", "t1", "m1", "Bravo");
	fake.publish = OUTCOME_UNKNOWN;
	fake.accepts = true;
	set(&d, m, true);
	turn(&d, SECOND);
	assert_err(react_set(d.cx, d.db, d.workspace, m, false, NULL), ERR_CONFLICT);
	cx_forget(d.cx);
	turn(&d, 10 * MINUTE);
	assert_int_equal(newest(&d, m, "react"), PUBLICATION_SENT);
	fake.publish = OUTCOME_DONE;
	set(&d, m, false);
	turn(&d, SECOND);
	assert_int_equal(newest(&d, m, "unreact"), PUBLICATION_SENT);
}

/* Hiding that cannot be taken back over there leaves after a minute, and not at all when it is thought over. */
static void test_for_good(void **state)
{
	struct test_desk d = desk_open(state);
	for (int restored = 0; restored < 2; restored++) {
		char id[8];
		snprintf(id, sizeof id, "m%d", restored);
		i64 m = desk_say(&d, "nadia", restored ? "t2" : "t1", id, "Idiots");
		struct hide_request hide = {.message = m, .article = d.article, .reason = S("It insults")};
		int before = fake.published;
		assert_ok(d.cx, moderate_hide(d.cx, d.db, d.workspace, &hide, NULL));
		turn(&d, 30 * SECOND);
		assert_int_equal(fake.published, before);
		if (restored)
			assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, m, S("Thought over")));
		turn(&d, MINUTE);
		assert_int_equal(fake.published, before + !restored);
		if (!restored) { /* gone there: it is put back here alone */
			assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, m, S("Sorry")));
			turn(&d, MINUTE);
			assert_int_equal(fake.published, before + 1);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_there_and_back), DATABASE_TEST(test_thought_over), DATABASE_TEST(test_refused), DATABASE_TEST(test_in_doubt), DATABASE_TEST(test_for_good),
	};
	return on_both_engines(tests);
}
