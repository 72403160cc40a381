/* channel_look.h: a channel as a chip, and what can be connected: for every page that shows channels. */
#pragma once
#include "store/channel.h"

#include <jansson.h>

struct channel_look {
	const char *word, *title, *tone, *icon; /* title: msgid */
};
struct channel_look channel_look(const struct channel *channel); /* its state as a chip */
json_t *channel_kinds_shape(struct cx *cx, struct str next);     /* what can be connected; next: where to go afterwards, or empty */
