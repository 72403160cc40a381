/* search.h: what people type into a search box, read into terms: words that are all required, "a phrase", begin*, -without. Terms
 * are folded (lower case, no accents) and cut into words of letters and figures, just as texts are when they are indexed, so that
 * what is typed and what was said meet. What cannot be searched is a fault that points at its place. Everything lives in the
 * arena given, or in the text that was given. */
#pragma once
#include "base/cx.h"

#define SEARCH_TERMS_MAX 32
#define SEARCH_PREFIX_LEAST 3 /* bytes before a star: fewer would match half of everything */

struct search_term {
	struct str words; /* folded, one space between; several for a phrase */
	bool is_prefix;   /* the last word may go on */
	bool is_excluded;
};

struct search_words {
	struct search_term terms[SEARCH_TERMS_MAX];
	size_t count, wanted; /* wanted: not excluded */
};

/* What is wrong with a text, and where: `at` lies in it. */
struct search_fault {
	const char *story;  /* msgid, says what to mend */
	struct str at;
	struct str mended;  /* the text as it could be; empty: only its author knows */
};

/* False: *ret_fault says why, and *ret_words is untouched. An empty text has no terms and no fault. */
bool search_read(struct arena *arena, struct str text, struct search_words *ret_words, struct search_fault *ret_fault);

/* The words of a text, folded, one space between; empty when there is none. */
struct str search_plain(struct arena *arena, struct str text);

/* The next place of *rest where a term that is wanted stands; *rest goes on behind it. False at the end, *rest then is empty. */
bool search_next_match(const struct search_words *words, struct str *rest, struct str *ret_match);
