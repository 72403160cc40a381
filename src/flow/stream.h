/* stream.h: what of a stream is kept: of all that the world says only what a listening query of the workspace finds, and what became of that.
 * Looked at one by one, without the database and before anything is copied, so that thousands a second cost little. */
#pragma once
#include "flow/ingest.h"

struct stream_sieve {
	struct db *db;
	struct ingest *ingest;
	struct arena *keep;      /* what is kept is copied there */
	struct arena *scratch;
	i64 looked;              /* how many passed by */
};
/* Compiles the queries where that was not done. The arenas are the caller's. */
enum err stream_start(struct cx *cx, struct db *db, struct ingest *ingest, struct arena *keep, struct arena *scratch, struct stream_sieve *ret_sieve);
/* *ret_kept: a copy of it, prepared; NULL when nobody asked for it. */
enum err stream_sift(struct cx *cx, struct stream_sieve *sieve, const struct inbound *inbound, struct inbound **ret_kept);
