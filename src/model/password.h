/* password.h: would this password be among the first that somebody tries? Takes off what everybody puts into one (usual words of several
 * languages, rows of keys, years, digits in a row, one's own name, letters written as digits) and looks at what is left. Pure; owns nothing.
 *
 * What must stay true: a sentence of one's own always does; no list that has to be downloaded is needed. */
#pragma once
#include "base/str.h"

/* `own`: what is known of the person and the place: parts of the address, the name. Those below four letters are not looked for. */
bool password_is_usual(struct str password, const struct str *own, size_t count);
