#include "store/media.h"

#include "base/lang.h"
#include "store/sql.h"

#define MEDIA                                                                                                                  \
	"SELECT id, workspace_id, blob_hash, kind, type, name, size, width, height, duration, focus_x, focus_y, alt, labels, credit, rights, rights_until, source," \
	" created_by, created_at, archived_at, rights_told_at, speech FROM media "

static struct media read_media(struct cx *cx, const struct row *row)
{
	return (struct media){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.blob = row_str(row, 2, cx->arena),
		.kind = row_str(row, 3, cx->arena),
		.type = row_str(row, 4, cx->arena),
		.name = row_str(row, 5, cx->arena),
		.size = row_i64(row, 6),
		.width = row_i64(row, 7),
		.height = row_i64(row, 8),
		.duration = row_i64(row, 9),
		.focus_x = row_i64(row, 10),
		.focus_y = row_i64(row, 11),
		.alt = row_str(row, 12, cx->arena),
		.labels = row_str(row, 13, cx->arena),
		.credit = row_str(row, 14, cx->arena),
		.rights = row_str(row, 15, cx->arena),
		.rights_until = row_i64(row, 16),
		.source = row_str(row, 17, cx->arena),
		.created_by = row_i64(row, 18),
		.created_at = row_i64(row, 19),
		.archived_at = row_i64(row, 20),
		.rights_told_at = row_i64(row, 21),
		.speech = row_str(row, 22, cx->arena),
	};
}

enum err media_insert(struct cx *cx, struct db *db, const struct media *m)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO media (id, workspace_id, blob_hash, kind, type, name, size, width, height, duration, focus_x, focus_y, source, created_by, created_at, alt,"
			  " speech) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
		      db_i64(m->id), db_i64(m->workspace), db_text(m->blob), db_text(m->kind), db_text(m->type), db_text(m->name), db_i64(m->size), db_i64(m->width),
		      db_i64(m->height), db_i64(m->duration), db_i64(m->focus_x), db_i64(m->focus_y), db_text(m->source), db_id(m->created_by), db_i64(m->created_at),
		      db_text(m->alt), db_text(m->speech));
}

static enum err take_one(struct cx *cx, struct row *row, struct media *ret_media)
{
	*ret_media = read_media(cx, row);
	return OK;
}

enum err media_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct media *ret_media)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, MEDIA "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This picture or file is not in the media library of this workspace."));
	TRY(e);
	return take_one(cx, row, ret_media);
}

enum err media_of_blob(struct cx *cx, struct db *db, i64 workspace, struct str blob, struct media *ret_media)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, MEDIA "WHERE workspace_id = ?1 AND blob_hash = ?2", db_i64(workspace), db_text(blob)));
	return take_one(cx, row, ret_media);
}

enum err media_save(struct cx *cx, struct db *db, const struct media *m)
{
	return db_run(cx, db, NULL,
		      "UPDATE media SET name = ?3, focus_x = ?4, focus_y = ?5, alt = ?6, labels = ?7, credit = ?8, rights = ?9, rights_until = ?10, archived_at = ?11,"
			  " rights_told_at = ?12, speech = ?13 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(m->workspace), db_i64(m->id), db_text(m->name), db_i64(m->focus_x), db_i64(m->focus_y), db_text(m->alt), db_text(m->labels), db_text(m->credit),
		      db_text(m->rights), db_i64(m->rights_until), db_i64(m->archived_at), db_i64(m->rights_told_at),
		      db_text(m->speech));
}

#define FILTER                                                                                                                 \
	"WHERE workspace_id = ?1 AND (archived_at > 0) = (?2 > 0) AND (?3 = '' OR kind = ?3) AND (?4 = 0 OR (kind = 'image' AND alt = '{}'))" \
	" AND (?5 = 0 OR (rights_until > 0 AND rights_until < ?5))"                                                                 \
	" AND (?6 = 0 OR NOT EXISTS (SELECT 1 FROM post_media p WHERE p.workspace_id = ?1 AND p.media_id = media.id))"              \
	" AND (?7 = '' OR LOWER(name) LIKE ?7 ESCAPE '\\' OR LOWER(alt) LIKE ?7 ESCAPE '\\' OR LOWER(labels) LIKE ?7 ESCAPE '\\' OR LOWER(credit) LIKE ?7 ESCAPE '\\')"

