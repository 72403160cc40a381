/* Assisted publication: at its minute a post is handed to whoever is in charge, once; one person is on it at a time; what became of it is said once, can be taken back for
 * some seconds, put off, or refused with a reason; who says nothing is told again. */
#include "channel/by_hand.h"

extern const struct channel_kind channel_assisted;
#define FAKE_KINDS
#define FAKE_KIND_OF(word) (str_eq(word, S("assisted")) ? &channel_assisted : NULL)
#include "post_desk.h"

#include "flow/by_hand.h"
#include "flow/channels.h"
#include "flow/notify.h"
#include "flow/suspend.h"
#include "store/event.h"
#include "store/team.h"

#define POST_AT "https://www.linkedin.com/feed/update/urn:li:activity:7"

static i64 place(struct test_desk *d, const char *network, i64 person, i64 team)
{
	const struct str names[] = {S("place"), S("characters"), S("remind_minutes"), S("also")}, values[] = {str_of(network), S("200"), S("30"), S("Pin it.")};
	const struct channel_wish wish = {.kind = S("assisted"), .name = str_of(network), .person = person, .team = team, .names = names, .values = values, .count = COUNT(names)};
	i64 id = 0;
	assert_ok(d->cx, channels_save(d->cx, d->db, d->workspace, &wish, &id));
	return id;
}

/* A post of which the ledger's act is handed over: its publication. */
static struct publication handed(struct test_desk *d, i64 channel, const char *body)
{
	struct publication *list;
	struct post post = ready(d, write_to(d, &channel, 1, body, wall(d, HOUR)).id);
	turn(d, HOUR + MINUTE);
	assert_int_equal(acts(d, post.id, &list), 1);
	assert_int_equal(list[0].state, PUBLICATION_HANDED);
	assert_int_equal(get(d, post.id).state, POST_BY_HAND);
	return list[0];
}

static struct publication now_of(struct test_desk *d, i64 id)
{
	struct publication p;
	assert_ok(d->cx, publication_get(d->cx, d->db, d->workspace, id, &p));
	return p;
}

static i64 post_of(struct test_desk *d, const struct publication *p)
{
	struct post_variant v;
	assert_ok(d->cx, post_variant_get(d->cx, d->db, d->workspace, p->variant, &v));
	return v.post;
}

static i64 told(struct test_desk *d, const struct actor *person, const char *kind)
{
	struct notification *list;
	size_t count;
	assert_ok(d->cx, notifications_unread_of(d->cx, d->db, d->workspace, person->user, str_of(kind), 20, &list, &count));
	return (i64)count;
}

static i64 waiting(struct test_desk *d, const struct actor *person)
{
	const struct actor *before = d->cx->actor;
	i64 count;
	d->cx->actor = person;
	assert_ok(d->cx, by_hand_count(d->cx, d->db, d->workspace, false, &count));
	d->cx->actor = before;
	return count;
}

static void test_said_to_be_there(void **state)
{
	struct test_desk d = desk_open(state);
	struct message m;
	i64 channel = place(&d, "linkedin_profile", d.agent.user, 0);
	struct publication p = handed(&d, channel, "Fresh bread.");
	i64 post = post_of(&d, &p);
	assert_int_equal(told(&d, &d.agent, "post_by_hand"), 1);
	assert_int_equal(told(&d, &d.moderator, "post_by_hand"), 0);
	struct notification *letter; /* it leads to the very task */
	size_t letters;
	assert_ok(d.cx, notifications_unread_of(d.cx, d.db, d.workspace, d.agent.user, S("post_by_hand"), 1, &letter, &letters));
	assert_str(notify_path(d.cx->arena, notify_kind_of(letter->kind), letter->detail), arena_printf(d.cx->arena, "/by-hand/%lld", (long long)p.id).at);
	assert_int_equal(waiting(&d, &d.agent), 1);
	assert_int_equal(waiting(&d, &d.moderator), 0);
	turn(&d, HOUR);
	turn(&d, DAY); /* it never goes by itself, and is never handed twice */
	assert_int_equal(fake.published, 0);
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_HANDED);
	assert_int_equal(told(&d, &d.agent, "post_by_hand"), 1);
	d.cx->actor = &d.agent;
	assert_ok(d.cx, by_hand_take(d.cx, d.db, d.workspace, p.id));
	d.cx->actor = &d.owner; /* may publish, but ana is on it */
	assert_int_equal(by_hand_take(d.cx, d.db, d.workspace, p.id), ERR_CONFLICT);
	assert_true(strstr(d.cx->story, "ana is on it") != NULL);
	assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT)), ERR_CONFLICT);
	d.cx->actor = &d.guest;
	assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT)), ERR_DENIED);
	d.cx->actor = &d.agent;
	static const char *const wrong[] = {"", "http://www.linkedin.com/x", "https://example.org/x", "https://evil-linkedin.com/x", "https://linkedin.com.evil.org/", "javascript:alert(1)",
					    "https://www.linkedin.com/a b", "https://u:p@www.linkedin.com.evil.org/", "https://www.linkedin.com@evil.org/x"};
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, p.id, str_of(wrong[i])), ERR_BAD_INPUT);
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT "#comments")));
	p = now_of(&d, p.id);
	assert_int_equal(p.state, PUBLICATION_SENT);
	assert_str(p.remote_url, POST_AT);
	assert_int_equal(get(&d, post).state, POST_PUBLISHED);
	assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT)), ERR_CONFLICT);
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, p.message, &m));
	assert_int_equal(m.reply_state, REPLY_SENT);
	assert_str(m.url, POST_AT);
	assert_int_equal(waiting(&d, &d.agent), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act = 'by_hand.done'", d.workspace), 1);
}

