#include "store/studio.h"

#include "store/sql.h"

#define PICTURES_MAX 16

/* ---- the brand kit ---- */

enum err brand_get(struct cx *cx, struct db *db, i64 workspace, struct brand *ret_brand)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT colours, title_font, text_font, logo, logo_dark, updated_by, updated_at FROM brand WHERE workspace_id = ?1", db_i64(workspace));
	struct brand brand = {.workspace = workspace, .colours = S("[]")};
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_brand = brand;
		return OK;
	}
	TRY(e);
	*ret_brand = (struct brand){workspace, row_str(row, 0, cx->arena), row_str(row, 1, cx->arena), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
				    row_i64(row, 5), row_i64(row, 6)};
	return OK;
}

enum err brand_save(struct cx *cx, struct db *db, const struct brand *b)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO brand (workspace_id, colours, title_font, text_font, logo, logo_dark, updated_by, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
			  " ON CONFLICT (workspace_id) DO UPDATE SET colours = excluded.colours, title_font = excluded.title_font, text_font = excluded.text_font,"
			  " logo = excluded.logo, logo_dark = excluded.logo_dark, updated_by = excluded.updated_by, updated_at = excluded.updated_at",
		      db_i64(b->workspace), db_text(b->colours), db_text(b->title_font), db_text(b->text_font), db_text(b->logo), db_text(b->logo_dark), db_id(b->updated_by),
		      db_i64(b->updated_at));
}

#define FONT "SELECT id, workspace_id, family, style, blob_hash, type, licence, size, created_by, created_at, archived_at FROM brand_font "

static struct brand_font read_font(struct cx *cx, const struct row *row)
{
	return (struct brand_font){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena),
				   row_str(row, 6, cx->arena), row_i64(row, 7), row_i64(row, 8), row_i64(row, 9), row_i64(row, 10)};
}

enum err brand_font_insert(struct cx *cx, struct db *db, const struct brand_font *f)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO brand_font (id, workspace_id, family, style, blob_hash, type, licence, size, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		      db_i64(f->id), db_i64(f->workspace), db_text(f->family), db_text(f->style), db_text(f->blob), db_text(f->type), db_text(f->licence), db_i64(f->size),
		      db_id(f->created_by), db_i64(f->created_at));
}

enum err brand_font_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct brand_font *ret_font)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, FONT "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such font in this workspace."));
	TRY(e);
	*ret_font = read_font(cx, row);
	return OK;
}

enum err brand_font_of_blob(struct cx *cx, struct db *db, i64 workspace, struct str blob, struct brand_font *ret_font)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, FONT "WHERE workspace_id = ?1 AND blob_hash = ?2", db_i64(workspace), db_text(blob)));
	*ret_font = read_font(cx, row);
	return OK;
}

enum err brand_font_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE brand_font SET archived_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err brand_fonts(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct brand_font **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct brand_font *list = arena_array(cx->arena, struct brand_font, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, FONT "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY family, style, id LIMIT ?2", db_i64(workspace), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_font(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* ---- templates ---- */

#define TEMPLATE "SELECT id, workspace_id, word, name, blob_hash, source, slots, colours, width, height, created_by, created_at, archived_at FROM studio_template "

static struct studio_template read_template(struct cx *cx, const struct row *row)
{
	return (struct studio_template){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena),
					row_str(row, 6, cx->arena), row_str(row, 7, cx->arena), row_i64(row, 8), row_i64(row, 9), row_i64(row, 10), row_i64(row, 11), row_i64(row, 12)};
}

enum err studio_template_insert(struct cx *cx, struct db *db, const struct studio_template *t)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO studio_template (id, workspace_id, word, name, blob_hash, source, slots, colours, width, height, created_by, created_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		      db_i64(t->id), db_i64(t->workspace), db_text(t->word), db_text(t->name), db_text(t->blob), db_text(t->source), db_text(t->slots), db_text(t->colours),
		      db_i64(t->width), db_i64(t->height), db_id(t->created_by), db_i64(t->created_at));
}

enum err studio_template_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct studio_template *ret_template)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, TEMPLATE "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such template in this workspace."));
	TRY(e);
	*ret_template = read_template(cx, row);
	return OK;
}

enum err studio_template_of(struct cx *cx, struct db *db, i64 workspace, struct str word, struct studio_template *ret_template)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, TEMPLATE "WHERE workspace_id = ?1 AND word = ?2", db_i64(workspace), db_text(word)));
	*ret_template = read_template(cx, row);
	return OK;
}

