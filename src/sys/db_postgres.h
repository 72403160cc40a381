/* db_postgres.h: what the two halves of the PostgreSQL driver share: db_postgres.c runs statements, db_postgres_link.c keeps
 * the connection, tells errors, watches and checks. For these two files only. */
#pragma once
#include "sys/db_driver.h"

#include <libpq-fe.h>

#define POSTGRES_PARAMETERS_MOST 128

/* Types by their fixed numbers (pg_type.dat). */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_OID = 26, OID_FLOAT4 = 700,
       OID_FLOAT8 = 701, OID_BPCHAR = 1042, OID_VARCHAR = 1043, OID_NUMERIC = 1700 };

struct prepared {
	struct prepared *next; /* of the spare ones */
	char name[24];
	u64 link;              /* number of the connection that knows it */
	struct buf sql;        /* with $1 for ?1 */
	bool writes;
	int count;
	Oid types[POSTGRES_PARAMETERS_MOST]; /* as the server resolved them */
	PGresult *result;
	int at;                /* the row; -1 before the first */
	struct arena *decoded; /* blobs of the row; made when first needed */
};

struct postgres {
	PGconn *link;
	const char *url;
	u64 number;            /* of the connection: 1, 2 … */
	u64 names;
	bool listening;
	struct prepared *spare;
};

static inline struct postgres *postgres_of(const struct db *db)
{
	return db->engine;
}

enum err postgres_open(struct cx *cx, struct db *db, const char *address, enum db_mode mode);
/* A connection that works: outside of a transaction a lost one is made anew. */
enum err postgres_ready(struct cx *cx, struct db *db);
/* The story of a result that failed; takes NULL (no memory, no connection). */
enum err postgres_told(struct cx *cx, struct db *db, const PGresult *result);
/* Run one or several statements without parameters. */
enum err postgres_exec(struct cx *cx, struct db *db, const char *sql);
void postgres_set_patience(struct db *db);

enum err postgres_script(struct cx *cx, struct db *db, struct str text);
enum err postgres_notify(struct cx *cx, struct db *db);
enum err postgres_watch(struct cx *cx, struct db *db, i64 timeout, bool *ret_changed);
enum err postgres_copy_to(struct cx *cx, struct db *db, const char *path, void (*progress)(void *, i64, i64), void *subject);
enum err postgres_check(struct cx *cx, struct db *db);
