#include "main/label_sets.h"

#define AS_HATE {"hate-en", "hate-fr"}

const struct label_set label_sets[] = {
	{"tweeteval", "sentiment", {"sentiment-en", "sentiment"}, {}, {"sentiment_tweeteval"}},
	{"umsab", "sentiment", {"sentiment", "sentiment-en"}, {}, {"sentiment_umsab"}},
	{"airline", "sentiment", {"sentiment-en", "sentiment"}, {}, {"sentiment_airline"}},
	{"goemotions7", "emotion", {"emotion"}, {}, {"ekman", "emotion_goemotions7", "goemotions_ekman"}},
	{"goemotions", "emotion", {"as-goemotions"}, {}, {"original", "emotion_goemotions", "goemotions28", "goemotions_original"}},
	{"goemotions4", "emotion", {"as-goemotions4"}, {}, {"group", "emotion_goemotions4", "goemotions_group"}},
	{"tweeteval", "emotion", {"as-tweeteval-emotion"}, {}, {"emotion_tweeteval"}},
	{"tweeteval", "irony", {"irony"}, {{"none", "non_irony"}}, {"irony_tweeteval"}},
	{"tweeteval", "offensive", {"offensive-en", "offensive-fr"}, {{"none", "not-offensive"}}, {"offensive_tweeteval"}},
	{"tweeteval", "hate", AS_HATE, {{"none", "not-hate"}}, {"hate_tweeteval"}},
	{"hatecheck", "hate", AS_HATE, {{"none", "non-hateful"}, {"hate", "hateful"}}, {"hate_hatecheck"}},
	{"mlma", "toxicity", {"toxicity"}, {{"none", "normal"}}, {"toxicity_mlma"}},
	{"davidson", "toxicity", {"as-davidson"}, {}, {"toxicity_davidson"}},
	{"hatecheck", "toxicity", AS_HATE, {{"none", "non-hateful"}, {"hate", "hateful"}}, {"toxicity_hatecheck"}},
	{"sms", "spam", {"spam"}, {{"none", "ham"}}, {"spam_sms"}},
	{"youtube", "spam", {"spam"}, {{"none", "ham"}}, {"spam_youtube"}},
	{"parvis", "urgency", {"urgency"}, {}, {}},
	{"parvis", "intent", {"intent"}, {}, {}},
};
const size_t label_set_count = COUNT(label_sets);

static bool is_called(const struct label_set *set, struct str name)
{
	bool called = str_eq_fold(name, str_of(set->name));
	for (size_t i = 0; i < LABEL_SET_ALSO && set->also[i]; i++)
		called |= str_eq_fold(name, str_of(set->also[i]));
	return called;
}

const struct label_set *label_set_of(struct str task, struct str name)
{
	const struct label_set *found = NULL;
	for (size_t i = 0; i < label_set_count; i++) {
		if ((task.len && !str_eq(task, str_of(label_sets[i].task))) || (name.len && !is_called(&label_sets[i], name)))
			continue;
		if (task.len)
			return &label_sets[i];
		if (found)
			return NULL;
		found = &label_sets[i];
	}
	return found;
}

bool label_set_of_languages(struct str name)
{
	return str_eq_fold(name, S("lingua")) || str_eq_fold(name, S("lid_lingua")) || str_eq_fold(name, S("tweets")) || str_eq_fold(name, S("lid_tweets"));
}

struct str label_set_word(const struct label_set *set, struct str ours)
{
	for (size_t i = 0; i < LABEL_SET_NAMES && set->names[i].ours; i++)
		if (str_eq(ours, str_of(set->names[i].ours)))
			return str_of(set->names[i].theirs);
	return ours;
}
