/* reputation.c: how we are spoken of, as a number that never stands without its parts, its margin and its past (insight/reputation.h). */
#include "base/clock.h"
#include "base/lang.h"
#include "page/listening/listening.h"
#include "insight/reputation.h"
#include "ui/format.h"

#include <math.h>
#include <string.h>

#define DAYS 30
#define CHART_TOP 8.0
#define CHART_BOTTOM 64.0

static const struct {
	const char *title, *about, *missing;
} texts[REPUTATION_PARTS] = {
	[REPUTATION_TONE] = {N_("Tone"), N_("50 and half of the net sentiment of what is said about us; each mention weighs more the more followers its author has (1 + log10 of them)."),
			     N_("Of no mention is the tone sure.")},
	[REPUTATION_REVIEWS] = {N_("Reviews"), N_("The mean of the stars: 1 is 0, 5 is 100."), N_("No review came in.")},
	[REPUTATION_VOICE] = {N_("Share of voice"), N_("Our part of what queries about us and about competitors hear."), N_("There is no query about a competitor.")},
	[REPUTATION_ANSWERS] = {N_("Answers in time"), N_("Promises of a first answer that were kept, of those that were due."), N_("No promise was due.")},
	[REPUTATION_HARM] = {N_("Calm"), N_("100 less five times the percentage of mentions that are surely rude, hateful or hurtful."), N_("Nothing was said.")},
};

static const json_t *value_of(const json_t *time, const char *name)
{
	const json_t *value = json_object_get(time, name);
	return json_is_number(value) ? value : NULL;
}

static json_t *whole(const json_t *value)
{
	return value ? json_integer((json_int_t)round(json_number_value(value))) : json_null();
}

/* What a part stands on. */
static json_t *of_shape(struct cx *cx, enum reputation_part p, i64 count)
{
	CLEANUP(buf_free) struct buf number = {}, text = {};
	buf_add_number(&number, cx->lang, count);
	const char *of = p == REPUTATION_REVIEWS  ? tr_n(cx->lang, "{n} review", "{n} reviews", count)
			 : p == REPUTATION_ANSWERS ? tr_n(cx->lang, "{n} promise", "{n} promises", count)
						   : tr_n(cx->lang, "{n} mention", "{n} mentions", count);
	buf_add_filled(&text, of, buf_str(&number));
	return doc_text(buf_str(&text));
}

static json_t *part_shape(struct cx *cx, enum reputation_part p, const json_t *now, const json_t *before)
{
	const json_t *value = value_of(now, "value"), *margin = value_of(now, "margin");
	i64 count = json_integer_value(json_object_get(now, "count"));
	return json_pack("{s:s, s:s, s:s, s:i, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "word", reputation_word(p), "title", _(texts[p].title), "about", _(texts[p].about), "weight",
			 reputation_weight(p), "is_known", value != NULL, "value", whole(value), "margin", whole(margin), "before", whole(value_of(before, "value")), "count",
			 doc_number(cx->lang, count), "of", of_shape(cx, p, count), "missing", _(texts[p].missing), "width", json_sprintf("%.1f", value ? json_number_value(value) : 0));
}

static double y_of(double score)
{
	return CHART_BOTTOM - score / 100 * (CHART_BOTTOM - CHART_TOP);
}

/* The newest is at the right. Times of which nothing is known break the line. */
static void past_shape(struct cx *cx, const json_t *times, json_t *shape)
{
	CLEANUP(buf_free) struct buf curve = {};
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	size_t count = json_array_size(times), told = 0;
	bool is_drawing = false;
	for (size_t i = count; i-- > 0;) {
		const json_t *time = json_array_get(times, i), *score = value_of(time, "score");
		double x = count > 1 ? (double)(count - 1 - i) * 100 / (double)(count - 1) : 100;
		if (score)
			buf_addf(&curve, "%c%.1f %.1f", is_drawing ? 'L' : 'M', x, y_of(json_number_value(score)));
		is_drawing = score != NULL;
		told += score != NULL;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "until", doc_instant(&reader, json_integer_value(json_object_get(time, "until"))), "score", whole(score), "margin",
						      whole(value_of(time, "margin"))));
	}
	doc_set(shape, "past", list);
	doc_set(shape, "curve", told > 1 ? doc_text(buf_str(&curve)) : json_null());
	const json_t *last = value_of(json_array_get(times, 0), "score");
	doc_set(shape, "last_y", json_sprintf("%.1f", y_of(last ? json_number_value(last) : 0)));
}

/* Where a part is known now and was not then, or the other way round, the two scores are mixtures of different things. */
static bool is_other_mixture(const json_t *now, const json_t *before)
{
	for (size_t p = 0; p < REPUTATION_PARTS; p++)
		if (!value_of(json_array_get(json_object_get(now, "parts"), p), "value") != !value_of(json_array_get(json_object_get(before, "parts"), p), "value"))
			return true;
	return false;
}

static json_t *change_shape(struct cx *cx, const json_t *now, const json_t *before)
{
	const json_t *change = value_of(now, "change"), *margin = value_of(now, "change_margin");
	if (!change)
		return json_null();
	double by = json_number_value(change), doubt = json_number_value(margin);
	const char *how = is_other_mixture(now, before) ? _(N_(" Compared by the parts that are known of both times.")) : "";
	if (fabs(by) <= doubt || fabs(by) < 0.5)
		return doc_text(arena_printf(cx->arena, "%.*s%s", STR_ARG(arena_printf(cx->arena, _(N_("No change that is more than chance against the %d days before.")), DAYS)), how));
	struct str told = arena_printf(cx->arena, by > 0 ? _(N_("%.0f points more than in the %d days before.")) : _(N_("%.0f points less than in the %d days before.")), fabs(by), DAYS);
	return doc_text(arena_printf(cx->arena, "%.*s%s", STR_ARG(told), how));
}

enum err reputation_shape(struct cx *cx, struct db *db, json_t **ret_reputation)
{
	struct survey survey;
	struct str text;
	struct reader reader = reader_of(cx);
	TRY(survey_get(cx, db, here(cx), 0, &survey));
	TRY(survey_part_get(cx, db, here(cx), 0, "reputation", DAYS, &text));
	const json_t *document = survey_load(cx, text), *times = json_object_get(document, "times"), *now = json_array_get(times, 0), *before = json_array_get(times, 1);
	const json_t *score = value_of(now, "score"), *margin = value_of(now, "margin");
	json_t *list = json_array(), *shape;
	for (int p = 0; p < REPUTATION_PARTS; p++)
		json_array_append_new(list, part_shape(cx, (enum reputation_part)p, json_array_get(json_object_get(now, "parts"), (size_t)p),
						       json_array_get(json_object_get(before, "parts"), (size_t)p)));
	shape = json_pack("{s:i, s:b, s:b, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "days", DAYS, "is_made", document != NULL, "has_score", score != NULL, "score",
			  whole(score), "margin", whole(margin), "is_doubtful", margin && json_number_value(margin) > REPUTATION_DOUBT, "before", whole(value_of(before, "score")), "change", change_shape(cx, now, before), "made_at",
			  doc_instant(&reader, document ? survey.made_at : 0), "parts", list);
	past_shape(cx, times, shape);
	*ret_reputation = shape;
	return OK;
}
