/* The contract of sys/db.h with several handles, threads and processes, run on each engine. */
#include "things.h"

#include "base/clock.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_read_only(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	assert_ok(cx, add(p, p->db, 1, "a"));
	CLEANUP(db_closep) struct db *reader = place_open(p, DB_READ);
	assert_true(db_read_only(reader) && !db_read_only(p->db));
	assert_err(add(p, reader, 2, "b"), ERR_DENIED);
	assert_err(db_run(cx, reader, NULL, "DELETE FROM thing"), ERR_DENIED);
	assert_err(db_script(cx, reader, S("CREATE TABLE more (id BIGINT PRIMARY KEY);")), ERR_DENIED);
	if (!postgres) /* the statement that would take the guard away helps nobody: the file itself is open read-only */
		assert_ok(cx, db_run(cx, reader, NULL, "PRAGMA query_only = OFF"));
	assert_err(add(p, reader, 2, "b"), ERR_DENIED);
	/* A snapshot stays what it is. */
	assert_ok(cx, db_begin(cx, reader));
	assert_ok(cx, add(p, p->db, 2, "b"));
	assert_int_equal(things(p, reader), 1);
	assert_ok(cx, db_commit(cx, reader));
	assert_int_equal(things(p, reader), 2);
}

static void *commit_later(void *subject)
{
	struct place *p = subject;
	usleep(200000);
	struct cx cx = p->cx;
	assert_ok(&cx, db_commit(&cx, p->db));
	return NULL;
}

static void test_lock(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	CLEANUP(db_closep) struct db *other = place_open(p, DB_WRITE);
	assert_ok(cx, db_begin(cx, p->db));
	assert_ok(cx, add(p, p->db, 1, "a"));
	db_set_patience(other, 100 * MILLISECOND);
	i64 before = time_monotonic();
	assert_err(db_begin(cx, other), ERR_LATER);
	assert_true(time_monotonic() - before >= 90 * MILLISECOND);
	assert_false(db_in_transaction(other));
	assert_int_equal(things(p, other), 0); /* reading waits for nobody */

	db_set_patience(other, 10 * SECOND);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, commit_later, p), 0);
	assert_ok(cx, db_begin(cx, other)); /* waits for the other to end */
	assert_int_equal(things(p, other), 1);
	assert_ok(cx, db_commit(cx, other));
	pthread_join(thread, NULL);
}

struct telling {
	struct place *place;
	struct db *db;
};

static void *tell_later(void *subject)
{
	struct telling *t = subject;
	struct cx cx = t->place->cx;
	usleep(150000);
	assert_ok(&cx, db_begin(&cx, t->db));
	assert_ok(&cx, add(t->place, t->db, 77, "told"));
	assert_ok(&cx, db_notify(&cx, t->db));
	assert_ok(&cx, db_commit(&cx, t->db));
	return NULL;
}

static void test_watch(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	CLEANUP(db_closep) struct db *watcher = place_open(p, DB_READ);
	bool changed = false;
	assert_ok(cx, db_watch(cx, watcher, 0, &changed));
	assert_true(changed); /* the first call: who knows */
	i64 before = time_monotonic();
	assert_ok(cx, db_watch(cx, watcher, 120 * MILLISECOND, &changed));
	assert_false(changed);
	assert_true(time_monotonic() - before >= 110 * MILLISECOND);

	/* What was committed between two calls is not missed, and tells once. */
	assert_ok(cx, db_begin(cx, p->db));
	assert_ok(cx, add(p, p->db, 1, "a"));
	assert_ok(cx, db_notify(cx, p->db));
	assert_ok(cx, db_watch(cx, watcher, 60 * MILLISECOND, &changed));
	assert_false(changed); /* not committed */
	assert_ok(cx, db_commit(cx, p->db));
	assert_ok(cx, db_watch(cx, watcher, SECOND, &changed));
	assert_true(changed);
	assert_ok(cx, db_watch(cx, watcher, 60 * MILLISECOND, &changed));
	assert_false(changed);

	/* And it wakes who waits, soon. */
	struct telling telling = {p, place_open(p, DB_WRITE)};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, tell_later, &telling), 0);
	before = time_monotonic();
	assert_ok(cx, db_watch(cx, watcher, 10 * SECOND, &changed));
	assert_true(changed);
	i64 waited = time_monotonic() - before;
	pthread_join(thread, NULL);
	db_close(telling.db);
	assert_true(waited >= 100 * MILLISECOND && waited < 8 * SECOND);
}

static i64 backend(struct place *p, struct db *db)
{
	i64 pid;
	assert_ok(&p->cx, db_number(&p->cx, db, 0, &pid, "SELECT pg_backend_pid()"));
	return pid;
}

