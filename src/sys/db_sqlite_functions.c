/* greatest() and least() as PostgreSQL has them: NULLs do not count, and only NULLs give NULL. (SQLite's own max(a, b) is
 * no word of PostgreSQL's.) */
#include "sys/db_sqlite.h"

#include <string.h>

static int compare(sqlite3_value *a, sqlite3_value *b)
{
	int type_a = sqlite3_value_type(a), type_b = sqlite3_value_type(b);
	if (type_a == SQLITE_INTEGER && type_b == SQLITE_INTEGER) {
		i64 x = sqlite3_value_int64(a), y = sqlite3_value_int64(b);
		return x < y ? -1 : x > y;
	}
	if (type_a <= SQLITE_FLOAT && type_b <= SQLITE_FLOAT) {
		double x = sqlite3_value_double(a), y = sqlite3_value_double(b);
		return x < y ? -1 : x > y;
	}
	struct str x = {(const char *)sqlite3_value_text(a), (size_t)sqlite3_value_bytes(a)};
	struct str y = {(const char *)sqlite3_value_text(b), (size_t)sqlite3_value_bytes(b)};
	return str_cmp(x, y);
}

static void extreme(sqlite3_context *context, int count, sqlite3_value **values)
{
	int sign = sqlite3_user_data(context) ? 1 : -1;
	sqlite3_value *best = NULL;
	for (int i = 0; i < count; i++)
		if (sqlite3_value_type(values[i]) != SQLITE_NULL && (!best || compare(values[i], best) * sign > 0))
			best = values[i];
	if (best)
		sqlite3_result_value(context, best);
}

int sqlite_add_functions(sqlite3 *handle)
{
	static int most;
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	int code = sqlite3_create_function(handle, "greatest", -1, flags, &most, extreme, NULL, NULL);
	return code == SQLITE_OK ? sqlite3_create_function(handle, "least", -1, flags, NULL, extreme, NULL, NULL) : code;
}
