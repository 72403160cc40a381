/* meaning: how a message is understood, why, and the way to put it right; and what the workspace learnt from that. */
#include "base/lang.h"
#include "flow/rejudge.h"
#include "flow/understand.h"
#include "flow/undo.h"
#include "page/gist.h"
#include "page/meaning/cards.h"
#include "page/pager.h"
#include "page/rules.h"
#include "store/backend.h"
#include "store/meaning.h"
#include "ui/document.h"

#include <stdlib.h>

#define WORDS_TOLD 8
#define EXCERPT 140
#define A_PAGE 25

/* ---- one message ---- */

static struct str answer_text(struct cx *cx, enum meaning_task task, struct str word)
{
	u8 label;
	if (task == MEANING_LANGUAGE)
		return word.len ? meaning_language(cx, word) : str_of(_(N_("Not known")));
	return meaning_label_of(task, word, &label) ? str_of(_(meaning_label_title(task, label))) : str_of(_(N_("Not known")));
}

/* What the message's row says, whether sure or not. */
static struct str answer_word(struct cx *cx, const struct meaning *m, enum meaning_task task)
{
	if (task == MEANING_LANGUAGE)
		return arena_str(cx->arena, str_of(m->language));
	const char *word = meaning_label_word(task, m->of[task].label);
	return word ? str_of(word) : S("");
}

/* Of the answer: that it is not so is as likely as it is not. */
static int likely(const struct meaning *m, enum meaning_task task)
{
	int p = m->of[task].p;
	return meaning_is_yes_no(task) && m->of[task].label == MEANING_NO ? 100 - p : p;
}

static json_t *likely_text(struct cx *cx, const struct meaning *m, enum meaning_task task)
{
	struct str word = answer_word(cx, m, task);
	return word.len ? doc_text(arena_printf(cx->arena, _(N_("%d %%")), likely(m, task))) : json_null();
}

static bool is_asked(const struct meaning *m, enum meaning_task task)
{
	return task == MEANING_LANGUAGE ? m->language[0] != 0 : m->of[task].label != 0;
}

/* What another model said of the message as it is now, and a person did not put right; NULL: none did. */
struct judged {
	struct judgement *list;
	size_t count;
};

static enum err judged_load(struct cx *cx, struct db *db, const struct message *m, struct judged *ret_judged)
{
	return judgements_of(cx, db, m->workspace, m->id, &ret_judged->list, &ret_judged->count);
}

static const struct judgement *judgement_in_force(const struct judged *judged, const struct message *m, enum meaning_task task)
{
	for (size_t i = 0; i < judged->count; i++) {
		const struct judgement *j = &judged->list[i];
		if (j->task == task && j->label.len && j->edited_at == m->edited_at && !(m->meaning.corrected >> task & 1))
			return j;
	}
	return NULL;
}

static json_t *judged_shape(struct cx *cx, const struct judgement *j)
{
	struct reader reader = reader_of(cx);
	return j ? json_pack("{s:o, s:o, s:o, s:b}", "by", doc_text(j->model), "at", doc_instant(&reader, j->at), "was", doc_text(answer_text(cx, j->task, j->was)), "is_plain",
			     j->p < 0)
		 : json_null();
}

/* Another model may say no probability; then none is shown. */
static json_t *likely_of(struct cx *cx, const struct judged *judged, const struct message *m, enum meaning_task task)
{
	const struct judgement *j = judgement_in_force(judged, m, task);
	return j && j->p < 0 ? json_null() : likely_text(cx, &m->meaning, task);
}

static json_t *tasks_shape(struct cx *cx, const struct message *m, const struct judged *judged, enum meaning_task current)
{
	json_t *list = json_array();
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:o, s:b}", "word", meaning_task_word(task), "title", _(meaning_task_title(task)),
						      "answer", doc_text(is_asked(&m->meaning, task) ? answer_text(cx, task, answer_word(cx, &m->meaning, task))
												     : str_of(_(N_("Not known")))),
						      "likely", likely_of(cx, judged, m, task), "is_sure",
						      (m->meaning.sure | m->meaning.corrected) >> task & 1 && is_asked(&m->meaning, task), "is_corrected",
						      (int)(m->meaning.corrected >> task & 1), "url", doc_text(meaning_url(cx, m->id, task)), "is_current",
						      task == current));
	}
	return list;
}

