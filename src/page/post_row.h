/* post_row.h: a post as lists of several pages show it. Everything lives in the request's arena, shapes are new references. */
#pragma once
#include "page/page.h"
#include "store/channel.h"
#include "store/member.h"
#include "store/post.h"
#include "ui/document.h"

json_t *post_state_shape(struct cx *cx, enum post_state state, bool away); /* a Chip */
/* A PostRow (the template post-row): with the channels that it goes to and who changed it, of those that are handed in. */
enum err post_row_shape(struct cx *cx, struct db *db, const struct post *post, const struct channel *channels, size_t count, const struct member *members,
			size_t member_count, json_t **ret_row);