static void end_backend(struct place *p, i64 pid)
{
	i64 killed;
	CLEANUP(db_closep) struct db *other = place_open(p, DB_WRITE);
	assert_ok(&p->cx, db_number(&p->cx, other, 0, &killed, "SELECT pg_terminate_backend(CAST(?1 AS INTEGER))", db_i64(pid)));
	assert_int_equal(killed, 1);
	usleep(100000);
}

/* PostgreSQL restarted, or the network was gone for a while. */
static void test_connection_lost(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	if (!postgres)
		return;
	assert_ok(cx, add(p, p->db, 1, "a"));
	i64 pid = backend(p, p->db);
	end_backend(p, pid);
	assert_ok(cx, add(p, p->db, 2, "b")); /* while nothing went on: connected anew, statements prepared anew */
	assert_true(backend(p, p->db) != pid);

	assert_ok(cx, db_begin(cx, p->db)); /* in the middle: told, nothing kept, and the next one works */
	assert_ok(cx, add(p, p->db, 3, "c"));
	end_backend(p, backend(p, p->db));
	assert_err(add(p, p->db, 4, "d"), ERR_LATER);
	assert_err(db_commit(cx, p->db), ERR_CONFLICT);
	assert_int_equal(things(p, p->db), 2);

	assert_ok(cx, db_begin(cx, p->db)); /* at the commit */
	assert_ok(cx, add(p, p->db, 3, "c"));
	end_backend(p, backend(p, p->db));
	assert_err(db_commit(cx, p->db), ERR_LATER);
	assert_false(db_in_transaction(p->db));
	assert_ok(cx, db_begin(cx, p->db));
	assert_int_equal(things(p, p->db), 2);
	db_rollback(p->db);

	CLEANUP(db_closep) struct db *watcher = place_open(p, DB_READ); /* a watcher listens again, and looks again */
	bool changed;
	pid = backend(p, watcher);
	assert_ok(cx, db_watch(cx, watcher, 0, &changed));
	assert_ok(cx, db_watch(cx, watcher, 0, &changed));
	assert_false(changed);
	end_backend(p, pid);
	assert_ok(cx, db_watch(cx, watcher, 0, &changed));
	assert_true(changed);
	assert_ok(cx, db_begin(cx, p->db));
	assert_ok(cx, db_notify(cx, p->db));
	assert_ok(cx, db_commit(cx, p->db));
	assert_ok(cx, db_watch(cx, watcher, SECOND, &changed));
	assert_true(changed);
}

static void test_not_reached(void **state)
{
	struct place *p = *state;
	struct db *db;
	if (!postgres)
		return;
	assert_err(db_open(&p->cx, "postgres://nobody@127.0.0.1:1/nothing", DB_WRITE, &db), ERR_LATER);
	const char *missing = arena_printf(p->arena, "postgres://parvis@/nothing%s", strchr(postgres, '?')).at;
	assert_err(db_open(&p->cx, missing, DB_WRITE, &db), ERR_MISSING);
	assert_non_null(strstr(p->cx.story, "createdb"));
}

/* Read, then write what follows from it, on several connections at once: nothing is lost, as on SQLite. */
static void *count_on(void *subject)
{
	struct telling *t = subject;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	for (int i = 0; i < 25; i++) {
		i64 size;
		assert_ok(&cx, db_begin(&cx, t->db));
		assert_ok(&cx, db_number(&cx, t->db, -1, &size, "SELECT size FROM thing WHERE id = 1"));
		assert_ok(&cx, db_run(&cx, t->db, NULL, "UPDATE thing SET size = ?1 WHERE id = 1", db_i64(size + 1)));
		assert_ok(&cx, db_commit(&cx, t->db));
		assert_ok(&cx, db_run(&cx, t->db, NULL, "UPDATE thing SET size = size + 1, word = 'alone' WHERE id = 1"));
	}
	return NULL;
}

