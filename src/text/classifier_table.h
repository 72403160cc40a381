/* classifier_table.h: the tables of a model: a slot a feature, open addressing by key, and behind it the list of its weights. The small form
 * of model files keeps the same without the slots, a few bytes a feature; it is unfolded when opened. Only classifier*.c and lore.c see it.
 *
 * What must stay true: unfolding any bytes gives tables that hold no head that there is not, or false. */
#pragma once
#include "base/buf.h"
#include "text/classifier.h"

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

/* Of sorted weights. */
struct table table_make(struct arena *arena, const struct classifier_weight *weights, size_t count, size_t features);
void table_fold(const struct classifier_weight *weights, size_t count, size_t heads, struct buf *out);
/* The weights of folded bytes, sorted; false: they are damaged. */
bool table_weights(struct arena *arena, struct str bytes, size_t features, size_t heads, struct classifier_weight **ret_weights, size_t *ret_count);
bool table_unfold(struct arena *arena, struct str bytes, size_t features, size_t heads, struct table *ret_table);
