/* The contract of sys/db.h with one handle, run on each engine. */
#include "things.h"

static void test_types(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	static const char bytes[] = "a\0b\xff";
	assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO thing (id, name, size, ratio, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
			     db_i64(INT64_MAX), db_text(S("h\xc3\xa9 'q' \xf0\x9f\x8d\x9e ?1 $1")), db_i64(0), db_double(-0.1),
			     db_blob(((struct str){bytes, 4}))));
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	assert_ok(cx, db_query(cx, p->db, &row, "SELECT id, name, size, ratio, bytes, word, '?2', -id FROM thing WHERE id = ?1",
			       db_i64(INT64_MAX)));
	assert_int_equal(row_columns(row), 8);
	assert_string_equal(row_name(row, 3), "ratio");
	assert_ok(cx, row_next(cx, row, &more));
	assert_true(more);
	assert_true(row_i64(row, 0) == INT64_MAX && row_i64(row, 7) == -INT64_MAX);
	assert_str(row_text(row, 1), "h\xc3\xa9 'q' \xf0\x9f\x8d\x9e ?1 $1");
	assert_true(row_i64(row, 2) == 0 && !row_null(row, 2));
	assert_true(row_double(row, 3) == -0.1);
	assert_true(str_eq(row_blob(row, 4), (struct str){bytes, 4}));
	assert_str(row_str(row, 5, p->arena), "BLOB; --");
	assert_str(row_text(row, 6), "?2");
	assert_int_equal(row_type(row, 0), DB_I64);
	assert_int_equal(row_type(row, 1), DB_TEXT);
	assert_int_equal(row_type(row, 3), DB_DOUBLE);
	assert_int_equal(row_type(row, 4), DB_BLOB);
	assert_str(row_text(row, 0), "9223372036854775807"); /* a number as text */
	assert_ok(cx, row_next(cx, row, &more));
	assert_false(more);
	assert_ok(cx, row_next(cx, row, &more)); /* stays at the end, does not start again */
	assert_false(more);
}

/* What the engines compute in types of their own still reads as ours. */
static void test_computed(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	for (int i = 1; i <= 4; i++)
		assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO thing (id, name, size, ratio) VALUES (?1, ?2, ?3, ?4)", db_i64(i),
				     db_text(arena_printf(p->arena, "Name %d", i)), db_i64(i * INT64_C(1000000000000)), db_double(i)));
	CLEANUP(row_endp) struct row *row = NULL;
	assert_ok(cx, db_one(cx, p->db, &row,
			     "SELECT SUM(size), AVG(size), SUM(ratio), COUNT(*), 1 = 1, EXISTS (SELECT 1 FROM part), MAX(size) / 7, "
			     "length('h\xc3\xa9'), CASE WHEN MIN(id) = 1 THEN 3 ELSE 4 END, SUM(-size) / 8, "
			     "greatest(1, NULL, 3), least(?1, 5), SUM(size) * 1.5, CAST(?2 AS BIGINT) FROM thing",
			     db_i64(9), db_text(S("12"))));
	assert_true(row_i64(row, 0) == 10000000000000);
	assert_true(row_double(row, 1) == 2.5e12);
	assert_true(row_double(row, 2) == 10.0);
	assert_int_equal(row_i64(row, 3), 4);
	assert_int_equal(row_i64(row, 4), 1);
	assert_int_equal(row_i64(row, 5), 0);
	assert_true(row_i64(row, 6) == 4000000000000 / 7);
	assert_int_equal(row_i64(row, 7), 2);
	assert_int_equal(row_i64(row, 8), 3);
	assert_true(row_i64(row, 9) == -10000000000000 / 8);
	assert_int_equal(row_i64(row, 10), 3);
	assert_int_equal(row_i64(row, 11), 5);
	assert_true(row_double(row, 12) == 1.5e13);
	assert_int_equal(row_i64(row, 13), 12);
	row_endp(&row);
	i64 count;
	assert_ok(cx, db_number(cx, p->db, -1, &count, "SELECT COUNT(*) FROM thing WHERE name LIKE ?1", db_text(S("name%"))));
	assert_int_equal(count, 0); /* LIKE tells letters' case apart */
	assert_err(db_number(cx, p->db, -1, &count, "SELECT COUNT(*) FROM thing WHERE name = \"text\""), ERR_SYSTEM);
	assert_ok(cx, db_number(cx, p->db, -1, &count, "SELECT id FROM thing WHERE (size, id) < (?1, ?2) ORDER BY id LIMIT ?3 OFFSET ?4",
				db_i64(3000000000000), db_i64(3), db_i64(1), db_i64(1)));
	assert_int_equal(count, 2);
}

