/* figures.c: the figures of a query: how much is said over time, against the same weekdays before; how it sounds; which words rise; who speaks,
 * where, in which languages; and whose share of all that is heard it is. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "insight/buckets.h"
#include "model/meaning.h"
#include "page/listening/listening.h"
#include "store/channel.h"
#include "store/contact.h"
#include "ui/format.h"

#include <math.h>
#include <string.h>

#define CHART_TOP 18.0
#define CHART_BOTTOM 190.0
#define BUCKETS_MAX 400
#define WEEKS 4 /* the same weekdays of so many weeks before are what is normal */
#define TONE_COLUMNS 15

static const struct {
	const char *word, *title;
	size_t buckets;
	bool is_hours;
} spans[] = {{"2d", N_("48 hours"), 48, true}, {"7d", N_("7 days"), 7, false}, {"30d", N_("30 days"), 30, false}, {"90d", N_("90 days"), 90, false}};
const char *const span_words[] = {"2d", "7d", "30d", "90d", NULL};

void span_of(const struct cx *cx, struct str word, struct span *ret_span)
{
	size_t s = 2;
	for (size_t i = 0; i < COUNT(spans); i++)
		if (str_eq(word, str_of(spans[i].word)))
			s = i;
	struct span span = {.word = spans[s].word, .title = spans[s].title, .buckets = spans[s].buckets, .is_hours = spans[s].is_hours};
	span.since = span.is_hours ? cx->now - cx->now % HOUR - (i64)(span.buckets - 1) * HOUR : zone_day(reader_of(cx).zone, cx->now, (i64)span.buckets - 1);
	span.until = cx->now + DAY; /* clocks of networks run ahead a little */
	*ret_span = span;
}

enum err span_fitting(struct cx *cx, struct db *db, i64 query, struct span *ret_span)
{
	struct mention_sum *sums;
	size_t count;
	TRY(mention_sums(cx, db, here(cx), query, BY_CHANNEL, cx->now - 30 * DAY, cx->now - 2 * DAY, &sums, &count));
	span_of(cx, count ? S("30d") : S("2d"), ret_span);
	return OK;
}

/* ---- buckets ---- */

static void make_buckets(const struct cx *cx, const struct span *span, struct bucket *buckets)
{
	for (size_t i = 0; i < span->buckets; i++)
		buckets[i] = (struct bucket){.start = span->is_hours ? span->since + (i64)i * HOUR : zone_day(reader_of(cx).zone, cx->now, (i64)(span->buckets - 1 - i))};
}

/* What is normal for a day: the least and the most of the same weekday in the weeks before. */
struct normal {
	i64 least, most;
	bool is_known;
};

static enum err normals(struct cx *cx, struct db *db, const struct listening_query *q, const struct span *span, struct normal *normal)
{
	size_t count = span->buckets + WEEKS * 7;
	struct bucket *days = arena_array(cx->arena, struct bucket, count);
	for (size_t i = 0; i < count; i++)
		days[i] = (struct bucket){.start = zone_day(reader_of(cx).zone, cx->now, (i64)(count - 1 - i))};
	TRY(buckets_fill(cx, db, q->workspace, q->id, span->until, days, count));
	size_t first = 0; /* before it was ever heard of, nothing is normal */
	while (first < count && !days[first].all)
		first++;
	for (size_t i = 0; i < span->buckets; i++) {
		struct normal n = {};
		for (size_t week = 1; week <= WEEKS; week++) {
			size_t day = i + WEEKS * 7 - week * 7;
			if (day < first)
				continue;
			n.least = n.is_known && n.least < days[day].all ? n.least : days[day].all;
			n.most = n.most > days[day].all ? n.most : days[day].all;
			n.is_known = week >= 2 || n.is_known;
		}
		normal[i] = n;
	}
	return OK;
}

/* ---- how much ---- */

static i64 nice_top(i64 most)
{
	i64 step = 1;
	for (;; step *= 10)
		for (int i = 0; i < 3; i++) {
			i64 top = step * (i64[]){3, 6, 15}[i];
			if (top >= most)
				return top;
		}
}

static double y_of(i64 value, i64 top)
{
	return CHART_BOTTOM - (double)value / (double)top * (CHART_BOTTOM - CHART_TOP);
}

