/* anomaly.c: a robust seasonal baseline, and the tail of the series' own events above it.
 *
 * Counts are looked at as twice their square root (Anscombe), which makes a Poisson count as uneven at three as at three hundred; far above
 * (some hundreds) the scale bends to the logarithm, as a negative binomial count wants. What is off is measured in deviations of the series.
 * An event begins above two of them and ends after four calm hours; its peak is what counts (peaks over threshold, declustered). The
 * mean of the peaks gives an exponential tail, which says how many events a month reach this high: the score is that number against the wished
 * one. Constants were chosen in the middle of a plateau: docs/quality.md has the measure. */
#include "insight/anomaly.h"
#include "base/clock.h"
#include "base/err.h"

#include <math.h>
#include <string.h>

#define MONTH (30 * DAY)
#define STEP_MOST (31.0 * DAY)
#define BEND 0.003           /* where the square root becomes a logarithm: counts of 1/BEND */
#define LEVEL_DAYS 4.0       /* how slowly the level follows */
#define LEVEL_LEAST 28.0     /* values, where there are few a day */
#define SPREAD_DAYS 7.0
#define SEASON_DAYS 7.0      /* how slowly an hour of the day follows, once it is learnt */
#define SEASON_WEEKS 4.0     /* and a day of the week */
#define WEEK_DOUBT 4.0       /* weeks of an hour of the week that say nothing yet */
#define CALM (4.0 * HOUR)
#define PAUSE 3              /* values below after which an event that was not told yet is counted from anew */
#define STEEP 3               /* times its height so far: then it begins here */
#define SHIFT DAY            /* what stays off this long is the new level */
#define SHIFT_LEAST 7        /* and this many values: of daily ones, a day is none to go by */
#define MEMORY_DAYS 120.0    /* of the tails */
#define CLIP 2.0             /* one value moves the level by no more deviations than this */
#define SPREAD_CLIP 4.0
#define EVENT 2.0            /* deviations at which an event begins */
#define PRIOR_EVENTS 10.0     /* what is believed of the tail before anything was seen: ten events, thirty a month, */
#define PRIOR_MONTH 30.0
#define PRIOR_EXCESS 0.3     /* their peaks a third above where they began */
#define EXCESS_MOST 4.0      /* a peak counts as no more than so many mean ones: one crisis shall not hide the next */
#define AGAIN 6.0            /* mean peaks above the alarm at which an event that goes on is told once more */
/* An exponential tail promises more than noise keeps: by about this many alarms a month from one on, and by a power below (measured on
 * Poisson noise and on noise with moods and threads: bench/alarms). */
#define NOISE_MONTH 1.2
#define NOISE_POWER 0.65
#define FIRST 50             /* values that are believed as they come */
#define YOUNG_DAY 4.0        /* in the first day, before its hours are known: so many times what there was may come by itself */
#define YOUNG_LEAST 5        /* and fewer are nothing */
#define YOUNG_VALUES 24      /* and before so many values nothing is told */
#define SPARSE 0.25           /* counts below this are taken together */

/* How many a month the tail may promise, where so many are wished. */
static double promised(double month)
{
	return month >= 1 ? month + NOISE_MONTH : (1 + NOISE_MONTH) * pow(month, NOISE_POWER);
}

static double limit_of(double month)
{
	return 1 / (1 + sqrt(promised(month) / promised(ANOMALY_MONTH_DEFAULT)));
}

void anomaly_start(struct anomaly *a, double month)
{
	*a = (struct anomaly){.limit = limit_of(fmin(fmax(month, ANOMALY_MONTH_MIN), ANOMALY_MONTH_MAX)), .is_count = true, .spread = 1, .span = 1, .months = PRIOR_EVENTS / PRIOR_MONTH};
	for (int i = 0; i < 2; i++)
		a->tails[i] = (struct anomaly_tail){.events = PRIOR_EVENTS, .excess = PRIOR_EVENTS * PRIOR_EXCESS};
}

void anomaly_wish(struct anomaly *a, double month)
{
	a->limit = limit_of(fmin(fmax(month, ANOMALY_MONTH_MIN), ANOMALY_MONTH_MAX));
}

