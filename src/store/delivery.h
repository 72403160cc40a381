/* delivery.h: what networks bring by themselves (webhooks), as rows: the raw bytes from the moment they came until the working role read
 * them, and for some days what became of them. Only the working role can tell whether a delivery is signed by who it says; until then it
 * is bytes that are believed in nothing. */
#pragma once
#include "sys/db.h"

struct kept_delivery {
	i64 id, workspace, channel;
	struct str state;         /* waiting, taken, twice, refused, stuck */
	i64 due_at, attempts;
	struct str key;           /* what the network calls it; empty: not known */
	struct str target;        /* path with its query */
	struct str headers;       /* JSON [[name, value] …] */
	struct str body;          /* raw; empty once it was taken */
	i64 size, messages;
	struct str story;
	i64 received_at, done_at;
};

/* As waiting, due now. */
enum err delivery_insert(struct cx *cx, struct db *db, const struct kept_delivery *delivery);
/* Over all workspaces: those that are due, in the order they came; as many as `bytes` of bodies allow, but one at least. */
enum err deliveries_due(struct cx *cx, struct db *db, size_t limit, i64 bytes, struct kept_delivery **ret_list, size_t *ret_count);
enum err delivery_next_due(struct cx *cx, struct db *db, i64 *ret_at); /* 0: none waits */
/* state, due_at, attempts, key, messages, story, done_at; the body goes when it was taken. *ret_changed: it still waited. */
enum err delivery_end(struct cx *cx, struct db *db, const struct kept_delivery *delivery, bool *ret_changed);
/* All that wait of a channel, not before then. */
enum err deliveries_put_off(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 until);
/* Was one with this key taken? */
enum err delivery_known(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str key, bool *ret_known);

struct delivery_totals {
	i64 waiting, waiting_bytes;   /* counted up to DELIVERIES_COUNTED */
	i64 troubled;                 /* refused or stuck; counted likewise */
	i64 last_at;                  /* when the newest came; 0: none */
	struct str last_state;
};
#define DELIVERIES_COUNTED 20001
enum err delivery_totals(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct delivery_totals *ret_totals);
/* Refused and stuck ones, newest first; without bodies. */
enum err deliveries_troubled(struct cx *cx, struct db *db, i64 workspace, i64 channel, size_t limit, struct kept_delivery **ret_list, size_t *ret_count);
/* Of those in trouble only the newest `kept` stay. */
enum err deliveries_trim(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 kept);
/* They wait again. */
enum err deliveries_again(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count);
/* Over all workspaces: what was done with before these instants: taken ones, and those in trouble; some thousands at once, so that others write
 * meanwhile. *ret_more: there are more. */
enum err deliveries_prune(struct cx *cx, struct db *db, i64 taken_before, i64 troubled_before, bool *ret_more);
