/* place.h: what a thread needs while it answers a request: a reading and a writing database handle and a compressor. Taken from
 * a pool and put back, so that there are never more than threads, and statements stay prepared. Thread-safe. */
#pragma once
#include "base/cx.h"

#include <pthread.h>

struct db;
struct libdeflate_compressor;

struct place {
	struct place *next;
	struct db *read, *write;
	struct libdeflate_compressor *gzip;
	size_t page_bytes; /* of the last page drawn: about what the next will take */
};

struct place_pool {
	pthread_mutex_t lock;
	struct place *spare;
	struct arena *arena;
	const char *database; /* NULL: no handles */
};

void place_pool_start(struct place_pool *pool, const char *database);
void place_pool_stop(struct place_pool *pool); /* all places are back */
struct place *place_take(struct place_pool *pool);
void place_settle(struct place *place); /* roll back what a handler left open */
/* `failed`: the handles may be of no use any more and are closed. */
void place_give(struct place_pool *pool, struct place *place, bool failed);
/* The handle, opened when it is not yet; NULL and OK without a database. */
enum err place_db(struct cx *cx, const struct place_pool *pool, struct place *place, bool writing, struct db **ret_db);
