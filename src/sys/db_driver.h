/* db_driver.h: what db.c asks of an engine: one constant row of functions, db_sqlite.c and db_postgres.c. db.c keeps what is
 * common (nesting, the doom of a transaction, the kept statements, the test switches) and calls a driver only with calls
 * that make sense: begin when no transaction is open, next when the statement has not ended.
 *
 * A driver tells the story of what it returns. Memory of a handle is in db->arena; what the engine allocates is released by
 * `close` and `forget`. For sys/db*.c only. */
#pragma once
#include "base/buf.h"
#include "sys/db.h"

struct row {
	struct db *db;
	struct row *next;    /* in its bucket, or of the spare ones */
	struct buf text;     /* a copy of the statement, NUL-terminated */
	const char *address; /* of the text it was last asked with */
	u64 hash;
	u64 used;            /* tick of the last use */
	bool busy;           /* between start and end */
	bool on_row, ended;
	void *statement;     /* the driver's; NULL: not prepared */
};

struct db_driver {
	enum db_kind kind;
	enum err (*open)(struct cx *cx, struct db *db, const char *address, enum db_mode mode);
	void (*close)(struct db *db); /* every statement was forgotten before */
	void (*patience)(struct db *db); /* db->patience changed */
	enum err (*begin)(struct cx *cx, struct db *db);
	enum err (*commit)(struct cx *cx, struct db *db); /* failed: rolled back */
	void (*rollback)(struct db *db);

	enum err (*prepare)(struct cx *cx, struct row *row, const struct db_value *values, size_t count); /* row->text */
	void (*forget)(struct row *row); /* undo prepare */
	/* Can the prepared statement take values of these types? NULL: always. */
	bool (*fits)(const struct row *row, const struct db_value *values, size_t count);
	enum err (*start)(struct cx *cx, struct row *row, const struct db_value *values, size_t count);
	enum err (*next)(struct cx *cx, struct row *row, bool *ret_more);
	i64 (*changed)(const struct row *row); /* once next said that there is no more */
	void (*end)(struct row *row);          /* undo start */

	int (*columns)(const struct row *row);
	const char *(*name)(const struct row *row, int column);
	int (*type)(const struct row *row, int column);
	i64 (*number)(const struct row *row, int column);
	double (*real)(const struct row *row, int column);
	struct str (*text)(const struct row *row, int column);
	struct str (*blob)(const struct row *row, int column);

	enum err (*prepare_only)(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count);
	enum err (*script)(struct cx *cx, struct db *db, struct str text); /* in the engine's own dialect */
	enum err (*notify)(struct cx *cx, struct db *db);
	enum err (*watch)(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed);
	void (*trim)(struct db *db); /* NULL: it keeps nothing */
	enum err (*copy_to)(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject);
	enum err (*check)(struct cx *cx, struct db *db);
};

extern const struct db_driver db_sqlite, db_postgres;

#define DB_BUCKETS 256
#define DB_STATEMENTS_MOST 512 /* kept prepared; past it the one longest unused goes */

struct db {
	struct arena *arena; /* owns the handle itself */
	const struct db_driver *driver;
	enum db_mode mode;
	void *engine; /* the driver's */
	bool closing; /* the engine will forget the statements by itself */

	i64 patience; /* microseconds to wait for a lock */
	int depth;         /* of transactions */
	bool doomed;       /* something inside failed: the outermost commit will roll back */
	struct buf after;  /* struct after[]: what to call once it is committed */
	enum db_constraint constraint;

	struct row *by_address[DB_BUCKETS]; /* a guess, checked by the text */
	struct row *by_text[DB_BUCKETS];
	struct row *spare;
	size_t statements;
	u64 tick;

	i64 calls, fail_at;
	enum err fail_with;
};

/* The length of the literal, quoted name or comment that `s` starts with; 0 when it starts with none. s.len > 0. */
size_t db_untouched(struct str s);
/* The script in the dialect of one engine: foreign sections blanked (line numbers stay), types renamed. */
void db_dialect(struct buf *out, struct str script, enum db_kind kind);

/* db.c for db_statement.c. Before each call that reaches the engine: counted, and failed where a test wants it. */
enum err db_reach(struct cx *cx, struct db *db);
/* After a failure: a transaction that is open is doomed. Returns the error. */
enum err db_broke(struct db *db, enum err error);
enum err db_still_whole(struct cx *cx, const struct db *db); /* ERR_CONFLICT when it is doomed */
/* And back: all that do not run just now. */
void db_forget_statements(struct db *db);
