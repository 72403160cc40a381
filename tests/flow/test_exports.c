/* What is taken out: asked for, made, handed out, given up, forgotten. */
#include "desk.h"

#include "flow/audit.h"
#include "flow/exports.h"
#include "flow/inbox.h"
#include "store/message.h"
#include "sys/files.h"

#include <stdlib.h>
#include <string.h>

static struct buf made;
static i64 rows_made;

static enum err add(struct cx *cx, void *to, struct str bytes, i64 rows)
{
	buf_add(&made, bytes);
	rows_made += rows;
	return OK;
}

static struct str write(struct test_desk *d, const char *format, const struct export_filter *filter)
{
	buf_clear(&made);
	rows_made = 0;
	assert_ok(d->cx, conversations_write(d->cx, d->db, d->workspace, str_of(format), filter, add, NULL));
	return buf_str(&made);
}

static void test_table_and_lines(void **state)
{
	struct test_desk d = desk_open(state);
	i64 first = desk_say(&d, "=cmd|'/C calc'!A0", "t1", "m1", "Du \"pain\", svp\nmerci");
	desk_say(&d, "omar", "t2", "m2", "@vous +1");
	struct message m;
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, first, &m));
	assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, m.conversation, 0, STATUS_RESOLVED, NULL));
	struct export_filter all = EXPORT_FILTER, open = EXPORT_FILTER, later = EXPORT_FILTER;
	struct str text = write(&d, "csv", &all);
	assert_int_equal(rows_made, 2);
	assert_true(str_starts(text, S("\xef\xbb\xbf" "conversation_id,")));
	assert_true(str_find(text, S("\"Du \"\"pain\"\", svp\nmerci\"")) > 0);
	assert_true(str_find(text, S("\"'=cmd|")) > 0 && str_find(text, S("\"'@vous +1\"")) > 0); /* no formula */
	assert_true(str_find(text, S(",\"=")) < 0);
	open.conversations.any_status = false;
	open.conversations.status = STATUS_OPEN;
	write(&d, "csv", &open);
	assert_int_equal(rows_made, 1);
	later.since = d.cx->now + HOUR;
	assert_true(str_find(write(&d, "jsonl", &later), S("{")) < 0);
	text = write(&d, "jsonl", &all);
	assert_int_equal(rows_made, 2);
	for (int lines = 0; lines < 2; lines++) {
		struct str line = str_cut(&text, '\n');
		json_t *object = json_loadb(line.at, line.len, 0, NULL);
		assert_non_null(object);
		assert_int_equal(json_array_size(json_object_get(object, "messages")), 1);
		json_decref(object);
	}
	struct export_filter read;
	later.view = S("À « lire »");
	later.conversations.kind = KIND_REVIEW;
	export_filter_read(d.cx->arena, export_filter_text(d.cx->arena, &later), &read);
	assert_true(read.since == later.since && read.conversations.kind == KIND_REVIEW && read.conversations.any_status && str_eq(read.view, later.view));
	export_filter_read(d.cx->arena, S("no json"), &read);
	assert_true(read.conversations.any_status);
}

static enum err archive(struct cx *cx, void *subject, struct db *read, i64 workspace, const char *path, enum err (*step)(struct cx *cx, void *to, i64 rows), void *to,
			i64 *ret_missing)
{
	TRY(step(cx, to, 7));
	*ret_missing = 1;
	return subject ? fail(cx, ERR_LIMIT, "The disk is full.") : file_write(cx, path, 0600, S("packed"));
}

static struct export_run run_of(struct test_desk *d, i64 id)
{
	struct export_run run;
	assert_ok(d->cx, export_run_get(d->cx, d->db, d->workspace, id, &run));
	return run;
}

