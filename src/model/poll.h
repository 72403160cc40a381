/* poll.h: a question with choices, asked with a post. */
#pragma once
#include "base/str.h"

#define POLL_CHOICES_MAX 12
#define POLL_CHOICE_MAX 200   /* characters; networks take fewer */
#define POLL_QUESTION_MAX 300 /* characters */

struct poll {
	struct str question;      /* where networks ask it apart; empty: the post's text asks it */
	const struct str *choices;
	size_t count;             /* 0: there is no poll */
	i64 lasting;              /* microseconds that it stays open */
	bool several;             /* more than one may be chosen */
};
