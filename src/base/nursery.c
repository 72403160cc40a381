#include "base/nursery.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifdef NURSERY_IS_WATCHED

void *nursery_take(size_t bytes)
{
	return malloc(bytes);
}

void nursery_give(void *piece)
{
	free(piece);
}

#else

#define BLOCK ((size_t)1 << 20)
#define BLOCKS 1024 /* a gigabyte of addresses; memory only where it is used */
#define LARGE (BLOCK / 8)
#define WARM 16 /* idle blocks that keep their memory */
#define ALIGN 16

/* A block belongs to the thread that takes from it, which alone writes taken, given and used. `owed` is what others gave back while it
 * was owned, as a negative number; when its thread leaves it, it becomes what is still out, and who brings that to 0 hands the block on. */
struct block {
	struct block *next; /* idle */
	size_t used;
	i64 taken, given;
	_Atomic i64 owed;
};

#define FIRST ((sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN)

static char *region; /* whole blocks at multiples of BLOCK from here; NULL: none was to be had */
static thread_local struct block *own;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *idle;
static unsigned idle_count, begun;

static void hand_on(struct block *b)
{
	pthread_mutex_lock(&lock);
	if (idle_count >= WARM)
		madvise((char *)b + 4096, BLOCK - 4096, MADV_DONTNEED);
	b->next = idle;
	idle = b;
	idle_count++;
	pthread_mutex_unlock(&lock);
}

static void leave(struct block *b)
{
	i64 out = b->taken - b->given;
	if (atomic_fetch_add_explicit(&b->owed, out, memory_order_acq_rel) + out == 0)
		hand_on(b);
}

static void thread_ends(void *block)
{
	own = NULL;
	leave(block);
}

static void begin(void)
{
	void *at = mmap(NULL, BLOCK * BLOCKS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at != MAP_FAILED && !pthread_key_create(&at_end, thread_ends))
		region = at;
}

static struct block *block_of(const void *piece)
{
	size_t offset = (size_t)((const char *)piece - region);
	return region && offset < BLOCK * BLOCKS ? (struct block *)(region + offset / BLOCK * BLOCK) : NULL;
}

/* Another block for this thread; NULL when all are in use. */
static struct block *another(void)
{
	pthread_once(&once, begin);
	if (own)
		leave(own);
	pthread_mutex_lock(&lock);
	struct block *b = idle;
	if (b) {
		idle = b->next;
		idle_count--;
	} else if (region && begun < BLOCKS) {
		b = (struct block *)(region + BLOCK * begun++);
	}
	pthread_mutex_unlock(&lock);
	if (b)
		*b = (struct block){.used = FIRST};
	own = b;
	pthread_setspecific(at_end, b);
	return b;
}

void *nursery_take(size_t bytes)
{
	if (bytes > LARGE)
		return malloc(bytes);
	size_t room = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct block *b = own;
	if (!b || b->used + room > BLOCK) {
		b = another();
		if (!b)
			return malloc(bytes);
	}
	void *piece = (char *)b + b->used;
	b->used += room;
	b->taken++;
	return piece;
}

void nursery_give(void *piece)
{
	struct block *b = block_of(piece);
	if (!b) {
		free(piece);
	} else if (b != own) {
		if (atomic_fetch_sub_explicit(&b->owed, 1, memory_order_acq_rel) == 1)
			hand_on(b);
	} else if (++b->given + -atomic_load_explicit(&b->owed, memory_order_acquire) == b->taken) {
		*b = (struct block){.used = FIRST};
	}
}

#endif
