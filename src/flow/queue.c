#include "flow/queue.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/post.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/slot.h"
#include "store/channel.h"
#include "store/event.h"

#include <stdlib.h>

#define NAME_MAX_BYTES 80
#define SLOTS_LOOKED 2000
#define SLOTS_AT_ONCE 32

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, i64 queue)
{
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "queue:%lld", (long long)queue), (struct str){}));
	return change_add(cx, db, workspace, 0, "post", 0);
}

static enum err may_arrange(struct cx *cx)
{
	return actor_may(cx->actor, MAY_ARRANGE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not arrange queues."));
}

static enum err may_write(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads posts and does not write them."));
}

/* ---- the queues themselves ---- */

static int by_minute(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Sorted, each once. */
static enum err sort_slots(struct cx *cx, const int *slots, size_t count, int **ret_slots, size_t *ret_count)
{
	int *list = arena_array(cx->arena, int, count + 1);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (slots[i] < 0 || slots[i] >= WEEK_MINUTES)
			return fail_field(cx, "hours", N_("An hour of the week is written as “1 09:00”: Mondays at nine."));
		list[i] = slots[i];
	}
	qsort(list, count, sizeof *list, by_minute);
	for (size_t i = 0; i < count; i++)
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	if (kept > QUEUE_SLOTS_MAX)
		return fail_field(cx, "hours", N_("A queue has %d hours a week at the most."), QUEUE_SLOTS_MAX);
	*ret_slots = list;
	*ret_count = kept;
	return OK;
}

enum err queue_seen(struct cx *cx, struct db *db, i64 workspace, i64 id, struct seen *ret_seen)
{
	struct seen seen = {};
	struct queue q;
	int *slots;
	i64 *channels;
	size_t slot_count, channel_count;
	CLEANUP(buf_free) struct buf hours = {}, ids = {};
	TRY(queue_get(cx, db, workspace, id, &q));
	TRY(queue_slots(cx, db, workspace, id, &slots, &slot_count));
	TRY(queue_channels(cx, db, workspace, id, &channels, &channel_count));
	for (size_t i = 0; i < slot_count; i++)
		buf_addf(&hours, "%s%.*s", i ? "\n" : "", STR_ARG(slot_text(cx->arena, slots[i])));
	for (size_t i = 0; i < channel_count; i++)
		buf_addf(&ids, "%s%lld", i ? " " : "", (long long)channels[i]);
	seen_add(&seen, "name", N_("Name"), q.name);
	seen_add(&seen, "hours", N_("Hours of the week"), buf_keep(&hours, cx->arena));
	seen_add(&seen, "zone", N_("By the clock of"), q.zone);
	seen_add(&seen, "channels", N_("Its channels"), buf_keep(&ids, cx->arena));
	*ret_seen = seen;
	return OK;
}

static enum err keep(struct cx *cx, struct db *db, struct queue *q, const int *given, size_t given_count, const i64 *channels, size_t channel_count)
{
	struct queue known = {.created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now}, *all;
	struct channel channel;
	int *slots = NULL;
	size_t count, slot_count = 0;
	TRY(may_arrange(cx));
	if (q->id) {
		struct seen now;
		TRY(queue_get(cx, db, q->workspace, q->id, &known));
		TRY(queue_seen(cx, db, q->workspace, q->id, &now));
		TRY(seen_holds(cx, q->seen, &now));
	}
	q->name = str_trim(q->name);
	if (!q->name.len || q->name.len > NAME_MAX_BYTES)
		return fail_field(cx, "name", N_("Give it a name of %d characters at the most."), NAME_MAX_BYTES);
	if (!zone_known(q->zone))
		return fail_field(cx, "zone", N_("This time zone is not known. It is written as Europe/Paris."));
	TRY(sort_slots(cx, given, given_count, &slots, &slot_count));
	if (!slot_count)
		return fail_field(cx, "hours", N_("Give it an hour of the week at least."));
	TRY(queues(cx, db, q->workspace, &all, &count));
	if (!q->id && count >= QUEUES_MAX)
		return fail_field(cx, "name", N_("There are %d queues already. Put one away first."), QUEUES_MAX);
	for (size_t i = 0; i < channel_count; i++)
		TRY(channel_get(cx, db, q->workspace, channels[i], &channel));
	bool is_new = !q->id;
	q->id = is_new ? id_new() : q->id;
	q->created_by = known.created_by;
	q->created_at = known.created_at;
	q->archived_at = known.archived_at;
	TRY(queue_save(cx, db, q));
	TRY(queue_set_slots(cx, db, q->workspace, q->id, slots, slot_count));
	TRY(queue_set_channels(cx, db, q->workspace, q->id, channels, channel_count));
	return trace(cx, db, q->workspace, is_new ? "queue.create" : "queue.edit", q->id);
}

enum err queue_keep(struct cx *cx, struct db *db, struct queue *queue, const int *slots, size_t slot_count, const i64 *channels, size_t channel_count)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, queue, slots, slot_count, channels, channel_count));
}

