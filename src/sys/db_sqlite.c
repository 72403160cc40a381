#include "sys/db_sqlite.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>

static enum err constraint_told(struct cx *cx, struct db *db, int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		db->constraint = DB_UNIQUE;
		return fail(cx, ERR_CONFLICT, "There is one like this already; nothing was changed.");
	case SQLITE_CONSTRAINT_FOREIGNKEY:
	case SQLITE_CONSTRAINT_TRIGGER: /* ON DELETE RESTRICT */
		db->constraint = DB_FOREIGN_KEY;
		return fail(cx, ERR_CONFLICT, "This belongs to something that is not there, or something still belongs to it; "
			    "nothing was changed.");
	case SQLITE_CONSTRAINT_NOTNULL:
		db->constraint = DB_NOT_NULL;
		return fail(cx, ERR_CONFLICT, "A part that must be there is missing; nothing was changed.");
	default:
		db->constraint = DB_CHECK;
		return fail(cx, ERR_CONFLICT, "These values do not go together; nothing was changed.");
	}
}

enum err sqlite_told(struct cx *cx, struct db *db, int code)
{
	struct sqlite *sqlite = sqlite_of(db);
	const char *path = sqlite->path, *reason = sqlite->handle ? sqlite3_errmsg(sqlite->handle) : sqlite3_errstr(code);
	int cause = sqlite->handle ? sqlite3_system_errno(sqlite->handle) : 0;
	switch (code & 0xFF) {
	case SQLITE_CONSTRAINT:
		return constraint_told(cx, db, code);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
	case SQLITE_INTERRUPT:
		return fail(cx, ERR_LATER, "The database is busy with another change. Nothing was lost; please try again in a "
			    "moment.");
	case SQLITE_FULL:
		return fail(cx, ERR_FULL, "The disk that holds %s is full. What was saved is safe; make room on it, then try "
			    "again.", path);
	case SQLITE_READONLY:
		if (db->mode == DB_READ && code == SQLITE_READONLY)
			return fail(cx, ERR_DENIED, "This would change the database, and only reading it is allowed here.");
		return fail(cx, ERR_SYSTEM, "The database file %s cannot be written. Give the user that runs Parvis the right "
			    "to write it and its folder.", path);
	case SQLITE_CORRUPT:
		return fail(cx, ERR_SYSTEM, "The database file %s is damaged (%s). Stop Parvis, keep a copy of the file as it "
			    "is, and restore the last backup.", path, reason);
	case SQLITE_NOTADB:
		return fail(cx, ERR_SYSTEM, "The file %s is not a Parvis database; it was left as it is. Name another file, or "
			    "restore a backup in its place.", path);
	case SQLITE_CANTOPEN:
		return fail(cx, ERR_SYSTEM, "The database file %s cannot be opened (%s). Check that its folder exists and that "
			    "the user that runs Parvis may write there.", path,
			    cause ? strerror(cause) : reason);
	case SQLITE_IOERR:
		if (cause == ENOSPC || cause == EDQUOT)
			return fail(cx, ERR_FULL, "The disk that holds %s is full. What was saved is safe; make room on it, "
				    "then try again.", path);
		return fail(cx, ERR_SYSTEM, "The disk that holds %s does not read or write as it should (%s). Check the disk, "
			    "and that the latest backup is safe.", path,
			    cause ? strerror(cause) : reason);
	case SQLITE_TOOBIG:
		return fail(cx, ERR_TOO_LARGE, "This is larger than the database takes; nothing was changed.");
	default:
		return fail(cx, ERR_SYSTEM, "The database %s did not take a step of the program (%s). Nothing was changed; "
			    "check that program and database are of the same version.", path,
			    reason);
	}
}

