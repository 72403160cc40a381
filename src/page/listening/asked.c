/* asked.c: questions that are asked again and again: how often, in which languages, what answers them; the page of all of a workspace's. */
#include "base/lang.h"
#include "base/utf8.h"
#include "insight/survey.h"
#include "flow/survey.h"
#include "page/listening/listening.h"
#include "store/saved_reply.h"
#include "ui/format.h"

#include <stdlib.h>

static i64 number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static struct str text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	return value ? str_of(value) : (struct str){};
}

static struct str languages_text(struct cx *cx, const json_t *languages)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < json_array_size(languages); i++) {
		const json_t *one = json_array_get(languages, i);
		struct str code = text(one, "code");
		if (!code.len)
			continue;
		if (b.len)
			buf_adds(&b, ", ");
		buf_add_language(&b, cx->lang, code);
		if (json_array_size(languages) > 1)
			buf_addf(&b, " %lld", (long long)number(one, "count"));
	}
	return buf_keep(&b, cx->arena);
}

static void add_encoded(struct buf *b, struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		u8 c = (u8)value.at[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
			buf_addc(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

/* The form for a new saved reply, with the question as its title. */
static struct str new_reply_url(struct cx *cx, struct str question)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/saved-replies/new?title=");
	add_encoded(&b, utf8_head(question, 110));
	return buf_keep(&b, cx->arena);
}

static enum err replies_near(struct cx *cx, struct db *db, const json_t *groups, struct saved_reply **ret_replies, u32 **ret_near)
{
	size_t count = json_array_size(groups), reply_count;
	struct saved_reply_filter filter = {.person = cx->actor->user};
	struct saved_reply *replies;
	TRY(saved_reply_page(cx, db, here(cx), &filter, 0, ANSWERS_MOST, &replies, &reply_count));
	struct str *asked = arena_array(cx->arena, struct str, count + 1), *answers = arena_array(cx->arena, struct str, reply_count + 1);
	for (size_t i = 0; i < count; i++)
		asked[i] = text(json_array_get(groups, i), "text");
	for (size_t i = 0; i < reply_count; i++)
		answers[i] = arena_printf(cx->arena, "%.*s %.*s %.*s", STR_ARG(replies[i].title), STR_ARG(replies[i].shortcut), STR_ARG(replies[i].body));
	survey_answers(cx->arena, asked, count, answers, reply_count, ret_near);
	*ret_replies = replies;
	return OK;
}

static json_t *group_shape(struct cx *cx, const json_t *group, const char *path, const char *anchor, const struct saved_reply *reply, bool had_before, i64 chosen)
{
	struct reader reader = reader_of(cx);
	bool may = actor_may(cx->actor, MAY_READ_INBOX);
	json_t *answer = !reply || !may ? json_null()
					: json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(reply->id), "url", doc_text(arena_printf(cx->arena, "/saved-replies/%lld", (long long)reply->id)), "shortcut",
						    doc_text(reply->shortcut), "title", doc_text(reply->title));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_text(text(group, "typical")), "url",
			 doc_text(arena_printf(cx->arena, "%s&group=%.*s%s", path, STR_ARG(text(group, "typical")), anchor)), "text", doc_text(text(group, "text")), "count",
			 doc_number(cx->lang, number(group, "count")), "before", doc_number(cx->lang, number(group, "before")), "move",
			 movement_shape(cx, number(group, "count"), number(group, "before"), had_before), "conversations", doc_number(cx->lang, number(group, "conversations")), "people",
			 doc_number(cx->lang, number(group, "people")), "last_at", doc_instant(&reader, number(group, "last_at")), "languages",
			 doc_text_or_null(languages_text(cx, json_object_get(group, "languages"))), "reply", answer, "new_url",
			 may ? doc_text(new_reply_url(cx, text(group, "text"))) : json_null(), "is_current", chosen && ids_have(json_object_get(group, "ids"), chosen));
}

enum err asked_shape(struct cx *cx, struct db *db, const json_t *asked, const char *path, const char *anchor, i64 chosen, json_t **ret_groups)
{
	const json_t *groups = json_object_get(asked, "groups");
	size_t count = json_array_size(groups);
	json_t *list = json_array();
	struct saved_reply *replies = NULL;
	u32 *near = NULL;
	bool had_before = false;
	*ret_groups = list;
	if (!count)
		return OK;
	TRY(replies_near(cx, db, groups, &replies, &near));
	for (size_t i = 0; i < count; i++)
		had_before |= number(json_array_get(groups, i), "before") > 0;
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(list, group_shape(cx, json_array_get(groups, i), path, anchor, near[i] != ANSWERED_BY_NONE ? &replies[near[i]] : NULL, had_before, chosen));
	}
	return OK;
}

