#include "base/id.h"

#include "base/clock.h"
#include "base/err.h"

#include <stdatomic.h>

#define EPOCH_MS ((i64)1704067200000) /* 2024-01-01T00:00:00Z */
#define NODE_BITS 9
#define SEQUENCE_BITS 12

static_assert(ID_NODES == 1 << NODE_BITS);

static unsigned node;
static atomic_llong last; /* milliseconds since the epoch << SEQUENCE_BITS | sequence, of the newest id */

void id_set_node(unsigned number)
{
	must(number < ID_NODES);
	node = number;
}

i64 id_new(void)
{
	long long before = atomic_load(&last), next;
	do {
		long long instant = (long long)(time_now() / MILLISECOND - EPOCH_MS) << SEQUENCE_BITS;
		/* The clock standing still or going back only uses up sequence numbers; running past 4,095 borrows from the
		 * next millisecond, which keeps ids unique and ordered. */
		next = instant > before ? instant : before + 1;
	} while (!atomic_compare_exchange_weak(&last, &before, next));
	i64 ms = next >> SEQUENCE_BITS, sequence = next & ((1 << SEQUENCE_BITS) - 1);
	return ms << (NODE_BITS + SEQUENCE_BITS) | (i64)node << SEQUENCE_BITS | sequence;
}

i64 id_at(i64 instant, unsigned sequence)
{
	i64 ms = instant / MILLISECOND - EPOCH_MS;
	if (ms < 0)
		ms = 0;
	return ms << (NODE_BITS + SEQUENCE_BITS) | (i64)(sequence & ((1u << (NODE_BITS + SEQUENCE_BITS)) - 1));
}

i64 id_time(i64 id)
{
	return ((id >> (NODE_BITS + SEQUENCE_BITS)) + EPOCH_MS) * MILLISECOND;
}
