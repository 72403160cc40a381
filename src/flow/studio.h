/* studio.h: the visual studio: a workspace's brand kit, templates of its own, and designs: a template with words and pictures in it, drawn in each format and kept
 * in the media library. What is made can be changed later: the design stays, the picture is one of many that it gave.
 *
 * What must stay true: everything is drawn by the box (sys/canvas.h) from a cleaned drawing; words are never cut: what does not fit is not exported, and is told by the
 * place's name; designs and kits name pictures and fonts by their content, so that a workspace that moves takes them along. */
#pragma once
#include "flow/media.h"
#include "model/studio.h"
#include "store/studio.h"
#include "sys/canvas.h"
#include "sys/svg_slots.h"

#define STUDIO_COLOURS_MAX 12
#define STUDIO_NAME_MAX 120
#define STUDIO_FONTS_AT_MOST 8
#define STUDIO_TEMPLATES_MAX 60
#define STUDIO_WORDS_MAX 500         /* characters of one place */

struct studio_hooks {
	const char *blobs;
	const struct image_box *box;
};

/* ---- the brand kit ---- */

struct studio_kit_colour {
	struct str role, name, hex;      /* role empty: one more; hex "#b5432a" */
};
struct studio_kit {
	struct studio_kit_colour colours[STUDIO_COLOURS_MAX];
	size_t colour_count;
	struct str title_font, text_font;
	i64 logo, logo_dark;             /* media; 0: none */
};
enum err studio_kit_read(struct cx *cx, struct db *db, i64 workspace, struct studio_kit *ret_kit);
/* Field errors name "hex_ROLE", "name_ROLE", "more", "title_font", "text_font", "logo", "logo_dark". */
enum err studio_kit_save(struct cx *cx, struct db *db, i64 workspace, const struct studio_kit *kit);
/* The colour that plays a role: of the kit, else as templates are drawn. */
u32 studio_kit_colour(const struct studio_kit *kit, enum studio_role role);

/* A font file from outside, kept as SFNT. Field errors name "file", "licence". */
enum err studio_font_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str licence, const struct studio_hooks *hooks, struct brand_font *ret_font);
enum err studio_font_archive(struct cx *cx, struct db *db, i64 workspace, i64 font, bool away);

/* ---- templates ---- */

struct studio_template_place {
	struct svg_slot slot;
	struct str title;                /* in the reader's language */
	struct str sample;
};
struct studio_template_open {
	struct str word, name, about;
	bool shipped;
	struct studio_template own;      /* when not shipped */
	struct str drawing;              /* cleaned */
	const struct studio_format *format; /* of its drawing; NULL: an own one, of its own size */
	int width, height;               /* pixels */
	double view_width, view_height;  /* units in which its places are told */
	double origin[2], unit;          /* of its own units: where they begin, and how many of those one is */
	struct studio_template_place places[SVG_SLOTS_MAX];
	size_t place_count;
};
/* Template `word` in `format` (of its own ones: they have but one). ERR_MISSING: there is none. */
enum err studio_open(struct cx *cx, struct db *db, i64 workspace, struct str word, struct str format, const struct studio_hooks *hooks, struct studio_template_open *ret_open);
/* An SVG or a PSD as a template: its parts named text-…, picture-…, logo are its places. Of a PSD its picture is the ground, with a title and a line on it. Field errors
 * name "file" and "name". */
enum err studio_template_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str name, const struct studio_hooks *hooks, struct studio_template *ret_template,
			      struct str *ret_story);
enum err studio_template_archive(struct cx *cx, struct db *db, i64 workspace, i64 template, bool away);

/* ---- designs ---- */

struct studio_said {
	struct str place, words;         /* of a picture: the id of a medium in digits */
};
struct studio_design {
	i64 id, post, revision;          /* id 0: a new one; revision: that is changed */
	struct str template, name, lang, scheme;
	const struct studio_said *said;
	size_t said_count;
};
/* As it stands in the rows, pictures as ids of media (0 for one that is not there). */
enum err studio_design_of(struct cx *cx, struct db *db, const struct design *row, struct studio_design *ret_design);
/* Field errors name "name", "template", "lang", "scheme", "say". ERR_CONFLICT: somebody was faster. */
enum err studio_design_save(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, const struct studio_hooks *hooks, i64 *ret_id);
enum err studio_design_archive(struct cx *cx, struct db *db, i64 workspace, i64 design, bool away);

struct studio_place_fit {
	struct str title;
	bool is_text;
	struct canvas_fit fit;
};
struct studio_drawn {
	struct str bytes;                /* PNG; empty when only measured */
	struct studio_place_fit places[SVG_SLOTS_MAX];
	size_t place_count;
};
/* `wide`: pixels; 0: as the format is. A place of which nothing is said shows its sample when `samples`, and nothing else. */
enum err studio_draw(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, struct str format, int wide, bool samples, bool measure,
		     const struct studio_hooks *hooks, struct studio_drawn *ret_drawn);
/* What a picture of it shows, from its words. Arena. */
struct str studio_alt(struct cx *cx, const struct studio_design *design);

/* Draws it in these formats and keeps each in the media library. Nothing is kept unless all fit: the field "formats" tells what does not. */
enum err studio_export(struct cx *cx, struct db *db, i64 workspace, i64 design, const struct str *formats, size_t format_count, const struct studio_hooks *hooks);