/* ---- the page ---- */

#define A_PAGE 20

static const struct {
	const char *word, *title;
	i64 days;
} spans[] = {{"2d", N_("48 hours"), 2}, {"7d", N_("7 days"), 7}, {"30d", N_("30 days"), 30}, {"90d", N_("90 days"), 90}};

static json_t *spans_shape(struct cx *cx, size_t chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(spans); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "word", spans[i].word, "title", tr(cx->lang, spans[i].title), "url",
						      doc_text(arena_printf(cx->arena, "/questions?span=%s", spans[i].word)), "is_current", i == chosen));
	return list;
}

static json_t *asking_shape(struct cx *cx, const struct said *said)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf language = {};
	if (said->lang.len)
		buf_add_language(&language, cx->lang, said->lang);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(said->message), "url",
			 doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)said->conversation, (long long)said->message)), "author_name",
			 doc_text(said->author_name), "avatar", doc_avatar(said->author_name), "network", doc_network(cx->lang, said->network), "at", doc_instant(&reader, said->at), "text",
			 doc_excerpt(said->body, 260), "language", doc_text_or_null(buf_str(&language)));
}

struct place {
	i64 id;
};

/* The messages of the group that is open, a page of them. */
static enum err group_messages(struct cx *cx, struct request *request, struct reply *reply, const json_t *ids, json_t **ret_list)
{
	struct pager pager;
	json_t *list = json_array();
	size_t count = json_array_size(ids);
	struct place *places = arena_array(cx->arena, struct place, count + 1);
	*ret_list = list;
	for (size_t i = 0; i < count; i++)
		places[i].id = strtoll(json_string_value(json_array_get(ids, i)), NULL, 10);
	pager_of(request, A_PAGE, &pager);
	pager_cut_by_id(&pager, places, count, 0);
	for (size_t i = 0; i < pager.count; i++) {
		struct said said;
		bool there;
		TRY(said_get(cx, request_db(request), here(cx), places[pager.first + i].id, &said, &there));
		if (there)
			json_array_append_new(list, asking_shape(cx, &said));
	}
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? places[pager.first].id : 0),
		  list_after(0, pager.count ? places[pager.first + pager.count - 1].id : 0), NULL);
	return OK;
}

enum err questions_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct survey survey;
	struct str document_text;
	struct reader reader = reader_of(cx);
	json_t *document = json_object(), *groups, *messages;
	size_t span = 2;
	i64 group = param_id(request, "group");
	reply_json(reply, document);
	for (size_t i = 0; i < COUNT(spans); i++)
		if (str_eq(param_text(request, "span"), str_of(spans[i].word)))
			span = i;
	TRY(survey_get(cx, db, here(cx), 0, &survey));
	TRY(survey_part_get(cx, db, here(cx), 0, "questions", spans[span].days, &document_text));
	const json_t *asked = survey_load(cx, document_text), *list = json_object_get(asked, "groups");
	TRY(asked_shape(cx, db, asked, arena_printf(cx->arena, "/questions?span=%s", spans[span].word).at, "#group", group, &groups));
	doc_set(document, "groups", groups);
	doc_set(document, "has_groups", json_boolean(json_array_size(groups) > 0));
	doc_set(document, "spans", spans_shape(cx, span));
	doc_set(document, "asked", doc_number(cx->lang, number(asked, "read")));
	doc_set(document, "alone", doc_number(cx->lang, number(asked, "alone")));
	doc_set(document, "is_part", json_boolean(json_is_true(json_object_get(asked, "is_part"))));
	doc_set(document, "most", doc_number(cx->lang, SURVEY_QUESTIONS));
	doc_set(document, "made_at", doc_instant(&reader, survey.made_at));
	doc_set(document, "is_waiting", json_boolean(!asked || survey.due_at == 0));
	doc_set(document, "open", json_null());
	const json_t *ids = NULL;
	for (size_t i = 0; group && !ids && i < json_array_size(list); i++)
		if (ids_have(json_object_get(json_array_get(list, i), "ids"), group)) {
			ids = json_object_get(json_array_get(list, i), "ids");
			doc_set(document, "open", json_incref(json_array_get(groups, i)));
		}
	TRY(group_messages(cx, request, reply, ids, &messages));
	doc_set(document, "messages", messages);
	if (request_is_partial(request) && !request_wants_json(request) && str_eq(request_header(request, "HX-Target"), S("asked")))
		reply_template(reply, "listening/asked");
	return OK;
}

enum err questions_again(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(survey_wanted(cx, request_db(request), here(cx), 0));
	reply_flash(reply, str_of(_(N_("It is being worked out; the page shows it by itself."))), (struct str){});
	reply_redirect(reply, "/questions");
	return OK;
}
