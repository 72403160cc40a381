/* canvas_paint.c: the wall to librsvg, Cairo, Pango, Fontconfig and FreeType, called in the box of canvas.h alone, which opens them by dlopen(): no role carries them. */
#include "sys/canvas_paint.h"

#include "base/arena.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct canvas_library canvas_library;

void canvas_tell(char ret_story[static CANVAS_STORY_MAX], const char *text)
{
	size_t length = 0;
	for (; text[length] && text[length] != '\n' && length + 1 < CANVAS_STORY_MAX; length++)
		ret_story[length] = text[length] >= ' ' && text[length] < 0x7f ? text[length] : '?';
	ret_story[length] = 0;
}

bool canvas_open(char ret_story[static CANVAS_STORY_MAX])
{
	static const char *const names[] = {"librsvg-2.so.2", "libpangocairo-1.0.so.0", "libpangoft2-1.0.so.0", "libfontconfig.so.1", "libfreetype.so.6"};
	void *libraries[COUNT(names)];
	const char *missing = NULL;
	for (size_t i = 0; i < COUNT(names); i++) {
		libraries[i] = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
		if (!libraries[i]) {
			canvas_tell(ret_story, dlerror());
			return false;
		}
	}
#define FIND(library, name) missing = (canvas_library.name = (__typeof__(canvas_library.name))dlsym(libraries[library], #name)) ? missing : #name;
	CANVAS_FUNCTIONS(FIND)
#undef FIND
	if (missing)
		canvas_tell(ret_story, missing);
	return !missing;
}

/* ---- drawings ---- */

static void unref_handle(RsvgHandle **handle)
{
	if (*handle)
		g_object_unref(*handle);
}

/* The bounds that are lifted are those of libxml2 for one long attribute, a picture that is held in the drawing; svg.h has closer ones. */
static RsvgHandle *read_drawing(struct str drawing, char ret_story[static CANVAS_STORY_MAX])
{
	GError *error = NULL;
	GInputStream *stream = g_memory_input_stream_new_from_data(drawing.at, (gssize)drawing.len, NULL);
	RsvgHandle *handle = canvas_library.rsvg_handle_new_from_stream_sync(stream, NULL, RSVG_HANDLE_FLAG_UNLIMITED, NULL, &error);
	g_object_unref(stream);
	if (!handle)
		canvas_tell(ret_story, error && error->message ? error->message : "it is no drawing");
	return handle;
}

