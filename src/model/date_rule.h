/* date_rule.h: when something is, year after year: fixed days, weekdays of a month, feasts that move with Easter or with another calendar, days
 * that were set by hand; since when, until when, where, and what becomes of it on a weekend. Text (the grammar stands in share/dates/README.md)
 * into a rule, a rule into days. Pure; days are days since 1970-01-01 (base/clock.h). */
#pragma once
#include "base/cx.h"

enum date_base {
	DATE_FIXED,    /* 07-14 */
	DATE_ONCE,     /* 2026-10-17, or 2026-10-17..2026-11-01; several may follow each other */
	DATE_EASTER,   /* easter+39 */
	DATE_ORTHODOX, /* orthodox-2 */
	DATE_NTH,      /* "third monday in 01", "last monday in 05" */
	DATE_FROM,     /* "saturday from 10-31": on that day or after it */
	DATE_BY,       /* "monday by 05-24": on that day or before it */
	DATE_ISLAMIC,  /* "1 shawwal" */
	DATE_HEBREW,   /* "15 nisan" */
};

struct date_span {
	i64 first, last; /* days since 1970; the last one belongs to it */
};

#define DATE_NEXT 100 /* in `observed`: the next day that is neither Saturday, Sunday nor a public holiday */

struct date_rule {
	enum date_base base;
	int month, day;            /* of the base's own calendar */
	int weekday, nth;          /* 0 Monday; nth 1..5, -1 the last */
	int plus;                  /* days after that */
	const struct date_span *once;
	size_t once_count;
	int since, until;          /* years, both inclusive; 0: no such bound */
	int every, every_from;     /* every 4 years, from 1937 on; 0: each year */
	const int *in, *not_in;    /* years that alone count, and that do not */
	size_t in_count, not_in_count;
	signed char move[7];                /* by weekday: it is kept so many days later (or earlier) instead */
	bool has_avoid;            /* when it falls so many days after Easter Sunday, it is kept avoid_by days later */
	int avoid, avoid_by;
	signed char observed[7];            /* by weekday: so many days later (or earlier) is free too, or DATE_NEXT */
	const struct str *only, *except; /* codes of regions */
	size_t only_count, except_count;
};

#define DATE_RULE_YEARS 64  /* years, days or regions that one clause may name */
#define DATE_RULE_DAYS 64   /* at most in a year */
#define DATE_YEAR_MIN 1800
#define DATE_YEAR_MAX 2400

/* Reads "third monday in 01 ; since 1986 ; except HI". The rule borrows `text`; its arrays are the arena's. ERR_BAD_INPUT with a story that names
 * the word at fault, without the line. */
enum err date_rule_read(struct cx *cx, struct str text, struct date_rule *ret_rule);
/* The days of a rule in a year of the Gregorian calendar, in order; moved where the rule moves them, so that the first may lie in the year before.
 * Islamic days may come twice in a year, or not at all. Regions are the caller's matter. Returns how many. */
size_t date_rule_days(const struct date_rule *rule, int year, struct date_span ret_spans[DATE_RULE_DAYS]);
int weekday_of(i64 day); /* 0 Monday */
/* "2026-03-24" as days since 1970; false when there is no such day. */
bool date_text_read(struct str text, i64 *ret_day);
