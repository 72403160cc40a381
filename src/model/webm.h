/* webm.h: what a WebM or Matroska film is, by its elements, and the same film without what says who made it, with what and where. Nothing is decoded; time is linear in the file. What is
 * taken out becomes a Void element of the same length, so that every other byte stays where the tables say it is.
 *
 * What must stay true: what webm_clean() gives has the length it had, plays as it did, and holds no tags, no attachments, no title, date or program, no names of tracks, no comments of Vorbis, and
 * no track but of picture, sound and subtitles. Sources: RFC 8794 (EBML), RFC 9559 (Matroska), Vorbis I specification (comment header). */
#pragma once
#include "base/cx.h"

struct webm {
	int width, height; /* pixels of its first picture track; 0: it has none */
	i64 duration;      /* microseconds; 0: not said, as of what a browser recorded */
	bool sound, text;  /* it has such tracks */
	bool traces;
	bool drops;        /* it has tracks of something else, which cannot be taken out */
};

bool webm_is(struct str type); /* "video/webm" */
/* ERR_BAD_INPUT: broken or cut short. */
enum err webm_look(struct cx *cx, struct str bytes, struct webm *ret_webm);
/* In place, in bytes that are the caller's own copy, worth nothing after a failure. ERR_BAD_INPUT as webm_look(); ERR_UNSUPPORTED: `drops`. */
enum err webm_clean(struct cx *cx, char *bytes, size_t length);
