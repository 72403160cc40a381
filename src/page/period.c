#include "page/period.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "ui/format.h"

/* Midnight of the day that is `more` after the one written, where the reader is. */
static bool midnight(struct cx *cx, struct str text, int more, i64 *ret_instant)
{
	struct str rest = text, year = str_cut(&rest, '-'), month = str_cut(&rest, '-');
	i64 y, m, d;
	if (text.len != 10 || year.len != 4 || !str_to_i64(year, &y) || !str_to_i64(month, &m) || !str_to_i64(rest, &d) || y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	struct civil c = {};
	date_of_days(days_of_date((int)y, (int)m, (int)d), &c.year, &c.month, &c.day);
	if (c.month != m || c.day != d) /* 31 February */
		return false;
	date_of_days(days_of_date((int)y, (int)m, (int)d) + more, &c.year, &c.month, &c.day);
	*ret_instant = zone_instant(cx->actor->zone, c);
	return true;
}

enum err period_of(struct cx *cx, struct request *request, struct period *ret_period)
{
	struct period p = {.first = param_text(request, "since"), .last = param_text(request, "until")};
	if (p.first.len && !midnight(cx, p.first, 0, &p.since))
		return fail_field(cx, "since", N_("Write a day like 2026-03-24."));
	if (p.last.len && !midnight(cx, p.last, 1, &p.until))
		return fail_field(cx, "until", N_("Write a day like 2026-03-24."));
	if (p.since && p.until && p.since >= p.until)
		return fail_field(cx, "until", N_("This time ends before it begins. Exchange the two days."));
	*ret_period = p;
	return OK;
}

struct str period_day(struct cx *cx, i64 days)
{
	struct reader reader = reader_of(cx);
	int year, month, day;
	date_of_days(reader_day(&reader, cx->now) - days, &year, &month, &day);
	return arena_printf(cx->arena, "%04d-%02d-%02d", year, month, day);
}

struct str period_day_text(struct cx *cx, i64 instant)
{
	CLEANUP(buf_free) struct buf b = {};
	struct reader reader = reader_of(cx);
	buf_add_day(&b, &reader, instant);
	return buf_keep(&b, cx->arena);
}
