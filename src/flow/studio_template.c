/* studio_template.c: templates: those that ship, and those that were brought. */
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
#include "sys/svg.h"

#include <jansson.h>
#include <math.h>

#define SIDE_LEAST 1080 /* pixels of the shorter side of what is made */
#define SIDE_MOST 2400
#define GROUND_SIDE 2000

/* ---- opening ---- */

static struct str name_of_place(struct cx *cx, struct str name)
{
	const char *title = studio_place_title(name);
	CLEANUP(buf_free) struct buf b = {};
	if (title)
		return str_of(tr(cx->lang, title));
	for (size_t i = 0; i < name.len; i++)
		buf_addc(&b, name.at[i] == '-' ? ' ' : i == 0 && name.at[i] >= 'a' && name.at[i] <= 'z' ? (char)(name.at[i] - 'a' + 'A') : name.at[i]);
	return buf_keep(&b, cx->arena);
}

static void name_places(struct cx *cx, struct studio_template_open *open, const struct studio_model *model)
{
	struct svg_slot slots[SVG_SLOTS_MAX];
	open->place_count = svg_slots(cx->arena, open->drawing, slots);
	for (size_t i = 0; i < open->place_count; i++) {
		struct studio_template_place *p = &open->places[i];
		*p = (struct studio_template_place){.slot = slots[i], .sample = slots[i].sample};
		p->title = slots[i].kind == SVG_SLOT_PICTURE ? str_of(_("Picture")) : slots[i].kind == SVG_SLOT_LOGO ? str_of(_("Logo")) : name_of_place(cx, slots[i].name);
		for (const struct studio_place *known = model ? model->places : NULL; known && known < model->places + STUDIO_PLACES && known->name; known++)
			if (slots[i].kind == SVG_SLOT_TEXT && str_eq(slots[i].name, str_of(known->name))) {
				p->title = str_of(tr(cx->lang, known->title));
				p->sample = str_of(tr(cx->lang, known->sample));
			}
	}
}

static enum err open_shipped(struct cx *cx, const struct studio_model *model, struct str word, struct studio_template_open *open)
{
	struct svg *svg;
	open->format = studio_format_of(word.len ? word : S("square"));
	if (!open->format)
		return fail_field(cx, "format", N_("There is no format “%.*s”."), STR_ARG(str_head(word, 60)));
	TRY(svg_clean(cx, studio_drawing(str_of(model->word), open->format), &svg));
	open->shipped = true;
	open->drawing = svg->bytes;
	open->word = str_of(model->word);
	open->name = str_of(tr(cx->lang, model->title));
	open->about = str_of(tr(cx->lang, model->about));
	open->width = open->format->width;
	open->height = open->format->height;
	open->view_width = open->width;
	open->view_height = open->height;
	open->unit = 1;
	name_places(cx, open, model);
	return OK;
}

/* What the box measured when it was brought, in units of what is drawn. */
static void take_frames(struct cx *cx, struct studio_template_open *open, double scale)
{
	json_t *list = json_loadb(open->own.slots.at, open->own.slots.len, 0, NULL), *frame;
	for (size_t i = 0; i < open->place_count; i++) {
		struct svg_slot *slot = &open->places[i].slot;
		size_t k;
		slot->size *= scale;
		json_array_foreach (list, k, frame)
			if (str_eq(studio_json_text(cx, frame, "id"), slot->id)) {
				slot->x = json_number_value(json_object_get(frame, "x"));
				slot->y = json_number_value(json_object_get(frame, "y"));
				slot->width = json_number_value(json_object_get(frame, "width"));
				slot->height = json_number_value(json_object_get(frame, "height"));
			}
	}
	json_decref(list);
}

/* Units of its viewBox in pixels of its own size. */
static double scale_of(const struct svg *svg, int width)
{
	return svg->view[2] > 0 ? width / svg->view[2] : 1;
}

static enum err open_own(struct cx *cx, const struct studio_hooks *hooks, struct studio_template_open *open)
{
	struct str bytes;
	struct svg *svg;
	int width, height;
	TRY(blob_read(cx, hooks->blobs, open->own.blob, 2 * SVG_BYTES_MAX, &bytes));
	TRY(svg_clean(cx, bytes, &svg)); /* it was cleaned before it was kept; whoever could write there is not believed */
	svg_size(svg, &width, &height);
	open->drawing = svg->bytes;
	open->word = open->own.word;
	open->name = open->own.name;
	open->width = (int)open->own.width;
	open->height = (int)open->own.height;
	open->view_width = width;
	open->view_height = height;
	open->origin[0] = svg->view[0];
	open->origin[1] = svg->view[1];
	open->unit = scale_of(svg, width);
	name_places(cx, open, NULL);
	take_frames(cx, open, scale_of(svg, width));
	return OK;
}

