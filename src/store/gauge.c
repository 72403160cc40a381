#include "store/gauge.h"

#include "base/clock.h"
#include "store/process.h"
#include "store/sql.h"

enum err gauges(struct cx *cx, struct db *db, struct gauge **ret_gauges, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct gauge *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT 'outbox' AS name, state AS label, COUNT(*) AS number_there FROM publication"
			 " WHERE state IN ('due', 'leased', 'held', 'unknown', 'failed', 'handed') GROUP BY state"
			 " UNION ALL SELECT 'outbox_late', '', COUNT(*) FROM publication WHERE state = 'due' AND due_at < ?1"
			 " UNION ALL SELECT 'job', state, COUNT(*) FROM job WHERE state IN ('due', 'leased', 'failed') GROUP BY state"
			 " UNION ALL SELECT 'channel', state, COUNT(*) FROM channel WHERE archived_at = 0 GROUP BY state"
			 " UNION ALL SELECT 'delivery', state, COUNT(*) FROM delivery WHERE state IN ('waiting', 'refused', 'stuck') GROUP BY state"
			 " UNION ALL SELECT 'delivery_late', '', COUNT(*) FROM delivery WHERE state = 'waiting' AND due_at < ?1"
			 " UNION ALL SELECT 'process', role, COUNT(*) FROM process WHERE beat_at > ?2 GROUP BY role ORDER BY 1, 2",
		     db_i64(cx->now - MINUTE), db_i64(cx->now - PROCESS_STALE)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct gauge){row_str(row, 0, cx->arena), row_str(row, 1, cx->arena), row_i64(row, 2)};
	*ret_gauges = list;
	*ret_count = count;
	return OK;
}
