/* trend.h: trends as rows: a term that began to rise in what people say, with its evidence, until it is over; hushed when somebody said that
 * it does not matter; and what they are found by: the messages of late, and what was said day by day, counted by term.
 *
 * What must stay true: trend_day and trend_reading follow from messages alone and can be made again; a rise that was hushed stays hushed
 * until somebody takes that back. Results live in cx->arena. */
#pragma once
#include "store/hashtag.h"
#include "store/listening.h"

struct trend {
	i64 id, workspace;
	struct str term;      /* as it is written */
	struct str terms;     /* the same and what is said with it, lower case, a line each */
	i64 since, at, seen_at, ended_at; /* ended_at 0: it goes on */
	i64 score;            /* tenths of a decimal logarithm: insight/trend.h */
	struct str evidence;  /* a JSON object: insight/trend.h */
	i64 query;            /* it is followed by this query; 0: by none */
	i64 hushed_at, hushed_by;
};

enum err trend_save(struct cx *cx, struct db *db, const struct trend *trend); /* inserts or updates, all but the hushing and the query */
enum err trend_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct trend *ret_trend); /* ERR_MISSING */
/* Seen since an instant, the last seen first; of one look, the most surprising first. */
enum err trend_list(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct trend **ret_trends, size_t *ret_count);
enum err trend_set_hushed(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at, i64 person); /* 0, 0: not any more */
enum err trend_set_query(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 query);
enum err trend_set_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);
enum err trends_prune(struct cx *cx, struct db *db, i64 workspace, i64 unseen_since);

/* ---- what they are found by ---- */

enum err trend_read_to(struct cx *cx, struct db *db, i64 workspace, i64 *ret_id); /* 0: nothing was counted yet */
enum err trend_set_read_to(struct cx *cx, struct db *db, i64 workspace, i64 id);

struct trend_day_row {
	i64 day;
	struct str counts;
};
/* Messages that were counted: the days as they are to be kept, when `from` is still where counting stands, and the hashtags that they have. */
struct trend_counts {
	i64 from, to;
	struct trend_day_row *days;
	size_t count;
	struct heard_tag *tags; /* of what was said in public without harm, within HASHTAG_HEARD */
	size_t tag_count;
	bool is_more;           /* there are more messages to count */
};
/* From a day on, in their order. */
enum err trend_days(struct cx *cx, struct db *db, i64 workspace, i64 since, struct trend_day_row **ret_days, size_t *ret_count);
enum err trend_days_before(struct cx *cx, struct db *db, i64 workspace, i64 day, i64 *ret_count); /* how many there are */
enum err trend_day_get(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str *ret_counts); /* empty: there is none */
enum err trend_day_set(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str counts);
enum err trend_days_prune(struct cx *cx, struct db *db, i64 workspace, i64 before);

/* A message of somebody outside, as trends see it; what is spam, hidden or taken away is none. */
struct uttered {
	i64 id, at, identity;
	struct str body, lang, network, author_name; /* lang: as read, where that is sure, else as the network says */
	enum mention_tone tone;
	bool is_public, is_harmful; /* harmful: surely rude, hateful, poisonous or unwanted */
};
/* From one id to just before another, in their order; *ret_last is the id that was looked at last (0: the installation holds none there), of
 * `limit` of them at the most. */
enum err uttered_between(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 until, size_t limit, struct uttered **ret_uttered, size_t *ret_count,
			 i64 *ret_last);
/* The same from the newest down: *ret_before is where to go on. */
enum err uttered_before(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 least, size_t limit, struct uttered **ret_uttered, size_t *ret_count,
			i64 *ret_before);

/* ---- queries side by side ---- */

struct compared {
	i64 identity;
	struct str body;
	enum mention_tone tone;
	struct str emotion; /* empty: not sure */
};
/* The newest mentions of a query in a span. */
enum err mentions_compared(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 since, i64 until, size_t limit, struct compared **ret_rows,
			   size_t *ret_count);
