#include "page/figures_text.h"

#include "base/lang.h"
#include "ui/format.h"

#include <string.h>

static const char *worded(struct cx *cx, const char *measure, i64 n)
{
	if (strcmp(measure, "followers") == 0)
		return tr_n(cx->lang, "{n} follower", "{n} followers", n);
	if (strcmp(measure, "reach") == 0)
		return tr_n(cx->lang, "reached {n} person", "reached {n} people", n);
	if (strcmp(measure, "views") == 0)
		return tr_n(cx->lang, "{n} view", "{n} views", n);
	if (strcmp(measure, "likes") == 0)
		return tr_n(cx->lang, "{n} like", "{n} likes", n);
	if (strcmp(measure, "shares") == 0)
		return tr_n(cx->lang, "shared {n} time", "shared {n} times", n);
	if (strcmp(measure, "replies") == 0)
		return tr_n(cx->lang, "{n} answer", "{n} answers", n);
	return tr_n(cx->lang, "{n} post", "{n} posts", n);
}

static void add_change(struct cx *cx, struct buf *b, i64 change)
{
	CLEANUP(buf_free) struct buf number = {};
	buf_adds(&number, change > 0 ? "+" : "−");
	buf_add_number(&number, cx->lang, change > 0 ? change : -change);
	buf_adds(b, " (");
	buf_add_filled(b, _(N_("{n} in 30 days")), buf_str(&number));
	buf_addc(b, ')');
}

struct str figures_text(struct cx *cx, const struct metric_point *points, size_t count, i64 message)
{
	static const char *const measures[] = {"followers", "reach", "views", "likes", "shares", "replies", "posts"};
	CLEANUP(buf_free) struct buf b = {};
	for (size_t k = 0; k < COUNT(measures); k++) {
		const struct metric_point *first = NULL, *last = NULL;
		for (size_t i = 0; i < count; i++)
			if (points[i].message == message && str_eq(points[i].measure, str_of(measures[k]))) {
				first = first ? first : &points[i];
				last = &points[i];
			}
		if (!last)
			continue;
		CLEANUP(buf_free) struct buf number = {};
		buf_add_number(&number, cx->lang, last->value);
		buf_adds(&b, b.len ? ", " : "");
		buf_add_filled(&b, worded(cx, measures[k], last->value), buf_str(&number));
		if (k == 0 && last->value != first->value)
			add_change(cx, &b, last->value - first->value);
	}
	return buf_keep(&b, cx->arena);
}
