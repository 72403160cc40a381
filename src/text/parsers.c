/* parsers.c: what text reads, as rows of base/parser.h. */
#include "base/lang.h"
#include "base/parser.h"
#include "text/query.h"

static enum err read_query(struct cx *cx, struct str input, struct buf *out)
{
	const struct query *query;
	struct query_fault fault = {};
	CLEANUP(buf_free) struct buf text = {};
	if (!query_read(cx->arena, input, NULL, &query, &fault))
		return fail(cx, ERR_BAD_INPUT, N_("Character %zu: %s"), query_column(input, &fault), _(fault.story));
	buf_add_query(&text, query);
	buf_adds(out, "{\"query\":");
	buf_add_json(out, buf_str(&text));
	buf_addf(out, ",\"terms\":%zu}\n", query_terms(query));
	return OK;
}

const struct parser parser_query = {"query", N_("A listening query, as it is understood"), read_query};
