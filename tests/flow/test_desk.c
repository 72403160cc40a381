#include "desk.h"

#include "base/id.h"
#include "flow/audit.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "store/conversation.h"
#include "store/event.h"
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

static struct message message_of(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m;
}

static struct message answer(struct test_desk *d, i64 conversation, const char *text)
{
	struct message m;
	struct reply_request r = {.conversation = conversation, .body = str_of(text), .status_after = STATUS_PENDING};
	assert_ok(d->cx, reply_compose(d->cx, d->db, d->workspace, &r, &m, NULL));
	return m;
}

static i64 turn(struct test_desk *d)
{
	i64 count;
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
	return count;
}

static void later(struct test_desk *d, i64 duration)
{
	d->cx->now += duration;
	time_set(d->cx->now);
}

static void test_ingest_once_with_edits_and_removal(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Rideau baissé à 18 h 40");
	struct conversation c = conversation_of(&d, first);
	assert_int_equal(c.status, STATUS_OPEN);
	assert_int_equal(c.message_count, 1);
	assert_true(c.first_due_at == d.cx->now + HOUR && c.due_at == c.first_due_at);
	assert_str(c.preview, "Rideau baissé à 18 h 40");

	struct inbound i = {.kind = KIND_COMMENT, .remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("nadia"), .body = S("Rideau baissé à 18 h 40"),
			    .at = d.cx->now};
	enum ingest_result result;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_int_equal(result, INGEST_UNCHANGED);
	i.body = S("Rideau baissé à 18 h 30");
	i.edited_at = d.cx->now + SECOND;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_int_equal(result, INGEST_CHANGED);
	struct message_version *versions;
	size_t count;
	assert_ok(d.cx, message_versions(d.cx, d.db, d.workspace, first, &versions, &count));
	assert_int_equal(count, 1);
	assert_str(versions[0].body, "Rideau baissé à 18 h 40");
	/* The older copy comes again, late: the edit stands. */
	i.body = S("Rideau baissé à 18 h 40");
	i.edited_at = 0;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_int_equal(result, INGEST_UNCHANGED);
	struct inbound gone = {.remote_id = S("m1"), .thread_id = S("t1"), .removed = true};
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &gone, &result, NULL));
	assert_int_equal(result, INGEST_CHANGED);
	assert_true(message_of(&d, first).removed_at > 0);
	assert_str(message_of(&d, first).body, "Rideau baissé à 18 h 30");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1", d.workspace), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1", d.workspace), 1);
}

/* A feed out of order tells of the removal first: what its author took away does not appear. */
static void test_removed_before_it_came(void **state)
{
	struct test_desk d = desk_open(state);
	struct inbound gone = {.remote_id = S("m9"), .thread_id = S("t1"), .removed = true};
	struct inbound late = {.kind = KIND_COMMENT, .remote_id = S("m9"), .thread_id = S("t1"), .author_id = S("a"), .body = S("Oubliez"), .at = d.cx->now};
	struct inbound other = late;
	enum ingest_result result;
	other.remote_id = S("m10");
	for (int again = 0; again < 2; again++) {
		assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &gone, &result, NULL));
		assert_int_equal(result, INGEST_UNCHANGED);
	}
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &late, &result, NULL));
	assert_int_equal(result, INGEST_UNCHANGED);
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &other, &result, NULL));
	assert_int_equal(result, INGEST_CREATED);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1", d.workspace), 1);
	/* The next reading of the channel knows it too, until it is pruned. */
	CLEANUP(arena_freep) struct arena *memory = arena_new();
	struct ingest next;
	assert_ok(d.cx, ingest_start(d.cx, d.db, d.workspace, d.ingest.channel.id, false, memory, &next));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &next, &late, &result, NULL));
	assert_int_equal(result, INGEST_UNCHANGED);
	assert_ok(d.cx, removals_prune(d.cx, d.db, id_new()));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &next, &late, &result, NULL));
	assert_int_equal(result, INGEST_CREATED);
}

static void test_ingest_refuses(void **state)
{
	struct test_desk d = desk_open(state);
	struct inbound good = {.kind = KIND_COMMENT, .remote_id = S("x"), .thread_id = S("t"), .author_id = S("a"), .body = S("b"), .at = d.cx->now};
	const struct {
		const char *field;
		struct inbound inbound;
	} bad[] = {
		{"remote_id", {.kind = KIND_COMMENT, .thread_id = S("t"), .author_id = S("a"), .body = S("b"), .at = good.at}},
		{"author_id", {.kind = KIND_COMMENT, .remote_id = S("x"), .thread_id = S("t"), .body = S("b"), .at = good.at}},
		{"body", {.kind = KIND_COMMENT, .remote_id = S("x"), .thread_id = S("t"), .author_id = S("a"), .at = good.at}},
		{"at", {.kind = KIND_COMMENT, .remote_id = S("x"), .thread_id = S("t"), .author_id = S("a"), .body = S("b"), .at = good.at + 2 * DAY}},
		{"kind", {.kind = KIND_NOTE, .remote_id = S("x"), .thread_id = S("t"), .author_id = S("a"), .body = S("b"), .at = good.at}},
	};
	assert_ok(d.cx, ingest_check(d.cx, &good));
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_err(ingest_check(d.cx, &bad[i].inbound), ERR_BAD_INPUT);
		assert_string_equal(d.cx->field, bad[i].field);
	}
}