static double x_of(size_t i, size_t count)
{
	return count > 1 ? (double)i / (double)(count - 1) * 100 : 50;
}

static json_t *short_day(const struct cx *cx, i64 instant)
{
	struct reader then = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {};
	then.now = instant + 3 * DAY; /* so that it is the day that is told, not the hour */
	buf_add_instant_short(&b, &then, instant + HOUR * 2);
	return doc_text(buf_str(&b));
}

static json_t *bucket_label(const struct cx *cx, const struct span *span, i64 start)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {};
	if (!span->is_hours)
		return short_day(cx, start);
	buf_add_time_of_day(&b, &reader, start);
	return doc_text(buf_str(&b));
}

static json_t *curve(const struct bucket *buckets, size_t count, i64 top)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++)
		buf_addf(&b, "%c%.2f %.1f", i ? 'L' : 'M', x_of(i, count), y_of(buckets[i].all, top));
	return doc_text(buf_str(&b));
}

static json_t *band(const struct normal *normal, size_t count, i64 top)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t from = 0;
	while (from < count && !normal[from].is_known)
		from++;
	if (count - from < 2)
		return json_null();
	for (size_t i = from; i < count; i++)
		buf_addf(&b, "%c%.2f %.1f", i > from ? 'L' : 'M', x_of(i, count), y_of(normal[i].most, top));
	for (size_t i = count; i-- > from;)
		buf_addf(&b, "L%.2f %.1f", x_of(i, count), y_of(normal[i].least, top));
	buf_adds(&b, "Z");
	return doc_text(buf_str(&b));
}

static json_t *grid(struct cx *cx, i64 top)
{
	json_t *lines = json_array();
	for (int i = 1; i <= 3; i++) {
		double y = y_of(top * i / 3, top);
		CLEANUP(buf_free) struct buf b = {};
		buf_add_number(&b, cx->lang, top * i / 3);
		json_array_append_new(lines, json_pack("{s:o, s:o, s:o}", "y", json_sprintf("%.1f", y), "text_y", json_sprintf("%.1f", y + 4), "text", doc_text(buf_str(&b))));
	}
	return lines;
}

static json_t *axis(const struct cx *cx, const struct span *span, const struct bucket *buckets)
{
	json_t *labels = json_array();
	const int marks = 5;
	for (int i = 0; i < marks; i++) {
		size_t at = (span->buckets - 1) * (size_t)i / (size_t)(marks - 1);
		json_array_append_new(labels, json_pack("{s:o, s:o, s:s}", "x", json_sprintf("%.2f", x_of(at, span->buckets)), "text", bucket_label(cx, span, buckets[at].start),
							"anchor", i == 0 ? "start" : i == marks - 1 ? "end" : "middle"));
	}
	return labels;
}

static json_t *rows_of(struct cx *cx, const struct span *span, const struct bucket *buckets, const struct normal *normal)
{
	json_t *rows = json_array();
	struct reader reader = reader_of(cx);
	for (size_t i = span->buckets; i-- > 0;) {
		CLEANUP(buf_free) struct buf label = {}, usual = {};
		if (span->is_hours)
			buf_add_instant(&label, &reader, buckets[i].start);
		else
			buf_add_day(&label, &reader, buckets[i].start + 2 * HOUR);
		if (normal[i].is_known)
			buf_addf(&usual, "%lld–%lld", (long long)normal[i].least, (long long)normal[i].most);
		json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "since", doc_text(time_text(cx->arena, buckets[i].start)), "label",
						      doc_text(buf_str(&label)), "mentions", doc_number(cx->lang, buckets[i].all), "negative",
						      doc_number(cx->lang, buckets[i].tones[TONE_NEGATIVE]), "neutral", doc_number(cx->lang, buckets[i].tones[TONE_NEUTRAL]), "positive",
						      doc_number(cx->lang, buckets[i].tones[TONE_POSITIVE]), "normal", doc_text_or_null(buf_str(&usual))));
	}
	return rows;
}

