/* topic.h: what many short texts are about: groups of texts that say alike things, each with a readable name, and copies: texts that are
 * nearly the same words, whoever posted them. Words become directions by the company they keep (latent semantic analysis: Deerwester,
 * Dumais, Furnas, Landauer, Harshman, JASIS 1990; by random projection and power iteration: Halko, Martinsson, Tropp, SIAM Review 2011), texts
 * are put together on the sphere of those (spherical k-means: Dhillon and Modha, Machine Learning 2001), copies by the least hashes of
 * their pairs of words (Broder, On the resemblance and containment of documents, 1997).
 *
 * What must stay true: the same texts in the same order give the same groups; any bytes are taken; TOPIC_TEXTS_MAX bounds time and
 * memory. The arena owns what is returned. Pure functions. */
#pragma once
#include "base/arena.h"

#define TOPIC_TEXTS_MAX 50000u
#define TOPIC_GROUPS_MAX 64u
#define TOPIC_NONE UINT32_MAX

struct topic {
	struct str name;    /* the words that set it apart, most telling first: "remboursement, commande" */
	u32 texts;          /* in it */
	u32 typical;        /* the text nearest to its middle */
};

struct topics {
	struct topic *items; /* the largest first */
	size_t count;
	u32 *of;             /* of each text: its topic, or TOPIC_NONE: like no others */
};

/* `wanted`: how many groups; 0: as many as the texts ask for, and what is like none stays out. `count` up to TOPIC_TEXTS_MAX. */
void topics_of(struct arena *arena, const struct str *texts, size_t count, size_t wanted, struct topics *ret_topics);

struct copies {
	u32 *of;      /* of each text: the first text that it is a copy of, itself where it is the first; TOPIC_NONE: a copy of none, and none of it */
	size_t count; /* sets of copies */
};
/* `least`: the share of their pairs of words that two texts must have in common, 0.5 to 1. Texts of fewer than five words are copies only when
 * they are the same. */
void copies_of(struct arena *arena, const struct str *texts, size_t count, double least, struct copies *ret_copies);
