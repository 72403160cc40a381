/* What people do to conversations and answers, where several of them, or several conversations, meet: approval that cannot be walked
 * around, undo of many things at once, merges taken back exactly. */
#include "desk.h"

#include "flow/inbox.h"
#include "flow/notify.h"
#include "flow/reply.h"
#include "flow/sla.h"
#include "store/conversation.h"
#include "store/label.h"
#include "store/message.h"
#include "store/publication.h"

static struct conversation conversation_of(struct test_desk *d, i64 message)
{
	struct message m;
	struct conversation c;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, message, &m));
	assert_ok(d->cx, conversation_get(d->cx, d->db, d->workspace, m.conversation, &c));
	return c;
}

static enum reply_state state_of(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m.reply_state;
}

/* A mail of ours that a server could not deliver: failed, told, and waiting again; told twice it is told once. An absence wakes nobody. */
static void test_an_answer_comes_back(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct reply_request r = {.conversation = c.id, .body = S("Demain"), .status_after = STATUS_RESOLVED};
	struct message m;
	i64 count;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	time_set(d.cx->now += MINUTE);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, m.id, &m));
	assert_int_equal(m.reply_state, REPLY_SENT);
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_RESOLVED);

	struct inbound absence = {.kind = KIND_DIRECT, .remote_id = S("m2"), .thread_id = S("t1"), .author_id = S("nadia"), .author_name = S("nadia"),
				  .author_followers = -1, .body = S("Absente"), .at = d.cx->now, .automatic = true, .final = true};
	struct inbound bounce = {.remote_id = m.remote_id, .thread_id = S("t1"), .undelivered = S("550 no such user")};
	struct inbound forged = absence;
	forged.remote_id = S("m1"); /* another's number: mail is never edited, and this is a letter of its own */
	forged.body = S("I am somebody else");
	const struct inbound *all[] = {&absence, &forged, &bounce, &bounce};
	for (size_t i = 0; i < COUNT(all); i++) {
		enum ingest_result result;
		assert_ok(d.cx, db_begin(d.cx, d.db));
		assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, all[i], &result, NULL));
		assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
		assert_ok(d.cx, db_commit(d.cx, d.db));
		assert_int_equal(result, i < 2 ? INGEST_CREATED : i == 2 ? INGEST_CHANGED : INGEST_UNCHANGED);
		assert_int_equal(conversation_of(&d, m.id).status, i < 2 ? STATUS_RESOLVED : STATUS_OPEN);
	}
	struct message first;
	assert_ok(d.cx, message_by_remote(d.cx, d.db, d.workspace, d.channel, S("m1"), &first));
	assert_str(first.body, "Bonjour");
	struct publication p;
	assert_int_equal(state_of(&d, m.id), REPLY_FAILED);
	assert_ok(d.cx, publication_of(d.cx, d.db, d.workspace, m.id, S("reply"), &p));
	assert_int_equal(p.state, PUBLICATION_FAILED);
	assert_str(p.story, "550 no such user");
	assert_true(conversation_of(&d, m.id).waiting_since > 0);
	assert_int_equal(desk_number(&d, "SELECT count(*) FROM conversation_event WHERE kind = 'undelivered' AND workspace_id = ?1", d.workspace), 1);

	assert_ok(d.cx, reply_retry(d.cx, d.db, d.workspace, m.id)); /* somebody put the address right over there */
	time_set(d.cx->now += MINUTE);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	assert_int_equal(state_of(&d, m.id), REPLY_SENT);
	time_set(0);
}

