#include "base/buf.h"
#include "page/post_why.h"

#include "base/lang.h"
#include "ui/format.h"

const struct post_approval *post_last_approval(const struct post_approval *list, size_t count)
{
	for (size_t i = count; i > 0; i--)
		if (str_eq(list[i - 1].outcome, S("approved")))
			return &list[i - 1];
	return NULL;
}

static struct str instant_text(struct cx *cx, const struct reader *reader, i64 instant)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_instant(&b, reader, instant);
	return buf_keep(&b, cx->arena);
}

struct str post_why(struct cx *cx, const struct reader *reader, const struct publication *p, struct str who, const struct post_approval *a, struct str approver)
{
	bool approving = a && a->decided_by == p->created_by; /* what lets it go made the act: who planned it was another */
	struct str why;
	if (p->planned_at && approving)
		why = arena_printf(cx->arena, _(N_("Planned for %.*s.")), STR_ARG(instant_text(cx, reader, p->planned_at)));
	else if (p->planned_at)
		why = arena_printf(cx->arena, _(N_("Planned by %.*s for %.*s.")), STR_ARG(who), STR_ARG(instant_text(cx, reader, p->planned_at)));
	else
		why = arena_printf(cx->arena, _(N_("Sent by %.*s, as soon as may be.")), STR_ARG(who));
	if (p->follows)
		why = arena_printf(cx->arena, _(N_("%.*s It follows what is before it on the network.")), STR_ARG(why));
	if (a)
		why = arena_printf(cx->arena, _(N_("%.*s Approved by %.*s, %.*s.")), STR_ARG(why), STR_ARG(approver), STR_ARG(instant_text(cx, reader, a->decided_at)));
	return why;
}
