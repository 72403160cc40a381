/* listen_past.c: queries over what was said before they were made: slices of the past, and what a query would have found. */
#include "flow/listen_match.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "text/query.h"

#include <pthread.h>
#include <stdlib.h>

#define SLICE 2000 /* messages a transaction: others write in between */

static int by_id(const void *a, const void *b)
{
	const struct listening_query *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* The queries of one place, compiled: kept from slice to slice, as long as nothing changed. */
static struct past {
	i64 workspace, at, version;
	struct arena *arena;
	struct listening_query *queries; /* by id */
	size_t count;
	struct listen_set set;
} past;
static pthread_mutex_t past_lock = PTHREAD_MUTEX_INITIALIZER;

static void drop_past(void)
{
	arena_free(past.arena);
	past = (struct past){};
}

static enum err compile(struct cx *cx, struct db *db)
{
	struct piece_box box;
	CLEANUP(arena_freep) struct arena *reading = arena_new();
	struct arena *outer = cx->arena;
	cx->arena = past.arena;
	enum err e = listening_past_queries(cx, db, past.workspace, past.at, &past.queries, &past.count);
	cx->arena = outer;
	TRY(e);
	TRY(piece_box_load(cx, db, past.workspace, &box));
	if (past.count)
		qsort(past.queries, past.count, sizeof *past.queries, by_id);
	listen_set_new(past.arena, &past.set);
	for (size_t i = 0; i < past.count; i++)
		listen_set_add(past.arena, &past.set, reading, &past.queries[i], &box);
	return OK;
}

static enum err open_past(struct cx *cx, struct db *db, i64 workspace, i64 at)
{
	i64 version;
	TRY(listening_version(cx, db, workspace, &version));
	if (past.workspace == workspace && past.at == at && past.version == version)
		return OK;
	drop_past();
	past = (struct past){.workspace = workspace, .at = at, .version = version, .arena = arena_new()};
	return compile(cx, db);
}

static bool is_of_past(i64 id)
{
	const struct listening_query key = {.id = id};
	return past.count && bsearch(&key, past.queries, past.count, sizeof key, by_id);
}

static void match_slice(struct cx *cx, const struct heard *heard, size_t heard_count, struct mention **ret_now, size_t *ret_count)
{
	struct mention *now = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < heard_count; i++) {
		const u32 *numbers;
		size_t matched = heard[i].counts ? listen_set_match(&past.set, &heard[i], &numbers) : 0;
		for (size_t n = 0; n < matched; n++)
			*arena_push(cx->arena, now, count, capacity) = mention_of(past.workspace, past.set.ids[numbers[n]], &heard[i]);
	}
	mentions_sort(now, count);
	*ret_now = now;
	*ret_count = count;
}

static enum err go_on(struct cx *cx, struct db *db, i64 *ret_done)
{
	struct heard *heard;
	struct mention *before, *now;
	struct mention_change *changes;
	size_t heard_count, before_count, now_count, count, kept = 0;
	i64 workspace, at, below, reached;
	TRY(listening_past_next(cx, db, &workspace, &at, &below));
	if (!workspace)
		return OK;
	TRY(open_past(cx, db, workspace, at));
	TRY(heard_before(cx, db, workspace, at, below, SLICE, &heard, &heard_count, &reached));
	if (reached) {
		match_slice(cx, heard, heard_count, &now, &now_count);
		TRY(mentions_between(cx, db, workspace, reached, at, &before, &before_count));
		for (size_t i = 0; i < before_count; i++)
			if (is_of_past(before[i].query))
				before[kept++] = before[i];
		mention_changes_between(cx->arena, before, kept, now, now_count, &changes, &count);
		TRY(mention_changes_write(cx, db, changes, count));
	}
	i64 next = reached > below ? reached : below;
	TRY(listening_past_move(cx, db, workspace, at, next));
	past.at = next == below ? -1 : next; /* where others wait there are more of them */
	*ret_done = (i64)heard_count + 1;
	return next ? OK : change_add(cx, db, workspace, 0, "listening", 0);
}

