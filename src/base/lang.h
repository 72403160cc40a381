/* lang.h: texts for people in the user's language. Catalogues are gettext .mo files built from po/ and embedded in the
 * program; this reads them in memory, because gettext() itself translates into one language a process and wants the
 * system's locales generated, and Parvis serves several languages at once on a bare machine.
 * English is the language of the sources: a text with no translation is itself. */
#pragma once
#include "base/str.h"

/* Register a catalogue for `lang` ("fr"). The bytes must live as long as the process. False when they are no .mo file.
 * Call before threads start. */
bool lang_add(const char *lang, const void *mo, size_t len);

/* "fr" -> true when a catalogue is there or it is the sources' own language, "en". */
bool lang_known(struct str lang);
const char *lang_of(struct str wanted); /* the static name of the language to use: `wanted` if known, else "en" */

/* A translated format takes the arguments of the original: msgfmt --check-format holds the catalogue to it. */
__attribute__((format_arg(2))) const char *tr(const char *lang, const char *text);
__attribute__((format_arg(2), format_arg(3))) const char *tr_n(const char *lang, const char *one, const char *many, i64 count); /* plural by lang_plural() */
bool lang_plural(const char *lang, i64 count); /* does `count` take the plural form in this language? */

#define _(text) tr(cx->lang, text) /* where a `cx` is at hand */
