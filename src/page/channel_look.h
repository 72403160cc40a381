/* channel_look.h: a channel as a chip, and what can be connected: for every page that shows channels. */
#pragma once
#include "base/cx.h"
#include "store/channel.h"

#include <jansson.h>

struct channel_kind; /* channel/channel.h */

struct channel_look {
	const char *word, *title, *tone, *icon; /* title: msgid */
};
struct channel_look channel_look(const struct channel *channel); /* its state as a chip */
json_t *channel_kinds_shape(struct cx *cx, struct str next);     /* what can be connected; next: where to go afterwards, or empty */
/* The rights of a kind as they are typed over there; empty. */
struct str channel_rights_text(struct cx *cx, const struct channel_kind *kind);
/* Why networks would not take our address: it is not https, or of this machine alone. Empty: they would. */
struct str channel_address_trouble(struct cx *cx);
