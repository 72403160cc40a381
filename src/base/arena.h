/* arena.h: memory with one lifetime. Everything allocated from an arena goes at once with arena_free() or arena_reset().
 * An arena in a signature owns the result; where there is no arena, nothing allocated is returned. Allocation cannot
 * fail: a machine out of memory aborts the role and the supervisor restarts it. Not for sharing between threads. */
#pragma once
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);  /* runs the deferred calls, last first; NULL is allowed */
void arena_reset(struct arena *arena); /* the same, but keeps the arena and its first block for the next task */
void arena_freep(struct arena **arena); /* for CLEANUP() */

/* Zeroed memory aligned for any type. */
void *arena_alloc(struct arena *arena, size_t bytes);
#define arena_new_of(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/* Grow an array kept in the arena: returns a place for one more element, doubling *ret_capacity when full. */
#define arena_push(arena, items, count, capacity)                                                                              \
	((items) = arena_grow((arena), (items), sizeof(*(items)), (count), &(capacity)), &(items)[(count)++])
void *arena_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity);

struct str arena_str(struct arena *arena, struct str s);            /* a copy, NUL-terminated behind its end */
const char *arena_cstr(struct arena *arena, struct str s);          /* a NUL-terminated copy */
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3); /* NUL-terminated behind its end */

/* Call `function(subject)` when the arena is freed or reset. */
void arena_defer(struct arena *arena, void (*function)(void *), void *subject);

size_t arena_bytes(const struct arena *arena); /* handed out so far, for tests and measures */
