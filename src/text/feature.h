/* feature.h: what a classifier sees of a message: its words, pairs and triples of words, pieces of two to five letters, and its shape, each
 * a number by hashing, with a weight that grows with the logarithm of how often it stands there. One pass makes them for all
 * models at once, so nothing in it depends on a model. A `struct features` is made once and used for one message after the other.
 *
 * What must stay true: the same reading gives the same features, in the same order, for ever: models stand on the keys
 * (change FEATURE_VERSION with anything here or in token.c). Keys are unique within a message. The arena owns the memory. */
#pragma once
#include "text/token.h"

#define FEATURE_VERSION 1u
#define FEATURES_MOST 65534u /* of a message; what comes behind is left out */

enum feature_family {
	FEATURE_WORD,   /* words, pairs, triples */
	FEATURE_LETTER, /* pieces of letters, across words too */
	FEATURE_SHAPE,  /* capitals, calls, length … */
	FEATURE_FAMILIES,
};

struct feature {
	u32 key;
	float value; /* the squares of a family's values sum to 1, but for the shape's: 1 each */
};

struct feature_place { /* where a feature stands, for "why" */
	u32 feature; /* its index */
	uint16_t token;   /* the first token it covers */
};

struct features;

struct features *features_new(struct arena *arena);
void features_of(struct features *features, const struct reading *reading);

size_t features_count(const struct features *features);
const struct feature *features_items(const struct features *features); /* by family, in its order */
size_t features_start(const struct features *features, enum feature_family family); /* of FEATURE_FAMILIES: the count */
/* The key of a word by its `plain` hash (token.h), or of the same word behind a "not". */
u32 feature_of_word(u64 plain, bool negated);
size_t features_places(const struct features *features, const struct feature_place **ret_places);