static void test_answer_arrives_and_stops_the_clock(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Ouvert demain ?");
	struct conversation c = conversation_of(&d, first);
	struct message reply = answer(&d, c.id, "Oui, dès 7 h.");
	assert_int_equal(reply.reply_state, REPLY_QUEUED);
	assert_str(reply.parent_remote_id, "m1");
	assert_int_equal(turn(&d), 0); /* the seconds of undo */
	later(&d, 10 * SECOND);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(fake.count, 1);
	reply = message_of(&d, reply.id);
	assert_int_equal(reply.reply_state, REPLY_SENT);
	assert_true(reply.remote_id.len > 0);
	c = conversation_of(&d, first);
	assert_true(c.first_met_at > 0 && c.waiting_since == 0);
	assert_int_equal(c.status, STATUS_PENDING);
	assert_int_equal(turn(&d), 0);
	/* They write again: it is open again, with a new promise. */
	later(&d, MINUTE);
	desk_say(&d, "nadia", "t1", "m2", "Merci, et dimanche ?");
	c = conversation_of(&d, first);
	assert_int_equal(c.status, STATUS_OPEN);
	assert_true(c.first_due_at == d.cx->now + HOUR && c.first_met_at == 0);
	/* The first round is kept: figures count both. */
	struct conversation_span *rounds;
	size_t count;
	assert_ok(d.cx, conversation_rounds(d.cx, d.db, d.workspace, d.cx->now - DAY, 10, &rounds, &count));
	assert_true(count == 1 && rounds[0].first_met_at > 0 && rounds[0].first_met_at <= rounds[0].first_due_at);
	desk_say(&d, "nadia", "t1", "m3", "Et lundi ?");
	assert_ok(d.cx, conversation_rounds(d.cx, d.db, d.workspace, d.cx->now - DAY, 10, &rounds, &count));
	assert_int_equal(count, 1);
}

/* Somebody of ours answers in the network's own application. */
static void test_answered_there(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Ouvert demain ?");
	struct inbound i = {.kind = KIND_REPLY, .ours = true, .remote_id = S("o1"), .parent_id = S("m1"), .thread_id = S("t1"), .author_followers = -1,
			    .body = S("Oui, dès 7 h."), .at = d.cx->now + MINUTE};
	enum ingest_result result;
	later(&d, 2 * MINUTE);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, NULL));
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	struct conversation c = conversation_of(&d, first);
	assert_int_equal(c.status, STATUS_PENDING);
	assert_true(c.first_met_at > 0 && !c.waiting_since);
	desk_say(&d, "nadia", "t1", "m2", "Merci, et dimanche ?");
	assert_int_equal(conversation_of(&d, first).status, STATUS_OPEN);
}

static void test_withdrawn_in_time(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct undo undo;
	struct undone undone;
	struct message m;
	struct reply_request r = {.conversation = c.id, .body = S("Trop vite"), .status_after = STATUS_RESOLVED};
	undo_open(d.cx, &undo);
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_RESOLVED);
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	later(&d, HOUR);
	assert_int_equal(turn(&d), 0);
	assert_int_equal(fake.count, 0);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_DRAFT);
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_OPEN);
	assert_err(undo_run(d.cx, d.db, d.workspace, undo.id, &undone), ERR_CONFLICT);
	/* The draft is sent after all. */
	r.draft = m.id;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	later(&d, HOUR);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(fake.count, 1);
	assert_err(reply_withdraw(d.cx, d.db, d.workspace, m.id), ERR_CONFLICT);
}

/* An answer that was planned is not sent over the head of somebody who wrote since. */
static void test_overtaken(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct actor olga = d.owner;
	struct message m, leaving;
	struct reply_request r = {.conversation = c.id, .body = S("Demain, alors"), .send_at = d.cx->now + 2 * HOUR, .status_after = -1};
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	r.send_at = 0;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &leaving, NULL));
	desk_say(&d, "karim", "t2", "m2", "Autre chose"); /* elsewhere: nothing */
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SCHEDULED);
	desk_act_as(&d, &(struct actor){.kind = ACTOR_PROGRAM, .workspace = d.workspace});
	later(&d, MINUTE);
	desk_say(&d, "nadia", "t1", "m3", "Finalement non, merci");
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_DRAFT);
	assert_int_equal(message_of(&d, leaving.id).reply_state, REPLY_QUEUED);
	assert_int_equal(desk_number(&d, "SELECT count(*) FROM notification WHERE kind = 'overtaken' AND person_id = ?1", olga.user), 1);
	assert_int_equal(desk_number(&d, "SELECT count(*) FROM conversation_event WHERE kind = 'overtaken' AND conversation_id = ?1", c.id), 1);
	later(&d, DAY);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(fake.count, 1);
	/* One that is just leaving leaves, and what they said is taken all the same. */
	desk_act_as(&d, &olga);
	r.send_at = d.cx->now + HOUR;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &leaving, NULL));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE publication SET state = 'leased' WHERE message_id = ?1", db_i64(leaving.id)));
	desk_say(&d, "nadia", "t1", "m4", "Encore un mot");
	assert_int_equal(message_of(&d, leaving.id).reply_state, REPLY_SCHEDULED);
	assert_err(reply_withdraw(d.cx, d.db, d.workspace, leaving.id), ERR_CONFLICT);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE publication SET state = 'due' WHERE message_id = ?1", db_i64(leaving.id)));
	assert_ok(d.cx, reply_withdraw(d.cx, d.db, d.workspace, leaving.id));
	/* Their own words edited afterwards overtake nothing. */
	desk_act_as(&d, &olga);
	r.draft = m.id;
	r.send_at = d.cx->now + HOUR;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &r, &m, NULL));
	desk_say(&d, "nadia", "t1", "m3", "Finalement non, merci !");
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SCHEDULED);
	later(&d, 2 * HOUR);
	assert_int_equal(turn(&d), 1);
}

