/* What is SQLite's alone: the file, its rights, its damage, a disk that is full. */
#include "things.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_file(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	struct db *db;
	const char *path = arena_printf(p->arena, "%s/other.db", p->folder).at;
	assert_err(db_open(cx, path, DB_WRITE, &db), ERR_MISSING);
	assert_err(db_open(cx, path, DB_READ, &db), ERR_MISSING);
	assert_non_null(strstr(cx->story, path));
	assert_err(db_open(cx, "", DB_CREATE, &db), ERR_BAD_INPUT);
	assert_err(db_open(cx, "/nowhere/a.db", DB_CREATE, &db), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, "/nowhere/a.db"));

	int file = open(path, O_WRONLY | O_CREAT, 0600);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(write(file, "this is a diary, no database\n", 29), 29);
	close(file);
	assert_err(db_open(cx, path, DB_READ, &db), ERR_SYSTEM);
	assert_err(db_open(cx, path, DB_CREATE, &db), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, "not a Parvis database"));
	assert_non_null(strstr(cx->story, path));

	struct stat about;
	const char *own = p->url + strlen("sqlite:");
	assert_int_equal(stat(own, &about), 0);
	assert_int_equal(about.st_mode & 07, 0); /* nobody else's to read */
	i64 number;
	assert_ok(cx, db_number(cx, p->db, -1, &number, "PRAGMA page_size"));
	assert_int_equal(number, 8192);
	assert_ok(cx, db_number(cx, p->db, -1, &number, "PRAGMA synchronous"));
	assert_int_equal(number, 2);
	assert_ok(cx, db_number(cx, p->db, -1, &number, "PRAGMA foreign_keys"));
	assert_int_equal(number, 1);
	CLEANUP(row_endp) struct row *row = NULL;
	assert_ok(cx, db_one(cx, p->db, &row, "PRAGMA journal_mode"));
	assert_str(row_text(row, 0), "wal");
}

/* A database spoilt on the disk says so, with its name and the remedy. */
static void test_damaged(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	const char *path = p->url + strlen("sqlite:");
	char *big = arena_alloc(p->arena, 100000);
	memset(big, 'x', 100000);
	for (i64 i = 1; i < 20; i++)
		assert_ok(cx, db_run(cx, p->db, NULL, "INSERT INTO thing (id, name, word) VALUES (?1, ?2, ?3)", db_i64(i),
				     db_text(arena_printf(p->arena, "%d", (int)i)), db_text(((struct str){big, 100000}))));
	db_closep(&p->db); /* the last one to leave folds the log into the file */
	int file = open(path, O_WRONLY);
	for (off_t at = 8192; at < 80000; at += 512)
		assert_int_equal(pwrite(file, "rubbish", 7, at), 7);
	close(file);
	p->db = place_open(p, DB_WRITE);
	assert_err(db_check(cx, p->db), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, path));
	assert_non_null(strstr(cx->story, "backup"));
	i64 number;
	assert_err(db_number(cx, p->db, -1, &number, "SELECT COUNT(*) FROM thing WHERE word LIKE 'y%'"), ERR_SYSTEM);
	assert_non_null(strstr(cx->story, path));
}

/* A disk without room: what was committed stays, the rest says ERR_FULL, and room heals it. */
static void test_full(void **state)
{
	struct place *p = *state;
	struct cx *cx = &p->cx;
	assert_ok(cx, add(p, p->db, 1, "a"));
	assert_ok(cx, db_run(cx, p->db, NULL, "PRAGMA max_page_count = 20"));
	char *big = arena_alloc(p->arena, 500000);
	memset(big, 'x', 500000);
	assert_ok(cx, db_begin(cx, p->db));
	assert_ok(cx, add(p, p->db, 2, "b"));
	assert_err(db_run(cx, p->db, NULL, "UPDATE thing SET word = ?1 WHERE id = 2", db_text(((struct str){big, 500000}))), ERR_FULL);
	assert_err(db_commit(cx, p->db), ERR_CONFLICT);
	assert_int_equal(things(p, p->db), 1);
	assert_ok(cx, db_run(cx, p->db, NULL, "PRAGMA max_page_count = 100000"));
	assert_ok(cx, db_run(cx, p->db, NULL, "UPDATE thing SET word = ?1", db_text(((struct str){big, 500000}))));
}

/* Two programs make the same file at the same time. */
static void *make(void *subject)
{
	struct place *p = subject;
	struct cx cx = p->cx;
	const char *path = arena_printf(p->arena, "%s/race.db", p->folder).at;
	for (int i = 0; i < 20; i++) {
		struct db *db;
		assert_ok(&cx, db_open(&cx, path, DB_CREATE, &db));
		db_close(db);
	}
	return NULL;
}

static void test_race(void **state)
{
	struct place *p = *state;
	pthread_t threads[3];
	struct place places[3];
	for (int i = 0; i < 3; i++) {
		places[i] = *p;
		places[i].arena = arena_new();
		places[i].cx.arena = places[i].arena;
		assert_int_equal(pthread_create(&threads[i], NULL, make, &places[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		arena_free(places[i].arena);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_file), CASE(test_damaged), CASE(test_full), CASE(test_race)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
