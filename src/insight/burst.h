/* burst.h: is a count higher than its past lets expect? The past of a term is so many people over so much time (its exposure, in units of the
 * span that is asked about). What is to be expected of the span is then not one rate but all those that the past allows: rates are gamma,
 * counts at a rate are Poisson, so that the count to expect is negative binomial (Gelman and others, Bayesian Data Analysis, 2.6); where
 * the term's own days vary more than chance does, its variance grows as much (quasi-Poisson, as outbreaks are looked for: Noufaily and
 * others, Statistics in Medicine 2013). The surprise is -log10 of the chance to see as many, or more.
 *
 * A rise begins where it is most surprising to begin: of all spans that end now and begin with one of its mentions, the one with the
 * highest surprise (a scan statistic: Kulldorff, Communications in Statistics 1997). Pure functions of numbers. */
#pragma once
#include "base/types.h"

#define BURST_SURPRISE_MAX 300.0

struct burst_past {
	double people;     /* of all of the past, and what a pruned count may have lost */
	double exposure;   /* how much longer the past is than the span, by what is usual for its hours; above 0 */
	double unevenness; /* variance of its days against that of chance; 1 and above */
	double louder;     /* how much more than usual is said of anything in the span; 1 and above */
};

struct burst {
	double surprise;   /* 0 when it is not above what is expected */
	double expected;   /* people in the span */
};

struct burst burst_of(double people, const struct burst_past *past);
/* -log10 of P(X >= count) of a negative binomial of this mean and variance; of a Poisson where the variance is not above the mean. */
double burst_tail(double count, double mean, double variance);
/* Days of counts with their exposures (what is usual for them): how much more they vary than chance. */
double burst_unevenness(const double *counts, const double *exposures, size_t days);
/* How surprising it must be when `asked` terms are looked at together in some spans, so that chance alone tells of one in a hundred looks. */
double burst_least(size_t asked, size_t spans);
