/* alike.h: which of many short texts ask or say nearly the same, in other words too: a text is its words, and pieces of them (so that "open"
 * and "opening" meet), each weighing more the rarer it is among these texts; two groups become one while their texts are alike on the
 * average (average linkage, by chains of nearest neighbours: Murtagh, The Computer Journal 26, 1983).
 *
 * What must stay true: the same texts in the same order give the same groups; any bytes are taken; ALIKE_TEXTS_MAX bounds time and memory.
 * The arena owns what is returned. Pure functions. */
#pragma once
#include "base/arena.h"

#define ALIKE_TEXTS_MAX 2000u
#define ALIKE_LEAST 0.16 /* what asks the same, by data sets of intents (docs/quality.md) */
#define ALIKE_NONE UINT32_MAX

struct alike_group {
	u32 texts;
	u32 typical;      /* the text most like the others */
};

struct alike {
	struct alike_group *groups; /* of two texts at least; the largest first */
	size_t count;
	u32 *of;                    /* of each text: its group, or ALIKE_NONE */
};

/* `least`: how much the texts of two groups must have in common on the average to be one group, 0 to 1. */
void alike_of(struct arena *arena, const struct str *texts, size_t count, double least, struct alike *ret_alike);

/* For each of `texts`, which of `others` is the most like it, and how much (0 to 1; ALIKE_NONE and 0: nothing in common). Both counts
 * together up to ALIKE_TEXTS_MAX. */
struct nearest {
	u32 other;
	double likeness;
};
void nearest_of(struct arena *arena, const struct str *texts, size_t count, const struct str *others, size_t other_count, struct nearest **ret_nearest);
