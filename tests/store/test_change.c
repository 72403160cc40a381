#include "database.h"

#include "base/clock.h"
#include "base/id.h"
#include "store/event.h"

static void insert(struct place *p, i64 id)
{
	assert_ok(&p->cx, db_run(&p->cx, p->db, NULL, "INSERT INTO change (id, workspace_id, kind, subject_id) VALUES (?1, 7, 'conversation', ?1)", db_i64(id)));
}

/* What is new, as "1 3 ", each by how far it is from `base`. */
static const char *heard(struct place *p, struct change_feed *feed, i64 base)
{
	struct change *changes;
	size_t count;
	bool more;
	struct buf *b = buf_in_arena(p->cx.arena);
	do {
		assert_ok(&p->cx, changes_new(&p->cx, p->db, feed, &changes, &count, &more));
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(changes[i].workspace, 7);
			assert_true(changes[i].subject == changes[i].id);
			buf_addf(b, "%lld ", (long long)(changes[i].id - base));
		}
	} while (more);
	return buf_cstr(b);
}

/* Two transactions at a time: the one that took its number first may be committed last. */
static void test_none_is_missed(void **state)
{
	struct place *p = *state;
	static struct change_feed feed;
	i64 base = id_at(p->cx.now, 0);
	insert(p, base);
	assert_ok(&p->cx, change_feed_start(&p->cx, p->db, &feed));
	assert_string_equal(heard(p, &feed, base), "");
	insert(p, base + 5);
	assert_string_equal(heard(p, &feed, base), "5 ");
	insert(p, base + 3);
	insert(p, base + 9);
	assert_string_equal(heard(p, &feed, base), "3 9 ");
	assert_string_equal(heard(p, &feed, base), "");
	i64 later = id_at(p->cx.now + 2 * SECOND, 0), much_later = id_at(p->cx.now + MINUTE, 0);
	insert(p, later + 1);
	insert(p, base + 4);
	assert_string_equal(heard(p, &feed, base), arena_printf(p->cx.arena, "4 %lld ", (long long)(later + 1 - base)).at);
	insert(p, much_later);
	assert_string_equal(heard(p, &feed, much_later), "0 ");
	insert(p, base + 6); /* nothing is that late: what was told long ago is not read again and again */
	assert_string_equal(heard(p, &feed, base), "");
}

static void test_many_at_once(void **state)
{
	struct place *p = *state;
	static struct change_feed feed;
	struct change *changes;
	size_t count, all = 0;
	bool more = true;
	i64 base = id_at(p->cx.now, 0);
	assert_ok(&p->cx, change_feed_start(&p->cx, p->db, &feed));
	assert_ok(&p->cx, db_begin(&p->cx, p->db));
	for (i64 i = 1; i <= 2 * CHANGES_A_LOOK + 10; i++)
		insert(p, base + i);
	assert_ok(&p->cx, db_commit(&p->cx, p->db));
	while (more) {
		assert_ok(&p->cx, changes_new(&p->cx, p->db, &feed, &changes, &count, &more));
		for (size_t i = 0; i < count; i++)
			assert_true(changes[i].id == base + (i64)++all);
	}
	assert_int_equal(all, 2 * CHANGES_A_LOOK + 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_none_is_missed), DATABASE_TEST(test_many_at_once)};
	return on_both_engines(tests);
}
