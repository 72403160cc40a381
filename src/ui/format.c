#include "ui/format.h"

#include "base/lang.h"
#include "base/zone.h"
#include "model/actor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#define NBSP "\xc2\xa0"
#define NNBSP "\xe2\x80\xaf"
#define NAME_BYTES 40

static bool french(const char *lang)
{
	return strcmp(lang, "fr") == 0;
}

struct reader reader_of(const struct cx *cx)
{
	return (struct reader){
		.lang = cx->lang,
		.zone = cx->actor ? cx->actor->zone : S("UTC"),
		.now = cx->now,
	};
}

void buf_add_filled(struct buf *b, const char *text, struct str n)
{
	struct str rest = str_of(text);
	ptrdiff_t at = str_find(rest, S("{n}"));
	if (at < 0)
		return buf_add(b, rest);
	buf_add(b, str_head(rest, (size_t)at));
	buf_add(b, n);
	buf_add(b, str_skip(rest, (size_t)at + 3));
}

/* ---- figures ---- */

static void add_grouped(struct buf *b, const char *lang, u64 number)
{
	char digits[24], *end = digits + sizeof digits, *at = end;
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	for (size_t left = (size_t)(end - at); left; left--) {
		buf_addc(b, *at++);
		if (left % 3 == 1 && left > 1)
			buf_adds(b, french(lang) ? NNBSP : ",");
	}
}

static void add_minus(struct buf *b)
{
	buf_adds(b, "\xe2\x88\x92"); /* U+2212, as wide as the digits */
}

void buf_add_number(struct buf *b, const char *lang, i64 number)
{
	if (number < 0)
		add_minus(b);
	add_grouped(b, lang, number < 0 ? 0 - (u64)number : (u64)number);
}

void buf_add_decimal(struct buf *b, const char *lang, double number, int digits)
{
	must(digits >= 0 && digits <= 6);
	double scale = pow(10, digits), scaled = round(fabs(number) * scale);
	if (!(scaled < 9e15)) /* infinite, or no number */
		return buf_adds(b, "\xe2\x80\x93");
	u64 units = (u64)scaled, whole = units / (u64)scale, part = units % (u64)scale;
	if (number < 0 && units)
		add_minus(b);
	add_grouped(b, lang, whole);
	if (digits)
		buf_addf(b, "%c%0*llu", french(lang) ? ',' : '.', digits, (unsigned long long)part);
}

void buf_add_size(struct buf *b, const char *lang, i64 bytes)
{
	static const char *const units[2][5] = {{"bytes", "kB", "MB", "GB", "TB"}, {"octets", "ko", "Mo", "Go", "To"}};
	double size = (double)bytes;
	unsigned unit = 0;
	while (size >= 999.5 && unit < 4) {
		size /= 1000;
		unit++;
	}
	buf_add_decimal(b, lang, size, unit && size < 9.95 ? 1 : 0);
	buf_adds(b, NBSP);
	buf_adds(b, units[french(lang)][unit]);
}

/* ---- names of months and days, by ICU, kept for each thread ---- */

struct calendar_names {
	char lang[8];
	char month[12][NAME_BYTES], month_short[12][NAME_BYTES], weekday[7][NAME_BYTES];
};

static void take_names(const UDateFormat *format, UDateFormatSymbolType type, int first, int count, char names[][NAME_BYTES])
{
	for (int i = 0; i < count; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar wide[NAME_BYTES];
		int32_t len = udat_getSymbols(format, type, first + i, wide, COUNT(wide), &status);
		u_strToUTF8(names[i], NAME_BYTES, NULL, wide, len, &status);
		must(U_SUCCESS(status) && names[i][0]);
	}
}

static const struct calendar_names *names_of(const char *lang)
{
	static thread_local struct calendar_names kept[4];
	static thread_local unsigned next;
	for (unsigned i = 0; i < COUNT(kept); i++)
		if (strcmp(kept[i].lang, lang) == 0)
			return &kept[i];
	struct calendar_names *names = &kept[next++ % COUNT(kept)];
	UErrorCode status = U_ZERO_ERROR;
	UDateFormat *format = udat_open(UDAT_NONE, UDAT_FULL, lang, NULL, 0, NULL, 0, &status);
	must(U_SUCCESS(status));
	take_names(format, UDAT_MONTHS, 0, 12, names->month);
	take_names(format, UDAT_SHORT_MONTHS, 0, 12, names->month_short);
	take_names(format, UDAT_WEEKDAYS, UCAL_MONDAY, 6, names->weekday); /* ICU counts from Sunday = 1 */
	take_names(format, UDAT_WEEKDAYS, UCAL_SUNDAY, 1, names->weekday + 6);
	udat_close(format);
	memcpy(names->lang, lang, strnlen(lang, sizeof names->lang - 1) + 1);
	return names;
}

/* ---- instants ---- */

