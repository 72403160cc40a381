/* value_date.c: days and hours, as English and French say them. */
#include "text/value_read.h"

#include <stdio.h>

static const char *const months[][4] = {
	{"january", "jan", "janvier", "janv"}, {"february", "feb", "fevrier", "fevr"}, {"march", "mar", "mars", "mars"}, {"april", "apr", "avril", "avr"},
	{"may", "may", "mai", "mai"}, {"june", "jun", "juin", "juin"}, {"july", "jul", "juillet", "juil"}, {"august", "aug", "aout", "aout"},
	{"september", "sep", "septembre", "sept"}, {"october", "oct", "octobre", "oct"}, {"november", "nov", "novembre", "nov"}, {"december", "dec", "decembre", "dec"},
};
static const char *const days[][4] = {
	{"monday", "mon", "lundi", "mondays"}, {"tuesday", "tue", "mardi", "tuesdays"}, {"wednesday", "wed", "mercredi", "wednesdays"},
	{"thursday", "thu", "jeudi", "thursdays"}, {"friday", "fri", "vendredi", "fridays"}, {"saturday", "saturday", "samedi", "saturdays"},
	{"sunday", "sunday", "dimanche", "sundays"},
};
static const char *const ordinals[] = {"st", "nd", "rd", "th", "er", "e"};

static u32 month_at(const struct cuts *p, size_t at)
{
	for (u32 i = 0; i < COUNT(months); i++)
		if (value_in(p, at, months[i], COUNT(months[i])))
			return i + 1;
	return 0;
}

static u64 digits_at(const struct cuts *p, size_t at, size_t least, size_t most)
{
	u64 number;
	if (at >= p->count || p->items[at].kind != CUT_DIGITS || p->items[at].plain.len < least || p->items[at].plain.len > most || !str_to_u64(p->items[at].plain, &number))
		return UINT64_MAX;
	return number;
}

static bool joined(const struct cuts *p, size_t at, size_t count)
{
	for (size_t i = at + 1; i < at + count; i++)
		if (i >= p->count || p->items[i].spaced)
			return false;
	return true;
}

/* 2026-11-21, 21/11/2026, 21.11.26, 21/11: the day before the month, but where only the other can be. */
static size_t read_figures(const struct cuts *p, size_t at, char *ret_text)
{
	char with = at + 1 < p->count && p->items[at + 1].plain.len == 1 ? p->items[at + 1].plain.at[0] : 0;
	if (with != '-' && with != '/' && with != '.')
		return 0;
	u64 one = digits_at(p, at, 1, 4), two = digits_at(p, at + 2, 1, 2), three = digits_at(p, at + 4, 2, 4);
	bool whole = three != UINT64_MAX && joined(p, at, 5) && str_eq(p->items[at + 1].plain, p->items[at + 3].plain);
	if (one == UINT64_MAX || two == UINT64_MAX || !joined(p, at, 3))
		return 0;
	if (whole && p->items[at].plain.len == 4 && one >= 1000 && two >= 1 && two <= 12 && three >= 1 && three <= 31) {
		snprintf(ret_text, VALUE_BYTES, "%04u-%02u-%02u", (u32)one, (u32)two, (u32)three);
		return 5;
	}
	if (two > 12 && one <= 12) {
		u64 month = one;
		one = two;
		two = month;
	}
	if (one < 1 || one > 31 || two < 1 || two > 12 || p->items[at].plain.len > 2)
		return 0;
	if (whole && p->items[at + 4].plain.len != 3) {
		snprintf(ret_text, VALUE_BYTES, "%04u-%02u-%02u", (u32)(p->items[at + 4].plain.len == 2 ? 2000 + three : three), (u32)two, (u32)one);
		return 5;
	}
	if (with != '/')
		return 0; /* 3.5 is a number, 10-12 a span */
	snprintf(ret_text, VALUE_BYTES, "--%02u-%02u", (u32)two, (u32)one);
	return 3;
}

