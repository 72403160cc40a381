/* qr.h: the wall to libqrencode: a text as a QR code in SVG. One path, a viewBox, no style attribute and no script, so that it
 * may stand in a page under the strictest content policy. Dark on a white ground whatever the theme: scanners want it so. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

/* `title` is read out by screen readers. ERR_TOO_LARGE when the text does not fit a code (some 2,300 bytes). */
enum err qr_svg(struct cx *cx, struct str text, struct str title, struct buf *b);
/* The dark modules alone as an SVG path, its corner at 0 0; *ret_side modules a side, the quiet ground around it not counted. */
enum err qr_path(struct cx *cx, struct str text, struct buf *b, int *ret_side);
