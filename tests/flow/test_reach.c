/* What posts reached is taken in from lines as networks give them: separators, headings, dates and figures of either language; all or nothing;
 * told again is not twice; a line that cannot be read is named. */
#include "desk.h"

#include "flow/reach.h"

static i64 taken(struct test_desk *d, const char *lines)
{
	i64 count = 0;
	assert_ok(d->cx, reach_take(d->cx, d->db, d->workspace, d->channel, str_of(lines), &count));
	return count;
}

static struct post_reach *posts(struct test_desk *d, size_t *count)
{
	struct post_reach *list;
	assert_ok(d->cx, post_reach_list(d->cx, d->db, d->workspace, d->channel, 100, &list, count));
	return list;
}

static void test_lines(void **state)
{
	struct test_desk d = desk_open(state);
	size_t count;
	assert_int_equal(taken(&d, "\xEF\xBB\xBF" "id,Published,Impressions,Post type,Description\r\np1,2026-03-24T09:42:00Z,\"12,345\",Photo,\"Bread, \"\"new\"\" https://a.example\"\n\n"
				   "p2,2026-03-25T10:00:00Z,7,Reel,\"two\nlines\"\n"), 2);
	const struct post_reach *list = posts(&d, &count);
	assert_int_equal(count, 2);
	assert_true(list[0].reach == 12345 && list[0].has_link && list[0].length == 30);
	assert_str(list[0].format, "image");
	assert_str(list[1].format, "video");
	assert_true(list[1].reach == 7 && !list[1].has_link);
	assert_int_equal(taken(&d, "date;portée;id;lien\n24/03/2026 09:42;1 234;p1;oui\n"), 1); /* the same post, told anew */
	list = posts(&d, &count);
	assert_int_equal(count, 2);
	assert_true(list[0].reach == 1234 && list[0].has_link);
	assert_str(list[0].format, "text");
	assert_int_equal(taken(&d, "date\treach\tlength\n2026-04-01\t5\t90\n2026-04-01\t6\t90"), 2); /* without a number: by the instant */
	list = posts(&d, &count);
	assert_int_equal(count, 3);
	assert_true(list[2].reach == 6 && list[2].length == 90);
}

static void refused(struct test_desk *d, const char *lines, const char *told)
{
	size_t count;
	i64 number;
	assert_int_equal(reach_take(d->cx, d->db, d->workspace, d->channel, str_of(lines), &number), ERR_BAD_INPUT);
	assert_non_null(strstr(d->cx->story, told));
	cx_forget(d->cx);
	posts(d, &count);
	assert_int_equal(count, 0); /* none of it was taken */
}

static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	refused(&d, "", "headings");
	refused(&d, "date,likes\n2026-03-24,1\n", "name the columns");
	refused(&d, "date,reach\n", "no post");
	refused(&d, "date,reach\n2026-03-24,1\n2026-13-24,1\n", "Line 3");
	refused(&d, "date,reach\n2026-03-24,1\n2026-03-25,many\n", "Line 3");
	refused(&d, "date,reach\n2126-03-24,1\n", "Line 2"); /* not yet */
	refused(&d, "date,reach\n2026-03-24 nonsense,1\n", "Line 2");
	refused(&d, "date,reach,length\n2026-03-24,1,\"long", "Line 2"); /* a quote that nobody closes */
	refused(&d, "\"\"\"\n,,,", "name the columns");
	struct actor agent = *d.cx->actor;
	i64 number;
	agent.permissions = 0;
	d.cx->actor = &agent;
	assert_int_equal(reach_take(d.cx, d.db, d.workspace, d.channel, S("date,reach\n2026-03-24,1\n"), &number), ERR_DENIED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_lines), DATABASE_TEST(test_refused)};
	return on_both_engines(tests);
}
