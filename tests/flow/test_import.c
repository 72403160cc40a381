#include "desk.h"

#include "channel/archive.h"
#include "flow/audit.h"
#include "flow/import.h"
#include "flow/inbox.h"
#include "flow/survey.h"
#include "store/message.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a format whose items carry files ---- */

static enum err read_pictures(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	static const struct inbound_attachment one = {.kind = {"image", 5}, .name = {"a.png", 5}, .type = {"image/png", 9}, .bytes = {"PNG!", 4}};
	for (int i = 0; i < 3; i++) {
		struct inbound in = {.remote_id = arena_printf(cx->arena, "p%d", i), .thread_id = S("t"), .author_id = S("a"), .author_followers = -1,
				     .body = S("picture"), .at = 1700000000 * SECOND, .attachments = &one, .attachment_count = 1};
		TRY(taker->item(cx, taker->subject, &in));
	}
	return OK;
}

static int recognise_none(struct str name, struct str head, struct str names)
{
	return 0;
}

extern const struct archive_format archive_jsonl;
static const struct archive_format archive_pictures = {.word = "pictures", .title = "Pictures", .network = "fake", .recognise = recognise_none,
						       .read = read_pictures};
const struct archive_format *const archive_formats[] = {&archive_jsonl, &archive_pictures};
const size_t archive_format_count = 2;

/* ---- files ---- */

#define ITEMS 4300 /* of more than two batches */

static const char *file_of(struct test_desk *d, const char *name, struct str bytes)
{
	const char *path = path_join(d->cx->arena, d->place->folder, name);
	assert_ok(d->cx, file_write(d->cx, path, 0600, bytes));
	return path;
}

static void add_item(struct buf *b, int i, const char *text)
{
	buf_addf(b, "{\"id\":\"m%d\",\"thread_id\":\"t%d\",\"author\":{\"id\":\"a%d\",\"name\":\"Author %d\"},\"body\":\"%s %d\",\"at\":\"2025-03-0%dT10:00:00Z\"}\n",
		 i, i / 10, i % 37, i % 37, text, i, i % 9 + 1);
}

static const char *history(struct test_desk *d, const char *name)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < ITEMS; i++)
		add_item(&b, i, "Bonjour");
	return file_of(d, name, buf_str(&b));
}

static struct import_request request(struct test_desk *d, const char *path)
{
	return (struct import_request){.workspace = d->workspace, .path = path, .format = S("jsonl"), .network = S("forum")};
}

static struct import_run import(struct test_desk *d, const struct import_request *q, const struct import_hooks *hooks)
{
	struct import_run run = {};
	assert_ok(d->cx, import_file(d->cx, d->db, q, hooks, &run));
	return run;
}

static i64 imported(struct test_desk *d)
{
	return desk_number(d, "SELECT COUNT(*) FROM message m JOIN channel c ON c.id = m.channel_id WHERE m.workspace_id = ?1 AND c.kind = 'import'", d->workspace);
}

#define assert_counts(run, items_, created_, changed_, unchanged_, refused_)                                                   \
	do {                                                                                                                   \
		struct import_run run_ = (run);                                                                                \
		assert_int_equal(run_.items, items_);                                                                          \
		assert_int_equal(run_.created, created_);                                                                      \
		assert_int_equal(run_.changed, changed_);                                                                      \
		assert_int_equal(run_.unchanged, unchanged_);                                                                  \
		assert_int_equal(run_.refused, refused_);                                                                      \
	} while (0)

/* ---- tests ---- */

