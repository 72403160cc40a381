#include "model/webm.h"

#include "base/clock.h"
#include "base/lang.h"

#include <string.h>

/* Ids as they are written, with their length's mark. */
#define EBML 0x1a45dfa3u
#define SEGMENT 0x18538067u
#define SEEK_HEAD 0x114d9b74u
#define SEEK 0x4dbbu
#define SEEK_ID 0x53abu
#define INFO 0x1549a966u
#define SCALE 0x2ad7b1u
#define DURATION 0x4489u
#define MUXER 0x4d80u
#define WRITER 0x5741u
#define TRACKS 0x1654ae6bu
#define TRACK 0xaeu
#define TRACK_TYPE 0x83u
#define TRACK_NAME 0x536eu
#define CODEC 0x86u
#define CODEC_PRIVATE 0x63a2u
#define CODEC_NAME 0x258688u
#define CODEC_INFO 0x3b4040u
#define CODEC_FROM 0x26b240u
#define ATTACHED 0x7446u
#define VIDEO 0xe0u
#define WIDTH 0xb0u
#define HEIGHT 0xbau
#define CLUSTER 0x1f43b675u
#define CUES 0x1c53bb6bu
#define CHAPTERS 0x1043a770u
#define TAGS 0x1254c367u
#define ATTACHMENTS 0x1941a469u
#define VOID 0xecu
#define CRC 0xbfu

#define SIDE_MAX 32768

struct element {
	u32 id;
	size_t at, body, end;
	bool endless; /* its size is not said: it ends where the one that holds it does, or where a greater one begins */
};

struct reading {
	struct cx *cx;
	char *own;         /* to overwrite; NULL while it is only looked at */
	struct str bytes;
	struct webm webm;
	bool seen_segment, seen_picture;
	u64 scale;         /* nanoseconds a tick */
	double ticks;
};

static enum err broken(struct reading *r)
{
	return fail(r->cx, ERR_BAD_INPUT, N_("This film is broken, or its end is missing."));
}

/* ---- elements ---- */

static u8 byte_at(const struct reading *r, size_t at)
{
	return (u8)r->bytes.at[at];
}

/* The number of bytes that a first byte announces: 1 … 8; 9: none. */
static size_t length_of(u8 first)
{
	return first ? (size_t)__builtin_clz(first) - 23 : 9;
}

static u64 number_at(const struct reading *r, size_t at, size_t length)
{
	u64 number = 0;
	for (size_t i = 0; i < length; i++)
		number = number << 8 | byte_at(r, at + i);
	return number;
}

static enum err element_at(struct reading *r, size_t at, size_t until, struct element *ret_element)
{
	size_t id = at < until ? length_of(byte_at(r, at)) : 9;
	if (id > 4 || until - at <= id)
		return broken(r);
	size_t length = length_of(byte_at(r, at + id));
	if (length > 8 || until - at - id < length)
		return broken(r);
	struct element e = {.id = (u32)number_at(r, at, id), .at = at, .body = at + id + length};
	u64 mask = ((u64)1 << (7 * length)) - 1, size = number_at(r, at + id, length) & mask;
	e.endless = size == mask;
	if (!e.endless && size > until - e.body)
		return broken(r);
	e.end = e.endless ? until : e.body + (size_t)size;
	*ret_element = e;
	return OK;
}

static u64 value_of(const struct reading *r, const struct element *e)
{
	return e->end - e->body <= 8 ? number_at(r, e->body, e->end - e->body) : 0;
}

static struct str text_of(const struct reading *r, const struct element *e)
{
	return str_head(str_skip(r->bytes, e->body), e->end - e->body);
}

static bool is_blank(const struct reading *r, size_t at, size_t end)
{
	for (size_t i = at; i < end; i++)
		if (r->bytes.at[i] && r->bytes.at[i] != ' ')
			return false;
	return true;
}

/* ---- what goes ---- */

/* The same bytes as one Void; an element has two at the least. */
static void empty(struct reading *r, const struct element *e)
{
	size_t all = e->end - e->at;
	if (!r->own)
		return;
	memset(r->own + e->at, 0, all);
	r->own[e->at] = (char)VOID;
	if (all - 2 < 127) {
		r->own[e->at + 1] = (char)(0x80 | (all - 2));
		return;
	}
	r->own[e->at + 1] = 1; /* a length of eight bytes */
	for (size_t i = 0; i < 7; i++)
		r->own[e->at + 2 + i] = (char)((u64)(all - 9) >> (8 * (6 - i)));
}

static void drop(struct reading *r, const struct element *e)
{
	r->webm.traces = true;
	empty(r, e);
}

static void blank(struct reading *r, size_t at, size_t end, char with)
{
	if (is_blank(r, at, end))
		return;
	r->webm.traces = true;
	if (r->own)
		memset(r->own + at, with, end - at);
}

