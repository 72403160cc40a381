/* own.h: what a workspace adds to what the models say: for each answer (a head, a number of the caller's) a sum over a message's words,
 * learnt from the few messages that people put right. Models stay as they are; this is added to them in the unit of the log odds, so
 * that one correction is felt by what resembles it and by nothing else. A few thousand lessons are learnt in a fraction of a second.
 *
 * What must stay true: the same lessons give the same bytes; whatever the bytes, opening them either fails or gives something that never
 * reads outside them, and they are used in place (the caller keeps them). Bytes of another FEATURE_VERSION are refused: learn again. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "text/feature.h"

#define OWN_HEADS 96u

struct own;

enum err own_open(struct cx *cx, struct str bytes, struct own **ret_own); /* ERR_BAD_INPUT, ERR_UNSUPPORTED */
/* Adds to ret_sums[OWN_HEADS]. */
void own_sums(const struct own *own, const struct reading *reading, const struct features *features, float *ret_sums);
/* What each token gave to a head: added to ret_parts, which has reading->token_count elements. */
void own_why(const struct own *own, const struct reading *reading, const struct features *features, u8 head, float *ret_parts);

/* ---- learning ---- */

struct own_row { /* what there is of a message */
	const struct feature *items;
	size_t count;
};
/* What is learnt from: each word by itself (pairs and triples would make two texts look less alike than they are), and pieces of letters. */
struct own_row own_row_of(struct arena *arena, const struct reading *reading, const struct features *features);

struct own_lesson {
	size_t row;
	u8 head;
	float sum;    /* that the head's sum should reach: above 0 at least, below 0 at most; 0: it should stay there */
	float weight; /* how much that matters */
};
enum err own_learn(struct cx *cx, const struct own_row *rows, size_t row_count, const struct own_lesson *lessons, size_t lesson_count, struct buf *out);
