/* short_link.h: short links of posts and how often they were followed, by day. A link is of one post and one channel; its code is found without
 * knowing the workspace. Nothing of who followed it is kept. */
#pragma once
#include "sys/db.h"

struct short_link {
	i64 id, workspace;
	struct str code, target;
	i64 post, channel, created_at;
	struct str zone;          /* of the workspace; by short_link_by_code() alone */
};

/* Where they came from; the last is not of people. */
enum click { CLICK_DIRECT, CLICK_NETWORK, CLICK_SEARCH, CLICK_OTHER, CLICK_ROBOT, CLICK_KINDS };

enum err short_link_by_code(struct cx *cx, struct db *db, struct str code, struct short_link *ret_link); /* ERR_MISSING */
/* Made, if its code is free; *ret_made false: the code is there already, be it this very link. */
enum err short_link_insert(struct cx *cx, struct db *db, const struct short_link *link, bool *ret_made);
enum err short_links_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct short_link **ret_links, size_t *ret_count); /* by channel and id; 500 at the most */

struct short_link_day {
	i64 link, workspace, day; /* days since 1970, by the workspace's clock */
	i64 counts[CLICK_KINDS];
};
/* More of them; of a link that is no more, nothing. */
enum err short_link_clicked(struct cx *cx, struct db *db, const struct short_link_day *day);
/* How many people followed those that a post has on a channel; *ret_links how many there are. */
enum err short_link_people(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, i64 *ret_links, i64 *ret_people);
/* Of the links of a post, by link and day. */
enum err short_link_days_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct short_link_day **ret_days, size_t *ret_count);
