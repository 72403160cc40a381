#include "insight/burst.h"

#include <math.h>

#define PRIOR 0.5         /* people, before anything is known: Jeffreys' for a Poisson rate */
#define UNEVEN_LEAST 5.0  /* people that it takes to tell how uneven the days are */
#define UNEVEN_MAX 50.0
#define FALSE_LOOKS 0.01
#define TERMS_MAX 20000   /* of the sum; each is smaller than the one before by a factor that falls */

/* log of the chance of exactly `count`. */
static double log_chance(double count, double mean, double size)
{
	if (size <= 0)
		return count * log(mean) - mean - lgamma(count + 1);
	return lgamma(count + size) - lgamma(size) - lgamma(count + 1) + size * log(size / (size + mean)) + count * log(mean / (size + mean));
}

double burst_tail(double count, double mean, double variance)
{
	if (count <= 0 || mean <= 0 || count <= mean)
		return 0;
	double size = variance > mean * (1 + 1e-9) ? mean * mean / (variance - mean) : 0;
	double part = 1, sum = 1; /* against the chance of exactly `count` */
	for (int i = 0; i < TERMS_MAX && part > sum * 1e-12; i++) {
		double next = count + i;
		part *= size > 0 ? (next + size) / (next + 1) * (mean / (size + mean)) : mean / (next + 1);
		sum += part;
	}
	double surprise = -(log_chance(count, mean, size) + log(sum)) / log(10);
	return surprise < 0 ? 0 : surprise > BURST_SURPRISE_MAX ? BURST_SURPRISE_MAX : surprise;
}

struct burst burst_of(double people, const struct burst_past *past)
{
	double seen = past->people + PRIOR, mean = past->louder * seen / past->exposure;
	double variance = mean * past->unevenness + mean * mean / seen;
	return (struct burst){burst_tail(people, mean, variance), mean};
}

double burst_unevenness(const double *counts, const double *exposures, size_t days)
{
	double all = 0, time = 0, square = 0;
	for (size_t i = 0; i < days; i++) {
		all += counts[i];
		time += exposures[i];
	}
	if (days < 3 || all < UNEVEN_LEAST || time <= 0)
		return 1;
	for (size_t i = 0; i < days; i++) {
		double expected = all * exposures[i] / time;
		if (expected > 0)
			square += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	double uneven = square / (double)(days - 1);
	return uneven < 1 ? 1 : uneven > UNEVEN_MAX ? UNEVEN_MAX : uneven;
}

double burst_least(size_t asked, size_t spans)
{
	return log10((double)(asked < 1 ? 1 : asked) * (double)(spans < 1 ? 1 : spans) / FALSE_LOOKS);
}
