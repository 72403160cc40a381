/* canvas.h: pictures that we draw ourselves: a drawing (SVG, cleaned by sys/svg.h) with words laid on it, each set into its box as large as it fits. Letters are shaped
 * by Pango (writing from right to left, marks, signs of any script that a font at hand has), drawings by librsvg, in a process of their own that can do nothing else,
 * as pictures are decoded (sys/image_box.h). Besides the picture it tells of each text how it fits, and how well it stands out from what lies under it.
 *
 * What must stay true: a text is never cut and never shortened: one that does not fit at its least size says so. Sizes go down by steps of 4 %, the largest that fits is
 * taken; lines are as equal as they can be with no more of them, and no word stands alone in the last one where that can be helped. The same canvas drawn larger breaks its
 * lines at the same places (nothing is rounded to pixels). Fonts are SFNT (sys/font.h makes them of others). Results live in the arena of cx.
 * Source of the contrast: WCAG 2.2, relative luminance and contrast ratio; told is that of the worst twentieth of what lies under the letters. */
#pragma once
#include "sys/image_box.h"

#define CANVAS_BOX_COMMAND "canvas-box"
#define CANVAS_BOX_SECONDS 4        /* of the clock, twice that and five more; of a processor, as the other box */
#define CANVAS_SIDE_MAX 4096        /* pixels */
#define CANVAS_TEXTS_MAX 16
#define CANVAS_TEXT_MAX 2000        /* bytes of one */
#define CANVAS_FONTS_MAX 12         /* brought along */
#define CANVAS_SPARE 2
#define CANVAS_PARTS_MAX 64         /* whose place is asked for */

enum canvas_place { CANVAS_START, CANVAS_MIDDLE, CANVAS_END };

struct canvas_text {
	struct str text;                 /* UTF-8; its own line ends stay */
	struct str family;               /* as the font says its name, or "sans-serif" */
	struct str lang;                 /* "fr"; empty: unknown */
	double x, y, width, height;      /* its box, in units of the drawing */
	double size, least;              /* of letters, in the same units: to begin with, and the smallest that can be read */
	double leading;                  /* from line to line, of the size: 1.15; 0: as the font says */
	int weight;                      /* 400, 700 */
	bool italic;
	u32 colour;                      /* 0xRRGGBB */
	u32 spare[CANVAS_SPARE];         /* taken instead, the best of them, where `colour` does not stand out */
	int spare_count;
	double large;                    /* the size from which 3:1 is enough; below it is 4.5:1 (WCAG 1.4.3). 0: 3:1 for all */
	enum canvas_place across, down;  /* START is where its writing begins: right for Arabic */
};

struct canvas {
	struct str drawing;              /* a cleaned SVG */
	double view_width, view_height;  /* its units */
	int width, height;               /* pixels of the picture */
	u32 paper;                       /* under all of it: there is no transparency in what is made */
	const struct canvas_text *texts;
	size_t text_count;
	const struct str *fonts;         /* files */
	size_t font_count;
	bool measure;                    /* no picture: how texts fit alone */
};

struct canvas_fit {
	bool fits;
	double size;                     /* that was taken */
	int lines;
	double contrast;                 /* 1 to 21; 0: nothing is written */
	bool stands_out;                 /* as much as it has to */
	u32 colour;                      /* that was taken */
	int missing;                     /* signs that no font at hand has */
	double x, y, width, height;      /* where the words stand, in units of the drawing */
};

struct canvas_made {
	struct str bytes;                /* PNG; empty when only measured */
	struct canvas_fit fits[CANVAS_TEXTS_MAX];
};
/* ERR_BAD_INPUT: the drawing cannot be drawn; ERR_SYSTEM: there is nothing to draw with. */
enum err canvas_draw(struct cx *cx, const struct image_box *box, const struct canvas *canvas, struct canvas_made *ret_made);

/* Where parts of a drawing lie, by their ids, in its units; width 0: there is no such part, or nothing to see of it. */
struct canvas_part {
	double x, y, width, height;
};
enum err canvas_parts(struct cx *cx, const struct image_box *box, struct str drawing, double view_width, double view_height, const struct str *ids, size_t count,
		      struct canvas_part *ret_parts);

/* A font file taken apart: what it calls itself, and the same as SFNT. `font_look()` (sys/font.h) comes before. */
struct canvas_font {
	struct str family, style;        /* "Lato", "Bold Italic" */
	struct str bytes;                /* SFNT */
	int weight;                      /* 100 to 900 */
	bool italic, variable, restricted; /* restricted: it says that it may not be embedded */
	bool latin, arabic, hebrew, greek, cyrillic; /* whole enough for these */
};
enum err canvas_font(struct cx *cx, const struct image_box *box, struct str bytes, struct canvas_font *ret_font);

/* ---- the box ---- */

int canvas_box_serve(void);

/* ---- contrast ---- */

double canvas_luminance(u32 colour);
double canvas_contrast(u32 one, u32 other); /* 1 to 21 */
