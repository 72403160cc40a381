/* series_parts.h: what flow/series.c and flow/series_turn.c share. */
#pragma once
#include "flow/post.h"
#include "flow/series.h"
#include "model/recurrence.h"

/* Its rule with its beginning; ERR_BAD_INPUT when either cannot be read. */
enum err series_rule(struct cx *cx, const struct series *series, struct recurrence *ret_rule);
/* What a series says, as a request to write a post; `like`: whose campaign and pillar it has. */
enum err series_request_of(struct cx *cx, const struct series *series, const struct post *like, struct post_request *ret_request);
