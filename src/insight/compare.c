#include "insight/compare.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "insight/buckets.h"
#include "store/trend.h"
#include "text/term.h"

#include <math.h>
#include <stdlib.h>

#define PEOPLE_LEAST 3     /* who said a word, to be told */
#define SCORE_LEAST 1.96
#define PRIOR 200.0        /* words that all of them together weigh as, where nothing is known */

/* ---- how much ---- */

static enum err add_sums(struct cx *cx, struct db *db, i64 workspace, const struct compare_span *span, struct compare_side *side)
{
	struct mention_sum *sums;
	size_t count;
	struct bucket days[COMPARE_DAYS] = {};
	for (size_t i = 0; i < span->day_count; i++)
		days[i].start = span->days[i];
	TRY(buckets_fill(cx, db, workspace, side->query->id, span->until, days, span->day_count));
	for (size_t i = 0; i < span->day_count; i++) {
		side->days[i] = days[i].all;
		side->mentions += days[i].all;
		for (int tone = 0; tone < TONES; tone++)
			side->tones[tone] += days[i].tones[tone];
	}
	i64 since = span->days[0], until = span->until;
	TRY(mention_sums(cx, db, workspace, side->query->id, BY_HOUR, since - (until - since), since, &sums, &count));
	for (size_t i = 0; i < count; i++)
		side->before += sums[i].mentions;
	return OK;
}

/* ---- what sets them apart ---- */

struct counted {
	u64 key;
	struct str text;
	u32 people[COMPARE_MOST], all;
	enum term_kind kind;
};

struct table {
	struct arena *arena;
	struct counted *slots;
	size_t count, capacity;
	u64 *met; /* who said what where: hashes */
	size_t met_count, met_capacity;
	double sums[COMPARE_MOST];
};

/* Did somebody say it there for the first time? */
static bool is_first(struct table *t, u64 hash)
{
	if ((t->met_count + 1) * 2 > t->met_capacity) {
		size_t capacity = t->met_capacity ? t->met_capacity * 2 : 8192;
		u64 *met = arena_array(t->arena, u64, capacity);
		for (size_t i = 0; i < t->met_capacity; i++)
			if (t->met[i]) {
				size_t at = (size_t)(t->met[i] >> 20) & (capacity - 1);
				while (met[at])
					at = (at + 1) & (capacity - 1);
				met[at] = t->met[i];
			}
		t->met = met;
		t->met_capacity = capacity;
	}
	size_t at = (size_t)(hash >> 20) & (t->met_capacity - 1);
	while (t->met[at] && t->met[at] != hash)
		at = (at + 1) & (t->met_capacity - 1);
	if (t->met[at])
		return false;
	t->met[at] = hash;
	t->met_count++;
	return true;
}

static struct counted *counted_of(struct table *t, u64 key)
{
	if ((t->count + 1) * 2 > t->capacity) {
		struct table wider = *t;
		wider.capacity = t->capacity ? t->capacity * 2 : 4096;
		wider.slots = arena_array(t->arena, struct counted, wider.capacity);
		for (size_t i = 0; i < t->capacity; i++)
			if (t->slots[i].text.at) {
				size_t at = (size_t)(t->slots[i].key * 0x9E3779B97F4A7C15u >> 20) & (wider.capacity - 1);
				while (wider.slots[at].text.at)
					at = (at + 1) & (wider.capacity - 1);
				wider.slots[at] = t->slots[i];
			}
		*t = wider;
	}
	size_t at = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (t->capacity - 1);
	while (t->slots[at].text.at && t->slots[at].key != key)
		at = (at + 1) & (t->capacity - 1);
	return &t->slots[at];
}

static void count_terms(struct table *t, struct terms *cutter, size_t side, const struct compared *m)
{
	const struct term *list;
	size_t count = terms_of(cutter, str_head(m->body, 2000), &list);
	for (size_t i = 0; i < count; i++) {
		struct counted *c = counted_of(t, list[i].key);
		if (!c->text.at) {
			*c = (struct counted){.key = list[i].key, .kind = list[i].kind, .text = {m->body.at + list[i].from, list[i].to - list[i].from}};
			t->count++;
		}
		u64 hash = ((list[i].key ^ (u64)m->identity * 0x9E3779B97F4A7C15u) + side + 1) * 0xBF58476D1CE4E5B9u | 1;
		if (m->identity && !is_first(t, hash))
			continue;
		c->people[side]++;
		c->all++;
		t->sums[side]++;
	}
}