static void test_nulls(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	static const char ALL[] = "INSERT INTO thing (id, name, size, ratio, bytes, word) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	/* NULL first and values later through the same statement, and the other way round. */
	assert_ok(cx, db_run(cx, p->db, NULL, ALL, db_i64(1), db_text((struct str){}), db_id(0), db_null(), db_null(), db_text_or_null(S(""))));
	assert_ok(cx, db_run(cx, p->db, NULL, ALL, db_i64(2), db_text(S("b")), db_id(7), db_double(1), db_blob(S("")), db_text_or_null(S("w"))));
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	assert_ok(cx, db_query(cx, p->db, &row, "SELECT name, size, ratio, bytes, word FROM thing ORDER BY id"));
	assert_ok(cx, row_next(cx, row, &more));
	assert_false(row_null(row, 0));
	assert_int_equal(row_text(row, 0).len, 0);
	for (int i = 1; i < 5; i++) {
		assert_true(row_null(row, i));
		assert_true(row_i64(row, i) == 0 && row_double(row, i) == 0);
		assert_null(row_text(row, i).at);
		assert_null(row_blob(row, i).at);
		assert_null(row_str(row, i, p->arena).at);
	}
	assert_ok(cx, row_next(cx, row, &more));
	assert_int_equal(row_i64(row, 1), 7);
	assert_false(row_null(row, 3));
	assert_non_null(row_blob(row, 3).at);
	assert_int_equal(row_blob(row, 3).len, 0);
	i64 found;
	assert_ok(cx, db_number(cx, p->db, -1, &found, "SELECT id FROM thing WHERE CAST(?1 AS BIGINT) IS NULL AND name = ?2", db_id(0), db_text(S("b"))));
	assert_int_equal(found, 2);
	assert_ok(cx, db_number(cx, p->db, -1, &found, "SELECT id FROM thing WHERE size = COALESCE(?1, ?2)", db_id(0), db_i64(7)));
	assert_int_equal(found, 2);
	assert_ok(cx, db_number(cx, p->db, -1, &found, "SELECT id FROM thing WHERE id = 55"));
	assert_int_equal(found, -1);
	row_endp(&row);
	assert_err(db_one(cx, p->db, &row, "SELECT id FROM thing WHERE id = 55"), ERR_MISSING);
	assert_null(row);
	assert_string_equal(cx->story, "");
}

static void test_big(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	size_t len = (size_t)5 << 20;
	char *big = arena_alloc(p->arena, len);
	for (size_t i = 0; i < len; i++)
		big[i] = (char)('a' + i % 26);
	assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO thing (id, name, word, bytes) VALUES (1, 'x', ?1, ?2)",
			     db_text(((struct str){big, len})), db_blob(((struct str){big, len}))));
	CLEANUP(row_endp) struct row *row = NULL;
	assert_ok(cx, db_one(cx, p->db, &row, "SELECT word, bytes FROM thing"));
	assert_true(str_eq(row_text(row, 0), (struct str){big, len}) && str_eq(row_blob(row, 1), (struct str){big, len}));
	assert_err(db_run(cx, p->db, NULL, "UPDATE thing SET word = ?1", db_text(S("a\xff"))), ERR_BAD_INPUT);
	assert_err(db_run(cx, p->db, NULL, "UPDATE thing SET word = ?1", db_text(((struct str){"a\0b", 3}))), ERR_BAD_INPUT);
}

