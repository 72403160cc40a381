#include "sys/db_postgres.h"

#include "base/clock.h"
#include "base/lang.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CONNECT_TIMEOUT "10" /* seconds */
#define STATEMENT_TIMEOUT "120s"

static struct str first_line(const char *message)
{
	struct str rest = str_of(message);
	return str_trim(str_line(&rest));
}

/* ---------- errors ---------- */

static enum err constraint_told(struct cx *cx, struct db *db, const char *state)
{
	if (!strcmp(state, "23505") || !strcmp(state, "23P01")) {
		db->constraint = DB_UNIQUE;
		return fail(cx, ERR_CONFLICT, "There is one like this already; nothing was changed.");
	}
	if (!strcmp(state, "23503") || !strcmp(state, "23001")) {
		db->constraint = DB_FOREIGN_KEY;
		return fail(cx, ERR_CONFLICT,
			    "This belongs to something that is not there, or something still belongs to it; nothing was changed.");
	}
	if (!strcmp(state, "23502")) {
		db->constraint = DB_NOT_NULL;
		return fail(cx, ERR_CONFLICT, "A part that must be there is missing; nothing was changed.");
	}
	db->constraint = DB_CHECK;
	return fail(cx, ERR_CONFLICT, "These values do not go together; nothing was changed.");
}

/* Classes of SQLSTATE, PostgreSQL 15 manual, appendix A; the longer prefix stands first. */
static const struct {
	const char *prefix;
	enum err error;
	const char *story;
} states[] = {
	{"25006", ERR_DENIED, N_("This would change the database, and only reading it is allowed here.")},
	{"22021", ERR_BAD_INPUT, N_("This text holds bytes that are no letters of any script; nothing was kept.")},
	{"54000", ERR_TOO_LARGE, N_("This is larger than the database takes; nothing was changed.")},
	{"53100", ERR_FULL, N_("The disk of the PostgreSQL server is full. What was saved is safe; make room on it, then try again.")},
	{"40", ERR_LATER, N_("The database is busy with another change. Nothing was lost; please try again in a moment.")},
	{"55P03", ERR_LATER, N_("The database is busy with another change. Nothing was lost; please try again in a moment.")},
	{"57014", ERR_LATER, N_("The database took too long over this and was stopped. Nothing was lost; please try again in a moment.")},
	{"53", ERR_LATER, N_("The PostgreSQL server has no room for more work right now. Nothing was lost; please try again in a moment.")},
	{"57P", ERR_LATER, N_("The PostgreSQL server is stopping or starting. What was saved is safe; please try again in a moment.")},
	{"08", ERR_LATER, N_("The connection to PostgreSQL was lost. What was saved is safe; please try again in a moment.")},
};

enum err postgres_told(struct cx *cx, struct db *db, const PGresult *result)
{
	PGconn *link = postgres_of(db)->link;
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (!state)
		state = PQstatus(link) == CONNECTION_OK ? "" : "08006";
	if (!strncmp(state, "23", 2))
		return constraint_told(cx, db, state);
	for (size_t i = 0; i < COUNT(states); i++)
		if (!strncmp(state, states[i].prefix, strlen(states[i].prefix)))
			return fail(cx, states[i].error, "%s", _(states[i].story));
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	return fail(cx, ERR_SYSTEM,
		    "PostgreSQL did not take a step of the program (%.*s). Nothing was changed; check that program and database are of "
		    "the same version, and the rights of the database's user.",
		    STR_ARG(first_line(message ? message : PQerrorMessage(link))));
}

enum err postgres_exec(struct cx *cx, struct db *db, const char *sql)
{
	PGresult *result = PQexec(postgres_of(db)->link, sql);
	ExecStatusType status = PQresultStatus(result);
	enum err error = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK : postgres_told(cx, db, result);
	PQclear(result);
	return error;
}

/* ---------- the connection ---------- */

static void say_nothing(void *subject, const PGresult *notice)
{
}