static void test_doubt_is_looked_up(void **state)
{
	for (int accepts = 0; accepts < 2; accepts++) {
		struct test_desk d = desk_open(state);
		struct conversation c = conversation_of(&d, desk_say(&d, "nadia", accepts ? "t1" : "t0", accepts ? "m1" : "m0", "Bonjour"));
		struct message m = answer(&d, c.id, "Bonjour Nadia");
		later(&d, 10 * SECOND);
		fake.publish = OUTCOME_UNKNOWN;
		fake.accepts = accepts;
		turn(&d);
		assert_int_equal(message_of(&d, m.id).reply_state, REPLY_UNKNOWN);
		fake.publish = OUTCOME_DONE;
		for (int i = 0; i < 5; i++) {
			later(&d, HOUR);
			turn(&d);
		}
		assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SENT);
		assert_int_equal(fake.count, 1); /* once, whether the first call had arrived or not */
		assert_int_equal(fake.published, accepts ? 1 : 2);
		/* The next round works on the same database with another workspace. */
		db_run(d.cx, d.db, NULL, "UPDATE workspace SET slug = slug || '-old'") == OK ? (void)0 : abort();
		db_run(d.cx, d.db, NULL, "UPDATE person SET email = email || '-old'") == OK ? (void)0 : abort();
	}
}

static void echo(struct test_desk *d, const char *id, const char *text)
{
	static const struct inbound_attachment picture = {.kind = S("image"), .url = S("https://cdn.example/p.png")};
	struct inbound i = {.kind = KIND_REPLY, .ours = true, .remote_id = str_of(id), .thread_id = S("t1"), .author_id = S("us"), .author_followers = -1, .body = str_of(text), .at = d->cx->now,
			    .attachments = &picture, .attachment_count = !*text};
	enum ingest_result result;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

/* What another program of the account's answers while ours is in doubt is a message of its own; ours comes back changed a little, and is ours. */
static void test_another_answers_meanwhile(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message m = answer(&d, c.id, "@nadia@village.example Bonjour Nadia, voyez https://levain.example/pain");
	later(&d, 10 * SECOND);
	fake.publish = OUTCOME_UNKNOWN;
	turn(&d);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_UNKNOWN);
	echo(&d, "e1", "Nous regardons cela tout de suite.");
	echo(&d, "e2", "");
	assert_int_equal(message_of(&d, m.id).remote_id.len, 0);
	echo(&d, "e3", "@nadia Bonjour  Nadia, voyez levain.example/pain");
	assert_str(message_of(&d, m.id).remote_id, "e3");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND remote_id IN ('e1', 'e2')", d.workspace), 2);
}

/* A network may take what it does not show for a while yet. */
static void test_what_is_not_shown_yet_is_not_sent_again(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message m = answer(&d, c.id, "Bonjour Nadia");
	later(&d, 10 * SECOND);
	fake.publish = OUTCOME_UNKNOWN;
	fake.accepts = true;
	fake.shy = 1;
	turn(&d);
	fake.publish = OUTCOME_DONE;
	for (int i = 0; i < 40; i++) {
		later(&d, 5 * SECOND);
		turn(&d);
	}
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SENT);
	assert_int_equal(fake.published, 1);
	assert_int_equal(fake.looked, 2);
}

/* The same words a second time: what a look finds is the first answer, which stays what it is; the second leaves, once. */
static void test_the_same_words_twice(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message first = answer(&d, c.id, "Merci"), second;
	later(&d, 10 * SECOND);
	turn(&d);
	first = message_of(&d, first.id);
	assert_int_equal(first.reply_state, REPLY_SENT);
	second = answer(&d, c.id, "Merci");
	later(&d, 10 * SECOND);
	fake.publish = OUTCOME_UNKNOWN;
	fake.mistaken = arena_cstr(d.cx->arena, first.remote_id);
	turn(&d);
	fake.publish = OUTCOME_DONE;
	for (int i = 0; i < 5; i++) {
		later(&d, HOUR);
		turn(&d);
	}
	assert_int_equal(fake.count, 2);
	assert_int_equal(message_of(&d, second.id).reply_state, REPLY_SENT);
	assert_int_equal(message_of(&d, first.id).removed_at, 0);
	assert_str(message_of(&d, first.id).remote_id, fake.mistaken);
}

/* Its place among all that the network took. */
static size_t arrived_at(i64 message)
{
	char head[40];
	size_t place = 0;
	snprintf(head, sizeof head, "m%lld-", (long long)message);
	while (place < fake.count && strncmp(fake.keys[place], head, strlen(head)) != 0)
		place++;
	assert_true(place < fake.count);
	return place;
}

