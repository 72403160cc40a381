#include "insight/watch.h"

#include "base/err.h"
#include "base/id.h"
#include "base/map.h"
#include "base/zone.h"
#include "insight/share.h"
#include "store/setting.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define A_PAGE 500
#define FORGOTTEN HOUR /* not looked at for so long: it is not in use any more */
#define AS_ALL 2.0 /* times: a query that rises no more than that beside all that comes in rises with it */
#define EXPECTED_LEAST 0.05 /* what is hardly ever said */
#define LATE (5 * MINUTE) /* counting that is further behind is not looked at: it would seem to be silent */

enum measure { VOLUME, NEGATIVE, HARMFUL };
static const char *const measure_words[] = {"volume", "negative", "harmful"};

struct detectors {
	struct anomaly volume;
	struct share shares[WATCH_MEASURES - 1];
};

struct watched {
	i64 workspace, query;
	i64 settled;             /* the next five minutes that were not taken for good; 0: nothing was ever said */
	struct detectors detectors;
	double risen;            /* how many times as much as expected was said in five minutes of late, at the most */
	i64 seen;                /* when it was looked at last */
};

struct watch {
	struct arena *arena;
	struct map *by_key;      /* struct watched; NULL: it is not watched any more */
	struct watched *all[WATCH_MAX];
	size_t count;
};

struct watch *watch_new(void)
{
	struct arena *arena = arena_new();
	struct watch *watch = arena_new_of(arena, struct watch);
	*watch = (struct watch){.arena = arena, .by_key = map_new(arena)};
	return watch;
}

void watch_free(struct watch *watch)
{
	if (watch)
		arena_free(watch->arena);
}

struct key {
	char text[48];
};

static struct str key_of(i64 workspace, i64 query, struct key *key)
{
	return (struct str){key->text, (size_t)snprintf(key->text, sizeof key->text, "%lld %lld", (long long)workspace, (long long)query)};
}

/* When there are as many as may be, the place of one that was put away meanwhile. */
static struct watched *room_for(struct watch *watch, i64 now)
{
	if (watch->count < WATCH_MAX)
		return watch->all[watch->count++] = arena_new_of(watch->arena, struct watched);
	for (size_t i = 0; i < watch->count; i++)
		if (watch->all[i]->seen < now - FORGOTTEN) {
			struct key key;
			map_put(watch->by_key, key_of(watch->all[i]->workspace, watch->all[i]->query, &key), NULL);
			return watch->all[i];
		}
	return NULL;
}

static struct watched *find(struct watch *watch, i64 workspace, i64 query, i64 now)
{
	struct key key;
	struct watched *w = map_get(watch->by_key, key_of(workspace, query, &key));
	if (w || !(w = room_for(watch, now)))
		return w;
	*w = (struct watched){.workspace = workspace, .query = query};
	anomaly_start(&w->detectors.volume, ANOMALY_MONTH_DEFAULT);
	for (size_t i = 0; i < COUNT(w->detectors.shares); i++)
		share_start(&w->detectors.shares[i], ANOMALY_MONTH_DEFAULT);
	map_put(watch->by_key, key_of(workspace, query, &key), w);
	return w;
}

bool watch_is_calm(const struct watch *watch, i64 workspace, i64 query, i64 now)
{
	struct key key;
	const struct watched *w = map_get(watch->by_key, key_of(workspace, query, &key));
	bool is_calm = !w || anomaly_is_calm(&w->detectors.volume);
	for (size_t i = 0; w && i < COUNT(w->detectors.shares); i++)
		is_calm &= share_is_calm(&w->detectors.shares[i], now);
	return is_calm;
}

/* ---- the series ---- */

/* How many were said in each five minutes from `since` on, by measure; from the first that were, when `since` is 0. */
struct counts {
	i64 since;
	size_t count;
	i64 (*at)[WATCH_MEASURES];
};

