/* stream.c: the mentions of a query, the newest first, each with the words that it was found by. */
#include "base/lang.h"
#include "base/utf8.h"
#include "model/meaning.h"
#include "page/listening/listening.h"
#include "store/channel.h"

#include <stdlib.h>

#define A_PAGE 20
#define EXCERPT 260 /* characters */
#define LED_BY 60   /* bytes before what was found */

static void add_piece(json_t *parts, struct str text, bool is_marked)
{
	if (text.len)
		json_array_append_new(parts, json_pack("{s:o, s:b}", "text", doc_text(text), "is_match", is_marked));
}

json_t *marked_shape(const struct listen_marks *marks, struct str body)
{
	json_t *parts = json_array();
	struct str rest = body, piece, start = body;
	bool is_marked = false, found = listen_marks_next(marks, &rest, &piece, &is_marked);
	if (found && !is_marked && rest.len) { /* begin near the first */
		while (start.at + LED_BY < piece.at + piece.len)
			utf8_next(&start);
		ptrdiff_t space = start.at == body.at ? -1 : str_find_byte(str_head(start, LED_BY), ' ');
		if (space > 0)
			start = str_skip(start, (size_t)space + 1);
	}
	if (start.at != body.at)
		add_piece(parts, S("… "), false);
	rest = utf8_head(start, EXCERPT);
	const char *end = rest.at + rest.len;
	while (listen_marks_next(marks, &rest, &piece, &is_marked))
		add_piece(parts, piece, is_marked);
	if (end < body.at + body.len)
		add_piece(parts, S("…"), false);
	return parts;
}

static json_t *tone_chip(struct cx *cx, enum mention_tone tone)
{
	static const char *const looks[] = {"", "red", "line", "ok"};
	if (tone == TONE_UNKNOWN)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s}", "word", mention_tone_word(tone), "title", tr(cx->lang, meaning_label_title(MEANING_SENTIMENT, (u8)tone)), "icon",
			 tone == TONE_NEGATIVE ? "frown" : tone == TONE_POSITIVE ? "smile" : "meh", "tone", looks[tone]);
}

static json_t *row_shape(struct cx *cx, const struct mention_row *r, const struct listen_marks *marks, const json_t *copies)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf language = {};
	if (r->lang.len)
		buf_add_language(&language, cx->lang, r->lang);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "id", doc_id(r->mention.message), "url",
			 doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)r->conversation, (long long)r->mention.message)), "author_name",
			 doc_text(r->author_name), "avatar", doc_avatar(r->author_name), "network", doc_network(cx->lang, r->channel_network), "channel_name",
			 doc_text(r->channel_name), "at", doc_instant(&reader, r->mention.at), "parts", marked_shape(marks, r->body), "tone", tone_chip(cx, r->mention.tone),
			 "rating", doc_rating(cx->lang, (int)r->rating), "followers", r->followers >= 0 ? doc_number(cx->lang, r->followers) : json_null(), "language",
			 doc_text_or_null(buf_str(&language)), "is_hidden", r->hidden_at > 0, "copy",
			 copy_shape(cx, copies, r->mention.query, r->mention.message));
}

static json_t *tones_shape(struct cx *cx, const struct listening_query *q, struct str chosen, struct str span)
{
	static const struct {
		const char *word, *title, *icon;
	} tones[] = {{"", N_("All of them"), ""}, {"negative", N_("Negative ones"), "frown"}, {"neutral", N_("Neutral ones"), "meh"}, {"positive", N_("Positive ones"), "smile"}};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(tones); i++) {
		struct str url = arena_printf(cx->arena, "/listening/%lld%s%.*s%s%s#mentions", (long long)q->id, span.len ? "?span=" : "", STR_ARG(span),
					      !*tones[i].word ? "" : span.len ? "&tone=" : "?tone=", tones[i].word);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:b}", "word", tones[i].word, "title", tr(cx->lang, tones[i].title), "icon", tones[i].icon, "url",
						      doc_text(url), "is_current", str_eq(chosen, str_of(tones[i].word))));
	}
	return list;
}

/* The messages of a topic, a question or a set of copies: a page of them. */
static enum err focus_rows(struct cx *cx, struct request *request, const struct listening_query *q, const json_t *ids, struct pager *pager, struct mention_row **ret_rows,
			   size_t *ret_count)
{
	struct place {
		i64 id;
	} *places = arena_alloc_array(cx->arena, json_array_size(ids) + 1, sizeof *places);
	struct mention_row *rows = arena_array(cx->arena, struct mention_row, A_PAGE + 1);
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(ids); i++)
		places[i].id = strtoll(json_string_value(json_array_get(ids, i)), NULL, 10);
	pager_of(request, A_PAGE, pager);
	pager_cut_by_id(pager, places, json_array_size(ids), 0);
	for (size_t i = 0; i < pager->count; i++) {
		bool there;
		TRY(mention_get(cx, request_db(request), here(cx), q->id, places[pager->first + i].id, &rows[count], &there));
		count += there;
	}
	*ret_rows = rows;
	*ret_count = count;
	return OK;
}

static enum err all_rows(struct cx *cx, struct request *request, const struct listening_query *q, struct pager *pager, struct mention_row **ret_rows, size_t *ret_count)
{
	struct mention_filter filter = {.query = q->id, .tone = -1, .channel = param_id(request, "channel")};
	struct mention_row *rows;
	enum mention_tone wanted;
	size_t count;
	if (mention_tone_of(param_text(request, "tone"), &wanted))
		filter.tone = (int)wanted;
	pager_of(request, A_PAGE, pager);
	do
		TRY(mention_list(cx, request_db(request), here(cx), &filter, pager->from, pager->limit + 1, &rows, &count));
	while (!pager_fits(pager, count));
	*ret_rows = rows + pager->first;
	*ret_count = pager->count;
	return OK;
}

enum err stream_shape(struct cx *cx, struct request *request, struct reply *reply, const struct listening_query *q, const struct surveyed *surveyed)
{
	struct mention_row *rows;
	struct listen_marks *marks;
	struct pager pager;
	struct focus focus;
	size_t count;
	json_t *document = reply_document(reply), *list = json_array();
	TRY(listen_marks_of(cx, request_db(request), here(cx), q->words, &marks));
	TRY(focus_of(cx, request, q, surveyed, &focus));
	doc_set(document, "mentions", list);
	doc_set(document, "focus", focus.shape);
	if (focus.ids)
		TRY(focus_rows(cx, request, q, focus.ids, &pager, &rows, &count));
	else
		TRY(all_rows(cx, request, q, &pager, &rows, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, row_shape(cx, &rows[i], marks, surveyed->copies));
	doc_set(document, "has_mentions", json_boolean(count > 0));
	doc_set(document, "tones", tones_shape(cx, q, param_text(request, "tone"), param_text(request, "span")));
	struct list_place first = LIST_START, last = LIST_START;
	if (count) {
		const struct mention *a = &rows[0].mention, *b = &rows[count - 1].mention;
		first = focus.ids ? list_after(0, a->message) : list_after(a->at, a->message);
		last = focus.ids ? list_after(0, b->message) : list_after(b->at, b->message);
	}
	pager_put(cx, request, reply, &pager, first, last, NULL);
	return OK;
}
