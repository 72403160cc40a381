/* recurrence_text.c: a rule as RFC 5545 writes it (3.3.10), in and out. */
#include "base/clock.h"
#include "model/recurrence.h"

static const char *const units[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const char *const weekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static int place_of(struct str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_fold(word, str_of(words[i])))
			return (int)i;
	return -1;
}

static bool number(struct str text, int least, int most, int *ret_number)
{
	i64 value;
	if (str_starts(text, S("+")))
		text = str_skip(text, 1);
	if (!text.len || text.len > 6 || !str_to_i64(text, &value) || value < least || value > most)
		return false;
	*ret_number = (int)value;
	return true;
}

/* "1,-1,15": each from -most to most, without 0 */
static bool numbers(struct str text, int most, int *ret_numbers, size_t *ret_count)
{
	size_t count = 0;
	while (text.at)
		if (count == RECURRENCE_LIST_MAX || !number(str_cut(&text, ','), -most, most, &ret_numbers[count]) || !ret_numbers[count++])
			return false;
	*ret_count = count;
	return count;
}

static bool read_months(struct str text, struct recurrence *r)
{
	while (text.at) {
		int month;
		if (!number(str_cut(&text, ','), 1, 12, &month))
			return false;
		r->months |= 1u << (month - 1);
	}
	return r->months;
}

/* "MO,-1FR,+2TU" */
static bool read_days(struct str text, struct recurrence *r)
{
	while (text.at) {
		struct str one = str_cut(&text, ',');
		if (one.len < 2 || r->day_count == RECURRENCE_LIST_MAX)
			return false;
		struct recurrence_day *day = &r->days[r->day_count++];
		struct str nth = str_head(one, one.len - 2);
		day->weekday = place_of(str_skip(one, one.len - 2), weekdays, COUNT(weekdays));
		day->nth = 0;
		if (day->weekday < 0 || (nth.len && (!number(nth, -53, 53, &day->nth) || !day->nth)))
			return false;
	}
	return r->day_count;
}

/* "20271231", "20271231T225959", "20271231T225959Z": an instant; a day lasts to its end. */
static bool read_until(struct str text, struct str zone, i64 *ret_until)
{
	struct civil c = {.hour = 23, .minute = 59, .second = 59}, back;
	bool utc = text.len == 16 && (text.at[15] == 'Z' || text.at[15] == 'z'), timed = text.len == 15 || utc;
	if (!(text.len == 8 || (timed && (text.at[8] == 'T' || text.at[8] == 't'))))
		return false;
	if (!number(str_head(text, 4), 1900, RECURRENCE_YEAR_LAST, &c.year) || !number(str_head(str_skip(text, 4), 2), 1, 12, &c.month) ||
	    !number(str_head(str_skip(text, 6), 2), 1, 31, &c.day))
		return false;
	if (timed && (!number(str_head(str_skip(text, 9), 2), 0, 23, &c.hour) || !number(str_head(str_skip(text, 11), 2), 0, 59, &c.minute) ||
		      !number(str_head(str_skip(text, 13), 2), 0, 60, &c.second)))
		return false;
	date_of_days(days_of_date(c.year, c.month, c.day), &back.year, &back.month, &back.day);
	*ret_until = zone_instant(utc ? S("UTC") : zone, c);
	return back.day == c.day && *ret_until; /* 0 would be no end: nobody's post of 1970 */
}

static const struct {
	const char *name;
	bool kept;
} parts[] = {{"FREQ", true},     {"INTERVAL", true}, {"COUNT", true},   {"UNTIL", true},     {"BYMONTH", true},   {"BYMONTHDAY", true}, {"BYDAY", true},
	     {"BYSETPOS", true}, {"WKST", true},     {"BYHOUR", false}, {"BYMINUTE", false}, {"BYSECOND", false}, {"BYYEARDAY", false}, {"BYWEEKNO", false}};
enum { FREQ, INTERVAL, COUNT_OF, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYSETPOS, WKST, PARTS };

