/* Figures of our own messages and accounts: read at their pace, kept as they change, and never at the cost of anything else. */
#include "test.h"

#include "base/clock.h"
#include "base/cx.h"
#include "channel/channel.h"

static enum err fake_metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject);
#define FAKE_MORE .metrics = fake_metrics,
#define FAKE_CAN_MORE 0
#include "desk.h"

#include "flow/figures.h"
#include "store/channel_gate.h"
#include "store/metric_point.h"
#include "store/post_figure.h"
#include "store/post_reach.h"

static int asked;
static size_t asked_for;
static i64 likes, followers;
static enum err trouble;

static enum err fake_metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take, void *subject)
{
	asked++;
	if (trouble)
		return fail(cx, trouble, "not now");
	if (!count)
		return take(cx, subject, &(struct metric){(struct str){}, "followers", followers});
	asked_for = count;
	for (size_t i = 0; i < count; i++)
		TRY(take(cx, subject, &(struct metric){remote_ids[i], "likes", likes}));
	TRY(take(cx, subject, &(struct metric){remote_ids[0], "views", likes * 10}));
	return take(cx, subject, &(struct metric){S("somebody else’s"), "likes", 99});
}

static void turn(struct test_desk *d, i64 now)
{
	i64 count;
	time_set(now);
	d->cx->now = now;
	assert_ok(d->cx, figures_turn(d->cx, d->db, &d->outbox, &count));
}

static size_t points(struct test_desk *d, struct metric_point **ret_points)
{
	size_t count;
	assert_ok(d->cx, metric_points_of_account(d->cx, d->db, d->workspace, d->channel, 0, ret_points, &count));
	return count;
}

static void test_pace(void **state)
{
	struct test_desk d = desk_open(state);
	struct metric_point *list;
	struct channel_last *acts;
	struct channel c;
	size_t count;
	i64 start = d.cx->now, conversation;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.verified_at = start; /* before that, nobody knows whose figures they would be */
	asked = 0;
	turn(&d, start);
	assert_int_equal(asked, 0);
	assert_ok(d.cx, channel_verified(d.cx, d.db, &c));
	struct inbound post = {.kind = KIND_POST, .ours = true, .remote_id = S("p1"), .thread_id = S("p1"), .body = S("We bake #PainAuLevain, #bread and #painaulevain."), .at = start - HOUR, .author_followers = -1};
	enum ingest_result result;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &post, &result, NULL));
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	likes = 3;
	followers = 100;
	trouble = OK;
	turn(&d, start);
	assert_true(asked == 2 && asked_for == 1);
	assert_true(points(&d, &list) == 1 && list[0].value == 100 && str_eq(list[0].measure, S("followers")));
	turn(&d, start + HOUR); /* not due */
	assert_int_equal(asked, 2);
	turn(&d, start + 7 * HOUR); /* the same values: no new rows */
	assert_int_equal(asked, 4);
	assert_true(points(&d, &list) == 1 && list[0].told_at == start + 7 * HOUR && list[0].at == start);
	likes = 5;
	followers = 101;
	turn(&d, start + 14 * HOUR);
	assert_true(points(&d, &list) == 2 && list[1].value == 101);
	struct message m;
	assert_ok(d.cx, message_by_remote(d.cx, d.db, d.workspace, d.channel, S("p1"), &m));
	conversation = m.conversation;
	assert_ok(d.cx, metric_points_of_conversation(d.cx, d.db, d.workspace, conversation, &list, &count));
	assert_true(count == 4 && list[0].value == 3 && list[1].value == 5 && list[1].message == m.id && str_eq(list[1].measure, S("likes")));
	struct post_reach *reached; /* and the watch over reach has it, once */
	assert_ok(d.cx, post_reach_list(d.cx, d.db, d.workspace, d.channel, 10, &reached, &count));
	assert_true(count == 1 && reached[0].reach == 50 && str_eq(reached[0].format, S("text")) && reached[0].length == (i64)m.body.len && reached[0].at == m.at);
	struct post_figure *figures;
	struct post_figure_wish wish = {.workspace = d.workspace, .until = INT64_MAX, .limit = 10, .bodies = true};
	assert_ok(d.cx, post_figures(d.cx, d.db, &wish, &figures, &count));
	assert_true(count == 1 && figures[0].message == m.id && figures[0].at == m.at && figures[0].acts == 5 && figures[0].reach == 50 && str_eq(figures[0].body, m.body));
	assert_str(figures[0].tags, "PainAuLevain bread");
	wish.network = S("elsewhere");
	assert_ok(d.cx, post_figures(d.cx, d.db, &wish, &figures, &count));
	assert_int_equal(count, 0);
	trouble = ERR_REMOTE;
	turn(&d, start + 21 * HOUR); /* told as an act, and nothing of the channel's changes */
	turn(&d, start + 22 * HOUR);
	assert_int_equal(asked, 7);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_str(c.state, "ok");
	assert_ok(d.cx, channel_acts(d.cx, d.db, d.workspace, d.channel, &acts, &count));
	assert_true(count == 1 && str_eq(acts[0].act, S("metrics")) && acts[0].failed_at == start + 21 * HOUR && str_eq(acts[0].story, S("not now")));
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_pace)};
	return on_both_engines(tests);
}
