#include "insight/survey.h"

#include "base/map.h"
#include "insight/survey_document.h"
#include "text/alike.h"
#include "text/query_words.h"
#include "text/topic.h"

#include <stdlib.h>
#include <string.h>

#define TOPIC_LEAST 3
#define QUESTION_BYTES 24 /* a question of fewer says nothing without what stands around it */

#define ANSWER_NEAR 0.12

const i64 survey_days[] = {2, 7, 30, 90, 0};

/* ---- how much is read ---- */

static enum err counted(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, i64 *ret_count)
{
	struct mention_sum *sums;
	size_t count;
	*ret_count = 0;
	TRY(mention_sums(cx, db, workspace, query, BY_CHANNEL, since, until, &sums, &count));
	for (size_t i = 0; i < count; i++)
		*ret_count += sums[i].mentions;
	return OK;
}

/* The texts of a time and of as much before, one after the other, the same share of both. */
struct texts {
	struct said *said;
	struct str *texts;   /* as they are compared */
	size_t now, count;   /* the first `now` are of the time itself */
	i64 one_in;
};

static enum err read_texts(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, struct texts *ret_texts)
{
	struct texts t = {};
	struct said *now, *before;
	size_t now_count, before_count;
	i64 much, much_before, span = until - since;
	TRY(counted(cx, db, workspace, query, since, until, &much));
	TRY(counted(cx, db, workspace, query, since - span, since, &much_before));
	much = much > much_before ? much : much_before;
	t.one_in = (much + SURVEY_READ - 1) / SURVEY_READ;
	t.one_in = t.one_in < 1 ? 1 : t.one_in;
	TRY(said_in(cx, db, workspace, query, since, until, t.one_in, SURVEY_READ, &now, &now_count));
	TRY(said_in(cx, db, workspace, query, since - span, since, t.one_in, SURVEY_READ, &before, &before_count));
	t.now = now_count;
	t.count = now_count + before_count;
	t.said = arena_array(cx->arena, struct said, t.count + 1);
	t.texts = arena_array(cx->arena, struct str, t.count + 1);
	for (size_t i = 0; i < t.count; i++)
		t.said[i] = i < now_count ? now[i] : before[i - now_count];
	*ret_texts = t;
	return OK;
}

/* ---- topics ---- */

/* The words of a text but those that the query looks for, and addresses. */
static struct str without(struct arena *arena, struct query_words *words, const struct map *left_out, struct str body)
{
	CLEANUP(buf_free) struct buf b = {};
	query_words_cut(words, body);
	const struct query_word *items = query_words_items(words);
	for (size_t i = 0; i < words->count; i++) {
		struct str word = query_word_text(words, &items[i]);
		if (items[i].sign == '@' || map_get(left_out, word) || str_eq(word, S("http")) || str_eq(word, S("https")))
			continue;
		buf_add(&b, word);
		buf_addc(&b, ' ');
	}
	return buf_keep(&b, arena);
}

static void leave_out_words(struct cx *cx, struct texts *t, struct str query_said)
{
	struct query_words words = {};
	struct map *left_out = map_new(cx->arena);
	query_words_cut(&words, query_said);
	for (size_t i = 0; i < words.count; i++)
		map_put(left_out, query_word_text(&words, &query_words_items(&words)[i]), t);
	for (size_t i = 0; i < t->count; i++)
		t->texts[i] = without(cx->arena, &words, left_out, t->said[i].body);
	query_words_free(&words);
}

struct topic_sums {
	u32 topic;
	i64 now, before, tones[TONES];
	json_t *ids;
};

static int by_now(const void *a, const void *b)
{
	const struct topic_sums *x = a, *y = b;
	if (x->now != y->now)
		return x->now > y->now ? -1 : 1;
	return (x->topic > y->topic) - (x->topic < y->topic);
}

static struct topic_sums *sum_topics(struct cx *cx, const struct texts *t, const struct topics *topics)
{
	struct topic_sums *sums = arena_array(cx->arena, struct topic_sums, topics->count + 1);
	for (u32 i = 0; i < topics->count; i++)
		sums[i] = (struct topic_sums){.topic = i, .ids = json_array()};
	for (size_t i = 0; i < t->count; i++) {
		if (topics->of[i] == TOPIC_NONE)
			continue;
		struct topic_sums *s = &sums[topics->of[i]];
		s->before += i >= t->now;
		if (i >= t->now)
			continue;
		s->now++;
		s->tones[t->said[i].tone]++;
		if (json_array_size(s->ids) < SURVEY_IDS)
			json_array_append_new(s->ids, survey_id(t->said[i].message));
	}
	if (topics->count)
		qsort(sums, topics->count, sizeof *sums, by_now);
	return sums;
}

