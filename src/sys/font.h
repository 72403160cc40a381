/* font.h: font files from outside, told apart by their bytes: TrueType, OpenType, WOFF, WOFF2. font_look() reads their tables' directory from end to end, decodes nothing
 * and allocates nothing, so any role may ask it; the letters themselves are opened in a box alone (sys/canvas.h).
 * Sources: OpenType 1.9 (table directory), WOFF 1.0 and 2.0 (W3C). */
#pragma once
#include "base/cx.h"

#define FONT_BYTES_MAX ((size_t)10 << 20)
#define FONT_TABLES_MAX 128

enum font_format { FONT_TRUETYPE, FONT_OPENTYPE, FONT_WOFF, FONT_WOFF2 };
struct font {
	enum font_format format;
	int tables;
	i64 unpacked; /* bytes */
};
const char *font_format_title(enum font_format format); /* "TrueType" */

/* ERR_UNSUPPORTED: no font of these kinds; ERR_BAD_INPUT: broken, or cut short; ERR_TOO_LARGE. */
enum err font_look(struct cx *cx, struct str bytes, struct font *ret_font);
