#include "model/hours.h"

#include "base/zone.h"

#define HORIZON_DAYS 731

static bool closed(const struct hours *hours, i64 day)
{
	size_t low = 0, high = hours->closing_day_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (hours->closing_days[middle] == day)
			return true;
		if (hours->closing_days[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static i64 local_day(const struct hours *hours, i64 instant)
{
	struct civil c = zone_civil(hours->zone, instant);
	return days_of_date(c.year, c.month, c.day);
}

/* The instant of a minute of a civil day; 1440 is the next midnight. */
static i64 minute_of(const struct hours *hours, i64 day, int minute)
{
	struct civil c = {};
	date_of_days(day + minute / 1440, &c.year, &c.month, &c.day);
	c.hour = minute % 1440 / 60;
	c.minute = minute % 60;
	return zone_instant(hours->zone, c);
}

/* Walks the openings from `start` on, calling `take` with each stretch [from, to) until it says stop. */
struct walk {
	bool (*take)(struct walk *walk, i64 from, i64 to); /* false stops */
	i64 left, result, end;
};

static void walk_openings(const struct hours *hours, i64 start, struct walk *walk)
{
	static const struct opening all_day = {.opens = 0, .closes = 24 * 60};
	bool always = hours->opening_count == 0; /* but for the days that are closed */
	i64 first = local_day(hours, start);
	for (i64 day = first; day < first + HORIZON_DAYS; day++) {
		if (closed(hours, day))
			continue;
		int weekday = (int)(((day + 3) % 7 + 7) % 7);
		for (size_t i = 0; i < hours->opening_count + always; i++) {
			const struct opening *o = always ? &all_day : &hours->openings[i];
			if (!always && o->weekday != weekday)
				continue;
			i64 from = minute_of(hours, day, o->opens), to = minute_of(hours, day, o->closes);
			if (from < start)
				from = start;
			if (from < to && !walk->take(walk, from, to))
				return;
		}
	}
}

static bool take_until_spent(struct walk *walk, i64 from, i64 to)
{
	if (to - from < walk->left) {
		walk->left -= to - from;
		return true;
	}
	walk->result = from + walk->left;
	return false;
}

static bool take_until_end(struct walk *walk, i64 from, i64 to)
{
	if (from >= walk->end)
		return false;
	walk->result += (to < walk->end ? to : walk->end) - from;
	return true;
}

bool hours_open(const struct hours *hours, i64 instant)
{
	return hours_between(hours, instant, instant + 1) == 1;
}

i64 hours_after(const struct hours *hours, i64 start, i64 duration)
{
	if (hours->opening_count == 0 && hours->closing_day_count == 0)
		return start + duration;
	struct walk walk = {.take = take_until_spent, .left = duration, .result = start + duration};
	walk_openings(hours, start, &walk);
	return walk.result;
}

i64 hours_between(const struct hours *hours, i64 from, i64 to)
{
	if (to <= from)
		return 0;
	if (hours->opening_count == 0 && hours->closing_day_count == 0)
		return to - from;
	struct walk walk = {.take = take_until_end, .end = to};
	walk_openings(hours, from, &walk);
	return walk.result;
}