/* The most typical text may be of the time before: then the newest one of the time itself is shown. */
static size_t shown_text(const struct texts *t, const struct topics *topics, u32 topic)
{
	if (topics->items[topic].typical < t->now)
		return topics->items[topic].typical;
	for (size_t i = 0; i < t->now; i++)
		if (topics->of[i] == topic)
			return i;
	return topics->items[topic].typical;
}

static json_t *topics_json(struct cx *cx, const struct texts *t)
{
	struct topics topics;
	json_t *list = json_array();
	topics_of(cx->arena, t->texts, t->count, 0, &topics);
	struct topic_sums *sums = sum_topics(cx, t, &topics);
	for (size_t i = 0; i < topics.count; i++) {
		const struct topic_sums *s = &sums[i];
		if (s->now < TOPIC_LEAST || json_array_size(list) == SURVEY_TOPICS || !topics.items[s->topic].name.len) {
			json_decref(s->ids);
			continue;
		}
		const struct said *typical = &t->said[shown_text(t, &topics, s->topic)];
		json_array_append_new(list, json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "name", survey_text(topics.items[s->topic].name), "now", (json_int_t)(s->now * t->one_in),
						      "before", (json_int_t)(s->before * t->one_in), "negative", (json_int_t)(s->tones[TONE_NEGATIVE] * t->one_in), "neutral",
						      (json_int_t)(s->tones[TONE_NEUTRAL] * t->one_in), "positive", (json_int_t)(s->tones[TONE_POSITIVE] * t->one_in), "typical",
						      survey_id(typical->message), "text", survey_text(typical->body), "ids", s->ids));
	}
	return list;
}

/* ---- questions ---- */

/* What is asked: the sentences that end in a question mark; all of it where these say nothing by themselves. */
static struct str asked_in(struct arena *arena, struct str body)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t from = 0;
	for (size_t i = 0; i < body.len; i++) {
		bool ends = body.at[i] == '?' || (body.at[i] == '.' && i + 1 < body.len && body.at[i + 1] == ' ') || body.at[i] == '!' || body.at[i] == '\n';
		if (!ends)
			continue;
		if (body.at[i] == '?') {
			if (b.len)
				buf_addc(&b, ' ');
			buf_add(&b, str_trim((struct str){body.at + from, i + 1 - from}));
		}
		from = i + 1;
	}
	return b.len >= QUESTION_BYTES ? buf_keep(&b, arena) : str_trim(body);
}

struct group {
	i64 count, before, last_at;
	struct map *people, *threads, *languages; /* languages: their counts */
	json_t *ids;
};

static void add_once(struct map *map, i64 id)
{
	char text[32];
	CLEANUP(buf_free) struct buf key = BUF_IN(text);
	buf_add_i64(&key, id);
	if (!map_get(map, buf_str(&key)))
		map_put(map, buf_str(&key), map);
}

static void count_language(struct arena *arena, struct map *languages, struct str code)
{
	struct str rest = code, key = code.len ? str_cut(&rest, '-') : S("?");
	i64 *count = map_get(languages, key);
	if (!count) {
		count = arena_new_of(arena, i64);
		map_put(languages, key, count);
	}
	++*count;
}

static void add_asking(struct arena *arena, struct group *g, const struct said *said, bool is_before)
{
	g->before += is_before;
	if (is_before)
		return;
	if (!g->count++) {
		g->people = map_new(arena);
		g->threads = map_new(arena);
		g->languages = map_new(arena);
	}
	g->last_at = said->at > g->last_at ? said->at : g->last_at;
	add_once(g->people, said->identity);
	add_once(g->threads, said->conversation);
	count_language(arena, g->languages, said->lang);
	if (json_array_size(g->ids) < SURVEY_IDS)
		json_array_append_new(g->ids, survey_id(said->message));
}

static json_t *languages_json(const struct map *languages)
{
	json_t *list = json_array();
	for (size_t i = 0; i < map_count(languages); i++) {
		struct str code = map_key(languages, i);
		json_array_append_new(list, json_pack("{s:o, s:I}", "code", survey_text(str_eq(code, S("?")) ? S("") : code), "count", (json_int_t) * (i64 *)map_value(languages, i)));
	}
	return list;
}

/* The newest wording nearest to the middle of the group, of the time itself. */
static size_t wording(const struct texts *t, const struct alike *alike, u32 group)
{
	if (alike->groups[group].typical < t->now)
		return alike->groups[group].typical;
	for (size_t i = 0; i < t->now; i++)
		if (alike->of[i] == group)
			return i;
	return t->now;
}

static int by_asked(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	i64 left = json_integer_value(json_object_get(x, "count")), right = json_integer_value(json_object_get(y, "count"));
	return left != right ? (left > right ? -1 : 1) : strcmp(json_string_value(json_object_get(x, "typical")), json_string_value(json_object_get(y, "typical")));
}

