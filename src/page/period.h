/* period.h: a time given by two days of the reader's calendar, as several lists take it: `since` and `until`, both included, either
 * may be left out. */
#pragma once
#include "page/page.h"

struct period {
	i64 since, until;   /* from the one to just before the other; 0 open */
	struct str first, last; /* the days as given: "2026-03-24" */
};

/* Two rows for a route's list of parameters. */
#define PERIOD_PARAMS                                                                                                          \
	{.name = "since", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "From this day on: 2026-03-24, in the reader's time zone."}, \
	{.name = "until", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "Up to this day, included."}

/* ERR_BAD_INPUT for what is no day, or a time that ends before it begins. */
enum err period_of(struct cx *cx, struct request *request, struct period *ret_period);
/* "2026-03-24": the day that is `days` before today, by the reader's calendar. */
struct str period_day(struct cx *cx, i64 days);
/* A day as people read it: "24 March 2026". */
struct str period_day_text(struct cx *cx, i64 instant);
