/* Posts that come again: made ahead, once each whatever happens; approved where their words are; one left out, one and all that follow changed; evergreen
 * ones after their rest, never twice on one network within it. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"

#include "flow/post.h"
#include "flow/queue.h"
#include "flow/series.h"
#include "model/slot.h"

#define PARIS S("Europe/Paris")

static i64 at(int year, int month, int day, int hour, int minute)
{
	return zone_instant(PARIS, (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static struct test_desk open_at(void **state)
{
	time_set(at(2027, 3, 1, 10, 0)); /* a Monday */
	return desk_open(state);
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

static void reword(struct test_desk *d, i64 id, const char *body)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post post = get(d, id);
	struct post_request r = {.id = id, .revision = post.revision, .text = {.body = str_of(body)}, .variants = &v, .variant_count = 1, .wall_time = post.wall_time, .zone = post.zone};
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
}

/* The working role looks, `later` from now. */
static i64 turn(struct test_desk *d, i64 later)
{
	struct actor before = *d->cx->actor;
	i64 done, wake;
	time_set(d->cx->now += later);
	desk_act_as(d, &(struct actor){.kind = ACTOR_PROGRAM, .name = S("Parvis")});
	assert_ok(d->cx, series_turn(d->cx, d->db, &done, &wake));
	desk_act_as(d, &before);
	return done;
}

static struct series begin(struct test_desk *d, i64 post, const char *rule)
{
	struct series s;
	i64 id;
	assert_ok(d->cx, series_begin(d->cx, d->db, d->workspace, post, &(struct series_request){.rule = str_of(rule)}, &id));
	assert_ok(d->cx, series_get(d->cx, d->db, d->workspace, id, &s));
	return s;
}

static size_t made(struct test_desk *d, i64 series, struct series_post **ret_list)
{
	size_t count;
	assert_ok(d->cx, series_posts(d->cx, d->db, d->workspace, series, 0, 100, ret_list, &count));
	return count;
}

static void test_made_once(void **state)
{
	struct test_desk d = open_at(state);
	struct series_post *list;
	struct post post = write_one(&d, "Fresh bread.", "2027-03-02T18:40");
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	struct series s = begin(&d, post.id, "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270601T235959");
	assert_int_equal(turn(&d, SECOND), 2); /* 16 and 30 March; 13 April is more than six weeks away */
	assert_int_equal(made(&d, s.id, &list), 3);
	assert_str(get(&d, list[2].post).wall_time, "2027-03-30T18:40"); /* the clock on the wall, over the night of 28 March */
	assert_int_equal(get(&d, list[2].post).planned_at - get(&d, list[1].post).planned_at, 14 * DAY - HOUR);
	for (int i = 0; i < 3; i++)
		assert_int_equal(get(&d, list[i].post).state, POST_SCHEDULED); /* the words were approved */
	assert_int_equal(turn(&d, 0), 0);
	assert_int_equal(turn(&d, 7 * HOUR), 0);
	assert_int_equal(turn(&d, 7 * DAY), 1);
	assert_int_equal(turn(&d, 90 * DAY), 3); /* it was away: what went by is noted, not sent */
	i64 there, missed;
	assert_ok(d.cx, series_counts(d.cx, d.db, d.workspace, s.id, &there, &missed));
	assert_true(there == 4 && missed == 3);
	assert_ok(d.cx, series_get(d.cx, d.db, d.workspace, s.id, &s));
	assert_true(s.ended_at > 0);
	time_set(0);
}

/* Killed after the occurrence was made and before the series was written: one transaction, so neither. And its row is its key. */
static void test_key(void **state)
{
	struct test_desk d = open_at(state);
	struct post post = write_one(&d, "Fresh bread.", "2027-03-02T18:40");
	struct series s = begin(&d, post.id, "FREQ=DAILY;COUNT=5");
	struct series_post *list;
	assert_int_equal(turn(&d, SECOND), 4);
	s.due_at = 0; /* as it was before */
	assert_ok(d.cx, series_save(d.cx, d.db, &s));
	assert_int_equal(turn(&d, SECOND), 0); /* nothing is made twice */
	assert_int_equal(made(&d, s.id, &list), 5);
	assert_int_equal(desk_number(&d, "/* all workspaces */ SELECT COUNT(*) FROM post WHERE workspace_id = ?1", d.workspace), 5);
	time_set(0);
}

