#include "text/analyser.h"

#include "text/joint.h"
#include "text/language.h"

#include <string.h>

#define MODELS_MAX 32u

struct model { /* of one task, for some languages */
	enum analyser_task task;
	const struct classifier *classifier; /* without weights: they are in the table of all */
	size_t head;                         /* its first in the table */
	u8 labels[ANALYSER_LABELS_MAX];      /* of each of its labels: the task's */
};

struct analyser {
	struct model models[MODELS_MAX];
	size_t count;
	const struct joint *joint;
	const struct language_model *languages; /* NULL: the caller has to know */
};

#define LANGUAGE_CLEAR 0.6f /* likely enough for a task that does not know it to keep silent */

struct spoken {
	char lang[4], second[4]; /* "": not known */
	float p;
};

struct analyser_scratch {
	struct reading *reading;
	struct features *features;
	struct verdict verdict;
	float sums[JOINT_HEADS_MAX];
	float feature_parts[FEATURES_MOST], parts[READING_TOKENS]; /* why */
	struct spoken spoken; /* the message last asked about */
};

/* ---- opening ---- */

static enum err read_languages(struct cx *cx, struct str bytes, struct analyser *a)
{
	struct language_model *languages;
	TRY(language_open(cx, bytes, &languages));
	a->languages = languages;
	return OK;
}

/* What the model is of; its classifier goes where the weights are gathered from. */
static enum err read_model(struct cx *cx, struct cx *scratch, struct str bytes, struct model *m, const struct classifier **ret_whole)
{
	struct classifier *c;
	if (classifier_open(scratch, bytes, &c) != OK)
		return fail(cx, scratch->err, "%s", scratch->story);
	m->task = analyser_task_of(classifier_task(c));
	if (m->task == ANALYSER_TASKS)
		return fail(cx, ERR_BAD_INPUT, N_("This model is of a task that no message is asked for: “%.*s”."), STR_ARG(classifier_task(c)));
	for (size_t i = 0; i < classifier_labels(c); i++) {
		struct str word = classifier_label(c, i);
		if (i == ANALYSER_LABELS_MAX)
			return fail(cx, ERR_BAD_INPUT, N_("This model has more labels than its task: “%.*s”."), STR_ARG(classifier_task(c)));
		u8 label = analyser_label_of(m->task, word);
		if (label == ANALYSER_NO_LABEL)
			return fail(cx, ERR_BAD_INPUT, N_("This model gives a label that its task does not have: “%.*s”."), STR_ARG(word));
		m->labels[i] = label;
	}
	m->classifier = classifier_without_weights(cx->arena, c);
	*ret_whole = c;
	return OK;
}

enum err analyser_open(struct cx *cx, const struct str *files, size_t count, struct analyser **ret_analyser)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx scratch = *cx;
	struct analyser *a = arena_new_of(cx->arena, struct analyser);
	const struct classifier *whole[MODELS_MAX];
	size_t heads = 0;
	scratch.arena = arena;
	for (size_t i = 0; i < count; i++) {
		struct model *m = &a->models[a->count];
		if (language_recognised(files[i])) {
			TRY(read_languages(cx, files[i], a));
			continue;
		}
		if (a->count == MODELS_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("These are more models than one message is asked with: %u at most."), MODELS_MAX);
		TRY(read_model(cx, &scratch, arena_str(arena, files[i]), m, &whole[a->count++]));
		m->head = heads;
		heads += classifier_heads(m->classifier);
		if (heads > JOINT_HEADS_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("These are more models than one message is asked with: %u at most."), MODELS_MAX);
	}
	a->joint = joint_new(cx->arena, whole, a->count);
	*ret_analyser = a;
	return OK;
}

/* The task's model for the language. Where the language is not known, or too uncertain to turn anybody away: one that is as likely, else
 * the task's first; `ret_meant`: it is for what the language seems to be. NULL: the task is not asked of that language. */
static const struct model *model_of(const struct analyser *a, enum analyser_task task, const struct spoken *spoken, bool *ret_meant)
{
	const struct model *first = NULL, *second = NULL;
	*ret_meant = true;
	for (size_t i = 0; i < a->count; i++) {
		const struct model *m = &a->models[i];
		if (m->task != task)
			continue;
		if (classifier_knows(m->classifier, str_of(spoken->lang)))
			return m;
		first = first ? first : m;
		second = second || !classifier_knows(m->classifier, str_of(spoken->second)) ? second : m;
	}
	*ret_meant = !spoken->lang[0];
	return spoken->p >= LANGUAGE_CLEAR ? NULL : second ? second : first;
}

bool analyser_has(const struct analyser *a, enum analyser_task task)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->models[i].task == task)
			return true;
	return false;
}

/* ---- asking ---- */

