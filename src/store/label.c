#include "store/label.h"

#include "store/sql.h"

static struct label read_label(struct cx *cx, const struct row *row)
{
	return (struct label){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena),
			      row_str(row, 4, cx->arena), row_i64(row, 5), row_i64(row, 6)};
}

static enum err taken(struct cx *cx, struct db *db, enum err e)
{
	return e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE ? fail_field(cx, "name", N_("There is one of this name already.")) : e;
}

enum err label_save(struct cx *cx, struct db *db, const struct label *l)
{
	return taken(cx, db,
		     db_run(cx, db, NULL,
			    "INSERT INTO label (id, workspace_id, name, about, tone, archived_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
				" ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, tone = excluded.tone,"
				" archived_at = excluded.archived_at WHERE label.workspace_id = excluded.workspace_id",
			    db_i64(l->id), db_i64(l->workspace), db_text(l->name), db_text(l->about), db_text(l->tone.len ? l->tone : S("line")),
			    db_i64(l->archived_at)));
}

enum err label_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct label *ret_label)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT id, workspace_id, name, about, tone, archived_at, 0 FROM label WHERE workspace_id = ?1 AND id = ?2",
			    db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This label does not exist in this workspace."));
	TRY(e);
	*ret_label = read_label(cx, row);
	return OK;
}

static enum err collect_labels(struct cx *cx, struct row *row, struct label **ret_labels, size_t *ret_count)
{
	struct label *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_label(cx, row);
	*ret_labels = list;
	*ret_count = count;
	return OK;
}

#define LABEL(used) "SELECT id, workspace_id, name, about, tone, archived_at, " used " FROM label WHERE workspace_id = ?1 "
#define USED "(SELECT COUNT(*) FROM conversation_label l WHERE l.workspace_id = ?1 AND l.label_id = label.id)"

enum err label_list(struct cx *cx, struct db *db, i64 workspace, bool with_use, struct label **ret_labels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     with_use ? LABEL(USED) "AND archived_at = 0 ORDER BY name LIMIT 500" : LABEL("0") "AND archived_at = 0 ORDER BY name LIMIT 500",
		     db_i64(workspace)));
	return collect_labels(cx, row, ret_labels, ret_count);
}

enum err label_rank(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_rank)
{
	return db_number(cx, db, -1, ret_rank,
			 "SELECT (SELECT COUNT(*) FROM label l WHERE l.workspace_id = ?1 AND l.archived_at = 0 AND l.name < p.name) FROM label p"
			 " WHERE p.workspace_id = ?1 AND p.id = ?2 AND p.archived_at = 0",
			 db_i64(workspace), db_i64(id));
}

enum err label_page(struct cx *cx, struct db *db, i64 workspace, i64 skip, size_t limit, struct label **ret_labels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, LABEL(USED) "AND archived_at = 0 ORDER BY name LIMIT ?2 OFFSET ?3", db_i64(workspace), db_i64((i64)limit), db_i64(skip)));
	return collect_labels(cx, row, ret_labels, ret_count);
}

enum err label_list_archived(struct cx *cx, struct db *db, i64 workspace, struct label **ret_labels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, LABEL("0") "AND archived_at > 0 ORDER BY name LIMIT 200", db_i64(workspace)));
	return collect_labels(cx, row, ret_labels, ret_count);
}

enum err conversation_label_set(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 label, bool on)
{
	if (!on)
		return db_run(cx, db, NULL, "DELETE FROM conversation_label WHERE workspace_id = ?1 AND conversation_id = ?2 AND label_id = ?3",
			      db_i64(workspace), db_i64(conversation), db_i64(label));
	return db_run(cx, db, NULL,
		      "INSERT INTO conversation_label (workspace_id, conversation_id, label_id) VALUES (?1, ?2, ?3)"
			  " ON CONFLICT (conversation_id, label_id) DO NOTHING",
		      db_i64(workspace), db_i64(conversation), db_i64(label));
}

#define VIEW "SELECT id, workspace_id, person_id, name, icon, filter, position, archived_at FROM view "

static struct view read_view(struct cx *cx, const struct row *row)
{
	return (struct view){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
			     row_str(row, 5, cx->arena), row_i64(row, 6), row_i64(row, 7)};
}

enum err view_save(struct cx *cx, struct db *db, const struct view *v)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO view (id, workspace_id, person_id, name, icon, filter, position, archived_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
			  " person_id = excluded.person_id, icon = excluded.icon, filter = excluded.filter, position = excluded.position,"
			  " archived_at = excluded.archived_at WHERE view.workspace_id = excluded.workspace_id",
		      db_i64(v->id), db_i64(v->workspace), db_id(v->person), db_text(v->name), db_text(v->icon.len ? v->icon : S("filter")),
		      db_text(v->filter), db_i64(v->position), db_i64(v->archived_at));
}

enum err view_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct view *ret_view)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, VIEW "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This view does not exist in this workspace."));
	TRY(e);
	*ret_view = read_view(cx, row);
	return OK;
}

enum err view_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct view **ret_views, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct view *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     VIEW "WHERE workspace_id = ?1 AND archived_at = 0 AND (person_id IS NULL OR person_id = ?2) ORDER BY position, id LIMIT 100",
		     db_i64(workspace), db_i64(person)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_view(cx, row);
	*ret_views = list;
	*ret_count = count;
	return OK;
}