static enum err put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	struct queue q;
	TRY(may_arrange(cx));
	TRY(queue_get(cx, db, workspace, id, &q));
	q.archived_at = away ? cx->now : 0;
	TRY(queue_save(cx, db, &q));
	return trace(cx, db, workspace, away ? "queue.archive" : "queue.restore", id);
}

enum err queue_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away)
{
	return IN_TRANSACTION(cx, db, put_away(cx, db, workspace, id, away));
}

/* ---- slots ---- */

static bool is_taken(const i64 *taken, size_t count, i64 instant)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (taken[middle] < instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && taken[low] == instant;
}

/* `ours`: hours that are to be given anew, and so count as free. */
static enum err free_slots(struct cx *cx, struct db *db, const struct queue *q, i64 after, const i64 *ours, size_t our_count, i64 *ret_instants, size_t most, size_t *ret_count)
{
	i64 *taken = NULL, *all = arena_array(cx->arena, i64, SLOTS_LOOKED);
	int *slots;
	size_t taken_count = 0, slot_count, found = 0;
	TRY(queue_slots(cx, db, q->workspace, q->id, &slots, &slot_count));
	size_t count = slots_next(slots, slot_count, q->zone, after, QUEUE_AHEAD_DAYS, all, SLOTS_LOOKED);
	for (size_t i = 0; i < count && found < most; i++) {
		bool is_ours = false;
		if (i % SLOTS_AT_ONCE == 0) /* most queues have a free one soon: what is planned far ahead is not read */
			TRY(queue_taken(cx, db, q->workspace, q->id, all[i], all[i + SLOTS_AT_ONCE < count ? i + SLOTS_AT_ONCE - 1 : count - 1], &taken, &taken_count));
		for (size_t n = 0; n < our_count; n++)
			is_ours |= ours[n] == all[i];
		if (is_ours || !is_taken(taken, taken_count, all[i]))
			ret_instants[found++] = all[i];
	}
	*ret_count = found;
	return OK;
}

enum err queue_free(struct cx *cx, struct db *db, const struct queue *queue, i64 after, i64 *ret_instants, size_t most, size_t *ret_count)
{
	return free_slots(cx, db, queue, after, NULL, 0, ret_instants, most, ret_count);
}

static enum err place(struct cx *cx, struct db *db, const struct queue *q, const struct post *post, i64 revision, i64 instant, struct post *ret_post)
{
	TRY(post_plan(cx, db, q->workspace, post->id, revision, slot_wall(cx->arena, q->zone, instant), q->zone, ret_post));
	return queue_post_put(cx, db, q->workspace, q->id, post->id, ret_post->planned_at);
}

static enum err add(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 id, i64 revision, struct post *ret_post)
{
	struct queue q;
	struct post post;
	i64 instant;
	size_t found;
	TRY(may_write(cx));
	TRY(queue_get(cx, db, workspace, queue, &q));
	TRY(post_get(cx, db, workspace, id, &post));
	if (q.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This queue was put away."));
	if (post.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This post was put away. Take it out first."));
	TRY(queue_free(cx, db, &q, cx->now + MINUTE, &instant, 1, &found));
	if (!found)
		return fail(cx, ERR_CONFLICT, N_("No hour of this queue is free within a year."));
	TRY(place(cx, db, &q, &post, revision, instant, ret_post));
	return trace(cx, db, workspace, "queue.add", queue);
}

enum err queue_add(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 post, i64 revision, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, add(cx, db, workspace, queue, post, revision, ret_post));
}

static enum err of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct queue *ret_queue)
{
	i64 queue;
	TRY(queue_of_post(cx, db, workspace, post, &queue));
	return queue ? queue_get(cx, db, workspace, queue, ret_queue) : fail(cx, ERR_CONFLICT, N_("This post is in no queue any more."));
}