enum err listen_past_turn(struct cx *cx, struct db *db, i64 *ret_done)
{
	i64 workspace, at, below, done = 0;
	TRY(listening_past_next(cx, db, &workspace, &at, &below)); /* nothing to do, nearly always: no lock for that */
	pthread_mutex_lock(&past_lock);
	enum err e = workspace ? IN_TRANSACTION(cx, db, go_on(cx, db, &done)) : OK;
	if (e != OK || past.at <= 0)
		drop_past();
	pthread_mutex_unlock(&past_lock);
	TRY(e);
	*ret_done = done;
	return OK;
}

enum err listen_progress(struct cx *cx, struct db *db, const struct listening_query *q, struct listen_progress *ret_progress)
{
	struct listen_progress progress = {.percent = q->past_before ? 0 : 100};
	i64 first, last;
	if (q->past_before && q->past_before != PAST_ALL) {
		TRY(message_ids(cx, db, q->workspace, &first, &last));
		i64 all = last - first, left = q->past_before - first;
		progress.back_to = id_time(q->past_before);
		progress.percent = all > 0 && left >= 0 ? (int)(100 - (double)left / (double)all * 100) : 99;
		progress.percent = progress.percent < 0 ? 0 : progress.percent > 99 ? 99 : progress.percent;
	}
	*ret_progress = progress;
	return OK;
}

/* ---- before it is kept ---- */

static void count_slice(struct listen_set *set, const struct heard *heard, size_t count, i64 since, struct listen_preview *p)
{
	for (size_t i = 0; i < count; i++) {
		const u32 *numbers;
		if (!heard[i].counts || heard[i].at < since)
			continue;
		p->looked++;
		if (!listen_set_match(set, &heard[i], &numbers))
			continue;
		p->found++;
		if (p->newest_count < COUNT(p->newest))
			p->newest[p->newest_count++] = heard[i];
	}
}

enum err listen_preview(struct cx *cx, struct db *db, i64 workspace, struct str words, i64 since, i64 patience, struct listen_preview *ret_preview)
{
	struct piece_box box;
	struct listen_set set;
	struct listen_fault fault;
	struct listen_preview p = {};
	const struct listening_query query = {.id = 1, .words = words};
	TRY(listen_check(cx, db, workspace, (struct str){}, words, &fault));
	if (fault.story)
		return fail_field(cx, "words", N_("Character %zu: %s"), fault.column, tr(cx->lang, fault.story));
	TRY(piece_box_load(cx, db, workspace, &box));
	listen_set_new(cx->arena, &set);
	listen_set_add(cx->arena, &set, cx->arena, &query, &box);
	i64 before = INT64_MAX, least = id_at(since, 0), started = time_monotonic();
	while (before) {
		struct heard *heard;
		size_t count;
		CLEANUP(arena_freep) struct arena *memory = arena_new(); /* of the slice */
		struct arena *outer = cx->arena;
		cx->arena = memory;
		enum err e = heard_before(cx, db, workspace, before, least, SLICE, &heard, &count, &before);
		cx->arena = outer;
		TRY(e);
		size_t had = p.newest_count;
		count_slice(&set, heard, count, since, &p);
		for (size_t i = had; i < p.newest_count; i++) {
			struct heard *h = &p.newest[i];
			*h = (struct heard){.message = h->message, .channel = h->channel, .at = h->at, .tone = h->tone, .body = arena_str(cx->arena, h->body),
					    .author_name = arena_str(cx->arena, h->author_name), .network = arena_str(cx->arena, h->network),
					    .channel_name = arena_str(cx->arena, h->channel_name)};
		}
		if (before && time_monotonic() - started > patience) {
			p.back_to = id_time(before);
			break;
		}
	}
	*ret_preview = p;
	return OK;
}
