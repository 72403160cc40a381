/* statements.h: the SQL of the store as tools/statements finds it. */
#pragma once
#include "sys/db.h"

struct statement {
	const char *place; /* "migrate.c:47" */
	const char *sql;
	const struct db_value *values; /* of the types bound there; values[1] is ?1 */
	size_t count;
	const char *fault; /* what is wrong with it whatever the engine; NULL: nothing */
};
extern const struct statement statements[];
extern const size_t statement_count;
