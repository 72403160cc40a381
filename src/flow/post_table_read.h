/* post_table_read.h: what flow/post_table.c reads of a table's text: its columns by their names, its lines, days and hours as people write them. Pure. */
#pragma once
#include "base/cx.h"
#include "base/zone.h"

enum post_column {
	POST_DATE, POST_TIME, POST_ZONE, POST_CHANNELS, POST_TEXT, POST_TITLE, POST_LINK, POST_MEDIA, POST_ALT, POST_CAMPAIGN, POST_PILLAR, POST_LABELS, POST_LANG,
	POST_COLUMN_COUNT
};

struct post_table_row {
	i64 line;                             /* of the file, from 1: where it begins */
	struct str values[POST_COLUMN_COUNT]; /* trimmed; empty where the table has no such column */
	struct str titles[POST_COLUMN_COUNT]; /* what the file calls them */
	char separator;
	const char *trouble;                  /* msgid: why this line cannot be read; NULL: it can */
};

const char *post_table_column(int column);                    /* "date": the documented name */
enum post_column post_table_column_of_field(struct str field); /* of a field of struct post_request ("body"); POST_COLUMN_COUNT: of none */
/* ERR_BAD_INPUT on "file": no table, no column of texts, too many lines. Texts are the arena's. */
enum err post_table_read(struct cx *cx, struct str text, size_t most, struct post_table_row **ret_rows, size_t *ret_count);
/* 2027-03-28; 28/03/2027 or 28.03.2027, day first, in tables separated as European spreadsheets do it (not by commas). Sets year, month and day. */
bool post_table_date(struct str text, char separator, struct civil *civil);
/* 18:40, 18h40, 18h, 6:40 pm. Sets hour and minute. */
bool post_table_time(struct str text, struct civil *civil);
