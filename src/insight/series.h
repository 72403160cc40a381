/* series.h: reading a series written as lines "timestamp,value", as spreadsheets and the Numenta Anomaly Benchmark have them. A comma, a
 * semicolon or a tab stands between (beside the latter two a comma is that of a figure); quotes around a field are taken off; a first line of
 * names is passed over. A time is a date with or without an hour, or seconds (or thousandths) since 1970. Nothing is kept but what a
 * reader needs to say where a fault is: a series may be endless. */
#pragma once
#include "base/cx.h"

#define SERIES_LINE_MAX ((size_t)4096)

struct series_reader {
	i64 line; /* of the input, from 1; 0 before the first */
	bool has_rows;
};

struct series_row {
	struct str when;  /* as written; borrowed from the line */
	i64 at;
	double value;
	bool is_missing;  /* a moment without a value: empty, "null" or "NaN" */
};

/* Read one line. *ret_is_row is false for an empty line and for names on top. ERR_BAD_INPUT with the line's number and what is wrong with it. */
enum err series_read(struct cx *cx, struct series_reader *reader, struct str line, struct series_row *ret_row, bool *ret_is_row);
