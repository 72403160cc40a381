#include "model/film.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/lang.h"

#include <string.h>

#define KIND(a, b, c, d) ((u32)(u8)(a) << 24 | (u32)(u8)(b) << 16 | (u32)(u8)(c) << 8 | (u32)(u8)(d))
#define TRACKS_MAX 64
#define SIDE_MAX 32768

bool film_is(struct str type)
{
	return str_eq(type, S("video/mp4")) || str_eq(type, S("video/quicktime")) || str_eq(type, S("audio/mp4"));
}

/* ---- boxes ---- */

struct box {
	u32 kind;
	size_t at, body, end; /* where it begins, what is in it begins, it ends */
};

struct reading {
	struct cx *cx;
	char *own;               /* to overwrite; NULL while it is only looked at */
	struct str bytes;
	struct film film;
	bool seen_moov, seen_picture, drops;
	size_t wiped;            /* bytes of samples: more than the file has is a lie */
};

static u32 u32_at(struct str bytes, size_t at)
{
	const u8 *p = (const u8 *)bytes.at + at;
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static u64 u64_at(struct str bytes, size_t at)
{
	return (u64)u32_at(bytes, at) << 32 | u32_at(bytes, at + 4);
}

static enum err broken(struct reading *r)
{
	return fail(r->cx, ERR_BAD_INPUT, N_("This film is broken, or its end is missing."));
}

/* The box at `at`; false at the end. Bytes too few for a box (some writers leave four zeros) are none. */
static enum err next_box(struct reading *r, size_t at, size_t until, struct box *ret_box, bool *ret_more)
{
	*ret_more = false;
	if (until - at < 8)
		return OK;
	struct box box = {.kind = u32_at(r->bytes, at + 4), .at = at, .body = at + 8};
	u64 size = u32_at(r->bytes, at);
	if (size == 1) {
		if (until - at < 16)
			return broken(r);
		size = u64_at(r->bytes, at + 8);
		box.body = at + 16;
	} else if (size == 0) { /* to the end */
		size = until - at;
	}
	if (size < box.body - at || size > until - at)
		return broken(r);
	box.end = at + (size_t)size;
	*ret_box = box;
	*ret_more = true;
	return OK;
}

/* The first of that kind in a box; `body` 0: none. */
static enum err find(struct reading *r, const struct box *in, u32 kind, struct box *ret_box)
{
	struct box box = {};
	bool more = false;
	*ret_box = (struct box){};
	for (size_t at = in->body; at < in->end; at = box.end) {
		TRY(next_box(r, at, in->end, &box, &more));
		if (!more)
			break;
		if (box.kind == kind) {
			*ret_box = box;
			break;
		}
	}
	return OK;
}

/* ---- what goes ---- */

static bool names_place(struct str text)
{
	static const struct str signs[] = {S("\xa9xyz"), S("loci"), S("location.ISO6709"), S("GPSLatitude"), S("GPSCoordinates")};
	for (size_t i = 0; i < COUNT(signs); i++)
		if (str_find(text, signs[i]) >= 0)
			return true;
	return false;
}

static void empty(struct reading *r, const struct box *box)
{
	r->film.traces = true;
	r->film.position |= names_place(str_head(str_skip(r->bytes, box->body), box->end - box->body));
	if (!r->own)
		return;
	memcpy(r->own + box->at + 4, "free", 4);
	memset(r->own + box->body, 0, box->end - box->body);
}

static bool is_trace(u32 kind)
{
	return kind == KIND('u', 'd', 't', 'a') || kind == KIND('m', 'e', 't', 'a') || kind == KIND('u', 'u', 'i', 'd');
}

static enum err wipe(struct reading *r, u64 at, u64 length)
{
	if (at > r->bytes.len || length > r->bytes.len - at || length > r->bytes.len - r->wiped)
		return broken(r);
	r->wiped += (size_t)length;
	if (r->own)
		memset(r->own + at, 0, (size_t)length);
	return OK;
}

struct samples {
	struct box size, chunk, offset; /* stsz, stsc, stco or co64 */
	bool wide;
	u32 each, count, runs, chunks;
};

static enum err find_samples(struct reading *r, const struct box *media, struct samples *ret_samples)
{
	struct samples s = {};
	struct box info = {}, table = {};
	TRY(find(r, media, KIND('m', 'i', 'n', 'f'), &info));
	TRY(find(r, &info, KIND('s', 't', 'b', 'l'), &table));
	TRY(find(r, &table, KIND('s', 't', 's', 'z'), &s.size));
	TRY(find(r, &table, KIND('s', 't', 's', 'c'), &s.chunk));
	TRY(find(r, &table, KIND('s', 't', 'c', 'o'), &s.offset));
	if (!s.offset.body) {
		s.wide = true;
		TRY(find(r, &table, KIND('c', 'o', '6', '4'), &s.offset));
	}
	if (!s.size.body || !s.chunk.body || !s.offset.body || s.size.end - s.size.body < 12 || s.chunk.end - s.chunk.body < 8 || s.offset.end - s.offset.body < 8)
		return broken(r);
	s.each = u32_at(r->bytes, s.size.body + 4);
	s.count = u32_at(r->bytes, s.size.body + 8);
	s.runs = u32_at(r->bytes, s.chunk.body + 4);
	s.chunks = u32_at(r->bytes, s.offset.body + 4);
	if ((!s.each && s.count > (s.size.end - s.size.body - 12) / 4) || s.runs > (s.chunk.end - s.chunk.body - 8) / 12 ||
	    s.chunks > (s.offset.end - s.offset.body - 8) / (s.wide ? 8 : 4))
		return broken(r);
	*ret_samples = s;
	return OK;
}

/* What a track shows lies in chunks elsewhere in the file: all of it is overwritten. */
static enum err wipe_samples(struct reading *r, const struct box *media)
{
	struct samples s = {};
	u32 sample = 0, run = 0, per_chunk = 0;
	TRY(find_samples(r, media, &s));
	for (u32 chunk = 0; chunk < s.chunks && sample < s.count; chunk++) {
		while (run < s.runs && u32_at(r->bytes, s.chunk.body + 8 + 12 * (size_t)run) <= chunk + 1)
			per_chunk = u32_at(r->bytes, s.chunk.body + 8 + 12 * (size_t)run++ + 4);
		u64 at = s.wide ? u64_at(r->bytes, s.offset.body + 8 + 8 * (size_t)chunk) : u32_at(r->bytes, s.offset.body + 8 + 4 * (size_t)chunk), length = 0;
		u32 here = per_chunk < s.count - sample ? per_chunk : s.count - sample;
		if (s.each)
			length = (u64)s.each * here;
		for (u32 i = 0; !s.each && i < here; i++)
			length += u32_at(r->bytes, s.size.body + 12 + 4 * (size_t)(sample + i));
		TRY(wipe(r, at, length));
		sample += here;
	}
	return OK;
}

/* ---- tracks ---- */

static enum err take_header(struct reading *r, const struct box *track)
{
	struct box box = {};
	TRY(find(r, track, KIND('t', 'k', 'h', 'd'), &box));
	if (!box.body || box.end - box.body < 84)
		return broken(r);
	size_t more = r->bytes.at[box.body] == 1 ? 12 : 0; /* times of 64 bits */
	if (box.end - box.body < 84 + more)
		return broken(r);
	u32 width = u32_at(r->bytes, box.body + 76 + more) >> 16, height = u32_at(r->bytes, box.body + 80 + more) >> 16;
	bool turned = !u32_at(r->bytes, box.body + 40 + more) && !u32_at(r->bytes, box.body + 56 + more); /* a and d of its matrix: a quarter */
	if (width > SIDE_MAX || height > SIDE_MAX || r->seen_picture)
		return OK;
	r->seen_picture = true;
	r->film.width = (int)(turned ? height : width);
	r->film.height = (int)(turned ? width : height);
	return OK;
}

static enum err take_track(struct reading *r, const struct box *track)
{
	struct box media = {}, handler = {}, box = {};
	bool more = false;
	TRY(find(r, track, KIND('m', 'd', 'i', 'a'), &media));
	TRY(find(r, &media, KIND('h', 'd', 'l', 'r'), &handler));
	if (!media.body || !handler.body || handler.end - handler.body < 12)
		return broken(r);
	switch (u32_at(r->bytes, handler.body + 8)) {
	case KIND('v', 'i', 'd', 'e'):
		TRY(take_header(r, track));
		break;
	case KIND('s', 'o', 'u', 'n'):
		r->film.sound = true;
		break;
	case KIND('s', 'u', 'b', 't'):
	case KIND('s', 'b', 't', 'l'):
	case KIND('t', 'e', 'x', 't'):
	case KIND('c', 'l', 'c', 'p'):
		r->film.text = true;
		break;
	default: /* where the telephone was, how it was held, which faces it saw */
		r->drops = true;
		TRY(wipe_samples(r, &media));
		empty(r, track);
		return OK;
	}
	for (size_t at = track->body; at < track->end; at = box.end) {
		TRY(next_box(r, at, track->end, &box, &more));
		if (!more)
			break;
		if (is_trace(box.kind))
			empty(r, &box);
	}
	return OK;
}

static enum err take_length(struct reading *r, const struct box *box)
{
	bool wide = box->end > box->body && r->bytes.at[box->body] == 1;
	if (box->end - box->body < (wide ? 32u : 20u))
		return broken(r);
	u64 scale = u32_at(r->bytes, box->body + (wide ? 20 : 12)), length = wide ? u64_at(r->bytes, box->body + 24) : u32_at(r->bytes, box->body + 16);
	if (scale && length / scale < 366 * 24 * 3600ull && length != (wide ? UINT64_MAX : UINT32_MAX))
		r->film.duration = (i64)(length / scale) * SECOND + (i64)(length % scale * 1000000 / scale);
	return OK;
}

static enum err take_moov(struct reading *r, const struct box *moov)
{
	struct box box = {};
	bool more = false;
	int tracks = 0;
	for (size_t at = moov->body; at < moov->end; at = box.end) {
		TRY(next_box(r, at, moov->end, &box, &more));
		if (!more)
			break;
		if (is_trace(box.kind))
			empty(r, &box);
		else if (box.kind == KIND('m', 'v', 'h', 'd'))
			TRY(take_length(r, &box));
		else if (box.kind == KIND('t', 'r', 'a', 'k') && ++tracks > TRACKS_MAX)
			return broken(r);
		else if (box.kind == KIND('t', 'r', 'a', 'k'))
			TRY(take_track(r, &box));
	}
	r->seen_moov = true;
	return OK;
}

static enum err read_all(struct reading *r)
{
	struct box box = {};
	bool more = false;
	for (size_t at = 0; at < r->bytes.len; at = box.end) {
		TRY(next_box(r, at, r->bytes.len, &box, &more));
		if (!more)
			break;
		if (is_trace(box.kind))
			empty(r, &box);
		else if (box.kind == KIND('m', 'o', 'o', 'v') && !r->seen_moov)
			TRY(take_moov(r, &box));
		else if (box.kind == KIND('m', 'o', 'o', 'f'))
			r->film.pieces = true;
	}
	if (!r->seen_moov)
		return broken(r);
	return OK;
}

enum err film_look(struct cx *cx, struct str bytes, struct film *ret_film)
{
	struct reading r = {.cx = cx, .bytes = bytes};
	TRY(read_all(&r));
	*ret_film = r.film;
	return OK;
}

enum err film_clean(struct cx *cx, char *bytes, size_t length)
{
	struct reading look = {.cx = cx, .bytes = {bytes, length}}, r = {.cx = cx, .own = bytes, .bytes = {bytes, length}};
	TRY(read_all(&look)); /* all of it is sound before anything of it is changed */
	if (look.drops && look.film.pieces)
		return fail(cx, ERR_UNSUPPORTED, N_("This film carries a track beside picture and sound, in pieces that it cannot be taken out of. Save it anew without it."));
	TRY(read_all(&r));
	/* A track that claims its samples where the tables are would have taken those with it. */
	struct film after = {};
	const struct film *before = &look.film;
	TRY(film_look(cx, (struct str){bytes, length}, &after));
	bool same = after.width == before->width && after.height == before->height && after.duration == before->duration && after.sound == before->sound && after.text == before->text;
	return same && !after.traces ? OK : broken(&r);
}
