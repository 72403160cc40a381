#include "store/ab_test.h"

#include "store/sql.h"

static const char *const metrics[AB_METRICS] = {[AB_CLICKS] = "clicks", [AB_REACTIONS] = "reactions", [AB_COMMENTS] = "comments", [AB_REACH] = "reach"};
static const char *const states[AB_STATES] = {[AB_RUNNING] = "running", [AB_DECIDED] = "decided", [AB_STOPPED] = "stopped"};
static const char *const verdicts[AB_VERDICTS] = {[AB_OPEN] = "", [AB_A] = "a", [AB_B] = "b", [AB_NONE] = "none", [AB_FEW] = "few"};

const char *ab_metric_word(enum ab_metric metric)
{
	return metrics[metric];
}

const char *ab_state_word(enum ab_state state)
{
	return states[state];
}

const char *ab_verdict_word(enum ab_verdict verdict)
{
	return verdicts[verdict];
}

static int word_of(struct str word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (str_eq(word, str_of(words[i])))
			return i;
	return -1;
}

bool ab_metric_of(struct str word, enum ab_metric *ret_metric)
{
	int found = word_of(word, metrics, AB_METRICS);
	if (found >= 0)
		*ret_metric = (enum ab_metric)found;
	return found >= 0;
}

#define TEST                                                                                                                   \
	"SELECT id, workspace_id, channel_id, name, metric, confidence, measured_after, least, unevenness, past_posts, state, verdict, story, created_by, created_at," \
	" decided_at FROM ab_test "

static struct ab_test read_test(struct cx *cx, const struct row *row)
{
	int metric = word_of(row_text(row, 4), metrics, AB_METRICS), state = word_of(row_text(row, 10), states, AB_STATES), verdict = word_of(row_text(row, 11), verdicts, AB_VERDICTS);
	must(metric >= 0 && state >= 0 && verdict >= 0);
	return (struct ab_test){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .name = row_str(row, 3, cx->arena), .metric = (enum ab_metric)metric,
		.confidence = row_i64(row, 5), .after = row_i64(row, 6), .least = row_i64(row, 7), .unevenness = row_i64(row, 8), .past_posts = row_i64(row, 9),
		.state = (enum ab_state)state, .verdict = (enum ab_verdict)verdict, .story = row_str(row, 12, cx->arena), .created_by = row_i64(row, 13),
		.created_at = row_i64(row, 14), .decided_at = row_i64(row, 15),
	};
}

static enum err collect(struct cx *cx, struct row *row, struct ab_test **ret_tests, size_t *ret_count)
{
	struct ab_test *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_test(cx, row);
	*ret_tests = list;
	*ret_count = count;
	return OK;
}

enum err ab_test_insert(struct cx *cx, struct db *db, const struct ab_test *t)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO ab_test (id, workspace_id, channel_id, name, metric, confidence, measured_after, least, unevenness, past_posts, state, created_by, created_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		      db_i64(t->id), db_i64(t->workspace), db_i64(t->channel), db_text(t->name), db_text(str_of(metrics[t->metric])), db_i64(t->confidence), db_i64(t->after),
		      db_i64(t->least), db_i64(t->unevenness), db_i64(t->past_posts), db_text(str_of(states[t->state])), db_id(t->created_by), db_i64(t->created_at));
}

enum err ab_post_insert(struct cx *cx, struct db *db, const struct ab_post *p)
{
	return db_run(cx, db, NULL, "INSERT INTO ab_post (test_id, post_id, workspace_id, is_b) VALUES (?1, ?2, ?3, ?4)", db_i64(p->test), db_i64(p->post),
		      db_i64(p->workspace), db_i64(p->is_b));
}

enum err ab_test_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct ab_test *ret_test)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, TEST "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This comparison does not exist in this workspace."));
	TRY(e);
	*ret_test = read_test(cx, row);
	return OK;
}

