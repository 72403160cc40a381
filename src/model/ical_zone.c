#include "model/ical_zone.h"

#include "base/clock.h"

#define GUESSED_MAX 16 /* zones of a file whose clock is compared with all that are known */

/* "Europe/Paris" at the end of a longer name, at a '/' */
static struct str known_end(struct str id)
{
	for (struct str rest = id; rest.len; str_cut(&rest, '/'))
		if (zone_known(rest))
			return rest;
	return (struct str){};
}

static i64 offset_in(struct str zone, int year, int month)
{
	return zone_civil(zone, days_of_date(year, month, 15) * DAY).offset;
}

/* Common ones first: of several with the same clock, the one most people mean. */
static struct str by_offsets(struct arena *arena, const struct ical_zone *zone, int year)
{
	static const char *const common[] = {"UTC", "Europe/Paris", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
					     "America/Halifax", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"};
	struct str *names;
	i64 standard = zone->has_standard ? zone->standard : zone->daylight, daylight = zone->has_daylight ? zone->daylight : standard;
	bool south = zone->has_daylight && zone->daylight_month > 6;
	i64 january = south ? daylight : standard, july = south ? standard : daylight;
	for (size_t i = 0; i < COUNT(common); i++)
		if (offset_in(str_of(common[i]), year, 1) == january && offset_in(str_of(common[i]), year, 7) == july)
			return str_of(common[i]);
	size_t count = zone_list(arena, &names);
	for (size_t i = 0; i < count; i++)
		if (offset_in(names[i], year, 1) == january && offset_in(names[i], year, 7) == july)
			return names[i];
	return (struct str){};
}

struct str ical_zone_name(struct arena *arena, struct str id, const struct ical_zone *zones, size_t zone_count, int year)
{
	struct str found = known_end(id);
	if (!found.len)
		found = zone_of_windows(arena, id);
	for (size_t i = 0; i < zone_count && !found.len; i++) {
		if (!str_eq(zones[i].id, id))
			continue;
		found = known_end(zones[i].location);
		if (!found.len && i < GUESSED_MAX && (zones[i].has_standard || zones[i].has_daylight))
			found = by_offsets(arena, &zones[i], year);
	}
	return found;
}