static void test_run(void **state)
{
	struct test_desk d = desk_open(state);
	char folder[] = "/tmp/parvis-exports-XXXXXX";
	assert_non_null(mkdtemp(folder));
	desk_say(&d, "omar", "t2", "m2", "Bonjour");
	struct export_hooks hooks = {.read = d.db, .folder = folder, .archive = archive};
	struct export_filter filter = EXPORT_FILTER;
	struct export_run taken;
	i64 id, other, done;
	assert_err(exports_ask(d.cx, d.db, d.workspace, S("secrets"), S("csv"), &filter, &id), ERR_BAD_INPUT);
	assert_err(exports_ask(d.cx, d.db, d.workspace, S("conversations"), S("xlsx"), &filter, &id), ERR_BAD_INPUT);
	desk_act_as(&d, &d.agent);
	assert_err(exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &id), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, exports_ask(d.cx, d.db, d.workspace, S("conversations"), S("jsonl"), &filter, &id));
	assert_ok(d.cx, exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &other));
	assert_err(exports_take(d.cx, d.db, d.workspace, id, &taken), ERR_MISSING); /* not yet */
	assert_ok(d.cx, exports_turn(d.cx, d.db, &hooks, &done));
	assert_int_equal(done, 1);
	struct export_run r = run_of(&d, id);
	assert_true(r.state == EXPORT_DONE && r.rows_done == 1 && r.size > 10 && r.expires_at > d.cx->now);
	desk_act_as(&d, &d.moderator);
	assert_err(exports_take(d.cx, d.db, d.workspace, id, &taken), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, exports_take(d.cx, d.db, d.workspace, id, &taken));
	assert_true(file_there(path_join(d.cx->arena, folder, arena_cstr(d.cx->arena, taken.file_name))));
	assert_err(exports_take(d.cx, d.db, d.workspace + 1, id, &taken), ERR_MISSING); /* another workspace */
	assert_ok(d.cx, exports_turn(d.cx, d.db, &hooks, &done));
	r = run_of(&d, other);
	assert_true(r.state == EXPORT_DONE && r.missing == 1 && r.rows_done == 7);
	assert_ok(d.cx, exports_turn(d.cx, d.db, &hooks, &done));
	assert_int_equal(done, 0);

	assert_ok(d.cx, exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &other)); /* fails */
	hooks.subject = &hooks;
	assert_ok(d.cx, exports_turn(d.cx, d.db, &hooks, &done));
	r = run_of(&d, other);
	assert_true(r.state == EXPORT_FAILED && r.story.len && !r.file_name.len);
	assert_ok(d.cx, exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &other)); /* given up */
	assert_ok(d.cx, exports_cancel(d.cx, d.db, d.workspace, other));
	assert_err(exports_cancel(d.cx, d.db, d.workspace, other), ERR_CONFLICT);
	assert_ok(d.cx, exports_turn(d.cx, d.db, &hooks, &done));
	assert_true(done == 0 && run_of(&d, other).state == EXPORT_CANCELLED);
	for (int i = 0; i < EXPORTS_AT_ONCE; i++)
		assert_ok(d.cx, exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &other));
	assert_err(exports_ask(d.cx, d.db, d.workspace, S("everything"), S(""), &filter, &other), ERR_LIMIT);

	const char *path = path_join(d.cx->arena, folder, arena_cstr(d.cx->arena, taken.file_name)); /* its time is over */
	d.cx->now += EXPORT_KEPT + DAY;
	assert_err(exports_take(d.cx, d.db, d.workspace, id, &taken), ERR_MISSING);
	assert_ok(d.cx, exports_sweep(d.cx, d.db, folder));
	assert_false(file_there(path));
	assert_int_equal(run_of(&d, id).state, EXPORT_EXPIRED);
	i64 entries;
	assert_ok(d.cx, audit_verify(d.cx, d.db, d.workspace, &entries));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act = 'export.take'", d.workspace), 1);
	assert_ok(d.cx, folder_remove(d.cx, folder));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_table_and_lines), DATABASE_TEST(test_run)};
	int failed = on_both_engines(tests);
	buf_free(&made);
	return failed;
}
