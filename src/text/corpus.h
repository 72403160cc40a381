/* corpus.h: labelled texts as rows of numbers: each text's features under small indices, its labels under theirs. What too few texts have
 * is left out; rare features weigh more. With lore, the sums of its columns are features too, but for those of sources that know these texts
 * already, or have nothing to say about them. The arena owns everything. */
#pragma once
#include "base/cx.h"
#include "text/linear.h"

struct example {
	struct str label; /* several, separated by commas, in a set where a text has several */
	struct str text;
};

struct lore;

#define CORPUS_LABELS_MAX 256u /* models keep a label's number in a byte */
#define CORPUS_CELLS_MAX ((size_t)400 << 20)

struct corpus {
	struct linear_rows rows;   /* of the examples, then of the others */
	size_t known;              /* the first so many features are columns of lore: */
	u8 *columns;               /* which, */
	float *means;              /* and what was taken off their values before they were multiplied */
	size_t count;              /* the examples; rows.count - count are the others */
	u32 *keys;                 /* of each feature: its key (feature.h) */
	float *scales;             /* and what its values were multiplied with: a weight for texts as they come is one for rows times this */
	struct str *labels;        /* as in the data, in order of the bytes */
	size_t label_count;
	bool many;                 /* a text can have several labels */
	u8 *has;                   /* rows.count x label_count: 1 where the text has the label */
	u32 *label;                /* the first label of each row; label_count: one that no example has */
};

struct corpus_settings {
	size_t least;        /* texts that a feature must stand in */
	double once, twice;  /* weight of what one text alone has, what two have: in few texts, mostly chance */
	double rarity;       /* exponent of the logarithm of how rare it is */
	double letters, shape; /* weight of the pieces of letters, of the shape, beside the words' */
	bool many;           /* commas part labels */
	const struct lore *lore; /* NULL: nothing is known before */
	double known;        /* weight of each column of it */
};

enum err corpus_make(struct cx *cx, const struct example *examples, size_t count, const struct example *others, size_t other_count,
		     const struct corpus_settings *settings, struct corpus *ret_corpus);
/* Leave out the features that are not in `keep`, which has all the columns of lore; the others get new numbers in the same order. */
void corpus_keep(struct arena *arena, struct corpus *corpus, const u8 *keep);
