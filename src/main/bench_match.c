#include "main/bench_match.h"

#include "base/clock.h"
#include "base/lang.h"
#include "main/bench_made.h"
#include "main/match_queries.h"
#include "sys/lines.h"

#include <stdio.h>

#define POSTS_MAX 1000000
#define CHANGES 1000     /* queries taken out and put in again */

static u32 add(struct match *match, struct str text)
{
	CLEANUP(arena_freep) struct arena *task = arena_new();
	const struct query *query;
	struct query_fault fault;
	must(query_read(task, text, NULL, &query, &fault));
	return match_add(match, query);
}

/* The time that so many new queries take in the place of old ones. */
static i64 change(struct match *match, const struct str *texts)
{
	i64 started = time_worked();
	for (u32 i = 0; i < CHANGES; i++) {
		match_remove(match, i);
		must(add(match, texts[i]) == i);
	}
	return time_worked() - started;
}

static void measure(struct cx *cx, struct match *match, i64 register_time, const struct str *posts, size_t count)
{
	u64 pairs = 0, looked_at = match_looked_at(match);
	i64 started = time_worked();
	for (size_t i = 0; i < count; i++) {
		const u32 *numbers;
		pairs += match_post(match, &(struct match_text){.text = posts[i], .followers = -1}, &numbers);
	}
	double seconds = (double)(time_worked() - started) / 1e6, all = count ? (double)count : 1;
	printf(_(N_("%zu queries: %.0f posts/s of a core (%zu posts; a post matches %.1f queries, %.1f were looked at); %.1f MB; registered in %.3f s\n")),
	       match_count(match), all / seconds, count, (double)pairs / all, (double)(match_looked_at(match) - looked_at) / all,
	       (double)match_bytes(match) / 1e6, (double)register_time / 1e6);
}

static void bench_made(struct arena *arena, struct cx *cx, u32 size, const struct made *made, const struct str *posts)
{
	struct match *match = match_new(arena);
	struct str *texts = arena_array(arena, struct str, size + CHANGES);
	for (u32 i = 0; i < size + CHANGES; i++)
		texts[i] = made_query(arena, made);
	i64 started = time_worked();
	for (u32 i = 0; i < size; i++)
		add(match, texts[i]);
	measure(cx, match, time_worked() - started, posts, MADE_POSTS);
	printf(_(N_("  one query taken out and another put in: %.1f microseconds\n")), (double)change(match, texts + size) / CHANGES);
}

static void bench_all_made(struct cx *cx)
{
	static const u32 sizes[] = {10000, 100000};
	struct str *posts = arena_array(cx->arena, struct str, MADE_POSTS);
	const struct made *made = made_posts(cx->arena, posts);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		bench_made(arena, cx, sizes[i], made, posts);
	}
}

static enum err read_posts(struct cx *cx, const char *path, struct str **ret_posts, size_t *ret_count)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct str *posts = NULL;
	size_t count = 0, capacity = 0;
	struct line_read line;
	TRY(lines_open(cx, path, MATCH_TEXT_MAX, &lines));
	while (count < POSTS_MAX) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			break;
		*arena_push(cx->arena, posts, count, capacity) = arena_str(cx->arena, line.text);
	}
	*ret_posts = posts;
	*ret_count = count;
	return OK;
}

enum err bench_match(struct cx *cx, const char *queries_path, const char *posts_path)
{
	struct match_queries queries;
	struct str *posts;
	size_t count;
	if (!queries_path) {
		bench_all_made(cx);
		return OK;
	}
	TRY(read_posts(cx, posts_path, &posts, &count));
	i64 started = time_worked();
	TRY(match_queries_read(cx, queries_path, &queries));
	measure(cx, queries.match, time_worked() - started, posts, count);
	return OK;
}
