/* trend.h: trends as they are kept: what was found to rise is written down once a rise and grows while it goes on; people say that one does not
 * matter (it is hushed, and can be taken out again) or make a listening query of it. Each verb is one transaction; what people do is audited and
 * can be taken back.
 *
 * What must stay true: counting moves on only from where it was counted (two who count the same do it once); what is one rise is one row, however
 * often it is seen; what was hushed stays so, also when it is seen again. */
#pragma once
#include "flow/undo.h"
#include "store/trend.h"

#define TREND_CALM (6 * HOUR)     /* not seen for so long: it is over */
#define TREND_AGAIN (3 * DAY)     /* seen again within: the same rise */
#define TREND_HUSHED (30 * DAY)   /* seen again within: still hushed */
#define TREND_KEPT (180 * DAY)

/* The next messages are counted: the days as they are now; hashtags that were heard too long ago go. Nothing when somebody counted them meanwhile. */
enum err trend_counted(struct cx *cx, struct db *db, i64 workspace, const struct trend_counts *counts, i64 oldest_day);
/* What a look found (without ids). What it did not find ends when it is calm. *ret_new: rises that were not known. */
enum err trends_seen(struct cx *cx, struct db *db, i64 workspace, const struct trend *found, size_t count, size_t *ret_new);

enum err trend_hush(struct cx *cx, struct db *db, i64 workspace, i64 id, bool hush, struct undo *undo);
/* Listen for it: *ret_query, made now unless there is one of this name. */
enum err trend_follow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_query, struct undo *undo);
