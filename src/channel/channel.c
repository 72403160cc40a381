#include "channel/channel.h"

const char *outcome_word(enum outcome outcome)
{
	static const char *const words[] = {[OUTCOME_DONE] = "done", [OUTCOME_LATER] = "later", [OUTCOME_NEVER] = "never", [OUTCOME_HOLD] = "hold",
					    [OUTCOME_UNKNOWN] = "unknown"};
	must((unsigned)outcome < COUNT(words));
	return words[outcome];
}

const struct channel_kind *channel_kind_of(struct str word)
{
	for (size_t i = 0; i < channel_kind_count; i++)
		if (str_eq(word, str_of(channel_kinds[i]->word)))
			return channel_kinds[i];
	return NULL;
}
