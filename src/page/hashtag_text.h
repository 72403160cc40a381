/* hashtag_text.h: how our posts did with a hashtag (insight/hashtag.h), in words. */
#pragma once
#include "base/cx.h"
#include "insight/hashtag.h"

struct str hashtag_times(struct cx *cx, double factor);          /* "1.8" */
/* "Chance alone shows one of your hashtags as strong 3 times in 100." */
struct str hashtag_doubt_text(struct cx *cx, const struct hashtag_effect *effect);
/* "12 posts: 1.8 times what others beside them have (1.2 to 2.6)."; what cannot be told is said. */
struct str hashtag_story(struct cx *cx, const struct hashtag_effect *effect);
