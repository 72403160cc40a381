/* feed.h: what a feed says: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF, JSON Feed 1 and 1.1, also broken ones. Bytes become one JSON
 * document: {"feed": {...}, "entries": [{...}], "version", "encoding", "well_formed"}, with the keys that readers of feeds agree on
 * whatever the format: title, link, id, language, published, updated, author, summary, content[], enclosures[], links[], tags[] …
 * (docs/feeds.md has them all). Instants are RFC 3339 in UTC, addresses absolute as far as a base is known, markup made harmless
 * (html_clean.h) where the type of a text is HTML; a text of type text/plain is not markup and must be escaped where it is shown.
 *
 * What must stay true: any bytes give a document or a story, in time and memory linear in their length. Nothing is fetched, no external
 * entity is read, an entity of the document stands for a text of limited length and is not looked through again. */
#pragma once
#include "base/cx.h"

#include <jansson.h>

#define FEED_MAX ((size_t)32 << 20)     /* bytes of a feed */
#define FEED_ENTRIES_MAX ((size_t)20000) /* entries taken; the first ones */
#define FEED_LIST_MAX ((size_t)1000)    /* links, tags … of one of them; the first ones */

struct feed_origin { /* what came with the bytes; all of it may be empty */
	struct str address;  /* absolute: relative addresses are seen from it */
	struct str type;     /* Content-Type as the server sent it, with its charset; `at` == NULL: it came without HTTP */
	struct str language; /* Content-Language */
};

/* ERR_BAD_INPUT when there is no feed in it, ERR_TOO_LARGE. The document lives in the arena of cx. */
enum err feed_read(struct cx *cx, struct str bytes, const struct feed_origin *origin, json_t **ret_document);

/* ---- rooms of the reader (not for others) ---- */

/* Bytes as UTF-8, and the name of what they were written in: by BOM, what HTTP says, the declaration, or a guess (RFC 3023).
 * False in *ret_sure when none of what was said fits. ERR_BAD_INPUT when nothing does. */
enum err feed_charset(struct cx *cx, struct str bytes, const struct feed_origin *origin, struct str *ret_text, struct str *ret_name, bool *ret_sure);
enum err feed_read_xml(struct cx *cx, struct str text, const struct feed_origin *origin, json_t *document);
enum err feed_read_json(struct cx *cx, struct str text, const struct feed_origin *origin, json_t *document);

/* Dates as feeds write them: those of clock.h, and shorter, older and broken ones. */
bool feed_date(struct str text, i64 *ret_instant);

struct feed_text { /* a text that may be markup, before and after it was finished */
	struct str value, type, language, base; /* type "text/plain", "text/html" or "application/xhtml+xml", or another */
	bool guess;  /* whether it is HTML is not said: to be told from the text */
};
/* Markup made harmless, letters repaired; in the arena. */
void feed_text_finish(struct cx *cx, struct feed_text *text);
json_t *feed_string(struct str s);
/* "me@example.com (Example Editor)" and the like: {"name", "email"}; NULL when it is empty. */
json_t *feed_person(struct cx *cx, struct str text);
/* Seen from `base`, and empty when following it could do something. */
struct str feed_address(struct cx *cx, struct str base, struct str reference);
