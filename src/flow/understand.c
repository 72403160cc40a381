#include "flow/understand.h"

#include "flow/listen.h"
#include "flow/glossary.h"
#include "flow/meaning_own.h"
#include "flow/transaction.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/meaning.h"
#include "store/message.h"
#include "text/analyser.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLICE 500
#define SURE 0.6f         /* once the workspace's own words weigh in: people said so of what is like it */
#define PROPOSED_LEAST 85 /* percent: a case costs somebody time, so it has to be surer than a mark */
#define PROPOSED_TOXICITY 95 /* by itself it is the one most often wrong */
#define FELT 0.05f        /* less moves nothing */
#define TONE_WEIGHT 4.0f  /* of a word of the community: it decides, unless the rest is very sure */
#define GLOSSARY_PLACES 32

static const struct analyser *models;
static i64 models_version;
static models_opener *opener;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

void understand_with(const struct analyser *analyser, i64 version)
{
	opener = NULL;
	models = analyser;
	models_version = analyser ? version : 0;
}

void understand_opening(models_opener *open)
{
	opener = open;
}

static void open_models(void)
{
	models = opener(&models_version);
}

/* Opened by the first that asks: a role that nobody asks anything keeps its memory. */
static const struct analyser *models_here(void)
{
	if (opener)
		must(pthread_once(&opened, open_models) == 0);
	return models;
}

bool understand_ready(void)
{
	return opener || models;
}

/* ---- a scratch for each thread ---- */

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

struct scratch {
	struct arena *arena;
	struct analyser_scratch *of;
};

static void free_scratch(void *subject)
{
	struct scratch *s = subject;
	arena_free(s->arena); /* with itself */
}

static void make_key(void)
{
	must(pthread_key_create(&scratch_key, free_scratch) == 0);
}

static struct analyser_scratch *scratch_here(void)
{
	must(pthread_once(&scratch_once, make_key) == 0);
	struct scratch *s = pthread_getspecific(scratch_key);
	if (!s) {
		struct arena *arena = arena_new();
		s = arena_new_of(arena, struct scratch);
		*s = (struct scratch){arena, analyser_scratch_new(arena)};
		must(pthread_setspecific(scratch_key, s) == 0);
	}
	return s->of;
}

/* ---- one message ---- */

/* The models' questions and ours; their labels are ours less one (tests/flow/test_understand holds the words together). */
static const enum analyser_task asked[MEANING_TASKS] = {
	[MEANING_LANGUAGE] = ANALYSER_TASKS, [MEANING_SENTIMENT] = ANALYSER_SENTIMENT, [MEANING_EMOTION] = ANALYSER_EMOTION, [MEANING_INTENT] = ANALYSER_INTENT,
	[MEANING_URGENCY] = ANALYSER_URGENCY, [MEANING_IRONY] = ANALYSER_IRONY, [MEANING_OFFENCE] = ANALYSER_OFFENSIVE, [MEANING_HATE] = ANALYSER_HATE,
	[MEANING_TOXICITY] = ANALYSER_TOXICITY, [MEANING_SPAM] = ANALYSER_SPAM,
};

static u8 percent(float p)
{
	return p <= 0 ? 0 : p >= 1 ? 100 : (u8)(p * 100 + 0.5f);
}

static void set(struct meaning *m, enum meaning_task task, u8 label, float p, bool sure)
{
	unsigned bit = 1u << task;
	if (m->corrected & bit)
		return;
	m->of[task] = (struct meaning_answer){label, percent(p)};
	m->sure = sure ? m->sure | bit : m->sure & ~bit;
}

/* As the models say it: sure when they are, and the bar of the question is reached. */
static void set_theirs(struct meaning *m, enum meaning_task task, u8 label, float p, bool sure)
{
	set(m, task, label, p, sure && percent(p) >= meaning_least(task));
}

