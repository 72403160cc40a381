/* Posts, from the first word to the network: written once, approved, planned by the clock of a place, sent once, in order, explained. */
#define FAKE_CALL(cx, net, ret_sent) asked_with(outbound)
#include "channel/channel.h"
static struct poll last_poll; /* of what left last */
static bool asked_with(const struct outbound *outbound)
{
	last_poll = outbound->poll;
	return false;
}
#include "post_desk.h"

#include "flow/channels.h"
#include "store/conversation.h"
#include "store/message.h"
#include "store/workflow.h"

/* ---- the way of a post ---- */

static void test_written_once(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channels[] = {d.channel, channel_more(&d, "Second")};
	struct publication *list;
	struct post post = write_to(&d, channels, 2, "Fresh bread on Sunday.", wall(&d, 2 * HOUR));
	assert_int_equal(post.state, POST_DRAFT);
	assert_int_equal(ready(&d, post.id).state, POST_SCHEDULED); /* the owner publishes without asking */
	assert_int_equal(acts(&d, post.id, &list), 2);
	turn(&d, HOUR);
	assert_int_equal(fake.published, 0);
	turn(&d, HOUR + 61 * SECOND);
	assert_int_equal(fake.published, 2);
	turn(&d, DAY);
	assert_int_equal(fake.published, 2);
	struct post after = get(&d, post.id);
	assert_int_equal(after.state, POST_PUBLISHED);
	assert_true(after.published_at > 0);
	acts(&d, post.id, &list);
	for (size_t i = 0; i < 2; i++) { /* each has its thread, called as the network calls it, where comments go on */
		struct message m;
		struct conversation c;
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, list[i].message, &m));
		assert_ok(d.cx, conversation_get(d.cx, d.db, d.workspace, m.conversation, &c));
		assert_true(str_eq(c.remote_id, list[i].remote_id));
		assert_int_equal(m.kind, KIND_POST);
		assert_int_equal(m.reply_state, REPLY_SENT);
		assert_int_equal(c.status, STATUS_RESOLVED);
	}
	i64 comment = desk_say(&d, "nadia", arena_cstr(d.cx->arena, list[0].remote_id), "c1", "Until when?");
	struct message m, ours;
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, comment, &m));
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, list[0].message, &ours));
	assert_int_equal(m.conversation, ours.conversation);
}

static void test_thread_and_comment(void **state)
{
	struct test_desk d = desk_open(state);
	struct str parts[] = {S("Second part."), S("Third part.")};
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("First part."), .parts = parts, .part_count = 2, .first_comment = S("The link.")}, .variants = &v, .variant_count = 1,
				 .wall_time = wall(&d, HOUR)};
	struct post post;
	struct publication *list;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	ready(&d, post.id);
	assert_int_equal(acts(&d, post.id, &list), 4);
	turn(&d, HOUR + MINUTE);
	for (int i = 0; i < 3; i++)
		turn(&d, SECOND);
	assert_int_equal(fake.published, 4);
	acts(&d, post.id, &list);
	struct message first, m;
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, list[0].message, &first));
	for (size_t i = 1; i < 4; i++) {
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, list[i].message, &m));
		assert_int_equal(m.conversation, first.conversation);
		assert_true(str_eq(m.parent_remote_id, list[i].part == 2 ? list[1].remote_id : list[0].remote_id));
	}
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

/* What follows a part that was refused does not leave alone. */
static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	struct str parts[] = {S("Second part.")};
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("First part."), .parts = parts, .part_count = 1}, .variants = &v, .variant_count = 1, .wall_time = wall(&d, HOUR)};
	struct post post;
	struct publication *list;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	ready(&d, post.id);
	fake.publish = OUTCOME_NEVER;
	turn(&d, HOUR + MINUTE);
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, post.id).state, POST_TROUBLE);
	acts(&d, post.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_FAILED);
	assert_int_equal(list[1].state, PUBLICATION_WAITING);
	assert_int_equal(desk_number(&d, "/* all workspaces */ SELECT COUNT(*) FROM notification WHERE kind = 'post_refused' AND workspace_id = ?1", d.workspace), 0); /* it was the owner's own act */
	fake.publish = OUTCOME_DONE;
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, list[0].id));
	turn(&d, MINUTE);
	turn(&d, SECOND);
	assert_int_equal(fake.published, 3);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

