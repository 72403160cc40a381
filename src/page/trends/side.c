/* side.c: listening queries side by side. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/listen_form.h"
#include "insight/compare.h"
#include "page/choices.h"
#include "page/trends/trends.h"

#include <math.h>

#define LISTED 200
#define FELT_SHOWN 4

static const struct {
	const char *word, *title;
	i64 days;
} spans[] = {{"7d", N_("7 days"), 7}, {"30d", N_("30 days"), 30}, {"90d", N_("90 days"), 90}};
const char *const side_spans[] = {"7d", "30d", "90d", NULL};

static bool is_chosen(struct request *request, i64 id)
{
	i64 wanted;
	for (size_t i = 0; i < param_count(request, "query"); i++)
		if (str_to_i64(param_text_at(request, "query", i), &wanted) && wanted == id)
			return true;
	return false;
}

/* Those that were asked for; else us first, then competitors, then the sector. */
static size_t choose(struct request *request, const struct listening_query *all, size_t count, struct listening_query *ret_chosen)
{
	size_t chosen = 0;
	for (size_t i = 0; i < count && chosen < COMPARE_MOST; i++)
		if (is_chosen(request, all[i].id))
			ret_chosen[chosen++] = all[i];
	for (enum listening_kind kind = LISTEN_OWN; kind <= LISTEN_SECTOR && !param_count(request, "query"); kind++)
		for (size_t i = 0; i < count && chosen < COMPARE_MOST; i++)
			if (all[i].kind == kind)
				ret_chosen[chosen++] = all[i];
	return chosen;
}

static json_t *tone_of(const struct compare_side *s)
{
	i64 known = s->mentions - s->tones[TONE_UNKNOWN];
	if (known <= 0)
		return json_null();
	i64 negative = percent_of(s->tones[TONE_NEGATIVE], known), positive = percent_of(s->tones[TONE_POSITIVE], known);
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "negative", (json_int_t)negative, "positive", (json_int_t)positive, "neutral", (json_int_t)(100 - negative - positive),
			 "neutral_x", (json_int_t)negative, "positive_x", (json_int_t)(100 - positive));
}

/* What is felt, the most first; calm is nothing felt. */
static json_t *emotions_of(struct cx *cx, const struct compare_side *s)
{
	json_t *list = json_array();
	bool is_told[MEANING_LABELS_MAX] = {};
	while (json_array_size(list) < FELT_SHOWN) {
		u8 most = 0;
		for (u8 label = 1; meaning_label_word(MEANING_EMOTION, label); label++)
			if (!meaning_is_plain(MEANING_EMOTION, label) && !is_told[label - 1] && s->emotions[label - 1] > (most ? s->emotions[most - 1] : 0))
				most = label;
		if (!most)
			break;
		is_told[most - 1] = true;
		json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "word", meaning_label_word(MEANING_EMOTION, most), "title",
						      _(meaning_label_title(MEANING_EMOTION, most)), "percent", (json_int_t)percent_of(s->emotions[most - 1], s->felt)));
	}
	return list;
}

static json_t *words_of(struct cx *cx, const struct compare_side *s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s->word_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:f, s:b}", "text", doc_text(s->words[i].text), "people", doc_number(cx->lang, s->words[i].people), "score",
						      round(s->words[i].score * 10) / 10, "is_first", i == 0));
	return list;
}

static json_t *kinds_of(struct cx *cx, enum listening_kind chosen)
{
	json_t *list = json_array();
	for (int kind = 0; kind < LISTEN_KINDS; kind++)
		json_array_append_new(list, choice(listening_kind_word((enum listening_kind)kind), _(listening_kind_title((enum listening_kind)kind)), kind == (int)chosen));
	return list;
}