static json_t *volume_shape(struct cx *cx, const struct span *span, const struct bucket *buckets, const struct normal *normal)
{
	i64 most = 0, peak = 0, sum = 0;
	for (size_t i = 0; i < span->buckets; i++) {
		peak = buckets[i].all > peak ? buckets[i].all : peak;
		most = buckets[i].all > most ? buckets[i].all : most;
		most = normal[i].is_known && normal[i].most > most ? normal[i].most : most;
		sum += buckets[i].all;
	}
	i64 top = nice_top(most > 0 ? most : 1);
	const struct bucket *last = &buckets[span->buckets - 1];
	const struct normal *usual = &normal[span->buckets - 1];
	CLEANUP(buf_free) struct buf about = {}, end = {};
	buf_addf(&about, tr_n(cx->lang, "%lld mention in all", "%lld mentions in all", sum), (long long)sum);
	if (span->is_hours)
		buf_addf(&about, tr(cx->lang, N_("; at most %lld in an hour")), (long long)peak);
	else
		buf_addf(&about, tr(cx->lang, N_("; at most %lld in a day")), (long long)peak);
	buf_add_number(&end, cx->lang, last->all);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}", "about", doc_text(buf_str(&about)), "curve", curve(buckets, span->buckets, top), "band",
			 span->is_hours ? json_null() : band(normal, span->buckets, top), "grid", grid(cx, top), "axis", axis(cx, span, buckets), "last_y",
			 json_sprintf("%.1f", y_of(last->all, top)), "last_text", doc_text(buf_str(&end)), "sum", doc_number(cx->lang, sum), "is_unusual",
			 usual->is_known && last->all > usual->most + 3 && last->all > usual->most * 3 / 2, "has_normal", !span->is_hours && usual->is_known, "rows",
			 rows_of(cx, span, buckets, normal));
}

/* ---- how it sounds ---- */

#define TONE_TOP 14.0
#define TONE_BOTTOM 150.0

static void add_piece(json_t *list, const char *look, double x, double width, double from, double part)
{
	double height = part * (TONE_BOTTOM - TONE_TOP);
	if (part > 0)
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "look", look, "x", json_sprintf("%.2f", x), "width", json_sprintf("%.2f", width), "y",
						      json_sprintf("%.1f", TONE_BOTTOM - from * (TONE_BOTTOM - TONE_TOP) - height), "height", json_sprintf("%.1f", height)));
}

static json_t *tone_shape(struct cx *cx, const struct span *span, const struct bucket *buckets)
{
	size_t each = (span->buckets + TONE_COLUMNS - 1) / TONE_COLUMNS, count = (span->buckets + each - 1) / each; /* buckets a column, columns */
	json_t *pieces = json_array(), *labels = json_array();
	i64 known = 0, all = 0, negative = 0, positive = 0;
	double pitch = 100.0 / (double)count, width = pitch * 0.62;
	for (size_t i = 0; i < count; i++) {
		struct bucket column = {.start = buckets[i * each].start}, *b = &column;
		for (size_t n = i * each; n < (i + 1) * each && n < span->buckets; n++)
			for (int t = 0; t < TONES; t++)
				column.tones[t] += buckets[n].tones[t];
		double sum = (double)(b->tones[TONE_NEGATIVE] + b->tones[TONE_NEUTRAL] + b->tones[TONE_POSITIVE]), x = pitch * (double)i + (pitch - width) / 2;
		json_array_append_new(labels, json_pack("{s:o, s:o, s:b}", "x", json_sprintf("%.2f", pitch * ((double)i + 0.5)), "text", bucket_label(cx, span, b->start), "is_minor",
							i % 3 != 0));
		if (sum <= 0)
			continue;
		double bad = (double)b->tones[TONE_NEGATIVE] / sum, plain = (double)b->tones[TONE_NEUTRAL] / sum;
		add_piece(pieces, "neg", x, width, 0, bad);
		add_piece(pieces, "neu", x, width, bad, plain);
		add_piece(pieces, "pos", x, width, bad + plain, 1 - bad - plain);
	}
	for (size_t i = 0; i < span->buckets; i++) {
		all += buckets[i].all;
		negative += buckets[i].tones[TONE_NEGATIVE];
		positive += buckets[i].tones[TONE_POSITIVE];
		known += buckets[i].all - buckets[i].tones[TONE_UNKNOWN];
	}
	struct str about = arena_printf(cx->arena, _(N_("Of %lld mentions whose tone is sure: %lld %% negative, %lld %% positive")), (long long)known,
					(long long)percent_of(negative, known), (long long)percent_of(positive, known));
	struct str unsure = arena_printf(cx->arena, _(N_("Tone is told where it is sure: of %lld %% of the mentions.")), (long long)percent_of(known, all));
	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "about", doc_text(about), "note", doc_text(unsure), "pieces", pieces, "labels", labels, "has_tones", known > 0);
}

