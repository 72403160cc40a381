#include "insight/trend.h"

#include "base/id.h"
#include "insight/burst.h"
#include "insight/trend_look.h"
#include "model/hashtag.h"

#include <math.h>
#include <stdlib.h>

#define BODY_MAX 2000       /* bytes of a message that are looked at */
#define TAGS_MOST 30        /* hashtags of a message that are counted */
#define TAG_BYTES_MOST 120  /* of one: what is longer is nonsense */
#define SLICE 2000          /* messages that are read at a time */
#define LOOKED_MAX 200000   /* of the installation, in a look */
#define REACH (7 * DAY)
#define SETTLED MINUTE      /* what was taken in longer ago is committed */
#define OLD_NEWS (2 * DAY)
#define START_LEAST (30 * MINUTE) /* a rise is not told shorter */
#define SAME 0.6            /* of the messages of the rarer of two terms: then they are one trend */

static const i64 spans[TREND_SPANS] = {2 * HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY};
#define SPANS TREND_SPANS

/* ---- counting the past ---- */

static u32 author_of(const struct uttered *u)
{
	return u->identity ? (u32)((u64)u->identity * 0x9E3779B97F4A7C15u >> 32) : (u32)str_hash(u->author_name);
}

i64 trend_day_of(i64 at)
{
	return (at - (at % DAY + DAY) % DAY) / DAY;
}

struct marked_day {
	i64 day;
	struct trend_mark *marks;
	size_t count, capacity;
	u32 hours[24];
};

static struct marked_day *marked_day_of(struct marked_day *days, size_t *count, i64 day)
{
	for (size_t i = *count; i-- > 0;)
		if (days[i].day == day)
			return &days[i];
	days[*count] = (struct marked_day){.day = day};
	return &days[(*count)++];
}

static enum err count_days(struct cx *cx, struct db *db, i64 workspace, struct marked_day *days, size_t count, struct trend_counts *counts)
{
	counts->days = arena_array(cx->arena, struct trend_day_row, count + 1);
	for (size_t i = 0; i < count; i++) {
		CLEANUP(arena_freep) struct arena *scratch = arena_new();
		struct trend_day day;
		struct str bytes;
		TRY(trend_day_get(cx, db, workspace, days[i].day, &bytes));
		trend_day_read(scratch, bytes, &day);
		for (int h = 0; h < 24; h++)
			day.hours[h] += days[i].hours[h];
		trend_day_merge(scratch, &day, days[i].marks, days[i].count);
		counts->days[counts->count++] = (struct trend_day_row){days[i].day, trend_day_write(cx->arena, &day)};
	}
	return OK;
}

static void take_tags(struct arena *arena, const struct uttered *u, struct trend_counts *counts, size_t *capacity)
{
	struct hashtag tags[TAGS_MOST];
	size_t count = 0;
	hashtags_add(arena, str_head(u->body, BODY_MAX), tags, &count, TAGS_MOST);
	for (size_t i = 0; i < count; i++)
		if (tags[i].key.len <= TAG_BYTES_MOST)
			*arena_push(arena, counts->tags, counts->tag_count, *capacity) = (struct heard_tag){u->id, tags[i].key, arena_str(arena, tags[i].tag)};
}

