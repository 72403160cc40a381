/* db_sqlite.h: what the two halves of the SQLite driver share: db_sqlite.c runs statements, db_sqlite_file.c opens, watches,
 * copies and checks the file. For these two files only. */
#pragma once
#include "sys/db_driver.h"

#include <sqlite3.h>

/* The steps of a transaction, which every request takes. */
enum sqlite_act { ACT_READ, ACT_SNAPSHOT, ACT_WRITE, ACT_COMMIT, ACT_ROLLBACK, ACT_COUNT };

struct sqlite {
	sqlite3 *handle;
	const char *path;
	sqlite3_stmt *version; /* PRAGMA data_version; prepared by the first watch */
	i64 seen;              /* the version the last watch saw */
	sqlite3_stmt *acts[ACT_COUNT]; /* prepared when first taken */
};

static inline struct sqlite *sqlite_of(const struct db *db)
{
	return db->engine;
}

/* The story of a result code of `handle`. */
enum err sqlite_told(struct cx *cx, struct db *db, int code);
enum err sqlite_exec(struct cx *cx, struct db *db, const char *sql);
/* greatest() and least(), which PostgreSQL has. */
int sqlite_add_functions(sqlite3 *handle);

enum err sqlite_open(struct cx *cx, struct db *db, const char *address, enum db_mode mode);
enum err sqlite_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed);
void sqlite_trim(struct db *db);
enum err sqlite_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject);
enum err sqlite_check(struct cx *cx, struct db *db);