/* ---- the words ---- */

static const char *weight_title(float share)
{
	return share >= 0.35f ? N_("weighs most") : share >= 0.12f ? N_("weighs much") : N_("weighs a little");
}

static int weight_level(float share)
{
	return share >= 0.35f ? 3 : share >= 0.12f ? 2 : 1;
}

static void add_part(json_t *list, struct str text, int level)
{
	if (text.len)
		json_array_append_new(list, json_pack("{s:o, s:b, s:b, s:b, s:b}", "text", doc_text(text), "is_marked", level > 0, "is_most", level == 3, "is_much",
						      level == 2, "is_little", level == 1));
}

/* The text, cut at the words that spoke. */
static json_t *parts_shape(struct str body, const struct why *why, float all)
{
	json_t *list = json_array();
	u32 at = 0;
	for (size_t i = 0; i < why->word_count; i++) {
		const struct why_word *w = &why->words[i];
		if (w->from < at || w->to > body.len || w->to <= w->from || w->weight < all / 50)
			continue;
		add_part(list, (struct str){body.at + at, w->from - at}, 0);
		add_part(list, (struct str){body.at + w->from, w->to - w->from}, weight_level(w->weight / all));
		at = w->to;
	}
	add_part(list, str_skip(body, at), 0);
	return list;
}

static int by_weight(const void *a, const void *b)
{
	const struct why_word *x = a, *y = b;
	return (x->weight < y->weight) - (x->weight > y->weight);
}

static bool is_told(const json_t *list, struct str text)
{
	bool told = false;
	for (size_t i = 0; i < json_array_size(list) && !told; i++)
		told = str_eq_fold(str_of(json_string_value(json_object_get(json_array_get(list, i), "text"))), text);
	return told;
}

static json_t *words_shape(struct cx *cx, struct str body, struct why *why, float all)
{
	json_t *list = json_array();
	if (why->word_count)
		qsort(why->words, why->word_count, sizeof *why->words, by_weight);
	for (size_t i = 0; i < why->word_count && i < WORDS_TOLD; i++) {
		const struct why_word *w = &why->words[i];
		struct str text = {body.at + w->from, w->to <= body.len ? w->to - w->from : 0};
		if (text.len && w->weight >= all / 50 && !is_told(list, text))
			json_array_append_new(list, json_pack("{s:o, s:s, s:b, s:b}", "text", doc_text(text), "weight",
							      _(weight_title(w->weight / all)), "is_own", w->is_own, "is_glossary", w->is_glossary));
	}
	return list;
}

/* ---- the question ---- */

static json_t *labels_shape(struct cx *cx, const struct message *m, enum meaning_task task)
{
	static const char *const languages[] = {"ar", "de", "en", "es", "fr", "it", "nl", "pt"};
	json_t *list = json_array();
	struct str now = answer_word(cx, &m->meaning, task);
	const char *word;
	for (u8 label = 1; (word = meaning_label_word(task, label)); label++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", word, "title", _(meaning_label_title(task, label)), "icon",
						      meaning_label_icon(task, label), "is_current", str_eq(now, str_of(word))));
	for (size_t i = 0; task == MEANING_LANGUAGE && i < COUNT(languages); i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:b}", "word", languages[i], "title", doc_text(meaning_language(cx, str_of(languages[i]))), "icon",
						      "languages", "is_current", str_eq(now, str_of(languages[i]))));
	return list;
}

static enum err corrected_shape(struct cx *cx, struct db *db, const struct message *m, enum meaning_task task, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct correction *list;
	size_t count;
	*ret_shape = json_null();
	if (!(m->meaning.corrected >> task & 1))
		return OK;
	TRY(corrections_of(cx, db, here(cx), m->id, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].task == task) {
			*ret_shape = json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(list[i].id), "by", doc_text(list[i].person_name), "at", doc_instant(&reader, list[i].at),
					       "was", doc_text(answer_text(cx, task, list[i].was)));
			break;
		}
	return OK;
}

