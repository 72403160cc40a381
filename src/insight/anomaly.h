/* anomaly.h: what is abnormal in a series (mentions in five minutes, a share of negative ones, a temperature), one value at a time. Each
 * value is held against what its hour of the day, its day of the week and the level of late let expect, and how far it is off against how
 * far this series goes off by itself: a score, and one alarm an event, with its evidence. Pure: no clock, no store, no allocation.
 *
 * What must stay true: the state is of one size however long the series is; the same values in the same order give the same findings; a
 * value is never held against what came after it. The caller owns the state, and hands in instants of the place whose hours people
 * live by (UTC does where nobody cares). Times may have holes and may step back (a clock change); the usual step is learnt. */
#pragma once
#include "base/types.h"

/* How many false alarms a month people put up with, on a series in which nothing happens: noise alone. What truly happens comes on top. */
#define ANOMALY_MONTH_DEFAULT 1.0
#define ANOMALY_MONTH_MIN 0.0005 /* of one of many that are watched together */
#define ANOMALY_MONTH_MAX 30.0
#define ANOMALY_VALUE_MAX 1e15 /* either way */
#define ANOMALY_SPAN_MAX 16    /* values that are taken together where hardly anything is counted */

/* How far up, or down, the series goes by itself: its events (a while over two deviations, until calm again) and their peaks. */
struct anomaly_tail {
	double events, excess;  /* how many there were, and the sum of their peaks, above where an event begins */
	double peak;            /* of the event that goes on */
	double told;            /* how high it was when the alarm was given; below 0: none was */
	i64 since;              /* the first value of its last rise */
	i64 length, quiet;      /* values since it began, since it was last above */
	bool is_on;
};

struct anomaly {
	double limit;           /* the score from which on it is an alarm */
	bool is_count;          /* whole numbers from 0 on, so far */
	double least;           /* what it is uneven by at the least, where that is known; 0: nothing is */
	i64 count, learnt;      /* values seen, values learnt from on this scale */
	i64 last;               /* the instant of the last */
	double step;            /* microseconds from one to the next, usually */
	double level, spread;   /* on the scale that makes counts as uneven everywhere */
	double months;          /* how much past is behind the tails; what is old weighs less and less */
	double mean;            /* of the values */
	double before[2];       /* how far off the last two were */
	double drift;           /* mean of what was off of late: a new level, when it stays */
	double hour[24], day[7], week[7][24]; /* the hour of the day, the day of the week, and what an hour of that day has of its own */
	double hours[24], days[7]; /* how much past is behind each: days, weeks */
	struct anomaly_tail tails[2]; /* up, down */
	double ring[ANOMALY_SPAN_MAX]; /* the last values */
	int span, held;         /* how many of them count together, how many there are without a hole */
	i64 since_span;         /* values since the span was last thought over */
};

struct anomaly_finding {
	double score;           /* 0 to 1; 0.5 and above is an alarm at the default sensitivity. Of what goes on after its alarm: 0 */
	bool is_alarm;          /* at the wished sensitivity; once an event */
	bool is_drop;           /* too little, not too much */
	bool is_count;          /* of a series of whole numbers from 0 on */
	i64 at, since;          /* this value's instant; since when it is so without a pause */
	i64 span;               /* microseconds that `value` is of: one step, or several taken together */
	double value, expected, low, high; /* outside low..high is an alarm */
	double times;           /* value against expected; 0 where nothing is expected */
};

/* `month`: wished false alarms a month, taken into ANOMALY_MONTH_MIN..MAX. */
void anomaly_start(struct anomaly *a, double month);
void anomaly_wish(struct anomaly *a, double month); /* from the next value on */
bool anomaly_is_calm(const struct anomaly *a);      /* no event goes on */
bool anomaly_is_young(const struct anomaly *a);     /* less than a day was learnt from */
/* The next value; finite, within ANOMALY_VALUE_MAX. During the first day, whose hours are not
 * known yet, only a rise of counts is told, and only far above what a day does. */
void anomaly_next(struct anomaly *a, i64 at, double value, struct anomaly_finding *ret_finding);