static cairo_status_t keep_png(void *subject, const unsigned char *bytes, unsigned count)
{
	buf_add_bytes(subject, bytes, count);
	return buf_ok(subject) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void end_cairo(cairo_t **cr)
{
	if (*cr)
		canvas_library.cairo_destroy(*cr);
}

static void end_surface(cairo_surface_t **surface)
{
	if (*surface)
		canvas_library.cairo_surface_destroy(*surface);
}

static bool add_fonts(u32 count)
{
	char path[40];
	bool all = true;
	for (u32 i = 0; i < count; i++) {
		snprintf(path, sizeof path, "/proc/self/fd/%u", 3 + i);
		all &= canvas_library.FcConfigAppFontAddFile(NULL, (const FcChar8 *)path) == FcTrue;
	}
	return all;
}

bool canvas_paint(const struct canvas_request *r, const struct canvas_words *texts, struct str drawing, struct canvas_answer *answer, struct str *ret_png)
{
	static struct buf png; /* the process ends with it */
	GError *error = NULL;
	if (r->width < 1 || r->height < 1 || r->width > CANVAS_SIDE_MAX || r->height > CANVAS_SIDE_MAX)
		return false;
	if (!add_fonts(r->fonts)) {
		canvas_tell(answer->story, "one of its fonts cannot be opened");
		return false;
	}
	CLEANUP(unref_handle) RsvgHandle *handle = read_drawing(drawing, answer->story);
	if (!handle)
		return false;
	CLEANUP(end_surface) cairo_surface_t *surface = canvas_library.cairo_image_surface_create(CAIRO_FORMAT_RGB24, r->width, r->height);
	CLEANUP(end_cairo) cairo_t *cr = canvas_library.cairo_create(surface);
	canvas_library.cairo_set_source_rgb(cr, (r->paper >> 16 & 255) / 255.0, (r->paper >> 8 & 255) / 255.0, (r->paper & 255) / 255.0);
	canvas_library.cairo_paint(cr);
	const RsvgRectangle all = {0, 0, r->width, r->height};
	if (!canvas_library.rsvg_handle_render_document(handle, cr, &all, &error)) {
		canvas_tell(answer->story, error && error->message ? error->message : "it cannot be drawn");
		return false;
	}
	canvas_library.cairo_scale(cr, r->width / r->view_width, r->height / r->view_height);
	for (u32 i = 0; i < r->texts; i++)
		canvas_write(cr, surface, &texts[i], &answer->fits[i]);
	if (canvas_library.cairo_status(cr) != CAIRO_STATUS_SUCCESS) {
		canvas_tell(answer->story, canvas_library.cairo_status_to_string(canvas_library.cairo_status(cr)));
		return false;
	}
	if (!r->measure && canvas_library.cairo_surface_write_to_png_stream(surface, keep_png, &png) != CAIRO_STATUS_SUCCESS)
		return false;
	*ret_png = buf_str(&png);
	return true;
}

bool canvas_find(const struct canvas_request *r, const struct canvas_id *ids, struct str drawing, struct canvas_answer *answer)
{
	CLEANUP(unref_handle) RsvgHandle *handle = read_drawing(drawing, answer->story);
	const RsvgRectangle all = {0, 0, r->view_width, r->view_height};
	if (!handle)
		return false;
	for (u32 i = 0; i < r->parts; i++) {
		char name[CANVAS_WORD_MAX + 1];
		RsvgRectangle ink, logical;
		snprintf(name, sizeof name, "#%.*s", CANVAS_WORD_MAX - 1, ids[i].id);
		if (!canvas_library.rsvg_handle_get_geometry_for_layer(handle, name, &all, &ink, &logical, NULL))
			continue;
		const RsvgRectangle *found = logical.width > 0 && logical.height > 0 ? &logical : &ink;
		answer->parts[i] = (struct canvas_part){found->x, found->y, found->width, found->height};
	}
	return true;
}

/* ---- fonts ---- */

static void take_name(FcPattern *pattern, const char *object, char ret_name[static CANVAS_WORD_MAX])
{
	FcChar8 *text = NULL;
	if (canvas_library.FcPatternGetString(pattern, object, 0, &text) == FcResultMatch && text && strlen((const char *)text) < CANVAS_WORD_MAX)
		snprintf(ret_name, CANVAS_WORD_MAX, "%s", (const char *)text);
}

static bool speaks(FcPattern *pattern, const char *lang)
{
	FcLangSet *langs = NULL;
	return canvas_library.FcPatternGetLangSet(pattern, FC_LANG, 0, &langs) == FcResultMatch && canvas_library.FcLangSetHasLang(langs, (const FcChar8 *)lang) != FcLangDifferentLang;
}

bool canvas_open_font(struct str bytes, struct canvas_answer *answer, struct str *ret_sfnt)
{
	FT_Library library;
	FT_Face face;
	FT_ULong length = 0;
	if (canvas_library.FT_Init_FreeType(&library) || canvas_library.FT_New_Memory_Face(library, (const FT_Byte *)bytes.at, (FT_Long)bytes.len, 0, &face)) {
		canvas_tell(answer->story, "it is no font that can be read");
		return false;
	}
	if (face->num_faces != 1 || !(face->face_flags & FT_FACE_FLAG_SCALABLE)) {
		canvas_tell(answer->story, "it holds several fonts, or one of pixels");
		return false;
	}
	FcPattern *pattern = canvas_library.FcFreeTypeQueryFace(face, (const FcChar8 *)"", 0, NULL);
	/* The table 0 is the whole file, as FreeType has unpacked it. */
	if (!pattern || canvas_library.FT_Load_Sfnt_Table(face, 0, 0, NULL, &length) || length > CANVAS_FONT_BYTES) {
		canvas_tell(answer->story, "it is no font of TrueType or OpenType");
		return false;
	}
	FT_Byte *room = g_try_malloc(length);
	if (!room || canvas_library.FT_Load_Sfnt_Table(face, 0, 0, room, &length))
		return false;
	int weight = 0;
	take_name(pattern, FC_FAMILY, answer->family);
	take_name(pattern, FC_STYLE, answer->style);
	if (canvas_library.FcPatternGetInteger(pattern, FC_WEIGHT, 0, &weight) == FcResultMatch)
		answer->weight = canvas_library.FcWeightToOpenType(weight);
	answer->italic = face->style_flags & FT_STYLE_FLAG_ITALIC;
	answer->variable = (face->face_flags & FT_FACE_FLAG_MULTIPLE_MASTERS) != 0;
	answer->restricted = (canvas_library.FT_Get_FSType_Flags(face) & FT_FSTYPE_RESTRICTED_LICENSE_EMBEDDING) != 0;
	answer->latin = speaks(pattern, "en"); /* French lists Ÿ too, which many good ones do without */
	answer->arabic = speaks(pattern, "ar");
	answer->hebrew = speaks(pattern, "he");
	answer->greek = speaks(pattern, "el");
	answer->cyrillic = speaks(pattern, "ru");
	*ret_sfnt = (struct str){(const char *)room, length};
	return true;
}