enum err trend_count(struct cx *cx, struct db *db, i64 workspace, struct trend_counts *ret_counts)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct trend_counts counts = {};
	struct uttered *said;
	size_t said_count, day_count = 0, tag_capacity = 0;
	i64 oldest = trend_day_of(cx->now) - TREND_DAYS_KEPT + 1, last;
	struct marked_day days[TREND_DAYS_KEPT + 2];
	TRY(trend_read_to(cx, db, workspace, &counts.from));
	i64 start = id_at(cx->now - TREND_DAYS_KEPT * DAY, 0);
	i64 from = counts.from > start ? counts.from + 1 : start, until = id_at(cx->now - SETTLED, 0);
	struct arena *outer = cx->arena;
	cx->arena = scratch;
	enum err e = uttered_between(cx, db, workspace, from, until, TREND_SLICE, &said, &said_count, &last);
	cx->arena = outer;
	TRY(e);
	struct terms *terms = terms_new(scratch);
	for (size_t i = 0; i < said_count; i++) {
		const struct term *list;
		i64 day = trend_day_of(said[i].at);
		if (day < oldest || day > trend_day_of(cx->now))
			continue;
		struct marked_day *d = marked_day_of(days, &day_count, day);
		size_t count = terms_of(terms, str_head(said[i].body, BODY_MAX), &list);
		if (said[i].is_public && !said[i].is_harmful && said[i].at >= cx->now - HASHTAG_HEARD)
			take_tags(cx->arena, &said[i], &counts, &tag_capacity);
		d->hours[(said[i].at - day * DAY) / HOUR]++;
		for (size_t t = 0; t < count; t++)
			*arena_push(scratch, d->marks, d->count, d->capacity) = (struct trend_mark){list[t].key, author_of(&said[i]), (u32)i};
	}
	counts.to = last > counts.from ? last : counts.from;
	counts.is_more = last != 0 && last < id_at(cx->now - 2 * SETTLED, 0); /* what still comes in is counted later */
	TRY(count_days(cx, db, workspace, days, day_count, &counts));
	*ret_counts = counts;
	return OK;
}

/* ---- reading what was said of late ---- */

static struct slot *slot_of(struct arena *arena, struct numbers *n, u64 key)
{
	if ((n->count + 1) * 2 > n->capacity) {
		struct numbers wider = {.capacity = n->capacity ? n->capacity * 2 : 1024, .count = n->count};
		wider.slots = arena_array(arena, struct slot, wider.capacity);
		for (size_t i = 0; i < n->capacity; i++)
			if (n->slots[i].number) {
				size_t at = (size_t)(n->slots[i].key * 0x9E3779B97F4A7C15u >> 20) & (wider.capacity - 1);
				while (wider.slots[at].number)
					at = (at + 1) & (wider.capacity - 1);
				wider.slots[at] = n->slots[i];
			}
		*n = wider;
	}
	size_t at = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (n->capacity - 1);
	while (n->slots[at].number && n->slots[at].key != key)
		at = (at + 1) & (n->capacity - 1);
	if (!n->slots[at].number)
		n->slots[at] = (struct slot){.key = key, .number = (u32)++n->count};
	return &n->slots[at];
}

static u32 name_of(struct arena *arena, struct names *names, struct str name)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->list[i], name))
			return (u32)i;
	*arena_push(arena, names->list, names->count, names->capacity) = arena_str(arena, name);
	return (u32)names->count - 1;
}

static void take(struct look *l, const struct uttered *u)
{
	const struct term *list;
	struct str rest = u->lang, lang = u->lang.len ? str_cut(&rest, '-') : S("");
	struct said s = {.id = u->id, .at = u->at, .tone = u->tone, .first = l->key_count, .body = arena_str(l->arena, str_head(u->body, BODY_MAX))};
	s.author = slot_of(l->arena, &l->authors, u->identity ? (u64)u->identity : str_hash(u->author_name))->number;
	s.network = name_of(l->arena, &l->networks, u->network);
	s.lang = name_of(l->arena, &l->languages, lang);
	s.count = terms_of(l->cutter, s.body, &list);
	for (size_t i = 0; i < s.count; i++)
		*arena_push(l->arena, l->keys, l->key_count, l->key_capacity) = list[i].key;
	*arena_push(l->arena, l->said, l->count, l->capacity) = s;
}

static int newest_first(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at ? 1 : -1) : (x->id < y->id) - (x->id > y->id);
}

static enum err read_late(struct cx *cx, struct db *db, i64 workspace, struct look *l)
{
	i64 before = INT64_MAX, since = l->now - REACH, least = id_at(since, 0);
	size_t looked = 0;
	l->reach = since;
	while (before) {
		CLEANUP(arena_freep) struct arena *slice = arena_new();
		struct uttered *said;
		size_t count;
		struct arena *outer = cx->arena;
		cx->arena = slice;
		enum err e = uttered_before(cx, db, workspace, before, least, SLICE, &said, &count, &before);
		cx->arena = outer;
		TRY(e);
		for (size_t i = count; i-- > 0;)
			if (said[i].at >= since && said[i].at <= l->now + HOUR)
				take(l, &said[i]);
		looked += SLICE;
		if (before && (l->count >= TREND_READ || l->key_count >= TREND_TERMS || looked >= LOOKED_MAX)) {
			l->reach = id_time(before); /* what was said since then is here: it cannot have come before it was said */
			break;
		}
	}
	if (l->count)
		qsort(l->said, l->count, sizeof *l->said, newest_first);
	while (l->count && l->said[l->count - 1].at < l->reach)
		l->count--;
	return OK;
}