/* Words that nobody approved wait as drafts; approved once, all that say so go; what somebody refused does not. */
static void test_approval(void **state)
{
	struct test_desk d = open_at(state);
	struct series_post *list;
	desk_act_as(&d, &d.agent); /* may write, not publish */
	struct post post = write_one(&d, "Fresh bread.", "2027-03-02T18:40");
	struct series s = begin(&d, post.id, "FREQ=WEEKLY");
	turn(&d, SECOND);
	assert_int_equal(made(&d, s.id, &list), 6);
	assert_int_equal(get(&d, list[1].post).state, POST_DRAFT);
	assert_int_equal(get(&d, list[1].post).updated_by, d.agent.user); /* who does not approve it either */
	reword(&d, list[2].post, "Fresh rye.");
	struct post one = get(&d, list[3].post);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, one.id, one.revision, &one));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, get(&d, post.id).revision, &post));
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, post_return(d.cx, d.db, d.workspace, one.id, one.revision, S("Not that week"), &one));
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	turn(&d, 2 * MINUTE);
	assert_int_equal(get(&d, list[1].post).state, POST_SCHEDULED);
	assert_int_equal(get(&d, list[2].post).state, POST_DRAFT); /* other words */
	assert_int_equal(get(&d, list[3].post).state, POST_DRAFT); /* refused */
	assert_int_equal(get(&d, list[4].post).state, POST_SCHEDULED);
	struct publication *acts;
	size_t count;
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, list[4].post, &acts, &count));
	assert_int_equal(acts[0].created_by, d.agent.user); /* is told what becomes of it */
	time_set(0);
}

static void test_change(void **state)
{
	struct test_desk d = open_at(state);
	struct series_post *list;
	i64 changed, away;
	struct post post = write_one(&d, "Fresh bread.", "2027-03-02T18:40");
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	struct series s = begin(&d, post.id, "FREQ=WEEKLY");
	turn(&d, SECOND);
	made(&d, s.id, &list);
	assert_ok(d.cx, series_skip(d.cx, d.db, d.workspace, list[1].post, true));
	assert_true(get(&d, list[1].post).archived_at > 0);
	assert_ok(d.cx, series_skip(d.cx, d.db, d.workspace, list[1].post, false));
	assert_true(get(&d, list[1].post).state == POST_SCHEDULED && get(&d, list[1].post).planned_at == list[1].at);
	assert_ok(d.cx, series_skip(d.cx, d.db, d.workspace, list[1].post, true));
	reword(&d, list[4].post, "By hand."); /* this one alone */
	reword(&d, list[2].post, "Fresh rye.");
	assert_ok(d.cx, series_follow(d.cx, d.db, d.workspace, list[2].post, &changed));
	assert_int_equal(changed, 2); /* the 4th and the 6th */
	assert_str(get(&d, list[0].post).body, "Fresh bread.");
	assert_str(get(&d, list[3].post).body, "Fresh rye.");
	assert_str(get(&d, list[4].post).body, "By hand.");
	assert_int_equal(get(&d, list[3].post).state, POST_DRAFT); /* new words are approved anew */
	assert_int_equal(get(&d, list[0].post).state, POST_SCHEDULED);
	turn(&d, 7 * DAY);
	assert_int_equal(made(&d, s.id, &list), 7);
	assert_str(get(&d, list[6].post).body, "Fresh rye.");
	assert_int_equal(get(&d, list[6].post).state, POST_DRAFT);
	struct post rye = get(&d, list[2].post);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, rye.id, rye.revision, &rye));
	turn(&d, 2 * MINUTE);
	assert_int_equal(get(&d, list[3].post).state, POST_SCHEDULED);
	assert_int_equal(get(&d, list[6].post).state, POST_SCHEDULED);
	assert_int_equal(made(&d, s.id, &list), 7); /* the one that was left out is not made again */
	assert_ok(d.cx, series_end(d.cx, d.db, d.workspace, s.id, true, &away));
	assert_int_equal(away, 4);
	assert_true(get(&d, list[6].post).archived_at > 0);
	assert_int_equal(get(&d, list[4].post).archived_at, 0); /* somebody's own words */
	assert_int_equal(turn(&d, 30 * DAY), 0);
	time_set(0);
}

