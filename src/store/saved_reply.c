#include "store/saved_reply.h"

#include "store/list.h"
#include "store/sql.h"

#define REPLY "SELECT id, workspace_id, person_id, shortcut, title, body, lang, used_count, used_at, updated_at, archived_at FROM saved_reply "
#define MACRO "SELECT id, workspace_id, person_id, name, actions, archived_at FROM macro "

static struct saved_reply read_reply(struct cx *cx, const struct row *row)
{
	return (struct saved_reply){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.person = row_i64(row, 2),
		.shortcut = row_str(row, 3, cx->arena),
		.title = row_str(row, 4, cx->arena),
		.body = row_str(row, 5, cx->arena),
		.lang = row_str(row, 6, cx->arena),
		.used_count = row_i64(row, 7),
		.used_at = row_i64(row, 8),
		.updated_at = row_i64(row, 9),
		.archived_at = row_i64(row, 10),
	};
}

static struct macro read_macro(struct cx *cx, const struct row *row)
{
	return (struct macro){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_i64(row, 5)};
}

enum err saved_reply_save(struct cx *cx, struct db *db, const struct saved_reply *r)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO saved_reply (id, workspace_id, person_id, shortcut, title, body, lang, updated_at, archived_at)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id,"
		      " shortcut = excluded.shortcut, title = excluded.title, body = excluded.body, lang = excluded.lang,"
		      " updated_at = excluded.updated_at, archived_at = excluded.archived_at WHERE saved_reply.workspace_id = excluded.workspace_id",
		      db_i64(r->id), db_i64(r->workspace), db_id(r->person), db_text(r->shortcut), db_text(r->title), db_text(r->body), db_text(r->lang),
		      db_i64(cx->now), db_i64(r->archived_at));
}

enum err saved_reply_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct saved_reply *ret_reply)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, REPLY "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This saved reply does not exist in this workspace."));
	TRY(e);
	*ret_reply = read_reply(cx, row);
	return OK;
}

enum err saved_reply_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str after, size_t limit, struct saved_reply **ret_replies,
			  size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct saved_reply *list = arena_array(cx->arena, struct saved_reply, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     REPLY "WHERE workspace_id = ?1 AND archived_at = 0 AND (person_id IS NULL OR person_id = ?2) AND shortcut > ?3 ORDER BY shortcut, id LIMIT ?4",
		     db_i64(workspace), db_i64(person), db_text(after), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_reply(cx, row);
	*ret_replies = list;
	*ret_count = count;
	return OK;
}

/* ?1 workspace, ?2 person, ?3 scope, ?4 pattern or ''. */
#define FITS(r)                                                                                                                \
	r ".workspace_id = ?1 AND " r ".archived_at = 0 AND (" r ".person_id IS NULL OR " r ".person_id = ?2)"                   \
	" AND (?3 = 0 OR (?3 = 1 AND " r ".person_id IS NULL) OR (?3 = 2 AND " r ".person_id IS NOT NULL)) AND (?4 = ''"         \
	" OR LOWER(" r ".shortcut) LIKE LOWER(?4) ESCAPE '\\' OR LOWER(" r ".title) LIKE LOWER(?4) ESCAPE '\\'"                    \
	" OR LOWER(" r ".body) LIKE LOWER(?4) ESCAPE '\\')"

static struct str pattern_of(struct cx *cx, struct str words)
{
	return words.len ? list_pattern(cx->arena, words) : S("");
}

enum err saved_reply_rank(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *f, i64 id, i64 *ret_rank)
{
	return db_number(cx, db, -1, ret_rank,
			 "SELECT (SELECT COUNT(*) FROM saved_reply r WHERE " FITS("r") " AND (-r.used_count, r.shortcut, r.id) < (-p.used_count, p.shortcut, p.id))"
			 " FROM saved_reply p WHERE " FITS("p") " AND p.id = ?5",
			 db_i64(workspace), db_i64(f->person), db_i64(f->scope), db_text(pattern_of(cx, f->words)), db_i64(id));
}

enum err saved_reply_page(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *f, i64 skip, size_t limit,
			  struct saved_reply **ret_replies, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct saved_reply *list = arena_array(cx->arena, struct saved_reply, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, REPLY "WHERE " FITS("saved_reply") " ORDER BY used_count DESC, shortcut, id LIMIT ?5 OFFSET ?6", db_i64(workspace),
		     db_i64(f->person), db_i64(f->scope), db_text(pattern_of(cx, f->words)), db_i64((i64)limit), db_i64(skip)));
	FOR_ROWS (cx, row)
		list[count++] = read_reply(cx, row);
	*ret_replies = list;
	*ret_count = count;
	return OK;
}

enum err saved_reply_count(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *f, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM saved_reply r WHERE " FITS("r"), db_i64(workspace), db_i64(f->person), db_i64(f->scope),
			 db_text(pattern_of(cx, f->words)));
}

enum err saved_reply_by_shortcut(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str shortcut, i64 but, struct saved_reply *ret_reply)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   REPLY "WHERE workspace_id = ?1 AND archived_at = 0 AND (person_id IS NULL OR person_id = ?2) AND LOWER(shortcut) = LOWER(?3) AND id <> ?4"
			 " ORDER BY id LIMIT 1",
		   db_i64(workspace), db_i64(person), db_text(shortcut), db_i64(but)));
	*ret_reply = read_reply(cx, row);
	return OK;
}

enum err saved_reply_used(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE saved_reply SET used_count = used_count + 1, used_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace),
		      db_i64(id), db_i64(cx->now));
}

enum err macro_save(struct cx *cx, struct db *db, const struct macro *m)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO macro (id, workspace_id, person_id, name, actions, archived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		      " ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, name = excluded.name, actions = excluded.actions,"
		      " archived_at = excluded.archived_at WHERE macro.workspace_id = excluded.workspace_id",
		      db_i64(m->id), db_i64(m->workspace), db_id(m->person), db_text(m->name), db_text(m->actions), db_i64(m->archived_at));
}

enum err macro_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct macro *ret_macro)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, MACRO "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This macro does not exist in this workspace."));
	TRY(e);
	*ret_macro = read_macro(cx, row);
	return OK;
}

#define MACROS_OF(m) m ".workspace_id = ?1 AND " m ".archived_at = 0 AND (" m ".person_id IS NULL OR " m ".person_id = ?2)"

enum err macro_page(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 skip, size_t limit, struct macro **ret_macros, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct macro *list = arena_array(cx->arena, struct macro, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, MACRO "WHERE " MACROS_OF("macro") " ORDER BY name, id LIMIT ?3 OFFSET ?4", db_i64(workspace), db_i64(person),
		     db_i64((i64)limit), db_i64(skip)));
	FOR_ROWS (cx, row)
		list[count++] = read_macro(cx, row);
	*ret_macros = list;
	*ret_count = count;
	return OK;
}

enum err macro_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct macro **ret_macros, size_t *ret_count)
{
	return macro_page(cx, db, workspace, person, 0, 200, ret_macros, ret_count);
}

enum err macro_rank(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id, i64 *ret_rank)
{
	return db_number(cx, db, -1, ret_rank,
			 "SELECT (SELECT COUNT(*) FROM macro m WHERE " MACROS_OF("m") " AND (m.name, m.id) < (p.name, p.id)) FROM macro p WHERE " MACROS_OF("p")
			 " AND p.id = ?3",
			 db_i64(workspace), db_i64(person), db_i64(id));
}
