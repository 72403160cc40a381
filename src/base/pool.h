/* pool.h: memory that is given back while its arena lives on: for lists that grow and shrink over a long life. Pieces come in sizes of
 * their own (pool_size), and a piece that is given back is handed out again for the next of its size.
 *
 * What must stay true: a piece is given back with the number of bytes it was asked for, or its pool_size(). The arena owns all of it;
 * for one thread, as the arena. */
#pragma once
#include "base/arena.h"

struct pool;

struct pool *pool_new(struct arena *arena);
/* How many bytes a piece of at least so many really has: a caller that can use the rest saves itself the next growing. */
size_t pool_size(size_t bytes);
void *pool_take(struct pool *pool, size_t bytes); /* what is in it is left over from before */
void pool_give(struct pool *pool, void *piece, size_t bytes); /* NULL of 0 bytes is allowed */
/* A piece of `bytes` that begins with the first `used` bytes of the old one, which is given back. */
void *pool_resize(struct pool *pool, void *piece, size_t old_bytes, size_t used, size_t bytes);
size_t pool_bytes(const struct pool *pool); /* in use now */
