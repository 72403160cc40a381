#include "base/pool.h"

#include "base/err.h"

#include <string.h>

#define LEAST 16
#define CLASSES 96 /* two sizes to each power of two: 16, 24 → 32, 48, 64, 96 … */

struct piece {
	struct piece *next;
};

struct pool {
	struct arena *arena;
	size_t bytes;
	struct piece *free[CLASSES];
};

struct pool *pool_new(struct arena *arena)
{
	struct pool *pool = arena_new_of(arena, struct pool);
	pool->arena = arena;
	return pool;
}

/* 2k: 16·2^k bytes, 2k + 1: half as much again. */
static unsigned class_of(size_t bytes)
{
	if (bytes <= LEAST)
		return 0;
	unsigned log = 63 - (unsigned)__builtin_clzll(bytes - 1); /* 2^log < bytes <= 2^(log + 1) */
	bool fits_half = bytes <= (size_t)3 << (log - 1);
	return 2 * (log - 4) + (fits_half ? 1 : 2);
}

static size_t class_bytes(unsigned class)
{
	size_t power = (size_t)LEAST << class / 2;
	return class % 2 ? power + power / 2 : power;
}

size_t pool_size(size_t bytes)
{
	return class_bytes(class_of(bytes));
}

void *pool_take(struct pool *pool, size_t bytes)
{
	unsigned class = class_of(bytes);
	must(class < CLASSES);
	pool->bytes += class_bytes(class);
	struct piece *piece = pool->free[class];
	if (!piece)
		return arena_alloc(pool->arena, class_bytes(class));
	pool->free[class] = piece->next;
	return piece;
}

void pool_give(struct pool *pool, void *at, size_t bytes)
{
	if (!at)
		return;
	unsigned class = class_of(bytes);
	struct piece *piece = at;
	pool->bytes -= class_bytes(class);
	piece->next = pool->free[class];
	pool->free[class] = piece;
}

void *pool_resize(struct pool *pool, void *piece, size_t old_bytes, size_t used, size_t bytes)
{
	void *fresh = pool_take(pool, bytes);
	if (used)
		memcpy(fresh, piece, used);
	pool_give(pool, piece, old_bytes);
	return fresh;
}

size_t pool_bytes(const struct pool *pool)
{
	return pool->bytes;
}