/* ---- what is said, by whom, where ---- */

static struct str against_past(struct cx *cx, i64 mentions, double before)
{
	CLEANUP(buf_free) struct buf b = {};
	double ratio = before > 0 ? (double)mentions / before : 0;
	if (before < 0)
		return (struct str){};
	if (before < 0.5)
		return str_of(_(N_("new here")));
	if (ratio < 1.25 && ratio > 0.8)
		return str_of(_(N_("as before")));
	buf_adds(&b, ratio > 1 ? "×" : "÷");
	double shown = ratio > 1 ? ratio : 1 / ratio;
	buf_add_decimal(&b, cx->lang, shown, shown < 10 ? 1 : 0);
	return buf_keep(&b, cx->arena);
}

static json_t *terms_shape(struct cx *cx, const struct talk_term *terms, size_t count)
{
	struct bar bars[TALK_TERMS];
	for (size_t i = 0; i < count; i++) {
		const struct talk_term *t = &terms[i];
		bars[i] = (struct bar){.name = t->text, .text = against_past(cx, t->mentions, t->before), .count = t->mentions, .past = t->before,
				       .look = t->negative * 2 > t->mentions ? "neg" : t->before >= 0 && (double)t->mentions > t->before * 1.25 ? "c1" : "ink"};
	}
	return bars_shape(cx, bars, count);
}

static enum err authors_shape(struct cx *cx, struct db *db, const struct talk *talk, json_t **ret_authors)
{
	json_t *list = json_array();
	*ret_authors = list;
	for (size_t i = 0; i < talk->author_count; i++) {
		const struct talk_author *a = &talk->authors[i];
		struct identity identity;
		enum err e = identity_get(cx, db, here(cx), a->identity, &identity);
		if (e != OK && e != ERR_MISSING)
			return e;
		struct str url = e == OK ? arena_printf(cx->arena, "/contacts/%lld", (long long)identity.contact) : (struct str){};
		cx_forget(cx);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", doc_text(a->name), "handle", doc_text_or_null(a->handle), "avatar",
						      doc_avatar(a->name), "network", doc_network(cx->lang, a->network), "url", doc_text_or_null(url), "mentions",
						      doc_number(cx->lang, a->mentions), "negative", doc_number_or_null(cx->lang, a->negative), "followers",
						      a->followers >= 0 ? doc_number(cx->lang, a->followers) : json_null(), "before",
						      a->before >= 0 ? doc_number(cx->lang, (i64)(a->before + 0.5)) : json_null(), "move",
						      doc_text_or_null(against_past(cx, a->mentions, a->before))));
	}
	return OK;
}

static struct str emotion_title(struct cx *cx, struct str word)
{
	u8 label;
	return meaning_label_of(MEANING_EMOTION, word, &label) ? str_of(_(meaning_label_title(MEANING_EMOTION, label))) : word;
}

static struct str language_title(struct cx *cx, struct str code)
{
	CLEANUP(buf_free) struct buf b = {};
	if (!code.len)
		return str_of(_(N_("Cannot be told")));
	buf_add_language(&b, cx->lang, code);
	return buf_keep(&b, cx->arena);
}

static struct str place_title(struct cx *cx, struct str place)
{
	return place;
}

static json_t *kinds_shape(struct cx *cx, const struct talk_kind *kinds, size_t count, struct str (*title)(struct cx *cx, struct str code))
{
	struct bar bars[TALK_KINDS];
	for (size_t i = 0; i < count; i++)
		bars[i] = (struct bar){.name = title(cx, kinds[i].code), .text = against_past(cx, kinds[i].mentions, kinds[i].before), .count = kinds[i].mentions,
				       .past = kinds[i].before, .look = kinds[i].code.len ? "c1" : "ink"};
	return bars_shape(cx, bars, count);
}

#define CHANNELS_SHOWN 8

