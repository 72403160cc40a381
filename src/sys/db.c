#include "sys/db.h"

#include "base/clock.h"
#include "base/utf8.h"
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

static void forget_statements(struct db *db)
{
	memset(db->by_address, 0, sizeof db->by_address);
	for (size_t i = 0; i < DB_BUCKETS; i++) {
		struct row **link = &db->by_text[i];
		for (struct row *row; (row = *link);) {
			if (row->busy) {
				link = &row->next;
				continue;
			}
			*link = row->next;
			db->driver->forget(row);
			row->next = db->spare;
			db->spare = row;
			db->statements--;
		}
	}
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
	forget_statements(db);
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
static enum err reach(struct cx *cx, struct db *db)
{
	db->constraint = DB_NO_CONSTRAINT;
	if (++db->calls == db->fail_at)
		return fail(cx, db->fail_with, "The database was told to fail here, by a test.");
	return OK;
}

/* After a failure inside a transaction PostgreSQL refuses all that follows; both engines do so here, so that what passes
 * on the one passes on the other. */
static enum err broke(struct db *db, enum err error)
{
	db->doomed = db->depth > 0;
	return error;
}

static enum err still_whole(struct cx *cx, const struct db *db)
{
	if (db->doomed)
		return fail(cx, ERR_CONFLICT, "A step of this change failed, so none of it was kept; please try again.");
	return OK;
}

enum err db_begin(struct cx *cx, struct db *db)
{
	TRY(still_whole(cx, db));
	if (!db->depth) {
		TRY(reach(cx, db));
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
	enum err error = still_whole(cx, db);
	if (db->depth > 1) {
		db->depth--;
		return error;
	}
	if (error == OK)
		error = reach(cx, db);
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

/* ---------- kept statements ---------- */

static struct row **address_slot(struct db *db, const char *sql)
{
	uintptr_t address = (uintptr_t)sql;
	return &db->by_address[(address ^ address >> 8 ^ address >> 16) % DB_BUCKETS];
}

/* Different texts never stand at one address at the same time, but may one after the other (a library unloaded, a text
 * built in memory that is gone): so the text is compared whatever the address says. */
static bool serves(const struct row *row, const char *sql, const struct db_value *values, size_t count)
{
	const struct db_driver *driver = row->db->driver;
	return !row->busy && !strcmp(row->text.at, sql) && (!driver->fits || driver->fits(row, values, count));
}

static void unlink_row(struct db *db, struct row *row)
{
	struct row **link = &db->by_text[row->hash % DB_BUCKETS];
	while (*link != row)
		link = &(*link)->next;
	*link = row->next;
	db->statements--;
}

static void forget_oldest(struct db *db)
{
	struct row *oldest = NULL;
	for (size_t i = 0; i < DB_BUCKETS; i++)
		for (struct row *row = db->by_text[i]; row; row = row->next)
			if (!row->busy && (!oldest || row->used < oldest->used))
				oldest = row;
	if (!oldest)
		return;
	unlink_row(db, oldest);
	db->driver->forget(oldest);
	oldest->address = NULL;
	oldest->next = db->spare;
	db->spare = oldest;
}

static enum err add_row(struct cx *cx, struct db *db, const char *sql, u64 hash, const struct db_value *values, size_t count,
			struct row **ret_row)
{
	if (db->statements >= DB_STATEMENTS_MOST)
		forget_oldest(db);
	struct row *row = db->spare;
	if (row)
		db->spare = row->next;
	else
		row = arena_new_of(db->arena, struct row);
	struct buf text = row->text;
	buf_clear(&text);
	buf_adds(&text, sql);
	must(buf_ok(&text) && *buf_cstr(&text));
	*row = (struct row){.db = db, .text = text, .hash = hash};
	enum err error = db->driver->prepare(cx, row, values, count);
	struct row **list = error == OK ? &db->by_text[hash % DB_BUCKETS] : &db->spare;
	row->next = *list;
	*list = row;
	if (error != OK)
		return error;
	db->statements++;
	*ret_row = row;
	return OK;
}

static enum err statement(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count,
			  struct row **ret_row)
{
	struct row **slot = address_slot(db, sql), *row = *slot;
	if (!row || row->address != sql || !serves(row, sql, values, count)) {
		u64 hash = str_hash(str_of(sql));
		row = db->by_text[hash % DB_BUCKETS];
		while (row && (row->hash != hash || !serves(row, sql, values, count)))
			row = row->next;
		if (!row)
			TRY(add_row(cx, db, sql, hash, values, count, &row));
		row->address = sql;
		*slot = row;
	}
	row->used = ++db->tick;
	*ret_row = row;
	return OK;
}

/* PostgreSQL takes neither NUL nor broken UTF-8; SQLite would keep it and hand it on. */
static enum err texts_are_clean(struct cx *cx, const struct db_value *values, size_t count)
{
	for (size_t i = 1; i <= count; i++)
		if (values[i].type == DB_TEXT && values[i].s.len &&
		    (memchr(values[i].s.at, '\0', values[i].s.len) || !utf8_valid(values[i].s)))
			return fail(cx, ERR_BAD_INPUT, "This text holds bytes that are no letters of any script; nothing was "
				    "kept.");
	return OK;
}

static enum err start(struct cx *cx, struct db *db, struct row **ret_row, const char *sql, const struct db_value *values,
		      size_t count)
{
	struct row *row;
	TRY(still_whole(cx, db));
	TRY(reach(cx, db));
	TRY(texts_are_clean(cx, values, count));
	TRY(statement(cx, db, sql, values, count, &row));
	TRY(db->driver->start(cx, row, values, count));
	row->busy = true;
	row->on_row = row->ended = false;
	*ret_row = row;
	return OK;
}

enum err db_query_values(struct cx *cx, struct db *db, struct row **ret_row, const char *sql, const struct db_value *values,
			 size_t count)
{
	enum err error = start(cx, db, ret_row, sql, values, count);
	return error == OK ? OK : broke(db, error);
}

enum err db_run_values(struct cx *cx, struct db *db, i64 *ret_changed, const char *sql, const struct db_value *values, size_t count)
{
	struct row *row;
	bool more = true;
	enum err error = start(cx, db, &row, sql, values, count);
	if (error != OK)
		return broke(db, error);
	while (error == OK && more)
		error = db->driver->next(cx, row, &more);
	if (error == OK && ret_changed)
		*ret_changed = db->driver->changed(row);
	row_end(row);
	return error == OK ? OK : broke(db, error);
}

enum err row_next(struct cx *cx, struct row *row, bool *ret_more)
{
	must(row->busy);
	bool more = false;
	if (!row->ended) {
		enum err error = still_whole(cx, row->db);
		if (error == OK)
			error = reach(cx, row->db);
		if (error == OK)
			error = row->db->driver->next(cx, row, &more);
		row->on_row = error == OK && more;
		row->ended = !row->on_row;
		if (error != OK)
			return broke(row->db, error);
	}
	*ret_more = more;
	return OK;
}

void row_end(struct row *row)
{
	if (!row || !row->busy)
		return;
	row->db->driver->end(row);
	row->busy = row->on_row = false;
}

void row_endp(struct row **row)
{
	row_end(*row);
	*row = NULL;
}

enum err db_one_values(struct cx *cx, struct db *db, struct row **ret_row, const char *sql, const struct db_value *values,
		       size_t count)
{
	struct row *row;
	bool more = false;
	TRY(db_query_values(cx, db, &row, sql, values, count));
	enum err error = row_next(cx, row, &more);
	if (error == OK && !more) {
		cx_forget(cx);
		error = cx->err = ERR_MISSING;
	}
	if (error != OK) {
		row_end(row);
		return error;
	}
	*ret_row = row;
	return OK;
}

enum err db_number_values(struct cx *cx, struct db *db, i64 missing, i64 *ret_number, const char *sql, const struct db_value *values,
			  size_t count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool more;
	TRY(db_query_values(cx, db, &row, sql, values, count));
	TRY(row_next(cx, row, &more));
	*ret_number = more ? row_i64(row, 0) : missing;
	return OK;
}

/* ---------- columns ---------- */

int row_columns(const struct row *row)
{
	return row->db->driver->columns(row);
}

static const struct db_driver *column_of(const struct row *row, int column)
{
	must(row->on_row && column >= 0 && column < row_columns(row));
	return row->db->driver;
}

const char *row_name(const struct row *row, int column)
{
	must(row->busy && column >= 0 && column < row_columns(row));
	return row->db->driver->name(row, column);
}

int row_type(const struct row *row, int column)
{
	return column_of(row, column)->type(row, column);
}

bool row_null(const struct row *row, int column)
{
	return row_type(row, column) == DB_NULL;
}

i64 row_i64(const struct row *row, int column)
{
	return column_of(row, column)->number(row, column);
}

double row_double(const struct row *row, int column)
{
	return column_of(row, column)->real(row, column);
}

struct str row_text(const struct row *row, int column)
{
	return column_of(row, column)->text(row, column);
}

struct str row_blob(const struct row *row, int column)
{
	return column_of(row, column)->blob(row, column);
}

struct str row_str(const struct row *row, int column, struct arena *arena)
{
	struct str s = row_text(row, column);
	return s.at ? arena_str(arena, s) : s;
}

/* ---------- the rest ---------- */

enum err db_prepare_values(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	return db->driver->prepare_only(cx, db, sql, values, count);
}

static enum err run_script(struct cx *cx, struct db *db, struct str script)
{
	CLEANUP(buf_free) struct buf text = {};
	db_dialect(&text, script, db_kind(db));
	forget_statements(db); /* they may mean something else afterwards */
	enum err error = db->driver->script(cx, db, (struct str){buf_cstr(&text), text.len});
	return error == OK ? OK : broke(db, error);
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
	TRY(still_whole(cx, db));
	enum err error = db->driver->notify(cx, db);
	return error == OK ? OK : broke(db, error);
}

enum err db_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed)
{
	must(!db->depth);
	return db->driver->watch(cx, db, timeout, ret_changed);
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