static void take(const struct analysis *a, struct meaning *m)
{
	if (!(m->corrected & 1u << MEANING_LANGUAGE))
		meaning_set_language(m, str_of(a->lang));
	set_theirs(m, MEANING_LANGUAGE, 0, a->lang_p, a->lang[0] && a->lang_p >= 0.8f);
	for (int i = MEANING_SENTIMENT; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		const struct finding *f = &a->of[asked[task]];
		if (f->label == ANALYSER_NO_LABEL)
			set_theirs(m, task, 0, 0, false);
		else if (!meaning_is_yes_no(task))
			set_theirs(m, task, (u8)(f->label + 1), f->p, f->sure);
		else
			set_theirs(m, task, f->label ? MEANING_YES : MEANING_NO, f->label ? f->p : 1 - f->p, f->sure && f->label);
	}
}

/* ---- what the workspace adds ---- */

enum err understanding_load(struct cx *cx, struct db *db, i64 workspace, struct understanding *ret_understanding)
{
	struct own_model kept;
	struct understanding u = {.workspace = workspace};
	TRY(own_model_get(cx, db, workspace, &kept));
	struct glossary *glossary;
	TRY(glossary_load(cx, db, workspace, &glossary));
	u.glossary = glossary;
	u.keeps_cases = kept.keeps_cases;
	if (kept.bytes.len && !kept.is_off) {
		struct own *own;
		if (own_open(cx, kept.bytes, &own) == OK)
			u.own = own;
		else
			cx_forget(cx); /* of another version: learn_turn() makes it anew */
	}
	*ret_understanding = u;
	return OK;
}

u8 meaning_head(enum meaning_task task, u8 label)
{
	return (u8)(task * HEADS_A_TASK + label - 1);
}

static size_t label_count(enum meaning_task task)
{
	u8 label = 1;
	while (meaning_label_word(task, label))
		label++;
	return label - 1u;
}

/* Models tell how likely their answer is; the others share the rest. In the unit of the log odds, against each other. */
void meaning_odds(const struct meaning *m, enum meaning_task task, float ret_odds[MEANING_LABELS_MAX])
{
	size_t count = label_count(task);
	float p = (float)m->of[task].p / 100;
	if (meaning_is_yes_no(task)) { /* yes, against no */
		p = p < 0.01f ? 0.01f : p > 0.99f ? 0.99f : p;
		ret_odds[0] = logf(p / (1 - p));
		ret_odds[1] = 0;
		return;
	}
	u8 label = m->of[task].label;
	p = !label ? 1 / (float)count : p < 0.01f ? 0.01f : p > 0.99f ? 0.99f : p;
	for (size_t i = 0; i < count; i++)
		ret_odds[i] = logf(label && i + 1 == label ? p : label ? (1 - p) / (float)(count - 1) : p);
}

static void add_to(struct meaning *m, enum meaning_task task, const float *sums)
{
	float odds[MEANING_LABELS_MAX], all = 0, most = 0, top = -1e9f;
	size_t count = label_count(task), best = 0;
	bool any = false;
	for (size_t i = 0; i < count; i++)
		any |= fabsf(sums[i]) > FELT;
	if (!any)
		return;
	meaning_odds(m, task, odds);
	for (size_t i = 0; i < count; i++) {
		odds[i] += sums[i];
		top = odds[i] > top ? odds[i] : top;
	}
	for (size_t i = 0; i < count; i++) {
		float part = expf(odds[i] - top);
		all += part;
		if (part > most) {
			most = part;
			best = i;
		}
	}
	float p = most / all;
	if (meaning_is_yes_no(task))
		set(m, task, best ? MEANING_NO : MEANING_YES, best ? 1 - p : p, !best && p >= SURE);
	else
		set(m, task, (u8)(best + 1), p, p >= SURE);
}

/* A word of the community that has a tone: the label it speaks for; the other one when it is negated. */
static u8 tone_of(const struct understanding *u, const struct glossary_place *place)
{
	u8 label;
	static const u8 other[] = {0, TONE_POSITIVE, TONE_NEUTRAL, TONE_NEGATIVE};
	if (!meaning_label_of(MEANING_SENTIMENT, glossary_entry_at(u->glossary, place->entry)->tone, &label))
		return 0;
	return place->negated ? other[label] : label;
}

