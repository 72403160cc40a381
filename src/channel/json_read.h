/* json_read.h: what every reader of JSON needs: the documents of a file, whatever its wrapping, and short accessors. A file may
 * hold one document, several one after another (JSON lines, pages put together), JavaScript that assigns one (X's archive:
 * `window.YTD.tweets.part0 = [...]`), or a recording of HTTP exchanges whose answers are the documents (HAR, VCR, Betamax).
 *
 * What stays true: sizes and depth are limited (jansson refuses beyond 2,048 levels); broken UTF-8 and lone surrogates become
 * U+FFFD instead of losing the file; accessors never fail: what is missing or of another type is empty, 0 or NULL, so that a
 * reader decides what it cannot do without. Texts are borrowed from the document. */
#pragma once
#include "channel/reading.h"

#include <jansson.h>

#define JSON_FILE_MAX ((size_t)512 << 20)
#define JSON_DEPTH_MAX 200 /* for our own walks over trees of answers */

/* Call `document` for each document of `text`. A bad line among several is refused; a text that is no JSON fails. */
enum err json_documents(struct reading *r, struct str text, enum err (*document)(struct reading *r, json_t *root, void *subject),
			void *subject);

/* One line that is one document; refused when it is no JSON. */
enum err json_line(struct reading *r, struct str line, enum err (*document)(struct reading *r, json_t *root, void *subject),
	void *subject);

/* `path` is "snippet/authorChannelId/value"; an empty path is the value itself. */
json_t *json_at(const json_t *value, const char *path);
struct str json_text(const json_t *value, const char *path);  /* a string; anything else is empty */
i64 json_number(const json_t *value, const char *path, i64 missing); /* an integer, a whole real, or digits in a string */
bool json_flag(const json_t *value, const char *path);        /* true only for true */
json_t *json_list(const json_t *value, const char *path);     /* an array, or NULL */
json_t *json_map(const json_t *value, const char *path);      /* an object, or NULL */
bool json_has(const json_t *value, const char *path);
/* An id: a string, or an integer as decimal digits (in the arena). */
struct str json_id(struct arena *arena, const json_t *value, const char *path);
/* An instant: any date time_parse_loose() reads, or seconds, milliseconds or microseconds since 1970; 0 when there is none. */
i64 json_instant(const json_t *value, const char *path);
/* The same of digits in a text or number: which unit is told by the size. */
i64 instant_of_number(double number);
/* The whole value as JSON text, cut, for the excerpt of a refusal. */
struct str json_excerpt(struct arena *arena, const json_t *value);
struct str json_str_of(const json_t *string); /* of a string value */
/* Those of a list that are wanted, in the order that qsort() is told, each once: networks list them as they like, and some twice. In the arena. */
size_t json_sorted(struct arena *arena, const json_t *list, bool (*wanted)(const json_t *one), int (*order)(const void *, const void *), const json_t ***ret_sorted);

/* The list under `list` (an array, one object counting as an array of itself, or nothing), places told as "#/list/3". */
enum err json_each(struct reading *r, json_t *root, const char *list, enum err (*each)(struct reading *r, json_t *item,
	void *subject),
		   void *subject);
