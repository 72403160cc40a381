/* wordpress.h: between the files of this folder. Posts and comments have numbers of their own each, so ids say which: "post-4",
 * "comment-2". A comment thread is one conversation, about the post it stands under. */
#pragma once
#include "channel/json_read.h"
#include "channel/thread_root.h"

/* rest.c: answers of /wp-json/wp/v2/comments and /posts. */
enum err wordpress_read_rest(struct reading *r, json_t *root, void *subject);
/* wxr.c: the export file, "WordPress eXtended RSS". */
enum err wordpress_read_wxr(struct reading *r, struct str bytes);

struct str wordpress_post_id(struct arena *arena, struct str number);
struct str wordpress_comment_id(struct arena *arena, struct str number);
