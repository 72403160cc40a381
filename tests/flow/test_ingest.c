#include "desk.h"

#include "store/contact.h"

#define CROWD 20100 /* more people than the reading keeps in mind */

static void hear(struct test_desk *d, const char *author, const char *name, i64 followers, const char *thread, const char *id, i64 at)
{
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = str_of(id), .thread_id = str_of(thread), .author_id = str_of(author), .author_name = str_of(name),
			    .author_handle = str_of(author), .author_followers = followers, .body = S("Bonjour"), .at = at};
	enum ingest_result result;
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL));
	assert_int_equal(result, INGEST_CREATED);
}

static void settle(struct test_desk *d)
{
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static struct identity account(struct test_desk *d, const char *author)
{
	struct identity i;
	assert_ok(d->cx, identity_by_remote(d->cx, d->db, d->workspace, S("fake"), str_of(author), &i));
	return i;
}

static struct contact person(struct test_desk *d, const char *author)
{
	struct contact c;
	assert_ok(d->cx, contact_get(d->cx, d->db, d->workspace, account(d, author).contact, &c));
	return c;
}

static size_t found(struct test_desk *d, const char *words)
{
	struct contact *list;
	size_t count;
	assert_ok(d->cx, contact_find(d->cx, d->db, d->workspace, str_of(words), 10, &list, &count));
	return count;
}

/* What a batch says of its people is written at its end, and is whole then. */
static void test_people_of_a_batch(void **state)
{
	struct test_desk d = desk_open(state);
	i64 now = d.cx->now;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t1", "m1", now - 3 * HOUR);
	hear(&d, "nadia", "Nadia Amrani", 10, "t1", "m2", now - HOUR);
	hear(&d, "nadia", "Nadia Amrani", 10, "t2", "m3", now - 2 * HOUR);
	hear(&d, "omar", "Omar Diallo", 5, "t1", "m4", now - HOUR);
	settle(&d);
	struct contact nadia = person(&d, "nadia");
	assert_int_equal(nadia.conversation_count, 2);
	assert_true(nadia.first_at == now - 3 * HOUR && nadia.last_at == now - HOUR);
	assert_int_equal(person(&d, "omar").conversation_count, 0); /* began none */
	assert_int_equal(found(&d, "nad amr"), 1);
	assert_int_equal(found(&d, "omar"), 1);

	/* An older one arrives, then a newer one, in batches of their own. */
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t3", "m5", now - DAY);
	settle(&d);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t3", "m6", now);
	settle(&d);
	nadia = person(&d, "nadia");
	assert_int_equal(nadia.conversation_count, 3);
	assert_true(nadia.first_at == now - DAY && nadia.last_at == now);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1", d.workspace), 2);
}

/* A batch that did not come to pass leaves nothing behind, and the next one does not count on it. */
static void test_a_batch_given_up(void **state)
{
	struct test_desk d = desk_open(state);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t1", "m1", d.cx->now);
	db_rollback(d.db);
	ingest_forget(&d.ingest);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t1", "m1", d.cx->now);
	settle(&d);
	assert_int_equal(person(&d, "nadia").conversation_count, 1);
	assert_int_equal(found(&d, "nadia"), 1);
}

static void test_card_is_refreshed(void **state)
{
	struct test_desk d = desk_open(state);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 10, "t1", "m1", d.cx->now);
	settle(&d);
	ingest_forget(&d.ingest); /* another day */
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Amrani", 12, "t1", "m2", d.cx->now);
	settle(&d);
	assert_int_equal(account(&d, "nadia").followers, 12);
	ingest_forget(&d.ingest);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "nadia", "Nadia Belkacem", -1, "t1", "m3", d.cx->now);
	settle(&d);
	assert_str(account(&d, "nadia").name, "Nadia Belkacem");
	assert_int_equal(account(&d, "nadia").followers, 12);
	assert_int_equal(found(&d, "belkacem"), 1);
}

/* A name turns only itself, not the line that it stands in; letters of any direction stay. */
static void test_a_name_that_turns(void **state)
{
	struct test_desk d = desk_open(state);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "turner", "\u202eLevain \u2067بيكري\u2069 \u200fX\u202c", 1, "t1", "m1", d.cx->now);
	settle(&d);
	assert_str(account(&d, "turner").name, "Levain بيكري \u200fX");
}

/* More people than are kept in mind: the first comes back as herself. */
static void test_a_crowd(void **state)
{
	struct test_desk d = desk_open(state);
	if (db_kind(d.db) != DB_SQLITE)
		skip(); /* the same code, and slow there */
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (int i = 0; i < CROWD; i++) {
		const char *author = arena_printf(d.cx->arena, "a%d", i).at, *id = arena_printf(d.cx->arena, "m%d", i).at;
		hear(&d, author, arena_printf(d.cx->arena, "Membre %d", i).at, 0, i % 3 ? "t0" : id, id, d.cx->now - HOUR);
	}
	settle(&d);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "a0", "Membre 0", 0, "again", "again", d.cx->now);
	settle(&d);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1", d.workspace), CROWD);
	assert_int_equal(person(&d, "a0").conversation_count, 2);
	assert_int_equal(found(&d, "membre 20099"), 1);
}

/* A channel that takes no answer is listened to: nothing of it waits, however often it goes on. */
static void test_listened(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation c;
	d.ingest.listened = true;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	hear(&d, "blog", "A blog", -1, "post", "post", d.cx->now - HOUR);
	hear(&d, "blog", "A blog", -1, "post", "more", d.cx->now - MINUTE);
	settle(&d);
	assert_ok(d.cx, conversation_by_remote(d.cx, d.db, d.workspace, d.channel, S("post"), &c));
	assert_int_equal(c.status, STATUS_RESOLVED);
	assert_true(!c.first_due_at && !c.sla_started_at && !c.waiting_since && !c.assignee);
	assert_int_equal(c.message_count, 2);
	assert_int_equal(found(&d, "blog"), 1);
}

/* A mail comes under a number: again, from a folder made anew, it is the same; another one under that number is not lost, and is known again too. */
static void test_one_number_for_two(void **state)
{
	struct test_desk d = desk_open(state);
	struct inbound one = {.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .final = true, .remote_id = S("42@scanner"), .thread_id = S("t"), .author_id = S("a@x.example"),
			      .author_name = S("A"), .author_followers = -1, .body = S("Page one"), .at = d.cx->now - HOUR};
	struct inbound other = one, copy = one;
	enum ingest_result result;
	i64 first, second, third;
	other.body = S("Quite another");
	other.at = d.cx->now;
	copy.body = S("Page one\n--\nA list"); /* by a mailing list */
	assert_ok(d.cx, db_begin(d.cx, d.db));
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &one, &result, &first));
	assert_int_equal(result, INGEST_CREATED);
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &copy, &result, &third));
	assert_true(result == INGEST_UNCHANGED && third == first);
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &other, &result, &second));
	assert_true(result == INGEST_CREATED && second != first);
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &other, &result, &third));
	assert_true(result == INGEST_UNCHANGED && third == second);
	one.at += MINUTE; /* put into the mailbox anew */
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &one, &result, &third));
	assert_true(result == INGEST_UNCHANGED && third == first);
	settle(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_people_of_a_batch),
		DATABASE_TEST(test_one_number_for_two),
		DATABASE_TEST(test_a_batch_given_up),
		DATABASE_TEST(test_card_is_refreshed), DATABASE_TEST(test_a_name_that_turns),
		DATABASE_TEST(test_a_crowd),
		DATABASE_TEST(test_listened),
	};
	return on_both_engines(tests);
}