static enum err question_shape(struct cx *cx, struct db *db, const struct message *m, const struct judged *judged, enum meaning_task task, json_t *message,
			       json_t **ret_question)
{
	struct understanding own;
	struct why why;
	json_t *corrected;
	float all = 0;
	TRY(understanding_load(cx, db, here(cx), &own));
	understand_why(&own, m->body, m->lang, task, 0, &why);
	for (size_t i = 0; i < why.word_count; i++)
		all += why.words[i].weight;
	doc_set(message, "parts", parts_shape(m->body, &why, all));
	TRY(corrected_shape(cx, db, m, task, &corrected));
	json_t *words = words_shape(cx, m->body, &why, all);
	/* The words speak for what the models say; of a message put right, that is what they would have said. */
	struct str said = answer_word(cx, &why.meaning, task);
	*ret_question = json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:o}", "word", meaning_task_word(task), "title", _(meaning_task_title(task)), "answer",
				  doc_text(answer_text(cx, task, answer_word(cx, &m->meaning, task))), "likely", likely_of(cx, judged, m, task), "said",
				  doc_text(answer_text(cx, task, said)), "is_sure", (m->meaning.sure | m->meaning.corrected) >> task & 1, "is_language",
				  task == MEANING_LANGUAGE, "has_words", json_array_size(words) > 0, "words", words, "labels", labels_shape(cx, m, task), "corrected",
				  corrected, "judged", judged_shape(cx, judgement_in_force(judged, m, task)));
	return OK;
}

static enum meaning_task asked_task(const struct request *request, const struct message *m)
{
	enum meaning_task task = MEANING_SENTIMENT;
	if (!meaning_task_of(param_text(request, "task"), &task))
		for (int i = MEANING_TASKS - 1; i >= 0; i--) /* the gravest that is sure */
			if (meaning_sure(&m->meaning, (enum meaning_task)i, NULL))
				return (enum meaning_task)i;
	return task;
}

static enum err document_of(struct cx *cx, struct db *db, const struct message *m, enum meaning_task task, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct judged judged;
	json_t *question, *message = json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(m->id), "author_name", doc_text(m->author_name), "avatar",
					       doc_avatar(m->author_name), "at", doc_instant(&reader, m->at), "lang", doc_text_or_null(m->lang));
	doc_set(document, "message", message);
	doc_set(message, "url", doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)m->conversation, (long long)m->id)));
	TRY(judged_load(cx, db, m, &judged));
	TRY(question_shape(cx, db, m, &judged, task, message, &question));
	doc_set(document, "question", question);
	doc_set(document, "tasks", tasks_shape(cx, m, &judged, task));
	doc_set(document, "is_understood", json_boolean(m->meaning.by != 0));
	doc_set(document, "models", doc_text(arena_printf(cx->arena, "%08llx", (unsigned long long)m->meaning.by)));
	doc_set(document, "can_correct", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
	return OK;
}

static enum err get(struct cx *cx, struct request *request, struct message *ret_message)
{
	TRY(message_get(cx, request_db(request), here(cx), param_id(request, "id"), ret_message));
	if (ret_message->direction != DIRECTION_IN)
		return fail(cx, ERR_MISSING, N_("Only messages from outside are understood; ours and notes are not judged."));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct message m;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(get(cx, request, &m));
	return document_of(cx, request_db(request), &m, asked_task(request, &m), document);
}

static enum err done(struct cx *cx, struct request *request, struct reply *reply, i64 message, enum meaning_task task, struct undo *undo, const char *flash)
{
	struct db *db = request_db(request);
	struct message m;
	struct str url = meaning_url(cx, message, task);
	CLEANUP(buf_free) struct buf back = {};
	TRY(undo_close(cx, db, here(cx), undo));
	TRY(message_get(cx, db, here(cx), message, &m));
	TRY(document_of(cx, db, &m, task, reply_document(reply)));
	json_object_set_new(reply_document(reply), "undo_url", undo->id ? doc_text(arena_printf(cx->arena, "/undo/%lld", (long long)undo->id)) : json_null());
	if (undo->id) {
		buf_addf(&back, "/undo/%lld?next=", (long long)undo->id);
		buf_add_url(&back, url);
	}
	reply_flash(reply, str_of(flash), buf_keep(&back, cx->arena));
	reply_redirect(reply, "%s", arena_cstr(cx->arena, url));
	return OK;
}

static enum err correct(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undo undo;
	enum meaning_task task = MEANING_SENTIMENT;
	i64 message = param_id(request, "id");
	meaning_task_of(param_text(request, "task"), &task);
	undo_open(cx, &undo);
	TRY(meaning_correct(cx, request_db(request), here(cx), message, task, param_text(request, "label"), &undo));
	return done(cx, request, reply, message, task, &undo, _(N_("Put right. Messages like it will be understood so.")));
}

