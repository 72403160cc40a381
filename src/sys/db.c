#include "sys/db.h"

#include "base/clock.h"
#include "sys/db_driver.h"

#include <string.h>

struct after {
	void (*function)(void *);
	void *subject;
};

enum err db_open(struct cx *cx, const char *url, enum db_mode mode, struct db **ret_db)
{
	struct str address = str_of(url);
	const struct db_driver *driver = &db_sqlite;
	if (str_starts(address, S("postgres://")) || str_starts(address, S("postgresql://")))
		driver = &db_postgres;
	else if (str_starts(address, S("sqlite:")))
		address = str_skip(address, strlen("sqlite:"));
	if (!address.len)
		return fail(cx, ERR_BAD_INPUT, "No database is named; give a file, or an address that starts with postgres://.");
	struct arena *arena = arena_new();
	struct db *db = arena_new_of(arena, struct db);
	*db = (struct db){.arena = arena, .driver = driver, .mode = mode, .patience = 10 * SECOND};
	enum err error = driver->open(cx, db, arena_cstr(arena, address), mode);
	if (error != OK) {
		driver->close(db);
		arena_free(arena);
		return error;
	}
	*ret_db = db;
	return OK;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < DB_BUCKETS; i++)
		for (struct row *row = db->by_text[i]; row; row = row->next)
			row_end(row);
	while (db->depth)
		db_rollback(db);
	db->closing = true;
	db_forget_statements(db);
	db->driver->close(db);
	for (struct row *row = db->spare; row; row = row->next)
		buf_free(&row->text);
	buf_free(&db->after);
	arena_free(db->arena);
}

void db_closep(struct db **db)
{
	db_close(*db);
	*db = NULL;
}

enum db_kind db_kind(const struct db *db)
{
	return db->driver->kind;
}

bool db_read_only(const struct db *db)
{
	return db->mode == DB_READ;
}

enum db_constraint db_constraint(const struct db *db)
{
	return db->constraint;
}

void db_set_patience(struct db *db, i64 time)
{
	db->patience = time;
	db->driver->patience(db);
}

void db_fail_at(struct db *db, i64 n, enum err error)
{
	db->calls = 0;
	db->fail_at = n;
	db->fail_with = error;
}

i64 db_calls(const struct db *db)
{
	return db->calls;
}

/* Before each call that reaches the engine. */
enum err db_reach(struct cx *cx, struct db *db)
{
	db->constraint = DB_NO_CONSTRAINT;
	if (++db->calls == db->fail_at)
		return fail(cx, db->fail_with, "The database was told to fail here, by a test.");
	return OK;
}

/* After a failure inside a transaction PostgreSQL refuses all that follows; both engines do so here, so that what passes
 * on the one passes on the other. */
enum err db_broke(struct db *db, enum err error)
{
	db->doomed = db->depth > 0;
	return error;
}

enum err db_still_whole(struct cx *cx, const struct db *db)
{
	if (db->doomed)
		return fail(cx, ERR_CONFLICT, "A step of this change failed, so none of it was kept; please try again.");
	return OK;
}

enum err db_begin(struct cx *cx, struct db *db)
{
	TRY(db_still_whole(cx, db));
	if (!db->depth) {
		TRY(db_reach(cx, db));
		TRY(db->driver->begin(cx, db));
	}
	db->depth++;
	return OK;
}

bool db_in_transaction(const struct db *db)
{
	return db->depth > 0;
}

void db_rollback(struct db *db)
{
	if (!db->depth)
		return;
	if (--db->depth) {
		db->doomed = true;
		return;
	}
	db->driver->rollback(db);
	db->doomed = false;
	buf_clear(&db->after);
}

enum err db_commit(struct cx *cx, struct db *db)
{
	must(db->depth > 0);
	enum err error = db_still_whole(cx, db);
	if (db->depth > 1) {
		db->depth--;
		return error;
	}
	if (error == OK)
		error = db_reach(cx, db);
	if (error != OK) {
		db_rollback(db);
		return error;
	}
	error = db->driver->commit(cx, db);
	db->depth = 0;
	/* The calls may begin transactions of their own, so the list is theirs from here. */
	CLEANUP(buf_free) struct buf after = db->after;
	db->after = (struct buf){};
	for (size_t at = 0; error == OK && at < after.len; at += sizeof(struct after)) {
		struct after call;
		memcpy(&call, after.at + at, sizeof call);
		call.function(call.subject);
	}
	return error;
}

void db_after_commit(struct db *db, void (*function)(void *), void *subject)
{
	if (!db->depth) {
		function(subject);
		return;
	}
	struct after call = {function, subject};
	for (size_t at = 0; at < db->after.len; at += sizeof call) {
		struct after known;
		memcpy(&known, db->after.at + at, sizeof known);
		if (known.function == function && known.subject == subject)
			return;
	}
	buf_add_bytes(&db->after, &call, sizeof call);
}

struct db_value db_id(i64 id)
{
	return (struct db_value){.type = id ? DB_I64 : DB_NULL, .i = id ? id : DB_I64};
}

struct db_value db_text_or_null(struct str s)
{
	return s.len ? db_text(s) : (struct db_value){.type = DB_NULL, .i = DB_TEXT};
}

enum err db_prepare_values(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	return db->driver->prepare_only(cx, db, sql, values, count);
}

static enum err run_script(struct cx *cx, struct db *db, struct str script)
{
	CLEANUP(buf_free) struct buf text = {};
	db_dialect(&text, script, db_kind(db));
	db_forget_statements(db); /* they may mean something else afterwards */
	enum err error = db->driver->script(cx, db, (struct str){buf_cstr(&text), text.len});
	return error == OK ? OK : db_broke(db, error);
}

enum err db_script(struct cx *cx, struct db *db, struct str script)
{
	TRY(db_begin(cx, db));
	enum err error = run_script(cx, db, script);
	if (error == OK)
		return db_commit(cx, db);
	db_rollback(db);
	return error;
}

static enum err ask_tables(struct cx *cx, struct db *db, struct row **ret_row)
{
	if (db_kind(db) == DB_SQLITE)
		return db_query(cx, db, ret_row,
				"SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
				"AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name");
	return db_query(cx, db, ret_row,
			"SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE \"C\"");
}

enum err db_tables(struct cx *cx, struct db *db, struct str **ret_names, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str *names = NULL;
	size_t count = 0, capacity = 0;
	bool more;
	TRY(ask_tables(cx, db, &row));
	for (;;) {
		TRY(row_next(cx, row, &more));
		if (!more)
			break;
		*arena_push(cx->arena, names, count, capacity) = row_str(row, 0, cx->arena);
	}
	*ret_names = names;
	*ret_count = count;
	return OK;
}

enum err db_notify(struct cx *cx, struct db *db)
{
	TRY(db_still_whole(cx, db));
	enum err error = db->driver->notify(cx, db);
	return error == OK ? OK : db_broke(db, error);
}

enum err db_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed)
{
	must(!db->depth);
	return db->driver->watch(cx, db, timeout, ret_changed);
}

void db_trim(struct db *db)
{
	must(!db->depth);
	if (db->driver->trim)
		db->driver->trim(db);
}

enum err db_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64 done, i64 all), void *subject)
{
	must(!db->depth);
	return db->driver->copy_to(cx, db, path, progress, subject);
}

enum err db_check(struct cx *cx, struct db *db)
{
	return db->driver->check(cx, db);
}
