#include "page/hashtag_text.h"

#include "base/lang.h"
#include "ui/format.h"

struct str hashtag_times(struct cx *cx, double factor)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_decimal(&b, cx->lang, factor, 1);
	return buf_keep(&b, cx->arena);
}

struct str hashtag_doubt_text(struct cx *cx, const struct hashtag_effect *f)
{
	if (f->verdict == HASHTAG_TOO_FEW)
		return (struct str){};
	if (f->doubt < 0.01)
		return str_of(_(N_("Chance alone shows one of your hashtags as strong less than once in 100.")));
	return arena_printf(cx->arena, _(N_("Chance alone shows one of your hashtags as strong %d times in 100.")), (int)(f->doubt * 100 + 0.5));
}

struct str hashtag_story(struct cx *cx, const struct hashtag_effect *f)
{
	struct str times = hashtag_times(cx, f->factor), low = hashtag_times(cx, f->low), high = hashtag_times(cx, f->high);
	i64 posts = (i64)f->posts;
	if (f->verdict == HASHTAG_TOO_FEW)
		return arena_printf(cx->arena, tr_n(cx->lang, "%lld of your posts: too few to tell.", "%lld of your posts: too few to tell.", posts), (long long)posts);
	if (f->verdict == HASHTAG_NO_DIFFERENCE)
		return arena_printf(cx->arena, tr_n(cx->lang, "%lld of your posts: no difference that chance would not make (× %.*s, between %.*s and %.*s).",
						    "%lld of your posts: no difference that chance would not make (× %.*s, between %.*s and %.*s).", posts),
				    (long long)posts, STR_ARG(times), STR_ARG(low), STR_ARG(high));
	return arena_printf(cx->arena, tr_n(cx->lang, "%lld of your posts: × %.*s beside posts without it (between %.*s and %.*s).",
					    "%lld of your posts: × %.*s beside posts without it (between %.*s and %.*s).", posts),
			    (long long)posts, STR_ARG(times), STR_ARG(low), STR_ARG(high));
}
