#include "sys/gunzip.h"

#include "base/buf.h"

#include <libdeflate.h>
#include <string.h>

bool gunzip_recognised(struct str bytes)
{
	return str_starts(bytes, S("\x1f\x8b\x08"));
}

static void decompressor_freep(struct libdeflate_decompressor **d)
{
	if (*d)
		libdeflate_free_decompressor(*d);
}

/* The next member behind what `out` has; its room grows until it fits. */
static enum err member(struct cx *cx, struct libdeflate_decompressor *d, struct str *rest, struct buf *out)
{
	for (size_t room = rest->len * 4 + 65536;; room *= 2) {
		size_t in, got;
		if (room > out->max - out->len)
			room = out->max - out->len;
		char *at = buf_room(out, room);
		if (!at)
			return fail(cx, ERR_TOO_LARGE, N_("Unpacked, this is more than %zu MiB."), out->max >> 20);
		enum libdeflate_result result = libdeflate_gzip_decompress_ex(d, rest->at, rest->len, at, room, &in, &got);
		if (result == LIBDEFLATE_SUCCESS) {
			buf_grew(out, got);
			*rest = str_skip(*rest, in);
			return OK;
		}
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
			return fail(cx, ERR_BAD_INPUT, N_("This gzip file is damaged or cut off."));
		if (room == out->max - out->len)
			return fail(cx, ERR_TOO_LARGE, N_("Unpacked, this is more than %zu MiB."), out->max >> 20);
	}
}

enum err gunzip(struct cx *cx, struct str bytes, size_t max, struct str *ret_text)
{
	CLEANUP(decompressor_freep) struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	must(d);
	struct buf *out = buf_in_arena(cx->arena);
	out->max = max;
	struct str rest = bytes;
	do
		TRY(member(cx, d, &rest, out));
	while (gunzip_recognised(rest));
	*ret_text = buf_str(out);
	return OK;
}