enum err media_list(struct cx *cx, struct db *db, i64 workspace, const struct media_filter *f, struct list_place from, size_t limit, struct media **ret_list,
		    size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str words = f->words.len ? list_pattern(cx->arena, f->words) : S("");
	if (from.is_given && from.is_back)
		TRY(db_query(cx, db, &row, MEDIA FILTER " AND id > ?8 ORDER BY id LIMIT ?9", db_i64(workspace), db_i64(f->archived), db_text(f->kind), db_i64(f->without_alt),
			     db_i64(f->rights_before), db_i64(f->unused), db_text(words), db_i64(from.id), db_i64((i64)limit)));
	else
		TRY(db_query(cx, db, &row, MEDIA FILTER " AND id < ?8 ORDER BY id DESC LIMIT ?9", db_i64(workspace), db_i64(f->archived), db_text(f->kind), db_i64(f->without_alt),
			     db_i64(f->rights_before), db_i64(f->unused), db_text(words), db_i64(from.is_given ? from.id : INT64_MAX), db_i64((i64)limit)));
	struct media *list = arena_array(cx->arena, struct media, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = read_media(cx, row);
	if (from.is_given && from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err media_counts(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 ret_counts[3])
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row,
		   "SELECT COUNT(*), COALESCE(SUM(CASE WHEN kind = 'image' AND alt = '{}' THEN 1 ELSE 0 END), 0),"
		   " COALESCE(SUM(CASE WHEN rights_until > 0 AND rights_until < ?2 THEN 1 ELSE 0 END), 0) FROM media WHERE workspace_id = ?1 AND archived_at = 0",
		   db_i64(workspace), db_i64(before)));
	for (int i = 0; i < 3; i++)
		ret_counts[i] = row_i64(row, i);
	return OK;
}

enum err media_uses(struct cx *cx, struct db *db, i64 workspace, i64 media, size_t limit, i64 **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = arena_array(cx->arena, i64, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT p.id FROM post_media m JOIN post p ON p.id = m.post_id AND p.workspace_id = ?1 WHERE m.workspace_id = ?1 AND m.media_id = ?2 AND p.archived_at = 0"
		     " GROUP BY p.id ORDER BY p.id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(media), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = row_i64(row, 0);
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

/* ---- rights that end ---- */

static enum err take_lapses(struct cx *cx, struct row *row, size_t limit, struct media_lapse **ret_list, size_t *ret_count)
{
	struct media_lapse *list = arena_array(cx->arena, struct media_lapse, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = (struct media_lapse){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err media_lapses(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct media_lapse **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT p.workspace_id, p.id, m.id, m.rights_until, m.name FROM media m"
		     " JOIN post_media g ON g.workspace_id = m.workspace_id AND g.media_id = m.id JOIN post p ON p.id = g.post_id AND p.workspace_id = m.workspace_id"
		     " WHERE m.rights_until > 0 AND (?1 = 0 OR m.workspace_id = ?1) AND p.state = 'scheduled' AND p.archived_at = 0 AND p.planned_at >= m.rights_until"
		     " ORDER BY p.id, g.position LIMIT ?2",
		     db_i64(workspace), db_i64((i64)limit)));
	return take_lapses(cx, row, limit, ret_list, ret_count);
}

enum err media_ending(struct cx *cx, struct db *db, i64 until, size_t limit, struct media_lapse **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT m.workspace_id, 0, m.id, m.rights_until, m.name FROM media m"
		     " WHERE m.rights_until > 0 AND m.rights_until < ?1 AND m.rights_told_at = 0 AND EXISTS (SELECT 1 FROM post_media g"
		     " JOIN post p ON p.id = g.post_id AND p.workspace_id = g.workspace_id WHERE g.workspace_id = m.workspace_id AND g.media_id = m.id AND p.archived_at = 0"
		     " AND p.state NOT IN ('leaving', 'by_hand', 'published')) ORDER BY m.rights_until, m.id LIMIT ?2",
		     db_i64(until), db_i64((i64)limit)));
	return take_lapses(cx, row, limit, ret_list, ret_count);
}

enum err media_told(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE media SET rights_told_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(cx->now));
}

