/* fetch_parts.h: what reading a channel (fetch.c) and reading it once more (gap.c) share: a page asked of the network, outside any transaction, and
 * taken, within one. */
#pragma once
#include "flow/credential.h"
#include "flow/fetch.h"
#include "flow/ingest.h"

struct stream_sieve;

/* What a page held, copied out of the network's answer: nothing is written while the network is being read. */
struct page {
	struct arena *arena;
	struct inbound *items;
	size_t count, capacity;
	struct str cursor; /* behind it */
	bool more;
	struct channel_hole hole; /* what a stream no longer had */
	struct stream_sieve *sieve; /* of a stream (flow/stream.h); else NULL */
};

/* From a cursor on; once more with a newer credential where the network denied it. */
enum err page_ask(struct cx *cx, struct db *db, struct outbox *outbox, struct credential *credential, struct channel *channel, struct str cursor,
		  struct stream_sieve *sieve, struct page *ret_page);
/* Before the transaction: what needs no database, and the files that come along (flow/bring.h). */
enum err page_prepare(struct cx *cx, struct db *db, struct outbox *outbox, const struct channel_kind *kind, const struct credential *credential, const struct ingest *in,
		      struct page *page);
/* In the caller's transaction. *ret_new: messages that were not there; *ret_late: those of them that were said before `before`. */
enum err page_take(struct cx *cx, struct db *db, struct ingest *in, const struct page *page, i64 before, i64 *ret_new, i64 *ret_late);
