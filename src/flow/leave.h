/* leave.h: a channel that is put away leaves nothing behind that calls this desk: its kind takes it back over there (channel.h, leave()), once the working role comes to
 * it. The channel's own credential is forgotten at once; a sealed copy of it waits with the job, for a day at the most, and goes with it. */
#pragma once
#include "flow/outbox.h"
#include "store/channel.h"

/* In the transaction that puts it away, before its secret is forgotten. */
enum err leave_later(struct cx *cx, struct db *db, const struct channel *channel);
/* Those that wait, one by one; uses the outbox's net and secrets. */
enum err leave_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