static size_t add_year(const struct cuts *p, size_t at, size_t count, u32 month, u32 day, char *ret_text)
{
	size_t next = at + count + value_is(p, at + count, ",");
	u64 year = digits_at(p, next, 4, 4);
	if (year != UINT64_MAX && year >= 1000 && year <= 2999) {
		snprintf(ret_text, VALUE_BYTES, "%04u-%02u-%02u", (u32)year, month, day);
		return next + 1 - at;
	}
	snprintf(ret_text, VALUE_BYTES, "--%02u-%02u", month, day);
	return count;
}

/* "21 november", "1er mai 2027", "the 3rd of march", "march 3rd, 2026". */
static size_t read_named(const struct cuts *p, size_t at, char *ret_text)
{
	u32 day, month = month_at(p, at);
	if (month) {
		size_t count = value_read_small(p, at + 1 + value_is(p, at + 1, "the"), 1, 31, &day);
		if (!count)
			return 0;
		count += 1 + value_is(p, at + 1, "the");
		count += value_in(p, at + count, ordinals, COUNT(ordinals)) && !p->items[at + count].spaced;
		return add_year(p, at, count, month, day, ret_text);
	}
	size_t count = value_read_small(p, at, 1, 31, &day);
	if (!count)
		return 0;
	count += value_in(p, at + count, ordinals, COUNT(ordinals)) && !p->items[at + count].spaced;
	count += value_is(p, at + count, "of");
	if (!(month = month_at(p, at + count)))
		return 0;
	return add_year(p, at, count + 1, month, day, ret_text);
}

static size_t say(size_t count, const char *text, char *ret_text)
{
	snprintf(ret_text, VALUE_BYTES, "%s", text);
	return count;
}

static size_t read_near(const struct cuts *p, size_t at, char *ret_text)
{
	if (value_is(p, at, "today") || value_is(p, at, "tonight"))
		return say(1, "P0D", ret_text);
	if (value_is(p, at, "aujourd") && (value_is(p, at + 1, "'") || value_is(p, at + 1, "’")) && value_is(p, at + 2, "hui"))
		return say(3, "P0D", ret_text);
	if (value_is(p, at, "tomorrow") || value_is(p, at, "demain") || value_is(p, at, "tommorow") || value_is(p, at, "tomorow"))
		return say(1, "P1D", ret_text);
	if (value_is(p, at, "yesterday") || value_is(p, at, "hier"))
		return say(1, "-P1D", ret_text);
	if ((value_is(p, at, "apres") && (value_is(p, at + 1, "-") ? value_is(p, at + 2, "demain") : value_is(p, at + 1, "demain"))))
		return say(value_is(p, at + 1, "-") ? 3 : 2, "P2D", ret_text);
	for (u32 i = 0; i < COUNT(days); i++)
		if (value_in(p, at, days[i], COUNT(days[i]))) {
			snprintf(ret_text, VALUE_BYTES, "-W-%u", i + 1);
			return 1;
		}
	return 0;
}

size_t value_read_date(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES])
{
	size_t count = read_near(p, at, ret_text);
	if (!count)
		count = read_figures(p, at, ret_text);
	return count ? count : read_named(p, at, ret_text);
}

/* ---- hours ---- */

/* am, pm, a.m., p.m.: 1 or 2 in *ret_half; how many pieces. */
static size_t read_half(const struct cuts *p, size_t at, u32 *ret_half)
{
	*ret_half = 0;
	if (value_is(p, at, "am") || value_is(p, at, "pm")) {
		*ret_half = value_is(p, at, "pm") ? 2 : 1;
		return 1;
	}
	if ((value_is(p, at, "a") || value_is(p, at, "p")) && (value_is(p, at + 1, ".") ? value_is(p, at + 2, "m") : value_is(p, at + 1, "m"))) {
		size_t count = value_is(p, at + 1, ".") ? 3 : 2;
		*ret_half = value_is(p, at, "p") ? 2 : 1;
		return count + (value_is(p, at + count, ".") && count == 3);
	}
	return 0;
}