/* What was written one after the other leaves so, also when its network was away in between. */
static void test_answers_keep_their_order(void **state)
{
	struct test_desk d = desk_open(state);
	struct message first[8], second[8];
	for (int i = 0; i < 8; i++) {
		char thread[8], id[8];
		snprintf(thread, sizeof thread, "t%d", i);
		snprintf(id, sizeof id, "m%d", i);
		struct conversation c = conversation_of(&d, desk_say(&d, "nadia", thread, id, "Bonjour"));
		first[i] = answer(&d, c.id, "Un");
		second[i] = answer(&d, c.id, "Deux");
	}
	fake.publish = OUTCOME_LATER;
	for (int i = 0; i < 30; i++) {
		later(&d, 10 * SECOND);
		turn(&d);
	}
	fake.publish = OUTCOME_DONE;
	for (int i = 0; i < 300; i++) {
		later(&d, SECOND);
		turn(&d);
	}
	later(&d, HOUR);
	turn(&d);
	turn(&d);
	for (int i = 0; i < 8; i++) {
		first[i] = message_of(&d, first[i].id);
		second[i] = message_of(&d, second[i].id);
		assert_true(first[i].reply_state == REPLY_SENT && second[i].reply_state == REPLY_SENT);
		assert_true(arrived_at(first[i].id) < arrived_at(second[i].id));
	}
}

/* Leased with others that took long: by the time it is its turn, another worker has it. A like is no state of a message, and is not called either. */
static void test_a_lease_that_ran_out_is_not_called(void **state)
{
	struct test_desk d = desk_open(state);
	i64 said = desk_say(&d, "nadia", "t1", "m1", "Bonjour");
	struct publication p = {.id = id_new(), .workspace = d.workspace, .channel = d.channel, .act = S("hide"), .message = said, .dedup_key = S("k1"),
				.state = PUBLICATION_DUE, .due_at = 1, .created_by = d.owner.user, .created_at = d.cx->now};
	struct publication *leased;
	size_t count;
	assert_ok(d.cx, publication_insert(d.cx, d.db, &p));
	assert_ok(d.cx, publication_lease(d.cx, d.db, d.workspace, d.channel, S("tester"), d.cx->now + OUTBOX_LEASE, 1, &leased, &count));
	assert_int_equal(count, 1);
	assert_ok(d.cx, publication_keep(d.cx, d.db, leased, S("tester"), d.cx->now + 2 * OUTBOX_LEASE));
	later(&d, 3 * OUTBOX_LEASE);
	struct publication *taken;
	assert_ok(d.cx, publication_lease(d.cx, d.db, d.workspace, d.channel, S("another"), d.cx->now + OUTBOX_LEASE, 1, &taken, &count));
	assert_int_equal(count, 1);
	assert_err(publication_keep(d.cx, d.db, leased, S("tester"), d.cx->now + OUTBOX_LEASE), ERR_CONFLICT);
}

static void test_worker_that_died(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message m = answer(&d, c.id, "Bonjour Nadia");
	later(&d, 10 * SECOND);
	struct publication *leased;
	size_t count;
	assert_ok(d.cx, publication_lease(d.cx, d.db, d.workspace, d.channel, S("the dead one"), d.cx->now + OUTBOX_LEASE, 10, &leased, &count));
	assert_int_equal(count, 1);
	fake_accept(leased[0].dedup_key); /* it had called, and died before it could say so */
	assert_int_equal(turn(&d), 0);
	later(&d, OUTBOX_LEASE + MINUTE);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(fake.published, 0);
	assert_int_equal(fake.looked, 1);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SENT);
}

static void test_thread_under_another_name(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation first = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	for (int moves = 0; moves < 2; moves++) {
		struct inbound i = {.kind = KIND_COMMENT, .remote_id = moves ? S("m3") : S("m2"), .thread_id = moves ? S("t3") : S("t2"), .parent_id = S("m1"), .moves = moves,
				    .author_id = S("omar"), .author_followers = -1, .body = S("Salut"), .at = d.cx->now};
		enum ingest_result result;
		i64 message = 0;
		assert_ok(d.cx, db_begin(d.cx, d.db));
		assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, &message));
		assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
		assert_ok(d.cx, db_commit(d.cx, d.db));
		assert_int_equal(conversation_of(&d, message).id == first.id, moves); /* else it is a thread of its own, as the network says */
	}
}

