/* series.c: lines of "timestamp,value". */
#include "insight/series.h"
#include "base/clock.h"
#include "base/lang.h"
#include "insight/anomaly.h"

#include <math.h>

#define FIGURE_MAX 64 /* letters */

static struct str field(struct str *rest, char separator)
{
	struct str s = str_trim(str_cut(rest, separator));
	if (s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"')
		s = str_trim((struct str){s.at + 1, s.len - 2});
	return s;
}

/* Where a tab or a semicolon stands, a comma is one of a figure: tables write so where 5,5 is five and a half. */
static char separator_of(struct str line)
{
	return str_find_byte(line, '\t') >= 0 ? '\t' : str_find_byte(line, ';') >= 0 ? ';' : ',';
}

static bool is_missing(struct str value)
{
	return !value.len || str_eq_fold(value, S("nan")) || str_eq_fold(value, S("null"));
}

static bool is_figure(struct str value, double *ret_figure)
{
	char text[FIGURE_MAX];
	if (value.len > sizeof text)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (!((value.at[i] >= '0' && value.at[i] <= '9') || str_find_byte(S("+-.,eE"), value.at[i]) >= 0))
			return false;
		text[i] = value.at[i] == ',' ? '.' : value.at[i];
	}
	return str_to_double((struct str){text, value.len}, ret_figure) && isfinite(*ret_figure);
}

/* Seconds since 1970, as machines write instants; thousandths of them where there are too many digits for a second of this age. */
static bool is_seconds(struct str when, i64 *ret_at)
{
	double seconds;
	if (when.len < 9 || when.len > 17 || when.at[0] < '1' || when.at[0] > '9' || !str_to_double(when, &seconds) || !isfinite(seconds))
		return false;
	for (size_t i = 0; i < when.len; i++)
		if (!(when.at[i] >= '0' && when.at[i] <= '9') && when.at[i] != '.')
			return false;
	*ret_at = (i64)(seconds >= 1e11 ? seconds * 1e3 : seconds * 1e6);
	return true;
}

/* Names are words: neither field can be read as what stands below. */
static bool is_names(struct str when, struct str value)
{
	double figure;
	return when.len && value.len && !(when.at[0] >= '0' && when.at[0] <= '9') && !is_figure(value, &figure);
}

enum err series_read(struct cx *cx, struct series_reader *reader, struct str line, struct series_row *ret_row, bool *ret_is_row)
{
	long long number = ++reader->line;
	if (number == 1 && str_starts(line, S("\xEF\xBB\xBF")))
		line = str_skip(line, 3);
	struct str rest = line;
	if (!str_trim(line).len) {
		*ret_is_row = false;
		return OK;
	}
	char separator = separator_of(rest);
	struct series_row row = {.when = field(&rest, separator)};
	if (!rest.at)
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: a time and a value are wanted, with a comma between them."), number);
	struct str value = field(&rest, separator);
	if (rest.at)
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: there are more than two fields. A series is a time and a value a line."), number);
	bool may_be_names = !reader->has_rows;
	reader->has_rows = true;
	if (may_be_names && is_names(row.when, value)) {
		*ret_is_row = false;
		return OK;
	}
	if (!time_parse_loose(row.when, &row.at) && !is_seconds(row.when, &row.at))
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: “%.*s” is no time. Write it like 2026-03-24 09:42:00 or 2026-03-24T09:42:00Z, or in seconds since 1970."), number, STR_ARG(str_head(row.when, 40)));
	row.is_missing = is_missing(value);
	if (!row.is_missing && !is_figure(value, &row.value))
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: “%.*s” is no figure."), number, STR_ARG(str_head(value, 40)));
	if (fabs(row.value) > ANOMALY_VALUE_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: the figure is too large to be weighed."), number);
	*ret_row = row;
	*ret_is_row = true;
	return OK;
}
