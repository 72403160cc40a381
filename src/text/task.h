/* task.h: what can be asked of a message (its sentiment, its intent …), a row each: what a good answer is there, which training and
 * the choice of thresholds strive for. Constant; a word that has no row is trained like a plain set of labels. */
#pragma once
#include "base/str.h"

enum measure {
	MEASURE_F1,       /* mean over the labels of the F measure */
	MEASURE_RECALL,   /* mean over the labels of the recall */
	MEASURE_ACCURACY, /* right answers of all */
	MEASURE_F1_OF,    /* the F measure of one label */
};

struct task {
	const char *word, *title;   /* "sentiment", msgid */
	enum measure measure;
	const char *label;          /* of MEASURE_F1_OF */
	double precision;           /* how much more a false alarm weighs than a miss: the F measure's 1/beta; 1: alike */
	double trust;               /* how many of a hundred answers must be right for the label to be shown */
	bool intents;               /* many labels, few examples of each, short texts */
	bool elsewhere;             /* asked of other events and subjects than learnt from: examples that come in runs are held out in runs */
};

extern const struct task tasks[];
extern const size_t task_count;
const struct task *task_of(struct str word); /* the plain row when there is no such word */
const char *measure_word(enum measure measure);
