#include "model/date_rule.h"

#include "base/clock.h"
#include "model/almanac.h"

#include <string.h>

static const char *const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
static const char *const nths[] = {"first", "second", "third", "fourth", "fifth"};
static const char *const islamic[] = {"muharram", "safar", "rabi-1", "rabi-2", "jumada-1", "jumada-2", "rajab", "shaban", "ramadan", "shawwal",
				      "dhu-al-qada", "dhu-al-hijja"};
static const char *const hebrew[] = {"nisan", "iyar", "sivan", "tammuz", "av", "elul", "tishri", "heshvan", "kislev", "tevet", "shevat", "adar"};

int weekday_of(i64 day)
{
	return (int)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

/* ---- words ---- */

static int place_of(struct str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(word, str_of(words[i])))
			return (int)i;
	return -1;
}

static struct str next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	struct str word = str_cut(rest, ' ');
	*rest = str_trim(*rest);
	return word;
}

static bool number(struct str text, int least, int most, int *ret_number)
{
	i64 value;
	if (!text.len || text.at[0] == '+' || !str_to_i64(text, &value) || value < least || value > most)
		return false;
	*ret_number = (int)value;
	return true;
}

static bool signed_number(struct str text, int most, int *ret_number)
{
	bool minus = str_starts(text, S("-"));
	int value;
	if (!(minus || str_starts(text, S("+"))) || !number(str_skip(text, 1), 0, most, &value))
		return false;
	*ret_number = minus ? -value : value;
	return true;
}

static bool month_day(struct str text, int *ret_month, int *ret_day)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int month, day;
	if (text.len != 5 || text.at[2] != '-' || !number(str_head(text, 2), 1, 12, &month) || !number(str_skip(text, 3), 1, lengths[month - 1], &day))
		return false;
	*ret_month = month;
	*ret_day = day;
	return true;
}

bool date_text_read(struct str text, i64 *ret_day)
{
	int year, month, day, back_year, back_month, back_day;
	if (text.len != 10 || text.at[4] != '-' || !number(str_head(text, 4), DATE_YEAR_MIN, DATE_YEAR_MAX, &year) || !month_day(str_skip(text, 5), &month, &day))
		return false;
	i64 days = days_of_date(year, month, day);
	date_of_days(days, &back_year, &back_month, &back_day);
	if (back_day != day) /* 29 February of a common year */
		return false;
	*ret_day = days;
	return true;
}

/* ---- reading ---- */

static enum err no_rule(struct cx *cx, struct str word)
{
	return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is not understood in the rule of a date."), STR_ARG(str_head(word, 40)));
}

static enum err read_once(struct cx *cx, struct str word, struct str rest, struct date_rule *rule)
{
	struct date_span *once = arena_array(cx->arena, struct date_span, DATE_RULE_YEARS);
	for (; word.len; word = next_word(&rest)) {
		struct str last = word.len == 22 ? str_skip(word, 12) : word;
		if (rule->once_count == DATE_RULE_YEARS)
			return fail(cx, ERR_BAD_INPUT, N_("A rule names at most %d days."), DATE_RULE_YEARS);
		struct date_span *span = &once[rule->once_count];
		if ((word.len == 22 && !str_starts(str_skip(word, 10), S(".."))) || !date_text_read(str_head(word, 10), &span->first) || !date_text_read(last, &span->last) ||
		    span->last < span->first || span->last - span->first > 366 || (rule->once_count && span->first <= once[rule->once_count - 1].last))
			return no_rule(cx, word);
		rule->once_count++;
	}
	rule->base = DATE_ONCE;
	rule->once = once;
	return OK;
}

/* "easter", "easter+39": what follows the word, or false. */
static bool feast(struct str word, struct str name, int *ret_plus)
{
	if (!str_starts(word, name))
		return false;
	*ret_plus = 0;
	return word.len == name.len || signed_number(str_skip(word, name.len), 200, ret_plus);
}

/* "1 shawwal" */
static bool lunar(struct str word, struct str *rest, struct date_rule *rule)
{
	struct str month = next_word(rest);
	int in_islamic = place_of(month, islamic, COUNT(islamic)), in_hebrew = place_of(month, hebrew, COUNT(hebrew));
	if (!number(word, 1, 30, &rule->day) || (in_islamic < 0 && in_hebrew < 0))
		return false;
	rule->base = in_islamic >= 0 ? DATE_ISLAMIC : DATE_HEBREW;
	rule->month = (in_islamic >= 0 ? in_islamic : in_hebrew) + 1;
	return true;
}

