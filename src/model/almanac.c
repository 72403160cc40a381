#include "model/almanac.h"

#include "base/clock.h"

i64 easter_western(int year)
{
	int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
	int of_march = h + l - 7 * m + 114;
	return days_of_date(year, of_march / 31, of_march % 31 + 1);
}

/* Days since 1970 of a date of the Julian calendar. */
static i64 julian_day(int year, int month, int day)
{
	int before = (14 - month) / 12; /* January and February count to the year before */
	i64 y = year + 4800 - before, m = month + 12 * before - 3;
	return day + (153 * m + 2) / 5 + 365 * y + y / 4 - 32083 - 2440588;
}

i64 easter_orthodox(int year)
{
	int a = year % 4, b = year % 7, c = year % 19, d = (19 * c + 15) % 30, e = (2 * a + 4 * b - d + 34) % 7;
	int of_march = d + e + 114;
	return julian_day(year, of_march / 31, of_march % 31 + 1);
}

/* Umm al-Qura: which months of a year have 30 days (bit 0 is Muharram; the others have 29), from 1400 AH on, which began on 20 November 1979. The
 * figures are those that were published: on the calendar's own site for 1431 to 1500, in the newspaper of that name before, as R. H. van Gent and the
 * tests of hijridate have gathered them. ICU's islamic-umalqura says the same from 1420 to 1450; later it is a day late now and then. */
#define UMM_FIRST 1400
#define UMM_LAST 1500
#define UMM_START 3610
static const unsigned short umm[UMM_LAST - UMM_FIRST + 1] = {
	0xd4b, 0x52a, 0xa57, 0x4ae, 0x976, 0x56c, 0xb55, 0xaaa, 0xa55, 0x4ad, 0x95d, 0x2da, 0x5d9, 0xdb2, 0xba4, 0xb4a, 0xa55, 0x2b5, 0x575, 0xb6a,
	0xbd2, 0xbc4, 0xb89, 0xa95, 0x52d, 0x5ad, 0xb6a, 0x6d4, 0xdc9, 0xd92, 0xaa6, 0x956, 0x2ae, 0x56d, 0x36a, 0xb55, 0xaaa, 0x94d, 0x49d, 0x95d,
	0x2ba, 0x5b5, 0x5aa, 0xd55, 0xa9a, 0x92e, 0x26e, 0x55d, 0xada, 0x6d4, 0x6a5, 0x54b, 0xa97, 0x54e, 0xaae, 0x5ac, 0xba9, 0xd92, 0xb25, 0x64b,
	0xcab, 0x55a, 0xb55, 0x6d2, 0xea5, 0xe4a, 0xa95, 0x52d, 0xaad, 0x36c, 0x759, 0x6d2, 0x695, 0x52d, 0xa5b, 0x4ba, 0x9ba, 0x3b4, 0xb69, 0xb52,
	0xaa6, 0x4b6, 0x96d, 0x2ec, 0x6d9, 0xeb2, 0xd54, 0xd2a, 0xa56, 0x4ae, 0x96d, 0xd6a, 0xb54, 0xb29, 0xa93, 0x52b, 0xa57, 0x536, 0xab5, 0x6aa,
	0xe93,
};

static i64 floor_div(i64 a, i64 b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static i64 islamic_tabular(int year, int month, int day)
{
	return day + (59 * (month - 1) + 1) / 2 + ((i64)year - 1) * 354 + floor_div(3 + 11 * (i64)year, 30) + 1948439 - 2440588;
}

i64 islamic_day(int year, int month, int day)
{
	if (year < UMM_FIRST || year > UMM_LAST)
		return islamic_tabular(year, month, day);
	i64 days = UMM_START + day - 1;
	for (int y = UMM_FIRST; y < year; y++)
		days += 348 + __builtin_popcount(umm[y - UMM_FIRST]);
	for (int m = 0; m < month - 1; m++)
		days += 29 + (umm[year - UMM_FIRST] >> m & 1);
	return days;
}

bool hebrew_leap(int year)
{
	return (7 * year + 1) % 19 < 7;
}

/* Days from the epoch to the first of Tishri, before the delays that depend on the years beside. */
static i64 hebrew_elapsed(int year)
{
	i64 months = (235 * (i64)year - 234) / 19, parts = 12084 + 13753 * months, days = 29 * months + parts / 25920;
	return 3 * (days + 1) % 7 < 3 ? days + 1 : days;
}

static i64 hebrew_new_year(int year)
{
	i64 before = hebrew_elapsed(year - 1), here = hebrew_elapsed(year), after = hebrew_elapsed(year + 1);
	int delay = after - here == 356 ? 2 : here - before == 382 ? 1 : 0;
	return here + delay - 1373427 - 719163; /* the epoch, 7 October 3761 BCE of the Julian calendar, in days since 1 January 1, then since 1970 */
}

i64 hebrew_day(int year, int month, int day)
{
	i64 first = hebrew_new_year(year), length = hebrew_new_year(year + 1) - first;
	/* From Tishri on, with Adar I before Adar, which a common year leaves out. */
	static const int order[13] = {7, 8, 9, 10, 11, 13, 12, 1, 2, 3, 4, 5, 6};
	static const int lengths[13] = {30, 29, 30, 29, 30, 30, 29, 30, 29, 30, 29, 30, 29};
	i64 days = first + day - 1;
	for (int i = 0; i < 13 && order[i] != month; i++)
		days += order[i] == 13 && !hebrew_leap(year) ? 0 : lengths[i] + (order[i] == 8 && length % 10 == 5) - (order[i] == 9 && length % 10 == 3);
	return days;
}
