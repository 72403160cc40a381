/* series.c: lines of "timestamp,value". */
#include "insight/series.h"
#include "base/clock.h"
#include "base/lang.h"
#include "insight/anomaly.h"

#include <math.h>

static struct str field(struct str *rest, char separator)
{
	struct str s = str_trim(str_cut(rest, separator));
	if (s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"')
		s = str_trim((struct str){s.at + 1, s.len - 2});
	return s;
}

static char separator_of(struct str line)
{
	return str_find_byte(line, ',') >= 0 ? ',' : str_find_byte(line, ';') >= 0 ? ';' : '\t';
}

static bool is_missing(struct str value)
{
	return !value.len || str_eq_fold(value, S("nan")) || str_eq_fold(value, S("null"));
}

static bool is_figure(struct str value, double *ret_figure)
{
	for (size_t i = 0; i < value.len; i++)
		if (!((value.at[i] >= '0' && value.at[i] <= '9') || str_find_byte(S("+-.eE"), value.at[i]) >= 0))
			return false;
	return str_to_double(value, ret_figure) && isfinite(*ret_figure);
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
	if (!time_parse_loose(row.when, &row.at))
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: “%.*s” is no time. Write it like 2026-03-24 09:42:00 or 2026-03-24T09:42:00Z."), number, STR_ARG(str_head(row.when, 40)));
	row.is_missing = is_missing(value);
	if (!row.is_missing && !is_figure(value, &row.value))
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: “%.*s” is no figure."), number, STR_ARG(str_head(value, 40)));
	if (fabs(row.value) > ANOMALY_VALUE_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld: the figure is too large to be weighed."), number);
	*ret_row = row;
	*ret_is_row = true;
	return OK;
}
