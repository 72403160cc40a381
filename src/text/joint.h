/* joint.h: the weights of many classifiers in one table, so that a feature's key is looked up once and gives what it weighs for all of them:
 * a byte a head beside the key, so that a feature costs one line of the cache. Sums are made in whole numbers, two features at a time.
 *
 * What must stay true: sums are those of the classifiers themselves, but for rounding (a two-hundredth of the feature's largest weight);
 * nothing is allocated while asked; any number of threads may ask. The arena owns the table. */
#pragma once
#include "text/classifier.h"

#define JOINT_HEADS_MAX 58u

struct joint;

/* The heads of the classifiers one after the other, in all no more than JOINT_HEADS_MAX. */
struct joint *joint_new(struct arena *arena, const struct classifier *const *classifiers, size_t count);
size_t joint_features(const struct joint *joint);
size_t joint_bytes(const struct joint *joint);

/* As struct verdict has them before constants and scales: classifier_decide() goes on from there. Room for JOINT_HEADS_MAX. */
void joint_sums(const struct joint *joint, const struct features *features, float *ret_sums);
/* What each feature adds to one head's: ret_parts has features_count() elements. */
void joint_parts(const struct joint *joint, const struct features *features, size_t head, float *ret_parts);