static void test_changed(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 changed = -1;
	for (i64 i = 1; i <= 10; i++)
		assert_ok(cx, add(p, p->db, i, arena_printf(p->arena, "%d", (int)i).at));
	assert_ok(cx, db_run(cx, p->db, &changed, "UPDATE thing SET size = 1 WHERE id > ?1", db_i64(4)));
	assert_int_equal(changed, 6);
	i64 marked = 0; /* words before the statement change nothing of it */
	assert_ok(cx, db_run(cx, p->db, &marked, "/* all workspaces */ UPDATE thing SET size = 1 WHERE id > ?1", db_i64(4)));
	assert_int_equal(marked, changed);
	assert_ok(cx, db_run(cx, p->db, &changed, "DELETE FROM thing WHERE id = 99"));
	assert_int_equal(changed, 0);
	assert_ok(cx, db_run(cx, p->db, &changed, ADD " ON CONFLICT (id) DO NOTHING", db_i64(3), db_text(S("three"))));
	assert_int_equal(changed, 0);
	i64 id = 0;
	assert_ok(cx, db_number(cx, p->db, 0, &id, "INSERT INTO thing (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id",
				db_i64(11), db_text(S("eleven"))));
	assert_int_equal(id, 11);
	assert_int_equal(things(p, p->db), 11);
}

/* The same text at two addresses, two texts one after the other at one address, the same text running twice at once, and
 * far more texts than are kept. */
static void test_statements(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 number = 0;
	for (int i = 0; i < 1500; i++) {
		char text[64];
		snprintf(text, sizeof text, "SELECT %d + 0", i);
		assert_ok(cx, db_number(cx, p->db, -1, &number, text));
		assert_int_equal(number, i);
		const char *copy = arena_cstr(p->arena, str_of(text));
		assert_ok(cx, db_number(cx, p->db, -1, &number, copy));
		assert_int_equal(number, i);
	}
	for (i64 i = 1; i <= 5; i++)
		assert_ok(cx, add(p, p->db, i, arena_printf(p->arena, "%d", (int)i).at));
	static const char ABOVE[] = "SELECT id FROM thing WHERE id > ?1 ORDER BY id";
	CLEANUP(row_endp) struct row *outer = NULL;
	bool more, inner_more;
	i64 seen = 0;
	assert_ok(cx, db_query(cx, p->db, &outer, ABOVE, db_i64(0)));
	while (row_next(cx, outer, &more) == OK && more) {
		CLEANUP(row_endp) struct row *inner = NULL;
		assert_ok(cx, db_query(cx, p->db, &inner, ABOVE, db_i64(row_i64(outer, 0))));
		while (row_next(cx, inner, &inner_more) == OK && inner_more)
			seen++;
	}
	assert_int_equal(seen, 4 + 3 + 2 + 1);
	assert_err(db_number(cx, p->db, -1, &number, "SELECT nothing FROM nowhere"), ERR_SYSTEM);
	assert_ok(cx, db_prepare(cx, p->db, ABOVE, db_i64(0)));
	assert_err(db_prepare(cx, p->db, ABOVE), ERR_SYSTEM);
	assert_err(db_prepare(cx, p->db, "SELECT nothing FROM thing"), ERR_SYSTEM);
	assert_err(db_prepare(cx, p->db, "SELEC 1"), ERR_SYSTEM);
}

static void count_up(void *subject)
{
	++*(int *)subject;
}