static enum err take_out(struct cx *cx, struct db *db, i64 workspace, i64 id, struct post *ret_post)
{
	struct queue q;
	struct post post;
	TRY(may_write(cx));
	TRY(of_post(cx, db, workspace, id, &q));
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_plan(cx, db, workspace, id, post.revision, (struct str){}, (struct str){}, ret_post));
	return trace(cx, db, workspace, "queue.take_out", q.id);
}

enum err queue_take_out(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, take_out(cx, db, workspace, post, ret_post));
}

/* Posts take instants, one each, those that have it already aside. */
static enum err place_all(struct cx *cx, struct db *db, const struct queue *q, const struct queue_post *posts, const i64 *instants, size_t count, i64 *ret_moved)
{
	i64 moved = 0;
	for (size_t i = 0; i < count; i++) {
		struct post post, after;
		if (posts[i].planned_at == instants[i])
			continue;
		TRY(post_get(cx, db, q->workspace, posts[i].post, &post));
		TRY(place(cx, db, q, &post, post.revision, instants[i], &after));
		moved++;
	}
	*ret_moved = moved;
	return OK;
}

static enum err reorder(struct cx *cx, struct db *db, i64 workspace, i64 id, int by)
{
	struct queue q;
	struct queue_post *posts;
	size_t count, from = 0;
	i64 moved;
	TRY(may_write(cx));
	TRY(of_post(cx, db, workspace, id, &q));
	TRY(queue_posts(cx, db, workspace, q.id, cx->now, &posts, &count));
	while (from < count && posts[from].post != id)
		from++;
	if (from == count)
		return fail(cx, ERR_CONFLICT, N_("The hour of this post has gone by. Close the queue up, and it takes a new one."));
	i64 to = (i64)from + by;
	to = to < 0 ? 0 : to >= (i64)count ? (i64)count - 1 : to;
	i64 *instants = arena_array(cx->arena, i64, count);
	for (size_t i = 0; i < count; i++)
		instants[i] = posts[i].planned_at;
	struct queue_post one = posts[from];
	for (i64 i = (i64)from; i != to; i += to > (i64)from ? 1 : -1)
		posts[i] = posts[i + (to > (i64)from ? 1 : -1)];
	posts[to] = one;
	TRY(place_all(cx, db, &q, posts, instants, count, &moved));
	return moved ? trace(cx, db, workspace, "queue.reorder", q.id) : OK;
}

enum err queue_reorder(struct cx *cx, struct db *db, i64 workspace, i64 post, int by)
{
	return IN_TRANSACTION(cx, db, reorder(cx, db, workspace, post, by));
}

static enum err close_up(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 *ret_moved)
{
	struct queue q;
	struct queue_post *posts;
	size_t count, found;
	TRY(may_write(cx));
	TRY(queue_get(cx, db, workspace, queue, &q));
	TRY(queue_posts(cx, db, workspace, queue, 0, &posts, &count));
	i64 *ours = arena_array(cx->arena, i64, count + 1), *instants = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		ours[i] = posts[i].planned_at;
	TRY(free_slots(cx, db, &q, cx->now + MINUTE, ours, count, instants, count, &found));
	TRY(place_all(cx, db, &q, posts, instants, found, ret_moved)); /* of more posts than slots, the last keep their hours */
	return *ret_moved ? trace(cx, db, workspace, "queue.close_up", queue) : OK;
}

enum err queue_close_up(struct cx *cx, struct db *db, i64 workspace, i64 queue, i64 *ret_moved)
{
	return IN_TRANSACTION(cx, db, close_up(cx, db, workspace, queue, ret_moved));
}