static void test_evergreen(void **state)
{
	struct test_desk d = open_at(state);
	struct queue q = {.workspace = d.workspace, .name = S("Social"), .zone = PARIS};
	const int slots[] = {slot_of(0, 18, 0), slot_of(2, 18, 0)};
	struct series_post *list;
	i64 id;
	assert_ok(d.cx, queue_keep(d.cx, d.db, &q, slots, 2, &d.channel, 1));
	struct post post = write_one(&d, "What is sourdough?", "");
	struct series_request r = {.queue = q.id, .rest = 10 * DAY};
	assert_ok(d.cx, queue_add(d.cx, d.db, d.workspace, q.id, post.id, post.revision, &post));
	assert_str(post.wall_time, "2027-03-01T18:00");
	assert_ok(d.cx, series_begin(d.cx, d.db, d.workspace, post.id, &r, &id));
	turn(&d, 3 * DAY);
	assert_int_equal(made(&d, id, &list), 1); /* nobody approved it */
	assert_ok(d.cx, post_plan(d.cx, d.db, d.workspace, post.id, get(&d, post.id).revision, S("2027-03-04T12:00"), PARIS, &post));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	turn(&d, MINUTE);
	assert_int_equal(made(&d, id, &list), 1); /* the 14th at the earliest: not within a week */
	turn(&d, 5 * DAY);
	assert_int_equal(made(&d, id, &list), 2);
	assert_str(get(&d, list[1].post).wall_time, "2027-03-15T18:00"); /* the first hour of the queue after the rest */
	assert_int_equal(get(&d, list[1].post).state, POST_SCHEDULED);
	write_one(&d, "What is sourdough?", "2027-03-20T09:00"); /* somebody says it too: the rest counts from there */
	turn(&d, 13 * DAY);
	turn(&d, 3 * DAY);
	assert_int_equal(made(&d, id, &list), 3);
	assert_str(get(&d, list[2].post).wall_time, "2027-03-31T18:00"); /* Wednesday; 25 March would be too early */
	r.rest = HOUR;
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, write_one(&d, "x", "").id, &r, &id), ERR_BAD_INPUT);
	time_set(0);
}

static void test_refusals(void **state)
{
	struct test_desk d = open_at(state);
	struct post post = write_one(&d, "Fresh bread.", "");
	struct series_request r = {.rule = S("FREQ=WEEKLY")};
	i64 id;
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, post.id, &r, &id), ERR_BAD_INPUT); /* no hour */
	post = write_one(&d, "Fresh bread.", "2027-03-02T18:40");
	r.rule = S("FREQ=HOURLY");
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, post.id, &r, &id), ERR_BAD_INPUT);
	r.rule = S("FREQ=WEEKLY;COUNT=1");
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, post.id, &r, &id), ERR_BAD_INPUT);
	begin(&d, post.id, "FREQ=YEARLY");
	r.rule = S("FREQ=WEEKLY");
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, post.id, &r, &id), ERR_CONFLICT);
	/* its channel is put away: told, tried again, nothing else stands still */
	post = write_one(&d, "Fresh rye.", "2027-03-02T18:40");
	struct series s = begin(&d, post.id, "FREQ=WEEKLY");
	struct channel c;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.archived_at = d.cx->now;
	assert_ok(d.cx, channel_update(d.cx, d.db, &c));
	assert_int_equal(turn(&d, SECOND), 0);
	assert_ok(d.cx, series_get(d.cx, d.db, d.workspace, s.id, &s));
	assert_true(s.story.len > 0);
	desk_act_as(&d, &(struct actor){.kind = ACTOR_USER, .workspace = d.workspace});
	assert_int_equal(series_begin(d.cx, d.db, d.workspace, post.id, &r, &id), ERR_DENIED);
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_made_once), DATABASE_TEST(test_key), DATABASE_TEST(test_approval), DATABASE_TEST(test_change),
						  DATABASE_TEST(test_evergreen), DATABASE_TEST(test_refusals)};
	return on_both_engines(tests);
}