/* ---- renditions ---- */

enum err media_rendition_ask(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, bool anew)
{
	if (anew)
		return db_run(cx, db, NULL,
			      "INSERT INTO media_rendition (media_id, format, workspace_id) VALUES (?1, ?2, ?3)"
				  " ON CONFLICT (media_id, format) DO UPDATE SET made_at = 0, story = '' WHERE media_rendition.workspace_id = excluded.workspace_id",
			      db_i64(media), db_text(format), db_i64(workspace));
	return db_run(cx, db, NULL, "INSERT INTO media_rendition (media_id, format, workspace_id) VALUES (?1, ?2, ?3) ON CONFLICT (media_id, format) DO NOTHING", db_i64(media),
		      db_text(format), db_i64(workspace));
}

#define RENDITION "SELECT media_id, workspace_id, format, blob_hash, type, size, width, height, made_at, story FROM media_rendition "

static struct media_rendition read_rendition(struct cx *cx, const struct row *row)
{
	return (struct media_rendition){
		.media = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.format = row_str(row, 2, cx->arena),
		.blob = row_str(row, 3, cx->arena),
		.type = row_str(row, 4, cx->arena),
		.size = row_i64(row, 5),
		.width = row_i64(row, 6),
		.height = row_i64(row, 7),
		.made_at = row_i64(row, 8),
		.story = row_str(row, 9, cx->arena),
	};
}

enum err media_rendition_get(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, struct media_rendition *ret_rendition)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, RENDITION "WHERE workspace_id = ?1 AND media_id = ?2 AND format = ?3", db_i64(workspace), db_i64(media), db_text(format)));
	*ret_rendition = read_rendition(cx, row);
	return OK;
}

enum err media_renditions(struct cx *cx, struct db *db, i64 workspace, i64 media, struct media_rendition **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct media_rendition *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, RENDITION "WHERE workspace_id = ?1 AND media_id = ?2 ORDER BY format LIMIT 200", db_i64(workspace), db_i64(media)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_rendition(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err media_renditions_anew(struct cx *cx, struct db *db, i64 workspace, i64 media)
{
	return db_run(cx, db, NULL, "UPDATE media_rendition SET made_at = 0, story = '' WHERE workspace_id = ?1 AND media_id = ?2", db_i64(workspace), db_i64(media));
}

enum err media_waiting(struct cx *cx, struct db *db, i64 after, i64 *ret_workspace, i64 *ret_media)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT workspace_id, media_id FROM media_rendition WHERE made_at = 0 AND media_id > ?1 ORDER BY media_id LIMIT 1", db_i64(after)));
	*ret_workspace = row_i64(row, 0);
	*ret_media = row_i64(row, 1);
	return OK;
}

enum err media_rendition_made(struct cx *cx, struct db *db, const struct media_rendition *r)
{
	return db_run(cx, db, NULL,
		      "UPDATE media_rendition SET blob_hash = ?4, type = ?5, size = ?6, width = ?7, height = ?8, story = ?9, made_at = ?10"
			  " WHERE workspace_id = ?1 AND media_id = ?2 AND format = ?3",
		      db_i64(r->workspace), db_i64(r->media), db_text(r->format), db_text(r->blob), db_text(r->type), db_i64(r->size), db_i64(r->width), db_i64(r->height),
		      db_text(r->story), db_i64(r->made_at));
}
