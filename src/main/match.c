/* match.c: stored queries against the lines of standard input. */
#include "base/lang.h"
#include "base/pool.h"
#include "main/command.h"
#include "main/match_queries.h"
#include "sys/lines.h"

#include <stdio.h>

/* The lines that a query matches: the distance from each to the next, seven bits a byte. */
struct answer {
	u8 *at;
	u32 len, capacity;
	u32 last;   /* the line that was added last, + 1 */
};

static void answer_add(struct pool *pool, struct answer *answer, u32 line)
{
	u32 distance = line + 1 - answer->last;
	if (answer->capacity - answer->len < 5) {
		size_t bytes = pool_size(answer->len + answer->len / 2 + 16);
		answer->at = pool_resize(pool, answer->at, answer->capacity, answer->len, bytes);
		answer->capacity = (u32)bytes;
	}
	for (; distance >= 0x80; distance >>= 7)
		answer->at[answer->len++] = (u8)(distance | 0x80);
	answer->at[answer->len++] = (u8)distance;
	answer->last = line + 1;
}

static void answer_print(struct buf *out, const struct answer *answer, struct str id)
{
	u32 line = 0, distance = 0, shift = 0;
	buf_add(out, id);
	char separator = '\t';
	for (u32 i = 0; i < answer->len; i++) {
		distance |= (u32)(answer->at[i] & 0x7F) << shift;
		shift += 7;
		if (answer->at[i] & 0x80)
			continue;
		line += distance;
		buf_addc(out, separator);
		buf_add_i64(out, (i64)line - 1);
		separator = ' ';
		distance = shift = 0;
	}
	buf_addc(out, '\n');
}

static enum err match_lines(struct cx *cx, const struct match_queries *queries, struct pool *pool, struct answer *answers)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	TRY(lines_open(cx, NULL, MATCH_TEXT_MAX + 1, &lines));
	for (u32 number = 0; number < UINT32_MAX - 1; number++) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			return OK;
		if (line.is_cut)
			fprintf(stderr, _(N_("Line %lld is longer than %zu KiB: what stands behind that was not looked at.\n")), (long long)number, MATCH_TEXT_MAX >> 10);
		struct match_text post = {.text = line.text, .followers = -1};
		const u32 *matched;
		size_t count = match_post(queries->match, &post, &matched);
		for (size_t i = 0; i < count; i++)
			answer_add(pool, &answers[matched[i]], number);
	}
	return fail(cx, ERR_TOO_LARGE, N_("These are more lines than can be counted here."));
}

static void print(const struct match_queries *queries, const struct answer *answers)
{
	CLEANUP(buf_free) struct buf out = {};
	for (u32 i = 0; i < queries->count; i++) {
		if (answers[i].len)
			answer_print(&out, &answers[i], queries->ids[i]);
		if (out.len < (size_t)1 << 18 && i + 1 < queries->count)
			continue;
		fwrite(out.at, 1, out.len, stdout);
		buf_clear(&out);
	}
}

static enum err match(struct cx *cx, struct program *program)
{
	struct match_queries queries;
	if (!option_value(program, "queries").len)
		return fail_field(cx, "queries", N_("Name the file of the queries: “parvis match --queries FILE < LINES”."));
	TRY(match_queries_read(cx, arena_cstr(cx->arena, option_value(program, "queries")), &queries));
	struct answer *answers = arena_array(cx->arena, struct answer, queries.count + 1);
	TRY(match_lines(cx, &queries, pool_new(cx->arena), answers));
	print(&queries, answers);
	if (queries.refused)
		return fail(cx, ERR_BAD_INPUT,
			    tr_n(cx->lang, "%u query could not be taken, as told above; the others were looked for.",
				 "%u queries could not be taken, as told above; the others were looked for.", queries.refused),
			    queries.refused);
	return OK;
}

static const struct option_row options[] = {
	{"queries", "FILE", N_("the queries, a line each: an id, a tab, the query; .gz and .zst too")},
	{},
};

const struct command command_match = {
	.name = "match",
	.words = "",
	.about = N_("Which lines each of many listening queries matches"),
	.more = N_("Reads posts from standard input, a line each (.gz and .zst too), and prints for each query that matched its id, a tab, and the numbers "
		   "of the lines, from 0. docs/queries.md has the grammar. Fields (lang:, author: …) are true of nothing here, since a line is text alone."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = match,
	.file = __FILE__,
};
