#include "check/network.h"

#include "check/rules.h"

struct network_face network_face_of(const struct check_network *network)
{
	const struct rules *rules = rules_of(RULES_NETWORK);
	struct network_face face = {};
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		i64 visible, hashtags;
		if (!str_eq(rule->columns[0], network->word))
			continue;
		must(str_to_i64(rule->columns[1], &visible) && str_to_i64(rule->columns[2], &hashtags));
		face = (struct network_face){(size_t)visible, (size_t)hashtags};
	}
	if (network->visible)
		face.visible = network->visible;
	return face;
}

size_t check_hashtags_advised(struct str network)
{
	return network_face_of(&(struct check_network){.word = network}).hashtags;
}
