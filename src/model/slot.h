/* slot.h: hours of the week at which posts leave: "Tuesdays at 18:40", on the wall of a zone, all year round. A night when clocks go forward has no
 * 02:30: that slot is the first instant after the gap, and two that fall on one instant are one; a night when they go back has its 02:30 once, the
 * first (base/zone.h). Pure. */
#pragma once
#include "base/zone.h"

#define WEEK_MINUTES 10080

/* A slot is a minute of the week: 0 is Monday at 00:00. */
static inline int slot_of(int weekday, int hour, int minute)
{
	return (weekday * 24 + hour) * 60 + minute;
}

/* "mon 09:00", "1 09:00" … "7 18:40" (1 Monday), in any case, French days too; false for anything else. */
bool slot_read(struct str text, int *ret_slot);
struct str slot_text(struct arena *arena, int slot); /* "1 09:00" */

/* The next ones later than `after`, in order, at most `most` of them and of `days` days. `slots` sorted. Returns how many. */
size_t slots_next(const int *slots, size_t count, struct str zone, i64 after, int days, i64 *ret_instants, size_t most);
/* What the clock there shows then: 2027-03-28T18:40. */
struct str slot_wall(struct arena *arena, struct str zone, i64 instant);