static void test_taken_back(void **state)
{
	struct test_desk d = desk_open(state);
	struct message m;
	struct publication p = handed(&d, place(&d, "linkedin_profile", 0, 0), "Fresh bread."), other = handed(&d, p.channel, "Evening bread.");
	i64 post = post_of(&d, &p);
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT)));
	assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, other.id, S(POST_AT)), ERR_BAD_INPUT); /* of another post */
	assert_ok(d.cx, by_hand_undo(d.cx, d.db, d.workspace, p.id));
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_HANDED);
	assert_int_equal(get(&d, post).state, POST_BY_HAND);
	assert_int_equal(get(&d, post).published_at, 0);
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, p.message, &m));
	assert_int_equal(m.reply_state, REPLY_SENDING);
	assert_int_equal(m.url.len, 0);
	assert_int_equal(by_hand_undo(d.cx, d.db, d.workspace, p.id), ERR_CONFLICT);
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, other.id, S(POST_AT))); /* the address is free again */
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT "8")));
	d.cx->now += MINUTE;
	assert_int_equal(by_hand_undo(d.cx, d.db, d.workspace, p.id), ERR_CONFLICT);
	assert_int_equal(get(&d, post).state, POST_PUBLISHED);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND message_count = 1", d.workspace), 2);
}

static void test_not_and_later(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channel = place(&d, "board", d.agent.user, 0);
	struct publication p = handed(&d, channel, "Fresh bread."), later = handed(&d, channel, "Evening bread.");
	i64 post = post_of(&d, &p);
	d.cx->actor = &d.agent;
	assert_int_equal(by_hand_not(d.cx, d.db, d.workspace, p.id, S("  ")), ERR_BAD_INPUT);
	assert_ok(d.cx, by_hand_not(d.cx, d.db, d.workspace, p.id, S("The board was taken down.")));
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_FAILED);
	assert_true(str_find(now_of(&d, p.id).story, S("taken down")) > 0);
	assert_int_equal(get(&d, post).state, POST_TROUBLE);
	assert_int_equal(told(&d, &d.owner, "post_not_by_hand"), 1);
	assert_int_equal(by_hand_later(d.cx, d.db, d.workspace, later.id, wall(&d, -HOUR), (struct str){}), ERR_BAD_INPUT);
	assert_ok(d.cx, by_hand_later(d.cx, d.db, d.workspace, later.id, wall(&d, 3 * HOUR), (struct str){}));
	assert_int_equal(now_of(&d, later.id).state, PUBLICATION_DUE);
	d.cx->actor = &d.owner;
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, p.id));
	turn(&d, MINUTE);
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_HANDED);
	assert_int_equal(now_of(&d, later.id).state, PUBLICATION_DUE);
	turn(&d, 3 * HOUR);
	assert_int_equal(now_of(&d, later.id).state, PUBLICATION_HANDED);
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, p.id, (struct str){})); /* paper has no address */
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, later.id, (struct str){}));
	assert_int_equal(get(&d, post).state, POST_PUBLISHED);
}

