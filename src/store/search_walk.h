/* search_walk.h: how a search goes through the messages, newest first or back: a stretch of ids after the other, from where the reader is,
 * so that it can stop when it has enough or has taken its time. For store/search.c.
 *
 * FTS5 reads as many rows as it takes to find so many that fit: words that are frequent alone and rare together would be looked for in ten
 * million at once, so its stretches are a part of all ids, wider as they turn out to be cheap. A star that is left to it has all its words
 * gathered first, each time: one stretch. PostgreSQL gathers and sorts all that the words have before it gives the newest; so the newest
 * messages are looked at one by one, which finds what is common, and its index is asked for all the rest when that finds nothing. */
#pragma once
#include "base/clock.h"
#include "store/list.h"
#include "sys/db.h"

struct walk {
	bool is_back, is_last; /* is_last: this stretch goes to the end */
	bool is_aside;         /* the work is done by another process: the clock tells how much */
	i64 at, end;           /* between them, `end` included; `at` is the last one seen, or where the stretch before ended */
	i64 first, last;       /* of all ids */
	i64 span;              /* of ids; of messages where is_aside; 0: all the rest, by the index of words */
	i64 started, stretch_started;
};

/* `whole`: the engine can go by stretches. */
enum err walk_start(struct cx *cx, struct db *db, i64 workspace, bool whole, struct list_place from, struct walk *ret_walk);
/* The next stretch; *ret_more false: that was the last one. `found`: something was, since it started. */
enum err walk_on(struct cx *cx, struct db *db, i64 workspace, bool found, struct walk *walk, bool *ret_more);
bool walk_tired(const struct walk *walk, i64 most);