static void test_one_act_of_a_channel_at_a_time(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct conversation here = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message first = answer(&d, here.id, "Un"), second = answer(&d, here.id, "Deux");
	struct channel other = {.id = id_new(), .workspace = d.workspace, .kind = S("fake"), .network = S("fake"), .name = S("Other"), .created_at = cx->now};
	assert_ok(cx, channel_insert(cx, d.db, &other));
	assert_ok(cx, ingest_start(cx, d.db, d.workspace, other.id, false, cx->arena, &d.ingest));
	struct conversation there = conversation_of(&d, desk_say(&d, "omar", "t2", "m2", "Salut"));
	struct message third = answer(&d, there.id, "Trois");
	later(&d, 10 * SECOND);
	struct publication *leased;
	size_t count;
	assert_ok(cx, publication_lease(cx, d.db, d.workspace, d.channel, S("a slow one"), cx->now + OUTBOX_LEASE, 1, &leased, &count)); /* its network does not answer */
	assert_int_equal(count, 1);
	assert_true(leased->message == first.id);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(message_of(&d, third.id).reply_state, REPLY_SENT);    /* another network is not kept waiting */
	assert_int_equal(message_of(&d, second.id).reply_state, REPLY_QUEUED); /* what was written later does not pass by */
	i64 due;
	assert_ok(cx, publication_next_due(cx, d.db, &due));
	assert_true(due <= cx->now);

	/* Nobody else is at work any more: both are settled soon, the first one looked for. */
	assert_ok(cx, outbox_recover(cx, d.db));
	assert_int_equal(turn(&d), 0);
	fake_accept(leased->dedup_key);
	later(&d, MINUTE);
	fake.published = 0;
	assert_int_equal(turn(&d), 2);
	assert_int_equal(fake.looked, 1);
	assert_int_equal(fake.published, 1);
	assert_int_equal(message_of(&d, first.id).reply_state, REPLY_SENT);
	assert_int_equal(message_of(&d, second.id).reply_state, REPLY_SENT);
	assert_true(message_of(&d, first.id).at <= message_of(&d, second.id).at);
}

static void test_refused_held_and_later(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct message m = answer(&d, c.id, "Un");
	later(&d, 10 * SECOND);
	fake.publish = OUTCOME_NEVER;
	turn(&d);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_FAILED);
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_OPEN); /* it needs somebody again */
	fake.publish = OUTCOME_HOLD;
	assert_ok(d.cx, reply_retry(d.cx, d.db, d.workspace, m.id));
	turn(&d);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_HELD);
	struct channel channel;
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &channel));
	assert_str(channel.state, "broken");
	fake.publish = OUTCOME_LATER;
	assert_ok(d.cx, outbox_release(d.cx, d.db, d.workspace, d.channel));
	turn(&d);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_QUEUED);
	fake.publish = OUTCOME_DONE;
	later(&d, DAY);
	turn(&d);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SENT);
	assert_int_equal(fake.count, 1);
}

static void test_approval(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	desk_act_as(&d, &d.guest);
	struct message m = answer(&d, c.id, "Une proposition");
	assert_int_equal(m.reply_state, REPLY_APPROVAL);
	later(&d, DAY);
	assert_int_equal(turn(&d), 0);
	assert_err(reply_approve(d.cx, d.db, d.workspace, m.id, 0, S("")), ERR_DENIED);
	desk_act_as(&d, &d.agent);
	assert_err(reply_approve(d.cx, d.db, d.workspace, m.id, 0, S("")), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_err(reply_return(d.cx, d.db, d.workspace, m.id, 0, S(" ")), ERR_BAD_INPUT);
	assert_ok(d.cx, reply_return(d.cx, d.db, d.workspace, m.id, 0, S("Plus court")));
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_DRAFT);
	desk_act_as(&d, &d.guest);
	struct reply_request again = {.conversation = c.id, .draft = m.id, .body = S("Plus court, voilà"), .status_after = STATUS_RESOLVED};
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &again, &m, NULL));
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_OPEN);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, reply_approve(d.cx, d.db, d.workspace, m.id, 0, S("")));
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_RESOLVED); /* as its author wished */
	later(&d, 10 * SECOND);
	assert_int_equal(turn(&d), 1);
	assert_int_equal(message_of(&d, m.id).reply_state, REPLY_SENT);
	i64 notified = 0;
	assert_ok(d.cx, notifications_unread(d.cx, d.db, d.workspace, d.guest.user, &notified));
	assert_int_equal(notified, 2);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE act = 'conversation.status' AND workspace_id = ?1", d.workspace), 1);
	/* Not when the person wrote in between. */
	later(&d, MINUTE);
	desk_say(&d, "nadia", "t1", "m2", "Et dimanche ?");
	desk_act_as(&d, &d.guest);
	again.draft = 0;
	assert_ok(d.cx, reply_compose(d.cx, d.db, d.workspace, &again, &m, NULL));
	later(&d, MINUTE);
	desk_say(&d, "nadia", "t1", "m3", "Ou lundi ?");
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, reply_approve(d.cx, d.db, d.workspace, m.id, 0, S("")));
	assert_int_equal(conversation_of(&d, m.id).status, STATUS_OPEN);
}

