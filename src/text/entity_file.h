/* entity_file.h: what a learner and a reader of entities share: the signs by which a piece is judged, the tags, the search, the file.
 * For text/entity*.c alone. */
#pragma once
#include "text/entity.h"

#define ENTITY_MAGIC "PVENTTY1"
#define ENTITY_TAGS_MAX (2 * ENTITY_NAMES_MAX + 1) /* 0: outside; 2n + 1 begins name n, 2n + 2 goes on with it */
#define ENTITY_SIGNS_MOST 48u /* of a piece */
#define ENTITY_PHRASE_MOST 6u /* pieces of a name heard in examples */
#define ENTITY_STEPS 127.0f

struct entity_header {
	char magic[8];
	u32 names, names_len, keys, weights, phrases;
	float scale; /* of a step of 1 */
};

/* Names heard: phrases by hash, in order, each with the entity's name. */
struct entity_phrases {
	u64 *hashes;
	u8 *names;
	u32 *counts; /* of messages that had it; NULL when asked: all count */
	size_t count;
};

struct entity_signs { /* of each piece */
	u32 keys[CUTS_MOST][ENTITY_SIGNS_MOST];
	u8 counts[CUTS_MOST];
};

u64 entity_phrase(const struct cuts *pieces, size_t at, size_t count);
/* own_tags: when learning, the message's own tags, whose phrases are known elsewhere only if another message had them too. */
void entity_signs_of(const struct cuts *pieces, const struct value *values, size_t value_count, struct str intent, const struct entity_phrases *phrases, const u8 *own_tags,
		     struct entity_signs *ret_signs);

/* The best row of tags: scores has a row of `tags` numbers a piece, steps one a tag before (tags of them, then one for the beginning). */
void entity_search(const float *scores, const float *steps, size_t pieces, size_t tags, u8 (*back)[ENTITY_TAGS_MAX], u8 *ret_tags);
