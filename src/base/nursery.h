/* nursery.h: memory for many small things that are born together and die together, such as the values of a JSON document. Taking a
 * piece is adding a number; giving it back is counting; a block is used again from its start when all that was taken from it was given
 * back. Meant as the memory of a library that has its own malloc() and free() to be set; our own code takes arenas.
 *
 * What must stay true: what nursery_take() gave goes to nursery_give(), from whichever thread. A piece that lives long holds its whole
 * block (a megabyte), so this is not for things that are kept. Under an address sanitizer it is malloc() and free(), for it to see. */
#pragma once
#include "base/types.h"

#if defined(__SANITIZE_ADDRESS__)
#define NURSERY_IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NURSERY_IS_WATCHED 1
#endif
#endif

/* Aligned for any type, not zeroed; large pieces, and all when the address space it set aside is full, come from malloc(). NULL when
 * there is no memory. */
void *nursery_take(size_t bytes);
void nursery_give(void *piece); /* NULL is allowed */
