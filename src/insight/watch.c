#include "insight/watch.h"

#include "base/err.h"
#include "base/json_text.h"
#include "base/map.h"
#include "base/zone.h"
#include "insight/talk.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define A_PAGE 500
#define FORGOTTEN HOUR /* not looked at for so long: it is not in use any more */
#define NAMED 3 /* words, people, places in the evidence */

enum measure { VOLUME, NEGATIVE, MEASURES };
static const char *const measure_words[] = {"volume", "negative"};

struct watched {
	i64 query;
	i64 settled;             /* the next five minutes that were not taken for good; 0: nothing was ever said */
	struct anomaly measures[MEASURES];
	i64 seen;                /* when it was looked at last */
};

struct watch {
	struct arena *arena;
	struct map *by_query;    /* struct watched; NULL: it is not watched any more */
	struct watched *all[WATCH_MAX];
	size_t count;
};

struct watch *watch_new(void)
{
	struct arena *arena = arena_new();
	struct watch *watch = arena_new_of(arena, struct watch);
	*watch = (struct watch){.arena = arena, .by_query = map_new(arena)};
	return watch;
}

void watch_free(struct watch *watch)
{
	if (watch)
		arena_free(watch->arena);
}

struct query_key {
	char text[24];
};

static struct str key_of(i64 query, struct query_key *key)
{
	return (struct str){key->text, (size_t)snprintf(key->text, sizeof key->text, "%lld", (long long)query)};
}

/* When there are as many as may be, the place of one that was put away meanwhile. */
static struct watched *room_for(struct watch *watch, i64 now)
{
	if (watch->count < WATCH_MAX)
		return watch->all[watch->count++] = arena_new_of(watch->arena, struct watched);
	for (size_t i = 0; i < watch->count; i++)
		if (watch->all[i]->seen < now - FORGOTTEN) {
			struct query_key key;
			map_put(watch->by_query, key_of(watch->all[i]->query, &key), NULL);
			return watch->all[i];
		}
	return NULL;
}

static struct watched *find(struct watch *watch, i64 query, i64 now)
{
	struct query_key key;
	struct watched *w = map_get(watch->by_query, key_of(query, &key));
	if (w || !(w = room_for(watch, now)))
		return w;
	*w = (struct watched){.query = query};
	for (int i = 0; i < MEASURES; i++)
		anomaly_start(&w->measures[i], ANOMALY_MONTH_DEFAULT);
	map_put(watch->by_query, key_of(query, &key), w);
	return w;
}

bool watch_is_calm(const struct watch *watch, i64 query)
{
	struct query_key key;
	const struct watched *w = map_get(watch->by_query, key_of(query, &key));
	for (int i = 0; w && i < MEASURES; i++)
		if (!anomaly_is_calm(&w->measures[i]))
			return false;
	return true;
}

/* ---- the series ---- */

/* How many were said in each five minutes from `since` on, by measure; from the first that were, when `since` is 0. */
struct counts {
	i64 since;
	size_t count;
	i64 (*at)[MEASURES];
};

static enum err count_since(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, struct counts *ret_counts)
{
	struct mention_sum *sums;
	size_t count;
	i64 from = since ? since : (cx->now - WATCH_PAST) / WATCH_STEP * WATCH_STEP;
	TRY(mention_series(cx, db, workspace, query, WATCH_STEP, from, cx->now + 1, &sums, &count));
	struct counts c = {.since = since ? since : count ? sums[0].hour : 0};
	if (c.since)
		c.count = (size_t)((cx->now - c.since) / WATCH_STEP) + 1;
	c.at = arena_alloc_array(cx->arena, c.count + 1, sizeof *c.at);
	for (size_t i = 0; i < count; i++) {
		i64 *place = c.at[(sums[i].hour - c.since) / WATCH_STEP];
		place[VOLUME] += sums[i].mentions;
		place[NEGATIVE] += sums[i].tone == TONE_NEGATIVE ? sums[i].mentions : 0;
	}
	*ret_counts = c;
	return OK;
}

/* The rise that is told of these five minutes, if any; the highest of both measures. */
static void feed(struct anomaly measures[MEASURES], struct str zone, i64 at, const i64 *values, struct watch_finding *ret_finding)
{
	i64 offset = zone_civil(zone, at).offset;
	for (int i = 0; i < MEASURES; i++) {
		struct anomaly_finding f;
		anomaly_next(&measures[i], at + offset, (double)values[i], &f);
		if (!f.is_alarm || f.is_drop || f.score <= ret_finding->what.score)
			continue;
		f.at -= offset;
		f.since -= offset;
		ret_finding->what = f;
		ret_finding->measure = measure_words[i];
	}
}

static enum err look(struct cx *cx, struct db *db, struct watched *w, const struct workspace *workspace, struct watch_finding *ret_finding)
{
	struct counts c;
	struct watch_finding found = {}, old = {};
	struct anomaly copy[MEASURES];
	TRY(count_since(cx, db, workspace->id, w->query, w->settled, &c));
	size_t i = 0;
	for (; i < c.count && c.since + (i64)(i + 1) * WATCH_STEP <= cx->now - WATCH_SETTLED; i++)
		feed(w->measures, workspace->zone, c.since + (i64)i * WATCH_STEP, c.at[i], c.since + (i64)i * WATCH_STEP < cx->now - WATCH_FRESH ? &old : &found);
	w->settled = c.since ? c.since + (i64)i * WATCH_STEP : 0;
	for (int m = 0; m < MEASURES; m++)
		copy[m] = w->measures[m];
	for (; i < c.count; i++)
		feed(copy, workspace->zone, c.since + (i64)i * WATCH_STEP, c.at[i], &found);
	*ret_finding = found;
	return OK;
}

