/* train.h: a classifier from labelled texts, in seconds: how hard to fit them is tried out on texts held out, which also make its sums
 * probabilities and choose where each label begins. The same examples give the same bytes.
 *
 * What must stay true: nothing is learnt from `dev` but that: how hard to fit, probabilities and thresholds. */
#pragma once
#include "base/buf.h"
#include "text/corpus.h"
#include "text/task.h"

struct training {
	struct str task;               /* task.h; any other word is a plain set of labels */
	const struct example *examples, *dev;
	size_t count, dev_count;
	struct str outside;            /* the label for what fits none; empty: it always answers */
	size_t most;                   /* features of a small model, the weightiest; 0: all, in the large form */
	struct str languages;          /* of the small model: "en fr"; empty: any */
};

struct trained {
	size_t labels, features, held;   /* texts held out */
	double measure;                  /* reached on them, the thresholds chosen there */
	const char *measured;            /* "macro-F1" */
};

enum err train_classifier(struct cx *cx, const struct training *training, struct buf *out, struct trained *ret_trained);
