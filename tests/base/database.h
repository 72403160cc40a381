/* database.h: a database of one's own for a test, on SQLite always and once more on PostgreSQL when PARVIS_TEST_POSTGRES
 * names a server (tests/postgres starts one and runs the suite 'full'). A test's main() says
 *   static const struct CMUnitTest tests[] = {DATABASE_TEST(test_this), …};
 *   return on_both_engines(tests);
 * and each test finds a fresh, migrated database in `struct place *p = *state`. */
#pragma once
#include "test.h"

#include "store/migrate.h"
#include "sys/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	struct arena *arena;
	struct cx cx;
	const char *url;
	char folder[64]; /* of this test, removed at its end */
	struct db *db;   /* a writing handle */
};

UNUSED static const char *postgres; /* its address while the PostgreSQL runs go on; else NULL */

/* One more handle on the same database. */
UNUSED static struct db *place_open(struct place *p, enum db_mode mode)
{
	struct db *db;
	assert_ok(&p->cx, db_open(&p->cx, p->url, mode, &db));
	return db;
}

UNUSED static int place_empty(void **state)
{
	struct arena *arena = arena_new();
	struct place *p = arena_new_of(arena, struct place);
	*p = (struct place){.arena = arena, .cx = cx_new(arena), .folder = "/tmp/parvis-test-XXXXXX", .url = postgres};
	assert_non_null(mkdtemp(p->folder));
	if (!postgres)
		p->url = arena_printf(arena, "sqlite:%s/parvis.db", p->folder).at;
	p->db = place_open(p, DB_CREATE);
	if (postgres)
		assert_ok(&p->cx, db_script(&p->cx, p->db, S("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;")));
	*state = p;
	return 0;
}

UNUSED static int place_migrated(void **state)
{
	place_empty(state);
	struct place *p = *state;
	assert_ok(&p->cx, migrate_up(&p->cx, p->db, NULL));
	return 0;
}

UNUSED static int place_end(void **state)
{
	struct place *p = *state;
	db_close(p->db);
	char command[128];
	snprintf(command, sizeof command, "rm -r %s", p->folder);
	int result = system(command);
	arena_free(p->arena);
	return result;
}

#define DATABASE_TEST(function) cmocka_unit_test_setup_teardown(function, place_migrated, place_end)
#define EMPTY_DATABASE_TEST(function) cmocka_unit_test_setup_teardown(function, place_empty, place_end)

UNUSED static int run_on_both(const struct CMUnitTest *tests, size_t count)
{
	int failed = _cmocka_run_group_tests("sqlite", tests, count, NULL, NULL);
	postgres = getenv("PARVIS_TEST_POSTGRES");
	if (postgres)
		failed += _cmocka_run_group_tests("postgres", tests, count, NULL, NULL);
	postgres = NULL;
	return failed;
}
#define on_both_engines(tests) run_on_both((tests), COUNT(tests))
