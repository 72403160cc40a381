/* studio_draw.c: a design drawn in a format: colours and pictures into the drawing, words into the box that sets them. */
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/studio_parts.h"
#include "sys/blob.h"
#include "sys/crypto.h"
#include "sys/files.h"
#include "sys/font.h"
#include "text/typography.h"

#include <jansson.h>
#include <math.h>

/* Of the root of the area, so that it holds for every format: below 2.7 % nobody reads it on a phone; from 6 % on it counts as large. */
#define LEAST 0.027
#define LARGE 0.06
#define SIZE_UNSAID 0.05
#define LEADING 1.15

struct drawn {
	const struct studio_hooks *hooks;
	const struct studio_design *design;
	struct studio_template_open open;
	struct studio_kit kit;
	double pixels;                       /* a unit of the drawing */
	struct svg_colour colours[STUDIO_ROLES + 40];
	size_t colour_count;
	struct svg_filling fillings[SVG_SLOTS_MAX];
	struct canvas_text texts[CANVAS_TEXTS_MAX];
	size_t text_places[CANVAS_TEXTS_MAX]; /* of which place each is */
	size_t text_count;
	struct str fonts[CANVAS_FONTS_MAX];
	size_t font_count;
};

static struct str said_of(const struct studio_design *design, struct str place)
{
	for (size_t i = 0; i < design->said_count; i++)
		if (str_eq(design->said[i].place, place))
			return str_trim(design->said[i].words);
	return (struct str){};
}

/* ---- colours ---- */

static u32 colour_for(const struct drawn *d, enum studio_role role)
{
	const struct studio_scheme *scheme = studio_scheme_of(d->design->scheme);
	return studio_kit_colour(&d->kit, scheme ? scheme->lies[role] : role);
}

static void choose_colours(struct drawn *d)
{
	json_t *roles = d->open.shipped ? NULL : json_loadb(d->open.own.colours.at, d->open.own.colours.len, 0, NULL), *role;
	const char *hex;
	for (int i = 0; i < STUDIO_ROLES && d->open.shipped; i++)
		d->colours[d->colour_count++] = (struct svg_colour){studio_roles[i].colour, colour_for(d, (enum studio_role)i)};
	json_object_foreach (roles, hex, role)
		for (int i = 0; i < STUDIO_ROLES && d->colour_count < COUNT(d->colours); i++)
			if (str_eq(str_of(json_string_value(role)), str_of(studio_roles[i].word)) && svg_colour_of(str_of(hex), &d->colours[d->colour_count].from))
				d->colours[d->colour_count++].to = colour_for(d, (enum studio_role)i);
	json_decref(roles);
}

static u32 changed(const struct drawn *d, u32 colour)
{
	for (size_t i = 0; i < d->colour_count; i++)
		if (d->colours[i].from == colour)
			return d->colours[i].to;
	return colour;
}

/* ---- fonts ---- */

static struct str family_for(const struct drawn *d, const struct svg_slot *slot)
{
	if (str_eq_fold(slot->family, S("Title")))
		return d->kit.title_font.len ? d->kit.title_font : S(STUDIO_TITLE_FAMILY);
	if (str_eq_fold(slot->family, S("Text")) || !slot->family.len)
		return d->kit.text_font.len ? d->kit.text_font : S(STUDIO_TEXT_FAMILY);
	return slot->family;
}

static bool is_used(const struct drawn *d, struct str family)
{
	for (size_t i = 0; i < d->text_count; i++)
		if (str_eq(d->texts[i].family, family))
			return true;
	return false;
}

static void add_font(struct drawn *d, struct str file)
{
	if (d->font_count < CANVAS_FONTS_MAX)
		d->fonts[d->font_count++] = file;
}

