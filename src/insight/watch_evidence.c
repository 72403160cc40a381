/* watch_evidence.c: what is told with a finding: figures, the words that the unusual messages have and the past had not, who says it, where. */
#include "base/id.h"
#include "base/json_text.h"
#include "insight/talk.h"
#include "insight/watch.h"
#include "text/query_words.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED 3            /* words, people, places, messages */
#define READ 3000          /* messages, now and before */
#define LOOKED 20000       /* of the installation, for those of a workspace */
#define PAST (2 * DAY)     /* what the words are held against, at the least */

static json_t *rounded(double value)
{
	return json_real(round(value * 1000) / 1000);
}

static json_t *text(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

/* ---- what was said ---- */

static struct mention_row row_of(i64 workspace, const struct heard *h)
{
	return (struct mention_row){
		.mention = {.message = h->message, .workspace = workspace, .channel = h->channel, .at = h->at, .tone = h->tone, .is_harmful = h->is_harmful},
		.identity = h->identity, .author_name = h->author_name, .handle = h->author, .body = h->body, .lang = h->lang, .channel_name = h->channel_name,
		.channel_network = h->network, .followers = h->followers,
	};
}

/* Of all that is said in a workspace, the newest first; by when it came, as there is no order of when it was said. */
static enum err said_by_all(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct mention_row **ret_rows, size_t *ret_count)
{
	struct heard *heard;
	size_t count, kept = 0;
	i64 before;
	TRY(heard_before(cx, db, workspace, id_at(until, 0), id_at(since, 0), LOOKED, &heard, &count, &before));
	struct mention_row *rows = arena_array(cx->arena, struct mention_row, count + 1);
	for (size_t i = 0; i < count && kept < READ; i++)
		if (heard[i].counts && heard[i].at >= since && heard[i].at < until)
			rows[kept++] = row_of(workspace, &heard[i]);
	*ret_rows = rows;
	*ret_count = kept;
	return OK;
}

static enum err said(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, struct mention_row **ret_rows, size_t *ret_count)
{
	const struct mention_filter filter = {.query = query, .tone = -1, .since = since, .until = until};
	if (!query)
		return said_by_all(cx, db, workspace, since, until, ret_rows, ret_count);
	return mention_list(cx, db, workspace, &filter, LIST_START, READ, ret_rows, ret_count);
}

/* ---- in JSON ---- */

struct sums {
	json_int_t all, negative, harmful;
};

static struct sums sums_of(const struct mention_row *rows, size_t count)
{
	struct sums s = {.all = (json_int_t)count};
	for (size_t i = 0; i < count; i++) {
		s.negative += rows[i].mention.tone == TONE_NEGATIVE;
		s.harmful += rows[i].mention.is_harmful;
	}
	return s;
}

/* Those that made it: of an alarm about tone, the messages of that tone alone. */
static size_t only_those(struct mention_row *rows, size_t count, const char *measure)
{
	size_t kept = 0;
	bool negative = strcmp(measure, "negative") == 0, harmful = strcmp(measure, "harmful") == 0;
	for (size_t i = 0; i < count; i++)
		if ((!negative || rows[i].mention.tone == TONE_NEGATIVE) && (!harmful || rows[i].mention.is_harmful))
			rows[kept++] = rows[i];
	return kept;
}

struct place_count {
	struct str name;
	json_int_t count;
};

static int by_count(const void *a, const void *b)
{
	const struct place_count *x = a, *y = b;
	return x->count != y->count ? (x->count > y->count ? -1 : 1) : str_cmp(x->name, y->name);
}

static json_t *channels_of(struct cx *cx, const struct mention_row *rows, size_t count)
{
	struct place_count *list = NULL;
	size_t places = 0, capacity = 0;
	for (size_t i = 0; i < count; i++) {
		size_t p = 0;
		while (p < places && !str_eq(list[p].name, rows[i].channel_name))
			p++;
		if (p == places)
			*arena_push(cx->arena, list, places, capacity) = (struct place_count){.name = rows[i].channel_name};
		list[p].count++;
	}
	json_t *json = json_array();
	if (places)
		qsort(list, places, sizeof *list, by_count);
	for (size_t i = 0; i < places && i < NAMED; i++)
		json_array_append_new(json, json_pack("{s:o, s:I}", "name", text(list[i].name), "mentions", list[i].count));
	return json;
}

static json_t *messages_of(const struct mention_row *rows, size_t count)
{
	json_t *json = json_array();
	for (size_t i = 0; i < count && i < NAMED; i++) {
		char id[24];
		snprintf(id, sizeof id, "%lld", (long long)rows[i].mention.message);
		json_array_append_new(json, json_string(id));
	}
	return json;
}

static void add_talk(json_t *evidence, const struct talk *talk)
{
	json_t *terms = json_array(), *authors = json_array(), *languages = json_array();
	for (size_t i = 0; i < talk->term_count && i < NAMED; i++)
		json_array_append_new(terms, json_pack("{s:o, s:I, s:I, s:o}", "text", text(talk->terms[i].text), "mentions", (json_int_t)talk->terms[i].mentions,
						       "negative", (json_int_t)talk->terms[i].negative, "before",
						       talk->terms[i].before < 0 ? json_null() : rounded(talk->terms[i].before)));
	for (size_t i = 0; i < talk->author_count && i < NAMED; i++)
		json_array_append_new(authors, json_pack("{s:o, s:o, s:I}", "name", text(talk->authors[i].name), "handle", text(talk->authors[i].handle), "mentions",
							 (json_int_t)talk->authors[i].mentions));
	for (size_t i = 0; i < talk->language_count && i < NAMED; i++)
		json_array_append_new(languages, json_pack("{s:o, s:I}", "code", text(talk->languages[i].code), "mentions", (json_int_t)talk->languages[i].mentions));
	json_object_set_new(evidence, "terms", terms);
	json_object_set_new(evidence, "authors", authors);
	json_object_set_new(evidence, "languages", languages);
}

static json_t *figures_of(const struct watch_finding *f, struct sums sums)
{
	const struct anomaly_finding *w = &f->what;
	json_t *json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:I, s:I}", "value", rounded(w->value), "expected", rounded(w->expected), "low",
				 rounded(w->low), "high", rounded(w->high), "times", rounded(w->times), "seconds", (json_int_t)(w->span / SECOND), "excess",
				 rounded(f->excess), "mentions", sums.all, "negative", sums.negative, "harmful", sums.harmful);
	return json;
}

