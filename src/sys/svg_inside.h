/* svg_inside.h: what the files of svg.h share. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "sys/svg.h"

/* ---- what stands before the root (svg_prolog.c) ---- */

struct svg_prolog {
	struct str body;          /* from the root's tag on; entities of its own replaced (arena) */
	struct str root;          /* the name of the root's tag, with its prefix */
	bool doctype;
	struct str made_by;       /* from a comment */
};
enum err svg_prolog(struct cx *cx, struct str bytes, struct svg_prolog *ret_prolog);

/* ---- lists (svg_lists.c) ---- */

enum svg_kind {
	SVG_KEEP = 1,
	SVG_TEXTUAL = 2,  /* its text stays */
	SVG_SPOKEN = 4,   /* and is text that is read in the drawing */
	SVG_AS_GROUP = 8, /* written as <g> */
	SVG_SWITCH = 16,  /* its first child that fits alone */
	SVG_SHEET = 32,
	SVG_IMAGE = 64,
	SVG_EFFECT = 128, /* a step of a filter */
	SVG_HAS_LINK = 256, /* href to a part of the drawing */
};
/* What to do with an element of SVG: flags of svg_kind, or 0 and why not. */
int svg_element(struct str name, enum svg_removed *ret_why);

enum svg_value { SVG_NO_VALUE, SVG_PLAIN, SVG_PAINT /* a colour */, SVG_FAMILY /* fonts */, SVG_NUMBER_BOUND /* of an effect */, SVG_STYLES /* declarations */ };
enum svg_value svg_attribute(struct str name);   /* as an attribute; SVG_NO_VALUE: on no list */
enum svg_value svg_property(struct str name);    /* as a property of a style */
double svg_bound(struct str name);               /* the most that a number of an effect may be */

/* ---- styles (svg_style.c) ---- */

/* What is found in values on the way. */
struct svg_finder {
	struct cx *cx;
	struct svg *svg;
	struct map *seen_fonts, *seen_colours;
	/* Each "#name" that a value leads to. */
	void (*refers)(void *subject, struct str name);
	void *subject;
};
/* May it stand? Else *ret_why says why not, and it is to be left out. */
bool svg_value_is_fine(struct svg_finder *finder, enum svg_value kind, struct str value, enum svg_removed *ret_why);
bool svg_number_is_fine(struct str name, struct str value); /* of an effect: within svg_bound() */
void svg_add_declarations(struct svg_finder *finder, struct str style, struct buf *out); /* what of them may stand */
void svg_add_sheet(struct svg_finder *finder, struct str sheet, struct buf *out);

/* ---- references (svg_count.c) ---- */

struct svg_count;
struct svg_count *svg_count_new(struct arena *arena);
size_t svg_count_open(struct svg_count *count);                          /* an element begins; its number */
void svg_count_close(struct svg_count *count, size_t element);
void svg_count_name(struct svg_count *count, size_t element, struct str id); /* the first of a name wins, as in browsers */
void svg_count_refer(struct svg_count *count, size_t element, struct str id, i64 times);
/* All that is drawn. ERR_TOO_LARGE when it is too much, ERR_BAD_INPUT when it goes round in a circle. */
enum err svg_count_all(struct cx *cx, struct svg_count *count, i64 *ret_drawn);
