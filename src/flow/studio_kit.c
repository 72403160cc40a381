/* studio_kit.c: the brand kit: colours, fonts, logos. */
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/studio_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "sys/blob.h"
#include "sys/files.h"
#include "sys/font.h"

#include <jansson.h>

#define LICENCE_MAX 500

/* ---- colours ---- */

static enum err media_of(struct cx *cx, struct db *db, i64 workspace, struct str blob, i64 *ret_media)
{
	struct media m;
	*ret_media = 0;
	if (!blob.len)
		return OK;
	enum err e = media_of_blob(cx, db, workspace, blob, &m);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_media = m.id;
	return OK;
}

enum err studio_kit_read(struct cx *cx, struct db *db, i64 workspace, struct studio_kit *ret_kit)
{
	struct brand brand;
	struct studio_kit kit = {};
	TRY(brand_get(cx, db, workspace, &brand));
	json_t *list = json_loadb(brand.colours.at, brand.colours.len, 0, NULL), *colour;
	size_t i;
	json_array_foreach (list, i, colour)
		if (kit.colour_count < STUDIO_COLOURS_MAX)
			kit.colours[kit.colour_count++] = (struct studio_kit_colour){studio_json_text(cx, colour, "role"), studio_json_text(cx, colour, "name"), studio_json_text(cx, colour, "hex")};
	json_decref(list);
	kit.title_font = brand.title_font;
	kit.text_font = brand.text_font;
	TRY(media_of(cx, db, workspace, brand.logo, &kit.logo));
	TRY(media_of(cx, db, workspace, brand.logo_dark, &kit.logo_dark));
	*ret_kit = kit;
	return OK;
}

u32 studio_kit_colour(const struct studio_kit *kit, enum studio_role role)
{
	u32 colour;
	for (size_t i = 0; i < kit->colour_count; i++)
		if (str_eq(kit->colours[i].role, str_of(studio_roles[role].word)) && svg_colour_of(kit->colours[i].hex, &colour))
			return colour;
	return studio_roles[role].colour;
}

static bool is_role(struct str word)
{
	for (size_t i = 0; i < STUDIO_ROLES; i++)
		if (str_eq(word, str_of(studio_roles[i].word)))
			return true;
	return false;
}

static json_t *text_of(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static enum err colours_of(struct cx *cx, const struct studio_kit *kit, struct str *ret_json)
{
	json_t *list = json_array();
	for (size_t i = 0; i < kit->colour_count; i++) {
		const struct studio_kit_colour *c = &kit->colours[i];
		const char *field = c->role.len ? arena_printf(cx->arena, "hex_%.*s", STR_ARG(c->role)).at : "more";
		u32 colour;
		if (!svg_colour_of(c->hex, &colour) || !str_starts(c->hex, S("#")) || (c->role.len && !is_role(c->role)) || utf8_count(c->name) > 60) {
			json_decref(list);
			return fail_field(cx, field, N_("A colour is written as #b5432a, and has a name of at most 60 characters."));
		}
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "role", text_of(c->role), "name", text_of(c->name), "hex", text_of(arena_printf(cx->arena, "#%06x", colour))));
	}
	*ret_json = arena_json(cx->arena, list, JSON_COMPACT);
	json_decref(list);
	return OK;
}

static enum err logo_of(struct cx *cx, struct db *db, i64 workspace, const char *field, i64 id, struct str *ret_blob)
{
	struct media m;
	*ret_blob = S("");
	if (!id)
		return OK;
	enum err e = media_get(cx, db, workspace, id, &m);
	if (e == ERR_MISSING || (e == OK && !str_eq(m.kind, S("image"))))
		return fail_field(cx, field, N_("This is no picture of the media library."));
	TRY(e);
	*ret_blob = m.blob;
	return OK;
}

static enum err font_is_there(struct cx *cx, struct db *db, i64 workspace, const char *field, struct str family)
{
	struct brand_font *list;
	struct str files[STUDIO_FONTS_MAX];
	size_t count;
	if (!family.len || studio_fonts(family, files) || str_eq(family, S("DejaVu Sans")) || str_eq(family, S("DejaVu Serif")))
		return OK;
	TRY(brand_fonts(cx, db, workspace, 100, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].family, family))
			return OK;
	return fail_field(cx, field, N_("There is no font “%.*s” in this kit."), STR_ARG(str_head(family, 100)));
}

