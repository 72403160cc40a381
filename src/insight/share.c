#include "insight/share.h"
#include "base/clock.h"

#include <math.h>

#define ENOUGH 30           /* messages taken together */
#define FEWEST 8            /* below, nothing is told and nothing learnt */
#define FEWEST_PARTS 5
#define MEMORY (14.0 * DAY) /* of the usual share */
#define BELIEVED_PARTS 1.0  /* before anything was seen: one in ten */
#define BELIEVED 10.0
#define CHANCE 0.8          /* the unevenness of chance alone is one: it is never believed to be much less */
#define SILENCE (4 * HOUR)
#define UNTOLD 1.0          /* how far up what is of too few may go */

void share_start(struct share *s, double month)
{
	*s = (struct share){.part = BELIEVED_PARTS, .whole = BELIEVED};
	anomaly_start(&s->anomaly, month);
	s->anomaly.is_count = false;
	s->anomaly.least = CHANCE;
}

static double angle(double part, double whole)
{
	return asin(sqrt(fmin(fmax(part / whole, 0), 1)));
}

/* The share so many deviations above the usual one. */
static double share_at(double usual, double whole, double off)
{
	double a = fmin(fmax(angle(usual, 1) + off / (2 * sqrt(whole)), 0), 1.5707963);
	return sin(a) * sin(a);
}

static void put(struct share *s, i64 at, i64 step, i64 part, i64 whole)
{
	for (i64 gap = s->last ? (at - s->last) / step : 1; gap > 1 && gap <= SHARE_BINS + 1; gap--) { /* a hole: nothing was said */
		s->parts[s->next % SHARE_BINS] = s->wholes[s->next % SHARE_BINS] = 0;
		s->next++;
	}
	s->parts[s->next % SHARE_BINS] = part;
	s->wholes[s->next % SHARE_BINS] = whole;
	s->next++;
	s->last = at;
}

static int gather(const struct share *s, double *ret_part, double *ret_whole)
{
	int bins = 0;
	*ret_part = *ret_whole = 0;
	while (bins < SHARE_BINS && *ret_whole < ENOUGH) {
		unsigned place = (s->next + 2u * SHARE_BINS - 1u - (unsigned)bins++) % SHARE_BINS;
		*ret_part += (double)s->parts[place];
		*ret_whole += (double)s->wholes[place];
	}
	return bins;
}

void share_next(struct share *s, i64 at, i64 step, i64 part, i64 whole, struct anomaly_finding *ret_finding, double *ret_excess)
{
	struct anomaly_finding f = {.at = at, .since = at};
	double parts, wholes, usual = s->part / s->whole, kept = exp(-(double)step / MEMORY);
	put(s, at, step, part, whole);
	int bins = gather(s, &parts, &wholes);
	*ret_excess = 0;
	if (whole && wholes >= FEWEST) {
		double off = 2 * sqrt(wholes) * (angle(parts + 0.375, wholes + 0.75) - angle(usual, 1));
		anomaly_next(&s->anomaly, at, parts < FEWEST_PARTS ? fmin(off, UNTOLD) : off, &f);
		f.is_alarm = f.is_alarm && !f.is_drop;
		f.value = parts / wholes;
		f.low = share_at(usual, wholes, f.low);
		f.high = share_at(usual, wholes, f.high);
		f.expected = share_at(usual, wholes, f.expected);
		f.times = f.expected > 0.001 ? f.value / f.expected : 0;
		f.span = bins * step;
		*ret_excess = fmax(parts - wholes * f.expected, 0);
	}
	s->part = s->part * kept + (double)part;
	s->whole = s->whole * kept + (double)whole;
	*ret_finding = f;
}

bool share_is_calm(const struct share *s, i64 now)
{
	return anomaly_is_calm(&s->anomaly) || s->anomaly.last < now - SILENCE;
}
