/* ab_test.h: two ways to say something, compared on one channel: which posts are given as A and as B, what is counted, and the rules, fixed at the start:
 * how long after each left, how sure, how many at the least. What was counted at the end is kept, and what came of it. */
#pragma once
#include "sys/db.h"

enum ab_metric { AB_CLICKS, AB_REACTIONS, AB_COMMENTS, AB_REACH, AB_METRICS };
const char *ab_metric_word(enum ab_metric metric); /* "clicks" */
bool ab_metric_of(struct str word, enum ab_metric *ret_metric);

enum ab_state { AB_RUNNING, AB_DECIDED, AB_STOPPED, AB_STATES };
const char *ab_state_word(enum ab_state state);

enum ab_verdict { AB_OPEN, AB_A, AB_B, AB_NONE, AB_FEW, AB_VERDICTS }; /* NONE: no difference could be shown; FEW: too little came in */
const char *ab_verdict_word(enum ab_verdict verdict); /* "", "a", "b", "none", "few" */

struct ab_test {
	i64 id, workspace, channel;
	struct str name;
	enum ab_metric metric;
	i64 confidence;     /* per cent */
	i64 after;          /* microseconds after each post left, at which it is counted */
	i64 least;          /* of A and B together; fewer: too little */
	i64 unevenness;     /* thousandths (model/trial.h), of posts before it began */
	i64 past_posts;     /* that it stands on */
	enum ab_state state;
	enum ab_verdict verdict;
	struct str story;   /* why it was stopped */
	i64 created_by, created_at, decided_at;
};

struct ab_post {
	i64 test, workspace, post;
	bool is_b;
	i64 measured_at;    /* 0: not yet */
	i64 count, exposed; /* exposed 0: not known */
};

enum err ab_test_insert(struct cx *cx, struct db *db, const struct ab_test *test);
enum err ab_post_insert(struct cx *cx, struct db *db, const struct ab_post *post);
enum err ab_test_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct ab_test *ret_test); /* ERR_MISSING */
enum err ab_tests(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct ab_test **ret_tests, size_t *ret_count); /* the newest first */
enum err ab_posts(struct cx *cx, struct db *db, i64 workspace, i64 test, struct ab_post **ret_posts, size_t *ret_count);     /* A's, then B's */
/* It is over: ERR_CONFLICT when it was already. */
enum err ab_test_end(struct cx *cx, struct db *db, const struct ab_test *test);
enum err ab_post_measured(struct cx *cx, struct db *db, const struct ab_post *post);
/* Is this post in a test that runs? */
enum err ab_post_is_taken(struct cx *cx, struct db *db, i64 workspace, i64 post, bool *ret_taken);
/* Over all workspaces: those that run. */
enum err ab_tests_running(struct cx *cx, struct db *db, size_t limit, struct ab_test **ret_tests, size_t *ret_count);

/* A post that left by a channel: where its figures are. */
struct ab_left {
	i64 post, message, at;
};
/* When this post left by this channel; ERR_MISSING without a story. */
enum err ab_post_left(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 channel, struct ab_left *ret_left);
/* Those that left by it before, the newest first. */
enum err ab_posts_before(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 before, size_t limit, struct ab_left **ret_posts, size_t *ret_count);
/* What the network had told of a message by then; -1: nothing. */
enum err ab_figure(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 message, const char *measure, i64 until, i64 *ret_value);
