/* trend_day.h: what was said on a day, counted by term: how many people said each (a hash of it, no words), how many messages there were each
 * hour. Who says the same term twice in a row counts once. Kept in TREND_DAY_TERMS entries at the most: when there are more, those that the
 * fewest said are dropped, and `lost` is how many people any of the dropped may have had (lossy counting: Manku and Motwani, VLDB 2002).
 *
 * What must stay true: a count is never below the truth by more than `lost`; bytes that are none of ours are read as an empty day. The
 * arena given owns everything. */
#pragma once
#include "base/arena.h"

#define TREND_DAY_TERMS 16384u
#define TREND_DAY_SLACK 4096u /* more than that are never in memory for long */

struct trend_entry {
	u64 key;
	u32 people, last; /* last: who said it last, hashed */
};

struct trend_day {
	u32 hours[24];    /* messages, by the hour of UTC */
	u32 lost;
	struct trend_entry *entries; /* by key */
	size_t count;
};

void trend_day_read(struct arena *arena, struct str bytes, struct trend_day *ret_day);
struct str trend_day_write(struct arena *arena, const struct trend_day *day);
/* 0: nobody, or too few to be kept. */
u32 trend_day_people(const struct trend_day *day, u64 key);

/* One more mention, in any order: collected, and put in by trend_day_merge(). */
struct trend_mark {
	u64 key;
	u32 by, number; /* number: of its message, in the order they were said */
};
void trend_day_merge(struct arena *arena, struct trend_day *day, struct trend_mark *marks, size_t count); /* sorts the marks */
