/* comment.h: a comment as YouTube's interface gives it, for the reader of archives and for the connector. */
#pragma once
#include "model/inbound.h"

#include <jansson.h>

struct arena;

/* Where it is watched; with a comment, where that stands under it. Empty without a video. Arena. */
struct str youtube_watch_url(struct arena *arena, struct str video, struct str comment);
/* Replies are named after their thread: "THREAD.REPLY". */
struct str youtube_thread_of(struct str id);
/* Everything but `ours`. `video`: where it stands, when it does not say so itself. `plain`: it was asked for as plain text, so that what looks like markup was
 * written so (the text as it was written is only sure to be there for its author). Texts are borrowed, or in the arena. */
void youtube_comment(struct arena *arena, const json_t *comment, struct str video, bool plain, struct inbound *ret_inbound);
