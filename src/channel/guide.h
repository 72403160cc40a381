/* guide.h: how a person connects a channel who never made an "app" at a network: what to do over there, one sentence after the other, what of ours is pasted
 * where, and what goes wrong most often. Data: a constant row a kind in src/channel/NAME/guide.c, and its word in the list of src/channel/meson.build.
 * What must stay true: what is to be typed or pasted stands in its step as it is typed, and a page over there is linked where it has an address. */
#pragma once
#include "channel/channel.h"

enum guide_paste {
	PASTE_NOTHING,
	PASTE_RETURN,   /* where people come back to after they signed in over there */
	PASTE_DELIVERY, /* where the network brings things; known when the channel is there */
	PASTE_WORD,     /* what it repeats there */
	PASTE_RIGHTS,   /* the rights of the kind */
	PASTE_THIS,     /* `typed` */
};

enum guide_when {
	GUIDE_BEFORE,   /* the channel is connected */
	GUIDE_ONCE,     /* for the whole installation, by whoever runs it: the network then knows Parvis by an id */
	GUIDE_AFTER,
};

struct guide_step {
	const char *text;   /* msgid */
	const char *link;   /* https://… over there, /… on the desk; NULL */
	enum guide_paste paste;
	const char *typed;  /* no msgid */
	enum guide_when when;
};

struct guide_trouble {
	const char *what, *cure; /* msgids */
	const char *typed;       /* of the cure; NULL */
};

struct channel_guide {
	const char *word;                     /* of the kind */
	const char *account;                  /* msgid: what one needs before it begins */
	const struct guide_step *steps;       /* ends with a row whose text is NULL */
	const struct guide_trouble *troubles; /* ends with a row whose what is NULL */
	const char *note;                     /* msgid: what Parvis does not do there, besides what holds for all; NULL */
	const char *as_of;                    /* when the names on their pages were like this */
};

extern const struct channel_guide *const channel_guides[];
extern const size_t channel_guide_count;
const struct channel_guide *channel_guide_of(const struct channel_kind *kind); /* NULL: none */
