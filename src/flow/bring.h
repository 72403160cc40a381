/* bring.h: files that came with messages and lie where only the channel's credential opens them: brought, by the kind's bring(), before the
 * messages are written, kept (sys/blob.h) and let go of one by one, so that a page of them needs the memory of one. What is known already is not
 * brought again; what cannot be had leaves its message without it.
 *
 * Outside of any transaction; requests pass the gate that is set. Bytes that were kept and whose message is not written after all do no harm. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"

#define BRING_MOST ((size_t)20 << 20) /* of one file */

/* Of the items that ingest_prepare_new() found to be new. ERR_DENIED, or an error that time heals: a file of a message that is younger than a quarter of an hour
 * could not be brought now; the items are to be asked for again. */
enum err bring_files(struct cx *cx, const struct outbox *outbox, const struct channel_kind *kind, const struct channel_account *account, struct inbound *items, size_t count);
/* Is there any to bring? */
bool bring_is_due(const struct channel_kind *kind, const struct inbound *items, size_t count);
