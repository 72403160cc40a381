/* renew.h: credentials of channels that do not last are renewed long before they end, so that what fails is told while the old one still
 * works. One renewal at a time for a channel, whichever worker makes it: that it began is committed before the network is asked, and
 * what it brought is committed, in the place of the old one, before it is used. A refresh token that the network changes with each
 * use is therefore lost only where a process dies between the network's answer and the disk: then the next renewal says so.
 *
 * Whoever calls a network opens its credential by flow/credential.h, which asks here. The channel is read anew where it was renewed; results are
 * in cx->arena. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"

#define RENEW_LEASE (3 * MINUTE) /* longer than any renewal may take: begun before that and not ended, it broke off */

/* Before a call. A renewal that fails is told on the channel (channel_act "renew"), and the credential stays as it is. No gate may be set. */
enum err renew_when_due(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel);
/* A call with the credential of `channel` was denied. *ret_again: there is another one by now. Its requests pass the gate that is set. */
enum err renew_again(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, bool *ret_again);
/* Those that are due, a few. */
enum err renew_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
/* When a credential that was renewed at `now` and ends at `until` is renewed next: in the second half of its life, by chance, so that what was
 * connected together is not renewed together; 0 when it does not end. */
i64 renew_next(i64 now, i64 until, u64 chance);
