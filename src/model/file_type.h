/* file_type.h: what a file is, by its first bytes, whatever its name says: those kinds that people send each other in conversations and that can be
 * shown or kept without harm. Nothing else is taken. */
#pragma once
#include "base/str.h"

/* "image/png" and "image"; kinds: image, video, audio, file. False for all that is none of them, and for nothing. Static texts. */
bool file_type_of(struct str bytes, struct str *ret_type, struct str *ret_kind);
