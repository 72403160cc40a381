#include "base/clock.h"

#include "base/err.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

static atomic_llong still;

void time_set(i64 instant)
{
	atomic_store(&still, instant);
}

i64 time_now(void)
{
	i64 fixed = atomic_load_explicit(&still, memory_order_relaxed);
	if (fixed)
		return fixed;
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (i64)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

i64 time_worked(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (i64)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

i64 time_worked_by_all(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (i64)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

i64 time_monotonic(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (i64)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years run from March, so that the leap day is the last. */
i64 days_of_date(int year, int month, int day)
{
	i64 y = month <= 2 ? year - 1 : year;
	i64 era = (y >= 0 ? y : y - 399) / 400;
	i64 year_of_era = y - era * 400;
	i64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void date_of_days(i64 days, int *ret_year, int *ret_month, int *ret_day)
{
	days += 719468;
	i64 era = (days >= 0 ? days : days - 146096) / 146097;
	i64 day_of_era = days - era * 146097;
	i64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	i64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	i64 month = (5 * day_of_year + 2) / 153;
	*ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

struct scan {
	struct str rest;
	bool bad;
};

static int digits(struct scan *s, size_t count)
{
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		if (s->rest.len <= i || s->rest.at[i] < '0' || s->rest.at[i] > '9') {
			s->bad = true;
			return 0;
		}
		value = value * 10 + (s->rest.at[i] - '0');
	}
	s->rest = str_skip(s->rest, count);
	return value;
}

static bool accept(struct scan *s, const char *any_of)
{
	if (s->rest.len == 0 || !strchr(any_of, s->rest.at[0]) || s->rest.at[0] == '\0')
		return false;
	s->rest = str_skip(s->rest, 1);
	return true;
}

static void expect(struct scan *s, const char *any_of)
{
	if (!accept(s, any_of))
		s->bad = true;
}

struct parts {
	int year, month, day, hour, minute, second;
	i64 fraction, offset;
};

static bool instant_of(const struct parts *p, i64 *ret_instant)
{
	static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (p->year % 4 == 0 && p->year % 100 != 0) || p->year % 400 == 0;
	if (p->month < 1 || p->month > 12 || p->day < 1 || p->day > month_days[p->month - 1] ||
	    (p->month == 2 && p->day == 29 && !leap) || p->hour > 23 || p->minute > 59 || p->second > 60 || p->year < 1)
		return false;
	i64 instant = days_of_date(p->year, p->month, p->day) * DAY + p->hour * HOUR + p->minute * MINUTE + p->second * SECOND +
		       p->fraction - p->offset;
	if (instant < days_of_date(1, 1, 1) * DAY || instant >= days_of_date(10000, 1, 1) * DAY)
		return false; /* in UTC its year would not have four digits */
	*ret_instant = instant;
	return true;
}

static void scan_clock(struct scan *s, struct parts *p, bool seconds_needed)
{
	p->hour = digits(s, 2);
	expect(s, ":");
	p->minute = digits(s, 2);
	if (accept(s, ":"))
		p->second = digits(s, 2);
	else if (seconds_needed)
		s->bad = true;
	if (accept(s, ".,")) {
		i64 unit = SECOND;
		bool any = false;
		while (s->rest.len && s->rest.at[0] >= '0' && s->rest.at[0] <= '9') {
			unit /= 10;
			p->fraction += unit * (s->rest.at[0] - '0');
			s->rest = str_skip(s->rest, 1);
			any = true;
		}
		s->bad |= !any;
	}
}

static void scan_offset(struct scan *s, struct parts *p, bool colon_needed)
{
	if (accept(s, "Zz"))
		return;
	bool minus = s->rest.len && s->rest.at[0] == '-';
	expect(s, "+-");
	int hours = digits(s, 2);
	if (!accept(s, ":") && colon_needed)
		s->bad = true;
	int minutes = digits(s, 2);
	if (hours > 23 || minutes > 59)
		s->bad = true;
	p->offset = (minus ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

bool time_parse(struct str text, i64 *ret_instant)
{
	struct scan s = {.rest = text};
	struct parts p = {};
	p.year = digits(&s, 4);
	expect(&s, "-");
	p.month = digits(&s, 2);
	expect(&s, "-");
	p.day = digits(&s, 2);
	expect(&s, "Tt ");
	scan_clock(&s, &p, true);
	scan_offset(&s, &p, true);
	return !s.bad && s.rest.len == 0 && instant_of(&p, ret_instant);
}

static int month_of(struct str name)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	for (int i = 0; i < 12; i++)
		if (str_eq_fold(str_head(name, 3), str_of(names[i])))
			return i + 1;
	return 0;
}

/* "+0100", "GMT", "UTC" or nothing. */
static bool scan_named_offset(struct scan *s, struct parts *p)
{
	s->rest = str_trim(s->rest);
	if (s->rest.len == 0 || str_eq(s->rest, S("UTC")) || str_eq(s->rest, S("GMT")) || str_eq(s->rest, S("UT"))) {
		s->rest = (struct str){};
		return true;
	}
	scan_offset(s, p, false);
	s->rest = str_trim(s->rest);
	if (s->rest.len && s->rest.at[0] == '(') /* RFC 2822 comment: the zone's name */
		s->rest = (struct str){};
	return !s->bad && s->rest.len == 0;
}

static void skip_spaces(struct scan *s)
{
	while (accept(s, " "))
		;
}

static int day_number(struct scan *s)
{
	int day = digits(s, 1);
	if (s->rest.len && s->rest.at[0] >= '0' && s->rest.at[0] <= '9')
		day = day * 10 + digits(s, 1);
	return day;
}

/* [Tue, ]24 Mar 2026 09:42:00 +0100 */
static bool parse_mail_date(struct str text, i64 *ret_instant)
{
	ptrdiff_t comma = str_find_byte(text, ',');
	struct scan s = {.rest = str_trim(comma >= 0 ? str_skip(text, (size_t)comma + 1) : text)};
	struct parts p = {};
	p.day = day_number(&s);
	skip_spaces(&s);
	p.month = month_of(s.rest);
	s.rest = str_skip(s.rest, 3);
	skip_spaces(&s);
	p.year = digits(&s, 4);
	skip_spaces(&s);
	scan_clock(&s, &p, false);
	return !s.bad && scan_named_offset(&s, &p) && instant_of(&p, ret_instant);
}

/* Tue Mar 24 09:42:00 [+0000 ]2026 */
static bool parse_ctime_date(struct str text, i64 *ret_instant)
{
	struct scan s = {.rest = str_skip(text, 3)};
	struct parts p = {};
	expect(&s, " ");
	p.month = month_of(s.rest);
	s.rest = str_skip(s.rest, 3);
	skip_spaces(&s);
	p.day = day_number(&s);
	skip_spaces(&s);
	scan_clock(&s, &p, true);
	skip_spaces(&s);
	if (s.rest.len && (s.rest.at[0] == '+' || s.rest.at[0] == '-')) {
		scan_offset(&s, &p, false);
		skip_spaces(&s);
	}
	p.year = digits(&s, 4);
	return !s.bad && s.rest.len == 0 && instant_of(&p, ret_instant);
}

bool time_parse_loose(struct str text, i64 *ret_instant)
{
	text = str_trim(text);
	if (time_parse(text, ret_instant))
		return true;
	struct scan s = {.rest = text};
	struct parts p = {};
	p.year = digits(&s, 4);
	expect(&s, "-/");
	p.month = digits(&s, 2);
	expect(&s, "-/");
	p.day = digits(&s, 2);
	if (!s.bad) {
		if (s.rest.len) {
			expect(&s, " T");
			scan_clock(&s, &p, false);
		}
		return !s.bad && scan_named_offset(&s, &p) && instant_of(&p, ret_instant);
	}
	return parse_mail_date(text, ret_instant) || parse_ctime_date(text, ret_instant);
}

/* A page holds hundreds of instants: printf() would be a twentieth of its time. */
void buf_add_time(struct buf *b, i64 instant)
{
	i64 days = instant / DAY, rest = instant % DAY;
	if (rest < 0) {
		days--;
		rest += DAY;
	}
	int year, month, day;
	date_of_days(days, &year, &month, &day);
	buf_add_digits(b, year, 4);
	char text[] = "-00-00T00:00:00.000000Z";
	const int parts[] = {month, day, (int)(rest / HOUR), (int)(rest % HOUR / MINUTE), (int)(rest % MINUTE / SECOND)};
	for (size_t i = 0; i < COUNT(parts); i++) {
		text[3 * i + 1] = (char)('0' + parts[i] / 10);
		text[3 * i + 2] = (char)('0' + parts[i] % 10);
	}
	int fraction = (int)(rest % SECOND);
	size_t len = sizeof "-00-00T00:00:00." - 1, digits = !fraction ? 0 : fraction % 1000 ? 6 : 3;
	for (size_t i = 6; i-- > 0; fraction /= 10)
		text[len + i] = (char)('0' + fraction % 10);
	len = digits ? len + digits : len - 1;
	text[len++] = 'Z';
	buf_add_bytes(b, text, len);
}

struct str time_text(struct arena *arena, i64 instant)
{
	char room[64];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	buf_add_time(&b, instant);
	return buf_keep(&b, arena);
}

bool day_parse(struct str text, i64 *ret_day)
{
	struct str rest = text;
	i64 parts[3];
	int year, month, number;
	for (int i = 0; i < 3; i++) {
		struct str part = str_cut(&rest, '-');
		if (part.len != (i ? 2u : 4u) || !str_to_i64(part, &parts[i]) || parts[i] < 1)
			return false;
	}
	if (rest.at || parts[0] < 1970 || parts[0] > 2199 || parts[1] > 12 || parts[2] > 31)
		return false;
	i64 day = days_of_date((int)parts[0], (int)parts[1], (int)parts[2]);
	date_of_days(day, &year, &month, &number);
	if (number != parts[2]) /* 31 April */
		return false;
	*ret_day = day;
	return true;
}
