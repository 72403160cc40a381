/* calibrate.h: from the sums of held-out texts to probabilities (Platt 1999, as Lin, Lin and Weng 2007 compute it; one slope for many labels)
 * and to where each label begins, so that the task's measure is best. Pure functions over a table of sums; the arena is scratch. */
#pragma once
#include "base/arena.h"
#include "text/classifier.h"
#include "text/task.h"

struct held { /* texts that the model did not learn from */
	size_t count, heads, labels;
	const float *sums;  /* count x heads */
	const u32 *label;   /* the right one; `labels`: none that the model knows */
	const u8 *has;      /* count x labels, of CLASSIFIER_MANY */
};

/* Slopes, shifts and tilts of all heads. Returns the measure that the tilts reach. */
double calibrate(struct arena *arena, const struct held *held, enum classifier_kind kind, const struct task *task, size_t label, struct classifier_head *heads);
/* What slopes and shifts leave open of the right labels: the mean log loss of a text, of CLASSIFIER_MANY over all labels. */
double calibrate_loss(const struct held *held, enum classifier_kind kind, const struct classifier_head *heads);
/* The sum below which the largest is no answer, for texts whose right label is `outside` or none. */
float calibrate_sure(struct arena *arena, const struct held *held, size_t outside);
/* For each label the probability from which on answers of it are right so often as `wanted` says (0.8); 2: they never are. */
void calibrate_trust(struct arena *arena, const struct held *held, enum classifier_kind kind, const struct classifier_head *heads, double wanted, float *ret_trust);
