/* document.h: the members that documents have in common, as templates expect them (src/ui/README.md): instants, numbers, words,
 * faces, clocks, bodies cut at their links. Each gives a new reference; JSON null where there is nothing. Texts are those of
 * format.h. */
#pragma once
#include "ui/format.h"

#include <jansson.h>

/* A member of a document, whose name is one of ours. Takes `value`. */
static inline void doc_set(json_t *document, const char *name, json_t *value)
{
	json_object_setn_new_nocheck(document, name, __builtin_strlen(name), value); /* the length of a literal is known here */
}

json_t *doc_text(struct str text);              /* broken bytes become U+FFFD */
json_t *doc_drawn(struct str html);             /* what our templates drew: as it is */
json_t *doc_address(struct str url);            /* an address that somebody outside gave: of the web (http, https), or null */
json_t *doc_text_or_null(struct str text);      /* null when empty */
json_t *doc_excerpt(struct str text, size_t count); /* its first `count` letters, and "…" when there are more */
json_t *doc_id(i64 id);                         /* "7201"; null for 0 */
json_t *doc_number(const char *lang, i64 count);         /* {"count", "text"} */
json_t *doc_number_or_null(const char *lang, i64 count); /* null for 0 */
json_t *doc_instant(const struct reader *reader, i64 instant); /* {"iso", "text", "short"}; null for 0 */
json_t *doc_word(const char *lang, const char *word, const char *title); /* {"word", "title"}; title is a msgid */
json_t *doc_avatar(struct str name);            /* {"initials", "color"} */
json_t *doc_rating(const char *lang, int value); /* see stars.mustache; null for 0 */
json_t *doc_parts(struct str body);             /* [{"text", "url" or null}]: http and https links found in plain text */

/* {"word", "glyph", "title"} of a network: glyph is one that icons.svg has drawn. */
json_t *doc_network(const char *lang, struct str word);

/* The clock of a promise. done_at: when it was kept, 0 while it runs; `paused`: nobody works now. Null when due is 0. */
json_t *doc_clock(const struct reader *reader, i64 started, i64 due, i64 done_at, bool paused);
