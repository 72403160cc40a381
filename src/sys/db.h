/* db.h: the one wall between Parvis and its database. Two drivers, SQLite and PostgreSQL, one dialect: the common subset of
 * both, parameters written ?1 ?2 …, values always bound, statement texts plain literals written in the call (so that
 * tools/statements finds each and a test prepares it on both engines; never made from input). Statements are prepared
 * once per handle and kept. A column list may be a macro, a text a `static const char NAME[]` of the same file or a choice
 * between literals.
 *
 * A `struct db` belongs to one thread at a time, and to the process that opened it (open after fork()). A read-only handle
 * cannot write: the engine refuses it. Every function that fails tells its story in cx; ERR_CONFLICT is a broken UNIQUE,
 * CHECK or REFERENCES (db_constraint() tells which kind), ERR_LATER a lock or connection that may come back, ERR_FULL a full
 * disk, ERR_DENIED a write through a read-only handle, ERR_BAD_INPUT a text with a NUL or broken UTF-8, ERR_SYSTEM anything
 * else.
 *
 * Types: i64, double, text (UTF-8, no NUL), blob, null. Booleans are i64 0/1; instants i64 microseconds; JSON is text.
 *
 * The dialect: names unquoted or in double quotes, texts in single ones; LIKE tells letters' case apart; ON CONFLICT … DO,
 * RETURNING, row values, CTEs, window functions, greatest() and least() are in both; a parameter has the type it is bound
 * with (i64 is BIGINT: write CAST(?2 AS INTEGER) where PostgreSQL wants a smaller one, as in substr()); where nothing else
 * tells the type of a parameter that may be NULL, CAST it. COUNT, SUM, AVG and comparisons read as i64 or double.
 * Each engine sorts texts its own way: what people see sorted by name is sorted in the program. */
// Words at the start of a text, for the test and the reader: "/* sqlite */ SELECT …" and "/* postgres */ SELECT …" are for
// that engine alone; "/* all workspaces */ SELECT …" is meant for the rows of every workspace (what is due, what is old) and
// so need not name workspace_id, as every other text on a table that has it must.
#pragma once
#include "base/cx.h"

struct db;
struct row; /* a running statement, positioned on a row once row_next() said that there is one */

enum db_kind { DB_SQLITE, DB_POSTGRES };
enum db_mode {
	DB_READ,   /* read-only, refused by the engine otherwise; the database must exist (else ERR_MISSING) */
	DB_WRITE,  /* reads and writes; the database must exist */
	DB_CREATE, /* as DB_WRITE, and made when missing */
};

/* `url` is "sqlite:PATH", a plain path, or "postgres://…" / "postgresql://…". SQLite opens with WAL, foreign keys on,
 * synchronous FULL (an accepted message survives a power cut), 8 KiB pages, a busy time-out of 10 s. */
enum err db_open(struct cx *cx, const char *url, enum db_mode mode, struct db **ret_db);
void db_close(struct db *db); /* NULL is allowed; rolls back what is open */
void db_closep(struct db **db);
enum db_kind db_kind(const struct db *db);
bool db_read_only(const struct db *db);
/* How long to wait for a lock before ERR_LATER: 10 s unless told. */
void db_set_patience(struct db *db, i64 time);

/* Transactions. db_begin() takes the write lock at once on a writing handle (BEGIN IMMEDIATE; on PostgreSQL an advisory
 * lock of the database), so that transactions that write run one after the other on both engines and nothing inside fails on
 * a lock later; on a reading one it fixes a snapshot. db_commit() of the outermost level makes it durable. They nest by
 * counting: an inner db_rollback() dooms the outer one, whose db_commit() then rolls back and fails with ERR_CONFLICT.
 * So does any statement inside that failed (that is how PostgreSQL works; here both do): what may collide is written with
 * ON CONFLICT or asked first. db_commit() ends its level whether it succeeds or fails; db_rollback() outside does nothing.
 * ERR_LATER from db_commit() on PostgreSQL: the connection went, and whether it was kept is not known.
 * Write with rows open only inside a transaction (SQLite: ERR_LATER when another committed meanwhile). */
