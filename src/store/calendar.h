/* calendar.h: what a calendar reads of posts: narrow rows with their channels, a bounded number at a time, and how many there are; what has no
 * hour yet; campaigns and the editorial line as the days beside them show them. Reads alone: posts are written by flow/post, and what was put away
 * is never among them. Texts are the arena's. */
#pragma once
#include "model/post.h"
#include "store/list.h"
#include "sys/db.h"

#define CALENDAR_CHANNELS 12 /* of a post that a calendar shows; of more, the first */
#define CALENDAR_EXCERPT 120 /* characters of a text that stand for a title */

struct calendar_post {
	i64 id;
	struct str title;           /* or the beginning of its text; may be empty */
	enum post_state state;
	struct str wall_time, zone; /* as set */
	i64 planned_at, revision, campaign, pillar, updated_at;
	i64 channels[CALENDAR_CHANNELS];
	size_t channel_count;
};

struct calendar_filter {
	i64 channel, campaign, pillar; /* 0 any */
	int state;                     /* -1 any */
};

/* When something is planned from an instant to just before another, in order: one entry a post, `limit` at the most. */
struct calendar_mark {
	i64 id, at, pillar;
};
enum err calendar_marks(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *filter, i64 since, i64 until, size_t limit,
			struct calendar_mark **ret_marks, size_t *ret_count);
/* Some of them, by their ids and in their order; those that are gone are left out. */
enum err calendar_posts_of(struct cx *cx, struct db *db, i64 workspace, const i64 *ids, size_t count, struct calendar_post **ret_posts, size_t *ret_count);
/* A page of them, in the order of their hours; places are (planned_at, id). */
enum err calendar_posts(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *filter, i64 since, i64 until, struct list_place from,
			size_t limit, struct calendar_post **ret_posts, size_t *ret_count);
/* Those without an hour that have not left, the last changed first. */
enum err calendar_unplaced(struct cx *cx, struct db *db, i64 workspace, const struct calendar_filter *filter, size_t limit, struct calendar_post **ret_posts,
			   size_t *ret_count);

/* How many are in a state, counted up to `most`. */
enum err calendar_count(struct cx *cx, struct db *db, i64 workspace, enum post_state state, size_t most, i64 *ret_count);
enum err calendar_any(struct cx *cx, struct db *db, i64 workspace, bool *ret_any); /* is there any post at all? */

/* What stands beside: something with a name, and maybe days. */
struct calendar_line {
	i64 id;
	struct str name;
	struct str starts_on, ends_on; /* of a campaign: 2027-03-01; empty: open */
	i64 share;                     /* of a pillar: the percent it is to have; 0: nothing was said */
};
enum err calendar_campaigns(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count);
enum err calendar_pillars(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count);
enum err calendar_ideas(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct calendar_line **ret_lines, size_t *ret_count); /* open ones, the newest first */
