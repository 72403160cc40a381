#include "store/handing.h"

#include "store/sql.h"

#define HANDING                                                                                                                \
	"SELECT h.publication_id, h.workspace_id, h.handed_at, h.taken_by, h.taken_until, h.remind_at, h.reminded, h.closed_at, COALESCE(p.name, '')" \
	" FROM handing h LEFT JOIN person p ON p.id = h.taken_by "

static struct handing read_handing(struct cx *cx, const struct row *row)
{
	return (struct handing){
		.publication = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.handed_at = row_i64(row, 2),
		.taken_by = row_i64(row, 3),
		.taken_until = row_i64(row, 4),
		.remind_at = row_i64(row, 5),
		.reminded = row_i64(row, 6),
		.closed_at = row_i64(row, 7),
		.taken_by_name = row_str(row, 8, cx->arena),
	};
}

static enum err collect(struct cx *cx, struct row *row, bool back, struct handing **ret_list, size_t *ret_count)
{
	struct handing *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_handing(cx, row);
	if (back)
		list_turn(list, sizeof *list, count);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err handing_begin(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 remind_at)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO handing (publication_id, workspace_id, handed_at, remind_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (publication_id) DO UPDATE SET"
			  " handed_at = excluded.handed_at, remind_at = excluded.remind_at, taken_by = NULL, taken_until = 0, reminded = 0, closed_at = 0",
		      db_i64(publication), db_i64(workspace), db_i64(cx->now), db_i64(remind_at));
}

enum err handing_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct handing *ret_handing)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, HANDING "WHERE h.workspace_id = ?1 AND h.publication_id = ?2", db_i64(workspace), db_i64(publication));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This was never handed to a person."));
	TRY(e);
	*ret_handing = read_handing(cx, row);
	return OK;
}

#define OPEN "WHERE h.workspace_id = ?1 AND h.closed_at = 0 AND EXISTS (SELECT 1 FROM publication u WHERE u.id = h.publication_id AND u.state = 'handed')"

enum err handings_open(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct handing **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 edge = from.is_back ? INT64_MAX : 0, key = from.is_given ? from.key : edge, id = from.is_given ? from.id : edge;
	if (!from.is_back)
		TRY(db_query(cx, db, &row, HANDING OPEN " AND (h.handed_at, h.publication_id) > (?3, ?4) ORDER BY h.handed_at, h.publication_id LIMIT ?2", db_i64(workspace), db_i64((i64)limit),
			     db_i64(key), db_i64(id)));
	else
		TRY(db_query(cx, db, &row, HANDING OPEN " AND (h.handed_at, h.publication_id) < (?3, ?4) ORDER BY h.handed_at DESC, h.publication_id DESC LIMIT ?2", db_i64(workspace),
			     db_i64((i64)limit), db_i64(key), db_i64(id)));
	return collect(cx, row, from.is_back, ret_list, ret_count);
}

#define CLOSED "WHERE h.workspace_id = ?1 AND h.closed_at > 0 AND h.closed_at >= ?3"

enum err handings_closed(struct cx *cx, struct db *db, i64 workspace, i64 since, struct list_place from, size_t limit, struct handing **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 edge = from.is_back ? 0 : INT64_MAX, key = from.is_given ? from.key : edge, id = from.is_given ? from.id : edge;
	if (!from.is_back)
		TRY(db_query(cx, db, &row, HANDING CLOSED " AND (h.closed_at, h.publication_id) < (?4, ?5) ORDER BY h.closed_at DESC, h.publication_id DESC LIMIT ?2", db_i64(workspace),
			     db_i64((i64)limit), db_i64(since), db_i64(key), db_i64(id)));
	else
		TRY(db_query(cx, db, &row, HANDING CLOSED " AND (h.closed_at, h.publication_id) > (?4, ?5) ORDER BY h.closed_at, h.publication_id LIMIT ?2", db_i64(workspace),
			     db_i64((i64)limit), db_i64(since), db_i64(key), db_i64(id)));
	return collect(cx, row, from.is_back, ret_list, ret_count);
}

enum err handing_take(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person, i64 until, bool *ret_taken)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE handing SET taken_by = ?3, taken_until = ?4 WHERE workspace_id = ?1 AND publication_id = ?2 AND closed_at = 0 AND (taken_until <= ?5 OR taken_by = ?3)",
		   db_i64(workspace), db_i64(publication), db_i64(person), db_i64(until), db_i64(cx->now)));
	*ret_taken = changed == 1;
	return OK;
}

enum err handing_free(struct cx *cx, struct db *db, i64 workspace, i64 publication)
{
	return db_run(cx, db, NULL, "UPDATE handing SET taken_by = NULL, taken_until = 0 WHERE workspace_id = ?1 AND publication_id = ?2 AND closed_at = 0", db_i64(workspace),
		      db_i64(publication));
}

enum err handing_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 publication, bool *ret_closed)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE handing SET closed_at = ?3, remind_at = 0, taken_until = 0 WHERE workspace_id = ?1 AND publication_id = ?2 AND closed_at = 0 AND taken_until <= ?3",
		   db_i64(workspace), db_i64(publication), db_i64(cx->now)));
	*ret_closed = changed == 1;
	return OK;
}

enum err handing_close(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person)
{
	return db_run(cx, db, NULL, "UPDATE handing SET taken_by = ?3, taken_until = 0, closed_at = ?4, remind_at = 0 WHERE workspace_id = ?1 AND publication_id = ?2",
		      db_i64(workspace), db_i64(publication), db_id(person), db_i64(cx->now));
}

enum err handing_reopen(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person, i64 taken_until, i64 remind_at)
{
	return db_run(cx, db, NULL, "UPDATE handing SET taken_by = ?3, taken_until = ?4, remind_at = ?5, closed_at = 0 WHERE workspace_id = ?1 AND publication_id = ?2",
		      db_i64(workspace), db_i64(publication), db_id(person), db_i64(taken_until), db_i64(remind_at));
}

enum err handings_to_remind(struct cx *cx, struct db *db, size_t limit, struct handing **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " HANDING "WHERE h.closed_at = 0 AND h.remind_at > 0 AND h.remind_at <= ?1 AND h.taken_until <= ?1"
		     " AND EXISTS (SELECT 1 FROM publication u WHERE u.id = h.publication_id AND u.state = 'handed') ORDER BY h.remind_at LIMIT ?2",
		     db_i64(cx->now), db_i64((i64)limit)));
	return collect(cx, row, false, ret_list, ret_count);
}

enum err handing_reminded(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 remind_at, bool counts)
{
	return db_run(cx, db, NULL, "UPDATE handing SET remind_at = ?3, reminded = reminded + ?4 WHERE workspace_id = ?1 AND publication_id = ?2", db_i64(workspace), db_i64(publication),
		      db_i64(remind_at), db_i64(counts));
}