static enum err read_part(struct cx *cx, struct str name, struct str value, struct str zone, unsigned *seen, struct recurrence *r)
{
	size_t part = 0;
	int unit;
	bool fine = false;
	while (part < COUNT(parts) && !str_eq_fold(name, str_of(parts[part].name)))
		part++;
	if (part == COUNT(parts) || !parts[part].kept)
		return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is no part of a recurrence that is kept here."), STR_ARG(str_head(name, 40)));
	if (*seen >> part & 1)
		return fail(cx, ERR_BAD_INPUT, N_("“%s” stands twice in the recurrence."), parts[part].name);
	*seen |= 1u << part;
	switch (part) {
	case FREQ:
		unit = place_of(value, units, COUNT(units));
		fine = unit >= 0;
		r->unit = fine ? (enum recurrence_unit)unit : EVERY_DAYS;
		break;
	case INTERVAL:
		fine = number(value, 1, RECURRENCE_INTERVAL_MAX, &r->interval);
		break;
	case COUNT_OF:
		fine = number(value, 1, RECURRENCE_COUNT_MAX, &r->count);
		break;
	case UNTIL:
		fine = read_until(value, zone, &r->until);
		break;
	case BYMONTH:
		fine = read_months(value, r);
		break;
	case BYMONTHDAY:
		fine = numbers(value, 31, r->month_days, &r->month_day_count);
		break;
	case BYDAY:
		fine = read_days(value, r);
		break;
	case BYSETPOS:
		fine = numbers(value, 366, r->positions, &r->position_count);
		break;
	case WKST:
		r->week_start = place_of(value, weekdays, COUNT(weekdays));
		fine = r->week_start >= 0;
		break;
	}
	return fine ? OK : fail(cx, ERR_BAD_INPUT, N_("“%.*s” is not understood as %s of a recurrence."), STR_ARG(str_head(value, 60)), parts[part].name);
}

/* What RFC 5545 forbids together. */
static enum err check(struct cx *cx, unsigned seen, const struct recurrence *r)
{
	if (!(seen >> FREQ & 1))
		return fail(cx, ERR_BAD_INPUT, N_("The recurrence does not say how often (FREQ)."));
	if (r->count && r->until)
		return fail(cx, ERR_BAD_INPUT, N_("A recurrence ends by COUNT or by UNTIL, not by both."));
	if (r->unit == EVERY_WEEKS && r->month_day_count)
		return fail(cx, ERR_BAD_INPUT, N_("BYMONTHDAY has no place in a weekly recurrence."));
	if (r->position_count && !r->day_count && !r->month_day_count && !r->months)
		return fail(cx, ERR_BAD_INPUT, N_("BYSETPOS wants days or months to choose from."));
	for (size_t i = 0; i < r->day_count; i++)
		if (r->days[i].nth && r->unit < EVERY_MONTHS)
			return fail(cx, ERR_BAD_INPUT, N_("Only a monthly or yearly recurrence can ask for the nth weekday (BYDAY)."));
	return OK;
}

enum err recurrence_read(struct cx *cx, struct str text, struct str zone, struct recurrence *ret_recurrence)
{
	struct recurrence r = {.interval = 1, .zone = zone};
	struct str rest = str_trim(text);
	unsigned seen = 0;
	if (rest.len >= 6 && str_eq_fold(str_head(rest, 6), S("RRULE:")))
		rest = str_skip(rest, 6);
	while (rest.at) {
		struct str value = str_cut(&rest, ';'), name = str_cut(&value, '=');
		if (!name.len && !rest.at && seen) /* a ";" at the end */
			break;
		TRY(read_part(cx, name, value, zone, &seen, &r));
	}
	TRY(check(cx, seen, &r));
	*ret_recurrence = r;
	return OK;
}

/* ---- out ---- */

static void add_numbers(struct buf *out, const char *name, const int *numbers_of, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%d", i ? "," : name, numbers_of[i]);
}

static void add_until(struct buf *out, i64 until)
{
	struct civil c = zone_civil(S("UTC"), until);
	buf_addf(out, ";UNTIL=%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

void recurrence_write(struct buf *out, const struct recurrence *r)
{
	buf_addf(out, "FREQ=%s", units[r->unit]);
	if (r->interval > 1)
		buf_addf(out, ";INTERVAL=%d", r->interval);
	if (r->count)
		buf_addf(out, ";COUNT=%d", r->count);
	if (r->until)
		add_until(out, r->until);
	const char *before = ";BYMONTH=";
	for (int month = 1; month <= 12; month++)
		if (r->months >> (month - 1) & 1) {
			buf_addf(out, "%s%d", before, month);
			before = ",";
		}
	add_numbers(out, ";BYMONTHDAY=", r->month_days, r->month_day_count);
	for (size_t i = 0; i < r->day_count; i++) {
		buf_adds(out, i ? "," : ";BYDAY=");
		if (r->days[i].nth)
			buf_addf(out, "%d", r->days[i].nth);
		buf_adds(out, weekdays[r->days[i].weekday]);
	}
	add_numbers(out, ";BYSETPOS=", r->positions, r->position_count);
	if (r->week_start)
		buf_addf(out, ";WKST=%s", weekdays[r->week_start]);
}
