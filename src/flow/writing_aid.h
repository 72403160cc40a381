/* writing_aid.h: the verbs of what helps to write posts: templates, sets of hashtags, variables (store/writing_aid.h). Each is one transaction with its
 * audit entry. Field errors name "name", "body", "type", "shows". */
#pragma once
#include "flow/seen.h"
#include "store/writing_aid.h"

#define AIDS_MAX 1000
#define AID_TAGS_MAX 100 /* of a set */

/* Makes (id 0) or changes; its kind never changes. Hashtags are taken with "#" or without, each once. */
void writing_aid_seen(struct arena *arena, const struct writing_aid *aid, struct seen *ret_seen); /* its fields, as its form has them */
enum err writing_aid_keep(struct cx *cx, struct db *db, struct writing_aid *aid);
enum err writing_aid_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);
/* It goes into a text: what goes in. Of hashtags that take turns, those whose turn it is. Whoever writes posts may; ERR_CONFLICT: a variable is no text. */
enum err writing_aid_use(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str *ret_text);
/* The hashtags of its turn `turn`: so many, beginning where the last turn ended. Arena. */
struct str writing_aid_turn(struct arena *arena, const struct writing_aid *hashtags, i64 turn);
/* Variables that every post has without anybody saying so: date (the day it leaves), channel, network, campaign, workspace. */
bool variable_is_given(struct str name);
/* Is this a value of that type? Empty: no. A date is written 2027-03-24. */
bool variable_fits(enum variable_type type, struct str value);
