/* queue.h: the verbs of queues: hours of the week of one or several channels, into whose next free one a post is put. A slot is free when nothing is planned
 * for that minute by the queue or by one of its channels; so a post that is taken out, or moved by hand, frees its slot by itself. Each verb is one
 * transaction, with its audit entry. Queues are arranged by whoever may arrange the desk, filled by whoever may write posts. */
#pragma once
#include "flow/seen.h"
#include "store/post.h"
#include "store/queue.h"

#define QUEUE_AHEAD_DAYS 370 /* how far a free slot is looked for */

/* id 0: a new one, then its id. Field errors "name", "zone", "hours", "channels". What waits in it keeps its hours. */
/* Its fields, as its form has them: hours a day a line, channels by their ids. */
enum err queue_seen(struct cx *cx, struct db *db, i64 workspace, i64 queue, struct seen *ret_seen);
enum err queue_keep(struct cx *cx, struct db *db, struct queue *queue, const int *slots, size_t slot_count, const i64 *channels, size_t channel_count);
enum err queue_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away); /* posts keep their hours */

/* Its next free slots after now, in order. Returns how many in *ret_count. */
enum err queue_free(struct cx *cx, struct db *db, const struct queue *queue, i64 after, i64 *ret_instants, size_t most, size_t *ret_count);
/* The post takes the next free slot; an approval holds on. One that is in a queue takes another slot. ERR_CONFLICT: the queue has no hours, or none is free. */
enum err queue_add(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 post, i64 revision, struct post *ret_post);
enum err queue_take_out(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post *ret_post); /* it has no hour any more; given the same one again, it is back */
/* It stands `by` places later (earlier: negative) than now; those it passes by take its place, all in the same slots. */
enum err queue_reorder(struct cx *cx, struct db *db, i64 workspace, i64 post, int by);
/* Its posts close up: in their order, into the first free slots, also those whose hour went by before they were approved; what is taken by others stays theirs. *ret_moved how many moved. */
enum err queue_close_up(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 *ret_moved);
