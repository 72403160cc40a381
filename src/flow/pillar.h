/* pillar.h: the verbs of the editorial line: its pillars, each with the share of our posts that it is to have. By whoever keeps the editorial line
 * (MAY_PLAN_POSTS); each is one transaction, with its audit entry and the change "post" that open calendars live on. Nothing is deleted. */
#pragma once
#include "flow/seen.h"
#include "store/pillar.h"

#define PILLARS_MOST 50 /* in use at once: more is no line any more */

/* id 0: a new one, then its id. Field errors: "name", "about", "share": of all pillars together they are 100 percent at the most. */
void pillar_seen(struct arena *arena, const struct pillar *pillar, struct seen *ret_seen); /* its fields, as its form has them */
enum err pillar_keep(struct cx *cx, struct db *db, struct pillar *pillar);
/* Put away: what serves it keeps it, and nothing new is filed under it; its share is free. Taken out again it must find room: ERR_CONFLICT. */
enum err pillar_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);