bool anomaly_is_calm(const struct anomaly *a)
{
	return !a->tails[0].is_on && !a->tails[1].is_on;
}

/* ---- the scale ---- */

static double scaled(const struct anomaly *a, double value)
{
	return a->is_count ? 2 / sqrt(BEND) * asinh(sqrt(BEND * (value + 0.375))) : value;
}

static double unscaled(const struct anomaly *a, double y)
{
	if (!a->is_count)
		return y;
	double s = sinh(fmin(fmax(y, 0) * sqrt(BEND) / 2, 40)); /* far above every value there can be, and finite */
	return fmax(s * s / BEND - 0.375, 0);
}

/* ---- the season ---- */

struct moment {
	int hour, other, day; /* `other` is the hour that this one leans to, by `lean` (0 to a half) */
	double lean;
};

static i64 floored(i64 value, i64 by)
{
	return value % by < 0 ? value % by + by : value % by;
}

static struct moment moment_of(i64 at)
{
	i64 in_week = floored(at - 4 * DAY, 7 * DAY); /* 1970-01-01 was a Thursday; from Monday on */
	double past = (double)(in_week % HOUR) / HOUR - 0.5;
	struct moment m = {.hour = (int)(in_week % DAY / HOUR), .day = (int)(in_week / DAY), .lean = fabs(past)};
	m.other = (m.hour + (past < 0 ? 23 : 1)) % 24;
	return m;
}

static double season(const struct anomaly *a, const struct moment *m)
{
	double here = a->hour[m->hour] + a->week[m->day][m->hour], there = a->hour[m->other] + a->week[m->day][m->other];
	return (1 - m->lean) * here + m->lean * there + a->day[m->day];
}

/* ---- time ---- */

static double per(const struct anomaly *a, double time)
{
	return a->step > 0 ? fmax(time / a->step, 1) : 1;
}

bool anomaly_is_young(const struct anomaly *a)
{
	return (double)a->learnt < per(a, DAY);
}

/* The usual step follows the steps there are by small factors: a median, in the long run. */
static void learn_step(struct anomaly *a, i64 at)
{
	i64 gap = at - a->last;
	if (a->count == 0 || gap <= 0)
		return;
	if (a->step <= 0)
		a->step = (double)gap;
	double most = a->count < 10 ? 0.5 : 0.02;
	a->step = fmin(a->step * fmin(fmax((double)gap / a->step, 1 - most), 1 + most), STEP_MOST);
	if ((double)gap > 1.5 * a->step)
		a->held = 0;
}

/* ---- values taken together ---- */

/* Where hardly anything is counted, one value tells nothing: as many are taken together as make half a count, twice as many each day that it
 * takes. What was learnt is carried over. */
static void think_of_span(struct anomaly *a)
{
	if ((double)++a->since_span < per(a, DAY))
		return;
	a->since_span = 0;
	int wanted = 1;
	while (a->is_count && wanted < ANOMALY_SPAN_MAX && a->mean * wanted < (wanted < a->span ? 2 * SPARSE : SPARSE))
		wanted *= 2;
	if (wanted == a->span)
		return;
	double ratio = (double)wanted / a->span;
	a->level = scaled(a, unscaled(a, a->level) * ratio);
	for (int i = 0; i < 24; i++)
		a->hour[i] *= sqrt(ratio);
	for (int i = 0; i < 7; i++) {
		a->day[i] *= sqrt(ratio);
		for (int h = 0; h < 24; h++)
			a->week[i][h] *= sqrt(ratio);
	}
	a->drift = 0;
	a->span = wanted;
}

static bool sum_of_span(struct anomaly *a, double value, double *ret_sum)
{
	a->ring[a->count % ANOMALY_SPAN_MAX] = value;
	if (a->held < ANOMALY_SPAN_MAX)
		a->held++;
	if (a->held < a->span)
		return false;
	double sum = 0;
	for (int i = 0; i < a->span; i++)
		sum += a->ring[(a->count + ANOMALY_SPAN_MAX - i) % ANOMALY_SPAN_MAX];
	*ret_sum = sum;
	return true;
}

