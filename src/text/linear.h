/* linear.h: a weight for each feature, so that a sum parts the rows of one side from the others: support vectors with squared loss, found
 * by dual coordinate descent (Hsieh, Chang, Lin, Keerthi, Sundararajan: A Dual Coordinate Descent Method for Large-scale Linear SVM, ICML 2008).
 * Four such problems over the same rows are solved at a time, their weights side by side: reading the rows is what takes the time.
 *
 * What must stay true: the same rows, sides and seed give the same weights. Nothing is allocated; the caller brings the scratch. */
#pragma once
#include "base/types.h"

#define LINEAR_LANES 4u

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
	float cost;      /* of a row on the wrong side */
	float tolerance; /* of the projected gradient */
	int rounds;      /* at most */
	u64 seed;
};

struct linear_scratch { /* of as many elements as there are rows, times LINEAR_LANES for the first two */
	float *dual, *norm;
	u32 *order;
	u8 *still;
};

/* rows[chosen[i]] lies on sides[i * LINEAR_LANES + lane]: +1 or -1. A feature's weight is ret_weights[feature * LINEAR_LANES + lane]; behind them
 * stands the sums' constant. `squares`, when given, holds in the same order the square of a factor on each feature's values, as if rows
 * had been multiplied by the factors and weights again (log-count ratios: Wang and Manning: Baselines and Bigrams, ACL 2012). */
void linear_train(const struct linear_rows *rows, const u32 *chosen, const signed char *sides, size_t count, const float *squares,
		  const struct linear_settings *settings, struct linear_scratch *scratch, float *ret_weights);
void linear_score(const struct linear_rows *rows, size_t row, const float *weights, float ret_sums[LINEAR_LANES]);
