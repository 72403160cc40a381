#include "store/login.h"

#include "store/sql.h"

static struct db_value sealed(struct str text)
{
	return text.len ? db_blob(text) : db_null();
}

/* ---- clients ---- */

#define CLIENT "SELECT id, kind, server, redirect, client, secret, created_at, is_fixed, rights FROM login_client "
#define CLIENTS_MAX 500

static struct login_client read_client(struct cx *cx, const struct row *row)
{
	return (struct login_client){row_i64(row, 0), row_str(row, 1, cx->arena), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
				     arena_str(cx->arena, row_blob(row, 5)), row_i64(row, 6), row_i64(row, 7), row_str(row, 8, cx->arena)};
}

enum err login_clients_get(struct cx *cx, struct db *db, struct login_client **ret_clients, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct login_client *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, CLIENT "WHERE kind >= '' ORDER BY kind, server, redirect LIMIT ?1", db_i64(CLIENTS_MAX)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_client(cx, row);
	*ret_clients = list;
	*ret_count = count;
	return OK;
}

enum err login_client_get(struct cx *cx, struct db *db, struct str kind, struct str server, struct str redirect, struct login_client *ret_client)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   CLIENT "WHERE kind = ?1 AND server IN (?2, '') AND redirect IN (?3, '')"
		   " ORDER BY redirect DESC, server DESC LIMIT 1",
		   db_text(kind), db_text(server), db_text(redirect)));
	*ret_client = read_client(cx, row);
	return OK;
}

enum err login_client_save(struct cx *cx, struct db *db, const struct login_client *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO login_client (id, kind, server, redirect, client, secret, created_at, is_fixed, rights) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		      " ON CONFLICT (kind, server, redirect) DO UPDATE SET id = excluded.id, client = excluded.client, secret = excluded.secret, created_at = excluded.created_at,"
		      " is_fixed = excluded.is_fixed, rights = excluded.rights",
		      db_i64(c->id), db_text(c->kind), db_text(c->server), db_text(c->redirect), db_text(c->client), sealed(c->secret), db_i64(c->created_at), db_bool(c->is_fixed),
		      db_text(c->rights));
}

enum err login_client_forget(struct cx *cx, struct db *db, struct str kind, struct str server, struct str redirect)
{
	return db_run(cx, db, NULL, "DELETE FROM login_client WHERE kind = ?1 AND server = ?2 AND redirect = ?3", db_text(kind), db_text(server), db_text(redirect));
}

/* ---- logins ---- */

#define LOGIN "SELECT id, workspace_id, channel_id, person_id, session_id, state, story, server, redirect, client, code, due_at, expires_at, created_at FROM login "

static struct login read_login(struct cx *cx, const struct row *row)
{
	return (struct login){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .channel = row_i64(row, 2), .person = row_i64(row, 3), .session = row_i64(row, 4),
		.state = row_str(row, 5, cx->arena), .story = row_str(row, 6, cx->arena), .server = row_str(row, 7, cx->arena), .redirect = row_str(row, 8, cx->arena),
		.client = row_str(row, 9, cx->arena), .code = arena_str(cx->arena, row_blob(row, 10)), .due_at = row_i64(row, 11), .expires_at = row_i64(row, 12),
		.created_at = row_i64(row, 13),
	};
}

enum err login_insert(struct cx *cx, struct db *db, const struct login *l)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO login (id, workspace_id, channel_id, person_id, session_id, state, story, server, redirect, client, due_at, expires_at, created_at)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		      db_i64(l->id), db_i64(l->workspace), db_i64(l->channel), db_i64(l->person), db_i64(l->session), db_text(l->state), db_text(l->story),
		      db_text(l->server), db_text(l->redirect), db_text(l->client), db_i64(l->due_at), db_i64(l->expires_at), db_i64(l->created_at));
}

enum err login_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct login *ret_login)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, LOGIN "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id)));
	*ret_login = read_login(cx, row);
	return OK;
}

enum err login_last(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct login *ret_login)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool found;
	TRY(db_query(cx, db, &row, LOGIN "WHERE workspace_id = ?1 AND channel_id = ?2 ORDER BY id DESC LIMIT 1", db_i64(workspace), db_i64(channel)));
	TRY(row_next(cx, row, &found));
	*ret_login = found ? read_login(cx, row) : (struct login){};
	return OK;
}

enum err login_move(struct cx *cx, struct db *db, const struct login *l, struct str from, bool *ret_moved)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "UPDATE login SET state = ?4, story = ?5, client = ?6, code = ?7, due_at = ?8 WHERE workspace_id = ?1 AND id = ?2 AND state = ?3",
		   db_i64(l->workspace), db_i64(l->id), db_text(from), db_text(l->state), db_text(l->story), db_text(l->client), sealed(l->code), db_i64(l->due_at)));
	*ret_moved = changed == 1;
	return OK;
}

enum err login_due(struct cx *cx, struct db *db, size_t limit, struct login **ret_logins, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct login *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " LOGIN "WHERE state IN ('register', 'redeem', 'redeeming') AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
		     db_i64(cx->now), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_login(cx, row);
	*ret_logins = list;
	*ret_count = count;
	return OK;
}

enum err logins_prune(struct cx *cx, struct db *db, i64 before)
{
	return db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM login WHERE id < ?1", db_i64(before));
}
