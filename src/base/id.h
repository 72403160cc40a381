/* id.h: identifiers: 63 bits, positive, ordered by time: 42 bits of milliseconds since 2024-01-01 UTC (139 years), 9 bits of
 * node (a running process; leased from the database), 12 bits of sequence. Unique over all processes that share a database
 * and hold different nodes. In JSON and URLs they are decimal strings (JavaScript cannot hold 63 bits). */
#pragma once
#include "base/types.h"

#define ID_NODES 512

void id_set_node(unsigned node);  /* before the first id_new(); 0 until then */
i64 id_new(void);                 /* thread-safe; past 4,096 in a millisecond it borrows from the next one */
i64 id_at(i64 instant, unsigned sequence); /* the smallest id of an instant (sequence 0): for ranges by time, and for imports */
i64 id_time(i64 id);              /* microseconds UTC, to the millisecond */
