#include "insight/best_time.h"

#include "base/chance.h"
#include "base/clock.h"
#include "store/post_figure.h"

#include <math.h>
#include <string.h>

#define SHUFFLES 1000
#define SEED 20261122
#define NINETY 1.6449 /* standard deviations to each side that hold nine tenths */
#define DAYS_AHEAD 14
#define LOOKED_BACK (365 * DAY)
#define SETTLED (2 * DAY) /* a younger post still gathers */

struct sample {
	const double *values;
	const int *group;
	size_t count, groups;
};

/* Sum of squares between the groups' means and the whole. */
static double between(const struct sample *s)
{
	double sum[24] = {}, all = 0, total = 0;
	size_t number[24] = {};
	for (size_t i = 0; i < s->count; i++) {
		sum[s->group[i]] += s->values[i];
		number[s->group[i]]++;
		all += s->values[i];
	}
	all /= (double)s->count;
	for (size_t g = 0; g < s->groups; g++)
		if (number[g]) {
			double d = sum[g] / (double)number[g] - all;
			total += (double)number[g] * d * d;
		}
	return total;
}

/* How often a reshuffle differs as much: the total of squares is the same for all, so the part between the groups tells. */
static double doubt_of(const struct sample *s, struct arena *arena)
{
	struct chance chance = {SEED};
	double *values = arena_array(arena, double, s->count), found = between(s);
	size_t as_much = 1; /* what was found is one of them */
	memcpy(values, s->values, s->count * sizeof *values);
	for (int n = 0; n < SHUFFLES; n++) {
		for (size_t i = s->count - 1; i > 0; i--) {
			size_t other = chance_below(&chance, i + 1);
			double v = values[i];
			values[i] = values[other];
			values[other] = v;
		}
		as_much += between(&(struct sample){values, s->group, s->count, s->groups}) >= found - 1e-9;
	}
	return (double)as_much / (SHUFFLES + 1);
}

static void look(const struct sample *s, struct arena *arena, struct best_view *view)
{
	double sum[24] = {}, within = 0, squares = 0, used = 0;
	size_t number[24] = {};
	for (size_t i = 0; i < s->count; i++) {
		sum[s->group[i]] += s->values[i];
		number[s->group[i]]++;
	}
	for (size_t i = 0; i < s->count; i++) {
		double d = s->values[i] - sum[s->group[i]] / (double)number[s->group[i]];
		within += d * d;
	}
	for (size_t g = 0; g < s->groups; g++) {
		used += number[g] > 0;
		squares += (double)number[g] * (double)number[g];
	}
	*view = (struct best_view){.groups = s->groups, .doubt = 1};
	double n = (double)s->count, free_within = n - used, spread = n - squares / n;
	double noise = free_within > 0 ? within / free_within : 0;
	double apart = used > 1 && spread > 0 ? fmax(0, (between(s) - (used - 1) * noise) / spread) : 0;
	if (used > 1 && free_within > 0)
		view->doubt = doubt_of(s, arena);
	view->differs = view->doubt <= BEST_TIME_DOUBT_MAX && apart > 0;
	for (size_t g = 0; g < s->groups; g++) {
		struct best_group *group = &view->group[g];
		double own = number[g] ? noise / (double)number[g] : 0, share = number[g] && apart > 0 ? apart / (apart + own) : 0;
		double mean = number[g] ? share * sum[g] / (double)number[g] : 0, deviation = number[g] ? sqrt(apart * (1 - share)) : sqrt(apart);
		*group = (struct best_group){number[g], exp(mean), exp(mean - NINETY * deviation), exp(mean + NINETY * deviation), false};
		group->is_better = view->differs && number[g] >= BEST_TIME_GROUP_MIN && group->low > 1;
	}
}

/* ln(1 + acts) less the mean of its channel. */
static void centre(const struct best_post *posts, size_t count, double *values)
{
	for (size_t i = 0; i < count; i++)
		values[i] = NAN;
	for (size_t i = 0; i < count; i++) {
		double sum = 0, n = 0;
		if (!isnan(values[i]))
			continue;
		for (size_t k = i; k < count; k++)
			if (posts[k].channel == posts[i].channel) {
				sum += log1p((double)(posts[k].acts > 0 ? posts[k].acts : 0));
				n++;
			}
		for (size_t k = i; k < count; k++)
			if (posts[k].channel == posts[i].channel)
				values[k] = log1p((double)(posts[k].acts > 0 ? posts[k].acts : 0)) - sum / n;
	}
}

