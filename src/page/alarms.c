/* alarms.c: what was unusual of late in what is listened for, with its evidence in words. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/alarms.h"
#include "ui/document.h"

#include <math.h>

#define SHOWN_FOR DAY /* after it is over */
#define SHOWN_MOST 3
#define LOOKED_AT 20 /* some of them may be hushed */

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

static struct str number(struct cx *cx, const json_t *evidence, const char *name, double (*rounded)(double), double times)
{
	CLEANUP(buf_free) struct buf b = {};
	double value = json_number_value(json_object_get(evidence, name)) * times;
	buf_add_number(&b, cx->lang, (i64)rounded(fmin(fmax(value, 0), 1e15)));
	return buf_keep(&b, cx->arena);
}

static struct str figures_text(struct cx *cx, const struct alarm *alarm, const json_t *evidence)
{
	bool negative = str_eq(alarm->measure, S("negative")), harmful = str_eq(alarm->measure, S("harmful"));
	double times = negative || harmful ? 100 : 1;
	struct str value = number(cx, evidence, "value", round, times), low = number(cx, evidence, "low", times > 1 ? round : ceil, times);
	struct str high = number(cx, evidence, "high", times > 1 ? round : floor, times), all = number(cx, evidence, "mentions", round, 1);
	i64 seconds = json_integer_value(json_object_get(evidence, "seconds"));
	struct str span = arena_printf(cx->arena, _(N_("%lld minutes")), (long long)seconds / 60);
	if (negative)
		return arena_printf(cx->arena, _(N_("%.*s %% negative in %.*s, where %.*s to %.*s %% are usual. Messages in all since then: %.*s.")), STR_ARG(value), STR_ARG(span),
				    STR_ARG(low), STR_ARG(high), STR_ARG(all));
	if (harmful)
		return arena_printf(cx->arena, _(N_("%.*s %% harmful in %.*s, where %.*s to %.*s %% are usual. Messages in all since then: %.*s.")), STR_ARG(value), STR_ARG(span),
				    STR_ARG(low), STR_ARG(high), STR_ARG(all));
	return arena_printf(cx->arena, _(N_("%.*s messages in %.*s, where %.*s to %.*s are usual; in all since then: %.*s.")), STR_ARG(value), STR_ARG(span), STR_ARG(low),
			    STR_ARG(high), STR_ARG(all));
}

static struct str name_of(struct cx *cx, i64 query, struct str name)
{
	return query ? name : str_of(_(N_("All that comes in")));
}

/* The queries that heard it too; "" is all that comes in. */
static json_t *also_of(struct cx *cx, const json_t *evidence)
{
	const json_t *list = json_object_get(evidence, "also");
	json_t *named = json_array(), *texts;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct str name = str_of(json_string_value(json_array_get(list, i)));
		struct str shown = name_of(cx, (i64)name.len, name);
		json_array_append_new(named, doc_text(shown));
	}
	texts = texts_of(named, NULL);
	json_decref(named);
	return texts;
}

json_t *alarm_shape(struct cx *cx, const struct alarm *alarm)
{
	struct reader reader = reader_of(cx);
	json_t *evidence = json_loadb(alarm->evidence.at, alarm->evidence.len, 0, NULL);
	struct str place = alarm->query ? arena_printf(cx->arena, "/listening/%lld", (long long)alarm->query) : S("/listening");
	json_t *shape = json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(alarm->id), "name",
				  doc_text(name_of(cx, alarm->query, alarm->query_name)), "url", doc_text(place), "page",
				  doc_text(arena_printf(cx->arena, "/listening/alarms/%lld", (long long)alarm->id)), "is_negative", str_eq(alarm->measure, S("negative")),
				  "is_harmful", str_eq(alarm->measure, S("harmful")), "text", doc_text(figures_text(cx, alarm, evidence)), "since",
				  doc_instant(&reader, alarm->since), "ended_at", doc_instant(&reader, alarm->ended_at), "score", (int)alarm->score, "words",
				  texts_of(json_object_get(evidence, "terms"), "text"), "authors", texts_of(json_object_get(evidence, "authors"), "name"), "places",
				  texts_of(json_object_get(evidence, "channels"), "name"), "also", also_of(cx, evidence), "is_hushed", alarm->hush != 0);
	doc_set(shape, "has_words", json_boolean(json_array_size(json_object_get(shape, "words")) > 0));
	doc_set(shape, "has_authors", json_boolean(json_array_size(json_object_get(shape, "authors")) > 0));
	doc_set(shape, "has_places", json_boolean(json_array_size(json_object_get(shape, "places")) > 0));
	doc_set(shape, "has_also", json_boolean(json_array_size(json_object_get(shape, "also")) > 0));
	json_decref(evidence);
	return shape;
}

enum err alarms_shape(struct cx *cx, struct db *db, i64 query, json_t **ret_alarms)
{
	struct alarm *list;
	size_t count;
	TRY(alarm_list(cx, db, here(cx), query, LIST_START, LOOKED_AT, &list, &count));
	json_t *alarms = json_array();
	for (size_t i = 0; i < count && json_array_size(alarms) < SHOWN_MOST; i++)
		if (!list[i].hush && (!list[i].ended_at || list[i].ended_at > cx->now - SHOWN_FOR))
			json_array_append_new(alarms, alarm_shape(cx, &list[i]));
	*ret_alarms = alarms;
	return OK;
}
