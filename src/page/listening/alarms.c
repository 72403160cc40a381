/* alarms.c: what was unusual of late in what is listened for, with its evidence in words. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/listening/listening.h"
#include "store/alarm.h"

#include <math.h>

#define SHOWN_FOR DAY /* after it is over */
#define SHOWN_MOST 3

/* The texts of a list: of its objects by `name`, or its own. */
static json_t *texts_of(const json_t *list, const char *name)
{
	json_t *texts = json_array();
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *text = json_string_value(name ? json_object_get(one, name) : one);
		if (text)
			json_array_append_new(texts, json_pack("{s:o, s:b}", "text", doc_text(str_of(text)), "is_first", json_array_size(texts) == 0));
	}
	return texts;
}

static struct str number(struct cx *cx, const json_t *evidence, const char *name, double (*rounded)(double))
{
	CLEANUP(buf_free) struct buf b = {};
	double value = json_number_value(json_object_get(evidence, name));
	buf_add_number(&b, cx->lang, (i64)rounded(fmin(fmax(value, 0), 1e15)));
	return buf_keep(&b, cx->arena);
}

static struct str figures_text(struct cx *cx, const struct alarm *alarm, const json_t *evidence)
{
	struct str value = number(cx, evidence, "value", round), low = number(cx, evidence, "low", ceil), high = number(cx, evidence, "high", floor), all = number(cx, evidence, "mentions", round);
	struct str span = arena_printf(cx->arena, _(N_("%lld minutes")), (long long)json_integer_value(json_object_get(evidence, "seconds")) / 60);
	if (str_eq(alarm->measure, S("negative")))
		return arena_printf(cx->arena, _(N_("%.*s negative ones in %.*s, where %.*s to %.*s are usual. Mentions in all since then: %.*s.")), STR_ARG(value), STR_ARG(span),
				    STR_ARG(low), STR_ARG(high), STR_ARG(all));
	return arena_printf(cx->arena, _(N_("%.*s in %.*s, where %.*s to %.*s are usual. Mentions in all since then: %.*s.")), STR_ARG(value), STR_ARG(span), STR_ARG(low),
			    STR_ARG(high), STR_ARG(all));
}

static json_t *alarm_shape(struct cx *cx, const struct alarm *alarm)
{
	struct reader reader = reader_of(cx);
	json_t *evidence = json_loadb(alarm->evidence.at, alarm->evidence.len, 0, NULL);
	json_t *shape = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:i, s:o, s:o, s:o}", "id", doc_id(alarm->id), "name", doc_text(alarm->query_name), "url",
				  doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)alarm->query)), "is_negative", str_eq(alarm->measure, S("negative")), "text",
				  doc_text(figures_text(cx, alarm, evidence)), "since", doc_instant(&reader, alarm->since), "ended_at", doc_instant(&reader, alarm->ended_at),
				  "score", (int)alarm->score, "words", texts_of(json_object_get(evidence, "terms"), "text"), "authors",
				  texts_of(json_object_get(evidence, "authors"), "name"), "also", texts_of(json_object_get(evidence, "also"), NULL));
	doc_set(shape, "has_words", json_boolean(json_array_size(json_object_get(shape, "words")) > 0));
	doc_set(shape, "has_authors", json_boolean(json_array_size(json_object_get(shape, "authors")) > 0));
	doc_set(shape, "has_also", json_boolean(json_array_size(json_object_get(shape, "also")) > 0));
	json_decref(evidence);
	return shape;
}

enum err alarms_shape(struct cx *cx, struct db *db, i64 query, json_t **ret_alarms)
{
	struct alarm *list;
	size_t count;
	TRY(alarm_list(cx, db, here(cx), query, LIST_START, SHOWN_MOST, &list, &count));
	json_t *alarms = json_array();
	for (size_t i = 0; i < count; i++)
		if (!list[i].ended_at || list[i].ended_at > cx->now - SHOWN_FOR)
			json_array_append_new(alarms, alarm_shape(cx, &list[i]));
	*ret_alarms = alarms;
	return OK;
}
