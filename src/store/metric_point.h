/* metric_point.h: figures as networks told them: of a message of ours, or of an account (message 0), by measure, each value with when it was told
 * first and last. A value that stayed the same is one row. */
#pragma once
#include "sys/db.h"

struct metric_point {
	i64 id, workspace, channel;
	i64 message;         /* 0: of the account */
	struct str measure;  /* likes, shares, replies, views, followers, posts */
	i64 value;
	i64 at, told_at;     /* told first, told last */
};

/* `point->id` is used where the value is another than it was last. */
enum err metric_point_take(struct cx *cx, struct db *db, const struct metric_point *point);
/* Of the messages of a conversation, by message and measure, the latest last. */
enum err metric_points_of_conversation(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct metric_point **ret_points, size_t *ret_count);
/* Of an account since then, by measure, in order of time. */
enum err metric_points_of_account(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, struct metric_point **ret_points, size_t *ret_count);

struct metric_message {
	i64 id;
	struct str remote_id;
	bool is_post;            /* begins a thread; else it is an answer */
	struct str body;
	i64 at, attachment_count;
};
/* What we said in public there since then, the newest first. */
enum err metric_messages(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, size_t limit, struct metric_message **ret_messages, size_t *ret_count);

struct metric_channel {
	i64 workspace, channel;
};
/* Channels of a kind that work, and whose figures nobody tried to read after `before`; over all workspaces. */
enum err metric_channels_due(struct cx *cx, struct db *db, struct str kind, i64 before, size_t limit, struct metric_channel **ret_channels, size_t *ret_count);
