/* svg_slots.h: places of a drawing that take words and pictures: found by the names of its parts (`id`, which is what Illustrator makes of a layer's name), and filled.
 * "text-title" takes words, "picture-main" a picture, "logo" the logo; French words for them are taken too ("texte-titre"). The first rectangle of a place is its frame,
 * the first text its style.
 *
 * What must stay true: only a drawing that svg_clean() wrote is read (its tags are ours: no comment, no document type, attributes in double quotes); what is put in place
 * is markup that the caller made. Pure, linear in the length but for style sheets, whose rules are looked through once a property. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

#define SVG_SLOTS_MAX 16
#define SVG_SLOT_NAME_MAX 40

enum svg_slot_kind { SVG_SLOT_TEXT, SVG_SLOT_PICTURE, SVG_SLOT_LOGO };
const char *svg_slot_word(enum svg_slot_kind kind); /* "text" */

struct svg_slot {
	enum svg_slot_kind kind;
	struct str id;              /* as it stands in the drawing; borrowed from it */
	struct str name;            /* "title": lower case, digits, hyphens; arena */
	bool framed;                /* it has a rectangle, and nothing turns or moves it */
	double x, y, width, height; /* of that, in units of the drawing */
	bool fenced;                /* its rectangle can be told in its own place: `inner`, in the units that hold there, whatever moves them */
	double inner[4];            /* x, y, width, height */
	double size;                /* of letters; 0: not said */
	double leading;             /* 0: not said */
	struct str family;          /* the first that is named; borrowed */
	int weight;
	bool italic;
	u32 colour;                 /* 0xRRGGBB */
	int across, down;           /* 0 where its writing begins, 1 middle, 2 end */
	struct str sample;          /* arena */
};
/* In the order of the drawing, those within another left out; at most SVG_SLOTS_MAX. */
size_t svg_slots(struct arena *arena, struct str drawing, struct svg_slot ret_slots[static SVG_SLOTS_MAX]);

struct svg_filling {
	struct str id, markup;      /* markup empty: it is taken out; at == NULL: it stays as it is drawn */
};
struct svg_colour {
	u32 from, to;               /* 0xRRGGBB */
};
/* The drawing with its places filled, and its colours changed. */
void svg_fill(struct str drawing, const struct svg_filling *fillings, size_t filling_count, const struct svg_colour *colours, size_t colour_count, struct buf *out);
/* "#1a2b3c", "#abc", "white": false when it is none of these. */
bool svg_colour_of(struct str text, u32 *ret_colour);
