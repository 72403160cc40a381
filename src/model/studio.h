/* studio.h: what of the visual studio ships: the formats that pictures are made in, with what networks lay over them; templates, which are drawings (share/studio/
 * NAME.FORMAT.svg, built in) with names for their places; the roles that the colours of a brand kit play, and which of them lie where.
 *
 * What must stay true: every template is drawn for every format, and its words stand within the safe area of each (a test holds them to it); its colours are the
 * roles' default colours, so that a kit can take their place. */
#pragma once
#include "base/str.h"
#include "base/types.h"

struct studio_format {
	const char *word, *title;        /* "story", msgid */
	int width, height;               /* pixels */
	int left, top, right, bottom;    /* of these, what is to stay without words */
};
#define STUDIO_FORMATS 5
extern const struct studio_format studio_formats[STUDIO_FORMATS];
const struct studio_format *studio_format_of(struct str word); /* NULL: there is none */

enum studio_role { ROLE_PAPER, ROLE_INK, ROLE_ACCENT, ROLE_SECOND, ROLE_ON, STUDIO_ROLES };
struct studio_colour {
	const char *word, *title;        /* "accent", msgid */
	u32 colour;                      /* as the templates are drawn, and where no kit says another */
};
extern const struct studio_colour studio_roles[STUDIO_ROLES];

/* Which role's colour lies where another's is drawn. */
struct studio_scheme {
	const char *word, *title;        /* "", "dark", …; msgid */
	enum studio_role lies[STUDIO_ROLES];
};
#define STUDIO_SCHEMES 3
extern const struct studio_scheme studio_schemes[STUDIO_SCHEMES];
const struct studio_scheme *studio_scheme_of(struct str word); /* NULL: there is none */

struct studio_place {
	const char *name, *title;        /* "title", msgid */
	const char *sample;              /* msgid; what it shows until somebody writes */
};
#define STUDIO_PLACES 6
struct studio_model {
	const char *word, *title, *about; /* "quote", msgids */
	struct studio_place places[STUDIO_PLACES]; /* those of words; ends with one without a name */
	const char *body, *heading;      /* where the text and the title of a post go */
};
extern const struct studio_model studio_models[];
extern const size_t studio_model_count;
const struct studio_model *studio_model_of(struct str word); /* NULL: none that ships */
struct str studio_drawing(struct str word, const struct studio_format *format); /* of one that ships; empty: there is none */
const char *studio_place_title(struct str name); /* msgid of a place that any of them has; NULL: of none */

/* The fonts that ship: files, and the families that they call themselves. */
#define STUDIO_TITLE_FAMILY "Commissioner Thin" /* which holds all its weights */
#define STUDIO_TEXT_FAMILY "Hanken Grotesk"
#define STUDIO_FONTS_MAX 4
size_t studio_fonts(struct str family, struct str ret_files[static STUDIO_FONTS_MAX]);
