/* outbox.h: the one door out. Every outgoing act is a publication, committed before anything is called. A turn leases what is due,
 * commits the lease, calls the network outside any transaction, and commits what came of it. A process killed anywhere leaves
 * either an act that was never called, or one whose fate is unknown: that is looked up on the network before it is sent again,
 * and where the network cannot be asked, it waits for a person. Never twice, never lost.
 *
 * Several workers may take turns on one database. An outbox belongs to one thread. */
#pragma once
#include "store/channel.h"
#include "store/publication.h"

struct net;

struct outbox {
	struct net *net;
	char token[44];       /* of this worker: what its leases carry */
	/* Open a channel's sealed credential (main knows the keys); ret_secret in the arena. */
	enum err (*open_secret)(struct cx *cx, void *subject, i64 channel, struct str sealed, struct str *ret_secret);
	/* Seal a renewed one. NULL: renewed ones are not kept. */
	enum err (*seal_secret)(struct cx *cx, void *subject, i64 channel, struct str secret, struct str *ret_sealed);
	void *subject;
	/* Keeps the bytes of what is attached, as struct ingest has it; NULL: they are not kept. */
	enum err (*store_blob)(struct cx *cx, void *blobs, struct str bytes, struct str *ret_hash);
	/* The bytes of a file that goes out, by the name they are kept under; arena. ERR_MISSING when they are gone. NULL: no files go out. */
	enum err (*read_blob)(struct cx *cx, void *blobs, struct str name, struct str *ret_bytes);
	void *blobs;
};

#define OUTBOX_LEASE (5 * MINUTE) /* longer than any call may take */

/* Do what is due now, some dozens of acts at the most; *ret_count how many were handled. Of one channel a single act is on its way at a time, whoever takes
 * turns: what was written first leaves first, and a network that answers slowly keeps back its own alone. Where the network can be asked what became of an act,
 * several of a channel are leased by one commit, called one after the other within a quarter of a second, and settled by another; what was not called by then is
 * given back. */
enum err outbox_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count);
/* Nobody else is at work on this database: what is leased was leased by who is no more, and is looked for soon. */
enum err outbox_recover(struct cx *cx, struct db *db);
/* What is to be tried again, or looked for, later than any wait is, was put off by a clock that has gone back since: it is due now. Call it once in a while. */
enum err outbox_clock_went_back(struct cx *cx, struct db *db);
/* A channel's account works again: what was held leaves. */
enum err outbox_release(struct cx *cx, struct db *db, i64 workspace, i64 channel);
