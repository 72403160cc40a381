#include "store/charter.h"

#include "store/sql.h"

#define VERSION                                                                                                                \
	"SELECT id, workspace_id, number, state, preamble, published_at, published_by, retired_at, created_at FROM charter_version "
#define ARTICLE "SELECT id, workspace_id, version_id, number, title, body, notice FROM charter_article "

static struct charter_version read_version(struct cx *cx, const struct row *row)
{
	return (struct charter_version){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
					row_i64(row, 5), row_i64(row, 6), row_i64(row, 7), row_i64(row, 8)};
}

static struct charter_article read_article(struct cx *cx, const struct row *row)
{
	return (struct charter_article){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena),
					row_str(row, 5, cx->arena), row_str(row, 6, cx->arena)};
}

enum err charter_version_insert(struct cx *cx, struct db *db, const struct charter_version *v)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO charter_version (id, workspace_id, number, state, preamble, published_at, published_by, retired_at, created_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(v->id), db_i64(v->workspace), db_i64(v->number), db_text(v->state), db_text(v->preamble.len ? v->preamble : S("{}")),
		      db_i64(v->published_at), db_id(v->published_by), db_i64(v->retired_at), db_i64(v->created_at));
}

enum err charter_version_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct charter_version *ret_version)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, VERSION "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("The house rules have no such version."));
	TRY(e);
	*ret_version = read_version(cx, row);
	return OK;
}

enum err charter_version_list(struct cx *cx, struct db *db, i64 workspace, struct charter_version **ret_versions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct charter_version *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, VERSION "WHERE workspace_id = ?1 ORDER BY number DESC LIMIT 200", db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_version(cx, row);
	*ret_versions = list;
	*ret_count = count;
	return OK;
}

enum err charter_in_force(struct cx *cx, struct db *db, i64 workspace, struct charter_version *ret_version)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, VERSION "WHERE workspace_id = ?1 AND state = 'published' ORDER BY number DESC LIMIT 1", db_i64(workspace));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("No house rules are published yet. Publish a first version; only then can a message be hidden."));
	TRY(e);
	*ret_version = read_version(cx, row);
	return OK;
}

enum err charter_version_update(struct cx *cx, struct db *db, const struct charter_version *v)
{
	return db_run(cx, db, NULL,
		      "UPDATE charter_version SET state = ?3, preamble = ?4, published_at = ?5, published_by = ?6, retired_at = ?7"
			  " WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(v->workspace), db_i64(v->id), db_text(v->state), db_text(v->preamble), db_i64(v->published_at), db_id(v->published_by),
		      db_i64(v->retired_at));
}

enum err charter_article_save(struct cx *cx, struct db *db, const struct charter_article *a)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO charter_article (id, workspace_id, version_id, number, title, body, notice) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			  " ON CONFLICT (id) DO UPDATE SET number = excluded.number, title = excluded.title, body = excluded.body,"
			  " notice = excluded.notice WHERE charter_article.workspace_id = excluded.workspace_id",
		      db_i64(a->id), db_i64(a->workspace), db_i64(a->version), db_i64(a->number), db_text(a->title), db_text(a->body),
		      db_text(a->notice.len ? a->notice : S("{}")));
}

enum err charter_article_drop(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL,
		      "DELETE FROM charter_article WHERE workspace_id = ?1 AND id = ?2 AND version_id IN"
			  " (SELECT id FROM charter_version WHERE workspace_id = ?1 AND state = 'draft')",
		      db_i64(workspace), db_i64(id));
}

enum err charter_article_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct charter_article *ret_article)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ARTICLE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("The house rules have no such article."));
	TRY(e);
	*ret_article = read_article(cx, row);
	return OK;
}

enum err charter_articles(struct cx *cx, struct db *db, i64 workspace, i64 version, struct charter_article **ret_articles, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct charter_article *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, ARTICLE "WHERE workspace_id = ?1 AND version_id = ?2 ORDER BY number LIMIT 200", db_i64(workspace), db_i64(version)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_article(cx, row);
	*ret_articles = list;
	*ret_count = count;
	return OK;
}