enum err db_begin(struct cx *cx, struct db *db);
enum err db_commit(struct cx *cx, struct db *db);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* Call `function(subject)` once the outermost commit succeeded (forgotten on rollback): telling others, waking a role. The
 * same pair counts once. Outside of a transaction it is called at once. */
void db_after_commit(struct db *db, void (*function)(void *), void *subject);

/* A value to bind. Text and blobs are borrowed until the statement ends. */
struct db_value {
	enum { DB_NULL, DB_I64, DB_DOUBLE, DB_TEXT, DB_BLOB } type;
	union {
		i64 i;
		double d;
		struct str s;
	};
};
#define db_i64(value) ((struct db_value){.type = DB_I64, .i = (value)})
#define db_bool(value) ((struct db_value){.type = DB_I64, .i = (value) ? 1 : 0})
#define db_double(value) ((struct db_value){.type = DB_DOUBLE, .d = (value)})
#define db_text(value) ((struct db_value){.type = DB_TEXT, .s = (value)})
#define db_blob(value) ((struct db_value){.type = DB_BLOB, .s = (value)})
#define db_null() ((struct db_value){.type = DB_NULL})
struct db_value db_id(i64 id);                 /* 0 binds NULL: "no such reference" */
struct db_value db_text_or_null(struct str s); /* empty text binds NULL */

/* Run a statement that gives no rows; ret_changed (may be NULL) is the number of rows it touched.
 *   TRY(db_run(cx, db, NULL, "UPDATE label SET name = ?2 WHERE id = ?1", db_i64(id), db_text(name))); */