enum err studio_open(struct cx *cx, struct db *db, i64 workspace, struct str word, struct str format, const struct studio_hooks *hooks, struct studio_template_open *ret_open)
{
	const struct studio_model *model = studio_model_of(word);
	struct studio_template_open *open = arena_new_of(cx->arena, struct studio_template_open);
	if (model) {
		TRY(open_shipped(cx, model, format, open));
	} else {
		enum err e = studio_template_of(cx, db, workspace, word, &open->own);
		if (e == ERR_MISSING)
			return fail(cx, e, N_("There is no template “%.*s” in this workspace."), STR_ARG(str_head(word, 60)));
		TRY(e);
		TRY(open_own(cx, hooks, open));
	}
	*ret_open = *open;
	return OK;
}

/* ---- bringing one ---- */

struct taken {
	struct svg *svg;
	struct str source;
	struct svg_slot slots[SVG_SLOTS_MAX];
	struct canvas_part parts[SVG_SLOTS_MAX];
	size_t count;
	int width, height;       /* of the drawing */
};

/* A Photoshop picture becomes the ground, with a shade and two places of words where they hide least. */
static enum err ground_of(struct cx *cx, const struct studio_hooks *hooks, struct str bytes, struct str *ret_svg)
{
	const struct image_wish wish = {.format = IMAGE_JPEG, .width = GROUND_SIDE, .height = GROUND_SIDE, .quality = 88, .paper = 0xffffff, .focus_x = 0.5, .focus_y = 0.5};
	struct image_made made;
	struct buf *b = buf_in_arena(cx->arena);
	TRY(image_make(cx, hooks->box, bytes, &wish, 1, &made));
	if (!made.bytes.len)
		return fail(cx, ERR_BAD_INPUT, "%.*s", STR_ARG(made.story));
	int w = made.image.width, h = made.image.height, edge = (w < h ? w : h) / 14;
	double size = sqrt((double)w * h);
	buf_addf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", w, h, w, h);
	buf_addf(b, "<image width=\"%d\" height=\"%d\" xlink:href=\"data:image/jpeg;base64,", w, h);
	buf_add_base64(b, made.bytes, BASE64);
	buf_addf(b,
		 "\"/><defs><linearGradient id=\"shade\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" stop-color=\"#000000\" stop-opacity=\"0\"/>"
		 "<stop offset=\"1\" stop-color=\"#000000\" stop-opacity=\"0.8\"/></linearGradient></defs><rect y=\"%d\" width=\"%d\" height=\"%d\" fill=\"url(#shade)\"/>",
		 h / 2, w, h - h / 2);
	buf_addf(b,
		 "<g id=\"text-title\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\"/><text font-family=\"Title\" font-weight=\"700\" font-size=\"%.0f\" line-height=\"1.1\""
		 " dominant-baseline=\"text-after-edge\" fill=\"#ffffff\">Title</text></g>",
		 edge, h * 58 / 100, w - 2 * edge, h * 24 / 100, size * 0.1);
	buf_addf(b,
		 "<g id=\"text-line\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\"/><text font-family=\"Text\" font-size=\"%.0f\" line-height=\"1.25\" fill=\"#ffffff\">"
		 "A line below it</text></g></svg>",
		 edge, h * 84 / 100, w - 2 * edge, h - edge - h * 84 / 100, size * 0.045);
	*ret_svg = buf_str(b);
	return OK;
}

static enum err read_template(struct cx *cx, const struct studio_hooks *hooks, struct str bytes, struct taken *t)
{
	struct image image;
	struct str ids[SVG_SLOTS_MAX];
	TRY(image_look(cx, bytes, &image));
	t->source = S("svg");
	if (image.format != IMAGE_SVG) {
		if (image.format == IMAGE_PSD)
			t->source = S("psd");
		else
			return fail(cx, ERR_BAD_INPUT, N_("A template is an SVG (from Illustrator, Inkscape, Figma) or a Photoshop file. Other pictures go into the media library."));
		TRY(ground_of(cx, hooks, bytes, &bytes));
	}
	TRY(svg_clean(cx, bytes, &t->svg));
	svg_size(t->svg, &t->width, &t->height);
	t->count = svg_slots(cx->arena, t->svg->bytes, t->slots);
	if (!t->count)
		return fail(cx, ERR_BAD_INPUT, N_("No part of this drawing is named as a place: name a layer “text-title”, “picture-main” or “logo”, and export the SVG with layer names as ids."));
	for (size_t i = 0; i < t->count; i++)
		ids[i] = t->slots[i].id;
	return canvas_parts(cx, hooks->box, t->svg->bytes, t->width, t->height, ids, t->count, t->parts);
}

/* Frames that are worth writing into; the others are told. */
static struct str frames_of(struct cx *cx, const struct taken *t)
{
	json_t *list = json_array();
	for (size_t i = 0; i < t->count; i++)
		if (t->parts[i].width >= 1 && t->parts[i].height >= 1)
			json_array_append_new(list, json_pack("{s:o, s:f, s:f, s:f, s:f}", "id", json_stringn(t->slots[i].id.at, t->slots[i].id.len), "x", t->parts[i].x, "y", t->parts[i].y, "width",
							      t->parts[i].width, "height", t->parts[i].height));
	struct str json = arena_json(cx->arena, list, JSON_COMPACT);
	json_decref(list);
	return json;
}

