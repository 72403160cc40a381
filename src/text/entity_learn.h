/* entity_learn.h: entities from marked examples, by an averaged structured perceptron (Collins: Discriminative Training Methods for Hidden Markov
 * Models, EMNLP 2002): message after message is looked through with what is known so far, and where the answer is wrong, the signs of the right one
 * gain what those of the wrong one lose; what is kept is the mean over all of it. The same examples give the same bytes.
 *
 * What must stay true: nothing is learnt from the dev part; a name heard in one message alone is no hint while that very message is learnt from. */
#pragma once
#include "base/buf.h"
#include "text/entity.h"
#include "text/entity_text.h"

struct entity_example {
	struct entity_text said;
	struct str intent;
};

struct entity_training {
	const struct entity_example *examples, *dev;
	size_t count, dev_count;
};

struct entity_learnt {
	size_t names, weights, phrases;
	double right; /* F1 of whole entities on the dev part; negative: there is none */
};

enum err entity_learn(struct cx *cx, const struct entity_training *training, struct buf *out, struct entity_learnt *ret_learnt);
