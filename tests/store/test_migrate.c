#include "database.h"

#include "base/buf.h"
#include "base/clock.h"

#include <pthread.h>

static void add_rows(struct place *p, struct db *db, struct buf *out, const char *sql)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	assert_ok(&p->cx, db_query(&p->cx, db, &row, sql));
	for (;;) {
		assert_ok(&p->cx, row_next(&p->cx, row, &more));
		if (!more)
			return;
		for (int i = 0; i < row_columns(row); i++) {
			buf_add(out, row_text(row, i));
			buf_addc(out, i + 1 < row_columns(row) ? '|' : '\n');
		}
	}
}

/* Everything that makes up the shape of a database, as the engine itself tells it. */
static struct str shape(struct place *p, struct db *db)
{
	struct buf *out = buf_in_arena(p->arena);
	if (db_kind(db) == DB_SQLITE) {
		add_rows(p, db, out, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
		return buf_str(out);
	}
	add_rows(p, db, out,
		 "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
		 "WHERE table_schema = current_schema() ORDER BY table_name, column_name");
	add_rows(p, db, out, "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname");
	add_rows(p, db, out,
		 "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = "
		 "current_schema()::regnamespace ORDER BY 1, 2");
	return buf_str(out);
}

static void test_fresh_equals_upgraded(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct migrate_status status;
	assert_ok(cx, migrate_status(cx, p->db, &status));
	assert_true(status.applied == 0 && status.known == (i64)migration_count && migration_count > 0);
	assert_err(migrate_check(cx, p->db), ERR_CONFLICT);
	i64 count;
	assert_ok(cx, migrate_up(cx, p->db, &count));
	assert_true(count == (i64)migration_count);
	assert_ok(cx, migrate_check(cx, p->db));
	assert_ok(cx, migrate_up(cx, p->db, &count));
	assert_int_equal(count, 0);
	struct str fresh = shape(p, p->db);
	assert_true(fresh.len > 1000);

	db_closep(&p->db);
	void *next;
	place_empty(&next);
	struct place *q = next;
	for (size_t known = 1; known <= migration_count; known++) { /* as each program in turn would have done */
		assert_ok(&q->cx, migrate_up_to(&q->cx, q->db, migrations, known, &count));
		assert_int_equal(count, 1);
		assert_ok(&q->cx, db_check(&q->cx, q->db));
	}
	assert_ok(&q->cx, migrate_check(&q->cx, q->db));
	assert_true(str_eq(shape(q, q->db), fresh));
	place_end(&next);
	p->db = place_open(p, DB_CREATE);
}

#define MIGRATION(number, name, hash, text) {number, name, hash, {text, sizeof(text) - 1}}
static const struct migration three[] = {
	MIGRATION(1, "one", "aaa", "CREATE TABLE one (id BIGINT PRIMARY KEY, bytes BLOB);\nINSERT INTO one (id) VALUES (1);\n"),
	MIGRATION(2, "two", "bbb", "ALTER TABLE one ADD COLUMN name TEXT NOT NULL DEFAULT 'x';\nUPDATE one SET name = 'y';\n"),
	MIGRATION(3, "three", "ccc", "CREATE TABLE three (id BIGINT PRIMARY KEY REFERENCES one(id));\n"),
};

static void test_steps(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct migrate_status status;
	i64 count;
	assert_ok(cx, migrate_up_to(cx, p->db, three, 2, &count));
	assert_int_equal(count, 2);
	assert_ok(cx, migrate_up_to(cx, p->db, three, 3, &count));
	assert_int_equal(count, 1);
	CLEANUP(db_closep) struct db *reader = place_open(p, DB_READ);
	assert_ok(cx, migrate_status_of(cx, reader, three, 3, &status));
	assert_true(status.applied == 3 && status.known == 3 && status.at == cx->now);
	CLEANUP(row_endp) struct row *row = NULL;
	assert_ok(cx, db_one(cx, reader, &row, "SELECT name FROM one"));
	assert_str(row_text(row, 0), "y");

	/* An older program keeps its hands off, and says why. */
	struct str before = shape(p, p->db);
	assert_err(migrate_up_to(cx, p->db, three, 1, &count), ERR_CONFLICT);
	assert_string_equal(cx->story, "This database was made by a newer Parvis (migration 3); this program knows 1. Nothing was "
				       "changed; use the newer program.");
	/* So does one with another text by the same number. */
	struct migration other[3];
	memcpy(other, three, sizeof other);
	other[1].hash = "bbc";
	assert_err(migrate_up_to(cx, p->db, other, 3, &count), ERR_CONFLICT);
	assert_non_null(strstr(cx->story, "Migration 2 (two)"));
	assert_true(str_eq(shape(p, p->db), before));
	assert_false(db_in_transaction(p->db));
}

static void test_failing(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct migration list[3];
	memcpy(list, three, sizeof list);
	list[2].text = S("CREATE TABLE three (id BIGINT PRIMARY KEY);\nINSERT INTO three (id) VALUES (1);\nINSERT INTO nowhere VALUES (1);");
	i64 count = -1;
	assert_err(migrate_up_to(cx, p->db, list, 3, &count), ERR_SYSTEM);
	assert_int_equal(count, -1);
	assert_non_null(strstr(cx->story, "Line 3"));
	struct migrate_status status;
	assert_ok(cx, migrate_status_of(cx, p->db, three, 3, &status));
	assert_int_equal(status.applied, 2);
	struct str *tables;
	size_t table_count;
	assert_ok(cx, db_tables(cx, p->db, &tables, &table_count));
	assert_int_equal(table_count, 2);
	assert_str(tables[0], "migration");
	assert_ok(cx, migrate_up_to(cx, p->db, three, 3, &count)); /* with the right program it goes on from there */
	assert_int_equal(count, 1);
}

static void test_fails_in_turn(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 count;
	for (i64 n = 1;; n++) {
		db_fail_at(p->db, n, ERR_LATER);
		enum err error = migrate_up_to(cx, p->db, three, 3, &count);
		db_fail_at(p->db, 0, OK);
		if (error == OK)
			break;
		assert_int_equal(error, ERR_LATER);
		assert_true(n < 100);
	}
	struct migrate_status status;
	assert_ok(cx, migrate_status_of(cx, p->db, three, 3, &status));
	assert_int_equal(status.applied, 3);
	i64 rows;
	assert_ok(cx, db_number(cx, p->db, -1, &rows, "SELECT COUNT(*) FROM migration"));
	assert_int_equal(rows, 3);
}

static void test_foreign(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	assert_ok(cx, db_script(cx, p->db, S("CREATE TABLE recipe (id BIGINT PRIMARY KEY);")));
	assert_err(migrate_up(cx, p->db, NULL), ERR_CONFLICT);
	assert_non_null(strstr(cx->story, "recipe"));
}

struct migrating {
	struct place *place;
	i64 count;
};

static void *migrate(void *subject)
{
	struct migrating *m = subject;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(db_closep) struct db *db = NULL;
	assert_ok(&cx, db_open(&cx, m->place->url, DB_CREATE, &db));
	assert_ok(&cx, migrate_up(&cx, db, &m->count));
	return NULL;
}

static void test_two_at_once(void **state)
{
	struct place *p = *state;
	struct migrating both[2] = {{p, -1}, {p, -1}};
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate, &both[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_true(both[0].count + both[1].count == (i64)migration_count);
	assert_ok(&p->cx, migrate_check(&p->cx, p->db));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EMPTY_DATABASE_TEST(test_fresh_equals_upgraded), EMPTY_DATABASE_TEST(test_steps),
		EMPTY_DATABASE_TEST(test_failing),		 EMPTY_DATABASE_TEST(test_fails_in_turn),
		EMPTY_DATABASE_TEST(test_foreign),		 EMPTY_DATABASE_TEST(test_two_at_once),
	};
	return on_both_engines(tests);
}