static void test_once(void **state)
{
	struct test_desk d = desk_open(state);
	struct import_request q = request(&d, history(&d, "a.jsonl"));
	struct survey survey = {.workspace = d.workspace, .made_at = d.cx->now, .due_at = d.cx->now + HOUR};
	assert_ok(d.cx, survey_keep(d.cx, d.db, &survey, NULL, 0));
	struct import_run first = import(&d, &q, NULL), kept;
	assert_counts(first, ITEMS, ITEMS, 0, 0, 0);
	assert_ok(d.cx, survey_get(d.cx, d.db, d.workspace, 0, &survey));
	assert_int_equal(survey.due_at, 0); /* what all of it says together is worked out anew at once */
	assert_ok(d.cx, survey_keep(d.cx, d.db, &(struct survey){.workspace = d.workspace, .made_at = 1, .due_at = 2}, NULL, 0));
	assert_int_equal(first.state, IMPORT_DONE);
	assert_int_equal(imported(&d), ITEMS);
	assert_ok(d.cx, import_run_get(d.cx, d.db, d.workspace, first.id, &kept));
	assert_counts(kept, ITEMS, ITEMS, 0, 0, 0);
	assert_true(kept.ended_at && kept.state == IMPORT_DONE && kept.channel);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1", d.workspace), ITEMS / 10);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1", d.workspace), 37);

	struct import_run second = import(&d, &q, NULL);
	assert_counts(second, ITEMS, 0, 0, ITEMS, 0);
	assert_ok(d.cx, survey_get(d.cx, d.db, d.workspace, 0, &survey));
	assert_int_equal(survey.due_at, 2); /* nothing came in */
	assert_true(second.channel == kept.channel);
	assert_int_equal(imported(&d), ITEMS);

	/* Another account is another channel. */
	q.account = S("brand");
	struct import_run other = import(&d, &q, NULL);
	assert_true(other.channel != first.channel);
	assert_counts(other, ITEMS, ITEMS, 0, 0, 0);
	i64 entries;
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &entries));
	assert_true(entries >= 6);
}

static void test_dry_run_keeps_nothing(void **state)
{
	struct test_desk d = desk_open(state);
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < ITEMS; i++)
		add_item(&b, i, "Bonjour");
	for (int i = 0; i < 20; i++) /* once more, far behind: in another batch */
		add_item(&b, i, i < 10 ? "Bonjour" : "Bonsoir");
	struct import_request q = request(&d, file_of(&d, "a.jsonl", buf_str(&b)));
	q.dry_run = true;
	struct import_run dry = import(&d, &q, NULL);
	assert_counts(dry, ITEMS + 20, ITEMS, 10, 10, 0);
	assert_int_equal(dry.channel, 0);
	assert_int_equal(imported(&d), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM channel WHERE workspace_id = ?1", d.workspace), 1); /* the desk's own */
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM contact WHERE workspace_id = ?1", d.workspace), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act LIKE 'import.%'", d.workspace), 0);
	q.dry_run = false;
	struct import_run real = import(&d, &q, NULL);
	assert_counts(real, ITEMS + 20, ITEMS, 10, 10, 0);
	assert_counts(import(&d, &q, NULL), ITEMS + 20, 0, 0, ITEMS + 20, 0); /* though the file contradicts itself */
	q.dry_run = true;
	dry = import(&d, &q, NULL);
	assert_counts(dry, ITEMS + 20, 0, 0, ITEMS + 20, 0);
	assert_int_equal(imported(&d), ITEMS);
}

static enum err count_refused(struct cx *cx, void *subject, const struct import_refusal *refusal)
{
	++*(i64 *)subject;
	return OK;
}

static void test_refusals_are_kept_and_counted(void **state)
{
	struct test_desk d = desk_open(state);
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < IMPORT_REFUSALS_KEPT + 7; i++)
		buf_addf(&b, "{\"id\":\"x%d\",\"broken\":1}\n", i);
	add_item(&b, 1, "Bonjour");
	struct import_request q = request(&d, file_of(&d, "a.jsonl", buf_str(&b)));
	i64 told = 0;
	struct import_run run = import(&d, &q, &(struct import_hooks){.refused = count_refused, .subject = &told});
	assert_counts(run, IMPORT_REFUSALS_KEPT + 8, 1, 0, 0, IMPORT_REFUSALS_KEPT + 7);
	assert_int_equal(told, IMPORT_REFUSALS_KEPT + 7);
	struct import_refusal *list;
	size_t count;
	assert_ok(d.cx, import_refusals(d.cx, d.db, d.workspace, run.id, LIST_START, 2000, &list, &count));
	assert_int_equal(count, IMPORT_REFUSALS_KEPT);
	assert_str(list[0].place, "line 1");
	assert_true(list[0].reason.len && list[0].excerpt.len);
	assert_ok(d.cx, import_refusals(d.cx, d.db, d.workspace + 1, run.id, LIST_START, 2000, &list, &count));
	assert_int_equal(count, 0);
}

