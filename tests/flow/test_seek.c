/* Networks that are searched for what is listened for: each post is found once and kept as a mention that waits for nobody; what the channel itself brings comes
 * into the inbox, whichever of both sees it first; a network that says no, workers that die and people who change their mind lose nothing. */
#include "test.h"

#include "base/clock.h"
#include "base/cx.h"
#include "channel/channel.h"

static enum err fake_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			    inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more);
static struct channel_search fake_searching = {.needs = 2, .question_max = 60, .every = HOUR, .pages = 2, .reach = "All of it.", .as_of = "2026-11-22", .source = "here"};
#define FAKE_MORE .search = fake_search, .searching = &fake_searching,
#define FAKE_CAN_MORE CAN_SEARCH
#include "desk.h"

#include "flow/listen.h"
#include "flow/seek.h"
#include "text/query_needs.h"

#define POSTS_MAX 20

static struct {
	struct test_desk *desk;
	struct {
		const char *id, *thread, *body;
	} posts[POSTS_MAX];
	int count;
	int asked;
	char questions[4000], cursors[4000];
	enum err refusal;      /* what it answers */
	i64 wait;
	const char *unsupported; /* a question that holds this cannot be asked */
	bool pages;            /* a post a page */
	bool changes;          /* while it is asked, somebody changes the query */
	i64 query;
} network;

static struct inbound post_of(int i, i64 now)
{
	return (struct inbound){.kind = KIND_MENTION, .remote_id = str_of(network.posts[i].id), .thread_id = str_of(network.posts[i].thread), .author_id = S("paul"), .author_name = S("Paul"),
				.author_followers = -1, .body = str_of(network.posts[i].body), .at = now - MINUTE};
}

static void post(const char *id, const char *thread, const char *body)
{
	assert_true(network.count < POSTS_MAX);
	network.posts[network.count].id = id;
	network.posts[network.count].thread = thread;
	network.posts[network.count++].body = body;
}

static void note(char *into, const char *before, struct str text, const char *after)
{
	size_t len = strlen(into);
	snprintf(into + len, 4000 - len, "%s%.*s%s", before, STR_ARG(text), after);
}

/* The cursor is how many posts were told. It tells all it has, whatever it is asked for: a prefilter that keeps nothing back. */
static enum err fake_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			    inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	i64 at = 0;
	network.asked++;
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < needs[i].count; n++) {
			note(network.questions, n ? "+" : i ? "|" : " ", needs[i].all[n].text, "");
			if (network.unsupported && str_eq(needs[i].all[n].text, str_of(network.unsupported)))
				return fail(cx, ERR_UNSUPPORTED, "phrases are not looked for there");
		}
	note(network.cursors, " <", cursor, ">");
	if (network.changes) {
		struct listening_query q;
		network.changes = false;
		TRY(listening_query_get(cx, network.desk->db, network.desk->workspace, network.query, &q));
		q.words = S("levain OR rye");
		TRY(listen_query(cx, network.desk->db, &q, NULL));
	}
	if (network.refusal) {
		cx->wait = network.wait;
		return network.wait ? fail_wait(cx, network.wait, "so says the network") : fail(cx, network.refusal, "so says the network");
	}
	str_to_i64(cursor, &at);
	for (; at < network.count; at++) {
		struct inbound in = post_of((int)at, cx->now);
		TRY(take(cx, subject, &in));
		if (network.pages) {
			at++;
			break;
		}
	}
	*ret_cursor = arena_printf(cx->arena, "%lld", (long long)at);
	*ret_more = at < network.count;
	return OK;
}

static i64 ask_for(struct test_desk *d, const char *words)
{
	struct listening_query q = {.workspace = d->workspace, .name = str_of(words), .words = str_of(words), .active = true};
	assert_ok(d->cx, listen_query(d->cx, d->db, &q, NULL));
	assert_ok(d->cx, seek_set(d->cx, d->db, d->workspace, q.id, &d->channel, 1, NULL));
	network.query = q.id;
	return q.id;
}

static struct test_desk desk(void **state)
{
	struct test_desk d = desk_open(state);
	memset(&network, 0, sizeof network);
	fake_searching.a_day = 0;
	fake_searching.pages = 2;
	return d;
}

static i64 turn(struct test_desk *d)
{
	i64 found, wake;
	network.questions[0] = network.cursors[0] = '\0';
	network.asked = 0;
	network.desk = d;
	assert_ok(d->cx, seek_turn(d->cx, d->db, &d->outbox, &found, &wake));
	return found;
}

