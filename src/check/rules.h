/* rules.h: rules that are data (share/checks/NAME.tsv, built in): what stands in a text, and what to say about it. A line a rule
 * ("# " begins a remark); its first column holds phrases parted by "|", as the reader cuts them, a word ending in "*" standing for
 * all that begin so. Of several that match the longest counts; a rule whose second column is "-" says that its phrase is right as
 * it is.
 *
 * What must stay true: the files are ours, so a broken one is a broken promise (must). Read once a process, for all threads; never
 * changed. */
#pragma once
#include "check/reader.h"

#define RULE_COLUMNS 8u

struct rule {
	struct str columns[RULE_COLUMNS]; /* as in the file; [0] the phrases */
};

struct rules;
enum rule_file { RULES_CLAIM, RULES_CULTURE, RULES_DISCLOSURE, RULES_FESTIVE, RULES_INCLUSIVE_EN, RULES_INCLUSIVE_FR, RULES_NETWORK,
	RULES_FILES };
const struct rules *rules_of(enum rule_file file);
size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t index);

struct rule_hit {
	const struct rule *rule;
	u32 first, last; /* pieces; last is one behind */
};
/* The hits in order, none over another. `wanted` (may be NULL) says whether a rule counts here at all. */
size_t rules_find(struct arena *arena, const struct rules *rules, const struct check_reading *reading,
	bool (*wanted)(const struct rule *rule, const void *subject),
		  const void *subject, struct rule_hit **ret_hits);
/* Is the word among those of a column parted by commas or spaces? */
bool rule_lists(struct str column, struct str word);