static void open_counts(struct cx *cx, i64 since, i64 until, struct counts *ret_counts)
{
	struct counts c = {.since = since};
	if (since)
		c.count = (size_t)((until - since) / WATCH_STEP) + 1;
	c.at = arena_alloc_array(cx->arena, c.count + 1, sizeof *c.at);
	*ret_counts = c;
}

static enum err count_mentions(struct cx *cx, struct db *db, const struct watched *w, i64 from, struct counts *ret_counts)
{
	struct mention_sum *sums;
	size_t count;
	TRY(mention_series(cx, db, w->workspace, w->query, WATCH_STEP, from, cx->now + 1, &sums, &count));
	open_counts(cx, w->settled ? w->settled : count ? sums[0].hour : 0, cx->now, ret_counts);
	for (size_t i = 0; i < count; i++) {
		i64 *place = ret_counts->at[(sums[i].hour - ret_counts->since) / WATCH_STEP];
		place[VOLUME] += sums[i].mentions;
		place[NEGATIVE] += sums[i].tone == TONE_NEGATIVE ? sums[i].mentions : 0;
		place[HARMFUL] += sums[i].harmful;
	}
	return OK;
}

static enum err count_all(struct cx *cx, struct db *db, const struct watched *w, i64 from, struct counts *ret_counts)
{
	struct pulse *list;
	size_t count;
	TRY(pulse_of(cx, db, w->workspace, from, &list, &count));
	open_counts(cx, w->settled ? w->settled : count ? list[0].since : 0, cx->now, ret_counts);
	for (size_t i = 0; i < count; i++) {
		if (list[i].since > cx->now) /* a clock that is ahead */
			break;
		i64 *place = ret_counts->at[(list[i].since - ret_counts->since) / WATCH_STEP];
		place[VOLUME] = list[i].messages;
		place[NEGATIVE] = list[i].negative;
		place[HARMFUL] = list[i].harmful;
	}
	return OK;
}

static void take(struct anomaly_finding f, double excess, enum measure measure, i64 offset, struct watch_finding *ret_finding)
{
	if (!f.is_alarm || f.is_drop || f.score <= ret_finding->what.score)
		return;
	f.at -= offset;
	f.since -= offset;
	ret_finding->what = f;
	ret_finding->measure = measure_words[measure];
	ret_finding->excess = excess;
}

/* The rise that is told of these five minutes, if any; the highest of all measures. */
static void feed(struct detectors *d, struct str zone, i64 at, const i64 *values, double *risen, struct watch_finding *ret_finding)
{
	i64 offset = zone_civil(zone, at).offset;
	struct anomaly_finding f;
	double excess;
	anomaly_next(&d->volume, at + offset, (double)values[VOLUME], &f);
	take(f, f.value - f.expected, VOLUME, offset, ret_finding);
	*risen = fmax(*risen, f.value / fmax(f.expected, EXPECTED_LEAST));
	for (int i = NEGATIVE; i < WATCH_MEASURES; i++) {
		share_next(&d->shares[i - 1], at + offset, WATCH_STEP, values[i], values[VOLUME], &f, &excess);
		take(f, excess, (enum measure)i, offset, ret_finding);
	}
}

static enum err look(struct cx *cx, struct db *db, struct watched *w, struct str zone, struct watch_finding *ret_finding)
{
	struct counts c;
	struct watch_finding found = {}, old = {};
	double risen_then = 0;
	w->risen = 0;
	i64 from = w->settled ? w->settled : (cx->now - WATCH_PAST) / WATCH_STEP * WATCH_STEP;
	TRY(w->query ? count_mentions(cx, db, w, from, &c) : count_all(cx, db, w, from, &c));
	size_t i = 0;
	for (; i < c.count && c.since + (i64)(i + 1) * WATCH_STEP <= cx->now - WATCH_SETTLED; i++)
		if (c.since + (i64)i * WATCH_STEP < cx->now - WATCH_FRESH)
			feed(&w->detectors, zone, c.since + (i64)i * WATCH_STEP, c.at[i], &risen_then, &old);
		else
			feed(&w->detectors, zone, c.since + (i64)i * WATCH_STEP, c.at[i], &w->risen, &found);
	w->settled = c.since ? c.since + (i64)i * WATCH_STEP : 0;
	struct detectors copy = w->detectors;
	for (; i < c.count; i++)
		feed(&copy, zone, c.since + (i64)i * WATCH_STEP, c.at[i], &w->risen, &found);
	*ret_finding = found;
	return OK;
}