/* A change of what leaves asks again; another hour does not. */
static void test_changed(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, 3 * HOUR));
	post = ready(&d, post.id);
	assert_ok(d.cx, post_plan(d.cx, d.db, d.workspace, post.id, post.revision, wall(&d, 5 * HOUR), (struct str){}, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	assert_int_equal(acts(&d, post.id, &list), 1);
	assert_int_equal(list[0].due_at, post.planned_at);
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.id = post.id, .revision = post.revision, .title = S("Bread day"), .text = {.body = S("Stale bread.")}, .variants = &v, .variant_count = 1,
				 .wall_time = post.wall_time};
	struct post stale;
	r.revision--;
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &stale), ERR_CONFLICT);
	assert_int_equal(acts(&d, post.id, &list), 1); /* nothing changed */
	r.revision++;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(post.state, POST_DRAFT);
	assert_int_equal(acts(&d, post.id, &list), 0);
	turn(&d, DAY);
	assert_int_equal(fake.published, 0);
	struct post_version *versions;
	size_t count;
	assert_ok(d.cx, post_versions(d.cx, d.db, d.workspace, post.id, 10, &versions, &count));
	assert_int_equal(count, 1);
	assert_non_null(strstr(arena_cstr(d.cx->arena, versions[0].document), "Fresh bread."));
}

/* ---- saved by itself ---- */

static size_t saved(struct test_desk *d, struct post *post, const char *body, struct post_version **ret_versions)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post_request r = {.id = post->id, .revision = post->revision, .title = S("Bread day"), .text = {.body = str_of(body)}, .variants = &v, .variant_count = 1,
				 .wall_time = post->wall_time};
	size_t count;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, post));
	assert_ok(d->cx, post_versions(d->cx, d->db, d->workspace, post->id, 100, ret_versions, &count));
	return count;
}

/* What one person writes at a stretch is one version; what somebody else wrote, or was shown for a decision, is kept. */
static void test_spells(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_version *versions;
	desk_act_as(&d, &d.agent);
	struct post post = write_to(&d, &d.channel, 1, "F", wall(&d, 30 * HOUR));
	for (int i = 0; i < 30; i++) {
		d.cx->now += 20 * SECOND;
		assert_int_equal(saved(&d, &post, arena_printf(d.cx->arena, "Fresh bread %d", i).at, &versions), 0);
	}
	d.cx->now += HOUR;
	assert_int_equal(saved(&d, &post, "After lunch", &versions), 1);
	assert_non_null(strstr(arena_cstr(d.cx->arena, versions[0].document), "Fresh bread 29"));
	for (int i = 0; i < 9 * 60; i++) { /* three hours without a pause */
		d.cx->now += 20 * SECOND;
		saved(&d, &post, arena_printf(d.cx->arena, "All afternoon %d", i).at, &versions);
	}
	size_t count = saved(&d, &post, "Done", &versions);
	assert_true(count >= 3 && count <= 5);
	desk_act_as(&d, &d.owner);
	assert_int_equal(saved(&d, &post, "The owner's word", &versions), count + 1);
	assert_int_equal(saved(&d, &post, "The owner's words", &versions), count + 1);
	desk_act_as(&d, &d.agent);
	assert_int_equal(saved(&d, &post, "And mine", &versions), count + 2);
	post = ready(&d, post.id);
	assert_int_equal(post.state, POST_REVIEW);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, post_return(d.cx, d.db, d.workspace, post.id, post.revision, S("Shorter"), &post));
	desk_act_as(&d, &d.agent);
	assert_int_equal(saved(&d, &post, "Mine", &versions), count + 3); /* as it was shown */
	assert_non_null(strstr(arena_cstr(d.cx->arena, versions[0].document), "And mine"));
	assert_int_equal(saved(&d, &post, "Min", &versions), count + 3);
}

/* ---- approval ---- */

static void test_approval_blocks(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post;
	desk_act_as(&d, &d.agent);
	post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	post = ready(&d, post.id);
	assert_int_equal(post.state, POST_REVIEW);
	turn(&d, 10 * MINUTE);
	assert_int_equal(post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_int_equal(desk_number(&d, "/* all workspaces */ SELECT COUNT(*) FROM notification WHERE kind = 'post_wanted' AND workspace_id = ?1", d.workspace), 1);
	assert_int_equal(post_return(d.cx, d.db, d.workspace, post.id, post.revision, S(" "), &post), ERR_BAD_INPUT);
	assert_ok(d.cx, post_return(d.cx, d.db, d.workspace, post.id, post.revision, S("Say where."), &post));
	assert_int_equal(post.state, POST_DRAFT);
	desk_act_as(&d, &d.agent);
	post = ready(&d, post.id);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	turn(&d, HOUR);
	assert_int_equal(fake.published, 1);
}

/* Its hour goes by while it waits for approval: it is not fired when somebody approves it. */
static void test_approved_too_late(void **state)
{
	struct test_desk d = desk_open(state);
	desk_act_as(&d, &d.agent);
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	post = ready(&d, post.id);
	turn(&d, 2 * HOUR);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_APPROVED);
	assert_int_equal(post.planned_at, 0);
	turn(&d, HOUR);
	assert_int_equal(fake.published, 0);
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
}

