#include "database.h"

#include "base/id.h"
#include "store/process.h"

#include <pthread.h>
#include <unistd.h>

static void test_lease(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct process serve, work, third;
	assert_ok(cx, process_join(cx, p->db, "serve", &serve));
	assert_ok(cx, process_join(cx, p->db, "work", &work));
	assert_true(serve.slot > 0 && work.slot > 0 && serve.slot != work.slot);
	assert_int_equal(id_new() >> 12 & (ID_NODES - 1), work.slot); /* the node of the ids */
	struct process *running;
	size_t count;
	assert_ok(cx, process_list(cx, p->db, &running, &count));
	assert_int_equal(count, 2);
	assert_string_equal(running[0].role, "serve");
	assert_int_equal(running[0].pid, getpid());
	assert_string_equal(running[0].token, "");

	assert_ok(cx, process_leave(cx, p->db, &serve));
	assert_err(process_beat(cx, p->db, &serve), ERR_CONFLICT);
	assert_ok(cx, process_leave(cx, p->db, &serve));
	assert_ok(cx, process_join(cx, p->db, "serve", &third));
	assert_true(third.slot != serve.slot && third.slot != work.slot); /* what was given back rests */
	cx->now += PROCESS_STALE + SECOND;
	assert_ok(cx, process_beat(cx, p->db, &work)); /* late, but nobody took it */
	assert_ok(cx, process_list(cx, p->db, &running, &count));
	assert_int_equal(count, 1);
	assert_true(running[0].slot == work.slot && running[0].beat_at == cx->now);
}

static void test_full(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	static struct process all[ID_NODES];
	for (int i = 1; i < ID_NODES; i++) {
		cx->now += MILLISECOND;
		assert_ok(cx, process_join(cx, p->db, "work", &all[i]));
	}
	struct process more;
	assert_err(process_join(cx, p->db, "work", &more), ERR_LIMIT);
	assert_true(*cx->story);
	/* One given back is taken at once when there is no other; a silent one is taken, and its holder learns of it. */
	assert_ok(cx, process_leave(cx, p->db, &all[7]));
	assert_ok(cx, process_join(cx, p->db, "work", &more));
	assert_int_equal(more.slot, all[7].slot);
	cx->now += PROCESS_STALE;
	for (int i = 2; i < ID_NODES; i++)
		if (i != 7 && i != 300)
			assert_ok(cx, process_beat(cx, p->db, &all[i]));
	cx->now += SECOND;
	assert_ok(cx, process_join(cx, p->db, "work", &more));
	assert_int_equal(more.slot, all[1].slot); /* longest silent */
	assert_err(process_beat(cx, p->db, &all[1]), ERR_CONFLICT);
	assert_ok(cx, process_beat(cx, p->db, &more));
}

struct joining {
	struct place *place;
	struct process process;
};

static void *join(void *subject)
{
	struct joining *j = subject;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(db_closep) struct db *db = NULL;
	assert_ok(&cx, db_open(&cx, j->place->url, DB_WRITE, &db));
	assert_ok(&cx, process_join(&cx, db, "work", &j->process));
	return NULL;
}

static void test_at_once(void **state)
{
	struct joining each[6];
	pthread_t threads[6];
	for (int i = 0; i < 6; i++) {
		each[i] = (struct joining){*state, {}};
		assert_int_equal(pthread_create(&threads[i], NULL, join, &each[i]), 0);
	}
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < i; k++)
			assert_true(each[i].process.slot != each[k].process.slot);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_lease), DATABASE_TEST(test_full), DATABASE_TEST(test_at_once)};
	return on_both_engines(tests);
}