/* Deviations of the log-odds of a word here against the rest, over a prior of what all of them say. */
static double apart(const struct table *t, const struct counted *c, size_t side, double all)
{
	double here = c->people[side], there = c->all - here, prior = PRIOR * c->all / all, rest = all - t->sums[side];
	double odds_here = (here + prior) / (t->sums[side] + PRIOR - here - prior), odds_there = (there + prior) / (rest + PRIOR - there - prior);
	if (odds_here <= 0 || odds_there <= 0)
		return 0;
	return (log(odds_here) - log(odds_there)) / sqrt(1 / (here + prior) + 1 / (there + prior));
}

/* What the query asks for sets nothing apart. */
static bool is_asked_for(struct str text, struct str asked)
{
	char room[256];
	CLEANUP(buf_free) struct buf folded = BUF_IN(room);
	buf_add_folded(&folded, text);
	while (asked.at && asked.len) {
		struct str word = str_cut(&asked, ' ');
		if (word.len && str_find(buf_str(&folded), word) >= 0)
			return true;
	}
	return false;
}

static void set_apart(const struct table *t, size_t side, struct str asked, struct compare_side *s)
{
	double all = 0;
	for (size_t i = 0; i < COMPARE_MOST; i++)
		all += t->sums[i];
	for (size_t i = 0; i < t->capacity; i++) {
		const struct counted *c = &t->slots[i];
		if (!c->text.at || c->people[side] < PEOPLE_LEAST)
			continue;
		struct compare_word w = {c->text, c->people[side], apart(t, c, side, all)};
		if (w.score < SCORE_LEAST || is_asked_for(c->text, asked))
			continue;
		/* A word and the phrase around it are one: the one that says it better stays. */
		size_t at = s->word_count;
		for (size_t n = 0; n < s->word_count; n++)
			if (str_find(s->words[n].text, w.text) >= 0 || str_find(w.text, s->words[n].text) >= 0)
				at = n;
		if (at < s->word_count) {
			if (s->words[at].score >= w.score)
				continue;
			for (size_t n = at; n + 1 < s->word_count; n++)
				s->words[n] = s->words[n + 1];
			s->word_count--;
		}
		for (at = s->word_count; at > 0 && s->words[at - 1].score < w.score; at--)
			if (at < COMPARE_WORDS)
				s->words[at] = s->words[at - 1];
		if (at < COMPARE_WORDS) {
			s->words[at] = w;
			s->word_count += s->word_count < COMPARE_WORDS;
		}
	}
}

static struct str folded(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_folded(&b, text);
	return buf_keep(&b, arena);
}

enum err compare(struct cx *cx, struct db *db, i64 workspace, const struct listening_query *queries, const struct str *asked, size_t count,
		 const struct compare_span *span, struct compare_side *ret_sides)
{
	struct table table = {.arena = cx->arena};
	struct terms *cutter = terms_new(cx->arena);
	count = count < COMPARE_MOST ? count : COMPARE_MOST;
	for (size_t i = 0; i < count; i++) {
		struct compare_side *s = &ret_sides[i];
		struct compared *rows;
		size_t read;
		*s = (struct compare_side){.query = &queries[i]};
		TRY(add_sums(cx, db, workspace, span, s));
		TRY(mentions_compared(cx, db, workspace, queries[i].id, span->days[0], span->until, COMPARE_READ, &rows, &read));
		s->read = (i64)read;
		for (size_t n = 0; n < read; n++) {
			u8 label;
			if (meaning_label_of(MEANING_EMOTION, rows[n].emotion, &label)) {
				s->felt++;
				s->emotions[label - 1]++;
			}
			count_terms(&table, cutter, i, &rows[n]);
		}
	}
	for (size_t i = 0; i < count && count > 1; i++)
		set_apart(&table, i, folded(cx->arena, asked[i]), &ret_sides[i]);
	return OK;
}
