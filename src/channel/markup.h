/* markup.h: HTML or XML cut into tags and texts, as a browser cuts it (the tokenization of HTML5), or leniently as XML. One pass forward
 * over a text that stays where it is: no tree is made, so that neither depth nor size of what others wrote costs more than its length.
 *
 * What must stay true: nothing is an error and every byte is read once; names, values and texts are borrowed pieces of the input, as
 * written (references such as &amp; stand; markup_add_decoded() reads them). Nothing here decides what is harmless: html_clean.h does. */
#pragma once
#include "base/buf.h"
#include "base/map.h"

enum markup_kind {
	MARKUP_END,
	MARKUP_TEXT,    /* `text`, references in it */
	MARKUP_RAW,     /* `text` without references: of a script and the like, or CDATA of XML */
	MARKUP_OPEN,    /* `name`, attributes, `empty` */
	MARKUP_CLOSE,   /* `name` */
	MARKUP_COMMENT, /* also what a browser takes for one */
	MARKUP_DOCTYPE, /* `text`, from its first letter */
	MARKUP_INSTRUCTION, /* <?…?> of XML; `text` is what stands between */
};

#define MARKUP_ATTRIBUTES_MAX 64 /* of a tag; further ones are left out */

struct markup_attribute {
	struct str name, value;
};

struct markup {
	struct str rest;      /* set by the caller: what is to be read */
	bool xml;             /* set by the caller: as XML */
	struct str raw;       /* HTML: the element whose text goes on until its end tag; empty = none */
	bool raw_references;  /* it may hold references (title, textarea) */
	bool doctyped;        /* XML: the document type was read */
	bool loose;           /* XML: something was not well-formed; sticky */

	struct str name, text; /* the token */
	struct markup_attribute attributes[MARKUP_ATTRIBUTES_MAX]; /* each name once (HTML without regard to case): the first */
	size_t attribute_count;
	bool empty;           /* the tag ends in "/>" */
};

/* The next token; MARKUP_END for ever when there is none. */
enum markup_kind markup_next(struct markup *markup);

/* Append `raw` with its references read: numbers (of letters that may stand in a text; others vanish), the names of HTML 4, and `entities` (may be
 * NULL): name → struct str *, taken as they are. What is no reference stands; *unknown (may be NULL) is set when one looked like it. */
void markup_add_decoded(struct buf *out, struct str raw, const struct map *entities, bool *unknown);
/* How long the reference at the start of `raw` is, its semicolon included (1 … ), when it has one, and is a number of a letter that may
 * stand in a text or a name of HTML 4; 0 otherwise. */
size_t markup_reference(struct str raw, u32 *ret_code_point);
/* A number from 0x80 to 0x9f means what Windows-1252 has there: its code point. */
u32 markup_windows(u32 code);
