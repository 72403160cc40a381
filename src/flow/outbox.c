#include "flow/outbox_parts.h"

#include "base/clock.h"
#include "flow/post.h"
#include "flow/transaction.h"
#include "store/suspension.h"
#include "store/workspace.h"

#define TURNS 12                 /* batches of a turn at the most; their texts and files stay in memory until it ends */
#define BATCH 16                 /* acts of a channel that one commit takes and one settles */
#define WAIT_EVER (40 * DAY)      /* no network asks for more; what people plan is not tried yet */
#define BATCH_BYTES (8 << 20)    /* of files */
#define BATCH_TIME (SECOND / 4)  /* what is not called by then is given back: it may be paused, taken back or left to another */

/* Acts of one channel on their way, one after the other. */
struct batch {
	struct act acts[BATCH];
	size_t count, called;       /* announced; called, of those */
	size_t late;                /* people are asked about */
	struct gate_keeper keeper;
};

/* Many at once only where what became of each can be asked, should we die in the midst of them. */
static enum err batch_limit(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t *ret_limit)
{
	struct channel c;
	TRY(channel_get(cx, db, workspace, channel, &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	*ret_limit = kind && kind->look ? BATCH : 1;
	return OK;
}

static enum err take(struct cx *cx, struct db *db, struct outbox *outbox, i64 workspace, i64 channel, struct batch *batch)
{
	struct publication *due;
	size_t count, limit;
	batch->count = batch->late = 0;
	TRY(batch_limit(cx, db, workspace, channel, &limit));
	TRY(publication_lease(cx, db, workspace, channel, str_of(outbox->token), cx->now + OUTBOX_LEASE, limit, &due, &count));
	for (size_t i = 0; i < count; i++) {
		struct act *act = &batch->acts[batch->count];
		*act = (struct act){};
		TRY(act_announce(cx, db, outbox, &due[i], act));
		batch->count += !act->is_late;
		batch->late += act->is_late;
	}
	return OK;
}

static enum err lease_one(struct cx *cx, struct db *db, struct outbox *outbox, i64 workspace, i64 channel, struct publication **ret_due, size_t *ret_count)
{
	return publication_lease(cx, db, workspace, channel, str_of(outbox->token), cx->now + OUTBOX_LEASE, 1, ret_due, ret_count);
}

/* One of them cannot leave as it is: the first goes alone, so that what is the matter with it keeps no other back. */
static enum err take_one(struct cx *cx, struct db *db, struct outbox *outbox, i64 workspace, i64 channel, struct batch *batch)
{
	struct publication *due;
	size_t count;
	batch->count = batch->late = 0;
	TRY(IN_TRANSACTION(cx, db, lease_one(cx, db, outbox, workspace, channel, &due, &count)));
	if (!count)
		return OK;
	batch->acts[0] = (struct act){};
	TRY(IN_TRANSACTION(cx, db, act_announce(cx, db, outbox, due, &batch->acts[0])));
	batch->count = !batch->acts[0].is_late;
	batch->late = batch->acts[0].is_late;
	return OK;
}

/* Somebody paused it since it was taken, or its channel: it is not called. What is looked for is looked for all the same. */
static bool may_leave(struct cx *cx, struct db *db, const struct act *act)
{
	struct channel now;
	bool holds = false, answers = !act->publication.variant && !act_is_profile(&act->publication);
	if (act->publication.state == PUBLICATION_UNKNOWN)
		return true;
	if (answers && !str_eq(act->publication.act, S("reply")))
		return true;
	enum err e = suspension_holds(cx, db, act->publication.workspace, act->publication.channel, answers, &holds);
	if (e == OK)
		e = channel_get(cx, db, act->publication.workspace, act->publication.channel, &now);
	if (e != OK)
		cx_forget(cx);
	return e == OK && !holds && str_eq(now.state, S("paused")) == str_eq(act->channel.state, S("paused"));
}

/* The calls. What follows one that did not leave waits: its channel may be held, its network may want a pause. */
static void call_all(struct cx *cx, struct db *db, struct outbox *outbox, struct batch *batch)
{
	i64 began = time_monotonic();
	size_t bytes = 0;
	bool goes_on = true;
	for (; batch->called < batch->count && goes_on; batch->called++) {
		struct act *act = &batch->acts[batch->called];
		if (!may_leave(cx, db, act))
			break;
		act_call(cx, db, outbox, &batch->keeper, act);
		bytes += act->bytes;
		goes_on = (act->sent.outcome == OUTCOME_DONE || act->sent.outcome == OUTCOME_NEVER) && time_monotonic() - began < BATCH_TIME && bytes < BATCH_BYTES;
	}
}

static enum err give_back(struct cx *cx, struct db *db, struct outbox *outbox, const struct batch *batch)
{
	for (size_t i = batch->called; i < batch->count; i++)
		TRY(act_give_back(cx, db, outbox, &batch->acts[i]));
	return OK;
}

static enum err conclude(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act)
{
	cx->now = act->answered_at;
	return act_conclude(cx, db, outbox, act);
}

static enum err conclude_all(struct cx *cx, struct db *db, struct outbox *outbox, struct batch *batch)
{
	TRY(give_back(cx, db, outbox, batch)); /* first: what holds a channel holds them too */
	TRY(gate_save(cx, db, &batch->keeper));
	for (size_t i = 0; i < batch->called; i++)
		TRY(conclude(cx, db, outbox, &batch->acts[i]));
	return OK;
}

/* Something of it was withdrawn or taken over meanwhile, or the database failed: what can be written down is. */
static enum err conclude_each(struct cx *cx, struct db *db, struct outbox *outbox, struct batch *batch)
{
	enum err worst = OK;
	for (size_t i = batch->count; i-- > 0;) {
		struct act *act = &batch->acts[i];
		enum err e = i < batch->called ? OK : IN_TRANSACTION(cx, db, act_give_back(cx, db, outbox, act));
		worst = e == OK || e == ERR_CONFLICT || e == ERR_MISSING ? worst : e;
	}
	if (IN_TRANSACTION(cx, db, gate_save(cx, db, &batch->keeper)) != OK)
		worst = worst == OK ? cx->err : worst;
	for (size_t i = 0; i < batch->called; i++) {
		enum err e = IN_TRANSACTION(cx, db, conclude(cx, db, outbox, &batch->acts[i]));
		worst = e == OK || e == ERR_CONFLICT || e == ERR_MISSING ? worst : e;
	}
	return worst;
}

static enum err batch_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 workspace, i64 channel, i64 *ret_handled)
{
	struct batch batch = {};
	TRY(workspace_speak(cx, db, workspace));
	enum err e = IN_TRANSACTION(cx, db, take(cx, db, outbox, workspace, channel, &batch));
	if (e != OK) {
		cx_forget(cx);
		e = take_one(cx, db, outbox, workspace, channel, &batch);
	}
	if (e == ERR_CONFLICT || e == ERR_MISSING) /* withdrawn or taken over meanwhile */
		return OK;
	TRY(e);
	*ret_handled += (i64)batch.late;
	if (!batch.count)
		return OK;
	TRY(gate_start(cx, db, outbox->net, workspace, channel, GATE_ACTING, &batch.keeper));
	gate_end(&batch.keeper); /* it opens for each call */
	call_all(cx, db, outbox, &batch);
	cx->now = time_now();
	*ret_handled += (i64)batch.called;
	if (IN_TRANSACTION(cx, db, conclude_all(cx, db, outbox, &batch)) == OK)
		return OK;
	cx_forget(cx);
	return conclude_each(cx, db, outbox, &batch);
}

enum err outbox_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	i64 handled = 0;
	for (int i = 0; i < TURNS && handled < TURNS; i++) {
		i64 workspace, channel;
		enum err e = publication_next_channel(cx, db, &workspace, &channel);
		if (e == ERR_MISSING) {
			cx_forget(cx);
			break;
		}
		TRY(e);
		TRY(batch_turn(cx, db, outbox, workspace, channel, &handled));
	}
	*ret_count = handled;
	return OK;
}

enum err outbox_recover(struct cx *cx, struct db *db)
{
	return publications_orphaned(cx, db, act_next_try(cx->now, 1, 0));
}

enum err outbox_clock_went_back(struct cx *cx, struct db *db)
{
	return publications_due_by(cx, db, cx->now + WAIT_EVER);
}

enum err outbox_release(struct cx *cx, struct db *db, i64 workspace, i64 channel)
{
	TRY(publications_release(cx, db, workspace, channel));
	return posts_acted(cx, db, workspace, channel);
}
