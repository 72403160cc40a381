/* trend.h: what begins to rise in what people say: terms, hashtags and phrases (text/term.h) that more people said of late than their own past
 * lets expect (insight/burst.h). The past is counted once, day by day (insight/trend_day.h); the messages of late are read anew at each look,
 * so that who said it, where, since when and how it sounds is exact. People are counted, not messages: one who repeats is no trend.
 *
 * What is expected of a span is what its hours of the week usually bring of everything, times what the term usually has of it; where much
 * more than usual is said of anything, all of it is expected to be more. It only reads: whoever calls keeps what is found.
 *
 * What must stay true: time and memory are bounded: a look reads TREND_READ messages at the most, the newest, of TREND_TERMS mentions of
 * terms, and says how far back that reaches; the past is TREND_PAST days of bounded size. Results live in cx->arena. */
#pragma once
#include "base/clock.h"
#include "store/trend.h"

#define TREND_PAST 28          /* days that a rise is held against */
#define TREND_DAYS_KEPT 36
#define TREND_READ 60000u
#define TREND_TERMS 1500000u
#define TREND_SLICE 4000u      /* messages that are counted at a time */
#define TREND_PEOPLE 4         /* who said it, at least */
#define TREND_TIMES 2.0        /* what is expected, at least */
#define TREND_MOST 20          /* told of one look */
#define TREND_PAST_LEAST 3     /* days that are needed to know what is usual */

/* The next messages that are not in trend_day yet, counted. */
enum err trend_count(struct cx *cx, struct db *db, i64 workspace, struct trend_counts *ret_counts);

/* Found without id, the most surprising first: evidence {"seconds", "people", "messages", "expected", "times", "surprise", "copied" (percent that
 * are nearly the same text), "tones" [unknown, negative, neutral, positive], "days" [people of 27 days, and of the last 24 hours], "networks",
 * "languages" [{"name", "mentions"}], "also" [what is said with it], "examples" [messages]}. */
struct trend_view {
	i64 days;              /* of the past with messages; fewer than TREND_PAST_LEAST: nothing can be told yet */
	i64 reach;             /* the instant back to which everything was read */
	size_t read, bytes;    /* messages; memory that the look took and gave back */
	struct trend *found;
	size_t count;
};
enum err trend_look(struct cx *cx, struct db *db, i64 workspace, struct trend_view *ret_view);