static enum err save(struct cx *cx, struct db *db, i64 workspace, const struct studio_kit *kit, struct brand *brand)
{
	TRY(studio_may_brand(cx));
	TRY(font_is_there(cx, db, workspace, "title_font", kit->title_font));
	TRY(font_is_there(cx, db, workspace, "text_font", kit->text_font));
	TRY(logo_of(cx, db, workspace, "logo", kit->logo, &brand->logo));
	TRY(logo_of(cx, db, workspace, "logo_dark", kit->logo_dark, &brand->logo_dark));
	TRY(brand_save(cx, db, brand));
	TRY(audit(cx, db, workspace, "brand.change", studio_subject(cx, "workspace", workspace), arena_printf(cx->arena, "{\"colours\":%.*s}", STR_ARG(brand->colours))));
	return change_add(cx, db, workspace, 0, "media", workspace);
}

enum err studio_kit_save(struct cx *cx, struct db *db, i64 workspace, const struct studio_kit *kit)
{
	struct brand brand = {.workspace = workspace, .title_font = kit->title_font, .text_font = kit->text_font, .updated_by = cx->actor ? cx->actor->user : 0, .updated_at = cx->now};
	TRY(colours_of(cx, kit, &brand.colours));
	return IN_TRANSACTION(cx, db, save(cx, db, workspace, kit, &brand));
}

/* ---- fonts ---- */

static enum err add_font(struct cx *cx, struct db *db, struct brand_font *font)
{
	struct brand_font there, *list;
	size_t count;
	enum err e = brand_font_of_blob(cx, db, font->workspace, font->blob, &there);
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	TRY(brand_fonts(cx, db, font->workspace, STUDIO_FONTS_AT_MOST + 1, &list, &count));
	if (count >= STUDIO_FONTS_AT_MOST && (e == ERR_MISSING || there.archived_at))
		return fail_field(cx, "file", N_("A kit has at most %d fonts. Put one away first."), STUDIO_FONTS_AT_MOST);
	if (e == OK) {
		*font = there;
		font->archived_at = 0;
		TRY(brand_font_archive(cx, db, font->workspace, there.id, 0));
	} else {
		TRY(brand_font_insert(cx, db, font));
	}
	return audit(cx, db, font->workspace, "brand_font.add", studio_subject(cx, "brand_font", font->id), S("{}"));
}

enum err studio_font_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str licence, const struct studio_hooks *hooks, struct brand_font *ret_font)
{
	struct str bytes;
	struct font look;
	struct canvas_font opened;
	TRY(studio_may_brand(cx));
	licence = str_trim(licence);
	if (!licence.len || utf8_count(licence) > LICENCE_MAX)
		return fail_field(cx, "licence", N_("Say what allows you to use this font: its licence, or from whom it was bought."));
	enum err e = file_read(cx, path, FONT_BYTES_MAX, &bytes);
	if (e == OK)
		e = font_look(cx, bytes, &look);
	if (e == OK)
		e = canvas_font(cx, hooks->box, bytes, &opened);
	if (e == ERR_SYSTEM || e == ERR_FULL)
		return e;
	if (e != OK)
		return fail_field(cx, "file", "%s", arena_cstr(cx->arena, str_of(cx->story)));
	if (opened.restricted)
		return fail_field(cx, "file", N_("This font says that it may not be embedded in anything. Ask its maker for one that may."));
	struct brand_font font = {.id = id_new(), .workspace = workspace, .family = opened.family, .style = opened.style, .type = str_of(font_format_title(look.format)), .licence = licence,
				  .size = (i64)opened.bytes.len, .created_by = cx->actor->user, .created_at = cx->now};
	TRY(blob_store(cx, hooks->blobs, opened.bytes, &font.blob));
	TRY(IN_TRANSACTION(cx, db, add_font(cx, db, &font)));
	*ret_font = font;
	return OK;
}

static enum err archive_font(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct brand_font font;
	TRY(studio_may_brand(cx));
	TRY(brand_font_get(cx, db, workspace, id, &font));
	if ((font.archived_at > 0) == away)
		return OK;
	TRY(brand_font_archive(cx, db, workspace, id, away ? cx->now : 0));
	return audit(cx, db, workspace, away ? "brand_font.archive" : "brand_font.restore", studio_subject(cx, "brand_font", id), S("{}"));
}

enum err studio_font_archive(struct cx *cx, struct db *db, i64 workspace, i64 font, bool away)
{
	return IN_TRANSACTION(cx, db, archive_font(cx, db, workspace, font, away));
}