/* True when it was one of those that may be anywhere. */
static bool is_filling(struct reading *r, const struct element *e)
{
	if (e->id == VOID)
		blank(r, e->body, e->end, 0); /* what was there before somebody changed the file */
	else if (e->id == CRC) /* of what is changed here */
		empty(r, e);
	return e->id == VOID || e->id == CRC;
}

/* Each element of one that is no cluster and has its size said. */
#define EACH_IN(r, in, e)                                                                                                       \
	for (size_t at_ = (in)->body; at_ < (in)->end && ({                                                                     \
				TRY(element_at((r), at_, (in)->end, (e)));                                                      \
				at_ = (e)->end;                                                                                 \
				true;                                                                                           \
			});)

static enum err take_seek(struct reading *r, const struct element *seek)
{
	struct element e = {};
	bool goes = false;
	EACH_IN (r, seek, &e)
		goes |= e.id == SEEK_ID && (value_of(r, &e) == TAGS || value_of(r, &e) == ATTACHMENTS);
	if (goes)
		drop(r, seek);
	return OK;
}

static enum err take_seek_head(struct reading *r, const struct element *head)
{
	struct element e = {};
	EACH_IN (r, head, &e) {
		if (!is_filling(r, &e) && e.id == SEEK)
			TRY(take_seek(r, &e));
	}
	return OK;
}

static double float_of(const struct reading *r, const struct element *e)
{
	u64 bits = value_of(r, e);
	u32 half = (u32)bits;
	double number = 0;
	float small = 0;
	if (e->end - e->body == 8)
		memcpy(&number, &bits, 8);
	else if (e->end - e->body == 4) {
		memcpy(&small, &half, 4);
		number = small;
	}
	return number;
}

static enum err take_info(struct reading *r, const struct element *info)
{
	struct element e = {};
	EACH_IN (r, info, &e) {
		if (is_filling(r, &e))
			continue;
		if (e.id == SCALE)
			r->scale = value_of(r, &e);
		else if (e.id == DURATION)
			r->ticks = float_of(r, &e);
		else if (e.id == MUXER || e.id == WRITER) /* they have to be there */
			blank(r, e.body, e.end, 0);
		else
			drop(r, &e);
	}
	return OK;
}

/* ---- tracks ---- */

static u32 little_at(const struct reading *r, size_t at)
{
	return (u32)byte_at(r, at) | (u32)byte_at(r, at + 1) << 8 | (u32)byte_at(r, at + 2) << 16 | (u32)byte_at(r, at + 3) << 24;
}

/* "\3vorbis", who made it, and KEY=value, each with its length before it: the values go. */
static enum err blank_comments(struct reading *r, size_t at, size_t end)
{
	if (end - at < 15 || memcmp(r->bytes.at + at, "\3vorbis", 7) != 0)
		return broken(r);
	u32 length = little_at(r, at += 7);
	at += 4;
	if (length > end - at || end - at - length < 4)
		return broken(r);
	blank(r, at, at + length, ' ');
	u32 count = little_at(r, at += length);
	at += 4;
	for (u32 i = 0; i < count; i++) {
		if (end - at < 4 || (length = little_at(r, at)) > end - at - 4)
			return broken(r);
		at += 4;
		struct str comment = str_head(str_skip(r->bytes, at), length);
		ptrdiff_t sign = str_find_byte(comment, '=');
		blank(r, at + (size_t)(sign + 1), at + length, ' ');
		at += length;
	}
	return OK;
}

/* Three headers in one, the lengths of the first two before them in bytes of 255 and a rest. */
static enum err take_vorbis(struct reading *r, const struct element *private)
{
	size_t at = private->body, lengths[2] = {};
	if (at == private->end || byte_at(r, at++) != 2)
		return broken(r);
	for (size_t i = 0; i < 2; i++) {
		u8 more = 255;
		while (more == 255) {
			if (at == private->end)
				return broken(r);
			more = byte_at(r, at++);
			lengths[i] += more;
		}
	}
	if (lengths[0] > private->end - at || lengths[1] > private->end - at - lengths[0])
		return broken(r);
	at += lengths[0];
	return blank_comments(r, at, at + lengths[1]);
}

static enum err take_video(struct reading *r, const struct element *video)
{
	struct element e = {};
	u64 width = 0, height = 0;
	EACH_IN (r, video, &e) {
		if (e.id == WIDTH)
			width = value_of(r, &e);
		else if (e.id == HEIGHT)
			height = value_of(r, &e);
	}
	if (!r->seen_picture && width <= SIDE_MAX && height <= SIDE_MAX) {
		r->seen_picture = true;
		r->webm.width = (int)width;
		r->webm.height = (int)height;
	}
	return OK;
}

