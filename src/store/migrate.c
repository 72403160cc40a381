#include "store/migrate.h"

#include <string.h>

static bool has_table(const struct str *tables, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(tables[i], name))
			return true;
	return false;
}

static enum err newer(struct cx *cx, i64 number, i64 known)
{
	return fail(cx, ERR_CONFLICT,
		    "This database was made by a newer Parvis (migration %lld); this program knows %lld. Nothing was changed; use the "
		    "newer program.",
		    (long long)number, (long long)known);
}

static enum err read_applied(struct cx *cx, struct db *db, const struct migration *list, size_t count, struct migrate_status *status)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	TRY(db_query(cx, db, &row, "SELECT number, hash, at FROM migration ORDER BY number DESC"));
	for (;;) {
		TRY(row_next(cx, row, &more));
		if (!more)
			return OK;
		i64 number = row_i64(row, 0);
		if (number < 1 || number > status->known)
			return newer(cx, number, status->known);
		const struct migration *ours = &list[number - 1];
		must((size_t)number <= count && ours->number == number);
		if (!str_eq(row_text(row, 1), str_of(ours->hash)))
			return fail(cx, ERR_CONFLICT,
				    "Migration %lld (%s) of this database differs from the one in this program. Nothing was changed; use "
				    "the program that made the database, or restore a backup made with this one.",
				    (long long)number, ours->name);
		if (!status->applied) {
			status->applied = number;
			status->at = row_i64(row, 2);
		}
	}
}

enum err migrate_status_of(struct cx *cx, struct db *db, const struct migration *list, size_t count,
			   struct migrate_status *ret_status)
{
	struct migrate_status status = {.known = (i64)count};
	struct str *tables;
	size_t table_count;
	TRY(db_tables(cx, db, &tables, &table_count));
	if (has_table(tables, table_count, S("migration")))
		TRY(read_applied(cx, db, list, count, &status));
	else if (table_count)
		return fail(cx, ERR_CONFLICT,
			    "This database holds tables that are not of Parvis (%.*s). Nothing was changed; name an empty database.",
			    STR_ARG(tables[0]));
	*ret_status = status;
	return OK;
}

enum err migrate_status(struct cx *cx, struct db *db, struct migrate_status *ret_status)
{
	return migrate_status_of(cx, db, migrations, migration_count, ret_status);
}

static enum err apply(struct cx *cx, struct db *db, const struct migration *migration)
{
	if (migration->number == 1)
		TRY(db_script(cx, db, S("CREATE TABLE migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, "
					"at BIGINT NOT NULL);")));
	TRY(db_script(cx, db, migration->text));
	return db_run(cx, db, NULL, "INSERT INTO migration (number, name, hash, at) VALUES (?1, ?2, ?3, ?4)", db_i64(migration->number),
		      db_text(str_of(migration->name)), db_text(str_of(migration->hash)), db_i64(cx->now));
}

/* One migration, or none when all are there. Where the database stands is read under its lock: another program may have
 * been faster. */
static enum err step(struct cx *cx, struct db *db, const struct migration *list, size_t count, bool *ret_stepped)
{
	struct migrate_status status;
	TRY(db_begin(cx, db));
	enum err error = migrate_status_of(cx, db, list, count, &status);
	bool stepped = error == OK && status.applied < status.known;
	if (stepped)
		error = apply(cx, db, &list[status.applied]);
	if (error != OK) {
		db_rollback(db);
		return error;
	}
	TRY(db_commit(cx, db));
	*ret_stepped = stepped;
	return OK;
}

enum err migrate_up_to(struct cx *cx, struct db *db, const struct migration *list, size_t count, i64 *ret_count)
{
	i64 applied = 0;
	for (bool stepped = true; stepped; applied += stepped)
		TRY(step(cx, db, list, count, &stepped));
	if (ret_count)
		*ret_count = applied;
	return OK;
}

enum err migrate_up(struct cx *cx, struct db *db, i64 *ret_count)
{
	return migrate_up_to(cx, db, migrations, migration_count, ret_count);
}

enum err migrate_check(struct cx *cx, struct db *db)
{
	struct migrate_status status;
	TRY(migrate_status(cx, db, &status));
	if (status.applied < status.known)
		return fail(cx, ERR_CONFLICT, "This database is of an older Parvis (migration %lld of %lld). Run parvis migrate first.",
			    (long long)status.applied, (long long)status.known);
	return OK;
}