static enum err not_reached(struct cx *cx, PGconn *link)
{
	struct str reason = first_line(PQerrorMessage(link));
	if (PQconnectionNeedsPassword(link) || PQconnectionUsedPassword(link))
		return fail(cx, ERR_SYSTEM, "PostgreSQL did not let Parvis in (%.*s). Check the name and the password in the database's address.",
			    STR_ARG(reason));
	if (str_find(reason, S("does not exist")) >= 0)
		return fail(cx, ERR_MISSING,
			    "PostgreSQL answered, but there is nothing by that name (%.*s). Make the user and the database with createuser and "
			    "createdb.",
			    STR_ARG(reason));
	return fail(cx, ERR_LATER, "PostgreSQL is not reached (%.*s). What was saved is safe; Parvis tries again.", STR_ARG(reason));
}

void postgres_set_patience(struct db *db)
{
	char sql[64];
	snprintf(sql, sizeof sql, "SET lock_timeout = %lld", (long long)(db->patience / MILLISECOND ? db->patience / MILLISECOND : 1));
	PQclear(PQexec(postgres_of(db)->link, sql));
}

/* A plan for each statement and not for each run: as on SQLite it depends on the schema and not on what is bound, and is made once. */
static enum err set_up(struct cx *cx, struct db *db)
{
	TRY(postgres_exec(cx, db,
			  "SET client_min_messages = warning; SET default_transaction_isolation = 'read committed'; "
			  "SET synchronous_commit = on; SET statement_timeout = '" STATEMENT_TIMEOUT "'; "
			  "SET idle_in_transaction_session_timeout = '10min'; SET plan_cache_mode = force_generic_plan"));
	postgres_set_patience(db);
	if (db->mode == DB_READ)
		return postgres_exec(cx, db, "SET default_transaction_read_only = on");
	return postgres_exec(cx, db, "PREPARE parvis_lock AS SELECT pg_advisory_xact_lock(7309453711962370412)");
}

static enum err connect_anew(struct cx *cx, struct db *db)
{
	struct postgres *postgres = postgres_of(db);
	/* What stands before the address is a default that the address may change; what stands behind it is ours. */
	static const char *const names[] = {
		"connect_timeout", "application_name", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"dbname", "client_encoding", NULL,
	};
	const char *const values[] = {CONNECT_TIMEOUT, "parvis", "30", "10", "3", "60000", postgres->url, "UTF8", NULL};
	PQfinish(postgres->link);
	postgres->link = PQconnectdbParams(names, values, 1);
	if (PQstatus(postgres->link) != CONNECTION_OK)
		return not_reached(cx, postgres->link);
	PQsetNoticeReceiver(postgres->link, say_nothing, NULL);
	postgres->number++;
	enum err error = set_up(cx, db);
	if (error == OK && postgres->listening)
		error = postgres_exec(cx, db, "LISTEN parvis");
	if (error != OK) {
		PQfinish(postgres->link); /* half set up is not set up: the next call starts over */
		postgres->link = NULL;
	}
	return error;
}

enum err postgres_open(struct cx *cx, struct db *db, const char *address, enum db_mode mode)
{
	struct postgres *postgres = db->engine = arena_new_of(db->arena, struct postgres);
	postgres->url = address;
	return connect_anew(cx, db);
}

/* A server that went away while we were silent has said so and closed the connection: that shows without asking it. */
static bool gone(PGconn *link)
{
	if (PQstatus(link) != CONNECTION_OK)
		return true;
	struct pollfd socket = {.fd = PQsocket(link), .events = POLLIN};
	while (poll(&socket, 1, 0) > 0) /* its last words first, then the end */
		if (!PQconsumeInput(link) || PQstatus(link) != CONNECTION_OK)
			return true;
	return false;
}

enum err postgres_ready(struct cx *cx, struct db *db)
{
	if (!db->depth && gone(postgres_of(db)->link))
		return connect_anew(cx, db);
	return OK;
}

/* ---------- scripts ---------- */

/* The line of the character that the server points at. */
static int line_of(struct str text, const char *position)
{
	i64 at;
	if (!position || !str_to_i64(str_of(position), &at))
		return 0;
	int line = 1;
	for (size_t i = 0; i < text.len && at > 1; i++) {
		line += text.at[i] == '\n';
		at -= (text.at[i] & 0xC0) != 0x80; /* counted in letters, not bytes */
	}
	return line;
}

