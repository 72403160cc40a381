/* reputation.h: how a house is spoken of, as one number from 0 to 100 that never stands without its parts:
 *
 *   tone     40  50 + 50 x net sentiment of the mentions of queries about us (positive less negative, of those whose tone is sure), each weighing
 *                1 + log10(1 + followers) of its author: audiences are spread over powers of ten
 *   reviews  20  the mean of stars, 1 is 0 and 5 is 100
 *   voice    15  our share of what queries about us and about competitors hear
 *   answers  15  promises of a first answer that were kept, of those that were due
 *   harm     10  100 less five times the percentage of mentions that are surely rude, hateful or poisonous
 *
 * The score is the mean of the parts that are known, by these weights. Net sentiment and share of voice are the usual measures of the trade; the weights are
 * a convention, told beside each part. Each part has a margin (19 in 20): of weighted means by the effective size of the sample (Kish, Survey
 * Sampling, 1965), of shares by two successes and failures more (Agresti and Coull, The American Statistician, 1998); means of few get the variance of
 * two thoroughly mixed opinions beside their own. A change is told as one only where it is greater than both margins together.
 *
 * What must stay true: it only reads, REPUTATION_READ mentions of a time at the most; where nothing is known, a part says so and weighs nothing. */
#pragma once
#include "store/listening.h"

#define REPUTATION_READ 1500u
#define REPUTATION_TIMES 6    /* the time itself and the five before it */
#define REPUTATION_DOUBT 10.0 /* a margin as wide tells little */

enum reputation_part { REPUTATION_TONE, REPUTATION_REVIEWS, REPUTATION_VOICE, REPUTATION_ANSWERS, REPUTATION_HARM, REPUTATION_PARTS };
const char *reputation_word(enum reputation_part part);
int reputation_weight(enum reputation_part part); /* of 100 */

struct reputation_figure {
	bool is_known;
	double value, margin;
	i64 count; /* mentions, reviews, promises that it stands on */
};
struct reputation {
	i64 since, until;
	struct reputation_figure parts[REPUTATION_PARTS], score; /* the score's count: of mentions */
};

/* What is counted, before it is figures. */
struct reputation_sums {
	double weight, weight_square, sum, sum_square; /* of tones: -1, 0, 1, each with its author's weight */
	i64 tones, mentions, harmful;
	i64 stars[6];         /* how many reviews of each number of stars */
	i64 own, all;         /* mentions of queries about us; with those about competitors (0: there is no such query) */
	i64 due, kept;
};
void reputation_add(struct reputation_sums *sums, enum mention_tone tone, i64 followers, bool is_harmful);
void reputation_settle(const struct reputation_sums *sums, struct reputation *ret_reputation);
/* Over the parts that both know: how far it moved, and the margin of that. False: they have no part in common. */
bool reputation_change(const struct reputation *now, const struct reputation *before, double *ret_change, double *ret_margin);

/* A JSON document: {"days", "queries", "times": [{"since", "until", "score", "margin", "parts": [{"word", "weight", "value", "margin", "count"}]}]}, the newest
 * time first; what is not known is null. */
enum err reputation_document(struct cx *cx, struct db *db, i64 workspace, i64 days, struct str *ret_document);
