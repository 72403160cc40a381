/* things.h: the small schema on which the tests of sys/db.h work. */
#pragma once
#include "database.h"

UNUSED static const char SCHEMA[] = "CREATE TABLE thing (\n"
			     "  id BIGINT PRIMARY KEY,\n"
			     "  name TEXT NOT NULL UNIQUE,\n"
			     "  size BIGINT CHECK (size >= 0), -- a BLOB in a comment; and a quote: it's\n"
			     "  ratio DOUBLE PRECISION,\n"
			     "  bytes BLOB,\n"
			     "  word TEXT DEFAULT 'BLOB; --'\n"
			     ");\n"
			     "CREATE TABLE part (id BIGINT PRIMARY KEY, thing_id BIGINT NOT NULL REFERENCES thing(id));\n";

UNUSED static int place_of_things(void **state)
{
	place_empty(state);
	struct place *p = *state;
	assert_ok(&p->cx, db_script(&p->cx, p->db, str_of(SCHEMA)));
	return 0;
}

#define ADD "INSERT INTO thing (id, name) VALUES (?1, ?2)"

UNUSED static enum err add(struct place *p, struct db *db, i64 id, const char *name)
{
	return db_run(&p->cx, db, NULL, ADD, db_i64(id), db_text(str_of(name)));
}

UNUSED static i64 things(struct place *p, struct db *db)
{
	i64 count = -7;
	assert_ok(&p->cx, db_number(&p->cx, db, -1, &count, "SELECT COUNT(*) FROM thing"));
	return count;
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, place_of_things, place_end)