static void test_transactions(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct db *db = p->db;
	int called = 0, at_once = 0;
	assert_ok(cx, db_begin(cx, db));
	assert_ok(cx, db_begin(cx, db));
	assert_ok(cx, add(p, db, 1, "a"));
	db_after_commit(db, count_up, &called);
	db_after_commit(db, count_up, &called);
	assert_ok(cx, db_commit(cx, db));
	assert_true(db_in_transaction(db));
	CLEANUP(db_closep) struct db *reader = place_open(p, DB_READ);
	assert_int_equal(things(p, reader), 0);
	assert_int_equal(called, 0);
	assert_ok(cx, db_commit(cx, db));
	assert_false(db_in_transaction(db));
	assert_int_equal(called, 1);
	assert_int_equal(things(p, reader), 1);
	db_after_commit(db, count_up, &at_once); /* outside of a transaction it is committed already */
	assert_int_equal(at_once, 1);

	/* An inner rollback dooms the outer one. */
	assert_ok(cx, db_begin(cx, db));
	assert_ok(cx, add(p, db, 2, "b"));
	assert_ok(cx, db_begin(cx, db));
	db_after_commit(db, count_up, &called);
	db_rollback(db);
	assert_err(add(p, db, 3, "c"), ERR_CONFLICT);
	assert_err(db_begin(cx, db), ERR_CONFLICT);
	assert_err(db_commit(cx, db), ERR_CONFLICT);
	assert_false(db_in_transaction(db));
	assert_int_equal(things(p, db), 1);
	assert_int_equal(called, 1);

	/* So does a statement that failed, on both engines. */
	assert_ok(cx, db_begin(cx, db));
	assert_ok(cx, add(p, db, 2, "b"));
	assert_err(add(p, db, 2, "b"), ERR_CONFLICT);
	assert_int_equal(db_constraint(db), DB_UNIQUE);
	i64 number;
	assert_err(db_number(cx, db, 0, &number, "SELECT COUNT(*) FROM thing"), ERR_CONFLICT);
	assert_err(db_commit(cx, db), ERR_CONFLICT);
	assert_int_equal(things(p, db), 1);

	/* A rollback with a row open, and the end of the handle with a transaction open. */
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	assert_ok(cx, db_begin(cx, db));
	assert_ok(cx, add(p, db, 2, "b"));
	assert_ok(cx, db_query(cx, db, &row, "SELECT id FROM thing ORDER BY id"));
	assert_ok(cx, row_next(cx, row, &more));
	db_rollback(db);
	row_endp(&row);
	db_rollback(db);
	struct db *other = place_open(p, DB_WRITE);
	assert_ok(cx, db_begin(cx, other));
	assert_ok(cx, add(p, other, 4, "d"));
	db_close(other);
	assert_int_equal(things(p, db), 1);
}

static void test_constraints(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct db *db = p->db;
	assert_ok(cx, add(p, db, 1, "a"));
	assert_ok(cx, db_run(cx, db, NULL, "INSERT INTO part (id, thing_id) VALUES (1, 1)"));
	struct {
		const char *sql;
		enum db_constraint constraint;
	} cases[] = {
		{"INSERT INTO thing (id, name) VALUES (1, 'b')", DB_UNIQUE},
		{"INSERT INTO thing (id, name) VALUES (2, 'a')", DB_UNIQUE},
		{"INSERT INTO part (id, thing_id) VALUES (2, 9)", DB_FOREIGN_KEY},
		{"DELETE FROM thing WHERE id = 1", DB_FOREIGN_KEY},
		{"INSERT INTO part (id, thing_id) VALUES (2, NULL)", DB_NOT_NULL},
		{"UPDATE thing SET size = -1", DB_CHECK},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_err(db_run(cx, db, NULL, cases[i].sql), ERR_CONFLICT);
		assert_int_equal(db_constraint(db), cases[i].constraint);
		assert_true(*cx->story);
	}
	assert_int_equal(things(p, db), 1);
	assert_int_equal(db_constraint(db), DB_NO_CONSTRAINT);
}

static enum err work(struct place *p, struct db *db)
{
	struct cx *cx = &p->cx;
	TRY(db_begin(cx, db));
	enum err error = add(p, db, 1, "a");
	if (error == OK)
		error = add(p, db, 2, "b");
	CLEANUP(row_endp) struct row *row = NULL;
	bool more = false;
	if (error == OK)
		error = db_query(cx, db, &row, "SELECT id FROM thing");
	if (error == OK)
		error = row_next(cx, row, &more);
	row_endp(&row);
	if (error != OK) {
		db_rollback(db);
		return error;
	}
	return db_commit(cx, db);
}

