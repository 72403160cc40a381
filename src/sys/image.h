/* image.h: pictures. image_look() says by the bytes alone, whatever a name says, what a picture is, and refuses what is none of the kinds taken, what is broken
 * or cut short, and what would be enormous once unpacked: a reader of our own, linear in the length, that decodes nothing, so any role may ask it.
 * image_make() makes renditions of it: turned upright, cut to a ratio around its focus point, made smaller and never larger, in sRGB, without any metadata
 * (where it was taken, by which camera), under a number of bytes. It decodes, so it is done in a process of its own that can do nothing else (image_box.h).
 *
 * What must stay true: image_make() looks before anything is decoded, and looks at each result before it hands it over: of the kind that was asked for, of the
 * size that is told, without metadata. Results live in the arena of cx.
 * Sources of the formats: PNG 3rd edition (W3C), JPEG (ITU T.81), Exif 2.32 (CIPA DC-008), GIF89a, the WebP container specification, Adobe's Photoshop file
 * format specification. */
#pragma once
#include "base/cx.h"

enum image_format { IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP, IMAGE_GIF, IMAGE_PSD, IMAGE_SVG, IMAGE_FORMATS };
const char *image_format_word(enum image_format format); /* "jpeg" */
const char *image_type(enum image_format format);        /* "image/jpeg" */
bool image_format_of(struct str word, enum image_format *ret_format);

#define IMAGE_BYTES_MAX ((size_t)128 << 20)
#define IMAGE_SIDE_MAX 30000             /* pixels */
#define IMAGE_PIXELS_MAX ((i64)120000000) /* of all frames together: 480 MB at the most while one is unpacked whole */
#define IMAGE_FRAMES_MAX 1000

struct image {
	enum image_format format;
	int width, height;   /* as stored: before it is turned by `orientation`. Of an SVG: as it says, 0 when it says nothing */
	int orientation;     /* Exif: 1 upright … 8 */
	int frames;          /* 1: a still picture */
	i64 duration;        /* microseconds of all frames; 0: still */
	int bits;            /* of a channel */
	enum { IMAGE_RGB, IMAGE_GREY, IMAGE_CMYK, IMAGE_PALETTE } colour;
	bool alpha;
	bool icc;            /* a colour profile */
	bool exif, xmp, iptc; /* metadata of these kinds */
	bool text;           /* comments, or texts of PNG */
	bool position;       /* metadata that say where it was taken, or (packed ones) may say it */
	bool odd;            /* behind its end are more bytes that are no part of it */
};

/* ERR_UNSUPPORTED: no picture of a kind that is taken; ERR_BAD_INPUT: broken, or cut short; ERR_TOO_LARGE: a bomb, or as good as one. An SVG (sys/svg.h) is
 * told apart here, and looked at there. */
enum err image_look(struct cx *cx, struct str bytes, struct image *ret_image);
const char *image_colour_word(const struct image *image);
/* Its size as seen: turned by its orientation. */
void image_upright(const struct image *image, int *ret_width, int *ret_height);

/* ---- renditions ---- */

struct image_wish {
	enum image_format format; /* IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP, IMAGE_GIF */
	int width, height;        /* with `fill`: both, the ratio to cut to; else the most that either may be. 0: as it is. Never larger than the source */
	bool fill;
	double focus_x, focus_y;  /* 0 to 1 from the left and the top of the picture as seen: stays in sight, in the middle where that can be. NaN is the middle */
	i64 most;                 /* bytes; 0: as many as it takes. Quality goes down before the size does */
	int quality;              /* 1 to 100 to begin with; 0: 84 */
	u32 paper;                /* 0xRRGGBB under what is transparent, where the format has no transparency (JPEG). 0: black */
	bool still;               /* the first frame alone; of WebP and GIF all stay otherwise */
	bool sketch;              /* no picture: the values of its pixels, red, green, blue, row by row, to be compared with another's. With `fill` and IMAGE_JPEG; then `image` of what was made says its size alone */
};

struct image_made {
	struct str bytes;         /* arena; empty: this one could not be made, as `story` says */
	struct image image;       /* what it is */
	int quality;              /* of JPEG and WebP: what it came to; else 0 */
	struct str story;
};

struct image_box;             /* image_box.h: where decoding is done */

#define IMAGE_WISHES_MAX 32
/* All in one go, which decodes in one process. The picture as a whole: as image_look(), and ERR_BAD_INPUT when it cannot be decoded; ERR_SYSTEM when there is no
 * process to be had. `ret_made`: `count` of them. An SVG is cleaned (svg.h) before it is drawn. No wishes: can it be decoded at all? */
enum err image_make(struct cx *cx, const struct image_box *box, struct str bytes, const struct image_wish *wishes, size_t count, struct image_made *ret_made);
