#include "base/arena.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)16 << 10)
#define ALIGNMENT alignof(max_align_t)

struct block {
	struct block *next;
	size_t used, capacity;
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*function)(void *);
	void *subject;
};

struct arena {
	struct block *block; /* the newest; blocks before it are full or were too small */
	struct deferred *deferred;
	size_t handed_out;
};

static struct block *block_new(size_t capacity, struct block *next)
{
	struct block *block = malloc(sizeof *block + capacity);
	must(block);
	block->next = next;
	block->used = 0;
	block->capacity = capacity;
	return block;
}

struct arena *arena_new(void)
{
	struct block *block = block_new(BLOCK_BYTES, NULL);
	struct arena *arena = (struct arena *)block->bytes;
	block->used = (sizeof *arena + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	*arena = (struct arena){.block = block};
	return arena;
}

/* Everything but the first block, which holds the arena itself. */
static struct block *release(struct arena *arena)
{
	for (struct deferred *d; (d = arena->deferred);) {
		arena->deferred = d->next; /* first, so that a deferred call may defer again */
		d->function(d->subject);
	}
	struct block *block = arena->block;
	while (block->next) {
		struct block *next = block->next;
		free(block);
		block = next;
	}
	return block;
}

void arena_free(struct arena *arena)
{
	if (arena)
		free(release(arena));
}

void arena_freep(struct arena **arena)
{
	arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
	struct block *block = release(arena);
	block->used = (sizeof *arena + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	*arena = (struct arena){.block = block};
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	must(bytes < SIZE_MAX / 2);
	size_t size = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct block *block = arena->block;
	if (size > block->capacity - block->used) {
		size_t capacity = block->capacity * 2 < ((size_t)1 << 20) ? block->capacity * 2 : (size_t)1 << 20;
		arena->block = block = block_new(size > capacity ? size : capacity, block);
	}
	void *at = block->bytes + block->used;
	block->used += size;
	arena->handed_out += size;
	return memset(at, 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	must(!__builtin_mul_overflow(count, size, &bytes));
	return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity)
{
	if (count < *capacity)
		return items;
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *grown = arena_alloc_array(arena, wanted, size);
	if (count)
		memcpy(grown, items, count * size);
	*capacity = wanted;
	return grown;
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);
	if (s.len)
		memcpy(copy, s.at, s.len);
	return (struct str){copy, s.len};
}

const char *arena_cstr(struct arena *arena, struct str s)
{
	return arena_str(arena, s).at;
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char small[256];
	va_start(arguments, format);
	int len = vsnprintf(small, sizeof small, format, arguments);
	va_end(arguments);
	must(len >= 0);
	if ((size_t)len < sizeof small)
		return arena_str(arena, (struct str){small, (size_t)len});
	char *text = arena_alloc(arena, (size_t)len + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return (struct str){text, (size_t)len};
}

void arena_defer(struct arena *arena, void (*function)(void *), void *subject)
{
	struct deferred *deferred = arena_new_of(arena, struct deferred);
	*deferred = (struct deferred){arena->deferred, function, subject};
	arena->deferred = deferred;
}

size_t arena_bytes(const struct arena *arena)
{
	return arena->handed_out;
}
