#include "model/recurrence.h"

#include "base/clock.h"
#include "model/date_rule.h"

/* ---- the days of a rule ---- */

struct day {
	i64 days; /* since 1970 */
	int year, month, day, weekday;
	int month_length;
};

static struct day day_of(i64 days)
{
	struct day d = {.days = days, .weekday = weekday_of(days)};
	date_of_days(days, &d.year, &d.month, &d.day);
	d.month_length = (int)(days_of_date(d.year + d.month / 12, d.month % 12 + 1, 1) - days_of_date(d.year, d.month, 1));
	return d;
}

/* Is it the nth (or, counted from behind, the -nth) of `length` days of which it is the `place`th? */
static bool is_nth(int nth, i64 place, i64 length)
{
	return nth > 0 ? (place - 1) / 7 == nth - 1 : (length - place) / 7 == -nth - 1;
}

static bool on_days(const struct recurrence *r, const struct day *d)
{
	bool of_year = r->unit == EVERY_YEARS && !r->months;
	i64 first = days_of_date(d->year, 1, 1), length = days_of_date(d->year + 1, 1, 1) - first;
	for (size_t i = 0; i < r->day_count; i++) {
		const struct recurrence_day *one = &r->days[i];
		if (one->weekday == d->weekday && (!one->nth || (of_year ? is_nth(one->nth, d->days - first + 1, length) : is_nth(one->nth, d->day, d->month_length))))
			return true;
	}
	return false;
}

static bool on_month_days(const struct recurrence *r, const struct day *d)
{
	for (size_t i = 0; i < r->month_day_count; i++)
		if (r->month_days[i] == d->day || r->month_days[i] == d->day - d->month_length - 1)
			return true;
	return false;
}

static bool matches(const struct recurrence *r, const struct day *d)
{
	bool open = !r->day_count && !r->month_day_count; /* what the rule leaves open is the start's */
	if (r->months && !(r->months >> (d->month - 1) & 1))
		return false;
	if (r->day_count && !on_days(r, d))
		return false;
	if (r->month_day_count && !on_month_days(r, d))
		return false;
	if (open && r->unit == EVERY_WEEKS)
		return d->weekday == weekday_of(days_of_date(r->start.year, r->start.month, r->start.day));
	if (open && r->unit >= EVERY_MONTHS && d->day != r->start.day)
		return false;
	return !(open && r->unit == EVERY_YEARS && !r->months && d->month != r->start.month);
}

/* ---- its units, one after the other ---- */

/* The days of the unit that is `step` intervals after the start's: from `*ret_first` to before `*ret_end`. */
static void unit_days(const struct recurrence *r, i64 step, i64 *ret_first, i64 *ret_end)
{
	i64 start = days_of_date(r->start.year, r->start.month, r->start.day), ahead = step * r->interval;
	if (r->unit == EVERY_DAYS) {
		*ret_first = start + ahead;
		*ret_end = *ret_first + 1;
	} else if (r->unit == EVERY_WEEKS) {
		*ret_first = start - (weekday_of(start) - r->week_start + 7) % 7 + 7 * ahead;
		*ret_end = *ret_first + 7;
	} else if (r->unit == EVERY_MONTHS) {
		i64 month = (i64)r->start.year * 12 + r->start.month - 1 + ahead;
		*ret_first = days_of_date((int)(month / 12), (int)(month % 12) + 1, 1);
		*ret_end = days_of_date((int)((month + 1) / 12), (int)((month + 1) % 12) + 1, 1);
	} else {
		*ret_first = days_of_date((int)(r->start.year + ahead), 1, 1);
		*ret_end = days_of_date((int)(r->start.year + ahead + 1), 1, 1);
	}
}

/* The last step whose unit surely begins before that day; not below 0. */
static i64 step_before(const struct recurrence *r, i64 day)
{
	static const int longest[] = {1, 7, 31, 366};
	i64 start = days_of_date(r->start.year, r->start.month, r->start.day), step = (day - start) / ((i64)longest[r->unit] * r->interval) - 2;
	return step > 0 ? step : 0;
}