/* ---- all of them ---- */

static void wish(struct detectors *d, double month)
{
	anomaly_wish(&d->volume, month / WATCH_MEASURES);
	for (size_t i = 0; i < COUNT(d->shares); i++)
		anomaly_wish(&d->shares[i].anomaly, month / WATCH_MEASURES);
}

/* On its first day nobody knows yet how much usually comes in: channels were connected, and bring more than of the time before. So more of
 * everything is no event then, nor is a query that rises no more than all the rest does. */
static bool is_beginning(const struct watched *w, const struct watched *all, const struct watch_finding *found)
{
	if (!found->measure || strcmp(found->measure, measure_words[VOLUME]) != 0 || !anomaly_is_young(&w->detectors.volume))
		return false;
	return !w->query || (all && found->what.value / fmax(found->what.expected, EXPECTED_LEAST) <= AS_ALL * all->risen);
}

static enum err look_at(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, const struct listening_query *q, double month,
			const struct watched *all, struct watched **ret_watched, struct watch_finding *ret_finding)
{
	struct watch_finding found = {};
	struct watched *w = find(watch, workspace->id, q->id, cx->now);
	if (w) {
		w->seen = cx->now;
		wish(&w->detectors, month);
		TRY(look(cx, db, w, workspace->zone, &found));
		if (is_beginning(w, all, &found))
			found = (struct watch_finding){};
	}
	*ret_watched = w;
	if (found.measure) {
		found.query = q->id;
		found.query_name = q->name;
		TRY(watch_evidence(cx, db, workspace->id, q->words, &found));
	}
	*ret_finding = found;
	return OK;
}

static enum err is_counted(struct cx *cx, struct db *db, bool *ret_is_counted)
{
	struct str place;
	i64 id = 0;
	TRY(setting_get(cx, db, PULSE_PLACE, &place));
	*ret_is_counted = str_to_i64(place, &id) && id_time(id) > cx->now - LATE;
	return OK;
}

enum err watch_look(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, double month, struct watch_finding **ret_findings,
		    size_t *ret_count)
{
	struct watch_finding *list = NULL, found, in_all = {};
	struct watched *whole = NULL, *w;
	size_t count = 0, capacity = 0, page;
	struct listening_query *queries;
	struct list_place from = LIST_START;
	i64 all;
	bool counted;
	TRY(listening_query_count(cx, db, workspace->id, &all));
	double each = month / (double)(all + 1);
	TRY(is_counted(cx, db, &counted));
	if (counted)
		TRY(look_at(cx, db, watch, workspace, &(struct listening_query){}, each, NULL, &whole, &in_all));
	do {
		TRY(listening_query_list(cx, db, workspace->id, false, from, A_PAGE, &queries, &page));
		for (size_t i = 0; i < page; i++) {
			if (!queries[i].active || queries[i].past_before)
				continue;
			TRY(look_at(cx, db, watch, workspace, &queries[i], each, whole, &w, &found));
			if (found.measure)
				*arena_push(cx->arena, list, count, capacity) = found;
		}
		from = list_after(0, page ? queries[page - 1].id : 0);
	} while (page == A_PAGE);
	if (in_all.measure) /* last: what a query says is said better */
		*arena_push(cx->arena, list, count, capacity) = in_all;
	*ret_findings = list;
	*ret_count = count;
	return OK;
}
