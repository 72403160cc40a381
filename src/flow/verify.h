/* verify.h: looking at the accounts of channels: who we are there, what we may do, until when. Done when a channel is connected, each day,
 * and after trouble; what was found is kept with the channel, and what a person must do is said on it before an answer fails. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"

/* Look at the channels that are due, each once. Uses the outbox's net and secrets. */
enum err verify_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
/* One of them, now; *ret_verified says what was found, also when a person must act. */
enum err verify_channel(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct verified *ret_verified);
/* The rights that the kind needs and the credential lacks; empty where the network does not tell. */
size_t verify_missing(struct cx *cx, const struct channel_kind *kind, const struct verified *verified, const struct channel_right ***ret_missing);
