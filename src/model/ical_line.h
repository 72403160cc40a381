/* ical_line.h: a content line of iCalendar (RFC 5545, 3.1) and the values in it; only the ical_*.c files see it. */
#pragma once
#include "base/buf.h"
#include "base/zone.h"

struct ical_line {
	struct str name, parameters, value; /* DTSTART, TZID=Europe/Paris;VALUE=DATE-TIME, 20260324T094200; borrowed */
};

/* Long lines put together again: "\n " and "\n\t" gone, every end of a line "\n". */
struct str ical_unfold(struct arena *arena, struct str text);
/* False when there is no ':' outside of quotes. */
bool ical_line_read(struct str text, struct ical_line *ret_line);
/* The value of a parameter without its quotes; empty when it is not there. */
struct str ical_parameter(const struct ical_line *line, struct str name);
/* TEXT with its escapes undone, made clean UTF-8; cut at `most` bytes, between characters. */
struct str ical_text(struct arena *arena, struct str value, size_t most);

struct ical_time {
	struct civil wall;
	bool is_date, is_utc;
};
/* "20260324", "20260324T094200", "20260324T094200Z" */
bool ical_time_read(struct str value, struct ical_time *ret_time);
/* "P1DT2H", "-PT15M", "P2W", in microseconds; days are 24 hours. */
bool ical_duration_read(struct str value, i64 *ret_duration);
/* "+0100", "-053000", in microseconds */
bool ical_offset_read(struct str value, i64 *ret_offset);