static bool any_better(const struct best_view *view)
{
	for (size_t g = 0; g < view->groups; g++)
		if (view->group[g].is_better)
			return true;
	return false;
}

void best_time(const struct best_post *posts, size_t count, struct str zone, struct arena *arena, struct best_time *ret_best)
{
	double *values = arena_array(arena, double, count + 1);
	int *hours = arena_array(arena, int, count + 1), *weekdays = arena_array(arena, int, count + 1);
	struct best_time best = {.verdict = BEST_TOO_FEW, .count = count};
	centre(posts, count, values);
	for (size_t i = 0; i < count; i++) {
		struct civil c = zone_civil(zone, posts[i].at);
		hours[i] = c.hour;
		weekdays[i] = c.weekday;
		best.since = !best.since || posts[i].at < best.since ? posts[i].at : best.since;
	}
	best.hours.groups = 24;
	best.weekdays.groups = 7;
	if (count >= BEST_TIME_POSTS_MIN) {
		look(&(struct sample){values, hours, count, 24}, arena, &best.hours);
		look(&(struct sample){values, weekdays, count, 7}, arena, &best.weekdays);
		best.verdict = any_better(&best.hours) || any_better(&best.weekdays) ? BEST_TELLS : BEST_NO_DIFFERENCE;
	}
	*ret_best = best;
}

enum err best_time_read(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str zone, size_t most, struct best_time *ret_best)
{
	struct post_figure *rows;
	size_t count;
	const struct post_figure_wish wish = {.workspace = workspace, .channel = channel, .since = cx->now - LOOKED_BACK, .until = cx->now - SETTLED, .limit = most};
	TRY(post_figures(cx, db, &wish, &rows, &count));
	struct best_post *posts = arena_array(cx->arena, struct best_post, count + 1);
	for (size_t i = 0; i < count; i++)
		posts[i] = (struct best_post){rows[i].channel, rows[i].at, rows[i].acts};
	best_time(posts, count, zone, cx->arena, ret_best);
	return OK;
}

/* ---- proposals ---- */

/* Of an hour that says something about the hour: where weekdays differ alone, at the hour of the day that has most posts. */
static double worth(const struct best_time *best, int weekday, int hour)
{
	bool by_hour = any_better(&best->hours), by_day = any_better(&best->weekdays);
	size_t most = 0;
	for (int h = 1; h < 24; h++)
		most = best->hours.group[h].count > best->hours.group[most].count ? (size_t)h : most;
	if (by_hour ? !best->hours.group[hour].is_better : hour != (int)most)
		return 0;
	if (by_day && !best->weekdays.group[weekday].is_better)
		return 0;
	return (by_hour ? best->hours.group[hour].factor : 1) * (by_day ? best->weekdays.group[weekday].factor : 1);
}

size_t best_time_next(const struct best_time *best, struct str zone, i64 after, i64 *ret_instants)
{
	double values[BEST_TIME_PROPOSALS];
	size_t count = 0;
	if (best->verdict != BEST_TELLS)
		return 0;
	struct civil now = zone_civil(zone, after);
	i64 first = days_of_date(now.year, now.month, now.day);
	for (i64 day = first; day < first + DAYS_AHEAD; day++)
		for (int hour = 0; hour < 24; hour++) {
			double value = worth(best, (int)((day + 3) % 7), hour);
			struct civil c = {.hour = hour};
			date_of_days(day, &c.year, &c.month, &c.day);
			i64 instant = zone_instant(zone, c);
			if (value <= 0 || instant <= after)
				continue;
			size_t at = count;
			while (at > 0 && values[at - 1] < value) /* the better ones first, the earlier ones of the same */
				at--;
			if (at >= BEST_TIME_PROPOSALS)
				continue;
			count += count < BEST_TIME_PROPOSALS;
			for (size_t k = count - 1; k > at; k--) {
				values[k] = values[k - 1];
				ret_instants[k] = ret_instants[k - 1];
			}
			values[at] = value;
			ret_instants[at] = instant;
		}
	for (size_t i = 1; i < count; i++) /* and then in order of time */
		for (size_t k = i; k > 0 && ret_instants[k - 1] > ret_instants[k]; k--) {
			i64 swap = ret_instants[k];
			ret_instants[k] = ret_instants[k - 1];
			ret_instants[k - 1] = swap;
		}
	return count;
}
