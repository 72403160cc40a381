/* lore.h: what is known before anything is learnt: for many features, how much they spoke for each label of other sets of texts, and which words
 * lists call good or bad, a column each. A trainer sees the sum of every column for its texts as features more, learns what each is worth
 * for its own labels, and adds it back to the plain weights: a model made with lore is asked no slower. One block of bytes.
 *
 * What must stay true: whatever the bytes, opening them either fails with a story or gives lore that reads nothing outside. A set that a
 * source learnt from is recognised (lore_saw), so that nobody learns to trust what was learnt from the very same texts. The bytes belong
 * to the caller and outlive the lore; the arena owns the rest. */
#pragma once
#include "base/buf.h"
#include "text/classifier.h"
#include "text/corpus.h"

#define LORE_COLUMNS_MAX 255u /* a byte says how many weights a feature has */
#define LORE_SOURCES_MAX 64u

struct lore;

enum err lore_open(struct cx *cx, struct str bytes, struct lore **ret_lore);

size_t lore_columns(const struct lore *lore);
size_t lore_sources(const struct lore *lore);
struct str lore_source(const struct lore *lore, size_t source, size_t *ret_from, size_t *ret_to); /* its name, and its columns */
bool lore_saw(const struct lore *lore, size_t source, struct str text); /* probably learnt from it: of those it did not, one in a hundred */

/* Of a message: each column's sum over its features; over the texts of its own source its deviation is 1. */
void lore_sums(const struct lore *lore, const struct features *features, float *ret_sums);

/* Every feature of it, by number, for adding back. */
size_t lore_features(const struct lore *lore);
u32 lore_key(const struct lore *lore, size_t feature);
size_t lore_find(const struct lore *lore, u32 key); /* lore_features(): it has none */
float lore_weight(const struct lore *lore, size_t feature, const float *worths); /* worths: of each column; the sum of its weights times these */

/* ---- making ---- */

struct lore_source { /* a set that was learnt: a column a head */
	struct str name;
	const struct classifier_weight *weights;
	size_t weight_count;
	const float *scales, *spreads; /* of the heads; how far a sum is from its mean over the source's own texts, or those it is meant for */
	size_t head_count;
	const struct example *examples; /* what it learnt from; none: a list of words, */
	size_t example_count;
	struct str list;                /* which is written as it is, and unfolded to its weights when opened */
};
enum err lore_write(struct cx *cx, const struct lore_source *sources, size_t count, struct buf *out);

/* A list of words as a source of two columns, good and bad: lines "+ word word* …" and "- …"; behind a star, any of the common endings given by a line
 * "= ending ending …". A word behind a "not" counts against. The list is borrowed. */
enum err lore_words(struct cx *cx, struct str name, struct str list, struct lore_source *ret_source);

/* A source of so many columns that no label stands behind: words that keep the same company in the texts lie in the same directions. Labels are not
 * looked at, and texts are not remembered: what is learnt says nothing of which text had which. Needs some ten thousand texts. */
enum err lore_company(struct cx *cx, struct str name, const struct example *heard, size_t heard_count, size_t columns, struct lore_source *ret_source);