static struct listening_search row(struct test_desk *d, i64 query)
{
	struct listening_search s;
	assert_ok(d->cx, listening_search_get(d->cx, d->db, d->workspace, query, d->channel, &s));
	return s;
}

static i64 count(struct test_desk *d, const char *sql)
{
	return desk_number(d, sql, d->workspace);
}
#define MESSAGES "SELECT COUNT(*) FROM message WHERE workspace_id = ?1"
#define MENTIONS "SELECT COUNT(*) FROM mention WHERE workspace_id = ?1"
#define OPEN "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND status = 'open' AND merged_into IS NULL"
#define CLOCKS "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND first_due_at > 0 AND merged_into IS NULL"
#define SOUGHT "SELECT COUNT(*) FROM sought WHERE workspace_id = ?1"

static void test_found_once(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "(levain OR \"pain au levain\" OR #sourdough) AND NOT tuto");
	post("p1", "p1", "The levain of the corner");
	post("p2", "p2", "Nobody asked for this");
	post("p3", "p3", "A #Sourdough, and how");
	post("p4", "p4", "levain tuto");
	assert_int_equal(turn(&d), 2);
	assert_string_equal(network.questions, " levain|sourdough"); /* whoever looks for the word finds the phrase; what must be missing is not asked for */
	assert_int_equal(count(&d, MESSAGES), 2);
	assert_int_equal(count(&d, MENTIONS), 2);
	assert_int_equal(count(&d, OPEN), 0);
	assert_int_equal(count(&d, CLOCKS), 0);
	struct listening_search s = row(&d, query);
	assert_true(s.looked == 4 && s.found == 2 && s.found_at == d.cx->now && s.asked_at == d.cx->now && s.lease_at == 0);
	assert_str(s.state, "ok");
	assert_true(s.due_at >= d.cx->now + HOUR && s.due_at <= d.cx->now + HOUR + HOUR / 8);

	assert_int_equal(turn(&d), 0); /* it is not time yet */
	assert_int_equal(network.asked, 0);
	d.cx->now = s.due_at;
	post("p5", "p5", "levain again");
	assert_int_equal(turn(&d), 1);
	assert_string_equal(network.cursors, " <4>");
	assert_int_equal(count(&d, MENTIONS), 3);
}

