/* Statements: prepared once and kept, found by the address of their text, run, and their rows read. */
#include "base/utf8.h"
#include "sys/db_driver.h"

#include <string.h>

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

void db_forget_statements(struct db *db)
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
	TRY(db_still_whole(cx, db));
	TRY(db_reach(cx, db));
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
	return error == OK ? OK : db_broke(db, error);
}

enum err db_run_values(struct cx *cx, struct db *db, i64 *ret_changed, const char *sql, const struct db_value *values, size_t count)
{
	struct row *row;
	bool more = true;
	enum err error = start(cx, db, &row, sql, values, count);
	if (error != OK)
		return db_broke(db, error);
	while (error == OK && more)
		error = db->driver->next(cx, row, &more);
	if (error == OK && ret_changed)
		*ret_changed = db->driver->changed(row);
	row_end(row);
	return error == OK ? OK : db_broke(db, error);
}

enum err row_next(struct cx *cx, struct row *row, bool *ret_more)
{
	must(row->busy);
	bool more = false;
	if (!row->ended) {
		enum err error = db_still_whole(cx, row->db);
		if (error == OK)
			error = db_reach(cx, row->db);
		if (error == OK)
			error = row->db->driver->next(cx, row, &more);
		row->on_row = error == OK && more;
		row->ended = !row->on_row;
		if (error != OK)
			return db_broke(row->db, error);
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