enum err ab_tests(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct ab_test **ret_tests, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, TEST "WHERE workspace_id = ?1 ORDER BY id DESC LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	return collect(cx, row, ret_tests, ret_count);
}

enum err ab_tests_running(struct cx *cx, struct db *db, size_t limit, struct ab_test **ret_tests, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " TEST "WHERE state = 'running' ORDER BY id LIMIT ?1", db_i64((i64)limit)));
	return collect(cx, row, ret_tests, ret_count);
}

enum err ab_posts(struct cx *cx, struct db *db, i64 workspace, i64 test, struct ab_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct ab_post *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT test_id, workspace_id, post_id, is_b, measured_at, counted, exposed FROM ab_post WHERE workspace_id = ?1 AND test_id = ?2 ORDER BY is_b, post_id",
		     db_i64(workspace), db_i64(test)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) =
			(struct ab_post){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3) != 0, row_i64(row, 4), row_i64(row, 5), row_i64(row, 6)};
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err ab_test_end(struct cx *cx, struct db *db, const struct ab_test *t)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE ab_test SET state = ?3, verdict = ?4, story = ?5, decided_at = ?6 WHERE workspace_id = ?1 AND id = ?2 AND state = 'running'",
		   db_i64(t->workspace), db_i64(t->id), db_text(str_of(states[t->state])), db_text(str_of(verdicts[t->verdict])), db_text(t->story), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("This comparison is over."));
}

enum err ab_post_measured(struct cx *cx, struct db *db, const struct ab_post *p)
{
	return db_run(cx, db, NULL, "UPDATE ab_post SET measured_at = ?4, counted = ?5, exposed = ?6 WHERE workspace_id = ?1 AND test_id = ?2 AND post_id = ?3 AND measured_at = 0",
		      db_i64(p->workspace), db_i64(p->test), db_i64(p->post), db_i64(p->measured_at), db_i64(p->count), db_i64(p->exposed));
}

enum err ab_post_is_taken(struct cx *cx, struct db *db, i64 workspace, i64 post, bool *ret_taken)
{
	i64 count;
	TRY(db_number(cx, db, 0, &count,
		      "SELECT COUNT(*) FROM ab_post p JOIN ab_test t ON t.id = p.test_id AND t.workspace_id = ?1 WHERE p.workspace_id = ?1 AND p.post_id = ?2 AND t.state = 'running'",
		      db_i64(workspace), db_i64(post)));
	*ret_taken = count > 0;
	return OK;
}

#define LEFT                                                                                                                   \
	"SELECT v.post_id, p.message_id, p.done_at FROM publication p JOIN post_variant v ON v.id = p.variant_id AND v.workspace_id = ?1"  \
	" WHERE p.workspace_id = ?1 AND p.channel_id = ?2 AND p.part = 0 AND p.state = 'sent' AND p.message_id IS NOT NULL"

enum err ab_post_left(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, struct ab_left *ret_left)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, LEFT " AND v.post_id = ?3 ORDER BY p.id LIMIT 1", db_i64(workspace), db_i64(channel), db_i64(post)));
	*ret_left = (struct ab_left){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	return OK;
}

enum err ab_posts_before(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 before, size_t limit, struct ab_left **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct ab_left *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, LEFT " AND p.done_at < ?3 ORDER BY p.done_at DESC LIMIT ?4", db_i64(workspace), db_i64(channel), db_i64(before), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct ab_left){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2)};
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err ab_figure(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 message, const char *measure, i64 until, i64 *ret_value)
{
	return db_number(cx, db, -1, ret_value,
			 "SELECT value FROM metric_point WHERE workspace_id = ?1 AND channel_id = ?2 AND message_id = ?3 AND measure = ?4 AND at <= ?5 ORDER BY at DESC LIMIT 1",
			 db_i64(workspace), db_i64(channel), db_i64(message), db_text(str_of(measure)), db_i64(until));
}