/* ---- what is usual ---- */

/* What an hour of the week brings, smoothed by what its hour of the day does. */
static void learn_week(struct look *l)
{
	double sums[168] = {}, hours[24] = {}, times[168] = {};
	i64 today = trend_day_of(l->now);
	for (size_t i = 0; i < l->day_count; i++) {
		size_t weekday = (size_t)((l->days[i].day + 3) % 7);
		if (l->days[i].day == today)
			continue;
		for (size_t h = 0; h < 24; h++) {
			sums[weekday * 24 + h] += l->days[i].counts.hours[h];
			times[weekday * 24 + h]++;
			hours[h] += l->days[i].counts.hours[h];
		}
	}
	double known = l->day_count > 1 ? (double)(l->day_count - 1) : 1;
	for (size_t h = 0; h < 168; h++)
		l->week[h] = (sums[h] + 2 * hours[h % 24] / known + 0.1) / (times[h] + 2);
}

/* 1 January 1970 was a Thursday, day 3 of weeks that begin on Monday. */
static double usual_between(const struct look *l, i64 from, i64 until)
{
	double sum = 0;
	for (i64 at = from; at < until;) {
		i64 hour = at - at % HOUR, next = hour + HOUR < until ? hour + HOUR : until;
		sum += l->week[(size_t)((hour / HOUR + 3 * 24) % 168)] * (double)(next - at) / HOUR;
		at = next;
	}
	return sum;
}

static void ask_span(struct look *l, struct span *s)
{
	i64 begin = l->now - s->length;
	size_t here = 0;
	while (here < l->count && l->said[here].at >= begin)
		here++;
	s->exposure = usual_between(l, begin, l->now);
	s->louder = fmax(1, (double)here / s->exposure);
	for (s->until = 0; s->until < l->day_count && (l->days[s->until].day + 1) * DAY <= begin;)
		s->until++;
	s->first = s->until > TREND_PAST ? s->until - TREND_PAST : 0;
	for (size_t i = s->first; i < s->until; i++) {
		s->past += l->days[i].exposure;
		s->lost += l->days[i].counts.lost;
	}
	i64 least = 3 * s->length / DAY > TREND_PAST_LEAST ? 3 * s->length / DAY : TREND_PAST_LEAST;
	s->is_asked = begin >= l->reach && (i64)(s->until - s->first) >= least && s->past > 0;
	l->span_count += s->is_asked;
}

static enum err read_past(struct cx *cx, struct db *db, i64 workspace, struct look *l)
{
	struct trend_day_row *rows;
	size_t count;
	struct arena *outer = cx->arena;
	cx->arena = l->arena;
	enum err e = trend_days(cx, db, workspace, trend_day_of(l->now) - TREND_DAYS_KEPT + 1, &rows, &count);
	cx->arena = outer;
	TRY(e);
	for (size_t i = 0; i < count && l->day_count < COUNT(l->days); i++) {
		struct past_day *d = &l->days[l->day_count++];
		*d = (struct past_day){.day = rows[i].day};
		trend_day_read(l->arena, rows[i].counts, &d->counts);
	}
	learn_week(l);
	for (size_t i = 0; i < l->day_count; i++)
		l->days[i].exposure = usual_between(l, l->days[i].day * DAY, (l->days[i].day + 1) * DAY);
	for (size_t s = 0; s < SPANS; s++) {
		l->spans[s].length = spans[s];
		ask_span(l, &l->spans[s]);
	}
	return OK;
}

/* ---- what rises ---- */

