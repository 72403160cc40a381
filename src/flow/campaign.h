/* campaign.h: the verbs of campaigns: what they are for, when, for how much, whose they are. By whoever keeps campaigns (MAY_PLAN_POSTS); each is one
 * transaction, with its audit entry and the change "post" that open calendars live on. Nothing is deleted. */
#pragma once
#include "flow/seen.h"
#include "store/campaign.h"

/* id 0: a new one, then its id. The owner is a member of the workspace, or nobody (0). Field errors: "name", "brief", "goal", "starts_on", "ends_on",
 * "budget", "spent", "currency", "owner". */
void campaign_seen(struct arena *arena, const struct campaign *campaign, struct seen *ret_seen); /* its fields, as its form has them */
enum err campaign_keep(struct cx *cx, struct db *db, struct campaign *campaign);
/* Put away: its posts keep it and leave all the same; nothing new is filed under it. */
enum err campaign_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);