static bool by_weekday(struct str word, struct str *rest, struct date_rule *rule)
{
	int nth = place_of(word, nths, COUNT(nths));
	bool is_nth = nth >= 0 || str_eq(word, S("last"));
	rule->nth = nth >= 0 ? nth + 1 : -1;
	rule->weekday = place_of(is_nth ? next_word(rest) : word, weekdays, COUNT(weekdays));
	struct str how = next_word(rest), day = next_word(rest);
	if (rule->weekday < 0)
		return false;
	rule->base = is_nth ? DATE_NTH : str_eq(how, S("from")) ? DATE_FROM : DATE_BY;
	return is_nth ? str_eq(how, S("in")) && number(day, 1, 12, &rule->month)
		      : (rule->base == DATE_FROM || str_eq(how, S("by"))) && month_day(day, &rule->month, &rule->day);
}

static enum err read_base(struct cx *cx, struct str clause, struct date_rule *rule)
{
	struct str rest = clause, word = next_word(&rest);
	if (word.len >= 10 && word.at[4] == '-')
		return read_once(cx, word, rest, rule);
	if (month_day(word, &rule->month, &rule->day))
		rule->base = DATE_FIXED;
	else if (feast(word, S("easter"), &rule->plus))
		rule->base = DATE_EASTER;
	else if (feast(word, S("orthodox"), &rule->plus))
		rule->base = DATE_ORTHODOX;
	else if (!(word.len && word.at[0] >= '0' && word.at[0] <= '9' ? lunar(word, &rest, rule) : by_weekday(word, &rest, rule)))
		return no_rule(cx, clause);
	if (rest.len && !signed_number(next_word(&rest), 200, &rule->plus))
		return no_rule(cx, clause);
	return rest.len ? no_rule(cx, rest) : OK;
}

static enum err read_years(struct cx *cx, struct str rest, const int **ret_years, size_t *ret_count)
{
	int *years = arena_array(cx->arena, int, DATE_RULE_YEARS);
	size_t count = 0;
	while (rest.len) {
		struct str word = next_word(&rest);
		if (count == DATE_RULE_YEARS || !number(word, DATE_YEAR_MIN, DATE_YEAR_MAX, &years[count++]))
			return no_rule(cx, word);
	}
	*ret_years = years;
	*ret_count = count;
	return count ? OK : no_rule(cx, S("in"));
}

static enum err read_regions(struct cx *cx, struct str rest, const struct str **ret_codes, size_t *ret_count)
{
	struct str *codes = arena_array(cx->arena, struct str, DATE_RULE_YEARS);
	size_t count = 0;
	while (rest.len) {
		struct str word = next_word(&rest);
		if (count == DATE_RULE_YEARS)
			return no_rule(cx, word);
		codes[count++] = word;
	}
	*ret_codes = codes;
	*ret_count = count;
	return count ? OK : no_rule(cx, S("only"));
}

/* "saturday -1 sunday +1", "weekend next" */
static enum err read_shift(struct cx *cx, struct str rest, bool may_next, signed char *shift)
{
	struct str whole = rest;
	while (rest.len) {
		struct str day = next_word(&rest), by = next_word(&rest);
		int weekday = place_of(day, weekdays, COUNT(weekdays)), days = DATE_NEXT;
		bool weekend = str_eq(day, S("weekend"));
		if ((weekday < 0 && !weekend) || !((may_next && str_eq(by, S("next"))) || (signed_number(by, 13, &days) && days)))
			return no_rule(cx, day);
		for (int i = weekend ? 5 : weekday; i <= (weekend ? 6 : weekday); i++)
			shift[i] = (signed char)days;
	}
	return whole.len ? OK : no_rule(cx, S("move"));
}

static enum err read_clause(struct cx *cx, struct str clause, struct date_rule *rule)
{
	struct str rest = clause, word = next_word(&rest);
	if (str_eq(word, S("since")) && number(rest, DATE_YEAR_MIN, DATE_YEAR_MAX, &rule->since))
		return OK;
	if (str_eq(word, S("until")) && number(rest, DATE_YEAR_MIN, DATE_YEAR_MAX, &rule->until))
		return OK;
	if (str_eq(word, S("in")))
		return read_years(cx, rest, &rule->in, &rule->in_count);
	if (str_eq(word, S("not")))
		return read_years(cx, rest, &rule->not_in, &rule->not_in_count);
	if (str_eq(word, S("only")))
		return read_regions(cx, rest, &rule->only, &rule->only_count);
	if (str_eq(word, S("except")))
		return read_regions(cx, rest, &rule->except, &rule->except_count);
	if (str_eq(word, S("move")))
		return read_shift(cx, rest, false, rule->move);
	if (str_eq(word, S("avoid")) && feast(next_word(&rest), S("easter"), &rule->avoid) && signed_number(rest, 13, &rule->avoid_by)) {
		rule->has_avoid = true;
		return OK;
	}
	if (str_eq(word, S("observed")))
		return read_shift(cx, rest, true, rule->observed);
	if (str_eq(word, S("every")) && number(next_word(&rest), 1, 100, &rule->every) && str_eq(next_word(&rest), S("from")) &&
	    number(rest, DATE_YEAR_MIN, DATE_YEAR_MAX, &rule->every_from))
		return OK;
	return no_rule(cx, clause);
}

