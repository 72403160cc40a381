/* ahead.h: many messages on their way in: what comes next is read and understood while what came before is written. Whoever reads hands
 * over one message after the other; they are copied, gathered into batches, understood by a thread of its own (when there is more than a
 * batch), and given to the taker in their order, on the caller's thread.
 *
 * What must stay true: each message reaches the taker once, unless the taker fails; nothing is understood while the taker's transaction
 * waits for it; two batches are held at the most, by number and by bytes, so a reader faster than the writer waits. A file that was
 * read before holds little that is new: then nothing is understood ahead for nothing (what is new after all is understood as it is taken). */
#pragma once
#include "flow/ingest.h"

#define AHEAD_BATCH 2000 /* messages; pages of the database that several of them touch are written once */

struct ahead;
struct ahead_calls {
	void *subject;
	/* On ahead's thread or the caller's, batch after batch, while an earlier batch may be taken: ingest_prepare() with what it needs. */
	void (*prepare)(void *subject, struct arena *arena, struct inbound *items, size_t count);
	/* Takes a batch, in transactions of its own. *ret_new: how many of them were new or changed. */
	enum err (*take)(struct cx *cx, void *subject, const struct inbound *items, size_t count, size_t *ret_new);
};

/* In `memory`, with which it goes at the latest, whatever was not taken too. */
struct ahead *ahead_new(struct arena *memory, const struct ahead_calls *calls);
/* What it points to is borrowed until it returns. An error is the taker's; then nothing more may be added. */
enum err ahead_add(struct cx *cx, struct ahead *ahead, const struct inbound *inbound);
/* All that was added is taken. */
enum err ahead_settle(struct cx *cx, struct ahead *ahead);
/* Its thread has ended when this returns: before the subject goes. More than once is allowed. */
void ahead_end(struct ahead *ahead);
