/* factored.h: a weight for each feature and label as the product of two small tables, so that what is learnt of one label helps with the others: the
 * likeliest label is told from the sum of a few numbers a feature (softmax; Joulin, Grave, Bojanowski, Mikolov: Bag of Tricks for Efficient Text
 * Classification, EACL 2017), while of each text most features, chosen anew each time, are left out (Srivastava and others: Dropout, JMLR 2014).
 * Such weights err elsewhere than those of linear.h; being as linear, both can be added.
 *
 * What must stay true: the same rows, labels and seed give the same weights. The arena owns them. */
#pragma once
#include "base/arena.h"
#include "text/linear.h"

#define FACTORED_SIZE 32u /* numbers a feature */

struct factored;

struct factored_settings {
	float rate;     /* of a step */
	float left_out; /* of a text's features */
	int rounds;
	u64 seed;
};

/* rows[chosen[i]] has label[chosen[i]], below label_count. Over the labels a row's sums have the mean 0, and over the rows so learnt the deviation 1. */
struct factored *factored_train(struct arena *arena, const struct linear_rows *rows, const u32 *chosen, size_t count, const u32 *label, size_t label_count,
				const struct factored_settings *settings);
/* Of the feature `width` of the rows: the constant of the label's sums. */
float factored_weight(const struct factored *factored, size_t feature, size_t label);
