/* idea.h: the words of the editorial objects: where an idea is, what may be said of it, of a campaign and of a pillar; amounts of money as people
 * type them. */
#pragma once
#include "base/buf.h"

enum idea_state {
	IDEA_OPEN,  /* on the board */
	IDEA_USED,  /* a post came of it */
	IDEA_ASIDE, /* not now, or never; kept */
	IDEA_STATE_COUNT
};
const char *idea_state_word(enum idea_state state);
const char *idea_state_title(enum idea_state state); /* msgid */
bool idea_state_of(struct str word, enum idea_state *ret_state);

#define IDEA_TITLE_MAX 200   /* characters */
#define IDEA_BODY_MAX 4000
#define CAMPAIGN_NAME_MAX 120
#define CAMPAIGN_BRIEF_MAX 10000
#define CAMPAIGN_GOAL_MAX 500
#define PILLAR_NAME_MAX 80
#define PILLAR_ABOUT_MAX 500
#define MONEY_MAX 100000000000 /* hundredths: a thousand million */

/* "1 200,50", "1,200.50", "1200" to hundredths: spaces of any kind group, of points and commas the last one may part off one or two digits. False for
 * what is no amount, or more than MONEY_MAX. */
bool money_read(struct str text, i64 *ret_hundredths);
void buf_add_money(struct buf *b, i64 hundredths); /* "1200.50", "1200": as money_read() takes it back */
bool currency_known(struct str code);              /* three letters, of those that ISO 4217 has and people pay with */
extern const char *const currencies[];             /* ends with NULL; the first is what nobody said otherwise */
