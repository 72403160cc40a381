/* language_train.h: a model that tells languages, from texts of each and, where there are some, from tables of how often pieces of letters
 * are in each. Weights begin from the tables, are fitted to the texts and to single words and spans cut out of them, and only the
 * weightiest are kept and fitted again; a tenth of the texts, not learnt from at first, makes sums probabilities. The same input gives the
 * same bytes. The arena owns everything. */
#pragma once
#include "base/buf.h"
#include "text/corpus.h"
#include "text/language.h"

struct language_training {
	const struct example *texts;  /* label: ISO 639-1 */
	size_t count;
	const struct example *pieces; /* text: "piece TAB log10 of its part of all pieces of its length"; may be none */
	size_t piece_count;
	size_t pairs;                 /* of piece and language that are kept; 0: LANGUAGE_PAIRS */
};
#define LANGUAGE_PAIRS 800000u

struct language_trained {
	size_t languages, pieces, pairs, held;
	double right; /* of the texts held out, before they were learnt too */
};

enum err train_language(struct cx *cx, const struct language_training *training, struct buf *out, struct language_trained *ret_trained);
