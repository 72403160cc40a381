/* ingest.h: what was said outside becomes ours: a message exactly once, in its conversation, by its contact, searchable, with its
 * clock running. Repeating an item changes nothing; an edit keeps the version before; a removal is noted and the text kept.
 * An `struct ingest` is one channel being read; every item is taken in the caller's transaction (many items a transaction for
 * speed), and a failed item leaves the transaction to be rolled back. */
#pragma once
#include "flow/listen.h"
#include "flow/sla.h"
#include "flow/understand.h"
#include "model/inbound.h"
#include "store/channel.h"
#include "store/message.h"
#include "store/team.h"

enum ingest_result { INGEST_CREATED, INGEST_UNCHANGED, INGEST_CHANGED };

#define INGEST_TOLD_MAX 64

/* What of a message was worked out before its transaction began. */
struct prepared {
	struct meaning meaning;
	struct str body;        /* as we keep it */
	struct str folded;      /* as the index of words wants it */
	struct listened listened;
};

struct spoken {
	struct message message;
	struct str folded; /* its body */
};

struct ingest {
	struct desk desk;
	struct channel channel;
	struct team team;       /* of the channel; id 0 none */
	struct understanding own; /* what the workspace adds to what the models say */
	bool historic;          /* an import: no clocks, no assignment, nobody is called; it comes in as done */
	bool listened;          /* a channel that takes no answer (a feed): what comes in is found by listening and searching, and waits for nobody */
	bool sought;            /* with `listened`, of a channel that takes answers: a search of its network found it. What the channel itself brings later comes in then */
	bool removals;          /* some messages of the channel were taken away before they came */
	struct arena *memory;   /* of the reading */
	struct arena *people;   /* goes with it; the cache of authors */
	struct map *authors;    /* "network\nid" → struct author */
	u64 batch;              /* the number of the one at hand */
	struct author **heard;  /* of them, since the last ingest_settle() */
	size_t heard_count, heard_capacity;
	struct map *threads, *threads_by_remote; /* by id, by thread_id → struct thread; NULL: of none since the last ingest_settle() */
	struct spoken *spoken;  /* new since the last ingest_settle(), not yet searchable */
	size_t spoken_count, spoken_capacity;
	struct listening listening; /* what was mentioned since then */
	i64 told[INGEST_TOLD_MAX]; /* conversations touched since then */
	size_t told_count;      /* past the array: too many to name */
	bool told_new;

	/* Keeps the bytes of an attachment and names them (hexadecimal, arena); the same bytes have the same name. May be NULL: the bytes
	 * that an archive carries are not kept then. */
	enum err (*store_blob)(struct cx *cx, void *subject, struct str bytes, struct str *ret_hash);
	void *blobs;
};

/* `memory` outlives the reading and is the caller's. */
enum err ingest_start(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool historic, struct arena *memory, struct ingest *ret_ingest);

/* Before the transaction, so that others do not wait for the lock meanwhile: what needs no database (ingest_take() does it where it was not
 * done before). In the arena, which outlives ingest_settle(). Any thread may; `own` and `channel` are only read. */
void ingest_prepare(const struct understanding *own, const struct channel *channel, struct arena *arena, struct inbound *items, size_t count);
/* The same of those that the channel does not know yet: what a network repeats is not understood again and again. */
enum err ingest_prepare_new(struct cx *cx, struct db *db, const struct ingest *ingest, struct inbound *items, size_t count);
/* Of all this, what they say alone. */
void ingest_understand(const struct understanding *own, struct arena *arena, struct inbound *items, size_t count);

/* Is it fit to be taken? Field errors as an importer or the API's caller wants them told. */
enum err ingest_check(struct cx *cx, const struct inbound *inbound);
/* Checks, then takes. *ret_message (may be NULL) is the id of the message, new or known. cx->arena lives until ingest_settle(). */
enum err ingest_take(struct cx *cx, struct db *db, struct ingest *ingest, const struct inbound *inbound, enum ingest_result *ret_result,
		     i64 *ret_message);
/* Before the commit, always: write the conversations down that went on, make what was taken searchable, and tell open pages what was touched, a line for each conversation, or one
 * for all when they are many. */
enum err ingest_settle(struct cx *cx, struct db *db, struct ingest *ingest);
/* The transaction was rolled back: what was cached from it never happened. */
void ingest_forget(struct ingest *ingest);
