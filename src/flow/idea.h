/* idea.h: the verbs of ideas: written by hand, taken from what somebody said or from an article, set aside, and made into a draft in one press. By
 * whoever may write posts; each is one transaction, with its audit entry and the change "post" that open calendars live on. Nothing is deleted: an
 * idea that is not wanted is set aside.
 *
 * What must stay true: a message gives one idea at the most; the words of others are shown beside an idea, and never copied into a draft. */
#pragma once
#include "flow/seen.h"
#include "store/idea.h"
#include "store/post.h"

void idea_seen(struct arena *arena, const struct idea *idea, struct seen *ret_seen); /* its fields, as its form has them */

/* id 0: a new one, then its id. Its state, its message and who made it stay as they are. Field errors: "title", "body", "url", "pillar", "campaign". */
enum err idea_keep(struct cx *cx, struct db *db, struct idea *idea);

/* What was said becomes an idea (`state` IDEA_OPEN), or is set aside at once (IDEA_ASIDE: it is not proposed again). One that is there already stays,
 * and is put where `state` says unless a post came of it; *ret_new false. ERR_CONFLICT for a message that was hidden,
 * or taken away over there. */
enum err idea_from_message(struct cx *cx, struct db *db, i64 workspace, i64 message, enum idea_state state, struct idea *ret_idea, bool *ret_new);

/* To another place of the board: IDEA_OPEN or IDEA_ASIDE. */
enum err idea_move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum idea_state to);

/* A draft of it: its title, its own words, its address, its pillar and campaign, and the link back; it is used from then on. ERR_CONFLICT where a post
 * came of it already and `again` is false. */
enum err idea_use(struct cx *cx, struct db *db, i64 workspace, i64 id, bool again, struct post *ret_post);
/* What such a draft begins with; texts in the arena. */
struct str idea_draft_body(struct cx *cx, const struct idea *idea);