static void past_of(const struct look *l, const struct span *s, u64 key, struct burst_past *ret_past)
{
	double counts[TREND_PAST], exposures[TREND_PAST], people = 0;
	size_t days = 0;
	for (size_t i = s->first; i < s->until; i++) {
		u32 kept = trend_day_people(&l->days[i].counts, key);
		counts[days] = kept;
		exposures[days++] = l->days[i].exposure;
		people += kept ? kept : l->days[i].counts.lost;
	}
	*ret_past = (struct burst_past){.people = people, .unevenness = burst_unevenness(counts, exposures, days), .louder = s->louder};
}

/* How many people in each span; `stamps` has a place for each author. */
static void count_people(const struct look *l, struct rise *r, u32 *stamps, u32 stamp)
{
	u32 people = 0;
	size_t s = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct said *m = &l->said[r->said[i]];
		while (s < SPANS && m->at < l->now - spans[s])
			r->people[s++] = people;
		if (stamps[m->author] != stamp) {
			stamps[m->author] = stamp;
			people++;
		}
	}
	while (s < SPANS)
		r->people[s++] = people;
	r->day_people = r->people[2];
}

static bool weigh(const struct look *l, struct rise *r, double least, const struct span **ret_span)
{
	for (size_t i = 0; i < SPANS; i++) {
		const struct span *s = &l->spans[i];
		struct burst_past past;
		if (!s->is_asked || r->people[i] < TREND_PEOPLE || l->said[r->said[0]].at < l->now - s->length / 2)
			continue;
		past_of(l, s, r->key, &past);
		past.exposure = s->past / s->exposure;
		struct burst b = burst_of(r->people[i], &past);
		if (b.surprise < least || b.surprise <= r->best.surprise || r->people[i] < TREND_TIMES * b.expected)
			continue;
		r->best = b;
		*ret_span = s;
	}
	return r->best.surprise > 0;
}

/* Where it begins: of all its mentions in the span, the one from which on it is most surprising. */
static void find_start(const struct look *l, const struct span *s, struct rise *r, u32 *stamps, u32 stamp)
{
	struct burst_past past;
	double people = 0, exposure = 0, best = 0;
	i64 reached = l->now;
	past_of(l, s, r->key, &past);
	for (size_t i = 0; i < r->count; i++) {
		const struct said *m = &l->said[r->said[i]];
		if (m->at < l->now - s->length)
			break;
		i64 to = m->at < l->now - START_LEAST ? m->at : l->now - START_LEAST;
		exposure += to < reached ? usual_between(l, to, reached) : 0;
		reached = to < reached ? to : reached;
		if (stamps[m->author] == stamp)
			continue;
		stamps[m->author] = stamp;
		people++;
		past.exposure = s->past / fmax(exposure, 1e-9);
		struct burst b = burst_of(people, &past);
		if (people < TREND_PEOPLE || b.surprise < best)
			continue;
		best = b.surprise;
		r->since = m->at;
		r->people_since = people;
		r->best.expected = b.expected;
		r->since_count = i + 1;
	}
}

static void collect_said(struct look *l, struct rise *rises, const u32 *place_of, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rises[i].count = 0;
	for (size_t m = 0; m < l->count; m++)
		for (size_t k = l->said[m].first; k < l->said[m].first + l->said[m].count; k++) {
			u32 place = place_of[slot_of(l->arena, &l->terms, l->keys[k])->number - 1];
			if (place != UINT32_MAX)
				rises[place].said[rises[place].count++] = (u32)m;
		}
}

/* The terms that enough people said, with their messages. */
static struct rise *candidates(struct look *l, size_t *ret_count)
{
	size_t count = 0;
	for (size_t m = 0; m < l->count; m++)
		for (size_t k = l->said[m].first; k < l->said[m].first + l->said[m].count; k++) {
			struct slot *s = slot_of(l->arena, &l->terms, l->keys[k]);
			s->messages++;
			s->people += s->last != l->said[m].author;
			s->last = l->said[m].author;
		}
	u32 *place_of = arena_array(l->arena, u32, l->terms.count + 1);
	for (size_t i = 0; i < l->terms.capacity; i++)
		if (l->terms.slots[i].number)
			place_of[l->terms.slots[i].number - 1] = l->terms.slots[i].people >= TREND_PEOPLE ? (u32)count++ : UINT32_MAX;
	struct rise *rises = arena_array(l->arena, struct rise, count + 1);
	for (size_t i = 0; i < l->terms.capacity; i++) {
		const struct slot *s = &l->terms.slots[i];
		if (s->number && place_of[s->number - 1] != UINT32_MAX)
			rises[place_of[s->number - 1]] = (struct rise){.key = s->key, .said = arena_array(l->arena, u32, s->messages)};
	}
	collect_said(l, rises, place_of, count);
	*ret_count = count;
	return rises;
}