static void test_approved_text_is_what_leaves(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct reply_request r = {.conversation = c.id, .body = S("Demain, promis"), .status_after = -1, .send_at = d.cx->now + DAY};
	struct message m;
	struct approval a;
	desk_act_as(&d, &d.guest);
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	assert_ok(d.cx, approval_get(d.cx, d.db, d.workspace, m.id, &a));
	d.cx->now += MINUTE;
	assert_ok(d.cx, reply_edit(d.cx, d.db, d.workspace, m.id, S("Autre chose")));
	desk_act_as(&d, &d.owner);
	assert_err(reply_approve(d.cx, d.db, d.workspace, m.id, a.asked_at, S("")), ERR_CONFLICT); /* read before the change */
	assert_ok(d.cx, approval_get(d.cx, d.db, d.workspace, m.id, &a));
	assert_ok(d.cx, reply_approve(d.cx, d.db, d.workspace, m.id, a.asked_at, S("")));
	assert_int_equal(state_of(&d, m.id), REPLY_SCHEDULED);

	desk_act_as(&d, &d.guest); /* approved, not gone yet: another text waits for approval again */
	assert_ok(d.cx, reply_edit(d.cx, d.db, d.workspace, m.id, S("Ce que personne n’a lu")));
	assert_int_equal(state_of(&d, m.id), REPLY_APPROVAL);
	d.cx->now += 2 * DAY;
	time_set(d.cx->now);
	i64 count;
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	assert_int_equal(fake.published, 0);

	desk_act_as(&d, &d.owner);
	struct approval *open;
	size_t waiting;
	assert_ok(d.cx, approvals_open(d.cx, d.db, d.workspace, 10, &open, &waiting));
	assert_int_equal(waiting, 1);
	assert_ok(d.cx, reply_withdraw(d.cx, d.db, d.workspace, m.id)); /* nobody is asked for what was taken back */
	assert_ok(d.cx, approvals_open(d.cx, d.db, d.workspace, 10, &open, &waiting));
	assert_int_equal(waiting, 0);

	r.send_at = d.cx->now + DAY;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	assert_ok(d.cx, reply_edit(d.cx, d.db, d.workspace, m.id, S("La patronne écrit seule")));
	assert_int_equal(state_of(&d, m.id), REPLY_SCHEDULED);
	assert_err(reply_reschedule(d.cx, d.db, d.workspace, m.id, d.cx->now + 400 * DAY), ERR_BAD_INPUT);
	assert_err(reply_reschedule(d.cx, d.db, d.workspace, m.id, d.cx->now - DAY), ERR_BAD_INPUT);
	assert_ok(d.cx, reply_reschedule(d.cx, d.db, d.workspace, m.id, 0));
}

#define MANY 40

static void test_undo_of_many_leaves_what_moved_on(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 messages[MANY];
	struct undo undo;
	struct undone undone;
	undo_open(cx, &undo);
	for (int i = 0; i < MANY; i++) {
		messages[i] = desk_say(&d, "nadia", arena_cstr(cx->arena, arena_printf(cx->arena, "t%d", i)),
				       arena_cstr(cx->arena, arena_printf(cx->arena, "m%d", i)), "Bonjour");
		struct conversation c = conversation_of(&d, messages[i]);
		assert_ok(cx, inbox_set_status(cx, d.db, d.workspace, c.id, 0, STATUS_RESOLVED, &undo));
	}
	assert_ok(cx, undo_close(cx, d.db, d.workspace, &undo));
	desk_say(&d, "nadia", "t7", "again", "Encore moi"); /* one comes back by itself */
	struct conversation moved = conversation_of(&d, messages[7]);
	/* A key of theirs with less than they may does not take back what they did. */
	const struct actor *person = cx->actor;
	struct actor key = *person;
	key.kind = ACTOR_API_KEY;
	key.session = 77;
	key.permissions = 0;
	cx->actor = &key;
	assert_err(undo_run(cx, d.db, d.workspace, undo.id, &undone), ERR_MISSING);
	cx->actor = person;
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(undone.back, MANY - 1);
	assert_int_equal(undone.left, 1);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(conversation_of(&d, messages[i]).status, STATUS_OPEN);
	assert_int_equal(conversation_of(&d, messages[7]).version, moved.version);
	assert_err(undo_run(cx, d.db, d.workspace, undo.id, &undone), ERR_CONFLICT); /* once */
}

static void test_undo_is_exact(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Bonjour");
	struct undo undo;
	struct undone undone;
	assert_ok(cx, inbox_set_status(cx, d.db, d.workspace, conversation_of(&d, first).id, 0, STATUS_RESOLVED, NULL));
	struct conversation before = conversation_of(&d, first);
	cx->now += HOUR;
	undo_open(cx, &undo);
	assert_ok(cx, inbox_set_status(cx, d.db, d.workspace, before.id, 0, STATUS_OPEN, &undo));
	assert_ok(cx, undo_close(cx, d.db, d.workspace, &undo));
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	struct conversation after = conversation_of(&d, first);
	assert_int_equal(after.status, STATUS_RESOLVED);
	assert_true(after.resolved_at == before.resolved_at && after.waiting_since == before.waiting_since && after.due_at == before.due_at);
}

