#include "store/digest.h"

#include "store/sql.h"

#define DIGEST "SELECT person_id, every, weekday, next_at, pass FROM digest WHERE "
#define QUESTIONS_COUNTED 500 /* open conversations that are looked through */

static enum err read_one(struct cx *cx, enum err e, struct row *row, struct digest *ret_digest)
{
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_digest = (struct digest){};
		return OK;
	}
	TRY(e);
	*ret_digest = (struct digest){.person = row_i64(row, 0), .is_daily = str_eq(row_text(row, 1), S("day")), .weekday = row_i64(row, 2), .next_at = row_i64(row, 3),
				      .pass = arena_str(cx->arena, row_blob(row, 4))};
	return OK;
}

enum err digest_get(struct cx *cx, struct db *db, i64 person, struct digest *ret_digest)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DIGEST "person_id = ?1", db_i64(person));
	return read_one(cx, e, row, ret_digest);
}

enum err digest_set(struct cx *cx, struct db *db, const struct digest *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO digest (person_id, every, weekday, next_at, pass) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (person_id) DO UPDATE SET"
			  " every = excluded.every, weekday = excluded.weekday, next_at = excluded.next_at, pass = excluded.pass",
		      db_i64(d->person), db_text(d->is_daily ? S("day") : S("week")), db_i64(d->weekday), db_i64(d->next_at), d->pass.len ? db_blob(d->pass) : db_null());
}

enum err digest_remove(struct cx *cx, struct db *db, i64 person)
{
	return db_run(cx, db, NULL, "DELETE FROM digest WHERE person_id = ?1", db_i64(person));
}

enum err digest_due(struct cx *cx, struct db *db, struct digest *ret_digest)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DIGEST "next_at <= ?1 ORDER BY next_at LIMIT 1", db_i64(cx->now));
	return read_one(cx, e, row, ret_digest);
}

enum err digest_next(struct cx *cx, struct db *db, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "SELECT next_at FROM digest ORDER BY next_at LIMIT 1");
}

enum err digest_move(struct cx *cx, struct db *db, const struct digest *was, i64 next_at, bool *ret_moved)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE digest SET next_at = ?3 WHERE person_id = ?1 AND next_at = ?2", db_i64(was->person), db_i64(was->next_at), db_i64(next_at)));
	*ret_moved = changed == 1;
	return OK;
}

enum err open_questions(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct open_question **ret_questions, size_t *ret_count, i64 *ret_all)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct open_question *list = arena_array(cx->arena, struct open_question, limit + 1);
	size_t count = 0;
	i64 all = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, waiting_since, preview, name FROM (SELECT c.id, c.waiting_since, c.preview, COALESCE(p.name, '') AS name, c.intent FROM conversation c"
			 " LEFT JOIN contact p ON p.id = c.contact_id AND p.workspace_id = ?1 WHERE c.workspace_id = ?1 AND c.status = 'open' AND c.merged_into IS NULL"
			 " ORDER BY c.due_at, c.id LIMIT ?2) AS open_ones WHERE intent = 'question' AND waiting_since > 0 ORDER BY waiting_since, id",
		     db_i64(workspace), db_i64(QUESTIONS_COUNTED)));
	FOR_ROWS (cx, row) {
		if (count < limit)
			list[count++] = (struct open_question){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena)};
		all++;
	}
	*ret_questions = list;
	*ret_count = count;
	*ret_all = all;
	return OK;
}
