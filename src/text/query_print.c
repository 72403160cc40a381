/* query_print.c: a tree back to the text of a query, and two trees compared. */
#include "text/query.h"

static bool needs_quotes(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '@'))
			return true;
	}
	return !value.len;
}

static void add_field(struct buf *b, const struct query *q)
{
	if (q->kind == QUERY_SAVED && str_find_byte(q->words[0], '}') < 0) {
		buf_addc(b, '{');
		buf_add(b, q->words[0]);
		buf_addc(b, '}');
		return;
	}
	buf_adds(b, q->kind == QUERY_SAVED ? "saved" : query_field_word(q->field));
	buf_addc(b, ':');
	if (q->kind == QUERY_FIELD && !q->count) {
		buf_addc(b, q->field == QUERY_FOLLOWERS_OVER ? '>' : '<');
		buf_add_i64(b, q->number);
		return;
	}
	const char *quote = needs_quotes(q->words[0]) ? "\"" : "";
	buf_adds(b, quote);
	buf_add(b, q->words[0]);
	buf_adds(b, quote);
}

static void add_phrase(struct buf *b, const struct query *q)
{
	for (size_t i = 0; i < q->count; i++) {
		buf_addc(b, i ? ' ' : '"');
		buf_add(b, q->words[i]);
	}
	buf_addc(b, '"');
}

static void add_part(struct buf *b, const struct query *q)
{
	bool group = q->kind == QUERY_AND || q->kind == QUERY_OR;
	if (group)
		buf_addc(b, '(');
	buf_add_query(b, q);
	if (group)
		buf_addc(b, ')');
}

void buf_add_query(struct buf *b, const struct query *q)
{
	switch (q->kind) {
	case QUERY_WORD: case QUERY_SIGNED: case QUERY_PREFIX:
		buf_add(b, q->words[0]);
		buf_adds(b, q->kind == QUERY_PREFIX ? "*" : "");
		break;
	case QUERY_PHRASE:
		add_phrase(b, q);
		break;
	case QUERY_NEAR:
		buf_add_query(b, q->parts[0]);
		buf_addf(b, " NEAR/%lld ", (long long)q->number);
		buf_add_query(b, q->parts[1]);
		break;
	case QUERY_FIELD: case QUERY_SAVED:
		add_field(b, q);
		break;
	case QUERY_NOT:
		buf_adds(b, "NOT ");
		add_part(b, q->parts[0]);
		break;
	case QUERY_AND: case QUERY_OR:
		for (size_t i = 0; i < q->count; i++) {
			buf_adds(b, i ? q->kind == QUERY_AND ? " AND " : " OR " : "");
			add_part(b, q->parts[i]);
		}
	}
}

bool query_same(const struct query *a, const struct query *b)
{
	if (a->kind != b->kind || a->count != b->count || a->field != b->field || a->number != b->number || !a->words != !b->words || !a->parts != !b->parts)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if ((a->words && !str_eq(a->words[i], b->words[i])) || (a->parts && !query_same(a->parts[i], b->parts[i])))
			return false;
	return true;
}

size_t query_terms(const struct query *q)
{
	size_t terms = !q->parts;
	for (size_t i = 0; q->parts && i < q->count; i++)
		terms += query_terms(q->parts[i]);
	return terms;
}
