/* rise.c: a trend as people read it: how many say it where how many are usual, since when, where, how it sounds, and messages that show it. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/rules.h"
#include "page/trends/trends.h"
#include "store/channel.h"
#include "store/message.h"

#include <math.h>

#define SPARK_WIDTH 96.0
#define SPARK_HEIGHT 28.0
#define EXCERPT 220      /* letters of a message */
#define NAMED 4
#define COPIED_LEAST 50  /* percent, to be told */
#define ODDS_MOST 9      /* zeros that are told */

json_t *spark_shape(const i64 *values, size_t count)
{
	CLEANUP(buf_free) struct buf curve = {};
	i64 most = 1;
	double x = 0, y = SPARK_HEIGHT;
	for (size_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	for (size_t i = 0; i < count; i++) {
		x = count > 1 ? (double)i / (double)(count - 1) * (SPARK_WIDTH - 4) + 2 : SPARK_WIDTH / 2;
		y = SPARK_HEIGHT - 2 - (double)values[i] / (double)most * (SPARK_HEIGHT - 5);
		buf_addf(&curve, "%c%.1f %.1f", i ? 'L' : 'M', x, y);
	}
	struct str line = buf_str(&curve);
	return json_pack("{s:o, s:o, s:o, s:o}", "curve", doc_text(line), "area", json_sprintf("%.*sL%.1f %.0fL2 %.0fZ", STR_ARG(line), x, SPARK_HEIGHT, SPARK_HEIGHT), "last_x",
			 json_sprintf("%.1f", x), "last_y", json_sprintf("%.1f", y));
}

static i64 whole(const json_t *evidence, const char *name)
{
	return json_integer_value(json_object_get(evidence, name));
}

/* "8 people in 3 h, where 1.4 are usual: 6 times as many." */
static struct str figures_text(struct cx *cx, const json_t *evidence)
{
	CLEANUP(buf_free) struct buf span = {}, usual = {};
	double expected = json_number_value(json_object_get(evidence, "expected")), times = json_number_value(json_object_get(evidence, "times"));
	i64 length = whole(evidence, "seconds") * SECOND;
	buf_add_duration(&span, cx->lang, length < HOUR ? length : length / (10 * MINUTE) * (10 * MINUTE));
	buf_add_decimal(&usual, cx->lang, expected, expected < 10 ? 1 : 0);
	struct str people = number_text(cx, whole(evidence, "people"));
	if (expected < 1) /* "where 0.1 people are usual" says nothing to anybody */
		return arena_printf(cx->arena, _(N_("%.*s people in %.*s, where hardly anybody says it.")), STR_ARG(people), STR_ARG(buf_str(&span)));
	return arena_printf(cx->arena, _(N_("%.*s people in %.*s, where %.*s are usual: %.*s times as many.")), STR_ARG(people), STR_ARG(buf_str(&span)),
			    STR_ARG(buf_str(&usual)), STR_ARG(number_text(cx, (i64)round(times))));
}

static struct str odds_text(struct cx *cx, const json_t *evidence)
{
	double surprise = json_number_value(json_object_get(evidence, "surprise"));
	i64 odds = 1;
	for (int i = 0; i < (int)surprise && i < ODDS_MOST; i++)
		odds *= 10;
	return arena_printf(cx->arena, _(N_("By chance that happens less than once in %.*s.")), STR_ARG(number_text(cx, odds)));
}

/* Names with their figures, the first of each. */
static json_t *parts_shape(struct cx *cx, const json_t *list, bool are_languages)
{
	json_t *parts = json_array();
	for (size_t i = 0; i < json_array_size(list) && i < NAMED; i++) {
		CLEANUP(buf_free) struct buf name = {};
		const json_t *one = json_array_get(list, i);
		struct str word = str_of(json_string_value(json_object_get(one, "name")));
		if (!are_languages)
			buf_adds(&name, json_string_value(json_object_get(doc_network(cx->lang, word), "title")));
		else if (word.len)
			buf_add_language(&name, cx->lang, word);
		else
			buf_adds(&name, _(N_("Cannot be told")));
		json_array_append_new(parts, json_pack("{s:o, s:o, s:b}", "name", doc_text(buf_str(&name)), "mentions", doc_number(cx->lang, whole(one, "mentions")), "is_first",
						       i == 0));
	}
	return parts;
}

static json_t *also_shape(const json_t *list)
{
	json_t *texts = json_array();
	for (size_t i = 0; i < json_array_size(list); i++)
		json_array_append_new(texts, json_pack("{s:o, s:b}", "text", doc_text(str_of(json_string_value(json_array_get(list, i)))), "is_first", i == 0));
	return texts;
}

/* Of the messages whose tone is sure; null when none is. */
static json_t *tone_shape(const json_t *tones)
{
	i64 counts[TONES] = {}, known = 0;
	for (size_t i = 0; i < TONES; i++) {
		counts[i] = json_integer_value(json_array_get(tones, i));
		known += i == TONE_UNKNOWN ? 0 : counts[i];
	}
	if (!known)
		return json_null();
	i64 negative = percent_of(counts[TONE_NEGATIVE], known), positive = percent_of(counts[TONE_POSITIVE], known);
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "negative", (json_int_t)negative, "positive", (json_int_t)positive, "neutral", (json_int_t)(100 - negative - positive),
			 "neutral_x", (json_int_t)negative, "positive_x", (json_int_t)(100 - positive));
}

