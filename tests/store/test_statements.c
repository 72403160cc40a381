/* Every statement of the store is valid on both engines, against the schema of today, with parameters of the types that the
 * program binds; and names the workspace when it touches a workspace's rows. */
#include "database.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_prepare_all)};
	return on_both_engines(tests);
}
