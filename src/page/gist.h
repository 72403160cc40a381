/* gist.h: what a message surely says, as marks at a glance: the same words in the inbox, a conversation, a moderation case and their
 * filters. What is not sure shows nothing; what is plain (neutral, "something else") shows nothing either. Shapes are new references. */
#pragma once
#include "base/cx.h"
#include "store/conversation.h"
#include "store/message.h"

#include <jansson.h>

/* Of a row of a list, three at the most: [{"tone", "icon", "title"}]. */
json_t *gist_chips(struct cx *cx, const struct gist *gist);
/* Of one message, each with the address where it is explained and corrected: [{"word", "tone", "icon", "title", "url"}]. */
json_t *meaning_chips(struct cx *cx, const struct message *message);
/* "/messages/5/meaning?task=sentiment"; MEANING_TASKS: of all. */
struct str meaning_url(struct cx *cx, i64 message, enum meaning_task task);

struct str meaning_language(struct cx *cx, struct str code); /* "Anglais", as a chip says it */

/* What a list can be narrowed to by what is said: `word` is as addresses say it. */
struct gist_sign {
	const char *word, *title; /* "urgent", msgid */
	unsigned signs;
};
extern const struct gist_sign gist_signs[];
extern const size_t gist_sign_count;
