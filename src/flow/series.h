/* series.h: posts that come again: by a rule (every second Tuesday until June), or, evergreen, by the hours of a queue after a rest. Each occurrence is a
 * post of its own, made ahead by the working role: once, whatever happens (its row is its key). It says what the series says; approved words stay approved,
 * and approval is asked again only where the words are others. One may be left out, one changed (it is a post like any other), or one and all that follow.
 *
 * What must stay true: nothing leaves by a series whose words were not approved; an approval that somebody refused to an occurrence is not given to it by the
 * series; an evergreen text is never on one network twice within its rest. Each verb is one transaction with its audit entry; by whoever may write posts. */
#pragma once
#include "store/post.h"
#include "store/series.h"

#define SERIES_AHEAD (42 * DAY)        /* occurrences of a rule stand in the calendar so long before */
#define SERIES_EVERGREEN_AHEAD (8 * DAY) /* those of a queue leave room for what is new */
#define SERIES_REST_MIN DAY
#define SERIES_REST_MAX (730 * DAY)

struct series_request {
	struct str rule;      /* RRULE with its end; needs the post's hour, which is the first occurrence */
	i64 queue, rest;      /* or: evergreen, by this queue's hours; the post is the first */
};

/* From a post that has not been put away. Field errors: "rule", "wall_time", "queue", "rest"; ERR_CONFLICT: it is of a series that goes on. */
enum err series_begin(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct series_request *request, i64 *ret_series);
/* No more are made. `following`: those that have not left are put away, but those that somebody changed. *ret_away how many. */
enum err series_end(struct cx *cx, struct db *db, i64 workspace, i64 series, bool following, i64 *ret_away);
/* This one is left out, or comes after all. */
enum err series_skip(struct cx *cx, struct db *db, i64 workspace, i64 post, bool skip);
/* All that follow say what this one says, but those that somebody changed. *ret_changed how many that are made; those to come do too. */
enum err series_follow(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 *ret_changed);
/* The next instants that nothing was made for yet; none of an evergreen one. */
enum err series_coming(struct cx *cx, const struct series *series, i64 *ret_instants, size_t most, size_t *ret_count);
/* "every 2 weeks", "after a rest of 30 days": in the task's language; arena. */
struct str series_words(struct cx *cx, const struct series *series);

/* The working role, over all workspaces: makes what is due. *ret_wake: when to look again; 0: no series goes on. Its own transactions. */
enum err series_turn(struct cx *cx, struct db *db, i64 *ret_done, i64 *ret_wake);
