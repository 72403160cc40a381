/* survey.c: the topics of a query's time, and what is asked in it, as the working role found them; with when it did. */
#include "base/lang.h"
#include "page/listening/listening.h"
#include "ui/format.h"

#include <stdlib.h>

static i64 days_of(const struct span *span)
{
	return span->is_hours ? 2 : (i64)span->buckets;
}

static void release(void *json)
{
	json_decref(json);
}

json_t *survey_load(struct cx *cx, struct str document)
{
	json_t *json = document.len ? json_loadb(document.at, document.len, 0, NULL) : NULL;
	if (json)
		arena_defer(cx->arena, release, json);
	return json;
}

enum err surveyed_read(struct cx *cx, struct db *db, i64 query, const struct span *span, struct surveyed *ret_surveyed)
{
	struct surveyed s = {};
	struct str said, copies;
	TRY(survey_get(cx, db, here(cx), query, &s.survey));
	TRY(survey_part_get(cx, db, here(cx), query, "said", days_of(span), &said));
	TRY(survey_part_get(cx, db, here(cx), query, "copies", 0, &copies));
	s.said = survey_load(cx, said);
	s.copies = survey_load(cx, copies);
	*ret_surveyed = s;
	return OK;
}

json_t *movement_shape(struct cx *cx, i64 now, i64 before, bool had_before)
{
	CLEANUP(buf_free) struct buf b = {};
	double ratio = before > 0 ? (double)now / (double)before : 0;
	if (!had_before)
		return json_null();
	if (before <= 0)
		return json_string(_(N_("new here")));
	if (ratio < 1.25 && ratio > 0.8)
		return json_string(_(N_("as before")));
	double shown = ratio > 1 ? ratio : 1 / (ratio > 0 ? ratio : 1);
	buf_adds(&b, ratio > 1 ? "×" : "÷");
	buf_add_decimal(&b, cx->lang, shown, shown < 10 ? 1 : 0);
	return doc_text(buf_str(&b));
}

static i64 number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static struct str text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	return value ? str_of(value) : (struct str){};
}

/* The parts of a bar of tones, in percent of those that are sure. */
static json_t *tones_shape(struct cx *cx, const json_t *topic)
{
	i64 negative = number(topic, "negative"), neutral = number(topic, "neutral"), positive = number(topic, "positive"), known = negative + neutral + positive;
	if (!known)
		return json_null();
	double bad = (double)negative * 100 / (double)known, plain = (double)neutral * 100 / (double)known;
	struct str about = arena_printf(cx->arena, _(N_("%lld %% negative, %lld %% positive")), (long long)percent_of(negative, known), (long long)percent_of(positive, known));
	return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "negative", (json_int_t)percent_of(negative, known), "positive", (json_int_t)percent_of(positive, known), "about",
			 doc_text(about), "bad", json_sprintf("%.1f", bad), "plain", json_sprintf("%.1f", plain), "good", json_sprintf("%.1f", 100 - bad - plain), "plain_at",
			 json_sprintf("%.1f", bad), "good_at", json_sprintf("%.1f", bad + plain));
}

static json_t *topic_shape(struct cx *cx, const json_t *topic, const char *path, bool had_before, i64 chosen)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_text(text(topic, "typical")), "url",
			 doc_text(arena_printf(cx->arena, "%s&topic=%.*s#mentions", path, STR_ARG(text(topic, "typical")))), "name", doc_text(text(topic, "name")), "text",
			 doc_text(text(topic, "text")), "now", doc_number(cx->lang, number(topic, "now")), "before", doc_number(cx->lang, number(topic, "before")), "move",
			 movement_shape(cx, number(topic, "now"), number(topic, "before"), had_before), "tones", tones_shape(cx, topic), "is_current",
			 chosen && ids_have(json_object_get(topic, "ids"), chosen));
}

#define PAST_LEAST 5 /* mentions: fewer are no past to hold a topic against */
#define TOPICS_SHOWN 10
#define ASKED_SHOWN 6

enum err survey_shape(struct cx *cx, struct db *db, const struct listening_query *q, const struct span *span, const struct surveyed *s, i64 chosen, json_t **ret_survey)
{
	const char *path = arena_printf(cx->arena, "/listening/%lld?span=%s", (long long)q->id, span->word).at;
	const json_t *topics = json_object_get(s->said, "topics"), *asked = json_object_get(s->said, "asks");
	json_t *list = json_array(), *groups;
	struct reader reader = reader_of(cx);
	i64 one_in = number(s->said, "one_in");
	for (size_t i = 0; i < json_array_size(topics) && i < TOPICS_SHOWN; i++)
		json_array_append_new(list, topic_shape(cx, json_array_get(topics, i), path, number(s->said, "read_before") >= PAST_LEAST, chosen));
	TRY(asked_shape(cx, db, asked, path, "#mentions", 0, &groups));
	while (json_array_size(groups) > ASKED_SHOWN)
		json_array_remove(groups, json_array_size(groups) - 1);
	json_t *sample = one_in > 1 ? doc_text(arena_printf(cx->arena, _(N_("Of one in %lld mentions, told as of all.")), (long long)one_in)) : json_null();
	*ret_survey = json_pack("{s:o, s:b, s:o, s:o, s:o, s:b, s:b, s:o, s:b}", "made_at", doc_instant(&reader, s->survey.made_at), "is_waiting",
				!s->said || s->survey.due_at == 0, "sample", sample, "again_url", doc_text(arena_printf(cx->arena, "/listening/%lld/survey", (long long)q->id)), "topics", list,
				"has_topics", json_array_size(list) > 0, "has_asked", json_array_size(groups) > 0, "asked", groups, "is_made", s->said != NULL);
	return OK;
}
