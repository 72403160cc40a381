/* digest.h: who wants a letter that sums up what was heard, a row a person, and when the next one is due. Who wants none has no row.
 * What must stay true: a letter that is due is taken by who moves next_at on, and that is done once. Results live in cx->arena. */
#pragma once
#include "sys/db.h"

struct digest {
	i64 person;
	bool is_daily;   /* else weekly */
	i64 weekday;     /* of the weekly one: 0 Monday */
	i64 next_at;
	struct str pass; /* the way to end it without signing in, sealed to the working role; may be empty */
};
enum err digest_get(struct cx *cx, struct db *db, i64 person, struct digest *ret_digest); /* person 0: they want none */
enum err digest_set(struct cx *cx, struct db *db, const struct digest *digest);
enum err digest_remove(struct cx *cx, struct db *db, i64 person);
/* The one that is due first; person 0: none is. */
enum err digest_due(struct cx *cx, struct db *db, struct digest *ret_digest);
/* When the next one is due after all; 0: never. */
enum err digest_next(struct cx *cx, struct db *db, i64 *ret_at);
/* *ret_moved: it was still as it was. */
enum err digest_move(struct cx *cx, struct db *db, const struct digest *was, i64 next_at, bool *ret_moved);

/* Open conversations in which somebody asks something and waits: how many, and the first words of those that wait longest. */
struct open_question {
	i64 conversation, waiting_since;
	struct str preview, contact_name;
};
enum err open_questions(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct open_question **ret_questions, size_t *ret_count, i64 *ret_all);
