#include "text/task.h"

#include "base/err.h"

const struct task tasks[] = {
	{"sentiment", N_("How it sounds: negative, neutral, positive"), MEASURE_RECALL, .precision = 1, .trust = 0.75},
	{"emotion", N_("What is felt"), MEASURE_F1, .precision = 1, .trust = 0.65},
	/* What is meant as said is far more common than in the sets that teach irony. */
	{"irony", N_("Said the other way round"), MEASURE_F1_OF, "irony", 1, .trust = 0.95},
	{"offensive", N_("Rude, or an insult"), MEASURE_F1, .precision = 1, .trust = 0.75},
	/* Who is called hateful wrongly is wronged: it has to be sure. */
	{"hate", N_("Hate against a group"), MEASURE_F1_OF, "hate", 3, .trust = 0.8},
	/* Its sets are full of what it looks for, desks are not. */
	{"toxicity", N_("Poisons a conversation"), MEASURE_F1, .precision = 1, .trust = 0.95},
	/* A person's message lost among the spam costs more than a spam seen. */
	{"spam", N_("Unwanted advertising or fraud"), MEASURE_F1_OF, "spam", 2, .trust = 0.9},
	/* Nobody is called away for nothing twice. */
	{"urgency", N_("Wants an answer now"), MEASURE_F1_OF, "urgent", 2, .trust = 0.8},
	{"intent", N_("What the message wants"), MEASURE_ACCURACY, .precision = 1, .trust = 0.75, .intents = true},
	/* Of a crisis, a subject: what is asked about is often another one than was learnt from, where lucky thresholds do not hold. */
	{"relevance", N_("Belongs to the event or subject"), MEASURE_ACCURACY, .precision = 1, .trust = 0.75, .elsewhere = true},
	{"language", N_("The language it is written in"), MEASURE_ACCURACY, .precision = 1, .trust = 0.75},
	{"labels", N_("Any set of labels"), MEASURE_F1, .precision = 1, .trust = 0.75, .elsewhere = true},
};
const size_t task_count = COUNT(tasks);

const struct task *task_of(struct str word)
{
	for (size_t i = 0; i < task_count; i++)
		if (str_eq(word, str_of(tasks[i].word)))
			return &tasks[i];
	return &tasks[task_count - 1];
}

const char *measure_word(enum measure measure)
{
	static const char *const words[] = {"macro-F1", "macro-recall", "accuracy", "F1"};
	return words[measure];
}
