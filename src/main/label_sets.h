/* label_sets.h: the names that data sets have for what is answered, a row a set and task: which of the models that ship speak for it, and
 * how their labels are called there. The first row of a task is what `parvis analyse --labels` prints. Constant. */
#pragma once
#include "base/str.h"

#define LABEL_SET_MODELS 2u
#define LABEL_SET_NAMES 2u
#define LABEL_SET_ALSO 4u

struct label_set {
	const char *name, *task;              /* "tweeteval", "irony" */
	const char *models[LABEL_SET_MODELS]; /* of share/models; the first that knows the language, else the first */
	struct {
		const char *ours, *theirs;
	} names[LABEL_SET_NAMES];             /* what is not named is called as we do */
	const char *also[LABEL_SET_ALSO];     /* what people call it too: the folder of bench/quality, the taxonomy */
};

extern const struct label_set label_sets[];
extern const size_t label_set_count;

/* NULL: there is none. An empty name: the task's first. An empty task: the one set that is called so, NULL where several are. Case does not count. */
const struct label_set *label_set_of(struct str task, struct str name);
bool label_set_of_languages(struct str name); /* their labels are the codes of ISO 639-1, as everywhere here */
struct str label_set_word(const struct label_set *set, struct str ours);
