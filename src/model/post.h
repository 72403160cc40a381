/* post.h: the words of posts: their states, from the first word to the network. */
#pragma once
#include "base/str.h"

enum post_state {
	POST_DRAFT,     /* being written */
	POST_REVIEW,    /* waits for an approval */
	POST_APPROVED,  /* may leave, and has no hour */
	POST_SCHEDULED, /* leaves at its hour */
	POST_LEAVING,   /* a part of it has left, the rest follows */
	POST_BY_HAND,   /* a part of it was handed to a person, who publishes it by hand */
	POST_PUBLISHED, /* all of it is there */
	POST_TROUBLE,   /* a part of it needs a person: refused, held, doubtful or late */
	POST_STATE_COUNT
};
const char *post_state_word(enum post_state state);
const char *post_state_title(enum post_state state); /* msgid */
bool post_state_begun(enum post_state state);        /* it leaves, is in hands, or is there: its words and its hour hold */
bool post_state_of(struct str word, enum post_state *ret_state);

enum post_form {
	FORM_POST,
	FORM_STORY,     /* one picture or film, upright, for a day */
	FORM_COUNT
};
const char *post_form_word(enum post_form form);  /* "", "story" */
bool post_form_of(struct str word, enum post_form *ret_form); /* "post" is one, too */

#define POST_BODY_MAX 20000 /* characters of one text: a blog's article has room */
#define POST_TITLE_MAX 300  /* characters */
#define POST_PARTS_MAX 25   /* texts that follow in a thread */
#define POST_MEDIA_MAX 20
#define POST_CHANNELS_MAX 40