/* ---- what the query looks for is no news ---- */

#define PIECES 500
#define OPENED 8 /* pieces within each other */

static bool names_piece(struct cx *cx, struct str words, struct str name)
{
	CLEANUP(buf_free) struct buf text = {}, wanted = {};
	buf_add_query_lower(&text, words);
	buf_adds(&wanted, "{");
	buf_add_query_lower(&wanted, name);
	buf_adds(&wanted, "}");
	if (str_find(buf_str(&text), buf_str(&wanted)) >= 0)
		return true;
	buf_clear(&wanted);
	buf_adds(&wanted, "saved:");
	buf_add_query_lower(&wanted, name);
	return str_find(buf_str(&text), buf_str(&wanted)) >= 0;
}

/* The words of a query and of the saved pieces that it names: "{brand}" looks for the brand's name. */
static enum err words_opened(struct cx *cx, struct db *db, i64 workspace, struct str words, struct str *ret_words)
{
	struct listening_piece *pieces;
	size_t count;
	bool more = str_find(words, S("{")) >= 0 || str_find(words, S("saved:")) >= 0;
	*ret_words = words;
	if (!more)
		return OK;
	TRY(listening_piece_list(cx, db, workspace, LIST_START, PIECES, &pieces, &count));
	for (int depth = 0; depth < OPENED && more; depth++) {
		struct str before = words;
		more = false;
		for (size_t i = 0; i < count; i++)
			if (pieces[i].words.len && names_piece(cx, before, pieces[i].name)) {
				words = arena_printf(cx->arena, "%.*s %.*s", STR_ARG(words), STR_ARG(pieces[i].words));
				pieces[i].words = (struct str){};
				more = true;
			}
	}
	*ret_words = words;
	return OK;
}

enum err watch_evidence(struct cx *cx, struct db *db, i64 workspace, struct str words, struct watch_finding *f)
{
	i64 since = f->what.since < f->what.at ? f->what.since : f->what.at, length = cx->now + 1 - since;
	struct mention_row *now, *before;
	struct talk talk;
	size_t count, before_count;
	if (strcmp(f->measure, "volume") != 0 && f->what.at - f->what.span < since)
		since = f->what.at - f->what.span; /* a share is of several five minutes */
	TRY(said(cx, db, workspace, f->query, since, cx->now + 1, &now, &count));
	TRY(said(cx, db, workspace, f->query, since - (length > PAST ? length : PAST), since, &before, &before_count));
	TRY(words_opened(cx, db, workspace, words, &words));
	json_t *json = figures_of(f, sums_of(now, count));
	count = only_those(now, count, f->measure);
	talk_over(cx, words, now, count, before, before_count, &talk);
	add_talk(json, &talk);
	json_object_set_new(json, "channels", channels_of(cx, now, count));
	json_object_set_new(json, "messages", messages_of(now, count));
	f->evidence = arena_json(cx->arena, json, JSON_COMPACT | JSON_REAL_PRECISION(9));
	json_decref(json);
	return OK;
}
