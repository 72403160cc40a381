/* hashtag.h: hashtags in what others said in public of late, a row a message and hashtag: how often one is said, and what is said with it. Counted by the duty that
 * counts trends, which reads each message once, and dropped after HASHTAG_HEARD. Also which hashtags the posts of a campaign or of a pillar have. */
#pragma once
#include "sys/db.h"

#define HASHTAG_HEARD ((i64)30 * 24 * 3600 * 1000000)
#define HASHTAG_COUNTED 1000  /* messages; more are not counted out */
#define HASHTAG_ASKED 40      /* at a time */

struct heard_tag {
	i64 message;
	struct str key, tag;
};
enum err hashtags_heard_add(struct cx *cx, struct db *db, i64 workspace, const struct heard_tag *tags, size_t count); /* one that is there stays */
enum err hashtags_heard_prune(struct cx *cx, struct db *db, i64 workspace, i64 before); /* messages with an id before this */

/* How many messages have each of HASHTAG_ASKED keys at the most, HASHTAG_COUNTED at the most; one for one. */
enum err hashtags_heard_count(struct cx *cx, struct db *db, i64 workspace, const struct str *keys, size_t count, i64 *ret_counts);

struct tag_count {
	struct str key, tag;
	i64 count;
};
/* Of the newest `newest` messages that have this key: what hashtags they have, each spelling by itself, it among them; those that most have first. */
enum err hashtags_heard_with(struct cx *cx, struct db *db, i64 workspace, struct str key, size_t newest, size_t limit, struct tag_count **ret_tags, size_t *ret_count);

/* The hashtags of the newest `newest` posts of a campaign, or of a pillar (the other 0), but for one post; .count is the post here. One that has none is a row with empty texts. */
enum err hashtags_of_line(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 pillar, i64 but, size_t newest, struct tag_count **ret_tags, size_t *ret_count);
