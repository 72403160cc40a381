/* fetch.h: reading channels: what is new on the networks is fetched by the connector, taken by ingest, and how far we got is
 * committed together with it, so that a crash repeats a page and loses nothing. */
#pragma once
#include "flow/outbox.h"

/* Take channels that are due, to be read by whoever calls: nobody else reads them meanwhile, at most FETCH_LEASE. */
#define FETCH_LEASE (5 * MINUTE)
enum err fetch_claim(struct cx *cx, struct db *db, size_t limit, struct channel **ret_channels, size_t *ret_count);
/* Read one that was claimed: some pages, and when it is due again. Uses the outbox's net and secrets. What the network does is told on the
 * channel; fails only where the database does. *ret_new is how many messages were new. */
enum err fetch_channel(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, i64 *ret_new);
/* Both, for those that are due now, one after the other. */
enum err fetch_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_new);