/* ---- the tail ---- */

static double events_a_month(const struct anomaly *a, const struct anomaly_tail *tail)
{
	return tail->events / a->months;
}

static double score_of(const struct anomaly *a, const struct anomaly_tail *tail, double height)
{
	double month = events_a_month(a, tail) * exp(-height * tail->events / tail->excess);
	return 1 / (1 + sqrt(month / promised(ANOMALY_MONTH_DEFAULT)));
}

/* How high, in deviations, an alarm begins. */
static double alarm_from(const struct anomaly *a, const struct anomaly_tail *tail)
{
	double odds = 1 / a->limit - 1, month = odds * odds * promised(ANOMALY_MONTH_DEFAULT);
	return EVENT * (1 + fmax(log(events_a_month(a, tail) / month), 0) * tail->excess / tail->events);
}

static void end_event(struct anomaly_tail *tail)
{
	double mean = tail->excess / tail->events;
	tail->excess += fmin(tail->peak, EXCESS_MOST * mean);
	tail->events++;
	tail->is_on = false;
}

/* The score of what is new: an event's rise until its alarm; afterwards only what is far above that. `doubt` of it may mean nothing. */
static double follow_event(struct anomaly *a, struct anomaly_tail *tail, i64 at, double off, double doubt)
{
	double height = off / EVENT - 1;
	if (height <= 0 && !tail->is_on)
		return 0;
	bool is_new = !tail->is_on, was_told = !is_new && tail->told >= 0;
	if (is_new)
		*tail = (struct anomaly_tail){.events = tail->events, .excess = tail->excess, .peak = height, .told = -1, .since = at, .is_on = true};
	if (height > 0 && !was_told && (tail->quiet >= PAUSE || height > STEEP * tail->peak)) /* what came before is nothing beside it */
		tail->since = at;
	tail->length++;
	tail->quiet = height > 0 ? 0 : tail->quiet + 1;
	double above = was_told ? tail->told + AGAIN * tail->excess / tail->events : tail->peak;
	bool is_more = height > doubt / EVENT && (is_new || height > above);
	double score = is_more ? score_of(a, tail, height - doubt / EVENT) : 0;
	if (score >= a->limit)
		tail->told = height;
	tail->peak = fmax(tail->peak, height);
	if ((double)tail->quiet >= fmax(per(a, CALM), 3))
		end_event(tail);
	return score;
}

/* ---- learning ---- */

static double clipped(double value, double most)
{
	return fmin(fmax(value, -most), most);
}

/* What stays off for a day (a week, of daily values) is how it is now: the level goes there at once, and the event is over. */
static void take_shift(struct anomaly *a)
{
	for (int i = 0; i < 2; i++)
		if (a->tails[i].is_on && (double)a->tails[i].length > fmax(per(a, SHIFT), SHIFT_LEAST)) {
			end_event(&a->tails[i]);
			a->level += a->drift;
			a->drift = 0;
		}
}

static void learn_season(struct anomaly *a, const struct moment *m, double moved)
{
	double day = per(a, DAY), hour = fmax(day / 24, 1);
	if (day >= 2) { /* else there is no hour to be learnt */
		a->hours[m->hour] = fmin(a->hours[m->hour] + 1 / hour, SEASON_DAYS - 2);
		a->hour[m->hour] += fmin(1 / (hour * (a->hours[m->hour] + 2)), 0.5) * moved;
	}
	if ((double)a->learnt < 7 * day)
		return;
	a->days[m->day] = fmin(a->days[m->day] + 1 / day, SEASON_WEEKS - 1);
	a->day[m->day] += moved / (day * (a->days[m->day] + 1));
	if (day >= 2 && (double)a->learnt >= 14 * day)
		a->week[m->day][m->hour] += fmin(1 / (hour * (a->days[m->day] + WEEK_DOUBT)), 0.5) * moved;
}

static void grow_older(struct anomaly *a)
{
	double kept = 1 - fmin(a->step / (MEMORY_DAYS * DAY), 0.5);
	a->months = a->months * kept + a->step / MONTH;
	for (int i = 0; i < 2; i++)
		if (a->tails[i].events > 1) {
			a->tails[i].events *= kept;
			a->tails[i].excess *= kept;
		}
}

