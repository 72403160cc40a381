/* classifier_table.h: the tables of a model: a slot a feature, open addressing by key, and behind it the list of its weights. The small form
 * of model files keeps the same without the slots, squeezed; it is unfolded when opened. Only classifier*.c and lore.c see it.
 *
 * What must stay true: unfolding any bytes gives tables that hold no head that there is not, or false. */
#pragma once
#include "base/buf.h"
#include "text/classifier.h"

#define TABLE_GRAIN 6 /* steps that files of ours tell apart: finer ones change next to no answer and take a fifth of the bytes */

struct slot {
	u32 key, list; /* 0: free; else where its list begins, in pairs */
};

struct pair { /* a list begins with one whose head says how many follow, less one */
	u8 head;
	signed char step;
};

struct table {
	struct slot *slots;
	struct pair *lists;
	u32 features, slot_count, list_len; /* list_len: pairs */
};

struct table_groups { /* of heads, one behind the other: where each ends; the last one where all do. A feature has weights in some groups */
	const u32 *ends;
	size_t count;
};

/* The nearest step of the grain. */
static inline signed char table_step(int step) { return (signed char)((step + (step < 0 ? -TABLE_GRAIN : TABLE_GRAIN) / 2) / TABLE_GRAIN * TABLE_GRAIN); }

/* Of sorted weights, none of step 0. */
struct table table_make(struct arena *arena, const struct classifier_weight *weights, size_t count, size_t features);
void table_fold(const struct classifier_weight *weights, size_t count, size_t heads, const struct table_groups *groups, struct buf *out);
/* The weights of folded bytes, sorted; false: they are damaged. */
bool table_weights(struct arena *arena, struct str bytes, size_t features, size_t heads, const struct table_groups *groups, struct classifier_weight **ret_weights, size_t *ret_count);
bool table_unfold(struct arena *arena, struct str bytes, size_t features, size_t heads, struct table *ret_table);
