/* test_mail.c: letters to colleagues, into a folder: notifications nobody read, the hours people want them in, what is not sent twice. */
#include "desk.h"

#include "flow/mail.h"
#include "flow/notify.h"
#include "store/conversation.h"
#include "store/job.h"
#include "store/person.h"
#include "sys/files.h"
#include "sys/mail.h"

/* Numbers only grow, so each test is later than the one before, and the runs on the other engine a year later (of whole weeks). */
#define AT(text)                                                                                                               \
	({                                                                                                                     \
		i64 at_ = 0;                                                                                                   \
		assert_true(time_parse(S(text), &at_));                                                                        \
		at_ + (postgres ? 364 * DAY : 0);                                                                                                           \
	})

struct office {
	struct test_desk d;
	const char *folder;
	struct mailer *mailer;
	struct key_pair work;
	i64 conversation;
};

static void at(struct office *o, i64 instant)
{
	o->d.cx->now = instant;
	time_set(instant);
}

static struct office office_open(void **state, i64 instant)
{
	struct place *p = *state;
	time_set(instant);
	p->cx.now = instant;
	struct office o = {.d = desk_open(state)};
	struct cx *cx = o.d.cx;
	o.folder = arena_printf(cx->arena, "%s/post", p->folder).at;
	assert_ok(cx, mailer_open(cx, arena_printf(cx->arena, "file:%s", o.folder), S("Levain & Cie, café <desk@levain.example>"), &o.mailer));
	i64 message = desk_say(&o.d, "Zoé Müller", "t1", "m1", "Où êtes-vous ? À bientôt");
	struct message m;
	assert_ok(cx, message_get(cx, o.d.db, o.d.workspace, message, &m));
	o.conversation = m.conversation;
	return o;
}

static void office_close(struct office *o)
{
	mailer_close(o->mailer);
	time_set(0);
}

static void wish(struct office *o, const struct actor *who, const char *settings)
{
	assert_ok(o->d.cx, db_run(o->d.cx, o->d.db, NULL, "UPDATE person SET settings = ?2 WHERE id = ?1", db_i64(who->user), db_text(str_of(settings))));
}

static void tell(struct office *o, const struct actor *who, const char *kind)
{
	struct cx *cx = o->d.cx;
	assert_ok(cx, db_begin(cx, o->d.db));
	assert_ok(cx, notify_person(cx, o->d.db, o->d.workspace, who->user, kind, o->conversation, 0, (struct str){}));
	assert_ok(cx, db_commit(cx, o->d.db));
}

static i64 turn(struct office *o)
{
	i64 count = 0;
	assert_ok(o->d.cx, mail_turn(o->d.cx, o->d.db, &(struct postman){o->mailer, S("https://desk.levain.example"), &o->work}, &count));
	return count;
}

struct found {
	struct office *office;
	struct str newest;
	size_t count;
};

static enum err look(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct found *found = subject;
	found->count++;
	return file_read(cx, entry->full, 1 << 20, &found->newest); /* in the order of their names: by time */
}

static struct found letters(struct office *o)
{
	struct found found = {.office = o};
	assert_ok(o->d.cx, folder_walk(o->d.cx, o->folder, 1, look, &found));
	return found;
}

static bool holds(struct str text, const char *part)
{
	return str_find(text, str_of(part)) >= 0;
}

static void test_unread_becomes_a_letter(void **state)
{
	struct office o = office_open(state, AT("2026-03-01T09:00:00Z"));
	tell(&o, &o.d.agent, "mention");
	tell(&o, &o.d.owner, "mention"); /* who did it themselves is not told */
	at(&o, AT("2026-03-01T09:04:00Z"));
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-03-01T09:06:00Z"));
	assert_int_equal(turn(&o), 1);
	assert_int_equal(turn(&o), 0);
	struct found found = letters(&o);
	assert_int_equal(found.count, 1);
	struct str mail = found.newest;
	assert_true(holds(mail, "To: ana <ana@example.org>\r\n"));
	assert_true(holds(mail, "Auto-Submitted: auto-generated\r\n"));
	assert_true(holds(mail, "Content-Type: text/plain; charset="));
	assert_true(holds(mail, "=?") && holds(mail, "<desk@levain.example>")); /* accents only encoded in headers */
	assert_true(holds(mail, "https://desk.levain.example/conversations/"));
	struct str head = str_head(mail, (size_t)str_find(mail, S("\r\n\r\n")));
	for (size_t i = 0; i < head.len; i++)
		assert_true((u8)head.at[i] < 0x80);
	office_close(&o);
}

