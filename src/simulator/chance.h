/* chance.h: chance that repeats: what the n-th throw of a stream gives depends on the seed, the stream and n alone, so that a
 * run with the same seed, clock and requests gives the same network to the letter. Not for secrets. Nothing here allocates. */
#pragma once
#include "base/str.h"

struct chance {
	u64 state;
};

/* Streams do not disturb each other: a request more does not change what members say next. */
enum chance_stream { CHANCE_TALK, CHANCE_ANSWER, CHANCE_CHANGE, CHANCE_DELIVERY, CHANCE_REQUEST, CHANCE_POOL, CHANCE_PACE, CHANCE_PAST, CHANCE_POST };

struct chance chance_of(u64 seed, enum chance_stream stream, u64 index);
u64 chance_next(struct chance *chance);
u64 chance_below(struct chance *chance, u64 bound);                 /* 0 … bound - 1; bound > 0 */
i64 chance_between(struct chance *chance, i64 least, i64 most);     /* both included */
bool chance_percent(struct chance *chance, double percent);         /* true in so many of a hundred */
double chance_unit(struct chance *chance);                          /* 0 <= x < 1 */
i64 chance_wait(struct chance *chance, i64 mean);                   /* exponential, for the gaps of a Poisson process; at least 1 */
size_t chance_weighted(struct chance *chance, const double *weights, size_t count); /* an index; weights of 0 never */
/* The n-th place of a walk that visits each of `size` places once a round, in another order each round. */
size_t chance_walk(u64 seed, u64 walk, u64 n, size_t size);