enum err postgres_script(struct cx *cx, struct db *db, struct str text)
{
	TRY(postgres_exec(cx, db, "SET LOCAL statement_timeout = 0")); /* an index over years of messages takes its time */
	PGresult *result = PQexec(postgres_of(db)->link, text.at);
	ExecStatusType status = PQresultStatus(result);
	enum err error = OK;
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
		int line = line_of(text, PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION));
		const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
		if (state && !strncmp(state, "42", 2) && line) /* a word the server does not know: ours to mend */
			error = fail(cx, ERR_SYSTEM, "Line %d of a database script was refused: %s.", line,
				     PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
		else
			error = postgres_told(cx, db, result);
	}
	PQclear(result);
	return error == OK ? postgres_exec(cx, db, "SET LOCAL statement_timeout = '" STATEMENT_TIMEOUT "'") : error;
}

/* ---------- live updates ---------- */

enum err postgres_notify(struct cx *cx, struct db *db)
{
	TRY(postgres_ready(cx, db));
	return postgres_exec(cx, db, "NOTIFY parvis");
}

static bool take_notifications(PGconn *link)
{
	bool any = false;
	for (PGnotify *notification; (notification = PQnotifies(link)); PQfreemem(notification))
		any = true;
	return any;
}

static enum err not_listening(struct cx *cx, i64 timeout)
{
	i64 time = timeout < SECOND / 2 ? timeout : SECOND / 2; /* so that who asks again and again does not spin */
	struct timespec span = {0, time * 1000};
	nanosleep(&span, NULL);
	return cx->err;
}

enum err postgres_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed)
{
	struct postgres *postgres = postgres_of(db);
	u64 before = postgres->number;
	if (postgres_ready(cx, db) != OK)
		return not_listening(cx, timeout);
	if (!postgres->listening) {
		TRY(postgres_exec(cx, db, "LISTEN parvis"));
		postgres->listening = true;
		before = 0;
	}
	i64 until = time_monotonic() + timeout;
	bool changed = before != postgres->number; /* a new connection: who knows what it missed */
	while (!changed) {
		if (!PQconsumeInput(postgres->link)) /* gone while waiting: the next call connects again */
			return fail(cx, ERR_LATER, "The connection to PostgreSQL was lost. What was saved is safe; please try again in a moment.");
		if ((changed = take_notifications(postgres->link)))
			break;
		i64 left = until - time_monotonic();
		struct pollfd socket = {.fd = PQsocket(postgres->link), .events = POLLIN};
		if (left <= 0 || poll(&socket, 1, (int)((left + MILLISECOND - 1) / MILLISECOND)) < 0)
			break;
	}
	if (changed)
		(void)take_notifications(postgres->link);
	*ret_changed = changed;
	return OK;
}

/* ---------- copies and integrity ---------- */

enum err postgres_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject)
{
	return fail(cx, ERR_UNSUPPORTED,
		    "A PostgreSQL database is copied by its own tools: pg_dump --format=custom --file=%s, with the address of the database.",
		    path);
}

/* Reads every row of a table: the server verifies pages and their checksums on the way. */
static enum err read_whole(struct cx *cx, struct db *db, struct str table)
{
	PGconn *link = postgres_of(db)->link;
	char *name = PQescapeIdentifier(link, table.at, table.len);
	must(name);
	struct str sql = arena_printf(cx->arena, "SELECT COUNT(*) FROM (SELECT t::text FROM %s t OFFSET 0) x", name);
	PQfreemem(name);
	PGresult *result = PQexec(link, sql.at);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	enum err error = OK;
	if (state && (!strncmp(state, "XX", 2) || !strncmp(state, "58", 2))) /* damage, or a disk that fails */
		error = fail(cx, ERR_SYSTEM,
			     "The table %.*s cannot be read whole (%s). Keep a copy of the server's files, and restore the last backup.",
			     STR_ARG(table), PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	else if (PQresultStatus(result) != PGRES_TUPLES_OK)
		error = postgres_told(cx, db, result);
	PQclear(result);
	return error;
}

enum err postgres_check(struct cx *cx, struct db *db)
{
	struct str *tables;
	size_t count;
	TRY(db_tables(cx, db, &tables, &count));
	TRY(postgres_exec(cx, db, "SET statement_timeout = 0"));
	enum err error = OK;
	for (size_t i = 0; i < count && error == OK; i++)
		error = read_whole(cx, db, tables[i]);
	if (PQstatus(postgres_of(db)->link) == CONNECTION_OK)
		PQclear(PQexec(postgres_of(db)->link, "SET statement_timeout = '" STATEMENT_TIMEOUT "'"));
	return error;
}
