#include "web/place.h"

#include "base/arena.h"
#include "base/log.h"
#include "sys/db.h"

#include <libdeflate.h>

void place_pool_start(struct place_pool *pool, const char *database)
{
	*pool = (struct place_pool){.arena = arena_new(), .database = database};
	pthread_mutex_init(&pool->lock, NULL);
}

void place_pool_stop(struct place_pool *pool)
{
	if (!pool->arena)
		return;
	for (struct place *place = pool->spare; place; place = place->next) {
		db_close(place->read);
		db_close(place->write);
		if (place->gzip)
			libdeflate_free_compressor(place->gzip);
	}
	pthread_mutex_destroy(&pool->lock);
	arena_free(pool->arena);
	*pool = (struct place_pool){};
}

struct place *place_take(struct place_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	struct place *place = pool->spare;
	if (place)
		pool->spare = place->next;
	else
		place = arena_new_of(pool->arena, struct place);
	pthread_mutex_unlock(&pool->lock);
	place->next = NULL;
	return place;
}

void place_settle(struct place *place)
{
	while (place->read && db_in_transaction(place->read))
		db_rollback(place->read);
	if (place->write && db_in_transaction(place->write)) /* one level: below may be that of several requests */
		db_rollback(place->write);
}

void place_give(struct place_pool *pool, struct place *place, bool failed)
{
	place_settle(place);
	if (failed) {
		db_close(place->read);
		db_close(place->write);
		place->read = place->write = NULL;
	}
	pthread_mutex_lock(&pool->lock);
	place->next = pool->spare;
	pool->spare = place;
	pthread_mutex_unlock(&pool->lock);
}

enum err place_db(struct cx *cx, const struct place_pool *pool, struct place *place, bool writing, struct db **ret_db)
{
	struct db **handle = writing ? &place->write : &place->read;
	if (!*handle && pool->database && db_open(cx, pool->database, writing ? DB_WRITE : DB_READ, handle) != OK) {
		log_failure(cx, "database-not-opened"); /* where it lies is nothing for a visitor */
		return fail(cx, ERR_LATER, "The database does not answer just now. Nothing was lost; try again in a moment.");
	}
	*ret_db = *handle;
	return OK;
}
