/* late.h: moderation that is late: flagged messages and appeals whose promised time ran out. Whoever may decide on them is told, once for
 * each case, and of many in one line: what comes within a day while the line before is unread is added to it.
 *
 * What must stay true: what was told is marked in the transaction that tells it. */
#pragma once
#include "sys/db.h"

/* The working role: look for what ran out since; *ret_count how many cases and appeals were told. Its own transactions. */
enum err late_sweep(struct cx *cx, struct db *db, i64 *ret_count);
