#include "model/trial.h"

#include <math.h>

/* The continued fraction of the incomplete beta function (Lentz's method; Abramowitz and Stegun 26.5.8). */
static double beta_fraction(double a, double b, double x)
{
	double tiny = 1e-300, c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < tiny ? tiny : d);
	double h = d;
	for (int m = 1; m <= 500; m++) {
		double step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 + step * d;
		c = 1 + step / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;
		step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + step * d;
		c = 1 + step / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		double change = d * c;
		h *= change;
		if (fabs(change - 1) < 1e-14)
			break;
	}
	return h;
}

static double incomplete_beta(double a, double b, double x)
{
	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* P(|T| >= t); degrees 0: of the normal law. */
static double two_tails(double t, double degrees)
{
	t = fabs(t);
	return degrees > 0 ? incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) : erfc(t / sqrt(2));
}

static double quantile(double confidence, double degrees)
{
	double low = 0, high = 1e4, wanted = 1 - confidence;
	for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
		double middle = (low + high) / 2;
		if (two_tails(middle, degrees) > wanted)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static double degrees_of(const struct trial_past *past)
{
	return past->posts >= TRIAL_PAST_LEAST ? (double)past->posts - 1 : 0;
}

static double unevenness_of(const struct trial_past *past)
{
	return past->posts >= TRIAL_PAST_LEAST && past->unevenness > 1 ? past->unevenness : 1;
}

struct trial_result trial_compare(struct trial_arm a, struct trial_arm b, const struct trial_past *past, double confidence)
{
	bool known = a.exposed > 0 && b.exposed > 0;
	double x = a.count + 0.5, y = b.count + 0.5, seen = known ? b.exposed / a.exposed : 1;
	double change = log(y / x / seen), error = sqrt(unevenness_of(past) * (1 / x + 1 / y)), degrees = degrees_of(past), q = quantile(confidence, degrees);
	struct trial_result r = {.ratio = exp(change), .low = exp(change - q * error), .high = exp(change + q * error), .p = two_tails(change / error, degrees)};
	r.differs = r.low > 1 || r.high < 1;
	return r;
}

struct trial_past trial_past_of(const double *counts, const double *exposed, size_t posts)
{
	double all = 0, seen = 0, square = 0;
	struct trial_past past = {.unevenness = 1, .posts = posts};
	for (size_t i = 0; i < posts; i++) {
		all += counts[i];
		seen += exposed ? exposed[i] : 1;
	}
	if (posts < 2 || all <= 0 || seen <= 0)
		return (struct trial_past){.unevenness = 1, .posts = all > 0 ? posts : 0};
	for (size_t i = 0; i < posts; i++) {
		double expected = all * (exposed ? exposed[i] : 1) / seen;
		if (expected > 0)
			square += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	past.unevenness = square / (double)(posts - 1) > 1 ? square / (double)(posts - 1) : 1;
	return past;
}

double trial_least_ratio(double count, const struct trial_past *past, double confidence)
{
	double x = count + 0.5;
	return exp(quantile(confidence, degrees_of(past)) * sqrt(unevenness_of(past) * 2 / x));
}