/* Who planned it may leave it out, but not while somebody is on it. */
static void test_left_out(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication p = handed(&d, place(&d, "other", d.agent.user, 0), "Fresh bread.");
	d.cx->actor = &d.agent;
	assert_ok(d.cx, by_hand_take(d.cx, d.db, d.workspace, p.id));
	d.cx->actor = &d.owner;
	assert_int_equal(post_act_drop(d.cx, d.db, d.workspace, p.id), ERR_CONFLICT);
	d.cx->actor = &d.agent;
	assert_ok(d.cx, by_hand_leave(d.cx, d.db, d.workspace, p.id));
	d.cx->actor = &d.owner;
	assert_ok(d.cx, post_act_drop(d.cx, d.db, d.workspace, p.id));
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_WITHDRAWN);
	assert_int_equal(get(&d, post_of(&d, &p)).state, POST_APPROVED);
	assert_int_equal(by_hand_done(d.cx, d.db, d.workspace, p.id, S("https://example.org/1")), ERR_CONFLICT);
	struct publication q = handed(&d, p.channel, "Evening bread."); /* its channel is put away */
	assert_ok(d.cx, by_hand_take(d.cx, d.db, d.workspace, q.id));
	assert_ok(d.cx, channels_archive(d.cx, d.db, d.workspace, p.channel));
	assert_int_equal(now_of(&d, q.id).state, PUBLICATION_WITHDRAWN);
}

static void test_reminded(void **state)
{
	struct test_desk d = desk_open(state);
	const struct team team = {.id = id_new(), .workspace = d.workspace, .name = S("Shops")};
	i64 count;
	assert_ok(d.cx, team_save(d.cx, d.db, &team));
	assert_ok(d.cx, team_member_set(d.cx, d.db, d.workspace, team.id, d.moderator.user, true));
	i64 channel = place(&d, "facebook_group", d.agent.user, team.id);
	struct publication p = handed(&d, channel, "Fresh bread.");
	assert_int_equal(told(&d, &d.moderator, "post_by_hand"), 0); /* who is in charge is here */
	d.cx->actor = NULL;
	for (int i = 1; i <= 5; i++) {
		assert_ok(d.cx, by_hand_sweep(d.cx, d.db, &count));
		assert_int_equal(count, 0);
		d.cx->now += 31 * MINUTE;
		assert_ok(d.cx, by_hand_sweep(d.cx, d.db, &count));
		assert_int_equal(count, i <= 3);
	}
	assert_int_equal(told(&d, &d.agent, "post_by_hand_still"), 3);
	assert_int_equal(told(&d, &d.moderator, "post_by_hand_still"), 3);
	assert_int_equal(told(&d, &d.owner, "post_by_hand_late"), 1);
	assert_int_equal(now_of(&d, p.id).state, PUBLICATION_HANDED);
	d.cx->actor = &d.owner;
	struct by_hand_task task;
	assert_ok(d.cx, by_hand_task_get(d.cx, d.db, d.workspace, p.id, &task));
	assert_true(task.asks_at <= d.cx->now);
	/* Whoever is away is not told; their team is, and may say so. */
	struct member m;
	assert_ok(d.cx, member_get(d.cx, d.db, d.workspace, d.agent.user, &m));
	m.away_until = -1;
	assert_ok(d.cx, member_update(d.cx, d.db, &m));
	struct publication q = handed(&d, channel, "Evening bread.");
	assert_int_equal(told(&d, &d.agent, "post_by_hand"), 1);
	assert_int_equal(told(&d, &d.moderator, "post_by_hand"), 1);
	d.cx->actor = &d.moderator;
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, q.id, S("https://www.facebook.com/groups/1/posts/2")));
}

static void test_paused(void **state)
{
	struct test_desk d = desk_open(state);
	struct publication p = handed(&d, place(&d, "linkedin_profile", 0, 0), "Fresh bread."), *list;
	i64 pause, asked;
	assert_ok(d.cx, suspend_begin(d.cx, d.db, d.workspace, 0, S("A recall"), false, &pause));
	assert_int_equal(by_hand_take(d.cx, d.db, d.workspace, p.id), ERR_CONFLICT);
	struct post post = ready(&d, write_to(&d, &p.channel, 1, "Evening bread.", wall(&d, HOUR)).id);
	turn(&d, HOUR + MINUTE);
	acts(&d, post.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_DUE); /* nobody is asked to publish it */
	assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, p.id, S(POST_AT))); /* it was there before */
	assert_ok(d.cx, suspend_end(d.cx, d.db, d.workspace, pause, &asked));
	assert_int_equal(asked, 1);
	turn(&d, MINUTE);
	acts(&d, post.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_LATE);
	struct post held = ready(&d, write_to(&d, &p.channel, 1, "Night bread.", wall(&d, HOUR)).id);
	assert_ok(d.cx, channels_pause(d.cx, d.db, d.workspace, p.channel));
	turn(&d, HOUR + MINUTE);
	acts(&d, held.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_HELD);
	assert_ok(d.cx, channels_resume(d.cx, d.db, d.workspace, p.channel));
	turn(&d, MINUTE);
	acts(&d, held.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_HANDED);
}

