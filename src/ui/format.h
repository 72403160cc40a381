/* format.h: figures, instants and names as people read them, in their language and zone: "aujourd’hui, 8 h 54", "8:54 am",
 * "24 310", "1 h 40", "NF". Everything is appended to a buf, nothing is kept; the spaces that must not break are no-break ones
 * (U+00A0, U+202F). English is written with the day before the month and a clock of twelve hours, French as in print. */
#pragma once
#include "base/clock.h"
#include "base/cx.h"

/* Who reads. `lang` is one of lang_of(); an unknown zone counts as UTC. */
struct reader {
	const char *lang;
	struct str zone;
	i64 now;
};
struct reader reader_of(const struct cx *cx); /* the actor's zone; UTC when nobody is signed in */

/* ---- figures ---- */
void buf_add_number(struct buf *b, const char *lang, i64 number);                      /* 24,310 · 24 310 */
void buf_add_decimal(struct buf *b, const char *lang, double number, int digits);      /* 4.2 · 4,2; at most 6 digits, zeros kept */
void buf_add_size(struct buf *b, const char *lang, i64 bytes);                         /* 1.2 MB · 1,2 Mo */

/* ---- instants ---- */
void buf_add_instant(struct buf *b, const struct reader *reader, i64 instant);         /* today, 8:54 am · 24 mars 2025, 8 h 54 */
void buf_add_instant_both(struct buf *text, struct buf *brief, const struct reader *reader, i64 instant); /* this and the next at once */
void buf_add_instant_short(struct buf *b, const struct reader *reader, i64 instant);   /* 8:54 am · yesterday · 24 Mar · 24 Mar 2025 */
void buf_add_day(struct buf *b, const struct reader *reader, i64 instant);             /* Tuesday 24 March · Mardi 24 mars; the year when it is another */
void buf_add_day_within(struct buf *b, const struct reader *reader, i64 instant);      /* the same in a sentence: mardi 24 mars */
void buf_add_time_of_day(struct buf *b, const struct reader *reader, i64 instant);     /* 8:54 am · 8 h 54 */
void buf_add_minutes_of_day(struct buf *b, const char *lang, i64 minutes);             /* the same of 0..1440, as in opening hours */
void buf_add_local(struct buf *b, const struct reader *reader, i64 instant);           /* 2026-03-24T09:42, for a field of type datetime-local */
/* Of a calendar on the wall; days since 1970-01-01: March 2027 · Mars 2027; Tuesday · Mardi; 24 March 2027 · 1er avril 2027 */
void buf_add_month(struct buf *b, const char *lang, i64 day);
void buf_add_weekday(struct buf *b, const char *lang, int weekday);                     /* 0 Monday .. 6 Sunday */
void buf_add_date(struct buf *b, const char *lang, i64 day, bool with_year);
i64 reader_day(const struct reader *reader, i64 instant);                              /* days since 1970-01-01, by the reader's calendar */

/* ---- durations, without their sign ---- */
void buf_add_duration(struct buf *b, const char *lang, i64 duration);                  /* 12 min · 1 h 40 · 3 days; at least a minute */
void buf_add_duration_spoken(struct buf *b, const char *lang, i64 duration);           /* 12 minutes · 1 heure 40 minutes */

/* Append `text` with {n} replaced: the texts that scripts fill in too. */
void buf_add_filled(struct buf *b, const char *text, struct str n);

/* ---- names ---- */
/* The language of a code, as a heading has it: "German" · "Allemand"; the code itself where it is none. */
void buf_add_language(struct buf *b, const char *lang, struct str code);
#define FORMAT_COLORS 8
/* One or two letters of a name, upper case: "NF" of "Nadia Ferhat", "LM" of "lea.mange.lyon", "王" of "王小明"; "?" of nothing. */
void buf_add_initials(struct buf *b, struct str name);
int name_color(struct str name); /* 1..FORMAT_COLORS, the same for the same name, always */

/* A share in whole percent, to the nearest: 2 of 3 are 67. 0 of nothing. Neither is negative. */
i64 percent_of(i64 part, i64 all);