static void test_triage_conflict_and_undo(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	struct undo undo;
	struct undone undone;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, inbox_assign(d.cx, d.db, d.workspace, c.id, c.version, d.agent.user, 0, &undo));
	assert_err(inbox_set_status(d.cx, d.db, d.workspace, c.id, c.version, STATUS_RESOLVED, NULL), ERR_CONFLICT); /* seen before */
	assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, c.id, 0, STATUS_RESOLVED, &undo));
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_URGENT, &undo));
	struct label label = {.id = id_new(), .workspace = d.workspace, .name = S("Presse")};
	assert_ok(d.cx, label_save(d.cx, d.db, &label));
	assert_ok(d.cx, inbox_label(d.cx, d.db, d.workspace, c.id, label.id, true, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	struct conversation_filter filter = {.status = STATUS_RESOLVED, .kind = -1, .label = label.id};
	struct conversation_row *rows;
	size_t count;
	assert_ok(d.cx, conversation_list(d.cx, d.db, d.workspace, &filter, LIST_START, 10, &rows, &count));
	assert_int_equal(count, 1);
	assert_str(rows[0].assignee_name, "ana");
	/* Taking back needs the newest version of each step: the last alone matches, the others restored in turn. */
	enum err e = undo_run(d.cx, d.db, d.workspace, undo.id, &undone);
	assert_int_equal(e, ERR_CONFLICT); /* several acts on one conversation are several undos, as on the page */

	undo_open(d.cx, &undo);
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_LOW, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(conversation_of(&d, rows[0].conversation.id ? desk_number(&d, "SELECT MIN(id) FROM message WHERE workspace_id = ?1", d.workspace) : 0).priority,
			 PRIORITY_URGENT);
}

static void test_snooze_wakes(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Bonjour"), count;
	struct conversation c = conversation_of(&d, first);
	assert_err(inbox_snooze(d.cx, d.db, d.workspace, c.id, 0, d.cx->now - 1, NULL), ERR_BAD_INPUT);
	assert_ok(d.cx, inbox_snooze(d.cx, d.db, d.workspace, c.id, 0, d.cx->now + HOUR, NULL));
	assert_ok(d.cx, inbox_wake_sweep(d.cx, d.db, &count));
	assert_int_equal(conversation_of(&d, first).status, STATUS_SNOOZED);
	later(&d, HOUR);
	assert_ok(d.cx, inbox_wake_sweep(d.cx, d.db, &count));
	assert_int_equal(conversation_of(&d, first).status, STATUS_OPEN);
	assert_ok(d.cx, inbox_snooze(d.cx, d.db, d.workspace, c.id, 0, SNOOZED_UNTIL_ANSWER, NULL));
	desk_say(&d, "nadia", "t1", "m2", "Alors ?");
	assert_int_equal(conversation_of(&d, first).status, STATUS_OPEN);
}

static void test_merge_and_split(void **state)
{
	struct test_desk d = desk_open(state);
	i64 a1 = desk_say(&d, "nadia", "ta", "a1", "Première");
	later(&d, SECOND);
	i64 b1 = desk_say(&d, "nadia", "tb", "b1", "Seconde");
	struct conversation a = conversation_of(&d, a1), b = conversation_of(&d, b1);
	struct undo undo;
	struct undone undone;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, inbox_merge(d.cx, d.db, d.workspace, b.id, a.id, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_int_equal(conversation_of(&d, b1).id, a.id);
	assert_int_equal(conversation_of(&d, a1).message_count, 2);
	later(&d, SECOND);
	i64 b2 = desk_say(&d, "nadia", "tb", "b2", "Encore"); /* its thread goes on in the merged one */
	assert_int_equal(conversation_of(&d, b2).id, a.id);
	struct message reply = answer(&d, a.id, "Réponse");
	assert_str(reply.parent_remote_id, "b2");
	assert_int_equal(reply.home, b.id); /* and our answer goes to the thread it belongs to */
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(conversation_of(&d, b2).id, b.id);
	assert_int_equal(conversation_of(&d, a1).message_count, 1);
	i64 fresh;
	i64 before = conversation_of(&d, b2).message_count;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, inbox_split(d.cx, d.db, d.workspace, b.id, b2, true, &fresh, &undo));
	assert_int_equal(conversation_of(&d, b2).id, fresh);
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(conversation_of(&d, b2).id, b.id);
	assert_int_equal(conversation_of(&d, b2).message_count, before);
	assert_ok(d.cx, inbox_split(d.cx, d.db, d.workspace, b.id, b2, true, &fresh, NULL)); /* and again */
	assert_int_equal(conversation_of(&d, b2).id, fresh);
	later(&d, SECOND);
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = S("b3"), .thread_id = S("tb"), .parent_id = S("b2"), .author_id = S("nadia"), .body = S("…"),
			    .at = d.cx->now};
	enum ingest_result result;
	i64 b3;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &i, &result, &b3));
	assert_int_equal(conversation_of(&d, b3).id, fresh); /* what answers it follows it */
	assert_err(inbox_merge(d.cx, d.db, d.workspace, a.id, a.id, NULL), ERR_BAD_INPUT);
}

static void test_sla_breach_is_told(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "nadia", "t1", "m1", "Bonjour"), count;
	assert_ok(d.cx, inbox_assign(d.cx, d.db, d.workspace, conversation_of(&d, first).id, 0, d.agent.user, 0, NULL));
	later(&d, 59 * MINUTE);
	assert_ok(d.cx, sla_sweep(d.cx, d.db, &count));
	assert_int_equal(count, 0);
	later(&d, 2 * MINUTE);
	assert_ok(d.cx, sla_sweep(d.cx, d.db, &count));
	assert_int_equal(count, 1);
	assert_int_equal(conversation_of(&d, first).breached, BREACH_FIRST_ANSWER);
	assert_ok(d.cx, sla_sweep(d.cx, d.db, &count));
	assert_int_equal(count, 0); /* once */
	i64 unread;
	assert_ok(d.cx, notifications_unread(d.cx, d.db, d.workspace, d.agent.user, &unread));
	assert_int_equal(unread, 2);
}