static enum err channels_shape(struct cx *cx, struct db *db, const struct listening_query *q, const struct span *span, json_t **ret_channels)
{
	struct mention_sum *sums;
	size_t count, shown = 0;
	struct bar bars[CHANNELS_SHOWN] = {};
	i64 ids[CHANNELS_SHOWN] = {};
	TRY(mention_sums(cx, db, q->workspace, q->id, BY_CHANNEL, span->since, span->until, &sums, &count));
	for (size_t i = 0; i < count; i++) { /* by channel: the tones of one stand together */
		i64 all = sums[i].mentions, channel = sums[i].key;
		while (i + 1 < count && sums[i + 1].key == channel)
			all += sums[++i].mentions;
		size_t at = shown < CHANNELS_SHOWN ? shown++ : CHANNELS_SHOWN;
		while (at > 0 && bars[at - 1].count < all) {
			if (at < CHANNELS_SHOWN) {
				bars[at] = bars[at - 1];
				ids[at] = ids[at - 1];
			}
			at--;
		}
		if (at < CHANNELS_SHOWN) {
			bars[at] = (struct bar){.count = all, .past = -1, .look = "c1"};
			ids[at] = channel;
		}
	}
	for (size_t i = 0; i < shown; i++) {
		struct channel c;
		TRY(channel_get(cx, db, here(cx), ids[i], &c));
		bars[i].name = c.name;
	}
	*ret_channels = bars_shape(cx, bars, shown);
	return OK;
}

/* ---- share of voice ---- */

#define SHARE_SHOWN 8
#define SHARE_SPAN (30 * DAY)

struct part {
	const struct listening_query *query;
	i64 now, before;
};

static enum err add_shares(struct cx *cx, struct db *db, i64 since, i64 until, bool is_before, struct part *parts, size_t count, i64 *ret_all)
{
	struct mention_sum *sums;
	size_t sum_count;
	TRY(mention_shares(cx, db, here(cx), since, until, &sums, &sum_count));
	*ret_all = 0;
	for (size_t i = 0; i < sum_count; i++) {
		*ret_all += sums[i].mentions;
		for (size_t n = 0; n < count; n++)
			if (parts[n].query->id == sums[i].key)
				*(is_before ? &parts[n].before : &parts[n].now) += sums[i].mentions;
	}
	return OK;
}

static int by_now(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	return x->now != y->now ? (x->now > y->now ? -1 : 1) : (x->query->id > y->query->id) - (x->query->id < y->query->id);
}

enum err share_shape(struct cx *cx, struct db *db, i64 current, json_t **ret_share)
{
	struct listening_query *queries;
	size_t count, part_count = 0;
	i64 all, all_before;
	TRY(listening_query_list(cx, db, here(cx), false, LIST_START, 500, &queries, &count));
	struct part *parts = arena_array(cx->arena, struct part, count + 1);
	for (size_t i = 0; i < count; i++)
		if (queries[i].kind != LISTEN_TOPIC)
			parts[part_count++] = (struct part){.query = &queries[i]};
	TRY(add_shares(cx, db, cx->now - SHARE_SPAN, cx->now + DAY, false, parts, part_count, &all));
	TRY(add_shares(cx, db, cx->now - 2 * SHARE_SPAN, cx->now - SHARE_SPAN, true, parts, part_count, &all_before));
	if (part_count)
		qsort(parts, part_count, sizeof *parts, by_now);
	json_t *list = json_array();
	for (size_t i = 0; i < part_count && i < SHARE_SHOWN; i++) {
		const struct part *p = &parts[i];
		int share = (int)percent_of(p->now, all), top = (int)i * 34;
		json_t *past = !all_before ? json_null() : json_pack("{s:o, s:i, s:i, s:o}", "x", json_sprintf("%.2f", (double)p->before * 100 / (double)all_before), "top", top + 15, "bottom", top + 31,
								     "share", json_integer(percent_of(p->before, all_before)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:i, s:o, s:s, s:b, s:i, s:i, s:o, s:o}", "id", doc_id(p->query->id), "name", doc_text(p->query->name), "kind",
						      doc_word(cx->lang, listening_kind_word(p->query->kind), listening_kind_title(p->query->kind)), "url",
						      doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)p->query->id)), "share", share, "mentions",
						      doc_number(cx->lang, p->now), "look", p->query->kind == LISTEN_OWN ? "c1" : p->query->kind == LISTEN_COMPETITOR ? "c5" : "ink",
						      "is_current", p->query->id == current, "text_y", top + 12, "bar_y", top + 18, "width",
						      json_sprintf("%.2f", all ? (double)p->now * 100 / (double)all : 0), "past", past));
	}
	*ret_share = json_pack("{s:i, s:b, s:o}", "height", (int)json_array_size(list) * 34, "has_parts", part_count > 1 && all > 0, "parts", list);
	return OK;
}

