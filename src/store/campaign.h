/* campaign.h: campaigns as rows: what they are for, when, for how much, whose they are; and what came of their posts, as the networks tell it. Days are
 * those of the calendar on the wall, "2027-03-01"; empty: open. Only flow/campaign writes them; nothing is deleted. */
#pragma once
#include "model/post.h"
#include "store/list.h"
#include "sys/db.h"

struct campaign {
	i64 id, workspace;
	struct str name, brief, goal;
	struct str starts_on, ends_on;  /* both days belong to it */
	i64 budget, spent;              /* hundredths of the currency; 0: nothing was said */
	struct str currency;
	i64 owner, created_by, created_at, archived_at;
	struct str seen; /* with campaign_keep(): the mark of what was seen (flow/seen.h); no column */
};
enum err campaign_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct campaign *ret_campaign);               /* ERR_MISSING */
enum err campaign_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct campaign *ret_campaign);    /* ERR_MISSING without a story */
enum err campaign_save(struct cx *cx, struct db *db, const struct campaign *campaign); /* inserts, or writes over by id; who made it stays */

enum campaign_list {
	CAMPAIGNS_OPEN, /* they run, or are to come: the first to begin first */
	CAMPAIGNS_OVER, /* the last to begin first */
	CAMPAIGNS_AWAY, /* put away; the last to begin first */
};
/* `today`: 2027-03-24. Places are (campaign_key(), id). */
enum err campaigns_list(struct cx *cx, struct db *db, i64 workspace, enum campaign_list which, struct str today, struct list_place from, size_t limit,
			struct campaign **ret_campaigns, size_t *ret_count);
i64 campaign_key(enum campaign_list which, const struct campaign *campaign); /* never 0 */
enum err campaigns_count(struct cx *cx, struct db *db, i64 workspace, struct str today, i64 *ret_counts); /* ret_counts[3], by enum campaign_list */

/* Its posts that are not put away, by state. */
enum err campaign_states(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 *ret_counts); /* ret_counts[POST_STATE_COUNT] */

/* What its posts came to on a channel. A figure of a network is the last that it told of each post itself, not of what follows in its thread, summed up;
 * `told` says of how many: 0, nobody knows. Clicks are those of people on the posts' own short links, machines left out, as their own page counts them. */
enum campaign_measure { CAMPAIGN_REACH, CAMPAIGN_VIEWS, CAMPAIGN_LIKES, CAMPAIGN_SHARES, CAMPAIGN_REPLIES, CAMPAIGN_CLICKS, CAMPAIGN_MEASURES };
const char *campaign_measure_word(enum campaign_measure measure);
struct campaign_figures {
	i64 channel;
	i64 sent;                       /* posts that are there */
	i64 comments;                   /* that came in under them here */
	i64 value[CAMPAIGN_MEASURES], told[CAMPAIGN_MEASURES];
	i64 told_at;                    /* the last that the network told of them; 0: nothing */
};
enum err campaign_figures(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures **ret_figures, size_t *ret_count); /* by channel */