/* Colours that are the kit's follow it from then on. */
static struct str colours_of(struct cx *cx, const struct studio_kit *kit, const struct svg *svg)
{
	json_t *roles = json_object();
	for (size_t i = 0; i < svg->colours.count; i++) {
		u32 colour;
		for (int role = 0; role < STUDIO_ROLES && svg_colour_of(svg->colours.at[i], &colour); role++)
			if (studio_kit_colour(kit, (enum studio_role)role) == colour)
				json_object_set_new(roles, arena_printf(cx->arena, "#%06x", colour).at, json_string(studio_roles[role].word));
	}
	struct str json = arena_json(cx->arena, roles, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(roles);
	return json;
}

/* What was left out of the drawing, in one sentence; empty: nothing that is seen. */
static struct str story_of(struct cx *cx, const struct svg *svg)
{
	CLEANUP(buf_free) struct buf b = {};
	for (int i = 0; i < SVG_REMOVED; i++)
		if (svg->removed[i] && i != SVG_PRIVATE && i != SVG_UNKNOWN && i != SVG_DOCTYPE)
			buf_addf(&b, "%s%s", b.len ? " " : "", tr(cx->lang, svg_reason((enum svg_removed)i)->why));
	return buf_keep(&b, cx->arena);
}

static enum err add(struct cx *cx, struct db *db, const struct studio_template *t)
{
	struct studio_template *list;
	size_t count;
	TRY(studio_templates(cx, db, t->workspace, false, STUDIO_TEMPLATES_MAX, &list, &count));
	if (count >= STUDIO_TEMPLATES_MAX)
		return fail_field(cx, "file", N_("A workspace has at most %d templates of its own. Put one away first."), STUDIO_TEMPLATES_MAX);
	TRY(studio_template_insert(cx, db, t));
	TRY(audit(cx, db, t->workspace, "studio_template.add", studio_subject(cx, "studio_template", t->id), arena_printf(cx->arena, "{\"source\":\"%.*s\"}", STR_ARG(t->source))));
	return change_add(cx, db, t->workspace, 0, "media", t->id);
}

static void size_of(const struct taken *t, struct studio_template *row)
{
	double least = t->width < t->height ? t->width : t->height, most = t->width < t->height ? t->height : t->width;
	double scale = fmax(1, SIDE_LEAST / least);
	scale = fmin(scale, SIDE_MOST / most);
	row->width = (i64)fmax(1, rint(t->width * scale));
	row->height = (i64)fmax(1, rint(t->height * scale));
}

enum err studio_template_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str name, const struct studio_hooks *hooks, struct studio_template *ret_template,
			      struct str *ret_story)
{
	struct taken *t = arena_new_of(cx->arena, struct taken);
	struct studio_kit kit;
	struct str bytes;
	TRY(studio_may_brand(cx));
	name = str_trim(name);
	if (!name.len || utf8_count(name) > STUDIO_NAME_MAX)
		return fail_field(cx, "name", N_("Give it a name of 1 to %d characters."), STUDIO_NAME_MAX);
	enum err e = file_read(cx, path, MEDIA_BYTES_MAX, &bytes);
	if (e == OK)
		e = read_template(cx, hooks, bytes, t);
	if (e == ERR_SYSTEM || e == ERR_FULL)
		return e;
	if (e != OK)
		return fail_field(cx, "file", "%s", arena_cstr(cx->arena, str_of(cx->story)));
	TRY(studio_kit_read(cx, db, workspace, &kit));
	struct studio_template row = {.id = id_new(), .workspace = workspace, .name = name, .source = t->source, .slots = frames_of(cx, t), .colours = colours_of(cx, &kit, t->svg),
				      .created_by = cx->actor->user, .created_at = cx->now};
	row.word = arena_printf(cx->arena, "own-%llx", (unsigned long long)row.id);
	size_of(t, &row);
	TRY(blob_store(cx, hooks->blobs, t->svg->bytes, &row.blob));
	TRY(IN_TRANSACTION(cx, db, add(cx, db, &row)));
	*ret_story = story_of(cx, t->svg);
	*ret_template = row;
	return OK;
}

static enum err archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct studio_template t;
	TRY(studio_may_brand(cx));
	TRY(studio_template_get(cx, db, workspace, id, &t));
	if ((t.archived_at > 0) == away)
		return OK;
	t.archived_at = away ? cx->now : 0;
	TRY(studio_template_save(cx, db, &t));
	return audit(cx, db, workspace, away ? "studio_template.archive" : "studio_template.restore", studio_subject(cx, "studio_template", id), S("{}"));
}

enum err studio_template_archive(struct cx *cx, struct db *db, i64 workspace, i64 template, bool away)
{
	return IN_TRANSACTION(cx, db, archive(cx, db, workspace, template, away));
}
