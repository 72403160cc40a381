/* gap.h: is a channel complete, and until when? Reading goes on from a cursor, and networks show some things later than others, answer a page short,
 * or say something twice and something else never. So where reading stood is kept each hour for two days, and from there the channel is read once
 * more, behind the back of the reading that goes on: what comes in then and was said before was missed. It is there now, it is counted, and its
 * hole is told. Nothing that is known comes in twice (flow/ingest.h). A stream is not read once more: it plays back from where it was left, and says what
 * it no longer has. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"
#include "store/channel_window.h"

#define GAP_EVERY HOUR       /* once more from two hours back */
#define GAP_DEEP_EVERY DAY   /* and from as far back as is kept */
#define GAP_BUDGET_EVERY (12 * HOUR) /* where reading is rationed (channel_kind.budget): one kind of both */
#define GAP_NEAR (2 * HOUR)
#define GAP_FAR (49 * HOUR)

/* What a stream no longer has is lost for good: from when until when is told on the channel's page, as far as it was not complete there. */
enum err gap_hole(struct cx *cx, struct db *db, const struct channel *channel, const struct channel_hole *hole);
/* A channel was read to the end, up to channel->cursor: it is complete until now. In the caller's transaction. */
enum err gap_note(struct cx *cx, struct db *db, const struct channel *channel);
/* Read once more those whose time has come, some pages each, when nobody else reads them. *ret_count: how many. */
enum err gap_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
