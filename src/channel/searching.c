#include "channel/searching.h"

void buf_add_search_term(struct buf *b, const struct search_term *term, bool names)
{
	const char *mark = term->kind == TERM_PHRASE ? "\"" : term->kind == TERM_TAG ? "#" : term->kind == TERM_NAME && names ? "@" : "";
	buf_adds(b, mark);
	buf_add(b, term->text);
	buf_adds(b, term->kind == TERM_PHRASE ? mark : "");
}

void buf_add_search_need(struct buf *b, const struct search_need *need, bool names)
{
	for (size_t i = 0; i < need->count; i++) {
		buf_adds(b, i ? " " : "");
		buf_add_search_term(b, &need->all[i], names);
	}
}
