#include "sys/qr.h"

#include <errno.h>
#include <qrencode.h>

#define QUIET 4 /* light modules around, as ISO/IEC 18004 wants */

static enum err encode(struct cx *cx, struct str text, QRcode **ret_code)
{
	bool fits = text.len && text.len <= 2331;
	QRcode *code = fits ? QRcode_encodeData((int)text.len, (const unsigned char *)text.at, 0, QR_ECLEVEL_M) : NULL;
	if (!code && fits && errno == ENOMEM)
		return fail(cx, ERR_LATER, "There is not enough memory for this just now. Please try again in a moment.");
	if (!code)
		return fail(cx, ERR_TOO_LARGE, "This text does not fit a QR code.");
	*ret_code = code;
	return OK;
}

static void add_path(const QRcode *code, int from, struct buf *b)
{
	for (int y = 0; y < code->width; y++) {
		const unsigned char *row = code->data + y * code->width;
		for (int x = 0, end; x < code->width; x = end + 1) { /* runs of dark modules */
			for (end = x; end < code->width && (row[end] & 1);)
				end++;
			if (end > x)
				buf_addf(b, "M%d %dh%dv1h-%dz", x + from, y + from, end - x, end - x);
		}
	}
}

enum err qr_path(struct cx *cx, struct str text, struct buf *b, int *ret_side)
{
	QRcode *code = NULL;
	TRY(encode(cx, text, &code));
	add_path(code, 0, b);
	*ret_side = code->width;
	QRcode_free(code);
	return OK;
}

enum err qr_svg(struct cx *cx, struct str text, struct str title, struct buf *b)
{
	QRcode *code = NULL;
	TRY(encode(cx, text, &code));
	int side = code->width + 2 * QUIET;
	buf_addf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" shape-rendering=\"crispEdges\"><title>", side, side);
	buf_add_html(b, title);
	buf_addf(b, "</title><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", side, side);
	add_path(code, QUIET, b);
	buf_adds(b, "\"/></svg>");
	QRcode_free(code);
	return OK;
}
