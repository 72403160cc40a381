#include "store/aside.h"

#include "store/sql.h"

#define COLUMNS "h.id, h.workspace_id, h.public_id, h.private_id, h.message_id, h.person_id, h.started_at, h.solved_at, h.closed_at, p.name"
#define ASIDE "SELECT " COLUMNS " FROM aside h LEFT JOIN person p ON p.id = h.person_id "

static struct aside read_aside(struct cx *cx, const struct row *row)
{
	return (struct aside){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.public_talk = row_i64(row, 2),
		.private_talk = row_i64(row, 3),
		.message = row_i64(row, 4),
		.person = row_i64(row, 5),
		.started_at = row_i64(row, 6),
		.solved_at = row_i64(row, 7),
		.closed_at = row_i64(row, 8),
		.person_name = row_str(row, 9, cx->arena),
	};
}

static enum err one_or_none(struct cx *cx, enum err e, const struct row *row, struct aside *ret_aside)
{
	*ret_aside = (struct aside){};
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_aside = read_aside(cx, row);
	return OK;
}

enum err aside_insert(struct cx *cx, struct db *db, const struct aside *h)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO aside (id, workspace_id, public_id, private_id, message_id, person_id, started_at, solved_at, closed_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(h->id), db_i64(h->workspace), db_i64(h->public_talk), db_id(h->private_talk), db_i64(h->message), db_id(h->person), db_i64(h->started_at),
		      db_i64(h->solved_at), db_i64(h->closed_at));
}

enum err aside_save(struct cx *cx, struct db *db, const struct aside *h)
{
	return db_run(cx, db, NULL, "UPDATE aside SET private_id = ?3, person_id = ?4, solved_at = ?5, closed_at = ?6 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(h->workspace), db_i64(h->id), db_id(h->private_talk), db_id(h->person), db_i64(h->solved_at), db_i64(h->closed_at));
}

enum err aside_of(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct aside *ret_aside)
{
	CLEANUP(row_endp) struct row *row = NULL, *other = NULL;
	enum err e = db_one(cx, db, &row, ASIDE "WHERE h.workspace_id = ?1 AND h.public_id = ?2 AND h.closed_at = 0 ORDER BY h.id DESC LIMIT 1", db_i64(workspace),
			    db_i64(conversation));
	TRY(one_or_none(cx, e, row, ret_aside));
	if (ret_aside->id)
		return OK;
	e = db_one(cx, db, &other, ASIDE "WHERE h.workspace_id = ?1 AND h.private_id = ?2 AND h.closed_at = 0 ORDER BY h.id DESC LIMIT 1", db_i64(workspace),
		   db_i64(conversation));
	return one_or_none(cx, e, other, ret_aside);
}

enum err aside_waiting(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct aside *ret_aside)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row,
			    "SELECT " COLUMNS " FROM aside h JOIN conversation c ON c.workspace_id = h.workspace_id AND c.id = h.public_id"
			    " LEFT JOIN person p ON p.id = h.person_id WHERE h.workspace_id = ?1 AND h.closed_at = 0 AND h.private_id IS NULL AND c.contact_id = ?2"
			    " ORDER BY h.started_at DESC LIMIT 1",
			    db_i64(workspace), db_i64(contact));
	return one_or_none(cx, e, row, ret_aside);
}
