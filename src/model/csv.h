/* csv.h: a table as spreadsheets write it (RFC 4180), read as a stream of characters, so that a file may have any size; with the separators that are
 * found (comma, semicolon, tab), told by the first line. Pure; the record's bytes are the reader's, borrowed until csv_next_record().
 *
 *	CLEANUP(csv_end) struct csv_reader r = csv_start();
 *	csv_begin_text(&r, &text);                 // a mark of byte order, "sep=;", the separator
 *	for each character: if (csv_add(&r, ch)) { … csv_field(&r, i) …; csv_next_record(&r); }
 *	if (csv_last(&r)) { the same once more }   // what stands behind the last line break is a line, too
 */
#pragma once
#include "base/buf.h"

#define CSV_FIELDS_MAX 200
#define CSV_RECORD_BYTES_MAX ((size_t)1 << 20)

struct csv_reader {
	struct buf record;             /* the fields of the record at hand, one behind the other */
	size_t ends[CSV_FIELDS_MAX];   /* where each ends in it */
	size_t fields;
	enum { CSV_FIELD_START, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE_IN_QUOTED, CSV_SKIP_LINE } state;
	char separator;                /* 0 until it is known */
	i64 line, record_line;         /* now, and where the record began; from 1 */
	bool any;                      /* something stands in the record */
	bool overflow;                 /* it is longer than CSV_RECORD_BYTES_MAX, or has more fields than CSV_FIELDS_MAX */
};

struct csv_reader csv_start(void);
void csv_end(struct csv_reader *reader);
/* The beginning of a file: what is no table of it is passed over, and its separator is known from here. */
void csv_begin_text(struct csv_reader *reader, struct str *text);
/* One character; true: a record is whole (an empty line is one without `any`). */
bool csv_add(struct csv_reader *reader, char ch);
/* The file ends; true: there is one more record. A quotation mark that was never closed leaves `state` at CSV_QUOTED, and no record. */
bool csv_last(struct csv_reader *reader);
struct str csv_field(const struct csv_reader *reader, size_t index); /* empty beyond the last */
bool csv_is_broken(const struct csv_reader *reader); /* the record was too long: what of it stands is not to be used */
void csv_next_record(struct csv_reader *reader);
/* The separator that cuts a head line into most fields. */
char csv_separator_of(struct str head);
