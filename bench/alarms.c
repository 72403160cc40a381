/* alarms.c: how many alarms a month a workspace gets while nothing happens, against how many it wished for: queries of all sizes, all that is
 * said, how much and how negative and how harmful, on two kinds of noise: chance alone (Poisson) with the day and the week of people, and
 * the same with moods that last for hours and threads that bring answers. `bench/alarms [MONTHS]` prints a row of docs/quality.md each. */
#include "../tests/insight/noise.h"
#include "base/err.h"
#include "insight/anomaly.h"
#include "insight/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP (5 * MINUTE)
#define PER_DAY ((int)(DAY / STEP))
#define QUERIES_MOST 60
#define THREAD 24          /* five minutes in which answers come */
#define LEARNING 28        /* days that do not count */
#define CALM (4 * HOUR / STEP)

struct subject {
	struct anomaly volume;
	struct share shares[2];
	double mean, mood, tone;
	int answers[THREAD];
	int open;              /* values since something was unusual, while an alarm goes on; 0: none does */
};

struct kind {
	const char *name;
	double moods, threads, tones; /* standard deviation of the logarithm, part that are answers, deviation of the log odds */
};

static double drift(double before, double hours, double deviation)
{
	double kept = exp(-5.0 / (60 * hours));
	return before * kept + deviation * sqrt(1 - kept * kept) * noise_normal();
}

static int said(struct subject *s, const struct kind *kind, i64 at, int value)
{
	s->mood = drift(s->mood, 6, kind->moods);
	int fresh = (int)noise_count(s->mean * noise_season(at) * exp(s->mood - kind->moods * kind->moods / 2) * (1 - kind->threads));
	int *place = &s->answers[value % THREAD], count = fresh + *place;
	*place = 0;
	for (int i = (int)noise_count(fresh * kind->threads / (1 - kind->threads)); i > 0; i--)
		s->answers[(value + 1 + (int)(noise_chance() * (THREAD - 1))) % THREAD]++;
	return count;
}

static int of_them(int count, double share)
{
	int found = 0;
	for (int i = 0; i < count; i++)
		found += noise_chance() < share;
	return found;
}

static double odds(double share, double off)
{
	return 1 / (1 + (1 - share) / share * exp(-off));
}

/* One alarm an event, however many measures hear it. */
static int feed(struct subject *s, i64 at, const int *counts)
{
	struct anomaly_finding f;
	double excess;
	anomaly_next(&s->volume, at, counts[0], &f);
	bool alarm = f.is_alarm && !f.is_drop;
	for (int i = 0; i < 2; i++) {
		share_next(&s->shares[i], at, STEP, counts[i + 1], counts[0], &f, &excess);
		alarm |= f.is_alarm;
	}
	bool is_new = alarm && !s->open;
	if (alarm)
		s->open = 1;
	else if (s->open && ++s->open > CALM)
		s->open = 0;
	return is_new;
}

static double alarms_a_month(const struct kind *kind, int queries, double month, int months, u64 seed)
{
	static struct subject subjects[QUERIES_MOST + 1];
	int alarms = 0, days = LEARNING + 30 * months;
	noise_seed(seed);
	memset(subjects, 0, sizeof subjects);
	for (int q = 0; q <= queries; q++) {
		subjects[q].mean = exp(log(0.05) + (log(20) - log(0.05)) * noise_chance());
		double each = month / (queries + 1) / 3;
		anomaly_start(&subjects[q].volume, each);
		share_start(&subjects[q].shares[0], each);
		share_start(&subjects[q].shares[1], each);
	}
	for (int v = 0; v < days * PER_DAY; v++) {
		i64 at = START + v * STEP;
		int all[3] = {};
		for (int q = 0; q <= queries; q++) { /* the last: what no query hears, and with it all that is said */
			struct subject *s = &subjects[q];
			int counts[3] = {said(s, kind, at, v)};
			s->tone = drift(s->tone, 12, kind->tones);
			counts[1] = of_them(counts[0], odds(0.18, s->tone));
			counts[2] = of_them(counts[0], odds(0.02, s->tone));
			for (int i = 0; i < 3; i++)
				all[i] += counts[i];
			alarms += feed(s, at, q < queries ? counts : all) && v >= LEARNING * PER_DAY;
		}
	}
	return (double)alarms / months;
}

int main(int argc, char **argv)
{
	static const struct kind kinds[] = {{"chance alone", 0, 0, 0}, {"moods and threads", 0.3, 0.3, 0.25}};
	static const double wishes[] = {0.25, 1, 4};
	static const int queries[] = {0, 3, 20, 60};
	int months = argc > 1 ? atoi(argv[1]) : 12;
	printf("| queries | noise | wished 0.25 | wished 1 | wished 4 |\n| --- | --- | --- | --- | --- |\n");
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t q = 0; q < COUNT(queries); q++) {
			int draws = queries[q] < 20 ? 4 : 1;
			printf("| %d | %s |", queries[q], kinds[k].name);
			for (size_t w = 0; w < COUNT(wishes); w++) {
				double sum = 0;
				for (int d = 0; d < draws; d++)
					sum += alarms_a_month(&kinds[k], queries[q], wishes[w], months, (u64)(17 + d));
				printf(" %.2f |", sum / draws);
			}
			printf("\n");
			fflush(stdout);
		}
	return 0;
}
