/* calendar_feed.h: the addresses under which a calendar is read from outside (iCalendar): a secret each, of which only the hash is kept, for one person in
 * one workspace, narrowed as they wished. Revoked ones stay as rows. */
#pragma once
#include "sys/db.h"

struct calendar_feed {
	i64 id, workspace, person;
	struct str name;
	i64 channel, campaign, pillar; /* 0 any */
	struct str state;              /* a word of post_state; empty: any */
	i64 created_at, revoked_at;
};

enum err calendar_feed_insert(struct cx *cx, struct db *db, const struct calendar_feed *feed, struct str code_hash);
enum err calendar_feed_by_code(struct cx *cx, struct db *db, struct str code_hash, struct calendar_feed *ret_feed); /* not revoked; ERR_MISSING without a story */
enum err calendar_feeds_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct calendar_feed **ret_feeds, size_t *ret_count); /* not revoked; 100 at the most */
enum err calendar_feed_revoke(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id); /* ERR_MISSING: it is none of theirs */
