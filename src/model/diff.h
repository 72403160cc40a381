/* diff.h: what became of a text: the words that stayed, went and came, in order. Pure.
 *
 * White space between two words counts as a word. The shortest way from one text to the other is looked for (Myers, "An O(ND) Difference
 * Algorithm and Its Variations", 1986) up to DIFF_STEPS changed words; beyond that, what lies between the common beginning and the common
 * end is told as gone and come whole, so that time and memory stay bounded. */
#pragma once
#include "base/arena.h"

#define DIFF_STEPS 400 /* changed words */

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };

struct diff_piece {
	enum diff_kind kind;
	struct str text; /* of `after`, or of `before` when it is gone */
};

/* Neighbours of one kind are one piece; what went stands before what came in its place. Array in the arena, texts borrowed. The pieces that are not
 * gone make up `after`, those that are not new `before`. */
size_t diff_words(struct arena *arena, struct str before, struct str after, struct diff_piece **ret_pieces);
