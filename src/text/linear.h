/* linear.h: a weight for each feature, so that a sum parts the rows of one side from the others: support vectors with squared loss, found
 * by dual coordinate descent (Hsieh, Chang, Lin, Keerthi, Sundararajan: A Dual Coordinate Descent Method for Large-scale Linear SVM, ICML 2008).
 *
 * What must stay true: the same rows, sides and seed give the same weights. Nothing is allocated; the caller brings the scratch. */
#pragma once
#include "base/types.h"

struct linear_cell {
	u32 feature;
	float value;
};

struct linear_rows {
	const struct linear_cell *cells;
	const size_t *starts; /* count + 1 of them */
	size_t count, width;  /* rows, features */
};

struct linear_settings {
	double cost_for, cost_against; /* of a row on the wrong side */
	double tolerance;              /* of the projected gradient */
	int rounds;                    /* at most */
	u64 seed;
};

/* `squares`, when given, holds for each feature the square of a factor on its values, as if the rows had been multiplied by the factors
 * and the weights again (log-count ratios: Wang and Manning: Baselines and Bigrams, ACL 2012): the weights fit the rows as they are. */
struct linear_scratch { /* of `count` elements each */
	double *dual, *norm;
	u32 *order;
};

/* rows[chosen[i]] lies on `side[i]`: +1 or -1; the sum's constant is weights[width]. */
void linear_train(const struct linear_rows *rows, const u32 *chosen, const signed char *sides, size_t count, const float *squares,
		  const struct linear_settings *settings, struct linear_scratch *scratch, float *ret_weights);
double linear_score(const struct linear_rows *rows, size_t row, const float *weights);
