/* svg.h: drawings (SVG 1.1 and 2) from outside: what is in one, and a cleaned copy that is safe to show and to draw. What is not named in a list of elements,
 * attributes, properties, functions and addresses is left out and counted, with why; a file that would grow without bound, or that is none, is refused whole.
 *
 * What must stay true: the copy is written by us, tag by tag: no document type, no entity, no script, no event, no animation, no element of another language,
 * no address but of its own parts ("#name") and pictures held in it, which were looked at (sys/image.h); cleaning it once more changes nothing. Reading is linear; depth,
 * elements and what `use` makes of them are bounded before anybody draws it. XML itself is read by libxml2, which never sees a document type or an entity of the
 * file's own. docs/decisions/0013-pictures.md says why it is done this way. */
#pragma once
#include "base/cx.h"

#define SVG_BYTES_MAX ((size_t)16 << 20)
#define SVG_DEPTH_MAX 200
#define SVG_ELEMENTS_MAX 100000
#define SVG_DRAWN_MAX 200000      /* elements, each `use` counted with all that it draws */
#define SVG_NESTED_MAX 32         /* references of references of references … */
#define SVG_SIDE_MAX 30000        /* pixels */
#define SVG_IMAGES_MAX 64

enum svg_removed {
	SVG_SCRIPT,     /* elements that run, addresses that do */
	SVG_EVENT,      /* on… */
	SVG_EXTERNAL,   /* addresses elsewhere */
	SVG_FOREIGN,    /* other languages in it: HTML, sound, film */
	SVG_ANIMATION,
	SVG_DATA,       /* held in it, and no picture that is taken */
	SVG_POSITION,   /* a picture in it that says where it was taken */
	SVG_FILTER,     /* effects that take too long */
	SVG_FONT,       /* fonts that it brings along */
	SVG_STYLE,      /* styles that are no drawing's */
	SVG_PRIVATE,    /* what the program that made it keeps for itself */
	SVG_UNKNOWN,    /* elements and attributes that are on no list */
	SVG_DOCTYPE,
	SVG_REMOVED
};
struct svg_reason {
	const char *word, *why; /* "script"; msgid */
};
const struct svg_reason *svg_reason(enum svg_removed removed);

struct svg_picture {
	const char *type;
	int width, height;
	size_t bytes;
};

struct svg_words {
	struct str *at;
	size_t count, capacity;
};

struct svg {
	double width, height;      /* pixels, as it says; 0: it does not */
	double view[4];            /* its viewBox: x, y, width, height; all 0: none */
	size_t elements;           /* kept */
	i64 drawn;                 /* the same with each `use` counted */
	struct svg_words texts;    /* of text elements, in order, at most 500 */
	struct svg_words fonts;    /* families that are asked for, each once */
	struct svg_words colours;  /* "#rrggbb" or as written, each once, at most 200 */
	struct svg_picture pictures[SVG_IMAGES_MAX];
	size_t picture_count;
	struct str made_by;        /* "Adobe Illustrator", "Inkscape"; empty: unknown */
	int removed[SVG_REMOVED];
	struct str bytes;          /* the cleaned copy */
};

/* Does it begin as an SVG does? Nothing more is said by that. */
bool svg_begins(struct str bytes);
/* ERR_UNSUPPORTED: no SVG; ERR_BAD_INPUT: broken; ERR_TOO_LARGE: a bomb, or as good as one. *ret_svg lives in the arena. */
enum err svg_clean(struct cx *cx, struct str bytes, struct svg **ret_svg);
/* The size to draw it in when nobody wishes another: what it says, else its viewBox, else 300 × 150. */
void svg_size(const struct svg *svg, int *ret_width, int *ret_height);
