/* How posts are approved, set by people: ways with steps, whom they ask, which channel goes which way; changed while posts wait in them. */
#include "post_desk.h"

#include "flow/approving.h"
#include "store/team.h"

static i64 keep(struct test_desk *d, const struct way_wish *wish)
{
	i64 id = 0;
	assert_ok(d->cx, approving_keep(d->cx, d->db, d->workspace, wish, &id));
	return id;
}

/* A channel goes its own way, the others everybody's; a step fewer; none any more. */
static void test_ways(void **state)
{
	struct test_desk d = desk_open(state);
	i64 other = channel_more(&d, "Other"), way, found;
	struct workflow_step steps[] = {{.name = S("Words"), .person = d.moderator.user, .within = DAY}, {.name = S("Law")}};
	struct way_wish everybody = {.name = S("Two readers"), .is_default = true, .steps = steps, .step_count = 2};
	struct way_wish own = {.name = S("The boss"), .steps = &steps[1], .step_count = 1, .channels = &other, .channel_count = 1};
	i64 first = keep(&d, &everybody), second = keep(&d, &own);
	assert_ok(d.cx, workflow_of(d.cx, d.db, d.workspace, d.channel, &way));
	assert_true(way == first);
	assert_ok(d.cx, workflow_of(d.cx, d.db, d.workspace, other, &way));
	assert_true(way == second);
	own.id = second;
	own.channel_count = 0;
	keep(&d, &own);
	assert_ok(d.cx, workflow_of(d.cx, d.db, d.workspace, other, &way));
	assert_true(way == first);
	assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &(struct way_wish){.name = S("The boss"), .steps = steps, .step_count = 1}, &found), ERR_BAD_INPUT); /* taken */
	assert_ok(d.cx, approving_put_away(d.cx, d.db, d.workspace, first));
	assert_ok(d.cx, workflow_of(d.cx, d.db, d.workspace, d.channel, &way));
	assert_true(way == 0);
	struct post post = ready(&d, write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR)).id);
	assert_int_equal(post.state, POST_SCHEDULED);
	keep(&d, &everybody); /* its name is free again */
}

/* The step that a post waits for names somebody else by now; and then it is no step any more. */
static void test_changed_meanwhile(void **state)
{
	struct test_desk d = desk_open(state);
	struct workflow_step steps[] = {{.name = S("Words"), .person = d.moderator.user}, {.name = S("Law"), .person = d.agent.user}, {.name = S("Boss"), .person = d.guest.user}};
	struct way_wish wish = {.name = S("Readers"), .is_default = true, .steps = steps, .step_count = 3};
	wish.id = keep(&d, &wish);
	struct post post = ready(&d, write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, 3 * DAY)).id);
	assert_int_equal(post.state, POST_REVIEW);
	steps[0].person = d.guest.user;
	keep(&d, &wish);
	desk_act_as(&d, &d.moderator);
	assert_int_equal(post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post), ERR_DENIED);
	desk_act_as(&d, &d.guest);
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_REVIEW); /* waits for the second */
	desk_act_as(&d, &d.owner);
	wish.step_count = 1;
	keep(&d, &wish);
	desk_act_as(&d, &d.agent); /* what waits in it is decided there still; then, since its place is gone, from the first on */
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_REVIEW);
	desk_act_as(&d, &d.guest);
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
}

static void test_refusals(void **state)
{
	struct test_desk d = desk_open(state);
	struct workflow_step step = {.name = S("Words")};
	struct way_wish wish = {.name = S("Readers"), .steps = &step, .step_count = 1};
	i64 id, nowhere = 17;
	const struct {
		struct workflow_step step;
		enum err error;
	} bad[] = {
		{{.name = S("")}, ERR_BAD_INPUT}, {{.name = S("Words"), .within = -1}, ERR_BAD_INPUT}, {{.name = S("Words"), .within = 61 * DAY}, ERR_BAD_INPUT},
		{{.name = S("Words"), .person = 17}, ERR_BAD_INPUT}, {{.name = S("Words"), .deputy = d.agent.user}, ERR_BAD_INPUT}, {{.name = S("Words"), .team = 17}, ERR_MISSING},
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		step = bad[i].step;
		assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &wish, &id), bad[i].error);
	}
	step = (struct workflow_step){.name = S("Words")};
	wish.step_count = 0;
	assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	wish.step_count = 1;
	wish.channels = &nowhere;
	wish.channel_count = 1;
	assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &wish, &id), ERR_MISSING);
	wish.channel_count = 0;
	wish.name = S("");
	assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	wish.name = S("Readers");
	desk_act_as(&d, &d.agent);
	assert_int_equal(approving_keep(d.cx, d.db, d.workspace, &wish, &id), ERR_DENIED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_ways),
		DATABASE_TEST(test_changed_meanwhile),
		DATABASE_TEST(test_refusals),
	};
	return on_both_engines(tests);
}