static void test_lost_update(void **state)
{
	struct place *p = *state;
	assert_ok(&p->cx, db_run(&p->cx, p->db, NULL, "INSERT INTO thing (id, name, size) VALUES (1, 'a', 0)"));
	struct telling each[3];
	pthread_t threads[3];
	for (int i = 0; i < 3; i++) {
		each[i] = (struct telling){p, place_open(p, DB_WRITE)};
		assert_int_equal(pthread_create(&threads[i], NULL, count_on, &each[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		db_close(each[i].db);
	}
	i64 size;
	assert_ok(&p->cx, db_number(&p->cx, p->db, -1, &size, "SELECT size FROM thing WHERE id = 1"));
	assert_int_equal(size, 3 * 25 * 2);
}

static volatile bool stop;

static void *write_on(void *subject)
{
	struct telling *t = subject;
	struct cx cx = t->place->cx;
	for (i64 id = 100000; !stop; id++) {
		char name[32];
		snprintf(name, sizeof name, "n%d", (int)id);
		assert_ok(&cx, add(t->place, t->db, id, name));
	}
	return NULL;
}

static void progress(void *subject, i64 done, i64 all)
{
	i64 *calls = subject;
	assert_true(done <= all && all > 0);
	++*calls;
}

static void test_copy(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	i64 calls = 0;
	const char *path = arena_printf(p->arena, "%s/copy.db", p->folder).at;
	if (postgres) {
		assert_err(db_copy_to(cx, p->db, path, progress, &calls), ERR_UNSUPPORTED);
		return;
	}
	char *big = arena_alloc(p->arena, 20000);
	memset(big, 'x', 20000);
	assert_ok(cx, db_begin(cx, p->db));
	for (i64 i = 1; i <= 500; i++)
		assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO thing (id, name, word) VALUES (?1, ?2, ?3)", db_i64(i),
				     db_text(arena_printf(p->arena, "%d", (int)i)), db_text(((struct str){big, 20000}))));
	assert_ok(cx, db_commit(cx, p->db));
	struct telling writing = {p, place_open(p, DB_WRITE)};
	pthread_t thread;
	stop = false;
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writing), 0);
	CLEANUP(db_closep) struct db *reader = place_open(p, DB_READ);
	for (int i = 0; i < 2000 && things(p, reader) <= 500; i++)
		usleep(5000); /* until it writes, however busy the machine is */
	enum err error = db_copy_to(cx, reader, path, progress, &calls);
	stop = true;
	pthread_join(thread, NULL);
	assert_ok(cx, error);
	db_close(writing.db);
	assert_true(calls > 3);
	i64 now = things(p, reader);
	assert_true(now > 500);
	CLEANUP(db_closep) struct db *copy = NULL;
	assert_ok(cx, db_open(cx, path, DB_WRITE, &copy));
	i64 then = things(p, copy);
	assert_true(then >= 500 && then <= now);
	assert_ok(cx, db_check(cx, copy));
	assert_err(db_copy_to(cx, reader, path, NULL, NULL), ERR_CONFLICT); /* never over a file */
	assert_err(db_copy_to(cx, reader, "/nowhere/copy.db", NULL, NULL), ERR_SYSTEM);
}

/* A writer killed at any point: what it was told is committed is there, and the database is whole. */
static void write_until_killed(struct place *p, int pipe_out)
{
	struct cx cx = cx_new(arena_new());
	struct db *db;
	if (db_open(&cx, p->url, DB_WRITE, &db) != OK)
		_exit(1);
	for (i64 id = 1;; id++) {
		char name[32];
		snprintf(name, sizeof name, "n%d", (int)id);
		enum err error = db_begin(&cx, db);
		if (error == OK)
			error = db_run(&cx, db, NULL, ADD, db_i64(id), db_text(str_of(name)));
		if (error == OK)
			error = db_run(&cx, db, NULL, "INSERT INTO part (id, thing_id) VALUES (?1, ?1)", db_i64(id));
		if (error == OK)
			error = db_commit(&cx, db);
		if (error != OK || write(pipe_out, &id, sizeof id) != sizeof id)
			_exit(1);
	}
}

static void test_killed(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	for (int round = 0; round < 5; round++) {
		assert_ok(cx, db_run(cx, p->db, NULL, "DELETE FROM part"));
		assert_ok(cx, db_run(cx, p->db, NULL, "DELETE FROM thing"));
		db_closep(&p->db);
		int ends[2], status;
		assert_int_equal(pipe(ends), 0);
		pid_t child = fork();
		if (!child)
			write_until_killed(p, ends[1]);
		close(ends[1]);
		i64 committed = 0, id;
		for (int i = 0; i < 10 + round * 37; i++)
			if (read(ends[0], &id, sizeof id) == sizeof id)
				committed = id;
		kill(child, SIGKILL);
		assert_true(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
		while (read(ends[0], &id, sizeof id) == sizeof id)
			committed = id;
		close(ends[0]);
		p->db = place_open(p, DB_WRITE);
		assert_ok(cx, db_begin(cx, p->db)); /* once the server is through with what the dead one began */
		i64 parts = 0, there = things(p, p->db);
		assert_ok(cx, db_number(cx, p->db, 0, &parts, "SELECT COUNT(*) FROM part"));
		assert_ok(cx, db_commit(cx, p->db));
		assert_true(committed > 0 && there >= committed && there <= committed + 1 && parts == there);
		assert_ok(cx, db_check(cx, p->db));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(test_read_only),	    CASE(test_lock),	    CASE(test_watch),	    CASE(test_copy),
		CASE(test_connection_lost), CASE(test_not_reached), CASE(test_lost_update), CASE(test_killed),
	};
	return on_both_engines(tests);
}
