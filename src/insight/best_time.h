/* best_time.h: when our own posts did better, by hour of the day and by weekday, and how sure that is. Each post counts as ln(1 + its likes, shares and
 * replies), less its channel's mean, so that a large channel does not speak for the small ones; groups are drawn towards the whole as far as their number
 * of posts leaves them in doubt (a random-effects model: the variance between groups by moments, C. R. Henderson 1953; the shrunk mean and its standard
 * deviation as in every text on empirical Bayes), and whether groups differ at all is asked of a permutation of the same posts (R. A. Fisher 1935): of 1,000
 * reshuffled weeks, how many differ as much by chance. What it cannot tell from, it says.
 *
 * It is an observation, not an experiment: who posts what is best at one hour will find that hour best. */
#pragma once
#include "base/zone.h"
#include "sys/db.h"

#define BEST_TIME_POSTS_MIN 30  /* fewer tell nothing */
#define BEST_TIME_GROUP_MIN 5   /* of one hour or weekday, to be proposed */
#define BEST_TIME_DOUBT_MAX 0.05
#define BEST_TIME_PROPOSALS 3

struct best_post {
	i64 channel, at;
	i64 acts;
};

struct best_group {
	size_t count;               /* posts */
	double factor, low, high;   /* of what a post of its channel has, on the average: 1.4 is 40 % more; nine of ten such intervals hold the truth */
	bool is_better;             /* enough posts, and the whole interval above 1 */
};

struct best_view {
	size_t groups;              /* 24 hours, 7 weekdays (0 Monday) */
	struct best_group group[24];
	double doubt;               /* how often chance alone differs as much, 0 .. 1 */
	bool differs;               /* it does, and hardly by chance */
};

enum best_verdict { BEST_TOO_FEW, BEST_NO_DIFFERENCE, BEST_TELLS };

struct best_time {
	enum best_verdict verdict;
	size_t count;               /* posts looked at */
	i64 since;                  /* the first of them; 0: none */
	struct best_view hours, weekdays;
};

/* Pure; `zone` is whose clock the hours are of. The same posts give the same answer. */
void best_time(const struct best_post *posts, size_t count, struct str zone, struct arena *arena, struct best_time *ret_best);
/* The same of the newest `most` posts of a year of a workspace, or of one channel (0: all); those of the last two days are left out, for they still gather. */
enum err best_time_read(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str zone, size_t most, struct best_time *ret_best);
/* The next hours of the clock there that it speaks for, after `after` and within two weeks; at most BEST_TIME_PROPOSALS, in order of time. None unless it tells. */
size_t best_time_next(const struct best_time *best, struct str zone, i64 after, i64 *ret_instants);