static void learn(struct anomaly *a, const struct moment *m, double off)
{
	double seen = (double)++a->learnt, day = per(a, DAY), size = 1.2533 * fabs(off);
	double moved = a->learnt > FIRST ? clipped(off, CLIP * a->spread) : off;
	if (!a->is_count && a->learnt <= FIRST)
		a->spread += (size - a->spread) / fmax(seen - 1, 1); /* the first is its own level */
	else
		a->spread += (fmin(size, 1.2533 * SPREAD_CLIP * a->spread) - a->spread) / fmin(seen, fmax(SPREAD_DAYS * day, 2 * LEVEL_LEAST));
	a->spread = fmax(a->spread, a->least > 0 ? a->least : a->is_count ? 0.3 : 1e-3 * fabs(a->level) + 1e-9);
	a->level = clipped(a->level + moved / fmin(seen, fmax(LEVEL_DAYS * day, LEVEL_LEAST)), 2 * ANOMALY_VALUE_MAX);
	a->drift += (off - a->drift) / fmin(seen, fmax(day / 4, 1));
	if (seen > day)
		learn_season(a, m, moved);
	grow_older(a);
	take_shift(a);
}

/* Something else than counts: what was learnt on their scale is worth nothing, so it begins anew. */
static void become_measure(struct anomaly *a)
{
	struct anomaly before = *a;
	anomaly_start(a, ANOMALY_MONTH_DEFAULT);
	a->is_count = false;
	a->least = before.least;
	a->limit = before.limit;
	a->step = before.step;
	a->last = before.last;
	a->count = before.count;
}

static void describe(const struct anomaly *a, i64 at, double sum, double base, struct anomaly_finding *f)
{
	*f = (struct anomaly_finding){.at = at, .since = at, .span = (i64)(a->step * a->span), .value = sum, .is_count = a->is_count};
	f->expected = unscaled(a, base);
	f->low = unscaled(a, base - alarm_from(a, &a->tails[1]) * a->spread);
	f->high = unscaled(a, base + alarm_from(a, &a->tails[0]) * a->spread);
	f->times = f->expected > 0.05 ? sum / f->expected : 0;
}

void anomaly_next(struct anomaly *a, i64 at, double value, struct anomaly_finding *ret_finding)
{
	must(isfinite(value) && fabs(value) <= ANOMALY_VALUE_MAX);
	struct anomaly_finding f = {.at = at, .since = at, .value = value, .expected = value, .low = value, .high = value};
	double sum;
	learn_step(a, at);
	a->last = at;
	if (a->is_count && (value < 0 || value != floor(value)))
		become_measure(a);
	if (sum_of_span(a, value, &sum) && a->step > 0) {
		struct moment m = moment_of(at);
		double y = scaled(a, sum);
		if (a->learnt == 0)
			a->level = y;
		double base = a->level + season(a, &m), off = y - base;
		describe(a, at, sum, base, &f);
		bool is_young = anomaly_is_young(a);
		double doubt = !is_young ? 0 : a->is_count && a->learnt >= YOUNG_VALUES && sum >= YOUNG_LEAST ? scaled(a, YOUNG_DAY * f.expected) - scaled(a, f.expected) : INFINITY;
		for (int i = 0; i < 2; i++) {
			struct anomaly_tail *tail = &a->tails[i];
			double far = i ? fmin(-off, -fmax(a->before[0], a->before[1])) : off;
			double score = follow_event(a, tail, at, far / a->spread, is_young && i ? INFINITY : doubt / a->spread);
			if (score <= f.score)
				continue;
			f.score = score;
			f.is_drop = i == 1;
			f.since = tail->since;
		}
		f.is_alarm = f.score >= a->limit;
		a->before[1] = a->before[0];
		a->before[0] = off;
		learn(a, &m, off);
	}
	a->mean += (value - a->mean) / fmin((double)a->count + 1, LEVEL_DAYS * per(a, DAY));
	a->count++;
	if (a->step > 0)
		think_of_span(a);
	*ret_finding = f;
}