static void test_file_without_messages(void **state)
{
	struct test_desk d = desk_open(state);
	struct import_request q = request(&d, file_of(&d, "a.jsonl", S("\n\n")));
	struct import_run run = {};
	assert_err(import_file(d.cx, d.db, &q, NULL, &run), ERR_UNSUPPORTED);
	assert_int_equal(run.state, IMPORT_FAILED);
	assert_true(run.id && run.story.len);
	q.path = "/nowhere/a.jsonl";
	assert_err(import_file(d.cx, d.db, &q, NULL, &run), ERR_MISSING);
}

/* Every call of the database fails in turn, here and there; the next run ends with every item once. */
static void test_failing_database(void **state)
{
	struct test_desk d = desk_open(state);
	struct import_request q = request(&d, history(&d, "a.jsonl"));
	for (i64 n = 1, trial = 1; n < 60000; n = trial ? n : n * 2 + 3, trial = !trial) {
		struct import_run run = {};
		q.dry_run = trial;
		db_fail_at(d.db, n, ERR_LATER);
		enum err e = import_file(d.cx, d.db, &q, NULL, &run);
		db_fail_at(d.db, 0, OK);
		if (e != OK && e != ERR_LATER)
			fail_msg("call %lld: %s", (long long)n, d.cx->story);
		assert_false(db_in_transaction(d.db));
	}
	q.dry_run = false;
	struct import_run run = import(&d, &q, NULL);
	assert_int_equal(run.created + run.unchanged, ITEMS);
	assert_int_equal(imported(&d), ITEMS);
	assert_int_equal(desk_number(&d, "SELECT COUNT(DISTINCT remote_id) FROM message WHERE workspace_id = ?1", d.workspace), ITEMS);
	assert_int_equal(desk_number(&d, "SELECT SUM(message_count) FROM conversation WHERE workspace_id = ?1", d.workspace), ITEMS);
}

static enum err die_in_the_middle(struct cx *cx, void *subject, const struct import_run *run)
{
	if (run->items >= ITEMS / 2)
		raise(SIGKILL);
	return OK;
}

