/* link_rule.h: the verb by which a workspace says how links of its posts leave (store/link_rule.h). */
#pragma once
#include "flow/seen.h"
#include "store/link_rule.h"

void link_rules_seen(struct arena *arena, const struct link_rules *rules, struct seen *ret_seen); /* their fields, as their form has them */
/* Field errors name "source", "medium", "campaign", "content", "sources[0]", "hosts", "excluded", "address". Hosts are taken as people write them,
 * also as whole addresses. What was approved leaves by the rules it was approved with; a change of it takes the new ones, and asks again. */
enum err link_rules_set(struct cx *cx, struct db *db, i64 workspace, const struct link_rules *rules);
