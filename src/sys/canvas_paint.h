/* canvas_paint.h: what the files of the box of canvas.h share: the functions of the libraries, opened once. Only they include it. */
#pragma once
#include "base/buf.h"
#include "sys/canvas_request.h"

#include <fontconfig/fontconfig.h>

#include <fontconfig/fcfreetype.h>
#include FT_TRUETYPE_TABLES_H
#include <gio/gio.h>
#include <librsvg/rsvg.h>
#include <pango/pangocairo.h>

#define CANVAS_FONT_BYTES ((size_t)32 << 20)

#define CANVAS_FUNCTIONS(F)                                                                                                    \
	F(0, rsvg_handle_new_from_stream_sync) F(0, rsvg_handle_render_document) F(0, rsvg_handle_get_geometry_for_layer) F(1, cairo_image_surface_create) F(1, cairo_create) \
	F(1, cairo_destroy) F(1, cairo_surface_destroy) F(1, cairo_set_source_rgb) F(1, cairo_paint) F(1, cairo_scale) F(1, cairo_status) F(1, cairo_status_to_string) \
	F(1, cairo_surface_write_to_png_stream) F(1, cairo_surface_flush) F(1, cairo_image_surface_get_data) F(1, cairo_image_surface_get_stride) \
	F(1, cairo_image_surface_get_width) F(1, cairo_image_surface_get_height) F(1, cairo_move_to) F(1, cairo_get_matrix) F(1, cairo_set_matrix) \
	F(1, cairo_font_options_create) F(1, cairo_font_options_set_hint_metrics) F(1, cairo_font_options_set_hint_style) F(1, cairo_font_options_set_antialias) \
	F(1, pango_cairo_create_layout) F(1, pango_cairo_context_set_font_options) F(1, pango_cairo_show_layout) F(1, pango_layout_get_context) \
	F(1, pango_context_set_round_glyph_positions) F(1, pango_context_set_language) F(1, pango_language_from_string) F(1, pango_layout_context_changed) \
	F(1, pango_font_description_new) F(1, pango_font_description_set_family) F(1, pango_font_description_set_weight) F(1, pango_font_description_set_style) \
	F(1, pango_font_description_set_absolute_size) F(1, pango_layout_set_font_description) F(1, pango_layout_set_text) F(1, pango_layout_set_width) \
	F(1, pango_layout_set_wrap) F(1, pango_layout_set_alignment) F(1, pango_layout_set_line_spacing) F(1, pango_layout_get_extents) F(1, pango_layout_get_line_count) \
	F(1, pango_layout_get_line_readonly) F(1, pango_layout_get_unknown_glyphs_count) F(1, pango_layout_set_auto_dir) \
	F(3, FcConfigAppFontAddFile) F(3, FcPatternGetString) F(3, FcPatternGetLangSet) F(3, FcPatternGetInteger) F(3, FcLangSetHasLang) F(3, FcFreeTypeQueryFace) \
	F(3, FcWeightToOpenType) F(4, FT_Init_FreeType) F(4, FT_New_Memory_Face) F(4, FT_Load_Sfnt_Table) F(4, FT_Get_FSType_Flags)

extern struct canvas_library {
#define MEMBER(library, name) __typeof__(name) *name;
	CANVAS_FUNCTIONS(MEMBER)
#undef MEMBER
} canvas_library;

/* Writes a text on what is drawn so far, after it has looked what that is. `cr` is scaled to units of the drawing. */
void canvas_write(cairo_t *cr, cairo_surface_t *surface, const struct canvas_words *words, struct canvas_fit *ret_fit);
