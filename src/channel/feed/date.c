#include "base/clock.h"
#include "channel/feed/feed.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of `least` to `most` digits off the front. */
static bool take_number(struct str *rest, size_t least, size_t most, int *ret_value)
{
	size_t i = 0;
	int value = 0;
	for (; i < rest->len && i < most && is_digit(rest->at[i]); i++)
		value = value * 10 + rest->at[i] - '0';
	if (i < least)
		return false;
	*rest = str_skip(*rest, i);
	*ret_value = value;
	return true;
}

static bool take(struct str *rest, const char *any_of)
{
	if (!rest->len || !*rest->at || !strchr(any_of, *rest->at))
		return false;
	*rest = str_skip(*rest, 1);
	return true;
}

static void skip_spaces(struct str *rest)
{
	while (take(rest, " \t\r\n,"))
		;
}

struct date {
	int year, month, day, hour, minute, second;
	i64 offset;
};

static bool instant_of(const struct date *d, i64 *ret_instant)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (d->year < 1 || d->year > 9999 || d->month < 1 || d->month > 12 || d->day < 1 || d->day > days[d->month - 1] || d->hour > 24 ||
	    d->minute > 59 || d->second > 60)
		return false;
	i64 instant = days_of_date(d->year, d->month, d->day) * DAY + d->hour * HOUR + d->minute * MINUTE + d->second * SECOND - d->offset;
	if (instant < days_of_date(1, 1, 1) * DAY || instant >= days_of_date(10000, 1, 1) * DAY)
		return false;
	*ret_instant = instant;
	return true;
}

/* "+0100", "+01:00", "Z", or the names that mail knows; anything else counts as UTC. */
static i64 offset_of(struct str zone)
{
	static const struct {
		const char *name;
		int hours;
	} names[] = {{"EST", -5}, {"EDT", -4}, {"ET", -5}, {"CST", -6}, {"CDT", -5}, {"CT", -6}, {"MST", -7}, {"MDT", -6}, {"MT", -7},
		{"PST", -8}, {"PDT", -7}, {"PT", -8}, {"AST", -4}, {"ADT", -3}, {"CET", 1}, {"CEST", 2}, {"MET", 1}, {"MEST", 2}, {"BST", 1},
		{"EET", 2}, {"EEST", 3}, {"MSK", 3}, {"JST", 9}, {"KST", 9}, {"IST", 5}};
	skip_spaces(&zone);
	if (str_starts(str_head(zone, 3), S("GMT")) || str_starts(zone, S("UTC")))
		zone = str_skip(zone, 3);
	bool minus = str_starts(zone, S("-"));
	int hours = 0, minutes = 0;
	if (take(&zone, "+-") && take_number(&zone, 1, 2, &hours)) {
		take(&zone, ":");
		take_number(&zone, 2, 2, &minutes);
		return (minus ? -1 : 1) * (hours % 24 * HOUR + minutes % 60 * MINUTE);
	}
	zone = str_head(zone, 5);
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_fold(zone, str_of(names[i].name)))
			return names[i].hours * HOUR + (str_eq(zone, S("IST")) ? 30 * MINUTE : 0);
	return 0;
}

/* "10:14[:55[.5]]", "101455" */
static bool take_clock(struct str *rest, struct date *d)
{
	if (!take_number(rest, 1, 2, &d->hour))
		return false;
	if (!take(rest, ":"))
		return take_number(rest, 2, 2, &d->minute) ? take_number(rest, 2, 2, &d->second) || true : true;
	if (!take_number(rest, 1, 2, &d->minute))
		return false;
	if (take(rest, ":"))
		take_number(rest, 1, 2, &d->second);
	if (take(rest, ".,")) {
		int fraction;
		while (take_number(rest, 1, 9, &fraction))
			;
	}
	return true;
}

/* "2003", "2003-12", "2003-12-31[T10:14[:55]][Z]", "20031231[T101455]", "2003-335" */
static bool read_iso(struct str text, i64 *ret_instant)
{
	struct date d = {.month = 1, .day = 1};
	int of_year = 0;
	if (!take_number(&text, 4, 4, &d.year))
		return false;
	bool dash = take(&text, "-/.");
	if (text.len >= 3 && is_digit(text.at[0]) && is_digit(text.at[1]) && is_digit(text.at[2]) && (text.len == 3 || !is_digit(text.at[3]))) {
		if (!take_number(&text, 3, 3, &of_year) || of_year < 1 || of_year > 366)
			return false;
	} else if (text.len && take_number(&text, dash ? 1 : 2, 2, &d.month)) {
		take(&text, "-/.");
		take_number(&text, 1, 2, &d.day);
	}
	skip_spaces(&text);
	if (take(&text, "Tt") || (text.len && is_digit(*text.at))) {
		skip_spaces(&text);
		if (!take_clock(&text, &d))
			return false;
	}
	d.offset = offset_of(text);
	if (!instant_of(&d, ret_instant))
		return false;
	*ret_instant += of_year ? (of_year - 1) * DAY : 0;
	return true;
}

static int month_of(struct str word)
{
	static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
	for (int i = 0; i < 12; i++)
		if (str_eq_fold(str_head(word, 3), str_of(names[i])))
			return i + 1;
	return 0;
}

static struct str take_word(struct str *rest)
{
	size_t i = 0;
	while (i < rest->len && ((rest->at[i] | 32) >= 'a' && (rest->at[i] | 32) <= 'z'))
		i++;
	struct str word = str_head(*rest, i);
	*rest = str_skip(*rest, i);
	take(rest, ".");
	return word;
}

/* "[Thu, ]01 Jan 04 [19:48[:21] [EST]]", "Thu Jan 1 19:48:21 2004", "January 1, 2004" */
static bool read_words(struct str text, i64 *ret_instant)
{
	struct date d = {.day = 1};
	skip_spaces(&text);
	while (text.len && !is_digit(*text.at) && !d.month) {
		struct str word = take_word(&text);
		d.month = month_of(word);
		if (!word.len)
			return false;
		skip_spaces(&text);
	}
	if (!take_number(&text, 1, 2, &d.day))
		return false;
	take_word(&text); /* 1st, 2nd: */
	take(&text, "-/");
	skip_spaces(&text);
	if (!d.month) {
		d.month = month_of(take_word(&text));
		take(&text, "-/");
		skip_spaces(&text);
	}
	bool clock_first = text.len > 2 && (text.at[2] == ':' || text.at[1] == ':');
	if (!d.month || (clock_first && !take_clock(&text, &d)))
		return false;
	skip_spaces(&text);
	size_t before = text.len;
	if (!take_number(&text, 2, 4, &d.year))
		return false;
	if (before - text.len == 2)
		d.year += d.year < 69 ? 2000 : 1900;
	skip_spaces(&text);
	if (!clock_first && text.len && is_digit(*text.at) && !take_clock(&text, &d))
		return false;
	d.offset = offset_of(text);
	return instant_of(&d, ret_instant);
}

bool feed_date(struct str text, i64 *ret_instant)
{
	text = str_trim(text);
	if (text.len > 100)
		return false;
	return time_parse_loose(text, ret_instant) || read_iso(text, ret_instant) || read_words(text, ret_instant);
}