static void test_killed_reader(void **state)
{
	struct test_desk d = desk_open(state);
	struct import_request q = request(&d, history(&d, "a.jsonl"));
	i64 id, done;
	assert_ok(d.cx, import_queue(d.cx, d.db, &q, &id));
	desk_act_as(&d, &d.agent);
	i64 denied;
	assert_err(import_queue(d.cx, d.db, &q, &denied), ERR_DENIED);
	desk_act_as(&d, &d.owner);

	pid_t child = fork();
	if (!child) {
		struct arena *arena = arena_new();
		struct cx cx = cx_new(arena);
		struct db *db;
		if (db_open(&cx, d.place->url, DB_WRITE, &db) == OK)
			(void)!import_turn(&cx, db, &(struct import_hooks){.step = die_in_the_middle}, &done);
		_exit(9);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	i64 there = imported(&d);
	assert_true(there >= ITEMS / 2 && there < ITEMS);

	struct import_run run;
	struct import_hooks hooks = {};
	d.cx->now = time_now();
	assert_ok(d.cx, import_turn(d.cx, d.db, &hooks, &done));
	assert_int_equal(done, 0); /* the lease still runs: the reader may be alive */
	time_set(time_now() + HOUR);
	d.cx->now = time_now();
	assert_ok(d.cx, import_turn(d.cx, d.db, &hooks, &done));
	time_set(0);
	assert_int_equal(done, 1);
	assert_ok(d.cx, import_run_get(d.cx, d.db, d.workspace, id, &run));
	assert_int_equal(run.state, IMPORT_DONE);
	assert_counts(run, ITEMS, ITEMS - there, 0, there, 0);
	assert_int_equal(imported(&d), ITEMS);
	assert_int_equal(run.file_path.len, 0);
	assert_false(file_there(q.path)); /* it was the run's */
}

static void test_tried_then_done(void **state)
{
	struct test_desk d = desk_open(state);
	struct import_request q = request(&d, history(&d, "a.jsonl"));
	struct import_hooks hooks = {};
	q.dry_run = true;
	i64 tried, earnest, done;
	assert_ok(d.cx, import_queue(d.cx, d.db, &q, &tried));
	assert_err(import_again(d.cx, d.db, d.workspace, tried, false, (struct str){}, &earnest), ERR_CONFLICT);
	assert_ok(d.cx, import_turn(d.cx, d.db, &hooks, &done));
	assert_true(file_there(q.path));
	assert_ok(d.cx, import_again(d.cx, d.db, d.workspace, tried, false, (struct str){}, &earnest));
	assert_ok(d.cx, import_turn(d.cx, d.db, &hooks, &done));
	struct import_run run;
	assert_ok(d.cx, import_run_get(d.cx, d.db, d.workspace, earnest, &run));
	assert_counts(run, ITEMS, ITEMS, 0, 0, 0);
	assert_err(import_again(d.cx, d.db, d.workspace, tried, false, (struct str){}, &earnest), ERR_MISSING);

	/* One that nobody confirmed loses its file after a day. */
	q.path = history(&d, "b.jsonl");
	assert_ok(d.cx, import_queue(d.cx, d.db, &q, &tried));
	assert_ok(d.cx, import_turn(d.cx, d.db, &hooks, &done));
	assert_ok(d.cx, import_sweep(d.cx, d.db));
	assert_true(file_there(q.path));
	d.cx->now += 2 * DAY;
	assert_ok(d.cx, import_sweep(d.cx, d.db));
	assert_false(file_there(q.path));
}

static enum err keep_blob(struct cx *cx, void *subject, struct str bytes, struct str *ret_hash)
{
	return blob_store(cx, subject, bytes, ret_hash);
}

static void test_attachments_are_kept_once(void **state)
{
	struct test_desk d = desk_open(state);
	char folder[128];
	const char *path;
	snprintf(folder, sizeof folder, "%s/media", d.place->folder);
	struct import_request q = {.workspace = d.workspace, .path = file_of(&d, "x", S("x")), .format = S("pictures")};
	struct import_hooks hooks = {.store_blob = keep_blob, .blobs = folder};
	q.dry_run = true;
	import(&d, &q, &hooks);
	assert_false(file_there(folder));
	q.dry_run = false;
	assert_int_equal(import(&d, &q, &hooks).created, 3);
	CLEANUP(row_endp) struct row *row = NULL;
	assert_ok(d.cx, db_one(d.cx, d.db, &row, "SELECT MIN(blob_hash), COUNT(*), COUNT(DISTINCT blob_hash) FROM attachment WHERE workspace_id = ?1",
			       db_i64(d.workspace)));
	assert_int_equal(row_i64(row, 1), 3);
	assert_int_equal(row_i64(row, 2), 1);
	assert_ok(d.cx, blob_path(d.cx, folder, row_str(row, 0, d.cx->arena), &path));
	struct str bytes;
	assert_ok(d.cx, file_read(d.cx, path, 100, &bytes));
	assert_str(bytes, "PNG!");
	assert_err(blob_path(d.cx, folder, S("../../etc/passwd"), &path), ERR_BAD_INPUT);
}

static i64 unanswered(struct test_desk *d, i64 channel)
{
	struct conversation_filter f = {.status = STATUS_RESOLVED, .kind = -1, .channel = channel, .unanswered = true, .sort = SORT_RECENT};
	struct conversation_row *rows;
	size_t count;
	i64 counted;
	assert_ok(d->cx, conversation_list(d->cx, d->db, d->workspace, &f, LIST_START, 100, &rows, &count));
	assert_ok(d->cx, conversation_count(d->cx, d->db, d->workspace, &f, 100, &counted));
	assert_int_equal(count, counted);
	for (size_t i = 1; i < count; i++)
		assert_true(rows[i - 1].conversation.last_at >= rows[i].conversation.last_at);
	return counted;
}

static struct conversation thread_of(struct test_desk *d, i64 channel, const char *thread)
{
	struct conversation c;
	assert_ok(d->cx, conversation_by_remote(d->cx, d->db, d->workspace, channel, str_of(thread), &c));
	return c;
}

/* A big archive does not bury the day's work; what nobody answered can be found. */
static void test_past_comes_in_as_done(void **state)
{
	struct test_desk d = desk_open(state);
	CLEANUP(buf_free) struct buf b = {};
	struct str recent = time_text(d.cx->arena, d.cx->now - 2 * DAY);
	buf_adds(&b, "{\"id\":\"m1\",\"thread_id\":\"old\",\"author\":{\"id\":\"nadia\"},\"body\":\"Bonjour\",\"at\":\"2025-03-01T10:00:00Z\"}\n"
		     "{\"id\":\"m2\",\"thread_id\":\"told\",\"author\":{\"id\":\"omar\"},\"body\":\"Ouvert ?\",\"at\":\"2025-03-02T10:00:00Z\"}\n"
		     "{\"id\":\"m3\",\"thread_id\":\"told\",\"ours\":true,\"body\":\"Oui.\",\"at\":\"2025-03-03T10:00:00Z\"}\n");
	buf_addf(&b, "{\"id\":\"m4\",\"thread_id\":\"fresh\",\"author\":{\"id\":\"zoe\"},\"body\":\"Et demain ?\",\"at\":\"%.*s\"}\n", STR_ARG(recent));
	struct import_request q = request(&d, file_of(&d, "a.jsonl", buf_str(&b)));
	struct import_run run = import(&d, &q, NULL);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND status <> 'resolved'", d.workspace), 0);
	assert_int_equal(unanswered(&d, 0), 2);
	assert_int_equal(unanswered(&d, run.channel), 2);
	assert_int_equal(unanswered(&d, d.channel), 0);
	assert_int_equal(thread_of(&d, run.channel, "told").waiting_since, 0);

	/* Where an answer can still leave, what is fresh waits; the old does not. */
	q.channel = d.channel;
	import(&d, &q, NULL);
	assert_int_equal(thread_of(&d, d.channel, "fresh").status, STATUS_OPEN);
	assert_int_equal(thread_of(&d, d.channel, "fresh").sla_started_at, 0);
	assert_int_equal(thread_of(&d, d.channel, "old").status, STATUS_RESOLVED);
	assert_int_equal(unanswered(&d, d.channel), 1);

	/* They write again: the promise counts from then, not from years ago. */
	desk_say(&d, "nadia", "old", "m5", "Toujours là ?");
	struct conversation c = thread_of(&d, d.channel, "old");
	assert_int_equal(c.status, STATUS_OPEN);
	assert_true(c.sla_started_at == d.cx->now && c.waiting_since == d.cx->now && c.first_due_at > d.cx->now);
	assert_int_equal(unanswered(&d, d.channel), 0);

	/* Looked at and closed: dealt with. */
	c = thread_of(&d, run.channel, "old");
	assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, c.id, 0, STATUS_OPEN, NULL));
	assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, c.id, 0, STATUS_RESOLVED, NULL));
	assert_int_equal(unanswered(&d, 0), 1);
	import(&d, &q, NULL);
	assert_int_equal(unanswered(&d, 0), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_once),
		DATABASE_TEST(test_dry_run_keeps_nothing),
		DATABASE_TEST(test_refusals_are_kept_and_counted),
		DATABASE_TEST(test_file_without_messages),
		DATABASE_TEST(test_failing_database),
		DATABASE_TEST(test_killed_reader),
		DATABASE_TEST(test_tried_then_done),
		DATABASE_TEST(test_attachments_are_kept_once),
		DATABASE_TEST(test_past_comes_in_as_done),
	};
	return on_both_engines(tests);
}