enum err sqlite_exec(struct cx *cx, struct db *db, const char *sql)
{
	int code = sqlite3_exec(sqlite_of(db)->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? OK : sqlite_told(cx, db, code);
}

static void close_engine(struct db *db)
{
	struct sqlite *sqlite = sqlite_of(db);
	if (!sqlite)
		return;
	sqlite3_finalize(sqlite->version);
	for (size_t i = 0; i < ACT_COUNT; i++)
		sqlite3_finalize(sqlite->acts[i]);
	sqlite3_close_v2(sqlite->handle);
}

/* The result code. */
static int act(struct db *db, enum sqlite_act which)
{
	static const char *const texts[ACT_COUNT] = {
		[ACT_READ] = "BEGIN", [ACT_SNAPSHOT] = "SELECT 1 FROM sqlite_schema LIMIT 1", [ACT_WRITE] = "BEGIN IMMEDIATE",
		[ACT_COMMIT] = "COMMIT", [ACT_ROLLBACK] = "ROLLBACK",
	};
	struct sqlite *sqlite = sqlite_of(db);
	sqlite3_stmt **statement = &sqlite->acts[which];
	if (!*statement) {
		int code = sqlite3_prepare_v3(sqlite->handle, texts[which], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
		if (code != SQLITE_OK)
			return code;
	}
	while (sqlite3_step(*statement) == SQLITE_ROW)
		;
	return sqlite3_reset(*statement);
}

static enum err begin(struct cx *cx, struct db *db)
{
	int code = act(db, db->mode == DB_READ ? ACT_READ : ACT_WRITE);
	if (code == SQLITE_OK && db->mode == DB_READ) {
		code = act(db, ACT_SNAPSHOT); /* it is of the first read */
		if (code != SQLITE_OK) {
			enum err error = sqlite_told(cx, db, code);
			(void)act(db, ACT_ROLLBACK);
			return error;
		}
	}
	return code == SQLITE_OK ? OK : sqlite_told(cx, db, code);
}

/* A full disk or a failing one may have rolled back already; then ROLLBACK would complain. */
static void rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(sqlite_of(db)->handle))
		(void)act(db, ACT_ROLLBACK);
}

static enum err commit(struct cx *cx, struct db *db)
{
	int code = act(db, ACT_COMMIT);
	if (code == SQLITE_OK)
		return OK;
	enum err error = sqlite_told(cx, db, code);
	rollback(db);
	return error;
}

static enum err prepare(struct cx *cx, struct row *row, const struct db_value *values, size_t count)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v3(sqlite_of(row->db)->handle, row->text.at, (int)row->text.len + 1, SQLITE_PREPARE_PERSISTENT,
				      &statement, NULL);
	if (code != SQLITE_OK)
		return sqlite_told(cx, row->db, code);
	must(statement);
	row->statement = statement;
	return OK;
}

static void forget(struct row *row)
{
	sqlite3_finalize(row->statement);
	row->statement = NULL;
}

static void end(struct row *row)
{
	sqlite3_reset(row->statement);
	sqlite3_clear_bindings(row->statement); /* they point into what the caller is about to let go */
}

