/* html_clean.h: HTML from outside made harmless: the one place for it. What is not named in a list of elements, attributes, styles and
 * schemes is left out; the text stays, but for that of scripts and styles. docs/decisions/0008-html.md says why it is done this way.
 *
 * What must stay true: the result consists of nothing but texts without < and tags of the list, written by us: each attribute in double
 * quotes with < > " escaped, no comment, no element in which a browser reads otherwise (script, style, textarea, title, noscript, svg,
 * math, template …), every element closed in order. So it is cut into the same tags by every browser, wherever it is put and how often
 * it is read again, and cleaning it once more changes nothing. Linear in the length; nesting bounded. */
#pragma once
#include "base/buf.h"

#define HTML_CLEAN_DEPTH 128 /* elements deeper than that are left out, their text stays */

/* Append `html` (UTF-8; broken bytes are replaced), its addresses seen from `base` (may be empty). */
void buf_add_clean_html(struct buf *out, struct str html, struct str base);
/* What of a `style` attribute may stand: properties of colour, letter, measure and place in the flow, with plain values. */
void buf_add_clean_style(struct buf *out, struct str style);
/* Is it an element of the list? */
bool html_clean_knows(struct str element);