/* Limits are those of the place; who connected it may say otherwise. All that follows is one act: a person does it at once. */
static void test_limits(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channel = place(&d, "instagram_account", 0, 0);
	struct channel c;
	struct channel_limit limit;
	struct post_finding *findings;
	size_t count;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, channel, &c));
	assert_str(c.network, "instagram");
	const json_t *known = channel_known(d.cx, &c);
	assert_true(channel_post_limit(&channel_assisted, known, &limit) && limit.most == 200);
	assert_true(channel_post_media_limit(&channel_assisted, known, &limit) && limit.most == 10 && limit.as_of[0]);
	struct post bare = write_to(&d, &channel, 1, "Without a picture.", (struct str){});
	assert_ok(d.cx, post_findings(d.cx, d.db, &bare, &findings, &count));
	assert_int_equal(count, 1);
	assert_string_equal(findings[0].field, "media");
	const struct str names[] = {S("place")}, values[] = {S("myspace")};
	const struct channel_wish wish = {.id = channel, .name = S("There"), .names = names, .values = values, .count = 1};
	i64 id;
	assert_int_equal(channels_save(d.cx, d.db, d.workspace, &wish, &id), ERR_BAD_INPUT);
	channel = place(&d, "facebook_group", 0, 0);
	const struct str parts[] = {S("And rolls.")};
	struct post_variant_request variant = {.channel = channel};
	struct post_request r = {.text = {.body = S("Fresh bread."), .parts = parts, .part_count = 1, .first_comment = S("Since six.")}, .variants = &variant, .variant_count = 1, .wall_time = wall(&d, HOUR)};
	struct post post;
	struct publication *list;
	struct by_hand_task task;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	ready(&d, post.id);
	turn(&d, HOUR + MINUTE);
	assert_int_equal(acts(&d, post.id, &list), 1);
	assert_ok(d.cx, by_hand_task_get(d.cx, d.db, d.workspace, list[0].id, &task));
	assert_str(task.text.body, "Fresh bread.");
	assert_int_equal(task.text.part_count, 1);
	assert_str(task.text.first_comment, "Since six.");
}

/* Rows of the past (a backup that was brought back): a person looks there first; a worker that died hands it over once. */
static void test_in_doubt(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channel = place(&d, "linkedin_profile", d.agent.user, 0), count;
	struct publication *list;
	struct post post = ready(&d, write_to(&d, &channel, 1, "Fresh bread.", wall(&d, HOUR)).id);
	d.cx->now += HOUR + MINUTE;
	time_set(d.cx->now);
	assert_ok(d.cx, publications_doubt(d.cx, d.db, d.workspace, &count));
	assert_int_equal(count, 1);
	turn(&d, MINUTE);
	acts(&d, post.id, &list);
	assert_int_equal(list[0].state, PUBLICATION_HANDED);
	assert_true(list[0].story.len > 0);
	turn(&d, HOUR);
	assert_int_equal(told(&d, &d.agent, "post_by_hand"), 1);
	assert_int_equal(fake.looked, 0);
}

