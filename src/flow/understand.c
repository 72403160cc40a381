#include "flow/understand.h"

#include "flow/listen.h"
#include "flow/transaction.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/message.h"
#include "text/analyser.h"

#include <pthread.h>
#include <string.h>

#define SLICE 500

static const struct analyser *models;
static i64 models_version;

void understand_with(const struct analyser *analyser, i64 version)
{
	models = analyser;
	models_version = analyser ? version : 0;
}

bool understand_ready(void)
{
	return models != NULL;
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

static void take(const struct analysis *a, struct meaning *m)
{
	if (!(m->corrected & 1u << MEANING_LANGUAGE))
		meaning_set_language(m, str_of(a->lang));
	set(m, MEANING_LANGUAGE, 0, a->lang_p, a->lang[0] && a->lang_p >= 0.8f);
	for (int i = MEANING_SENTIMENT; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		const struct finding *f = &a->of[asked[task]];
		if (f->label == ANALYSER_NO_LABEL)
			set(m, task, 0, 0, false);
		else if (!meaning_is_yes_no(task))
			set(m, task, (u8)(f->label + 1), f->p, f->sure);
		else
			set(m, task, f->label ? MEANING_YES : MEANING_NO, f->label ? f->p : 1 - f->p, f->sure && f->label);
	}
}

enum err understanding_load(struct cx *cx, struct db *db, i64 workspace, struct understanding *ret_understanding)
{
	*ret_understanding = (struct understanding){.workspace = workspace};
	return OK;
}

void understand(const struct understanding *own, struct str body, struct meaning *meaning)
{
	struct analysis analysis;
	if (!models)
		return;
	analyser_of(models, scratch_here(), body, (struct str){}, &analysis);
	take(&analysis, meaning);
	meaning->by = models_version;
}

bool understand_harm(const struct meaning *m, struct moderation_hint *ret_hint)
{
	struct moderation_hint hint = {};
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		if (meaning_is_harm(task) && meaning_sure(m, task, NULL) && m->of[task].p > hint.p)
			hint = (struct moderation_hint){task, m->of[task].p};
	}
	*ret_hint = hint;
	return hint.p > 0;
}

/* ---- those who waited ---- */

static enum err understand_slice(struct cx *cx, struct db *db, struct message *messages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct message *m = &messages[i];
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
	if (!models)
		return OK;
	TRY(messages_to_understand(cx, db, SLICE, &messages, &count));
	for (size_t i = 0; i < count; i++) {
		if (own.workspace != messages[i].workspace)
			TRY(understanding_load(cx, db, messages[i].workspace, &own));
		understand(&own, messages[i].body, &messages[i].meaning);
	}
	if (count)
		TRY(IN_TRANSACTION(cx, db, understand_slice(cx, db, messages, count)));
	*ret_done = (i64)count;
	return OK;
}