static void add_tones(const struct understanding *u, const struct reading *reading, float *sums)
{
	struct glossary_place places[GLOSSARY_PLACES];
	size_t count = glossary_find(u->glossary, reading, places, COUNT(places));
	for (size_t i = 0; i < count; i++) {
		u8 label = tone_of(u, &places[i]);
		for (u8 l = TONE_NEGATIVE; label && l <= TONE_POSITIVE; l++)
			sums[l - 1] += l == label ? TONE_WEIGHT : -TONE_WEIGHT / 2;
	}
	for (u8 l = TONE_NEGATIVE; l <= TONE_POSITIVE; l++)
		sums[l - 1] = fminf(fmaxf(sums[l - 1], -2 * TONE_WEIGHT), 2 * TONE_WEIGHT);
}

static void add_own(const struct understanding *u, const struct analyser_scratch *scratch, struct meaning *m)
{
	float sums[OWN_HEADS] = {};
	if (!u->own && !u->glossary)
		return;
	if (u->glossary)
		add_tones(u, analyser_reading(scratch), sums + meaning_head(MEANING_SENTIMENT, 1));
	if (u->own)
		own_sums(u->own, analyser_reading(scratch), analyser_features(scratch), sums);
	for (int task = MEANING_SENTIMENT; task < MEANING_TASKS; task++)
		add_to(m, (enum meaning_task)task, sums + meaning_head((enum meaning_task)task, 1));
}

void understand(const struct understanding *own, struct str body, struct str hint, struct meaning *meaning)
{
	struct analysis analysis;
	struct analyser_scratch *scratch;
	if (!models_here())
		return;
	scratch = scratch_here();
	analyser_of(models, scratch, body, (struct str){}, &analysis);
	if (!analysis.lang[0] && hint.len >= 2) { /* most models ask for a language */
		analyser_of(models, scratch, body, str_head(hint, 2), &analysis);
		analysis.lang_p = 0.5f; /* it is said, not read */
	}
	take(&analysis, meaning);
	add_own(own, scratch, meaning);
	meaning->by = models_version;
}

/* What the models say without the workspace, and the features they say it by. */
void understand_plainly(struct arena *arena, struct str body, struct str hint, struct meaning *ret_meaning, struct own_row *ret_row)
{
	static const struct understanding nothing;
	*ret_meaning = (struct meaning){};
	*ret_row = (struct own_row){};
	if (!models_here())
		return;
	understand(&nothing, body, hint, ret_meaning);
	*ret_row = own_row_of(arena, analyser_reading(scratch_here()), analyser_features(scratch_here()));
}

/* ---- why ---- */

