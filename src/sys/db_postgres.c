#include "sys/db_postgres.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

static void close_engine(struct db *db)
{
	struct postgres *postgres = postgres_of(db);
	if (!postgres)
		return;
	for (struct prepared *p = postgres->spare; p; p = p->next) {
		buf_free(&p->sql);
		arena_free(p->decoded);
	}
	PQfinish(postgres->link);
}

/* ---------- transactions ---------- */

/* Writers go one after the other, as on SQLite: what a transaction read holds until it commits, without SELECT … FOR UPDATE
 * (no word of SQLite's) and without a transaction ever failing half-way and having to be run again. */
static enum err begin(struct cx *cx, struct db *db)
{
	TRY(postgres_ready(cx, db));
	enum err error = postgres_exec(cx, db,
				       db->mode == DB_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1" /* the snapshot is of the first */
							   : "BEGIN; EXECUTE parvis_lock");
	if (error != OK)
		PQclear(PQexec(postgres_of(db)->link, "ROLLBACK"));
	return error;
}

static void rollback(struct db *db)
{
	PGconn *link = postgres_of(db)->link;
	if (PQtransactionStatus(link) != PQTRANS_IDLE)
		PQclear(PQexec(link, "ROLLBACK"));
}

static enum err commit(struct cx *cx, struct db *db)
{
	PGresult *result = PQexec(postgres_of(db)->link, "COMMIT");
	enum err error = OK;
	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		if (strcmp(PQcmdStatus(result), "COMMIT") != 0) /* COMMIT of a broken transaction answers ROLLBACK */
			error = fail(cx, ERR_CONFLICT, "A step of this change failed, so none of it was kept; please try again.");
	} else if (PQstatus(postgres_of(db)->link) != CONNECTION_OK) {
		error = fail(cx, ERR_LATER,
			     "The connection to PostgreSQL was lost while it saved; it may have been saved or not. Please look before doing "
			     "it again.");
	} else {
		error = postgres_told(cx, db, result);
	}
	PQclear(result);
	if (error != OK)
		rollback(db);
	return error;
}

/* ---------- statements ---------- */

/* ?1 to $1, outside of literals, quoted names and comments. */
static void add_translated(struct buf *out, struct str sql)
{
	while (sql.len) {
		size_t step = db_untouched(sql);
		if (!step && sql.at[0] == '?') {
			buf_addc(out, '$');
			sql = str_skip(sql, 1);
			continue;
		}
		step = step ? step : 1;
		buf_add(out, str_head(sql, step));
		sql = str_skip(sql, step);
	}
}

static bool takes_the_lock(struct str sql)
{
	static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "WITH"};
	struct str rest = str_trim(sql);
	size_t len = 0;
	while (str_starts(rest, S("/*"))) { /* the words at the start that db.h knows */
		ptrdiff_t end = str_find(rest, S("*/"));
		if (end < 0)
			break;
		rest = str_trim(str_skip(rest, (size_t)end + 2));
	}
	while (len < rest.len && rest.at[len] > ' ')
		len++;
	return str_in(str_head(rest, len), words, COUNT(words));
}

static Oid type_of(const struct db_value *value)
{
	static const Oid types[] = {[DB_I64] = OID_INT8, [DB_DOUBLE] = OID_FLOAT8, [DB_TEXT] = OID_TEXT, [DB_BLOB] = OID_BYTEA};
	/* db_id(0) and db_text_or_null() know what they would have been; a bare NULL is for the server to guess. */
	return value->type != DB_NULL ? types[value->type] : value->i == DB_I64 || value->i == DB_TEXT ? types[value->i] : 0;
}

static bool fits(const struct row *row, const struct db_value *values, size_t count)
{
	const struct prepared *prepared = row->statement;
	if ((size_t)prepared->count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct db_value *value = &values[i + 1];
		Oid type = prepared->types[i];
		bool text = type == OID_VARCHAR || type == OID_BPCHAR;
		if (value->type != DB_NULL && type != type_of(value) && !(text && value->type == DB_TEXT))
			return false;
	}
	return true;
}

static enum err describe(struct cx *cx, struct db *db, struct prepared *prepared)
{
	PGconn *link = postgres_of(db)->link;
	PGresult *result = PQprepare(link, prepared->name, prepared->sql.at, prepared->count, prepared->types);
	bool fine = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (fine) {
		PQclear(result);
		result = PQdescribePrepared(link, prepared->name);
		fine = PQresultStatus(result) == PGRES_COMMAND_OK;
	}
	enum err error = fine ? OK : postgres_told(cx, db, result);
	if (fine) {
		must(PQnparams(result) == prepared->count);
		for (int i = 0; i < prepared->count; i++)
			prepared->types[i] = PQparamtype(result, i);
		prepared->link = postgres_of(db)->number;
	}
	PQclear(result);
	return error;
}

