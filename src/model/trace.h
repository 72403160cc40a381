/* trace.h: files that leave without what says who made them, with what and where, though they are not made anew as pictures are: films (film.h, webm.h) and sounds (mp3.h). Of
 * others nothing is taken out: a PDF's properties, an Ogg's comments leave with it, and people are told (trace_stays()). */
#pragma once
#include "base/cx.h"

bool trace_goes(struct str type);  /* trace_clean() takes them out of files of this type */
bool trace_stays(struct str type); /* it may have some that leave with it */
/* In place, in bytes that are the caller's own copy, worth nothing after a failure; *ret_clean is a part of them. Failures as of film_clean(). */
enum err trace_clean(struct cx *cx, struct str type, char *bytes, size_t length, struct str *ret_clean);
