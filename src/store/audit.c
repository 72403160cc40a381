#include "store/audit.h"

#include "store/sql.h"

#define ENTRY "SELECT workspace_id, sequence, at, actor, actor_name, address, act, subject, detail, previous, hash FROM audit_entry "

static struct audit_entry read_entry(struct cx *cx, const struct row *row)
{
	return (struct audit_entry){
		.workspace = row_i64(row, 0),
		.sequence = row_i64(row, 1),
		.at = row_i64(row, 2),
		.actor = row_str(row, 3, cx->arena),
		.actor_name = row_str(row, 4, cx->arena),
		.address = row_str(row, 5, cx->arena),
		.act = row_str(row, 6, cx->arena),
		.subject = row_str(row, 7, cx->arena),
		.detail = row_str(row, 8, cx->arena),
		.previous = arena_str(cx->arena, row_blob(row, 9)),
		.hash = arena_str(cx->arena, row_blob(row, 10)),
	};
}

enum err audit_last(struct cx *cx, struct db *db, i64 workspace, i64 *ret_sequence, struct str *ret_hash)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT sequence, hash FROM audit_entry WHERE workspace_id = ?1 ORDER BY sequence DESC LIMIT 1",
			    db_i64(workspace));
	if (e == ERR_MISSING) {
		*ret_sequence = 0;
		*ret_hash = (struct str){};
		return OK;
	}
	TRY(e);
	*ret_sequence = row_i64(row, 0);
	*ret_hash = arena_str(cx->arena, row_blob(row, 1));
	return OK;
}

enum err audit_insert(struct cx *cx, struct db *db, const struct audit_entry *e)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO audit_entry (workspace_id, sequence, at, actor, actor_name, address, act, subject, detail, previous, hash)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
		      db_i64(e->workspace), db_i64(e->sequence), db_i64(e->at), db_text(e->actor), db_text(e->actor_name), db_text(e->address),
		      db_text(e->act), db_text(e->subject), db_text(e->detail), db_blob(e->previous), db_blob(e->hash));
}

static enum err collect(struct cx *cx, struct row *row, size_t limit, struct audit_entry **ret_entries, size_t *ret_count)
{
	struct audit_entry *list = arena_array(cx->arena, struct audit_entry, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = read_entry(cx, row);
	*ret_entries = list;
	*ret_count = count;
	return OK;
}

enum err audit_walk(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct audit_entry **ret_entries, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, ENTRY "WHERE workspace_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3", db_i64(workspace), db_i64(after),
		     db_i64((i64)limit)));
	return collect(cx, row, limit, ret_entries, ret_count);
}

/* Which index leads is decided by the filter, the rest is held against each entry. */
#define LISTED(lead)                                                                                                           \
	ENTRY "WHERE workspace_id = ?1 AND " lead " AND (?4 = '' OR SUBSTR(act, 1, LENGTH(?4)) = ?4)"                              \
	      " AND (?5 = '' OR REPLACE(act || ' ' || subject || ' ' || detail, ?5, '') <> act || ' ' || subject || ' ' || detail)" \
	      " AND at >= ?6 AND (?7 = 0 OR at < ?7)"
#define OF_ANY LISTED("?3 = '' AND ?9 = ''")
#define OF_ACTOR LISTED("actor = ?3 AND (?9 = '' OR subject = ?9)")
#define OF_SUBJECT LISTED("subject = ?9 AND ?3 = ''")
#define NEWER " AND sequence > ?2 ORDER BY sequence LIMIT ?8"
#define OLDER " AND sequence < ?2 ORDER BY sequence DESC LIMIT ?8"

enum err audit_list(struct cx *cx, struct db *db, i64 workspace, const struct audit_filter *f, struct list_place from, size_t limit,
		    struct audit_entry **ret_entries, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     from.is_back ? (f->actor.len ? OF_ACTOR NEWER : f->subject.len ? OF_SUBJECT NEWER : OF_ANY NEWER)
				  : (f->actor.len ? OF_ACTOR OLDER : f->subject.len ? OF_SUBJECT OLDER : OF_ANY OLDER),
		     db_i64(workspace), db_i64(from.is_given ? from.id : INT64_MAX), db_text(f->actor), db_text(f->act), db_text(f->words), db_i64(f->since),
		     db_i64(f->until), db_i64((i64)limit), db_text(f->subject)));
	TRY(collect(cx, row, limit, ret_entries, ret_count));
	if (from.is_back)
		list_turn(*ret_entries, sizeof **ret_entries, *ret_count);
	return OK;
}

enum err audit_get(struct cx *cx, struct db *db, i64 workspace, i64 sequence, struct audit_entry *ret_entry)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ENTRY "WHERE workspace_id = ?1 AND sequence = ?2", db_i64(workspace), db_i64(sequence));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("The audit log has no such entry."));
	TRY(e);
	*ret_entry = read_entry(cx, row);
	return OK;
}
