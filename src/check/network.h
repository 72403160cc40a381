/* network.h: what is known of a network's face: share/checks/networks.tsv. Columns: word; characters that show before "see more"
 * (0: all); hashtags that are advised at most (0: nothing known); as of; source. */
#pragma once
#include "check/check.h"

struct network_face {
	size_t visible, hashtags;
};
struct network_face network_face_of(const struct check_network *network);
