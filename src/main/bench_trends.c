#include "main/bench_trends.h"

#include "base/clock.h"
#include "flow/trend.h"
#include "insight/trend.h"
#include "store/workspace.h"

#include <stdio.h>

static enum err count_all(struct cx *cx, struct db *db, i64 workspace, i64 *ret_slices, i64 *ret_bytes)
{
	struct trend_counts counts;
	do {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct cx slice = *cx;
		slice.arena = arena;
		TRY(trend_count(&slice, db, workspace, &counts));
		for (size_t i = 0; i < counts.count; i++)
			*ret_bytes = (i64)counts.days[i].counts.len > *ret_bytes ? (i64)counts.days[i].counts.len : *ret_bytes;
		TRY(trend_counted(&slice, db, workspace, &counts, 0));
		*ret_slices += counts.to != counts.from;
	} while (counts.to != counts.from);
	return OK;
}

static enum err one(struct cx *cx, struct db *db, const struct workspace *w)
{
	struct trend_view view;
	i64 slices = 0, bytes = 0, worked = time_worked(), clock = time_monotonic();
	TRY(count_all(cx, db, w->id, &slices, &bytes));
	printf("%.*s: counted in %lld slices, %.2f s of a core, %.2f s by the clock; a day is %lld bytes at most\n", STR_ARG(w->name), (long long)slices,
	       (double)(time_worked() - worked) / 1e6, (double)(time_monotonic() - clock) / 1e6, (long long)bytes);
	worked = time_worked();
	clock = time_monotonic();
	TRY(trend_look(cx, db, w->id, &view));
	printf("looked at %zu messages back to %.1f hours ago, %lld days of past: %.2f s of a core, %.2f s by the clock; %zu found; %zu MB of memory\n", view.read,
	       (double)(cx->now - view.reach) / HOUR, (long long)view.days, (double)(time_worked() - worked) / 1e6, (double)(time_monotonic() - clock) / 1e6, view.count,
	       view.bytes >> 20);
	for (size_t i = 0; i < view.count; i++)
		printf("  %.1f %.*s\n", (double)view.found[i].score / 10, STR_ARG(view.found[i].term));
	return OK;
}

enum err bench_trends(struct cx *cx, const char *database)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct workspace *list;
	size_t count;
	cx->now += 2 * MINUTE; /* what was just taken in is counted a minute later */
	TRY(db_open(cx, database, DB_WRITE, &db));
	TRY(workspace_list(cx, db, &list, &count));
	for (size_t i = 0; i < count; i++)
		TRY(one(cx, db, &list[i]));
	return OK;
}
