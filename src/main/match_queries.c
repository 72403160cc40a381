#include "main/match_queries.h"

#include "base/lang.h"
#include "sys/lines.h"

#include <stdio.h>

struct taking {
	struct match_queries *queries;
	struct str *ids;
	size_t count, capacity;
	long long line;
};

static void tell_fault(struct cx *cx, struct taking *t, struct str id, struct str text, const struct query_fault *fault)
{
	fprintf(stderr, _(N_("Line %lld, query %.*s, character %zu: %s\n")), t->line, STR_ARG(id), query_column(text, fault), _(fault->story));
	t->queries->refused++;
}

static void take(struct cx *cx, struct taking *t, struct arena *task, struct str line)
{
	const struct query *query;
	struct query_fault fault = {};
	struct str text = line, id = str_cut(&text, '\t');
	if (!text.at)
		fault = (struct query_fault){N_("A line is an id, a tab and the query."), line};
	if (!text.at || !query_read(task, text, NULL, &query, &fault)) {
		tell_fault(cx, t, id, text.at ? text : line, &fault);
		return;
	}
	must(match_add(t->queries->match, query) == t->count);
	*arena_push(cx->arena, t->ids, t->count, t->capacity) = arena_str(cx->arena, id);
}

enum err match_queries_read(struct cx *cx, const char *path, struct match_queries *ret_queries)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	CLEANUP(arena_freep) struct arena *task = arena_new();
	struct match_queries queries = {.match = match_new(cx->arena)};
	struct taking t = {.queries = &queries};
	struct line_read line;
	TRY(lines_open(cx, path, QUERY_BYTES_MAX + 1024, &lines));
	for (;;) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			break;
		t.line++;
		arena_reset(task);
		if (t.line == 1 && str_starts(line.text, S("\xEF\xBB\xBF")))
			line.text = str_skip(line.text, 3);
		if (str_trim(line.text).len)
			take(cx, &t, task, line.text);
	}
	queries.ids = t.ids;
	queries.count = (u32)t.count;
	*ret_queries = queries;
	return OK;
}
