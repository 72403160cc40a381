#include "main/label_sets.h"

const struct label_set label_sets[] = {
	{"tweeteval", "sentiment", {"sentiment-en", "sentiment"}, {}},
	{"umsab", "sentiment", {"sentiment", "sentiment-en"}, {}},
	{"goemotions7", "emotion", {"emotion"}, {}},
	{"goemotions", "emotion", {"as-goemotions"}, {}},
	{"goemotions4", "emotion", {"as-goemotions4"}, {}},
	{"tweeteval", "emotion", {"as-tweeteval-emotion"}, {}},
	{"tweeteval", "irony", {"irony"}, {{"none", "non_irony"}}},
	{"tweeteval", "offensive", {"offensive-en", "offensive-fr"}, {{"none", "not-offensive"}}},
	{"tweeteval", "hate", {"hate-en", "hate-fr"}, {{"none", "not-hate"}}},
	{"hatecheck", "hate", {"hate-en", "hate-fr"}, {{"none", "non-hateful"}, {"hate", "hateful"}}},
	{"mlma", "toxicity", {"toxicity"}, {{"none", "normal"}}},
	{"davidson", "toxicity", {"as-davidson"}, {}},
	{"sms", "spam", {"spam"}, {{"none", "ham"}}},
	{"youtube", "spam", {"spam"}, {{"none", "ham"}}},
	{"parvis", "urgency", {"urgency"}, {}},
	{"parvis", "intent", {"intent"}, {}},
};
const size_t label_set_count = COUNT(label_sets);

const struct label_set *label_set_of(struct str task, struct str name)
{
	for (size_t i = 0; i < label_set_count; i++)
		if ((!task.len || str_eq(task, str_of(label_sets[i].task))) && (!name.len || str_eq(name, str_of(label_sets[i].name))))
			return &label_sets[i];
	return NULL;
}

struct str label_set_word(const struct label_set *set, struct str ours)
{
	for (size_t i = 0; i < LABEL_SET_NAMES && set->names[i].ours; i++)
		if (str_eq(ours, str_of(set->names[i].ours)))
			return str_of(set->names[i].theirs);
	return ours;
}