enum err studio_template_save(struct cx *cx, struct db *db, const struct studio_template *t)
{
	return db_run(cx, db, NULL, "UPDATE studio_template SET name = ?3, colours = ?4, archived_at = ?5 WHERE workspace_id = ?1 AND id = ?2", db_i64(t->workspace), db_i64(t->id),
		      db_text(t->name), db_text(t->colours), db_i64(t->archived_at));
}

enum err studio_templates(struct cx *cx, struct db *db, i64 workspace, bool archived, size_t limit, struct studio_template **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct studio_template *list = arena_array(cx->arena, struct studio_template, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, TEMPLATE "WHERE workspace_id = ?1 AND (CASE WHEN archived_at > 0 THEN 1 ELSE 0 END) = ?2 ORDER BY id DESC LIMIT ?3", db_i64(workspace),
		     db_bool(archived), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_template(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* ---- designs ---- */

#define DESIGN                                                                                                                 \
	"SELECT id, workspace_id, template, name, lang, scheme, said, post_id, revision, created_by, created_at, updated_by, updated_at, archived_at FROM design "

static struct design read_design(struct cx *cx, const struct row *row)
{
	return (struct design){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena),
			       row_str(row, 6, cx->arena), row_i64(row, 7), row_i64(row, 8), row_i64(row, 9), row_i64(row, 10), row_i64(row, 11), row_i64(row, 12), row_i64(row, 13)};
}

enum err design_insert(struct cx *cx, struct db *db, const struct design *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO design (id, workspace_id, template, name, lang, scheme, said, post_id, revision, created_by, created_at, updated_by, updated_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?9, ?10)",
		      db_i64(d->id), db_i64(d->workspace), db_text(d->template), db_text(d->name), db_text(d->lang), db_text(d->scheme), db_text(d->said), db_id(d->post),
		      db_id(d->created_by), db_i64(d->created_at));
}

enum err design_save(struct cx *cx, struct db *db, const struct design *d, i64 revision)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE design SET name = ?4, lang = ?5, scheme = ?6, said = ?7, revision = revision + 1, updated_by = ?8, updated_at = ?9"
		       " WHERE workspace_id = ?1 AND id = ?2 AND revision = ?3",
		   db_i64(d->workspace), db_i64(d->id), db_i64(revision), db_text(d->name), db_text(d->lang), db_text(d->scheme), db_text(d->said), db_id(d->updated_by),
		   db_i64(d->updated_at)));
	return changed ? OK : ERR_CONFLICT;
}

enum err design_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at)
{
	return db_run(cx, db, NULL, "UPDATE design SET archived_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(at));
}

enum err design_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct design *ret_design)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DESIGN "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no such design in this workspace."));
	TRY(e);
	*ret_design = read_design(cx, row);
	return OK;
}

enum err designs(struct cx *cx, struct db *db, i64 workspace, bool archived, i64 before, size_t limit, struct design **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct design *list = arena_array(cx->arena, struct design, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     DESIGN "WHERE workspace_id = ?1 AND (CASE WHEN archived_at > 0 THEN 1 ELSE 0 END) = ?2 AND (?3 = 0 OR id < ?3) ORDER BY id DESC LIMIT ?4", db_i64(workspace),
		     db_bool(archived), db_i64(before), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_design(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err design_picture_save(struct cx *cx, struct db *db, const struct design_picture *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO design_picture (design_id, format, workspace_id, media_id, revision, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
			  " ON CONFLICT (design_id, format) DO UPDATE SET media_id = excluded.media_id, revision = excluded.revision, made_at = excluded.made_at"
			  " WHERE design_picture.workspace_id = excluded.workspace_id",
		      db_i64(p->design), db_text(p->format), db_i64(p->workspace), db_i64(p->media), db_i64(p->revision), db_i64(p->made_at));
}

enum err design_pictures(struct cx *cx, struct db *db, i64 workspace, i64 design, struct design_picture **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct design_picture *list = arena_array(cx->arena, struct design_picture, PICTURES_MAX);
	size_t count = 0;
	TRY(db_query(cx, db, &row, "SELECT media_id, revision, made_at, format FROM design_picture WHERE workspace_id = ?1 AND design_id = ?2 ORDER BY format LIMIT ?3", db_i64(workspace),
		     db_i64(design), db_i64(PICTURES_MAX)));
	FOR_ROWS (cx, row)
		list[count++] = (struct design_picture){design, workspace, row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err design_of_media(struct cx *cx, struct db *db, i64 workspace, i64 media, i64 *ret_design)
{
	return db_number(cx, db, 0, ret_design, "SELECT design_id FROM design_picture WHERE workspace_id = ?1 AND media_id = ?2 ORDER BY design_id DESC LIMIT 1", db_i64(workspace),
			 db_i64(media));
}
