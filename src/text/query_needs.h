/* query_needs.h: what a network has to be asked for so that nothing a listening query would match is left out: words, phrases, #tags and @names,
 * as sets of which one at least stands, whole, in any post that matches. What a network finds by them is more than the query means; the query
 * itself (match.h) says what of it is kept.
 *
 * What must stay true: of any post that matches, some set is wholly there. Where several choices would do, the rarest by what the matcher thinks
 * of its leaves before it saw a post (match_engine.h) is taken, and the others narrow it as far as they do not multiply it. */
#pragma once
#include "text/query.h"

#define QUERY_NEEDS_MAX 24     /* sets */
#define QUERY_NEED_LITERALS 4  /* in one of them */

enum query_literal_kind { LITERAL_WORD, LITERAL_PHRASE, LITERAL_TAG, LITERAL_NAME };
struct query_literal {
	enum query_literal_kind kind;
	struct str text; /* lower case, without its sign; of a phrase the words with a space between */
};
struct query_need {
	struct query_literal all[QUERY_NEED_LITERALS]; /* the rarest first */
	size_t count;
};
struct query_needs {
	struct query_need *any;
	size_t count;
	const char *story; /* msgid: why there is nothing to ask a network for; then the count is 0 */
};

/* In the arena; texts too. */
void query_needs_of(struct arena *arena, const struct query *query, struct query_needs *ret_needs);
