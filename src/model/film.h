/* film.h: what an MP4 or QuickTime film is, by its boxes, and the same film without what says where and with what it was taken. Nothing is decoded: names, lengths and tables
 * are read, in time linear in the file. What is taken out is overwritten in place, so that every other byte stays where the tables say it is.
 *
 * What must stay true: what film_clean() gives has the length it had, plays as it did, and holds no user data, no metadata, no track but of picture, sound and text.
 * Sources: ISO/IEC 14496-12 (boxes), Apple, QuickTime File Format (©xyz, timed metadata), 3GPP TS 26.244 (loci). */
#pragma once
#include "base/cx.h"

struct film {
	int width, height;   /* pixels as seen: turned as its first picture track says; 0: it has none */
	i64 duration;        /* microseconds; 0: not said */
	bool sound, text;    /* it has such tracks */
	bool traces;         /* user data, metadata, or tracks of something else */
	bool position;       /* that name a place */
	bool pieces;         /* fragmented */
};

/* Is a file of this type one (an M4A too): "video/mp4"? */
bool film_is(struct str type);
/* ERR_BAD_INPUT: broken or cut short. */
enum err film_look(struct cx *cx, struct str bytes, struct film *ret_film);
/* In place, in bytes that are the caller's own copy, worth nothing after a failure. ERR_BAD_INPUT as film_look(); ERR_UNSUPPORTED: it has a track that cannot be taken out of its pieces. */
enum err film_clean(struct cx *cx, char *bytes, size_t length);