static void add_clock(struct buf *b, const char *lang, int hour, int minute)
{
	bool is_french = french(lang);
	buf_add_digits(b, is_french ? hour : hour % 12 ? hour % 12 : 12, 1);
	buf_adds(b, is_french ? NBSP "h" NBSP : ":");
	buf_add_digits(b, minute, 2);
	if (!is_french)
		buf_adds(b, hour % 24 < 12 ? NBSP "am" : NBSP "pm");
}

/* 24 March, 1er avril 2025. */
static void add_date(struct buf *b, const char *lang, const struct civil *civil, bool abbreviated, bool with_year)
{
	const struct calendar_names *names = names_of(lang);
	buf_add_digits(b, civil->day, 1);
	buf_adds(b, french(lang) && civil->day == 1 ? "er" NBSP : NBSP);
	buf_adds(b, abbreviated ? names->month_short[civil->month - 1] : names->month[civil->month - 1]);
	if (with_year) {
		buf_adds(b, NBSP);
		buf_add_digits(b, civil->year, 1);
	}
}

static i64 day_of(const struct civil *civil)
{
	return days_of_date(civil->year, civil->month, civil->day);
}

i64 reader_day(const struct reader *reader, i64 instant)
{
	struct civil civil = zone_civil(reader->zone, instant);
	return day_of(&civil);
}

struct seen {
	struct civil civil;
	i64 days; /* after today */
	bool other_year;
};

/* A page says hundreds of instants against one now. */
static struct civil civil_now(const struct reader *reader)
{
	static thread_local struct {
		i64 now;
		char zone[64];
		size_t len;
		struct civil civil;
	} kept = {.now = INT64_MIN};
	if (kept.now != reader->now || !str_eq((struct str){kept.zone, kept.len}, reader->zone)) {
		kept.civil = zone_civil(reader->zone, reader->now);
		kept.len = reader->zone.len < sizeof kept.zone ? reader->zone.len : 0;
		if (kept.len)
			memcpy(kept.zone, reader->zone.at, kept.len);
		kept.now = kept.len ? reader->now : INT64_MIN;
	}
	return kept.civil;
}

static struct seen seen_by(const struct reader *reader, i64 instant)
{
	struct civil now = civil_now(reader);
	struct seen seen = {.civil = zone_civil(reader->zone, instant)};
	seen.days = day_of(&seen.civil) - day_of(&now);
	seen.other_year = seen.civil.year != now.year && llabs(seen.days) > 60; /* in January, December needs no year */
	return seen;
}

static const char *near_day(const char *lang, i64 days)
{
	return days == 0 ? tr(lang, "today") : days == -1 ? tr(lang, "yesterday") : days == 1 ? tr(lang, "tomorrow") : NULL;
}

void buf_add_time_of_day(struct buf *b, const struct reader *reader, i64 instant)
{
	struct civil civil = zone_civil(reader->zone, instant);
	add_clock(b, reader->lang, civil.hour, civil.minute);
}

void buf_add_minutes_of_day(struct buf *b, const char *lang, i64 minutes)
{
	add_clock(b, lang, (int)(minutes / 60), (int)(minutes % 60));
}

static void add_instant(struct buf *b, const struct reader *reader, const struct seen *seen)
{
	const char *near = near_day(reader->lang, seen->days);
	if (near)
		buf_adds(b, near);
	else
		add_date(b, reader->lang, &seen->civil, false, seen->other_year);
	buf_adds(b, ", ");
	add_clock(b, reader->lang, seen->civil.hour, seen->civil.minute);
}

static void add_instant_short(struct buf *b, const struct reader *reader, const struct seen *seen)
{
	if (seen->days == 0)
		return add_clock(b, reader->lang, seen->civil.hour, seen->civil.minute);
	const char *near = near_day(reader->lang, seen->days);
	if (near)
		return buf_adds(b, near);
	add_date(b, reader->lang, &seen->civil, true, seen->other_year);
}

void buf_add_instant(struct buf *b, const struct reader *reader, i64 instant)
{
	struct seen seen = seen_by(reader, instant);
	add_instant(b, reader, &seen);
}

void buf_add_instant_short(struct buf *b, const struct reader *reader, i64 instant)
{
	struct seen seen = seen_by(reader, instant);
	add_instant_short(b, reader, &seen);
}

void buf_add_instant_both(struct buf *text, struct buf *brief, const struct reader *reader, i64 instant)
{
	struct seen seen = seen_by(reader, instant);
	add_instant(text, reader, &seen);
	add_instant_short(brief, reader, &seen);
}

/* A title begins large; no month or weekday of ours begins with a letter that has a mark. */
static void add_large(struct buf *b, const char *name)
{
	buf_addc(b, (char)(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 32 : name[0]));
	buf_adds(b, name + 1);
}

void buf_add_weekday(struct buf *b, const char *lang, int weekday)
{
	add_large(b, names_of(lang)->weekday[weekday]);
}

void buf_add_month(struct buf *b, const char *lang, i64 day)
{
	int year, month, number;
	date_of_days(day, &year, &month, &number);
	add_large(b, names_of(lang)->month[month - 1]);
	buf_adds(b, NBSP);
	buf_add_digits(b, year, 1);
}

