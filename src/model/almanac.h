/* almanac.h: days of other calendars, as days since 1970-01-01 of the Gregorian one (base/clock.h). Pure sums, no tables of ICU: what the rules
 * of key dates need (date_rule.h), and no more. */
#pragma once
#include "base/types.h"

/* Easter Sunday. Western: the Gregorian computus as Jones, Meeus and Butcher wrote it down. Orthodox: Meeus's Julian computus, counted in the
 * Julian calendar (Greece, Cyprus, Bulgaria, Romania; not Finland, which keeps the Western date). Any year from 1583. */
i64 easter_western(int year);
i64 easter_orthodox(int year);

/* A day of the Islamic calendar, month 1 Muharram .. 12 Dhu al-Hijja. From 1400 to 1500 AH (1979 to 2077) by the calendar of Umm al-Qura, which is
 * published ahead for Saudi Arabia; outside of that by the tabular (civil) calendar. Where a country looks for the moon itself, as Morocco does, its
 * month may begin a day later, seldom a day earlier. */
i64 islamic_day(int year, int month, int day);
/* A day of the Hebrew calendar, month 1 Nisan .. 7 Tishri .. 12 Adar (in a leap year Adar II: the month of Purim), 13 Adar I of a leap year. The
 * feast begins at sunset of the day before. Molad and delays as the Calendrical Calculations of Reingold and Dershowitz have them. */
i64 hebrew_day(int year, int month, int day);
bool hebrew_leap(int year);