#define SURE_LEAST 0.5f /* whatever a model may trust: not likelier than not is never sure */

bool analyser_language_is_sure(const struct analysis *a)
{
	return a->lang[0] && a->lang_p >= LANGUAGE_SURE;
}

struct analyser_scratch *analyser_scratch_new(struct arena *arena)
{
	struct analyser_scratch *s = arena_new_of(arena, struct analyser_scratch);
	s->reading = reading_new(arena);
	s->features = features_new(arena);
	return s;
}

const struct reading *analyser_reading(const struct analyser_scratch *s)
{
	return s->reading;
}

const struct features *analyser_features(const struct analyser_scratch *s)
{
	return s->features;
}

#define LANGUAGE_LEAST 0.4f /* how likely a language is to be said */

static void note(char *ret_lang, struct str code)
{
	memcpy(ret_lang, code.at ? code.at : "", code.len < sizeof ((struct spoken *)0)->lang ? code.len : 0);
}

/* The language, given or found. */
static struct spoken hear(const struct analyser *a, struct str message, struct str known)
{
	struct spoken spoken = {.p = known.len ? 1 : 0};
	struct language language;
	note(spoken.lang, known);
	if (known.len || !a->languages)
		return spoken;
	language_of(a->languages, message, &language);
	if (language.index == LANGUAGE_NONE || language.p < LANGUAGE_LEAST)
		return spoken;
	note(spoken.lang, language_code(a->languages, language.index));
	if (language.second != LANGUAGE_NONE)
		note(spoken.second, language_code(a->languages, language.second));
	spoken.p = language.p;
	return spoken;
}

static struct finding find(const struct analyser *a, struct analyser_scratch *s, enum analyser_task task)
{
	bool meant;
	const struct model *m = s->reading->token_count ? model_of(a, task, &s->spoken, &meant) : NULL;
	if (!m)
		return (struct finding){.label = ANALYSER_NO_LABEL};
	memcpy(s->verdict.sums, s->sums + m->head, classifier_heads(m->classifier) * sizeof *s->sums);
	classifier_decide(m->classifier, &s->verdict);
	size_t label = s->verdict.label;
	float p = s->verdict.p[label];
	return (struct finding){m->labels[label], meant && p >= SURE_LEAST && p >= classifier_trust(m->classifier, label), p};
}

void analyser_of(const struct analyser *a, struct analyser_scratch *s, struct str message, struct str lang, struct analysis *ret_analysis)
{
	struct analysis found = {};
	s->spoken = hear(a, message, lang);
	memcpy(found.lang, s->spoken.lang, sizeof found.lang);
	found.lang_p = s->spoken.p;
	reading_of(s->reading, message);
	features_of(s->features, s->reading);
	joint_sums(a->joint, s->features, s->sums);
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++)
		found.of[task] = find(a, s, task);
	*ret_analysis = found;
}

/* ---- why ---- */

/* What each token gave: a pair of words, a piece across words where they begin. */
static void part(const struct analyser *a, struct analyser_scratch *s, const struct model *m, size_t label)
{
	const struct feature_place *places;
	size_t count = features_places(s->features, &places), shapes = features_start(s->features, FEATURE_SHAPE);
	float slope;
	size_t head = m->head + classifier_head_of(m->classifier, label, &slope);
	joint_parts(a->joint, s->features, head, s->feature_parts);
	for (size_t i = 0; i < s->reading->token_count; i++)
		s->parts[i] = 0;
	for (size_t i = 0; i < count && s->reading->token_count; i++)
		if (places[i].feature < shapes)
			s->parts[places[i].token] += slope * s->feature_parts[places[i].feature];
}

size_t analyser_why(const struct analyser *a, struct analyser_scratch *s, enum analyser_task task, u8 label, struct analyser_word *ret_words, size_t most)
{
	bool meant;
	const struct model *m = model_of(a, task, &s->spoken, &meant);
	size_t count = 0, which = 0;
	while (m && which < classifier_labels(m->classifier) && m->labels[which] != label)
		which++;
	if (!m || which == classifier_labels(m->classifier))
		return 0;
	part(a, s, m, which);
	for (size_t i = 0; i < s->reading->token_count; i++)
		if (!token_is_told(s->reading, &s->reading->tokens[i]))
			s->parts[i] = 0;
	for (; count < most; count++) {
		size_t best = 0;
		for (size_t i = 1; i < s->reading->token_count; i++)
			if (s->parts[i] > s->parts[best])
				best = i;
		if (!s->reading->token_count || s->parts[best] <= 0)
			break;
		ret_words[count] = (struct analyser_word){s->reading->tokens[best].from, s->reading->tokens[best].to, s->parts[best]};
		s->parts[best] = 0;
	}
	return count;
}
