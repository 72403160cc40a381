#include "store/glossary.h"

#include "store/sql.h"

enum err glossary_save(struct cx *cx, struct db *db, const struct glossary_entry *g)
{
	enum err e = db_run(cx, db, NULL,
			    "INSERT INTO glossary_entry (id, workspace_id, word, variants, about, tone, used_by, since, risk, person_id, created_at, archived_at, refused_at)"
				" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO UPDATE SET word = excluded.word, variants = excluded.variants,"
				" about = excluded.about, tone = excluded.tone, used_by = excluded.used_by, since = excluded.since, risk = excluded.risk,"
				" archived_at = excluded.archived_at, refused_at = excluded.refused_at WHERE glossary_entry.workspace_id = excluded.workspace_id",
			    db_i64(g->id), db_i64(g->workspace), db_text(g->word), db_text(g->variants), db_text(g->about), db_text(g->tone), db_text(g->used_by),
			    db_text(g->since), db_text(g->risk), db_id(g->person), db_i64(g->created_at), db_i64(g->archived_at), db_i64(g->refused_at));
	return e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE ? fail_field(cx, "word", N_("This word is in the glossary already, perhaps put away.")) : e;
}

#define ENTRY                                                                                                                  \
	"SELECT id, workspace_id, word, variants, about, tone, used_by, since, risk, person_id, created_at, archived_at, refused_at FROM glossary_entry "

static struct glossary_entry read_entry(struct cx *cx, const struct row *row)
{
	return (struct glossary_entry){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
				       row_str(row, 5, cx->arena), row_str(row, 6, cx->arena), row_str(row, 7, cx->arena), row_str(row, 8, cx->arena),
				       row_i64(row, 9), row_i64(row, 10), row_i64(row, 11), row_i64(row, 12)};
}

enum err glossary_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct glossary_entry *ret_entry)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, ENTRY "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This word does not exist in the glossary of this workspace."));
	TRY(e);
	*ret_entry = read_entry(cx, row);
	return OK;
}

enum err glossary_by_word(struct cx *cx, struct db *db, i64 workspace, struct str word, struct glossary_entry *ret_entry)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, ENTRY "WHERE workspace_id = ?1 AND word = ?2", db_i64(workspace), db_text(word)));
	*ret_entry = read_entry(cx, row);
	return OK;
}

enum err glossary_list(struct cx *cx, struct db *db, i64 workspace, enum glossary_shelf shelf, struct glossary_entry **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct glossary_entry *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     shelf == GLOSSARY_IN_USE	 ? ENTRY "WHERE workspace_id = ?1 AND archived_at = 0 AND refused_at = 0 ORDER BY word LIMIT 1000"
		     : shelf == GLOSSARY_ARCHIVED ? ENTRY "WHERE workspace_id = ?1 AND archived_at > 0 AND refused_at = 0 ORDER BY word LIMIT 1000"
						  : ENTRY "WHERE workspace_id = ?1 AND refused_at > 0 ORDER BY word LIMIT 1000",
		     db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_entry(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}
