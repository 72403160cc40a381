#include "store/writing_aid.h"

#include "store/sql.h"

static const char *const kinds[AID_KINDS] = {[AID_TEMPLATE] = "template", [AID_HASHTAGS] = "hashtags", [AID_VARIABLE] = "variable"};
static const char *const types[VARIABLE_TYPES] = {[VARIABLE_TEXT] = "text", [VARIABLE_NUMBER] = "number", [VARIABLE_DATE] = "date", [VARIABLE_URL] = "url"};

const char *aid_kind_word(enum aid_kind kind)
{
	return kinds[kind];
}

bool aid_kind_of(struct str word, enum aid_kind *ret_kind)
{
	for (enum aid_kind k = 0; k < AID_KINDS; k++)
		if (str_eq(word, str_of(kinds[k]))) {
			*ret_kind = k;
			return true;
		}
	return false;
}

const char *variable_type_word(enum variable_type type)
{
	return types[type];
}

bool variable_type_of(struct str word, enum variable_type *ret_type)
{
	for (enum variable_type t = 0; t < VARIABLE_TYPES; t++)
		if (str_eq(word, str_of(types[t]))) {
			*ret_type = t;
			return true;
		}
	return false;
}

#define AID "SELECT id, workspace_id, kind, name, about, body, type, shows, used_count, created_by, created_at, updated_at, archived_at FROM writing_aid "

static struct writing_aid read_aid(struct cx *cx, const struct row *row)
{
	struct writing_aid a = {
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .name = row_str(row, 3, cx->arena), .about = row_str(row, 4, cx->arena), .body = row_str(row, 5, cx->arena),
		.shows = row_i64(row, 7), .used_count = row_i64(row, 8), .created_by = row_i64(row, 9), .created_at = row_i64(row, 10), .updated_at = row_i64(row, 11),
		.archived_at = row_i64(row, 12),
	};
	must(aid_kind_of(row_text(row, 2), &a.kind) && variable_type_of(row_text(row, 6), &a.type));
	return a;
}

enum err writing_aid_save(struct cx *cx, struct db *db, const struct writing_aid *a)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO writing_aid (id, workspace_id, kind, name, about, body, type, shows, used_count, created_by, created_at, updated_at, archived_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about,"
			  " body = excluded.body, type = excluded.type, shows = excluded.shows, updated_at = excluded.updated_at, archived_at = excluded.archived_at"
			  " WHERE writing_aid.workspace_id = excluded.workspace_id",
		      db_i64(a->id), db_i64(a->workspace), db_text(str_of(kinds[a->kind])), db_text(a->name), db_text(a->about), db_text(a->body),
		      db_text(str_of(types[a->type])), db_i64(a->shows), db_id(a->created_by), db_i64(a->created_at), db_i64(cx->now), db_i64(a->archived_at));
}

enum err writing_aid_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct writing_aid *ret_aid)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, AID "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This help for writing does not exist in this workspace."));
	TRY(e);
	*ret_aid = read_aid(cx, row);
	return OK;
}

enum err writing_aid_by_name(struct cx *cx, struct db *db, i64 workspace, enum aid_kind kind, struct str name, i64 but, struct writing_aid *ret_aid)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, AID "WHERE workspace_id = ?1 AND kind = ?2 AND LOWER(name) = LOWER(?3) AND id <> ?4 AND archived_at = 0 ORDER BY id LIMIT 1", db_i64(workspace),
		   db_text(str_of(kinds[kind])), db_text(name), db_i64(but)));
	*ret_aid = read_aid(cx, row);
	return OK;
}

enum err writing_aids(struct cx *cx, struct db *db, i64 workspace, bool archived, struct writing_aid **ret_aids, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct writing_aid *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, AID "WHERE workspace_id = ?1 AND (archived_at > 0) = (?2 = 1) ORDER BY kind, name, id LIMIT 1000", db_i64(workspace), db_i64(archived)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_aid(cx, row);
	*ret_aids = list;
	*ret_count = count;
	return OK;
}

enum err hashtag_sets(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct writing_aid **ret_aids, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct writing_aid *list = arena_array(cx->arena, struct writing_aid, limit + 1);
	size_t count = 0;
	TRY(db_query(cx, db, &row, AID "WHERE workspace_id = ?1 AND kind = 'hashtags' AND archived_at = 0 ORDER BY used_count DESC, name, id LIMIT ?2", db_i64(workspace),
		     db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_aid(cx, row);
	*ret_aids = list;
	*ret_count = count;
	return OK;
}

enum err writing_aid_used(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE writing_aid SET used_count = used_count + 1 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}
