/* naive.h: a listening query against a post as the grammar says it, word by word and without any index: what the matcher is held to. */
#pragma once
#include "text/match.h"

bool naive_matches(const struct query *query, const struct match_text *post);