static int by_place(const void *a, const void *b)
{
	const struct why_word *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

static void add_word(struct why *why, u32 from, u32 to, float weight, bool is_own)
{
	size_t least = 0;
	for (size_t i = 0; i < why->word_count; i++) {
		struct why_word *w = &why->words[i];
		if (w->from == from && w->to == to) {
			w->is_own = is_own ? weight > w->weight : w->is_own;
			w->weight += weight;
			return;
		}
		least = w->weight < why->words[least].weight ? i : least;
	}
	if (why->word_count < WHY_WORDS_MAX)
		why->words[why->word_count++] = (struct why_word){from, to, weight, is_own};
	else if (why->words[least].weight < weight)
		why->words[least] = (struct why_word){from, to, weight, is_own};
}

/* What the workspace's own corrections gave to each word. */
static void add_own_words(const struct understanding *own, struct analyser_scratch *scratch, enum meaning_task task, u8 label, struct why *why)
{
	const struct reading *reading = analyser_reading(scratch);
	if (!own->own || !reading->token_count)
		return;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	float *parts = arena_array(arena, float, reading->token_count);
	bool no = meaning_is_yes_no(task) && label == MEANING_NO;
	own_why(own->own, reading, analyser_features(scratch), meaning_head(task, meaning_is_yes_no(task) ? MEANING_YES : label), parts);
	for (size_t i = 0; i < reading->token_count; i++) {
		float weight = no ? -parts[i] : parts[i];
		if (weight > FELT && token_is_told(reading, &reading->tokens[i]))
			add_word(why, reading->tokens[i].from, reading->tokens[i].to, weight, true);
	}
}

/* The words of the community with that tone. */
static void add_glossary_words(const struct understanding *own, const struct reading *reading, u8 label, struct why *why)
{
	struct glossary_place places[GLOSSARY_PLACES];
	size_t count = own->glossary ? glossary_find(own->glossary, reading, places, COUNT(places)) : 0;
	for (size_t i = 0; i < count; i++) {
		if (tone_of(own, &places[i]) != label)
			continue;
		add_word(why, places[i].from, places[i].to, TONE_WEIGHT, false);
		for (size_t w = 0; w < why->word_count; w++)
			why->words[w].is_glossary |= why->words[w].from == places[i].from && why->words[w].to == places[i].to;
	}
}

void understand_why(const struct understanding *own, struct str body, struct str hint, enum meaning_task task, u8 label, struct why *ret_why)
{
	struct analyser_word words[WHY_WORDS_MAX];
	struct why why = {};
	*ret_why = why;
	if (!models_here())
		return;
	understand(own, body, hint, &why.meaning);
	why.label = label ? label : why.meaning.of[task].label;
	if (task != MEANING_LANGUAGE && why.label) {
		struct analyser_scratch *scratch = scratch_here();
		u8 theirs = meaning_is_yes_no(task) ? why.label == MEANING_YES : (u8)(why.label - 1);
		size_t count = analyser_why(models, scratch, asked[task], theirs, words, COUNT(words));
		for (size_t i = 0; i < count; i++)
			add_word(&why, words[i].from, words[i].to, words[i].weight, false);
		add_own_words(own, scratch, task, why.label, &why);
		if (task == MEANING_SENTIMENT)
			add_glossary_words(own, analyser_reading(scratch), why.label, &why);
		if (why.word_count)
			qsort(why.words, why.word_count, sizeof *why.words, by_place);
	}
	*ret_why = why;
}

bool understand_harm(const struct meaning *m, struct moderation_hint *ret_hint)
{
	struct moderation_hint hint = {};
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		u8 least = task == MEANING_TOXICITY ? PROPOSED_TOXICITY : PROPOSED_LEAST;
		if (meaning_is_harm(task) && meaning_sure(m, task, NULL) && m->of[task].p >= least && m->of[task].p > hint.p)
			hint = (struct moderation_hint){task, m->of[task].p};
	}
	*ret_hint = hint;
	return hint.p > 0;
}

/* ---- those who waited ---- */

static enum err understand_slice(struct cx *cx, struct db *db, struct message *messages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct message *m = &messages[i], now;
		TRY(message_get(cx, db, m->workspace, m->id, &now));
		if (now.meaning.by) /* somebody was faster */
			continue;
		if (now.meaning.corrected || !str_eq(now.body, m->body)) { /* edited since; what a person said stays */
			struct understanding own;
			TRY(understanding_load(cx, db, m->workspace, &own));
			m->meaning = now.meaning;
			understand(&own, now.body, now.lang, &m->meaning);
		}
		TRY(message_understand(cx, db, m->workspace, m->id, &m->meaning));
		struct gist gist = gist_of(&m->meaning);
		TRY(conversation_understand(cx, db, m->workspace, m->conversation, m->at, &gist));
		TRY(listen_again(cx, db, m->workspace, m->id)); /* queries ask for tone and language */
		if (i + 1 == count || messages[i + 1].workspace != m->workspace)
			TRY(change_add(cx, db, m->workspace, 0, "conversation", 0));
	}
	return OK;
}

enum err understand_turn(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct message *messages;
	struct understanding own = {};
	size_t count;
	*ret_done = 0;
	if (!understand_ready())
		return OK;
	TRY(messages_to_understand(cx, db, SLICE, &messages, &count));
	for (size_t i = 0; i < count; i++) {
		if (own.workspace != messages[i].workspace)
			TRY(understanding_load(cx, db, messages[i].workspace, &own));
		understand(&own, messages[i].body, messages[i].lang, &messages[i].meaning);
	}
	if (count)
		TRY(IN_TRANSACTION(cx, db, understand_slice(cx, db, messages, count)));
	*ret_done = (i64)count;
	return OK;
}
