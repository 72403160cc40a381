/* classifier.h: a trained model: the weights of features for labels, and how sums of them become probabilities and an answer. It is one block
 * of bytes, read at once or mapped, used in place by any number of threads; made by train.h.
 *
 * What must stay true: whatever the bytes, opening them either fails with a story or gives a model that never reads outside them. The
 * bytes belong to the caller, are aligned to 8 (arenas do) and must outlive the classifier; the arena owns the rest. A new way of reading features
 * (FEATURE_VERSION) makes old files useless: they are refused, to be trained again. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "text/feature.h"

#define CLASSIFIER_HEADS_MAX 256u

enum classifier_kind {
	CLASSIFIER_TWO,    /* two labels, one sum: above 0 is the second */
	CLASSIFIER_ONE_OF, /* a sum a label, the largest wins */
	CLASSIFIER_MANY,   /* a sum a label, each answered by itself; none: the likeliest */
};

struct classifier_head { /* of a sum m: p = 1 / (1 + exp(-(slope m + shift))), or its part of the sum of exp(slope m + shift) */
	float scale;           /* of the weights */
	float constant;        /* of the sum */
	float slope, shift;
	float tilt;            /* added to slope m + shift before deciding: what makes the best answers of the whole, by held-out texts */
};

struct classifier;

enum err classifier_open(struct cx *cx, struct str bytes, struct classifier **ret_classifier);

struct str classifier_task(const struct classifier *classifier);
enum classifier_kind classifier_kind(const struct classifier *classifier);
size_t classifier_labels(const struct classifier *classifier);
struct str classifier_label(const struct classifier *classifier, size_t label);
bool classifier_knows(const struct classifier *classifier, struct str lang); /* was it made for this language? */
float classifier_trust(const struct classifier *classifier, size_t label);   /* the probability from which on the label is to be believed */
size_t classifier_features(const struct classifier *classifier);

struct verdict {
	size_t label;                       /* the answer; of CLASSIFIER_MANY the likeliest */
	float p[CLASSIFIER_HEADS_MAX];      /* of each label */
	bool is[CLASSIFIER_HEADS_MAX];      /* the labels answered: one, but for CLASSIFIER_MANY */
	bool outside;                       /* nothing that the model knows: `label` is the one set aside for that */
	float sums[CLASSIFIER_HEADS_MAX];
};
/* From sums without scales and constants, as joint.h makes them, in ret_verdict->sums. */
void classifier_decide(const struct classifier *classifier, struct verdict *ret_verdict);
void classifier_judge(const struct classifier *classifier, const struct features *features, struct verdict *ret_verdict);

/* What each token gave to `label` against the others, in the unit of the log odds: ret_parts has reading->token_count elements. */
void classifier_why(const struct classifier *classifier, const struct features *features, const struct reading *reading, size_t label, float *ret_parts);

/* ---- for a table of many (joint.h) ---- */

struct classifier_weight;
/* A copy without weights, in an arena that may live longer: it decides, and cannot judge. */
struct classifier *classifier_without_weights(struct arena *arena, const struct classifier *classifier);
size_t classifier_heads(const struct classifier *classifier);
/* How many weights there are; they themselves too when ret_weights is not NULL. */
size_t classifier_weights(const struct classifier *classifier, struct classifier_weight *ret_weights);
/* Sorts them by key, heads in the order in which they came; how many keys there are. */
size_t classifier_sort(struct arena *arena, struct classifier_weight *weights, size_t count);
/* The head that speaks for a label, and what one unit of its sum is in the unit of the label's log odds. */
size_t classifier_head_of(const struct classifier *classifier, size_t label, float *ret_slope);

/* ---- writing ---- */

struct classifier_weight { /* of the feature with this key, for this head */
	u32 key;
	u8 head;
	signed char step; /* the weight: step * |step| / 127² * the head's scale */
};

struct classifier_plan {
	struct str task;
	enum classifier_kind kind;
	const struct str *labels;
	size_t label_count, head_count;
	const struct classifier_head *heads;
	size_t outside;                     /* the label of what the model does not know; label_count: it answers always */
	float sure;                         /* below it the largest sum is no answer (with `outside`) */
	struct classifier_weight *weights;  /* heads in order; is sorted by key */
	size_t weight_count;
	bool small;                         /* for shipping: a sixth of the bytes, unfolded when opened */
	struct str languages;               /* "en fr"; empty: any */
	const float *trust;                 /* of each label; NULL: 0 */
};
enum err classifier_write(struct cx *cx, const struct classifier_plan *plan, struct buf *out);