static void bring(struct test_desk *d, int i, struct str thread)
{
	struct inbound in = post_of(i, d->cx->now);
	enum ingest_result result;
	in.kind = KIND_COMMENT;
	in.thread_id = thread;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &in, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

/* The channel brings what a search had found: it comes into the inbox then, once. */
static void test_search_then_fetch(void **state)
{
	struct test_desk d = desk(state);
	ask_for(&d, "levain");
	post("r1", "r1", "Is your levain alive?");
	assert_int_equal(turn(&d), 1);
	assert_true(count(&d, OPEN) == 0 && count(&d, SOUGHT) == 1);
	bring(&d, 0, S("r1"));
	assert_true(count(&d, OPEN) == 1 && count(&d, CLOCKS) == 1 && count(&d, SOUGHT) == 0 && count(&d, MESSAGES) == 1 && count(&d, MENTIONS) == 1);
	assert_int_equal(count(&d, "SELECT message_count FROM conversation WHERE workspace_id = ?1"), 1);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM conversation_event WHERE workspace_id = ?1 AND kind = 'reopened'"), 0);
	bring(&d, 0, S("r1"));
	assert_true(count(&d, OPEN) == 1 && count(&d, MESSAGES) == 1);
	assert_int_equal(count(&d, "SELECT message_count FROM conversation WHERE workspace_id = ?1"), 1);

	/* And found again, it stays as it is. */
	d.cx->now += 2 * HOUR;
	network.count = 0;
	post("r1", "r1", "Is your levain alive?");
	assert_int_equal(turn(&d), 0);
	assert_true(count(&d, OPEN) == 1 && count(&d, SOUGHT) == 0);
}

static void test_fetch_then_search(void **state)
{
	struct test_desk d = desk(state);
	ask_for(&d, "levain");
	post("r1", "r1", "Is your levain alive?");
	bring(&d, 0, S("r1"));
	assert_true(count(&d, OPEN) == 1 && count(&d, MENTIONS) == 1);
	assert_int_equal(turn(&d), 0);
	assert_true(count(&d, OPEN) == 1 && count(&d, MENTIONS) == 1 && count(&d, SOUGHT) == 0 && count(&d, MESSAGES) == 1);
}

/* The search did not know in which thread it stands: it goes there, and nothing is left where it stood. */
static void test_another_thread(void **state)
{
	struct test_desk d = desk(state);
	ask_for(&d, "levain");
	desk_say(&d, "jane", "root", "q0", "Hello");
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE conversation SET status = 'resolved', resolved_at = 7 WHERE workspace_id = ?1", db_i64(d.workspace)));
	post("r1", "elsewhere", "Is your levain alive?");
	assert_int_equal(turn(&d), 1);
	assert_int_equal(count(&d, OPEN), 0);
	bring(&d, 0, S("root"));
	assert_int_equal(count(&d, OPEN), 1);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND merged_into IS NULL"), 1);
	assert_int_equal(count(&d, "SELECT message_count FROM conversation WHERE workspace_id = ?1 AND merged_into IS NULL"), 2);
	assert_int_equal(count(&d, "SELECT COUNT(DISTINCT conversation_id) FROM message WHERE workspace_id = ?1"), 1);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM conversation_event WHERE workspace_id = ?1 AND kind = 'reopened'"), 1);
}

/* In a thread that the desk has: it stands there without waking anybody, until the channel brings it. */
static void test_in_a_thread_of_ours(void **state)
{
	struct test_desk d = desk(state);
	ask_for(&d, "levain");
	desk_say(&d, "jane", "root", "q0", "Hello");
	d.cx->now += HOUR;
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE conversation SET status = 'pending', preview = 'Hello' WHERE workspace_id = ?1", db_i64(d.workspace)));
	post("r1", "root", "Is your levain alive?");
	assert_int_equal(turn(&d), 1);
	assert_int_equal(count(&d, OPEN), 0);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND preview = 'Hello' AND message_count = 2"), 1);
	bring(&d, 0, S("root"));
	assert_int_equal(count(&d, OPEN), 1);
	assert_int_equal(count(&d, "SELECT message_count FROM conversation WHERE workspace_id = ?1"), 2);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND preview LIKE 'Is your levain%'"), 1);
}

static void test_refused(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "levain"), last = 0;
	post("p1", "p1", "levain");
	network.refusal = ERR_LIMIT;
	network.wait = 1200;
	assert_int_equal(turn(&d), 0);
	struct listening_search s = row(&d, query);
	assert_str(s.state, "failing");
	assert_str(s.story, "so says the network");
	assert_int_equal(s.due_at, d.cx->now + 1200 * SECOND); /* its own wish */
	network.wait = 0;
	network.refusal = ERR_REMOTE;
	for (int i = 0; i < 6; i++) { /* later and later, but not for ever */
		d.cx->now = s.due_at;
		turn(&d);
		s = row(&d, query);
		i64 wait = s.due_at - d.cx->now;
		assert_true(wait >= last * 7 / 8 && wait <= 7 * HOUR);
		last = wait;
	}
	assert_true(last >= 6 * HOUR && s.failures == 7);
	network.refusal = ERR_DENIED;
	d.cx->now = s.due_at;
	turn(&d);
	s = row(&d, query);
	assert_str(s.state, "refused");
	network.refusal = OK;
	d.cx->now = s.due_at;
	assert_int_equal(turn(&d), 1);
	s = row(&d, query);
	assert_true(s.failures == 0 && s.story.len == 0);
	assert_str(s.state, "ok");
}

static void test_two_workers(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "levain");
	struct listening_search *due, mine;
	size_t found;
	bool ours;
	post("p1", "p1", "levain");
	assert_ok(d.cx, listening_searches_due(d.cx, d.db, d.cx->now, d.cx->now - SEEK_LEASE, 9, &due, &found));
	assert_int_equal(found, 1);
	mine = due[0];
	struct listening_search theirs = due[0];
	assert_ok(d.cx, listening_search_lease(d.cx, d.db, &mine, &ours));
	assert_true(ours);
	assert_ok(d.cx, listening_search_lease(d.cx, d.db, &theirs, &ours));
	assert_false(ours);
	assert_int_equal(turn(&d), 0); /* the other one is at it */
	assert_int_equal(network.asked, 0);
	d.cx->now += SEEK_LEASE + SECOND; /* whoever had it died */
	assert_int_equal(turn(&d), 1);
	assert_ok(d.cx, listening_search_save(d.cx, d.db, &mine, false, &ours)); /* and what they bring home still is not kept */
	assert_false(ours);
	assert_int_equal(row(&d, query).found, 1);
}

