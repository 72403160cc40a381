/* post_reach.h: how many people each post of ours reached, as its network or whoever measured it says: a row a post, by channel. What is told again
 * replaces what was told. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct post_reach {
	i64 id, workspace, channel, at; /* at: when it was posted */
	struct str remote_id;
	i64 reach;
	struct str format;  /* text, image, video, link, carousel, story, live, other */
	i64 length;         /* letters of its text; -1: not known */
	bool has_link;
	i64 told_at;
};
enum err post_reach_save(struct cx *cx, struct db *db, const struct post_reach *post); /* by (channel, remote id); the id of a known one stays */
/* The newest of a channel, in order of time. */
enum err post_reach_list(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct post_reach **ret_posts, size_t *ret_count);
enum err post_reach_count(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count);
