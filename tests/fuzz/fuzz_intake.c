/* Lines of an export that comes back, into a database that is rolled back behind them: the line "== NAME" begins the file of that name.
 * Whatever they hold, nothing but a clear refusal comes of it, and a refused workspace leaves no row. */
#include "base/utf8.h"
#include "flow/export.h"
#include "store/migrate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static char folder[] = "/dev/shm/parvis-fuzz-XXXXXX";
static struct db *db;

static void remove_folder(void)
{
	static const char *const names[] = {"parvis.db", "parvis.db-wal", "parvis.db-shm"};
	db_close(db);
	for (size_t i = 0; i < COUNT(names); i++) {
		CLEANUP(buf_free) struct buf path = {};
		buf_addf(&path, "%s/%s", folder, names[i]);
		unlink(buf_cstr(&path));
	}
	rmdir(folder);
}

static void start(void)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	if (!mkdtemp(folder)) {
		memcpy(folder, "/tmp/parvis-fuzz-XXXXXX\0", 24);
		must(mkdtemp(folder));
	}
	must(db_open(&cx, arena_printf(arena, "sqlite:%s/parvis.db", folder).at, DB_CREATE, &db) == OK && migrate_up(&cx, db, NULL) == OK);
	must(atexit(remove_folder) == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!db)
		start();
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct intake *intake;
	enum err e = db_begin(&cx, db);
	must(e == OK && intake_start(&cx, db, arena, &intake) == OK);
	bool reading = false;
	for (struct str rest = {(const char *)data, size}; rest.len && e == OK;) {
		struct str line = str_line(&rest);
		if (str_starts(line, S("== ")))
			reading = intake_file(intake, str_skip(line, 3));
		else if (reading)
			e = intake_line(&cx, db, intake, line);
	}
	i64 workspace;
	if (e == OK)
		e = intake_end(&cx, db, intake, NULL, &workspace);
	must(e == OK || (cx.story[0] && utf8_valid(str_of(cx.story))));
	db_rollback(db);
	return 0;
}
