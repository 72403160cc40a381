#include "flow/pulse.h"

#include "base/id.h"
#include "flow/transaction.h"
#include "store/pulse.h"
#include "store/setting.h"

#define SLICE 5000
#define SLICES 20 /* a turn; the rest next time, so that nobody waits long for an alarm */

static enum err write_down(struct cx *cx, struct db *db, const struct pulse *list, size_t count, i64 place)
{
	for (size_t i = 0; i < count; i++)
		TRY(pulse_add(cx, db, &list[i]));
	return setting_set(cx, db, PULSE_PLACE, arena_printf(cx->arena, "%lld", (long long)place));
}

/* *ret_place: the first id that is not counted yet. */
static enum err count_slice(struct cx *cx, struct db *db, i64 from, i64 until, bool *ret_more, i64 *ret_place)
{
	struct pulse *list = NULL;
	size_t count = 0;
	i64 last;
	TRY(pulse_reach(cx, db, from, until, SLICE, &last));
	if (last)
		TRY(pulse_counted(cx, db, from, last, cx->now - PULSE_KEPT, &list, &count));
	i64 place = last ? last + 1 : until;
	TRY(IN_TRANSACTION(cx, db, write_down(cx, db, list, count, place)));
	*ret_more = last != 0;
	*ret_place = place;
	return OK;
}

enum err pulse_turn(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct str kept;
	i64 place = 0, until = id_at(cx->now - PULSE_BEHIND, 0), done = 0;
	TRY(setting_get(cx, db, PULSE_PLACE, &kept));
	if (!str_to_i64(kept, &place))
		place = id_at(cx->now - PULSE_KEPT, 0);
	for (bool more = place < until; more && done < SLICES; done += more)
		TRY(count_slice(cx, db, place, until, &more, &place));
	*ret_done = done;
	return OK;
}

enum err pulse_forget(struct cx *cx, struct db *db, i64 workspace)
{
	return pulse_prune(cx, db, workspace, cx->now - PULSE_KEPT - DAY);
}
