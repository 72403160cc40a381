/* link_each.h: every address that goes out with a post: those in what people write there, and those beside the text, each once. */
#pragma once
#include "check/run.h"

/* `tell` gives a finding for it when it wants one. */
typedef void link_each_fn(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index);
void link_each(struct check_run *run, link_each_fn *look);
/* The finding about it: in the text, or about the link beside it. */
struct finding *link_tell(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index, struct str key);
