/* trend_tell.c: a rise in words and figures: what names it, by whom, where, how it sounds, and messages that show it. */
#include "insight/trend_look.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "text/topic.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#define EXAMPLES 5
#define ALSO 5
#define TERMS_BYTES 2000
#define COPIES_READ 200

static struct str spelling(struct look *l, const struct rise *r, enum term_kind *ret_kind)
{
	const struct said *m = &l->said[r->said[0]];
	const struct term *list;
	size_t count = terms_of(l->cutter, m->body, &list);
	for (size_t i = 0; i < count; i++)
		if (list[i].key == r->key) {
			*ret_kind = list[i].kind;
			return (struct str){m->body.at + list[i].from, list[i].to - list[i].from};
		}
	*ret_kind = TERM_WORD;
	return (struct str){};
}

/* Of what is one trend, what names it best: a hashtag, or the phrase, when most of those say it. */
static const struct rise *title_of(struct look *l, struct rise **found, size_t count, const struct rise *first, struct str *ret_text)
{
	const struct rise *best = first;
	enum term_kind kind, best_kind;
	size_t longest;
	*ret_text = spelling(l, first, &best_kind);
	longest = ret_text->len;
	for (size_t i = 0; i < count && best_kind != TERM_HASHTAG; i++) {
		if (found[i]->with != first || (double)found[i]->since_count < 0.7 * (double)first->since_count)
			continue;
		struct str text = spelling(l, found[i], &kind);
		if (kind == TERM_WORD || (kind == TERM_PHRASE && text.len <= longest))
			continue;
		best = found[i];
		best_kind = kind;
		longest = text.len;
		*ret_text = text;
	}
	return best;
}

static json_t *rounded(double value)
{
	return json_real(round(value * 100) / 100);
}

static json_t *tally(const struct look *l, const struct rise *r, const struct names *names, bool is_network)
{
	json_t *list = json_array();
	u32 *counts = arena_array(l->arena, u32, names->count + 1);
	for (size_t i = 0; i < r->since_count; i++)
		counts[is_network ? l->said[r->said[i]].network : l->said[r->said[i]].lang]++;
	for (int n = 0; n < 5; n++) {
		size_t most = 0;
		for (size_t i = 1; i < names->count; i++)
			most = counts[i] > counts[most] ? i : most;
		if (!names->count || !counts[most])
			break;
		json_array_append_new(list, json_pack("{s:s%, s:I}", "name", names->list[most].at, names->list[most].len, "mentions", (json_int_t)counts[most]));
		counts[most] = 0;
	}
	return list;
}

/* Percent of the messages that are nearly the same text. */
static int copied(const struct look *l, const struct rise *r)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct copies copies;
	size_t count = r->since_count < COPIES_READ ? r->since_count : COPIES_READ, same = 0;
	struct str *texts = arena_array(scratch, struct str, count + 1);
	for (size_t i = 0; i < count; i++)
		texts[i] = l->said[r->said[i]].body;
	copies_of(scratch, texts, count, 0.7, &copies);
	for (size_t i = 0; i < count; i++)
		same += copies.of[i] != TOPIC_NONE;
	return count ? (int)(same * 100 / count) : 0;
}

static json_t *examples(const struct look *l, const struct rise *r)
{
	json_t *list = json_array();
	u32 shown[EXAMPLES];
	size_t count = 0;
	for (size_t i = 0; i < r->since_count && count < EXAMPLES; i++) {
		const struct said *m = &l->said[r->said[i]];
		bool is_known = false;
		for (size_t n = 0; n < count; n++)
			is_known |= shown[n] == m->author;
		if (is_known)
			continue;
		shown[count++] = m->author;
		json_array_append_new(list, json_sprintf("%lld", (long long)m->id));
	}
	return list;
}

static json_t *day_list(const struct look *l, const struct rise *r)
{
	json_t *list = json_array();
	for (i64 day = trend_day_of(l->now) - 27; day < trend_day_of(l->now); day++) {
		u32 people = 0;
		for (size_t i = 0; i < l->day_count; i++)
			if (l->days[i].day == day)
				people = trend_day_people(&l->days[i].counts, r->key);
		json_array_append_new(list, json_integer(people));
	}
	json_array_append_new(list, json_integer(r->day_people));
	return list;
}

static struct str evidence_of(struct cx *cx, struct look *l, const struct rise *r, json_t *also)
{
	json_int_t tones[TONES] = {};
	for (size_t i = 0; i < r->since_count; i++)
		tones[l->said[r->said[i]].tone]++;
	json_t *json = json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:i, s:[I,I,I,I], s:o, s:o, s:o, s:O, s:o}", "seconds", (json_int_t)((l->now - r->since) / SECOND), "people",
				 (json_int_t)r->people_since, "messages", (json_int_t)r->since_count, "expected", rounded(r->best.expected), "times",
				 rounded(r->people_since / fmax(r->best.expected, 0.01)), "surprise", rounded(r->best.surprise), "copied", copied(l, r), "tones",
				 tones[TONE_UNKNOWN], tones[TONE_NEGATIVE], tones[TONE_NEUTRAL], tones[TONE_POSITIVE], "days", day_list(l, r), "networks",
				 tally(l, r, &l->networks, true), "languages", tally(l, r, &l->languages, false), "also", also, "examples", examples(l, r));
	must(json);
	struct str text = arena_json(cx->arena, json, JSON_COMPACT | JSON_REAL_PRECISION(9));
	json_decref(json);
	return text;
}

static void add_line(struct buf *b, struct str text)
{
	buf_add_folded(b, text);
	buf_addc(b, '\n');
}

static bool is_in_one(const json_t *list, struct str text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_find(str_of(json_string_value(json_array_get(list, i))), text) >= 0)
			return true;
	return false;
}

void trend_tell(struct cx *cx, struct look *l, struct rise **found, size_t count, struct rise *first, struct trend *ret_trend)
{
	CLEANUP(buf_free) struct buf terms = {};
	json_t *also = json_array();
	struct str title;
	const struct rise *named = title_of(l, found, count, first, &title);
	add_line(&terms, title);
	for (int words = 0; words < 2; words++) /* phrases first: their words say nothing more */
		for (size_t i = 0; i < count; i++) {
			enum term_kind kind;
			if ((found[i] != first && found[i]->with != first) || found[i] == named)
				continue;
			struct str text = spelling(l, found[i], &kind);
			if ((kind == TERM_WORD) != words)
				continue;
			if (terms.len < TERMS_BYTES)
				add_line(&terms, text);
			if (json_array_size(also) < ALSO && str_find(title, text) < 0 && !is_in_one(also, text))
				json_array_append_new(also, json_stringn(text.at, text.len));
		}
	*ret_trend = (struct trend){
		.term = arena_str(cx->arena, title), .terms = buf_keep(&terms, cx->arena), .since = first->since, .at = l->now, .seen_at = l->now,
		.score = (i64)(first->best.surprise * 10 + 0.5), .evidence = evidence_of(cx, l, named, also),
	};
	json_decref(also);
}