/* Each call to the database fails in turn while a post is handed over, taken on and said to be there: afterwards it was handed once, told once, and is there once. */
static void test_each_call_fails(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channel = place(&d, "board", d.agent.user, 0), calls = 1, done, n;
	for (n = 1; n <= calls; n++) {
		struct publication *list, p;
		d.cx->actor = &d.owner;
		struct post post = ready(&d, write_to(&d, &channel, 1, "Fresh bread.", wall(&d, HOUR)).id);
		acts(&d, post.id, &list);
		time_set(d.cx->now += HOUR + MINUTE);
		db_fail_at(d.db, n, ERR_SYSTEM);
		if (outbox_turn(d.cx, d.db, &d.outbox, &done) != OK)
			cx_forget(d.cx);
		d.cx->actor = &d.agent;
		if (by_hand_take(d.cx, d.db, d.workspace, list[0].id) != OK || by_hand_done(d.cx, d.db, d.workspace, list[0].id, (struct str){}) != OK)
			cx_forget(d.cx);
		i64 seen = db_calls(d.db);
		calls = seen > calls ? seen : calls;
		db_fail_at(d.db, 0, OK);
		d.cx->actor = &d.owner;
		for (int i = 0; i < 5 && (p = now_of(&d, list[0].id)).state != PUBLICATION_HANDED && p.state != PUBLICATION_SENT; i++)
			turn(&d, 6 * MINUTE);
		d.cx->actor = &d.agent;
		if (now_of(&d, list[0].id).state == PUBLICATION_HANDED)
			assert_ok(d.cx, by_hand_done(d.cx, d.db, d.workspace, list[0].id, (struct str){}));
		assert_int_equal(now_of(&d, list[0].id).state, PUBLICATION_SENT);
		assert_int_equal(get(&d, post.id).state, POST_PUBLISHED);
		assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM notification WHERE workspace_id = ?1 AND kind = 'post_by_hand'", d.workspace), n);
		assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act = 'by_hand.done'", d.workspace), n);
		assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND message_count = 1", d.workspace), n);
	}
	print_message("%lld cases\n", (long long)n - 1);
	assert_true(n > 60);
}

/* Of equal minutes too, each page follows the one before, both ways; what was said is read the same way. */
static void test_pages(void **state)
{
	struct test_desk d = desk_open(state);
	i64 channel = place(&d, "board", d.agent.user, 0), seen[7];
	struct by_hand_task *list;
	struct list_place from = LIST_START;
	size_t count, all = 0;
	for (int i = 0; i < 7; i++) {
		struct post post = ready(&d, write_to(&d, &channel, 1, arena_printf(d.cx->arena, "Bread %d.", i).at, wall(&d, HOUR)).id);
		assert_int_equal(post.state, POST_SCHEDULED);
	}
	for (int i = 0; i < 3; i++)
		turn(&d, HOUR + MINUTE);
	for (;;) {
		assert_ok(d.cx, by_hand_open(d.cx, d.db, d.workspace, from, 3, &list, &count));
		if (!count)
			break;
		for (size_t i = 0; i < count; i++) {
			for (size_t k = 0; k < all; k++)
				assert_true(seen[k] != list[i].publication.id);
			assert_true(all < 7);
			seen[all++] = list[i].publication.id;
		}
		from = list_after(list[count - 1].handing.handed_at, list[count - 1].publication.id);
	}
	assert_int_equal(all, 7);
	from.is_back = true; /* before the last one */
	assert_ok(d.cx, by_hand_open(d.cx, d.db, d.workspace, from, 2, &list, &count));
	assert_int_equal(count, 2);
	assert_true(list[0].publication.id == seen[4] && list[1].publication.id == seen[5]);
	d.cx->actor = &d.agent;
	for (int i = 0; i < 7; i++)
		assert_ok(d.cx, by_hand_not(d.cx, d.db, d.workspace, seen[i], S("The board fell down.")));
	assert_ok(d.cx, by_hand_told(d.cx, d.db, d.workspace, 0, LIST_START, 5, &list, &count));
	assert_int_equal(count, 5);
	from = list_after(list[4].handing.closed_at, list[4].publication.id);
	assert_ok(d.cx, by_hand_told(d.cx, d.db, d.workspace, 0, from, 5, &list, &count));
	assert_int_equal(count, 2);
	from = list_after(list[0].handing.closed_at, list[0].publication.id);
	from.is_back = true;
	assert_ok(d.cx, by_hand_told(d.cx, d.db, d.workspace, 0, from, 2, &list, &count));
	assert_int_equal(count, 2);
	assert_ok(d.cx, by_hand_told(d.cx, d.db, d.workspace, d.cx->now + 1, LIST_START, 5, &list, &count));
	assert_int_equal(count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_said_to_be_there),
		DATABASE_TEST(test_taken_back),
		DATABASE_TEST(test_not_and_later),
		DATABASE_TEST(test_left_out),
		DATABASE_TEST(test_reminded),
		DATABASE_TEST(test_paused),
		DATABASE_TEST(test_limits),
		DATABASE_TEST(test_in_doubt),
		DATABASE_TEST(test_pages),
		DATABASE_TEST(test_each_call_fails),
	};
	return on_both_engines(tests);
}
