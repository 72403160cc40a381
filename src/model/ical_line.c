#include "model/ical_line.h"

#include "base/clock.h"
#include "base/utf8.h"

struct str ical_unfold(struct arena *arena, struct str text)
{
	struct buf *out = buf_in_arena(arena);
	if (str_starts(text, S("\xEF\xBB\xBF")))
		text = str_skip(text, 3);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '\r' && i + 1 < text.len && text.at[i + 1] == '\n')
			continue;
		if (c != '\n' && c != '\r')
			buf_addc(out, c);
		else if (i + 1 < text.len && (text.at[i + 1] == ' ' || text.at[i + 1] == '\t'))
			i++;
		else
			buf_addc(out, '\n');
	}
	return buf_str(out);
}

bool ical_line_read(struct str text, struct ical_line *ret_line)
{
	bool quoted = false;
	size_t name = 0, colon = 0;
	while (name < text.len && text.at[name] != ';' && text.at[name] != ':')
		name++;
	for (colon = name; colon < text.len && (quoted || text.at[colon] != ':'); colon++)
		quoted ^= text.at[colon] == '"';
	if (colon == text.len || !name)
		return false;
	struct str rest = str_head(str_skip(text, name), colon - name);
	*ret_line = (struct ical_line){str_trim(str_head(text, name)), rest.len ? str_skip(rest, 1) : rest, str_skip(text, colon + 1)};
	return true;
}

struct str ical_parameter(const struct ical_line *line, struct str name)
{
	struct str rest = line->parameters;
	while (rest.len) {
		bool quoted = false;
		size_t end = 0;
		for (; end < rest.len && (quoted || rest.at[end] != ';'); end++)
			quoted ^= rest.at[end] == '"';
		struct str value = str_head(rest, end), key = str_cut(&value, '=');
		if (str_eq_fold(str_trim(key), name)) {
			value = str_trim(value);
			return value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"' ? str_head(str_skip(value, 1), value.len - 2) : value;
		}
		rest = str_skip(rest, end < rest.len ? end + 1 : end);
	}
	return (struct str){};
}

struct str ical_text(struct arena *arena, struct str value, size_t most)
{
	CLEANUP(buf_free) struct buf plain = {}, clean = {};
	for (size_t i = 0; i < value.len && plain.len < most; i++) {
		char c = value.at[i];
		if (c == '\\' && i + 1 < value.len) {
			c = value.at[++i];
			c = c == 'n' || c == 'N' ? '\n' : c;
		}
		buf_addc(&plain, c);
	}
	buf_add_clean(&clean, buf_str(&plain));
	return arena_str(arena, str_trim(buf_str(&clean)));
}

/* ---- values ---- */

static bool digits(struct str text, size_t from, size_t count, int least, int most, int *ret_number)
{
	int number = 0;
	for (size_t i = from; i < from + count; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		number = number * 10 + text.at[i] - '0';
	}
	*ret_number = number;
	return number >= least && number <= most;
}

bool ical_time_read(struct str value, struct ical_time *ret_time)
{
	struct ical_time t = {};
	struct civil back;
	struct str text = str_trim(value);
	t.is_date = text.len == 8;
	t.is_utc = text.len == 16 && (text.at[15] == 'Z' || text.at[15] == 'z');
	if (!t.is_date && !(text.len == 15 || t.is_utc))
		return false;
	if (!digits(text, 0, 4, 1, 9998, &t.wall.year) || !digits(text, 4, 2, 1, 12, &t.wall.month) || !digits(text, 6, 2, 1, 31, &t.wall.day))
		return false;
	date_of_days(days_of_date(t.wall.year, t.wall.month, t.wall.day), &back.year, &back.month, &back.day);
	if (back.day != t.wall.day)
		return false;
	if (!t.is_date && ((text.at[8] != 'T' && text.at[8] != 't') || !digits(text, 9, 2, 0, 23, &t.wall.hour) || !digits(text, 11, 2, 0, 59, &t.wall.minute) ||
			   !digits(text, 13, 2, 0, 60, &t.wall.second)))
		return false;
	if (t.wall.second == 60)
		t.wall.second = 59;
	*ret_time = t;
	return true;
}

bool ical_duration_read(struct str value, i64 *ret_duration)
{
	static const struct {
		char word;
		bool of_day;
		i64 length;
	} units[] = {{'W', false, 7 * DAY}, {'D', false, DAY}, {'H', true, HOUR}, {'M', true, MINUTE}, {'S', true, SECOND}};
	struct str text = str_trim(value);
	i64 duration = 0, number = -1;
	bool minus = str_starts(text, S("-")), in_day = false;
	if (minus || str_starts(text, S("+")))
		text = str_skip(text, 1);
	if (text.len < 3 || text.at[0] != 'P')
		return false;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.at[i];
		if (c >= '0' && c <= '9') {
			number = (number < 0 ? 0 : number) * 10 + c - '0';
			if (number > 100000000)
				return false;
			continue;
		}
		if (c == 'T' && !in_day && number < 0) {
			in_day = true;
			continue;
		}
		size_t unit = 0;
		while (unit < COUNT(units) && !(units[unit].word == c && units[unit].of_day == in_day))
			unit++;
		if (unit == COUNT(units) || number < 0)
			return false;
		duration += number * units[unit].length;
		number = -1;
		if (duration > 36600 * DAY)
			return false;
	}
	*ret_duration = minus ? -duration : duration;
	return number < 0;
}

bool ical_offset_read(struct str value, i64 *ret_offset)
{
	struct str text = str_trim(value);
	int hours, minutes, seconds = 0;
	if ((text.len != 5 && text.len != 7) || (text.at[0] != '+' && text.at[0] != '-') || !digits(text, 1, 2, 0, 23, &hours) || !digits(text, 3, 2, 0, 59, &minutes) ||
	    (text.len == 7 && !digits(text, 5, 2, 0, 59, &seconds)))
		return false;
	*ret_offset = (text.at[0] == '-' ? -1 : 1) * (hours * HOUR + minutes * MINUTE + seconds * SECOND);
	return true;
}
