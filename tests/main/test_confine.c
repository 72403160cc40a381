#include "test.h"

#include "../sys/folder.h"
#include "../sys/rude.h"
#include "main/confine.h"
#include "store/migrate.h"
#include "sys/db.h"
#include "sys/canvas.h"
#include "sys/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

static struct arena *arena;
static struct cx cx;
static struct program program;
static int open_port, listener;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	listener = listen_local(4, &open_port);
	program = (struct program){.settings = {
		.data = str_of(in_folder(arena, "data")),
		.database = arena_printf(arena, "sqlite:%s", in_folder(arena, "data/parvis.db")),
		.listen = S("127.0.0.1:1"),
		.simulator_listen = S("127.0.0.1:2"),
	}};
	CLEANUP(db_closep) struct db *db = NULL;
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "data")));
	assert_ok(&cx, keys_make(&cx, in_folder(arena, "data")));
	assert_ok(&cx, db_open(&cx, arena_cstr(arena, program.settings.database), DB_CREATE, &db));
	return migrate_up(&cx, db, NULL) == OK ? 0 : 1;
}

static int teardown(void **state)
{
	close(listener);
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static bool has_landlock(void)
{
	return syscall(444, NULL, 0, 1u) >= 4; /* with ports */
}

static bool reads(const char *name)
{
	int fd = open(in_folder(arena, name), O_RDONLY | O_CLOEXEC);
	close(fd);
	return fd >= 0;
}

static bool writes(const char *name)
{
	return file_write(&cx, in_folder(arena, name), 0600, S("x")) == OK;
}

/* The database is written to after every other handle was closed: SQLite must not have to make files anew. */
static bool keeps_writing(void)
{
	for (int i = 0; i < 2; i++) {
		CLEANUP(db_closep) struct db *db = NULL;
		if (program_open(&cx, &program, true, &db) != OK || db_begin(&cx, db) != OK ||
			db_run(&cx, db, NULL, "CREATE TABLE IF NOT EXISTS again (x INTEGER)") != OK || db_commit(&cx, db) != OK)
			return false;
	}
	return true;
}

#define CHECK(number, condition) \
	if (!(condition)) \
		return (number)

static int serving(void)
{
	struct db *held = NULL;
	CHECK(1, confine_serving(&cx, &program, &held) == OK && held);
	CHECK(2, !reads("data/keys/work.key") && !reads("data/keys/serve.key") && !reads("data"));
	CHECK(3, !connects(open_port));
	CHECK(4, keeps_writing());
	CHECK(5, writes("data/spool/upload") && writes("data/media/file") && /* what comes with a public form */ !writes("data/parvis.toml"));
	CHECK(6, unlink(in_folder(arena, "data/parvis.db")) != 0);
	/* It may start itself to draw pictures, and nothing else. */
	struct canvas_text text = {.text = S("x"), .x = 0, .y = 0, .width = 30, .height = 30, .size = 12, .least = 12, .weight = 400};
	const struct canvas canvas = {.drawing = S("<svg xmlns='http://www.w3.org/2000/svg' width='30' height='30'/>"), .view_width = 30, .view_height = 30, .width = 30, .height = 30, .paper = 0xffffff,
				      .texts = &text, .text_count = 1};
	struct canvas_made made;
	CHECK(7, canvas_draw(&cx, &image_box_self, &canvas, &made) == OK && made.bytes.len && made.fits[0].fits);
	execl("/bin/true", "true", (char *)NULL);
	CHECK(8, errno == EACCES);
	db_close(held);
	return 0;
}

static int working(void)
{
	CHECK(1, confine_working(&cx, &program) == OK);
	CHECK(2, reads("data/keys/work.key") && writes("data/media-new"));
	CHECK(3, connects(open_port));
	CHECK(4, !writes("outside"));
	CHECK(5, keeps_writing());
	/* It may start itself to decode pictures, and nothing else. */
	struct image_wish wish = {.format = IMAGE_PNG, .width = 8};
	struct image_made made;
	CHECK(6, image_make(&cx, &image_box_self, S("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><text y='8'>x</text></svg>"), &wish, 1, &made) == OK && made.bytes.len);
	execl("/bin/true", "true", (char *)NULL);
	CHECK(7, errno == EACCES);
	return 0;
}

static int simulating(void)
{
	struct db *held[2] = {};
	CHECK(1, confine_simulating(&cx, &program, in_folder(arena, "data/simulator.db"), held) == OK && held[0] && held[1]);
	CHECK(2, !reads("data/keys/work.key") && !reads("data/keys/serve.key"));
	CHECK(3, !connects(open_port) && !writes("data/spool/upload"));
	CHECK(4, keeps_writing());
	db_close(held[0]);
	db_close(held[1]);
	return 0;
}

/* A sandbox is not left again: each in a process of its own. What a child answers is the number of the check that failed. */
static void confined(int (*work)(void))
{
	if (!has_landlock())
		skip();
	assert_int_equal(in_child(work), 0);
}

static void test_serving(void **state)
{
	confined(serving);
}

static void test_working(void **state)
{
	confined(working);
}

static void test_simulating(void **state)
{
	confined(simulating);
}

/* A role that runs alone on a database that is not there makes none. */
static void test_missing(void **state)
{
	struct db *held = NULL;
	assert_int_equal(unlink(in_folder(arena, "data/parvis.db")), 0);
	assert_int_not_equal(confine_serving(&cx, &program, &held), OK);
	assert_null(held);
	assert_false(reads("data/parvis.db"));
}

static void assert_ports(const char *url, size_t count, int first, int second)
{
	int ports[8] = {};
	assert_int_equal(database_ports(str_of(url), ports, COUNT(ports)), count);
	assert_int_equal(ports[0], first);
	assert_int_equal(ports[1], second);
}

static void test_ports(void **state)
{
	unsetenv("PGPORT");
	assert_ports("postgres://desk", 1, 5432, 0);
	assert_ports("postgres://me:p%40ss@desk:6000/parvis", 1, 6000, 0);
	assert_ports("postgresql://me@[::1]:6000,second/parvis?sslmode=require", 2, 6000, 5432);
	assert_ports("postgres:///parvis?host=desk&port=6001", 2, 6001, 5432);
	assert_ports("postgres://desk:0/parvis", 1, 5432, 0);
	assert_ports("postgres://a:1,b:2,c:3,d:4,e:5,f:6,g:7,h:8,i:9/parvis", 8, 1, 2);
	setenv("PGPORT", "7000", 1);
	assert_ports("postgres://desk/parvis", 1, 7000, 0);
	unsetenv("PGPORT");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], IMAGE_BOX_COMMAND) == 0)
		return image_box_serve();
	if (argc > 1 && strcmp(argv[1], CANVAS_BOX_COMMAND) == 0)
		return canvas_box_serve();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_serving, setup, teardown), cmocka_unit_test_setup_teardown(test_working, setup, teardown),
		cmocka_unit_test_setup_teardown(test_simulating, setup, teardown), cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ports, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
