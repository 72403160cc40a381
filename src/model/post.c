#include "model/post.h"

#include "base/err.h"

static const struct {
	const char *word, *title;
} states[POST_STATE_COUNT] = {
	[POST_DRAFT] = {"draft", N_("Draft")},
	[POST_REVIEW] = {"review", N_("To approve")},
	[POST_APPROVED] = {"approved", N_("Approved")},
	[POST_SCHEDULED] = {"scheduled", N_("Scheduled")},
	[POST_LEAVING] = {"leaving", N_("Leaving")},
	[POST_BY_HAND] = {"by_hand", N_("To be published by hand")},
	[POST_PUBLISHED] = {"published", N_("Published")},
	[POST_TROUBLE] = {"trouble", N_("Needs you")},
};

const char *post_state_word(enum post_state state)
{
	must(state < POST_STATE_COUNT);
	return states[state].word;
}

const char *post_state_title(enum post_state state)
{
	must(state < POST_STATE_COUNT);
	return states[state].title;
}

bool post_state_begun(enum post_state state)
{
	return state == POST_LEAVING || state == POST_BY_HAND || state == POST_PUBLISHED;
}

bool post_state_of(struct str word, enum post_state *ret_state)
{
	for (enum post_state i = 0; i < POST_STATE_COUNT; i++)
		if (str_eq(word, str_of(states[i].word))) {
			*ret_state = i;
			return true;
		}
	return false;
}

static const char *const forms[FORM_COUNT] = {[FORM_POST] = "", [FORM_STORY] = "story"};

const char *post_form_word(enum post_form form)
{
	return forms[form];
}

bool post_form_of(struct str word, enum post_form *ret_form)
{
	for (int f = 0; f < FORM_COUNT; f++)
		if (str_eq(word, str_of(forms[f])) || (f == FORM_POST && str_eq(word, S("post")))) {
			*ret_form = (enum post_form)f;
			return true;
		}
	return false;
}
