/* delivery.h: what networks bring by themselves (webhooks). The listening role keeps a delivery exactly as it came, and says 2xx once that is
 * committed; it holds no secrets, so it cannot tell who sent it and believes nothing of it. The working role reads what was kept: the
 * connector checks the signature over the raw bytes, at the instant when it came, and hands over what is in it; that goes the way of all
 * messages (flow/ingest.h). docs/decisions/0009-deliveries.md says why it is parted so.
 *
 * What must stay true: nothing that was answered 2xx is lost, whatever ends or fails in between; what was taken once is not taken again; what
 * is refused changes nothing, and stands on the channel's page with its reason for some days; who knows an address can fill no more than
 * its channel's measure. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"
#include "flow/outside.h"
#include "store/delivery.h"

#define DELIVERY_BODY_MAX ((size_t)1 << 20)
#define DELIVERY_WAITING_MAX 20000                    /* of one channel; then it is asked to come back later (429) */
#define DELIVERY_WAITING_BYTES_MAX ((i64)256 << 20)   /* likewise */
#define DELIVERY_AGAIN_AFTER 30                       /* seconds that it is asked to wait */
#define DELIVERY_TROUBLED_MAX 1000                    /* refused ones kept of a channel */
#define DELIVERY_PASS_MAX 100

/* ---- the listening role ---- */

/* "https://desk…/in/KIND/7301234-9f3a…": where the network brings things to; whoever has it can bring, nothing else. */
struct str delivery_address(struct cx *cx, const struct outside *outside, const struct channel *channel);
/* The word that a network repeats when it asks whether we are there (Meta's “verify token”): a part of the address. */
struct str delivery_verify_token(struct cx *cx, const struct outside *outside, const struct channel *channel);
/* The channel of an address. ERR_MISSING, with the same story whatever is wrong with it. */
enum err delivery_channel(struct cx *cx, struct db *db, const struct outside *outside, struct str kind, struct str pass, struct channel *ret_channel);
/* Keep it; ERR_LIMIT when so many wait that the channel is full. One statement: may be one of many in a transaction. */
enum err delivery_keep(struct cx *cx, struct db *db, const struct channel *channel, const struct delivery *delivery);
/* A network asks whether we are there: answered at once, by what no secret is needed for (the connector's receive(), with the settings
 * and `verify_token` among them). ERR_DENIED when it does not ask as it should. */
enum err delivery_challenge(struct cx *cx, const struct outside *outside, const struct channel *channel, const struct delivery *delivery, struct received *ret_received);

/* Into the settings of a channel whose connector tells its network where to call (TELLS_ADDRESS); nothing for others. Whenever it was saved, or has
 * another address. */
enum err delivery_tell_address(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel);

/* ---- the working role ---- */

/* Read what waits. Uses the outbox's secrets. *ret_count: how many were dealt with; *ret_wake: when to come back (0: nothing waits). */
enum err delivery_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count, i64 *ret_wake);
enum err delivery_prune(struct cx *cx, struct db *db);

/* ---- people ---- */

/* What was refused, or is stuck, is read once more (a secret was set right): by the signature's age of when it came. */
enum err delivery_again(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count);
/* Another address: the one before opens nothing any more. */
enum err delivery_renew(struct cx *cx, struct db *db, i64 workspace, i64 channel);
