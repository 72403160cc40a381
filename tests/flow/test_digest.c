/* test_digest.c: letters that sum up: in the morning of who wishes them, in their zone and hours, once whatever is killed when, with what was
 * heard; the way out in each, and none after it. */
#include "desk.h"

#include "flow/digest.h"
#include "flow/listen.h"
#include "flow/mail.h"
#include "store/alarm.h"
#include "store/job.h"
#include "store/person.h"
#include "store/trend.h"
#include "sys/files.h"
#include "sys/mail.h"

#include <string.h>

/* Numbers only grow, so each test is later than the one before, and the runs on the other engine a year later (of whole weeks). */
#define AT(text)                                                                                                               \
	({                                                                                                                     \
		i64 at_ = 0;                                                                                                   \
		assert_true(time_parse(S(text), &at_));                                                                        \
		at_ + (postgres ? 364 * DAY : 0);                                                                              \
	})

struct office {
	struct test_desk d;
	const char *folder;
	struct mailer *mailer;
	struct key_pair work;
	struct key key;
	struct outside outside;
	struct postman postman;
	i64 query;
};

static void at(struct office *o, i64 instant)
{
	o->d.cx->now = instant;
	time_set(instant);
}

static void office_open(void **state, i64 instant, struct office *o)
{
	struct place *p = *state;
	time_set(instant);
	p->cx.now = instant;
	*o = (struct office){.d = desk_open(state)};
	struct cx *cx = o->d.cx;
	o->folder = arena_printf(cx->arena, "%s/post", p->folder).at;
	assert_ok(cx, mailer_open(cx, arena_printf(cx->arena, "file:%s", o->folder), S("desk@levain.example"), &o->mailer));
	key_pair_new(&o->work);
	memset(&o->key, 7, sizeof o->key);
	o->outside = (struct outside){&o->key, S("https://desk.example.org")};
	o->postman = (struct postman){.mailer = o->mailer, .public_url = o->outside.public_url, .work = &o->work};
	struct listening_query q = {.workspace = o->d.workspace, .name = S("Our bread"), .kind = LISTEN_OWN, .words = S("bread"), .active = true};
	assert_ok(cx, listen_query(cx, o->d.db, &q, NULL));
	o->query = q.id;
	for (int day = 1; day < 40; day++)
		for (int n = 0; n < (day < 8 ? 6 : 3); n++) {
			struct mention m = {.message = 0, .query = q.id, .workspace = o->d.workspace, .channel = o->d.channel, .at = instant - day * DAY + n * HOUR,
					    .tone = n == 0 ? TONE_NEGATIVE : TONE_POSITIVE};
			assert_ok(cx, mention_count(cx, o->d.db, &m, 1));
		}
}

static void office_close(struct office *o)
{
	mailer_close(o->mailer);
	time_set(0);
}

static void wish(struct office *o, enum digest_wish wish)
{
	assert_ok(o->d.cx, digest_choose(o->d.cx, o->d.db, wish, &o->outside, &o->work.public));
}

static i64 jobs(struct office *o)
{
	return desk_number(&o->d, "SELECT COUNT(*) FROM job WHERE kind = 'mail' AND workspace_id = ?1", o->d.workspace);
}

static i64 next_at(struct office *o)
{
	struct digest d;
	assert_ok(o->d.cx, digest_get(o->d.cx, o->d.db, o->d.owner.user, &d));
	return d.next_at;
}

struct found {
	struct str newest;
	size_t count;
};

static enum err read_one(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct found *found = subject;
	found->count++;
	return file_read(cx, entry->full, 1 << 20, &found->newest); /* in the order of their names: by time */
}

static size_t letters(struct office *o, struct str *ret_last)
{
	struct found found = {};
	assert_ok(o->d.cx, folder_walk(o->d.cx, o->folder, 1, read_one, &found));
	*ret_last = found.newest;
	return found.count;
}

static void test_when(void **state)
{
	struct office o;
	office_open(state, AT("2027-01-06T12:00:00Z"), &o); /* a Wednesday; people live in Paris */
	struct cx *cx = o.d.cx;
	wish(&o, DIGEST_DAILY);
	assert_true(next_at(&o) == AT("2027-01-07T07:00:00Z"));
	wish(&o, DIGEST_WEEKLY);
	assert_true(next_at(&o) == AT("2027-01-11T07:00:00Z"));
	assert_ok(cx, db_run(cx, o.d.db, NULL, "UPDATE person SET zone = 'Asia/Tokyo', settings = '{\"quiet_from\":\"09:30\",\"quiet_to\":\"18:00\"}' WHERE id = ?1",
			     db_i64(o.d.owner.user)));
	wish(&o, DIGEST_DAILY);
	assert_true(next_at(&o) == AT("2027-01-07T00:30:00Z")); /* 9:30 in Tokyo */
	wish(&o, DIGEST_NONE);
	assert_true(next_at(&o) == 0);
	office_close(&o);
}