static enum err take_track(struct reading *r, const struct element *track)
{
	struct element e = {}, private = {};
	bool vorbis = false;
	u64 type = 0;
	EACH_IN (r, track, &e) {
		if (is_filling(r, &e))
			continue;
		switch (e.id) {
		case TRACK_TYPE: type = value_of(r, &e); break;
		case VIDEO: TRY(take_video(r, &e)); break;
		case CODEC: vorbis = str_starts(text_of(r, &e), S("A_VORBIS")); break;
		case CODEC_PRIVATE: private = e; break;
		case TRACK_NAME:
		case CODEC_NAME:
		case CODEC_INFO:
		case CODEC_FROM:
		case ATTACHED: drop(r, &e); break;
		default: break;
		}
	}
	r->webm.sound |= type == 2;
	r->webm.text |= type == 17;
	r->webm.drops |= type != 1 && type != 2 && type != 17;
	return vorbis && private.body ? take_vorbis(r, &private) : OK;
}

static enum err take_tracks(struct reading *r, const struct element *tracks)
{
	struct element e = {};
	EACH_IN (r, tracks, &e) {
		if (!is_filling(r, &e) && e.id == TRACK)
			TRY(take_track(r, &e));
	}
	return OK;
}

/* ---- the whole ---- */

static bool is_great(u32 id)
{
	return id == SEEK_HEAD || id == INFO || id == TRACKS || id == CLUSTER || id == CUES || id == CHAPTERS || id == TAGS || id == ATTACHMENTS || id == SEGMENT || id == EBML;
}

/* Where a cluster of a size that is not said ends; what is in it has sizes. */
static enum err end_of_cluster(struct reading *r, struct element *cluster)
{
	struct element e = {};
	for (size_t at = cluster->body; at < cluster->end; at = e.end) {
		TRY(element_at(r, at, cluster->end, &e));
		if (is_great(e.id))
			cluster->end = at;
		else if (e.endless)
			return broken(r);
		if (cluster->end == at)
			break;
	}
	return OK;
}

static enum err take_segment(struct reading *r, struct element *segment)
{
	struct element e = {};
	for (size_t at = segment->body; at < segment->end; at = e.end) {
		TRY(element_at(r, at, segment->end, &e));
		if (e.id == CLUSTER && e.endless)
			TRY(end_of_cluster(r, &e));
		else if (e.endless)
			return broken(r);
		if (is_filling(r, &e) || e.id == CLUSTER || e.id == CUES || e.id == CHAPTERS)
			continue;
		if (e.id == SEEK_HEAD)
			TRY(take_seek_head(r, &e));
		else if (e.id == INFO)
			TRY(take_info(r, &e));
		else if (e.id == TRACKS)
			TRY(take_tracks(r, &e));
		else /* tags, attachments, and what nobody knows */
			drop(r, &e);
	}
	return OK;
}

static enum err read_all(struct reading *r)
{
	struct element e = {};
	for (size_t at = 0; at < r->bytes.len; at = e.end) {
		TRY(element_at(r, at, r->bytes.len, &e));
		if (e.id == SEGMENT) {
			r->seen_segment = true;
			TRY(take_segment(r, &e));
		} else if (!is_filling(r, &e) && (e.id != EBML || e.endless)) {
			return broken(r);
		}
	}
	if (!r->seen_segment)
		return broken(r);
	double length = r->ticks * (double)r->scale / 1000; /* microseconds */
	if (length > 0 && length < 366.0 * (double)DAY)
		r->webm.duration = (i64)length;
	return OK;
}

bool webm_is(struct str type)
{
	return str_eq(type, S("video/webm"));
}

#define SCALE_UNSAID 1000000

enum err webm_look(struct cx *cx, struct str bytes, struct webm *ret_webm)
{
	struct reading r = {.cx = cx, .bytes = bytes, .scale = SCALE_UNSAID};
	TRY(read_all(&r));
	*ret_webm = r.webm;
	return OK;
}

enum err webm_clean(struct cx *cx, char *bytes, size_t length)
{
	struct reading look = {.cx = cx, .bytes = {bytes, length}, .scale = SCALE_UNSAID}, r = {.cx = cx, .own = bytes, .bytes = {bytes, length}, .scale = SCALE_UNSAID};
	TRY(read_all(&look)); /* all of it is sound before anything of it is changed */
	if (look.webm.drops)
		return fail(cx, ERR_UNSUPPORTED, N_("This film carries a track beside picture, sound and subtitles, which cannot be taken out of it. Save it anew without it."));
	TRY(read_all(&r));
	struct webm after = {};
	const struct webm *before = &look.webm;
	TRY(webm_look(cx, (struct str){bytes, length}, &after));
	bool same = after.width == before->width && after.height == before->height && after.duration == before->duration && after.sound == before->sound && after.text == before->text;
	return same && !after.traces ? OK : broken(&r);
}