/* The messages as they are today: what was hidden, taken away or erased since shows no more. */
static enum err examples_shape(struct cx *cx, struct db *db, const json_t *ids, json_t **ret_list)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	*ret_list = list;
	for (size_t i = 0; i < json_array_size(ids); i++) {
		struct message m;
		struct channel c;
		i64 id = 0;
		str_to_i64(str_of(json_string_value(json_array_get(ids, i))), &id);
		enum err e = message_get(cx, db, here(cx), id, &m);
		if (e == ERR_MISSING) {
			cx_forget(cx);
			continue;
		}
		TRY(e);
		if (m.removed_at || m.hidden_at)
			continue;
		TRY(channel_get(cx, db, here(cx), m.channel, &c));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(m.id), "url",
						      doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)m.conversation, (long long)m.id)), "author_name",
						      doc_text(m.author_name), "avatar", doc_avatar(m.author_name), "network", doc_network(cx->lang, c.network), "at",
						      doc_instant(&reader, m.at), "text", doc_excerpt(m.body, EXCERPT)));
	}
	return OK;
}

static enum err followed_shape(struct cx *cx, struct db *db, i64 query, json_t **ret_query)
{
	struct listening_query q = {};
	if (query)
		TRY(listening_query_get(cx, db, here(cx), query, &q));
	bool is_followed = q.id && !q.archived_at;
	*ret_query = is_followed ? json_pack("{s:o, s:o, s:o}", "id", doc_id(q.id), "name", doc_text(q.name), "url",
					     doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)q.id)))
				 : json_null();
	return OK;
}

static enum err fill(struct cx *cx, struct db *db, const struct trend *t, const json_t *evidence, json_t *shape)
{
	struct reader reader = reader_of(cx);
	i64 days[64];
	const json_t *list = json_object_get(evidence, "days");
	size_t count = json_array_size(list) < COUNT(days) ? json_array_size(list) : COUNT(days);
	json_t *part, *day_list = json_array();
	for (size_t i = 0; i < count; i++) {
		days[i] = json_integer_value(json_array_get(list, i));
		json_array_append_new(day_list, json_integer(days[i]));
	}
	doc_set(shape, "id", doc_id(t->id));
	doc_set(shape, "term", doc_text(t->term));
	doc_set(shape, "since", doc_instant(&reader, t->since));
	doc_set(shape, "seen_at", doc_instant(&reader, t->seen_at));
	doc_set(shape, "ended_at", doc_instant(&reader, t->ended_at));
	doc_set(shape, "is_hushed", json_boolean(t->hushed_at != 0));
	doc_set(shape, "people", doc_number(cx->lang, whole(evidence, "people")));
	doc_set(shape, "messages", doc_number(cx->lang, whole(evidence, "messages")));
	doc_set(shape, "expected", json_real(json_number_value(json_object_get(evidence, "expected"))));
	doc_set(shape, "surprise", json_real(json_number_value(json_object_get(evidence, "surprise"))));
	doc_set(shape, "text", doc_text(figures_text(cx, evidence)));
	doc_set(shape, "odds", doc_text(odds_text(cx, evidence)));
	doc_set(shape, "copied", whole(evidence, "copied") >= COPIED_LEAST ? json_integer(whole(evidence, "copied")) : json_null());
	doc_set(shape, "tone", tone_shape(json_object_get(evidence, "tones")));
	doc_set(shape, "networks", parts_shape(cx, json_object_get(evidence, "networks"), false));
	doc_set(shape, "languages", parts_shape(cx, json_object_get(evidence, "languages"), true));
	doc_set(shape, "also", also_shape(json_object_get(evidence, "also")));
	doc_set(shape, "has_also", json_boolean(json_array_size(json_object_get(evidence, "also")) > 0));
	doc_set(shape, "days", day_list);
	doc_set(shape, "spark", spark_shape(days, count));
	TRY(followed_shape(cx, db, t->query, &part));
	doc_set(shape, "query", part);
	TRY(examples_shape(cx, db, json_object_get(evidence, "examples"), &part));
	doc_set(shape, "examples", part);
	doc_set(shape, "has_examples", json_boolean(json_array_size(part) > 0));
	return OK;
}

enum err rise_shape(struct cx *cx, struct db *db, const struct trend *t, json_t **ret_rise)
{
	json_t *evidence = json_loadb(t->evidence.at, t->evidence.len, 0, NULL);
	*ret_rise = json_object();
	enum err e = fill(cx, db, t, evidence, *ret_rise);
	json_decref(evidence);
	return e;
}