static void test_hide_needs_an_article_and_a_reason(void **state)
{
	struct test_desk d = desk_open(state);
	i64 bad = desk_say(&d, "fred", "t1", "m1", "Insulte");
	struct hide_request r = {.message = bad, .article = d.article, .reason = S(" ")};
	assert_err(moderate_hide(d.cx, d.db, d.workspace, &r, NULL), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "reason");
	r.reason = S("Insulte une vendeuse");
	r.article = 0;
	assert_err(moderate_hide(d.cx, d.db, d.workspace, &r, NULL), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "article_id");
	r.article = d.article;
	desk_act_as(&d, &d.agent);
	assert_err(moderate_hide(d.cx, d.db, d.workspace, &r, NULL), ERR_DENIED);
	desk_act_as(&d, &d.moderator);
	r.notify_author = true;
	assert_ok(d.cx, moderate_hide(d.cx, d.db, d.workspace, &r, NULL));
	struct message m = message_of(&d, bad);
	assert_true(m.hidden_at > 0);
	assert_str(m.body, "Insulte");
	later(&d, MINUTE);
	turn(&d);
	assert_int_equal(fake.count, 2); /* the order to hide, and the article's notice: it was approved with the house rules */
	assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, bad, S("Erreur")));
	assert_true(message_of(&d, bad).hidden_at == 0);
	struct decision *decisions;
	size_t count;
	assert_ok(d.cx, decisions_of(d.cx, d.db, d.workspace, bad, &decisions, &count));
	assert_int_equal(count, 2);
	i64 pieces;
	assert_ok(d.cx, evidence_verify(d.cx, d.db, d.workspace, &pieces));
	assert_int_equal(pieces, 1);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE evidence SET content = REPLACE(content, 'Insulte', 'Insultx')"));
	assert_err(evidence_verify(d.cx, d.db, d.workspace, &pieces), ERR_SYSTEM);
}

static enum ingest_result complain(struct test_desk *d, const char *message, const char *report, const char *reason)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(message), .thread_id = S("t1"), .author_followers = -1, .report_id = str_of(report),
			    .report = str_of(reason)};
	enum ingest_result result;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return result;
}

static void test_complaints_of_members(void **state)
{
	struct test_desk d = desk_open(state);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "Vendeuse incapable");
	struct conversation c = conversation_of(&d, id);
	struct flag *flags;
	size_t count;
	assert_int_equal(complain(&d, "m1", "r1", "Insulte une vendeuse"), INGEST_UNCHANGED);
	complain(&d, "m1", "r1", "Insulte une vendeuse"); /* delivered twice */
	complain(&d, "m9", "r2", "De quelque chose que nous n’avons jamais vu");
	assert_ok(d.cx, flags_of(d.cx, d.db, d.workspace, id, &flags, &count));
	assert_int_equal(count, 1);
	assert_str(flags[0].source, "member");
	assert_str(flags[0].reason, "Insulte une vendeuse");
	assert_str(message_of(&d, id).body, "Vendeuse incapable"); /* nothing else moved */
	assert_int_equal(conversation_of(&d, id).message_count, c.message_count);
	/* Decided; the same complaint late changes nothing, another one opens the case again. */
	assert_ok(d.cx, moderate_keep(d.cx, d.db, d.workspace, id, S("Une critique")));
	complain(&d, "m1", "r1", "Insulte une vendeuse");
	assert_int_equal(desk_number(&d, "SELECT count(*) FROM flag WHERE decided_at = 0 AND message_id = ?1", id), 0);
	complain(&d, "m1", "r3", "Encore");
	assert_int_equal(desk_number(&d, "SELECT count(*) FROM flag WHERE decided_at = 0 AND message_id = ?1", id), 1);
	/* What it is about must be named, and so must the complaint. */
	struct inbound nameless = {.remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("x"), .body = S("x"), .at = d.cx->now, .report = S("why")};
	assert_err(ingest_check(d.cx, &nameless), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "report_id");
}

static void test_turns_are_taken_fairly(void **state)
{
	struct test_desk d = desk_open(state);
	struct team team = {.id = id_new(), .workspace = d.workspace, .name = S("Accueil"), .assignment = TEAM_ROUND_ROBIN};
	i64 persons[] = {d.owner.user, d.agent.user, d.moderator.user}, counts[3] = {}, person;
	assert_ok(d.cx, team_save(d.cx, d.db, &team));
	for (int i = 0; i < 3; i++)
		assert_ok(d.cx, team_member_set(d.cx, d.db, d.workspace, team.id, persons[i], true));
	for (int n = 0; n < 30; n++) { /* all at one instant, as a page of a feed comes */
		assert_ok(d.cx, team_next(d.cx, d.db, &team, &person));
		for (int i = 0; i < 3; i++)
			counts[i] += persons[i] == person;
	}
	assert_true(counts[0] == 10 && counts[1] == 10 && counts[2] == 10);
	struct member away;
	assert_ok(d.cx, member_get(d.cx, d.db, d.workspace, d.agent.user, &away));
	away.away_until = -1;
	assert_ok(d.cx, member_update(d.cx, d.db, &away));
	for (int n = 0; n < 6; n++) {
		assert_ok(d.cx, team_next(d.cx, d.db, &team, &person));
		assert_true(person != d.agent.user);
	}
}

