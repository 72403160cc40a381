/* train.h: a classifier from labelled texts, in seconds: how hard to fit them is tried out on texts held out, which also make its sums
 * probabilities and choose where each label begins. The same examples give the same bytes.
 *
 * What must stay true: nothing is learnt from `dev` but that: how hard to fit, probabilities and thresholds. */
#pragma once
#include "base/buf.h"
#include "text/classifier.h"
#include "text/corpus.h"
#include "text/task.h"

struct training {
	struct str task;               /* task.h; any other word is a plain set of labels */
	const struct example *examples, *dev;
	size_t count, dev_count;
	const struct lore *lore;       /* what is known beforehand (lore.h); NULL: nothing. Small models, and large sets of intents, learn from their examples alone */
	struct str outside;            /* the label for what fits none; empty: it always answers */
	size_t most;                   /* features of a small model, the weightiest; 0: all, in the large form */
	struct str languages;          /* of the small model: "en fr"; empty: any */
};

struct trained {
	size_t columns;                  /* of lore, that were looked at */
	size_t labels, features, held;   /* texts held out */
	double measure;                  /* reached on them, the thresholds chosen there */
	const char *measured;            /* "macro-F1" */
	/* The model's weights, by key; of its heads the scales, and how far their sums are spread over the examples. In the arena. */
	const struct classifier_weight *weights;
	size_t weight_count, heads;
	const float *scales, *spreads;
};

/* Would it look at lore at all? Opening that takes time. */
bool train_uses_lore(const struct training *training);
enum err train_classifier(struct cx *cx, const struct training *training, struct buf *out, struct trained *ret_trained);