static int most_surprising(const void *a, const void *b)
{
	const struct rise *x = *(struct rise *const *)a, *y = *(struct rise *const *)b;
	if (x->best.surprise != y->best.surprise)
		return x->best.surprise > y->best.surprise ? -1 : 1;
	return x->count != y->count ? (x->count > y->count ? -1 : 1) : (x->key > y->key) - (x->key < y->key);
}

/* What is said in the same messages is one trend: each goes to the first, whose messages and those of what went to it have most of its own, or
 * the other way round. `stamps` has a place for each message. */
static void gather(struct rise **found, size_t count, size_t first, u32 *stamps)
{
	u32 stamp = (u32)first + 1;
	size_t all = found[first]->since_count;
	bool is_more = true;
	for (size_t n = 0; n < found[first]->since_count; n++)
		stamps[found[first]->said[n]] = stamp;
	while (is_more) {
		is_more = false;
		for (size_t j = first + 1; j < count; j++) {
			const struct rise *r = found[j];
			size_t both = 0;
			for (size_t n = 0; n < r->since_count && !r->with; n++)
				both += stamps[r->said[n]] == stamp;
			if (r->with || (double)both < SAME * (double)(r->since_count < all ? r->since_count : all))
				continue;
			for (size_t n = 0; n < r->since_count; n++) {
				all += stamps[r->said[n]] != stamp;
				stamps[r->said[n]] = stamp;
			}
			found[j]->with = found[first];
			is_more = true;
		}
	}
}

static void put_together(struct look *l, struct rise **found, size_t count)
{
	u32 *stamps = arena_array(l->arena, u32, l->count + 1);
	for (size_t i = 0; i < count; i++)
		if (!found[i]->with)
			gather(found, count, i, stamps);
}

static void find_rises(struct cx *cx, struct look *l, struct trend_view *view)
{
	size_t count, found_count = 0, capacity = 0;
	struct rise *rises = candidates(l, &count), **found = NULL;
	u32 *stamps = arena_array(l->arena, u32, l->authors.count + 2), stamp = 0;
	double least = burst_least(count, l->span_count);
	for (size_t i = 0; i < count; i++) {
		const struct span *span = NULL;
		count_people(l, &rises[i], stamps, ++stamp);
		if (!weigh(l, &rises[i], least, &span))
			continue;
		find_start(l, span, &rises[i], stamps, ++stamp);
		if (rises[i].since_count)
			*arena_push(l->arena, found, found_count, capacity) = &rises[i];
	}
	if (found_count)
		qsort(found, found_count, sizeof *found, most_surprising);
	found_count = found_count < 20 * TREND_MOST ? found_count : 20 * TREND_MOST;
	put_together(l, found, found_count);
	view->found = arena_array(cx->arena, struct trend, TREND_MOST);
	for (size_t i = 0; i < found_count && view->count < TREND_MOST; i++)
		if (!found[i]->with)
			trend_tell(cx, l, found, found_count, found[i], &view->found[view->count++]);
}

enum err trend_look(struct cx *cx, struct db *db, i64 workspace, struct trend_view *ret_view)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct look *l = arena_new_of(arena, struct look);
	*l = (struct look){.arena = arena, .now = cx->now, .cutter = terms_new(arena)};
	struct trend_view view = {};
	TRY(read_late(cx, db, workspace, l));
	TRY(read_past(cx, db, workspace, l));
	view.read = l->count;
	view.reach = l->reach;
	for (size_t i = 0; i < l->day_count; i++)
		view.days += l->days[i].day < trend_day_of(cx->now) && l->days[i].counts.count > 0;
	if (l->count && l->span_count)
		find_rises(cx, l, &view);
	view.bytes = arena_bytes(arena);
	*ret_view = view;
	return OK;
}