static json_t *groups_json(struct cx *cx, const struct texts *t, i64 *ret_alone)
{
	struct alike alike;
	alike_of(cx->arena, t->texts, t->count, ALIKE_LEAST, &alike);
	struct group *groups = arena_array(cx->arena, struct group, alike.count + 1);
	json_t **found = arena_array(cx->arena, json_t *, alike.count + 1), *list = json_array();
	size_t count = 0;
	i64 alone = 0;
	for (size_t g = 0; g < alike.count; g++)
		groups[g].ids = json_array();
	for (size_t i = 0; i < t->count; i++)
		if (alike.of[i] != ALIKE_NONE)
			add_asking(cx->arena, &groups[alike.of[i]], &t->said[i], i >= t->now);
		else
			alone += i < t->now;
	for (u32 i = 0; i < alike.count; i++) {
		const struct group *g = &groups[i];
		size_t typical = wording(t, &alike, i);
		alone += g->count == 1;
		if (g->count < 2) {
			json_decref(g->ids);
			continue;
		}
		found[count++] = json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "text", survey_text(t->texts[typical]), "typical", survey_id(t->said[typical].message), "count",
					   (json_int_t)(g->count * t->one_in), "before", (json_int_t)(g->before * t->one_in), "conversations", (json_int_t)map_count(g->threads), "people",
					   (json_int_t)map_count(g->people), "last_at", (json_int_t)g->last_at, "languages", languages_json(g->languages), "ids", g->ids);
	}
	if (count)
		qsort(found, count, sizeof *found, by_asked);
	for (size_t i = 0; i < count; i++)
		if (i < SURVEY_TOPICS)
			json_array_append_new(list, found[i]);
		else
			json_decref(found[i]);
	*ret_alone = alone * t->one_in;
	return list;
}

static json_t *questions_json(struct cx *cx, struct texts *t, i64 since, i64 until, bool is_part)
{
	i64 alone;
	for (size_t i = 0; i < t->count; i++)
		t->texts[i] = asked_in(cx->arena, t->said[i].body);
	json_t *groups = groups_json(cx, t, &alone);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "since", (json_int_t)since, "until", (json_int_t)until, "one_in", (json_int_t)t->one_in, "read",
			 (json_int_t)((i64)t->now * t->one_in), "alone", (json_int_t)alone, "is_part", is_part, "groups", groups);
}

/* Of the texts, those that surely ask something. */
static struct texts asking_of(struct cx *cx, const struct texts *t)
{
	struct texts asks = {.one_in = t->one_in, .said = arena_array(cx->arena, struct said, t->count + 1), .texts = arena_array(cx->arena, struct str, t->count + 1)};
	for (size_t i = 0; i < t->count; i++) {
		if (!t->said[i].asks || asks.count >= ALIKE_TEXTS_MAX)
			continue;
		asks.said[asks.count++] = t->said[i];
		asks.now += i < t->now;
	}
	return asks;
}

enum err survey_said(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str words, i64 since, i64 until, struct str *ret_document)
{
	struct texts t;
	TRY(read_texts(cx, db, workspace, query, since, until, &t));
	leave_out_words(cx, &t, words);
	json_t *topics = topics_json(cx, &t);
	struct texts asks = asking_of(cx, &t);
	*ret_document = survey_dump(cx, json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "since", (json_int_t)since, "until", (json_int_t)until, "one_in", (json_int_t)t.one_in, "read",
					   (json_int_t)t.now, "read_before", (json_int_t)(t.count - t.now), "topics", topics, "asks",
					   questions_json(cx, &asks, since, until, false)));
	return OK;
}

enum err survey_questions(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct str *ret_document)
{
	struct said *now, *before;
	size_t now_count, before_count;
	TRY(said_asking(cx, db, workspace, since, until, SURVEY_QUESTIONS, &now, &now_count));
	TRY(said_asking(cx, db, workspace, since - (until - since), since, ALIKE_TEXTS_MAX - SURVEY_QUESTIONS, &before, &before_count));
	struct texts t = {.one_in = 1, .now = now_count, .count = now_count + before_count};
	t.said = arena_array(cx->arena, struct said, t.count + 1);
	t.texts = arena_array(cx->arena, struct str, t.count + 1);
	for (size_t i = 0; i < t.count; i++)
		t.said[i] = i < now_count ? now[i] : before[i - now_count];
	*ret_document = survey_dump(cx, questions_json(cx, &t, since, until, now_count == SURVEY_QUESTIONS));
	return OK;
}

void survey_answers(struct arena *arena, const struct str *questions, size_t count, const struct str *answers, size_t answer_count, u32 **ret_answers)
{
	struct nearest *near;
	u32 *list = arena_array(arena, u32, count + 1);
	must(answer_count <= ANSWERS_MOST);
	nearest_of(arena, questions, count, answers, answer_count, &near);
	for (size_t i = 0; i < count; i++)
		list[i] = near[i].other != ALIKE_NONE && near[i].likeness >= ANSWER_NEAR ? near[i].other : ANSWERED_BY_NONE;
	*ret_answers = list;
}
