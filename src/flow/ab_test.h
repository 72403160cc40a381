/* ab_test.h: the verbs of comparing two ways to say something (store/ab_test.h, model/trial.h).
 *
 * What must stay true: the rules are fixed when it begins, before anything of it has left; each post is counted once, so long after it left, and the
 * verdict is given once, when the last one was counted: nobody decides earlier, and a comparison that is stopped has none. A verb is one transaction with
 * its audit entry. */
#pragma once
#include "model/trial.h"
#include "store/ab_test.h"

#define AB_POSTS_MAX 20         /* of A, and of B */
#define AB_PAST 50              /* posts before it that are looked at */
#define AB_WAITS (120 * DAY)    /* for the last to leave; then it is stopped */

struct ab_wish {
	struct str name;
	i64 channel;
	enum ab_metric metric;
	i64 confidence;         /* 80, 90, 95, 99 */
	i64 days;               /* 1 to 60 */
	i64 least;              /* 0 to 1,000,000 */
	const i64 *a, *b;
	size_t a_count, b_count;
};
/* Field errors name "name", "channel", "metric", "confidence", "days", "least", "a", "b". */
enum err ab_test_start(struct cx *cx, struct db *db, i64 workspace, const struct ab_wish *wish, i64 *ret_id);
enum err ab_test_stop(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str why);
/* The words of the winner (of neither: those of `b`, or A's) as a draft for other channels; its id. */
enum err ab_test_use(struct cx *cx, struct db *db, i64 workspace, i64 id, bool b, const i64 *channels, size_t count, i64 *ret_post);
/* For the working role: counts what is due, and decides what is counted. *ret_done: how many of either. */
enum err ab_tests_turn(struct cx *cx, struct db *db, i64 *ret_done);

/* The sums of one side. `exposed` 0: not known of all of them. */
struct trial_arm ab_sum(const struct ab_post *posts, size_t count, bool b);
/* What the comparison comes to, by its rules. */
struct trial_result ab_result(const struct ab_test *test, const struct ab_post *posts, size_t count);
