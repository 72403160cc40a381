/* Every statement of the store is valid on both engines, against the schema of today, with parameters of the types that the
 * program binds; names the workspace when it touches a workspace's rows; and walks through no table that grows with what is said. */
#include "database.h"

#include "base/buf.h"
#include "statements.h"

static bool for_other_engine(const char *sql)
{
	struct str s = str_of(sql);
	return postgres ? str_starts(s, S("/* sqlite */")) : str_starts(s, S("/* postgres */"));
}

static void test_prepare_all(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	size_t faults = 0;
	assert_true(statement_count > 0);
	for (size_t i = 0; i < statement_count; i++) {
		const struct statement *s = &statements[i];
		if (for_other_engine(s->sql))
			continue;
		if (s->fault)
			print_error("%s: %s\n\t%s\n", s->place, s->fault, s->sql);
		enum err error = db_prepare_values(cx, p->db, s->sql, s->values, s->count);
		if (error != OK)
			print_error("%s: %s\n\t%s\n", s->place, cx->story, s->sql);
		faults += s->fault || error != OK;
	}
	assert_int_equal(faults, 0);
}

/* ---- plans: without statistics, as every installation is, SQLite's depend on the schema alone, so they are the same for no message
 * and for ten million ---- */

/* Those that have a row a message, or a share of one. */
static const char *const large[] = {
	"message", "message_fts", "message_version", "attachment", "conversation", "conversation_event", "conversation_label", "contact", "identity", "audit_entry",
	"notification", "post_tag", "post_figure", "hashtag_heard", "publication", "attempt", "decision", "evidence", "flag", "approval",
};

/* A walk that may be: part of the text, and why. */
static const struct {
	const char *text, *why;
} allowed[] = {
	{"WITH RECURSIVE walk(id, place)", "“parvis check” looks at all that was merged"},
	{"COUNT(*) FROM message WHERE workspace_id = ?1 AND received_at > ?2", "“parvis check” counts what came from the future"},
	{"state = 'leased' AND lease_until < ?2 THEN 1", "“parvis check” counts acts by their state"},
	{"COUNT(*) AS rows_there FROM api_key", "a backup says how many rows of each table it holds"},
	{"COALESCE(SUM(c.message_count), 0)", "an export says how far it is"},
	{"DELETE FROM charter_article", "no decision names an article of a draft, and the engine looks"},
};

static bool word_at(const char *at)
{
	return *at == '_' || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
}

/* "message" in "… FROM message m …" is called m; what stands in capitals is SQL's own. */
static bool is_called(const char *sql, const char *table, struct str name)
{
	size_t len = strlen(table);
	if (str_eq(name, str_of(table)))
		return true;
	for (const char *at = sql; (at = strstr(at, table)); at += len) {
		if ((at > sql && word_at(at - 1)) || at[len] != ' ')
			continue;
		const char *alias = at + len + 1;
		size_t size = 0;
		while (word_at(alias + size))
			size++;
		if (size && str_eq((struct str){alias, size}, name))
			return true;
	}
	return false;
}

static bool is_large(const char *sql, struct str name)
{
	for (size_t i = 0; i < COUNT(large); i++)
		if (is_called(sql, large[i], name))
			return true;
	return false;
}

static bool is_allowed(const char *sql)
{
	for (size_t i = 0; i < COUNT(allowed); i++)
		if (strstr(sql, allowed[i].text))
			return true;
	return false;
}

/* "SCAN m", "SEARCH m USING INDEX message_thread (workspace_id=?)": is it all of a large table? A full-text search and a walk along an
 * index that a LIMIT ends are none. */
static bool walks(const char *sql, struct str step, bool sorted_after)
{
	struct str rest = step, verb = str_cut(&rest, ' '), name = str_cut(&rest, ' ');
	if (!is_large(sql, name))
		return false;
	bool ended = strstr(sql, "LIMIT") && strstr(sql, "ORDER BY") && !sorted_after;
	if (str_eq(verb, S("SCAN")))
		return str_find(rest, S("VIRTUAL TABLE INDEX")) < 0 && !ended;
	return str_eq(verb, S("SEARCH")) && str_find(rest, S("(workspace_id=?)")) >= 0 && !ended;
}

static size_t walks_of(struct cx *cx, struct db *db, const struct statement *s)
{
	CLEANUP(row_endp) struct row *row = NULL;
	CLEANUP(buf_free) struct buf sql = {};
	struct str steps[64];
	size_t count = 0, found = 0;
	bool more, sorted = false;
	buf_addf(&sql, "EXPLAIN QUERY PLAN %s", s->sql);
	enum err e = db_query_values(cx, db, &row, buf_cstr(&sql), s->values, s->count);
	while (e == OK && (e = row_next(cx, row, &more)) == OK && more && count < COUNT(steps)) {
		steps[count++] = row_str(row, 3, cx->arena);
		sorted |= str_find(steps[count - 1], S("USE TEMP B-TREE")) >= 0;
	}
	assert_int_equal(e, OK);
	for (size_t i = 0; i < count; i++)
		if (walks(s->sql, steps[i], sorted)) {
			if (!found++)
				print_error("%s: %s\n", s->place, s->sql);
			print_error("\t%.*s%s\n", STR_ARG(steps[i]), sorted ? " (and sorted)" : "");
		}
	return found;
}

static void test_no_walk(void **state)
{
	struct place *p = *state;
	size_t found = 0;
	if (postgres)
		return;
	for (size_t i = 0; i < statement_count; i++)
		if (!str_starts(str_of(statements[i].sql), S("/* postgres */")) && !is_allowed(statements[i].sql))
			found += walks_of(&p->cx, p->db, &statements[i]);
	assert_int_equal(found, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_prepare_all), DATABASE_TEST(test_no_walk)};
	return on_both_engines(tests);
}