void buf_add_date(struct buf *b, const char *lang, i64 day, bool with_year)
{
	struct civil civil = {};
	date_of_days(day, &civil.year, &civil.month, &civil.day);
	add_date(b, lang, &civil, false, with_year);
}

void buf_add_day(struct buf *b, const struct reader *reader, i64 instant)
{
	struct seen seen = seen_by(reader, instant);
	buf_add_weekday(b, reader->lang, seen.civil.weekday);
	buf_addc(b, ' ');
	add_date(b, reader->lang, &seen.civil, false, seen.other_year);
}

void buf_add_day_within(struct buf *b, const struct reader *reader, i64 instant)
{
	struct seen seen = seen_by(reader, instant);
	buf_adds(b, names_of(reader->lang)->weekday[seen.civil.weekday]);
	buf_addc(b, ' ');
	add_date(b, reader->lang, &seen.civil, false, seen.other_year);
}

void buf_add_local(struct buf *b, const struct reader *reader, i64 instant)
{
	struct civil civil = zone_civil(reader->zone, instant);
	buf_addf(b, "%04d-%02d-%02dT%02d:%02d", civil.year, civil.month, civil.day, civil.hour, civil.minute);
}

/* ---- durations ---- */

void buf_add_duration(struct buf *b, const char *lang, i64 duration)
{
	i64 minutes = (llabs(duration) + MINUTE / 2) / MINUTE;
	if (minutes < 60)
		buf_addf(b, "%d" NBSP "min", (int)(minutes ? minutes : 1));
	else if (minutes < 48 * 60)
		buf_addf(b, "%d" NBSP "h" NBSP "%02d", (int)(minutes / 60), (int)(minutes % 60));
	else {
		i64 days = (minutes + 12 * 60) / (24 * 60);
		buf_add_number(b, lang, days);
		buf_adds(b, NBSP);
		buf_adds(b, tr_n(lang, "day", "days", days));
	}
}

static void add_counted(struct buf *b, const char *lang, i64 count, const char *unit)
{
	buf_add_number(b, lang, count);
	buf_adds(b, NBSP);
	buf_adds(b, unit);
}

void buf_add_duration_spoken(struct buf *b, const char *lang, i64 duration)
{
	i64 minutes = (llabs(duration) + MINUTE / 2) / MINUTE, hours = minutes / 60;
	if (minutes >= 48 * 60)
		return buf_add_duration(b, lang, duration);
	if (hours)
		add_counted(b, lang, hours, tr_n(lang, "hour", "hours", hours));
	if (hours && minutes % 60)
		buf_addc(b, ' ');
	if (!hours || minutes % 60) {
		i64 rest = minutes ? minutes % 60 : 1;
		add_counted(b, lang, rest, tr_n(lang, "minute", "minutes", rest));
	}
}

/* ---- languages ---- */

/* Names found before, a thread's own: asking for one opens tables each time, and a list asks for the same few on every page. */
struct language_name {
	char lang[8], code[16];
	char name[4 * NAME_BYTES];
};
#define NAMES_KEPT 64u /* by a hash of both; the newer one stays */

/* Empty where it has none. */
static void find_name(struct language_name *n)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[NAME_BYTES];
	int32_t len = !n->code[0] ? 0 : uloc_getDisplayLanguage(n->code, n->lang, wide, COUNT(wide), &status);
	if (U_SUCCESS(status) && len > 0)
		wide[0] = (UChar)u_toupper(wide[0]); /* all of them begin in the first plane */
	u_strToUTF8(n->name, sizeof n->name, NULL, wide, len, &status);
	if (U_FAILURE(status) || len <= 0 || status == U_STRING_NOT_TERMINATED_WARNING)
		n->name[0] = 0;
}

void buf_add_language(struct buf *b, const char *lang, struct str code)
{
	static _Thread_local struct language_name kept[NAMES_KEPT];
	struct language_name asked = {};
	u32 slot = 0;
	memcpy(asked.code, code.at ? code.at : "", code.len < sizeof asked.code ? code.len : sizeof asked.code - 1);
	memcpy(asked.lang, lang, strlen(lang) < sizeof asked.lang ? strlen(lang) : sizeof asked.lang - 1);
	for (size_t i = 0; i < sizeof asked.code; i++)
		slot = slot * 31 + (u8)asked.code[i];
	for (size_t i = 0; i < sizeof asked.lang; i++)
		slot = slot * 31 + (u8)asked.lang[i];
	struct language_name *n = &kept[slot % NAMES_KEPT];
	if (memcmp(n->code, asked.code, sizeof n->code) != 0 || memcmp(n->lang, asked.lang, sizeof n->lang) != 0) {
		find_name(&asked);
		*n = asked;
	}
	if (n->name[0])
		buf_adds(b, n->name);
	else
		buf_add(b, code);
}

i64 percent_of(i64 part, i64 all)
{
	return all > 0 ? (i64)((double)part * 100 / (double)all + 0.5) : 0;
}