/* ---- together ---- */

enum err query_sums_of(struct cx *cx, struct db *db, i64 query, struct query_sums *ret_sums)
{
	struct mention_sum *sums;
	size_t count;
	struct query_sums of = {};
	TRY(mention_sums(cx, db, here(cx), query, BY_CHANNEL, cx->now - 7 * DAY, cx->now + DAY, &sums, &count));
	for (size_t i = 0; i < count; i++) {
		of.mentions += sums[i].mentions;
		of.tones[sums[i].tone] += sums[i].mentions;
	}
	TRY(mention_sums(cx, db, here(cx), query, BY_CHANNEL, cx->now - 14 * DAY, cx->now - 7 * DAY, &sums, &count));
	for (size_t i = 0; i < count; i++)
		of.before += sums[i].mentions;
	*ret_sums = of;
	return OK;
}

static json_t *spans_shape(struct cx *cx, const struct listening_query *q, const struct span *span)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(spans); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "word", spans[i].word, "title", tr(cx->lang, spans[i].title), "url",
						      doc_text(arena_printf(cx->arena, "/listening/%lld?span=%s", (long long)q->id, spans[i].word)), "is_current",
						      str_eq(str_of(spans[i].word), str_of(span->word))));
	return list;
}

enum err query_figures_shape(struct cx *cx, struct db *db, const struct listening_query *q, const struct span *span, json_t **ret_figures)
{
	struct bucket buckets[BUCKETS_MAX];
	struct normal normal[BUCKETS_MAX] = {};
	struct talk talk;
	struct listen_marks *marks;
	json_t *figures = json_object(), *part;
	*ret_figures = figures;
	make_buckets(cx, span, buckets);
	TRY(buckets_fill(cx, db, q->workspace, q->id, span->until, buckets, span->buckets));
	if (!span->is_hours)
		TRY(normals(cx, db, q, span, normal));
	TRY(listen_marks_of(cx, db, here(cx), q->words, &marks));
	TRY(talk_of(cx, db, here(cx), q->id, listen_marks_words(cx, marks), span->since, span->until, &talk));
	doc_set(figures, "spans", spans_shape(cx, q, span));
	doc_set(figures, "span", json_string(tr(cx->lang, span->title)));
	doc_set(figures, "volume", volume_shape(cx, span, buckets, normal));
	doc_set(figures, "tone", tone_shape(cx, span, buckets));
	doc_set(figures, "terms", terms_shape(cx, talk.terms, talk.term_count < 8 ? talk.term_count : 8));
	doc_set(figures, "tags", terms_shape(cx, talk.tags, talk.tag_count < 8 ? talk.tag_count : 8));
	doc_set(figures, "languages", kinds_shape(cx, talk.languages, talk.language_count, language_title));
	doc_set(figures, "emotions", kinds_shape(cx, talk.emotions, talk.emotion_count, emotion_title));
	doc_set(figures, "places", kinds_shape(cx, talk.places, talk.place_count, place_title));
	doc_set(figures, "felt", json_integer(percent_of(talk.felt, talk.read)));
	doc_set(figures, "placed", json_integer(percent_of(talk.placed, talk.read)));
	doc_set(figures, "has_mentions", json_boolean(talk.read > 0));
	doc_set(figures, "sample", talk.is_part ? doc_text(arena_printf(cx->arena, _(N_("Of the newest %d mentions.")), TALK_READ)) : json_null());
	TRY(authors_shape(cx, db, &talk, &part));
	doc_set(figures, "authors", part);
	TRY(channels_shape(cx, db, q, span, &part));
	doc_set(figures, "channels", part);
	TRY(share_shape(cx, db, q->id, &part));
	doc_set(figures, "share", part);
	return OK;
}
