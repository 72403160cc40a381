/* The words of tasks and labels, as the database and other programs keep them: numbers and words stay; new ones come behind. */
#include "base/err.h"
#include "text/analyser.h"

struct label_row {
	const char *word, *title;
};

struct task_row {
	const char *word, *title;
	struct label_row labels[ANALYSER_LABELS_MAX]; /* up to the first without a word */
	u8 plain;                                     /* the label that says nothing */
};

static const struct task_row rows[ANALYSER_TASKS] = {
	[ANALYSER_SENTIMENT] = {"sentiment", N_("Sentiment"), {{"negative", N_("Negative")}, {"neutral", N_("Neutral")}, {"positive", N_("Positive")}}, 1},
	[ANALYSER_EMOTION] = {"emotion", N_("Emotion"), {{"neutral", N_("Calm")}, {"joy", N_("Joy")}, {"anger", N_("Anger")}, {"sadness", N_("Sadness")}, {"fear", N_("Fear")},
							 {"disgust", N_("Disgust")}, {"surprise", N_("Surprise")}}, 0},
	[ANALYSER_IRONY] = {"irony", N_("Irony"), {{"none", N_("Meant as said")}, {"irony", N_("Ironic")}}, 0},
	[ANALYSER_OFFENSIVE] = {"offensive", N_("Offence"), {{"none", N_("Not offensive")}, {"offensive", N_("Offensive")}}, 0},
	[ANALYSER_HATE] = {"hate", N_("Hate"), {{"none", N_("Not hateful")}, {"hate", N_("Hateful")}}, 0},
	[ANALYSER_TOXICITY] = {"toxicity", N_("Toxicity"), {{"none", N_("Not toxic")}, {"toxic", N_("Toxic")}}, 0},
	[ANALYSER_SPAM] = {"spam", N_("Spam"), {{"none", N_("Not spam")}, {"spam", N_("Spam")}}, 0},
	[ANALYSER_URGENCY] = {"urgency", N_("Urgency"), {{"none", N_("Not pressing")}, {"urgent", N_("Pressing")}}, 0},
	[ANALYSER_INTENT] = {"intent", N_("Intent"), {{"other", N_("Something else")}, {"question", N_("Question")}, {"complaint", N_("Complaint")}, {"praise", N_("Praise")},
						      {"purchase", N_("Wants to buy")}}, 0},
};

struct str analyser_task_word(enum analyser_task task)
{
	return task < ANALYSER_TASKS ? str_of(rows[task].word) : (struct str){};
}

enum analyser_task analyser_task_of(struct str word)
{
	enum analyser_task task = 0;
	while (task < ANALYSER_TASKS && !str_eq(word, str_of(rows[task].word)))
		task++;
	return task;
}

size_t analyser_label_count(enum analyser_task task)
{
	size_t count = 0;
	while (task < ANALYSER_TASKS && count < ANALYSER_LABELS_MAX && rows[task].labels[count].word)
		count++;
	return count;
}

struct str analyser_label_word(enum analyser_task task, u8 label)
{
	return label < analyser_label_count(task) ? str_of(rows[task].labels[label].word) : (struct str){};
}

u8 analyser_label_of(enum analyser_task task, struct str word)
{
	for (u8 label = 0; label < analyser_label_count(task); label++)
		if (str_eq(word, str_of(rows[task].labels[label].word)))
			return label;
	return ANALYSER_NO_LABEL;
}

bool analyser_label_is_plain(enum analyser_task task, u8 label)
{
	return label >= analyser_label_count(task) || label == rows[task].plain;
}

const char *analyser_task_title(enum analyser_task task)
{
	return task < ANALYSER_TASKS ? rows[task].title : "";
}

const char *analyser_label_title(enum analyser_task task, u8 label)
{
	return label < analyser_label_count(task) ? rows[task].labels[label].title : "";
}