static void test_once(void **state)
{
	struct office o;
	office_open(state, AT("2027-02-03T12:00:00Z"), &o);
	struct cx *cx = o.d.cx;
	wish(&o, DIGEST_DAILY);
	assert_ok(cx, digest_letters(cx, o.d.db, &o.postman));
	assert_int_equal(jobs(&o), 0); /* not yet */
	at(&o, AT("2027-02-04T07:00:05Z"));
	/* Killed anywhere: what was begun is not there, and what is done is done once. */
	for (i64 n = 1; jobs(&o) == 0; n++) {
		db_fail_at(o.d.db, n, ERR_LATER);
		enum err e = digest_letters(cx, o.d.db, &o.postman);
		db_fail_at(o.d.db, 0, OK);
		cx_forget(cx);
		assert_true(n < 2000 && (e != OK || jobs(&o) == 1));
		assert_true((jobs(&o) == 0) == (next_at(&o) < cx->now));
	}
	assert_int_equal(jobs(&o), 1);
	assert_true(next_at(&o) == AT("2027-02-05T07:00:00Z"));
	assert_ok(cx, digest_letters(cx, o.d.db, &o.postman));
	assert_int_equal(jobs(&o), 1);
	/* Nobody was there to make it in its morning: the next one. */
	at(&o, AT("2027-02-05T21:00:00Z"));
	assert_ok(cx, digest_letters(cx, o.d.db, &o.postman));
	assert_true(jobs(&o) == 1 && next_at(&o) == AT("2027-02-06T07:00:00Z"));
	office_close(&o);
}

static void test_what_it_says(void **state)
{
	struct office o;
	struct str letter = {};
	i64 sent;
	office_open(state, AT("2027-03-05T12:00:00Z"), &o);
	struct cx *cx = o.d.cx;
	wish(&o, DIGEST_WEEKLY);
	i64 monday = AT("2027-03-08T07:00:00Z");
	struct trend t = {.id = id_new(), .workspace = o.d.workspace, .term = S("#Sesame<Gate>"), .terms = S("#sesamegate\n"), .since = monday - DAY, .at = monday - DAY,
			  .seen_at = monday - HOUR, .score = 80, .evidence = S("{\"people\":9}")};
	assert_ok(cx, trend_save(cx, o.d.db, &t));
	t.id = id_new();
	t.term = S("hushed one");
	assert_ok(cx, trend_save(cx, o.d.db, &t));
	assert_ok(cx, trend_set_hushed(cx, o.d.db, o.d.workspace, t.id, monday - HOUR, o.d.owner.user));
	struct alarm alarm = {.id = id_new(), .workspace = o.d.workspace, .query = o.query, .measure = S("negative"), .at = monday - DAY, .since = monday - DAY, .score = 90,
			      .evidence = S("{}")};
	assert_ok(cx, alarm_insert(cx, o.d.db, &alarm));
	alarm = (struct alarm){.id = id_new(), .workspace = o.d.workspace, .measure = S("volume"), .at = monday - 9 * DAY, .since = monday - 9 * DAY, .evidence = S("{}")};
	assert_ok(cx, alarm_insert(cx, o.d.db, &alarm)); /* of the week before: not told */
	desk_say(&o.d, "Zoé", "t1", "m1", "Do you have bread without seeds?\nI ask for a friend");
	assert_ok(cx, db_run(cx, o.d.db, NULL, "UPDATE conversation SET intent = 'question', waiting_since = ?2 WHERE workspace_id = ?1", db_i64(o.d.workspace),
			     db_i64(monday - HOUR)));
	at(&o, monday + SECOND);
	assert_ok(cx, mail_turn(cx, o.d.db, &o.postman, &sent));
	assert_int_equal(sent, 1);
	assert_int_equal(letters(&o, &letter), 1);
	const char *all = arena_cstr(cx->arena, letter);
	assert_non_null(strstr(all, "To: olga <olga@example.org>"));
	assert_non_null(strstr(all, "List-Unsubscribe: <https://desk.example.org/digest/"));
	assert_non_null(strstr(all, "List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
	assert_non_null(strstr(all, "multipart/alternative"));
	assert_non_null(strstr(all, "Our bread"));
	assert_non_null(strstr(all, "#Sesame<Gate>"));
	assert_non_null(strstr(all, "#Sesame&lt;Gate&gt;"));
	assert_null(strstr(all, "hushed one"));
	assert_non_null(strstr(all, "more was negative than usual"));
	assert_null(strstr(all, "more was said than usual"));
	assert_non_null(strstr(all, "1 question waits"));
	assert_non_null(strstr(all, "Do you have bread without seeds? I ask"));
	assert_null(strstr(all, "waits for an answer; the oldest:\r\n* ?"));
	assert_non_null(strstr(all, "usually"));
	assert_non_null(strstr(all, "account?tab=3Dnotifications"));
	assert_null(strstr(all, "<img"));
	office_close(&o);
}

static void test_the_way_out(void **state)
{
	struct office o;
	struct str letter = {};
	i64 sent, person;
	office_open(state, AT("2027-04-07T12:00:00Z"), &o);
	struct cx *cx = o.d.cx;
	wish(&o, DIGEST_DAILY);
	at(&o, AT("2027-04-08T06:00:01Z"));
	assert_ok(cx, digest_letters(cx, o.d.db, &o.postman));
	assert_int_equal(jobs(&o), 1);
	struct str pass = outside_pass(cx, &o.outside, OUTSIDE_DIGEST, o.d.owner.user);
	assert_ok(cx, outside_open(cx, &o.outside, OUTSIDE_DIGEST, pass, &person));
	assert_int_equal(outside_open(cx, &o.outside, OUTSIDE_TALK, pass, &person), ERR_MISSING);
	cx_forget(cx);
	assert_ok(cx, digest_end(cx, o.d.db, person));
	assert_ok(cx, digest_end(cx, o.d.db, person));
	assert_ok(cx, mail_turn(cx, o.d.db, &o.postman, &sent)); /* what was written down already is not sent either */
	assert_true(sent == 0 && letters(&o, &letter) == 0);
	office_close(&o);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_when), DATABASE_TEST(test_once), DATABASE_TEST(test_what_it_says), DATABASE_TEST(test_the_way_out)};
	return on_both_engines(tests);
}