static void test_merge_taken_back_is_exact(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 a1 = desk_say(&d, "nadia", "ta", "a1", "Première"), b1 = desk_say(&d, "omar", "tb", "b1", "Seconde");
	struct conversation a = conversation_of(&d, a1), b = conversation_of(&d, b1);
	struct label label = {.id = id_new(), .workspace = d.workspace, .name = S("Presse")};
	assert_ok(cx, label_save(cx, d.db, &label));
	assert_ok(cx, inbox_label(cx, d.db, d.workspace, b.id, label.id, true, NULL));
	assert_ok(cx, inbox_set_priority(cx, d.db, d.workspace, b.id, 0, PRIORITY_URGENT, NULL));
	assert_ok(cx, inbox_set_status(cx, d.db, d.workspace, b.id, 0, STATUS_PENDING, NULL));
	assert_ok(cx, inbox_set_status(cx, d.db, d.workspace, a.id, 0, STATUS_RESOLVED, NULL));
	a = conversation_of(&d, a1);
	b = conversation_of(&d, b1);
	struct undo undo;
	struct undone undone;
	undo_open(cx, &undo);
	assert_ok(cx, inbox_merge(cx, d.db, d.workspace, b.id, a.id, &undo));
	assert_ok(cx, undo_close(cx, d.db, d.workspace, &undo));
	struct conversation merged = conversation_of(&d, b1);
	assert_int_equal(merged.id, a.id);
	assert_int_equal(merged.priority, PRIORITY_URGENT);
	assert_true(merged.label_ids.len > 0); /* what was marked stays marked */
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	const struct conversation was[] = {a, b}, is[] = {conversation_of(&d, a1), conversation_of(&d, b1)};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(is[i].id, was[i].id);
		assert_int_equal(is[i].status, was[i].status);
		assert_int_equal(is[i].priority, was[i].priority);
		assert_int_equal(is[i].message_count, was[i].message_count);
		assert_true(str_eq(is[i].label_ids, was[i].label_ids));
		assert_true(is[i].due_at == was[i].due_at && is[i].resolved_at == was[i].resolved_at && is[i].waiting_since == was[i].waiting_since);
	}
}

static void assert_same_clock(struct conversation is, struct conversation was)
{
	assert_true(is.sla_started_at == was.sla_started_at && is.first_due_at == was.first_due_at && is.first_met_at == was.first_met_at &&
		    is.resolve_due_at == was.resolve_due_at && is.due_at == was.due_at && is.waiting_since == was.waiting_since && is.breach_at == was.breach_at);
	assert_int_equal(is.status, was.status);
	assert_int_equal(is.breached, was.breached);
}

static void later(struct test_desk *d, i64 duration)
{
	d->cx->now += duration;
	time_set(d->cx->now);
}