static enum err prepare(struct cx *cx, struct row *row, const struct db_value *values, size_t count)
{
	struct db *db = row->db;
	struct postgres *postgres = postgres_of(db);
	must(count <= POSTGRES_PARAMETERS_MOST);
	TRY(postgres_ready(cx, db));
	struct prepared *prepared = postgres->spare;
	if (prepared)
		postgres->spare = prepared->next;
	else
		prepared = arena_new_of(db->arena, struct prepared);
	buf_clear(&prepared->sql);
	add_translated(&prepared->sql, buf_str(&row->text));
	(void)buf_cstr(&prepared->sql);
	prepared->writes = takes_the_lock(buf_str(&row->text));
	prepared->count = (int)count;
	for (size_t i = 0; i < count; i++)
		prepared->types[i] = type_of(&values[i + 1]);
	snprintf(prepared->name, sizeof prepared->name, "p%llu", (unsigned long long)++postgres->names);
	enum err error = describe(cx, db, prepared);
	if (error != OK) {
		prepared->next = postgres->spare;
		postgres->spare = prepared;
		return error;
	}
	row->statement = prepared;
	return OK;
}

static void forget(struct row *row)
{
	struct postgres *postgres = postgres_of(row->db);
	struct prepared *prepared = row->statement;
	PGTransactionStatusType status = PQtransactionStatus(postgres->link);
	if (!row->db->closing && prepared->link == postgres->number && (status == PQTRANS_IDLE || status == PQTRANS_INTRANS)) {
		char sql[48];
		snprintf(sql, sizeof sql, "DEALLOCATE %s", prepared->name);
		PQclear(PQexec(postgres->link, sql));
	}
	prepared->next = postgres->spare;
	postgres->spare = prepared;
	row->statement = NULL;
}

/* ---------- running ---------- */

struct arguments {
	const char *at[POSTGRES_PARAMETERS_MOST];
	int len[POSTGRES_PARAMETERS_MOST];
	int binary[POSTGRES_PARAMETERS_MOST];
	u64 words[POSTGRES_PARAMETERS_MOST]; /* numbers in network order */
};

/* Everything goes over as bytes with a length: no quoting, no formatting, no NUL to end it. */
static void fill(struct arguments *arguments, const struct db_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct db_value *value = &values[i + 1];
		arguments->binary[i] = 1;
		arguments->len[i] = 8;
		arguments->at[i] = (const char *)&arguments->words[i];
		switch (value->type) {
		case DB_I64:
			arguments->words[i] = htobe64((u64)value->i);
			break;
		case DB_DOUBLE:
			memcpy(&arguments->words[i], &value->d, 8);
			arguments->words[i] = htobe64(arguments->words[i]);
			break;
		case DB_TEXT:
		case DB_BLOB:
			must(value->s.len <= INT32_MAX);
			arguments->at[i] = value->s.at ? value->s.at : "";
			arguments->len[i] = (int)value->s.len;
			break;
		case DB_NULL:
			arguments->at[i] = NULL;
			break;
		}
	}
}

/* Outside of a transaction a statement that writes takes the writers' lock too. In one trip: what is sent before a
 * synchronisation point is one transaction. */
static PGresult *run_locked(PGconn *link, const struct prepared *prepared, const struct arguments *arguments)
{
	PGresult *answer = NULL;
	if (!PQenterPipelineMode(link))
		return NULL;
	bool sent = PQsendQueryPrepared(link, "parvis_lock", 0, NULL, NULL, NULL, 0) &&
		    PQsendQueryPrepared(link, prepared->name, prepared->count, arguments->at, arguments->len, arguments->binary, 0) &&
		    PQpipelineSync(link);
	for (int nulls = 0; sent && nulls < 3;) { /* lock, NULL, statement, NULL, sync; an error may come instead of any */
		PGresult *result = PQgetResult(link);
		ExecStatusType status = PQresultStatus(result);
		if (!result) {
			nulls++;
			if (PQstatus(link) != CONNECTION_OK)
				break;
			continue;
		}
		if (status == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			break;
		}
		bool failed = answer && PQresultStatus(answer) == PGRES_FATAL_ERROR;
		if (failed || status == PGRES_PIPELINE_ABORTED) {
			PQclear(result);
			continue;
		}
		PQclear(answer);
		answer = result;
	}
	(void)PQexitPipelineMode(link);
	return answer;
}

static PGresult *run(struct db *db, const struct prepared *prepared, const struct arguments *arguments)
{
	PGconn *link = postgres_of(db)->link;
	if (prepared->writes && !db->depth && db->mode != DB_READ)
		return run_locked(link, prepared, arguments);
	return PQexecPrepared(link, prepared->name, prepared->count, arguments->at, arguments->len, arguments->binary, 0);
}

static enum err start(struct cx *cx, struct row *row, const struct db_value *values, size_t count)
{
	struct db *db = row->db;
	struct prepared *prepared = row->statement;
	struct arguments arguments;
	TRY(postgres_ready(cx, db));
	if (prepared->link != postgres_of(db)->number)
		TRY(describe(cx, db, prepared));
	fill(&arguments, values, count);
	PGresult *result = run(db, prepared, &arguments);
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		enum err error = postgres_told(cx, db, result);
		PQclear(result);
		return error;
	}
	prepared->result = result;
	prepared->at = -1;
	return OK;
}

