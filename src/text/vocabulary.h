/* vocabulary.h: the words of many texts as numbers: which texts have which, how much each says (more the rarer it is), and the form it is
 * shown in. What tells nothing is left out: links, mentions, numbers, punctuation, words of one text alone or of nearly all.
 *
 * What must stay true: the same texts give the same numbers. The arena owns everything; words are borrowed from the texts. */
#pragma once
#include "base/arena.h"

struct vocabulary_term {
	struct str word;  /* as most texts write it */
	u32 texts;        /* that have it */
	double rarity;    /* logarithm of texts of all to texts that have it */
};

struct vocabulary_cell {
	u32 term;
	float weight; /* those of a text are of length 1 */
};

struct vocabulary {
	struct vocabulary_term *terms;
	size_t term_count, text_count;
	struct vocabulary_cell *cells;
	size_t *starts; /* text_count + 1 */
};

void vocabulary_of(struct arena *arena, const struct str *texts, size_t count, struct vocabulary *ret_vocabulary);

/* Words that hold sentences together and say nothing of what they are about, by the hashes of their letters (struct token's `plain`). */
struct common_words {
	u64 *keys; /* sorted */
	size_t count;
};
void common_words_of(struct arena *arena, struct common_words *ret_words);
bool common_word(const struct common_words *words, u64 plain);
