/* fetch.h: reading channels: what is new on the networks is fetched by the connector, taken by ingest, and how far we got is
 * committed together with it, so that a crash repeats a page and loses nothing. */
#pragma once
#include "flow/outbox.h"

/* Read the channels that are due, each once. Uses the outbox's net and secrets. *ret_count is how many messages were new. */
enum err fetch_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