static enum err next(struct cx *cx, struct row *row, bool *ret_more)
{
	struct prepared *prepared = row->statement;
	if (prepared->decoded)
		arena_reset(prepared->decoded);
	*ret_more = ++prepared->at < PQntuples(prepared->result);
	return OK;
}

static void end(struct row *row)
{
	struct prepared *prepared = row->statement;
	PQclear(prepared->result);
	prepared->result = NULL;
	if (prepared->decoded)
		arena_reset(prepared->decoded);
}

static i64 changed(const struct row *row)
{
	const struct prepared *prepared = row->statement;
	i64 count = 0;
	if (prepared->writes)
		(void)str_to_i64(str_of(PQcmdTuples(prepared->result)), &count);
	return count;
}

/* ---------- columns: results come as text, which every type of the server has ---------- */

static const PGresult *result_of(const struct row *row)
{
	return ((const struct prepared *)row->statement)->result;
}

static int columns(const struct row *row)
{
	return PQnfields(result_of(row));
}

static const char *name(const struct row *row, int column)
{
	return PQfname(result_of(row), column);
}

static struct str raw(const struct row *row, int column)
{
	const struct prepared *prepared = row->statement;
	if (PQgetisnull(prepared->result, prepared->at, column))
		return (struct str){};
	return (struct str){PQgetvalue(prepared->result, prepared->at, column),
			    (size_t)PQgetlength(prepared->result, prepared->at, column)};
}

static int type(const struct row *row, int column)
{
	struct str s = raw(row, column);
	i64 whole;
	if (!s.at)
		return DB_NULL;
	switch (PQftype(result_of(row), column)) {
	case OID_BOOL:
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_OID:
		return DB_I64;
	case OID_FLOAT4:
	case OID_FLOAT8:
		return DB_DOUBLE;
	case OID_NUMERIC: /* SUM of integers is whole, AVG has digits behind the point */
		return str_to_i64(s, &whole) ? DB_I64 : DB_DOUBLE;
	case OID_BYTEA:
		return DB_BLOB;
	default:
		return DB_TEXT;
	}
}

static double real(const struct row *row, int column)
{
	struct str s = raw(row, column);
	double value = 0;
	if (PQftype(result_of(row), column) == OID_BOOL)
		return str_eq(s, S("t"));
	(void)str_to_double(s, &value);
	return value;
}

static i64 number(const struct row *row, int column)
{
	struct str s = raw(row, column);
	i64 value;
	if (PQftype(result_of(row), column) == OID_BOOL)
		return str_eq(s, S("t"));
	if (str_to_i64(s, &value))
		return value;
	double inexact = real(row, column);
	return inexact >= 0x1p63 ? INT64_MAX : inexact < -0x1p63 ? INT64_MIN : (i64)inexact;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static struct str decoded(const struct row *row, struct str hex)
{
	struct prepared *prepared = row->statement;
	must(str_starts(hex, S("\\x")) && hex.len % 2 == 0);
	if (!prepared->decoded)
		prepared->decoded = arena_new();
	size_t len = hex.len / 2 - 1;
	char *at = arena_alloc(prepared->decoded, len + 1);
	for (size_t i = 0; i < len; i++)
		at[i] = (char)(digit(hex.at[2 + 2 * i]) << 4 | digit(hex.at[3 + 2 * i]));
	return (struct str){at, len};
}

static struct str text(const struct row *row, int column)
{
	struct str s = raw(row, column);
	Oid oid = PQftype(result_of(row), column);
	if (s.at && oid == OID_BYTEA)
		return decoded(row, s);
	if (s.at && oid == OID_BOOL)
		return str_eq(s, S("t")) ? S("1") : S("0");
	return s;
}

static enum err prepare_only(struct cx *cx, struct db *db, const char *sql, const struct db_value *values, size_t count)
{
	TRY(postgres_ready(cx, db));
	CLEANUP(buf_free) struct buf translated = {};
	add_translated(&translated, str_of(sql));
	Oid types[POSTGRES_PARAMETERS_MOST];
	must(count <= POSTGRES_PARAMETERS_MOST);
	for (size_t i = 0; i < count; i++)
		types[i] = type_of(&values[i + 1]);
	PGconn *link = postgres_of(db)->link;
	PGresult *result = PQprepare(link, "", buf_cstr(&translated), (int)count, types);
	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		PQclear(result);
		result = PQdescribePrepared(link, "");
	}
	enum err error = OK;
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		error = postgres_told(cx, db, result);
	else if ((size_t)PQnparams(result) != count)
		error = fail(cx, ERR_SYSTEM, "A statement with %d parameters was given %d values.", PQnparams(result), (int)count);
	PQclear(result);
	return error;
}

const struct db_driver db_postgres = {
	.kind = DB_POSTGRES,
	.open = postgres_open,
	.close = close_engine,
	.patience = postgres_set_patience,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.prepare = prepare,
	.forget = forget,
	.fits = fits,
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
	.blob = text,
	.prepare_only = prepare_only,
	.script = postgres_script,
	.notify = postgres_notify,
	.watch = postgres_watch,
	.copy_to = postgres_copy_to,
	.check = postgres_check,
};
