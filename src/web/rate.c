#include "web/rate.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#define SETS 4096
#define WAYS 8
#define LOCKS 64

struct bucket {
	u64 key;      /* 0: free */
	i64 filled;   /* when `tokens` was true */
	float tokens;
	float per_second;
};

struct rate_table {
	struct arena *arena;
	unsigned char secret[crypto_shorthash_KEYBYTES]; /* so that nobody can aim at one set */
	pthread_mutex_t locks[LOCKS];
	struct bucket buckets[SETS][WAYS];
};

struct rate_table *rate_new(void)
{
	struct arena *arena = arena_new();
	struct rate_table *table = arena_new_of(arena, struct rate_table);
	table->arena = arena;
	crypto_shorthash_keygen(table->secret);
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&table->locks[i], NULL);
	return table;
}

void rate_free(struct rate_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&table->locks[i]);
	arena_free(table->arena);
}

static double tokens_at(const struct bucket *bucket, double capacity, i64 now)
{
	double tokens = (double)bucket->tokens + (double)bucket->per_second * (double)(now - bucket->filled) / (double)SECOND;
	return tokens > capacity ? capacity : tokens;
}

/* The key's bucket; else a free one; else that of whoever is furthest from his limit. */
static struct bucket *bucket_of(struct bucket *set, u64 key, double capacity, i64 now)
{
	struct bucket *best = NULL;
	double most = -1;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		double full = (double)set[i].per_second * 60;
		double tokens = set[i].key ? tokens_at(&set[i], full, now) / full : 2;
		if (tokens > most) {
			most = tokens;
			best = &set[i];
		}
	}
	*best = (struct bucket){key, now, (float)capacity, (float)(capacity / 60)};
	return best;
}

bool rate_take(struct rate_table *table, struct str who, u64 what, unsigned per_minute, i64 now, i64 *ret_wait)
{
	char text[128];
	must(who.len <= sizeof text - sizeof what && per_minute);
	memcpy(text, &what, sizeof what);
	if (who.len)
		memcpy(text + sizeof what, who.at, who.len);
	u64 key;
	crypto_shorthash((unsigned char *)&key, (unsigned char *)text, sizeof what + who.len, table->secret);
	key |= 1;
	size_t set = key >> 1 & (SETS - 1);
	double capacity = per_minute;
	pthread_mutex_t *lock = &table->locks[set % LOCKS];
	pthread_mutex_lock(lock);
	struct bucket *bucket = bucket_of(table->buckets[set], key, capacity, now);
	double tokens = tokens_at(bucket, capacity, now);
	bool taken = tokens >= 1;
	bucket->tokens = (float)(taken ? tokens - 1 : tokens);
	bucket->filled = now;
	bucket->per_second = (float)(capacity / 60);
	pthread_mutex_unlock(lock);
	if (!taken)
		*ret_wait = (i64)((1 - tokens) * 60 / capacity) + 1;
	return taken;
}

struct str rate_address(struct str address, char *room)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct in6_addr six;
	memcpy(text, address.at, address.len < sizeof text ? address.len : 0);
	if (str_find_byte(address, ':') < 0 || inet_pton(AF_INET6, text, &six) != 1) {
		size_t len = address.len < 64 ? address.len : 64;
		memcpy(room, address.at, len);
		return (struct str){room, len};
	}
	memcpy(room, &six, 8);
	return (struct str){room, 8};
}
