/* rate.h: token buckets: who may ask how often. One bucket a (who, what); the table has a fixed size and, when a set of it is
 * full, forgets the bucket that has most tokens left, so a flood of addresses costs no memory and frees nobody who is over
 * his limit. Thread-safe. */
#pragma once
#include "base/str.h"

struct rate_table;
struct rate_table *rate_new(void);
void rate_free(struct rate_table *table); /* NULL is allowed */

/* Take a token of the bucket (who, what), which holds `per_minute` at most and fills as fast. `now` is monotonic microseconds.
 * False when it is empty; *ret_wait is then the seconds until there is one. */
bool rate_take(struct rate_table *table, struct str who, u64 what, unsigned per_minute, i64 now, i64 *ret_wait);

/* An address as it is counted: IPv6 by its /64, IPv4 whole. `room` holds at least 64 bytes. */
struct str rate_address(struct str address, char *room);