/* Of several things: one letter, which leads to where they are. */
static void test_counted_is_one_letter(void **state)
{
	struct office o = office_open(state, AT("2026-03-01T12:00:00Z"));
	struct cx *cx = o.d.cx;
	for (int i = 1; i <= 3; i++) {
		assert_ok(cx, db_begin(cx, o.d.db));
		assert_ok(cx, notify_counted(cx, o.d.db, o.d.workspace, o.d.moderator.user, "late_cases", i));
		assert_ok(cx, db_commit(cx, o.d.db));
	}
	at(&o, AT("2026-03-01T12:06:00Z"));
	assert_int_equal(turn(&o), 1);
	struct found found = letters(&o);
	assert_int_equal(found.count, 1);
	assert_true(holds(found.newest, "Subject: 6 flagged messages wait longer than promised\r\n"));
	assert_true(holds(found.newest, "https://desk.levain.example/moderation\r\n"));
	office_close(&o);
}

static void test_read_or_unwanted_is_none(void **state)
{
	struct office o = office_open(state, AT("2026-03-02T09:00:00Z"));
	struct cx *cx = o.d.cx;
	tell(&o, &o.d.agent, "mention");
	struct actor owner = o.d.owner;
	desk_act_as(&o.d, &o.d.agent);
	assert_ok(cx, notify_read(cx, o.d.db, o.d.workspace, INT64_MAX));
	desk_act_as(&o.d, &owner);
	wish(&o, &o.d.moderator, "{\"mail_off\":[\"mention\"]}");
	tell(&o, &o.d.moderator, "mention");
	wish(&o, &o.d.guest, "{\"notify_by_mail\":false}");
	tell(&o, &o.d.guest, "assigned");
	at(&o, AT("2026-03-02T10:00:00Z"));
	assert_int_equal(turn(&o), 0);
	wish(&o, &o.d.moderator, "{\"mail_off\":[\"assigned\"]}");
	tell(&o, &o.d.moderator, "mention");
	assert_ok(cx, db_run(cx, o.d.db, NULL, "UPDATE person SET disabled_at = 1 WHERE id = ?1", db_i64(o.d.moderator.user)));
	at(&o, AT("2026-03-02T11:00:00Z"));
	assert_int_equal(turn(&o), 0);
	assert_int_equal(letters(&o).count, 0);
	office_close(&o);
}

/* In the person's own zone, over the night the clocks change. */
static void test_hours(void **state)
{
	struct office o = office_open(state, AT("2026-03-28T20:00:00Z")); /* 21:00 in Paris */
	wish(&o, &o.d.agent, "{\"quiet_from\":\"08:00\",\"quiet_to\":\"19:00\"}");
	tell(&o, &o.d.agent, "mention");
	at(&o, AT("2026-03-28T20:10:00Z"));
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-03-29T05:59:00Z")); /* 07:59, summer time by now */
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-03-29T06:00:01Z"));
	assert_int_equal(turn(&o), 1);
	tell(&o, &o.d.agent, "assigned"); /* within the hours: after the five minutes */
	at(&o, AT("2026-03-29T06:06:00Z"));
	assert_int_equal(turn(&o), 1);
	tell(&o, &o.d.agent, "assigned");
	at(&o, AT("2026-03-29T17:00:00Z")); /* 19:00: too late for today */
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-03-30T06:00:01Z"));
	assert_int_equal(turn(&o), 1);
	wish(&o, &o.d.agent, "{\"quiet_from\":\"nonsense\",\"quiet_to\":\"19:00\"}"); /* none set counts as any time */
	tell(&o, &o.d.agent, "assigned");
	at(&o, AT("2026-03-30T22:00:00Z"));
	assert_int_equal(turn(&o), 1);
	office_close(&o);
}

/* Who wants to be woken is, by an alarm alone. */
static void test_woken(void **state)
{
	struct office o = office_open(state, AT("2026-04-02T20:00:00Z"));
	wish(&o, &o.d.agent, "{\"quiet_from\":\"08:00\",\"quiet_to\":\"19:00\",\"wake_for_alarms\":true}");
	tell(&o, &o.d.agent, "mention");
	tell(&o, &o.d.agent, "alarm");
	at(&o, AT("2026-04-02T20:10:00Z"));
	assert_int_equal(turn(&o), 1);
	assert_true(holds(letters(&o).newest, "alarm."));
	wish(&o, &o.d.agent, "{\"quiet_from\":\"08:00\",\"quiet_to\":\"19:00\"}");
	tell(&o, &o.d.agent, "alarm");
	at(&o, AT("2026-04-02T20:20:00Z"));
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-04-03T06:00:01Z"));
	assert_int_equal(turn(&o), 2);
	office_close(&o);
}