static size_t tell(size_t count, u32 hour, u32 minute, u32 half, char *ret_text)
{
	if (half && hour <= 12)
		hour = hour % 12 + (half == 2 ? 12 : 0);
	snprintf(ret_text, VALUE_BYTES, "%02u:%02u", hour % 24, minute);
	return count;
}

/* "half past nine", "quarter to five", "ten past six". */
static size_t read_past(const struct cuts *p, size_t at, char *ret_text)
{
	u32 minutes, hour, half;
	size_t count = 1;
	if (value_is(p, at, "half"))
		minutes = 30;
	else if (value_is(p, at, "quarter"))
		minutes = 15;
	else if (!(count = value_read_small(p, at, 1, 59, &minutes)))
		return 0;
	bool past = value_is(p, at + count, "past") || value_is(p, at + count, "after");
	if (!past && !(value_is(p, at + count, "to") && minutes < 30 && (minutes == 15 || minutes % 5 == 0)))
		return 0;
	count++;
	size_t more = value_read_small(p, at + count, 0, 23, &hour);
	if (!more)
		return 0;
	count += more;
	count += read_half(p, at + count, &half);
	return tell(count, past ? hour : (hour + 23) % 24, past ? minutes : 60 - minutes, half, ret_text);
}

/* 21:00, 9:30 pm, 9h, 9h30, 14 heures 30, 9 am, nine o'clock. */
static size_t read_clock(const struct cuts *p, size_t at, char *ret_text)
{
	u32 hour, minute = 0, half;
	size_t count = value_read_small(p, at, 0, 24, &hour), more;
	if (!count)
		return 0;
	bool digits = p->items[at].kind == CUT_DIGITS;
	if (digits && value_is(p, at + count, ":") && joined(p, at, 3) && digits_at(p, at + 2, 2, 2) < 60) {
		minute = (u32)digits_at(p, at + 2, 2, 2);
		count += 2 + read_half(p, at + 3, &half);
		return tell(count, hour, minute, half, ret_text);
	}
	if (value_is(p, at + count, "h") || value_is(p, at + count, "heure") || value_is(p, at + count, "heures")) {
		count++;
		if ((more = value_read_small(p, at + count, 0, 59, &minute)))
			return tell(count + more, hour, minute, 0, ret_text);
		if (value_is(p, at + count, "et") && (value_is(p, at + count + 1, "demie") || value_is(p, at + count + 1, "quart")))
			return tell(count + 2, hour, value_is(p, at + count + 1, "quart") ? 15 : 30, 0, ret_text);
		if (value_is(p, at + count, "moins") && value_is(p, at + count + 1, "le") && value_is(p, at + count + 2, "quart"))
			return tell(count + 3, (hour + 23) % 24, 45, 0, ret_text);
		return tell(count, hour, 0, 0, ret_text);
	}
	if (value_is(p, at + count, "o") && (value_is(p, at + count + 1, "'") || value_is(p, at + count + 1, "’")) && value_is(p, at + count + 2, "clock")) {
		count += 3;
		count += read_half(p, at + count, &half);
		return tell(count, hour, 0, half, ret_text);
	}
	if (hour <= 12 && (more = read_half(p, at + count, &half)))
		return tell(count + more, hour, 0, half, ret_text);
	if (hour <= 12 && (more = value_read_small(p, at + count, 1, 59, &minute))) { /* "six thirty pm" */
		count += more;
		more = read_half(p, at + count, &half);
		return more ? tell(count + more, hour, minute, half, ret_text) : 0;
	}
	return 0;
}

size_t value_read_time(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES])
{
	if (value_is(p, at, "noon") || value_is(p, at, "midday") || value_is(p, at, "midi"))
		return say(1, "12:00", ret_text);
	if (value_is(p, at, "midnight") || value_is(p, at, "minuit"))
		return say(1, "00:00", ret_text);
	size_t count = read_past(p, at, ret_text);
	return count ? count : read_clock(p, at, ret_text);
}
