/* trial.h: is what two posts were given different? Counts of people who did something (clicks, reactions, comments, who was reached), where it is known of so
 * many who saw it. Pure functions of numbers.
 *
 * Their rates are compared by the ratio, on the scale of its logarithm, by a Wald interval with the variance of counts, 1/a + 1/b (Rothman and others, Modern
 * Epidemiology, 3rd ed., ch. 14), half a count added to each against small numbers (Haldane 1956), times how much more posts of the same channel differ
 * from each other than chance lets counts differ (quasi-Poisson: McCullagh and Nelder, Generalized Linear Models, 2nd ed., 6.2.3). That last number is
 * estimated from n posts before, so that the quantile is that of Student's t with n - 1 degrees of freedom. People who click are no independent draws:
 * who shares brings others; without it, two posts that are the same would be told to differ most of the time.
 *
 * What must stay true: looked at once, at the end that was fixed at the start: looking again and again and stopping at the first difference finds one
 * where there is none (Armitage, McPherson and Rowe, JRSS A 1969). */
#pragma once
#include "base/types.h"

struct trial_arm {
	double count;
	double exposed;     /* who saw it; 0 in either: not known, taken to be as many */
};

struct trial_past {
	double unevenness;  /* variance against that of chance; 1 and above */
	size_t posts;       /* that it stands on; below TRIAL_PAST_LEAST: little is known, and the normal law is used */
};
#define TRIAL_PAST_LEAST 5

struct trial_result {
	double ratio, low, high; /* of b's rate to a's, with its interval */
	double p;                /* how often chance alone makes a difference as great */
	bool differs;            /* the interval leaves out 1 */
};

/* `confidence` between 0.5 and 0.999: 0.95 is one false difference in twenty. */
struct trial_result trial_compare(struct trial_arm a, struct trial_arm b, const struct trial_past *past, double confidence);
/* Counts of past posts, each with who saw it (exposed NULL: the same): how much more they differ than chance. */
struct trial_past trial_past_of(const double *counts, const double *exposed, size_t posts);
/* The least ratio above 1 that would be told of, were each given so many. */
double trial_least_ratio(double count, const struct trial_past *past, double confidence);
