#include "store/subtitle.h"

#include "base/lang.h"
#include "store/sql.h"

#define MOST 60 /* languages of a film */

#define SUBTITLE "SELECT id, workspace_id, media_id, lang, name, cues, created_by, created_at, archived_at, vtt FROM subtitle "

static struct subtitle read_subtitle(struct cx *cx, const struct row *row)
{
	return (struct subtitle){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.media = row_i64(row, 2),
		.lang = row_str(row, 3, cx->arena),
		.name = row_str(row, 4, cx->arena),
		.cues = row_i64(row, 5),
		.created_by = row_i64(row, 6),
		.created_at = row_i64(row, 7),
		.archived_at = row_i64(row, 8),
		.vtt = row_str(row, 9, cx->arena),
	};
}

enum err subtitle_insert(struct cx *cx, struct db *db, const struct subtitle *s)
{
	return db_run(cx, db, NULL, "INSERT INTO subtitle (id, workspace_id, media_id, lang, vtt, name, cues, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(s->id), db_i64(s->workspace), db_i64(s->media), db_text(s->lang), db_text(s->vtt), db_text(s->name), db_i64(s->cues), db_id(s->created_by),
		      db_i64(s->created_at));
}

static enum err take(struct cx *cx, enum err e, const struct row *row, struct subtitle *ret_subtitle)
{
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This film has no such subtitles, or no longer."));
	TRY(e);
	*ret_subtitle = read_subtitle(cx, row);
	return OK;
}

enum err subtitle_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct subtitle *ret_subtitle)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SUBTITLE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	return take(cx, e, row, ret_subtitle);
}

enum err subtitle_of(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct subtitle *ret_subtitle)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SUBTITLE "WHERE workspace_id = ?1 AND media_id = ?2 AND lang = ?3 AND archived_at = 0", db_i64(workspace), db_i64(media), db_text(lang));
	return take(cx, e, row, ret_subtitle);
}

enum err subtitles_of(struct cx *cx, struct db *db, i64 workspace, i64 media, bool with_text, struct subtitle **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct subtitle *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, media_id, lang, name, cues, created_by, created_at, archived_at, CASE WHEN ?4 > 0 THEN vtt ELSE '' END FROM subtitle"
			 " WHERE workspace_id = ?1 AND media_id = ?2 AND archived_at = 0 ORDER BY lang LIMIT ?3",
		     db_i64(workspace), db_i64(media), db_i64(MOST), db_i64(with_text)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_subtitle(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err subtitle_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 archived_at)
{
	return db_run(cx, db, NULL, "UPDATE subtitle SET archived_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(archived_at));
}
