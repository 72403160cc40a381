#include "base/zone.h"

#include "base/clock.h"
#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define KEPT 8 /* zones open at once in a thread; a desk has one or two */
#define NAME_MAX_BYTES 64

#define SPANS 4

/* Between two changes of its clock a place is a constant away from UTC. */
struct span {
	i64 from, to; /* milliseconds; to is outside */
	i64 offset;
};

static thread_local struct kept {
	char name[NAME_MAX_BYTES];
	UCalendar *calendar;
	struct span spans[SPANS]; /* those met last */
	unsigned next_span;
} kept[KEPT];
static thread_local unsigned next_kept;
static pthread_key_t leaving; /* closes a thread's zones when it ends */
static pthread_once_t leaving_once = PTHREAD_ONCE_INIT;

static void close_zones(void *zones)
{
	for (unsigned i = 0; i < KEPT; i++)
		if (kept[i].calendar)
			ucal_close(kept[i].calendar);
}

static void leaving_init(void)
{
	must(pthread_key_create(&leaving, close_zones) == 0);
}

static UCalendar *open_zone(const char *name)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[NAME_MAX_BYTES];
	u_uastrcpy(wide, name);
	UCalendar *calendar = ucal_open(wide, -1, "en_US", UCAL_GREGORIAN, &status);
	must(U_SUCCESS(status));
	ucal_setAttribute(calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
	ucal_setAttribute(calendar, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_NEXT_VALID);
	/* Gregorian for all time, as RFC 3339 has it. */
	ucal_setGregorianChange(calendar, -1e18, &status);
	return calendar;
}

static struct kept *kept_of(struct str zone)
{
	char name[NAME_MAX_BYTES] = "UTC";
	if (zone.len && zone.len < sizeof name) {
		memcpy(name, zone.at, zone.len);
		name[zone.len] = '\0';
	}
	for (unsigned i = 0; i < KEPT; i++)
		if (kept[i].calendar && strcmp(kept[i].name, name) == 0)
			return &kept[i];
	pthread_once(&leaving_once, leaving_init);
	pthread_setspecific(leaving, kept);
	unsigned slot = next_kept++ % KEPT;
	if (kept[slot].calendar)
		ucal_close(kept[slot].calendar);
	kept[slot] = (struct kept){.calendar = open_zone(zone_known(str_of(name)) ? name : "UTC")};
	memcpy(kept[slot].name, name, sizeof name);
	return &kept[slot];
}

static struct span ask_span(UCalendar *calendar, i64 ms)
{
	UErrorCode status = U_ZERO_ERROR;
	UDate change;
	ucal_setMillis(calendar, (UDate)ms, &status);
	struct span span = {INT64_MIN, INT64_MAX, ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status)};
	if (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, &change, &status))
		span.from = (i64)change;
	if (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &change, &status))
		span.to = (i64)change;
	must(U_SUCCESS(status));
	return span;
}

static i64 offset_of(struct kept *zone, i64 ms)
{
	for (unsigned i = 0; i < SPANS; i++)
		if (ms >= zone->spans[i].from && ms < zone->spans[i].to)
			return zone->spans[i].offset;
	struct span *span = &zone->spans[zone->next_span++ % SPANS];
	*span = ask_span(zone->calendar, ms);
	return span->offset;
}

bool zone_known(struct str name)
{
	if (name.len == 0 || name.len >= NAME_MAX_BYTES || memchr(name.at, 0, name.len))
		return false;
	char text[NAME_MAX_BYTES];
	memcpy(text, name.at, name.len);
	text[name.len] = '\0';
	UChar wide[NAME_MAX_BYTES], canonical[NAME_MAX_BYTES * 2];
	u_uastrcpy(wide, text);
	UErrorCode status = U_ZERO_ERROR;
	UBool system = false;
	ucal_getCanonicalTimeZoneID(wide, -1, canonical, COUNT(canonical), &system, &status);
	return U_SUCCESS(status) && system;
}

struct str zone_of_windows(struct arena *arena, struct str name)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[NAME_MAX_BYTES], found[NAME_MAX_BYTES * 2];
	char text[NAME_MAX_BYTES * 2];
	if (name.len == 0 || name.len >= NAME_MAX_BYTES)
		return (struct str){};
	for (size_t i = 0; i < name.len; i++) { /* its names are ASCII */
		if ((unsigned char)name.at[i] < ' ' || (unsigned char)name.at[i] > '~')
			return (struct str){};
		wide[i] = (UChar)name.at[i];
	}
	int32_t len = ucal_getTimeZoneIDForWindowsID(wide, (int32_t)name.len, NULL, found, COUNT(found), &status);
	if (U_FAILURE(status) || len <= 0 || len >= (int32_t)COUNT(found))
		return (struct str){};
	u_austrncpy(text, found, len);
	return arena_str(arena, (struct str){text, (size_t)len});
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

size_t zone_list(struct arena *arena, struct str **ret_names)
{
	UErrorCode status = U_ZERO_ERROR;
	struct str *names = NULL;
	size_t count = 0, capacity = 0;
	UEnumeration *all = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL, NULL, &status);
	for (int32_t len = 0; U_SUCCESS(status);) {
		const char *name = uenum_next(all, &len, &status);
		if (!name)
			break;
		*arena_push(arena, names, count, capacity) = arena_str(arena, (struct str){name, (size_t)len});
	}
	uenum_close(all);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	*ret_names = names;
	return count;
}

struct civil zone_civil(struct str name, i64 instant)
{
	i64 ms = instant >= 0 ? instant / 1000 : (instant - 999) / 1000;
	i64 offset = offset_of(kept_of(name), ms);
	i64 local = instant + offset * MILLISECOND;
	i64 days = local >= 0 ? local / DAY : (local - DAY + 1) / DAY;
	i64 rest = local - days * DAY;
	struct civil civil = {
		.hour = (int)(rest / HOUR),
		.minute = (int)(rest % HOUR / MINUTE),
		.second = (int)(rest % MINUTE / SECOND),
		.weekday = (int)(((days + 3) % 7 + 7) % 7), /* 1970-01-01 was a Thursday */
		.offset = offset * MILLISECOND,
	};
	date_of_days(days, &civil.year, &civil.month, &civil.day);
	return civil;
}

i64 zone_instant(struct str name, struct civil civil)
{
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *calendar = kept_of(name)->calendar;
	ucal_clear(calendar);
	ucal_setDateTime(calendar, civil.year, civil.month - 1, civil.day, civil.hour, civil.minute, civil.second, &status);
	i64 ms = (i64)ucal_getMillis(calendar, &status);
	must(U_SUCCESS(status));
	return ms * MILLISECOND;
}

i64 zone_day(struct str name, i64 instant, i64 back)
{
	struct civil c = zone_civil(name, instant);
	date_of_days(days_of_date(c.year, c.month, c.day) - back, &c.year, &c.month, &c.day);
	c.hour = c.minute = c.second = 0;
	return zone_instant(name, c);
}