static bool at_position(const struct recurrence *r, size_t place, size_t count)
{
	for (size_t i = 0; i < r->position_count; i++)
		if (r->positions[i] == (int)place + 1 || r->positions[i] == (int)place - (int)count)
			return true;
	return !r->position_count;
}

static bool is_excepted(const struct recurrence *r, i64 day)
{
	size_t low = 0, high = r->except_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (r->except[middle] == day)
			return true;
		if (r->except[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static i64 instant_of(const struct recurrence *r, i64 day)
{
	struct civil civil = r->start;
	date_of_days(day, &civil.year, &civil.month, &civil.day);
	return zone_instant(r->zone, civil);
}

struct walk {
	const struct recurrence *recurrence;
	i64 from;            /* nothing before it is wanted */
	bool (*take)(struct walk *walk, i64 instant); /* false ends */
	int happened;
	i64 *instants;       /* of the taker */
	size_t count, most;
	i64 to;              /* nothing from it on is wanted */
};

/* One unit; false ends the walk. */
static bool walk_unit(struct walk *walk, i64 first, i64 end)
{
	const struct recurrence *r = walk->recurrence;
	i64 start = days_of_date(r->start.year, r->start.month, r->start.day), found[366];
	size_t count = 0;
	for (i64 day = first; day < end && count < COUNT(found); day++) {
		struct day d = day_of(day);
		if (matches(r, &d))
			found[count++] = day;
	}
	for (size_t i = 0; i < count; i++) {
		if (found[i] < start || !at_position(r, i, count))
			continue;
		if (r->count && walk->happened++ == r->count)
			return false;
		if (found[i] * DAY < walk->from - 3 * DAY && !r->until) /* far before it: its instant does not matter */
			continue;
		i64 instant = instant_of(r, found[i]);
		if (r->until && instant > r->until)
			return false;
		if (instant >= walk->from && !is_excepted(r, found[i]) && !walk->take(walk, instant))
			return false;
	}
	return true;
}

static void walk_all(struct walk *walk)
{
	const struct recurrence *r = walk->recurrence;
	i64 last = days_of_date(RECURRENCE_YEAR_LAST + 1, 1, 1), earliest = days_of_date(1, 1, 1) * DAY, first, end;
	if (walk->from < earliest) /* so that sums with it stay within 64 bits */
		walk->from = earliest;
	i64 wanted = walk->to / DAY + 2; /* no day after that one can matter */
	if (walk->from / DAY >= last || r->start.year < 1 || r->start.year > RECURRENCE_YEAR_LAST || r->interval < 1)
		return;
	for (i64 step = r->count ? 0 : step_before(r, walk->from / DAY - 2);; step++) {
		unit_days(r, step, &first, &end);
		if (first >= last || first > wanted || !walk_unit(walk, first, end))
			return;
	}
}

static bool take_first(struct walk *walk, i64 instant)
{
	*walk->instants = instant;
	walk->count = 1;
	return false;
}

static bool take_until_full(struct walk *walk, i64 instant)
{
	if (instant >= walk->to || walk->count == walk->most)
		return false;
	walk->instants[walk->count++] = instant;
	return walk->count < walk->most;
}

bool recurrence_next(const struct recurrence *r, i64 after, i64 *ret_instant)
{
	i64 found;
	struct walk walk = {.recurrence = r, .from = after + 1, .take = take_first, .instants = &found, .to = INT64_MAX};
	walk_all(&walk);
	if (walk.count)
		*ret_instant = found;
	return walk.count;
}

size_t recurrence_list(const struct recurrence *r, i64 from, i64 to, i64 *ret_instants, size_t most)
{
	struct walk walk = {.recurrence = r, .from = from, .take = take_until_full, .instants = ret_instants, .most = most, .to = to};
	if (most && from < to)
		walk_all(&walk);
	return walk.count;
}
