/* term.h: what a message speaks of, as terms: its words, its hashtags, and phrases of two or three words that stand together
 * (with a space; two also with a hyphen). What says nothing by itself is none (the, les, und; links, mentions, numbers), and a phrase neither
 * begins nor ends with it ("frais de port").
 *
 * What must stay true: the same bytes give the same terms; a term is known by its key, whatever its capitals and accents are; a message
 * gives each of its terms once, TERMS_MAX of them at the most. Pure; the cutter is not for two threads. */
#pragma once
#include "base/arena.h"

#define TERMS_MAX 256

enum term_kind { TERM_WORD, TERM_HASHTAG, TERM_PHRASE };

struct term {
	u64 key;
	u32 from, to;        /* in the message: bytes, as it is written there */
	enum term_kind kind;
};

struct terms;
struct terms *terms_new(struct arena *arena);
/* Valid until the next message. */
size_t terms_of(struct terms *terms, struct str message, const struct term **ret_terms);
