/* quote.h: where, in the text of a mail, what was said before begins again: the quoted history that mail programs put under an answer, and the
 * signature above it. It is kept, and folded away where people read; what a mail says is understood without it.
 *
 * Known are the ways of the common programs in English and French (Gmail, Apple Mail, Outlook, Thunderbird, Yahoo, those of telephones) and the
 * attribution lines of some more languages. What is answered in between the lines is never folded: only what nothing follows. */
#pragma once
#include "base/str.h"

/* How many bytes of the text are new. All of them when nothing is quoted, or nothing else is there. */
size_t quote_begins(struct str text);
