#include "model/mp3.h"

#include "base/lang.h"

#define ID3_HEAD 10
#define ID3V1 128
#define ID3V1_MORE 227 /* "TAG+", before it */
#define APE 32
#define LYRICS_END 15  /* six digits and "LYRICS200" */

bool mp3_is(struct str type)
{
	return str_eq(type, S("audio/mpeg"));
}

static enum err broken(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This sound is broken, or its end is missing."));
}

static u8 byte_at(struct str s, size_t at)
{
	return (u8)s.at[at];
}

/* Seven bits a byte. */
static bool length_at(struct str s, size_t at, size_t *ret_length)
{
	size_t length = 0;
	for (size_t i = 0; i < 4; i++) {
		if (byte_at(s, at + i) & 0x80)
			return false;
		length = length << 7 | byte_at(s, at + i);
	}
	*ret_length = length;
	return true;
}

static bool ends_by(struct str s, size_t back, struct str sign)
{
	return s.len >= back && str_starts(str_skip(s, s.len - back), sign);
}

/* Tags before: one after the other. */
static enum err skip_before(struct cx *cx, struct str *s)
{
	size_t length;
	while (str_starts(*s, S("ID3"))) {
		if (s->len < ID3_HEAD || !length_at(*s, 6, &length))
			return broken(cx);
		length += ID3_HEAD + (byte_at(*s, 5) & 0x10 ? ID3_HEAD : 0); /* a foot like the head */
		if (length > s->len)
			return broken(cx);
		*s = str_skip(*s, length);
	}
	while (s->len && !s->at[0]) /* zeros between, as some writers leave */
		*s = str_skip(*s, 1);
	return OK;
}

static u32 little_at(struct str s, size_t at)
{
	return (u32)byte_at(s, at) | (u32)byte_at(s, at + 1) << 8 | (u32)byte_at(s, at + 2) << 16 | (u32)byte_at(s, at + 3) << 24;
}

/* The length of the tag that ends here; 0: none; more than there is: cut short. */
static size_t tag_behind(struct str s)
{
	if (ends_by(s, ID3V1, S("TAG")))
		return ID3V1;
	if (ends_by(s, ID3V1_MORE, S("TAG+")))
		return ID3V1_MORE;
	if (ends_by(s, APE, S("APETAGEX"))) {
		struct str foot = str_skip(s, s.len - APE);
		return (size_t)little_at(foot, 12) + (little_at(foot, 20) & 0x80000000u ? APE : 0); /* its foot is counted, its head is not */
	}
	if (ends_by(s, ID3_HEAD, S("3DI"))) { /* an ID3v2.4 behind the sound */
		size_t length;
		return length_at(s, s.len - 4, &length) ? length + 2 * (size_t)ID3_HEAD : s.len + 1;
	}
	if (ends_by(s, 9, S("LYRICS200")) && s.len >= LYRICS_END) {
		i64 length;
		return str_to_i64(str_head(str_skip(s, s.len - LYRICS_END), 6), &length) && length >= 0 ? (size_t)length + LYRICS_END : s.len + 1;
	}
	return 0;
}

static enum err skip_behind(struct cx *cx, struct str *s)
{
	for (size_t length; (length = tag_behind(*s));) {
		if (length > s->len || length < 20)
			return broken(cx);
		s->len -= length;
	}
	return OK;
}

enum err mp3_sound(struct cx *cx, struct str bytes, struct str *ret_sound, bool *ret_traces)
{
	struct str sound = bytes;
	TRY(skip_before(cx, &sound));
	TRY(skip_behind(cx, &sound));
	/* A frame begins with eleven bits, and a version, a layer and a rate that there are. */
	if (sound.len < 4 || byte_at(sound, 0) != 0xff || (byte_at(sound, 1) & 0xe0) != 0xe0 || (byte_at(sound, 1) & 0x18) == 0x08 || !(byte_at(sound, 1) & 0x06) ||
	    (byte_at(sound, 2) & 0xf0) == 0xf0)
		return broken(cx);
	*ret_sound = sound;
	*ret_traces = sound.len != bytes.len;
	return OK;
}
