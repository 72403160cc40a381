#include "model/slot.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "base/buf.h"

static bool two_digits(struct str s, int most, int *ret_number)
{
	i64 value;
	if (!s.len || s.len > 2 || !str_to_i64(s, &value) || value < 0 || value > most || s.at[0] == '-' || s.at[0] == '+')
		return false;
	*ret_number = (int)value;
	return true;
}

static bool weekday_of(struct str text, int *ret_weekday)
{
	static const char *const words[7][3] = {{"mon", "lun", "1"}, {"tue", "mar", "2"}, {"wed", "mer", "3"}, {"thu", "jeu", "4"}, {"fri", "ven", "5"}, {"sat", "sam", "6"}, {"sun", "dim", "7"}};
	CLEANUP(buf_free) struct buf folded = {};
	buf_add_folded(&folded, text);
	for (int day = 0; day < 7; day++)
		for (size_t i = 0; i < 3; i++)
			if (str_eq(buf_str(&folded), str_of(words[day][2])) || (i < 2 && str_starts(buf_str(&folded), str_of(words[day][i])))) {
				*ret_weekday = day;
				return true;
			}
	return false;
}

bool slot_read(struct str text, int *ret_slot)
{
	int weekday, hour, minute;
	text = str_trim(text);
	struct str day = str_cut(&text, ' ');
	struct str time = str_trim(text), first = str_cut(&time, ':');
	if (!weekday_of(day, &weekday) || !time.at || !two_digits(first, 23, &hour) || time.len != 2 || !two_digits(time, 59, &minute))
		return false;
	*ret_slot = slot_of(weekday, hour, minute);
	return true;
}

struct str slot_text(struct arena *arena, int slot)
{
	return arena_printf(arena, "%d %02d:%02d", slot / 1440 + 1, slot / 60 % 24, slot % 60);
}

size_t slots_next(const int *slots, size_t count, struct str zone, i64 after, int days, i64 *ret_instants, size_t most)
{
	struct civil now = zone_civil(zone, after);
	i64 first = days_of_date(now.year, now.month, now.day), last = after;
	size_t found = 0;
	for (i64 day = first; day < first + days && found < most; day++) {
		int weekday = (int)((day + 3) % 7); /* 1970-01-01 was a Thursday */
		struct civil c = {};
		date_of_days(day, &c.year, &c.month, &c.day);
		for (size_t i = 0; i < count && found < most; i++) {
			if (slots[i] / 1440 != weekday)
				continue;
			c.hour = slots[i] / 60 % 24;
			c.minute = slots[i] % 60;
			i64 instant = zone_instant(zone, c);
			if (instant <= last)
				continue;
			ret_instants[found++] = last = instant;
		}
	}
	return found;
}

struct str slot_wall(struct arena *arena, struct str zone, i64 instant)
{
	struct civil c = zone_civil(zone, instant);
	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}
