/* post_tag.h: which hashtags stand in which post, so that one that was used before is found by its beginning. Written with the post's texts. */
#pragma once
#include "sys/db.h"

#define POST_TAGS_MAX 100 /* of one post */

struct post_tag {
	struct str tag;   /* as it is written, without its sign */
	struct str key;   /* small letters without accents */
	i64 posts;        /* that have it, spelt so */
};

/* These are the tags of the post now. */
enum err post_tags_set(struct cx *cx, struct db *db, i64 workspace, i64 post, const struct post_tag *tags, size_t count);
/* Whose key begins so, the most used first, each spelling by itself; an empty beginning: any. In cx->arena. */
enum err post_tags_begin(struct cx *cx, struct db *db, i64 workspace, struct str beginning, size_t limit, struct post_tag **ret_tags, size_t *ret_count);
