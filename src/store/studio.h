/* studio.h: the visual studio as rows: a workspace's brand kit and its fonts, the templates it brought, its designs, and what was made of them. Only flow/studio
 * writes them. Nothing here deletes. */
#pragma once
#include "sys/db.h"

struct brand {
	i64 workspace;
	struct str colours;           /* JSON: [{"role", "name", "hex"}] */
	struct str title_font, text_font; /* families; empty: the one that ships */
	struct str logo, logo_dark;   /* blobs of media */
	i64 updated_by, updated_at;   /* updated_at 0: nobody made one yet */
};
struct brand_font {
	i64 id, workspace;
	struct str family, style, blob, type, licence;
	i64 size, created_by, created_at, archived_at;
};
struct studio_template {
	i64 id, workspace;
	struct str word, name, blob, source, slots, colours;
	i64 width, height, created_by, created_at, archived_at;
};
struct design {
	i64 id, workspace;
	struct str template, name, lang, scheme, said;
	i64 post, revision, created_by, created_at, updated_by, updated_at, archived_at;
};
struct design_picture {
	i64 design, workspace, media, revision, made_at;
	struct str format;
};

enum err brand_get(struct cx *cx, struct db *db, i64 workspace, struct brand *ret_brand); /* an empty one where there is none */
enum err brand_save(struct cx *cx, struct db *db, const struct brand *brand);

enum err brand_font_insert(struct cx *cx, struct db *db, const struct brand_font *font); /* ERR_CONFLICT without a story: it is there */
enum err brand_font_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct brand_font *ret_font);
enum err brand_font_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);
enum err brand_font_of_blob(struct cx *cx, struct db *db, i64 workspace, struct str blob, struct brand_font *ret_font); /* ERR_MISSING without a story */
/* Those that were not put away, by family; at most `limit`. */
enum err brand_fonts(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct brand_font **ret_list, size_t *ret_count);

enum err studio_template_insert(struct cx *cx, struct db *db, const struct studio_template *template);
enum err studio_template_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct studio_template *ret_template);
enum err studio_template_of(struct cx *cx, struct db *db, i64 workspace, struct str word, struct studio_template *ret_template); /* ERR_MISSING without a story */
enum err studio_template_save(struct cx *cx, struct db *db, const struct studio_template *template); /* name, colours, whether it is put away */
enum err studio_templates(struct cx *cx, struct db *db, i64 workspace, bool archived, size_t limit, struct studio_template **ret_list, size_t *ret_count); /* the newest first */

/* Written once, then changed by whoever holds its revision: ERR_CONFLICT without a story when somebody was faster. */
enum err design_insert(struct cx *cx, struct db *db, const struct design *design);
enum err design_save(struct cx *cx, struct db *db, const struct design *design, i64 revision);
enum err design_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);
enum err design_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct design *ret_design);
enum err designs(struct cx *cx, struct db *db, i64 workspace, bool archived, i64 before, size_t limit, struct design **ret_list, size_t *ret_count); /* the newest first */

enum err design_picture_save(struct cx *cx, struct db *db, const struct design_picture *picture);
enum err design_pictures(struct cx *cx, struct db *db, i64 workspace, i64 design, struct design_picture **ret_list, size_t *ret_count);
/* The design from which that medium was last made; 0: from none. */
enum err design_of_media(struct cx *cx, struct db *db, i64 workspace, i64 media, i64 *ret_design);