static void test_steps(void **state)
{
	struct test_desk d = desk_open(state);
	struct workflow w = {.id = id_new(), .workspace = d.workspace, .name = S("Two readers"), .is_default = true};
	struct workflow_step one = {.id = id_new(), .workspace = d.workspace, .workflow = w.id, .number = 1, .name = S("Words"), .person = d.moderator.user, .deputy = d.guest.user, .within = DAY},
			     two = {.id = id_new(), .workspace = d.workspace, .workflow = w.id, .number = 2, .name = S("Law")};
	assert_ok(d.cx, workflow_put(d.cx, d.db, &w));
	assert_ok(d.cx, workflow_step_put(d.cx, d.db, &one));
	assert_ok(d.cx, workflow_step_put(d.cx, d.db, &two));
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, 3 * DAY));
	post = ready(&d, post.id);
	assert_int_equal(post.state, POST_REVIEW); /* the owner too */
	i64 reminded;
	assert_ok(d.cx, post_sweep(d.cx, d.db, &reminded));
	assert_int_equal(reminded, 0);
	time_set(d.cx->now += 23 * HOUR + MINUTE);
	assert_ok(d.cx, post_sweep(d.cx, d.db, &reminded));
	assert_int_equal(reminded, 1);
	assert_ok(d.cx, post_sweep(d.cx, d.db, &reminded));
	assert_int_equal(reminded, 0);
	assert_int_equal(post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post), ERR_DENIED);
	desk_act_as(&d, &d.guest); /* the deputy */
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_REVIEW);
	assert_int_equal(post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post), ERR_DENIED);
	desk_act_as(&d, &d.owner); /* wrote it: somebody else decides */
	assert_int_equal(post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post), ERR_DENIED);
	struct actor second = desk_person(&d, "eve", ROLE_MANAGER);
	desk_act_as(&d, &second);
	assert_ok(d.cx, post_approve(d.cx, d.db, d.workspace, post.id, post.revision, (struct str){}, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
}

/* ---- never twice, never lost, never hours late ---- */

static void test_late_asks(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	turn(&d, 4 * HOUR); /* nothing ran meanwhile */
	assert_int_equal(fake.published, 0);
	assert_int_equal(get(&d, post.id).state, POST_TROUBLE);
	acts(&d, post.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_LATE);
	turn(&d, HOUR);
	assert_int_equal(fake.published, 0);
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, list[0].id));
	turn(&d, SECOND);
	assert_int_equal(fake.published, 1);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

static void test_doubt_is_looked_up(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	fake.publish = OUTCOME_UNKNOWN;
	fake.accepts = true;
	turn(&d, HOUR + MINUTE);
	assert_int_equal(get(&d, post.id).state, POST_LEAVING);
	fake.publish = OUTCOME_DONE;
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(fake.looked, 1);
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
	assert_int_equal(fake.count, 1);
}

/* Somebody comments before we know that it is there: one thread goes on. */
static void test_comment_comes_first(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	acts(&d, post.id, &list);
	i64 comment = desk_say(&d, "nadia", arena_printf(d.cx->arena, "sent-%.*s", STR_ARG(list[0].dedup_key)).at, "c1", "Until when?");
	turn(&d, HOUR + MINUTE);
	acts(&d, post.id, &list);
	struct message m, ours;
	struct conversation c;
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, comment, &m));
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, list[0].message, &ours));
	assert_int_equal(ours.conversation, m.conversation);
	assert_ok(d.cx, conversation_get(d.cx, d.db, d.workspace, m.conversation, &c));
	assert_int_equal(c.status, STATUS_OPEN); /* she still waits */
	assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
}

/* ---- bad input ---- */

static void test_refusals(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post;
	struct post_variant_request twice[] = {{.channel = d.channel}, {.channel = d.channel}};
	struct post_request r = {.variants = twice, .variant_count = 2};
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &post), ERR_BAD_INPUT);
	r = (struct post_request){.variants = twice, .variant_count = 1, .wall_time = S("2027-02-30T10:00")};
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &post), ERR_BAD_INPUT);
	r = (struct post_request){.wall_time = S("2027-02-03T10:00"), .zone = S("Europe/Nowhere")};
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &post), ERR_BAD_INPUT);
	struct post_media media = {.media = 17};
	r = (struct post_request){.media = &media, .media_count = 1};
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &post), ERR_MISSING);
	r = (struct post_request){.title = S("No channel yet")};
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post), ERR_BAD_INPUT);
	char text[502];
	memset(text, 'a', 501);
	text[501] = 0;
	post = write_to(&d, &d.channel, 1, text, (struct str){});
	assert_int_equal(post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post), ERR_BAD_INPUT);
}