static enum err choose_fonts(struct cx *cx, struct db *db, i64 workspace, struct drawn *d)
{
	static const char *const shipped[] = {STUDIO_TITLE_FAMILY, STUDIO_TEXT_FAMILY};
	struct str files[STUDIO_FONTS_MAX];
	struct brand_font *list;
	size_t count;
	for (size_t i = 0; i < COUNT(shipped); i++)
		for (size_t k = 0, n = is_used(d, str_of(shipped[i])) ? studio_fonts(str_of(shipped[i]), files) : 0; k < n; k++)
			add_font(d, files[k]);
	TRY(brand_fonts(cx, db, workspace, STUDIO_FONTS_AT_MOST, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct str bytes;
		if (!is_used(d, list[i].family))
			continue;
		TRY(blob_read(cx, d->hooks->blobs, list[i].blob, (size_t)32 << 20, &bytes));
		add_font(d, bytes);
	}
	return OK;
}

/* ---- places ---- */

static enum err add_picture(struct cx *cx, struct drawn *d, const struct studio_template_place *place, const struct media *media, struct svg_filling *filling)
{
	const struct svg_slot *slot = &place->slot;
	bool logo = slot->kind == SVG_SLOT_LOGO;
	double middle = slot->x + slot->width / 2, off = middle - d->open.view_width / 2;
	const char *align = !logo ? "xMidYMid slice" : fabs(off) < d->open.view_width / 20 ? "xMidYMid" : off > 0 ? "xMaxYMid" : "xMinYMid";
	struct buf *b = buf_in_arena(cx->arena);
	struct str bytes;
	struct image image;
	int width = (int)fmin(fmax(ceil(slot->width * d->pixels), 1), CANVAS_SIDE_MAX), height = (int)fmin(fmax(ceil(slot->height * d->pixels), 1), CANVAS_SIDE_MAX);
	TRY(studio_picture(cx, d->hooks, media, width, height, !logo, &bytes, &image));
	/* It stands where the place stood: in the units that hold there when those are known, else in those of the root. */
	const double unit = d->open.unit, root[4] = {slot->x / unit + d->open.origin[0], slot->y / unit + d->open.origin[1], slot->width / unit, slot->height / unit};
	const double *box = slot->fenced ? slot->inner : root;
	buf_addf(b, "<image x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" preserveAspectRatio=\"%s\" xlink:href=\"data:%s;base64,", box[0], box[1], box[2], box[3], align,
		 image_type(image.format));
	buf_add_base64(b, bytes, BASE64);
	buf_adds(b, "\"/>");
	filling->markup = buf_str(b);
	return OK;
}

/* The medium that is said, or the kit's logo; false: none. */
static bool medium_of(struct cx *cx, struct db *db, i64 workspace, const struct drawn *d, const struct studio_template_place *place, struct media *ret_media)
{
	i64 id = 0;
	struct str said = said_of(d->design, place->slot.name);
	if (place->slot.kind == SVG_SLOT_LOGO) {
		bool dark = str_eq(place->slot.name, S("on")) || str_eq(d->design->scheme, S("dark"));
		id = dark && d->kit.logo_dark ? d->kit.logo_dark : d->kit.logo ? d->kit.logo : d->kit.logo_dark;
	} else if (!str_to_i64(said, &id)) {
		return false;
	}
	if (id <= 0 || media_get(cx, db, workspace, id, ret_media) != OK || !str_eq(ret_media->kind, S("image"))) {
		cx_forget(cx);
		return false;
	}
	return true;
}

static struct str typeset(struct cx *cx, struct str words, struct str lang)
{
	struct buf *b = buf_in_arena(cx->arena);
	buf_add_typeset(b, words, lang);
	struct str set = buf_str(b);
	while (set.len > CANVAS_TEXT_MAX || !utf8_valid(set)) /* what is written here is bounded in characters */
		set.len--;
	return set;
}

static void add_text(struct cx *cx, struct drawn *d, size_t index, struct str words)
{
	const struct svg_slot *slot = &d->open.places[index].slot;
	double root = sqrt(d->open.view_width * d->open.view_height);
	if (d->text_count == CANVAS_TEXTS_MAX)
		return;
	d->text_places[d->text_count] = index;
	d->texts[d->text_count++] = (struct canvas_text){
		.text = typeset(cx, words, d->design->lang), .family = family_for(d, slot), .lang = d->design->lang, .x = slot->x, .y = slot->y, .width = slot->width, .height = slot->height,
		.size = slot->size > 0 ? slot->size : root * SIZE_UNSAID, .least = root * LEAST, .leading = slot->leading > 0 ? slot->leading : LEADING, .weight = slot->weight,
		.italic = slot->italic, .colour = changed(d, slot->colour), .spare = {studio_kit_colour(&d->kit, ROLE_INK), studio_kit_colour(&d->kit, ROLE_ON)}, .spare_count = 2, .large = root * LARGE,
		.across = (enum canvas_place)slot->across, .down = (enum canvas_place)slot->down,
	};
}

static enum err fill_places(struct cx *cx, struct db *db, i64 workspace, bool samples, struct drawn *d)
{
	for (size_t i = 0; i < d->open.place_count; i++) {
		const struct studio_template_place *place = &d->open.places[i];
		struct svg_filling *filling = &d->fillings[i];
		struct media media;
		*filling = (struct svg_filling){.id = place->slot.id, .markup = S("")};
		if (place->slot.kind == SVG_SLOT_TEXT) {
			struct str words = said_of(d->design, place->slot.name);
			add_text(cx, d, i, words.len || !samples ? words : place->sample);
		} else if (medium_of(cx, db, workspace, d, place, &media)) {
			TRY(add_picture(cx, d, place, &media, filling));
		} else if (place->slot.kind == SVG_SLOT_PICTURE) {
			filling->markup = (struct str){}; /* as it is drawn: an area of colour */
		}
	}
	return OK;
}

enum err studio_draw(struct cx *cx, struct db *db, i64 workspace, const struct studio_design *design, struct str format, int wide, bool samples, bool measure,
		     const struct studio_hooks *hooks, struct studio_drawn *ret_drawn)
{
	struct drawn *d = arena_new_of(cx->arena, struct drawn);
	struct buf *drawing = buf_in_arena(cx->arena);
	struct canvas_made made;
	struct studio_drawn drawn = {};
	d->hooks = hooks;
	d->design = design;
	TRY(studio_open(cx, db, workspace, design->template, format, hooks, &d->open));
	TRY(studio_kit_read(cx, db, workspace, &d->kit));
	int width = wide > 0 && wide < d->open.width ? wide : d->open.width, height = (int)fmax(1, rint((double)d->open.height * width / d->open.width));
	d->pixels = width / d->open.view_width;
	choose_colours(d);
	TRY(fill_places(cx, db, workspace, samples, d));
	TRY(choose_fonts(cx, db, workspace, d));
	svg_fill(d->open.drawing, d->fillings, d->open.place_count, d->colours, d->colour_count, drawing);
	const struct canvas canvas = {.drawing = buf_str(drawing), .view_width = d->open.view_width, .view_height = d->open.view_height, .width = width, .height = height, .paper = 0xffffff,
				      .texts = d->texts, .text_count = d->text_count, .fonts = d->fonts, .font_count = d->font_count, .measure = measure};
	TRY(canvas_draw(cx, hooks->box, &canvas, &made));
	drawn.bytes = made.bytes;
	for (size_t i = 0; i < d->text_count; i++)
		drawn.places[drawn.place_count++] = (struct studio_place_fit){d->open.places[d->text_places[i]].title, true, made.fits[i]};
	*ret_drawn = drawn;
	return OK;
}
