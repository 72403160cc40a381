/* compare.h: listening queries side by side: how many mentions, how they sound, what is felt, and the words that set each apart from the others:
 * log-odds of a word here against all others' mentions, with all of them together as the prior, against its own uncertainty (Monroe, Colaresi
 * and Quinn, Fightin' Words, Political Analysis 2008). A word counts once an author, so that one who repeats sets nothing apart.
 *
 * What must stay true: figures are of the whole span; words and emotions of the newest COMPARE_READ mentions of each. It only reads. Results live
 * in cx->arena. */
#pragma once
#include "model/meaning.h"
#include "store/listening.h"

#define COMPARE_MOST 6
#define COMPARE_READ 2000
#define COMPARE_WORDS 6
#define COMPARE_DAYS 92

struct compare_word {
	struct str text;
	i64 people;   /* who said it here */
	double score; /* deviations from what the others' talk lets expect */
};
struct compare_side {
	const struct listening_query *query;
	i64 mentions, before, tones[TONES];     /* before: in as long a span, just before */
	i64 read, felt, emotions[MEANING_LABELS_MAX]; /* felt: of those read, whose emotion is sure; by label, from 1 */
	struct compare_word words[COMPARE_WORDS];
	size_t word_count;
	i64 days[COMPARE_DAYS];                 /* mentions, from the first day of the span */
};
struct compare_span {
	i64 days[COMPARE_DAYS]; /* when each begins where the reader is (zone_day): not all are of 24 hours */
	size_t day_count;       /* at least 1 */
	i64 until;              /* in the last of them or after */
};
/* `sides` of `count` queries, up to COMPARE_MOST. `asked`: the words that each looks for, with spaces between: they set nothing apart. */
enum err compare(struct cx *cx, struct db *db, i64 workspace, const struct listening_query *queries, const struct str *asked, size_t count,
		 const struct compare_span *span, struct compare_side *ret_sides);