static json_t *side_shape(struct cx *cx, const struct compare_side *s, i64 all, size_t days)
{
	static const char *const looks[] = {"1", "5", "neu", "3"};
	CLEANUP(buf_free) struct buf change = {};
	json_t *emotions = emotions_of(cx, s), *words = words_of(cx, s), *day_list = json_array();
	if (s->before > 0 && s->mentions != s->before)
		buf_addf(&change, "%s%lld %%", s->mentions > s->before ? "+" : "−", (long long)percent_of(s->mentions > s->before ? s->mentions - s->before : s->before - s->mentions, s->before));
	for (size_t i = 0; i < days; i++)
		json_array_append_new(day_list, json_integer(s->days[i]));
	json_t *shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:I, s:o, s:o}", "id", doc_id(s->query->id), "url",
				  doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)s->query->id)), "name", doc_text(s->query->name), "kind",
				  doc_word(cx->lang, listening_kind_word(s->query->kind), listening_kind_title(s->query->kind)), "kinds", kinds_of(cx, s->query->kind), "look",
				  looks[s->query->kind], "mentions", doc_number(cx->lang, s->mentions), "before", doc_number(cx->lang, s->before), "change",
				  doc_text_or_null(buf_str(&change)), "share", (json_int_t)percent_of(s->mentions, all), "share_width",
				  json_sprintf("%.2f", all ? (double)s->mentions * 100 / (double)all : 0), "read", doc_number(cx->lang, s->read));
	doc_set(shape, "tone", tone_of(s));
	doc_set(shape, "emotions", emotions);
	doc_set(shape, "has_emotions", json_boolean(json_array_size(emotions) > 0));
	doc_set(shape, "words", words);
	doc_set(shape, "has_words", json_boolean(json_array_size(words) > 0));
	doc_set(shape, "days", day_list);
	doc_set(shape, "spark", spark_shape(s->days, days));
	return shape;
}

static json_t *spans_shape(struct cx *cx, struct request *request, size_t current)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(spans); i++) {
		CLEANUP(buf_free) struct buf url = {};
		buf_addf(&url, "/trends/compare?span=%s", spans[i].word);
		for (size_t n = 0; n < param_count(request, "query"); n++) {
			buf_adds(&url, "&query=");
			buf_add_url(&url, param_text_at(request, "query", n));
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "word", spans[i].word, "title", _(spans[i].title), "url", doc_text(buf_str(&url)), "is_current", i == current));
	}
	return list;
}

enum err sides_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct listening_query *all, chosen[COMPARE_MOST];
	struct compare_side sides[COMPARE_MOST];
	size_t count, span = 1;
	i64 mentions = 0;
	json_t *document = json_object(), *list = json_array(), *queries = json_array();
	reply_json(reply, document);
	doc_set(document, "sides", list);
	doc_set(document, "queries", queries);
	for (size_t i = 0; i < COUNT(spans); i++)
		if (str_eq(param_text(request, "span"), str_of(spans[i].word)))
			span = i;
	TRY(listening_query_list(cx, db, here(cx), false, LIST_START, LISTED, &all, &count));
	size_t side_count = choose(request, all, count, chosen);
	struct str asked[COMPARE_MOST];
	for (size_t i = 0; i < side_count; i++) {
		struct listen_marks *marks;
		TRY(listen_marks_of(cx, db, here(cx), chosen[i].words, &marks));
		asked[i] = listen_marks_words(cx, marks);
	}
	struct compare_span compared = {.day_count = (size_t)spans[span].days, .until = cx->now + HOUR};
	for (size_t i = 0; i < compared.day_count; i++)
		compared.days[i] = zone_day(reader_of(cx).zone, cx->now, (i64)(compared.day_count - 1 - i));
	TRY(compare(cx, db, here(cx), chosen, asked, side_count, &compared, sides));
	for (size_t i = 0; i < side_count; i++)
		mentions += sides[i].mentions;
	for (size_t i = 0; i < side_count; i++)
		json_array_append_new(list, side_shape(cx, &sides[i], mentions, (size_t)spans[span].days));
	for (size_t i = 0; i < count; i++) {
		bool is_shown = false;
		for (size_t n = 0; n < side_count; n++)
			is_shown |= chosen[n].id == all[i].id;
		json_array_append_new(queries, json_pack("{s:o, s:o, s:b}", "id", doc_id(all[i].id), "name", doc_text(all[i].name), "is_selected", is_shown));
	}
	doc_set(document, "has_queries", json_boolean(count > 0));
	doc_set(document, "has_sides", json_boolean(side_count > 0));
	doc_set(document, "is_alone", json_boolean(side_count == 1));
	doc_set(document, "spans", spans_shape(cx, request, span));
	doc_set(document, "span", json_string(_(spans[span].title)));
	doc_set(document, "limit", json_integer(COMPARE_MOST));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	return OK;
}