/* Fail each call in turn: nothing stays half done, and the handle serves on. */
static void test_fail_at(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	db_fail_at(p->db, 0, OK);
	assert_ok(cx, work(p, p->db));
	i64 calls = db_calls(p->db);
	assert_int_equal(calls, 6); /* begin, 2 × run, query, next, commit */
	assert_ok(cx, db_run(cx, p->db, NULL, "DELETE FROM thing"));
	for (i64 n = 1; n <= calls; n++) {
		db_fail_at(p->db, n, ERR_LATER);
		assert_err(work(p, p->db), ERR_LATER);
		assert_int_equal(db_calls(p->db), n);
		assert_false(db_in_transaction(p->db));
		assert_int_equal(things(p, p->db), 0);
	}
	assert_ok(cx, work(p, p->db));
	assert_int_equal(things(p, p->db), 2);
}

static void test_script(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	assert_ok(cx, db_script(cx, p->db, S("CREATE TABLE one (id BIGINT PRIMARY KEY, b BLOB, t TEXT DEFAULT 'BLOB');\n"
					     "-- sqlite:\nINSERT INTO one (id) VALUES (1); -- it's; here\n"
					     "-- postgres:\nINSERT INTO one (id) VALUES (2);\n"
					     "-- both:\nINSERT INTO one (id, t) VALUES (3, 'BIGINT PRIMARY KEY; -- BLOB');\n")));
	i64 sum;
	assert_ok(cx, db_number(cx, p->db, -1, &sum, "SELECT SUM(id) FROM one"));
	assert_int_equal(sum, postgres ? 5 : 4);
	assert_ok(cx, db_number(cx, p->db, -1, &sum, "SELECT COUNT(*) FROM one WHERE t IN ('BLOB', 'BIGINT PRIMARY KEY; -- BLOB')"));
	assert_int_equal(sum, 2);
	assert_err(db_script(cx, p->db, S("CREATE TABLE two (id BIGINT PRIMARY KEY);\n\nCREATE TABLE three (id BIGINT,,);\n")), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, "Line 3"));
	/* In a transaction a script that fails leaves nothing. */
	assert_ok(cx, db_script(cx, p->db, S("DROP TABLE IF EXISTS two;")));
	assert_ok(cx, db_begin(cx, p->db));
	assert_err(db_script(cx, p->db, S("CREATE TABLE two (id BIGINT PRIMARY KEY);\nINSERT INTO three VALUES (1);")), ERR_SYSTEM);
	assert_err(db_commit(cx, p->db), ERR_CONFLICT);
	assert_err(db_prepare(cx, p->db, "SELECT * FROM two"), ERR_SYSTEM);
	if (!postgres) { /* BIGINT PRIMARY KEY is the rowid itself */
		assert_ok(cx, db_number(cx, p->db, -1, &sum, "SELECT rowid = id FROM one WHERE id = 3"));
		assert_int_equal(sum, 1);
	}
}

static void test_check(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	assert_ok(cx, add(p, p->db, 1, "a"));
	assert_ok(cx, db_check(cx, p->db));
	if (postgres)
		return;
	assert_ok(cx, db_run(cx, p->db, NULL, "PRAGMA foreign_keys = OFF"));
	assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO part (id, thing_id) VALUES (5, 99)"));
	assert_err(db_check(cx, p->db), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, "part"));
}

/* What was kept in memory goes, what was written stays, and the handle goes on as before. */
static void test_trim(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	static const char *const names[] = {"a", "b", "c"};
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_ok(cx, add(p, p->db, (i64)i + 1, names[i]));
		db_trim(p->db);
		assert_int_equal(things(p, p->db), i + 1);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(test_types),      CASE(test_computed),	CASE(test_nulls),	CASE(test_big),	    CASE(test_changed),
		CASE(test_statements), CASE(test_transactions), CASE(test_constraints), CASE(test_fail_at), CASE(test_script),
		CASE(test_check),      CASE(test_trim),
	};
	return on_both_engines(tests);
}
