/* typography.h: what of a post's text is not set as it is in print: the spaces of French before and after its marks, quotes and apostrophes of
 * typewriters, hours, thousands, spaces too many. Findings with place, reason and what to put there instead. Pure.
 *
 * What must stay true: any bytes are taken, time goes with the length; findings stand in order and do not overlap; when all replacements are
 * made, nothing is found any more (but for what may be code, and quotes set as no writer would: a space makes others of them). Links, names, hashtags, cashtags and addresses of mail are never touched, nor is what stands between
 * backticks, nor a colon or semicolon that no space follows (18:40, 3:2, :-), :tada:).
 *
 * Rules: for French the Imprimerie nationale's, as screens write them: U+202F before ; ! ? and between thousands, U+00A0 before : » % €, after « and
 * around h in hours; a wide one where a narrow one belongs, and the other way round, is not told, since houses differ. Canada ("fr-CA") puts
 * none before ; ! ?. English: curved quotes, no space before marks. */
#pragma once
#include "base/buf.h"

enum typography_rule {
	TYPOGRAPHY_SPACE_BEFORE,  /* fr: a space that does not break is missing before a mark, or breaks */
	TYPOGRAPHY_SPACE_INSIDE,  /* fr: the same inside « » */
	TYPOGRAPHY_SPACE_TOO_MANY,/* before a mark that takes none */
	TYPOGRAPHY_SPACE_TWICE,
	TYPOGRAPHY_SPACE_AFTER,   /* missing after a comma */
	TYPOGRAPHY_QUOTE,         /* "…" */
	TYPOGRAPHY_APOSTROPHE,    /* l'été */
	TYPOGRAPHY_ELLIPSIS,      /* ... */
	TYPOGRAPHY_UNIT,          /* fr: 20%, 5 € */
	TYPOGRAPHY_THOUSANDS,     /* fr: 10 000 with a space that breaks */
	TYPOGRAPHY_HOUR,          /* fr: 18h40 */
	TYPOGRAPHY_ORDINAL,       /* fr: 1ère, 2ème */
	TYPOGRAPHY_RULE_COUNT
};
const char *typography_rule_word(enum typography_rule rule);   /* "space_before" */
const char *typography_rule_reason(enum typography_rule rule); /* msgid, for people */

struct typography_finding {
	enum typography_rule rule;
	size_t from, to; /* bytes of the text; not empty */
	char with[32];   /* what to put in place of them, UTF-8 with its NUL */
};

/* `lang`: "fr", "fr-CA", "en", "en-GB"; of other languages only what they share is told (two spaces, three points). Returns how many of at
 * most `most`. */
size_t typography_of(struct str text, struct str lang, struct typography_finding *ret_found, size_t most);
/* The text with all of it made good. */
void buf_add_typeset(struct buf *b, struct str text, struct str lang);
