/* poll.c: the poll of a post, with boxes for the choices that may still be added. */
#include "base/clock.h"
#include "page/posts/posts.h"

#define HOURS_OPEN 24 /* until somebody says otherwise */
#define BOXES 4       /* at the least */

json_t *post_poll_shape(const struct composer *c)
{
	struct cx *cx = c->cx;
	struct poll poll = post_poll(cx, c->draft.options);
	json_t *choices = json_array(), *boxes = json_array();
	i64 hours = poll.count ? poll.lasting / HOUR : HOURS_OPEN;
	for (size_t i = 0; i < poll.count; i++)
		json_array_append_new(choices, doc_text(poll.choices[i]));
	for (size_t i = 0; i < POLL_CHOICES_MAX && (i < BOXES || i <= poll.count); i++)
		json_array_append_new(boxes, json_pack("{s:i, s:o}", "number", (int)i + 1, "text", doc_text(i < poll.count ? poll.choices[i] : (struct str){})));
	return json_pack("{s:b, s:o, s:I, s:b, s:o, s:o, s:o}", "is_there", poll.count > 0, "question", doc_text(poll.question), "hours", (json_int_t)hours, "is_several",
			 poll.several, "choices", choices, "open_text",
			 doc_text(arena_printf(cx->arena, tr_n(cx->lang, "Open for %lld hour", "Open for %lld hours", hours), (long long)hours)), "boxes", boxes);
}