/* What is split off waits since it was said, whatever was answered before it; and it takes its clock along. */
static void test_split_has_its_own_clock(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Bonjour"), began = cx->now, fresh, count;
	later(&d, 10 * MINUTE);
	i64 second = desk_say(&d, "nadia", "t1", "m2", "Autre chose : mon colis ?"), asked = cx->now;
	struct message m;
	struct reply_request r = {.conversation = conversation_of(&d, first).id, .body = S("Bonjour Nadia"), .status_after = STATUS_PENDING};
	later(&d, MINUTE);
	assert_ok(cx, reply_compose(cx, d.db, d.workspace, &r, &m, NULL));
	later(&d, 10 * SECOND);
	assert_ok(cx, outbox_turn(cx, d.db, &d.outbox, &count));
	assert_ok(cx, message_get(cx, d.db, d.workspace, m.id, &m));
	struct conversation before = conversation_of(&d, first);
	assert_true(before.first_met_at == m.at && before.waiting_since == 0);
	struct undo undo;
	struct undone undone;
	undo_open(cx, &undo);
	assert_ok(cx, inbox_split(cx, d.db, d.workspace, before.id, second, false, &fresh, &undo));
	assert_ok(cx, undo_close(cx, d.db, d.workspace, &undo));
	struct conversation c = conversation_of(&d, second);
	assert_int_equal(c.id, fresh);
	assert_true(c.sla_started_at == asked && c.first_due_at == asked + HOUR && c.resolve_due_at == asked + DAY);
	assert_true(c.first_met_at == 0 && c.waiting_since == asked && c.breach_at == asked + HOUR);
	assert_same_clock(conversation_of(&d, first), before);
	assert_ok(cx, undo_run(cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(conversation_of(&d, second).id, before.id);
	assert_same_clock(conversation_of(&d, first), before);

	/* With the answer that follows it: met, and when. */
	assert_ok(cx, inbox_split(cx, d.db, d.workspace, before.id, second, true, &fresh, NULL));
	c = conversation_of(&d, second);
	assert_true(c.sla_started_at == asked && c.first_met_at == m.at && c.waiting_since == 0 && !c.breached);
	c = conversation_of(&d, first); /* and the answer is no longer its own */
	assert_true(c.sla_started_at == began && c.waiting_since == began);

	/* The message that the clock began with goes: the clock goes with it. */
	later(&d, HOUR);
	i64 third = desk_say(&d, "nadia", "t2", "m3", "Merci"), asked_again;
	r.conversation = conversation_of(&d, third).id;
	assert_ok(cx, reply_compose(cx, d.db, d.workspace, &r, &m, NULL));
	later(&d, 10 * SECOND);
	assert_ok(cx, outbox_turn(cx, d.db, &d.outbox, &count));
	later(&d, MINUTE);
	asked_again = cx->now;
	i64 fourth = desk_say(&d, "nadia", "t2", "m4", "Et ma facture ?");
	before = conversation_of(&d, third);
	assert_true(before.sla_started_at == asked_again && !before.first_met_at);
	assert_ok(cx, inbox_split(cx, d.db, d.workspace, before.id, fourth, true, &fresh, NULL));
	c = conversation_of(&d, third);
	assert_true(c.sla_started_at < asked_again && c.first_met_at && c.first_met_at < asked_again && c.waiting_since == 0); /* nobody waits in it */
	assert_int_equal(conversation_of(&d, fourth).first_due_at, asked_again + HOUR);
	time_set(0);
}

/* Everything is late at once: some by name, the rest by their number. */
static void test_many_breaches_are_few_lines(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct notification *list;
	size_t count;
	i64 broken;
	for (int i = 0; i < 12; i++) {
		const char *name = arena_printf(cx->arena, "t%d", i).at;
		struct conversation c = conversation_of(&d, desk_say(&d, "nadia", name, name, "Bonjour"));
		assert_ok(cx, inbox_assign(cx, d.db, d.workspace, c.id, 0, i < 11 ? d.agent.user : 0, 0, NULL));
	}
	later(&d, 61 * MINUTE);
	assert_ok(cx, sla_sweep(cx, d.db, &broken));
	assert_int_equal(broken, 12);
	assert_ok(cx, notifications_unread_of(cx, d.db, d.workspace, d.agent.user, S("breach"), 100, &list, &count));
	assert_int_equal(count, 5);
	assert_ok(cx, notifications_unread_of(cx, d.db, d.workspace, d.agent.user, S("breaches"), 100, &list, &count));
	assert_int_equal(count, 1);
	assert_str(notify_text(cx->arena, "en", notify_kind_of(list[0].kind), list[0].detail), "6 more answers are late");
	desk_act_as(&d, &d.agent);
	assert_ok(cx, notify_read(cx, d.db, d.workspace, INT64_MAX)); /* then the next is told by itself again */
	desk_act_as(&d, &d.owner);
	struct conversation c = conversation_of(&d, desk_say(&d, "omar", "later", "later", "Et moi ?"));
	assert_ok(cx, inbox_assign(cx, d.db, d.workspace, c.id, 0, d.agent.user, 0, NULL));
	later(&d, 61 * MINUTE);
	assert_ok(cx, sla_sweep(cx, d.db, &broken));
	assert_ok(cx, notifications_unread_of(cx, d.db, d.workspace, d.agent.user, S("breach"), 100, &list, &count));
	assert_int_equal(count, 1);
	time_set(0);
}

static i64 called(struct test_desk *d, i64 person)
{
	return desk_number(d, "SELECT COUNT(*) FROM notification WHERE kind = 'mention' AND person_id = ?1", person);
}

static void test_mentions_call_whom_they_name(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 conversation = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour")).id, note;
	struct actor claire = desk_person(&d, "Claire Martin", ROLE_AGENT), other = desk_person(&d, "Claire Dupré", ROLE_AGENT);
	assert_ok(cx, inbox_note(cx, d.db, d.workspace, conversation, S("@Claire DUPRE, peux-tu voir ?"), NULL, &note));
	assert_true(called(&d, other.user) == 1 && called(&d, claire.user) == 0); /* by the whole name: her alone */
	assert_ok(cx, inbox_note(cx, d.db, d.workspace, conversation, S("(@claire) et @Ana, @ana"), NULL, &note));
	assert_true(called(&d, other.user) == 2 && called(&d, claire.user) == 1 && called(&d, d.agent.user) == 1);
	assert_ok(cx, inbox_note(cx, d.db, d.workspace, conversation, S("écrire à nadia@ana.example, @anabelle, @"), NULL, &note));
	assert_true(called(&d, d.agent.user) == 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_an_answer_comes_back),
		DATABASE_TEST(test_approved_text_is_what_leaves),
		DATABASE_TEST(test_undo_of_many_leaves_what_moved_on),
		DATABASE_TEST(test_undo_is_exact),
		DATABASE_TEST(test_merge_taken_back_is_exact), DATABASE_TEST(test_split_has_its_own_clock),
		DATABASE_TEST(test_many_breaches_are_few_lines),
		DATABASE_TEST(test_mentions_call_whom_they_name),
	};
	return on_both_engines(tests);
}