enum err date_rule_read(struct cx *cx, struct str text, struct date_rule *ret_rule)
{
	struct date_rule rule = {};
	struct str rest = text, base = str_cut(&rest, ';');
	TRY(read_base(cx, str_trim(base), &rule));
	while (rest.at)
		TRY(read_clause(cx, str_trim(str_cut(&rest, ';')), &rule));
	*ret_rule = rule;
	return OK;
}

/* ---- days ---- */

static bool listed(const int *years, size_t count, int year)
{
	for (size_t i = 0; i < count; i++)
		if (years[i] == year)
			return true;
	return false;
}

static bool counts(const struct date_rule *r, int year)
{
	return (!r->since || year >= r->since) && (!r->until || year <= r->until) && (!r->in_count || listed(r->in, r->in_count, year)) &&
	       !listed(r->not_in, r->not_in_count, year) && (!r->every || (year >= r->every_from && (year - r->every_from) % r->every == 0));
}

static i64 nth_weekday(const struct date_rule *r, int year)
{
	i64 first = days_of_date(year, r->month, 1), next = r->month == 12 ? days_of_date(year + 1, 1, 1) : days_of_date(year, r->month + 1, 1);
	if (r->nth < 0)
		return next - 1 - (weekday_of(next - 1) - r->weekday + 7) % 7;
	i64 day = first + (r->weekday - weekday_of(first) + 7) % 7 + 7 * (r->nth - 1);
	return day < next ? day : INT64_MIN;
}

/* Years of the other calendar that touch this one. */
static size_t lunar_days(const struct date_rule *r, int year, i64 *ret_days)
{
	i64 from = days_of_date(year, 1, 1), to = days_of_date(year + 1, 1, 1);
	int first = r->base == DATE_ISLAMIC ? (int)(((i64)year - 622) * 33 / 32) - 1 : year + 3760;
	size_t count = 0;
	for (int y = first; y <= first + 4; y++) {
		i64 day = r->base == DATE_ISLAMIC ? islamic_day(y, r->month, r->day) : hebrew_day(y, r->month, r->day);
		if (day >= from && day < to && count < 2)
			ret_days[count++] = day;
	}
	return count;
}

static size_t base_days(const struct date_rule *r, int year, i64 *ret_days)
{
	i64 anchor, day;
	switch (r->base) {
	case DATE_FIXED:
		day = days_of_date(year, r->month, r->day);
		if (r->month == 2 && r->day == 29 && day == days_of_date(year, 3, 1))
			return 0;
		break;
	case DATE_EASTER:
		day = easter_western(year);
		break;
	case DATE_ORTHODOX:
		day = easter_orthodox(year);
		break;
	case DATE_NTH:
		day = nth_weekday(r, year);
		if (day == INT64_MIN)
			return 0;
		break;
	case DATE_FROM:
		anchor = days_of_date(year, r->month, r->day);
		day = anchor + (r->weekday - weekday_of(anchor) + 7) % 7;
		break;
	case DATE_BY:
		anchor = days_of_date(year, r->month, r->day);
		day = anchor - (weekday_of(anchor) - r->weekday + 7) % 7;
		break;
	case DATE_ISLAMIC:
	case DATE_HEBREW:
		return lunar_days(r, year, ret_days);
	default:
		return 0;
	}
	*ret_days = day;
	return 1;
}

size_t date_rule_days(const struct date_rule *r, int year, struct date_span ret_spans[DATE_RULE_DAYS])
{
	i64 days[2], from = days_of_date(year, 1, 1), to = days_of_date(year + 1, 1, 1);
	size_t count = 0, found = counts(r, year) ? base_days(r, year, days) : 0;
	for (size_t i = 0; i < found; i++) {
		i64 day = days[i] + r->plus;
		if (r->has_avoid && day == easter_western(year) + r->avoid)
			day += r->avoid_by;
		day += r->move[weekday_of(day)];
		ret_spans[count++] = (struct date_span){day, day};
	}
	for (size_t i = 0; i < r->once_count && counts(r, year) && count < DATE_RULE_DAYS; i++)
		if (r->once[i].first >= from && r->once[i].first < to)
			ret_spans[count++] = r->once[i];
	return count;
}