/* ---- the evidence ---- */

static json_t *rounded(double value)
{
	return json_real(round(value * 100) / 100);
}

static json_t *text(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static enum err channels_of(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, json_t *ret_list)
{
	struct mention_row *rows;
	struct mention_filter filter = {.query = query, .tone = -1, .since = since};
	size_t count;
	TRY(mention_list(cx, db, workspace, &filter, LIST_START, 200, &rows, &count));
	json_t *by_name = json_object();
	for (size_t i = 0; i < count; i++) {
		const char *name = arena_cstr(cx->arena, rows[i].channel_name);
		json_object_set_new(by_name, name, json_integer(json_integer_value(json_object_get(by_name, name)) + 1));
	}
	const char *name;
	json_t *mentions;
	json_object_foreach(by_name, name, mentions)
		if (json_array_size(ret_list) < NAMED)
			json_array_append_new(ret_list, json_pack("{s:s, s:O}", "name", name, "mentions", mentions));
	json_decref(by_name);
	return OK;
}

static void add_talk(json_t *evidence, const struct talk *talk)
{
	json_t *terms = json_array(), *authors = json_array(), *languages = json_array();
	for (size_t i = 0; i < talk->term_count && i < NAMED; i++)
		json_array_append_new(terms, json_pack("{s:o, s:I, s:I, s:o}", "text", text(talk->terms[i].text), "mentions", (json_int_t)talk->terms[i].mentions,
						       "negative", (json_int_t)talk->terms[i].negative, "before",
						       talk->terms[i].before < 0 ? json_null() : rounded(talk->terms[i].before)));
	for (size_t i = 0; i < talk->author_count && i < NAMED; i++)
		json_array_append_new(authors, json_pack("{s:o, s:o, s:I}", "name", text(talk->authors[i].name), "handle", text(talk->authors[i].handle), "mentions",
							 (json_int_t)talk->authors[i].mentions));
	for (size_t i = 0; i < talk->language_count && i < NAMED; i++)
		json_array_append_new(languages, json_pack("{s:o, s:I}", "code", text(talk->languages[i].code), "mentions", (json_int_t)talk->languages[i].mentions));
	json_object_set_new(evidence, "terms", terms);
	json_object_set_new(evidence, "authors", authors);
	json_object_set_new(evidence, "languages", languages);
}

static enum err gather(struct cx *cx, struct db *db, i64 workspace, const struct listening_query *q, struct watch_finding *f)
{
	const struct anomaly_finding *w = &f->what;
	struct mention_sum *sums;
	struct talk talk;
	size_t count;
	i64 mentions = 0, negative = 0, since = w->since < w->at ? w->since : w->at;
	TRY(mention_series(cx, db, workspace, q->id, DAY, since, cx->now + 1, &sums, &count));
	for (size_t i = 0; i < count; i++) {
		mentions += sums[i].mentions;
		negative += sums[i].tone == TONE_NEGATIVE ? sums[i].mentions : 0;
	}
	TRY(talk_of(cx, db, workspace, q->id, q->words, since, cx->now + 1, &talk));
	json_t *channels = json_array();
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o}", "value", rounded(w->value), "expected", rounded(w->expected), "low", rounded(w->low),
				 "high", rounded(w->high), "times", rounded(w->times), "seconds", (json_int_t)(w->span / SECOND), "mentions", (json_int_t)mentions,
				 "negative", (json_int_t)negative, "channels", channels);
	add_talk(json, &talk);
	enum err e = channels_of(cx, db, workspace, q->id, since, channels);
	f->evidence = arena_json(cx->arena, json, JSON_COMPACT | JSON_REAL_PRECISION(9));
	json_decref(json);
	return e;
}

/* ---- all of them ---- */

static enum err look_at(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, const struct listening_query *q, double month,
			struct watch_finding *ret_finding)
{
	struct watch_finding found = {};
	struct watched *w = find(watch, q->id, cx->now);
	if (w) {
		w->seen = cx->now;
		for (int m = 0; m < MEASURES; m++)
			anomaly_wish(&w->measures[m], month / MEASURES);
		TRY(look(cx, db, w, workspace, &found));
	}
	if (found.measure) {
		found.query = q->id;
		found.query_name = q->name;
		TRY(gather(cx, db, workspace->id, q, &found));
	}
	*ret_finding = found;
	return OK;
}

enum err watch_look(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, double month, struct watch_finding **ret_findings,
		    size_t *ret_count)
{
	struct watch_finding *list = NULL;
	size_t count = 0, capacity = 0, page;
	struct listening_query *queries;
	struct list_place from = LIST_START;
	i64 all;
	TRY(listening_query_count(cx, db, workspace->id, &all));
	do {
		TRY(listening_query_list(cx, db, workspace->id, false, from, A_PAGE, &queries, &page));
		for (size_t i = 0; i < page; i++) {
			struct watch_finding found;
			if (!queries[i].active || queries[i].past_before)
				continue;
			TRY(look_at(cx, db, watch, workspace, &queries[i], month / (double)all, &found));
			if (found.measure)
				*arena_push(cx->arena, list, count, capacity) = found;
		}
		from = list_after(0, page ? queries[page - 1].id : 0);
	} while (page == A_PAGE);
	*ret_findings = list;
	*ret_count = count;
	return OK;
}