#define db_run(cx, db, ret_changed, sql, ...)                                                                                  \
	db_run_values((cx), (db), (ret_changed), (sql), (const struct db_value[]){db_null(), ##__VA_ARGS__},                    \
		      COUNT(((const struct db_value[]){db_null(), ##__VA_ARGS__})) - 1)
/* `values` points before the first: values[1] is ?1. */
enum err db_run_values(struct cx *cx, struct db *db, i64 *ret_changed, const char *sql, const struct db_value *values, size_t count);

/* Start a query. The row must be given back with row_end() (CLEANUP(row_endp) struct row *row); the same text may run twice
 * at once. PostgreSQL hands over the whole result, so page by key (id > ?1 … LIMIT) through what may be large. Then:
 *   bool more;
 *   while (TRY(row_next(cx, row, &more)), more) … row_i64(row, 0) … */
#define db_query(cx, db, ret_row, sql, ...)                                                                                    \
	db_query_values((cx), (db), (ret_row), (sql), (const struct db_value[]){db_null(), ##__VA_ARGS__},                      \
			COUNT(((const struct db_value[]){db_null(), ##__VA_ARGS__})) - 1)
enum err db_query_values(struct cx *cx, struct db *db, struct row **ret_row, const char *sql, const struct db_value *values,
			 size_t count);
enum err row_next(struct cx *cx, struct row *row, bool *ret_more);
void row_end(struct row *row);
void row_endp(struct row **row);

/* Columns from 0. NULL reads as 0, 0.0 and the empty text with at == NULL. Text is borrowed until row_next()/row_end();
 * row_str() copies it into the arena. */
int row_columns(const struct row *row);
const char *row_name(const struct row *row, int column);
bool row_null(const struct row *row, int column);
i64 row_i64(const struct row *row, int column);
double row_double(const struct row *row, int column);
struct str row_text(const struct row *row, int column);
struct str row_blob(const struct row *row, int column);
struct str row_str(const struct row *row, int column, struct arena *arena);
int row_type(const struct row *row, int column); /* DB_NULL … of the value; ask before row_text() of a number */

/* One row or none: ERR_MISSING without a story of its own when there is none. The row is positioned. */
#define db_one(cx, db, ret_row, sql, ...)                                                                                      \
	db_one_values((cx), (db), (ret_row), (sql), (const struct db_value[]){db_null(), ##__VA_ARGS__},                        \
		      COUNT(((const struct db_value[]){db_null(), ##__VA_ARGS__})) - 1)
enum err db_one_values(struct cx *cx, struct db *db, struct row **ret_row, const char *sql, const struct db_value *values,
		       size_t count);
/* The first column of the only row, as a number; `missing` when there is no row. */
#define db_number(cx, db, missing, ret_number, sql, ...)                                                                       \
	db_number_values((cx), (db), (missing), (ret_number), (sql), (const struct db_value[]){db_null(), ##__VA_ARGS__},       \
			 COUNT(((const struct db_value[]){db_null(), ##__VA_ARGS__})) - 1)
enum err db_number_values(struct cx *cx, struct db *db, i64 missing, i64 *ret_number, const char *sql, const struct db_value *values,
			  size_t count);

enum db_constraint { DB_NO_CONSTRAINT, DB_UNIQUE, DB_FOREIGN_KEY, DB_NOT_NULL, DB_CHECK };
enum db_constraint db_constraint(const struct db *db); /* of the last ERR_CONFLICT */

/* Prepare without running, with values of the types that will be bound (their content does not matter): the test that
 * every statement is valid on both engines. */
#define db_prepare(cx, db, sql, ...)                                                                                           \
	db_prepare_values((cx), (db), (sql), (const struct db_value[]){db_null(), ##__VA_ARGS__},                               \
			  COUNT(((const struct db_value[]){db_null(), ##__VA_ARGS__})) - 1)
enum err db_prepare_values(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count);

/* Run a text of several statements separated by ';' (migrations only), all of it or nothing. Between the markers
 * "-- sqlite:" and "-- postgres:" at the start of a line and the next "-- both:" or the end, statements are for that engine
 * alone. Where the common subset has no common word, the text says BIGINT, BLOB, DOUBLE PRECISION, TEXT; SQLite's driver reads
 * "BIGINT PRIMARY KEY" as INTEGER PRIMARY KEY, PostgreSQL's reads BLOB as BYTEA. */
enum err db_script(struct cx *cx, struct db *db, struct str script);

/* The names of the tables, sorted; a full-text index counts as one (and its parts do not). In cx->arena. */
enum err db_tables(struct cx *cx, struct db *db, struct str **ret_names, size_t *ret_count);

/* Live updates. db_notify() inside a transaction that writes tells every watcher of the same database once it is committed;
 * watchers learn that something changed, not what (they read the `change` table). On SQLite by looking at the WAL's version
 * counter (a shared-memory read, no I/O; every commit shows, told or not), on PostgreSQL by LISTEN/NOTIFY. db_watch() waits
 * up to `timeout` microseconds, less when a signal comes; true when something was committed since the last call. The first
 * call is true at once, so that nothing is missed before it. A handle used for it is used for nothing else meanwhile. */
enum err db_notify(struct cx *cx, struct db *db);
enum err db_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed);

/* Give back the memory that reading much took: pages kept and mapped. What is asked next is read anew. Outside a transaction. */
void db_trim(struct db *db);

/* Online copy of a SQLite database into a file, while others write; `progress` (may be NULL) gets pages done and in all. The
 * copy is of one instant, durable, and never written over a file (ERR_CONFLICT). Any handle outside a transaction will do.
 * PostgreSQL: ERR_UNSUPPORTED (its own tools do that; the command says which). */
enum err db_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64 done, i64 all), void *subject);
/* Integrity of the file (PRAGMA integrity_check and foreign_key_check); PostgreSQL: a read of each table. ERR_SYSTEM with
 * the first finding told. */
enum err db_check(struct cx *cx, struct db *db);

/* Tests: let the n-th call from now on (1 is the next) that reaches the engine fail with `error`; 0 switches it off.
 * Counts db_begin, db_commit, db_run, db_query, row_next. db_calls() is how many there were since the last db_fail_at(). */
void db_fail_at(struct db *db, i64 n, enum err error);
i64 db_calls(const struct db *db);
