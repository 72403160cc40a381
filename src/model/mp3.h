/* mp3.h: an MP3 without what is written around its sound: ID3v2 before it, ID3v1, Lyrics3 and APE tags behind it. The sound itself is not touched: what leaves is a part of what
 * was brought. Time is linear in the number of tags.
 *
 * Sources: id3.org, ID3v2.3 and ID3v2.4 structure, ID3v1; APEv2 specification (Hydrogenaudio); Lyrics3 v2.00. */
#pragma once
#include "base/cx.h"

bool mp3_is(struct str type); /* "audio/mpeg" */
/* The sound alone, borrowed from the bytes; *ret_traces: there was something around it. ERR_BAD_INPUT: tags that are cut short, or no sound between them. */
enum err mp3_sound(struct cx *cx, struct str bytes, struct str *ret_sound, bool *ret_traces);