static int bind(sqlite3_stmt *statement, int index, const struct db_value *value)
{
	const char *at = value->s.at && value->type >= DB_TEXT ? value->s.at : ""; /* a NULL pointer would bind NULL */
	switch (value->type) {
	case DB_I64:
		return sqlite3_bind_int64(statement, index, value->i);
	case DB_DOUBLE:
		return sqlite3_bind_double(statement, index, value->d);
	case DB_TEXT:
		return sqlite3_bind_text64(statement, index, at, value->s.len, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(statement, index, at, value->s.len, SQLITE_STATIC);
	case DB_NULL:
		break;
	}
	return SQLITE_OK; /* unbound is NULL */
}

static enum err start(struct cx *cx, struct row *row, const struct db_value *values, size_t count)
{
	must((size_t)sqlite3_bind_parameter_count(row->statement) == count);
	for (size_t i = 1; i <= count; i++) {
		int code = bind(row->statement, (int)i, &values[i]);
		if (code != SQLITE_OK) {
			enum err error = sqlite_told(cx, row->db, code);
			end(row);
			return error;
		}
	}
	return OK;
}

static enum err next(struct cx *cx, struct row *row, bool *ret_more)
{
	int code = sqlite3_step(row->statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return sqlite_told(cx, row->db, code);
	*ret_more = code == SQLITE_ROW;
	return OK;
}

static i64 changed(const struct row *row)
{
	return sqlite3_stmt_readonly(row->statement) ? 0 : sqlite3_changes64(sqlite_of(row->db)->handle);
}

static int columns(const struct row *row)
{
	return sqlite3_column_count(row->statement);
}

static const char *name(const struct row *row, int column)
{
	return sqlite3_column_name(row->statement, column);
}

static int type(const struct row *row, int column)
{
	static const int types[] = {
		[SQLITE_INTEGER] = DB_I64, [SQLITE_FLOAT] = DB_DOUBLE, [SQLITE_TEXT] = DB_TEXT, [SQLITE_BLOB] = DB_BLOB, [SQLITE_NULL] = DB_NULL,
	};
	return types[sqlite3_column_type(row->statement, column)];
}

static i64 number(const struct row *row, int column)
{
	return sqlite3_column_int64(row->statement, column);
}

static double real(const struct row *row, int column)
{
	return sqlite3_column_double(row->statement, column);
}

static struct str text(const struct row *row, int column)
{
	const char *at = (const char *)sqlite3_column_text(row->statement, column);
	return (struct str){at, at ? (size_t)sqlite3_column_bytes(row->statement, column) : 0};
}

static struct str blob(const struct row *row, int column)
{
	if (sqlite3_column_type(row->statement, column) == SQLITE_NULL)
		return (struct str){};
	const char *at = sqlite3_column_blob(row->statement, column);
	return (struct str){at ? at : "", (size_t)sqlite3_column_bytes(row->statement, column)};
}

static enum err prepare_only(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		return sqlite_told(cx, db, code);
	int wanted = sqlite3_bind_parameter_count(statement);
	sqlite3_finalize(statement);
	if ((size_t)wanted != count)
		return fail(cx, ERR_SYSTEM, "A statement with %d parameters was given %d values.", wanted, (int)count);
	return OK;
}

static int line_of(struct str text, const char *at)
{
	int line = 1;
	for (const char *c = text.at; c < at; c++)
		line += *c == '\n';
	return line;
}

/* Where the statement itself starts, behind white space and comments. */
static const char *first_word(const char *at, const char *end)
{
	for (;;) {
		while (at < end && strchr(" \t\r\n", *at))
			at++;
		if (end - at < 2 || at[0] != '-' || at[1] != '-')
			return at;
		const char *line = memchr(at, '\n', (size_t)(end - at));
		at = line ? line : end;
	}
}

static enum err script(struct cx *cx, struct db *db, struct str text)
{
	sqlite3 *handle = sqlite_of(db)->handle;
	const char *at = text.at, *end_of_text = text.at + text.len;
	while (at < end_of_text) {
		const char *rest;
		at = first_word(at, end_of_text);
		sqlite3_stmt *statement;
		int code = sqlite3_prepare_v2(handle, at, (int)(end_of_text - at), &statement, &rest);
		int offset = sqlite3_error_offset(handle);
		if (code == SQLITE_OK && statement)
			while ((code = sqlite3_step(statement)) == SQLITE_ROW)
				;
		if (code != SQLITE_OK && code != SQLITE_DONE) {
			int kind = code & 0xFF;
			enum err error = kind == SQLITE_ERROR ? fail(cx, ERR_SYSTEM, "Line %d of a database script was refused: %s.",
								     line_of(text, at + (offset > 0 ? offset : 0)), sqlite3_errmsg(handle))
							      : sqlite_told(cx, db, code);
			sqlite3_finalize(statement);
			return error;
		}
		sqlite3_finalize(statement);
		at = rest;
	}
	return OK;
}

/* Watchers see each commit by itself. */
static enum err notify(struct cx *cx, struct db *db)
{
	return OK;
}

static void patience(struct db *db)
{
	sqlite3_busy_timeout(sqlite_of(db)->handle, (int)(db->patience / MILLISECOND));
}

const struct db_driver db_sqlite = {
	.kind = DB_SQLITE,
	.open = sqlite_open,
	.close = close_engine,
	.patience = patience,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.prepare = prepare,
	.forget = forget,
	.start = start,
	.next = next,
	.changed = changed,
	.end = end,
	.columns = columns,
	.name = name,
	.type = type,
	.number = number,
	.real = real,
	.text = text,
	.blob = blob,
	.prepare_only = prepare_only,
	.script = script,
	.notify = notify,
	.watch = sqlite_watch,
	.trim = sqlite_trim,
	.copy_to = sqlite_copy_to,
	.check = sqlite_check,
};
