/* queue.h: queues as rows: hours of the week (model/slot.h) of one or several channels, at which posts leave one after the other, and the posts that were put into
 * them. A post is in its queue as long as its hour is the one it was given there: moved by hand, it has left it. Only flow/queue writes them. */
#pragma once
#include "sys/db.h"

#define QUEUES_MAX 100
#define QUEUE_SLOTS_MAX 200

struct queue {
	i64 id, workspace;
	struct str name, zone;
	i64 created_by, created_at, archived_at;
	struct str seen; /* with queue_keep(): the mark of what was seen (flow/seen.h); no column */
};

enum err queue_save(struct cx *cx, struct db *db, const struct queue *queue); /* inserts or updates by id; field "name": there is one of this name */
enum err queue_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct queue *ret_queue); /* ERR_MISSING */
enum err queues(struct cx *cx, struct db *db, i64 workspace, struct queue **ret_queues, size_t *ret_count); /* those in use, by name */
enum err queue_set_slots(struct cx *cx, struct db *db, i64 workspace, i64 queue, const int *slots, size_t count); /* instead of what there was */
enum err queue_slots(struct cx *cx, struct db *db, i64 workspace, i64 queue, int **ret_slots, size_t *ret_count); /* sorted */
enum err queue_set_channels(struct cx *cx, struct db *db, i64 workspace, i64 queue, const i64 *channels, size_t count);
enum err queue_channels(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 **ret_channels, size_t *ret_count);

/* When something is planned from `since` to `until` (both included) that takes a slot: what is in the queue, and what else goes to one of its channels at that minute; sorted. */
enum err queue_taken(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 since, i64 until, i64 **ret_instants, size_t *ret_count);

struct queue_post {
	i64 post, planned_at;
};
enum err queue_post_put(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 post, i64 planned_at);
/* Those that wait in it for an hour later than `after`, in the order of their hours; 0: also those whose hour went by before they were approved. */
enum err queue_posts(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 after, struct queue_post **ret_posts, size_t *ret_count);
enum err queue_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 *ret_queue); /* 0: it is in none */
