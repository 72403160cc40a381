#include "main/bench_match.h"

#include "base/chance.h"
#include "base/clock.h"
#include "base/lang.h"
#include "main/match_queries.h"
#include "sys/lines.h"

#include <math.h>
#include <stdio.h>

#define POSTS 20000
#define POSTS_MAX 1000000
#define WORDS 60000      /* that are in use */
#define POST_WORDS_MAX 24
#define CHANGES 1000     /* queries taken out and put in again */

static struct chance luck;

/* ---- made up ---- */

/* A word by its rank, the frequent ones short: syllables, with a sign before some. */
static void add_word(struct buf *b, u64 rank, bool with_sign)
{
	static const char *const syllables[] = {"ba", "de", "ki", "lo", "mu", "na", "re", "si", "to", "vu", "ché", "fra", "gli", "pon", "stu", "wen"};
	if (with_sign && rank % 11 == 7)
		buf_addc(b, rank % 2 ? '@' : '#');
	do {
		buf_adds(b, syllables[rank % 16]);
		rank /= 16;
	} while (rank);
}

/* As words are in what people write: the r-th most frequent one about 1/r as often as the first. */
static u64 rank(void)
{
	return (u64)exp((double)chance_below(&luck, 1000000) / 1e6 * log(WORDS)) - 1;
}

struct made {
	u32 words[POST_WORDS_MAX];
	u32 count;
};

static void make_posts(struct arena *arena, struct made *made, struct str *posts)
{
	for (size_t i = 0; i < POSTS; i++) {
		CLEANUP(buf_free) struct buf b = {};
		struct made *m = &made[i];
		m->count = 6 + (u32)chance_below(&luck, POST_WORDS_MAX - 5);
		for (u32 w = 0; w < m->count; w++) {
			m->words[w] = (u32)rank();
			buf_adds(&b, w ? chance_below(&luck, 8) ? " " : ", " : "");
			add_word(&b, m->words[w], true);
		}
		if (chance_below(&luck, 5) < 2)
			buf_addf(&b, " http://t.co/%08llx", (unsigned long long)chance_below(&luck, 1u << 31));
		posts[i] = buf_keep(&b, arena);
	}
}

/* What somebody looks for: something that was said, or any word. */
static void add_term(struct buf *b, const struct made *made)
{
	const struct made *m = &made[chance_below(&luck, POSTS)];
	u64 at = chance_below(&luck, m->count - 2), kind = chance_below(&luck, 100);
	if (kind < 28) {
		buf_addc(b, '"');
		for (u64 i = 0; i < 2 + (kind < 7); i++) {
			buf_adds(b, i ? " " : "");
			add_word(b, m->words[at + i], false);
		}
		buf_addc(b, '"');
		return;
	}
	size_t from = b->len;
	add_word(b, kind < 34 ? m->words[at] : chance_below(&luck, WORDS), true);
	if (kind > 93 && b->len - from > 4) {
		b->len -= 1 + chance_below(&luck, 2);
		while (((u8)b->at[b->len - 1] & 0x80) != 0) /* not within a letter */
			b->len--;
		buf_addc(b, '*');
	}
}

static void add_or(struct buf *b, const struct made *made, u64 most)
{
	u64 count = 1 + chance_below(&luck, most);
	buf_addc(b, '(');
	for (u64 i = 0; i < count; i++) {
		buf_adds(b, i ? " OR " : "");
		add_term(b, made);
	}
	buf_addc(b, ')');
}

static void add_query(struct buf *b, const struct made *made)
{
	u64 shape = chance_below(&luck, 100);
	if (shape < 8) {
		const struct made *m = &made[chance_below(&luck, POSTS)];
		u64 at = chance_below(&luck, m->count - 3);
		add_word(b, m->words[at], false);
		buf_addf(b, " NEAR/%d ", 2 + (int)chance_below(&luck, 6));
		add_word(b, m->words[at + 1 + chance_below(&luck, 2)], false);
		return;
	}
	add_or(b, made, 6);
	if (shape < 42)
		return;
	buf_adds(b, " AND ");
	add_or(b, made, 6);
	if (shape < 70)
		return;
	buf_adds(b, " AND NOT ");
	add_or(b, made, 3);
}

/* The text of a query that is taken: a few say nothing but short beginnings. */
static struct str made_query(struct arena *arena, const struct made *made)
{
	for (;;) {
		CLEANUP(arena_freep) struct arena *task = arena_new();
		CLEANUP(buf_free) struct buf b = {};
		const struct query *query;
		struct query_fault fault;
		add_query(&b, made);
		if (query_read(task, buf_str(&b), NULL, &query, &fault))
			return buf_keep(&b, arena);
	}
}

/* ---- measured ---- */

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
	measure(cx, match, time_worked() - started, posts, POSTS);
	printf(_(N_("  one query taken out and another put in: %.1f microseconds\n")), (double)change(match, texts + size) / CHANGES);
}

static void bench_all_made(struct cx *cx)
{
	static const u32 sizes[] = {10000, 100000};
	luck.state = 0x9e3779b97f4a7c15u;
	struct made *made = arena_array(cx->arena, struct made, POSTS);
	struct str *posts = arena_array(cx->arena, struct str, POSTS);
	make_posts(cx->arena, made, posts);
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
