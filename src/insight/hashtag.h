/* hashtag.h: how our posts did with a hashtag beside those without it, and how sure that is. Each post counts as y = ln(1 + what it got); it is held against the
 * posts of its own channel in its own 90 days alone, so that neither a large channel nor an account that grows speaks for a hashtag. Of a stratum s with n posts,
 * n1 of them with the hashtag, the difference of the means is weighted by n1 (n - n1) / n (the least variance for one common difference: W. G. Cochran 1954,
 * Biometrics 10), W is the sum of those weights, e the weighted difference, its variance v = s² / W by the pooled variance within strata.
 *
 * What is told is e drawn towards nothing as far as its doubt goes (normal with mean 0 and variance t² between hashtags, t² by moments: R. DerSimonian and
 * N. Laird 1986, Controlled Clinical Trials 7, about 0; never less than HASHTAG_SPREAD_LEAST²: that hashtags do nothing at all is not taken for granted either):
 * factor = exp(e t² / (t² + v)), times what such posts have without it (a ratio of geometric means, which for figures of this kind is nearly one of medians);
 * of ten hashtags, low to high holds the truth of nine.
 *
 * The doubt is how often chance alone would show any of our hashtags as strong as this one: of 1,000 reshuffles of the same posts within their strata, those whose
 * strongest |e| √W is as large (P. H. Westfall and S. S. Young 1993, Resampling-Based Multiple Testing: the greatest of all, so that having many hashtags makes
 * none of them look good by itself). Hashtags that mostly stand together cannot be told apart.
 *
 * It is an observation, not an experiment: who tags the best posts will find the tag good. Pure; the same posts give the same answer. */
#pragma once
#include "store/post_figure.h"

#define HASHTAG_POSTS_MIN 5      /* with it, and without it beside them: fewer tell nothing */
#define HASHTAG_DOUBT_MAX 0.05
#define HASHTAG_SPREAD_LEAST 0.15 /* of ln: that two of three hashtags make less than a sixth of difference is the least that is thought possible */
#define HASHTAG_BACK (365 * (i64)24 * 3600 * 1000000)
#define HASHTAG_SETTLED (2 * (i64)24 * 3600 * 1000000) /* a younger post still gathers */

struct tagged_post {
	i64 channel, at;
	double value;         /* what it got, 0 or more */
	const u32 *tags;      /* numbers of hashtags, each once */
	size_t tag_count;
};

enum hashtag_verdict { HASHTAG_TOO_FEW, HASHTAG_NO_DIFFERENCE, HASHTAG_BETTER, HASHTAG_WORSE };
const char *hashtag_verdict_word(enum hashtag_verdict verdict); /* "too_few" */

struct hashtag_effect {
	size_t posts, beside; /* with it; without it, of the same channel and time */
	enum hashtag_verdict verdict;
	double factor, low, high; /* 1 where it is too few */
	double doubt;             /* 0 .. 1 */
};
void hashtag_effects(const struct tagged_post *posts, size_t count, size_t tag_count, struct arena *arena, struct hashtag_effect *ret_effects);

/* ---- of a workspace's posts ---- */

enum hashtag_measure { HASHTAG_ACTS, HASHTAG_REACH };

struct hashtag_row {
	struct str tag, key;  /* spelt as most posts do, of those where capitals part its words */
	i64 last_at;          /* of the last post with it */
	double usual;         /* what a post with it has, in the middle: the median */
	struct hashtag_effect effect;
};
struct hashtag_table {
	struct hashtag_row *rows; /* in the order that they were met in, the newest post first */
	size_t count, posts;      /* posts: looked at */
	i64 since;                /* the first of them; 0: none */
	size_t left_out;          /* posts of which the measure was not told */
};
/* Of figures as post_figures() gives them. */
void hashtag_table(const struct post_figure *figures, size_t count, enum hashtag_measure measure, struct arena *arena, struct hashtag_table *ret_table);
const struct hashtag_row *hashtag_row_of(const struct hashtag_table *table, struct str key); /* NULL: no post has it */