static void test_read_while_it_waits(void **state)
{
	struct office o = office_open(state, AT("2026-03-04T20:00:00Z"));
	struct cx *cx = o.d.cx;
	wish(&o, &o.d.agent, "{\"quiet_from\":\"08:00\",\"quiet_to\":\"19:00\"}");
	tell(&o, &o.d.agent, "mention");
	at(&o, AT("2026-03-04T21:00:00Z"));
	assert_int_equal(turn(&o), 0);
	struct actor owner = o.d.owner;
	desk_act_as(&o.d, &o.d.agent);
	assert_ok(cx, notify_read(cx, o.d.db, o.d.workspace, INT64_MAX));
	desk_act_as(&o.d, &owner);
	at(&o, AT("2026-03-05T08:00:00Z"));
	assert_int_equal(turn(&o), 0);
	assert_int_equal(letters(&o).count, 0);
	assert_int_equal(desk_number(&o.d, "SELECT COUNT(*) FROM job WHERE workspace_id = ?1 AND state <> 'done'", o.d.workspace), 0);
	office_close(&o);
}

/* Whoever handed it over was killed: it may have left. The ones behind it leave all the same. */
static void test_killed_while_sending(void **state)
{
	struct office o = office_open(state, AT("2026-03-06T09:00:00Z"));
	struct cx *cx = o.d.cx;
	for (int i = 0; i < 3; i++) {
		struct letter letter = {.to = S("lea@example.org"), .to_name = S("Léa"), .subject = S("Élan"), .text = S("Bonjour\n.\nFrom here"),
					.dedup_key = arena_printf(cx->arena, "letter:%d", i)};
		assert_ok(cx, mail_queue(cx, o.d.db, o.d.workspace, &letter));
		assert_ok(cx, mail_queue(cx, o.d.db, o.d.workspace, &letter)); /* asked for twice, written down once */
	}
	struct job *jobs;
	size_t count;
	assert_ok(cx, job_lease(cx, o.d.db, "mail", cx->now + MINUTE, 1, &jobs, &count));
	assert_int_equal(count, 1);
	assert_int_equal(turn(&o), 2);
	at(&o, AT("2026-03-06T09:10:00Z"));
	assert_int_equal(turn(&o), 0);
	assert_int_equal(letters(&o).count, 2);
	assert_int_equal(desk_number(&o.d, "SELECT COUNT(*) FROM job WHERE workspace_id = ?1 AND state = 'failed' AND story <> ''", o.d.workspace), 1);
	office_close(&o);
}

/* An alarm's letter is rather sent twice than never, under one number. */
static void test_killed_while_an_alarm_leaves(void **state)
{
	struct office o = office_open(state, AT("2026-03-06T09:00:00Z"));
	struct cx *cx = o.d.cx;
	struct letter letter = {.to = S("lea@example.org"), .subject = S("More is said than usual"), .text = S("Bread"), .message_id = S("alarm.1@parvis.example")};
	struct job *jobs;
	size_t count;
	assert_ok(cx, mail_queue(cx, o.d.db, o.d.workspace, &letter));
	assert_ok(cx, job_lease(cx, o.d.db, "mail", cx->now + MINUTE, 1, &jobs, &count)); /* and killed */
	assert_int_equal(turn(&o), 0);
	at(&o, AT("2026-03-06T09:10:00Z"));
	assert_int_equal(turn(&o), 1);
	struct found found = letters(&o);
	assert_int_equal(found.count, 1);
	assert_true(holds(found.newest, "alarm.1@parvis.example"));
	assert_int_equal(turn(&o), 0);
	office_close(&o);
}

/* Nobody listens: it is tried again, later and later, and leaves once somebody does. */
static void test_server_away(void **state)
{
	struct office o = office_open(state, AT("2026-03-07T09:00:00Z"));
	struct cx *cx = o.d.cx;
	struct mailer *folder = o.mailer;
	assert_ok(cx, mailer_open(cx, S("smtp://127.0.0.1:9?tls=off&timeout=2"), S("desk@levain.example"), &o.mailer));
	assert_ok(cx, mail_queue(cx, o.d.db, o.d.workspace, &(struct letter){.to = S("lea@example.org"), .subject = S("Élan"), .text = S("Bonjour")}));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(turn(&o), 0);
		at(&o, cx->now + HOUR);
	}
	assert_int_equal(desk_number(&o.d, "SELECT attempts FROM job WHERE workspace_id = ?1", o.d.workspace), 3);
	mailer_close(o.mailer);
	o.mailer = folder;
	assert_int_equal(turn(&o), 1);
	assert_int_equal(letters(&o).count, 1);
	office_close(&o);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_unread_becomes_a_letter), DATABASE_TEST(test_counted_is_one_letter), DATABASE_TEST(test_read_or_unwanted_is_none),
		DATABASE_TEST(test_read_while_it_waits), DATABASE_TEST(test_killed_while_sending), DATABASE_TEST(test_killed_while_an_alarm_leaves), DATABASE_TEST(test_server_away), DATABASE_TEST(test_hours), DATABASE_TEST(test_woken),
	};
	return on_both_engines(tests);
}
