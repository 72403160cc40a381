#include "model/meaning.h"

#include <string.h>

struct label {
	const char *word, *title, *icon, *tone;
};

/* `least`: the percent below which nobody is told, whatever the models' own bar: a wrong word about a person costs more than a wrong tone.
 * `plain`: the answer that says that there is nothing to say, if any. */
static const struct question {
	const char *word, *title;
	u8 least, plain;
	bool yes_no, harm;
	struct label labels[MEANING_LABELS_MAX];
} questions[MEANING_TASKS] = {
	[MEANING_LANGUAGE] = {"language", N_("The language"), 60, 0, false, false, {}},
	[MEANING_SENTIMENT] = {"sentiment", N_("How it sounds"), 60, 2, false, false,
			       {{"negative", N_("Negative"), "frown", "red"}, {"neutral", N_("Neutral"), "meh", ""}, {"positive", N_("Positive"), "smile", "ok"}}},
	[MEANING_EMOTION] = {"emotion", N_("What is felt"), 60, 1, false, false,
			     {{"neutral", N_("Calm"), "meh", ""}, {"joy", N_("Joy"), "smile", "ok"}, {"anger", N_("Anger"), "frown", "red"},
			      {"sadness", N_("Sadness"), "frown", ""}, {"fear", N_("Worry"), "triangle-alert", ""}, {"disgust", N_("Disgust"), "frown", ""},
			      {"surprise", N_("Surprise"), "urgent", ""}}},
	[MEANING_INTENT] = {"intent", N_("What is wanted"), 60, 1, false, false,
			    {{"other", N_("Something else"), "message-circle", ""}, {"question", N_("Question"), "circle-question-mark", "act"},
			     {"complaint", N_("Complaint"), "octagon-alert", "sun"}, {"praise", N_("Praise"), "heart", "ok"}, {"purchase", N_("Wants to buy"), "store", "act"}}},
	[MEANING_URGENCY] = {"urgency", N_("Whether it is urgent"), 65, 0, true, false, {{"yes", N_("Seems urgent"), "siren", "sun"}, {"no", N_("Can wait"), "clock", ""}}},
	[MEANING_IRONY] = {"irony", N_("Whether it is meant the other way round"), 88, 0, true, false,
			   {{"yes", N_("Perhaps ironic"), "drama", ""}, {"no", N_("Meant as it is said"), "check", ""}}},
	[MEANING_OFFENCE] = {"offence", N_("Whether it is rude"), 80, 0, true, true,
			     {{"yes", N_("Perhaps rude"), "shield-alert", "sun"}, {"no", N_("Not rude"), "shield-check", ""}}},
	[MEANING_HATE] = {"hate", N_("Whether it is hateful"), 80, 0, true, true,
			  {{"yes", N_("Perhaps hateful"), "shield-alert", "red"}, {"no", N_("Not hateful"), "shield-check", ""}}},
	[MEANING_TOXICITY] = {"toxicity", N_("Whether it poisons the talk"), 80, 0, true, true,
			      {{"yes", N_("Perhaps hurtful"), "shield-alert", "sun"}, {"no", N_("Not hurtful"), "shield-check", ""}}},
	[MEANING_SPAM] = {"spam", N_("Whether it is unwanted advertising"), 80, 0, true, true,
			  {{"yes", N_("Perhaps spam"), "ban", "sun"}, {"no", N_("Not spam"), "shield-check", ""}}},
};

const char *meaning_task_word(enum meaning_task task)
{
	must(task < MEANING_TASKS);
	return questions[task].word;
}

const char *meaning_task_title(enum meaning_task task)
{
	must(task < MEANING_TASKS);
	return questions[task].title;
}

bool meaning_task_of(struct str word, enum meaning_task *ret_task)
{
	for (int i = 0; i < MEANING_TASKS; i++)
		if (str_eq(word, str_of(questions[i].word))) {
			*ret_task = (enum meaning_task)i;
			return true;
		}
	return false;
}

bool meaning_is_yes_no(enum meaning_task task)
{
	must(task < MEANING_TASKS);
	return questions[task].yes_no;
}

bool meaning_is_harm(enum meaning_task task)
{
	must(task < MEANING_TASKS);
	return questions[task].harm;
}

static const struct label *label_at(enum meaning_task task, u8 label)
{
	must(task < MEANING_TASKS);
	if (!label || label > MEANING_LABELS_MAX || !questions[task].labels[label - 1].word)
		return NULL;
	return &questions[task].labels[label - 1];
}

const char *meaning_label_word(enum meaning_task task, u8 label)
{
	const struct label *l = label_at(task, label);
	return l ? l->word : NULL;
}

const char *meaning_label_title(enum meaning_task task, u8 label)
{
	const struct label *l = label_at(task, label);
	return l ? l->title : NULL;
}

const char *meaning_label_icon(enum meaning_task task, u8 label)
{
	const struct label *l = label_at(task, label);
	return l ? l->icon : "languages";
}

const char *meaning_label_tone(enum meaning_task task, u8 label)
{
	const struct label *l = label_at(task, label);
	return l ? l->tone : "";
}

bool meaning_label_of(enum meaning_task task, struct str word, u8 *ret_label)
{
	const char *at;
	for (u8 label = 1; (at = meaning_label_word(task, label)); label++)
		if (str_eq(word, str_of(at))) {
			*ret_label = label;
			return true;
		}
	return false;
}

bool meaning_is_plain(enum meaning_task task, u8 label)
{
	must(task < MEANING_TASKS);
	return questions[task].yes_no ? label != MEANING_YES : label == questions[task].plain;
}

u8 meaning_least(enum meaning_task task)
{
	must(task < MEANING_TASKS);
	return questions[task].least;
}

bool meaning_sure(const struct meaning *m, enum meaning_task task, u8 *ret_label)
{
	must(task < MEANING_TASKS);
	u8 label = questions[task].yes_no ? MEANING_YES : m->of[task].label;
	bool known = task == MEANING_LANGUAGE ? m->language[0] != 0 : label != 0;
	if (!known || !((m->sure | m->corrected) & 1u << task) || (questions[task].yes_no && m->of[task].p < 50))
		return false;
	if (ret_label)
		*ret_label = label;
	return true;
}

void meaning_set_language(struct meaning *m, struct str code)
{
	memset(m->language, 0, sizeof m->language);
	if (code.len && code.len < sizeof m->language)
		memcpy(m->language, code.at, code.len);
}

unsigned meaning_signs(const struct meaning *m)
{
	unsigned signs = 0;
	for (int i = MEANING_URGENCY; i < MEANING_TASKS; i++)
		if (meaning_sure(m, (enum meaning_task)i, NULL))
			signs |= 1u << i;
	return signs;
}