/* ---- what was learnt ---- */

static enum err corrections_shape(struct cx *cx, struct request *request, struct reply *reply, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct pager pager;
	struct correction *list;
	size_t count;
	json_t *rows = json_array();
	pager_of(request, A_PAGE, &pager);
	do
		TRY(corrections_list(cx, request_db(request), here(cx), pager.from, pager.limit + 1, &list, &count));
	while (!pager_fits(&pager, count));
	list += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		const struct correction *c = &list[i];
		json_array_append_new(rows, json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(c->id), "url", doc_text(meaning_url(cx, c->message, c->task)),
						      "question", _(meaning_task_title(c->task)), "answer", doc_text(answer_text(cx, c->task, c->label)), "was",
						      doc_text(answer_text(cx, c->task, c->was)), "excerpt", doc_excerpt(c->body, EXCERPT), "author_name",
						      doc_text(c->author_name), "by", doc_text(c->person_name), "at", doc_instant(&reader, c->at)));
	}
	doc_set(document, "has_corrections", json_boolean(pager.count));
	doc_set(document, "corrections", rows);
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? list[0].id : 0), list_after(0, pager.count ? list[pager.count - 1].id : 0), NULL);
	return OK;
}

static json_t *questions_shape(struct cx *cx)
{
	json_t *list = json_array();
	for (int i = 0; i < MEANING_TASKS; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", meaning_task_word((enum meaning_task)i), "title", _(meaning_task_title((enum meaning_task)i)),
						      "least", doc_text(arena_printf(cx->arena, _(N_("%d %%")), meaning_least((enum meaning_task)i)))));
	return list;
}

static enum err show_learnt(struct cx *cx, struct request *request, struct reply *reply)
{
	struct reader reader = reader_of(cx);
	struct own_model model;
	struct rejudge_state again;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(own_model_get(cx, request_db(request), here(cx), &model));
	doc_set(document, "learns", json_boolean(!model.is_off));
	doc_set(document, "proposes", json_boolean(!model.keeps_cases));
	doc_set(document, "lessons", doc_number_or_null(cx->lang, model.lesson_count));
	doc_set(document, "learnt_at", doc_instant(&reader, model.learnt_at));
	doc_set(document, "is_stale", json_boolean(model.stale > 0));
	TRY(rejudge_state(cx, request_db(request), &again));
	doc_set(document, "again", again.is_done ? json_null() : json_pack("{s:i, s:o}", "percent", again.percent, "back_to", doc_instant(&reader, again.back_to)));
	doc_set(document, "questions", questions_shape(cx));
	doc_set(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	doc_set(document, "can_correct", json_boolean(actor_may(cx->actor, MAY_TRIAGE)));
	return corrections_shape(cx, request, reply, document);
}

/* ---- the models ---- */

static enum err show_cards(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str wanted = param_text(request, "card");
	json_t *list = json_array();
	for (const struct model_card *card = model_cards; card->name; card++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "name", card->name, "text", card->text, "is_open", str_eq(wanted, str_of(card->name))));
	reply_json(reply, json_pack("{s:o, s:b}", "cards", list, "has_cards", json_array_size(list) > 0));
	return OK;
}

static enum err set(struct cx *cx, struct request *request, struct reply *reply)
{
	struct own_model model;
	TRY(own_model_get(cx, request_db(request), here(cx), &model));
	bool learns = page_says(request, "learns") ? param_bool(request, "learns") : !model.is_off;
	bool proposes = page_says(request, "proposes") ? param_bool(request, "proposes") : !model.keeps_cases;
	TRY(understanding_set(cx, request_db(request), here(cx), !learns, !proposes));
	reply_flash(reply, str_of(_(N_("Kept. It holds for what comes in from now on."))), (struct str){});
	reply_redirect(reply, "/understanding");
	return OK;
}

static enum err take_back(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(meaning_uncorrect(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("Taken back. What was learnt from it is forgotten."))), (struct str){});
	reply_redirect(reply, "/understanding");
	return OK;
}

/* ---- routes ---- */

static const char *const tasks[] = {"language", "sentiment", "emotion", "intent", "urgency", "irony", "offence", "hate", "toxicity", "spam", NULL};

