/* language_learn.h: what learning to tell languages works on: texts as letters, pieces with a row of weights each, a column a language of
 * their script. Only language_train.c and language_learn*.c see it. The arena owns everything. */
#pragma once
#include "base/cx.h"
#include "text/language.h"
#include "text/language_file.h"

#define LEARN_PIECES_MAX (6u << 20)

struct learn_text {
	const uint16_t *at; /* as of struct language_letters */
	u32 len, letters, words;
	u8 script, language;
	bool held;
};

struct learn_piece {
	u64 hash;
	float *weights;     /* of the columns of its script */
	float squares;      /* of the steps so far */
	float often;        /* how often it is met */
	u32 met;            /* in the texts */
	u8 script, order;   /* letters; 0: with a space in it, or a word */
};

struct learn_script {
	u32 count, width;                     /* languages; columns, a multiple of LEARN_LANES */
	u8 among[LANGUAGE_AMONG];
	u8 column[LANGUAGES_MAX];             /* of a language; LANGUAGE_NONE */
	float constants[LANGUAGE_AMONG], squares[LANGUAGE_AMONG];
	float sure;
};
#define LEARN_LANES 8u

struct learn {
	struct cx *cx;
	const struct learn_text *texts;
	size_t text_count, languages;
	u32 crops[LANGUAGES_MAX];             /* spans cut out of a text of the language, at most */
	struct learn_script scripts[SCRIPTS];
	u32 *slots;                           /* piece + 1 by hash; 0 is free */
	u32 slot_mask;
	struct learn_piece *pieces;
	size_t piece_count;
	u64 random;
};

/* The pieces of a text that are known, at most `most`; returns how many. */
u32 learn_find(const struct learn *learn, const uint16_t *at, u32 len, u32 *ret_pieces, u32 most);
/* Sums of the script's languages. */
void learn_sums(const struct learn *learn, u8 script, const u32 *pieces, u32 count, float *ret_sums);

/* Fit to the texts that are not held (or to all), in so many rounds, in steps that grow shorter. `sparse`: a weight that is 0 stays so. */
struct learn_fit {
	u32 rounds;
	float step;
	bool all, sparse;
};
void learn_fit(struct learn *learn, const struct learn_fit *fit);
/* Leave the weightiest: subtract from each row its middle, and keep `pairs` of all weights. Returns how many. */
size_t learn_prune(struct learn *learn, size_t pairs);
/* Slopes that make sums likelihoods, by the held texts and single words of them; returns the part of these texts that is told right. */
double learn_calibrate(struct learn *learn, float ret_slopes[LANGUAGE_LENGTHS], size_t *ret_held);
