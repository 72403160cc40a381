/* missed.h: what missed its minute, because nothing could leave (Parvis was stopped, a machine slept, publishing was paused): never dropped, never fired in a
 * burst, but asked of a person, many at once. A part of a post that asks is PUBLICATION_LATE. */
#pragma once
#include "flow/post.h"

enum missed_choice { MISSED_SEND, MISSED_PLAN, MISSED_LEAVE };

struct missed_wish {
	const i64 *publications;  /* which */
	size_t count;
	enum missed_choice choice; /* they leave now; at another hour; not at all */
	struct str wall_time, zone; /* of MISSED_PLAN: the first of them; zone empty: the workspace's */
	i64 apart;                /* of MISSED_PLAN: minutes between them, post by post; 0: all at once */
};

#define MISSED_MOST 500 /* at once */

/* One transaction: all of them or none. ERR_DENIED; ERR_CONFLICT: one of them does not ask any more; field errors "publications", "wall_time", "zone". */
enum err missed_settle(struct cx *cx, struct db *db, i64 workspace, const struct missed_wish *wish);