static void test_audit_chain(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c = conversation_of(&d, desk_say(&d, "nadia", "t1", "m1", "Bonjour"));
	i64 note, count;
	assert_ok(d.cx, inbox_note(d.cx, d.db, d.workspace, c.id, S("@ana regarde"), NULL, &note));
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_HIGH, NULL));
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &count));
	assert_true(count >= 2);
	i64 unread;
	assert_ok(d.cx, notifications_unread(d.cx, d.db, d.workspace, d.agent.user, &unread));
	assert_int_equal(unread, 1);
	/* What was noted outside shows what the chain itself cannot. */
	struct str ends, later_ends;
	assert_ok(d.cx, audit_ends(d.cx, d.db, &ends));
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_LOW, NULL));
	assert_ok(d.cx, audit_holds_ends(d.cx, d.db, ends));
	assert_ok(d.cx, audit_ends(d.cx, d.db, &later_ends));
	assert_false(str_eq(ends, later_ends));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "DELETE FROM audit_entry WHERE workspace_id = ?1 AND sequence = (SELECT MAX(sequence) FROM audit_entry WHERE workspace_id = ?1)",
			       db_i64(d.workspace)));
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &count));
	assert_ok(d.cx, audit_holds_ends(d.cx, d.db, ends));
	assert_err(audit_holds_ends(d.cx, d.db, later_ends), ERR_SYSTEM);
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_HIGH, NULL)); /* another entry in its place */
	assert_ok(d.cx, inbox_set_priority(d.cx, d.db, d.workspace, c.id, 0, PRIORITY_LOW, NULL));
	assert_err(audit_holds_ends(d.cx, d.db, later_ends), ERR_SYSTEM);
	assert_err(audit_holds_ends(d.cx, d.db, S("rubbish\n")), ERR_BAD_INPUT);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE audit_entry SET actor_name = 'mallory' WHERE workspace_id = ?1 AND sequence = 2", db_i64(d.workspace)));
	assert_err(audit_verify(d.cx, d.db, d.workspace, &count), ERR_SYSTEM);
}

static void test_search(void **state)
{
	struct test_desk d = desk_open(state);
	desk_say(&d, "Élodie", "t1", "m1", "Le pain aux noix contient du sésame ?");
	desk_say(&d, "Omar", "t2", "m2", "Brioche parfaite, merci");
	desk_say(&d, "omar", "t3", "m3", "Pas de sesame dans la brioche ?");
	const struct {
		const char *query;
		size_t hits;
	} cases[] = {{"sésame", 2}, {"SESAME", 2}, {"brioche -sésame", 1}, {"\"pain aux noix\"", 1}, {"\"noix pain\"", 0}, {"brio*", 2},
		     {"élodie", 1}, {"absent", 0}, {"OR AND NOT ( \" *", 0}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct message_hit *hits;
		size_t count;
		enum err e = message_search(d.cx, d.db, d.workspace, str_of(cases[i].query), LIST_START, 20, &hits, &count, NULL);
		if (e != OK && e != ERR_BAD_INPUT)
			fail_msg("%s: %s", cases[i].query, d.cx->story);
		if (e == OK && count != cases[i].hits)
			fail_msg("%s: %zu hits", cases[i].query, count);
	}
	struct message_hit *hits;
	size_t count;
	assert_err(message_search(d.cx, d.db, d.workspace, S(" -pain "), LIST_START, 20, &hits, &count, NULL), ERR_BAD_INPUT);
	assert_ok(d.cx, message_search(d.cx, d.db, d.workspace + 1, S("pain"), LIST_START, 20, &hits, &count, NULL));
	assert_int_equal(count, 0); /* another workspace sees nothing */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_ingest_once_with_edits_and_removal),
		DATABASE_TEST(test_removed_before_it_came),
		DATABASE_TEST(test_ingest_refuses),
		DATABASE_TEST(test_answer_arrives_and_stops_the_clock),
		DATABASE_TEST(test_answered_there),
		DATABASE_TEST(test_withdrawn_in_time),
		DATABASE_TEST(test_overtaken),
		DATABASE_TEST(test_doubt_is_looked_up), DATABASE_TEST(test_another_answers_meanwhile),
		DATABASE_TEST(test_what_is_not_shown_yet_is_not_sent_again),
		DATABASE_TEST(test_the_same_words_twice),
		DATABASE_TEST(test_answers_keep_their_order),
		DATABASE_TEST(test_a_lease_that_ran_out_is_not_called),
		DATABASE_TEST(test_worker_that_died),
		DATABASE_TEST(test_thread_under_another_name),
		DATABASE_TEST(test_one_act_of_a_channel_at_a_time),
		DATABASE_TEST(test_refused_held_and_later),
		DATABASE_TEST(test_approval),
		DATABASE_TEST(test_triage_conflict_and_undo),
		DATABASE_TEST(test_snooze_wakes),
		DATABASE_TEST(test_merge_and_split),
		DATABASE_TEST(test_sla_breach_is_told),
		DATABASE_TEST(test_hide_needs_an_article_and_a_reason),
		DATABASE_TEST(test_complaints_of_members),
		DATABASE_TEST(test_turns_are_taken_fairly),
		DATABASE_TEST(test_audit_chain),
		DATABASE_TEST(test_search),
	};
	return on_both_engines(tests);
}