static void test_edited(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "levain");
	post("p1", "p1", "levain");
	assert_int_equal(turn(&d), 1);
	struct listening_query q;
	assert_ok(d.cx, listening_query_get(d.cx, d.db, d.workspace, query, &q));
	q.words = S("brioche");
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	post("p2", "p2", "brioche");
	d.cx->now += SECOND;
	assert_int_equal(turn(&d), 1); /* at once, from the beginning: this was never asked */
	assert_string_equal(network.questions, " brioche");
	assert_string_equal(network.cursors, " <>");
	q.active = false;
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	d.cx->now += DAY;
	turn(&d);
	assert_int_equal(network.asked, 0);

	/* While the network is asked: what comes is not lost, it is asked again as it is now. */
	q.active = true;
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	post("p3", "p3", "rye");
	network.changes = true;
	turn(&d);
	d.cx->now += SECOND;
	turn(&d);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND body = 'rye'"), 1);
	assert_string_equal(row(&d, query).state.at, "ok");
}

static void test_questions(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "brioche OR \"pain au levain\" OR croissant");
	network.unsupported = "pain au levain";
	post("p1", "p1", "croissant");
	assert_int_equal(turn(&d), 1);
	assert_string_equal(network.questions, " brioche|pain au levain croissant"); /* two at a time; what it takes, it is asked */
	struct listening_search s = row(&d, query);
	assert_str(s.state, "ok");
	assert_str(s.story, "phrases are not looked for there");
	network.unsupported = "croissant";
	d.cx->now = s.due_at;
	network.pages = true;
	post("p2", "p2", "one croissant");
	post("p3", "p3", "two croissants");
	post("p4", "p4", "brioche");
	turn(&d);
	assert_string_equal(network.questions, " brioche|pain au levain brioche|pain au levain croissant"); /* so many pages a turn; the rest comes with the next */
	assert_string_equal(network.cursors, " <> <1>");
	d.cx->now = row(&d, query).due_at;
	turn(&d);
	assert_string_equal(network.cursors, " <2> <3>");
	assert_int_equal(count(&d, MENTIONS), 3);

	query = ask_for(&d, "levai*");
	turn(&d);
	assert_int_equal(network.asked, 0);
	s = row(&d, query);
	assert_str(s.state, "refused");
	assert_true(str_starts(s.story, S("It asks for the beginning of a word")));
}

/* What a network takes a day lasts for all queries. */
static void test_a_day(void **state)
{
	struct test_desk d = desk(state);
	const char *const words[] = {"aaaa", "bbbb", "cccc OR dddd OR eeee", "ffff"};
	i64 began = d.cx->now, asked = 0;
	fake_searching.a_day = 100;
	fake_searching.pages = 1;
	for (size_t i = 0; i < COUNT(words); i++)
		ask_for(&d, words[i]);
	for (; d.cx->now < began + DAY; d.cx->now += 5 * MINUTE) {
		turn(&d);
		asked += network.asked;
	}
	assert_in_range(asked, 50, 100);
}

static void test_chosen(void **state)
{
	struct test_desk d = desk(state);
	i64 query = ask_for(&d, "levain");
	struct undo undo;
	struct undone undone;
	undo_open(d.cx, &undo);
	assert_ok(d.cx, seek_set(d.cx, d.db, d.workspace, query, NULL, 0, &undo));
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM listening_search WHERE workspace_id = ?1"), 0);
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM listening_search WHERE workspace_id = ?1"), 1);
	i64 nowhere = 12345;
	assert_int_equal(seek_set(d.cx, d.db, d.workspace, query, &nowhere, 1, NULL), ERR_MISSING);
	cx_forget(d.cx);
	desk_act_as(&d, &d.guest);
	assert_int_equal(seek_set(d.cx, d.db, d.workspace, query, NULL, 0, NULL), ERR_DENIED);
	cx_forget(d.cx);
	assert_int_equal(count(&d, "SELECT COUNT(*) FROM listening_search WHERE workspace_id = ?1"), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_found_once),
		DATABASE_TEST(test_search_then_fetch),
		DATABASE_TEST(test_fetch_then_search),
		DATABASE_TEST(test_another_thread),
		DATABASE_TEST(test_in_a_thread_of_ours),
		DATABASE_TEST(test_refused),
		DATABASE_TEST(test_two_workers),
		DATABASE_TEST(test_edited),
		DATABASE_TEST(test_questions),
		DATABASE_TEST(test_a_day),
		DATABASE_TEST(test_chosen),
	};
	return on_both_engines(tests);
}
