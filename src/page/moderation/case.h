/* case.h: one message to decide on: what was said, why it is here, what the house rules say, and the form of the decision. */
#pragma once
#include "page/moderation/moderation.h"

struct rules_in_force {
	struct charter_version version; /* id 0: none is published */
	struct charter_article *articles;
	size_t count;
};

struct queue_clocks {
	struct reader reader;
	bool is_paused; /* outside of the opening hours that count */
};
json_t *case_clock(const struct queue_clocks *clocks, const struct case_row *row); /* see clock.mustache; null for none */

struct case_place {
	const struct case_row *row;
	const struct queue_clocks *clocks;
	i64 position, total;
	struct str previous_url, next_url; /* empty at the ends */
	bool is_priority;
};

/* Sets "case" and "form" of the document. */
enum err case_document(struct cx *cx, struct db *db, const struct case_place *place, const struct rules_in_force *rules, struct request *request,
		       json_t *document);
