#include "channel/guide.h"

#include <string.h>

const struct channel_guide *channel_guide_of(const struct channel_kind *kind)
{
	for (size_t i = 0; kind && i < channel_guide_count; i++)
		if (strcmp(channel_guides[i]->word, kind->word) == 0)
			return channel_guides[i];
	return NULL;
}
