/* migrate.h: brings a database to the shape that this program knows, forward only. The migrations are the files
 * src/store/migrations/NNN-name.sql, in the program itself; the table `migration` of a database says which it had, with a
 * hash of each, so that a program never works on a shape it does not know. Each migration is one transaction under the
 * database's write lock: two programs cannot migrate at once, and one that fails leaves the database as it was before it.
 *
 * A migration that has shipped is never edited. Memory: the task's arena. */
#pragma once
#include "sys/db.h"

struct migration {
	i64 number; /* 1, 2, 3 … */
	const char *name;
	const char *hash; /* SHA-256 of the text, hexadecimal */
	struct str text;
};
extern const struct migration migrations[]; /* made by tools/migrations */
extern const size_t migration_count;

struct migrate_status {
	i64 applied; /* number of the last one that the database had; 0: it is empty */
	i64 known;   /* number of the last one of the program */
	i64 at;      /* when the last one was applied */
};

/* Where the database stands. ERR_CONFLICT, with the story of what to do: it is of a newer program, it had another
 * migration than the one we know by the same number, or it is full of tables that are not ours. Works on any handle. */
enum err migrate_status(struct cx *cx, struct db *db, struct migrate_status *ret_status);

/* Apply what is missing. ret_count (may be NULL) is how many that was. Fails as migrate_status() does, changing nothing then. */
enum err migrate_up(struct cx *cx, struct db *db, i64 *ret_count);

/* Is the database exactly of this program's shape? What each role asks before it works: ERR_CONFLICT when migrate_up() is
 * still to be done, or migrate_status() fails. */
enum err migrate_check(struct cx *cx, struct db *db);

/* The same for another list: tests, and a database as an older program would have made it. */
enum err migrate_status_of(struct cx *cx, struct db *db, const struct migration *list, size_t count,
			   struct migrate_status *ret_status);
enum err migrate_up_to(struct cx *cx, struct db *db, const struct migration *list, size_t count, i64 *ret_count);
