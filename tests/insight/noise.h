/* noise.h: made-up series: Poisson counts with the day and the week of people, the same for the same seed. */
#pragma once
#include "base/clock.h"

#include <math.h>

#define START ((i64)1767571200 * SECOND) /* Monday, 2026-01-05 */

static u64 noise_state;

static void noise_seed(u64 seed)
{
	noise_state = seed * 0x9e3779b97f4a7c15u + 1;
}

static double noise_chance(void)
{
	noise_state ^= noise_state >> 12;
	noise_state ^= noise_state << 25;
	noise_state ^= noise_state >> 27;
	return ((double)(noise_state * 0x2545f4914f6cdd1du >> 11) + 0.5) / 9007199254740992.0;
}

static double noise_normal(void)
{
	double away = sqrt(-2 * log(noise_chance()));
	return away * cos(6.283185307179586 * noise_chance());
}

static double noise_count(double mean)
{
	if (mean > 60)
		return fmax(floor(mean + sqrt(mean) * noise_normal() + 0.5), 0);
	double product = noise_chance(), end = exp(-mean);
	int count = 0;
	for (; product > end; count++)
		product *= noise_chance();
	return count;
}

/* A shop: quiet at night, twice as much in the afternoon, less at the weekend. */
static inline double noise_season(i64 at)
{
	double hour = (double)(at % DAY) / HOUR;
	return (1 + 0.6 * sin((hour - 9) / 24 * 6.283185307179586)) * ((at / DAY + 3) % 7 >= 5 ? 0.7 : 1);
}