/* The clock of a place: 18:40 stays 18:40, and an hour that is skipped is the one after. */
static void test_summer_time(void **state)
{
	struct test_desk d = desk_open(state);
	struct post post;
	struct post_request r = {.wall_time = S("2027-03-28T18:40"), .zone = S("Europe/Paris")};
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	struct civil c = zone_civil(S("UTC"), post.planned_at);
	assert_int_equal(c.hour * 60 + c.minute, 16 * 60 + 40);
	r.wall_time = S("2027-03-27T18:40");
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	c = zone_civil(S("UTC"), post.planned_at);
	assert_int_equal(c.hour * 60 + c.minute, 17 * 60 + 40);
	r.wall_time = S("2027-03-28T02:30");
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	c = zone_civil(S("Europe/Paris"), post.planned_at);
	assert_int_equal(c.hour, 3);
}

/* Its channel is put away: nothing leaves, and the post says so. */
static void test_channel_put_away(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication *list;
	struct post post = write_to(&d, &d.channel, 1, "Fresh bread.", wall(&d, HOUR));
	ready(&d, post.id);
	assert_ok(d.cx, channels_archive(d.cx, d.db, d.workspace, d.channel));
	assert_int_equal(acts(&d, post.id, &list), 0);
	assert_int_equal(get(&d, post.id).state, POST_APPROVED);
	turn(&d, 2 * HOUR);
	assert_int_equal(fake.published, 0);
}

/* A poll goes with a post: held to what the network takes, and out with it. */
static void test_poll(void **state)
{
	struct test_desk d = desk_open(state);
	const struct str choices[] = {S("Rye"), S("Spelt"), S("Maslin")};
	struct poll poll = {.choices = choices, .count = 1, .lasting = DAY, .several = true};
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("Which bread on Sundays?")}, .variants = &v, .variant_count = 1};
	struct post post;
	struct post_finding *findings;
	size_t count;
	r.options = post_options_with_poll(d.cx, S("{\"tracking\":true}"), &poll);
	assert_int_equal(post_write(d.cx, d.db, d.workspace, &r, &post), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "poll");
	cx_forget(d.cx);
	poll.count = 3;
	r.options = post_options_with_poll(d.cx, r.options, &poll);
	assert_true(str_find(r.options, S("\"tracking\":true")) >= 0);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count)); /* the network has no polls */
	assert_int_equal(count, 1);
	assert_string_equal(findings[0].field, "poll");
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET known = ?2 WHERE id = ?1", db_i64(d.channel), db_text(S("{\"limits\":{\"poll_choices\":2,\"poll_choice\":5}}"))));
	assert_ok(d.cx, post_findings(d.cx, d.db, &post, &findings, &count)); /* too many, and one is too long */
	assert_int_equal(count, 2);
	r.id = post.id;
	r.revision = post.revision;
	poll.count = 2;
	r.options = post_options_with_poll(d.cx, r.options, &poll);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	ready(&d, post.id);
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, get(&d, post.id).revision, &post));
	last_poll = (struct poll){};
	turn(&d, MINUTE);
	assert_int_equal(fake.published, 1);
	assert_int_equal(last_poll.count, 2);
	assert_true(str_eq(last_poll.choices[1], S("Spelt")) && last_poll.several);
	assert_int_equal(last_poll.lasting, DAY);
	poll.count = 0;
	assert_true(!post_poll(d.cx, post_options_with_poll(d.cx, r.options, &poll)).count);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_written_once),
		DATABASE_TEST(test_thread_and_comment),
		DATABASE_TEST(test_refused),
		DATABASE_TEST(test_changed),
		DATABASE_TEST(test_spells),
		DATABASE_TEST(test_approval_blocks),
		DATABASE_TEST(test_approved_too_late),
		DATABASE_TEST(test_steps),
		DATABASE_TEST(test_late_asks),
		DATABASE_TEST(test_doubt_is_looked_up),
		DATABASE_TEST(test_comment_comes_first),
		DATABASE_TEST(test_refusals),
		DATABASE_TEST(test_summer_time),
		DATABASE_TEST(test_channel_put_away),
		DATABASE_TEST(test_poll),
	};
	return on_both_engines(tests);
}