static const struct param show_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The message."},
	{.name = "task", .in = IN_QUERY, .type = P_WORD, .words = tasks, .about = "The question that is explained; the gravest that is sure when left out."},
	{},
};
static const struct param correct_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The message."},
	{.name = "task", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = tasks, .about = "The question."},
	{.name = "label", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 20, .about = "The answer: a word of the question, or the code of a language."},
	{},
};
static const struct param learnt_params[] = {PAGER_PARAMS, {}};
static const struct param card_params[] = {{.name = "card", .in = IN_QUERY, .type = P_LINE, .max = 40, .about = "The one that is open."}, {}};
static const struct param set_params[] = {
	{.name = "learns", .in = IN_FORM, .type = P_BOOL, .about = "Whether corrections teach."},
	{.name = "proposes", .in = IN_FORM, .type = P_BOOL, .about = "Whether what may be harmful is put before those who decide."},
	{},
};
static const struct param id_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The correction."}, {}};

static const struct shape shapes[] = {
	{"MeaningAnswer", "{word: text, title: text, answer: text, likely: text?, is_sure: bool, is_corrected: bool, url: url, is_current: bool}",
	 "What a message is understood to say, to one question."},
	{"MeaningWhy", "{word: text, title: text, answer: text, likely: text?, said: text, is_sure: bool, is_language: bool, has_words: bool, "
	 "words: [{text: text, weight: text, is_own: bool, is_glossary: bool}], labels: [{word: text, title: text, icon: text, is_current: bool}], "
	 "corrected: {id: id, by: text, at: Instant, was: text}?, judged: {by: text, at: Instant, was: text, is_plain: bool}?}",
	 "The question that is explained: the words that spoke for the answer, and the answers it can be given."},
	{"MeaningPage", "{message: {id: id, author_name: text, avatar: Avatar, at: Instant, lang: text?, url: url, "
	 "parts: [{text: text, is_marked: bool, is_most: bool, is_much: bool, is_little: bool}]}, question: MeaningWhy, tasks: [MeaningAnswer], "
	 "is_understood: bool, models: text, can_correct: bool, undo_url?: url?}",
	 "How a message is understood, and why."},
	{"ModelCardsPage", "{has_cards: bool, cards: [{name: text, text: text, is_open: bool}]}", "The cards of the models, in English Markdown."},
	{"UnderstandingPage", "{learns: bool, proposes: bool, lessons: Number?, learnt_at: Instant?, is_stale: bool, again: {percent: int, back_to: Instant}?, questions: [{word: text, title: text, "
	 "least: text}], can_arrange: bool, can_correct: bool, has_corrections: bool, corrections: [{id: id, url: url, question: text, answer: text, "
	 "was: text, excerpt: text, author_name: text, by: text, at: Instant}], pager: Pager?}",
	 "What the workspace learnt from corrections."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/messages/{id}/meaning", .permission = MAY_READ_INBOX, .params = show_params, .template = "meaning/page", .handle = show,
	 .answer = "MeaningPage", .about = "How a message is understood, and which words made it so."},
	{.method = "POST", .path = "/messages/{id}/meaning", .permission = MAY_TRIAGE, .params = correct_params, .handle = correct, .answer = "MeaningPage",
	 .about = "Put right what a message is understood to say; the workspace learns from it."},
	{.method = "GET", .path = "/understanding", .permission = MAY_READ_INBOX, .params = learnt_params, .template = "meaning/learnt", .handle = show_learnt,
	 .answer = "UnderstandingPage", .about = "What the workspace learnt from corrections, and whether it does."},
	{.method = "GET", .path = "/understanding/models", .permission = MAY_READ_INBOX, .params = card_params, .template = "meaning/cards", .handle = show_cards,
	 .answer = "ModelCardsPage", .about = "The cards of the models: what they were made of, how well they do, where they fail."},
	{.method = "POST", .path = "/understanding", .permission = MAY_ARRANGE, .params = set_params, .handle = set, .form = "/understanding",
	 .about = "Whether corrections teach, and whether harm is proposed to those who decide."},
	{.method = "POST", .path = "/corrections/{id}/undo", .permission = MAY_TRIAGE, .params = id_params, .handle = take_back,
	 .about = "Take a correction back: the message says what it said before, and the workspace forgets it."},
	{},
};

const struct page page_meaning = {"meaning", routes, shapes, .file = __FILE__};
